"""What models say of articles: scores of every topic, by article, content, model and codebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, select

from pipeline.records import Prediction, lead_and_body
from pipeline.store.packed import pack_all
from pipeline.store.rows import still_article
from pipeline.store.schema import article_revisions, articles, predictions, words
from pipeline.store.types import dump_json
from pipeline.store.upsert import batches, upsert_ready

BATCH = 500  # rows read at a time


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles are meant: those of some outlets, of some local days, both included; by default all of them."""

    outlets: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def conditions(self) -> list[Any]:
        """Gives the conditions on `articles`; with a day, undated articles are left out."""
        table = articles.c
        return [
            still_article(),
            *([table.outlet_id.in_(self.outlets)] if self.outlets else []),
            *([table.day >= self.since] if self.since is not None else []),
            *([table.day <= self.until] if self.until is not None else []),
        ]


EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Of the articles that were selected: how many there are, and which the model has not read in their present text."""

    selected: int
    ids: tuple[str, ...]  # ordered
    texts: int  # different texts among them
    uncut: int  # of these texts, those whose words are not kept


@dataclass(frozen=True, slots=True)
class Unread:
    """An article that a model is to read, and the hash of its present text."""

    id: str
    content_hash: str


def pending(
    connection: Connection,
    model: str,
    codebook: str,
    ends: tuple[str, str],
    selection: Selection = EVERYTHING,
    most: int | None = None,
) -> list[Unread]:
    """Gives the first articles, by id, of an id range (both ends included) that the model has not read in their present text."""
    query = (
        select(articles.c.id, articles.c.content_hash)
        .where(articles.c.id >= ends[0], articles.c.id <= ends[1])
        .where(~exists().where(current_prediction(model, codebook)), *selection.conditions())
        .order_by(articles.c.id)
        .limit(most)
    )
    return [Unread(*row) for row in connection.execute(query)]


def texts(connection: Connection, unread: Iterable[Unread]) -> dict[str, tuple[str, str]]:
    """Gives what is to be read, article id -> title, lead and body, though newer texts may have come by now."""
    asked, found = {each.id: each.content_hash for each in unread}, {}
    text = article_revisions.c
    for part in batches(asked):
        query = select(text.article_id, text.content_hash, text.title, text.lead, text.body)
        for row in connection.execute(query.where(text.article_id.in_(part))):
            if row.content_hash == asked[row.article_id]:
                found[row.article_id] = row.title, lead_and_body(row.lead, row.body)
    return found


def pending_ids(connection: Connection, model: str, codebook: str, selection: Selection) -> list[str]:
    """Gives the ids of the articles that `pending` yields, in order."""
    query = select(articles.c.id).where(~exists().where(current_prediction(model, codebook)), *selection.conditions())
    return sorted(connection.scalars(query))


def waiting(connection: Connection, model: str, codebook: str, selection: Selection, segmenter: str) -> Waiting:
    """Tells what there is to read, and what of it would have to be segmented first."""
    unread = (~exists().where(current_prediction(model, codebook)), *selection.conditions())
    kept = (words.c.content_hash == articles.c.content_hash, words.c.version == segmenter)
    selected = connection.scalar(select(func.count()).select_from(articles).where(*selection.conditions())) or 0
    texts = select(func.count(articles.c.content_hash.distinct())).where(*unread)
    return Waiting(
        selected,
        tuple(pending_ids(connection, model, codebook, selection)),
        connection.scalar(texts) or 0,
        connection.scalar(texts.where(~exists().where(*kept))) or 0,
    )


def packed(connection: Connection, model: str, codebook: str, after: str, most: int) -> list[tuple[str, bytes | None]]:
    """Gives at most `most` predictions for present texts as (article id, packed), by id from the first after `after`."""
    query = (
        select(predictions.c.article_id, predictions.c.packed)
        .join(articles, current_prediction(model, codebook))
        .where(predictions.c.article_id > after)
        .order_by(predictions.c.article_id)
        .limit(most)
    )
    return [(row.article_id, row.packed) for row in connection.execute(query)]


def save(connection: Connection, made: Sequence[Prediction]) -> None:
    """Stores predictions; one of the same article, content, model and codebook replaces the older."""
    packed_rows = pack_all([(each.scores, each.topics) for each in made])
    upsert_ready(connection, predictions, list(map(_row, made, packed_rows)))


def load(connection: Connection, model: str, codebook: str) -> dict[str, Prediction]:
    """Gives the predictions for the present text of every article: article id -> prediction."""
    return {prediction.article: prediction for prediction in stream(connection, model, codebook)}


def of(connection: Connection, article: str, model: str, codebook: str) -> Prediction | None:
    """Gives the prediction for the present text of one article; None where the model has not read it."""
    query = select(predictions).join(articles, current_prediction(model, codebook)).where(articles.c.id == article)
    row = connection.execute(query).one_or_none()
    return None if row is None else _prediction(row)


def of_some(connection: Connection, ids: Iterable[str], model: str, codebook: str) -> dict[str, Prediction]:
    """Gives the predictions for the present texts of some articles: article id -> prediction."""
    found: dict[str, Prediction] = {}
    for part in batches(ids):
        query = select(predictions).join(articles, current_prediction(model, codebook)).where(articles.c.id.in_(part))
        found |= {row.article_id: _prediction(row) for row in connection.execute(query)}
    return found


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


def _row(prediction: Prediction, packed_row: bytes | None) -> dict[str, object]:
    return {
        "model": prediction.model,
        "codebook": prediction.codebook,
        "article_id": prediction.article,
        "content_hash": prediction.content_hash,
        "topics": dump_json(prediction.topics) if prediction.topics else "[]",
        "scores": dump_json(dict(prediction.scores)),
        "evidence": dump_json(dict(prediction.evidence)) if prediction.evidence else "{}",
        "packed": packed_row,
    }
