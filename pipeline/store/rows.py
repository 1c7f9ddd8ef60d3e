"""Database rows as the pipeline's records: the columns of a stored article, and whether it still counts as one."""

from __future__ import annotations

from typing import Any, Final, get_args

from sqlalchemy import Connection, Select, and_, func, select

from crawlers.article import UrlOutcome
from pipeline.records import StoredArticle
from pipeline.store.schema import CALLED, article_revisions, articles, clusters, outcomes

SILENT: Final = frozenset({"failed", "not_modified", "empty"})  # an empty page is how many sites say that one is gone
TELLING: Final = tuple(outcome for outcome in get_args(UrlOutcome) if outcome not in SILENT)


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


def still_article() -> Any:
    """Gives the condition that the newest word on an article's page calls it an article.

    A mended parser or a later night may call the page a list, a document or a twin of another: then its article stays
    stored and counts nowhere. A page that is gone keeps its article, as what was published was published, and so does an
    item without a page of its own, such as the row of a log.
    """
    newest = (
        select(outcomes.c.outcome)
        .where(outcomes.c.source_id == articles.c.source_id, outcomes.c.url_id == articles.c.url_id)
        .where(outcomes.c.outcome.in_(TELLING))
        .order_by(outcomes.c.night.desc())
        .limit(1)
        .correlate(articles)
        .scalar_subquery()
    )
    return func.coalesce(newest, "article") == "article"


def gone(connection: Connection) -> set[str]:
    """Gives the articles that `still_article` leaves out; asked of the few that were ever called something else."""
    page = and_(articles.c.source_id == outcomes.c.source_id, articles.c.url_id == outcomes.c.url_id)
    candidates = select(articles.c.id).join(outcomes, page).where(CALLED)
    return set(connection.scalars(select(articles.c.id).where(articles.c.id.in_(candidates), ~still_article())))


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
        dated_by=row.dated_by,
    )
