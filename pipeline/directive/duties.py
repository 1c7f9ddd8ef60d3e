"""What a sentence asks of those it speaks to: channels and means, how much, how often, until when, and reports back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Final

from crawlers.article import Channel
from pipeline.directive.dates import SOME_YEAR, Span, day_of, first_date, spans
from pipeline.directive.letters import UPPER, either_tone
from pipeline.directive.verbs import DOES

NEAR: Final = 60  # characters between an amount and how often it is due
LATELY: Final = 256  # clauses whose reading is kept: a sentence is asked several times what it asks
AHEAD: Final = 25  # characters between "mỗi tuần" and the amount that it is said of
DAYS: Final[Mapping[str, int]] = {"ngày": 1, "tuần": 7, "tháng": 30, "quý": 90, "năm": 365}
WORDS: Final = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}
CHANNELS: Final[Mapping[Channel, str]] = {
    "website": r"(?:trang|cổng)\s+(?:thông tin\s+điện tử|ttđt|tin điện tử|web)(?:\s*/\s*cổng thông tin điện tử)?|website|báo(?: mạng)? điện tử|phiên bản điện tử|tạp chí điện tử|internet|cổng/trang thông tin điện tử",
    "fan_page": r"fan\s*page|facebook|zalo(?:\s+oa)?|mạng\s+xã\s+hội|youtube|tiktok|tik tok|nền tảng số|trang cộng đồng",
    "led_screen": r"màn\s+hình\s+(?:led|điện tử|lớn)|bảng\s+(?:led|điện tử|chữ điện tử)|\bled\b",
    "loudspeaker": r"đài\s+truyền\s+thanh(?:\s*-\s*truyền hình)?|(?:hệ thống\s+)?(?:loa\s+)?truyền\s+thanh(?:\s+(?:cơ sở|xã|cấp xã|thông minh|không dây))?|loa\s+(?:phát thanh|truyền thanh|đài|công cộng)|hệ thống loa|(?:trên|qua)\s+loa",
    "radio": r"(?:trên\s+)?(?:sóng\s+phát\s+thanh|phát\s+thanh(?!\s+(?:trên|qua|ít nhất|tối thiểu|mỗi|hằng|hàng|nội dung|các nội dung|\d)))|sóng\s+(?:fm|am)",
    "television": r"(?:sóng\s+)?truyền\s+hình|trường quay",
    "print": r"báo\s+in|báo\s+giấy|ấn phẩm|tờ\s+(?:rơi|gấp)|(?<!\d )(?<!phát )(?<!phát các )(?<!đọc )bản\s+tin(?!\s+(?:dự báo|cảnh báo|thời tiết|thiên tai|truyền\s+hình|phát\s+thanh|thời sự))(?:\s+nội bộ)?|số báo|trang báo|tạp chí in",
    "mobile_unit": r"(?:xe\s+)?(?:tuyên truyền|thông tin|cổ động|chiếu phim|loa)\s+lưu\s+động|xe\s+lưu\s+động|xe\s+(?:loa|tuyên truyền|cổ động)|đội\s+(?:tuyên truyền|thông tin)\s+lưu động",
}
MEANS: Final = re.compile(
    either_tone(
        r"pa\s?-?n[ôo]|áp\s+phích|băng\s+r[ôo]n|băng\s+zôn|khẩu\s+hiệu|phướn|cờ\s+(?:tổ quốc|đảng|đỏ|phướn|hội)|hội\s+nghị\s+báo\s+cáo\s+viên|sinh\s+hoạt\s+(?:chi bộ|đoàn thể)|tọa\s+đàm|"
        r"hội\s+thi|hội\s+diễn|triển\s+lãm|chuyên\s+(?:trang|mục|đề)|video\s?clip|infographic|phóng\s+sự|văn\s+nghệ|chiếu\s+phim|tin nhắn|phòng văn hóa và thông tin|trung tâm văn hóa(?:,?\s+(?:và\s+)?(?:thông tin|thể thao|truyền thông|du lịch))*"
    ),
    re.IGNORECASE,
)
_CHANNELS: Final = {
    name: re.compile(rf"(?<!\w)(?:{either_tone(pattern)})(?!\w)", re.IGNORECASE) for name, pattern in CHANNELS.items()
}
_STATION: Final = re.compile(
    rf"đài\s+(?:phát thanh|pt)\s*(?:và|,|-|–)?\s*(?:truyền hình|th)|phát thanh(?:,| và| -)\s*truyền hình(?=\s+(?:tỉnh|huyện|xã|thành phố|(?-i:[{UPPER}])))|trung tâm truyền thông|sở thông tin và truyền thông",
    re.IGNORECASE,
)
_N: Final = r"(?:\d{1,3}(?:\.\d{3})+|\d{1,4}|" + "|".join(WORDS) + ")"
_ITEM: Final = (
    r"(?:(?:tin|bài|tin bài|bản tin|tin ảnh|trang chuyên đề|trang|lượt|kỳ|chuyên mục|chuyên trang|phóng sự|chương trình|tác phẩm|sản phẩm|buổi|cuộc|đợt|lần|video(?:\s?clip)?|clip|ảnh|chuyên đề|"
    r"thông điệp|tiểu phẩm|câu chuyện truyền thanh|ca khúc|đoạn phim|phim(?: tài liệu| ngắn| phóng sự)?|ký sự|podcast|poster|cuộc thi|bộ ảnh|tờ rơi|tờ gấp|băng rôn|pano|pa nô|áp phích|khẩu hiệu|tin, bài|tọa đàm|hội nghị|hội thảo|hội thi|hội diễn|số chuyên đề|số báo|diễn đàn|lớp tập huấn|bài viết|cụm|infographic|số(?=\s*(?:[/.,;:)]|$)))\b)"
)
_RATED: Final = r"(?!(?:phút|giờ|giây)(?!\w))[^\W\d]+(?:\s[^\W\d]+){0,5}(?=\s*/\s*(?:ngày|tuần|tháng|quý)(?!\w))"  # "01 câu hỏi/ngày"
_OTHER: Final = (  # whatever else is counted, where it says at least how many: "ít nhất 02 gương"
    r"(?!(?:người|hộ|xã|phường|thôn|triệu|nghìn|tỷ|đồng|giờ|ngày|tuần|tháng|quý|năm|phút|tuổi|cán bộ|học sinh|đơn vị|cây|con|ha|mét|km|kg|tấn|suất|công trình)(?!\w))[^\W\d]+"
)
_LEAST: Final = r"(?:ít nhất|tối thiểu|không dưới|không ít hơn|đạt|từ|trung bình|xây dựng|xuất bản|tổ chức|mở|sản xuất|thực hiện|treo|lắp đặt|in ấn|in|đăng(?:,? phát| tải)?|phát sóng|phát|biên soạn|viết)"
_STRICT: Final = re.compile(r"ít nhất|tối thiểu|không dưới|không ít hơn", re.IGNORECASE)
_AMOUNT: Final = re.compile(
    rf"(?P<least>{_LEAST}\s+(?:là\s+)?)?(?:(?:mỗi|một)\s+(?:ngày|tuần|tháng|quý)\s+(?:có\s+)?)?(?P<least2>{_LEAST}\s+)?(?<![\d/.,])\b(?P<n>{_N})(?:\s*(?:[-–]|đến)\s*{_N})?\s*(?:\([^)]*\)\s*)?(?P<what>{_ITEM}|{_RATED}|(?P<other>{_OTHER}))",
    re.IGNORECASE,
)
_MINUTES: Final = re.compile(
    rf"(?<!quá )(?<!tối đa )(?<!(?<!không )dưới )(?<!giờ )\b(?P<n>{_N})(?:\s*[-–]\s*\d+)?\s*(?:phút|')(?!\s*ngày|\s+(?:cập nhật|đưa tin|phát)?\s*(?:một|1|01) lần)",
    re.IGNORECASE,
)
_OFTEN: Final = re.compile(
    rf"(?:(?<!\w)(?:mỗi|hằng|hàng|một|/|01|1)\s*|/\s*)(?P<unit>ngày|tuần|tháng|quý|năm)(?!\w|\s+\d(?!\d?\s+{_ITEM}))|(?<!\w)(?<!ngày )(?<!giờ )(?P<n>\d{{1,2}}|hai|ba|bốn)\s*(?P<units>ngày|tuần|tháng)\s*(?:/|một|1|01|có|ít nhất|tối thiểu|đăng)\s*(?:\d+\s*)?(?:lần|tin|bài|kỳ|ít|một|\d)"
    rf"|(?<!\w)(?P<each>ngày|tuần|tháng)\s+(?:phát\s+|đăng\s+|ít nhất\s+|tối thiểu\s+)*(?=\d{{1,2}}\s*{_ITEM})"
    r"|(?<=lần)\s+(?:trong\s+)?(?:một\s+|mỗi\s+)?(?P<per>ngày|tuần|tháng)(?!\w)",
    re.IGNORECASE,
)
_EACH: Final = re.compile(  # says of an amount for what it is owed, not how often: "02 bài/đợt", "mỗi đơn vị 01 tin"
    r"(?:/\s*|(?<!\w)mỗi\s+(?:một\s+)?)(?:đợt|giai đoạn|chiến dịch|kỳ|học kỳ|năm học|mùa|dịp|sự kiện|đơn vị|cơ quan|địa phương|huyện|xã|phường)(?!\w)",
    re.IGNORECASE,
)
_OCCASIONS: Final = (
    re.compile(  # of work that is done so many times: "tuyên truyền lưu động tại khu công nghiệp 02 đợt"
        r"(?<!làm )(?<!thành )(?<!trong )(?<!theo )\d{1,3}\s+(?:đợt|buổi|cuộc|lần|lượt|chuyến)\s*(?:[.;]|$)",
        re.IGNORECASE,
    )
)
_NOT_OWN: Final = re.compile(  # "mỗi phóng sự 02 kỳ", "hoặc 02 tin": parts of what is counted already, or in its stead
    r"(?:mỗi\s+(?!ngày|tuần|tháng|quý|đơn vị|xã|cơ quan|địa phương)\w+(?:\s\w+)?|hoặc|trong đó(?:\s+có)?(?:\s+(?:ít nhất|tối thiểu))?)\s+$",
    re.IGNORECASE,
)
_PROGRAMME: Final = re.compile(r"mỗi\s+(?:xã|phường|làng)(?:,\s*phường)?\s+(?:một|01)\s+sản phẩm", re.IGNORECASE)
_TIMES: Final = re.compile(r"lần|lượt|buổi", re.IGNORECASE)  # how often the thing before them is sent
_PUBLISHES: Final = re.compile(
    r"(?<!\w)(?:đăng|phát(?! (?:triển|huy|hiện|động))|đưa(?= tin)|(?<!thông )tin|bài|tuyên truyền|chuyên (?:trang|mục|đề))(?!\w)",
    re.IGNORECASE,
)
_REPORT: Final = re.compile(
    r"(?<!theo )(?:gửi\s+)?báo\s+cáo(?!\s+(?:chính trị|viên|tổng kết nhiệm kỳ))|gửi\s+(?:kết quả|về|văn bản|đề cương|danh sách|kế hoạch|số liệu)|(?:tổng hợp|kết quả)[^.;]{0,40}\bgửi\b|thông báo kết quả(?=\s+(?:về|cho|đến|tới)\s)",
    re.IGNORECASE,
)


_HEARD: Final = re.compile(
    r"(?<!\w)nghe\s[^.;]{0,90}$", re.IGNORECASE
)  # "họp nghe Ban Dân tộc báo cáo": a report that was given
_UNIT: Final = r"(?P<unit>ngày|tuần|tháng|quý|năm)"
_DUE: Final = re.compile(  # of a report that comes again and again
    rf"(?:ngày\s+(?P<day>\d{{1,2}})\s+(?:của\s+)?)?(?<!\w)(?:(?:hằng|hàng|mỗi|tháng cuối(?: của)?(?: mỗi)?)\s+{_UNIT}|(?P<next>tháng|quý|tuần)\s+(?:tiếp theo|kế tiếp|sau))(?!\w)"
    r"(?:[\s,(]*(?:trước|vào|chậm nhất(?: là| vào)?)\s+ngày\s+(?P<later>\d{1,2})(?![\d/.-]|\s+tháng))?",
    re.IGNORECASE,
)
_DUE_FIRST: Final = re.compile(  # before the verb: "Định kỳ hằng quý báo cáo", "Trước ngày 25 hàng tháng, các đơn vị gửi …"
    rf"(?:ngày\s+(?P<day>\d{{1,2}})\s+(?:của\s+)?|(?<!\w)định kỳ\s+(?:vào\s+)?(?:thứ\s+\w+\s+)?|(?<!\w)thứ\s+\w+\s+|^\W*)(?:hằng|hàng|mỗi)\s+{_UNIT}(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one clause asks; empty where it does not say."""

    channels: tuple[Channel, ...]
    means: tuple[str, ...]
    min_items: int | None
    min_minutes: float | None
    every_days: int | None
    until: date | None
    report_back: date | None
    report_every: int | None
    report_day: int | None
    since: date | None

    @property
    def measured(self) -> bool:
        """Tells whether it says how much or how often."""
        return self.min_items is not None or self.min_minutes is not None or self.every_days is not None

    @property
    def reports(self) -> bool:
        """Tells whether it says when a report is due."""
        return self.report_back is not None or self.report_every is not None


