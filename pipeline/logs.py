"""Channel logs: what went out on LED screens, loudspeakers, fan pages, air and paper, row by row from CSV or XLSX.

Reads and writes files; what a row means in the store is said in `pipeline.steps.log`.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, get_args

import xlsxwriter
from openpyxl.utils.datetime import from_excel

from crawlers.article import Channel
from crawlers.dates import FIRST_YEAR, LAST_YEAR, LOCAL_TZ, parse_date
from crawlers.decode import clean_text
from pipeline.errors import InputError
from pipeline.files import together, writing
from pipeline.report.words import CHANNELS
from pipeline.tables import HEADING_WITHIN, Row, read_bytes, sheets
from pipeline.wording import Pair, Words

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
    "page": ("Trang", "Page"),
}
ALSO: Final[Mapping[str, tuple[str, ...]]] = {  # how offices head these columns in tables of their own
    "outlet": ("Cơ quan", "Đơn vị", "Tên cơ quan", "Tên đơn vị", "Outlet"),
    "channel": ("Kênh tuyên truyền", "Kênh phát", "Kênh đăng"),
    "day": ("Ngày đăng", "Ngày phát", "Ngày phát sóng", "Ngày tháng", "Ngày tháng năm"),
    "time": ("Giờ đăng", "Giờ phát", "Giờ phát sóng", "Khung giờ"),
    "title": ("Tên bài", "Tên tin bài", "Tiêu đề tin bài", "Tin bài", "Tên chương trình"),
    "text": ("Nội dung tuyên truyền", "Tóm tắt", "Nội dung tóm tắt"),
    "minutes": ("Thời lượng", "Số phút"),
    "airings": ("Số lần", "Số lượt", "Số lượt phát", "Số lần đăng"),
    "link": ("Đường link", "Liên kết", "URL"),
    "page": ("Trang báo", "Trang số", "Số trang", "Trang đăng"),
}
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
NEEDED: Final = ("outlet", "channel", "day", "title")
CHANNEL_IDS: Final[tuple[Channel, ...]] = get_args(Channel)
CHANNELS_ALSO: Final[Mapping[Channel, tuple[str, ...]]] = {  # how offices call the channels
    "website": ("trang tin điện tử", "trang TTĐT", "cổng thông tin điện tử", "báo điện tử", "trang web", "web"),
    "radio": ("đài phát thanh", "phát thanh FM"),
    "television": ("tivi", "TV", "phát sóng truyền hình"),
    "print": ("báo giấy", "báo viết", "tạp chí in", "bản tin in"),
    "fan_page": ("fanpage", "facebook", "mạng xã hội", "zalo", "zalo OA", "trang facebook"),
    "led_screen": ("LED", "bảng LED", "bảng điện tử", "màn hình điện tử"),
    "loudspeaker": ("loa", "truyền thanh", "loa phát thanh", "đài truyền thanh", "truyền thanh cơ sở"),
    "mobile_unit": ("xe loa", "xe lưu động", "tuyên truyền lưu động", "xe tuyên truyền"),
}
MAX_ROWS: Final = 100_000  # a loudspeaker network of 200 communes logs about 40,000 a year
MAX_MINUTES: Final = 24 * 60.0  # of one item; more is a typing error
MAX_AIRINGS: Final = 1_000
MAX_SHOWN: Final = 60  # characters of a cell in a fault; the row and column find the rest
MAX_NAMED: Final = 10  # outlets named in a fault; a line of more is not read
TEMPLATE_ROWS: Final = 2_000  # rows of the XLSX template that offer choices
SERIALS: Final = range(36_526, 73_051)  # days as Excel counts them, 2000 to 2099, in cells that are not shown as days

EMPTY: Final = ("empty", "còn trống")  # English, Vietnamese
VI: Final = Words("vi")
EN: Final = Words("en")

FOOT: Final = (  # all that a total or a line to sign says; a blank stands for any signs
    r"(?:tổng cộng|tổng số|tổng|cộng)(?: \d+| tin| bài| lượt| lần| phút| chương trình)*",
    r"người (?:lập|ghi|tổng hợp)(?: biểu| bảng| sổ| nhật ký| báo cáo)?",
    r"thủ trưởng(?: đơn vị| cơ quan)?",
    r"k[ýí] tên(?: đóng dấu)?",
    r"k[ýí](?: và)? ghi rõ họ tên",
)
FOOT_OPENS: Final = (  # how longer ones begin, and the place and day above who signs; items may be titled like these
    r"(?:tổng cộng(?! ty\b)|tổng số|người (?:lập|ghi|tổng hợp)|thủ trưởng|xác nhận của|k[ýí] tên|k[ýí](?: và)? ghi rõ)\b.*",
    r"(?:[^,]*,\s*+)?ngày[\W_]*+\d*+[\W_]*+tháng[\W_]*+\d*+[\W_]*+năm[\W_]*+\d*+",
)
_CLOCK: Final = re.compile(r"(\d{1,2})\s*(?:[:hg]\s*(\d{2})?)?\s*(?:phút|p|')?(?::\d{2})?\s*(sa|ch|sáng|chiều|tối)?")
_NUMBER: Final = re.compile(r"\+?(?:\d++[.,]?\d*|[.,]\d+)")  # float() takes more, "1_0" and "1e1" too
_PAGE: Final = re.compile(
    r"(?:trang|tr\.?|bìa)?\s*(?:số\s*)?(?:0*([1-9]\d{0,3})\b|nhất\b|đầu\b)"
)  # "1", "1.0", "trang 1, 4", "trang nhất"
_LENGTH: Final = re.compile(
    r"(?:(?P<h>\d+)\s*(?:giờ|h|tiếng)\s*)?"
    r"(?:(?P<m>\d+(?:[.,]\d+)?)\s*(?:phút|ph|p|min|minutes?|m|')\s*)?"
    r'(?:(?P<s>\d+(?:[.,]\d+)?)\s*(?:giây|s|sec|seconds?|"|\'\')?)?'
)


@dataclass(frozen=True, slots=True)
class LogRow:
    """One item that went out on one channel, as its office wrote it down."""

    place: str  # in the file: the number of the row, 1 for the first, after the sheet's name where there are several
    outlet: str
    channel: Channel
    at: datetime  # aware, local
    timed: bool  # the time of day is known
    title: str
    text: str
    minutes: float | None  # of one airing
    airings: int
    link: str
    page: int | None = None  # of a paper, the first that it stands on


@dataclass(frozen=True, slots=True)
class Log:
    """A filled log: its rows, its bytes, and the headings of columns that say nothing to us."""

    rows: tuple[LogRow, ...]
    raw: bytes
    unused: tuple[str, ...]


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


def read_log(file: Path, outlets: Mapping[str, str]) -> Log:
    """Reads a filled log: every sheet that has the headings. `outlets` are names by id.

    Raises:
        InputError: one line for each fault, `file:row: column: what is wrong`; then nothing of the file is used.
    """
    raw = read_bytes(file)
    known = {_plain(name): identity for identity, name in outlets.items() if name}
    known |= {_plain(identity): identity for identity in outlets} | {identity: identity for identity in outlets}
    rows: list[LogRow] = []
    faults: list[tuple[str, str]] = []
    unused: list[str] = []
    numbered = heads = 0
    missing: Sequence[str] = NEEDED
    for sheet in sheets(file, raw, _is_heading):
        places, strange, absent = _heading(sheet.rows)
        if absent:
            missing = min(missing, absent, key=len)
            continue
        heads += 1
        unused += strange
        before = f"{sheet.name}:" if sheet.name and heads > 1 else ""
        for row in sheet.rows:
            cells = {name: row.cells[place] if place < len(row.cells) else None for name, place in places.items()}
            if all(_blank(value) for value in cells.values()) or _is_foot(row, cells):
                continue
            numbered += 1  # rows that are formatted and empty, of which sheets have a million, do not count
            if numbered > MAX_ROWS:
                raise InputError(
                    f"{file}: more than {EN.number(MAX_ROWS)} rows; split it",
                    f"{file}: quá {VI.number(MAX_ROWS)} dòng; hãy tách thành nhiều tệp",
                )
            found = _Row(f"{before}{row.number}", cells, known, outlets)
            rows += [read] if (read := found.read()) else []
            faults += found.faults
    if not heads:
        raise _no_heading(file, raw, missing)
    if faults:
        raise together(file, [InputError(f"{file}:{en}", f"{file}:{vi}") for en, vi in faults])
    return Log(tuple(rows), raw, tuple(dict.fromkeys(unused)))


def _is_foot(row: Row, cells: Mapping[str, Any]) -> bool:
    """Tells whether a row is a total or a line to sign below a table: no channel, no day, and the words for it.

    Words that may open a title as well, "Tổng số ca mắc giảm", count only where outlet and time are empty too.
    """
    if not all(_blank(cells.get(name)) for name in ("channel", "day")):
        return False
    if any(_says(_FOOT, cell) for cell in row.cells):
        return True
    bare = all(_blank(value) or _says(_FOOT_OPENS, value) for value in map(cells.get, ("outlet", "time")))
    return bare and any(_says(_FOOT_OPENS, cell) for cell in row.cells)


def _says(words: tuple[re.Pattern[str], re.Pattern[str]], cell: Any) -> bool:
    """Tells whether a cell says such words, as `_words` gives them. Only where it has no marks are they left out of account.

    Else a "thứ trưởng", of whom items tell, would sign as "thủ trưởng".
    """
    marked, unmarked = words
    text = unicodedata.normalize("NFC", str(cell).strip().casefold()) if cell is not None else ""
    return bool((unmarked if text.isascii() else marked).fullmatch(text))


def _blank(value: Any) -> bool:
    return value is None or not str(value).strip()


def _words(patterns: Iterable[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Compiles what is compared with a text in marks, and with one without."""
    marked = rf"\W*+(?:{'|'.join(patterns)})\W*".replace(" ", r"\W+")
    return re.compile(marked, re.DOTALL), re.compile(_unmarked(marked), re.DOTALL)


