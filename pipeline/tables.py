"""Tables that users hand over, CSV or XLSX, as sheets of cells; what the cells mean is for others to say."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from crawlers.decode import decode
from crawlers.errors import ParseError
from crawlers.legacy import repair
from pipeline.errors import InputError, system_fault
from pipeline.files import DAMAGED_ZIP
from pipeline.wording import Words

MB: Final = 1_000_000  # bytes
MAX_BYTES: Final = 50 * MB  # of one file
MAX_UNPACKED: Final = 4 * MAX_BYTES  # of all parts of a workbook together
MOST_CELL: Final = 131_072  # characters; more than any text of a log has: a quote was never closed
HEADING_WITHIN: Final = 20  # rows; offices put their name, a title and the month above a table
DELIMITERS: Final = ";\t,"  # spreadsheets of Vietnamese locales write semicolons; "Unicode text" has tabs

DAMAGED: Final = (  # what zipfile, XML and openpyxl raise for a workbook that is none, or is cut or altered
    *DAMAGED_ZIP,
    InvalidFileException,
    SyntaxError,  # of XML: both parsers that openpyxl may use derive theirs from it
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
)
OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx behind a password
OTHER_OFFICE: Final = ("mimetype", "word/document.xml")  # parts of what is packed like a workbook but is none
_MERGE: Final = re.compile(rb'<mergeCell [^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
VI: Final = Words("vi")
EN: Final = Words("en")
SEPARATOR: Final = "\x1f"  # between cells that are mended together; no text has it


@dataclass(frozen=True, slots=True)
class Row:
    """One row of cells: texts from CSV; texts, numbers, days and times from XLSX; None where empty."""

    number: int  # in its sheet, from 1
    cells: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, "" in CSV, and its rows, to be read once."""

    name: str
    rows: Iterator[Row]


def read_bytes(file: Path) -> bytes:
    """Gives the bytes of a file.

    Raises:
        InputError: it is not there, cannot be read, or is too large.
    """
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                f"{file}: larger than {EN.number(MAX_BYTES / MB)} MB; split it",
                f"{file}: tệp lớn hơn {VI.number(MAX_BYTES / MB)} MB; hãy tách thành nhiều tệp",
            )
        return file.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{file}: no such file", f"{file}: không có tệp này") from None
    except OSError as error:
        en, vi = system_fault(error)
        raise InputError(f"{file}: cannot be read: {en}", f"{file}: không đọc được: {vi}") from None


def sheets(file: Path, raw: bytes, is_heading: Callable[[Sequence[Any]], bool]) -> Iterator[Sheet]:
    """Yields the sheets of a table; each is to be read before the next. `is_heading` helps to tell how a CSV is cut.

    Raises:
        InputError: the bytes are no table, or one that is damaged.
    """
    if raw.startswith(OLD_WORKBOOK):
        raise InputError(
            f"{file}: a workbook of old Excel (.xls), or behind a password; save it as .xlsx without a password",
            f"{file}: bảng tính kiểu cũ (.xls) hoặc có mật khẩu; hãy lưu lại thành .xlsx, không đặt mật khẩu",
        )
    if raw.startswith(b"PK"):
        yield from _workbook(file, raw)
    else:
        yield Sheet("", _csv_rows(file, _csv_text(file, raw), is_heading))


def _csv_text(file: Path, raw: bytes) -> str:
    try:
        return decode(raw, "text/csv", url=str(file))
    except ParseError as error:
        raise InputError(
            f"{file}: not a table of CSV: {error.detail}; save the table as .xlsx",
            f"{file}: không đọc được như bảng CSV; hãy lưu bảng thành .xlsx",
        ) from None


def _csv_rows(file: Path, text: str, is_heading: Callable[[Sequence[Any]], bool]) -> Iterator[Row]:
    number = 0
    try:
        for number, row in enumerate(_cut(text, _delimiter(text, is_heading)), start=1):
            if any(len(cell) > MOST_CELL for cell in row):
                raise _open_quote(file, number, f"a cell of more than {EN.number(MOST_CELL)} characters")
            yield Row(number, row)
    except csv.Error as error:
        raise _open_quote(file, number + 1, str(error)) from None


def _open_quote(file: Path, number: int, why: str) -> InputError:
    return InputError(
        f"{file}:{number}: not a row of a table: {why}; look for a quote that is not closed",
        f'{file}:{number}: không đọc được dòng này; hãy tìm dấu " chưa đóng',
    )


