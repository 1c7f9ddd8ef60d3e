"""Finds the date that a page shows as its own, and tells it from clocks, related items, licences and decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from crawlers.article import DateEvidence, DateKind
from crawlers.blocks import Block, Outline
from crawlers.dates import FIRST_YEAR, LOCAL_TZ, FoundDate, date_text, find_dates, local_day, parse_date
from crawlers.rows import LINK_TITLE
from crawlers.site import SiteModel

MIN_TITLE: Final = 10  # characters before a date in brackets on the line of a title
OPENING_LAG: Final = (
    45  # days; news of the corpora that open with a day of the year are 0 or 1 day late, portals some weeks
)
AHEAD_CHARS: Final = 250  # characters in which a text says that it tells of days to come
MAX_BYLINE: Final = 220  # characters; author, source, section and counters may share the line with the date
MAX_REST: Final = 60  # letters beside the date and its usual company: author, source, section; more is a sentence that mentions a date
MAX_WORDS: Final = 12  # words beside them
ENDED_LETTERS: Final = 8  # letters of a line that ends with a full stop
CLAUSE_WORDS: Final = 3  # small words right before a date
TOLD_LETTERS: Final = 15  # letters after "date, "; authors and sections follow a bar or a dash
NEAR_AFTER: Final = 12  # blocks after the title: author, section, share buttons, lead
NEAR_BEFORE: Final = 4  # blocks before the title
FAR_CHARS: Final = 1_500  # characters of text between title and date
IN_HEADER: Final = 0.5  # of 1; taken from a date in the header of the page: more often a clock than the article's
BELOW_TEXT: Final = (
    0.3  # of 1; a line "Ngày đăng: …" under the text is the page's own where the title has none beside it
)
LINKED_DATE: Final = (
    24  # letters beside a date that links to its own page ("23 Tháng Bảy, 2021 bởi Ban biên tập"); titles have more
)
LEARNT: Final = 0.3  # share of a site's pages whose date stands at a place, from which the place alone is believed

_FOREIGN: Final = re.compile(
    r"gi[ấâ]y ph[ée]p|giấp phép|license|\bsố\s*:|\bsố\s+\d+\s*/|quyết định|nghị định|thông tư|nghị quyết|công văn|ban hành|hiệu lực|"
    r"cấp ngày|ngày cấp|hết hạn|hạn nộp|hạn cuối|bản quyền|copyright|©|truy cập|online|trực tuyến|ngày sinh|sinh ngày|"
    r"hôm nay|bây giờ|today|khai mạc|bế mạc|captures?\b|archive|từ ngày|đến ngày|ngày ký|ngày bh|"
    r"modified|sự kiện|deadline|expires?",
    re.IGNORECASE,
)
_COMPANY: Final = re.compile(
    r"ngày đăng|đăng (?:ngày|lúc|bởi|tải)|đăng|ngày tạo|cập nhật(?: lần cuối)?|xuất bản|thời gian|lúc|ngày|thứ|chủ nhật|"
    r"(?:số )?lượt (?:xem|đọc|người xem)|lượt|đã xem|xem|views?|tác giả|nguồn|theo|published|posted|updated|on|by|gmt|utc|"
    r"bình luận|chia sẻ|in bài|bản in|print|sáng|chiều|tối|am|pm|hai|ba|tư|năm|sáu|bảy|cn|t\d|\d+",
    re.IGNORECASE,
)
_UPDATED: Final = re.compile(r"cập nhật|updated|sửa", re.IGNORECASE)
_PUBLISHED: Final = re.compile(r"đăng|xuất bản|published|posted", re.IGNORECASE)
_LABEL: Final = re.compile(r"date|time|ngay|publish|posted|byline|meta|thoi-?gian|dang", re.IGNORECASE)
_CLOCK_LABEL: Final = re.compile(r"clock|today|hom-?nay|now\b|datenow|time-?now|current", re.IGNORECASE)
_UPDATED_LABEL: Final = re.compile(r"updat|modif|cap-?nhat", re.IGNORECASE)
_SIGNED: Final = re.compile(
    r"\W*(?:ngày đăng|đăng (?:ngày|lúc)|ngày xuất bản|xuất bản|published|posted)\b", re.IGNORECASE
)
_CLOCK: Final = re.compile(r"\W*(?:thứ\s+(?:hai|ba|tư|năm|sáu|b[ảẩ]y|[2-7])|chủ nhật|t[2-7]|cn)\b", re.IGNORECASE)
_ENDED: Final = re.compile(r"[.!?…;][\"”)]*$")  # sentences tell of dates; rows of lists do not end so
_YEAR: Final = re.compile(r"\d{4}")
_DATELINE: Final = re.compile(
    r"\W{0,2}(?!(?:thứ|chủ nhật|ngày|hôm|sáng|chiều|tối)\b)[^\W\d_][^\d,.]{2,30},\s*(?:ngày\s+)?(?P<date>\d{1,2}(?:[/.-]\d{1,2}[/.-]| tháng \d{1,2} năm )\d{4})\s*(?:\([^)]{2,20}\))?\s*[-–—)]",
    re.IGNORECASE,
)
_OPENING: Final = re.compile(  # "(LSO) - Sáng 12/9, …", "TTXVN - Ngày 12/9, …"; "Ngày 2/9/1945, …" tells of history
    r"\W*(?:[A-ZĐ][\w.]{1,20}\W{1,4})?(?:(?:sáng|trưa|chiều|tối|đêm)(?: sớm| nay| qua)?,?\s+\(?(?:ngày\s+)?(?=\d)|ngày\s+(?=\d{1,2}[/.-]\d{1,2}\W{0,2},))"
    r"(?P<date>(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})(?:[/.-](?P<year>\d{4}))?)(?![\d/.-]\d|\d)",
    re.IGNORECASE,
)
_PLACE_LINE: Final = re.compile(
    r"\W*[^\W\d_][^\d,.]{2,30},\s*ngày\s+(?P<date>(?P<day>\d{1,2})\s*(?:/|-|\.|tháng)\s*(?P<month>\d{1,2})\s*(?:/|-|\.|năm)\s*(?P<year>\d{4}))\W*",
    re.IGNORECASE,
)
_AHEAD: Final = re.compile(r"\b(?:tới|sẽ|sắp|dự kiến|chuẩn bị|kế hoạch)\b", re.IGNORECASE)
_RANGE: Final = re.compile(r"^\s*(?:-|–|—|đến|to|until)\s*$")


@dataclass(frozen=True, slots=True)
class Byline:
    """A date that the page shows as its own: the claim, and the block that shows it."""

    evidence: DateEvidence
    block: int
    score: float


def find_byline(page: Outline, title: int | None, site: SiteModel) -> Byline | None:
    """Returns the date shown nearest to the title (block number `title`), or None where no date is the page's own."""
    best: Byline | None = None
    for index, block in enumerate(page.blocks):
        score = _place(page, index, title, site)
        claim = (_claim(block) or (_tail_claim(block) if index == title else None)) if score > 0 else None
        if claim is None or beside_link(page, index, title) or in_rows(page, index):
            continue
        score += _words(block)
        found, kind = claim
        evidence = DateEvidence(found.date.value, kind, found.date.precision, _stated(block, claim))
        if score > 0 and (best is None or score > best.score + 1e-9):
            best = Byline(evidence, index, score)
    return best


