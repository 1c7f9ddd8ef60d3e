"""Long work that a page asked for and a process of its own does: asked, begun, how far it is, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, insert, select, update

from pipeline.store.schema import jobs

Ending = Literal["done", "failed"]


@dataclass(frozen=True, slots=True)
class Job:
    """One job; `outcome` is None while it waits or runs. `progress` has done, total, note, and at: the last sign of life."""

    id: int
    kind: str
    arguments: Mapping[str, Any]
    asked_by: str
    created: datetime  # UTC
    started: datetime | None = None
    ended: datetime | None = None
    progress: Mapping[str, Any] | None = None
    outcome: Ending | None = None
    result: Mapping[str, Any] | None = None


def ask(connection: Connection, kind: str, arguments: Mapping[str, Any], by: str, at: datetime) -> int:
    """Asks for a job and gives its number."""
    row = {"kind": kind, "arguments": dict(arguments), "asked_by": by, "created": at}
    return int(connection.execute(insert(jobs).values(**row).returning(jobs.c.id)).scalar_one())


def get(connection: Connection, identity: int) -> Job | None:
    """Gives one job; None where the store does not have it."""
    row = connection.execute(select(jobs).where(jobs.c.id == identity)).one_or_none()
    return None if row is None else _read(row)


def unfinished(connection: Connection, kind: str) -> list[Job]:
    """Gives the jobs that wait or run, the oldest first."""
    query = select(jobs).where(jobs.c.kind == kind, jobs.c.outcome.is_(None)).order_by(jobs.c.id)
    return [_read(row) for row in connection.execute(query)]


def last(connection: Connection, kind: str) -> Job | None:
    """Gives the newest job; None where there never was one."""
    query = select(jobs).where(jobs.c.kind == kind).order_by(jobs.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _read(row)


def begin(connection: Connection, identity: int, at: datetime) -> bool:
    """Notes that a job begins; False where it has begun or ended before: then it is another process's."""
    waits = update(jobs).where(jobs.c.id == identity, jobs.c.started.is_(None), jobs.c.outcome.is_(None))
    return connection.execute(waits.values(started=at)).rowcount == 1


def advance(connection: Connection, identity: int, progress: Mapping[str, Any]) -> None:
    """Notes how far a job is."""
    connection.execute(update(jobs).where(jobs.c.id == identity).values(progress=dict(progress)))


def end(connection: Connection, identity: int, outcome: Ending, result: Mapping[str, Any], at: datetime) -> None:
    """Notes how a job ended."""
    change = update(jobs).where(jobs.c.id == identity)
    connection.execute(change.values(outcome=outcome, result=dict(result), ended=at))


def _read(row: Any) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        arguments=row.arguments,
        asked_by=row.asked_by,
        created=row.created,
        started=row.started,
        ended=row.ended,
        progress=row.progress,
        outcome=row.outcome,
        result=row.result,
    )
