"""What models say of articles: scores of every topic, by article, content, model and codebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, and_, exists, func, select

from pipeline.records import Prediction, lead_and_body
from pipeline.store.packed import pack_all, pack_table
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


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """What one model under one codebook says of some articles."""

    model: str
    codebook: str
    articles: Sequence[Unread]
    topics: Sequence[str]  # in the order of the columns, which is also that in which decided topics are told
    scores: NDArray[np.float64]  # (n_articles, n_topics), 0 to 1
    decided: NDArray[np.bool_]  # same shape
    evidence: Mapping[int, Mapping[str, str]]  # number of an article -> decided topic -> sentence


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
    return [Unread(*row) for row in connection.execute(query).all()]


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
    return sorted(connection.scalars(query).all())  # all at once: half the time of one after the other


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


def batch_rows(made: ReadBatch) -> list[dict[str, object]]:
    """Gives the rows that `save` would store of these predictions, in a quarter of the time, before any transaction waits."""
    order = sorted(range(len(made.topics)), key=made.topics.__getitem__)
    names = [made.topics[place] for place in order]
    scores, packed_rows = made.scores[:, order], pack_table(names, made.scores[:, order], made.decided[:, order])
    form = "{" + ",".join(f"{dump_json(name).replace('%', '%%')}:%r" for name in names) + "}"
    rows = [
        _columns(made.model, made.codebook, article, form % tuple(row), packed_row)
        for article, row, packed_row in zip(made.articles, scores.tolist(), packed_rows, strict=True)
    ]
    for number in np.flatnonzero(made.decided.any(axis=1)).tolist():
        topics = list(compress(made.topics, made.decided[number].tolist()))
        rows[number] |= {"topics": dump_json(topics), "evidence": dump_json(dict(made.evidence.get(number, {})))}
    return rows


def save_rows(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Stores what `batch_rows` gave; a prediction of the same article, content, model and codebook is replaced."""
    upsert_ready(connection, predictions, rows)


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
    article = Unread(prediction.article, prediction.content_hash)
    row = _columns(prediction.model, prediction.codebook, article, dump_json(dict(prediction.scores)), packed_row)
    return row | {"topics": dump_json(prediction.topics), "evidence": dump_json(dict(prediction.evidence))}


def _columns(model: str, codebook: str, article: Unread, scores: str, packed_row: bytes | None) -> dict[str, object]:
    """Gives the columns of an article without topics."""
    return {
        "model": model,
        "codebook": codebook,
        "article_id": article.id,
        "content_hash": article.content_hash,
        "topics": "[]",
        "scores": scores,
        "evidence": "{}",
        "packed": packed_row,
    }
