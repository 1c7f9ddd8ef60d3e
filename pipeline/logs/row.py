"""One row of a log: its cells as an office writes them → what went out when, for how long and how often, or its faults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from openpyxl.utils.datetime import from_excel

from crawlers.article import Channel
from crawlers.dates import FIRST_YEAR, LAST_YEAR, LOCAL_TZ, parse_date
from crawlers.decode import clean_text
from pipeline.logs.columns import CHANNEL_IDS, CHANNEL_NAMES, COLUMNS, plain
from pipeline.report.words import CHANNELS
from pipeline.wording import Pair, Words

MAX_MINUTES: Final = 24 * 60.0  # of one item; more is a typing error
MAX_AIRINGS: Final = 1_000
MAX_SHOWN: Final = 60  # characters of a cell in a fault; the row and column find the rest
MAX_NAMED: Final = 10  # outlets named in a fault; a line of more is not read
SERIALS: Final = range(36_526, 73_051)  # days as Excel counts them, 2000 to 2099, in cells that are not shown as days
EMPTY: Final = ("empty", "còn trống")  # English, Vietnamese
VI: Final = Words("vi")
EN: Final = Words("en")
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


class RowReader:
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
        found = self.known.get(value) or self.known.get(plain(value))
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
        found = CHANNEL_NAMES.get(plain(value))
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
