"""When reading may stop: what has been read already excludes that a duty was met, at a stated risk.

Two ways, each with its share of the risk. **Sequential**: units are read in random order without replacement, and an
e-process against "at least `needed` remain" grows with every reading that finds none; it may be looked at after each reading
(Ville's inequality), so no number of readings need be fixed beforehand. It is a likelihood ratio of the exact hypergeometric
law, mixed over the alternatives and set against the best of the null ("universal inference": Wasserman, Ramdas & Balakrishnan,
PNAS 117 (2020); sampling without replacement: Waudby-Smith & Ramdas, arXiv 2006.04347; audits of elections: Stark, ALPHA,
arXiv 2201.02707). **By recall**: all units that score high were read; if the duty had been met, about such a share of its
items would have been among them as of the items that the shared sample found elsewhere (the idea is e-discovery's: Lewis, Yang &
Frieder, CIKM 2021). Outlets differ in that share, so it is a beta law whose mean the sample tells, and the outlet's own finds
are beta-binomial (Skellam, "A probability distribution derived from the binomial", JRSS B 10 (1948)).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln
from scipy.stats import fisher_exact

from pipeline.audits import SPREAD

LEAST_ALIKE: Final = 4.0  # sum of the two parameters of the beta law + 1: near 100 % the spread cannot be so great
LEAST_KNOWN: Final = 20  # items of other outlets, below which their share says too little
APART: Final = (
    20.0  # times as likely under a law of wholly different outlets, from which the pool is taken for such a one
)
LOOKS: Final = (
    0.5  # share of the risk that one look may take; the rest is for looking every night, while the sample grows
)
MEANS: Final = (np.arange(100) + 0.5) / 100  # of the law, at which it is tried: all alike before the first reading

Floats = NDArray[np.float64]


def log_e_value(remaining: int, needed: int, read: int, found: int) -> float:
    """Gives the natural logarithm of the evidence against "at least `needed` of the `remaining` units carry the topic".

    `read` of the remaining were read in random order and `found` of them carry it. Ville: under the null it ever exceeds
    log(1 / risk) with probability at most `risk`. Of the null only two totals are weighed: the likelihood of a hypergeometric
    total rises to (remaining + 1) * found / read and falls after it.
    """
    if needed <= 0 or found >= needed:
        return -np.inf
    if needed > remaining:
        return np.inf
    likeliest = min(remaining, max(needed, ((remaining + 1) * found) // read if read else needed))
    totals = np.arange(needed + 2)
    totals[needed:] = needed, likeliest
    likelihood = _log_choose(remaining - read, totals - found) - _log_choose(remaining, totals)
    best = float(likelihood[:needed].max())
    if best == -np.inf:
        return -np.inf
    mixture = best + log(float(np.exp(likelihood[:needed] - best).sum()) / needed)
    return mixture - float(likelihood[needed:].max())


def reads_to_exclude(remaining: int, needed: int, read: int, found: int, risk: float) -> int:
    """Gives how many more readings that find nothing let `log_e_value` reach log(1 / risk); 0 where it has.

    Reading all of it always does, since then nothing is left to chance.
    """
    least, most = read, remaining
    while least < most:
        middle = (least + most) // 2
        if log_e_value(remaining, needed, middle, found) >= log(1 / risk):
            most = middle
        else:
            least = middle + 1
    return least - read


@dataclass(frozen=True, slots=True)
class Recall:
    """Of the positives of a shared sample, how many scored at least the cut under which nothing is read."""

    found: int
    positives: int


@dataclass(frozen=True)
class Pool:
    """The same of several outlets, each apart."""

    outlets: tuple[Recall, ...]

    @cached_property
    def found(self) -> int:
        """How many scored high in all of them."""
        return sum(each.found for each in self.outlets)

    @cached_property
    def positives(self) -> int:
        """How many there are in all of them."""
        return sum(each.positives for each in self.outlets)


def excluded_by_recall(found: int, needed: int, pool: Pool, risk: float) -> bool:
    """Tells whether `found` items, after all high scores were read, exclude that `needed` were published.

    Outlets differ: of the items of each another share scores high, by a beta law with a standard deviation of `SPREAD`. The
    mean of the law is what the `pool` of other outlets lets expect, from a flat prior; had this outlet published `needed`
    items, those that score high would be a beta-binomial number. Excluded is what has a chance of at most `LOOKS` of the
    risk; more items would only raise what was found. In simulated pools that were looked at again and again while they grew,
    false gaps stayed within the risk at spreads of up to 0.15 (`rasoat eval audit`). A pool whose outlets differ more says nothing.
    """
    if found >= needed or pool.positives < LEAST_KNOWN:
        return False
    weights, alike = _means_by(tuple(sorted((each.found, each.positives) for each in pool.outlets if each.positives)))
    return alike and float(weights @ _at_most(found, needed)) <= risk * LOOKS


def same_recall(own: Recall, others: Recall | Pool, level: float = 0.05) -> bool:
    """Tells whether an outlet's items score low no more often than those of others (Fisher's exact test, one-sided)."""
    if not own.positives or not others.positives:
        return True
    return _p_value(own.positives - own.found, own.found, others.positives - others.found, others.found) > level


@lru_cache(maxsize=10_000)
def _p_value(missed: int, found: int, missed_elsewhere: int, found_elsewhere: int) -> float:
    table = [[missed, found], [missed_elsewhere, found_elsewhere]]
    return float(fisher_exact(table, alternative="greater").pvalue)


@lru_cache(maxsize=10_000)
def _means_by(outlets: tuple[tuple[int, int], ...]) -> tuple[Floats, bool]:
    """Gives the probability of each mean of the law, (n_means,), by found and positives of outlets; and whether it can hold."""
    found, positives = np.array(outlets, dtype=np.float64).T[:, :, None]
    alike, apart = (
        (betaln(a + found, b + positives - found) - betaln(a, b)).sum(axis=0) for a, b in (_law(), (MEANS, 1 - MEANS))
    )
    weights = np.exp(alike - alike.max())
    evidence = float(np.exp(apart - alike.max()).sum() / weights.sum())
    return weights / weights.sum(), evidence < APART


@lru_cache(maxsize=10_000)
def _at_most(found: int, needed: int) -> Floats:
    """Gives the chance that of so many items at most `found` score high, at each mean of the law, (n_means,)."""
    counts = np.arange(found + 1)
    a, b = (each[:, None] for each in _law())
    ways = _log_choose(needed, counts) + betaln(a + counts, b + needed - counts) - betaln(a, b)
    return np.asarray(np.exp(ways).sum(axis=1), dtype=np.float64)


@lru_cache(maxsize=1)
def _law() -> tuple[Floats, Floats]:
    """Gives the two parameters of the beta law at each mean."""
    size = np.maximum(MEANS * (1 - MEANS) / SPREAD**2, LEAST_ALIKE) - 1
    return MEANS * size, (1 - MEANS) * size


def _log_choose(n: int, k: NDArray[np.int64]) -> Floats:
    inside = (k >= 0) & (k <= n)
    k = np.clip(k, 0, n)
    return np.where(inside, gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1), -np.inf)
