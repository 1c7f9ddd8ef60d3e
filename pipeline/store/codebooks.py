"""Codebooks by version, and their history: old predictions and labels stay readable under the one they were made with.

A version is a hash of its topics, so that a campaign may come back to one; each step of the history stands with the version
that it led to.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from models.codebook import Codebook
from pipeline.difference import difference
from pipeline.operations import Change
from pipeline.store.schema import adjudications, codebooks, label_events, predictions, review_draws
from pipeline.store.types import dump_json
from pipeline.store.upsert import insert_missing


def register(connection: Connection, version: str, topics_json: str, at: datetime | None = None) -> None:
    """Keeps a codebook's topics (a JSON array) under its version; a version that is there stays as it is.

    A new one is a step of the history: the first, or config.toml edited by hand since the one before.
    """
    if version not in versions(connection):
        _step(connection, topics_json, _by_hand(connection, version, topics_json, at))


def adopt(connection: Connection, version: str, topics_json: str, at: datetime) -> None:
    """Keeps a codebook as `register` does, and also writes down where the campaign has come back to an older version.

    For who has just read config.toml; a process that read it long ago registers.
    """
    if latest(connection) != version:
        _step(connection, topics_json, _by_hand(connection, version, topics_json, at))


def record(connection: Connection, topics_json: str, change: Change) -> None:
    """Writes down an operation as the newest step; the same step made twice in a row is one. `change.seq` is given here."""
    last = history(connection)[-1:]
    if not last or replace(last[0], seq=0, at=None) != replace(change, seq=0, at=None):
        _step(connection, topics_json, change)


def load(connection: Connection, version: str) -> str | None:
    """Gives the topics of a version as JSON text; None where the store does not have it."""
    topics = connection.scalar(select(codebooks.c.topics).where(codebooks.c.version == version))
    return None if topics is None else dump_json(topics)


def versions(connection: Connection) -> list[str]:
    """Gives all versions, ordered."""
    return list(connection.scalars(select(codebooks.c.version).order_by(codebooks.c.version)))


def history(connection: Connection) -> list[Change]:
    """Gives the steps of the history, the oldest first; versions from before there was one are not in it."""
    rows = connection.execute(select(codebooks.c.version, codebooks.c.operations))
    return sorted(
        (_change(row.version, step) for row in rows for step in row.operations or ()), key=lambda each: each.seq
    )


def latest(connection: Connection) -> str | None:
    """Gives the version that the campaign had last; None where that is not known."""
    steps = history(connection)
    if steps:
        return steps[-1].version
    known = versions(connection)
    return known[0] if len(known) == 1 else None


def used_ids(connection: Connection) -> set[str]:
    """Gives the ids of the topics of all versions."""
    return {topic["id"] for topics in connection.scalars(select(codebooks.c.topics)) for topic in topics}


def predicted(connection: Connection, version: str) -> int:
    """Gives how many predictions were made under a version."""
    return connection.scalar(select(func.count()).where(predictions.c.codebook == version)) or 0


def mark(connection: Connection) -> tuple[int, int, int]:
    """Gives what grows with every word, every lead's word and every step of the history."""
    events, decisions = (
        connection.scalar(select(func.max(table.c.id))) or 0 for table in (label_events, adjudications)
    )
    return events, decisions, len(history(connection))


def redirect(connection: Connection, old: Collection[str], new: str | None) -> int:
    """Lets draws of topics that end ask for the new one, those that are read too: an undo may open them again.

    Without a new one those that wait are served no more. Gives how many they were.
    """
    of_old = update(review_draws).where(review_draws.c.topic.in_(old))
    changed = of_old.where(review_draws.c.open).values(open=False) if new is None else of_old.values(topic=new)
    return connection.execute(changed).rowcount


def waiting(connection: Connection, topics: Collection[str]) -> int:
    """Gives how many draws wait to be read for one of these topics alone."""
    where = (review_draws.c.topic.in_(topics), review_draws.c.open)
    return connection.scalar(select(func.count()).select_from(review_draws).where(*where)) or 0


def _by_hand(connection: Connection, version: str, topics_json: str, at: datetime | None) -> Change:
    previous = latest(connection)
    before = None if previous is None else load(connection, previous)
    if before is None:
        return Change(0, version, None, at, "first", new=tuple(topic["id"] for topic in json.loads(topics_json)))
    found = difference(Codebook.from_json(before), Codebook.from_json(topics_json))
    return Change(
        seq=0,
        version=version,
        previous=previous,
        at=at,
        kind="edited",
        old=tuple(topic.id for topic in found.removed),
        new=tuple(topic.id for topic in found.added),
        changed=tuple(each.new for each in found.revised),
    )


def _step(connection: Connection, topics_json: str, change: Change) -> None:
    """Appends a step to the version that it leads to, which is written where it is new."""
    seq = max((each.seq for each in history(connection)), default=0) + 1
    row = {
        "version": change.version,
        "topics": json.loads(topics_json),
        "created": change.at,
        "previous": change.previous,
        "operations": [],
    }
    insert_missing(connection, codebooks, [row])
    one = codebooks.c.version == change.version
    steps = connection.scalar(select(codebooks.c.operations).where(one)) or []
    connection.execute(update(codebooks).where(one).values(operations=[*steps, _document(replace(change, seq=seq))]))


def _document(change: Change) -> dict[str, Any]:
    return {
        "seq": change.seq,
        "previous": change.previous,
        "at": None if change.at is None else change.at.astimezone(UTC).isoformat(),
        "kind": change.kind,
        "old": list(change.old),
        "new": list(change.new),
        "changed": list(change.changed),
        "reason": change.reason,
    }


def _change(version: str, step: dict[str, Any]) -> Change:
    return Change(
        seq=step["seq"],
        version=version,
        previous=step["previous"],
        at=None if step["at"] is None else datetime.fromisoformat(step["at"]),
        kind=step["kind"],
        old=tuple(step["old"]),
        new=tuple(step["new"]),
        changed=tuple(step["changed"]),
        reason=step["reason"],
    )
