"""Servings and what came of them: who was shown what, whose words stand, where reviewers part, what a lead decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, insert, select, update

from pipeline.readings import Outcome, Serving, Suggestion
from pipeline.store import labels
from pipeline.store.schema import adjudications, label_events, review_draws, servings

BATCH = 1_000  # rows read at a time

_event, _serving = label_events.c, servings.c

# Built once: to build a statement costs more than to run it, and every article that is read runs these.
_PUT = insert(servings)
_ONE = select(servings).where(_serving.id == bindparam("id"))
_FINISH = update(servings).where(_serving.id == bindparam("serving"))
_PENDING = (
    select(servings)
    .where(_serving.queue_id == bindparam("queue"), _serving.position == bindparam("place"))
    .where(_serving.reviewer == bindparam("name"), _serving.outcome.is_(None))
    .order_by(_serving.served.desc(), _serving.id)
    .limit(1)
)
_LAST = (
    select(servings)
    .where(_serving.reviewer == bindparam("name"), _serving.outcome == "read")
    .order_by(_serving.done.desc(), _serving.served.desc(), _serving.id)
    .limit(1)
)
_HEAD = select(func.max(_event.id)).where(_event.article_id == bindparam("article"))


@dataclass(frozen=True, slots=True)
class Word:
    """A reviewer's newest word on one topic of one article, not taken back."""

    event: int
    article: str
    topic: str
    value: bool
    reviewer: str
    at: datetime  # UTC
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Adjudication:
    """A lead's word on one topic of one article."""

    article: str
    topic: str
    value: bool
    lead: str
    at: datetime  # UTC
    codebook: str
    note: str | None = None


def put(connection: Connection, serving: Serving) -> None:
    """Writes down what is served."""
    connection.execute(_PUT, row_of(serving))


def get(connection: Connection, identity: str) -> Serving | None:
    """Gives one serving; None where the store does not have it."""
    row = connection.execute(_ONE, {"id": identity}).one_or_none()
    return None if row is None else _read(row)


def finish(connection: Connection, identity: str, outcome: Outcome, at: datetime) -> None:
    """Writes down what came of a serving."""
    connection.execute(_FINISH, {"serving": identity, "done": at, "outcome": outcome})


def pending(connection: Connection, reviewer: str, queue: str, position: int) -> Serving | None:
    """Gives the newest serving of a draw that the reviewer has on the desk and has not ended."""
    row = connection.execute(_PENDING, {"queue": queue, "place": position, "name": reviewer}).one_or_none()
    return None if row is None else _read(row)


def last_read(connection: Connection, reviewer: str) -> Serving | None:
    """Gives the reviewer's newest reading that stands: the one that an undo takes back."""
    row = connection.execute(_LAST, {"name": reviewer}).one_or_none()
    return None if row is None else _read(row)


def stream(connection: Connection, *, since: datetime | None = None) -> Iterator[Serving]:
    """Yields servings as they were made, those from `since` on: who read what, when."""
    query = select(servings).order_by(_serving.served, _serving.id)
    query = query if since is None else query.where(_serving.served >= since)
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        yield _read(row)


def head(connection: Connection, article: str) -> int:
    """Gives the version of an article's labels: the id of its newest label event, 0 where there is none."""
    return connection.scalar(_HEAD, {"article": article}) or 0


def version(connection: Connection, article: str) -> str:
    """Gives the version of all that was said of an article: it changes with every word and every adjudication."""
    decided = select(func.count()).where(adjudications.c.article_id == article)
    return f"{head(connection, article)}-{connection.scalar(decided)}"


def words(connection: Connection, article: str | None = None, *, independent: bool = False) -> list[Word]:
    """Gives the words that stand, of one article or of all, by article, topic, then reviewer.

    With `independent` only those said in readings of draws that wanted two readers, before any adjudication was seen.
    """
    query = _standing(one=article is not None, independent=independent)
    return [_word(row) for row in connection.execute(query, {} if article is None else {"article": article})]


def words_before(connection: Connection, serving: Serving) -> dict[str, bool | None]:
    """Gives what the reviewer had said before a reading: topic -> word, None for none.

    Only of topics on which the reading still has the reviewer's newest word; what was said since is not the reading's.
    """
    said = labels.stacks(connection, serving.reviewer, [serving.article])
    return {
        topic: next((word.value for word in reversed(words) if word.serving != serving.id), None)
        for (_, topic), words in sorted(said.items())
        if words and words[-1].serving == serving.id
    }


