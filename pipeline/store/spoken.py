"""What people had said by a state: words, and which of them came from readings that a chance design drew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, and_, exists, false, func, select

from pipeline.store.schema import adjudications, label_events, review_draws, review_queues, servings

ID: Final = "S16"
BY_CHANCE: Final = ("uniform", "strata")  # purposes of queues whose draws are a sample


@dataclass(frozen=True, slots=True)
class Said:
    """A state of all that people said: what came after these numbers was not known yet."""

    event: int  # id of the newest label event; 0 where there is none
    adjudication: int
    ended: datetime | None  # when the newest reading ended or was skipped
    draws: tuple[tuple[str, int], ...] = ()  # last position of every queue that draws by chance, by the queue's id


@dataclass(frozen=True, slots=True)
class Words:
    """Present words, and what the sample consists of. The arrays of each group are as long as each other."""

    articles: NDArray[np.bytes_]  # of each word
    topics: NDArray[np.int64]  # place in the topics that were asked for
    values: NDArray[np.int8]
    chosen: NDArray[np.bytes_]  # articles that were drawn by chance and read
    chosen_topics: NDArray[np.int64]  # -1 where the whole article was drawn
    skipped: NDArray[np.bytes_]  # articles that were drawn by chance, which somebody refused and nobody has read


def now(connection: Connection) -> Said:
    """Gives the present state."""
    event, adjudication = (
        connection.scalar(select(func.max(table.c.id))) or 0 for table in (label_events, adjudications)
    )
    last = select(review_draws.c.queue_id, func.max(review_draws.c.position)).group_by(review_draws.c.queue_id)
    by_chance = select(review_queues.c.id).where(review_queues.c.purpose.in_(BY_CHANCE))
    rows = connection.execute(last.where(review_draws.c.queue_id.in_(by_chance)).order_by(review_draws.c.queue_id))
    ended = connection.scalar(select(func.max(servings.c.done)))
    return Said(event, adjudication, ended, tuple((queue, position) for queue, position in rows))


@dataclass(frozen=True, slots=True)
class Uniform:
    """What uniform designs drew by a state."""

    rate: float  # the widest; 0 where nothing was drawn
    articles: NDArray[np.bytes_]


def uniform(connection: Connection, said: Said, seed: int) -> Uniform:
    """Gives the uniform sample of a seed as it was drawn by a state."""
    last = dict(said.draws)
    rate, drawn = 0.0, set[str]()
    query = select(review_queues.c.id, review_queues.c.design).where(review_queues.c.purpose == "uniform")
    for queue, design in connection.execute(query.order_by(review_queues.c.id)):
        if queue in last and design.get("seed") == seed:
            rate = max(rate, float(design.get("rate", 0.0)))
            own = (review_draws.c.queue_id == queue, review_draws.c.position <= last[queue])
            drawn.update(connection.scalars(select(review_draws.c.article_id).where(*own)))
    return Uniform(rate, np.array(sorted(drawn), dtype=ID))


def twice(connection: Connection, said: Said) -> list[tuple[str, str, str, bool]]:
    """Gives the words of readings that were independent of each other: topic, article, reviewer, value, in a fixed order.

    They are those of draws that wanted two readers, said before any adjudication was seen; of a reviewer's several words the
    newest counts.
    """
    event, served = label_events.c, servings.c
    place = and_(review_draws.c.queue_id == served.queue_id, review_draws.c.position == served.position)
    undone = and_(served.outcome == "undone", _ended(said))
    double = (
        select(served.id)
        .join(review_draws, place)
        .where(review_draws.c.wanted > 1, served.outcome.in_(("read", "undone")), ~undone)
    )
    age = func.row_number().over(
        partition_by=(event.article_id, event.topic, event.reviewer), order_by=(event.at.desc(), event.id.desc())
    )
    ranked = (
        select(event.topic, event.article_id, event.reviewer, event.value, age.label("age"))
        .where(event.id <= said.event, event.serving_id.in_(double), event.origin.in_(("review", "codebook")))
        .subquery()
    )
    word = ranked.c
    query = select(word.topic, word.article_id, word.reviewer, word.value).where(word.age == 1, word.value.is_not(None))
    rows = connection.execute(query.order_by(word.topic, word.article_id, word.reviewer))
    return [(row.topic, row.article_id, row.reviewer, row.value) for row in rows]


def words(connection: Connection, said: Said | None, topics: Sequence[str]) -> Words:
    """Reads what had been said by a state, by default the present one."""
    said = said or now(connection)
    place = {topic: number for number, topic in enumerate(topics)}
    present = _present(connection, said, place)
    chosen = [(article, -1 if topic is None else place[topic]) for article, topic in _chosen(connection, said, place)]
    read = {article for article, _ in chosen}
    refused = sorted({article for article in _refused(connection, said) if article not in read})
    return Words(
        articles=np.array([article for article, _ in present], dtype=ID),
        topics=np.array([place[topic] for _, topic in present], dtype=np.int64),
        values=np.array([int(value) for value in present.values()], dtype=np.int8),
        chosen=np.array([article for article, _ in chosen], dtype=ID),
        chosen_topics=np.array([number for _, number in chosen], dtype=np.int64),
        skipped=np.array(refused, dtype=ID),
    )


def _present(connection: Connection, said: Said, topics: Mapping[str, int]) -> dict[tuple[str, str], bool]:
    """Gives the label of every article and topic by the rules of the view `current_labels`, as of a state."""
    event, word = label_events.c, adjudications.c
    own = func.row_number().over(
        partition_by=(event.article_id, event.topic, event.reviewer), order_by=(event.at.desc(), event.id.desc())
    )
    spoken = select(event.article_id, event.topic, event.value, event.at, event.id, own.label("age"))
    spoken_until = spoken.where(event.id <= said.event).subquery()
    newest = spoken_until.c
    among = func.row_number().over(
        partition_by=(newest.article_id, newest.topic), order_by=(newest.at.desc(), newest.id.desc())
    )
    standing = (
        select(newest.article_id, newest.topic, newest.value, among.label("place"))
        .where(newest.age == 1, newest.value.is_not(None))
        .subquery()
    )
    last = func.row_number().over(partition_by=(word.article_id, word.topic), order_by=(word.at.desc(), word.id.desc()))
    settled = select(word.article_id, word.topic, word.value, last.label("place")).where(word.id <= said.adjudication)
    found: dict[tuple[str, str], bool] = {}
    for rows in (standing, settled.subquery()):  # a lead's word stands above the others
        query = select(rows.c.article_id, rows.c.topic, rows.c.value).where(rows.c.place == 1)
        for article, topic, value in connection.execute(query.order_by(rows.c.article_id, rows.c.topic)):
            if topic in topics:
                found[article, topic] = value
    return found


def _chosen(connection: Connection, said: Said, topics: Mapping[str, int]) -> list[tuple[str, str | None]]:
    """Gives what was drawn by chance and read: (article, topic), None for the whole article."""
    served = servings.c
    spoke = exists().where(
        label_events.c.serving_id == served.id, label_events.c.id <= said.event, label_events.c.origin != "undo"
    )
    undone = and_(served.outcome == "undone", _ended(said))
    query = _by_chance(served.article_id, review_draws.c.topic).where(
        served.outcome.in_(("read", "undone")), spoke, ~undone
    )
    found = {(row[0], row[1]) for row in connection.execute(query) if row[1] is None or row[1] in topics}
    return sorted(found, key=lambda each: (each[0], each[1] or ""))


def _refused(connection: Connection, said: Said) -> Any:
    return connection.scalars(_by_chance(servings.c.article_id).where(servings.c.outcome == "skipped", _ended(said)))


def _ended(said: Said) -> Any:
    return servings.c.done <= said.ended if said.ended is not None else false()


def _by_chance(*columns: Any) -> Any:
    place = and_(review_draws.c.queue_id == servings.c.queue_id, review_draws.c.position == servings.c.position)
    return (
        select(*columns)
        .join(review_draws, place)
        .join(review_queues, review_queues.c.id == review_draws.c.queue_id)
        .where(review_queues.c.purpose.in_(BY_CHANCE), review_draws.c.inclusion_probability.is_not(None))
    )
