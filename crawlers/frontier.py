"""The addresses of one source that wait to be asked: each once, the most telling first, traps of endless links bounded."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final
from urllib.parse import urlsplit

from crawlers.proof import Reading
from crawlers.urls import has_route, url_key

MAX_OF_SHAPE: Final = 1_000  # links that differ only in the values of their query, where no list names them: calendars

MAX_BARREN: Final = 30  # pages in a row that differ in numbers only and lead nowhere: a calendar turns for ever

_NO_PAGE: Final = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf|zip|rar|7z|gz|tar|exe|apk|jpe?g|png|gif|bmp|webp|svg|ico|tiff?|mp3|mp4|m4a|"
    r"m3u8|wav|wma|wmv|avi|mov|flv|webm|css|js|json|xml|rss|atom|txt|csv|ics|eot|ttf|woff2?)$",
    re.IGNORECASE,
)
_NO_USE: Final = re.compile(
    r"(?:^|[/?&=])(?:log-?in|log-?out|sign-?in|sign-?up|register|dang-?nhap|dang-?ky|dang-?xuat|"
    r"print|print-?(?:view|page|article|preview|news|friendly)|in-?bai(?:-?viet)?|in-?tin|ban-?in|xem-?ban-?in|tmpl=component|"
    r"share|search|tim-?kiem|wp-admin|wp-login|wp-json|xmlrpc|replytocom|add-to-cart|gui-?email|sendmail|feed|rss|_layouts|"
    r"_vti_bin)(?:[/?&=.]|$)",
    re.IGNORECASE,
)  # whole steps of a path only: "huong-dan-dang-ky-kinh-doanh" is an article


_NUMBER: Final = re.compile(r"-?\d+")


class Order(IntEnum):
    """What is asked first: lists before what they name, what has a date before what has none."""

    LISTING = 0
    SECTION = 1
    CLAIMED = 2
    TITLED = 3
    REST = 4


@dataclass(frozen=True, slots=True)
class Task:
    """One address to be looked at, and why."""

    url: str
    listing: Reading | None = None  # whose next page it is
    section: bool = False  # it may be a listing

    @property
    def key(self) -> str:
        """Identity of the page."""
        return url_key(self.url)


@dataclass(slots=True)
class Frontier:
    """A queue in which every page stands at most once; `holds` tells which addresses are the source's at all."""

    holds: Callable[[str], bool] = lambda _: True
    seen: set[str] = field(default_factory=set)  # keys of all pages that ever stood here
    _heap: list[tuple[Order, float, int, Task]] = field(default_factory=list)
    _shapes: Counter[str] = field(default_factory=Counter)
    _barren: dict[str, list[str]] = field(default_factory=dict)  # shape -> the last pages of it that led nowhere
    _rows: dict[str, frozenset[str]] = field(default_factory=dict)  # shape -> rows of the last page of it
    _dropped: dict[str, Task] = field(default_factory=dict)  # key -> page left out because there are too many like it
    _plentiful: set[str] = field(default_factory=set)  # shapes of pages that lead nowhere because they are articles
    _pushed: int = 0  # pages ever added: of two that are worth the same, the first comes first

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, order: Order, task: Task, rank: float = 0.0) -> None:
        """Adds a page; of one order the lowest rank comes first. What stood here before, is no page or not ours is left out."""
        key = task.key
        if key in self.seen or not is_page(task.url) or not self.holds(task.url):
            return
        shape = _query_shape(task.url)
        if shape and order >= Order.TITLED:
            self._shapes[shape] += 1
            if self._shapes[shape] > MAX_OF_SHAPE:
                self._dropped[key] = task
                return
        self.seen.add(key)
        self._pushed += 1
        heapq.heappush(self._heap, (order, rank, self._pushed, task))

    def push_again(self, order: Order, task: Task) -> None:
        """Adds a page that may have stood here before: the next page of a listing."""
        self.seen.discard(task.key)
        self.push(order, task)

    def pop(self) -> Task:
        """Takes the first page out."""
        return heapq.heappop(self._heap)[3]

    def note(self, task: Task, rows: frozenset[str], *, led: bool) -> list[str]:
        """Remembers whether a page `led` anywhere new, or shows other `rows` than the one before it of its kind.

        Gives the keys of the last pages, once too many of a kind did neither.
        """
        shape = _number_shape(task.url)
        same = not rows or rows == self._rows.get(shape)
        self._rows[shape] = rows
        if not shape or shape in self._plentiful or led or not same:
            self._barren.pop(shape, None)
            return []
        barren = self._barren.setdefault(shape, [])
        barren.append(task.key)
        return barren if len(barren) == MAX_BARREN else []

    def trust(self, task: Task) -> None:
        """Takes pages of this kind for what they are: none of them is a trap, though they lead nowhere."""
        self._plentiful.add(_number_shape(task.url))
        self._barren.pop(_number_shape(task.url), None)

    def is_trap(self, task: Task) -> bool:
        """Tells whether a page without a title or a date is one more of those that all led nowhere."""
        return task.section and len(self._barren.get(_number_shape(task.url), ())) >= MAX_BARREN

    def dropped(self) -> int:
        """Counts the pages that were left out because there are too many like them, traps apart."""
        return sum(key not in self.seen and not self.is_trap(task) for key, task in self._dropped.items())

    def rest(self) -> list[Task]:
        """Gives the pages that still wait, in order."""
        return [entry[3] for entry in sorted(self._heap, key=lambda entry: entry[:3])]


def is_page(url: str) -> bool:
    """Tells whether an address may show a page worth reading: no file, no login, search, print or share form.

    What a script draws on another page is no page either: asking for it brings that other page.
    """
    parts = urlsplit(url)
    return not has_route(url) and not _NO_PAGE.search(parts.path) and not _NO_USE.search(f"{parts.path}?{parts.query}")


def same_kind(url: str, other: str) -> bool:
    """Tells whether two addresses differ in numbers only."""
    return _number_shape(url) == _number_shape(other) != ""


def _number_shape(url: str) -> str:
    """Returns what pages have in common that differ in numbers only; "" for an address without numbers."""
    parts = urlsplit(url)
    bare = f"{parts.path}?{parts.query}"
    shape = _NUMBER.sub("0", bare)
    return shape if shape != bare or "0" in bare else ""


def _query_shape(url: str) -> str:
    parts = urlsplit(url)
    keys = ",".join(sorted(re.findall(r"(?:^|&)([^=&]+)", parts.query)))
    return f"{parts.path}?{keys}" if keys else ""
