"""Browsing: which articles answer a selection, a page at a time and counted, and what is shown of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import (
    Connection,
    Date,
    Select,
    Text,
    cast,
    except_,
    exists,
    func,
    intersect,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
    union,
    union_all,
)

from crawlers.article import DateState
from pipeline.records import StoredArticle
from pipeline.store import search
from pipeline.store.predictions import current_prediction
from pipeline.store.rows import cluster_of, still_article, stored_article, stored_articles
from pipeline.store.schema import (
    adjudications,
    articles,
    clusters,
    current_labels,
    label_events,
    predictions,
    review_draws,
    review_queues,
    servings,
)
from pipeline.store.terms import Term
from pipeline.store.types import storable

PAGE: Final = 50  # articles on a page
RANKED: Final = (
    5_000  # matches that are put in order of rank; a word that more have tells little, and the newest come first
)
COUNTED: Final = 10_000  # articles counted; beyond it the user is told "more than"

By = Literal["any", "label", "machine", "both", "disagree", "all"]
"""Who says that an article has the topic: a reader or, where none spoke, the machine; a reader; the machine; both; either
against the other. "all": nobody need."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose predictions are meant."""

    model: str
    codebook: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked of articles; every part that is given must be true."""

    terms: tuple[Term, ...] = ()
    outlet: str | None = None
    since: date | None = None  # local days, both included; with either, the undated and doubtful are left out
    until: date | None = None
    topic: str | None = None
    by: By = "any"
    low: float | None = None  # score of the topic, both included
    high: float | None = None
    state: DateState | None = None
    read: bool | None = None  # by anyone: for the topic where one is given
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The ids of one page, and the cursor of the next; None where it is the last."""

    ids: tuple[str, ...]
    after: str | None
    ranked: bool  # by how well they match; else the newest first


@dataclass(frozen=True, slots=True)
class Found:
    """One article of a page, with what is said of it."""

    article: StoredArticle
    labels: Mapping[str, bool]
    settled: frozenset[str]  # topics on which a lead has spoken
    machine: frozenset[str]  # topics that the model decides
    scores: Mapping[str, float]
    evidence: Mapping[str, str]
    sealed: bool = False  # what is said of it, by people and by the model, is kept from who asks

    def seal(self) -> Found:
        """Gives the article alone, without what is said of it."""
        return Found(self.article, {}, frozenset(), frozenset(), {}, {}, sealed=True)


def page(
    connection: Connection, selection: Selection, reader: Reader, after: str | None = None, size: int = PAGE
) -> Page:
    """Gives one page: by rank where words are asked for and few have them, else the newest first and the undated last.

    `after`: the cursor that the page before gave; one that was not is taken for the first page.
    """
    asked = any(not term.negated for term in selection.terms)
    if asked and count(connection, selection, reader, RANKED) <= RANKED:
        return _ranked(connection, selection, reader, after, size)
    return _newest(connection, selection, reader, after, size)


def count(connection: Connection, selection: Selection, reader: Reader, most: int = COUNTED) -> int:
    """Counts the articles that answer; `most` + 1 where there are more than `most`."""
    some = _selected(connection, selection, reader, literal(1).label("one")).limit(most + 1).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def found(connection: Connection, ids: Sequence[str], reader: Reader) -> list[Found]:
    """Gives what is shown of some articles, in the order of their ids."""
    rows = {row.id: row for row in connection.execute(stored_articles().where(articles.c.id.in_(ids)))}
    said: dict[str, dict[str, Any]] = {identity: {} for identity in ids}
    for row in connection.execute(select(current_labels).where(current_labels.c.article_id.in_(ids))):
        said[row.article_id][row.topic] = row
    query = select(predictions).join(articles, current_prediction(reader.model, reader.codebook))
    tagged = {row.article_id: row for row in connection.execute(query.where(predictions.c.article_id.in_(ids)))}
    return [_found(rows[identity], said[identity], tagged.get(identity)) for identity in ids if identity in rows]


