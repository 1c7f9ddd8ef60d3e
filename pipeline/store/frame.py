"""The frame of a draw: every article that still is one, in light columns, and what reviewers have on their list already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from pipeline.readings import Purpose
from pipeline.store.predictions import current_prediction
from pipeline.store.rows import cluster_of, still_article
from pipeline.store.schema import (
    adjudications,
    articles,
    clusters,
    label_events,
    predictions,
    review_draws,
    review_queues,
)

BATCH = 2_000  # rows read at a time


@dataclass(frozen=True, slots=True)
class Framed:
    """One article that may be drawn, with what a model says of its present text."""

    article: str
    title: str
    cluster: str  # its own id where it has no twin
    scores: Mapping[str, float]  # topic -> 0 to 1


def everyone(connection: Connection) -> list[str]:
    """Gives the ids of all articles that still are, in order."""
    return list(connection.scalars(select(articles.c.id).where(still_article()).order_by(articles.c.id)))


def scored(connection: Connection, model: str, codebook: str) -> Iterator[Framed]:
    """Yields the articles whose present text a model has read under a codebook, by id."""
    query = (
        select(articles.c.id, articles.c.title, cluster_of().label("cluster"), predictions.c.scores)
        .join(predictions, current_prediction(model, codebook))
        .outerjoin(clusters, clusters.c.article_id == articles.c.id)
        .where(still_article())
        .order_by(articles.c.id)
    )
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        yield Framed(row.id, row.title, row.cluster, row.scores)


def drawn(connection: Connection, purpose: Purpose, topic: str | None = None) -> dict[tuple[str, str | None], str]:
    """Gives what the queues of a purpose have drawn: (article, topic) -> the queue, the first of several.

    With a topic only what was drawn for it.
    """
    query = (
        select(review_draws.c.article_id, review_draws.c.topic, review_draws.c.queue_id)
        .join(review_queues, review_queues.c.id == review_draws.c.queue_id)
        .where(review_queues.c.purpose == purpose)
        .order_by(review_queues.c.created.desc(), review_queues.c.id.desc())
    )
    query = query if topic is None else query.where(review_draws.c.topic == topic)
    return {(row.article_id, row.topic): row.queue_id for row in connection.execute(query)}


def waiting(connection: Connection) -> dict[tuple[str, str | None], str]:
    """Gives what waits for a reading in a queue that is open: (article, topic) -> one of its queues."""
    query = (
        select(review_draws.c.article_id, review_draws.c.topic, review_draws.c.queue_id)
        .join(review_queues, review_queues.c.id == review_draws.c.queue_id)
        .where(review_queues.c.closed.is_(None), review_draws.c.open)
        .order_by(review_draws.c.queue_id)
    )
    return {(row.article_id, row.topic): row.queue_id for row in connection.execute(query)}


def state_of_words(connection: Connection) -> tuple[int, int]:
    """Gives the newest label event and the newest adjudication, 0 for none: what a draw that looks at words depends on."""
    newest = (select(func.max(table.c.id)) for table in (label_events, adjudications))
    event, adjudication = (connection.scalar(query) or 0 for query in newest)
    return event, adjudication
