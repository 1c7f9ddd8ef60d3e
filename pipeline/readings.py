"""The rows of reviewing that cross seams: queues and what was drawn into them, servings, reviewers' words and users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

Purpose = Literal["uniform", "strata", "active", "settle", "disagreement", "suspect", "again"]
"""Why an article is read: the audit's uniform sample, score strata of a topic, learning, a verdict to settle, reviewers who
part, a label that looks wrong, or a codebook that has changed."""
PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)

Role = Literal["reader", "reviewer", "lead", "admin"]
"""Each may do what those before it may: read; say what an article carries; adjudicate, draw queues, retrain and promote;
manage users."""
ROLES: Final[tuple[Role, ...]] = get_args(Role)

Outcome = Literal["read", "skipped", "undone"]


@dataclass(frozen=True, slots=True)
class Queue:
    """One design by which articles are chosen for reading."""

    id: str
    purpose: Purpose
    design: Mapping[str, Any]  # rate, seed, strata: what the inclusion probabilities follow from
    codebook: str
    created: datetime  # UTC
    model: str | None = None
    closed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """One article in a queue; the queue serves them by position."""

    queue: str
    position: int
    article: str
    codebook: str
    topic: str | None = None  # None where the whole article is to be read
    stratum: str | None = None
    inclusion_probability: float | None = (
        None  # 0 < p <= 1, by the design of this queue then; None where no chance decided
    )
    score: float | None = None
    threshold: float | None = None
    model: str | None = None  # whose score it is
    blind: bool = False  # served without suggestion
    wanted: int = 1  # readings by different reviewers
    done: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the champion says of one topic of one article; a suggestion is never a label."""

    topic: str
    score: float
    threshold: float
    decided: bool
    evidence: str = ""  # the sentence that speaks for it most
    challenger: float | None = None  # score of the candidate that waits at the gate, where there is one


@dataclass(frozen=True, slots=True)
class Serving:
    """One article before one reviewer: what was drawn, what was known, what was shown."""

    id: str
    article: str
    reviewer: str
    served: datetime  # UTC
    base: int  # id of the newest label event of the article then; 0 where there was none
    codebook: str
    suggestions: tuple[Suggestion, ...] = ()
    suggestion_shown: bool = False
    second: bool = False  # a blind second reading: others' words are not shown
    queue: str | None = None
    position: int | None = None
    topic: str | None = None
    model: str | None = None
    done: datetime | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class User:
    """Someone who may use the web page."""

    name: str
    role: Role
    created: datetime  # UTC
    removed: datetime | None = None

    def may(self, role: Role) -> bool:
        """Tells whether the user may do what a role may."""
        return self.removed is None and ROLES.index(self.role) >= ROLES.index(role)