def is_own(page: Outline, text: str, title: int | None, site: SiteModel) -> bool:
    """Tells whether the date `text`, which a profile read, can be the page's own: on no clock, row or licence."""
    for index, block in enumerate(page.blocks):
        if not _shows(block, text):
            continue
        shunned = block.common or block.path in site.clock_paths or _CLOCK_LABEL.search(block.label)
        below = title is not None and index >= title - NEAR_BEFORE
        if below and not shunned and not _FOREIGN.search(block.text) and not in_rows(page, index):
            return not beside_link(page, index, title)
    return False


def find_dateline(page: Outline, title: int | None) -> DateEvidence | None:
    """Returns the place and date with which the text opens ("Lạng Sơn, ngày 5/2/2024 – …"), None where it does not."""
    start = title + 1 if title is not None else 0
    for block in page.blocks[start : start + NEAR_AFTER]:
        match = _DATELINE.match(block.text)
        if match is None:
            continue
        parsed = parse_date(match["date"])
        if parsed is not None:
            return DateEvidence(parsed.value, "dateline", parsed.precision, match["date"])
    return None


def far_opening(lead: str, body: str, published: datetime) -> DateEvidence | None:
    """Returns the day of which the text tells as of yesterday where it lies far from `published` (aware), else None.

    "(LSO) - Sáng 12/9, UBND huyện …" under a stamp of the next August, or of the day before, shows that the stamp is not the
    article's. A day without a year is the one nearest to the stamp; an article some weeks late is not contradicted.
    """
    day = local_day(published)
    for text in filter(None, [lead, *body.split("\n")[:2]]):
        match = _OPENING.match(text) or _PLACE_LINE.fullmatch(text)
        told = _told_day(match, day) if match is not None else None
        if match is None or told is None:
            continue
        lag = (day - told).days
        ahead = bool(_AHEAD.search(text[:AHEAD_CHARS]))
        if lag > OPENING_LAG or (not ahead and lag < (-1 if match["year"] else -OPENING_LAG)):
            moment = datetime(told.year, told.month, told.day, tzinfo=LOCAL_TZ).astimezone(UTC)
            return DateEvidence(moment, "dateline", "day", match["date"])
    return None