def conflicting(connection: Connection, article: str, base: int, reviewer: str) -> list[Word]:
    """Gives the words of others that came after `base` and stand, by topic."""
    if head(connection, article) <= base:  # as good as always
        return []
    return [word for word in words(connection, article) if word.event > base and word.reviewer != reviewer]


def adjudicate(connection: Connection, decisions: Sequence[Adjudication]) -> None:
    """Appends a lead's words."""
    if decisions:
        rows = [
            {
                "article_id": each.article,
                "topic": each.topic,
                "value": each.value,
                "lead": each.lead,
                "at": each.at,
                "codebook": each.codebook,
                "note": each.note,
            }
            for each in decisions
        ]
        connection.execute(insert(adjudications), rows)


def adjudicated(connection: Connection, article: str | None = None) -> list[Adjudication]:
    """Gives every adjudication, of one article or of all, in the order in which they were made."""
    query = select(adjudications).order_by(adjudications.c.id)
    query = query if article is None else query.where(adjudications.c.article_id == article)
    return [
        Adjudication(row.article_id, row.topic, row.value, row.lead, row.at, row.codebook, row.note)
        for row in connection.execute(query)
    ]


def disagreements(connection: Connection, article: str | None = None) -> list[tuple[Word, ...]]:
    """Gives the words of every article and topic on which reviewers part and no lead has decided since.

    A word that came after the last adjudication and is another opens the matter again.
    """
    settled = {(each.article, each.topic): each for each in adjudicated(connection, article)}
    by_pair: dict[tuple[str, str], list[Word]] = {}
    for word in words(connection, article):
        by_pair.setdefault((word.article, word.topic), []).append(word)
    return [tuple(said) for pair, said in by_pair.items() if _part(said, settled.get(pair))]


def _part(said: Sequence[Word], settled: Adjudication | None) -> bool:
    if settled is None:
        return len({word.value for word in said}) > 1
    return any(word.at > settled.at and word.value is not settled.value for word in said)


@lru_cache(maxsize=4)  # statements, built once like those above
def _standing(*, one: bool, independent: bool) -> Select[Any]:
    """Gives the query of the words that stand: of the article `article` or of all."""
    events = select(label_events)
    if one:
        events = events.where(_event.article_id == bindparam("article"))
    if independent:
        served = servings.join(
            review_draws,
            and_(review_draws.c.queue_id == _serving.queue_id, review_draws.c.position == _serving.position),
        )
        twice = select(_serving.id).select_from(served).where(review_draws.c.wanted > 1, _serving.outcome == "read")
        events = events.where(_event.serving_id.in_(twice), _event.origin.in_(("review", "codebook")))
    ranked = events.add_columns(_age()).subquery()
    return (
        select(ranked)
        .where(ranked.c.age == 1, ranked.c.value.is_not(None))
        .order_by(ranked.c.article_id, ranked.c.topic, ranked.c.reviewer)
    )


def _age() -> Any:
    mine = (_event.article_id, _event.topic, _event.reviewer)
    return func.row_number().over(partition_by=mine, order_by=(_event.at.desc(), _event.id.desc())).label("age")


def _word(row: Any) -> Word:
    return Word(row.id, row.article_id, row.topic, row.value, row.reviewer, row.at, row.evidence)


def _read(row: Any) -> Serving:
    return Serving(
        id=row.id,
        article=row.article_id,
        reviewer=row.reviewer,
        served=row.served,
        base=row.base,
        codebook=row.codebook,
        suggestions=tuple(Suggestion(**each) for each in row.suggestions),
        suggestion_shown=row.suggestion_shown,
        second=row.second,
        queue=row.queue_id,
        position=row.position,
        topic=row.topic,
        model=row.model,
        done=row.done,
        outcome=row.outcome,
    )


def row_of(serving: Serving) -> dict[str, Any]:
    """Gives the columns of a serving."""
    return {
        "id": serving.id,
        "queue_id": serving.queue,
        "position": serving.position,
        "article_id": serving.article,
        "topic": serving.topic,
        "reviewer": serving.reviewer,
        "served": serving.served,
        "base": serving.base,
        "second": serving.second,
        "suggestion_shown": serving.suggestion_shown,
        "suggestions": [asdict(each) for each in serving.suggestions],
        "codebook": serving.codebook,
        "model": serving.model,
        "done": serving.done,
        "outcome": serving.outcome,
    }
