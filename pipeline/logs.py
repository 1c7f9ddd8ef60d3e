"""Channel logs: what went out on LED screens, loudspeakers, fan pages, air and paper, row by row from CSV or XLSX.

Reads and writes files; what a row means in the store is said in `pipeline.steps.log`.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, get_args

import openpyxl
import xlsxwriter
from openpyxl.utils.exceptions import InvalidFileException

from crawlers.article import Channel
from crawlers.dates import LOCAL_TZ, parse_date
from crawlers.decode import clean_text, decode
from crawlers.errors import ParseError
from pipeline.errors import InputError
from pipeline.files import writing
from pipeline.report.words import CHANNELS

COLUMNS: Final[Mapping[str, tuple[str, str]]] = {  # key -> heading in Vietnamese, in English
    "outlet": ("Mã cơ quan", "Outlet id"),
    "channel": ("Kênh", "Channel"),
    "day": ("Ngày", "Date"),
    "time": ("Giờ", "Time"),
    "title": ("Tiêu đề", "Title"),
    "text": ("Nội dung", "Text"),
    "minutes": ("Thời lượng (phút)", "Minutes"),
    "airings": ("Số lần phát", "Airings"),
    "link": ("Đường dẫn", "Link"),
}
NEEDED: Final = ("outlet", "channel", "day", "title")
CHANNEL_IDS: Final[tuple[Channel, ...]] = get_args(Channel)
MAX_ROWS: Final = 100_000  # a loudspeaker network of 200 communes logs about 40,000 a year
MAX_BYTES: Final = 50_000_000  # of one file
MAX_MINUTES: Final = 24 * 60.0  # of one item; more is a typing error
MAX_AIRINGS: Final = 1_000
TEMPLATE_ROWS: Final = 2_000  # rows of the XLSX template that offer choices

DAMAGED: Final = (  # what zipfile, XML and openpyxl raise for a workbook that is none, or is cut or altered
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    SyntaxError,  # of XML: both parsers that openpyxl may use derive theirs from it
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    RuntimeError,  # a part is encrypted, or packed in a way that zipfile does not know
    OSError,  # a part says that it starts before the file
)
_CLOCK: Final = re.compile(r"(\d{1,2})\s*(?:[:hg]\s*(\d{2})?)?\s*(?:phút|p)?(?::\d{2})?")


@dataclass(frozen=True, slots=True)
class LogRow:
    """One item that went out on one channel, as its office wrote it down."""

    number: int  # of the row in the file, 1 for the heading
    outlet: str
    channel: Channel
    at: datetime  # aware, local
    timed: bool  # the time of day is known
    title: str
    text: str
    minutes: float | None  # of one airing
    airings: int
    link: str


def write_template(file: Path, outlets: Sequence[tuple[str, str]], lang: str) -> None:
    """Writes an empty log, CSV or XLSX by the file's name, with headings and the choices of each column.

    Raises:
        InputError: the name ends otherwise.
        PipelineError: the file cannot be written.
    """
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
        _write_xlsx(out, headings, outlets, [CHANNELS[channel][side] for channel in CHANNEL_IDS])


def _write_xlsx(out: Any, headings: Sequence[str], outlets: Sequence[tuple[str, str]], channels: Sequence[str]) -> None:
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, lists = book.add_worksheet("Nhật ký"), book.add_worksheet("Danh mục")
    bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "dd/mm/yyyy"})
    for place, (heading, width) in enumerate(zip(headings, (18, 22, 13, 9, 60, 60, 18, 14, 40), strict=True)):
        sheet.write_string(0, place, heading, bold)
        sheet.set_column(place, place, width, day if place == 2 else None)
    sheet.freeze_panes(1, 0)
    for row, (identity, name) in enumerate(outlets):
        lists.write_string(row, 0, identity)
        lists.write_string(row, 1, name)
    for row, channel in enumerate(channels):
        lists.write_string(row, 3, channel)
    lists.set_column(0, 3, 32)
    if outlets:
        source = f"='Danh mục'!$A$1:$A${len(outlets)}"
        sheet.data_validation(1, 0, TEMPLATE_ROWS, 0, {"validate": "list", "source": source})
    source = f"='Danh mục'!$D$1:$D${len(channels)}"
    sheet.data_validation(1, 1, TEMPLATE_ROWS, 1, {"validate": "list", "source": source})
    book.close()


def read_log(file: Path, outlets: Sequence[str]) -> tuple[list[LogRow], bytes]:
    """Reads a filled log; gives its rows and its bytes.

    Raises:
        InputError: one line for each fault, `file:row: column: what is wrong`; then nothing of the file is used.
    """
    raw = _bytes(file)
    cells = _xlsx_rows(file, raw) if raw.startswith(b"PK") else _csv_rows(file, raw)
    heading = next(cells, None)
    places = _places(file, heading[1] if heading else ())
    rows: list[LogRow] = []
    faults: list[tuple[str, str]] = []
    for number, values in cells:
        if number > MAX_ROWS + 1:
            raise InputError(
                f"{file}: more than {MAX_ROWS} rows; split it", f"{file}: quá {MAX_ROWS} dòng; hãy tách tệp"
            )
        row = {name: values[place] if place < len(values) else None for name, place in places.items()}
        if any(value not in {None, ""} for value in row.values()):
            found = _Row(number, row, outlets)
            rows += [read] if (read := found.read()) else []
            faults += found.faults
    if faults:
        raise InputError("\n".join(f"{file}:{en}" for en, _ in faults), "\n".join(f"{file}:{vi}" for _, vi in faults))
    return rows, raw


def _bytes(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                f"{file}: larger than {MAX_BYTES} bytes; split it", f"{file}: lớn quá {MAX_BYTES} byte; hãy tách tệp"
            )
        return file.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{file}: no such file", f"{file}: không có tệp này") from None
    except OSError as error:
        raise InputError(
            f"{file}: cannot be read: {error.strerror}", f"{file}: không đọc được: {error.strerror}"
        ) from None


def _csv_rows(file: Path, raw: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    try:
        text = decode(raw, "text/csv", url=str(file))
    except ParseError as error:
        raise InputError(f"{file}: not a table: {error.detail}", f"{file}: không phải bảng: {error.detail}") from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)  # spreadsheets of Vietnamese locales write semicolons
    number = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            yield number, row
    except csv.Error as error:  # a field of more characters than any text has: a quote was never closed
        raise InputError(
            f"{file}:{number + 1}: not a row of a table: {error}; look for a quote that is not closed",
            f'{file}:{number + 1}: không phải một dòng của bảng: {error}; hãy tìm dấu " chưa đóng',
        ) from None


def _xlsx_rows(file: Path, raw: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > 4 * MAX_BYTES:
            raise InputError(
                f"{file}: larger than {4 * MAX_BYTES} bytes unpacked", f"{file}: giải nén lớn quá {4 * MAX_BYTES} byte"
            )
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        yield from enumerate(book.worksheets[0].iter_rows(values_only=True), start=1)
        book.close()
    except DAMAGED as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise InputError(
            f"{file}: not a workbook that can be read: {why}", f"{file}: không đọc được bảng tính: {why}"
        ) from None


def _places(file: Path, heading: Sequence[Any]) -> dict[str, int]:
    """Finds the columns by their headings in either language, or by their keys."""
    names = {_plain(name): key for key, pair in COLUMNS.items() for name in (key, *pair)}
    places = {names[plain]: place for place, cell in enumerate(heading) if (plain := _plain(str(cell or ""))) in names}
    missing = [name for name in NEEDED if name not in places]
    if missing:
        en, vi = (", ".join(f'"{COLUMNS[name][side]}"' for name in missing) for side in (1, 0))
        raise InputError(
            f"{file}:1: no column {en}; take the headings of `rasoat log template`",
            f"{file}:1: thiếu cột {vi}; hãy dùng dòng tiêu đề của `rasoat log template`",
        )
    return places


def _plain(text: str) -> str:
    """Gives a text without marks, case and signs: how headings and choices are compared."""
    bare = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return re.sub(r"[^a-z0-9]+", "", bare)


CHANNEL_NAMES: Final[Mapping[str, Channel]] = {
    _plain(name): channel for channel in CHANNEL_IDS for name in (channel, *CHANNELS[channel])
}


class _Row:
    """One row being read, and its faults in both languages."""

    def __init__(self, number: int, cells: Mapping[str, Any], outlets: Sequence[str]) -> None:
        self.number = number
        self.cells = cells
        self.outlets = outlets
        self.faults: list[tuple[str, str]] = []

    def read(self) -> LogRow | None:
        """Gives the row; None where it has a fault."""
        outlet, channel, day = self._outlet(), self._channel(), self._day()
        clock, title = self._time(), self._text("title")
        minutes, airings = self._minutes(), self._airings()
        if not title:
            self._fault("title", "empty", "trống")
        if self.faults or outlet is None or channel is None or day is None:
            return None
        return LogRow(
            number=self.number,
            outlet=outlet,
            channel=channel,
            at=datetime.combine(day, clock or time(), LOCAL_TZ),
            timed=clock is not None,
            title=title,
            text=self._text("text"),
            minutes=minutes,
            airings=airings,
            link=self._text("link"),
        )

    def _fault(self, column: str, en: str, vi: str) -> None:
        heading_vi, heading_en = COLUMNS[column]
        self.faults.append((f"{self.number}: {heading_en}: {en}", f"{self.number}: {heading_vi}: {vi}"))

    def _text(self, column: str) -> str:
        value = self.cells.get(column)
        return clean_text(str(value)) if value is not None else ""

    def _outlet(self) -> str | None:
        value = self._text("outlet")
        if value in self.outlets:
            return value
        known = ", ".join(self.outlets)
        self._fault(
            "outlet", f"no outlet {value!r}; there are: {known}", f"không có cơ quan {value!r}; đang có: {known}"
        )
        return None

    def _channel(self) -> Channel | None:
        value = self._text("channel")
        found = CHANNEL_NAMES.get(_plain(value))
        if found is None:
            en, vi = (", ".join(CHANNELS[channel][side] for channel in CHANNEL_IDS) for side in (1, 0))
            self._fault("channel", f"no channel {value!r}; there are: {en}", f"không có kênh {value!r}; đang có: {vi}")
        return found

    def _day(self) -> date | None:
        value = self.cells.get("day")
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        found = parse_date(self._text("day"))
        if found is None:
            self._fault(
                "day",
                f"no day {self._text('day')!r}; write 05/09/2020",
                f"không đọc được ngày {self._text('day')!r}; hãy ghi 05/09/2020",
            )
            return None
        return found.value.astimezone(LOCAL_TZ).date()

    def _time(self) -> time | None:
        value = self.cells.get("time")
        if isinstance(value, datetime):
            return value.time()
        if isinstance(value, time):
            return value
        text = self._text("time")
        match = _CLOCK.fullmatch(text.lower())
        if text and (match is None or int(match[1]) > 23 or int(match[2] or 0) > 59):
            self._fault("time", f"no time {text!r}; write 17:30", f"không đọc được giờ {text!r}; hãy ghi 17:30")
            return None
        return time(int(match[1]), int(match[2] or 0)) if match else None

    def _minutes(self) -> float | None:
        text = self._text("minutes").replace(",", ".")
        if not text:
            return None
        value = self.cells.get("minutes")
        if isinstance(value, time):
            minutes = _typed(timedelta(hours=value.hour, minutes=value.minute, seconds=value.second))
        elif isinstance(value, timedelta):
            minutes = _typed(value)
        else:
            minutes = _written(text)
        if not 0 < minutes <= MAX_MINUTES:
            self._fault(
                "minutes",
                f"no length {text!r}; write 2.5 or 2:30",
                f"không đọc được thời lượng {text!r}; hãy ghi 2,5 hoặc 2:30",
            )
            return None
        return minutes

    def _airings(self) -> int:
        text = self._text("airings").removesuffix(".0")
        if not text:
            return 1
        if not text.isdecimal() or not 1 <= int(text) <= MAX_AIRINGS:
            self._fault(
                "airings",
                f"no count {text!r}; write 1 to {MAX_AIRINGS}",
                f"không đọc được số lần {text!r}; hãy ghi từ 1 đến {MAX_AIRINGS}",
            )
            return 1
        return int(text)


def _written(text: str) -> float:
    """Reads "2.5" or "2:30" as minutes; -1 where it is neither."""
    whole, colon, seconds = text.partition(":")
    try:
        return float(whole) + (float(seconds) / 60 if colon else 0.0)
    except ValueError:
        return -1.0


def _typed(length: timedelta) -> float:
    """Gives the minutes meant by a clock time, into which Excel turns what is typed in a cell.

    2:30 is stored there as 2 hours 30 minutes, and minutes and seconds were meant, as in a text. Only what was typed
    with seconds, 0:02:30, is the length that it says.
    """
    seconds = length.total_seconds()
    return seconds / 60 if seconds % 60 else seconds / 3600
