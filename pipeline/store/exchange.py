"""Labels that come from a file with all that the store keeps of them: servings and adjudications beside the events.

Events themselves are appended by `labels.append`, to which the same word twice is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

from sqlalchemy import Connection, select

from pipeline.readings import Serving
from pipeline.store import queues, readings
from pipeline.store.readings import Adjudication
from pipeline.store.schema import review_draws, servings
from pipeline.store.upsert import batches, insert_missing


def restore_servings(connection: Connection, made: Sequence[Serving]) -> int:
    """Keeps servings of another store, and gives how many are new; what is there stays as it is.

    A queue and position that this store has not drawn are left out: they would lead nowhere. Where it has drawn them, a
    reading that stands counts, so that nobody is asked to read what has been read.
    """
    drawn = {
        (row.queue_id, row.position, row.article_id)
        for part in batches({each.queue for each in made if each.queue})
        for row in connection.execute(select(review_draws).where(review_draws.c.queue_id.in_(part)))
    }
    there = known_servings(connection, [each.id for each in made])
    rows = [
        _row(each, placed=(each.queue, each.position, each.article) in drawn) for each in made if each.id not in there
    ]
    insert_missing(connection, servings, rows)
    for row in rows:
        if row["queue_id"] is not None and row["outcome"] == "read":
            queues.count_reading(connection, str(row["queue_id"]), cast("int", row["position"]), 1)
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


def _row(serving: Serving, *, placed: bool) -> dict[str, object]:
    return {
        "id": serving.id,
        "queue_id": serving.queue if placed else None,
        "position": serving.position if placed else None,
        "article_id": serving.article,
        "topic": serving.topic,
        "reviewer": serving.reviewer,
        "served": serving.served,
        "base": serving.base,
        "second": serving.second,
        "suggestion_shown": serving.suggestion_shown,
        "suggestions": [asdict(each) for each in serving.suggestions],
        "codebook": serving.codebook,
        "model": serving.model,
        "done": serving.done,
        "outcome": serving.outcome,
    }
