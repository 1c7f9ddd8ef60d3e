"""Database rows as the pipeline's records: the columns of a stored article, selected and read in one place."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, select

from pipeline.records import StoredArticle
from pipeline.store.schema import article_revisions, articles, clusters


def stored_articles() -> Select[Any]:
    """Gives the query of every article with the text of its newest revision, without order."""
    newest = and_(article_revisions.c.article_id == articles.c.id, article_revisions.c.revision == articles.c.revision)
    return (
        select(articles, cluster_of().label("cluster"), article_revisions.c.lead, article_revisions.c.body)
        .join(article_revisions, newest)
        .outerjoin(clusters, clusters.c.article_id == articles.c.id)
    )


def cluster_of() -> Any:
    """Gives the expression of an article's cluster where `clusters` is outer-joined: its own id where alone."""
    return func.coalesce(clusters.c.cluster_id, articles.c.id)


def stored_article(row: Any) -> StoredArticle:
    """Reads one row of `stored_articles`."""
    return StoredArticle(
        id=row.id,
        url=row.url,
        source=row.source_id,
        outlet=row.outlet_id,
        channel=row.channel,
        title=row.title,
        lead=row.lead,
        body=row.body,
        published=row.published,
        published_precision=row.published_precision,
        date_state=row.date_state,
        media_s=row.media_s,
        content_hash=row.content_hash,
        revision=row.revision,
        cluster=row.cluster,
        archive_file=row.archive_file,
        archive_sha256=row.archive_sha256,
    )
