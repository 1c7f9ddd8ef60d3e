"""How many texts there really are: interval estimates of a total from readings of a part, by strata of the score.

Everything here is a pure function of counts. Units are near-duplicate clusters, so that one text printed twice is one reading.

Sources. Exact limits of a hypergeometric count: Buonaccorsi, "A note on confidence intervals for proportions in finite
populations", The American Statistician 41 (1987). Sum of strata: MOVER, Zou & Donner, "Construction of confidence limits about
effect measures", Statistics in Medicine 27 (2008). Wilson limits with a finite population: Newcombe, Statistics in Medicine 17
(1998) with the variance of Cochran, "Sampling Techniques", 3rd ed., section 2.6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import hypergeom, norm

LEVEL: Final = 0.95
MARGIN: Final = (
    0.8  # share of the promised error that exact limits take: the worst of 48 settings held 0.955 with all, 0.959 so
)
MOST_TERMS: Final = 1_000_000  # of sums that stand in memory at a time

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stratum:
    """Units of like score: how many there are, how many of them chance drew and readers read, and how many carry the topic.

    Beside the sample: `skipped` were drawn, and refused by their readers; `found` and `denied` were read for other reasons.
    """

    size: int
    read: int
    positive: int
    skipped: int = 0
    found: int = 0
    denied: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.positive <= self.read or min(self.skipped, self.found, self.denied) < 0:
            raise ValueError(f"{self}: expected 0 <= positive <= read, and no count below 0")
        if self.read + self.skipped + self.found + self.denied > self.size:
            raise ValueError(f"{self}: expected read + skipped + found + denied <= size")


@dataclass(frozen=True, slots=True)
class Strata:
    """The same counts for m populations of h strata each, as columns (m, h)."""

    size: Ints
    read: Ints
    positive: Ints
    skipped: Ints
    found: Ints
    denied: Ints

    @classmethod
    def of(cls, strata: Sequence[Stratum]) -> Strata:
        """Makes one population of its strata."""
        rows = [(each.size, each.read, each.positive, each.skipped, each.found, each.denied) for each in strata]
        return cls(*np.array(rows, dtype=np.int64).reshape(-1, 6).T[:, None, :])

    @property
    def least(self) -> Ints:
        """Known to carry the topic, (m, h)."""
        return self.positive + self.found

    @property
    def most(self) -> Ints:
        """Not known to lack it, (m, h)."""
        return self.size - (self.read - self.positive) - self.denied


def limits(size: Ints, read: Ints, positive: Ints, level: float = LEVEL) -> tuple[Ints, Ints]:
    """Gives the smallest and the largest total of strata that their readings do not exclude, each at (1 - level) / 2.

    Arrays of one shape; each different triple is reckoned once.
    """
    triples, back = np.unique(np.stack([size, read, positive], axis=-1).reshape(-1, 3), axis=0, return_inverse=True)
    low, high = _bisected(triples[:, 0], triples[:, 1], triples[:, 2], (1 - level) / 2)
    return low[back].reshape(size.shape), high[back].reshape(size.shape)


def totals(strata: Strata, level: float = LEVEL) -> tuple[Floats, Floats, Floats]:
    """Estimates how many units of m populations carry the topic, (m,) each: low limit, estimate and high limit.

    Exact limits of each stratum, summed by MOVER. What was read for other reasons bounds the total, and is never taken for a
    part of the sample: whoever chose it may have chosen by what it says. A stratum of which nothing was read may hold none or
    be full, and widens the interval by all of it; its own estimate is half of it, which says nothing.

    Refusals may all lack the topic, for the low limit, or all carry it, for the high one. MOVER is no exact method, so the limits
    of the strata are somewhat wider than the level asks.
    """
    drawn, level = strata.read + strata.skipped, 1 - MARGIN * (1 - level)
    low, high = limits(strata.size, drawn, strata.positive, level)
    if strata.skipped.any():
        _, high = limits(strata.size, drawn, strata.positive + strata.skipped, level)
    return _summed(strata, low.astype(np.float64), high.astype(np.float64))


def totals_by_wilson(strata: Strata, level: float = LEVEL) -> tuple[Floats, Floats, Floats]:
    """Estimates the same from uniform samples alone, strata made after them by the prediction: Wilson limits, by MOVER.

    Narrower than `totals` below some hundred readings; with fewer than 3 positives in a stratum its coverage is nominal only
    on average.
    """
    drawn = strata.read + strata.skipped
    low, _ = _wilson(strata.size, drawn, strata.positive, level)
    _, high = _wilson(strata.size, drawn, strata.positive + strata.skipped, level)
    return _summed(strata, low, high)


def inner_band(
    strata: Sequence[Stratum], *, level: float = LEVEL, draws: int = 4_000, seed: int = 17
) -> tuple[float, float]:
    """Gives the narrower band of a Bayesian count: each stratum beta-binomial with Jeffreys' prior, summed by simulation.

    To be shown inside `totals` and never instead of it: with fewer than 300 uniform readings it covers too little.
    """
    rng = np.random.default_rng(seed)
    sums = np.zeros(draws)
    for stratum in strata:
        known = stratum.positive + stratum.found
        sums += known
        rest = stratum.size - stratum.read - stratum.found - stratum.denied
        if rest:
            a, b = stratum.positive + 0.5, stratum.read - stratum.positive + 0.5
            sums += rng.binomial(rest, rng.beta(a, b, draws))
    tail = (1 - level) / 2
    low, high = np.quantile(sums, [tail, 1 - tail])
    return float(low), float(high)


def _bisected(size: Ints, read: Ints, positive: Ints, tail: float) -> tuple[Ints, Ints]:
    """Finds the limits by halving: P(at least so many | total) grows with the total, P(at most so many | total) falls."""
    least, most = positive.copy(), size - (read - positive)
    everywhere = np.arange(len(size))
    quick = int(positive.sum()) <= MOST_TERMS

    def halved(holds: Callable[[Ints, Ints], Bools], at: Ints) -> Ints:
        low, high = least[at], most[at]
        while len(open_ := np.flatnonzero(low < high)):
            middle = (low[open_] + high[open_]) // 2
            yes = holds(middle, at[open_])
            high[open_[yes]] = middle[yes]
            low[open_[~yes]] = middle[~yes] + 1
        return low

    def first(holds: Callable[[Ints, Ints], Bools], nearly: Callable[[Ints, Ints], Bools]) -> Ints:
        """Gives the smallest total, (n,), from which on `holds` (of totals, at places); `most` where none below it does.

        It is sought by what nearly holds, which costs little, and kept where it proves to be the one.
        """
        if not quick:
            return halved(holds, everywhere)
        found = halved(nearly, everywhere)
        below, short = np.flatnonzero(found > least), np.flatnonzero(found < most)
        wrong = np.zeros(len(found), dtype=np.bool_)
        wrong[below] = holds(found[below] - 1, below)
        wrong[short] |= ~holds(found[short], short)
        again = np.flatnonzero(wrong)
        found[again] = halved(holds, again)
        return found

    def too_many(totals: Ints, at: Ints) -> Bools:
        likely: Bools = hypergeom.cdf(positive[at], size[at], totals, read[at]) <= tail
        return likely

    def enough(totals: Ints, at: Ints) -> Bools:
        likely: Bools = hypergeom.sf(positive[at] - 1, size[at], totals, read[at]) > tail
        return likely

    def nearly_too_many(totals: Ints, at: Ints) -> Bools:
        return _at_most(positive[at], size[at], totals, read[at]) <= tail

    def nearly_enough(totals: Ints, at: Ints) -> Bools:
        return 1 - _at_most(positive[at] - 1, size[at], totals, read[at]) > tail

    # A total at `most` is never too small for what was found, so that search may end there untested; the other may not.
    low, above = first(enough, nearly_enough), first(too_many, nearly_too_many)
    excluded = (above > least) & too_many(above, everywhere)
    return low, np.where(excluded, above - 1, above)


def _at_most(found: Ints, size: Ints, total: Ints, read: Ints) -> Floats:
    """Gives the hypergeometric probabilities of at most `found`, (n,), to some nine digits: sums of terms by their logarithms."""
    table = _log_factorials(1 << int(size.max(initial=1)).bit_length())
    whose = np.repeat(np.arange(len(found)), found + 1)
    k = np.arange(len(whose)) - np.repeat(np.cumsum(found + 1) - (found + 1), found + 1)
    n, carry, lack = read[whose], total[whose], (size - total)[whose]
    inside = (k <= carry) & (k <= n) & (n - k <= lack)
    k, n, carry, lack, whose = (each[inside] for each in (k, n, carry, lack, whose))
    terms = table[carry] - table[k] - table[carry - k] + table[lack] - table[n - k] - table[lack - n + k]
    all_ = table[size] - table[read] - table[size - read]
    return np.asarray(np.bincount(whose, np.exp(terms - all_[whose]), len(found)), dtype=np.float64)


@lru_cache(maxsize=2)
def _log_factorials(count: int) -> Floats:
    return np.asarray(gammaln(np.arange(count, dtype=np.float64) + 1))


def _summed(strata: Strata, low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    """Adds strata by MOVER: distances from estimate to limit add like standard deviations (Zou & Donner, formula 3).

    Strata without a reading have no estimate that varies: their whole range is added. So is that of a stratum whose sample
    what was read beside it belies. What is known of the others bounds the sum alone: where readers looked for positives and
    found most of them, the truth lies at that bound, and distances to it are no longer those of chance.
    """
    least, most = strata.least.astype(np.float64), strata.most.astype(np.float64)
    sampled = (strata.read > 0) & (high >= least) & (low <= most) & (least < most)
    share = np.divide(strata.positive, strata.read, out=np.full(low.shape, 0.5), where=strata.read > 0)
    points = np.where(sampled, strata.size * share, (least + most) / 2)
    below, above = (np.where(sampled, each, other) for each, other in ((low, least), (high, most)))
    middle = points.sum(axis=1)
    down = np.sqrt(((points - below) ** 2 * sampled).sum(axis=1)) + ((points - below) * ~sampled).sum(axis=1)
    up = np.sqrt(((above - points) ** 2 * sampled).sum(axis=1)) + ((above - points) * ~sampled).sum(axis=1)
    lowest, highest = least.sum(axis=1), most.sum(axis=1)
    bottom = np.clip(middle - down, lowest, highest)
    top = np.clip(middle + up, lowest, highest)
    return bottom, np.clip(middle, bottom, top), top


def _wilson(size: Ints, read: Ints, positive: Ints, level: float) -> tuple[Floats, Floats]:
    """Gives Wilson's limits of totals, the variance lessened by the share that was read; all of it where nothing was."""
    n, whole = np.maximum(read, 1), size.astype(np.float64)
    z = norm.ppf((1 + level) / 2) * np.sqrt((size - read) / np.maximum(size - 1, 1))
    p = positive / n
    centre, spread = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = whole / (1 + z * z / n)
    low, high = np.maximum(0.0, (centre - spread) * scale), np.minimum(whole, (centre + spread) * scale)
    return np.where(read > 0, low, 0.0), np.where(read > 0, high, whole)
