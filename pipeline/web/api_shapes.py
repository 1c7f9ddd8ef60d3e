"""What programs send and are sent, as plain values; the description of the API is made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from pipeline.readings import Suggestion
from pipeline.store.readings import Word

CLOSED: Final = {"extra": "forbid"}  # read by pydantic: unknown keys are faults


@dataclass(frozen=True, slots=True)
class Me:
    """Whose token it is."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class QueueOut:
    """One open queue, and what is left of it for the user."""

    id: str
    purpose: str
    design: Mapping[str, Any]
    codebook: str
    model: str | None
    created: datetime
    draws: int
    open: int
    left: int
    mine: int


@dataclass(frozen=True, slots=True)
class ItemOut:
    """One article before a reviewer. `suggestions` is empty where the item is served blind."""

    serving: str
    base: int
    queue: str | None
    purpose: str | None
    article: str
    url: str
    title: str
    paragraphs: tuple[tuple[str, ...], ...]
    asked: tuple[str, ...]
    chosen: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]
    suggestion_shown: bool
    codebook: str
    model: str | None


@dataclass(frozen=True, slots=True)
class SubmitIn:
    """A reading: topics that the article carries; those asked and not named it does not."""

    __pydantic_config__ = CLOSED

    yes: tuple[str, ...]
    base: int | None = None  # version of the labels that was seen, from a conflict; by default that of the serving
    evidence: Mapping[str, str] | None = None  # topic -> sentence


@dataclass(frozen=True, slots=True)
class SavedOut:
    """A reading that is stored."""

    serving: str
    article: str
    events: int


@dataclass(frozen=True, slots=True)
class UndoneOut:
    """A reading that was taken back."""

    serving: str
    article: str
    queue: str | None


@dataclass(frozen=True, slots=True)
class FoundOut:
    """One article in a list; `sealed`: the user has yet to read it without knowing what was said, so nothing is told."""

    id: str
    url: str
    outlet: str
    title: str
    published: datetime | None
    date_state: str
    labels: Mapping[str, bool]
    machine: tuple[str, ...]
    scores: Mapping[str, float]
    sealed: bool


@dataclass(frozen=True, slots=True)
class ArticlesOut:
    """One page of articles; `after` leads to the next."""

    articles: tuple[FoundOut, ...]
    count: int
    more: bool
    after: str | None


@dataclass(frozen=True, slots=True)
class EventOut:
    """One word of a reviewer, or of a lead."""

    topic: str
    value: bool | None
    reviewer: str
    at: datetime
    codebook: str
    origin: str


@dataclass(frozen=True, slots=True)
class ArticleOut:
    """One article with its text and what was said of it; of a `sealed` one only what the user has said."""

    id: str
    url: str
    outlet: str
    title: str
    text: str
    published: datetime | None
    date_state: str
    cluster: str
    archive_sha256: str | None
    suggestions: tuple[Suggestion, ...]
    labels: tuple[EventOut, ...]
    adjudications: tuple[EventOut, ...]
    model: str
    sealed: bool


@dataclass(frozen=True, slots=True)
class ModelOut:
    """One model."""

    version: str
    trained: date
    articles: int
    macro_f1: float
    used: bool


@dataclass(frozen=True, slots=True)
class DisagreementOut:
    """One topic of one article on which reviewers part."""

    article: str
    topic: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class AdjudicationIn:
    """A lead's decisions on one article."""

    __pydantic_config__ = CLOSED

    decisions: Mapping[str, bool]
    note: str = ""


@dataclass(frozen=True, slots=True)
class AdjudicatedOut:
    """How many decisions were stored."""

    decisions: int


@dataclass(frozen=True, slots=True)
class ImportedOut:
    """What came of an import."""

    rows: int
    events: int
    unmatched: tuple[str, ...]
    unread: int
