"""How reading goes: how far a queue is, who read how much and when, and what was said where the machine was shown or hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, case, func, select

from pipeline.readings import Outcome
from pipeline.store.schema import adjudications, articles, label_events, review_draws, servings

BATCH = 1_000  # rows read at a time

_draw, _event, _serving = review_draws.c, label_events.c, servings.c

# Built once: to build a statement costs more than to run it, and every article that is read runs these.
_DRAWN = select(func.max(_draw.position)).where(_draw.queue_id == bindparam("queue"))
_OPEN = select(func.count()).select_from(review_draws).where(_draw.queue_id == bindparam("queue"), _draw.open)
_SINCE = (
    select(func.count())
    .select_from(servings)
    .where(_serving.reviewer == bindparam("name"), _serving.done >= bindparam("since"), _serving.outcome == "read")
)
_ENDED = (
    select(
        _serving.id,
        _serving.reviewer,
        _serving.article_id,
        articles.c.title,
        _serving.queue_id,
        _serving.done,
        _serving.outcome,
    )
    .join(articles, articles.c.id == _serving.article_id)
    .where(_serving.done.is_not(None))
    .order_by(_serving.done.desc(), _serving.id)
)
_LAST = (  # in the order of `readings.last_read`, which an undo goes by
    _ENDED.where(_serving.reviewer == bindparam("name"), _serving.outcome == "read")
    .order_by(None)
    .order_by(_serving.done.desc(), _serving.served.desc(), _serving.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many articles a queue drew, and how many of them still want a reading."""

    drawn: int
    open: int


@dataclass(frozen=True, slots=True)
class Done:
    """One serving that has ended, and what came of it."""

    serving: str
    reviewer: str
    article: str
    title: str
    queue: str | None
    at: datetime  # UTC, of its end
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Judged:
    """One reading beside the machine's: what each said, by topic that both spoke of."""

    shown: bool  # the reviewer saw the machine's suggestion
    machine: Mapping[str, bool]
    reviewer: Mapping[str, bool]


def progress(connection: Connection, queue: str) -> Progress:
    """Counts a queue; its positions are 1, 2, 3, … without a gap, as `queues.add` gives them."""
    asked = {"queue": queue}
    return Progress(connection.scalar(_DRAWN, asked) or 0, connection.scalar(_OPEN, asked) or 0)


def read_since(connection: Connection, reviewer: str, since: datetime) -> int:
    """Counts the readings that a reviewer ended from `since` on and that stand."""
    return connection.scalar(_SINCE, {"name": reviewer, "since": since}) or 0


def last(connection: Connection, reviewer: str) -> Done | None:
    """Gives the reviewer's newest reading that stands: the one that an undo takes back."""
    row = connection.execute(_LAST, {"name": reviewer}).one_or_none()
    return None if row is None else Done(*row)


def ended(connection: Connection, *, reviewer: str | None = None, limit: int | None = None) -> list[Done]:
    """Gives what ended, the newest first; of one reviewer or of all."""
    query = _ENDED.limit(limit)
    query = query if reviewer is None else query.where(_serving.reviewer == reviewer)
    return [Done(*row) for row in connection.execute(query)]


def ends(connection: Connection) -> Iterator[tuple[str, datetime, Outcome]]:
    """Yields reviewer, instant and outcome of all that ended."""
    query = select(_serving.reviewer, _serving.done, _serving.outcome).where(_serving.done.is_not(None))
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        yield row.reviewer, row.done, row.outcome


def disputed(connection: Connection) -> list[str]:
    """Gives the articles on which words differ, of one topic, or a lead has spoken: all that may have to be settled, by id."""
    yes = func.sum(case((_event.value, 1), else_=0))
    parted = select(_event.article_id).where(_event.value.is_not(None)).group_by(_event.article_id, _event.topic)
    parted = parted.having(and_(yes > 0, yes < func.count()))
    decided = select(adjudications.c.article_id)
    return sorted({*connection.scalars(parted), *connection.scalars(decided)})


def judged(connection: Connection) -> Iterator[Judged]:
    """Yields the readings of articles of which the machine had spoken, shown or not, in the order of their ids."""
    words = _words(connection)
    query = select(_serving.id, _serving.suggestion_shown, _serving.suggestions).order_by(_serving.id)
    for row in connection.execute(query.where(_serving.outcome == "read"), execution_options={"yield_per": BATCH}):
        said = words.get(row.id, {})
        machine = {each["topic"]: bool(each["decided"]) for each in row.suggestions if each["topic"] in said}
        if machine:
            yield Judged(row.suggestion_shown, machine, {topic: said[topic] for topic in machine})


def _words(connection: Connection) -> dict[str, dict[str, bool]]:
    """Gives what was said in each reading: serving -> topic -> word; a corrected word counts as it was corrected."""
    query = select(_event.serving_id, _event.topic, _event.value).order_by(_event.id)
    said: dict[str, dict[str, bool]] = {}
    spoken = query.where(_event.serving_id.is_not(None), _event.origin == "review", _event.value.is_not(None))
    for row in connection.execute(spoken, execution_options={"yield_per": BATCH}):
        said.setdefault(row.serving_id, {})[row.topic] = row.value
    return said
