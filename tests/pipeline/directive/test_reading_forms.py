"""Ways of offices to ask for contents and to tell their times: each test is one way, in a few lines of a letter."""

from __future__ import annotations

import re
from datetime import date

import pytest

from pipeline.directive.dates import spans
from tests.pipeline.directive.texts import HEAD, items_of, read_text


def test_parts_of_one_sentence_may_be_of_different_phases() -> None:
    letter = read_text(
        "1. Nội dung tuyên truyền\n- Trước ngày bầu cử tập trung tuyên truyền quyền của công dân; danh sách người ứng cử; trong ngày bầu cử phản ánh không khí bỏ phiếu; sau ngày bầu cử thông báo kết quả bầu cử."
    )
    assert items_of(letter) == [
        ("before", "quyền của công dân"),
        ("before", "danh sách người ứng cử"),
        ("during", "không khí bỏ phiếu"),
        ("after", "kết quả bầu cử"),
    ]


def test_waves_need_no_markers_and_their_times_are_no_contents() -> None:
    letter = read_text(
        "I. NỘI DUNG\nĐợt 1: Từ nay đến hết tháng 4/2024: Lịch sử Đảng bộ tỉnh; ý nghĩa của Đại hội.\n"
        "Đợt 2 (từ ngày 01/5 đến ngày 30/6/2024)\n- Kết quả Đại hội.\nIII. KHẨU HIỆU TUYÊN TRUYỀN\n- Đại hội thành công!"
    )
    assert items_of(letter) == [
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
        letter = read_text(f"{text}2. Tổ chức thực hiện\nTrước ngày 25/12/2024: gửi báo cáo về Sở.")
        assert [(each.phase, each.text.casefold()) for each in letter.items] == [
            (phase, "ý nghĩa của lễ hội"),
            (phase, "công tác chuẩn bị của các đoàn"),
        ]
        days = [(each.first_day, each.last_day) for each in letter.phases]
        assert days == [(first and date.fromisoformat(first), last and date.fromisoformat(last))]


def test_the_peak_of_contents_and_what_is_done_about_them_are_told_apart_from_them() -> None:
    letter = read_text(
        "Ban đề nghị tập trung tuyên truyền các nội dung sau:\n1. Tác hại của ma túy đối với thanh niên.\n"
        "2. Đợt cao điểm tuyên truyền từ ngày 15/6/2024 đến ngày 30/6/2024, phản ánh lễ phát động Tháng hành động. Các huyện ủy chỉ đạo hệ thống loa truyền thanh, trang thông tin điện tử đăng, phát tin, bài."
    )
    assert items_of(letter) == [
        (None, "Tác hại của ma túy đối với thanh niên"),
        ("span-1", "lễ phát động Tháng hành động"),
    ]
    assert [(duty.addressees, duty.channels) for duty in letter.duties] == [
        (("party_committees",), ("loudspeaker", "website"))
    ]


def test_the_days_of_the_whole_may_stand_before_the_contents_of_one_sentence() -> None:
    letter = read_text(
        "UBND tỉnh yêu cầu Báo Sơn Khê tuyên truyền từ ngày 05/3/2024 đến hết ngày 30/3/2024 với các nội dung: lợi ích của ngân hàng số; lễ ra mắt mô hình mới."
    )
    assert items_of(letter) == [("period", "lợi ích của ngân hàng số"), ("period", "lễ ra mắt mô hình mới")]
    assert [(each.first_day, each.last_day) for each in letter.phases] == [(date(2024, 3, 5), date(2024, 3, 30))]


def test_numbers_within_a_sentence_part_itsitems_of() -> None:
    letter = read_text(
        "1. Nội dung\n- Tuyên truyền chủ trương của Đảng, trong đó làm rõ: (1) Vị trí của văn hóa, (2) Mục tiêu xây dựng văn hóa, (3) Giải pháp phát triển công nghiệp văn hóa."
    )
    assert [text for _, text in items_of(letter)] == [
        "Vị trí của văn hóa",
        "Mục tiêu xây dựng văn hóa",
        "Giải pháp phát triển công nghiệp văn hóa",
    ]


def test_an_outline_tells_by_its_headings_what_is_to_be_told() -> None:
    letter = read_text(
        "ĐỀ CƯƠNG TUYÊN TRUYỀN\nKỷ niệm 60 năm thành lập tỉnh\nI. QUÁ TRÌNH PHÁT TRIỂN\n1. Lịch sử hình thành\nTỉnh thành lập năm 1964.\n"
        "2. Truyền thống cách mạng\nNhân dân đoàn kết.\nII. KHẨU HIỆU\n- Muôn năm!",
        head="",
    )
    assert (letter.kind, letter.subject.value) == ("Đề cương", "Kỷ niệm 60 năm thành lập tỉnh")
    assert [text for _, text in items_of(letter)] == ["Lịch sử hình thành", "Truyền thống cách mạng"]


def test_what_stands_together_is_one_item_and_what_stands_alone_is_several() -> None:
    letter = read_text(
        "1. Nội dung\n- Ý nghĩa, tầm quan trọng, mục tiêu, nhiệm vụ của Đại hội;\n- Kết quả trên các lĩnh vực: kinh tế; văn hóa; xã hội;\n"
        "- Tuyên truyền ý nghĩa lịch sử của ngày lễ, phản ánh không khí thi đua và giới thiệu các gương điển hình.\n"
        "- Kết quả thực hiện Nghị quyết Đại hội XVI, các hoạt động chào mừng Đại hội, công tác chuẩn bị nhân sự cho Đại hội."
    )
    assert [text for _, text in items_of(letter)] == [
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
    letter = read_text(
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
def test_spans_of_days_areread_text(text: str, first: str | None, last: str | None) -> None:
    assert [(str(span.first), str(span.last)) for span in spans(text, 2024)] == ([(first, last)] if last else [])


def test_both_places_of_tone_marks_are_one_word() -> None:
    letter = read_text(
        "1. Tổ chức thực hiện\n- Phòng Văn hoá và Thông tin tổ chức toạ đàm.\n- Phòng Văn hóa và Thông tin tổ chức tọa đàm."
    )
    assert letter.duties[0].addressees == letter.duties[1].addressees == ("districts",)
    assert [duty.means for duty in letter.duties] == [
        ("Phòng Văn hoá và Thông tin", "toạ đàm"),
        ("Phòng Văn hóa và Thông tin", "tọa đàm"),
    ]


def test_what_explains_an_item_is_none_and_openings_announce_the_rest() -> None:
    letter = read_text(
        "1/ Nội dung tuyên truyền:\na/ Ý nghĩa của ngày lễ. Đây là sự kiện trọng đại của dân tộc.\nb/ Thành tựu của tỉnh.\nLưu ý: nội dung phải trang trọng.\n"
        "2/ Hình thức: treo băng rôn; xe tuyên truyền lưu động.\n3/ Thời gian: Từ ngày 25/4 đến hết ngày 05/5/2024."
    )
    assert items_of(letter) == [("period", "Ý nghĩa của ngày lễ"), ("period", "Thành tựu của tỉnh")]
    assert [duty.channels for duty in letter.duties] == [("mobile_unit",)]


def test_the_stamp_of_a_signature_by_machine_names_nobody() -> None:
    letter = read_text(
        "1. Nội dung\n- Gương người tốt.", head="Người ký: Nguyễn Văn Bảy\nEmail: bay@sonkhe.gov.vn\n" + HEAD
    )
    assert "Bảy" not in repr(letter)
    assert "bay@" not in repr(letter)
    assert letter.number.value == "5/STTTT-BC"


def test_a_letter_without_recipients_still_names_nobody_and_a_stage_may_be_one_day() -> None:
    letter = read_text(
        "II. NỘI DUNG\n1. Giai đoạn 1: Trước ngày bầu cử (từ ngày 15/3/2024 đến ngày 14/5/2024)\n- Luật Bầu cử.\n"
        "2. Giai đoạn 2: Ngày bầu cử (15/5/2024)\n- Không khí ngày hội.\nTM. BAN THƯỜNG TRỰC\nCHỦ TỊCH\nNguyễn Đức Toàn"
    )
    assert letter.signed_by.value == "TM. BAN THƯỜNG TRỰC CHỦ TỊCH"
    assert "Toàn" not in repr(letter)
    assert [(str(phase.first_day), str(phase.last_day)) for phase in letter.phases] == [
        ("2024-03-15", "2024-05-14"),
        ("2024-05-15", "2024-05-15"),
    ]


def test_the_rest_of_the_time_is_a_phase_whose_days_are_asked_for() -> None:
    letter = read_text(
        "1. Nội dung tuyên truyền\na) Đợt cao điểm từ ngày 01/4/2024 đến ngày 15/4/2024: tuyên truyền lễ phát động.\n"
        "b) Thời gian còn lại: tuyên truyền kết quả thực hiện; gương người tốt."
    )
    assert items_of(letter) == [
        ("span-1", "lễ phát động"),
        ("span-2", "kết quả thực hiện"),
        ("span-2", "gương người tốt"),
    ]
    assert "“Thời gian còn lại”: từ ngày nào đến ngày nào?" in [vi for vi, _ in letter.questions]


def test_a_plain_paragraph_behind_the_list_of_a_phase_is_of_the_whole() -> None:
    letter = read_text(
        "1. Nội dung tuyên truyền\na) Giai đoạn 1 (tháng 4/2024)\n- Ý nghĩa của lễ hội.\nb) Giai đoạn 2 (tháng 5/2024)\n- Kết quả của lễ hội.\n"
        "Các cơ quan báo chí đăng 02 tin/tuần."
    )
    assert [(duty.addressees, duty.phases) for duty in letter.duties] == [(("press",), ())]


def test_the_day_of_a_side_is_told_in_brackets_and_the_day_that_is_commemorated_is_not_its_day() -> None:
    letter = read_text(
        "1. Nội dung tuyên truyền\na) Trước lễ kỷ niệm 40 năm\n- Ý nghĩa của lễ hội.\nb) Trong lễ kỷ niệm (ngày 15/5/2024)\n"
        "- Diễn văn kỷ niệm.\nc) Sau lễ kỷ niệm ngày thành lập (15/5/1984)\n- Kết quả của lễ hội."
    )
    day = date(2024, 5, 15)
    assert [(each.id, each.first_day, each.last_day) for each in letter.phases] == [
        ("before", None, None),
        ("during", day, day),
        ("after", None, None),
    ]


def test_a_committee_issues_and_not_the_body_in_which_it_has_its_seat() -> None:
    letter = read_text(
        "1. Nội dung: ý nghĩa của lễ hội.",
        "BAN CHỈ ĐẠO 138\nTỈNH SƠN KHÊ\nCÔNG AN TỈNH - CƠ QUAN THƯỜNG TRỰC\n" + HEAD,
    )
    assert letter.issuer.value == "BAN CHỈ ĐẠO 138 TỈNH SƠN KHÊ"
    assert letter.parent.value == ""


def test_whom_to_ask_is_neither_kept_nor_a_content() -> None:
    letter = read_text(
        "Sở đề nghị tuyên truyền các nội dung sau:\n1. Ý nghĩa của Ngày hội trẻ em.\n"
        "2. Đầu mối liên hệ: Bà Trịnh Mai Khanh, Phòng Tổng hợp, điện thoại 0912.345.678, khanhtm@sonkhe.example."
    )
    assert items_of(letter) == [(None, "Ý nghĩa của Ngày hội trẻ em")]
    assert not any(told in letter.pages[0] for told in ("Trịnh", "Khanh", "0912", "khanhtm"))
    assert "Phòng Tổng hợp" in letter.pages[0]


def test_stages_are_told_by_the_day_of_an_event_that_the_letter_tells_once() -> None:
    letter = read_text(
        "I. YÊU CẦU\nNgày bầu cử là Chủ nhật, ngày 15 tháng 6 năm 2024.\nII. NỘI DUNG TUYÊN TRUYỀN\n"
        "1. Giai đoạn 1 (từ ngày ban hành đến trước ngày bầu cử)\n- Quyền và nghĩa vụ của cử tri.\n"
        "2. Giai đoạn 2 (ngày bầu cử)\n- Không khí bỏ phiếu ở các xã.\n"
        "3. Giai đoạn 3 (từ sau ngày bầu cử đến hết ngày 30/6/2024)\n- Kết quả của cuộc bầu cử."
    )
    assert [(str(phase.first_day), str(phase.last_day)) for phase in letter.phases] == [
        ("2024-03-02", "2024-06-14"),
        ("2024-06-15", "2024-06-15"),
        ("2024-06-16", "2024-06-30"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        "đầu mối: Trung tá Phạm Quốc Bảo, SĐT 0905111222",
        "gặp anh Sùng A Chua, 0388777666",
        "qua Chi cục Thủy lợi, ông Giàng A Sáng - 0912345678",
        "liên hệ cô Lê Thị Bích Vân, ĐT: 0203.3825.001",
        "thầy Vàng A Tủa, vangatua@sonkhe.example",
    ],
)
def test_persons_to_ask_are_named_in_many_ways(said: str) -> None:
    letter = read_text(f"Sở đề nghị:\n1. UBND các huyện gửi báo cáo trước ngày 05/5/2024 ({said}).")
    assert not any(
        told in letter.pages[0]
        for told in re.split(r"\W+", "Bảo Sùng Chua Giàng Sáng Bích Tủa vangatua 0905111222 0388777666")
    )
    assert "báo cáo trước ngày 05/5/2024" in letter.pages[0]
