"""Whether the auditor's statistics keep what they promise, tried on populations whose truth is known.

Five questions: does the interval hold the true total as often as it says; how often does the sequential test call a gap where
a duty was met by just what was asked; how often does recall, looked at while the pool grows (`pipeline.audit.looks`); how many
verdicts does the reading plan settle, with how many readings and how many false gaps; and how often does a whole campaign,
judged every night, ever accuse falsely (`pipeline.audit.nights`). Everything is drawn from one seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.audit.estimate import LEVEL, Strata, totals
from pipeline.audit.exclusion import HIGH
from pipeline.audit.looks import OUTLETS, SHARES, Recalled, recalled
from pipeline.audit.nights import Nights, nights
from pipeline.audit.settle import ALONE, Pool, Recall, chance_by_recall, left_to_chance, reads_to_exclude, same_recall
from pipeline.audit.worlds import Scenario, World
from pipeline.settings import AuditSettings

PREVALENCES: Final = (0.01, 0.02, 0.05)
RATE: Final = 0.12  # of the shared sample: 600 of 5,000
EXTRA: Final = 40  # readings of the topic's own in the two upper strata
CELLS: Final = (60, 150, 400)  # articles of an outlet in a phase
DUTIES: Final = (3, 5, 10)  # items asked
TRUTHS: Final = (0.3, 0.7, 1.5, 3.0)  # times what is asked, the mean of what was published
POOL: Final = 250  # articles on the topic in the whole campaign, of which the shared sample finds its share
POOLED: Final = 25  # outlets that share them
GROWN: Final = 100  # pools that grow for each repetition: what is rare asks for many
CAMPAIGNS: Final = 20  # repetitions, for each of which one whole campaign is judged on all of its nights
READS: Final = 30  # most that one verdict may cost
LEAST_MET: Final = 20  # met duties, below which a share among the cells of one kind says nothing

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often the interval held the true total."""

    scenario: Scenario
    topic: str  # of one's own model; "" in synthetic scenarios
    prevalence: float
    covered: float  # share of the repetitions
    width: float  # articles, on average
    truth: int  # articles


@dataclass(frozen=True, slots=True)
class Settled:
    """What reading by plan comes to; of all cells of a scenario together."""

    scenario: Scenario
    topic: str  # of one's own model; "" in synthetic scenarios
    cells: int
    settled: float  # share, within `READS`
    reads: float  # a cell, on average
    met: int  # cells whose duty was met
    false_gaps: float  # share of these called a gap
    worst: float  # the same in the worst kind of cell


@dataclass(frozen=True, slots=True)
class Sequential:
    """How often the sequential test, read to the end, calls a gap where just as many items stand as are asked."""

    cells: int
    risk: float  # that was promised
    false_gaps: float  # share
    worst: float  # in the worst kind of cell


@dataclass(frozen=True, slots=True)
class Simulation:
    """All that was tried."""

    repetitions: int
    articles: int
    rate: float  # of the shared sample
    coverage: tuple[Coverage, ...]
    settled: tuple[Settled, ...]
    sequential: Sequential
    nights: tuple[Nights, ...] = ()
    recalls: tuple[Recalled, ...] = ()

    @property
    def min_coverage(self) -> float:
        """The least share of any setting."""
        return min(each.covered for each in self.coverage)

    @property
    def false_gap_rate(self) -> float:
        """The greatest share of met duties that were called a gap: of any scenario or campaign, by either test alone."""
        plans, whole = (each.false_gaps for each in self.settled), (each.accused for each in self.nights)
        return max(self.sequential.false_gaps, *plans, *whole, *(each.accused for each in self.recalls))

    @property
    def settled_share(self) -> float:
        """The share of verdicts that reading by plan settles, on average over the scenarios."""
        return float(np.mean([each.settled for each in self.settled]))

    @property
    def reads_per_verdict(self) -> float:
        """Readings a verdict, on average over the scenarios."""
        return float(np.mean([each.reads for each in self.settled]))

    def as_json(self) -> dict[str, Any]:
        """Gives the four figures that decide, and the settings that they are made of."""
        return {
            "min_coverage": round(self.min_coverage, 4),
            "false_gap_rate": round(self.false_gap_rate, 4),
            "settled_share": round(self.settled_share, 4),
            "reads_per_verdict": round(self.reads_per_verdict, 2),
            "settings": [
                *({"kind": "interval", **asdict(each)} for each in self.coverage),
                *({"kind": "plan", **asdict(each)} for each in self.settled),
                {"kind": "sequential", **asdict(self.sequential)},
                *({"kind": "recall", **asdict(each)} for each in self.recalls),
                *({"kind": "nights", **asdict(each)} for each in self.nights),
            ],
        }


