"""The empty log that offices fill in, with headings, and hints and choices in its cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from pipeline.errors import InputError
from pipeline.files import writing
from pipeline.logs.columns import CHANNEL_IDS, COLUMNS
from pipeline.report.words import CHANNELS

HINTS: Final[Mapping[str, tuple[str, str]]] = {  # what the template says when a cell is chosen
    "outlet": ("Chọn mã trong danh sách; trang tính Danh mục ghi tên từng cơ quan.", "Choose an id; the second sheet names them."),
    "channel": ("Chọn trong danh sách.", "Choose from the list."),
    "day": ("Ngày phát hoặc đăng: 05/09/2020", "The day it went out: 05/09/2020"),
    "time": ("Giờ phát, nếu biết: 17:30", "The time, where known: 17:30"),
    "title": ("Bắt buộc. Mỗi tin, bài ghi một dòng; phát nhiều lần thì ghi vào cột Số lần phát.", "Needed. One row for each item; how often it was aired stands under Airings."),
    "text": ("Nội dung đã phát; ghi càng đủ, máy gán chủ đề càng chính xác.", "What was said; the more, the better its topics are found."),
    "minutes": ("Của một lần phát: 2,5 hoặc 2:30 (hai phút rưỡi)", "Of one airing: 2.5 or 2:30 (two minutes and a half)"),
    "airings": ("Số lần phát; để trống là 1.", "How often; empty is once."),
    "link": ("Nếu có.", "Where there is one."),
    "page": ("Báo in: bài đăng ở trang mấy; trang nhất là 1.", "Of a paper: the page it stands on; the first is 1."),
}  # fmt: skip
TEMPLATE_ROWS: Final = 2_000  # rows of the XLSX template that offer choices


def write_template(file: Path, outlets: Mapping[str, str], lang: str) -> None:
    """Writes an empty log, CSV or XLSX by the file's name, with headings and the choices of each column.

    `outlets` are names by id.

    Raises:
        InputError: the name ends otherwise, or the file is there: it may be a log that somebody filled in.
        PipelineError: the file cannot be written.
    """
    if file.exists():
        raise InputError(
            f"{file}: there already, perhaps filled in; name a new file",
            f"{file}: tệp đã có, có thể đã điền; hãy đặt tên tệp mới",
        )
    side = 1 if lang == "en" else 0
    headings = [pair[side] for pair in COLUMNS.values()]
    if file.suffix.lower() == ".csv":
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerow(headings)
        with writing(file) as out:
            out.write(b"\xef\xbb\xbf" + buffer.getvalue().encode())  # the mark tells spreadsheets that it is UTF-8
        return
    if file.suffix.lower() != ".xlsx":
        raise InputError(f"{file}: name a .csv or .xlsx file", f"{file}: hãy đặt tên tệp .csv hoặc .xlsx")
    with writing(file) as out:
        _write_xlsx(out, headings, outlets, side)


def _write_xlsx(out: Any, headings: Sequence[str], outlets: Mapping[str, str], side: int) -> None:
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, lists = book.add_worksheet("Nhật ký"), book.add_worksheet("Danh mục")
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {
        "day": book.add_format({"num_format": "dd/mm/yyyy"}),
        "minutes": book.add_format({"num_format": "@"}),  # else a spreadsheet makes 2:30 a time of the day
    }
    for place, (key, width) in enumerate(zip(COLUMNS, (18, 22, 13, 9, 60, 60, 18, 14, 40, 8), strict=True)):
        sheet.write_string(0, place, headings[place], bold)
        sheet.set_column(place, place, width, formats.get(key))
    sheet.freeze_panes(1, 0)
    channels = [CHANNELS[channel][side] for channel in CHANNEL_IDS]
    for row, (identity, name) in enumerate(outlets.items()):
        lists.write_string(row, 0, identity)
        lists.write_string(row, 1, name)
    for row, channel in enumerate(channels):
        lists.write_string(row, 3, channel)
    lists.set_column(0, 3, 32)
    choices = {"outlet": ("A", len(outlets)), "channel": ("D", len(channels))}
    for place, key in enumerate(COLUMNS):
        rule: dict[str, Any] = {"validate": "any", "input_message": HINTS[key][side]}
        column, number = choices.get(key, ("", 0))
        if number:
            rule |= {"validate": "list", "source": f"='Danh mục'!${column}$1:${column}${number}"}
        sheet.data_validation(1, place, TEMPLATE_ROWS, place, rule)
    book.close()