def sealed(connection: Connection, ids: Sequence[str] | None, reviewer: str) -> set[str]:
    """Gives those of some articles that an open queue still wants the reviewer to read without knowing what was said of them.

    None for `ids` means all articles.
    """
    draw, mine = review_draws.c, servings.c
    place = (mine.queue_id == draw.queue_id, mine.position == draw.position)
    passed = exists().where(*place, mine.reviewer == reviewer, mine.outcome.in_(("read", "skipped")))
    query = select(draw.article_id).join(review_queues, review_queues.c.id == draw.queue_id)
    unseen = query.where(review_queues.c.closed.is_(None), draw.open, or_(draw.blind, draw.wanted > 1), ~passed)
    return set(connection.scalars(unseen if ids is None else unseen.where(draw.article_id.in_(ids))))


def _found(row: Any, said: Mapping[str, Any], tagged: Any) -> Found:
    return Found(
        article=stored_article(row),
        labels={topic: word.value for topic, word in sorted(said.items())},
        settled=frozenset(topic for topic, word in said.items() if word.settled),
        machine=frozenset(tagged.topics if tagged else ()),
        scores=tagged.scores if tagged else {},
        evidence=tagged.evidence if tagged else {},
    )


def _ranked(connection: Connection, selection: Selection, reader: Reader, after: str | None, size: int) -> Page:
    rank = search.matching(connection, selection.terms).rank
    first = int(after) if after and after.isascii() and after.isdigit() and len(after) <= len(str(RANKED)) else 0
    newest = (func.coalesce(articles.c.day, date.min).desc(), articles.c.id.desc())
    query = _selected(connection, selection, reader, articles.c.id).order_by(rank, *newest)
    ids = connection.scalars(query.limit(size + 1).offset(min(first, RANKED))).all()
    return Page(tuple(ids[:size]), str(first + size) if len(ids) > size else None, ranked=True)


def _newest(connection: Connection, selection: Selection, reader: Reader, after: str | None, size: int) -> Page:
    day, identity = _place(after)
    query = _selected(connection, selection, reader, articles.c.id, articles.c.day, walked=True)
    rows: list[Any] = []
    if day is not None:
        place = tuple_(articles.c.day, articles.c.id) < tuple_(literal(day, Date), literal(identity))
        dated = query.where(place).order_by(articles.c.day.desc(), articles.c.id.desc())
        rows += connection.execute(dated.limit(size + 1))
        identity = LAST_ID
    if len(rows) <= size and selection.since is None and selection.until is None:
        undated = query.where(articles.c.day.is_(None), articles.c.id < identity).order_by(articles.c.id.desc())
        rows += connection.execute(undated.limit(size + 1 - len(rows)))
    last = rows[size - 1] if len(rows) > size else None
    after = last and f"{last.day.isoformat() if last.day else ''}.{last.id}"
    return Page(tuple(row.id for row in rows[:size]), after, ranked=False)


LAST_ID: Final = "~"  # greater than every id, which are hex digits


def _place(after: str | None) -> tuple[date | None, str]:
    """Reads a cursor: the day and id of the last article of the page before; the day is None among the undated."""
    day, dot, identity = storable(after or "").partition(".")
    try:
        return (date.fromisoformat(day) if day or not dot else None, identity)
    except ValueError:
        return date.max, LAST_ID


def _selected(
    connection: Connection, selection: Selection, reader: Reader, *columns: Any, walked: bool = False
) -> Select[Any]:
    """`walked`: the articles are walked from the newest on, and each is looked up in the index of words."""
    query = select(*columns).select_from(articles)
    match = search.matching(connection, selection.terms, walked=walked)
    for table, condition in match.joined:
        query = query.join(table, condition)
    if selection.cluster is not None:
        query = query.outerjoin(clusters, clusters.c.article_id == articles.c.id)
        query = query.where(cluster_of() == selection.cluster)
    return query.where(
        match.condition, *_plain_conditions(selection), *_topic_conditions(selection, reader), still_article()
    )


