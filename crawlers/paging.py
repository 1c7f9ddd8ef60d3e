"""Which link of a listing leads to its next page. Works on addresses and link texts alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from crawlers.urls import same_site, url_key

MAX_LEAP: Final = 100  # rows or pages between two pages of a listing; a larger step is an id, not a page

MAX_DIGITS: Final = 18  # of a number that may count pages or rows; Python refuses to read thousands of them

FIRST_NUMBERS: Final = 2  # of second pages, counted from 0 or 1; a larger number counts rows

_NEXT: Final = re.compile(
    r"^\W*(?:trang\s+)?(?:sau|tiếp(?:\s+theo)?|kế(?:\s+tiếp)?)\W*$|^\W*trang\s+(?:sau|tiếp|kế)|^\W*(?:next|older)\b|cũ hơn"
    r"|^\W*(?:xem|tải|đọc)\s+(?:thêm|tiếp)|^\s*[>›»→]+\s*$",
    re.IGNORECASE,
)
_PATH_PAGE: Final = re.compile(
    r"(?:^|[/._-])(?:page|trang|p|pg|paged)?[/._-]?(\d{1,5})(?:\.\w{2,5})?/?$", re.IGNORECASE
)
_CALENDAR_PATH: Final = re.compile(r"(?:^|/)(?:19|20)\d\d/\d{1,2}(?:/\d{1,2})?/?$")
_CALENDAR_KEYS: Final = frozenset(
    {"thang", "nam", "ngay", "month", "monthnum", "year", "day", "date", "m", "y", "d", "mm", "yy", "yyyy", "dd"}
)  # of queries that name a month or a day, not a page
_PAGE_KEYS: Final = frozenset(
    {
        "page",
        "p",
        "trang",
        "pg",
        "paged",
        "pageno",
        "pagenum",
        "pageindex",
        "page_number",
        "curpage",
        "cur",
        "currentpage",
    }
)
_OFFSET_KEYS: Final = frozenset({"start", "offset", "skip", "from"})  # of queries that count rows
_BARE_NUMBER: Final = re.compile(r"/\d+(?:\.\w{2,5})?/?$")
_PLACE: Final = re.compile(
    r"\{\{?\s*(?:page|trang|p|n|0)?\s*\}?\}|%7B(?:page|trang|p|n|0)?%7D|:page\b|__page__", re.IGNORECASE
)


def next_of(url: str, links: Sequence[tuple[str, str, str]]) -> str | None:
    """Returns the next page of the listing at `url` among `links` (address, text, rel), or None at its end.

    `rel=next` decides, then the number after the current one, then words such as "Trang sau" and "Xem thêm"; each must
    be an address that differs from `url` only as page numbers do.
    """
    steps = [(target, text) for target, text, _ in links if is_step(url, target)]
    for target, _, rel in links:
        if "next" in rel.lower().split() and same_site(url, target) and url_key(target) != url_key(url):
            return target
    here = _numbers(url)
    counted = ((number_in(text), target) for target, text in steps if len(text.strip()) <= 4)
    numbered = {number: target for number, target in counted if number is not None}
    if numbered:
        shown = _current(url, numbered, links)
        return numbered.get(shown + 1) or _worded(steps, here)
    return _worded(steps, here)


def following(url: str, rows: int) -> str | None:
    """Returns the address of the page after `url` where it counts pages, or rows of which it shows `rows`; else None."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    for step, keys in ((1, _PAGE_KEYS), (rows, _OFFSET_KEYS)):
        for place, (key, value) in enumerate(pairs):
            if key.lower() in keys and (number := number_in(value)) is not None:
                pairs[place] = key, str(number + step)
                return urlunsplit(parts._replace(query=urlencode(pairs)))
    match = None if _CALENDAR_PATH.search(parts.path) else _PATH_PAGE.search(parts.path)
    if match is None or int(match[1]) > 10 * MAX_LEAP:
        return None
    path = f"{parts.path[: match.start(1)]}{int(match[1]) + 1}{parts.path[match.end(1) :]}"
    return urlunsplit(parts._replace(path=path))


def advance(url: str, following: str, pages: int) -> str | None:
    """Returns the page that stands `pages` after `url`, of which `following` is the next; None where they are not counted."""
    if pages == 1:
        return following
    here, there = urlsplit(url), urlsplit(following)
    own, pairs = dict(parse_qsl(here.query)), parse_qsl(there.query, keep_blank_values=True)
    numbered = ((place, key, number_in(value)) for place, (key, value) in enumerate(pairs) if own.get(key) != value)
    changed = [(place, key, number) for place, key, number in numbered if number is not None]
    numbers = _page_of(here.path), _page_of(there.path)
    if not changed and numbers[1] is not None and numbers[0] != numbers[1]:
        match = _PATH_PAGE.search(there.path)
        if match is not None:
            path = f"{there.path[: match.start(1)]}{numbers[1] + pages - 1}{there.path[match.end(1) :]}"
            return urlunsplit(there._replace(path=path))
    if len(changed) != 1:
        return None
    place, key, number = changed[0]
    before = number_in(own.get(key, ""))
    step = number - before if before is not None else 1 if number <= FIRST_NUMBERS else number
    pairs[place] = key, str(number + step * (pages - 1))
    return urlunsplit(there._replace(query=urlencode(pairs))) if step > 0 else None


