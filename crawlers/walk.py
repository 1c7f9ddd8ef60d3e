"""Walks one source: feeds, sitemaps, then listings and links, until every asked day is seen or nothing is left to read."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from lxml import html as lxml_html

from crawlers.article import DateEvidence, Failure, Media, Role
from crawlers.blocks import parse_tree
from crawlers.dates import local_day
from crawlers.decode import decode
from crawlers.discover import USUAL_FEEDS, Listing, Row, is_page, page_number, pager_base, read_listing
from crawlers.errors import ParseError
from crawlers.feeds import Entry, parse_feed, parse_sitemap
from crawlers.proof import Proof
from crawlers.reader import Missed, Read, Reader
from crawlers.urls import resolve, same_site, url_key

ONE_DAY = timedelta(days=1)
MAX_SITEMAPS = 300  # sitemap files of one source a night: 25 years by month
MAX_FEEDS = 40  # feeds of one source a night: newspapers have one for each section
SECTION, ARTICLE = 1, 2  # order of the walk: pages that list come before what they list
STOPS = frozenset({"budget", "throttled", "dns", "connect"})  # the whole host is closed to us: asking on is useless
FULL_LIST = 10  # rows; a list as long as this without a next page shows only its newest items


@dataclass(slots=True)
class Found:
    """What a walk brought besides the pages that its reader keeps."""

    proof: Proof
    claims: dict[str, list[DateEvidence]] = field(default_factory=dict)  # url_key -> dates claimed by routes
    media: dict[str, tuple[Media, ...]] = field(default_factory=dict)  # url_key -> enclosures of a feed
    feeds: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    listings: list[str] = field(default_factory=list)

    def claim(self, key: str, evidence: DateEvidence | None) -> None:
        """Notes a date that a route claims for a page."""
        if evidence is not None and evidence not in self.claims.setdefault(key, []):
            self.claims[key].append(evidence)

    def best(self, key: str) -> DateEvidence | None:
        """Gives the first claim for a page: routes are asked in order of trust."""
        return next(iter(self.claims.get(key, ())), None)


class Walk:
    """One source, one night."""

    def __init__(self, reader: Reader, proof: Proof, proved: Collection[date], learnt: Mapping[str, object]) -> None:
        self.source = reader.source
        self.reader = reader
        self.policy = reader.policy
        self.proof = proof
        self.proved = proved
        self.learnt = learnt
        self.found = Found(proof)
        self.closed: Missed | None = None  # why the host cannot be asked any more tonight
        self._wanted: dict[str, Entry] = {}
        self._heap: list[tuple[int, int, str]] = []
        self._queued: set[str] = set()
        self._chains: set[str] = set()
        self._home = Listing((), {}, (), None, ())

    def run(self) -> Found:
        """Reads everything that is to be read tonight."""
        home = self._read(self.source.home, "listing")
        if isinstance(home, Missed):
            self.proof.lose(_why(home))
            return self.found
        root = self._tree(home)
        if root is None:
            self.proof.lose(f"{home.url}: not a page that can be read")
            return self.found
        listing = read_listing(root, home.url)
        self._read_feeds(listing)
        self._read_sitemaps(listing)
        self._target()
        self._read_entries()
        if self._open_days():
            self._read_links(home, listing)
        if self.closed is not None:
            self.proof.lose(_why(self.closed))
        return self.found

    # --- feeds and sitemaps ------------------------------------------------------------------------------------------

    def _read_feeds(self, home: Listing) -> None:
        pinned = [*self.source.feeds] or _strings(self.learnt.get("feeds")) or list(home.feeds)
        guessed = (
            [] if pinned or "feeds" in self.learnt else [resolve(self.source.home, path) or "" for path in USUAL_FEEDS]
        )
        reach: list[date] = []
        for url in [*pinned[:MAX_FEEDS], *guessed]:
            entries = self._feed(url, optional=url in guessed)
            if entries:
                self.found.feeds.append(url)
                days = [local_day(entry.claim.value) for entry in entries if entry.claim]
                reach += [min(days)] if days else []
                self._want(entries)
                if guessed:
                    break
        if reach and self._is_whole(home, max(reach), self._wanted):
            self.proof.read_past(max(reach), "feed", self.found.feeds[0])

    def _feed(self, url: str, *, optional: bool) -> tuple[Entry, ...]:
        read = self._read(url, "feed", optional=optional)
        if isinstance(read, Missed):
            return ()
        try:
            return parse_feed(read.body, read.url)
        except ParseError as error:
            if not optional:
                self._unreadable(read, error)
            return ()

    def _read_sitemaps(self, home: Listing) -> None:
        pinned = [*self.source.sitemaps] or _strings(self.learnt.get("sitemaps")) or list(self.reader.sitemaps())
        guessed = [] if pinned or "sitemaps" in self.learnt else [resolve(self.source.home, "/sitemap.xml") or ""]
        queue, asked, whole = [*pinned, *guessed], set[str](), True
        while queue and len(asked) < MAX_SITEMAPS and self.closed is None:
            url = queue.pop(0)
            if url in asked:
                continue
            asked.add(url)
            read = self._read(url, "sitemap", optional=url in guessed)
            if isinstance(read, Missed):
                whole = False
                continue
            try:
                sitemap = parse_sitemap(read.body, read.url)
            except ParseError as error:
                whole = False
                if url not in guessed:
                    self._unreadable(read, error)
                continue
            if url in pinned or url in guessed:
                self.found.sitemaps.append(url)
            queue += [child.url for child in sitemap.children if self._is_young(child)]
            self._want(sitemap.entries)
        if (
            self.found.sitemaps
            and whole
            and not queue
            and self._is_whole(home, self.proof.since - ONE_DAY, self._wanted)
        ):
            self.proof.read_past(self.proof.since - ONE_DAY, "sitemap", self.found.sitemaps[0])

    def _want(self, entries: Collection[Entry]) -> None:
        for entry in entries:
            if same_site(entry.url, self.source.home) and is_page(entry.url) and self._is_young(entry):
                key = url_key(entry.url)
                self._wanted.setdefault(key, entry)
                self.found.claim(key, entry.claim)
                if entry.media:
                    self.found.media.setdefault(key, entry.media)

    def _is_young(self, entry: Entry) -> bool:
        """An entry last changed or published before the asked span cannot lie in it."""
        moment = entry.claim.value if entry.claim else entry.changed
        return moment is None or local_day(moment) >= self.proof.since

    def _is_whole(self, home: Listing, after: date, carried: Collection[str]) -> bool:
        """A route proves days only when it carries everything that the home page dates in them."""
        shown = [row for row in home.rows if row.day and after < row.day <= self.proof.until]
        return bool(carried) and all(url_key(row.url) in carried for row in shown)

    def _read_entries(self) -> None:
        for key, entry in sorted(self._wanted.items(), key=lambda pair: _newest_first(pair[1])):
            self._queued.add(key)
            if not self.reader.is_settled(key, self.policy.relook_days):
                self._page(entry.url, key)

    # --- listings and links ------------------------------------------------------------------------------------------

    def _target(self) -> None:
        """Goes back to the first day that lacks proof, at least over the days that are looked at again every night."""
        relook = min(self.reader.night, self.proof.until) - timedelta(days=self.policy.relook_days)
        first = min([*self.proof.missing(self.proved), relook])
        self.proof.attempted_from = max(self.proof.since, first)

    def _open_days(self) -> bool:
        span = (self.proof.until - self.proof.attempted_from).days + 1
        days = [self.proof.attempted_from + timedelta(days=number) for number in range(span)]
        return not all(self.proof.proves(day) for day in days)

    def _read_links(self, home: Read, listing: Listing) -> None:
        self._queued.add(home.key)
        self._home = listing
        self._chain(home.url, listing, is_row=True)
        for url in self.source.listings:
            self._visit(url, url_key(url), SECTION)
        self._push(listing)
        while self._heap and self.closed is None:
            order, _, url = heapq.heappop(self._heap)
            self._visit(url, url_key(url), order)
        if not self._heap and self.closed is None:
            self.proof.walked(self.source.home)

    def _push(self, listing: Listing) -> None:
        rows = {url_key(row.url) for row in listing.rows}
        for key, evidence in listing.claims.items():
            self.found.claim(key, evidence)
        for url in listing.links:
            key = url_key(url)
            if (
                key in self._queued
                or self._is_old(key)
                or (page_number(url) is not None and pager_base(url) in self._chains)
            ):
                continue
            self._queued.add(key)
            order = ARTICLE if key in rows else SECTION
            heapq.heappush(self._heap, (order, len(self._queued), url))

    def _is_old(self, key: str) -> bool:
        claim = self.found.best(key)
        return claim is not None and local_day(claim.value) < self.proof.attempted_from

    def _visit(self, url: str, key: str, order: int) -> None:
        if self._is_old(key) or self.reader.is_settled(key, self.policy.relook_days):
            return
        root_and_url = self._page(url, key)
        if root_and_url is None:
            return
        root, final_url = root_and_url
        listing = read_listing(root, final_url)
        self._chain(final_url, listing, is_row=order == ARTICLE)
        self._push(listing)

    def _chain(self, url: str, listing: Listing, *, is_row: bool) -> None:
        """Follows a listing from page to page until it is older than asked, all known, or at its end."""
        base = pager_base(url)
        if not listing.rows or base in self._chains:
            return
        if listing.next_url is None or (page_number(listing.next_url) is None and len(listing.rows) < FULL_LIST // 2):
            self._note_short_list(url, listing, is_row=is_row)
            return
        self._chains.add(base)
        self.found.listings.append(url)
        seen, reach = self._follow(url, listing)
        if reach is not None and self._home.rows and self._is_whole(self._home, reach, seen):
            self.proof.read_past(reach, "listing", url)

    def _follow(self, url: str, listing: Listing) -> tuple[set[str], date | None]:
        """Reads a listing's pages; gives the keys of its rows, and the day past which they were read."""
        seen: set[str] = set()
        oldest: date | None = None
        for _ in range(self.policy.max_listing_pages):
            rows = [row for row in listing.rows if url_key(row.url) not in seen]
            seen |= {url_key(row.url) for row in rows}
            oldest = min([day for row in rows if (day := row.day)] + ([oldest] if oldest else []), default=None)
            self._push(listing)
            if not rows or listing.next_url is None:
                return seen, self.proof.since - ONE_DAY
            if self._is_enough(rows, oldest):
                return seen, oldest
            self._queued.add(url_key(listing.next_url))
            read = self._read(listing.next_url, "listing")
            root = None if isinstance(read, Missed) else self._tree(read)
            if isinstance(read, Missed) or root is None:
                reason = _why(read) if isinstance(read, Missed) else f"{read.url}: not a page that can be read"
                self.proof.leave(reason, None, oldest)
                return seen, oldest
            listing = read_listing(root, read.url)
        self.proof.leave(
            f"{url}: more than {self.policy.max_listing_pages} pages (fetch.max_listing_pages)", None, oldest
        )
        return seen, oldest

    def _is_enough(self, rows: Collection[Row], oldest: date | None) -> bool:
        if oldest is not None and oldest < self.proof.attempted_from:
            return True
        all_known = all(self.reader.is_known(url_key(row.url)) for row in rows)
        return oldest is None and all_known and not self.proof.missing(self.proved)

    def _note_short_list(self, url: str, listing: Listing, *, is_row: bool) -> None:
        """A long list without a next page shows its newest items only: older ones may exist that nothing links to."""
        days = [row.day for row in listing.rows if row.day]
        if is_row or len(listing.rows) < FULL_LIST or len(days) < len(listing.rows):
            return
        if url_key(url) in {url_key(self.source.home), *(url_key(row.url) for row in listing.rows)}:
            return
        oldest = min(days)
        if oldest > self.proof.attempted_from and days == sorted(days, reverse=True):
            self.proof.leave(f"{url}: shows only its {len(days)} newest items, no further page found", None, oldest)

    # --- pages -------------------------------------------------------------------------------------------------------

    def _page(self, url: str, key: str) -> tuple[lxml_html.HtmlElement, str] | None:
        claim = self.found.best(key)
        read = self._read(url, "page", claim)
        if isinstance(read, Missed):
            self._note_missed(read, local_day(claim.value) if claim else None)
            return None
        root = self._tree(read)
        return (root, read.url) if root is not None and same_site(read.url, self.source.home) else None

    def _note_missed(self, read: Missed, day: date | None) -> None:
        """An item of a known day loses that day; a page that only might be one leaves the walk incomplete."""
        if read.gone or self.closed is not None:
            return  # what its server took down was not there to be seen; a closed host is told once, at the end
        if day is not None:
            self.proof.lose(_why(read), day, day)
        elif read.reason != "robots":
            self.proof.leave(_why(read))

    def _read(
        self, url: str, role: Role, claim: DateEvidence | None = None, *, optional: bool = False
    ) -> Read | Missed:
        if self.closed is not None:
            return self.closed
        answer = self.reader.read(url, role, claim, optional=optional)
        if isinstance(answer, Missed) and answer.reason in STOPS:
            self.closed = answer
        return answer

    def _tree(self, read: Read) -> lxml_html.HtmlElement | None:
        try:
            return parse_tree(decode(read.body, read.content_type, url=read.url))
        except ParseError:
            return None  # told once, when the pages of the night are settled

    def _unreadable(self, read: Read, error: ParseError) -> None:
        self.reader.note(Failure(self.source.id, read.url, read.key, "extract", "parse", str(error)))


def _why(read: Missed) -> str:
    return f"{read.url}: {read.reason}: {read.detail}"


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


def _newest_first(entry: Entry) -> tuple[float, str]:
    moment = entry.claim.value if entry.claim else entry.changed
    return (-moment.timestamp() if moment else 0.0, entry.url)
