"""Reading room: what readers of reports ask for: an audit, the articles of its lists, what was read since, its files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from pipeline.audits import AuditItem, AuditResult
from pipeline.config import Config
from pipeline.readings import User
from pipeline.report.files import MANIFEST
from pipeline.store import Store, audit_pages, audits, browse, items, runs
from pipeline.store.audits import SavedAudit

STEPS: Final = ("audit", "nightly")  # that end in an audit


@dataclass(frozen=True, slots=True)
class Picked:
    """One audit, before it is read."""

    id: str
    as_of: date
    newest: bool


@dataclass(frozen=True, slots=True)
class Since:
    """What came after the newest audit was begun."""

    at: datetime  # UTC
    readings: int


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of the articles of one page of a list."""

    items: Mapping[str, AuditItem]  # by id; an article that the store has lost since is missing
    sealed: frozenset[str]  # what is said of them is kept from the reviewer, who has yet to read them


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One file of an audit's report."""

    name: str  # as in the manifest, such as csv/nhiem-vu.csv
    size: int  # bytes
    sha256: str


def pick(store: Store, identity: str = "", day: date | None = None) -> Picked | None:
    """Gives the audit of an id, else the newest of a day, else the newest; None where there is none."""
    with store.read() as connection:
        newest = audit_pages.newest(connection)
        chosen = identity or audit_pages.newest(connection, day)
        as_of = audit_pages.day_of(connection, chosen) if chosen else None
    return Picked(chosen, as_of, chosen == newest) if chosen and as_of else None


def audit_of(store: Store, identity: str) -> AuditResult | None:
    """Reads an audit whole: a second for each 100,000 articles that it names."""
    with store.read() as connection:
        return audits.load(connection, identity)


def all_audits(store: Store) -> Sequence[SavedAudit]:
    """Lists the audits, the newest first."""
    with store.read() as connection:
        return audits.saved(connection)


def tally_of_newest(store: Store) -> tuple[date, Mapping[str, int]] | None:
    """Gives the day of the newest audit and how its verdicts stand; None where there is none."""
    with store.read() as connection:
        newest = audit_pages.newest(connection)
        as_of = audit_pages.day_of(connection, newest) if newest else None
        return None if newest is None or as_of is None else (as_of, audit_pages.tally(connection, newest))


def since_newest(store: Store) -> Since | None:
    """Tells what was read since the newest audit was begun; None where the log of runs does not know when that was."""
    with store.read() as connection:
        made = [run for step in STEPS if (run := runs.last(connection, step)) and run.outcome == "done"]
        if not made:
            return None
        at = max(run.started for run in made)
        return Since(at, audit_pages.read_since(connection, at))


def listed(store: Store, result: AuditResult, ids: Sequence[str], user: User) -> Listed:
    """Gives the articles of a page as the audit shows them, and those that it does not show as the store has them."""
    lacking = [each for each in ids if each not in result.items]
    with store.read() as connection:
        found = items.some(connection, result.model, result.codebook, lacking) if lacking else {}
        sealed = browse.sealed(connection, ids, user.name) if user.role == "reviewer" else set()
    return Listed(found | {each: result.items[each] for each in ids if each in result.items}, frozenset(sealed))


def withheld(store: Store, result: AuditResult, user: User) -> int:
    """Counts the articles of a report that a reviewer has yet to read without knowing what was said of them.

    Pages seal such articles one by one; a file that was handed out could not.
    """
    if user.role != "reviewer":
        return 0
    with store.read() as connection:
        sealed = browse.sealed(connection, None, user.name)
    told = (each for row in result.observed for each in row.article_ids)
    return len(sealed & result.items.keys() | sealed.intersection(told)) if sealed else 0


def report_files(config: Config, result: AuditResult) -> tuple[ReportFile, ...]:
    """Gives the files of the report that was made of this very audit, where its folder still holds them."""
    folder = _folder(config, result.as_of)
    manifest = _manifest(folder)
    if any(manifest.get(name) != wanted for name, wanted in _identity(result).items()):
        return ()
    files = manifest.get("files")
    named = files.items() if isinstance(files, dict) else ()
    return tuple(
        ReportFile(name, int(each["bytes"]), str(each["sha256"]))
        for name, each in named
        if _inside(folder, name) is not None
    )


def report_file(config: Config, result: AuditResult, name: str) -> Path | None:
    """Gives where a file of the report lies; None for any name that the report's manifest does not have."""
    known = {each.name for each in report_files(config, result)}
    return _inside(_folder(config, result.as_of), name) if name in known else None


def _folder(config: Config, day: date) -> Path:
    return config.data / "report" / str(day)


def _manifest(folder: Path) -> Mapping[str, Any]:
    """Reads the manifest, which is written last; a report without one is not finished."""
    try:
        read = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _identity(result: AuditResult) -> Mapping[str, object]:
    """Gives what a manifest says of the audit that it was made of."""
    return {
        "as_of": result.as_of.isoformat(),
        "codebook": result.codebook,
        "model": result.model,
        "inputs": dict(result.inputs),
    }


def _inside(folder: Path, name: str) -> Path | None:
    """Gives the file of a name where it is one, and lies in the folder by whatever links lead to it."""
    file = (folder / name).resolve()
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None