NOTHING: Final = Asked((), (), None, None, None, None, None, None, None, None)


@lru_cache(maxsize=LATELY)
def asked(text: str, year: int | None) -> Asked:
    """Reads one clause."""
    items, minutes, days = _amounts(text)
    since, until, due = _days_of(text, year)
    channels, means = channels_in(text)
    every, day = _report_rhythm(text)
    return Asked(channels, means, items, minutes, days, until, due[0] if due else None, every, day, since)


def asked_each(text: str, year: int | None) -> list[Asked]:
    """Reads one clause that may name several amounts, "mỗi tuần 02 tin, 01 phóng sự": what it asks besides is told with the first."""
    whole, amounts = asked(text, year), list(_each_amount(text))
    made = [whole]
    if len(amounts) > 1:
        long = _MINUTES.search(text)
        timed = max((at for at, (_, _, end) in enumerate(amounts) if long and end <= long.start()), default=0)
        first, *others = [
            replace(whole, min_items=n, min_minutes=whole.min_minutes if at == timed else None, every_days=days)
            for at, (n, days, _) in enumerate(amounts)
        ]
        made = _channelled(
            [first, *(replace(each, report_back=None, report_every=None, report_day=None) for each in others)],
            [end for *_, end in amounts],
            text,
        )
    _, _, due = _days_of(text, year)
    return [*made, *(replace(NOTHING, report_back=day) for day in due[1:])]