def _told_day(match: re.Match[str], near: date) -> date | None:
    years = [int(match["year"])] if match["year"] else [near.year - 1, near.year, near.year + 1]
    days = []
    for year in years:
        try:
            days.append(date(year, int(match["month"]), int(match["day"])))
        except ValueError:  # 29 February, or no date at all
            continue
    told = min(days, key=lambda day: abs(near - day), default=None)
    return told if told is not None and told.year >= FIRST_YEAR else None


def shown_dates(page: Outline) -> Iterator[tuple[int, FoundDate]]:
    """Yields the block number and date of every line that is (nearly) only a date, wherever on the page it stands."""
    for index, block in enumerate(page.blocks):
        claim = _claim(block)
        if claim is not None:
            yield index, claim[0]


def states_date(block: Block) -> bool:
    """Tells whether a line is little else than a date, its label, author, source and counters."""
    return _claim(block) is not None


def _claim(block: Block) -> tuple[FoundDate, DateKind] | None:
    """Returns the date of a line that is little else than a date, and whether machines or readers are told."""
    if len(block.text) > MAX_BYLINE:
        return None
    stamp = parse_date(block.stamp) if block.stamp else None
    if stamp is not None and not _FOREIGN.search(block.text):
        shown = parse_date(block.text)
        best = shown if shown is not None and shown.precision != "day" and stamp.precision == "day" else stamp
        return FoundDate(best, 0, len(block.text)), "time"
    if not _YEAR.search(block.text):
        return None
    found = _own_date(block.text)
    return (found, "byline") if found is not None else None


def tail_date(text: str) -> tuple[str, FoundDate] | None:
    """Returns a title and the date in brackets behind it: "Tên bài (14/09/2020 15:42)"; None where none stands there.

    A day without a time may be part of the title.
    """
    found = find_dates(text)
    if not found or len(found) > 1:
        return None
    title, rest = text[: found[0].start].rstrip(), text[found[0].end :].strip()
    if not title.endswith(("(", "[")) or rest not in {")", "]"} or len(title) < MIN_TITLE:
        return None
    return title[:-1].rstrip(), found[0]


def _tail_claim(block: Block) -> tuple[FoundDate, DateKind] | None:
    tail = tail_date(block.text)
    return (tail[1], "byline") if tail is not None and not _FOREIGN.search(tail[0]) else None


def _stated(block: Block, claim: tuple[FoundDate, DateKind]) -> str:
    """Returns the characters that state the date, no more: authors stand on the same line, and are never stored."""
    found, kind = claim
    if kind == "byline":
        return block.text[found.start : found.end]
    return date_text(block.stamp) if found.date == parse_date(block.stamp) else date_text(block.text)


def _shows(block: Block, text: str) -> bool:
    """Tells whether a block shows the date `text`, or the part of it that fits into one block."""
    if not text:
        return False
    if text in block.text or text in block.stamp:
        return True
    short = len(block.text) <= MAX_BYLINE and _YEAR.search(block.text)
    return bool(short) and any(block.text[each.start : each.end] in text for each in find_dates(block.text))


def _own_date(text: str) -> FoundDate | None:
    """Returns the date of a line that is little else than a date; None for sentences, ranges and legal references."""
    dates = find_dates(text)
    if not dates or _FOREIGN.search(text):
        return None
    first = dates[0]
    if len(dates) > 1:
        if _RANGE.match(text[first.end : dates[1].start]):
            return None
        first = next((each for each in dates if _PUBLISHED.search(text[max(0, each.start - 20) : each.start])), first)
        if first is dates[0] and _UPDATED.search(text[: first.start]):
            first = dates[1]
    if _told(text, first):
        return None
    rest = text
    for each in reversed(dates):
        rest = rest[: each.start] + rest[each.end :]
    rest = _COMPANY.sub("", rest)
    if (
        len(re.findall(r"\w", rest)) > MAX_REST
        or len(rest.split()) > MAX_WORDS
        or re.search(r"\w{2,}[.!?…]\s+\w", rest)
    ):
        return None
    return first