def _unmarked(text: str) -> str:
    apart = unicodedata.normalize("NFD", text).replace("đ", "d")
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _plain(text: str) -> str:
    """Gives a text without marks, case and signs: how headings and choices are compared."""
    return re.sub(r"[^a-z0-9]+", "", _unmarked(text.casefold()))


_FOOT: Final = _words(FOOT)
_FOOT_OPENS: Final = _words(FOOT_OPENS)


HEADINGS: Final[Sequence[Mapping[str, str]]] = (  # plain heading -> key; ours come before those of offices
    {_plain(name): key for key, pair in COLUMNS.items() for name in (key, *pair)},
    {_plain(name): key for key, names in ALSO.items() for name in names},
)
NUMBERING: Final = ("", "stt", "tt", "no")  # headings of columns that only number the rows
CHANNEL_NAMES: Final[Mapping[str, Channel]] = {
    _plain(name): channel for channel in CHANNEL_IDS for name in (channel, *CHANNELS[channel], *CHANNELS_ALSO[channel])
}


def _is_heading(cells: Iterable[Any]) -> bool:
    return not _missing(_places(cells))


def _heading(rows: Iterator[Row]) -> tuple[dict[str, int], list[str], Sequence[str]]:
    """Reads on to the heading: the place of each column, the headings that nobody knows, and the columns that lack."""
    missing: Sequence[str] = NEEDED
    for row in rows:
        places = _places(row.cells)
        if not (absent := _missing(places)):
            strange = (
                clean_text(str(cell)) for place, cell in enumerate(row.cells) if place not in places.values() and cell
            )
            return places, [each for each in strange if _plain(each) not in NUMBERING], ()
        missing = min(missing, absent, key=len)
        if row.number >= HEADING_WITHIN:
            break
    return {}, [], missing


