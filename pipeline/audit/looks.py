"""How often recall accuses who met a duty, where outlets differ as much as is borne and the pool is looked at while it grows.

Outlets and their finds are drawn from a beta law, never from the law by which the test reckons. What is drawn once, an outlet's own
finds and the order in which the sample is read, stays the same for all looks; a duty asks for just as many items as were published.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.audit.law import at_most, likelihoods, means_by
from pipeline.audit.settle import LOOKS, left_to_chance
from pipeline.audits import SPREAD

SHARES: Final = (0.3, 0.6, 0.85, 0.9)  # of their items that score high, the mean over outlets
OUTLETS: Final = (6, 20)  # of the pool
GROWTH: Final = (20, 30, 45, 60, 80, 100, 120)  # positives of the pool at each look
NEEDED: Final = (2, 3, 5, 8, 12, 20, 40, 80)  # items asked, and published
UNMET: Final = (12, 4)  # asked and published, by an outlet that did not do its duty
AT_ONCE: Final = 2_000  # repetitions that stand in memory at a time

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Recalled:
    """What judging by recall at every look comes to; the worst of the numbers of items."""

    share: float  # of items that score high, the mean over outlets
    spread: float  # its standard deviation between outlets
    outlets: int
    accused: float  # share of met duties ever called a gap by recall alone
    together: float  # the same with readings in random order, at most
    risk: float  # that was promised of both
    told: float  # share of duties of which a third was published, called a gap by recall alone at the last look


def recalled(rng: np.random.Generator, share: float, outlets: int, *, repetitions: int, risk: float) -> Recalled:
    """Draws pools and outlets of one kind."""
    spread = min(SPREAD, float(np.sqrt(share * (1 - share))) / 2)
    left = [
        np.array([left_to_chance(each, risk) for each in chances.tolist()])
        for chances in least_chances(rng, share, spread, outlets, repetitions=repetitions)
    ]
    *met, unmet = left
    return Recalled(
        share,
        spread,
        outlets,
        max(float((each >= 1).mean()) for each in met),
        max(float(each.mean()) for each in met),
        risk,
        float((unmet >= 1).mean()),
    )


def least_chances(
    rng: np.random.Generator, share: float, spread: float, outlets: int, *, repetitions: int
) -> Iterator[Floats]:
    """Yields the least chance by recall of all looks, (repetitions,), for each of `NEEDED`; then that of `UNMET`, at the last one."""
    pool = _shares(rng, share, spread, (repetitions, outlets))
    of = rng.integers(0, outlets, (repetitions, GROWTH[-1]))
    high = rng.random(of.shape) < np.take_along_axis(pool, of, axis=1)
    own = _shares(rng, share, spread, (repetitions,))
    weights = [_weights(of[:, :read], high[:, :read], outlets) for read in GROWTH]
    for needed in NEEDED:
        found = rng.binomial(needed, own)
        yield np.minimum.reduce([_chances(each, found, needed) for each in weights])
    needed, published = UNMET
    yield _chances(weights[-1], rng.binomial(published, own), needed)


def _shares(rng: np.random.Generator, mean: float, spread: float, shape: tuple[int, ...]) -> Floats:
    if not spread:
        return np.full(shape, mean)
    size = mean * (1 - mean) / spread**2 - 1
    return rng.beta(mean * size, (1 - mean) * size, shape)


def _weights(of: Ints, high: NDArray[np.bool_], outlets: int) -> Floats:
    """Gives the probability of each mean, (repetitions, n_means), of pools of which so much was read; NaN where the law cannot hold."""
    parts = [
        _weigh(of[first : first + AT_ONCE], high[first : first + AT_ONCE], outlets)
        for first in range(0, len(of), AT_ONCE)
    ]
    return np.concatenate(parts)


def _weigh(of: Ints, high: NDArray[np.bool_], outlets: int) -> Floats:
    place = np.arange(len(of))[:, None] * outlets + of
    positives, found = (
        np.bincount(each, minlength=len(of) * outlets).reshape(len(of), outlets)
        for each in (place.ravel(), place[high])
    )
    alike, apart = (sum(table[found[:, n], positives[:, n]] for n in range(outlets)) for table in _tables())
    weights, holds = means_by(np.asarray(alike), np.asarray(apart))
    return np.where(holds[:, None], weights, np.nan)


def _chances(weights: Floats, found: Ints, needed: int) -> Floats:
    """Gives the chance of each repetition as the audit reckons it; 1 where the law cannot hold."""
    table = np.stack([at_most(each, needed) for each in range(needed)] + [np.full(weights.shape[1], LOOKS)])
    chances: Floats = np.minimum(1.0, (weights * table[found]).sum(axis=1) / LOOKS)
    return np.where(np.isnan(chances), 1.0, chances)


@lru_cache(maxsize=1)
def _tables() -> tuple[Floats, Floats]:
    """Gives the likelihoods by found and positives, (found, positives, n_means); what cannot be, as if all were found."""
    counts = np.arange(GROWTH[-1] + 1)
    positives = np.broadcast_to(counts, (len(counts), len(counts)))
    return likelihoods(np.minimum(positives.T, positives), positives)
