"""Draws articles for reading by chance that can be repeated: permanent numbers, uniform samples, score strata.

Every article has one number for each seed, for ever. A sample is a rule about these numbers, so that a rerun draws the same
articles, a greater sample holds the smaller one, and each article's chance to be drawn is known exactly. Ohlsson,
"Coordination of samples using permanent random numbers" (1995).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

BITS: Final = 53  # of the hash: as many as a double holds exactly, so that every machine has the same number
BOUNDARIES: Final = (
    0.01,
    0.10,
    0.50,
)  # scores between strata; the narrowest valid intervals in the simulation of the design
FLOOR: Final = (
    5  # readings in every stratum, however sure the model is: no sample proves a stratum that it never visits
)
LEAST_DEVIATION: Final = 0.05  # of a stratum, for the division; a model that is sure may be wrong

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stratum:
    """The articles of one topic whose scores lie from `low` up to, but not including, `high`; and how many are drawn."""

    name: str  # "0.01-0.1"
    low: float
    high: float  # 1.0 belongs to the last stratum
    size: int  # articles
    drawn: int

    @property
    def probability(self) -> float:
        """The chance of each of its articles to be drawn; 0 where it has none."""
        return self.drawn / self.size if self.size else 0.0


@dataclass(frozen=True, slots=True)
class Stratified:
    """A stratified sample: the rows drawn, and for each of them its stratum by place in `strata`."""

    rows: Ints  # by permanent number within a stratum; the highest scores first
    of: Ints
    strata: tuple[Stratum, ...]


def permanent(seed: int | str, ids: Sequence[str]) -> Floats:
    """Returns (n_ids,), in [0, 1): the first 53 bits of the SHA-256 of "seed|id"."""
    prefix = hashlib.sha256(f"{seed}|".encode())

    def number(identity: str) -> int:
        digest = prefix.copy()
        digest.update(identity.encode())
        return int.from_bytes(digest.digest()[:8]) >> (64 - BITS)

    return np.fromiter(map(number, ids), dtype=np.int64, count=len(ids)) / 2.0**BITS


def uniform(seed: int | str, ids: Sequence[str], rate: float) -> Ints:
    """Returns the places of the drawn ids, by permanent number: those below `rate`, which is the chance of each.

    Whether one is drawn depends on no other, so the sample grows night by night with the store; a higher rate only adds.
    """
    numbers = permanent(seed, ids)
    drawn = np.flatnonzero(numbers < rate)
    return drawn[np.argsort(numbers[drawn], kind="stable")]


def share(seed: int | str, purpose: str, ids: Sequence[str], part: float) -> Bools:
    """Returns (n_ids,): which of them belong to a share, such as that of the blind or of the double readings.

    The number behind it is another for every purpose and independent of the one by which samples are drawn.
    """
    return np.asarray(permanent(f"{seed}|{purpose}", ids) < part)


def stratified(
    seed: int | str,
    ids: Sequence[str],
    scores: Floats,
    reads: int,
    *,
    first: float = 0.0,
    boundaries: Sequence[float] = BOUNDARIES,
    floor: int = FLOOR,
) -> Stratified:
    """Draws `reads` articles of one topic from the strata of its scores (n_ids,), beside those of a uniform sample.

    In each stratum the articles with the least permanent numbers are drawn: every set of so many is equally likely. Those
    below `first`, the rate of the uniform sample of the same seed, count as drawn already and are among the rows; `reads`
    come on top, so that both samples together are one, and more `reads` only add.
    """
    numbers = permanent(seed, ids)
    place = np.searchsorted(np.asarray(boundaries), scores, side="right")
    count = len(boundaries) + 1
    sizes = np.bincount(place, minlength=count)
    have = np.bincount(place[numbers < first], minlength=count)
    deviations = np.array([_deviation(scores[place == stratum]) for stratum in range(count)])
    drawn = allocate(sizes, deviations, reads, have=have, floor=floor)
    edges = (0.0, *boundaries, 1.0)
    strata = tuple(
        Stratum(f"{edges[n]:g}-{edges[n + 1]:g}", edges[n], edges[n + 1], int(sizes[n]), int(drawn[n]))
        for n in range(count)
    )
    rows: list[Ints] = []
    for stratum in reversed(range(count)):
        own = np.flatnonzero(place == stratum)
        rows.append(own[np.argsort(numbers[own], kind="stable")][: drawn[stratum]])
    chosen = np.concatenate(rows)
    return Stratified(chosen, place[chosen], strata)


def allocate(sizes: Ints, deviations: Floats, reads: int, *, have: Ints | None = None, floor: int = FLOOR) -> Ints:
    """Divides `reads` among strata (n_strata,) beside what they `have`: Neyman's division in whole numbers, with a floor.

    One after another goes where it lowers the variance of the estimated total most. That is the exact optimum, and unlike
    rounded shares it never takes from a stratum as `reads` grow: Wright, "The equivalence of Neyman optimum allocation for
    sampling and equal proportions for apportionment" (2012).
    """
    drawn = np.zeros(len(sizes), dtype=np.int64) if have is None else np.minimum(have, sizes).astype(np.int64)
    for _ in range(min(reads, int((sizes - drawn).sum()))):
        open_ = drawn < sizes
        below = open_ & (drawn < floor)
        gain = sizes * deviations / np.sqrt(np.maximum(drawn, 1) * (drawn + 1.0))
        if below.any():  # the floor comes first, and the strata with the fewest readings before others
            gain = np.where(below, 1.0 + floor - drawn, -1.0)
        drawn[int(np.argmax(np.where(open_, gain, -1.0)))] += 1
    return drawn


def _deviation(scores: Floats) -> float:
    """Returns the standard deviation of a topic in a stratum that its scores lead to expect."""
    if not len(scores):
        return 0.0
    mean = float(scores.mean())
    return float(max(LEAST_DEVIATION, (mean * (1.0 - mean)) ** 0.5))
