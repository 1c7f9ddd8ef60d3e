"""What a classifier is asked: topics with their definitions, and the codebook that holds them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Final, Self

CLOSED: Final = {"extra": "forbid"}  # read by pydantic: unknown keys are faults
UNLABELLED: Final = -1  # in a matrix of labels (n_articles, n_topics), beside 1 and 0: nobody has judged this cell


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of content. `id` is stable for ever; names and cues may change with the codebook's version."""

    __pydantic_config__ = CLOSED

    id: str
    name: str
    name_en: str
    definition: str
    cues: tuple[str, ...] = ()  # phrases that speak for the topic, as `models.phrases` reads them
    exclusions: tuple[str, ...] = ()  # phrases that speak against it although a cue stands there
    hints: tuple[str, ...] = ()  # phrases that speak for it, but not alone
    clauses: tuple[str, ...] = ()  # of the directive, e.g. "1.a.1"
    formerly: tuple[str, ...] = ()  # ids that it had before, the newest first: under them models have learnt it


@dataclass(frozen=True, slots=True)
class Codebook:
    """An ordered set of topics. The order is the column order of every score matrix."""

    topics: tuple[Topic, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Topic ids in column order."""
        return tuple(topic.id for topic in self.topics)

    @property
    def version(self) -> str:
        """The first 12 hex digits of the SHA-256 of the topics: the same topics give the same version anywhere."""
        return _version(self)

    def as_json(self) -> str:
        """The topics as a JSON array, in column order."""
        return json.dumps([_row(topic) for topic in self.topics], ensure_ascii=False, sort_keys=True)

    def learnt_as(self, learnt: Collection[str]) -> dict[str, str]:
        """Gives the topics that a model which has learnt `learnt` answers for: id -> the id under which it learnt it.

        A topic that was renamed is asked under the name that it had then.
        """
        names = {
            topic.id: next((name for name in (topic.id, *topic.formerly) if name in learnt), None)
            for topic in self.topics
        }
        return {topic: name for topic, name in names.items() if name is not None}

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Gives the codebook that `as_json` wrote.

        Raises:
            KeyError, TypeError, ValueError: the text is something else.
        """
        lists = ("cues", "exclusions", "hints", "clauses", "formerly")
        rows = [{"formerly": (), **row} for row in json.loads(text)]
        return cls(tuple(Topic(**row | {name: tuple(row.get(name, ())) for name in lists}) for row in rows))


@lru_cache(maxsize=16)  # some 1,600 phrases take 10 ms to write out, and every page of the web asks
def _version(codebook: Codebook) -> str:
    return hashlib.sha256(codebook.as_json().encode()).hexdigest()[:12]


def _row(topic: Topic) -> dict[str, Any]:
    """Gives a topic as plain values; a topic that never had another id says nothing of ids, as in codebooks of old."""
    row = asdict(topic)
    if not topic.formerly:
        del row["formerly"]
    return row
