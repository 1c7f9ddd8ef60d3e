"""Days that people gave to articles: events that are appended and never changed. The newest standing word is the article's day.

What the page says stays with the revisions; where the last word is taken back, the article has that date again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from crawlers.article import DateState
from crawlers.dates import LOCAL_TZ, local_day
from pipeline.store.rows import still_article
from pipeline.store.schema import article_revisions, articles, date_events

WAITING: Final[tuple[DateState, ...]] = ("doubtful", "undated")  # states in which an article counts in no phase

_event = date_events.c


@dataclass(frozen=True, slots=True)
class DateEvent:
    """One person's word on the day of one article; `day` is None where the person takes the last word back."""

    id: int
    article: str
    day: date | None  # in Asia/Ho_Chi_Minh
    reviewer: str
    at: datetime  # UTC
    note: str  # what the day rests on


def say(connection: Connection, article: str, day: date | None, reviewer: str, at: datetime, note: str) -> None:
    """Appends a word and gives the article the day that now stands; the store must have the article."""
    lock = select(articles.c.id).where(articles.c.id == article).with_for_update()
    connection.execute(lock).one()
    said = {"article_id": article, "day": day, "reviewer": reviewer, "at": at, "note": note}
    connection.execute(insert(date_events).values(**said))
    standing = _standing(connection, article)
    dates = _of_page(connection, article) if standing is None else _of_person(standing)
    connection.execute(update(articles).where(articles.c.id == article).values(**dates))


def events(connection: Connection, article: str) -> list[DateEvent]:
    """Gives every word on an article's day, the oldest first."""
    rows = connection.execute(select(date_events).where(_event.article_id == article).order_by(_event.id))
    return [_read(row) for row in rows]


def last_of(connection: Connection, reviewer: str) -> DateEvent | None:
    """Gives the newest day that a person gave and that person has not taken back since: what an undo takes back."""
    newest = select(date_events, _age(_event.article_id)).where(_event.reviewer == reviewer).subquery()
    query = select(newest).where(newest.c.age == 1, newest.c.day.is_not(None)).order_by(newest.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _read(row)


def waiting(connection: Connection, after: str = "", limit: int = 50) -> list[str]:
    """Gives articles whose day is unknown or doubtful, and that still are articles, by id from after `after` on."""
    query = select(articles.c.id).where(articles.c.date_state.in_(WAITING), articles.c.id > after, still_article())
    return list(connection.scalars(query.order_by(articles.c.id).limit(limit)))


def count_waiting(connection: Connection) -> int:
    """Counts what `waiting` gives in all."""
    query = select(func.count()).select_from(articles).where(articles.c.date_state.in_(WAITING), still_article())
    return connection.scalar(query) or 0


def _standing(connection: Connection, article: str) -> DateEvent | None:
    newest = select(date_events, _age(_event.reviewer)).where(_event.article_id == article).subquery()
    query = select(newest).where(newest.c.age == 1, newest.c.day.is_not(None)).order_by(newest.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _read(row)


def _age(part: Any) -> Any:
    return func.row_number().over(partition_by=part, order_by=_event.id.desc()).label("age")


def _of_person(word: DateEvent) -> dict[str, object]:
    assert word.day is not None
    return {
        "published": datetime.combine(word.day, time(), LOCAL_TZ).astimezone(UTC),
        "published_precision": "day",
        "day": word.day,
        "date_state": "certain",
        "dated_by": word.reviewer,
    }


def _of_page(connection: Connection, article: str) -> dict[str, object]:
    table = article_revisions
    newest = select(table.c.published, table.c.published_precision, table.c.date_state)
    row = connection.execute(
        newest.where(table.c.article_id == article).order_by(table.c.revision.desc()).limit(1)
    ).one()
    return {
        "published": row.published,
        "published_precision": row.published_precision,
        "day": None if row.published is None else local_day(row.published),
        "date_state": row.date_state,
        "dated_by": None,
    }


def _read(row: Any) -> DateEvent:
    return DateEvent(row.id, row.article_id, row.day, row.reviewer, row.at, row.note)