def _channelled(read: list[Asked], ends: Sequence[int], text: str) -> list[Asked]:
    """Gives each amount the channels told behind it, where all have some: "02 tin trên báo in và 01 phóng sự truyền hình"."""
    own = [channels_in(text[a:b]) for a, b in pairwise([*ends, len(text)])]
    if not all(channels for channels, _ in own):
        return read
    return [replace(each, channels=channels, means=means) for each, (channels, means) in zip(read, own, strict=True)]


def clauses_of(text: str) -> list[tuple[int, int]]:
    """Cuts a sentence where more than one part says how much, how often or when, or asks for a report; else gives it whole."""
    cuts = [0, *(found.end() for found in re.finditer(r";|,(?=\s+(?:gửi\s+)?báo cáo\s)", text)), len(text)]
    parts = [(a, b) for a, b in pairwise(cuts) if text[a:b].strip(" ;.")]
    amounts = [any(each is not None for each in _amounts(text[a:b])) for a, b in parts]
    due = [reports(text[a:b]) and re.search(r"ngày\s+\d|\d/\d", text[a:b]) is not None for a, b in parts]
    timed = [_is_timed(text[a:b]) for a, b in parts]
    own = [any(each) for each in zip(amounts, timed, strict=True)]
    if max(sum(own), sum(due)) < 2:
        return [(0, len(text))]
    merged: list[tuple[int, int]] = []
    for (a, b), asks, reported in zip(parts, own, due, strict=True):
        if merged and not asks and not reported:
            merged[-1] = (merged[-1][0], b)
        else:
            merged.append((a, b))
    return merged


