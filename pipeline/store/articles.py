"""Articles: one identity each, and a new revision whenever text, date or the length of its media changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, func, insert, select, update

from crawlers.article import ArchiveRef, Article, DateEvidence, DateState, Media, Precision
from crawlers.dates import local_day
from pipeline.records import StoredArticle
from pipeline.store import search
from pipeline.store.identity import article_id, content_hash, url_id
from pipeline.store.rows import still_article, stored_article, stored_articles
from pipeline.store.schema import article_dates, article_media, article_revisions, articles
from pipeline.store.upsert import batches

__all__ = [
    "Revision",
    "article_id",
    "content_hash",
    "count",
    "existing",
    "get",
    "id_ranges",
    "revisions",
    "save",
    "stream",
]

Saved = Literal["new", "revised", "unchanged"]


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of an article, as it was read at `fetched_at`; 1 is the first."""

    article: str
    revision: int
    content_hash: str
    url: str
    title: str
    lead: str
    body: str
    published: datetime | None  # UTC
    published_precision: Precision | None
    date_state: DateState
    date_evidence: tuple[DateEvidence, ...]  # strongest first
    media: tuple[Media, ...]
    provenance: dict[str, str]
    lang: str | None
    canonical: str | None
    fetched_at: datetime  # UTC
    archive: ArchiveRef | None


def save(connection: Connection, article: Article, outlet: str) -> Saved:
    """Stores an article; an edited text, date or length of its media makes a new revision and the old one stays.

    "unchanged" where title, lead, body, date, its precision and state, and the seconds of audio and video are those of
    the newest revision: then nothing is written but where it stands, on a first or home page or not, if that is news. A day that a person gave stands above what the page says; what the page
    says is kept with the revision all the same.
    """
    identity = article_id(article.source_id, article.channel, article.url_key)
    head = _head(article)
    newest = connection.execute(select(articles).where(articles.c.id == identity).with_for_update()).one_or_none()
    if newest is None:
        fixed = {"id": identity, "source_id": article.source_id, "channel": article.channel}
        page = {"url_id": url_id(article.url_key), "url_key": article.url_key}
        first = {
            "first_seen": article.fetched_at,
            "first_file": head["archive_file"],
            "first_dated": article.published is not None,
            "first_led": article.lead != "",
        }
        connection.execute(
            insert(articles).values(**fixed, **page, **head, **first, front=article.front, outlet_id=outlet, revision=1)
        )
        _add_revision(connection, article, identity, 1)
        search.put(connection, identity, article.title, search.searched(article.lead, article.body))
        return "new"
    if article.front not in {None, newest.front}:
        connection.execute(update(articles).where(articles.c.id == identity).values(front=article.front))
    stored = _as_read(connection, newest)
    if all(stored[name] == head[name] for name in VERSIONED):
        return "unchanged"
    changed = {name: value for name, value in head.items() if newest.dated_by is None or name not in DATES}
    change = update(articles).where(articles.c.id == identity)
    connection.execute(change.values(**changed, outlet_id=outlet, revision=newest.revision + 1))
    _add_revision(connection, article, identity, newest.revision + 1)
    if newest.content_hash != head["content_hash"]:
        search.put(connection, identity, article.title, search.searched(article.lead, article.body))
    return "revised"


def stream(
    connection: Connection,
    *,
    ids: Iterable[str] | None = None,
    outlet: str | None = None,
    since: date | None = None,
    until: date | None = None,
    batch: int = 500,
) -> Iterator[StoredArticle]:
    """Yields the articles that still are (`rows.still_article`) by local day of publication, then id; the undated last.

    `since` and `until` are local days, both included; with either, undated articles are left out. `batch` articles are
    held in memory at a time. Ids that the store does not have are passed over.
    """
    conditions = [
        still_article(),
        *([articles.c.outlet_id == outlet] if outlet is not None else []),
        *([articles.c.day >= since] if since is not None else []),
        *([articles.c.day <= until] if until is not None else []),
    ]
    if ids is not None:
        yield from _stream_ids(connection, ids, conditions, batch)
        return
    dated = stored_articles().where(*conditions, articles.c.day.is_not(None)).order_by(articles.c.day, articles.c.id)
    yield from _read(connection, dated, batch)
    if since is None and until is None:
        undated = stored_articles().where(*conditions, articles.c.day.is_(None)).order_by(articles.c.id)
        yield from _read(connection, undated, batch)


def get(connection: Connection, identity: str) -> StoredArticle | None:
    """Gives one article; None where the store does not have it."""
    row = connection.execute(stored_articles().where(articles.c.id == identity)).one_or_none()
    return None if row is None else stored_article(row)


def count(connection: Connection) -> int:
    """Counts the articles that `stream` yields."""
    return connection.scalar(select(func.count()).select_from(articles).where(still_article())) or 0