def on_page(url: str, number: int) -> str:
    """Returns `url` on another page: in the place it keeps for the number, or in a key of its own."""
    if _PLACE.search(url):
        return _PLACE.sub(str(number), url)
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    key = next((key for key, _ in pairs if key.lower() in _PAGE_KEYS), "page")
    pairs = [pair for pair in pairs if pair[0] != key]
    return urlunsplit(parts._replace(query=urlencode([*pairs, (key, str(number))])))


def has_place(url: str) -> bool:
    """Tells whether an address keeps a place for a page number, as scripts do: "/api/tin/{page}"."""
    return _PLACE.search(url) is not None


def number_in(text: str) -> int | None:
    """Returns the number that a text is; None for other texts, "²" among them, and for more than MAX_DIGITS digits."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else None


def is_forward(text: str) -> bool:
    """Tells whether a link calls itself the next page."""
    return _NEXT.search(text) is not None


def is_step(url: str, target: str, *, titled: bool = False) -> bool:
    """Tells whether `target` is `url` on another page: same path with another number in it or in the query.

    Of a link that reads like a title (`titled`), a bare number at the end of the path is an article's id.
    """
    if titled and _BARE_NUMBER.search(urlsplit(target).path):
        return False
    if not same_site(url, target):
        return False
    here, there = urlsplit(url), urlsplit(target)
    if _stem(here.path) != _stem(there.path) or url_key(url) == url_key(target):
        return False
    pages = _page_of(here.path), _page_of(there.path)
    own, other = dict(parse_qsl(here.query)), dict(parse_qsl(there.query))
    changed = {key for key in own.keys() | other.keys() if own.get(key) != other.get(key)}
    if pages[0] != pages[1]:
        return not changed
    strange = {
        key
        for key in changed
        if key.lower() in _CALENDAR_KEYS or (key in own and key in other and not _is_leap(own[key], other[key]))
    }
    return not strange and any(_is_leap(own.get(key, "0"), other.get(key, "0")) for key in changed)


def _is_leap(one: str, other: str) -> bool:
    numbers = number_in(one), number_in(other)
    return numbers[0] is not None and numbers[1] is not None and abs(numbers[0] - numbers[1]) <= MAX_LEAP


def _stem(path: str) -> str:
    """Returns a path without its page number."""
    path = unquote(path).rstrip("/")
    match = None if _CALENDAR_PATH.search(path) else _PATH_PAGE.search(path)
    if match is None or int(match[1]) > 10 * MAX_LEAP:
        return path.lower()
    return path[: match.start()].rstrip("/").lower()


def _page_of(path: str) -> int | None:
    path = unquote(path).rstrip("/")
    match = None if _CALENDAR_PATH.search(path) else _PATH_PAGE.search(path)
    return int(match[1]) if match and int(match[1]) <= 10 * MAX_LEAP else None


def _numbers(url: str) -> list[int]:
    """Returns the numbers in which a page of a listing may count: those of the query, then that of the path."""
    parts = urlsplit(url)
    counted = (number_in(value) for _, value in sorted(parse_qsl(parts.query)))
    found = [number for number in counted if number is not None]
    page = _page_of(parts.path)
    return found + ([page] if page is not None else [])


def _current(url: str, numbered: dict[int, str], links: Sequence[tuple[str, str, str]]) -> int:
    """Returns the number of the page we are on: the one linked to itself, else the one missing from the pager."""
    own = url_key(url)
    for target, text, _ in links:
        number = number_in(text)
        if number is not None and url_key(target) == own:
            return number
    if _numbers(url):
        before = [number for number, target in numbered.items() if sum(_numbers(target)) < sum(_numbers(url))]
        return max(before, default=0) + 1
    missing = set(range(1, max(numbered) + 1)) - set(numbered)
    return min(missing, default=1)  # an address without a number is the first page, also where the pager numbers it


def _worded(steps: list[tuple[str, str]], here: list[int]) -> str | None:
    """Returns the first link forward that calls itself the next."""
    for target, text in steps:
        if _NEXT.search(text) and sum(_numbers(target)) > sum(here):
            return target
    return None