def _plain_conditions(selection: Selection) -> list[Any]:
    counting = selection.since is not None or selection.until is not None
    return [
        *([articles.c.outlet_id == selection.outlet] if selection.outlet is not None else []),
        *([articles.c.day >= selection.since] if selection.since is not None else []),
        *([articles.c.day <= selection.until] if selection.until is not None else []),
        *([articles.c.date_state != "doubtful"] if counting else []),
        *([articles.c.date_state == selection.state] if selection.state is not None else []),
        *([_read(selection) if selection.read else not_(_read(selection))] if selection.read is not None else []),
    ]


def _read(selection: Selection) -> Any:
    of_article = (label_events.c.article_id == articles.c.id, label_events.c.value.is_not(None))
    of_topic = [label_events.c.topic == selection.topic] if selection.topic is not None else []
    return exists().where(*of_article, *of_topic)


def _topic_conditions(selection: Selection, reader: Reader) -> list[Any]:
    topic = selection.topic
    if topic is None:
        return []
    score = predictions.c.scores[topic].as_float()
    bounds = [
        *([score >= selection.low] if selection.low is not None else []),
        *([score <= selection.high] if selection.high is not None else []),
    ]
    return [
        *([articles.c.id.in_(_predicted(reader, *bounds))] if bounds else []),
        _said_by(selection.by, topic, reader),
    ]


def _said_by(by: By, topic: str, reader: Reader) -> Any:
    decided = cast(predictions.c.topics, Text).contains(f'"{topic}"', autoescape=True)
    machine, said = _predicted(reader, decided).cte("machine"), _labels_on(topic).cte("said")
    yes, no = select(said.c.article_id).where(said.c.value), select(said.c.article_id).where(not_(said.c.value))
    tagged = select(machine.c.article_id)
    chosen: Mapping[By, Any] = {
        "any": union(yes, tagged.where(machine.c.article_id.not_in(no))),
        "label": yes,
        "machine": tagged,
        "both": intersect(yes, tagged),
        "disagree": union(except_(yes, tagged).subquery().select(), intersect(no, tagged).subquery().select()),
    }
    return articles.c.id.in_(chosen[by]) if by in chosen else true()


def _predicted(reader: Reader, *conditions: Any) -> Select[Any]:
    """Gives the articles of which the prediction for the present text is such.

    All predictions are read in the order in which they lie, and the index is left alone (what is added to the model's name
    sees to it): of 155,000 articles that takes a tenth of the time that looking each of them up does, measured.
    """
    lying = (predictions.c.model.concat("") == reader.model, predictions.c.codebook.concat("") == reader.codebook)
    present = articles.alias("present")
    same = (present.c.id == predictions.c.article_id, present.c.content_hash == predictions.c.content_hash)
    return select(predictions.c.article_id).where(*lying, *conditions, exists().select_from(present).where(*same))


def _labels_on(topic: str) -> Any:
    """Gives what the view `current_labels` says of one topic; the view itself reads the words on all topics first."""
    said, word = label_events.c, adjudications.c
    spoken = select(said.article_id, said.value, said.at, said.id, _age(said, said.article_id, said.reviewer))
    last = spoken.where(said.topic == topic).subquery()
    standing = select(last.c.article_id, last.c.value, _age(last.c, last.c.article_id).label("rank"))
    newest = standing.where(last.c.age == 1, last.c.value.is_not(None)).subquery()
    decided = select(word.article_id, word.value, _age(word, word.article_id)).where(word.topic == topic).subquery()
    settled = select(decided.c.article_id, decided.c.value).where(decided.c.age == 1)
    others = newest.c.article_id.not_in(select(decided.c.article_id))
    return union_all(settled, select(newest.c.article_id, newest.c.value).where(newest.c.rank == 1, others))


def _age(table: Any, *parts: Any) -> Any:
    return func.row_number().over(partition_by=parts, order_by=(table.at.desc(), table.id.desc())).label("age")
