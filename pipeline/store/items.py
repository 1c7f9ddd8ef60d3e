"""The auditor's view of every article: date, cluster, labels and predictions joined."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
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
PREDICTION: Final = (predictions.c.topics, predictions.c.scores)
COUNTING = ("certain", "probable")  # date states that count in a phase


@dataclass(frozen=True, slots=True)
class Known:
    """What an auditor's columns say of one article: people's words, what the machine finds, and its scores, by topic."""

    said: Mapping[str, bool]
    machine: frozenset[str]
    scores: Mapping[str, float]  # in the order of the topics' ids


def some(connection: Connection, model: str, codebook: str, ids: Collection[str]) -> dict[str, AuditItem]:
    """Gives articles as the auditor sees them, by id, in the order of their ids; but for what people said of them."""
    return _of(connection, _query(model, codebook, PREDICTION), ids, lambda row: _known(row, NOTHING))


def known(connection: Connection, model: str, codebook: str, columns: Mapping[str, Known]) -> dict[str, AuditItem]:
    """Gives the same of articles of which the columns are known: the longest documents of a store are left unread."""
    return _of(connection, _query(model, codebook, ()), columns, lambda row: columns[row.id])


def audit_items(connection: Connection, model: str, codebook: str) -> Iterator[AuditItem]:
    """Yields every article that still is one as the auditor sees it, ordered by stored day, then id; undated ones last.

    Predictions are those of one model under one codebook for the present text; an article it has not read has none. An
    article whose date is doubtful has no day.
    """
    said = labels.current(connection)
    everything = _query(model, codebook, PREDICTION)
    for where, order in (
        (articles.c.day.is_not(None), (articles.c.day, articles.c.id)),
        (articles.c.day.is_(None), (articles.c.id,)),
    ):
        query = everything.where(where).order_by(*order)
        for row in connection.execute(query, execution_options={"yield_per": BATCH}):
            yield _item(row, _known(row, said.get(row.id, NOTHING)))


def _of(
    connection: Connection, query: Select[Any], ids: Collection[str], told: Callable[[Any], Known]
) -> dict[str, AuditItem]:
    found: dict[str, AuditItem] = {}
    for part in batches(sorted(ids)):
        own = query.where(articles.c.id.in_(part)).order_by(articles.c.id)
        found |= {row.id: _item(row, told(row)) for row in connection.execute(own)}
    return found


def _query(model: str, codebook: str, prediction: Iterable[Any]) -> Select[Any]:
    return (
        select(*TOLD, cluster_of().label("cluster"), predictions.c.evidence, *prediction)
        .outerjoin(clusters, clusters.c.article_id == articles.c.id)
        .outerjoin(predictions, current_prediction(model, codebook))
        .where(still_article())
    )


def _known(row: Any, said: Mapping[str, bool]) -> Known:
    scores = {topic: round(score, DIGITS) for topic, score in sorted((row.scores or {}).items())}
    return Known(said, frozenset(row.topics or ()), scores)


def _item(row: Any, told: Known) -> AuditItem:
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
        verified=frozenset(topic for topic, value in told.said.items() if value),
        rejected=frozenset(topic for topic, value in told.said.items() if not value),
        machine=told.machine,
        scores=told.scores if row.evidence is not None else {},  # the model has not read it
        evidence=row.evidence or {},
        archive_sha256=row.archive_sha256,
        archive_file=row.archive_file,
        untimed=row.untimed,
        dated_by=row.dated_by,
        words=row.words,
        front=row.front,
    )