def _delimiter(text: str, is_heading: Callable[[Sequence[Any]], bool]) -> str:
    """Gives the delimiter that makes a heading of one of the first lines, else the one that stands there most often."""
    lines = text.splitlines()[:HEADING_WITHIN]
    for delimiter in DELIMITERS:
        if any(is_heading(next(_cut(line, delimiter), ())) for line in lines if delimiter in line):
            return delimiter
    return max(DELIMITERS, key=lambda each: sum(line.count(each) for line in lines))


def _cut(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_BYTES)  # of the whole program; MOST_CELL is the limit here
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _workbook(file: Path, raw: bytes) -> Iterator[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
            names = parts.namelist()
        if unpacked > MAX_UNPACKED:
            raise InputError(
                f"{file}: larger than {EN.number(MAX_UNPACKED / MB)} MB unpacked; split it",
                f"{file}: giải nén ra hơn {VI.number(MAX_UNPACKED / MB)} MB; hãy tách thành nhiều tệp",
            )
        if any(name in names for name in OTHER_OFFICE):
            raise InputError(
                f"{file}: a document of another kind; save the table as .xlsx",
                f"{file}: tài liệu loại khác, không phải bảng tính Excel; hãy lưu bảng thành .xlsx",
            )
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        for sheet in book.worksheets:
            yield Sheet(sheet.title, _sheet_rows(file, sheet, _merged(raw, sheet)))
        book.close()
    except DAMAGED as error:
        raise _damaged(file, error) from None


def _sheet_rows(file: Path, sheet: Any, merged: Sequence[tuple[int, int, int]]) -> Iterator[Row]:
    """Yields the rows; a cell that is merged over several rows says in each of them what it says in the first."""
    spans = deque(merged)
    open_: dict[int, tuple[int, Any]] = {}  # column -> last row, value
    try:
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = [_value(cell) for cell in row]
            for column, (last, value) in list(open_.items()):
                if number > last:
                    del open_[column]
                elif column < len(cells) and cells[column] is None:
                    cells[column] = value
            while spans and spans[0][0] == number:
                _, last, column = spans.popleft()
                open_[column] = (last, cells[column] if column < len(cells) else None)
            yield Row(number, _mended(cells))
    except DAMAGED as error:
        raise _damaged(file, error) from None


def _value(cell: Any) -> Any:
    """Gives what a cell holds; a length of time that shows its seconds, 0:15:00, as the text that it shows.

    Whether 2 hours 15 minutes were typed as 2:15:00 or as 2:15, which may mean minutes and seconds, only its form tells.
    """
    value = cell.value
    if isinstance(value, time):
        length = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    elif isinstance(value, timedelta):
        length = value
    else:
        return value
    if "s" not in str(cell.number_format).lower() or length >= timedelta(days=1):
        return value
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _merged(raw: bytes, sheet: Any) -> list[tuple[int, int, int]]:
    """Gives the cells that are merged downwards, by row: first row, last row, column from 0."""
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        xml = parts.read(sheet._worksheet_path.lstrip("/"))  # noqa: SLF001 - openpyxl tells merges to who loads all cells only
    spans = []
    for left, top, right, bottom in _MERGE.findall(xml, max(xml.rfind(b"</sheetData>"), 0)):
        if left == right and int(top) < int(bottom):
            spans.append((int(top), int(bottom), column_index_from_string(left.decode()) - 1))
    return sorted(spans)


def _damaged(file: Path, error: BaseException) -> InputError:
    why = " ".join(str(error).split()) or type(error).__name__
    return InputError(
        f"{file}: not a workbook that can be read: {why}; open it in Excel and save it as .xlsx again",
        f"{file}: bảng tính bị hỏng hoặc không phải tệp Excel; hãy mở bằng Excel rồi lưu lại thành .xlsx",
    )


def _mended(cells: Sequence[Any]) -> Sequence[Any]:
    """Repairs what was typed for the fonts of the 1990s; a row together, since one word alone does not tell its font."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    joined = SEPARATOR.join(texts)
    if joined.isascii() or (mended := repair(joined)) == joined:
        return cells
    parts = iter(mended.split(SEPARATOR))
    return [next(parts) if isinstance(cell, str) else cell for cell in cells]
