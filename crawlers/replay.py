"""Reads pages again without asking anybody: nights from the archive with today's parsers, and WARC files of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from crawlers.archive import Archive, Record
from crawlers.article import Event, Known
from crawlers.pages import Pages, night_of
from crawlers.reason import Reason
from crawlers.scope import Scope
from crawlers.settle import settle
from crawlers.source import Source
from crawlers.urls import resolve, site_key, url_key


def replay(
    source: Source, archive: Archive, known: Mapping[str, Known], night: date, stamps: Sequence[str]
) -> Iterator[Event]:
    """Yields what the pages whose newest bytes one night brought are by today's parsers.

    `stamps` are those that the source's pages were found to share (`Learnt.routes["shared_stamps"]`).
    """
    events: list[Event] = []
    pages = Pages(source, archive, known, night, events.append)
    for key, state in sorted(known.items()):
        if state.role in {"page", "listing"} and state.archive is not None and night_of(state.archive) == night:
            pages.recall(key)
    settle(pages, stamps, _nobody)
    yield from events


def read_records(
    sources: Sequence[Source],
    archive: Archive,
    known: Mapping[str, Mapping[str, Known]],
    night: date,
    stamps: Mapping[str, Sequence[str]],
    records: Iterable[Record],
) -> Iterator[Event]:
    """Yields what a WARC file's pages of some sources are; pages that the store has are left as they are.

    `known` and `stamps` are by source id. Bytes are copied into the archive before they are read. A file of somebody
    else's is no collection proof: no day is proved.
    """
    events: list[Event] = []
    parts = [
        (Scope(each, sources), Pages(each, archive, known.get(each.id, {}), night, events.append)) for each in sources
    ]
    of_site: dict[str, list[tuple[Scope, Pages]]] = {}
    for scope, pages in parts:
        of_site.setdefault(site_key(pages.source.home), []).append((scope, pages))
    for record in records:
        url = resolve(record.url, record.url)  # None for what is no web address
        for scope, pages in of_site.get(site_key(url), ()) if url else ():
            if scope.holds(record.url):
                _take(pages, record)
                yield from _drained(events)
    for _, pages in parts:
        settle(pages, stamps.get(pages.source.id, ()), _nobody)
        yield from _drained(events)


def _take(pages: Pages, record: Record) -> None:
    key = url_key(record.url)
    before = pages.known.get(key)
    if key in pages.pages:
        return
    if before is None or before.archive is None:
        pages.take(record)
    elif before.night == pages.night and before.settled is None:  # taken by a run that was killed
        pages.recall(key)


def _drained(events: list[Event]) -> Iterator[Event]:
    while events:
        yield events.pop(0)


def _nobody(key: str, url: str, reason: str, detail: Reason) -> None:
    """Days are proved by crawling alone: an unreadable page takes nothing away here."""
