"""Which articles to read, in which order, so that as many uncertain verdicts as possible are settled.

An article is read for all topics, so one reading may serve several verdicts, and the plan goes on with whichever verdict
gains most for each article that is new to it. That is greedy, as in budgeted coverage (Khuller, Moss & Naor, Information
Processing Letters 70 (1999)); the list of each verdict is read in its own order, which its statistics ask for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.audit.exclusion import HIGH
from pipeline.audits import AuditItem, AuditResult, Unit, Verdict
from pipeline.frames import Bools, Floats

LEAST_GAIN: Final = 1e-6  # verdicts, for which nobody reads an article
STEPS: Final = 60  # of minutes: what is lacking is divided into so many


@dataclass(frozen=True, slots=True)
class Planned:
    """One article to read, and the verdicts that its reading serves."""

    article: str
    serves: tuple[str, ...]  # keys of requirements, the one that it was chosen for first


@dataclass(frozen=True, slots=True)
class Goal:
    """One uncertain verdict that the plan reads for."""

    key: str
    phase: str
    topic: str
    outlet: str
    unit: Unit
    verified: float
    needed: float
    reads: int  # articles of the plan that serve it
    chance: float  # that they settle it, at most; it is settled sooner where items are found or excluded


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read, in this order; goals stand in the order in which the plan comes to them."""

    articles: tuple[Planned, ...]
    goals: tuple[Goal, ...]
    uncertain: int  # verdicts that are open
    expected: float  # of them, how many the plan is expected to settle


@dataclass(slots=True)
class _Way:
    """One verdict on its way: what is left to read for it, and how likely it is settled after so many readings."""

    verdict: Verdict
    unread: tuple[str, ...]
    settled: Floats  # (unread + 1,) by readings
    planned: Bools  # (unread,)

    @property
    def done(self) -> int:
        """Readings of its list, from the first, that are planned without a gap."""
        return len(self.planned) if self.planned.all() else int(np.argmin(self.planned))

    def best(self, left: int) -> tuple[float, int]:
        """Gives the greatest gain for each article that is new to the plan, within so many, and how far to read for it."""
        done, new = self.done, np.cumsum(~self.planned)
        if done == len(self.planned):
            return 0.0, 0
        gain = np.where(new[done:] <= left, self.settled[done + 1 :] - self.settled[done], 0.0) / new[done:]
        at = int(np.argmax(gain))
        return float(gain[at]), done + at + 1


def plan(result: AuditResult, reads: int, said: Mapping[str, Mapping[str, bool]] | None = None) -> Plan:
    """Chooses at most `reads` articles; `said` are the words that stand now, article -> topic -> value."""
    ways = [
        way
        for verdict in result.verdicts
        if verdict.verdict == "uncertain" and (way := _way(verdict, result.items, said or {})) is not None
    ]
    places: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, way in enumerate(ways):
        for place, article in enumerate(way.unread):
            places[article].append((number, place))
    order: list[int] = []
    articles: dict[str, int] = {}  # article -> the way that it was chosen for
    offers = [way.best(reads) for way in ways]
    while len(articles) < reads and ways:
        number = max(range(len(ways)), key=lambda each: offers[each][0])
        gain, until = offers[number]
        if gain < LEAST_GAIN:
            break
        if number not in order:
            order.append(number)
        touched = set()
        for article in ways[number].unread[ways[number].done : until]:
            articles.setdefault(article, number)
            for other, place in places[article]:
                ways[other].planned[place] = True
                touched.add(other)
        left = reads - len(articles)
        for each, (_, far) in enumerate(offers):
            if each in touched or far > left:
                offers[each] = ways[each].best(left)
    return _plan(ways, places, order, articles)


