"""Labels that come from a file with all that the store keeps of them: queues, draws, servings and adjudications beside the events.

Events themselves are appended by `labels.append`, to which the same word twice is one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from pipeline.readings import Draw, Queue, Serving
from pipeline.store import queues, readings
from pipeline.store.readings import Adjudication
from pipeline.store.schema import review_draws, review_queues, servings
from pipeline.store.upsert import batches, insert_missing

Place = tuple[str, int]  # queue, position


@dataclass(frozen=True, slots=True)
class Places:
    """Where the draws of a file stand in this store: a queue that both have may have grown in another order."""

    here: Mapping[Place, int]  # place in the file -> position
    new: frozenset[Place]  # in the file, those that the store did not have


def shut_draws(connection: Connection) -> set[Place]:
    """Gives the draws that are served no more although readings are missing: their topic has ended."""
    draw = review_draws.c
    query = select(draw.queue_id, draw.position).where(draw.open.is_(False), draw.done < draw.wanted)
    return {(row.queue_id, row.position) for row in connection.execute(query)}


def known_queues(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Gives those of the queues that the store has."""
    known = review_queues.c.id
    return {found for part in batches(ids) for found in connection.scalars(select(known).where(known.in_(part)))}


def restore_queues(connection: Connection, made: Sequence[Queue], drawn: Sequence[Draw]) -> Places:
    """Keeps queues of another store with what they drew, nothing of it read yet; what is there stays as it is."""
    for queue in made:
        queues.create(connection, queue)
    ordered = sorted(drawn, key=lambda draw: (draw.queue, draw.position))
    before = _standing(connection, ordered)
    queues.add(connection, [replace(draw, done=0) for draw in ordered])
    after = _standing(connection, ordered)
    return Places(
        {(draw.queue, draw.position): after[_what(draw)] for draw in ordered},
        frozenset((draw.queue, draw.position) for draw in ordered if _what(draw) not in before),
    )


def shut(connection: Connection, drawn: Collection[Place], places: Places) -> None:
    """Serves those draws of a file that are new here no longer, as their store did."""
    for queue, position in sorted(places.new.intersection(drawn)):
        queues.shut(connection, queue, places.here[queue, position])


def restore_servings(connection: Connection, made: Sequence[Serving], places: Places) -> int:
    """Keeps servings of another store, and gives how many are new; what is there stays as it is.

    A queue and position that this store has not drawn are left out: they would
    lead nowhere. Where it has drawn them, a reading that stands counts, so that nobody is asked to read what has been read.
    """
    made = [replace(each, position=_here(each, places)) for each in made]
    drawn = {
        (row.queue_id, row.position, row.article_id)
        for part in batches({each.queue for each in made if each.queue})
        for row in connection.execute(select(review_draws).where(review_draws.c.queue_id.in_(part)))
    }
    there = known_servings(connection, [each.id for each in made])
    rows = [readings.row_of(each) for each in made if each.id not in there]
    for row in rows:
        if (row["queue_id"], row["position"], row["article_id"]) not in drawn:
            row.update(queue_id=None, position=None)
    insert_missing(connection, servings, rows)
    for row in rows:
        if row["queue_id"] is not None and row["outcome"] == "read":
            queues.count_reading(connection, row["queue_id"], row["position"], 1)
    return len(rows)


def known_servings(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Gives those of the servings that the store has."""
    return {
        found
        for part in batches(ids)
        for found in connection.scalars(select(servings.c.id).where(servings.c.id.in_(part)))
    }


def add_adjudications(connection: Connection, made: Sequence[Adjudication]) -> int:
    """Appends a lead's words that the store does not have, and gives how many they are."""
    there = set(readings.adjudicated(connection))
    missing = [each for each in dict.fromkeys(made) if each not in there]
    readings.adjudicate(connection, missing)
    return len(missing)


def _what(draw: Draw) -> tuple[str, str, str | None]:
    return draw.queue, draw.article, draw.topic


def _standing(connection: Connection, drawn: Sequence[Draw]) -> dict[tuple[str, str, str | None], int]:
    """Gives the positions of all that the queues of some draws hold."""
    named = sorted({draw.queue for draw in drawn})
    return {_what(draw): draw.position for queue in named for draw in queues.draws(connection, queue)}


def _here(serving: Serving, places: Places) -> int | None:
    if serving.queue is None or serving.position is None:
        return serving.position
    return places.here.get((serving.queue, serving.position), serving.position)
