"""Reads the feeds and sitemaps of one source: which there are, the pages they name, and how far back they reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from crawlers.article import Claim, Failure
from crawlers.dates import local_day
from crawlers.discover import (
    Entry,
    Sitemap,
    feeds_in,
    parse_sitemap,
    read_feed,
    usual_feed_paths,
    usual_sitemap_paths,
)
from crawlers.errors import ParseError
from crawlers.fetch import Fetcher
from crawlers.frontier import is_page
from crawlers.pages import Text
from crawlers.proof import DAY, Evidence, Reading
from crawlers.reason import because
from crawlers.source import Source
from crawlers.urls import same_site, url_key
from crawlers.visits import Visits

MAX_FEEDS: Final = 60  # of one site; a newspaper has one for each section
MAX_SITEMAPS: Final = 300  # of one site a night; a newspaper of twenty years has one for each month
OLD_ITEMS: Final = 2  # of a feed that may be kept in sight though they are old
MIN_PAGES: Final = 4  # that a sitemap without publication dates must name to be taken for the whole site


class Routes:
    """The feeds and sitemaps of one source in one night."""

    def __init__(self, source: Source, fetcher: Fetcher, visits: Visits, evidence: Evidence) -> None:
        self.source = source
        self.feeds: list[str] = []
        self.sitemaps: list[str] = []
        self._fetcher = fetcher
        self._visits = visits
        self._evidence = evidence
        self._asked: set[str] = set()  # sitemaps
        self._indexes: list[tuple[Reading, _Index]] = []

    def read_feeds(
        self, home: Text | None, learnt: Mapping[str, Sequence[str]], found: Callable[[Entry], None]
    ) -> None:
        """Reads the pinned feeds, else those learnt and named by the home page, else where feeds usually lie."""
        named = self.source.feeds or tuple(dict.fromkeys((*learnt.get("feeds", ()), *feeds_of(home))))
        for url in named or (() if "feeds" in learnt else usual_feed_paths(self.source.home)):
            if len(self.feeds) >= MAX_FEEDS or self._fetcher.is_given_up(url):
                return
            self._read_feed(url, found, guessed=not named)
            if self.feeds and not named:
                return

    def _read_feed(self, url: str, found: Callable[[Entry], None], *, guessed: bool) -> None:
        text = self._visits.ask(url, "feed", optional=guessed)
        reading = Reading("feed", url)
        if text is None:
            if not guessed:
                self._lack(reading, url)
                self._evidence.readings += [reading] if reading.reason else []
            return
        try:
            feed = read_feed(text.body, text.url, text.content_type)
        except ParseError as error:
            if guessed or (feeds_of(text) and url not in self.source.feeds):
                self._visits.settle(url_key(url), "other")  # a page about feeds, not a feed
                return
            self._misread(reading, url, error)
            self._evidence.readings.append(reading)
            return
        self._visits.settle(url_key(url), "listing")
        self.feeds.append(url)
        own = [entry for entry in feed.entries if same_site(entry.url, self.source.home)]
        days = [local_day(entry.at) for entry in own if entry.at]
        reading.keys = {url_key(entry.url) for entry in own}
        reading.newest = self._newest(days)
        if not feed.whole:
            reading.reason = because("broken_items", route="feed", url=url)
        elif days and len(days) == len(own):
            reading.reach = reached(days)
        self._evidence.readings.append(reading)
        self._tell(own, found)

    def read_sitemaps(self, since: date, learnt: Mapping[str, Sequence[str]], found: Callable[[Entry], None]) -> None:
        """Reads the pinned sitemaps, else those of robots.txt and those learnt, else where sitemaps usually lie.

        Of an index only the sitemaps are read that changed on or after the day before `since`, at least the youngest:
        where one names pages younger than the index says that it is, all are read.
        """
        robots = self._fetcher.robots(self.source.home, self.source)
        named = self.source.sitemaps or tuple(dict.fromkeys((*robots.sitemaps, *learnt.get("sitemaps", ()))))
        for url in named or (() if "sitemaps" in learnt else usual_sitemap_paths(self.source.home)):
            if url not in self._asked and not self._fetcher.is_given_up(url):
                self._read_sitemap(url, since, found, guessed=not named)
            if self.sitemaps and not named:
                return

    def read_left_out(self, youngest: date, found: Callable[[Entry], None]) -> None:
        """Reads what indexes said to be unchanged, where `youngest`, the newest day of an article, shows that they stand still."""
        for reading, index in self._indexes:
            if index.doubt(youngest):
                self._read_files(reading, index, index.left_out(), found)

    def _read_sitemap(self, root: str, since: date, found: Callable[[Entry], None], *, guessed: bool) -> None:
        """Reads a sitemap and, where it is an index, those it names: together they are one route."""
        reading, index = Reading("sitemap", root), _Index(since, self._visits.night)
        self._read_files(reading, index, [root], found, guessed=guessed)
        if index.entries or reading.reason:
            self._evidence.readings.append(reading)
            self._indexes.append((reading, index))

    def _read_files(
        self,
        reading: Reading,
        index: _Index,
        waiting: list[str],
        found: Callable[[Entry], None],
        *,
        guessed: bool = False,
    ) -> None:
        while waiting and not self._fetcher.is_given_up(reading.url):
            url = waiting.pop(0)
            if url in self._asked or len(self._asked) >= MAX_SITEMAPS:
                continue
            self._asked.add(url)
            sitemap = self._sitemap(url, reading, guessed=guessed and url == reading.url)
            if sitemap is None:
                continue
            if url == reading.url:
                self.sitemaps.append(url)
            own = [each for each in sitemap.entries if same_site(each.url, self.source.home) and is_page(each.url)]
            index.hold(url, own)
            waiting += index.opened(sitemap)
            waiting += index.left_out() if not waiting else []
        if waiting and not reading.reason:
            reading.reason = because("unread_files", route="sitemap", url=reading.url, number=len(waiting))
        if index.entries or reading.reason:
            self._measure(reading, index.entries)
            self._tell(index.entries, found)

    def _sitemap(self, url: str, reading: Reading, *, guessed: bool) -> Sitemap | None:
        """Reads one file; a fault is noted in `reading`, unless the file was only guessed to be there."""
        text = self._visits.ask(url, "sitemap", optional=guessed)
        if text is None:
            if not guessed:
                self._lack(reading, url)
            return None
        try:
            sitemap = parse_sitemap(text.body, text.url)
        except ParseError as error:
            if guessed:
                self._visits.settle(url_key(url), "other")  # many sites answer any address with a page
            else:
                self._misread(reading, url, error)
            return None
        self._visits.settle(url_key(url), "listing")
        if sitemap.cut:
            reading.reason = reading.reason or because("unread_files", route="sitemap", url=reading.url, number=1)
        return sitemap

    def _measure(self, reading: Reading, entries: Sequence[Entry]) -> None:
        """Says how far a sitemap reaches: one of news to its oldest items, one of the whole site over every day."""
        reading.keys = {url_key(entry.url) for entry in entries}
        days = [local_day(entry.at) for entry in entries if entry.at]
        reading.newest = self._newest(days)
        if reading.reason or not days or len(days) < len(entries):
            return
        if all(not entry.changed_only for entry in entries):
            reading.reach = reached(days)
        else:
            reading.whole = len(entries) >= MIN_PAGES

    def _newest(self, days: Sequence[date]) -> date | None:
        return max((day for day in days if day <= self._visits.night), default=None)

    def _tell(self, entries: Sequence[Entry], found: Callable[[Entry], None]) -> None:
        """Keeps what a route says of its pages, and hands each on."""
        for entry in entries:
            key = url_key(entry.url)
            if entry.at and entry.precision and local_day(entry.at) <= self._visits.night + DAY:
                day = local_day(entry.at)
                self._visits.claim(key, Claim(entry.at, day, entry.precision, entry.kind, not entry.changed_only))
            if entry.media:
                self._visits.enclose(key, entry.media)
            found(entry)

    def _lack(self, reading: Reading, url: str) -> None:
        """Notes a file that did not answer; one that is gone tells nothing for or against a day."""
        failure = self._visits.failed[url_key(url)]
        if not is_gone(failure):
            reading.reason = reading.reason or because("on_route", route=reading.route, url=url, why=failure.detail)

    def _misread(self, reading: Reading, url: str, error: ParseError) -> None:
        self._visits.fail(url_key(url), url, "extract", "parse", error.detail)
        reading.reason = reading.reason or because("on_route", route=reading.route, url=url, why=error.detail)


class _Index:
    """The pages of a sitemap; of an index also what it says of its sitemaps, and whether they bear it out."""

    def __init__(self, since: date, night: date) -> None:
        self.entries: list[Entry] = []
        self._since = since
        self._night = night
        self._changed: dict[str, date | None] = {}  # sitemap -> day of its last change, in the index's words
        self._left: list[str] = []  # those that did not change, the youngest first
        self._is_false = False

    def opened(self, sitemap: Sitemap) -> list[str]:
        """Gives the sitemaps of an index that changed since the first day asked for; where none did, the youngest."""
        children = [(child, local_day(at) if at else None) for child, at in sitemap.children]
        self._changed |= dict(children)
        children.sort(key=lambda pair: (pair[1] is None, -(pair[1].toordinal() if pair[1] else 0), pair[0]))
        fresh = [child for child, day in children if day is None or day >= self._since - DAY]
        self._left += [child for child, _ in children if child not in fresh]
        return fresh or ([self._left.pop(0)] if children else [])

    def hold(self, url: str, entries: Sequence[Entry]) -> None:
        """Keeps the pages of a sitemap, and whether they are younger than the index says that it is itself."""
        self.entries += entries
        said = self._changed.get(url)
        days = (local_day(each.at) for each in entries if each.at)
        if said is not None and any(said + DAY < day <= self._night for day in days):
            self._is_false = True

    def doubt(self, youngest: date) -> bool:
        """Tells whether the index stands still: an article is younger than all that it says of its sitemaps."""
        days = [day for day in self._changed.values() if day is not None]
        self._is_false = self._is_false or (bool(days) and max(days) + DAY < youngest <= self._night)
        return self._is_false

    def left_out(self) -> list[str]:
        """Gives the sitemaps that did not change, once the index was found out."""
        left, self._left = (self._left, []) if self._is_false else ([], self._left)
        return left


def is_gone(failure: Failure) -> bool:
    """Tells whether the server said that there is no such page: nothing to see is not something unseen."""
    return failure.detail.code == "gone"


def feeds_of(text: Text | None) -> tuple[str, ...]:
    """Gives the feeds that a page names; none where it is not text."""
    if text is None:
        return ()
    try:
        return feeds_in(text.html(), text.url)
    except ParseError:
        return ()


def reached(days: Sequence[date]) -> date:
    """Gives the day past which a feed or sitemap of the newest items was read.

    Its two oldest items are not believed to be the end: an old one that is kept in sight stands there too.
    """
    return sorted(days)[: OLD_ITEMS + 1][-1]
