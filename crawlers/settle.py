"""Settles one source's night: all its pages, learnt from each other, become articles, other outcomes and failures."""

from __future__ import annotations

import hashlib
import pickle
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Self

from crawlers.article import Article, Page, UrlOutcome
from crawlers.dates import local_day
from crawlers.errors import ParseError
from crawlers.extract import SiteModel, extract, learn
from crawlers.learn import LEARN_FROM
from crawlers.pages import UNTOLD, Pages, Visit
from crawlers.profiles import PROFILES
from crawlers.proof import DAY
from crawlers.reason import Reason, because
from crawlers.urls import same_site, url_key
from crawlers.weigh import has_shared_stamp, shared_stamps, weigh

MAX_TWINS = 5  # addresses of one page seen on real sites: with and without section, print, AMP, mobile, www
IN_MEMORY = 16_000_000  # bytes of a night's pages, some 1,600 articles; more wait on disk

Judge = Callable[[str, str, str, Reason], None]  # (url_key, url, reason, detail) of a page that could not be understood


def settle(visits: Pages, learnt_stamps: Sequence[str], judge: Judge) -> tuple[str, ...]:
    """Emits one outcome for each page of the night; gives the stamps that the site's pages share, as ISO times.

    What comes out is a function of the pages fetched this night and of what earlier nights stored, never of where a
    killed run stopped.
    """
    steps = settling(visits, learnt_stamps, judge)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            stamps: tuple[str, ...] = end.value
            return stamps


def settling(visits: Pages, learnt_stamps: Sequence[str], judge: Judge) -> Generator[None, None, tuple[str, ...]]:
    """Does what `settle` does and pauses after each page, so that what was emitted can be handed on before there is more."""
    for key in sorted(visits.pages.keys() - visits.settled):
        if visits.pages[key].unchanged:
            visits.settle(key, "not_modified")
            yield
    fresh = [visits.pages[key] for key in sorted(visits.pages.keys() - visits.settled)]
    site = learn(_sample(visits)) if fresh else SiteModel()
    with _Waiting(visits.archive.directory) as waiting:
        pages: list[tuple[Visit, Page]] = []
        for visit in fresh:
            page = _extract(visits, visit, site, judge)
            if page is not None:
                waiting.add(page)
                pages.append((visit, _outlined(page)))
            yield
        stamps = shared_stamps(page for _, page in pages) | {datetime.fromisoformat(stamp) for stamp in learnt_stamps}
        originals = _originals(pages)
        for (visit, _), page in zip(pages, waiting, strict=True):
            outcome: UrlOutcome = page.kind
            if originals.get(visit.key, visit.key) != visit.key:
                outcome = "duplicate"
            elif page.kind == "article":
                visits.emit(_article(visits, visit, page, stamps))
            elif visit.key in visits.listed:
                outcome = "listing"  # its rows were read, whatever the rest of it looks like: it is asked for again
            elif page.kind in UNTOLD:
                judge(visit.key, visit.url, page.kind, UNTOLD[page.kind])
            visits.settle(visit.key, outcome)
            yield
    return tuple(sorted(stamp.isoformat() for stamp in stamps))


class _Waiting:
    """Pages that wait until all of the night are read, in order; beyond IN_MEMORY in a file of `folder` that has no name."""

    def __init__(self, folder: Path) -> None:
        self._file = SpooledTemporaryFile(IN_MEMORY, dir=str(folder))  # noqa: SIM115 - closed with this object
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, page: Page) -> None:
        """Takes one page more."""
        pickle.dump(page, self._file, pickle.HIGHEST_PROTOCOL)
        self._count += 1

    def __iter__(self) -> Iterator[Page]:
        self._file.seek(0)
        for _ in range(self._count):
            page: Page = pickle.load(self._file)  # noqa: S301 - nobody else can write to a file without a name
            yield page


def _outlined(page: Page) -> Page:
    """Returns what all pages of a night must be looked at together for: a page without its text."""
    return replace(page, lead=None, body=None, date_evidence=(), media=(), provenance={})


def _sample(visits: Pages) -> Iterator[tuple[str, str]]:
    """Yields up to LEARN_FROM pages of the site, tonight's and older ones alike, chosen by the hash of their keys.

    More would change nothing and cost time.
    """
    keys = {key for key, visit in visits.pages.items() if visit.role in {"page", "listing"}} | set(visits.older())
    for key in sorted(keys, key=lambda key: hashlib.sha256(key.encode()).digest())[:LEARN_FROM]:
        text = visits.again(key)
        try:
            if text is not None:
                yield text.url, text.html()
        except ParseError:
            continue  # told where the page itself is settled


def _extract(visits: Pages, visit: Visit, site: SiteModel, judge: Judge) -> Page | None:
    source, text = visits.source, visits.again(visit.key)
    fault = because("archive_lost")
    if text is not None:
        try:
            html = text.html()
            return extract(
                html,
                visit.final_url,
                site=site,
                selectors=source.selectors,
                profile=source.profile,
                profiles=PROFILES,
            )
        except ParseError as error:
            fault = error.detail
        except Exception as error:  # noqa: BLE001 - one hostile page may not end the night; the next parser replays it
            fault = because("unexpected", error=type(error).__name__, text=str(error))
    visits.fail(visit.key, visit.url, "extract", "decode", fault)
    judge(visit.key, visit.url, "decode", fault)
    return None


def _originals(pages: Sequence[tuple[Visit, Page]]) -> dict[str, str]:
    """Maps each article to the page that its redirect or its canonical tag names, where the tag can be believed.

    A tag is believed on its own host, when the page it names was fetched too, and when the two show one title: portals
    put one canonical address on all their pages.
    """
    titles = {visit.key: page.title for visit, page in pages if page.kind == "article"}
    named = {}
    for visit, page in pages:
        if visit.key in titles and url_key(visit.final_url) != visit.key:
            named[visit.key] = url_key(visit.final_url)
        elif visit.key in titles and page.canonical and same_site(page.canonical, visit.final_url):
            named[visit.key] = url_key(page.canonical)
    shared = Counter(named.values())
    return {
        key: other
        for key, other in named.items()
        if other in titles
        and titles[other] == titles[key]
        and named.get(other, other) == other
        and shared[other] <= MAX_TWINS
    }


def _article(visits: Pages, visit: Visit, page: Page, stamps: frozenset[datetime]) -> Article:
    published, precision, state, evidence = weigh((*page.date_evidence, *visits.evidence(visit.key)))
    if published is not None and state in {"certain", "probable"} and has_shared_stamp(published, stamps):
        state = "doubtful"
    return Article(
        source_id=visits.source.id,
        url=visit.url,
        url_key=visit.key,
        channel=visits.source.channel,
        title=page.title or "",
        lead=page.lead or "",
        body=page.body or "",
        published=published,
        published_precision=precision,
        date_state=state,
        date_evidence=evidence,
        canonical=page.canonical,
        media=page.media or visits.enclosed(visit.key),
        lang=page.lang,
        provenance=page.provenance,
        fetched_at=visit.fetched_at,
        archive=visit.ref,
        front=_front(visits, visit, published),
    )


def _front(visits: Pages, visit: Visit, published: datetime | None) -> bool | None:
    """Tells whether the home page links to an article on the night that finds it.

    What is older than a day may have stood there and be gone, and so may what an earlier night found: nobody saw.
    """
    if visits.at_home is None:
        return None
    known = visits.known.get(visit.key)
    found_now = known is None or known.settled in {None, visits.night}
    young = published is not None and local_day(published) >= visits.night - DAY
    return visit.key in visits.at_home or (False if found_now and young else None)
