"""Reprints: which articles are one text, under the id of the earliest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import Connection, delete, or_, select, type_coerce
from sqlalchemy.types import NullType

from pipeline.store.rows import gone, still_article
from pipeline.store.schema import articles, clusters
from pipeline.store.upsert import batches, upsert

BATCH = 20_000  # rows read at a time


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


def texts(connection: Connection) -> str:
    """Gives the SHA-256 (hex) of what clusters follow from: the text and the time of every article that still is one."""
    left_out = gone(connection)
    total = hashlib.sha256()
    query = select(articles.c.id, articles.c.content_hash, type_coerce(articles.c.published, NullType()))
    with connection.execute(query.order_by(articles.c.id), execution_options={"yield_per": BATCH}) as result:
        for rows in result.partitions(BATCH):
            told = "".join(f"{row[0]} {row[1]} {row[2]}\n" for row in rows if row[0] not in left_out)
            total.update(told.encode())
    return total.hexdigest()


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
