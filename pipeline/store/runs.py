"""What was run: step, arguments, input hashes, counts, outcome. A run without an end is going on, or was killed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from pipeline.errors import StoreError
from pipeline.store.schema import runs


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one step; `counts`, `outcome` and `ended` are None until it ends."""

    id: int
    step: str
    arguments: Mapping[str, object]
    hashes: Mapping[str, str]
    counts: Mapping[str, float] | None
    outcome: str | None
    started: datetime  # UTC
    ended: datetime | None  # UTC


def start(
    connection: Connection,
    step: str,
    arguments: Mapping[str, object],
    at: datetime,
    hashes: Mapping[str, str] | None = None,
) -> int:
    """Notes that a step begins and gives the number of the run; arguments are JSON-ready, hashes name the inputs."""
    row = {"step": step, "arguments": dict(arguments), "hashes": dict(hashes or {}), "started": at}
    identity = connection.execute(insert(runs).values(**row).returning(runs.c.id)).scalar_one()
    return int(identity)


def finish(connection: Connection, run: int, outcome: str, counts: Mapping[str, float], at: datetime) -> None:
    """Notes how a run ended.

    Raises:
        StoreError: the store does not have the run.
    """
    change = update(runs).where(runs.c.id == run).values(outcome=outcome, counts=dict(counts), ended=at)
    if connection.execute(change).rowcount == 0:
        raise StoreError(f"run {run}: not in the store; start it first", f"lượt chạy {run}: không có trong kho")


def last(connection: Connection, step: str) -> Run | None:
    """Gives the newest run of a step, ended or not; None where it never ran."""
    newest = select(runs).where(runs.c.step == step).order_by(runs.c.id.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return None if row is None else _run(row)


def done(connection: Connection, step: str, most: int) -> list[Run]:
    """Gives the newest runs of a step that came to their end, at most so many, the newest first."""
    query = select(runs).where(runs.c.step == step, runs.c.outcome == "done").order_by(runs.c.id.desc()).limit(most)
    return [_run(row) for row in connection.execute(query)]


def _run(row: Any) -> Run:
    return Run(row.id, row.step, row.arguments, row.hashes, row.counts, row.outcome, row.started, row.ended)
