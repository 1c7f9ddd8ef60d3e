"""The odds that a duty will be missed, given what is done, what is unread, and at which pace an outlet speaks.

An outlet publishes items of a topic as a Poisson process whose pace is not known exactly: a gamma law, which every observed
day sharpens. Then the items to come are negative binomial (Gelman et al., "Bayesian Data Analysis", 3rd ed., section 2.6), their
minutes a compound sum (Klugman, Panjer & Willmot, "Loss Models", 4th ed., chapter 9), and runs of silent days a Markov chain
(Fu & Koutras, "Distribution theory of runs: a Markov chain approach", JASA 89 (1994)). Pure functions of numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammainc, gammaincinv, gammaln

NODES: Final = 64  # paces at which a chain of days is run; their mean is within 1/64 of the integral
BINS: Final = 50  # of minutes that unread items may bring, up to what is needed
RARE: Final = 0.01  # chance; the error of a Poisson law in their place is at most as large (Barbour & Hall, 1984)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pace:
    """What is known of the items a day of an outlet: gamma with this shape and rate; its mean is shape / rate."""

    shape: float
    rate: float  # days

    @property
    def mean(self) -> float:
        """Items a day to be expected."""
        return self.shape / self.rate

    def after(self, items: float, days: float) -> Pace:
        """Learns from observed days; items may be fractions, where only the machine speaks."""
        return Pace(self.shape + items, self.rate + days)


@dataclass(frozen=True, slots=True)
class Length:
    """What is known of the minutes of one item: gamma with this mean and shape."""

    mean: float
    shape: float


def too_few(pace: Pace, days: float, needed: int, unread: Floats) -> float:
    """Gives the probability that fewer than `needed` items come: of the unread ones, by their chances, and in the days left."""
    if needed <= 0:
        return 0.0
    found = sum_of_chances(unread, needed)
    lacking = np.arange(needed, 0, -1)  # still, where 0, 1, … of the unread count
    return _probability(float(found @ betainc(pace.shape, lacking, pace.rate / (pace.rate + days))))


def too_short(pace: Pace, length: Length, days: float, needed: float, unread: Floats, minutes: Floats) -> float:
    """Gives the probability that fewer than `needed` minutes come; `unread` are chances of items of so many `minutes`."""
    if needed <= 0:
        return 0.0
    steps = np.minimum(np.rint(minutes / needed * BINS), BINS).astype(np.int64)
    found = sum_of_chances(unread, BINS, steps) if len(unread) else np.ones(1)
    lacking = needed * (1 - np.arange(len(found)) / BINS)
    return _probability(float(found @ _sum_below(pace, length, days, lacking)))


def sum_of_chances(chances: Floats, size: int, steps: Ints | None = None) -> Floats:
    """Returns (size,): probabilities that independent events with these chances, each worth its steps (1), sum to 0, 1 and so on.

    What sums to `size` or more is left out. Events of less chance than `RARE` are taken together as a Poisson law.
    """
    worth = np.ones(len(chances), dtype=np.int64) if steps is None else steps
    inside = worth < size
    rare = chances < RARE
    law = _rare(chances[rare & inside], worth[rare & inside], size)
    law *= np.exp(-chances[rare & ~inside].sum())
    for place in np.flatnonzero(~rare):
        moved, step = law * chances[place], worth[place]
        law -= moved
        if step < size:
            law[step:] += moved[: size - step]
    return law


def too_silent(spoken: Floats, shapes: Floats, rates: Floats, allowed: int) -> Floats:
    """Returns (n,): probabilities that more than `allowed` days in a row pass without an item.

    `spoken` (n, days) holds the chance that an item stands on each day; NaN where only the pace tells: days to come, and
    days that nobody observed. The days of one outlet share its pace, so chains are run at many paces and averaged.
    """
    quantiles = (np.arange(NODES) + 0.5) / NODES
    paces = gammaincinv(shapes[:, None], quantiles) / rates[:, None]
    by_pace = -np.expm1(-paces)  # (n, nodes): chance that a day has an item
    alive = np.zeros((len(spoken), NODES, allowed + 1))  # by length of the silence that runs
    alive[:, :, 0] = 1.0
    for day in range(spoken.shape[1]):
        known = spoken[:, day, None]
        heard = np.where(np.isnan(known), by_pace, known)[:, :, None]
        speaking = (alive * heard).sum(axis=2)
        alive[:, :, 1:] = (alive * (1 - heard))[:, :, :-1]
        alive[:, :, 0] = speaking
    return np.asarray(np.clip(1 - alive.sum(axis=2).mean(axis=1), 0.0, 1.0), dtype=np.float64)


def _rare(chances: Floats, steps: Ints, size: int) -> Floats:
    """Returns (size,): the law of a sum of rare events, by Panjer's recursion (Klugman, Panjer & Willmot, theorem 6.12)."""
    means = np.bincount(steps, weights=chances, minlength=size)[:size]
    weights = means * np.arange(size)
    law = np.zeros(size)
    law[0] = np.exp(-means[1:].sum())
    for total in range(1, size) if weights.any() else ():
        law[total] = weights[1 : total + 1] @ law[total - 1 :: -1][:total] / total
    return law


def _sum_below(pace: Pace, length: Length, days: float, limits: Floats) -> Floats:
    """Returns (n_limits,): probabilities that the minutes of all items to come stay below each limit."""
    share = pace.rate / (pace.rate + days)
    none = share**pace.shape
    most = ceil(3 * float(limits.max()) / length.mean + 40 / min(length.shape, 1.0))  # items; more are surely enough
    if days <= 0:
        return np.ones(len(limits))
    counts = np.arange(1, most + 1)
    law = np.exp(
        gammaln(counts + pace.shape)
        - gammaln(pace.shape)
        - gammaln(counts + 1)
        + pace.shape * np.log(share)
        + counts * np.log1p(-share)
    )
    scale = length.mean / length.shape
    below = gammainc(counts * length.shape, limits[:, None] / scale)
    return np.asarray(none + below @ law)


def _probability(value: float) -> float:
    """Rounds away what floating point adds."""
    return float(min(1.0, max(0.0, value)))
