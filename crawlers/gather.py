"""Finds and fetches what one source published: feeds, sitemaps and listings first, and a walk where they do not reach."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from crawlers.answers import is_answer
from crawlers.article import Claim
from crawlers.dates import local_day
from crawlers.days import Days
from crawlers.discover import Entry
from crawlers.doubts import HARMLESS, Doubts
from crawlers.errors import ParseError
from crawlers.fetch import Fetcher
from crawlers.forms import MAX_FORMS, DateForm, date_forms
from crawlers.frontier import Frontier, Order, Task, is_page, same_kind
from crawlers.links import Link, Row
from crawlers.listing import Survey, survey
from crawlers.lists import Lists, in_order, is_long, is_titled
from crawlers.pages import Text
from crawlers.paging import is_step
from crawlers.proof import DAY, Evidence, Reading, days_between, doubt_ends, settle_small, unproved
from crawlers.questions import ask_forms
from crawlers.reason import because
from crawlers.routes import Routes, is_gone
from crawlers.source import Source
from crawlers.urls import has_route, url_key
from crawlers.visits import Visits

MAX_SECTIONS: Final = 400  # section pages followed without a walk; the largest portal seen has about 120
LOOKED_AT: Final = 40  # of tonight's articles whose menus and breadcrumbs are searched for sections
GONE_SHARE: Final = 0.5  # of the links walked that answer 404: then the site is broken or moved, not silent
GONE_LEAST: Final = 20  # links; on a smaller site a few dead ones say nothing

_SECTION_NAME: Final = re.compile(
    r"tin-?(?:tuc|moi|bai|nong|hoat|trong|van|the|xa|noi|su)|thoi-?su|su-?kien|hoat-?dong|chuyen-?(?:muc|de|trang)|danh-?muc|bai-?viet|thong-?bao|"
    r"van-?hoa|kinh-?te|xa-?hoi|chinh-?tri|giao-?duc|y-?te|the-?thao|quoc-?phong|news|articles?|categor(?:y|ies)|posts?|topics?|"
    r"(?:^|[/?&=_-])(?:tin|cat|blog)(?:[/?&=._-]|$)",
    re.IGNORECASE,
)  # addresses of sections that list articles; what else servers forbid are their back rooms


_ASKS_DAYS: Final = re.compile(
    r"<(?:input|select)\b[^>]{1,400}?name=[^>]{0,60}?(?:ngay|thang|date|from|month|day)", re.IGNORECASE
)


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
        self.looked = False  # the home page answered, so that what was found of routes is worth remembering
        self.visits = visits
        self.evidence = evidence
        self.routes = Routes(source, fetcher, visits, evidence)
        self.days = Days(visits)
        self.doubts = Doubts(visits, evidence, self.days)
        self._fetcher = fetcher
        self._learnt = learnt
        self._since, self._until = span
        self._frontier = Frontier(lambda url: url in source.listings or visits.scope.holds(url))
        self._surveyed: set[str] = set()
        self.lists = Lists(
            visits,
            evidence,
            learnt.get("listings", ()),
            self._since,
            max_pages=fetcher.policy.max_listing_pages,
            surveyed=self._surveyed,
            is_new=self._is_new,
        )
        self._left_out: list[Reading] = []  # sections beyond the most that are followed without a walk
        self._listed: set[str] = set()  # pages of listings: what follows them is read, or not needed
        self._linked: set[str] = set()  # pages that pages read tonight link to
        self._skipped: dict[str, str] = {}  # key -> address of pages whose claimed days nobody asked for
        self._sections = 0  # links followed because they may lead to listings
        self._forms: dict[DateForm, None] = {}  # that ask for days, in order of place
        self._walking = False
        self._home = source.home  # after redirects

    def run(self) -> None:
        """Fetches everything of the source that the span asks for."""
        self.lists.wanted = self._wanted_days()
        if not self.lists.wanted:
            return  # every day was proved on earlier nights, and none is young enough to be looked at again
        self.lists.deep = self.lists.wanted[0]
        home = self.visits.ask(self.source.home, "listing")
        if home is None:
            failure = self.visits.failed[url_key(self.source.home)]
            self.evidence.block(self._since, self._until, because("at", url=self.source.home, why=failure.detail))
            return
        self.looked = True
        self._home = home.url
        self._survey(Task(home.url, section=True), home)
        self.routes.read_feeds(home, self._learnt, self._push_entry)
        self.routes.read_sitemaps(self.lists.deep, self._learnt, self._push_entry)
        for url in dict.fromkeys((*self.source.listings, *self._learnt.get("listings", ()))):
            self._frontier.push(Order.SECTION, Task(url, section=True))
        self._drain()
        self.routes.read_left_out(self._youngest(), self._push_entry)
        self._look_around()
        self._ask_forms()
        self.lists.note_hollow(self._linked)
        self.evidence.readings += self._left_out
        self._judge_failures()
        if not self._ended() and self._needs_walk():
            self._walk()
            self._judge_failures()

    def _youngest(self) -> date:
        """Gives the newest day that a list or a feed names tonight."""
        days = [day for each in self.evidence.readings for day in each.days if day <= self.visits.night]
        feeds = [each.newest for each in self.evidence.readings if each.route == "feed" and each.newest]
        return max([*days, *feeds], default=date.min)

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
            if self._frontier.is_trap(task):
                continue
            if task.listing is None and self.visits.is_old(task.key):
                if self.visits.known[task.key].outcome == "empty":
                    self.doubts.judge(task.key, task.url, "empty", because("nothing_shown"))
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
            onward = self.lists.miss(task.listing, task.url, failure.detail)
            if onward is not None:
                self._frontier.push_again(Order.LISTING, Task(onward, task.listing))
        elif task.section and not is_gone(failure) and self.lists.counts(task.url):
            hidden = failure.reason in HARMLESS and not _SECTION_NAME.search(task.url)
            if not hidden and failure.reason != "wrong_type":
                unread = because("section", url=task.url, why=failure.detail)
                self.evidence.readings.append(Reading("listing", task.url, reason=unread))

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
        found = self._read_links(task, html, text)
        if not self._walking and _ASKS_DAYS.search(html):
            self._forms |= dict.fromkeys(date_forms(html, text.url))
        listing = task.listing or self.lists.begin(task, found, at_home=self._is_home(task))
        if is_answer(html) and task.key in self.visits.pages:
            self.visits.settle(task.key, "listing")  # an answer to a script is no page to extract
        if listing is None and self._is_home(task):
            self._view(found.links)
        self._note_rows(found.rows, listing)
        onward = self.lists.go_on(listing, found, text.url) if listing is not None else None
        if onward is not None:
            self._frontier.push_again(Order.LISTING, Task(onward, listing))
        if listing is not None:
            self._listed.add(task.key)
        led = self._follow(found.links, task, text.url, in_listing=listing is not None)
        barren = self._frontier.note(task, fruitful=led or bool(found.rows))
        if any(map(self.days.is_article, barren)):
            self._frontier.trust(task)

    def _read_links(self, task: Task, html: str, text: Text) -> Survey:
        """Reads the links of a page; a list may go on in another view of its own, where its rows look different."""
        listing = task.listing
        if listing is None:
            return survey(html, text.url, reference=text.fetched_at)
        found = survey(html, text.url, block=listing.block, reference=text.fetched_at)
        if found.rows or listing.pages != 1 or is_step(listing.url, text.url):
            return found
        other = survey(html, text.url, reference=text.fetched_at)
        if listing.days and not any(row.at for row in other.rows):
            return found
        listing.block = other.block or listing.block
        return other

    def _is_home(self, task: Task) -> bool:
        return task.url == self._home

    def _view(self, links: Sequence[Link]) -> None:
        """Keeps what the home page shows: it proves no day, but speaks against routes that do not name its articles."""
        keys = {url_key(link.url) for link in links if is_titled(link) and is_page(link.url)}
        self.evidence.readings.append(Reading("listing", self._home, keys))

    def _note_rows(self, rows: Sequence[Row], listing: Reading | None) -> None:
        days = [local_day(row.at) if row.at else None for row in rows]
        ordered = in_order(days)
        for place, row in enumerate(rows):
            key, claim = url_key(row.url), None
            if row.date is not None and local_day(row.date.value) <= self.visits.night + DAY:
                claim = Claim(row.date.value, local_day(row.date.value), row.date.precision, "listing")
                self.visits.claim(key, claim)
            elif listing is not None and ordered:
                newer, older = [d for d in days[:place] if d], [d for d in days[place + 1 :] if d]
                if newer and older:
                    self.doubts.place(key, older[0], newer[-1])
            if has_route(row.url):  # drawn by a script: asking for it brings this page again
                self.doubts.judge(key, row.url, "script", because("nothing_shown"))
            else:
                self._push_claimed(row.url, claim)

    def _is_new(self, url: str) -> bool:
        key = url_key(url)
        return is_page(url) and key not in self._frontier.seen and key not in self._surveyed

    def _follow(self, links: Sequence[Link], task: Task, url: str, *, in_listing: bool) -> bool:
        """Queues the other links of a page: menus and sections always, the rest where they may be articles.

        Tells whether one of them is new and leads elsewhere than to a page of this kind.
        """
        self._linked.update(url_key(link.url) for link in links)
        led = False
        for link in links:
            if is_step(url, link.url, titled=is_titled(link)) and (in_listing or not self._walking):
                continue
            led = led or (self._is_new(link.url) and not same_kind(url, link.url))
            if not is_titled(link):
                self._push_section(link)
            elif task.section or task.listing or self._walking:
                self._frontier.push(Order.TITLED, Task(link.url))
        return led

    def _push_section(self, link: Link) -> None:
        if not self._is_new(link.url):
            return
        self._sections += 1
        if self._walking or self._sections < MAX_SECTIONS:
            self._frontier.push(Order.SECTION if link.nav else Order.TITLED, Task(link.url, section=True))
        elif link.nav and self._is_new(link.url) and self.lists.counts(link.url):
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
                if link.nav and not is_long(link) and not is_step(self._home, link.url):
                    self._linked.add(url_key(link.url))
                    self._push_section(link)
        self._drain()

    # --- archives behind forms

    def _ask_forms(self) -> None:
        """Asks the forms of the site for the days that are not proved so far."""
        last = min(self._until, self.visits.night - DAY)
        seen = [day for each in self.evidence.readings for day in each.days if day <= last]
        if not self._forms or not seen or self._ended() or not self._needs_walk():
            return
        days = unproved(self.evidence, self.days.of, self.lists.deep, last)
        named = set().union(*(each.keys for each in self.evidence.readings))
        block = max(self.evidence.readings, key=lambda each: len(each.days)).block
        forms = list(self._forms)[:MAX_FORMS]
        self.evidence.readings += ask_forms(forms, days, max(seen), named, block, self._read_lists)

    def _read_lists(self, readings: Sequence[Reading]) -> None:
        for each in readings:
            self._frontier.push_again(Order.LISTING, Task(each.url, each))
        self._drain()

    # --- the walk

    def _wanted_days(self) -> list[date]:
        """Gives the days that tonight must see: unproved ones, and those that are looked at again."""
        relook = self.visits.night - timedelta(days=self._fetcher.policy.relook_days)
        last = min(self._until, self.visits.night - DAY)
        open_days = unproved(self.evidence, self.days.of, self._since, last)
        return sorted({*open_days, *days_between(max(self._since, relook), self._until)})

    def _needs_walk(self) -> bool:
        """Tells whether feeds, sitemaps and listings leave days of the span unseen."""
        settle_small(self.evidence.readings)
        doubt_ends(self.evidence.readings)
        self.doubts.distrust()
        last = min(self._until, self.visits.night - DAY)
        return bool(unproved(self.evidence, self.days.of, self.lists.deep, last))

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
                self._follow_all(key, text)
        self._drain()
        settle_small(self.evidence.readings)
        doubt_ends(self.evidence.readings)
        lists = [each for each in self.evidence.readings if each.route == "listing" and not each.whole]
        cut = [words for each in lists if (words := each.reason or each.doubt)]
        gone, asked = self._count_gone()
        if self._ended():
            self.evidence.unread = because("walk_stopped", number=len(self._frontier))
        elif cut:
            self.evidence.unread = self.evidence.unread or cut[0]  # what follows there is linked from nowhere else
        elif not self._has_met_article():
            self.evidence.unread = self.evidence.unread or because("no_article", url=self._home)
        elif GONE_LEAST <= gone >= GONE_SHARE * asked:
            why = because("many_gone", url=self._home, number=gone, total=asked)
            self.evidence.unread = self.evidence.unread or why
        self.evidence.walked = not self._ended()

    def _has_met_article(self) -> bool:
        """Tells whether links lead to articles at all: those of a site under repair, or drawn by scripts, do not."""
        return any(map(self.days.is_article, sorted(self._linked)))

    def _count_gone(self) -> tuple[int, int]:
        """Counts the links that were asked for tonight and lead to pages that are gone, and all of them."""
        gone = sum(is_gone(self.visits.failed[key]) for key in self._linked & self.visits.failed.keys())
        return gone, len(self._linked & (self.visits.failed.keys() | self.visits.pages.keys()))

    def _follow_all(self, key: str, text: Text) -> None:
        """Queues what the first reading of a page left out: links that only a walk follows."""
        try:
            found = survey(text.html(), text.url)
        except ParseError:
            return  # told when it was first surveyed
        self._follow(found.links, Task(text.url, section=True), text.url, in_listing=key in self._listed)

    # --- failures

    def _judge_failures(self) -> None:
        """Takes the proof away from days whose pages could not be read, or were not asked for tonight."""
        self.doubts.judge_failures()
        if self._ended():
            for task in self._frontier.rest():
                if not self.visits.is_old(task.key):
                    self.doubts.judge(task.key, task.url, "budget", because("host_given_up"))
