"""Ways of offices to ask for contents and duties: each test is one way, in a few lines of a letter."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.directive.dates import spans
from pipeline.directive.duties import asked_each
from pipeline.directive.letter import Letter
from pipeline.directive.read import letter_of
from pipeline.directive.source import Source, TextLine

HEAD = "Số: 5/STTTT-BC\nSơn Khê, ngày 02 tháng 3 năm 2024\nV/v tuyên truyền\nKính gửi: Báo Sơn Khê; UBND các huyện\n"


def _read(text: str, head: str = HEAD) -> Letter:
    return letter_of(Source("x.txt", "", (tuple(TextLine(line, whole=True) for line in (head + text).split("\n")),)))


def _items(letter: Letter) -> list[tuple[str | None, str]]:
    return [(item.phase, item.text) for item in letter.items]


def test_parts_of_one_sentence_may_be_of_different_phases() -> None:
    letter = _read(
        "1. Nội dung tuyên truyền\n- Trước ngày bầu cử tập trung tuyên truyền quyền của công dân; danh sách người ứng cử; trong ngày bầu cử phản ánh không khí bỏ phiếu; sau ngày bầu cử thông báo kết quả bầu cử."
    )
    assert _items(letter) == [
        ("before", "quyền của công dân"),
        ("before", "danh sách người ứng cử"),
        ("during", "không khí bỏ phiếu"),
        ("after", "kết quả bầu cử"),
    ]


def test_waves_need_no_markers_and_their_times_are_no_contents() -> None:
    letter = _read(
        "I. NỘI DUNG\nĐợt 1: Từ nay đến hết tháng 4/2024: Lịch sử Đảng bộ tỉnh; ý nghĩa của Đại hội.\n"
        "Đợt 2 (từ ngày 01/5 đến ngày 30/6/2024)\n- Kết quả Đại hội.\nIII. KHẨU HIỆU TUYÊN TRUYỀN\n- Đại hội thành công!"
    )
    assert _items(letter) == [
        ("wave-1", "Lịch sử Đảng bộ tỉnh"),
        ("wave-1", "ý nghĩa của Đại hội"),
        ("wave-2", "Kết quả Đại hội"),
    ]
    assert [(phase.first_day, phase.last_day) for phase in letter.phases] == [
        (date(2024, 3, 2), date(2024, 4, 30)),
        (date(2024, 5, 1), date(2024, 6, 30)),
    ]


@pytest.mark.parametrize(
    ("lead", "phase", "first", "last"),
    [
        ("Trước ngày 15/6/2024", "span-1", None, "2024-06-14"),
        ("Đến hết ngày 15/6/2024", "span-1", None, "2024-06-15"),
        ("Sau ngày 15/6/2024 đến hết tháng 12/2024", "span-1", "2024-06-16", "2024-12-31"),
        ("Giai đoạn chuẩn bị", "span-1", None, None),
        ("Giai đoạn chuẩn bị (tháng 5/2024)", "span-1", "2024-05-01", "2024-05-31"),
        ("Giai đoạn tổng kết (tháng 11 và tháng 12/2024)", "span-1", "2024-11-01", "2024-12-31"),
        ("Tuần 2 (từ 08/6 đến 14/6/2024)", "span-1", "2024-06-08", "2024-06-14"),
        ("Bước 1 (tháng 6/2024)", "span-1", "2024-06-01", "2024-06-30"),
        ("Các ngày tiếp theo (từ 21/6 đến 25/6/2024)", "span-1", "2024-06-21", "2024-06-25"),
        ("Sau bế mạc", "after", None, None),
        ("Dịp khai giảng (05/9/2024)", "span-1", "2024-09-05", "2024-09-05"),
    ],
)
def test_times_of_contents_are_told_in_many_ways(lead: str, phase: str, first: str | None, last: str | None) -> None:
    listed = f"1. Nội dung tuyên truyền\na) {lead}:\n- Ý nghĩa của lễ hội;\n- Công tác chuẩn bị của các đoàn.\n"
    said = f"1. Nội dung tuyên truyền\na) {lead}: tuyên truyền ý nghĩa của lễ hội; công tác chuẩn bị của các đoàn.\n"
    for text in (listed, said):
        letter = _read(f"{text}2. Tổ chức thực hiện\nTrước ngày 25/12/2024: gửi báo cáo về Sở.")
        assert [(each.phase, each.text.casefold()) for each in letter.items] == [
            (phase, "ý nghĩa của lễ hội"),
            (phase, "công tác chuẩn bị của các đoàn"),
        ]
        days = [(each.first_day, each.last_day) for each in letter.phases]
        assert days == [(first and date.fromisoformat(first), last and date.fromisoformat(last))]


def test_what_is_told_at_a_time_is_asked_of_those_who_are_named_behind_it() -> None:
    letter = _read(
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


def test_the_peak_of_contents_and_what_is_done_about_them_are_told_apart_from_them() -> None:
    letter = _read(
        "Ban đề nghị tập trung tuyên truyền các nội dung sau:\n1. Tác hại của ma túy đối với thanh niên.\n"
        "2. Đợt cao điểm tuyên truyền từ ngày 15/6/2024 đến ngày 30/6/2024, phản ánh lễ phát động Tháng hành động. Các huyện ủy chỉ đạo hệ thống loa truyền thanh, trang thông tin điện tử đăng, phát tin, bài."
    )
    assert _items(letter) == [
        (None, "Tác hại của ma túy đối với thanh niên"),
        ("span-1", "lễ phát động Tháng hành động"),
    ]
    assert [(duty.addressees, duty.channels) for duty in letter.duties] == [
        (("party_committees",), ("loudspeaker", "website"))
    ]


def test_the_days_of_the_whole_may_stand_before_the_contents_of_one_sentence() -> None:
    letter = _read(
        "UBND tỉnh yêu cầu Báo Sơn Khê tuyên truyền từ ngày 05/3/2024 đến hết ngày 30/3/2024 với các nội dung: lợi ích của ngân hàng số; lễ ra mắt mô hình mới."
    )
    assert _items(letter) == [("period", "lợi ích của ngân hàng số"), ("period", "lễ ra mắt mô hình mới")]
    assert [(each.first_day, each.last_day) for each in letter.phases] == [(date(2024, 3, 5), date(2024, 3, 30))]


def test_parts_of_a_duty_may_be_of_different_stages_and_a_date_is_no_frequency() -> None:
    letter = _read(
        "Triển khai Quyết định số 3/QĐ-UBND ngày 25 tháng 12 năm 2023 của UBND tỉnh, đề nghị các cơ quan phối hợp tuyên truyền:\n"
        "1. Nội dung tuyên truyền\n- Giai đoạn 1 (tháng 4/2024): Ý nghĩa của lễ hội.\n- Giai đoạn 2 (tháng 5/2024): Kết quả của lễ hội.\n"
        "2. Phân công\na) Báo Sơn Khê: Mở chuyên mục; Giai đoạn 1 đăng tối thiểu 02 tin, bài/tuần; trong Giai đoạn 2 đăng tối thiểu 03 tin, bài/ngày."
    )
    assert [(each.phases, each.min_items, each.every_days) for each in letter.duties if each.every_days] == [
        (("stage-1",), 2, 7),
        (("stage-2",), 3, 1),
    ]


def test_numbers_within_a_sentence_part_its_items() -> None:
    letter = _read(
        "1. Nội dung\n- Tuyên truyền chủ trương của Đảng, trong đó làm rõ: (1) Vị trí của văn hóa, (2) Mục tiêu xây dựng văn hóa, (3) Giải pháp phát triển công nghiệp văn hóa."
    )
    assert [text for _, text in _items(letter)] == [
        "Vị trí của văn hóa",
        "Mục tiêu xây dựng văn hóa",
        "Giải pháp phát triển công nghiệp văn hóa",
    ]


def test_contents_stand_under_those_who_owe_them_where_no_section_lists_them() -> None:
    letter = _read(
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


def test_an_outline_tells_by_its_headings_what_is_to_be_told() -> None:
    letter = _read(
        "ĐỀ CƯƠNG TUYÊN TRUYỀN\nKỷ niệm 60 năm thành lập tỉnh\nI. QUÁ TRÌNH PHÁT TRIỂN\n1. Lịch sử hình thành\nTỉnh thành lập năm 1964.\n"
        "2. Truyền thống cách mạng\nNhân dân đoàn kết.\nII. KHẨU HIỆU\n- Muôn năm!",
        head="",
    )
    assert (letter.kind, letter.subject.value) == ("Đề cương", "Kỷ niệm 60 năm thành lập tỉnh")
    assert [text for _, text in _items(letter)] == ["Lịch sử hình thành", "Truyền thống cách mạng"]


def test_what_stands_together_is_one_item_and_what_stands_alone_is_several() -> None:
    letter = _read(
        "1. Nội dung\n- Ý nghĩa, tầm quan trọng, mục tiêu, nhiệm vụ của Đại hội;\n- Kết quả trên các lĩnh vực: kinh tế; văn hóa; xã hội;\n"
        "- Tuyên truyền ý nghĩa lịch sử của ngày lễ, phản ánh không khí thi đua và giới thiệu các gương điển hình.\n"
        "- Kết quả thực hiện Nghị quyết Đại hội XVI, các hoạt động chào mừng Đại hội, công tác chuẩn bị nhân sự cho Đại hội."
    )
    assert [text for _, text in _items(letter)] == [
        "Ý nghĩa, tầm quan trọng, mục tiêu, nhiệm vụ của Đại hội",
        "Kết quả trên các lĩnh vực: kinh tế; văn hóa; xã hội",
        "ý nghĩa lịch sử của ngày lễ",
        "không khí thi đua",
        "các gương điển hình",
        "Kết quả thực hiện Nghị quyết Đại hội XVI",
        "các hoạt động chào mừng Đại hội",
        "công tác chuẩn bị nhân sự cho Đại hội",
    ]


def test_citations_of_one_sentence_are_told_apart() -> None:
    letter = _read(
        "Căn cứ Kế hoạch số 501/KH-UBATGT ngày 01/02/2024 của Ủy ban An toàn giao thông Quốc gia; thực hiện Hướng dẫn 112-HD/BTGTW của Ban Tuyên giáo Trung ương ngày 10/02/2024, các Công văn số 12/STTTT-BC ngày 02-3-2024, số 15/STTTT-BC ngày 05 tháng 3 năm 2024 của Sở Văn hóa, Thể thao và Du lịch về việc tuyên truyền.\n1. Nội dung\n- Gương người tốt."
    )
    assert [(c.kind, c.number, str(c.date), c.issuer) for c in letter.citations] == [
        ("Kế hoạch", "501/KH-UBATGT", "2024-02-01", "Ủy ban An toàn giao thông Quốc gia"),
        ("Hướng dẫn", "112-HD/BTGTW", "2024-02-10", "Ban Tuyên giáo Trung ương"),
        ("Công văn", "12/STTTT-BC", "2024-03-02", "Sở Văn hóa, Thể thao và Du lịch"),
        ("Công văn", "15/STTTT-BC", "2024-03-05", "Sở Văn hóa, Thể thao và Du lịch"),
    ]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("từ ngày 15/12 đến hết ngày 05/01/2025", "2024-12-15", "2025-01-05"),
        ("từ ngày 25 - 27/9/2024", "2024-09-25", "2024-09-27"),
        ("từ tháng 02 đến hết tháng 4 năm 2024", "2024-02-01", "2024-04-30"),
        ("từ ngày 02/10/2024 đến hết quý IV/2024", "2024-10-02", "2024-12-31"),
        ("trong quý II năm 2024", "2024-04-01", "2024-06-30"),
        ("từ 16 - 2 đến 22 - 5", "2024-02-16", "2024-05-22"),
        ("đến hết năm 2024", "None", "2024-12-31"),
        ("nhiệm kỳ 2020 - 2025, tăng 7 - 8%", None, None),
    ],
)
def test_spans_of_days_are_read(text: str, first: str | None, last: str | None) -> None:
    assert [(str(span.first), str(span.last)) for span in spans(text, 2024)] == ([(first, last)] if last else [])


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
def test_reports_that_come_again_and_again_are_read(text: str, every: int | None, day: int | None) -> None:
    duty = _read(f"1. Tổ chức thực hiện\n- UBND các huyện {text}.").duties[-1]
    assert (duty.report_every, duty.report_day) == (every, day)


def test_a_frequency_names_no_month_and_an_amount_no_day() -> None:
    letter = _read(
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
    letter = _read(
        "1. Nội dung\n- Gương người tốt.", HEAD.replace("Báo Sơn Khê", "Báo và phát thanh, truyền hình Sơn Khê")
    )
    assert letter.addressees[0].members == ("Báo và phát thanh, truyền hình Sơn Khê",)
    assert any(vi.startswith("“Báo và phát thanh, truyền hình Sơn Khê”: là một") for vi, _ in letter.questions)


def test_both_places_of_tone_marks_are_one_word() -> None:
    letter = _read(
        "1. Tổ chức thực hiện\n- Phòng Văn hoá và Thông tin tổ chức toạ đàm.\n- Phòng Văn hóa và Thông tin tổ chức tọa đàm."
    )
    assert letter.duties[0].addressees == letter.duties[1].addressees == ("districts",)
    assert [duty.means for duty in letter.duties] == [
        ("Phòng Văn hoá và Thông tin", "toạ đàm"),
        ("Phòng Văn hóa và Thông tin", "tọa đàm"),
    ]


def test_what_explains_an_item_is_none_and_openings_announce_the_rest() -> None:
    letter = _read(
        "1/ Nội dung tuyên truyền:\na/ Ý nghĩa của ngày lễ. Đây là sự kiện trọng đại của dân tộc.\nb/ Thành tựu của tỉnh.\nLưu ý: nội dung phải trang trọng.\n"
        "2/ Hình thức: treo băng rôn; xe tuyên truyền lưu động.\n3/ Thời gian: Từ ngày 25/4 đến hết ngày 05/5/2024."
    )
    assert _items(letter) == [("period", "Ý nghĩa của ngày lễ"), ("period", "Thành tựu của tỉnh")]
    assert [duty.channels for duty in letter.duties] == [("mobile_unit",)]


def test_the_stamp_of_a_signature_by_machine_names_nobody() -> None:
    letter = _read(
        "1. Nội dung\n- Gương người tốt.", head="Người ký: Nguyễn Văn Bảy\nEmail: bay@sonkhe.gov.vn\n" + HEAD
    )
    assert "Bảy" not in repr(letter)
    assert "bay@" not in repr(letter)
    assert letter.number.value == "5/STTTT-BC"


def test_a_letter_without_recipients_still_names_nobody_and_a_stage_may_be_one_day() -> None:
    letter = _read(
        "II. NỘI DUNG\n1. Giai đoạn 1: Trước ngày bầu cử (từ ngày 15/3/2024 đến ngày 14/5/2024)\n- Luật Bầu cử.\n"
        "2. Giai đoạn 2: Ngày bầu cử (15/5/2024)\n- Không khí ngày hội.\nTM. BAN THƯỜNG TRỰC\nCHỦ TỊCH\nNguyễn Đức Toàn"
    )
    assert letter.signed_by.value == "TM. BAN THƯỜNG TRỰC CHỦ TỊCH"
    assert "Toàn" not in repr(letter)
    assert [(str(phase.first_day), str(phase.last_day)) for phase in letter.phases] == [
        ("2024-03-15", "2024-05-14"),
        ("2024-05-15", "2024-05-15"),
    ]


def test_those_who_are_referred_to_contents_owe_them_too() -> None:
    letter = _read(
        "Sở Thông tin và Truyền thông đề nghị các cơ quan:\n1. Báo Sơn Khê\na) Tuyên truyền gương người tốt trong lao động.\n2. UBND các huyện\n"
        "a) Chỉ đạo đài truyền thanh tuyên truyền các nội dung nêu tại điểm a mục 1 Công văn này."
    )
    assert [item.addressees for item in letter.items] == [("press", "districts")]


def test_those_who_are_referred_to_numbered_contents_owe_these_alone() -> None:
    letter = _read(
        "I. Nội dung tuyên truyền\n1. Ý nghĩa của lễ hội.\n2. Công tác chuẩn bị lễ hội.\n3. Kết quả của lễ hội.\nII. Phân công\n"
        "1. Báo Sơn Khê tuyên truyền nội dung 1, 2 và 3.\n2. UBND các huyện tuyên truyền các nội dung 1 và 3 tại mục I trên loa truyền thanh."
    )
    assert [item.addressees for item in letter.items] == [("press", "districts"), ("press",), ("press", "districts")]


def test_the_rest_of_the_time_is_a_phase_whose_days_are_asked_for() -> None:
    letter = _read(
        "1. Nội dung tuyên truyền\na) Đợt cao điểm từ ngày 01/4/2024 đến ngày 15/4/2024: tuyên truyền lễ phát động.\n"
        "b) Thời gian còn lại: tuyên truyền kết quả thực hiện; gương người tốt."
    )
    assert _items(letter) == [
        ("span-1", "lễ phát động"),
        ("span-2", "kết quả thực hiện"),
        ("span-2", "gương người tốt"),
    ]
    assert "“Thời gian còn lại”: từ ngày nào đến ngày nào?" in [vi for vi, _ in letter.questions]


def test_a_plain_paragraph_behind_the_list_of_a_phase_is_of_the_whole() -> None:
    letter = _read(
        "1. Nội dung tuyên truyền\na) Giai đoạn 1 (tháng 4/2024)\n- Ý nghĩa của lễ hội.\nb) Giai đoạn 2 (tháng 5/2024)\n- Kết quả của lễ hội.\n"
        "Các cơ quan báo chí đăng 02 tin/tuần."
    )
    assert [(duty.addressees, duty.phases) for duty in letter.duties] == [(("press",), ())]


def test_amounts_that_are_told_together_are_duties_of_their_own() -> None:
    letter = _read(
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
    letter = _read(
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


def test_the_day_of_a_side_is_told_in_brackets_and_the_day_that_is_commemorated_is_not_its_day() -> None:
    letter = _read(
        "1. Nội dung tuyên truyền\na) Trước lễ kỷ niệm 40 năm\n- Ý nghĩa của lễ hội.\nb) Trong lễ kỷ niệm (ngày 15/5/2024)\n"
        "- Diễn văn kỷ niệm.\nc) Sau lễ kỷ niệm ngày thành lập (15/5/1984)\n- Kết quả của lễ hội."
    )
    day = date(2024, 5, 15)
    assert [(each.id, each.first_day, each.last_day) for each in letter.phases] == [
        ("before", None, None),
        ("during", day, day),
        ("after", None, None),
    ]


def test_an_hour_before_a_day_is_no_rhythm_and_a_cell_may_begin_with_until() -> None:
    letter = _read(
        "1. Nội dung: ý nghĩa của lễ hội.\n2. Báo Sơn Khê đưa tin, truyền hình trực tiếp lễ khai mạc lúc 20 giờ 00 ngày 16/5/2024.\n"
        "3. UBND các huyện đăng 10 tin."
    )
    assert [duty.every_days for duty in letter.duties] == [None, None]
    (asked,) = asked_each("đăng ít nhất 10 tin; Đến 31/12/2024", 2024)
    assert asked.until == date(2024, 12, 31)


def test_a_committee_issues_and_not_the_body_in_which_it_has_its_seat() -> None:
    letter = _read(
        "1. Nội dung: ý nghĩa của lễ hội.",
        "BAN CHỈ ĐẠO 138\nTỈNH SƠN KHÊ\nCÔNG AN TỈNH - CƠ QUAN THƯỜNG TRỰC\n" + HEAD,
    )
    assert letter.issuer.value == "BAN CHỈ ĐẠO 138 TỈNH SƠN KHÊ"
    assert letter.parent.value == ""


def test_contents_may_stand_in_a_duty_that_says_how_often() -> None:
    letter = _read(
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
