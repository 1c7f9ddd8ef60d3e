"""Reads what waits in the frontier: rows of lists, where they go on, menus and sections; what pages name is queued in turn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, Literal

from crawlers.answers import is_answer
from crawlers.article import Claim
from crawlers.dates import local_day
from crawlers.days import Days
from crawlers.discover import Entry
from crawlers.doubts import HARMLESS, Doubts
from crawlers.errors import ParseError
from crawlers.forms import DateForm, date_forms
from crawlers.frontier import Frontier, Order, Task, is_page, same_kind
from crawlers.links import Link, Row
from crawlers.listing import Survey, survey
from crawlers.lists import Lists, in_order, is_titled
from crawlers.pages import UNTOLD, Text
from crawlers.paging import is_step
from crawlers.proof import DAY, Evidence, Reading
from crawlers.reason import Reason, because
from crawlers.routes import is_gone
from crawlers.urls import has_route, url_key
from crawlers.visits import Visits

MAX_SECTIONS: Final = 400  # section pages followed without a walk; the largest portal seen has about 120
TRIED: Final = 5  # rows of a list that are read though it says that they are younger than asked for

_SECTION_NAME: Final = re.compile(
    r"[/=](?:tin-?(?:tuc|moi|bai|nong|hoat|trong|van|the|xa|noi|su)|thoi-?su|su-?kien|hoat-?dong|chuyen-?(?:muc|de|trang)|danh-?muc|"
    r"bai-?viet|thong-?bao|van-?hoa|kinh-?te|xa-?hoi|chinh-?tri|giao-?duc|y-?te|the-?thao|quoc-?phong|news|articles?|categor|posts?|topics?)"
    r"|[/?&=](?:tin|cat|cid|blog)(?:[/?&=._-]|$)",
    re.IGNORECASE,
)  # addresses of sections that list articles; what else servers forbid are their back rooms

_ASKS_DAYS: Final = re.compile(
    r"<(?:input|select)\b[^>]{1,400}?name=[^>]{0,60}?(?:ngay|thang|date|from|month|day)", re.IGNORECASE
)


class Reader:
    """The pages of one source that are read for their links in one night."""

    def __init__(
        self,
        visits: Visits,
        evidence: Evidence,
        days: Days,
        doubts: Doubts,
        learnt: Mapping[str, Sequence[str]],
        span: tuple[date, date],
        *,
        max_pages: int,
        ended: Callable[[], bool],
    ) -> None:
        self.home = visits.source.home  # after redirects
        self.frontier = Frontier(lambda url: url in visits.source.listings or visits.scope.holds(url))
        self.surveyed: set[str] = set()
        self.lists = Lists(
            visits,
            evidence,
            learnt.get("listings", ()),
            span[0],
            max_pages=max_pages,
            surveyed=self.surveyed,
            is_new=self._is_new,
        )
        self.forms: dict[DateForm, None] = {}  # that ask for days, in order of place
        self.left_out: list[Reading] = []  # sections beyond the most that are followed without a walk
        self.linked: set[str] = set()  # pages that pages read tonight link to
        self.skipped: dict[str, str] = {}  # key -> address of pages whose claimed days nobody asked for
        self.walking = False
        self._visits = visits
        self._evidence = evidence
        self._days = days
        self._doubts = doubts
        self._learnt = learnt
        self._since, self._until = span
        self._ended = ended
        self._lists_before = {url_key(url) for url in (*visits.source.listings, *learnt.get("listings", ()))}
        self._tried: Counter[str] = Counter()  # first page of a listing -> rows that are younger than asked for
        self._sections = 0  # links followed because they may lead to listings

    def push_entry(self, entry: Entry) -> None:
        """Queues a page that a feed or sitemap names."""
        self._push_claimed(entry.url, self._visits.best_claim(url_key(entry.url)))

    def _push_claimed(self, url: str, claim: Claim | None) -> None:
        if claim is not None:
            if claim.day < self._since - DAY or (claim.exact and claim.day > self._until + DAY):
                self.skipped[url_key(url)] = url
                return
            self.frontier.push(Order.CLAIMED, Task(url), -claim.at.timestamp())
        else:
            self.frontier.push(Order.CLAIMED, Task(url))

    def drain(self) -> None:
        """Asks for everything queued, in order; stops when the host is given up."""
        while len(self.frontier) and not self._ended():
            task = self.frontier.pop()
            if self.frontier.is_trap(task):
                continue
            if not self._may_have_grown(task) and self._visits.is_old(task.key):
                outcome = self._visits.known[task.key].outcome
                if outcome is not None and outcome in UNTOLD:
                    self._doubts.judge(task.key, task.url, outcome, UNTOLD[outcome])
                self._revisit(task)
                continue
            text = self._visits.ask(task.url, "listing" if task.listing else "page")
            if text is not None and (task.listing or task.section or self.walking):
                self.survey(task, text)
            elif text is None:
                self._miss(task)

    def _may_have_grown(self, task: Task) -> bool:
        """Tells whether a page is asked for whatever an earlier night called it: a listing, or a section that showed nothing."""
        known = self._visits.known.get(task.key)
        hollow = task.section and known is not None and known.outcome == "empty"
        return task.listing is not None or hollow or task.key in self._lists_before

    def _revisit(self, task: Task) -> None:
        """Follows the links of a page read on an earlier night whose walk did not come to its end."""
        if self.walking and task.key not in self.surveyed and not self._learnt.get("walked"):
            text = self._visits.again(task.key)
            if text is not None:
                self.survey(task, text)

    def _miss(self, task: Task) -> None:
        """Notes a listing's page or a section that could not be read: older items may stand there."""
        failure = self._visits.failed[task.key]
        if task.listing is not None:
            onward = self.lists.miss(task.listing, task.url, failure.detail)
            if onward is not None:
                self.frontier.push_again(Order.LISTING, Task(onward, task.listing))
        elif task.section and not is_gone(failure) and self.lists.counts(task.url):
            hidden = failure.reason in HARMLESS and not _SECTION_NAME.search(task.url)
            if not hidden and failure.reason != "wrong_type":
                unread = because("section", url=task.url, why=failure.detail)
                self._evidence.readings.append(Reading("listing", task.url, reason=unread))

    # --- listings and links

    def survey(self, task: Task, text: Text) -> None:
        """Reads the links of a page: the rows of its list, where the list goes on, menus and sections."""
        if task.key in self.surveyed:
            return
        self.surveyed.add(task.key)
        try:
            self._survey(task, text)
        except ParseError as error:
            self._lose(task, "decode", error.detail)
        except Exception as error:  # noqa: BLE001 - one hostile page may not end the night of its source
            self.lose(task, error)

    def lose(self, task: Task, error: Exception) -> None:
        """Notes a page that upset the program: what it leads to may be missing, so that no walk proves anything."""
        fault = because("unexpected", error=type(error).__name__, text=str(error))
        self._lose(task, "extract", fault)
        self._evidence.unread = self._evidence.unread or because("at", url=task.url, why=fault)

    def _lose(self, task: Task, stage: Literal["decode", "extract"], fault: Reason) -> None:
        if task.key in self._visits.pages:
            self._visits.fail(task.key, task.url, stage, "decode", fault)
            self._miss(task)

    def _survey(self, task: Task, text: Text) -> None:
        html = text.html()
        found = self._read_links(task, html, text)
        if self._is_home(task):
            shown = (*(link.url for link in found.links), *(row.url for row in found.rows))
            self._visits.at_home = frozenset(map(url_key, shown))
        if not self.walking and _ASKS_DAYS.search(html):
            self.forms |= dict.fromkeys(date_forms(html, text.url))
        listing = task.listing or self.lists.begin(task, found, at_home=self._is_home(task))
        if listing is None and self._is_home(task):
            self._view(found.links)
        self._note_rows(found.rows, listing)
        onward = self.lists.go_on(listing, found, text.url) if listing is not None else None
        if onward is not None:
            self.frontier.push_again(Order.LISTING, Task(onward, listing))
        if listing is not None:
            self._visits.listed.add(task.key)
        led = self._follow(found.links, task, text.url, in_listing=listing is not None)
        barren = self.frontier.note(task, frozenset(url_key(row.url) for row in found.rows), led=led)
        if any(map(self._days.is_article, barren)):
            self.frontier.trust(task)
        if is_answer(html) and task.key in self._visits.pages:
            self._visits.settle(task.key, "listing")  # an answer to a script is no page to extract

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
        return task.url == self.home

    def _view(self, links: Sequence[Link]) -> None:
        """Keeps what the home page shows: it proves no day, but speaks against routes that do not name its articles."""
        keys = {url_key(link.url) for link in links if is_titled(link) and is_page(link.url)}
        self._evidence.readings.append(Reading("listing", self.home, keys))

    def _note_rows(self, rows: Sequence[Row], listing: Reading | None) -> None:
        days = [local_day(row.at) if row.at else None for row in rows]
        ordered = in_order(days)
        for place, row in enumerate(rows):
            key, claim = url_key(row.url), None
            if row.date is not None and local_day(row.date.value) <= self._visits.night + DAY:
                claim = Claim(row.date.value, local_day(row.date.value), row.date.precision, "listing")
                self._visits.claim(key, claim)
            elif listing is not None and ordered:
                newer, older = [d for d in days[:place] if d], [d for d in days[place + 1 :] if d]
                if newer and older:
                    self._doubts.place(key, older[0], newer[-1])
            if claim is not None and listing is not None and claim.day > self._until + DAY:
                self._tried[listing.url] += 1  # some are read all the same: are they as young as the list says?
                claim = claim if self._tried[listing.url] > TRIED else None
            if has_route(row.url):  # drawn by a script: asking for it brings this page again
                self._doubts.judge(key, row.url, "script", because("nothing_shown"))
            else:
                self._push_claimed(row.url, claim)

    def _is_new(self, url: str) -> bool:
        key = url_key(url)
        return is_page(url) and key not in self.frontier.seen and key not in self.surveyed

    def _follow(self, links: Sequence[Link], task: Task, url: str, *, in_listing: bool) -> bool:
        """Queues the other links of a page: menus and sections always, the rest where they may be articles.

        Tells whether one of them is new and leads elsewhere than to a page of this kind.
        """
        self.linked.update(url_key(link.url) for link in links)
        led = False
        for link in links:
            if is_step(url, link.url, titled=is_titled(link)) and (in_listing or not self.walking):
                continue
            led = led or (self._is_new(link.url) and not same_kind(url, link.url))
            if not is_titled(link):
                self.push_section(link)
            elif (task.section or task.listing or self.walking) and url_key(link.url) not in self.skipped:
                self.frontier.push(Order.TITLED, Task(link.url))
        return led

    def push_section(self, link: Link) -> None:
        """Queues a link that may lead to a section; beyond the most that are followed without a walk it is left out."""
        if not self._is_new(link.url):
            return
        self._sections += 1
        if self.walking or self._sections < MAX_SECTIONS:
            self.frontier.push(Order.SECTION if link.nav else Order.TITLED, Task(link.url, section=True))
        elif link.nav and self._is_new(link.url) and self.lists.counts(link.url):
            reason = because("too_many_sections", url=link.url, number=MAX_SECTIONS)
            self.left_out.append(Reading("listing", link.url, reason=reason))

    def follow_again(self, key: str, text: Text) -> None:
        """Queues what the first reading of a page left out: links that only a walk follows."""
        try:
            found = survey(text.html(), text.url)
        except ParseError:
            return  # told when it was first surveyed
        except Exception as error:  # noqa: BLE001 - as above
            self.lose(Task(self._visits.pages[key].url, section=True), error)
            return
        self._follow(found.links, Task(text.url, section=True), text.url, in_listing=key in self._visits.listed)

    def read_lists(self, readings: Sequence[Reading]) -> None:
        """Reads the lists at the addresses of `readings`, each as far as it is needed."""
        for each in readings:
            self.frontier.push_again(Order.LISTING, Task(each.url, each))
        self.drain()
