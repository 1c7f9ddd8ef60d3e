"""What people have confirmed of one topic for one outlet, as it stands now: asked while reviewers read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, select, union

from pipeline.store.rows import cluster_of, still_article
from pipeline.store.schema import adjudications, articles, clusters, current_labels, label_events
from pipeline.store.upsert import batches

COUNTING: Final = ("certain", "probable")  # date states that count in a phase


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One article that carries a topic by the word that stands."""

    article: str
    day: date
    channel: str
    cluster: str
    minutes: float


def confirmed(connection: Connection, outlet: str, topic: str, first: date, last: date) -> list[Confirmed]:
    """Gives an outlet's confirmed articles of some days, both included, ordered by day then id."""
    said, word = label_events.c, adjudications.c
    ever = union(
        select(said.article_id).where(said.topic == topic, said.value),
        select(word.article_id).where(word.topic == topic, word.value),
    )
    query = (
        select(articles.c.id, articles.c.day, articles.c.channel, articles.c.media_s, cluster_of().label("cluster"))
        .outerjoin(clusters, clusters.c.article_id == articles.c.id)
        .where(articles.c.outlet_id == outlet, articles.c.day.between(first, last))
        .where(articles.c.date_state.in_(COUNTING), articles.c.id.in_(ever), still_article())
        .order_by(articles.c.day, articles.c.id)
    )
    rows = connection.execute(query).all()
    view, stands = current_labels.c, set[str]()
    for part in batches([row.id for row in rows]):
        there = select(view.article_id).where(view.topic == topic, view.value, view.article_id.in_(part))
        stands.update(connection.scalars(there))
    return [Confirmed(row.id, row.day, row.channel, row.cluster, row.media_s / 60) for row in rows if row.id in stands]
