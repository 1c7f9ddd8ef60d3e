"""Reads listings: which pages are one, how far each is followed, and whether where it ends is its end."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from crawlers.dates import local_day
from crawlers.frontier import Task, is_page
from crawlers.leaps import Leap
from crawlers.links import Link
from crawlers.listing import Survey
from crawlers.paging import following, is_step, on_page
from crawlers.proof import DAY, Evidence, Reading, ends_short
from crawlers.reason import Reason, because
from crawlers.source import Source
from crawlers.urls import url_key
from crawlers.visits import Visits

MIN_LIST: Final = 3  # rows that make a page a listing
DATED_SHARE: Final = 0.6  # of the rows that must carry a date for a listing to be read by dates
DISORDER: Final = 0.2  # of neighbouring rows that may be out of order in a list sorted by date
TITLE_WORDS: Final = 5  # syllables; shorter link texts name sections
LAST_ROWS: Final = 3  # of a list that must all be old before it is read no further: one old row may be kept in sight
LEAST_PAGES: Final = 3  # read of a list that was leaped over: of fewer the first alone tells how much a page holds
WIDE_GAP: Final = 3  # times the widest gap between the rows before it: the last row is then kept in sight, not the end
MAX_GUESSES: Final = 3  # lists that a night pages on by a number nobody named, before it gives that up for the site


@dataclass(slots=True)
class _Stretch:
    """Pages of a listing that were read one after the other."""

    page: int = 0  # the last of them, counted from 1
    first: int = 0  # the first of them, where a leap led there
    before: int = 0  # rows of earlier stretches
    newest: date | None = None  # on the listing's first page


IsNew = Callable[[str], bool]  # tells whether an address was not met tonight


class Lists:
    """The listings of one source in one night."""

    def __init__(
        self,
        visits: Visits,
        evidence: Evidence,
        learnt: Sequence[str],
        since: date,
        *,
        max_pages: int,
        surveyed: set[str],
        is_new: IsNew,
    ) -> None:
        self.wanted: Sequence[date] = ()  # in order: those that tonight is asked for and no earlier night proved
        self.since = self.deep = since  # first day asked for, and the one that tonight must read back to
        self._source: Source = visits.source
        self._visits = visits
        self._evidence = evidence
        self._learnt = learnt
        self._max_pages = max_pages
        self._surveyed = surveyed  # keys of the pages whose links were read tonight
        self._is_new = is_new
        self._heads: list[str] = []  # first pages
        self._hollow: list[Reading] = []  # listings of earlier nights that show no rows
        self._guesses = 0  # in vain
        self._leaps: dict[str, Leap] = {}  # first page -> its search for a day
        self._stretches: dict[str, _Stretch] = {}  # first page -> what is read of it without a gap

    @property
    def found(self) -> list[str]:
        """The first pages of the listings that go on or were read to their end, tonight or when they were learnt."""
        read = (each for each in self._evidence.readings if each.route == "listing" and each.pages)
        return sorted(
            {each.url for each in read if each.pages > 1 or each.whole or each.url in self._learnt}
            | {each.url for each in self._evidence.readings if each.is_dead and each.url in self._learnt}
        )

    def counts(self, url: str) -> bool:
        """Tells whether a page counts as a listing for the proof: where listings are pinned, these alone do."""
        return not self._source.listings or url in self._source.listings

    def begin(self, task: Task, found: Survey, *, at_home: bool) -> Reading | None:
        """Gives a new listing where a section shows a list, or any page shows one that goes on."""
        pinned = task.url in self._source.listings
        if not pinned and not found.rows and task.url in self._learnt:
            why = because("without_rows", route="listing", url=task.url)
            self._hollow.append(Reading("listing", task.url, reason=why))
            return None
        if any(is_step(each, task.url) for each in self._heads):
            return None  # a later page of a listing that is read anyway
        if not pinned and len(found.rows) < MIN_LIST:
            return None
        if not pinned and found.next_url is None and (not task.section or at_home):
            return None
        if not pinned and self._is_known(task.url, found):
            return None
        reading = Reading("listing", task.url, block=found.block)
        if self.counts(task.url):
            self._evidence.readings.append(reading)
        self._heads.append(task.url)
        return reading

    def _is_known(self, url: str, found: Survey) -> bool:
        """Tells whether a page is one that is read anyway, sorted or dressed otherwise: its rows stand there, its path is that one's."""
        keys, path = {url_key(row.url) for row in found.rows}, urlsplit(url).path
        return any(
            keys <= each.keys and urlsplit(each.url).path == path and each.url != url
            for each in self._evidence.readings
            if each.route == "listing"
        )

    def go_on(self, listing: Reading, found: Survey, url: str) -> str | None:
        """Decides how far a listing is read: gives the address of its next page where that is not far enough.

        `url` is that of the page whose survey was `found`.
        """
        onward = self._search(listing, found, url)
        if onward is not None:
            return onward
        fresh, days = self._take(listing, found)
        if listing.reach is not None and max(listing.days[-LAST_ROWS:]) < self.deep - DAY:
            return None
        if not fresh:
            listing.reason = self._why_no_end(listing, found)
            listing.whole = listing.reason is None
        elif found.stuck:
            return self._guess(listing, found, url)
        elif found.next_url is None:
            self._end(listing)
        elif not is_page(found.next_url):
            listing.reason = because("not_asked_for", route="listing", url=listing.url, other=found.next_url)
        elif not days and self._were_read_whole(fresh):
            listing.whole = True
        elif listing.pages >= self._max_pages:
            listing.reason = because("too_many_pages", route="listing", url=listing.url, number=listing.pages)
        elif url_key(found.next_url) in self._surveyed:
            self._end(listing)
        else:
            return self._leap(listing, url, found.next_url) or found.next_url
        return None

    def miss(self, listing: Reading, url: str, why: Reason) -> str | None:
        """Notes a page of a listing that could not be read: older items may stand there. Gives a page to ask for instead."""
        leap = self._leaps.get(listing.url)
        if leap is not None and not leap.landed:
            onward = leap.shorter()
            if onward is not None:
                return onward
        if listing.guessed and listing.pages == 1:
            self._guesses += 1
            listing.reason = because("script", route="listing", url=listing.url)
        else:
            listing.reason = because("listing_page", url=url, why=why)
        return None

    def note_hollow(self, linked: set[str]) -> None:
        """Counts a listing that shows no rows any more as unread, where the site still links to it."""
        self._evidence.readings += [
            each for each in self._hollow if url_key(each.url) in linked and self.counts(each.url)
        ]

    def _take(self, listing: Reading, found: Survey) -> tuple[set[str], list[date]]:
        """Adds a page to its listing; gives the rows that are new to it, and their days."""
        stretch = self._stretches.setdefault(listing.url, _Stretch())
        stretch.page += 1
        listing.pages += 1
        fresh = {url_key(row.url) for row in found.rows} - listing.keys
        days = [local_day(row.at) for row in found.rows if row.at and url_key(row.url) in fresh]
        listing.keys |= fresh
        listing.days += days
        listing.sizes += [len(found.rows)] if fresh else []
        rows = len(listing.keys) - stretch.before
        dated = bool(listing.days) and len(listing.days) >= DATED_SHARE * rows and in_order(listing.days)
        listing.reach = _reached(listing.days) if dated else None
        return fresh, days

    def _leap(self, listing: Reading, url: str, following: str) -> str | None:
        """Gives the page to look at next where the days that follow are all proved or not asked for; None where not."""
        wanted = self._next_wanted(listing.reach) if listing.reach else None
        stretch = self._stretches[listing.url]
        if wanted is None or listing.reach is None or listing.guessed or stretch.page == stretch.first:
            return None
        stretch.newest = stretch.newest or listing.days[0]
        leap = Leap(wanted, stretch.newest, stretch.page, url, following)
        onward = leap.begin(listing.reach)
        if onward is not None:
            self._leaps[listing.url] = leap
        return onward

    def _next_wanted(self, day: date) -> date | None:
        """Gives the last day before `day` that tonight is asked for and no earlier night proved."""
        place = bisect_left(self.wanted, day)
        return self.wanted[place - 1] if place else None

    def _search(self, listing: Reading, found: Survey, url: str) -> str | None:
        """Gives the next page to look at, where a leap is under way; where it lands, a new stretch begins here."""
        leap = self._leaps.get(listing.url)
        onward = None
        if leap is not None and not leap.landed:
            self._surveyed.discard(url_key(url))  # it is read when the list comes to it
            rows = [row for row in found.rows if url_key(row.url) not in listing.keys]  # some are pinned to each page
            days = [local_day(row.at) for row in rows if row.at]
            if not days or len(days) < DATED_SHARE * len(rows) or not in_order(days):
                onward = leap.shorter()
            else:
                onward = leap.look(max(days[:LAST_ROWS]), max(days[-LAST_ROWS:]), url, found.next_url)
        if leap is not None and onward is None:
            onward = self._land(leap, listing)
            change = self._surveyed.add if onward is None else self._surveyed.discard
            change(url_key(url))
        return onward

    def _land(self, leap: Leap, listing: Reading) -> str | None:
        """Begins a new stretch of a listing: what lies between it and the last one was not read.

        It begins one page earlier, whose address is given: a row out of order may stand there. None where that page was read.
        """
        del self._leaps[listing.url]
        past = listing.spans[:-1] if listing.spans else ()
        last = listing.spans[-1][1] if listing.spans else date.max
        if listing.reach is not None:
            listing.spans = (*past, (listing.reach + DAY, last), (date.min, leap.wanted))
        stretch = self._stretches[listing.url]
        back = leap.here if leap.young > stretch.page else None
        stretch.first = leap.at if back is None else leap.young
        stretch.page, stretch.before, listing.days = stretch.first - 1, len(listing.keys), []
        return back

    def _guess(self, listing: Reading, found: Survey, url: str) -> str | None:
        """Gives where a list may go on that says nowhere whereto: many servers count pages in a key of their own.

        One that does not, shows the same rows again; nothing is believed of it.
        """
        if listing.pages > 1 and not listing.guessed:
            listing.reason = because("script", route="listing", url=listing.url)
            return None
        if self._guesses >= MAX_GUESSES or listing.pages >= self._max_pages:
            listing.reason = because("script", route="listing", url=listing.url)
            return None
        listing.guessed = True
        return (following(url, len(found.rows)) if listing.pages > 1 else None) or on_page(url, listing.pages + 1)

    def _why_no_end(self, listing: Reading, found: Survey) -> Reason | None:
        """Says why a page without new rows is not taken for the end of its list; None where it is.

        Past its end, a pager shows an empty page, the last page or the first again. But so does a server that fails, or
        one that knows nothing of pages.
        """
        number = listing.pages
        if listing.guessed and number == 2:
            self._guesses += 1
            return because("script", route="listing", url=listing.url)
        if not found.rows:
            if not listing.sizes or not (found.over or ends_short(listing.sizes)):
                return because("page_without_rows", route="listing", url=listing.url, number=number)
            return self._why_cut_off(listing)
        if number == 2:
            return because("same_rows", route="listing", url=listing.url, number=number)
        if any(is_titled(link) and self._is_new(link.url) for link in found.links):
            return because("other_pages", route="listing", url=listing.url, number=number)
        return self._why_cut_off(listing)

    def _end(self, listing: Reading) -> None:
        """Ends a listing on a page that leads no further."""
        listing.reason = self._why_cut_off(listing)
        listing.whole = listing.pages > 1 and listing.reason is None

    def _why_cut_off(self, listing: Reading) -> Reason | None:
        """Says why a list may be cut off where it ends; None where nothing speaks for it.

        Of one that was leaped over nobody knows how many pages it has: only an end on a short page is believed.
        """
        if not listing.spans or (len(listing.sizes) >= LEAST_PAGES and ends_short(listing.sizes)):
            return None
        return because("cut_off", route="listing", url=listing.url, number=listing.pages)

    def _were_read_whole(self, keys: set[str]) -> bool:
        """Tells whether an undated list need not be read on: an earlier night read all that follows, to its end."""
        proved = self._evidence.proved
        past = self.deep > self.since and all(day in proved for day in (self.deep - DAY, self.since))
        return past and all(map(self._visits.was_settled, keys))


def is_long(link: Link) -> bool:
    """Tells whether a link says more than the name of a section does."""
    return len(link.text.split()) >= TITLE_WORDS


def is_titled(link: Link) -> bool:
    """Tells whether a link reads like the title of an article rather than the name of a section."""
    return not link.nav and is_long(link)


def _reached(days: Sequence[date]) -> date:
    """Gives the day past which a list was read, by the days of its rows.

    Where it is not strictly in order its end is believed less, and so is a last row far behind all others.
    """
    gaps = [(one - other).days for one, other in pairwise(days)]
    if any(gap < 0 for gap in gaps):
        return max(days[-LAST_ROWS:])
    while len(gaps) >= LAST_ROWS and gaps[-1] > WIDE_GAP * max(1, *gaps[:-1]):
        gaps.pop()
    return days[len(gaps)]


def in_order(days: Sequence[date | None]) -> bool:
    """Tells whether a list runs from new to old, but for a few rows."""
    known = [day for day in days if day is not None]
    wrong = sum(one < other for one, other in pairwise(known))
    return len(known) >= 1 and wrong <= DISORDER * max(1, len(known) - 1)