def _told(text: str, date: FoundDate) -> bool:
    """Tells whether the date stands in a sentence: "Sáng 05/10/2020, Ủy ban huyện …", "Quang cảnh hội nghị ngày 05/10/2020"."""
    before, after = _COMPANY.sub("", text[: date.start]), _COMPANY.sub("", text[date.end :])
    if text.rstrip().endswith((".", "!", "?", "…")) and len(re.findall(r"[^\W\d]", before + after)) > ENDED_LETTERS:
        return True
    if after.lstrip().startswith(",") and len(re.findall(r"[^\W\d]", after)) > TOLD_LETTERS:
        return True
    clause: str = re.split(r"[^\w\s]", before)[-1]  # names of authors and papers are written with capitals
    return sum(word[0].islower() for word in clause.split()) >= CLAUSE_WORDS


def _place(page: Outline, index: int, title: int | None, site: SiteModel) -> float:
    """Returns how much the place of a line speaks for its date, 0 where no date is the page's own."""
    block = page.blocks[index]
    if block.path in site.clock_paths or block.quiet or _CLOCK_LABEL.search(block.label):
        return 0.0
    learnt = site.date_paths.get(block.path, 0.0)
    near = _nearness(page, index, title)
    if near > 0 and learnt < LEARNT and title is not None and index < title and _in_header(page, index, title):
        if _CLOCK.match(block.text):
            return 0.0
        near = max(near - IN_HEADER, 0.1)
    return near + 2.0 * learnt if near > 0 or learnt >= LEARNT else 0.0


def _in_header(page: Outline, index: int, title: int) -> bool:
    """Tells whether a line above the title shares no box with it but the page itself, and does not stand right above it."""
    if title - index == 1 or _PUBLISHED.search(page.blocks[index].text) or _UPDATED.search(page.blocks[index].text):
        return False
    box = page.boxes[page.blocks[index].box]
    while box.end <= title and box.parent >= 0:
        box = page.boxes[box.parent]
    return box.start == 0


def _words(block: Block) -> float:
    """Returns how much the words and the markup of a line speak for its date."""
    score = 0.0
    if block.stamp:
        score += 0.3
    if _LABEL.search(block.label):
        score += 0.3
    if _PUBLISHED.search(block.text):
        score += 0.3
    elif _UPDATED.search(block.text) or _UPDATED_LABEL.search(block.label):
        score -= 0.4
    return score


def _nearness(page: Outline, index: int, title: int | None) -> float:
    """Returns 1 beside the title, falling to 0 where links to other items or too much text lie between."""
    if title is None:
        return 0.0
    step = index - title
    if step == 0:
        return 0.2  # a date inside the title is an event's, unless nothing else is shown
    reach = NEAR_AFTER if step > 0 else NEAR_BEFORE
    signed = step > 0 and len(page.blocks[index].text) <= MAX_BYLINE and _SIGNED.match(page.blocks[index].text)
    if abs(step) > reach and not signed:
        return 0.0
    between = page.blocks[min(index, title) + 1 : max(index, title)]
    if any(block.link_ratio > 0.7 and len(block.text) >= LINK_TITLE for block in between):
        return 0.0
    if abs(step) > reach or sum(len(block.text) for block in between) > FAR_CHARS:
        return BELOW_TEXT if signed else 0.0
    return 1.0 - 0.5 * abs(step) / reach - (0.15 if step < 0 else 0.0)


def beside_link(page: Outline, index: int, title: int | None) -> bool:
    """Tells whether the line belongs to a link to another item: inside it, or next to it in one small box."""
    block = page.blocks[index]
    if block.link_ratio > 0.6 and len(re.findall(r"[^\W\d]", _COMPANY.sub("", block.text))) > LINKED_DATE:
        return True
    box = page.boxes[block.box]
    hops = 0
    while box.end - box.start <= 1 and box.parent >= 0 and hops < 3:
        box = page.boxes[box.parent]
        hops += 1
    if box.end - box.start > 6 or (title is not None and box.start <= title < box.end):
        return False
    return any(
        other.link_ratio > 0.7 and len(other.text) >= LINK_TITLE
        for position, other in enumerate(page.blocks[box.start : box.end], start=box.start)
        if position != index
    )


def in_rows(page: Outline, index: int) -> bool:
    """Tells whether the line is one of several of one shape, each with a date: a list of items or documents."""
    block = page.blocks[index]
    if block.listed:
        return True
    box = page.boxes[block.box]
    for _ in range(4):
        if box.parent < 0:
            return False
        parent = page.boxes[box.parent]
        if parent.end - parent.start > 150:
            return False
        rows = 0
        for other in page.blocks[parent.start : parent.end]:
            alike = other.path == block.path and (other.link_ratio > 0.5) == (block.link_ratio > 0.5)
            if alike and len(other.text) <= MAX_BYLINE and not _ENDED.search(other.text) and _YEAR.search(other.text):
                rows += bool(find_dates(other.text))
        if rows >= 3:
            return True
        box = parent
    return False