def _is_timed(part: str) -> bool:
    """Tells work that has days of its own, from the first to the last: "treo băng rôn từ 20/8 đến 30/8"."""
    return DOES.match(part) is not None and any(each.first and each.last for each in spans(part, SOME_YEAR))


def channels_in(text: str) -> tuple[tuple[Channel, ...], tuple[str, ...]]:
    """Gives the channels that a text names, and the words that name them and other means, in their order."""
    plain = _STATION.sub(lambda found: "·" * len(found[0]), text)
    places: list[tuple[int, int, Channel | None]] = []
    for name, pattern in _CHANNELS.items():
        places += [(found.start(), found.end(), name) for found in pattern.finditer(plain)]
    places += [(found.start(), found.end(), None) for found in MEANS.finditer(plain)]
    places.sort(key=lambda place: (place[0], -place[1]))
    channels: list[Channel] = []
    means: list[str] = []
    end = -1
    for start, stop, channel in places:
        if start < end:
            continue
        end = stop
        words = " ".join(text[start:stop].split()).strip(" ,;")
        if channel is not None and channel not in channels:
            channels.append(channel)
        if words.lower() not in {each.lower() for each in means}:
            means.append(words)
    return tuple(channels), tuple(means)


def reports(text: str) -> bool:
    """Tells whether a sentence asks for a report."""
    return _REPORT.search(text) is not None


