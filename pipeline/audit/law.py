"""How outlets differ in the share of their items that scores high: a beta law, whose mean is known from the items of others.

An outlet's own finds are then beta-binomial (Skellam, "A probability distribution derived from the binomial", JRSS B 10 (1948)).
Up to a standard deviation of `pipeline.audits.SPREAD` between outlets is borne. The law here is somewhat wider, and its prior
leans to the lower means: with the very law, and a flat prior, pools of few outlets accused more than was promised where the mean
share was near 30 or 90 %, most of all at small risks.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln

WIDE: Final = 0.17  # standard deviation of the law
LEAST_ALIKE: Final = 3.5  # sum of its two parameters + 1, at least: near 100 % the spread cannot be so great
LEAN: Final = 0.5  # power of the share missed that the prior of the mean is proportional to
APART: Final = 20.0  # times as likely under a law of wholly different outlets: from there on no such law holds
MEANS: Final = (np.arange(100) + 0.5) / 100  # at which the law is tried

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def likelihoods(found: Ints, positives: Ints) -> tuple[Floats, Floats]:
    """Gives the logarithms of the chances of such finds of one outlet each, (…, n_means): by the law, and wholly different."""
    found, missed = found[..., None], (positives - found)[..., None]
    alike, apart = (betaln(a + found, b + missed) - betaln(a, b) for a, b in (_law(), (MEANS, 1 - MEANS)))
    return alike, apart


def means_by(alike: Floats, apart: Floats) -> tuple[Floats, Bools]:
    """Gives the probability of each mean, (…, n_means), from sums of the above over outlets; and whether the law can hold, (…,)."""
    top = alike.max(axis=-1, keepdims=True)
    likely = np.exp(alike - top)
    holds = np.exp(apart - top).sum(axis=-1) < APART * likely.sum(axis=-1)
    weights = likely * (1 - MEANS) ** LEAN
    return weights / weights.sum(axis=-1, keepdims=True), holds


@lru_cache(maxsize=10_000)
def at_most(found: int, needed: int) -> Floats:
    """Gives the chance that of so many items at most `found` score high, at each mean of the law, (n_means,)."""
    counts = np.arange(found + 1)[:, None]
    a, b = _law()
    ways = gammaln(needed + 1) - gammaln(counts + 1) - gammaln(needed - counts + 1)
    return np.asarray(
        np.exp(ways + betaln(a + counts, b + needed - counts) - betaln(a, b)).sum(axis=0), dtype=np.float64
    )


@lru_cache(maxsize=1)
def _law() -> tuple[Floats, Floats]:
    """Gives the two parameters of the beta law at each mean."""
    size = np.maximum(MEANS * (1 - MEANS) / WIDE**2, LEAST_ALIKE) - 1
    return MEANS * size, (1 - MEANS) * size
