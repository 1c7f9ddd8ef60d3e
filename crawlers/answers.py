"""What scripts are answered with: JSON that holds a piece of HTML, or items with address, title and date."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from crawlers.blocks import plain
from crawlers.dates import ParsedDate, parse_date
from crawlers.links import Row
from crawlers.paging import on_page
from crawlers.urls import resolve, same_site

_MORE_MEMBERS: Final = ("hasmore", "has_more", "hasnext", "has_next", "more")
_NEXT_MEMBERS: Final = ("next", "next_url", "nexturl", "next_page", "nextpage", "next_page_url", "nextpageurl")
_ITEM_URLS: Final = ("url", "link", "href", "permalink", "path", "detailurl", "newsurl", "shareurl")
_ITEM_TITLES: Final = ("title", "name", "headline", "tieude", "subject")
_ITEM_DATES: Final = (
    *("published", "publishedat", "publishdate", "publisheddate", "publishtime", "date", "pubdate", "ngaydang"),
    *("createdat", "createddate", "created", "time"),
)
EPOCH_S: Final = 1_000_000_000  # seconds since 1970 in September 2001; smaller numbers are counters
LATEST_S: Final = 10_000_000_000  # seconds since 1970 in November 2286; larger numbers count milliseconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer holds, and what it says of where its list goes on."""

    piece: str = ""  # of HTML with links
    rows: tuple[Row, ...] = ()  # where it holds items instead
    next_url: str | None = None  # as the answer itself says
    ended: bool = False  # it says that nothing follows
    bare: bool = False  # its list, or its piece of HTML, is there and empty


def is_answer(text: str) -> bool:
    """Tells whether a text is meant for a script rather than a reader."""
    return text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}


def read_answer(text: str, url: str, reference: datetime | None) -> Answer:
    """Returns what an answer in JSON holds; nothing where it is damaged."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return Answer()
    members = dict(_members(answer))
    pieces = [value for value in members.values() if isinstance(value, str) and "<a" in value and "href" in value]
    rows = () if pieces else tuple(_items(answer, url, reference))
    onward, ended = None, next((members[name] for name in _MORE_MEMBERS if name in members), None) is False
    for name in _NEXT_MEMBERS:
        value = members.get(name)
        if isinstance(value, str) and re.search("[/?]", value):
            onward = resolve(url, value)
        elif isinstance(value, int) and not isinstance(value, bool):
            onward = on_page(url, value)
        elif name in members and value in (None, "", False):
            ended = True
    return Answer(max(pieces, key=len, default=""), rows, onward, ended, _is_bare(answer))


def _members(answer: object, depth: int = 3) -> Iterator[tuple[str, object]]:
    """Yields the members of a JSON object and of the objects in it, outer ones last; those of lists are items."""
    if isinstance(answer, dict) and depth:
        for value in answer.values():
            yield from _members(value, depth - 1)
        for name, value in answer.items():
            yield str(name).lower().replace("-", "_"), value


def _is_bare(answer: object) -> bool:
    """Tells whether an answer has a list or a piece of HTML in it that is empty, and speaks of no error."""
    members = dict(_members(answer))
    if any(name in members and members[name] for name in ("error", "errors", "exception")):
        return False
    return answer == [] or any(value in ([], "") for name, value in members.items() if name not in _NEXT_MEMBERS)


def _items(answer: object, url: str, reference: datetime | None) -> Iterator[Row]:
    """Yields the items of the longest list of objects that have an address and a title."""
    lists = [value for value in (answer, *(value for _, value in _members(answer))) if isinstance(value, list)]
    found = [[row for each in items if (row := _item(each, url, reference))] for items in lists]
    yield from max(found, key=len, default=[])


def _item(item: object, url: str, reference: datetime | None) -> Row | None:
    if not isinstance(item, dict):
        return None
    members = {str(name).lower().replace("_", "").replace("-", ""): value for name, value in item.items()}
    href = next((value for name in _ITEM_URLS if isinstance(value := members.get(name), str) and value), "")
    title = next((value for name in _ITEM_TITLES if isinstance(value := members.get(name), str) and value), "")
    target = resolve(url, href) if href else None
    if target is None or not same_site(url, target):
        return None
    date = next((found for name in _ITEM_DATES if (found := _stamp(members.get(name), reference))), None)
    return Row(target, plain(title), date.value if date else None, date)


def _stamp(value: object, reference: datetime | None) -> ParsedDate | None:
    if isinstance(value, str):
        return parse_date(value, reference=reference)
    if isinstance(value, int) and not isinstance(value, bool) and EPOCH_S <= value < LATEST_S * 1000:
        seconds = value / 1000 if value >= LATEST_S else value
        return parse_date(datetime.fromtimestamp(seconds, UTC).isoformat())
    return None
