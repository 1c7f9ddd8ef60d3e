"""Reads pages again without asking anybody: nights from the archive with today's parsers, and WARC files of others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from crawlers.archive import Archive, Record
from crawlers.article import Event, Known
from crawlers.errors import ArchiveError
from crawlers.pages import Pages, night_of
from crawlers.reason import Reason
from crawlers.scope import Scope
from crawlers.settle import settling
from crawlers.source import Source
from crawlers.urls import resolve, site_key, url_key
from crawlers.warc import Fate, Tally, read_warc


def replay(
    source: Source,
    archive: Archive,
    known: Mapping[str, Known],
    night: date,
    stamps: Sequence[str],
    only: Collection[str] | None = None,
) -> Iterator[Event]:
    """Yields what the pages whose newest bytes one night brought are by today's parsers; of `only`, where it is given.

    `stamps` are those that the source's pages were found to share (`Learnt.routes["shared_stamps"]`).
    """
    events: list[Event] = []
    pages = Pages(source, archive, known, night, events.append)
    for key, state in sorted(known.items()):
        if only is not None and key not in only:
            continue  # it still teaches the layout of the site
        if state.role in {"page", "listing"} and state.archive is not None and night_of(state.archive) == night:
            pages.recall(key)
            if state.outcome == "listing":
                pages.listed.add(key)  # its rows were read that night, which its own words do not tell
            yield from _drained(events)
    for _ in settling(pages, stamps, _nobody):
        yield from _drained(events)


class Owners:
    """Whose a page is: each source has what lies on its site and in its part of it."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._of_site: dict[str, list[tuple[Scope, str]]] = {}
        for each in sources:
            self._of_site.setdefault(site_key(each.home), []).append((Scope(each, sources), each.id))

    def of(self, url: str) -> list[str]:
        """Gives the ids of the sources that have a page; none where its address is no web address."""
        whole = resolve(url, url)
        parts = self._of_site.get(site_key(whole), []) if whole else []
        return [source for scope, source in parts if whole and scope.holds(whole)]


def read_file(
    sources: Sequence[Source],
    archive: Archive,
    known: Mapping[str, Mapping[str, Known]],
    night: date,
    stamps: Mapping[str, Sequence[str]],
    file: Path,
    *,
    max_bytes: int,
    tally: Tally,
) -> Iterator[Event]:
    """Yields what a WARC file's pages of some sources are; pages that the store has are left as they are.

    `known` and `stamps` are by source id; every record is counted in `tally` under its fate. Bytes are copied into the
    archive before they are read. A file of somebody else's is no collection proof: no day is proved.

    Raises ArchiveError where the file is no WARC or is damaged; what stood before the damage has been yielded.
    """
    events: list[Event] = []
    owners = Owners(sources)
    parts = {each.id: Pages(each, archive, known.get(each.id, {}), night, events.append) for each in sources}
    damage: list[ArchiveError] = []
    records = read_warc(file, max_bytes, lambda url: bool(owners.of(url)), tally)
    for record in _until_damaged(records, damage):
        fates = [_take(parts[source], record) for source in owners.of(record.url)]
        tally[min(fates, key=FATES.index)] += 1
        yield from _drained(events)
    for source, pages in parts.items():
        for _ in settling(pages, stamps.get(source, ()), _nobody):
            yield from _drained(events)
    if damage:
        raise damage[0]


FATES: Final[tuple[Fate, ...]] = ("taken", "again", "known")  # of a page that several sources share, the first


def _until_damaged(records: Iterator[Record], damage: list[ArchiveError]) -> Iterator[Record]:
    try:
        yield from records
    except ArchiveError as error:
        damage.append(error)


def _take(pages: Pages, record: Record) -> Fate:
    key = url_key(record.url)
    before = pages.known.get(key)
    if key in pages.pages:
        return "again"
    if before is None or before.archive is None:
        pages.take(record)
        return "taken"
    if before.night == pages.night and before.outcome is None:  # taken by a run that was killed
        pages.recall(key)
        return "taken"
    return "known"


def _drained(events: list[Event]) -> Iterator[Event]:
    while events:
        yield events.pop(0)


def _nobody(key: str, url: str, reason: str, detail: Reason) -> None:
    """Days are proved by crawling alone: an unreadable page takes nothing away here."""
