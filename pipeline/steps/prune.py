"""Prune: what is older than [retention] says and nothing rests on goes: copies of pages, and audits of old days."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from crawlers.dates import LOCAL_TZ
from crawlers.thin import Place, spared, thin
from pipeline.config import Config
from pipeline.console import Advance
from pipeline.steps.manifest import file_of
from pipeline.steps.run import recorded
from pipeline.store import Store, audits, marks
from pipeline.store.audits import SavedAudit
from pipeline.store.pruning import drop_audits, spare_records


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went, or would go."""

    audits: int
    days: tuple[date, ...]  # whose reports and manifests went with them
    records: int  # of the archive: copies of pages
    files: int  # of the archive, in which they stood
    bytes: int  # of the disk; where nothing was done yet, at most so many


def prune(config: Config, store: Store, clock: Callable[[], datetime], advance: Advance, *, dry_run: bool) -> Pruned:
    """Prunes; killed anywhere and run again, it ends as if undisturbed. No article, label or proof of a day is touched.

    Raises:
        ArchiveError: a file of the archive cannot be read.
        StoreError: another process crawls for this store, or the database refused.
    """
    today = clock().astimezone(LOCAL_TZ).date()
    if dry_run:
        return drop(config, store, today, advance, dry_run=True)
    with recorded(config, store, "prune", {"today": str(today)}, clock, alone=True) as counts:
        done = drop(config, store, today, advance)
        counts.update(audits=done.audits, records=done.records, bytes=done.bytes)
        return done


def drop(config: Config, store: Store, today: date, advance: Advance, *, dry_run: bool = False) -> Pruned:
    """Prunes as of a day, within a run that crawls for this store already; raises as `prune` does, and OSError."""
    rules = config.retention
    gone, days = (
        _old_audits(config, store, today - timedelta(days=rules.audits_days)) if rules.audits_days else ([], [])
    )
    if not dry_run:
        for number, audit in enumerate(gone):
            advance(number, len(gone), str(audit.as_of))
            with store.begin() as connection:
                drop_audits(connection, [audit.id])
        for day in days:
            if (folder := config.data / "report" / str(day)).exists():
                shutil.rmtree(folder)
            file_of(config, day).unlink(missing_ok=True)
    spare = _spare(config, store, today - timedelta(days=rules.pages_days)) if rules.pages_days else {}
    freed = 0
    for number, (file, places) in enumerate(spare.items()):
        advance(number, len(spare), file.name)
        freed += spared(places) if dry_run else _thin(store, file, places)
    return Pruned(len(gone), tuple(days), sum(map(len, spare.values())), len(spare), freed)


def _old_audits(config: Config, store: Store, limit: date) -> tuple[list[SavedAudit], list[date]]:
    """Gives the audits of days before a day, but for the last of every month and the newest; and the days that lose their files.

    Of a month whose audits the store does not have, as one put back from a backup, the last report stays.
    """
    with store.read() as connection:
        saved = audits.saved(connection)  # of the latest day first, of one day the one saved last
    kept: set[date] = set()
    gone = []
    months: set[tuple[int, int]] = set()
    for audit in saved:
        month = (audit.as_of.year, audit.as_of.month)
        if audit.as_of >= limit or month not in months:
            kept.add(audit.as_of)
        else:
            gone.append(audit)
        months.add(month)
    lost = []
    for day in sorted(_days_with_files(config), reverse=True):
        if day < limit and day not in kept and (day.year, day.month) in months:
            lost.append(day)
        months.add((day.year, day.month))
    return gone, lost[::-1]


def _days_with_files(config: Config) -> Iterator[date]:
    """Yields the days of which a report or a manifest lies in its usual place; what a killed run left is found so too."""
    names = {each.name for each in (config.data / "report").glob("????-??-??")}
    names |= {each.stem for each in file_of(config, date.min).parent.glob("????-??-??.json")}
    yield from sorted(date.fromisoformat(name) for name in names)


def _spare(config: Config, store: Store, before: date) -> dict[Path, Sequence[Place]]:
    """Gives what is to be taken out of the archive, without the files of which exactly that was taken out before."""
    with store.read() as connection:
        found = spare_records(connection, before)
        done = {name for name, places in found.items() if marks.get(connection, _mark(name)) == _digest(places)}
    folder = config.data / "archive"
    return {folder / name: places for name, places in found.items() if name not in done and (folder / name).is_file()}


def _thin(store: Store, file: Path, places: Sequence[Place]) -> int:
    freed = thin(file, places)
    with store.begin() as connection:
        marks.put(connection, _mark(file.name), _digest(places))
    return freed


def _mark(name: str) -> str:
    return f"thinned {name}"


def _digest(places: Sequence[Place]) -> str:
    return hashlib.sha256(repr(tuple(places)).encode()).hexdigest()
