"""The odds that a duty will be missed, given what is done, what is unread, and at which pace an outlet speaks.

An outlet publishes items of a topic as a Poisson process whose pace is not known exactly: a gamma law, which every observed
day sharpens. Then the items to come are negative binomial (Gelman et al., "Bayesian Data Analysis", 3rd ed., section 2.6), their
minutes a compound sum (Klugman, Panjer & Willmot, "Loss Models", 4th ed., chapter 9), and runs of silent days a Markov chain
(Fu & Koutras, "Distribution theory of runs: a Markov chain approach", JASA 89 (1994)). Pure functions of numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammainc, gammaincinv, gammaln

NODES: Final = 64  # paces at which a chain of days is run; their mean is within 1/64 of the integral
BINS: Final = 50  # of minutes that unread items may bring, up to what is needed
BANDS: Final = (0.1, 0.4, 0.7)  # chances that are alike; below the first one events are rare
MANY: Final = 20  # events of one band, from which they are taken together
NEGLIGIBLE: Final = 1e-9  # probability
SURE: Final = 8.0  # standard deviations

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
    if needed <= 0 or _surely(unread, needed):
        return 0.0
    found = sum_of_chances(unread, needed)
    lacking = np.arange(needed, 0, -1)  # still, where 0, 1, … of the unread count
    return _probability(float(found @ betainc(pace.shape, lacking, pace.rate / (pace.rate + days))))


def too_short(pace: Pace, length: Length, days: float, needed: float, unread: Floats, minutes: Floats) -> float:
    """Gives the probability that fewer than `needed` minutes come; `unread` are chances of items of so many `minutes`."""
    if needed <= 0 or _surely(unread, needed, minutes):
        return 0.0
    steps = np.minimum(np.rint(minutes / needed * BINS), BINS).astype(np.int64)
    found = sum_of_chances(unread, BINS, steps)
    bins = np.flatnonzero(found > NEGLIGIBLE)
    return _probability(float(found[bins] @ _sum_below(pace, length, days, needed * (1 - bins / BINS))))


def sum_of_chances(chances: Floats, size: int, steps: Ints | None = None) -> Floats:
    """Returns (size,): probabilities that independent events with these chances, each worth its steps (1), sum to 0, 1 and so on.

    What sums to `size` or more is left out. Events of like chance and equal worth are taken together where they are many, or
    rare, as a binomial law of the same mean and variance.
    """
    worth = np.minimum(np.ones(len(chances), dtype=np.int64) if steps is None else steps, size)
    band = np.searchsorted(BANDS, chances, side="right")
    groups, of = np.unique(worth * (len(BANDS) + 1) + band, return_inverse=True)
    law: Floats = np.eye(1, size)[0]
    for number, group in enumerate(groups.tolist()):
        step, place = divmod(group, len(BANDS) + 1)
        own = chances[of == number]
        if step == 0:
            continue
        if place == 0 or len(own) > MANY:
            law = _added(law, _binomial(own, -(-size // step)), step)
        else:
            for chance in own.tolist():
                law = _added(law, (1 - chance, chance), step)
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


def _added(law: Floats, more: Sequence[float] | Floats, step: int) -> Floats:
    """Adds what happens 0, 1, 2 … times, and each time moves the sum by a step."""
    sums = law * more[0]
    for times in range(1, min(len(more), -(-len(law) // step))):
        if more[times] < NEGLIGIBLE:
            continue
        sums[times * step :] += law[: len(law) - times * step] * more[times]
    return sums


def _binomial(chances: Floats, size: int) -> Floats:
    """Returns (size,): the binomial law that has the mean and the variance of a number of events (Ehm, 1991)."""
    mean = float(chances.sum())
    if mean <= 0:
        none: Floats = np.eye(1, size)[0]
        return none
    chance = float((chances**2).sum()) / mean
    events = mean / chance
    times = np.arange(1, size)
    ratios = np.maximum(events - times + 1, 0.0) / times * (chance / max(1 - chance, 1e-12))
    return np.asarray((1 - chance) ** events * np.cumprod(np.concatenate([[1.0], ratios])), dtype=np.float64)


def _sum_below(pace: Pace, length: Length, days: float, limits: Floats) -> Floats:
    """Returns (n_limits,): probabilities that the minutes of all items to come stay below each limit."""
    share = pace.rate / (pace.rate + days)
    none = share**pace.shape
    most = ceil(
        3 * float(limits.max(initial=0.0)) / length.mean + 40 / min(length.shape, 1.0)
    )  # items; more are surely enough
    if days <= 0 or not len(limits):
        return np.ones(len(limits))
    counts = np.arange(1, most + 1)
    law = np.exp(
        gammaln(counts + pace.shape)
        - gammaln(pace.shape)
        - gammaln(counts + 1)
        + pace.shape * np.log(share)
        + counts * np.log1p(-share)
    )
    counts, law = counts[law > NEGLIGIBLE], law[law > NEGLIGIBLE]
    scale = length.mean / length.shape
    below = gammainc(counts * length.shape, limits[:, None] / scale)
    return np.asarray(none + below @ law)


def _surely(chances: Floats, needed: float, worth: Floats | float = 1.0) -> bool:
    """Tells whether what is unread is beyond doubt enough."""
    spread = float((chances * (1 - chances) * np.square(worth)).sum()) ** 0.5
    return bool(float((chances * worth).sum()) - SURE * spread > needed)


def _probability(value: float) -> float:
    """Rounds away what floating point adds."""
    return float(min(1.0, max(0.0, value)))
