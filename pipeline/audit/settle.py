"""When reading may stop: what has been read already excludes that a duty was met, at a stated risk.

Two ways, which share the risk. **Sequential**: units are read in random order without replacement, and an e-process against "at
least `needed` remain" grows with every reading that finds none; it may be looked at after each reading (Ville's inequality), so
no number of readings need be fixed beforehand. It is a likelihood ratio of the exact hypergeometric law, mixed over all totals
and set against the best of the null ("universal inference": Wasserman, Ramdas & Balakrishnan, PNAS 117 (2020); sampling without
replacement: Waudby-Smith & Ramdas, arXiv 2006.04347; audits of elections: Stark, ALPHA, arXiv 2201.02707). **By recall**: all
units that score high were read; if the duty had been met, about such a share of its items would have been among them as of the
items that the shared sample found elsewhere (the idea is e-discovery's: Lewis, Yang & Frieder, CIKM 2021), and outlets differ
in it by `pipeline.audit.law`. The less likely recall makes the duty, the fewer readings in random order are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import fisher_exact

from pipeline.audit.law import at_most, likelihoods, means_by

LEAST_KNOWN: Final = 20  # items of other outlets, below which their share says too little
LOOKS: Final = (
    0.7  # of a probability that is looked at every night while the sample grows: by so much it may be too small
)
ALONE: Final = 0.25  # share of the risk that readings in random order have where recall says nothing

Floats = NDArray[np.float64]


def log_e_value(remaining: int, needed: int, read: int, found: int) -> float:
    """Gives the natural logarithm of the evidence against "at least `needed` of the `remaining` units carry the topic".

    `read` of the remaining were read in random order and `found` of them carry it. Ville: under the null it ever exceeds
    log(1 / risk) with probability at most `risk`. Each total K weighs 1 / ((K + 1) (K + 2)), which sums to 1 over all, so that
    one process serves whatever is needed. Of the null only two totals are weighed: the likelihood of a hypergeometric total
    rises to (remaining + 1) * found / read and falls after it.
    """
    if needed <= 0 or found >= needed:
        return -np.inf
    if needed > remaining:
        return np.inf
    likeliest = min(remaining, max(needed, ((remaining + 1) * found) // read if read else needed))
    totals = np.arange(needed + 2)
    totals[needed:] = needed, likeliest
    likelihood = _log_choose(remaining - read, totals - found) - _log_choose(remaining, totals)
    mixed = likelihood[:needed] - np.log((totals[:needed] + 1.0) * (totals[:needed] + 2))
    best = float(mixed.max())
    if best == -np.inf:
        return -np.inf
    return best + log(float(np.exp(mixed - best).sum())) - float(likelihood[needed:].max())


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


def chance_by_recall(found: int, needed: int, pool: Pool) -> float:
    """Gives the chance that of `needed` items of an outlet no more than `found` score high, as far as the others' tell.

    More items than needed would only raise what is found. What stands here is a p-value, even if it is looked at again and
    again while the pool grows, for outlets whose shares differ with a standard deviation of up to `pipeline.audits.SPREAD`
    (`pipeline.audit.looks`). 1 where a pool is too small, or its outlets differ more.
    """
    if found >= needed or pool.positives < LEAST_KNOWN:
        return 1.0
    weights, holds = _means_by(tuple(sorted((each.found, each.positives) for each in pool.outlets if each.positives)))
    return min(1.0, float(weights @ at_most(found, needed)) / LOOKS) if holds else 1.0


def left_to_chance(chance: float, risk: float) -> float:
    """Gives the risk at which readings in random order must exclude a duty whose chance by recall is this; 1 where none need.

    Whatever the share that scores high came to, the order of the others is random: together they err with a probability of at
    most the mean of this over all chances, which are uniform at worst. That is max(ALONE * risk, c / chance), up to 1, and c
    is such that the mean is `risk`.
    """
    c = (1 - ALONE) * risk / log(1 / (ALONE * risk))
    return 1.0 if chance <= c else max(ALONE * risk, c / chance)


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
    found, positives = np.array(outlets, dtype=np.int64).T
    alike, apart = likelihoods(found, positives)
    weights, holds = means_by(alike.sum(axis=0), apart.sum(axis=0))
    return weights, bool(holds)


def _log_choose(n: int, k: NDArray[np.int64]) -> Floats:
    inside = (k >= 0) & (k <= n)
    k = np.clip(k, 0, n)
    return np.where(inside, gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1), -np.inf)
