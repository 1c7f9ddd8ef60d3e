"""Ways of offices to say who owes what, how often and until when: each test is one way, in a few lines of a letter."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.directive.duties import asked_each
from tests.pipeline.directive.texts import HEAD, items_of, read_text


def test_what_is_told_at_a_time_is_asked_of_those_who_are_named_behind_it() -> None:
    letter = read_text(
        "Sở yêu cầu:\n1. Trước khi bão đổ bộ, Báo Sơn Khê tăng thời lượng, thông tin kịp thời về hướng đi của bão; hướng dẫn người dân chằng chống nhà cửa.\n"
        "2. Sau khi bão tan, UBND các huyện tuyên truyền công tác vệ sinh môi trường; biểu dương gương cứu người.\n"
        "3. Trước mắt, tuyên truyền việc sơ tán dân."
    )
    assert [(item.phase, item.addressees, item.text) for item in letter.items] == [
        ("before", ("press",), "hướng đi của bão"),
        ("before", ("press",), "hướng dẫn người dân chằng chống nhà cửa"),
        ("after", ("districts",), "công tác vệ sinh môi trường"),
        ("after", ("districts",), "gương cứu người"),
        (None, (), "việc sơ tán dân"),
    ]


def test_parts_of_a_duty_may_be_of_different_stages_and_a_date_is_no_frequency() -> None:
    letter = read_text(
        "Triển khai Quyết định số 3/QĐ-UBND ngày 25 tháng 12 năm 2023 của UBND tỉnh, đề nghị các cơ quan phối hợp tuyên truyền:\n"
        "1. Nội dung tuyên truyền\n- Giai đoạn 1 (tháng 4/2024): Ý nghĩa của lễ hội.\n- Giai đoạn 2 (tháng 5/2024): Kết quả của lễ hội.\n"
        "2. Phân công\na) Báo Sơn Khê: Mở chuyên mục; Giai đoạn 1 đăng tối thiểu 02 tin, bài/tuần; trong Giai đoạn 2 đăng tối thiểu 03 tin, bài/ngày."
    )
    assert [(each.phases, each.min_items, each.every_days) for each in letter.duties if each.every_days] == [
        (("stage-1",), 2, 7),
        (("stage-2",), 3, 1),
    ]


def test_contents_stand_under_those_who_owe_them_where_no_section_lists_them() -> None:
    letter = read_text(
        "Sở Thông tin và Truyền thông đề nghị các cơ quan tuyên truyền trong tháng 3/2024 như sau:\n1. Báo Sơn Khê\n"
        "- Phản ánh tiến độ các dự án; thông tin về phòng cháy rừng.\n- Tuyên truyền trên các ấn phẩm, mỗi tuần ít nhất 01 phóng sự.\n"
        "2. UBND các huyện\n- Chỉ đạo đài truyền thanh tuyên truyền công tác tuyển sinh."
    )
    assert [(item.text, item.addressees, item.phase) for item in letter.items] == [
        ("tiến độ các dự án", ("press",), "period"),
        ("phòng cháy rừng", ("press",), "period"),
        ("công tác tuyển sinh", ("districts",), "period"),
    ]
    assert [(duty.addressees, duty.min_items, duty.every_days) for duty in letter.duties] == [
        (("press",), 1, 7),
        (("districts",), None, None),
    ]


@pytest.mark.parametrize(
    ("text", "every", "day"),
    [
        ("báo cáo kết quả về Sở trước ngày 25 hằng tháng", 30, 25),
        ("gửi báo cáo vào thứ Sáu hàng tuần", 7, None),
        ("thực hiện báo cáo định kỳ hằng tháng (trước ngày 20)", 30, 20),
        ("báo cáo trước ngày 15 của tháng cuối quý", 90, 15),
        ("đưa tin hằng ngày; báo cáo trước ngày 05/6/2024", None, None),
    ],
)
def test_reports_that_come_again_and_again_areread_text(text: str, every: int | None, day: int | None) -> None:
    duty = read_text(f"1. Tổ chức thực hiện\n- UBND các huyện {text}.").duties[-1]
    assert (duty.report_every, duty.report_day) == (every, day)


def test_a_frequency_names_no_month_and_an_amount_no_day() -> None:
    letter = read_text(
        "1. Tổ chức thực hiện\n- Báo Sơn Khê đăng mỗi tháng 01 chuyên trang.\n- Báo Sơn Khê phát mỗi ngày 1 chuyên mục, thời lượng 5 phút.\n"
        "- UBND các huyện phát thanh trên loa 30 phút một lần."
    )
    assert [(duty.min_items, duty.min_minutes, duty.every_days, duty.until) for duty in letter.duties] == [
        (1, None, 30, None),
        (1, 5.0, 1, None),
        (None, None, None, None),
    ]
    assert letter.duties[-1].channels == ("loudspeaker",)


def test_a_newspaper_and_station_in_one_name_are_asked_for() -> None:
    letter = read_text(
        "1. Nội dung\n- Gương người tốt.", HEAD.replace("Báo Sơn Khê", "Báo và phát thanh, truyền hình Sơn Khê")
    )
    assert letter.addressees[0].members == ("Báo và phát thanh, truyền hình Sơn Khê",)
    assert any(vi.startswith("“Báo và phát thanh, truyền hình Sơn Khê”: là một") for vi, _ in letter.questions)


def test_those_who_are_referred_to_contents_owe_them_too() -> None:
    letter = read_text(
        "Sở Thông tin và Truyền thông đề nghị các cơ quan:\n1. Báo Sơn Khê\na) Tuyên truyền gương người tốt trong lao động.\n2. UBND các huyện\n"
        "a) Chỉ đạo đài truyền thanh tuyên truyền các nội dung nêu tại điểm a mục 1 Công văn này."
    )
    assert [item.addressees for item in letter.items] == [("press", "districts")]


def test_those_who_are_referred_to_numbered_contents_owe_these_alone() -> None:
    letter = read_text(
        "I. Nội dung tuyên truyền\n1. Ý nghĩa của lễ hội.\n2. Công tác chuẩn bị lễ hội.\n3. Kết quả của lễ hội.\nII. Phân công\n"
        "1. Báo Sơn Khê tuyên truyền nội dung 1, 2 và 3.\n2. UBND các huyện tuyên truyền các nội dung 1 và 3 tại mục I trên loa truyền thanh."
    )
    assert [item.addressees for item in letter.items] == [("press", "districts"), ("press",), ("press", "districts")]


def test_amounts_that_are_told_together_are_duties_of_their_own() -> None:
    letter = read_text(
        "1. Nội dung: ý nghĩa của lễ hội.\n2. Thời gian: từ ngày 01/4/2024 đến ngày 30/6/2024; cao điểm từ ngày 01/5/2024 đến ngày 10/5/2024.\n"
        "3. Báo Sơn Khê: đợt cao điểm mỗi ngày 02 tin, 01 ảnh; thời gian còn lại mỗi tuần 01 tin hoặc 01 bài.\n"
        "4. UBND các huyện xây dựng 01 phóng sự dài 10 phút, phát 02 lần/ngày trên loa, mỗi lần 01 bản tin."
    )
    assert [(duty.phases, duty.min_items, duty.min_minutes, duty.every_days) for duty in letter.duties] == [
        (("peak",), 2, None, 1),
        (("peak",), 1, None, 1),
        (("period",), 1, None, 7),
        (("period",), 1, 10.0, None),
        (("period",), 2, None, 1),
    ]


def test_bodies_that_are_told_of_owe_nothing_and_partners_of_the_press_do() -> None:
    letter = read_text(
        "1. Nội dung tuyên truyền\n- Tập trung vào công tác chuẩn bị lễ hội.\n- Đoàn thanh niên tham gia chuyển đổi số.\n"
        "2. Tổ chức thực hiện\n- Trưởng các thôn phát thanh trên loa.\n- Sở Y tế chủ trì, phối hợp với Báo Sơn Khê mở chuyên mục.",
        HEAD.replace("Kính gửi: Báo Sơn Khê; UBND các huyện\n", ""),
    )
    assert [(item.text, item.addressees) for item in letter.items] == [
        ("công tác chuẩn bị lễ hội", ()),
        ("Đoàn thanh niên tham gia chuyển đổi số", ()),
    ]
    assert [duty.addressees for duty in letter.duties] == [("communes",), ("departments", "press")]
    assert [(each.id, each.name) for each in letter.addressees] == [
        ("communes", "Trưởng các thôn"),
        ("departments", "Sở Y tế"),
        ("press", "Báo Sơn Khê"),
    ]


def test_an_hour_before_a_day_is_no_rhythm_and_a_cell_may_begin_with_until() -> None:
    letter = read_text(
        "1. Nội dung: ý nghĩa của lễ hội.\n2. Báo Sơn Khê đưa tin, truyền hình trực tiếp lễ khai mạc lúc 20 giờ 00 ngày 16/5/2024.\n"
        "3. UBND các huyện đăng 10 tin."
    )
    assert [duty.every_days for duty in letter.duties] == [None, None]
    (asked,) = asked_each("đăng ít nhất 10 tin; Đến 31/12/2024", 2024)
    assert asked.until == date(2024, 12, 31)


def test_contents_may_stand_in_a_duty_that_says_how_often() -> None:
    letter = read_text(
        "UBND xã yêu cầu:\n1. Từ nay đến hết ngày 31/5/2024, Phòng Văn hóa - Xã hội tuyên truyền về lợi ích của việc trồng rừng, mỗi tuần ít nhất 02 tin, bài.\n"
        "2. Đoàn xã đăng trên trang fanpage mỗi tuần ít nhất 02 bài về công trình, phần việc thanh niên; các hoạt động tình nguyện vì cộng đồng.\n"
        "3. Báo Sơn Khê đăng 02 bài về nội dung tại mục 1."
    )
    assert [(item.text, item.addressees) for item in letter.items] == [
        ("lợi ích của việc trồng rừng", ("communes", "press")),  # as the third says
        ("công trình, phần việc thanh niên", ("organisations",)),
        ("các hoạt động tình nguyện vì cộng đồng", ("organisations",)),
    ]
    assert [(duty.addressees, duty.min_items, duty.every_days) for duty in letter.duties] == [
        (("communes",), 2, 7),
        (("organisations",), 2, 7),
        (("press",), 2, None),
    ]


def test_days_told_one_by_one_are_a_span_and_a_stage_may_say_what_it_is() -> None:
    letter = read_text(
        "1. Nội dung tuyên truyền\na) Giai đoạn 1 (từ nay đến ngày 20/8/2024): truyền thông trước Lễ hội.\n"
        "- Ý nghĩa của Lễ hội sông Khê.\nb) Giai đoạn 2 (ngày 24 và 25/8/2024): trong Lễ hội.\n- Diễn biến của Lễ hội."
    )
    assert items_of(letter) == [
        ("stage-1", "Ý nghĩa của Lễ hội sông Khê"),
        ("stage-2", "Diễn biến của Lễ hội"),
    ]
    assert letter.phases[1].first_day == date(2024, 8, 24)
    assert letter.phases[1].last_day == date(2024, 8, 25)


def test_work_has_its_own_days_beside_an_amount_and_a_unit_may_be_meant_one_by_one() -> None:
    letter = read_text("Sở đề nghị:\n1. Mỗi xã, phường phát thanh ít nhất 02 lần/ngày; treo băng rôn từ 20/8 đến 30/8.")
    assert [(duty.addressees, duty.min_items, duty.until) for duty in letter.duties] == [
        (("communes",), 2, None),
        (("communes",), None, date(2024, 8, 30)),
    ]


def test_the_last_request_is_of_all_and_not_of_the_body_above_it() -> None:
    letter = read_text(
        "Sở đề nghị:\n1. Báo Sơn Khê\n- Mở chuyên mục về Lễ hội.\n2. UBND các huyện\n- Phát trên loa truyền thanh mỗi ngày 02 lần.\n"
        "Kết quả thực hiện đề nghị các đơn vị gửi về Sở trước ngày 10/11/2024.\n"
        "Các cơ quan, đơn vị, địa phương báo cáo trước ngày 12/11/2024."
    )
    due = {duty.report_back: duty.addressees for duty in letter.duties if duty.report_back}
    assert due == {date(2024, 11, 10): (), date(2024, 11, 12): ()}


def test_duties_are_tied_to_the_phases_that_their_last_words_name() -> None:
    letter = read_text(
        "1. Nội dung\na) Trước diễn tập (từ 12/8 đến 20/8/2024): ý nghĩa của cuộc diễn tập; công tác chuẩn bị.\n"
        "b) Sau diễn tập: kết quả của cuộc diễn tập.\n2. Báo Sơn Khê đăng mỗi tuần 02 tin trước diễn tập; sau diễn tập xây dựng 01 phóng sự."
    )
    assert [duty.phases for duty in letter.duties if duty.min_items] == [("before",), ("after",)]


@pytest.mark.parametrize(
    "text",
    [
        "thực hiện Chương trình mỗi xã một sản phẩm",
        "vận động mỗi người trồng ít nhất 01 cây xanh",
        "phát vào khung giờ 19 giờ 45 phút hằng ngày",
        "Theo báo cáo của Sở, tính đến ngày 30/7/2024, có 12 xã đạt chuẩn",
    ],
)
def test_not_every_number_is_an_amount(text: str) -> None:
    (read,) = asked_each(text, 2024)
    assert (read.min_items, read.min_minutes, read.report_back) == (None, None, None)
