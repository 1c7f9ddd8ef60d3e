"""Days and spans of days in a letter's sentences: "từ ngày 01/8 đến hết ngày 30/9/2024", "quý III/2024", "trước ngày …"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pipeline.directive.numerals import from_roman

LONGEST: Final = 2 * 366  # days; a longer span is a term of office or a history
SOME_YEAR: Final = 2000  # stands in where only the form of a time is asked for
MONTHS: Final = 12  # of a year
YEARS: Final = (1930, 2100)  # of documents and campaigns; other numbers are no years

_DAY: Final = (
    r"(?:(?:\d{1,2}\s*(?:giờ|h)\s*(?:\d{1,2}\s*)?(?:phút)?\s*,?\s*)?(?:hết\s+)?(?:ngày|mùng|mồng)\s*)?"
    r"(?P<d{0}>\d{{1,2}})\s*(?:(?:[/.-]|\s+tháng\s+)\s*(?P<m{0}>\d{{1,2}})(?!\d|\s*(?:bài|tin|phút|%))"
    r"(?:\s*(?:[/.-]|,?\s*năm)\s*(?P<y{0}>\d{{4}}))?)"
)


def _day(name: str) -> str:
    return _DAY.replace("{0}", name).replace("{{", "{").replace("}}", "}")


_MONTH: Final = (  # "mỗi tháng 01 buổi" names no month
    r"(?:hết\s+)?(?:(?:đầu|giữa|cuối)\s+)?(?<!mỗi )(?<!hằng )(?<!hàng )tháng\s*(?P<m{0}>\d{1,2})(?:\s*(?:/|-|năm)\s*(?P<y{0}>\d{4}))?"
    r"(?![/\d]|\s*(?:lần|tin|bài|kỳ|buổi|lượt|số|chuyên)\b)"
)
_HALF: Final = re.compile(  # "trong 6 tháng đầu năm 2026", "ba tháng cuối năm"
    r"(?P<n>\d{1,2}|ba|sáu|chín)\s+tháng\s+(?P<end>đầu|cuối)(?:\s+(?:của\s+)?năm(?:\s+(?P<y>\d{4}))?)?(?!\w)",
    re.IGNORECASE,
)
_COUNTS: Final = {"ba": 3, "sáu": 6, "chín": 9}
_QUARTER: Final = r"(?:hết\s+)?quý\s*(?P<q{0}>IV|I{1,3}|[1-4])(?:\s*(?:/|-|,?\s*năm)\s*(?P<y{0}>\d{4}))?"
_FROM_TO: Final = re.compile(
    r"(?:từ|kể từ)\s+(?:ngày\s*)?(?P<d1>\d{1,2})(?:\s*[/.-]\s*(?P<m1>\d{1,2})(?!\d)(?:\s*[/.-]\s*(?P<y1>\d{4}))?|\s+tháng\s+(?P<n1>\d{1,2})"
    r"(?:\s+năm\s+(?P<z1>\d{4}))?)?\s*(?:,?\s*(?:cho\s+)?(?:đến|tới)|(?:,|và)\s*kết\s+thúc(?:\s+(?:vào|trước))?|[-–])\s*(?:hết\s+)?(?:trước\s+)?"
    + _day("2"),
    re.IGNORECASE,
)
_EVENT: Final = r"[^\d();:]{2,60}\(\s*(?:dự kiến\s*:?\s*)?"
_DATED_ENDS: Final = [  # "Từ ngày khai mạc Đại hội (08/4/2026) đến ngày bế mạc (10/4/2026)"; one end may be a plain day
    re.compile(rf"(?:từ|kể từ)\s+{first}\s*,?\s*(?:cho\s+)?(?:đến|tới)\s+{last}", re.IGNORECASE)
    for first, last in (
        (f"{_EVENT}{_day('1')}\\s*\\)", f"{_EVENT}{_day('2')}\\s*\\)"),
        (_day("1"), f"{_EVENT}{_day('2')}\\s*\\)"),
        (f"{_EVENT}{_day('1')}\\s*\\)", _day("2")),
        (_day("1"), rf"[^\d();:,]{{2,50}}?\s{_day('2')}"),  # "đến hết ngày Nhà giáo Việt Nam 20/11"
    )
]
_POINT: Final = (
    r"(?:(?:hết|đầu|giữa|cuối|ngày|khi)\s+)*(?:(?P<d{0}>\d{1,2})\s*(?:[/.-]|\s+tháng\s+)\s*)?(?:(?P<q{0}>quý\s*(?:IV|I{1,3}|[1-4]))|(?:tháng\s*)?(?P<m{0}>\d{1,2})(?!\d))?"
    r"(?:\s*(?:[/.-]|,?\s*năm)?\s*(?P<y{0}>\d{4}))?"
)
_MIXED: Final = re.compile(
    r"(?P<word>từ|kể từ|sau)\s+"
    + _POINT.replace("{0}", "1")
    + r"\s*(?:,?\s*(?:cho\s+)?(?:đến|tới)|[-–])\s*"
    + _POINT.replace("{0}", "2"),
    re.IGNORECASE,
)
_UNTIL_YEAR: Final = re.compile(r"(?:đến|tới)\s+(?:hết|cuối)\s+năm\s+(?P<y>\d{4})", re.IGNORECASE)
_RANGE: Final = re.compile(
    r"(?<![\d/.-])(?:ngày\s*)?(?P<d1>\d{1,2})(?:\s*/\s*(?P<m1>\d{1,2})(?:\s*/\s*(?P<y1>\d{4}))?)?\s*(?:[-–]|đến(?:\s+hết)?(?:\s+ngày)?)\s*(?:ngày\s*)?"
    r"(?P<d2>\d{1,2})\s*/\s*(?P<m2>\d{1,2})(?:\s*/\s*(?P<y2>\d{4}))?(?![\d/])",
    re.IGNORECASE,
)
_DAYS: Final = re.compile(  # "ngày 24 và 25/8/2020", "các ngày 24, 25, 26/8"
    r"(?<![\d/.-])(?P<days>\d{1,2}(?:\s*,\s*\d{1,2})*\s*(?:,|và)\s*(?:ngày\s*)?\d{1,2})\s*/\s*(?P<m>\d{1,2})(?:\s*/\s*(?P<y>\d{4}))?(?![\d/])",
    re.IGNORECASE,
)
_MONTHS: Final = re.compile(
    r"(?:từ\s+)?(?:(?:đầu|giữa|cuối)\s+)?tháng\s*(?P<m1>\d{1,2})(?:\s*(?:/|năm)\s*(?P<y1>\d{4}))?\s*(?:đến|tới|[-–]|(?P<pair>và|,))\s*(?:hết\s+)?(?:(?:đầu|giữa|cuối)\s+)?"
    r"(?:tháng\s*)?(?P<m2>\d{1,2})(?:\s*(?:/|năm)\s*(?P<y2>\d{4})|(?=\W*(?:$|[;:).])))(?![/\d])",
    re.IGNORECASE,
)
_PART: Final = re.compile(r"(đầu|giữa|cuối)\s+tháng", re.IGNORECASE)
PARTS: Final = {
    "đầu": (1, 10),
    "giữa": (15, 15),
    "cuối": (21, 0),
}  # day on which it begins, and ends; 0: the month's last
_UNTIL: Final = re.compile(
    r"(?P<word>đến\s+hết|cho\s+đến|đến|tới|trước|chậm\s+nhất(?:\s+(?:vào|là|đến|trước))?(?:\s+ngày)?|muộn\s+nhất(?:\s+(?:vào|là))?|xong\s+trước|"
    r"sau|từ|kể\s+từ|vào|trong|:)\s+" + _day("1"),
    re.IGNORECASE,
)
_LATEST: Final = re.compile(  # "Hạn cuối nhận tác phẩm: ngày …"
    r"(?:hạn (?:cuối|chót|nộp|nhận|gửi)|thời hạn|ngày cuối|muộn nhất|chậm nhất)[^:.;]{0,60}$", re.IGNORECASE
)
_UNTIL_MONTH: Final = re.compile(
    r"(?P<word>đến\s+hết|đến|tới|hết|trước)\s+" + _MONTH.replace("{0}", "1"), re.IGNORECASE
)
_IN_MONTH: Final = re.compile(r"(?<!\d\s)(?<!\d)" + _MONTH.replace("{0}", "1"), re.IGNORECASE)
_IN_QUARTER: Final = re.compile(_QUARTER.replace("{0}", "1"), re.IGNORECASE)
_ASIDE: Final = re.compile(
    r"\((?![^)]*(?:\d\s*[/.-]\s*\d|tháng\s*\d|quý|\d{4}))[^)]*\)", re.IGNORECASE
)  # "(16 tháng Chạp)"
_TO: Final = re.compile(r"(?:đến|tới)\s*$", re.IGNORECASE)
_LISTED: Final = re.compile(
    r"tháng\s+(?P<months>\d{1,2}(?:\s*,\s*\d{1,2})*(?:\s*(?:,|và)\s*\d{1,2}))(?:\s*(?:/|năm)\s*(?P<y>\d{4})|(?=\W*(?:$|[;:).])))",
    re.IGNORECASE,
)
_QUARTERS: Final = re.compile(
    r"quý\s*(?P<first>IV|I{1,3}|[1-4])\s*(?:,|và|[-–])\s*(?:quý\s*)?(?P<last>IV|I{1,3}|[1-4])(?:\s*(?:/|,?\s*năm)\s*(?P<y>\d{4})|(?=\W*(?:$|[,;:).])))",
    re.IGNORECASE,
)
_PLAIN: Final = re.compile(
    r"(?<![\d/.-])(?:(?P<d>\d{1,2})\s*(?:[/.-]|\s+tháng\s+)\s*(?P<m>\d{1,2})\s*(?:[/.-]|,?\s*năm)\s*(?P<y>\d{4}))(?![\d/])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """Days that a text names: from the first to the last, None where that end is open; and the words that say so."""

    first: date | None
    last: date | None
    start: int
    end: int
    deadline: bool = False  # "trước ngày …", "chậm nhất …": a day by which something is done


def day_of(day: str | None, month: str | None, year: str | int | None) -> date | None:
    """Gives the day, None where the numbers are none."""
    try:
        made = date(int(year or 0), int(month or 0), int(day or 0))
    except ValueError:
        return None
    return made if YEARS[0] <= made.year <= YEARS[1] else None


def first_date(text: str) -> tuple[date, int, int] | None:
    """Gives the first day that is written whole, and where it stands."""
    for found in _PLAIN.finditer(text):
        if (day := day_of(found["d"], found["m"], found["y"])) is not None:
            return day, found.start(), found.end()
    return None


def spans(text: str, year: int | None) -> list[Span]:
    """Gives the spans and deadlines of a text in their order; `year` stands in where the text names none."""
    text = _ASIDE.sub(lambda found: " " * len(found[0]), text)
    taken: list[Span] = []
    for finder in (
        _from_to,
        _dated_ends,
        _mixed,
        _ranges,
        _days,
        _listed,
        _listed_quarters,
        _months,
        _bounds,
        _bounds_month,
        _until_year,
        _halves,
        _single_months,
        _quarters,
    ):
        for span in finder(text, year):
            if not any(span.start < other.end and other.start < span.end for other in taken):
                taken.append(span)
    return sorted(taken, key=lambda span: span.start)


def _from_to(text: str, year: int | None) -> Iterator[Span]:
    for found in _FROM_TO.finditer(text):
        last = day_of(found["d2"], found["m2"], found["y2"] or year)
        if last is None:
            continue
        month = found["m1"] or found["n1"] or found["m2"]
        own = found["y1"] or found["z1"]
        first = day_of(found["d1"], month, own or last.year)
        if first is not None and own is None and first > last:
            first = day_of(found["d1"], month, last.year - 1)
        if first is not None and first <= last:
            before = re.search(r"trước\s+(?:ngày\s*)?\d{1,2}[\s/.-]", found[0], re.IGNORECASE) is not None
            yield Span(first, last - timedelta(days=1) if before else last, found.start(), found.end())


def _dated_ends(text: str, year: int | None) -> Iterator[Span]:
    """Yields spans between two events whose days stand in brackets."""
    for found in (each for ends in _DATED_ENDS for each in ends.finditer(text)):
        last = day_of(found["d2"], found["m2"], found["y2"] or year)
        if last is None:
            continue
        first = day_of(found["d1"], found["m1"] or found["m2"], found["y1"] or last.year)
        if first is not None and first <= last:
            yield Span(first, last, found.start(), found.end())


def _mixed(text: str, year: int | None) -> Iterator[Span]:
    """Yields spans between a day, a month, a quarter or a year and another of these."""
    for found in _MIXED.finditer(text):
        if not any(found[key] for key in ("d2", "m2", "q2", "y2")):
            continue  # "từ đầu năm 2023 đến nay"
        own = found["y2"] or found["y1"] or year
        first = _point(found["d1"], found["m1"], found["q1"], found["y1"] or own)
        last = _point(found["d2"], found["m2"], found["q2"], own)
        named = found["q1"] or found["q2"] or found["y1"] or found["y2"]
        if first and found["word"].lower() == "sau":  # "sau ngày 10/10/2025 đến hết tháng 12/2025"
            first = (first[1] + timedelta(days=1),) * 2
            named = named and (found["d1"] or found["m1"])
        if first and last and named and first[0] <= last[1] and (last[1] - first[0]).days < LONGEST:
            yield Span(*_parted(found[0], first[0], last[1]), found.start(), found.end())


def _point(day: str | None, month: str | None, quarter: str | None, year: str | int | None) -> tuple[date, date] | None:
    if quarter:
        return _quarter(re.sub(r"quý\s*", "", quarter, flags=re.IGNORECASE), year)
    if month:
        if day is None:
            return _month(month, year)
        made = day_of(day, month, year)
        return (made, made) if made else None
    first, last = day_of("1", "1", year), day_of("31", "12", year)
    return (first, last) if first and last and day is None else None


def _quarter(text: str, year: str | int | None) -> tuple[date, date] | None:
    number = int(text) if text.isdigit() else from_roman(text) or 1
    first, last = _month(str(3 * number - 2), year), _month(str(3 * number), year)
    return (first[0], last[1]) if first and last else None


def _until_year(text: str, _year: int | None) -> Iterator[Span]:
    for found in _UNTIL_YEAR.finditer(text):
        if (last := day_of("31", "12", found["y"])) is not None:
            yield Span(None, last, found.start(), found.end())


def _halves(text: str, year: int | None) -> Iterator[Span]:
    """Yields the first or the last months of a year."""
    for found in _HALF.finditer(text):
        count = int(found["n"]) if found["n"].isdigit() else _COUNTS[found["n"].lower()]
        if not 1 <= count < MONTHS:
            continue
        ends = (1, count) if found["end"].lower() == "đầu" else (MONTHS + 1 - count, MONTHS)
        first, last = (_month(str(month), found["y"] or year) for month in ends)
        if first and last:
            yield Span(first[0], last[1], found.start(), found.end())


def _ranges(text: str, year: int | None) -> Iterator[Span]:
    for found in _RANGE.finditer(text):
        last = day_of(found["d2"], found["m2"], found["y2"] or year)
        if last is None:
            continue
        first = day_of(found["d1"], found["m1"] or found["m2"], found["y1"] or last.year)
        if first is not None and first <= last and (last - first).days < LONGEST:
            yield Span(first, last, found.start(), found.end())


def _days(text: str, year: int | None) -> Iterator[Span]:
    """Yields spans of days that are told one by one: "ngày 24 và 25/8/2020"."""
    for found in _DAYS.finditer(text):
        numbers = [int(number) for number in re.findall(r"\d{1,2}", found["days"])]
        first, last = (day_of(str(number), found["m"], found["y"] or year) for number in (numbers[0], numbers[-1]))
        if first and last and numbers == list(range(numbers[0], numbers[-1] + 1)):
            yield Span(first, last, found.start(), found.end())


def _listed(text: str, year: int | None) -> Iterator[Span]:
    """Yields spans of months that are told one by one: "các tháng 6, 7, 8 năm 2023"."""
    for found in _LISTED.finditer(text):
        numbers = [int(number) for number in re.findall(r"\d{1,2}", found["months"])]
        first, last = _month(str(numbers[0]), found["y"] or year), _month(str(numbers[-1]), found["y"] or year)
        if first and last and numbers == list(range(numbers[0], numbers[-1] + 1)):
            yield Span(first[0], last[1], found.start(), found.end())


def _listed_quarters(text: str, year: int | None) -> Iterator[Span]:
    """Yields spans of quarters that are told one by one: "quý III, quý IV năm 2025", "quý I và II/2026"."""
    for found in _QUARTERS.finditer(text):
        first, last = _quarter(found["first"], found["y"] or year), _quarter(found["last"], found["y"] or year)
        if first and last and first[1] + timedelta(days=1) == last[0]:
            yield Span(first[0], last[1], found.start(), found.end())


def _months(text: str, year: int | None) -> Iterator[Span]:
    for found in _MONTHS.finditer(text):
        first, last = _month(found["m1"], found["y1"] or found["y2"] or year), _month(found["m2"], found["y2"] or year)
        apart = found["pair"] and first and last and first[1] + timedelta(days=1) != last[0]
        if first and last and first[0] <= last[1] and not apart:
            yield Span(*_parted(found[0], first[0], last[1]), found.start(), found.end())


def _parted(words: str, first: date, last: date) -> tuple[date, date]:
    """Gives the days of a span that begins or ends early, in the middle or late in its month."""
    named = list(_PART.finditer(words))
    if named and named[0].start() < len(words) / 3:
        first = first.replace(day=PARTS[named[0][1].lower()][0])
    if named and named[-1].start() > len(words) / 3:
        day = PARTS[named[-1][1].lower()][1]
        last = last.replace(day=day) if day else last
    return first, last


def _bounds(text: str, year: int | None) -> Iterator[Span]:
    for found in _UNTIL.finditer(text):
        day = day_of(found["d1"], found["m1"], found["y1"] or year)
        if day is None:
            continue
        word = " ".join(found["word"].lower().split())
        place = (found.start(), found.end())
        until = word == "trước" and _TO.search(text[: found.start()]) is not None  # "đến trước ngày 15/3"
        if until:
            yield Span(None, day - timedelta(days=1), *place)
        elif word.startswith(("trước", "xong", "chậm", "muộn")):
            yield Span(None, day, *place, deadline=True)
        elif word in {"từ", "kể từ"}:
            yield Span(day, None, *place)
        elif word == "sau":
            yield Span(day + timedelta(days=1), None, *place)
        elif word == ":" and _LATEST.search(text[: found.start()]):
            yield Span(None, day, *place, deadline=True)
        elif word in {"vào", "trong", ":"}:
            yield Span(day, day, *place)
        else:
            yield Span(None, day, *place)


def _bounds_month(text: str, year: int | None) -> Iterator[Span]:
    for found in _UNTIL_MONTH.finditer(text):
        if (month := _month(found["m1"], found["y1"] or year)) is not None:
            before = found["word"].lower() == "trước"
            last = month[0] - timedelta(days=1) if before else month[1]
            yield Span(None, last, found.start(), found.end(), deadline=before)


def _single_months(text: str, year: int | None) -> Iterator[Span]:
    for found in _IN_MONTH.finditer(text):
        if (month := _month(found["m1"], found["y1"] or year)) is not None:
            yield Span(*month, found.start(), found.end())


def _quarters(text: str, year: int | None) -> Iterator[Span]:
    for found in _IN_QUARTER.finditer(text):
        if (quarter := _quarter(found["q1"], found["y1"] or year)) is not None:
            until = _TO.search(text[: found.start()]) is not None
            yield Span(None if until else quarter[0], quarter[1], found.start(), found.end())


def _month(month: str, year: str | int | None) -> tuple[date, date] | None:
    first = day_of("1", month, year)
    return (first, first.replace(day=monthrange(first.year, first.month)[1])) if first else None
