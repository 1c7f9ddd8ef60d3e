"""When reading may stop: what has been read already excludes that a duty was met, at a stated risk.

Two ways, each with its share of the risk. **Sequential**: units are read in random order without replacement, and an
e-process against "at least `needed` remain" grows with every reading that finds none; it may be looked at after each reading
(Ville's inequality), so no number of readings need be fixed beforehand. It is a likelihood ratio of the exact hypergeometric
law, mixed over the alternatives and set against the best of the null ("universal inference": Wasserman, Ramdas & Balakrishnan,
PNAS 117 (2020); sampling without replacement: Waudby-Smith & Ramdas, arXiv 2006.04347; audits of elections: Stark, ALPHA,
arXiv 2201.02707). **By recall**: all units that score high were read; if the duty had been met, at least a share of its items
would have been among them, by the recall that the shared sample bounds from below (e-discovery: Lewis, Yang & Frieder, CIKM
2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, betaincinv, gammaln
from scipy.stats import fisher_exact


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

    def lower(self, risk: float) -> float:
        """Gives the lower limit of recall (Clopper & Pearson, one-sided) that holds but for `risk`; 0 without positives."""
        return 0.0 if not self.found else _lower(self.found, self.positives, risk)


def excluded_by_recall(found: int, needed: int, recall: Recall, risk: float) -> bool:
    """Tells whether `found` items, after all high scores were read, exclude that `needed` were published.

    Half of the risk is spent on the limit of recall, half on the luck of this outlet. Every item is taken to score high by its
    own chance and at least with that recall: an assumption that `same_recall` must have tested.
    """
    bound = recall.lower(risk / 2)
    return found < needed and float(bdtr(found, needed, bound)) <= risk / 2


def same_recall(own: Recall, others: Recall, level: float = 0.05) -> bool:
    """Tells whether an outlet's items score low no more often than those of others (Fisher's exact test, one-sided)."""
    if not own.positives or not others.positives:
        return True
    return _p_value(own.positives - own.found, own.found, others.positives - others.found, others.found) > level


@lru_cache(maxsize=10_000)
def _p_value(missed: int, found: int, missed_elsewhere: int, found_elsewhere: int) -> float:
    table = [[missed, found], [missed_elsewhere, found_elsewhere]]
    return float(fisher_exact(table, alternative="greater").pvalue)


@lru_cache(maxsize=10_000)
def _lower(found: int, positives: int, risk: float) -> float:
    return float(betaincinv(found, positives - found + 1, risk))


def _log_choose(n: int, k: NDArray[np.int64]) -> NDArray[np.float64]:
    inside = (k >= 0) & (k <= n)
    k = np.clip(k, 0, n)
    return np.where(inside, gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1), -np.inf)
