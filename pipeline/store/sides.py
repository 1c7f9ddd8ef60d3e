"""Two readings of the same articles side by side, decisions first: what both say of a million articles passes once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Text, and_, cast, or_, select

from pipeline.comparison import Side
from pipeline.store.rows import still_article
from pipeline.store.schema import articles, predictions
from pipeline.store.upsert import batches

BATCH = 2_000  # rows read at a time


@dataclass(frozen=True, slots=True)
class Decided:
    """What both readings decide of the present text of one article; None where one has not read it."""

    article: str
    outlet: str
    day: date | None
    before: frozenset[str] | None
    after: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Detail:
    """What one reading says of one article, and which article that is."""

    title: str
    url: str
    scores: Mapping[str, float]
    evidence: Mapping[str, str]


def known(connection: Connection) -> list[Side]:
    """Gives the readings that the store holds anything of, by model, then codebook."""
    table = predictions.c
    found = connection.execute(select(table.model, table.codebook).distinct().order_by(table.model, table.codebook))
    return [Side(row.model, row.codebook) for row in found]


def decided(connection: Connection, before: Side, after: Side) -> Iterator[Decided]:
    """Yields every article that at least one of the two has read, by outlet, day and id; the undated first."""
    one, two = predictions.alias("one"), predictions.alias("two")
    query = (
        select(
            articles.c.id,
            articles.c.outlet_id,
            articles.c.day,
            cast(one.c.topics, Text).label("before"),
            cast(two.c.topics, Text).label("after"),
        )
        .outerjoin(one, _present(one, before))
        .outerjoin(two, _present(two, after))
        .where(still_article(), or_(one.c.article_id.is_not(None), two.c.article_id.is_not(None)))
        .order_by(articles.c.outlet_id, articles.c.day.is_not(None), articles.c.day, articles.c.id)
    )
    read: dict[str | None, frozenset[str] | None] = {None: None}  # few lists of topics stand in many rows
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        for text in (row.before, row.after):
            if text not in read:
                read[text] = frozenset(json.loads(text))
        yield Decided(row.id, row.outlet_id, row.day, read[row.before], read[row.after])


def details(connection: Connection, side: Side, ids: Iterable[str]) -> dict[str, Detail]:
    """Gives what one reading says of some articles: article id -> detail."""
    found: dict[str, Detail] = {}
    for part in batches(ids):
        query = (
            select(articles.c.id, articles.c.title, articles.c.url, predictions.c.scores, predictions.c.evidence)
            .join(predictions, _present(predictions, side))
            .where(articles.c.id.in_(part))
        )
        found |= {row.id: Detail(row.title, row.url, row.scores, row.evidence) for row in connection.execute(query)}
    return found


def _present(table: Any, side: Side) -> Any:
    return and_(
        table.c.model == side.model,
        table.c.codebook == side.codebook,
        table.c.article_id == articles.c.id,
        table.c.content_hash == articles.c.content_hash,
    )
