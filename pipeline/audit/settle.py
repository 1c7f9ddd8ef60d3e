"""When reading may stop: what has been read already excludes that a duty was met, at a stated risk.

Two ways, each with its share of the risk. **Sequential**: units are read in random order without replacement, and an
e-process against "at least `needed` remain" grows with every reading that finds none; it may be looked at after each reading
(Ville's inequality), so no number of readings need be fixed beforehand. It is a likelihood ratio of the exact hypergeometric
law, mixed over the alternatives and set against the best of the null ("universal inference": Wasserman, Ramdas & Balakrishnan,
PNAS 117 (2020); sampling without replacement: Waudby-Smith & Ramdas, arXiv 2006.04347; audits of elections: Stark, ALPHA,
arXiv 2201.02707). **By recall**: all units that score high were read; if the duty had been met, about such a share of its items
would have been among them as of the items that the shared sample found elsewhere (the idea is e-discovery's: Lewis, Yang &
Frieder, CIKM 2021; the test Fisher's).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import fisher_exact, hypergeom


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


def excluded_by_recall(found: int, needed: int, recall: Recall, risk: float) -> bool:
    """Tells whether `found` items, after all high scores were read, exclude that `needed` were published.

    `recall` is that of other outlets. Had this one published `needed` items and were each of them as likely to score high as
    theirs, then of all these items, with so many high scores in all, its own would be a hypergeometric number of the high ones:
    Fisher's exact test, one-sided, whatever the recall is. More items would only raise what was found. That the outlet's items
    are as likely to score high is an assumption that `same_recall` must have tested.
    """
    if found >= needed or not recall.positives:
        return False
    return _hypergeometric_tail(found, needed + recall.positives, found + recall.found, needed) <= risk


def same_recall(own: Recall, others: Recall, level: float = 0.05) -> bool:
    """Tells whether an outlet's items score low no more often than those of others (Fisher's exact test, one-sided)."""
    if not own.positives or not others.positives:
        return True
    return _p_value(own.positives - own.found, own.found, others.positives - others.found, others.found) > level


@lru_cache(maxsize=10_000)
def _p_value(missed: int, found: int, missed_elsewhere: int, found_elsewhere: int) -> float:
    table = [[missed, found], [missed_elsewhere, found_elsewhere]]
    return float(fisher_exact(table, alternative="greater").pvalue)


@lru_cache(maxsize=100_000)
def _hypergeometric_tail(found: int, all_: int, high: int, own: int) -> float:
    return float(hypergeom.cdf(found, all_, high, own))


def _log_choose(n: int, k: NDArray[np.int64]) -> NDArray[np.float64]:
    inside = (k >= 0) & (k <= n)
    k = np.clip(k, 0, n)
    return np.where(inside, gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1), -np.inf)
