"""Words that one person said of many articles at once, and what that person had said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from pipeline.records import LabelEvent
from pipeline.store import labels
from pipeline.store.schema import label_events
from pipeline.store.upsert import batches

_event = label_events.c


@dataclass(frozen=True, slots=True)
class Spoken:
    """One word of a bulk that is still the person's newest on its article and topic, and the word that stood before it."""

    word: LabelEvent
    former: LabelEvent | None  # None where there was none, or it has been taken back


@dataclass(frozen=True, slots=True)
class Bulk:
    """What still stands of one bulk."""

    at: datetime  # UTC; the one instant of all its words
    words: tuple[Spoken, ...]


def version(connection: Connection, ids: Sequence[str]) -> int:
    """Gives the id of the newest label event of some articles; 0 where there is none."""
    newest = (
        connection.scalar(select(func.max(_event.id)).where(_event.article_id.in_(part))) for part in batches(ids)
    )
    return max((each or 0 for each in newest), default=0)


def own_words(connection: Connection, reviewer: str, ids: Sequence[str]) -> dict[tuple[str, str], bool]:
    """Gives what a person's newest words on some articles are, those taken back left out: (article, topic) -> word."""
    said: dict[tuple[str, str], bool] = {}
    for part in batches(ids):
        mine = _ranked(reviewer).where(_event.article_id.in_(part)).subquery()
        for row in connection.execute(select(mine).where(mine.c.age == 1, mine.c.value.is_not(None))):
            said[row.article_id, row.topic] = row.value
    return said


def last(connection: Connection, reviewer: str) -> Bulk | None:
    """Gives a person's newest bulk of which anything still stands."""
    mine = (_event.reviewer == reviewer, _event.origin == "bulk")
    for at in connection.scalars(select(_event.at).where(*mine).distinct().order_by(_event.at.desc())).all():
        ids = connection.scalars(select(_event.article_id).where(*mine, _event.at == at).distinct()).all()
        said = labels.stacks(connection, reviewer, ids)
        tops = [
            words for _, words in sorted(said.items()) if words and (words[-1].at, words[-1].origin) == (at, "bulk")
        ]
        if tops:
            return Bulk(at, tuple(Spoken(words[-1], words[-2] if len(words) > 1 else None) for words in tops))
    return None


def _ranked(reviewer: str) -> Any:
    """Gives a person's words with their age on their article and topic, 1 for the newest."""
    place = (_event.article_id, _event.topic)
    newest_first = (_event.at.desc(), _event.id.desc())
    return select(
        label_events,
        func.row_number().over(partition_by=place, order_by=newest_first).label("age"),
    ).where(_event.reviewer == reviewer)
