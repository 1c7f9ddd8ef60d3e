"""Tables that are drawn in plain text: with bars, tabs or blanks; what looks like one and is none stays lines."""

from __future__ import annotations

import pytest

from pipeline.directive.letter import Letter
from pipeline.directive.plain import plain_lines
from pipeline.directive.read import letter_of
from pipeline.directive.source import Source
from tests.pipeline.directive.texts import HEAD

BLANKS = """
 TT  Nội dung                 Thời gian      Đơn vị thực hiện
 1   Ý nghĩa của Ngày hội     Từ 01/4 đến    Báo Sơn Khê
     trẻ em năm 2024          15/4/2024

                              2

 2   Kết quả của Ngày hội;    Từ 16/4 đến    UBND các huyện
     gương người tốt          30/4/2024
"""
BARS = """
| TT | Nội dung | Thời gian | Đơn vị thực hiện |
|----|----------|-----------|------------------|
| 1 | Ý nghĩa của Ngày hội trẻ em năm 2024 | Từ 01/4 đến 15/4/2024 | Báo Sơn Khê |
| 2 | Kết quả của Ngày hội; gương người tốt | Từ 16/4 đến 30/4/2024 | UBND các huyện |
"""
BOXES = """
+----+------------------------+----------------+------------------+
| TT | Nội dung               | Thời gian      | Đơn vị thực hiện |
+----+------------------------+----------------+------------------+
| 1  | Ý nghĩa của Ngày hội   | Từ 01/4 đến    | Báo Sơn Khê      |
|    | trẻ em năm 2024        | 15/4/2024      |                  |
+----+------------------------+----------------+------------------+
| 2  | Kết quả của Ngày hội;  | Từ 16/4 đến    | UBND các huyện   |
|    | gương người tốt        | 30/4/2024      |                  |
+----+------------------------+----------------+------------------+
"""
TABS = """
TT\tNội dung\tThời gian\tĐơn vị thực hiện
1\tÝ nghĩa của Ngày hội trẻ em năm 2024\tTừ 01/4 đến 15/4/2024\tBáo Sơn Khê
2\tKết quả của Ngày hội; gương người tốt\tTừ 16/4 đến 30/4/2024\tUBND các huyện
"""
PUSHED = """
 TT   Nội dung                   Thời gian             Đơn vị thực hiện
 1    Ý nghĩa của Ngày hội trẻ em năm 2024   Từ 01/4 đến 15/4/2024   Báo Sơn Khê
 2    Kết quả của Ngày hội;      Từ 16/4 đến           UBND các huyện
      gương người tốt            30/4/2024
"""
UNCOUNTED = """
 Nội dung                                Thời gian                Đơn vị thực hiện
 Ý nghĩa của Ngày hội trẻ em năm 2024    Từ 01/4 đến 15/4/2024    Báo Sơn Khê
 Kết quả của Ngày hội;                   Từ 16/4 đến 30/4/2024    UBND các huyện
 gương người tốt
"""


def _read(table: str) -> Letter:
    lines = plain_lines(
        f"{HEAD}Sở đề nghị như sau:\n1. Nội dung\n{table}\n2. Báo cáo trước ngày 05/5/2024.".split("\n")
    )
    return letter_of(Source("x.txt", "", (tuple(lines),)))


@pytest.mark.parametrize("table", [BLANKS, BARS, BOXES, TABS, PUSHED, UNCOUNTED])
def test_rows_become_contents_with_their_times_and_those_who_owe_them(table: str) -> None:
    letter = _read(table)
    assert [(item.phase, item.text, item.addressees) for item in letter.items] == [
        ("span-1", "Ý nghĩa của Ngày hội trẻ em năm 2024", ("press",)),
        ("span-2", "Kết quả của Ngày hội", ("districts",)),
        ("span-2", "gương người tốt", ("districts",)),
    ]
    assert [str(phase.last_day) for phase in letter.phases] == ["2024-04-15", "2024-04-30"]
    assert [str(duty.report_back) for duty in letter.duties if duty.report_back] == ["2024-05-05"]


@pytest.mark.parametrize(
    "text",
    [
        "UBND TỈNH SƠN KHÊ          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSỞ TƯ PHÁP                    Độc lập - Tự do - Hạnh phúc",
        "Nơi nhận:                   GIÁM ĐỐC\n- Như trên;                 (Đã ký)",
        "TT Tỉnh ủy, TT HĐND tỉnh    để báo cáo",
        "| một dòng có hai dấu |",
        "UBND TỈNH\t\t\tCỘNG HÒA\nSỞ TƯ PHÁP\t\t\tĐộc lập",
    ],
)
def test_what_only_stands_side_by_side_is_no_table(text: str) -> None:
    lines = text.split("\n")
    assert [(line.text, line.cell) for line in plain_lines(lines)] == [(line, None) for line in lines]


def test_text_behind_a_table_is_text_again() -> None:
    lines = [*BLANKS.strip("\n").split("\n"), "", "    III. TỔ CHỨC THỰC HIỆN", "    1. Sở Tư pháp chủ trì."]
    assert [line.text.strip() for line in plain_lines(lines) if line.cell is None and line.text.strip()] == [
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Sở Tư pháp chủ trì.",
    ]