def _amounts(text: str) -> tuple[int | None, float | None, int | None]:
    often = _OFTEN.search(text)
    days = _days(often)
    first = next((found for found in _AMOUNT.finditer(text) if _is_bound(text, found, [often] if often else [])), None)
    items = _value(first["n"]) if first else None
    minutes = None
    if (found_minutes := _MINUTES.search(text)) is not None:
        minutes = float(_value(found_minutes["n"]))
    yearly = days == DAYS["năm"]  # "lấy ngày 30 tháng 7 hằng năm là …"
    if items is None and minutes is None and (reports(text) or yearly or not _PUBLISHES.search(text)):
        days = None
    return items, minutes, days


def _is_bound(text: str, amount: re.Match[str], often: Sequence[re.Match[str]]) -> bool:
    """Tells an amount that is owed: at least, so often, or for each."""
    if _PROGRAMME.search(text, max(0, amount.start("n") - AHEAD), amount.end()):
        return False
    told = amount["least"] or amount["least2"] or any(abs(o.start() - amount.start()) < NEAR for o in often)
    if amount["other"]:
        return _STRICT.match(amount["least"] or amount["least2"] or "") is not None
    return bool(
        told
        or _OCCASIONS.match(text, amount.start("n"))
        or _EACH.match(text, amount.end())
        or _EACH.search(text, max(0, amount.start() - NEAR), amount.start())
    )


def _each_amount(text: str) -> Iterator[tuple[int, int | None, int]]:
    """Yields every amount of a clause, with the days within which it is due, told behind it or else before it, and where it ends."""
    often = list(_OFTEN.finditer(text))
    found: list[re.Match[str]] = []
    for each in _AMOUNT.finditer(text):
        joined = found and re.fullmatch(r"[^.;:]{0,40}", text[found[-1].end() : each.start()])
        if ((joined and not each["other"]) or _is_bound(text, each, often)) and not _NOT_OWN.search(
            text[: each.start("n")]
        ):
            found.append(each)
    starts = [each.start("n") for each in found]
    leading = [o for o in often if not o[0].startswith("/") and any(0 <= n - o.end() < AHEAD for n in starts)]
    for number, each in enumerate(found):
        until = starts[number + 1] if number + 1 < len(found) else len(text)
        behind = [o for o in often if o not in leading and each.end() <= o.start() < until]
        before = [o for o in leading if o.end() <= starts[number]]
        alike = not _TIMES.match(found[-1]["what"]) and not any(f["least"] or f["least2"] for f in found[number + 1 :])
        shared = [o for o in often if alike and o not in leading and o.start() >= found[-1].end()]
        due = behind[:1] or before[-1:] or shared[:1]
        yield _value(each["n"]), _days(due[0]) if due else None, each.end()


