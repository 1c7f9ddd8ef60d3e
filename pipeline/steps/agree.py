"""Agree: how far readers agree with each other and with the machine, and who read how much, when."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final

from scipy.stats import binomtest

from crawlers.dates import local_day
from pipeline.config import Config
from pipeline.readings import Outcome
from pipeline.review.agreement import Agreement, Reading, agreement
from pipeline.store import Store, readings, shifts
from pipeline.store.shifts import Done, Judged

LEVEL: Final = 0.95  # of the intervals of shares


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with a 95 % interval (Wilson, 1927), which takes the cells as independent of each other."""

    part: int
    whole: int
    low: float | None  # 0 to 1; None of nothing
    high: float | None


@dataclass(frozen=True, slots=True)
class Together:
    """Readers and the machine on the same articles, counted by article and topic."""

    readings: int
    alike: Share  # of all cells
    kept: Share  # of the cells that the machine gave, those that the reader gave too
    foreseen: Share  # of the cells that the reader gave, those that the machine gave too


@dataclass(frozen=True, slots=True)
class Day:
    """What one reader did on one day (of Asia/Ho_Chi_Minh)."""

    reviewer: str
    day: date
    read: int
    skipped: int
    undone: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """All that is known of agreement. Where suggestions sway readers, `shown` agrees more than `blind`."""

    topics: tuple[Agreement, ...]  # of draws that two were to read, in the order of the codebook
    shown: Together
    blind: Together


def agreed(config: Config, store: Store) -> Agreed:
    """Measures agreement on each topic of the campaign, from readings that were independent of each other."""
    said: dict[str, list[Reading]] = {topic: [] for topic in config.codebook.ids}
    shown, blind = Counter[str](), Counter[str]()
    with store.read() as connection:
        for word in readings.words(connection, independent=True):
            if word.topic in said:
                said[word.topic].append((word.article, word.reviewer, word.value))
        for each in shifts.judged(connection):
            (shown if each.shown else blind).update(_count(each))
    return Agreed(agreement(said, config.review.seed), _together(shown), _together(blind))


def days(store: Store) -> tuple[Day, ...]:
    """Tells how much each reader read on each day, the newest day first."""
    counted: dict[tuple[date, str], Counter[Outcome]] = {}
    with store.read() as connection:
        for reviewer, at, outcome in shifts.ends(connection):
            counted.setdefault((local_day(at), reviewer), Counter())[outcome] += 1
    return tuple(
        Day(reviewer, day, number["read"], number["skipped"], number["undone"])
        for (day, reviewer), number in sorted(counted.items(), key=lambda each: (-each[0][0].toordinal(), each[0][1]))
    )


def ended(store: Store, reviewer: str | None = None, limit: int = 100) -> list[Done]:
    """Tells who read what, when, the newest first."""
    with store.read() as connection:
        return shifts.ended(connection, reviewer=reviewer, limit=limit)


def share(part: int, whole: int) -> Share:
    """Gives a share with its interval."""
    if not whole:
        return Share(0, 0, None, None)
    limits = binomtest(part, whole).proportion_ci(LEVEL, method="wilson")
    return Share(part, whole, float(limits.low), float(limits.high))


def _count(each: Judged) -> Counter[str]:
    pairs = [(said, each.reviewer[topic]) for topic, said in each.machine.items()]
    return Counter(
        readings=1,
        cells=len(pairs),
        alike=sum(machine is reader for machine, reader in pairs),
        machine=sum(machine for machine, _ in pairs),
        reader=sum(reader for _, reader in pairs),
        both=sum(machine and reader for machine, reader in pairs),
    )


def _together(counted: Counter[str]) -> Together:
    return Together(
        readings=counted["readings"],
        alike=share(counted["alike"], counted["cells"]),
        kept=share(counted["both"], counted["machine"]),
        foreseen=share(counted["both"], counted["reader"]),
    )
