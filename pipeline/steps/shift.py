"""Shift: one reviewer's day at one queue: how far it is, how much was read today, and what an undo would take back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from crawlers.dates import LOCAL_TZ, local_day
from pipeline.errors import InputError
from pipeline.readings import Queue
from pipeline.store import Store, queues, readings, shifts


@dataclass(frozen=True, slots=True)
class Last:
    """The reviewer's newest reading that stands."""

    serving: str
    title: str  # of its article
    queue: str | None
    at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class Shift:
    """Where a reviewer stands."""

    queue: Queue | None  # None: the article was opened by hand
    drawn: int
    open: int  # of the drawn, those that still want a reading
    today: int  # readings by the reviewer since midnight in Vietnam, of any queue
    last: Last | None


def shift_of(store: Store, reviewer: str, at: datetime, queue: str | None = None) -> Shift:
    """Tells where a reviewer stands, at a queue where one is named."""
    with store.read() as connection:
        design = queues.get(connection, queue) if queue else None
        counted = shifts.progress(connection, queue) if queue else shifts.Progress(0, 0)
        today = shifts.read_since(connection, reviewer, datetime.combine(local_day(at), time(), LOCAL_TZ))
        last = shifts.last(connection, reviewer)
    told = Last(last.serving, last.title, last.queue, last.at) if last else None
    return Shift(design, counted.drawn, counted.open, today, told)


def put_back(store: Store, serving: str, reviewer: str) -> None:
    """Gives an article that lies on the reviewer's desk back to its queue, unread; what was opened by hand just closes.

    Raises:
        InputError: no such serving of this reviewer.
    """
    with store.begin() as connection:
        found = readings.get(connection, serving)
        if found is None or found.reviewer != reviewer:
            raise InputError(
                f"reading {serving}: not one of yours; open the queue again",
                f"lượt đọc {serving}: không phải của anh/chị; hãy mở lại hàng đợi",
            )
        if found.outcome is None and found.queue and found.position:
            queues.give_back(connection, found.queue, found.position)