def simulate(
    worlds: Sequence[World],
    boundaries: Sequence[float],
    seed: int,
    *,
    repetitions: int,
    articles: int,
    settings: AuditSettings,
    campaigns: Sequence[World] = (),
    rate: float = RATE,
    step: Callable[[int, int], None] | None = None,
) -> Simulation:
    """Tries every world at every prevalence, and `campaigns` as a whole; `step` hears how far it is.

    Worlds whose outlets differ have no interval of their own: intervals ask nothing of outlets.
    Each setting draws from its own stream, so that more worlds leave the others' figures as they are.
    """
    asked = [(world, each) for world in worlds if world.alike for each in PREVALENCES]
    total = len(asked) + len(worlds) + 1 + len(campaigns)

    def done(settings: int) -> None:
        if step is not None:
            step(settings, total)

    intervals: list[Coverage] = []
    for number, (world, prevalence) in enumerate(asked):
        rng = np.random.default_rng([seed, 0, number])
        size = {"repetitions": repetitions, "articles": articles}
        intervals.append(coverage(world, prevalence, boundaries, rng, **size, rate=rate))
        done(len(intervals))
    plans: list[Settled] = []
    for number, world in enumerate(worlds):
        rng = np.random.default_rng([seed, 1, number])
        plans.append(by_plan(world, rng, repetitions=repetitions, risk=settings.risk, rate=rate))
        done(len(intervals) + len(plans))
    test = sequential(np.random.default_rng([seed, 2]), repetitions=repetitions, risk=ALONE * settings.risk)
    judged: list[Nights] = []
    for number, world in enumerate(campaigns):
        rng = np.random.default_rng([seed, 3, number])
        judged.append(nights(world, rng, repetitions=-(-repetitions // CAMPAIGNS), settings=settings))
        done(len(intervals) + len(plans) + 1 + len(judged))
    grown = [
        recalled(np.random.default_rng([seed, 4, number]), *kind, repetitions=GROWN * repetitions, risk=settings.risk)
        for number, kind in enumerate(product(SHARES, OUTLETS))
    ]
    return Simulation(repetitions, articles, rate, tuple(intervals), tuple(plans), test, tuple(judged), tuple(grown))


def coverage(
    world: World,
    prevalence: float,
    boundaries: Sequence[float],
    rng: np.random.Generator,
    *,
    repetitions: int,
    articles: int,
    rate: float = RATE,
    level: float = LEVEL,
) -> Coverage:
    """Draws populations, reads the shared sample and `EXTRA` high scores of each, and looks whether the interval holds.

    Articles stand in the order of their permanent numbers, so that every sample is the beginning of its stratum.
    """
    positives = max(1, round(articles * prevalence))
    truth = rng.permuted(np.arange(articles) < np.full((repetitions, 1), positives), axis=1)
    strata = np.searchsorted(boundaries, world.score(rng, truth, prevalence), side="right")
    uniform = rng.binomial(articles, rate, (repetitions, 1)) > np.arange(articles)
    columns: list[Ints] = []
    for stratum in range(len(boundaries) + 1):
        own = strata == stratum
        more = EXTRA // 2 if stratum >= len(boundaries) - 1 else 0
        drawn = (own & uniform).sum(axis=1, keepdims=True) + more
        read = own & (own.cumsum(axis=1) <= drawn)
        columns.append(np.stack([own.sum(axis=1), read.sum(axis=1), (read & truth).sum(axis=1)]))
    size, seen, found = np.stack(columns, axis=-1).astype(np.int64)
    none = np.zeros_like(size)
    low, _, high = totals(Strata(size, seen, found, none, none, none), level)
    return Coverage(
        world.scenario,
        world.topic,
        prevalence,
        float(((low <= positives) & (positives <= high)).mean()),
        float((high - low).mean()),
        positives,
    )


def by_plan(
    world: World, rng: np.random.Generator, *, repetitions: int, risk: float, rate: float = RATE, reads: int = READS
) -> Settled:
    """Reads cells of every kind as the plan has it: high scores first, then by recall and the others by chance."""
    kinds = [(size, duty, times) for size in CELLS for duty in DUTIES for times in TRUTHS]
    cells = [_cells(world, rng, kind, repetitions, risk, rate, reads) for kind in kinds]
    rows = np.concatenate(cells)
    met, gap = rows[:, 2] > 0, rows[:, 0] < 0
    worst = [float((cell[:, 0] < 0)[cell[:, 2] > 0].mean()) for cell in cells if (cell[:, 2] > 0).sum() > LEAST_MET]
    return Settled(
        world.scenario,
        world.topic,
        len(rows),
        float((rows[:, 0] != 0).mean()),
        float(rows[:, 1].mean()),
        int(met.sum()),
        float(gap[met].mean()) if met.any() else 0.0,
        max(worst, default=0.0),
    )


def sequential(rng: np.random.Generator, *, repetitions: int, risk: float) -> Sequential:
    """Reads cells in random order to their end, each with just as many items as are asked: every gap is false."""
    shares = []
    for size in CELLS:
        for duty in DUTIES:
            order = rng.permuted(np.arange(size) < np.full((repetitions, 1), duty), axis=1)
            shares.append(np.mean([gap_at(row, duty, 0, risk) is not None for row in order]))
    return Sequential(len(shares) * repetitions, risk, float(np.mean(shares)), float(max(shares)))


def gap_at(order: Bools, needed: int, before: int, risk: float) -> int | None:
    """Gives after how many readings, at least `before`, the test excludes that `needed` of all carry the topic."""
    places = np.flatnonzero(order) + 1
    for found in range(min(needed, len(places) + 1)):
        since = max(before, int(places[found - 1]) if found else 0)
        until = int(places[found]) if found < len(places) else len(order) + 1
        at = max(since, _excluding(len(order), needed, found, risk))
        if at < until:
            return at
    return None


def _cells(
    world: World,
    rng: np.random.Generator,
    kind: tuple[int, int, float],
    repetitions: int,
    risk: float,
    rate: float,
    reads: int,
) -> Ints:
    """Returns (repetitions, 3): 1 for met, -1 for gap, 0 for unsettled; readings; whether the duty was met."""
    size, duty, times = kind
    prevalence = duty / size
    published = np.minimum(rng.poisson(duty * times, (repetitions, 1)), size)
    truth = rng.permuted(np.arange(size) < published, axis=1)
    scores = world.score(rng, truth, prevalence)
    pooled = np.ones((repetitions, POOLED, POOL // POOLED), dtype=np.bool_)
    pooled = np.where(rng.random(pooled.shape) < rate, world.pool(rng, pooled, prevalence) >= HIGH, -1)
    rows = np.empty((repetitions, 3), dtype=np.int64)
    for each in range(repetitions):
        recall = Pool(tuple(Recall(int((own == 1).sum()), int((own >= 0).sum())) for own in pooled[each]))
        known = int(rng.binomial(size, rate))
        rows[each, :2] = _read_cell(truth[each], scores[each], known, duty, recall, risk, reads)
    rows[:, 2] = published[:, 0] >= duty
    return rows


def _read_cell(
    truth: Bools, scores: Floats, known: int, needed: int, recall: Pool, risk: float, reads: int
) -> tuple[int, int]:
    """Reads one cell, articles in the order of their permanent numbers, the first `known` of them read already."""
    read = np.arange(len(truth)) < known
    high = scores >= HIGH
    first = np.flatnonzero(high & ~read)
    first = first[np.argsort(-scores[first], kind="stable")]
    found = int(truth[read].sum()) + np.concatenate([[0], truth[first].cumsum()])
    if found[-1] >= needed and (cost := int(np.argmax(found >= needed))) <= reads:
        return 1, cost
    if len(first) > reads:
        return 0, reads
    own = Recall(int(truth[read & high].sum()), int(truth[read].sum()))
    finds = int(truth[high].sum())
    left = left_to_chance(_by_recall(finds, needed, recall, own), risk)
    if left >= 1:
        return -1, len(first)
    low, lacking = truth[~high], needed - finds
    before = int((read & ~high).sum())
    gap = gap_at(low, lacking, before, left)
    met = int(np.argmax(low.cumsum() >= lacking)) + 1 if low.sum() >= lacking else None
    ends = [(at - before, word) for at, word in ((gap, -1), (met, 1)) if at is not None]
    more, word = min(ends)
    return (word, len(first) + more) if more <= reads - len(first) else (0, reads)


@lru_cache(maxsize=100_000)
def _excluding(size: int, needed: int, found: int, risk: float) -> int:
    """Gives how many readings of which `found` carry the topic exclude `needed`."""
    return found + reads_to_exclude(size, needed, found, found, risk)


@lru_cache(maxsize=100_000)
def _by_recall(found: int, needed: int, recall: Pool, own: Recall) -> float:
    """Gives the chance by recall, where the outlet is no blinder than the pool."""
    return chance_by_recall(found, needed, recall) if same_recall(own, recall) else 1.0
