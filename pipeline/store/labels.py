"""What reviewers say: events that are appended and never changed; the present label is a view of them.

A reviewer's newest word counts; one that was taken back counts no more. Of several reviewers the newest word is the present
label, and a lead's adjudication stands above all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, and_, select

from pipeline.errors import StoreError
from pipeline.records import LabelEvent
from pipeline.store import articles
from pipeline.store.identity import digest
from pipeline.store.schema import articles as schema_articles
from pipeline.store.schema import current_labels, label_events, servings
from pipeline.store.upsert import batches, insert_missing

BATCH = 1_000  # events read at a time
SHOWN = 3  # unknown articles named in an error


def append(connection: Connection, events: Sequence[LabelEvent]) -> int:
    """Appends events and gives how many were new; the same word of the same reviewer at the same instant is one event.

    Raises:
        StoreError: an event is about an article that the store does not have; then nothing is appended.
    """
    _require_articles(connection, events)
    rows = {row["key"]: row for row in map(_row, events)}
    there: set[object] = set()
    for part in batches(rows):
        there.update(connection.scalars(select(label_events.c.key).where(label_events.c.key.in_(part))))
    missing = [row for key, row in rows.items() if key not in there]
    insert_missing(connection, label_events, missing)
    return len(missing)


def lock(connection: Connection, ids: Collection[str]) -> None:
    """Keeps others from speaking of these articles until the transaction ends; SQLite has one writer anyhow."""
    for part in batches(sorted(ids)):
        rows = schema_articles.c
        connection.execute(select(rows.id).where(rows.id.in_(part)).order_by(rows.id).with_for_update())


def current(connection: Connection) -> dict[str, dict[str, bool]]:
    """Gives the newest word on every article and topic: article id -> topic -> value."""
    labels: dict[str, dict[str, bool]] = {}
    view = current_labels.c
    for row in connection.execute(
        select(view.article_id, view.topic, view.value).order_by(view.article_id, view.topic)
    ):
        labels.setdefault(row.article_id, {})[row.topic] = row.value
    return labels


def of(connection: Connection, article: str) -> dict[str, bool]:
    """Gives the present labels of one article: topic -> value."""
    view = current_labels.c
    rows = connection.execute(select(view.topic, view.value).where(view.article_id == article).order_by(view.topic))
    return {row.topic: row.value for row in rows}


def stacks(connection: Connection, reviewer: str, ids: Collection[str]) -> dict[tuple[str, str], list[LabelEvent]]:
    """Gives a reviewer's words on some articles that were not taken back: (article, topic) -> words, the newest last.

    The words of a reading go with it where it was undone; the undo of a bulk takes the bulk's newest. What an undo says is a
    word that was said before: it is no word of its own.
    """
    found: dict[tuple[str, str], list[LabelEvent]] = {}
    columns = label_events.c
    undone = and_(servings.c.id == columns.serving_id, servings.c.outcome == "undone")
    said = (
        select(label_events, servings.c.done)
        .outerjoin(servings, undone)
        .where(columns.reviewer == reviewer)
        .order_by(columns.at, columns.id)
    )
    for part in batches(sorted(ids)):
        for row in connection.execute(said.where(columns.article_id.in_(part))):
            event = _event(row)
            words = found.setdefault((event.article, event.topic), [])
            if event.origin != "undo":
                words += [event] if row.done is None else []
            elif row.done == event.at:  # this is how the reading itself was undone: its words are left out already
                continue
            elif newest := next((word for word in reversed(words) if word.origin == "bulk"), None):
                words.remove(newest)
    return found


def events(
    connection: Connection, article: str | None = None, *, topics: Collection[str] | None = None
) -> Iterator[LabelEvent]:
    """Yields every event, of one article or of all, of some topics or of all, in the order in which it was appended."""
    query = select(label_events).order_by(label_events.c.id)
    query = query if article is None else query.where(label_events.c.article_id == article)
    query = query if topics is None else query.where(label_events.c.topic.in_(topics))
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        yield _event(row)


def _event(row: Any) -> LabelEvent:
    return LabelEvent(
        article=row.article_id,
        topic=row.topic,
        value=row.value,
        reviewer=row.reviewer,
        at=row.at,
        codebook=row.codebook,
        model=row.model,
        inclusion_probability=row.inclusion_probability,
        suggestion_seen=row.suggestion_seen,
        origin=row.origin,
        serving=row.serving_id,
        evidence=row.evidence,
    )


def _require_articles(connection: Connection, wanted: Sequence[LabelEvent]) -> None:
    ids = {event.article for event in wanted}
    unknown = sorted(ids - articles.existing(connection, ids))
    if unknown:
        some = ", ".join(unknown[:SHOWN]) + (", …" if len(unknown) > SHOWN else "")
        raise StoreError(
            f"labels: {len(unknown)} articles are not in the store ({some}); crawl or import them first",
            f"nhãn: {len(unknown)} bài chưa có trong kho ({some}); hãy thu thập hoặc nhập bài trước",
        )


def _row(event: LabelEvent) -> dict[str, object]:
    if event.at.tzinfo is None:
        raise ValueError(f"label of {event.article}: {event.at.isoformat()}: a time without zone (naive)")
    moment = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    value = "" if event.value is None else str(int(event.value))
    said = (event.article, event.topic, value, event.reviewer, moment, event.codebook)
    return {
        "key": digest(*said),
        "article_id": event.article,
        "topic": event.topic,
        "value": event.value,
        "reviewer": event.reviewer,
        "at": event.at,
        "codebook": event.codebook,
        "model": event.model,
        "inclusion_probability": event.inclusion_probability,
        "suggestion_seen": event.suggestion_seen,
        "origin": event.origin,
        "serving_id": event.serving,
        "evidence": event.evidence,
    }