def _plan(
    ways: list[_Way],
    places: Mapping[str, list[tuple[int, int]]],
    order: list[int],
    articles: Mapping[str, int],
) -> Plan:
    helped = [number for number, way in enumerate(ways) if way.settled[way.done] > 0 and number not in order]
    goals = []
    for number in [*order, *helped]:
        way = ways[number]
        verdict = way.verdict
        goals.append(
            Goal(
                key=verdict.key,
                phase=verdict.phase,
                topic=verdict.topic,
                outlet=verdict.outlet,
                unit=verdict.unit,
                verified=verdict.verified,
                needed=verdict.needed,
                reads=int(way.planned.sum()),
                chance=float(way.settled[way.done]),
            )
        )
    planned = tuple(
        Planned(
            article,
            tuple(
                dict.fromkeys(ways[number].verdict.key for number in (chosen, *(other for other, _ in places[article])))
            ),
        )
        for article, chosen in articles.items()
    )
    return Plan(planned, tuple(goals), len(ways), sum(goal.chance for goal in goals))


def _way(verdict: Verdict, items: Mapping[str, AuditItem], said: Mapping[str, Mapping[str, bool]]) -> _Way | None:
    """Sets a verdict on its way; None where what was confirmed since is enough, or nothing can be read."""
    words = {article: said.get(article, {}).get(verdict.topic) for article in verdict.to_read}
    unread = tuple(article for article, word in words.items() if word is None)
    found = [article for article, word in words.items() if word]
    lacking = verdict.needed - verdict.verified - sum(_worth(verdict.unit, items.get(article)) for article in found)
    if not unread or (verdict.unit != "days" and lacking <= 0):
        return None
    expected = verdict.expected_reads
    if expected is not None:
        expected = max(1.0, expected - (len(words) - len(unread)))
    settled = np.zeros(len(unread) + 1) if verdict.unit == "days" else _met(verdict, unread, items, lacking)
    if expected is not None:
        settled[_excluded_after(settled, expected, _high(verdict.topic, unread, items)) :] = 1.0
    return _Way(verdict, unread, settled, np.zeros(len(unread), dtype=np.bool_))


def _met(verdict: Verdict, unread: tuple[str, ...], items: Mapping[str, AuditItem], lacking: float) -> Floats:
    """Returns (unread + 1,): the probability that the first readings find what is lacking, each item by its score."""
    worth = np.array([_worth(verdict.unit, items.get(article)) for article in unread])
    chances = np.array([_score(verdict.topic, items.get(article)) for article in unread])
    size = int(lacking) if verdict.unit == "items" else STEPS
    steps = np.minimum(np.rint(worth / lacking * size), size).astype(np.int64)
    met, law = np.zeros(len(unread) + 1), np.eye(1, size)[0]
    for place, (chance, step) in enumerate(zip(chances.tolist(), steps.tolist(), strict=True)):
        if chance < HIGH:  # what scores low is hardly an item; it is read to exclude the duty
            met[place + 1 :] = met[place]
            break
        moved = law * chance
        law -= moved
        law[step:] += moved[: size - step]
        met[place + 1] = 1 - float(law.sum())
    return met


def _excluded_after(met: Floats, expected: float, high: int) -> int:
    """Gives the readings after which the verdict is settled whatever they find, so that `expected` are made on average.

    While what scores high is read, the reading goes on as long as the duty is not met; after it only where it never was.
    """
    alive = 1 - met
    before = float(alive[:high].sum())
    more = (expected - before) / max(float(alive[high]), 1e-9)
    return int(np.clip(np.ceil(high + more - 1e-6), max(high, 1), len(met) - 1))


def _high(topic: str, unread: tuple[str, ...], items: Mapping[str, AuditItem]) -> int:
    return sum(_score(topic, items.get(article)) >= HIGH for article in unread)


def _score(topic: str, item: AuditItem | None) -> float:
    return item.scores.get(topic, 0.0) if item is not None else 0.0


def _worth(unit: Unit, item: AuditItem | None) -> float:
    """What an article adds if it carries the topic."""
    return 1.0 if unit == "items" else item.minutes if item is not None else 0.0
