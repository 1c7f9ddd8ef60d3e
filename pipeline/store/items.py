"""The auditor's view of every article: date, cluster, labels and predictions joined."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from pipeline.audits import AuditItem
from pipeline.store import labels
from pipeline.store.predictions import current_prediction
from pipeline.store.rows import cluster_of, still_article
from pipeline.store.schema import articles, clusters, predictions
from pipeline.store.upsert import batches

BATCH = 1_000  # rows read at a time
DIGITS: Final = 4  # of a score
TOLD: Final = (  # of an article; its times and texts are left where they are
    *(articles.c.id, articles.c.outlet_id, articles.c.channel, articles.c.url, articles.c.title, articles.c.day),
    *(articles.c.date_state, articles.c.media_s, articles.c.archive_sha256, articles.c.archive_file),
    *(articles.c.untimed, articles.c.dated_by, articles.c.words, articles.c.front),
)
NOTHING: Final[Mapping[str, Any]] = {}
COUNTING = ("certain", "probable")  # date states that count in a phase


def some(
    connection: Connection,
    model: str,
    codebook: str,
    ids: Collection[str],
    said: Mapping[str, Mapping[str, bool]] = NOTHING,
) -> dict[str, AuditItem]:
    """Gives articles as the auditor sees them, by id, in the order of their ids.

    Of what people said of them it knows what is handed to it: article -> topic -> word.
    """
    found: dict[str, AuditItem] = {}
    for part in batches(sorted(ids)):
        query = _query(model, codebook).where(articles.c.id.in_(part)).order_by(articles.c.id)
        found |= {row.id: _item(row, said.get(row.id, NOTHING)) for row in connection.execute(query)}
    return found


def audit_items(connection: Connection, model: str, codebook: str) -> Iterator[AuditItem]:
    """Yields every article that still is one as the auditor sees it, ordered by stored day, then id; undated ones last.

    Predictions are those of one model under one codebook for the present text; an article it has not read has none. An
    article whose date is doubtful has no day.
    """
    said = labels.current(connection)
    everything = _query(model, codebook)
    for where, order in (
        (articles.c.day.is_not(None), (articles.c.day, articles.c.id)),
        (articles.c.day.is_(None), (articles.c.id,)),
    ):
        query = everything.where(where).order_by(*order)
        for row in connection.execute(query, execution_options={"yield_per": BATCH}):
            yield _item(row, said.get(row.id, {}))


def _query(model: str, codebook: str) -> Select[Any]:
    prediction = (predictions.c.topics, predictions.c.scores, predictions.c.evidence)
    return (
        select(*TOLD, cluster_of().label("cluster"), *prediction)
        .outerjoin(clusters, clusters.c.article_id == articles.c.id)
        .outerjoin(predictions, current_prediction(model, codebook))
        .where(still_article())
    )


def _item(row: Any, said: Mapping[str, bool]) -> AuditItem:
    return AuditItem(
        article=row.id,
        outlet=row.outlet_id,
        channel=row.channel,
        url=row.url,
        title=row.title,
        day=row.day if row.date_state in COUNTING else None,
        date_state=row.date_state,
        cluster=row.cluster,
        minutes=row.media_s / 60,
        verified=frozenset(topic for topic, value in said.items() if value),
        rejected=frozenset(topic for topic, value in said.items() if not value),
        machine=frozenset(row.topics or ()),
        scores={topic: round(score, DIGITS) for topic, score in sorted((row.scores or {}).items())},
        evidence=row.evidence or {},
        archive_sha256=row.archive_sha256,
        archive_file=row.archive_file,
        untimed=row.untimed,
        dated_by=row.dated_by,
        words=row.words,
        front=row.front,
    )
