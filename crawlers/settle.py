"""Settles one source's night: all its pages, learnt from each other, become articles, other outcomes and failures."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from crawlers.article import Article, Event, Failure, Outcome, Page, UrlOutcome
from crawlers.dates import has_shared_stamp, shared_stamps, weigh
from crawlers.decode import decode
from crawlers.errors import ArchiveError, ParseError
from crawlers.extract import SiteModel, extract, learn
from crawlers.profiles import PROFILES
from crawlers.reader import Read, Reader
from crawlers.urls import same_site, url_key
from crawlers.walk import Found

MAX_TWINS = 5  # addresses of one page seen on real sites: with and without section, print, AMP, mobile, www
LEARN_FROM = 200  # pages of a site that are compared with each other; more change nothing and cost time


def settle(
    reader: Reader,
    found: Found,
    learnt: Mapping[str, object],
    emit: Callable[[Event], None],
) -> tuple[str, ...]:
    """Emits one outcome for each page of the night; gives the stamps that the site's pages share, as ISO times.

    What comes out is a function of the pages fetched this night and of what earlier nights stored, never of where a
    killed run stopped.
    """
    site = learn(_sample(reader))
    pages: list[tuple[Read, Page]] = []
    for key in sorted(reader.pages):
        read = reader.pages[key]
        if not read.changed:
            emit(Outcome(reader.source.id, read.url, key, "not_modified"))
            continue
        page = _extract(reader, read, site, emit)
        if page is not None:
            pages.append((read, page))
    stamps = shared_stamps(page for _, page in pages) | {datetime.fromisoformat(s) for s in _texts(learnt)}
    originals = _originals(pages)
    for read, page in pages:
        outcome: UrlOutcome = page.kind
        if originals.get(read.key, read.key) != read.key:
            outcome = "duplicate"
        elif page.kind == "article":
            emit(_article(reader, found, read, page, stamps))
        emit(Outcome(reader.source.id, read.url, read.key, outcome))
    return tuple(sorted(stamp.isoformat() for stamp in stamps))


def _sample(reader: Reader) -> Iterator[tuple[str, str]]:
    """Yields up to LEARN_FROM pages of the site, tonight's and older ones alike, chosen by the hash of their keys."""
    pool = {**reader.older_pages(), **reader.pages}
    for key in sorted(pool, key=lambda key: hashlib.sha256(key.encode()).digest())[:LEARN_FROM]:
        try:
            body, content_type = reader.body(pool[key])
            yield pool[key].url, decode(body, content_type, url=pool[key].url)
        except (ArchiveError, ParseError):
            continue  # told where the page itself is settled


def _extract(reader: Reader, read: Read, site: SiteModel, emit: Callable[[Event], None]) -> Page | None:
    source = reader.source
    try:
        body, content_type = reader.body(read)
        html = decode(body, content_type, url=read.url)
        return extract(html, read.url, site=site, selectors=source.selectors, profile=source.profile, profiles=PROFILES)
    except (ArchiveError, ParseError) as error:
        emit(Failure(source.id, read.url, read.key, "decode", "decode", str(error)))
        emit(Outcome(source.id, read.url, read.key, "failed"))
        return None


def _originals(pages: list[tuple[Read, Page]]) -> dict[str, str]:
    """Maps each article to the page that its redirect or its canonical tag names, where the tag can be believed.

    A tag is believed on its own host, when the page it names was fetched too, and when the two show one title: portals
    put one canonical address on all their pages.
    """
    titles = {read.key: page.title for read, page in pages if page.kind == "article"}
    named = {}
    for read, page in pages:
        if read.key in titles and url_key(read.url) != read.key:
            named[read.key] = url_key(read.url)
        elif read.key in titles and page.canonical and same_site(page.canonical, read.url):
            named[read.key] = url_key(page.canonical)
    shared = Counter(named.values())
    return {
        key: other
        for key, other in named.items()
        if other in titles
        and titles[other] == titles[key]
        and named.get(other, other) == other
        and shared[other] <= MAX_TWINS
    }


def _article(reader: Reader, found: Found, read: Read, page: Page, stamps: frozenset[datetime]) -> Article:
    published, precision, state, evidence = weigh((*page.date_evidence, *found.claims.get(read.key, ())))
    if published is not None and state in {"certain", "probable"} and has_shared_stamp(published, stamps):
        state = "doubtful"
    return Article(
        source_id=reader.source.id,
        url=read.url,
        url_key=read.key,
        channel=reader.source.channel,
        title=page.title or "",
        lead=page.lead or "",
        body=page.body or "",
        published=published,
        published_precision=precision,
        date_state=state,
        date_evidence=evidence,
        canonical=page.canonical,
        media=page.media or found.media.get(read.key, ()),
        lang=page.lang,
        provenance=page.provenance,
        fetched_at=read.fetched_at,
        archive=read.ref,
    )


def _texts(learnt: Mapping[str, object]) -> list[str]:
    stamps = learnt.get("shared_stamps")
    return [str(stamp) for stamp in stamps] if isinstance(stamps, list | tuple) else []
