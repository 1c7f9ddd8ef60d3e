"""What models say of articles: scores of every topic, by article, content, model and codebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, select

from pipeline.records import Prediction, StoredArticle
from pipeline.store.packed import pack
from pipeline.store.rows import still_article, stored_article, stored_articles
from pipeline.store.schema import articles, predictions
from pipeline.store.upsert import upsert

BATCH = 500  # rows read at a time


def pending(connection: Connection, model: str, codebook: str, first_id: str, last_id: str) -> Iterator[StoredArticle]:
    """Yields the articles of an id range (both ends included) that the model has not read in their present text."""
    query = (
        stored_articles()
        .where(articles.c.id >= first_id, articles.c.id <= last_id)
        .where(still_article(), ~exists().where(current_prediction(model, codebook)))
        .order_by(articles.c.id)
    )
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        yield stored_article(row)


def save(connection: Connection, made: Sequence[Prediction]) -> None:
    """Stores predictions; one of the same article, content, model and codebook replaces the older."""
    upsert(connection, predictions, [_row(prediction) for prediction in made])


def load(connection: Connection, model: str, codebook: str) -> dict[str, Prediction]:
    """Gives the predictions for the present text of every article: article id -> prediction."""
    return {prediction.article: prediction for prediction in stream(connection, model, codebook)}


def of(connection: Connection, article: str, model: str, codebook: str) -> Prediction | None:
    """Gives the prediction for the present text of one article; None where the model has not read it."""
    query = select(predictions).join(articles, current_prediction(model, codebook)).where(articles.c.id == article)
    row = connection.execute(query).one_or_none()
    return None if row is None else _prediction(row)


def stream(connection: Connection, model: str, codebook: str) -> Iterator[Prediction]:
    """Yields the predictions for the present text of every article that still is one, ordered by article id."""
    query: Select[Any] = (
        select(predictions)
        .join(articles, current_prediction(model, codebook))
        .where(still_article())
        .order_by(predictions.c.article_id)
    )
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        yield _prediction(row)


def current_prediction(model: str, codebook: str) -> Any:
    """Gives the condition that joins an article with the prediction for its present text."""
    return and_(
        predictions.c.model == model,
        predictions.c.codebook == codebook,
        predictions.c.article_id == articles.c.id,
        predictions.c.content_hash == articles.c.content_hash,
    )


def _prediction(row: Any) -> Prediction:
    return Prediction(
        article=row.article_id,
        content_hash=row.content_hash,
        model=row.model,
        codebook=row.codebook,
        scores=row.scores,
        topics=tuple(row.topics),
        evidence=row.evidence,
    )


def _row(prediction: Prediction) -> dict[str, object]:
    return {
        "model": prediction.model,
        "codebook": prediction.codebook,
        "article_id": prediction.article,
        "content_hash": prediction.content_hash,
        "topics": list(prediction.topics),
        "scores": dict(prediction.scores),
        "evidence": dict(prediction.evidence),
        "packed": pack(prediction.scores, prediction.topics),
    }