def _places(cells: Iterable[Any]) -> dict[str, int]:
    """Finds the columns by their headings in either language or their keys, then by what else offices call them."""
    plain = [_plain(str(cell or "")) for cell in cells]
    found: dict[str, int] = {}
    for names in HEADINGS:
        for place, name in enumerate(plain):
            if name in names and place not in found.values():
                found.setdefault(names[name], place)
    return found


def _missing(places: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(name for name in NEEDED if name not in places)


def _no_heading(file: Path, raw: bytes, missing: Sequence[str]) -> InputError:
    if not raw.strip():
        return InputError(f"{file}: empty", f"{file}: tệp trống")
    en, vi = (", ".join(f'"{COLUMNS[name][side]}"' for name in missing) for side in (1, 0))
    return InputError(
        f"{file}: no column {en}; take the headings of `rasoat log template`",
        f"{file}: thiếu cột {vi}; hãy dùng dòng tiêu đề của `rasoat log template`",
    )


class _Row:
    """One row being read, and its faults in both languages."""

    def __init__(
        self, place: str, cells: Mapping[str, Any], known: Mapping[str, str], outlets: Mapping[str, str]
    ) -> None:
        self.place = place
        self.cells = cells
        self.known = known
        self.outlets = outlets
        self.faults: list[tuple[str, str]] = []

    def read(self) -> LogRow | None:
        """Gives the row; None where it has a fault."""
        outlet, channel, day = self._outlet(), self._channel(), self._day()
        clock, title = self._time(), self._text("title")
        minutes, airings = self._minutes(), self._airings()
        page = self._page() if channel == "print" else None
        if not title:
            self._fault("title", "empty; write what the item is called", "còn trống; hãy ghi tên tin, bài")
        if self.faults or outlet is None or channel is None or day is None:
            return None
        return LogRow(
            place=self.place,
            outlet=outlet,
            channel=channel,
            at=datetime.combine(day, clock or time(), LOCAL_TZ),
            timed=clock is not None,
            title=title,
            text=self._text("text"),
            minutes=minutes,
            airings=airings,
            link=self._text("link"),
            page=page,
        )

    def _fault(self, column: str, en: str, vi: str) -> None:
        heading_vi, heading_en = COLUMNS[column]
        self.faults.append((f"{self.place}: {heading_en}: {en}", f"{self.place}: {heading_vi}: {vi}"))

    def _text(self, column: str) -> str:
        value = self.cells.get(column)
        return clean_text(str(value)) if value is not None else ""

    def _outlet(self) -> str | None:
        value = self._text("outlet")
        found = self.known.get(value) or self.known.get(_plain(value))
        if found is None:
            vi, en = self._choice()
            no_en, no_vi = (f"no outlet {_shown(value)}", f"không có cơ quan {_shown(value)}") if value else EMPTY
            self._fault("outlet", f"{no_en}; {en}", f"{no_vi}; {vi}")
        return found

    def _choice(self) -> Pair:
        """Says which outlets there are; of many only where they stand."""
        if len(self.outlets) > MAX_NAMED:
            return (
                "xem trang tính Danh mục của biểu mẫu `rasoat log template`",
                "see the sheet Danh mục of `rasoat log template`",
            )
        all_ = ", ".join(f"{identity} ({name})" if name else identity for identity, name in self.outlets.items())
        return f"hãy ghi một trong: {all_}", f"write one of: {all_}"

    def _channel(self) -> Channel | None:
        value = self._text("channel")
        found = CHANNEL_NAMES.get(_plain(value))
        if found is None:
            all_en, all_vi = (", ".join(CHANNELS[channel][side] for channel in CHANNEL_IDS) for side in (1, 0))
            no_en, no_vi = (f"no channel {_shown(value)}", f"không có kênh {_shown(value)}") if value else EMPTY
            self._fault("channel", f"{no_en}; write one of: {all_en}", f"{no_vi}; hãy ghi một trong: {all_vi}")
        return found

    def _day(self) -> date | None:
        value = self.cells.get("day")
        if isinstance(value, int | float) and SERIALS.start <= value < SERIALS.stop:
            value = from_excel(value)
        if isinstance(value, datetime):
            value = value.date()
        if isinstance(value, date) and FIRST_YEAR <= value.year < LAST_YEAR:
            return value
        text = self._text("day")
        found = parse_date(text) if text else None
        if found is None:
            no_en, no_vi = (f"no day {_shown(text)}", f"không đọc được ngày {_shown(text)}") if text else EMPTY
            self._fault("day", f"{no_en}; write as 05/09/2020", f"{no_vi}; hãy ghi như 05/09/2020")
            return None
        return found.value.astimezone(LOCAL_TZ).date()

    def _time(self) -> time | None:
        value = self.cells.get("time")
        if isinstance(value, datetime):
            return value.time()
        if isinstance(value, time):
            return value
        text = self._text("time")
        found = _clock(text)
        if text and found is None:
            self._fault(
                "time",
                f"no time {_shown(text)}; write as 17:30",
                f"không đọc được giờ {_shown(text)}; hãy ghi như 17:30",
            )
        return found

    def _minutes(self) -> float | None:
        text = self._text("minutes")
        if not text:
            return None
        value = self.cells.get("minutes")
        if isinstance(value, time):
            minutes = _typed(timedelta(hours=value.hour, minutes=value.minute, seconds=value.second))
        elif isinstance(value, timedelta):
            minutes = _typed(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            minutes = value
        else:
            minutes = _written(text)
        if not 0 < minutes <= MAX_MINUTES:
            self._fault(
                "minutes",
                f"no length {_shown(text)}; write as 2.5 or 2:30",
                f"không đọc được thời lượng {_shown(text)}; hãy ghi như 2,5 hoặc 2:30",
            )
            return None
        return float(minutes)

    def _airings(self) -> int:
        text = re.sub(r"(\.0|\s*(lần|lượt))$", "", self._text("airings").lower())
        if not text:
            return 1
        count = float(text) if text.isdecimal() else 0.0  # int() raises for digits without end
        if not 1 <= count <= MAX_AIRINGS:
            self._fault(
                "airings",
                f"no count {_shown(text)}; write 1 to {EN.number(MAX_AIRINGS)}",
                f"không đọc được số lần {_shown(text)}; hãy ghi từ 1 đến {VI.number(MAX_AIRINGS)}",
            )
            return 1
        return int(count)

    def _page(self) -> int | None:
        text = self._text("page")
        found = _PAGE.match(text.lower())
        if text and found is None:
            self._fault(
                "page",
                f"no page {_shown(text)}; write 1 for the first",
                f"không đọc được số trang {_shown(text)}; trang nhất hãy ghi 1",
            )
        return int(found[1] or 1) if found else None


def _shown(text: str) -> str:
    return repr(text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…")


def _clock(text: str) -> time | None:
    """Reads 17:30, 17h30, 5h30 chiều, 7:30 SA; None where it is no time of the day."""
    match = _CLOCK.fullmatch(text.lower())
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3] in {"ch", "chiều", "tối"} and hour < 12:
        hour += 12
    elif match[3] == "sa" and hour == 12:
        hour = 0
    return time(hour, minute) if hour <= 23 and minute <= 59 else None


def _written(text: str) -> float:
    """Reads "2.5", "2,5", "2:30", "1:05:00", "2 phút 30 giây" or "90 giây" as minutes; -1 where it is none of these."""
    parts = text.split(":")
    if 1 < len(parts) < 4 and all(part.strip().isdecimal() for part in parts):
        *hours, minutes, seconds = (float(part) for part in parts)
        return 60 * sum(hours) + minutes + seconds / 60
    if _NUMBER.fullmatch(text):
        return float(text.replace(",", "."))
    match = _LENGTH.fullmatch(text.lower())
    if match is None or not any(match.groupdict().values()):
        return -1.0
    hour, minute, second = (float((match[name] or "0").replace(",", ".")) for name in ("h", "m", "s"))
    return 60 * hour + minute + second / 60


def _typed(length: timedelta) -> float:
    """Gives the minutes meant by a clock time, into which Excel turns what is typed in a cell.

    2:30 is stored there as 2 hours 30 minutes, and minutes and seconds were meant, as in a text. What was typed with
    seconds, 0:02:30, is read as the text that it shows; see `pipeline.tables`.
    """
    seconds = length.total_seconds()
    return seconds / 60 if seconds % 60 else seconds / 3600
