"""Reads pages again without asking anybody: nights from the archive with today's parsers, and WARC files of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from crawlers.archive import Archive, Record
from crawlers.article import Event, Known
from crawlers.pages import Pages, night_of
from crawlers.settle import settle
from crawlers.source import Source
from crawlers.urls import same_site, url_key


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
    source: Source,
    archive: Archive,
    known: Mapping[str, Known],
    night: date,
    stamps: Sequence[str],
    records: Iterable[Record],
) -> Iterator[Event]:
    """Yields what a WARC file's pages of one source are; pages that the store has are left as they are.

    Their bytes are copied into the archive first. A file of somebody else's is no collection proof: no day is proved.
    """
    events: list[Event] = []
    pages = Pages(source, archive, known, night, events.append)
    for record in records:
        key = url_key(record.url)
        before = known.get(key)
        if same_site(record.url, source.home) and key not in pages.pages:
            if before is None or before.archive is None:
                pages.take(record)
            elif before.night == night:  # taken by a run that was killed
                pages.recall(key)
            yield from _drained(events)
    settle(pages, stamps, _nobody)
    yield from _drained(events)


def _drained(events: list[Event]) -> Iterator[Event]:
    while events:
        yield events.pop(0)


def _nobody(key: str, url: str, reason: str, detail: str) -> None:
    """Days are proved by crawling alone: an unreadable page takes nothing away here."""
