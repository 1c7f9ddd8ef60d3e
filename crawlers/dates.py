"""Reads the dates that Vietnamese pages show; what several places of a page claim is weighed in `crawlers.weigh`.

Which text of a page is a claim at all is decided in `crawlers.byline`; here a text is given and a date comes back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Final
from zoneinfo import ZoneInfo

from crawlers.article import Precision

LOCAL_TZ: Final = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_YEAR: Final = 1990  # no outlet published on the web before; refuses 0001, 1900 and 1970, which mean "not set"
LAST_YEAR: Final = 2100  # refuses 31/12/9999, which means "does not expire"
TIME_REACH: Final = 24  # characters between a date and the time that belongs to it ("Thứ Hai, ngày" is 13)

FINENESS: Final = {"day": 0, "minute": 1, "second": 2}
_PUBLISHED_LABEL: Final = re.compile(r"(?:đăng|xuất bản|phát hành|published|posted)[^\d]*$", re.IGNORECASE)

_VI_MONTHS: Final = {
    **{str(number): number for number in range(1, 13)},
    **{f"0{number}": number for number in range(1, 10)},
    "một": 1,
    "giêng": 1,
    "hai": 2,
    "ba": 3,
    "tư": 4,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
    "mười một": 11,
    "mười hai": 12,
    "chạp": 12,
}
_EN_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_VI: Final = "|".join(sorted((name for name in _VI_MONTHS if not name.isdigit()), key=len, reverse=True)).replace(
    " ", r"\s"
)
_EN: Final = "|".join(sorted(_EN_MONTHS, key=len, reverse=True))
_YEAR: Final = r"(?:19|20|21)\d\d|9999"
_DATE: Final = re.compile(
    rf"""(?<![\w/.-])(?:
      (?P<iso_y>{_YEAR})(?P<iso_s>[-/.])(?P<iso_m>\d{{1,2}})(?P=iso_s)(?P<iso_d>\d{{1,2}})(?!\d|[-/]\d)
    | (?P<num_d>\d{{1,2}})\s?(?P<num_s>[-/.])\s?(?P<num_m>\d{{1,2}})\s?(?P=num_s)\s?(?P<num_y>\d{{4}})(?!\d|[-/]\d|\.\d)
    | (?P<gap_d>\d\d)\ (?P<gap_m>\d\d)\ (?P<gap_y>{_YEAR})(?=\s+\d{{1,2}}[:h]\d\d|\s*$)
    | (?:ngày\s+)?(?P<vi_d>\d{{1,2}})\s*+[,-]?+\s*+(?:tháng\s*+|th\s?(?=\d))(?P<vi_m>\d{{1,2}}|{_VI})\s*+[,-]?+\s*+(?:năm\s+)?(?P<vi_y>{_YEAR})(?!\d)
    | tháng\s+(?P<vm_m>{_VI}|\d{{1,2}})\s+(?P<vm_d>\d{{1,2}})\s*,\s*(?P<vm_y>{_YEAR})(?!\d)
    | (?P<en_d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?(?P<en_m>{_EN})\.?,?[\s-]+(?P<en_y>{_YEAR})(?!\d)
    | (?P<us_m>{_EN})\.?\s+(?P<us_d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<us_y>{_YEAR})(?!\d)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_TIME: Final = re.compile(
    r"""(?<![\d/.:,-])(?P<hour>[01]?\d|2[0-3])(?:
        \s?:\s?(?P<min1>[0-5]\d)(?::(?P<sec>[0-5]\d)(?:[.,]\d+)?)?(?![\d/])'?
      | \s?(?:h|g|giờ)\s?(?P<min2>[0-5]\d)(?!\d)(?:\s?(?:'|phút|p)(?!\w))?
      | \s?(?:h|giờ)(?![\w])
    )(?:\s?(?P<half>sa|ch|am|pm|a\.m\.|p\.m\.|sáng|trưa|chiều|tối|đêm)(?!\w))?""",
    re.IGNORECASE | re.VERBOSE,
)
_ZONE: Final = re.compile(
    r"\s*+[\[(]?+\s*+(?:(?P<utc>Z|(?:GMT|UTC)(?!\s*+[+-]\s*+\d))(?!\w)|(?:GMT|UTC)?+\s*+(?P<sign>[+-])\s*(?P<h>\d{1,2})(?::?(?P<m>\d\d))?(?!\d|[-/.]\d))",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    r"[\s,;|()\[\]·•–—\-'T]*(?:(?:lúc|vào|ngày|hồi|at|on|thứ|chủ nhật|cn|t)[\s,:]*(?:hai|ba|tư|năm|sáu|b[ảẩ]y|[2-7](?!\s?[\dhg:]))?[\s,;|()–—\-:]*){0,3}",
    re.IGNORECASE,
)
_WEEKDAY: Final = re.compile(
    r"(?:thứ|t)\s?(?P<day>hai|ba|tư|năm|sáu|b[ảẩ]y|[2-7])\b[\s,.\-–|]*(?:ngày\s*)?$|(?P<sunday>chủ nhật|cn)[\s,.\-–|]*(?:ngày\s*)?$",
    re.IGNORECASE,
)
_WEEKDAYS: Final = {
    "hai": 0,
    "2": 0,
    "ba": 1,
    "3": 1,
    "tư": 2,
    "4": 2,
    "năm": 3,
    "5": 3,
    "sáu": 4,
    "6": 4,
    "bảy": 5,
    "bẩy": 5,
    "7": 5,
}
_RELATIVE: Final = re.compile(
    r"\b(?P<count>\d{1,3})\s+(?P<unit>phút|giờ|tiếng|ngày|tuần)\s+trước|\b(?P<day>hôm nay|hôm qua|hôm kia)\b",
    re.IGNORECASE,
)
_AFTERNOON: Final = frozenset({"ch", "pm", "chiều", "tối"})
_DAYS_AGO: Final = {"hôm nay": 0, "hôm qua": 1, "hôm kia": 2}
_UNITS: Final = {
    "phút": timedelta(minutes=1),
    "giờ": timedelta(hours=1),
    "tiếng": timedelta(hours=1),
    "ngày": timedelta(days=1),
    "tuần": timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date as read: `value` aware in UTC (local midnight when `precision` is "day")."""

    value: datetime
    precision: Precision


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date inside a longer text: what it says, and where it stands (`text[start:end]`, time included)."""

    date: ParsedDate
    start: int
    end: int


def local_day(moment: datetime) -> date:
    """Returns the day of Asia/Ho_Chi_Minh on which `moment` (aware) lies."""
    return moment.astimezone(LOCAL_TZ).date()


def parse_date(text: str, *, reference: datetime | None = None) -> ParsedDate | None:
    """Returns the one date that `text` states, day first, or None where it states none or several.

    "hôm qua" and "3 giờ trước" are read only against `reference` (aware). A text with two days is read only when one of
    them is labelled as the day of publication.
    """
    text = _plain(text)
    rfc = _rfc2822(text)
    if rfc is not None:
        return rfc
    found = _find(text)
    if not found:
        return _relative(text, reference) if reference is not None else None
    one = _one(text, found)
    return one.date if one is not None else None


def find_dates(text: str) -> list[FoundDate]:
    """Returns every date in `text`, in order of place. Offsets are of `text` in NFC with ASCII spaces."""
    return _find(_plain(text))


def date_text(text: str) -> str:
    """Returns the characters of `text` that state the date which `parse_date` reads, "" where it reads none.

    This is what evidence keeps of a line: names of authors stand beside dates, and are never stored.
    """
    text = _plain(text)
    one = _one(text, _find(text))
    return text[one.start : one.end] if one is not None else ""


def whole_minute(moment: datetime) -> datetime:
    """Returns the minute that `moment` lies in."""
    return moment.replace(second=0, microsecond=0)


def midnight(moment: datetime) -> datetime:
    """Returns the beginning of the local day on which `moment` (aware) lies, in UTC."""
    day = local_day(moment)
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL_TZ).astimezone(UTC)


def _plain(text: str) -> str:
    return re.sub(r"[^\S\n ]", " ", unicodedata.normalize("NFC", text))


def _rfc2822(text: str) -> ParsedDate | None:
    if not re.match(r"\s*[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d", text):
        return None
    try:
        value = parsedate_to_datetime(text.strip())
    except ValueError:
        return None
    if value.tzinfo is None:
        value = value.replace(tzinfo=LOCAL_TZ)
    return ParsedDate(value.astimezone(UTC), "second") if FIRST_YEAR <= value.year < LAST_YEAR else None


def _one(text: str, found: Sequence[FoundDate]) -> FoundDate | None:
    """Returns the finest of the dates `found` in `text` where they name one day, or where a label tells which one counts."""
    if len({local_day(each.date.value) for each in found}) > 1:
        found = [each for each in found if _PUBLISHED_LABEL.search(text[max(0, each.start - 40) : each.start])]
    if len({local_day(each.date.value) for each in found}) != 1:
        return None
    return max(found, key=lambda each: FINENESS[each.date.precision])


def _find(text: str) -> list[FoundDate]:
    found = []
    for match in _DATE.finditer(text):
        day = _day(match, text)
        if day is None:
            continue
        found.append(_with_time(text, match.start(), match.end(), day))
    return found


def _day(match: re.Match[str], text: str) -> date | None:
    """Returns the day of a match, or None for impossible, meaningless or ambiguous ones."""
    group = next(
        name[:3] for name, value in match.groupdict().items() if value is not None and name.endswith(("_d", "_m"))
    )
    parts = {name[-1]: value for name, value in match.groupdict().items() if name.startswith(group)}
    months = _EN_MONTHS if group in {"en_", "us_"} else _VI_MONTHS
    month = months.get(parts["m"].lower())
    year = int(parts["y"])
    if month is None or not FIRST_YEAR <= year < LAST_YEAR:
        return None
    try:
        day = date(year, month, int(parts["d"]))
    except ValueError:
        return None
    return None if group == "num" and _weekday_says_swapped(day, text[: match.start()]) else day


def _weekday_says_swapped(day: date, before: str) -> bool:
    """Tells whether the weekday written in front fits only the month-first reading."""
    weekday = _WEEKDAY.search(before[-24:])
    if weekday is None or day.day > 12:
        return False
    meant = 6 if weekday["sunday"] else _WEEKDAYS[weekday["day"].lower()]
    return day.weekday() != meant and date(day.year, day.day, day.month).weekday() == meant


def _with_time(text: str, start: int, end: int, day: date) -> FoundDate:
    """Joins the time that stands beside the date, after it rather than before."""
    gap = _BETWEEN.match(text, end, end + TIME_REACH)
    clock = _TIME.match(text, gap.end()) if gap is not None else None
    if clock is not None:
        return _joined(text, day, clock, start, clock.end())
    for clock in _TIME.finditer(text, max(0, start - TIME_REACH - 12), start):
        if _BETWEEN.fullmatch(text, clock.end(), start) or _ZONE.fullmatch(text[clock.end() : start].rstrip(" ,|-)]")):
            return _joined(text, day, clock, clock.start(), end)
    return FoundDate(ParsedDate(_utc(day, 0, 0, 0, LOCAL_TZ), "day"), start, end)


def _joined(text: str, day: date, clock: re.Match[str], start: int, end: int) -> FoundDate:
    hour = int(clock["hour"])
    half = (clock["half"] or "").lower().replace(".", "")
    if half in _AFTERNOON and hour < 12:
        hour += 12
    elif half in {"sa", "am"} and hour == 12:
        hour = 0
    zone: tzinfo = LOCAL_TZ
    offset = _ZONE.match(text, clock.end())
    if offset is not None:
        zone = _zone(offset)
        end = max(end, offset.end())
    minute = int(clock["min1"] or clock["min2"] or 0)
    value = _utc(day, hour, minute, int(clock["sec"] or 0), zone)
    return FoundDate(ParsedDate(value, "second" if clock["sec"] else "minute"), start, end)


def _zone(offset: re.Match[str]) -> tzinfo:
    if offset["utc"]:
        return UTC
    shift = timedelta(hours=int(offset["h"]), minutes=int(offset["m"] or 0))
    if shift >= timedelta(hours=15):  # no zone lies that far off: the number was something else
        return LOCAL_TZ
    return timezone(shift if offset["sign"] == "+" else -shift)


def _utc(day: date, hour: int, minute: int, second: int, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone).astimezone(UTC)


def _relative(text: str, reference: datetime) -> ParsedDate | None:
    match = _RELATIVE.search(text)
    if match is None:
        return None
    if match["day"]:
        day = local_day(reference) - timedelta(days=_DAYS_AGO[match["day"].lower()])
        return _with_time(f"{day:%d/%m/%Y}{text[match.end() :]}", 0, 10, day).date
    unit = match["unit"].lower()
    moment = reference - int(match["count"]) * _UNITS[unit]
    if unit in {"ngày", "tuần"}:
        return ParsedDate(midnight(moment), "day")
    return ParsedDate(whole_minute(moment.astimezone(UTC)), "minute")
