"""The log of changes: which articles changed, or what a model says of them, since a state. Triggers write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select

from pipeline.store.schema import changes

NOTHING: Final = 0


@dataclass(frozen=True, slots=True)
class State:
    """How far the log goes. Two logs with the same state are the same: its sum is one of chance numbers of 32 bits."""

    seq: int  # of the newest row
    rows: int
    nonces: int  # sum


def now(connection: Connection) -> State:
    """Gives the present state."""
    log = changes.c
    seq, rows, nonces = connection.execute(select(func.max(log.seq), func.count(), func.sum(log.nonce))).one()
    return State(int(seq or NOTHING), int(rows), int(nonces or NOTHING))


def since(connection: Connection, state: State, at_most: int) -> list[str] | None:
    """Gives the articles that changed since a state, in order; None where that cannot be told, or there are too many.

    It cannot where the log up to the state is no longer what it was: the store was put back from a backup, or is another, or
    a transaction that ran when the state was taken has ended since, and its rows stand among those that were there.
    """
    log = changes.c
    before = connection.execute(select(func.count(), func.sum(log.nonce)).where(log.seq <= state.seq)).one()
    if (int(before[0]), int(before[1] or NOTHING)) != (state.rows, state.nonces):
        return None
    query = select(log.article_id).where(log.seq > state.seq).distinct().order_by(log.article_id).limit(at_most + 1)
    found = list(connection.scalars(query))
    return found if len(found) <= at_most else None