def _days(often: re.Match[str] | None) -> int | None:
    """Gives the days of which a text says how often; None where it does not."""
    if often is None:
        return None
    unit = often["unit"] or often["each"] or often["per"]
    return DAYS[unit.lower()] if unit else _value(often["n"]) * DAYS[often["units"].lower()]


def _value(text: str) -> int:
    return int(text.replace(".", "")) if text[0].isdigit() else WORDS[text.lower()]


def _report_rhythm(text: str) -> tuple[int | None, int | None]:
    """Gives how often a report is asked for, and the day of the month: "báo cáo trước ngày 25 hằng tháng"."""
    report = _REPORT.search(text)
    if report is None:
        return None, None
    start = text.rfind(";", 0, report.start()) + 1
    dues = sorted(_DUE.finditer(text, report.start()), key=lambda each: not (each["day"] or each["later"]))
    due = dues[0] if dues else _DUE_FIRST.search(text[start : report.start()])
    if due is None:
        return None, None
    told = due.groupdict()
    unit, day = (told["unit"] or told["next"]).lower(), told["day"] or told.get("later")
    return DAYS[unit], int(day) if day and unit != "ngày" else None


_AGAIN: Final = re.compile(
    r"\s*(?:hằng|hàng|mỗi)\s+(?:năm|quý|tháng)(?!\w)", re.IGNORECASE
)  # "trước ngày 15/12 hằng năm"
_ALSO: Final = re.compile(  # "trước ngày 15/6 và ngày 15/12/2025"
    r"\s*(?:,|và)\s*(?:trước\s+)?ngày\s+(?P<d>\d{1,2})\s*/\s*(?P<m>\d{1,2})(?!\d)(?:\s*/\s*(?P<y>\d{4}))?",
    re.IGNORECASE,
)
_ON: Final = re.compile(r"(?<!\d )ngày\s+\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}")  # "báo cáo về Sở ngày 05/4/2024"


def _days_of(text: str, year: int | None) -> tuple[date | None, date | None, list[date]]:
    """Gives the first and the last day of what is asked, and the days by which reports are due."""
    told = spans(text, year)
    due, ends = _due(text, told)
    since = next((each.first for each in told if each not in due and each.first != each.last and each.first), None)
    owed = [each for each in told if each not in due and each.last]
    until = [
        each.last
        for each in owed
        if each.last
        and (each.deadline or each.first or re.search(r"đến|tới|hết", text[each.start : each.end], re.IGNORECASE))
    ]
    return since, max(until, default=None), ends  # "quý II, quý III"


def _due(text: str, told: Sequence[Span]) -> tuple[list[Span], list[date]]:
    """Gives the spans that say when reports are due, and these days: deadlines behind the verb, or else before it."""
    report = _REPORT.search(text)
    if report is None or _HEARD.search(text, 0, report.start()):
        return [], []
    ended = [each for each in told if each.last and not _AGAIN.match(text, each.end)]
    behind = [each for each in ended if each.start > report.start()]
    told_for = text.rfind(";", 0, report.start())  # "lập kế hoạch trước ngày 20/3; báo cáo …": a day of other work
    before = [each for each in ended if told_for < each.start < report.start() and each.deadline]
    due = [each for each in behind if each.deadline] or before[-1:] or behind[:1]
    days = [each.last for each in due if each.last]
    if (
        due
        and (also := _ALSO.match(text, due[-1].end))
        and (day := day_of(also["d"], also["m"], also["y"] or days[-1].year))
    ):
        days.append(day)
    if not days and (on := _ON.search(text, report.start())) and (told_on := first_date(on[0])):
        days = [told_on[0]]
    return due, days
