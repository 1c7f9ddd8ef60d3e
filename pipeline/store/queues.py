"""Review queues: designs, the articles that they drew, and who has which of them on the desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, exists, func, or_, select, update

from pipeline.readings import Draw, Queue
from pipeline.store.schema import review_draws, review_queues, servings
from pipeline.store.upsert import insert_missing

BATCH = 1_000  # draws read at a time

_draw = review_draws.c


@dataclass(frozen=True, slots=True)
class QueueState:
    """How far a queue is: draws in all, those that still want a reading, and those left for the reviewer who asks."""

    queue: Queue
    draws: int
    open: int
    left: int  # of the open ones, those that the reviewer has neither read nor skipped
    mine: int  # readings by the reviewer


def create(connection: Connection, queue: Queue) -> None:
    """Keeps a design; one of the same id stays as it is."""
    row = {
        "id": queue.id,
        "purpose": queue.purpose,
        "design": dict(queue.design),
        "codebook": queue.codebook,
        "model": queue.model,
        "created": queue.created,
        "closed": queue.closed,
    }
    insert_missing(connection, review_queues, [row])


def close(connection: Connection, identity: str, at: datetime) -> bool:
    """Serves a queue no longer; its draws stay. Gives False where it is closed already or was never there."""
    open_one = and_(review_queues.c.id == identity, review_queues.c.closed.is_(None))
    return connection.execute(update(review_queues).where(open_one).values(closed=at)).rowcount == 1


def get(connection: Connection, identity: str) -> Queue | None:
    """Gives one design; None where the store does not have it."""
    row = connection.execute(_DESIGN, {"id": identity}).one_or_none()
    return None if row is None else _queue(row)


def states(connection: Connection, reviewer: str = "", *, closed: bool = False) -> list[QueueState]:
    """Gives the open queues, with `closed` the others too, the oldest first, each with how far it is."""
    counted = {
        row.queue_id: row
        for row in connection.execute(
            select(
                _draw.queue_id, func.count().label("all"), func.sum(case((_draw.open, 1), else_=0)).label("open")
            ).group_by(_draw.queue_id)
        )
    }
    passed = _passed(reviewer)
    seen = {
        row.queue_id: row.n
        for row in connection.execute(
            select(_draw.queue_id, func.count().label("n")).where(_draw.open, passed).group_by(_draw.queue_id)
        )
    }
    read = {
        row.queue_id: row.n
        for row in connection.execute(
            select(servings.c.queue_id, func.count().label("n"))
            .where(servings.c.reviewer == reviewer, servings.c.outcome == "read")
            .group_by(servings.c.queue_id)
        )
    }
    query = select(review_queues).order_by(review_queues.c.created, review_queues.c.id)
    found = [_queue(row) for row in connection.execute(query)]
    return [
        QueueState(
            queue=queue,
            draws=int(counted[queue.id].all) if queue.id in counted else 0,
            open=(waiting := int(counted[queue.id].open) if queue.id in counted else 0),
            left=waiting - seen.get(queue.id, 0),
            mine=read.get(queue.id, 0),
        )
        for queue in found
        if closed or queue.closed is None
    ]


def add(connection: Connection, drawn: Sequence[Draw]) -> int:
    """Appends draws to their queues in the order given; an article that a queue has for the same topic is passed over.

    Positions are given here, after the last one of the queue. Gives how many are new.
    """
    new: list[dict[str, Any]] = []
    there: dict[str, set[tuple[str, str | None]]] = {}
    last: dict[str, int] = {}
    for draw in drawn:
        if draw.queue not in there:
            rows = connection.execute(select(_draw.article_id, _draw.topic).where(_draw.queue_id == draw.queue)).all()
            there[draw.queue] = {(row.article_id, row.topic) for row in rows}
            last[draw.queue] = (
                connection.scalar(select(func.max(_draw.position)).where(_draw.queue_id == draw.queue)) or 0
            )
        key = (draw.article, draw.topic)
        if key in there[draw.queue]:
            continue
        there[draw.queue].add(key)
        last[draw.queue] += 1
        new.append(_row(draw, last[draw.queue]))
    insert_missing(connection, review_draws, new)
    return len(new)


def draws(connection: Connection, queue: str) -> Iterator[Draw]:
    """Yields what a queue drew, in the order of serving."""
    query = select(review_draws).where(_draw.queue_id == queue).order_by(_draw.position)
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        yield _read(row)


def one(connection: Connection, queue: str, position: int) -> Draw:
    """Gives one draw, which must be there."""
    return _read(connection.execute(_ONE, _at(queue, position)).one())


def lease(connection: Connection, queue: str, reviewer: str, at: datetime, until: datetime) -> Draw | None:
    """Gives the reviewer the next draw of a queue, theirs until `until`; None where nothing is left for them.

    What they have on the desk already comes first. A draw that another has on the desk, or that they have read or skipped
    themselves, is passed over.
    """
    asked = {"queue": queue, "name": reviewer, "now": at}
    row = connection.execute(_MINE, asked).one_or_none() or connection.execute(_FREE, asked).one_or_none()
    if row is None:
        return None
    connection.execute(_PLACE, _at(queue, row.position) | {"leased_to": reviewer, "leased_until": until})
    return _read(row)


def give_back(connection: Connection, queue: str, position: int) -> None:
    """Takes a draw from the desk of whoever has it, unread."""
    connection.execute(_PLACE, _at(queue, position) | {"leased_to": None, "leased_until": None})


def shut(connection: Connection, queue: str, position: int) -> None:
    """Serves a draw no longer, however many readings it wanted."""
    connection.execute(_PLACE, _at(queue, position) | {"open": False, "leased_to": None, "leased_until": None})


def count_reading(connection: Connection, queue: str, position: int, change: int) -> None:
    """Counts one reading more (1) or one less (-1); a draw that has all it wants is served no more."""
    connection.execute(_COUNT, _at(queue, position) | {"change": change})


def _passed(reviewer: Any) -> Any:
    """Gives the condition that the reviewer has read or skipped a draw."""
    mine = and_(servings.c.queue_id == _draw.queue_id, servings.c.position == _draw.position)
    return exists().where(mine, servings.c.reviewer == reviewer, servings.c.outcome.in_(("read", "skipped")))


# Built once: to build a statement costs more than to run it, and every article that is read runs these.
_NAME: Any = bindparam("name")
_NOW: Any = bindparam("now", type_=_draw.leased_until.type)
_QUEUE: Any = bindparam("queue")
_HERE = (_draw.queue_id == _QUEUE, _draw.position == bindparam("place"))
_DESIGN = select(review_queues).where(review_queues.c.id == bindparam("id"))
_ONE = select(review_draws).where(*_HERE)
_WAITING = (
    select(review_draws)
    .where(_draw.queue_id == _QUEUE, _draw.open, ~_passed(_NAME))
    .order_by(_draw.position)
    .limit(1)
    .with_for_update(skip_locked=True, of=review_draws)
)
_ON_DESK = and_(servings.c.queue_id == _QUEUE, servings.c.reviewer == _NAME, servings.c.done.is_(None))
_MINE = _WAITING.where(_draw.leased_to == _NAME, _draw.position.in_(select(servings.c.position).where(_ON_DESK)))
_FREE = _WAITING.where(or_(_draw.leased_until.is_(None), _draw.leased_until < _NOW, _draw.leased_to == _NAME))
_PLACE = update(review_draws).where(*_HERE)
_DONE = _draw.done + bindparam("change")
_COUNT = _PLACE.values(done=_DONE, open=_draw.wanted > _DONE, leased_to=None, leased_until=None)


def _at(queue: str, position: int) -> dict[str, Any]:
    return {"queue": queue, "place": position}


def _row(draw: Draw, position: int) -> dict[str, Any]:
    return {
        "queue_id": draw.queue,
        "position": position,
        "article_id": draw.article,
        "topic": draw.topic,
        "stratum": draw.stratum,
        "inclusion_probability": draw.inclusion_probability,
        "score": draw.score,
        "threshold": draw.threshold,
        "model": draw.model,
        "codebook": draw.codebook,
        "blind": draw.blind,
        "wanted": draw.wanted,
        "done": draw.done,
        "open": draw.done < draw.wanted,
        "leased_to": None,
        "leased_until": None,
    }


def _read(row: Any) -> Draw:
    return Draw(
        queue=row.queue_id,
        position=row.position,
        article=row.article_id,
        codebook=row.codebook,
        topic=row.topic,
        stratum=row.stratum,
        inclusion_probability=row.inclusion_probability,
        score=row.score,
        threshold=row.threshold,
        model=row.model,
        blind=row.blind,
        wanted=row.wanted,
        done=row.done,
    )


def _queue(row: Any) -> Queue:
    return Queue(
        id=row.id,
        purpose=row.purpose,
        design=row.design,
        codebook=row.codebook,
        created=row.created,
        model=row.model,
        closed=row.closed,
    )
