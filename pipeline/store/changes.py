"""The log of changes: which articles changed, or what a model says of them, since a state. Triggers write it.

What nobody asks for any more is taken out at its beginning; how many rows that were, and the sum of their chance numbers, is
kept, so that a state can still be proved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, select

from pipeline.store import marks
from pipeline.store.schema import changes

MARK: Final = "changes"  # the state up to which the log was taken out
READER: Final = (
    f"{MARK} "  # before the name of each that reads on by the log: the last day that it did, and up to which row
)
IDLE: Final = timedelta(days=30)  # after which who read by the log is waited for no longer


@dataclass(frozen=True, slots=True)
class State:
    """How far the log goes. Two logs with the same state are the same: its sum is one of chance numbers of 32 bits."""

    seq: int  # of the newest row
    rows: int
    nonces: int  # sum


NOTHING: Final = State(0, 0, 0)


def now(connection: Connection) -> State:
    """Gives the present state."""
    return _up_to(connection, None)


def since(connection: Connection, state: State, at_most: int) -> list[str] | None:
    """Gives the articles that changed since a state, in order; None where that cannot be told, or there are too many.

    It cannot where the log up to the state was taken out, or is no longer what it was: the store was put back from a backup, or
    is another, or a transaction that ran when the state was taken has ended since, and its rows stand among those that were there.
    """
    if _up_to(connection, state.seq) != state:
        return None
    log = changes.c
    query = select(log.article_id).where(log.seq > state.seq).distinct().order_by(log.article_id).limit(at_most + 1)
    found = list(connection.scalars(query))
    return found if len(found) <= at_most else None


def trim(connection: Connection, state: State) -> int:
    """Takes out of the log what stood before the newest row of a state, and gives how many rows; who knows an older one reads anew.

    That row stays, as SQLite numbers the next one by it. Nothing is taken out of a log in which the state cannot be proved, nor
    where rows came in between: the next trim takes those too.
    """
    log = changes.c
    before = _up_to(connection, state.seq - 1)
    old = before.rows - _taken_out(connection).rows
    if not old or _up_to(connection, state.seq) != state:
        return 0
    with connection.begin_nested() as step:
        if connection.execute(delete(changes).where(log.seq < state.seq)).rowcount != old:
            step.rollback()
            return 0
        marks.put(connection, MARK, f"{before.seq} {before.rows} {before.nonces}")
    return old


def forget(connection: Connection, state: State, reader: str, today: date) -> int:
    """Takes out of the log what none of its readers needs any more, one of whom knows a state today; gives how many rows."""
    if _up_to(connection, state.seq) != state:
        return 0
    marks.put(connection, f"{READER}{reader}", f"{today.isoformat()} {state.seq}")
    told = (value.split() for value in marks.beginning(connection, READER).values())
    needed = [int(seq) for day, seq in told if today - date.fromisoformat(day) <= IDLE]
    begins = _taken_out(connection).seq  # who knows less reads all anew in any case
    return trim(connection, _up_to(connection, min(seq for seq in needed if seq >= begins)))


def _up_to(connection: Connection, seq: int | None) -> State:
    """Gives the state as it is up to a row, by default the newest; one that says less than was taken out says nothing."""
    log, base = changes.c, _taken_out(connection)
    query = select(func.max(log.seq), func.count(), func.sum(log.nonce))
    newest, rows, nonces = connection.execute(query if seq is None else query.where(log.seq <= seq)).one()
    if seq is not None and seq < base.seq:
        return NOTHING
    return State(int(newest or base.seq), base.rows + int(rows), base.nonces + int(nonces or 0))


def _taken_out(connection: Connection) -> State:
    kept = marks.get(connection, MARK)
    return NOTHING if kept is None else State(*map(int, kept.split()))
