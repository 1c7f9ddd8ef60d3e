"""What two readings of the same articles say: by another model, under another codebook, or both. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.records import VerdictName


@dataclass(frozen=True, slots=True)
class Side:
    """Whose reading it is."""

    model: str
    codebook: str


@dataclass(frozen=True, slots=True)
class Moved:
    """One article whose topics differ, with the sentences that spoke for what it lost and speak for what it gained."""

    article: str
    outlet: str
    day: date | None
    title: str
    url: str
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    scores: Mapping[str, tuple[float | None, float | None]]  # of lost and gained topics: before, after
    evidence: Mapping[str, str]  # of lost topics as the first reading has it, of gained ones as the second has it


@dataclass(frozen=True, slots=True)
class Tally:
    """How many articles of one topic and one outlet ("" for all) each reading finds, and how many part them."""

    topic: str
    outlet: str
    before: int
    after: int
    lost: int
    gained: int


@dataclass(frozen=True, slots=True)
class MovedVerdict:
    """A requirement that the two readings would answer differently; None where one codebook does not ask it."""

    phase: str
    topic: str
    outlet: str
    before: VerdictName | None
    after: VerdictName | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two readings side by side. Topics have the second codebook's ids; those that were renamed are compared with themselves."""

    before: Side
    after: Side
    both: int  # articles that both have read
    before_only: int  # articles that one of them has not read: they are compared nowhere
    after_only: int
    moved: tuple[Moved, ...]  # by outlet, day, id
    topics: tuple[Tally, ...]  # all outlets together, in the order of the codebooks
    outlets: tuple[Tally, ...]  # of each outlet, only topics where articles part the readings
    verdicts: tuple[MovedVerdict, ...] | None  # None where the audit could not be made by both
    topic_names: Mapping[str, str]
    outlet_names: Mapping[str, str]
    as_of: date
