"""Finds and fetches what one source published: feeds, sitemaps and listings first, and a walk where they do not reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from crawlers.article import Claim
from crawlers.dates import local_day
from crawlers.discover import Entry
from crawlers.errors import ParseError
from crawlers.extract import extract
from crawlers.fetch import Fetcher
from crawlers.frontier import Frontier, Order, Task, is_page
from crawlers.listing import Link, Row, Survey, survey
from crawlers.pages import Text
from crawlers.paging import is_step
from crawlers.profiles import PROFILES
from crawlers.proof import DAY, Evidence, Reading, doubt_ends, settle_small, unproved
from crawlers.reason import Reason, because
from crawlers.routes import Routes, is_gone
from crawlers.source import Source
from crawlers.urls import url_key
from crawlers.visits import Visits

MAX_SECTIONS: Final = 400  # section pages followed without a walk; the largest portal seen has about 120
MIN_LIST: Final = 3  # rows that make a page a listing
DATED_SHARE: Final = 0.6  # of the rows that must carry a date for a listing to be read by dates
DISORDER: Final = 0.2  # of neighbouring rows that may be out of order in a list sorted by date
TITLE_WORDS: Final = 5  # syllables; shorter link texts name sections
LAST_ROWS: Final = 3  # of a list that must all be old before it is read no further: one old row may be kept in sight
WIDE_GAP: Final = 3  # times the widest gap between the rows before it: the last row is then kept in sight, not the end
LOOKED_AT: Final = 40  # of tonight's articles whose menus and breadcrumbs are searched for sections
COMPARED: Final = 40  # of a route's pages tonight whose own days are compared with those that it says
FALSE_SHARE: Final = 0.1  # of them that may be younger than the route says before its days are believed no more

HARMLESS: Final = frozenset(
    {"robots", "refused", "http_4xx", "wrong_type", "empty"}
)  # of pages that no route names as an item


class Gatherer:
    """One source in one night. `run` fetches; then `evidence` says what was seen and `visits` holds the pages."""

    def __init__(
        self,
        source: Source,
        fetcher: Fetcher,
        visits: Visits,
        evidence: Evidence,
        learnt: Mapping[str, Sequence[str]],
        span: tuple[date, date],
    ) -> None:
        self.source = source
        self.visits = visits
        self.evidence = evidence
        self.routes = Routes(source, fetcher, visits, evidence)
        self._fetcher = fetcher
        self._learnt = learnt
        self._since, self._until = span
        self._frontier = Frontier(lambda url: url in source.listings or visits.scope.holds(url))
        self._surveyed: set[str] = set()
        self._heads: list[str] = []  # first pages of listings
        self._hollow: list[Reading] = []  # listings of earlier nights that show no rows
        self._left_out: list[Reading] = []  # sections beyond the most that are followed without a walk
        self._linked: set[str] = set()  # pages that pages read tonight link to
        self._skipped: dict[str, str] = {}  # key -> address of pages whose claimed days nobody asked for
        self._articles: set[str] = set()  # pages read tonight that are articles
        self._sections = 0  # links followed because they may lead to listings
        self._between: dict[str, tuple[date, date]] = {}  # undated row -> days of its neighbours
        self._days: dict[str, date | None] = {}
        self._walking = False
        self._home = source.home  # after redirects
        self._deep = self._since  # first day that tonight must read back to

    def run(self) -> None:
        """Fetches everything of the source that the span asks for."""
        self._deep = self._first_open_day()
        home = self.visits.ask(self.source.home, "listing")
        if home is None:
            failure = self.visits.failed[url_key(self.source.home)]
            self.evidence.block(self._since, self._until, because("at", url=self.source.home, why=failure.detail))
            return
        self._home = home.url
        self._survey(Task(home.url, section=True), home)
        self.routes.read_feeds(home, self._learnt, self._push_entry)
        self.routes.read_sitemaps(self._deep, self._learnt, self._push_entry)
        for url in dict.fromkeys((*self.source.listings, *self._learnt.get("listings", ()))):
            self._frontier.push(Order.SECTION, Task(url, section=True))
        self._drain()
        self._look_around()
        self._note_hollow()
        self._judge_failures()
        if not self._ended() and self._needs_walk():
            self._walk()
            self._judge_failures()

    @property
    def listings(self) -> list[str]:
        """The first pages of the listings that go on or were read to their end; the margins of other pages are none."""
        found = (each for each in self.evidence.readings if each.route == "listing" and each.pages)
        return sorted(
            {each.url for each in found if each.pages > 1 or each.whole}
            | {each.url for each in self.evidence.readings if each.is_dead and each.url in self._learnt_listings}
        )

    @property
    def _learnt_listings(self) -> Sequence[str]:
        return self._learnt.get("listings", ())

    def day_of(self, key: str) -> date | None:
        """Gives the local day of a page as claimed, stored or shown by the page itself; None for what is no article."""
        claim = self.visits.best_claim(key)
        if claim is not None and claim.exact:
            return claim.day
        known = self.visits.known.get(key)
        if known is not None and known.settled is not None and key not in self.visits.pages:
            return known.published_day
        return self._own_day(key)

    def _own_day(self, key: str) -> date | None:
        """Gives the day that a page fetched tonight shows itself, before it is settled."""
        if key not in self._days:
            self._days[key] = self._peek(key)
        return self._days[key]

    def _peek(self, key: str) -> date | None:
        text = self.visits.again(key) if key in self.visits.pages else None
        if text is None:
            return None
        try:
            html = text.html()
            page = extract(
                html, text.url, selectors=self.source.selectors, profile=self.source.profile, profiles=PROFILES
            )
        except ParseError:
            return None
        if page.kind == "article":
            self._articles.add(key)
        return local_day(page.published) if page.kind == "article" and page.published else None

    # --- the frontier

    def _push_entry(self, entry: Entry) -> None:
        """Queues a page that a feed or sitemap names."""
        self._push_claimed(entry.url, self.visits.best_claim(url_key(entry.url)))

    def _push_claimed(self, url: str, claim: Claim | None) -> None:
        if claim is not None:
            if claim.day < self._since - DAY or (claim.exact and claim.day > self._until + DAY):
                self._skipped[url_key(url)] = url
                return
            self._frontier.push(Order.CLAIMED, Task(url), -claim.at.timestamp())
        else:
            self._frontier.push(Order.CLAIMED, Task(url))

    def _drain(self) -> None:
        """Asks for everything queued, in order; stops when the host is given up."""
        while len(self._frontier) and not self._ended():
            task = self._frontier.pop()
            if task.listing is None and self.visits.is_old(task.key):
                if self.visits.known[task.key].outcome == "empty":
                    self.judge(task.key, task.url, "empty", because("nothing_shown"))
                self._revisit(task)
                continue
            text = self.visits.ask(task.url, "listing" if task.listing else "page")
            if text is not None and (task.listing or task.section or self._walking):
                self._survey(task, text)
            elif text is None:
                self._miss(task)

    def _revisit(self, task: Task) -> None:
        """Follows the links of a page read on an earlier night whose walk did not come to its end."""
        if self._walking and task.key not in self._surveyed and not self._learnt.get("walked"):
            text = self.visits.again(task.key)
            if text is not None:
                self._survey(task, text)

    def _miss(self, task: Task) -> None:
        """Notes a listing's page or a section that could not be read: older items may stand there."""
        failure = self.visits.failed[task.key]
        if task.listing is not None:
            task.listing.reason = because("listing_page", url=task.url, why=failure.detail)
        elif task.section and not is_gone(failure) and failure.reason not in HARMLESS and self._may_list(task.url):
            unread = because("section", url=task.url, why=failure.detail)
            self.evidence.readings.append(Reading("listing", task.url, reason=unread))

    def _may_list(self, url: str) -> bool:
        """Tells whether a page counts as a listing for the proof: where listings are pinned, these alone do."""
        return not self.source.listings or url in self.source.listings

    def _ended(self) -> bool:
        return self._fetcher.is_given_up(self.source.home)

    # --- listings and links

    def _survey(self, task: Task, text: Text) -> None:
        """Reads the links of a page: the rows of its list, where the list goes on, menus and sections."""
        if task.key in self._surveyed:
            return
        self._surveyed.add(task.key)
        try:
            html = text.html()
        except ParseError as error:
            if task.key in self.visits.pages:
                self.visits.fail(task.key, task.url, "decode", "decode", error.detail)
                self._miss(task)
            return
        block = task.listing.block if task.listing else ""
        found = survey(html, text.url, block=block, reference=text.fetched_at)
        listing = task.listing or self._new_listing(task, found)
        if (
            text.url.startswith(("http:", "https:"))
            and html.lstrip()[:1] in {"{", "["}
            and task.key in self.visits.pages
        ):
            self.visits.settle(task.key, "listing")  # an answer to a script is no page to extract
        if listing is None and self._is_home(task):
            self._view(found.links)
        self._note_rows(found.rows, listing)
        if listing is not None:
            self._read_on(listing, found)
        self._follow(found.links, task, text.url, in_listing=listing is not None)

    def _new_listing(self, task: Task, found: Survey) -> Reading | None:
        """Gives a new listing where a section shows a list, or any page shows one that goes on."""
        pinned = task.url in self.source.listings
        if not pinned and not found.rows and task.url in self._learnt_listings:
            self._hollow.append(
                Reading("listing", task.url, reason=because("without_rows", route="listing", url=task.url))
            )
            return None
        if any(is_step(each, task.url) for each in self._heads):
            return None  # a later page of a listing that is read anyway
        if not pinned and len(found.rows) < MIN_LIST:
            return None
        if not pinned and found.next_url is None and (not task.section or self._is_home(task)):
            return None
        reading = Reading("listing", task.url, block=found.block)
        if self._may_list(task.url):
            self.evidence.readings.append(reading)
        self._heads.append(task.url)
        return reading

    def _is_home(self, task: Task) -> bool:
        return task.url == self._home

    def _view(self, links: Sequence[Link]) -> None:
        """Keeps what the home page shows: it proves no day, but speaks against routes that do not name its articles."""
        keys = {url_key(link.url) for link in links if _is_titled(link) and is_page(link.url)}
        self.evidence.readings.append(Reading("listing", self._home, keys))

    def _note_rows(self, rows: Sequence[Row], listing: Reading | None) -> None:
        days = [local_day(row.at) if row.at else None for row in rows]
        in_order = _in_order(days)
        for place, row in enumerate(rows):
            key, claim = url_key(row.url), None
            if row.date is not None and local_day(row.date.value) <= self.visits.night + DAY:
                claim = Claim(row.date.value, local_day(row.date.value), row.date.precision, "listing")
                self.visits.claim(key, claim)
            elif listing is not None and in_order:
                newer, older = [d for d in days[:place] if d], [d for d in days[place + 1 :] if d]
                if newer and older:
                    self._between.setdefault(key, (older[0], newer[-1]))
            self._push_claimed(row.url, claim)

    def _read_on(self, listing: Reading, found: Survey) -> None:
        """Decides how far a listing is read, and queues its next page where that is not far enough."""
        listing.pages += 1
        fresh = {url_key(row.url) for row in found.rows} - listing.keys
        days = [local_day(row.at) for row in found.rows if row.at and url_key(row.url) in fresh]
        listing.keys |= fresh
        listing.days += days
        listing.sizes += [len(found.rows)] if fresh else []
        dated = bool(listing.days) and len(listing.days) >= DATED_SHARE * len(listing.keys) and _in_order(listing.days)
        listing.reach = _reached(listing.days) if dated else None
        if dated and max(listing.days[-LAST_ROWS:]) < self._deep - DAY:
            return
        if not fresh:
            listing.reason = self._why_no_end(listing, found)
            listing.whole = listing.reason is None
        elif found.stuck:
            listing.reason = because("script", route="listing", url=listing.url)
        elif found.next_url is None:
            listing.whole = listing.pages > 1
        elif not is_page(found.next_url):
            listing.reason = because("not_asked_for", route="listing", url=listing.url, other=found.next_url)
        elif not days and fresh and self._were_read_whole(fresh):
            listing.whole = True
        elif listing.pages >= self._fetcher.policy.max_listing_pages:
            listing.reason = because("too_many_pages", route="listing", url=listing.url, number=listing.pages)
        elif url_key(found.next_url) in self._surveyed:
            listing.whole = listing.pages > 1
        else:
            self._frontier.push_again(Order.LISTING, Task(found.next_url, listing))

    def _why_no_end(self, listing: Reading, found: Survey) -> Reason | None:
        """Says why a page without new rows is not taken for the end of its list; None where it is.

        Past its end, a pager shows an empty page, the last page or the first again. But so does a server that fails, or
        one that knows nothing of pages.
        """
        number = listing.pages
        if not found.rows:
            short = len(listing.sizes) > 1 and listing.sizes[-1] < max(listing.sizes)
            end = listing.sizes and (found.over or short)
            return None if end else because("page_without_rows", route="listing", url=listing.url, number=number)
        if number == 2:
            return because("same_rows", route="listing", url=listing.url, number=number)
        if any(_is_titled(link) and self._is_new(link.url) for link in found.links):
            return because("other_pages", route="listing", url=listing.url, number=number)
        return None

    def _is_new(self, url: str) -> bool:
        key = url_key(url)
        return is_page(url) and key not in self._frontier.seen and key not in self._surveyed

    def _were_read_whole(self, keys: set[str]) -> bool:
        """Tells whether an undated list need not be read on: an earlier night read all that follows, to its end."""
        past = self._deep > self._since and all(day in self.evidence.proved for day in (self._deep - DAY, self._since))
        return past and all(map(self.visits.was_settled, keys))

    def _follow(self, links: Sequence[Link], task: Task, url: str, *, in_listing: bool) -> None:
        """Queues the other links of a page: menus and sections always, the rest where they may be articles."""
        self._linked.update(url_key(link.url) for link in links)
        for link in links:
            if is_step(url, link.url, titled=_is_titled(link)) and (in_listing or not self._walking):
                continue
            if not _is_titled(link):
                self._push_section(link)
            elif task.section or task.listing or self._walking:
                self._frontier.push(Order.TITLED, Task(link.url))

    def _push_section(self, link: Link) -> None:
        if not self._is_new(link.url):
            return
        self._sections += 1
        if self._walking or self._sections < MAX_SECTIONS:
            self._frontier.push(Order.SECTION if link.nav else Order.TITLED, Task(link.url, section=True))
        elif link.nav and self._is_new(link.url) and self._may_list(link.url):
            reason = because("too_many_sections", url=link.url, number=MAX_SECTIONS)
            self._left_out.append(Reading("listing", link.url, reason=reason))

    def _look_around(self) -> None:
        """Reads the sections that only articles name, in menus and breadcrumbs: their lists belong to the site too."""
        seen = sorted(key for key, visit in self.visits.pages.items() if visit.role == "page")
        for key in seen[:: max(1, len(seen) // LOOKED_AT)]:
            text = self.visits.again(key) if key not in self._surveyed else None
            try:
                links = survey(text.html(), text.url).links if text else ()
            except ParseError:
                continue  # told where the page itself is settled
            for link in links:
                if link.nav and not _is_long(link) and not is_step(self._home, link.url):
                    self._linked.add(url_key(link.url))
                    self._push_section(link)
        self._drain()

    def _note_hollow(self) -> None:
        """Counts a listing that shows no rows any more as unread, where the site still links to it."""
        self._hollow = [each for each in self._hollow if url_key(each.url) in self._linked]
        self.evidence.readings += [each for each in self._hollow if self._may_list(each.url)]
        self.evidence.readings += self._left_out

    # --- the walk

    def _first_open_day(self) -> date:
        """Gives the first day that tonight must read back to: unproved, or within the days looked at again."""
        last = min(self._until, self.visits.night - DAY)
        relook = self.visits.night - timedelta(days=self._fetcher.policy.relook_days)
        open_days = unproved(self.evidence, self.day_of, self._since, last)
        return max(self._since, min([*open_days[:1], relook]))

    def _needs_walk(self) -> bool:
        """Tells whether feeds, sitemaps and listings leave days of the span unseen."""
        settle_small(self.evidence.readings)
        doubt_ends(self.evidence.readings)
        self.distrust()
        last = min(self._until, self.visits.night - DAY)
        return bool(unproved(self.evidence, self.day_of, self._deep, last))

    def _walk(self) -> None:
        """Follows every link of the site, as far as the night's budget goes."""
        self._walking = True
        self.evidence.readings = [each for each in self.evidence.readings if each not in self._left_out]
        for reading in self.evidence.readings:
            for key in sorted(reading.keys & self._skipped.keys()) if reading.doubt else ():
                self._frontier.push(Order.TITLED, Task(self._skipped[key]))
        for key, visit in sorted(self.visits.pages.items()):
            text = self.visits.again(key) if visit.role in {"page", "listing"} else None
            if text is None:
                continue
            if key not in self._surveyed:
                self._survey(Task(visit.url), text)
            else:
                self._follow_all(text)
        self._drain()
        settle_small(self.evidence.readings)
        doubt_ends(self.evidence.readings)
        lists = [each for each in self.evidence.readings if each.route == "listing" and not each.whole]
        cut = [words for each in lists if (words := each.reason or each.doubt)]
        if self._ended():
            self.evidence.unread = because("walk_stopped", number=len(self._frontier))
        elif cut:
            self.evidence.unread = self.evidence.unread or cut[0]  # what follows there is linked from nowhere else
        elif not self._has_met_article():
            self.evidence.unread = self.evidence.unread or because("no_article", url=self._home)
        self.evidence.walked = not self._ended()

    def _has_met_article(self) -> bool:
        """Tells whether links lead to articles at all: those of a site under repair, or drawn by scripts, do not."""
        for key in sorted(self._linked):
            known = self.visits.known.get(key)
            if key in self.visits.pages:
                self._own_day(key)
            if key in self._articles or (known is not None and known.published_day is not None):
                return True
        return False

    def _follow_all(self, text: Text) -> None:
        """Queues what the first reading of a page left out: links that only a walk follows."""
        try:
            found = survey(text.html(), text.url)
        except ParseError:
            return  # told when it was first surveyed
        self._follow(found.links, Task(text.url, section=True), text.url, in_listing=True)

    # --- failures

    def _judge_failures(self) -> None:
        """Takes the proof away from days whose pages could not be read, or were not asked for tonight."""
        for key, failure in sorted(self.visits.failed.items()):
            self.judge(key, failure.url, failure.reason, failure.detail)
        if self._ended():
            for task in self._frontier.rest():
                if not self.visits.is_old(task.key):
                    self.judge(task.key, task.url, "budget", because("host_given_up"))

    def judge(self, key: str, url: str, reason: str, detail: Reason) -> None:
        """Takes the proof away from the days to which an unreadable page may belong.

        Pages that are gone or no text prove nothing either way; forbidden ones matter where a route names their day.
        """
        if reason == "wrong_type" or detail.code == "gone":
            return
        words = because("at", url=url, why=detail)
        claim = self.visits.best_claim(key)
        if claim is not None and claim.exact:
            self.evidence.block(claim.day, claim.day, words)
            return
        if key in self._between:
            self.evidence.block(*self._between[key], words)
            return
        if reason in HARMLESS:
            return
        self.evidence.unknown.setdefault(key, words)
        for reading in self.evidence.readings:
            if key in reading.keys:
                reading.whole, reading.reach, reading.reason = False, None, reading.reason or words
        self.evidence.unread = self.evidence.unread or words

    # --- routes whose days are not those of publication

    def distrust(self) -> None:
        """Takes the proof from lists and sitemaps whose days are older than those that their own pages show.

        A list by the day of the event, or a sitemap whose times of change stand still, ends before the articles do.
        """
        for reading in self.evidence.readings:
            if reading.route not in {"listing", "sitemap"} or not (reading.whole or reading.reach):
                continue
            said = {
                key: self.visits.claim_of(key, reading.route) for key in sorted(reading.keys & self.visits.pages.keys())
            }
            dated = [(key, claim) for key, claim in said.items() if claim is not None][:COMPARED]
            shown = [(self._own_day(key), claim.day) for key, claim in dated]
            compared = [(own, day) for own, day in shown if own is not None]
            younger = sum(own > day + DAY for own, day in compared)
            if younger > FALSE_SHARE * len(compared):
                reading.doubt = because(
                    "younger", route=reading.route, url=reading.url, number=younger, total=len(compared)
                )


def _is_long(link: Link) -> bool:
    return len(link.text.split()) >= TITLE_WORDS


def _is_titled(link: Link) -> bool:
    """Tells whether a link reads like the title of an article rather than the name of a section."""
    return not link.nav and _is_long(link)


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


def _in_order(days: Sequence[date | None]) -> bool:
    """Tells whether a list runs from new to old, but for a few rows."""
    known = [day for day in days if day is not None]
    wrong = sum(one < other for one, other in pairwise(known))
    return len(known) >= 1 and wrong <= DISORDER * max(1, len(known) - 1)
