"""Reprints: which articles are one text, under the id of the earliest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select

from pipeline.store.rows import still_article
from pipeline.store.schema import articles, clusters
from pipeline.store.upsert import batches, upsert


def replace(connection: Connection, cluster_of: Mapping[str, str]) -> None:
    """Makes the store's clusters those of a mapping article id -> cluster id; articles it leaves out stand alone.

    Only differences are written: a night of few reprints costs little in a large archive.
    """
    wanted = {article: cluster for article, cluster in cluster_of.items() if article != cluster}
    stored = load(connection)
    for part in batches(sorted(stored.keys() - wanted.keys())):
        connection.execute(delete(clusters).where(clusters.c.article_id.in_(part)))
    changed = sorted((article, cluster) for article, cluster in wanted.items() if stored.get(article) != cluster)
    upsert(connection, clusters, [{"article_id": article, "cluster_id": cluster} for article, cluster in changed])


def times(connection: Connection, ids: Iterable[str]) -> dict[str, datetime | None]:
    """Gives when articles were published: article id -> time."""
    found: dict[str, datetime | None] = {}
    for part in batches(ids):
        query = select(articles.c.id, articles.c.published).where(articles.c.id.in_(part))
        found.update((row.id, row.published) for row in connection.execute(query))
    return found


def load(connection: Connection) -> dict[str, str]:
    """Gives the reprints: article id -> id of the origin. Articles alone and origins are left out."""
    query = select(clusters.c.article_id, clusters.c.cluster_id).order_by(clusters.c.article_id)
    return {row.article_id: row.cluster_id for row in connection.execute(query)}


def members(connection: Connection, cluster: str, limit: int) -> list[str]:
    """Gives the articles of one cluster that still are articles, the origin among them, the earliest first."""
    query = (
        select(articles.c.id)
        .outerjoin(clusters, clusters.c.article_id == articles.c.id)
        .where(or_(clusters.c.cluster_id == cluster, articles.c.id == cluster), still_article())
        .order_by(articles.c.day.is_(None), articles.c.day, articles.c.id)
    )
    return list(connection.scalars(query.limit(limit)))