def existing(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Gives those of `ids` that the store has."""
    found: set[str] = set()
    for part in batches(ids):
        found.update(connection.scalars(select(articles.c.id).where(articles.c.id.in_(part))))
    return found


def ids_by_url_key(connection: Connection) -> dict[str, str]:
    """Gives url_key -> article id; of two sources that carry one URL, the one with the smaller id."""
    query = select(articles.c.url_key, articles.c.id).order_by(articles.c.id.desc())
    return {row.url_key: row.id for row in connection.execute(query)}


def id_ranges(connection: Connection, shards: int) -> list[tuple[str, str]]:
    """Cuts the articles into at most `shards` ranges of ids, nearly equal in number: (first, last), both included."""
    share = func.ntile(shards).over(order_by=articles.c.id).label("share")
    numbered = select(articles.c.id, share).subquery()
    bounds = select(func.min(numbered.c.id), func.max(numbered.c.id)).group_by(numbered.c.share)
    return sorted((first, last) for first, last in connection.execute(bounds))


def revisions(connection: Connection, identity: str) -> list[Revision]:
    """Gives every state an article has been seen in, the oldest first; empty where the store does not have it."""
    table = article_revisions
    rows = connection.execute(select(table).where(table.c.article_id == identity).order_by(table.c.revision)).all()
    return [_revision(connection, row) for row in rows]


VERSIONED = ("content_hash", "published", "published_precision", "date_state", "media_s")  # a change makes a revision
DATES = frozenset(
    {"published", "published_precision", "day", "date_state"}
)  # a person's word on the day stands in them


def _as_read(connection: Connection, newest: Any) -> dict[str, Any]:
    """Gives what the newest revision said, also where a person's word has taken the place of its date."""
    stored = {name: getattr(newest, name) for name in VERSIONED}
    if newest.dated_by is not None:
        table = article_revisions
        dates = select(table.c.published, table.c.published_precision, table.c.date_state)
        of_newest = (table.c.article_id == newest.id, table.c.revision == newest.revision)
        stored |= connection.execute(dates.where(*of_newest)).mappings().one()
    return stored


def _head(article: Article) -> dict[str, Any]:
    """The light fields of the newest revision, kept beside the identity."""
    return {
        "url": article.url,
        "content_hash": content_hash(article.title, article.lead, article.body),
        "title": article.title,
        "published": article.published,
        "published_precision": article.published_precision,
        "day": None if article.published is None else local_day(article.published),
        "date_state": article.date_state,
        "media_s": sum(item.duration_s or 0.0 for item in article.media),
        "archive_file": article.archive.file if article.archive else None,
        "archive_sha256": article.archive.sha256 if article.archive else None,
        "words": len(f"{article.title} {article.lead} {article.body}".split()),
        "untimed": any(item.duration_s is None for item in article.media),
    }


def _add_revision(connection: Connection, article: Article, identity: str, number: int) -> None:
    key = {"article_id": identity, "revision": number}
    archive = article.archive
    text = {
        "content_hash": content_hash(article.title, article.lead, article.body),
        "url": article.url,
        "canonical": article.canonical,
        "published": article.published,
        "published_precision": article.published_precision,
        "date_state": article.date_state,
        "lang": article.lang,
        "fetched_at": article.fetched_at,
        "archive_file": archive.file if archive else None,
        "archive_offset": archive.offset if archive else None,
        "archive_length": archive.length if archive else None,
        "archive_sha256": archive.sha256 if archive else None,
        "provenance": dict(article.provenance),
        "title": article.title,
        "lead": article.lead,
        "body": article.body,
    }
    connection.execute(insert(article_revisions).values(**key, **text))
    claims = [
        key
        | {"position": place, "value": each.value, "kind": each.kind, "precision": each.precision, "text": each.text}
        for place, each in enumerate(article.date_evidence)
    ]
    media = [
        key | {"position": place, "kind": each.kind, "url": each.url, "duration_s": each.duration_s}
        for place, each in enumerate(article.media)
    ]
    if claims:
        connection.execute(insert(article_dates), claims)
    if media:
        connection.execute(insert(article_media), media)


def _stream_ids(
    connection: Connection, ids: Iterable[str], conditions: list[Any], batch: int
) -> Iterator[StoredArticle]:
    """Orders the ids first, by light columns, then reads the texts a batch at a time."""
    found: list[tuple[date, str]] = []
    for part in batches(sorted(set(ids))):
        query = select(articles.c.day, articles.c.id).where(articles.c.id.in_(part), *conditions)
        found += [(row.day or date.max, row.id) for row in connection.execute(query)]
    for part in batches((identity for _, identity in sorted(found)), batch):
        rows = connection.execute(stored_articles().where(articles.c.id.in_(part)))
        texts = {row.id: row for row in rows}
        yield from (stored_article(texts[identity]) for identity in part)


def _read(connection: Connection, query: Select[Any], batch: int) -> Iterator[StoredArticle]:
    for row in connection.execute(query, execution_options={"yield_per": batch}):
        yield stored_article(row)


def _revision(connection: Connection, row: Any) -> Revision:
    return Revision(
        article=row.article_id,
        revision=row.revision,
        content_hash=row.content_hash,
        url=row.url,
        title=row.title,
        lead=row.lead,
        body=row.body,
        published=row.published,
        published_precision=row.published_precision,
        date_state=row.date_state,
        date_evidence=tuple(
            DateEvidence(each.value, each.kind, each.precision, each.text)
            for each in _parts(connection, article_dates, row)
        ),
        media=tuple(Media(each.kind, each.url, each.duration_s) for each in _parts(connection, article_media, row)),
        provenance=row.provenance,
        lang=row.lang,
        canonical=row.canonical,
        fetched_at=row.fetched_at,
        archive=ArchiveRef(row.archive_file, row.archive_offset, row.archive_length, row.archive_sha256)
        if row.archive_file is not None
        else None,
    )


def _parts(connection: Connection, table: Any, row: Any) -> Any:
    of_revision = (table.c.article_id == row.article_id, table.c.revision == row.revision)
    return connection.execute(select(table).where(*of_revision).order_by(table.c.position))
