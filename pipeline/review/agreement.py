"""How well readers agree: Krippendorff's alpha, topic by topic, with a bootstrap interval over articles.

Krippendorff, "Computing Krippendorff's alpha-reliability" (2011); the interval is that of whole articles drawn with
replacement, as articles and not readings are what another sample would change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

RESAMPLES: Final = 1_000  # of articles; the limits move by about 0.01 between runs of so many
LIMITS: Final = (0.025, 0.975)  # quantiles of the resamples: a 95 % interval
LEAST_ARTICLES: Final = 10  # read by several; below, an interval would promise more than so few articles know

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Reading = tuple[str, str, bool]  # article, reviewer, value


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement on one topic. `alpha` is 1 for readers who never part and 0 for those who might as well toss coins."""

    topic: str
    articles: int  # read by two or more
    readings: int  # of those articles
    parted: int  # articles on which not all said the same
    yes: int  # readings that gave the topic
    alpha: float | None  # None where it has no meaning: nobody read twice, or all said one thing of all articles
    low: float | None  # 2.5 % limit
    high: float | None  # 97.5 %


def agreement(readings: Mapping[str, Sequence[Reading]], seed: int) -> tuple[Agreement, ...]:
    """Gives the agreement on each topic from its readings; of a reviewer's several words on an article the last counts."""
    return tuple(_agreement(topic, counts(said), seed) for topic, said in readings.items())


def counts(said: Sequence[Reading]) -> Ints:
    """Returns (n_articles, 2): how many reviewers said no, and yes, of each article, ordered by article."""
    last = {(article, reviewer): value for article, reviewer, value in said}
    table: dict[str, list[int]] = {}
    for (article, _), value in last.items():
        table.setdefault(article, [0, 0])[int(value)] += 1
    return np.array([table[article] for article in sorted(table)], dtype=np.int64).reshape(len(table), 2)


def alpha(units: Ints) -> float | None:
    """Returns Krippendorff's nominal alpha of (n_units, n_values): how many readers gave a unit each value.

    Units read once tell nothing of agreement and are left out. None where the rest is empty or of one value throughout:
    without variation there is nothing to agree upon.
    """
    paired = units[units.sum(axis=1) > 1]
    total = paired.sum(axis=0)
    number = int(total.sum())
    expected = number**2 - int((total**2).sum())  # pairs of unlike values among all readings
    if expected == 0:
        return None
    readers = paired.sum(axis=1)
    unlike = (readers**2 - (paired**2).sum(axis=1)) / (readers - 1)
    return float(1.0 - (number - 1) * unlike.sum() / expected)


def shared(units: Ints) -> float:
    """Returns the part of all "yes" that another reader of the article gives too; 1 where nobody says yes.

    Positive specific agreement: Cicchetti and Feinstein, "High agreement but low kappa II" (1990). Units are those of `alpha`.
    """
    paired = units[units.sum(axis=1) > 1]
    yes, readers = paired[:, 1], paired.sum(axis=1)
    total = int(yes.sum())
    return float((yes * (yes - 1) / (readers - 1)).sum() / total) if total else 1.0


def interval(units: Ints, seed: int) -> tuple[float, float] | None:
    """Returns the 95 % limits of alpha; None where there are fewer than LEAST_ARTICLES or a resample seldom has a value.

    Resamples without variation are passed over; where they are more than half, the limits would be of the lucky ones.
    """
    paired = units[units.sum(axis=1) > 1]
    if len(paired) < LEAST_ARTICLES:
        return None
    random = np.random.default_rng(seed)
    draws = random.integers(0, len(paired), (RESAMPLES, len(paired)))
    found = [value for draw in draws if (value := alpha(paired[draw])) is not None]
    if 2 * len(found) < RESAMPLES:
        return None
    low, high = np.quantile(found, LIMITS)
    return float(low), float(high)


def _agreement(topic: str, units: Ints, seed: int) -> Agreement:
    paired = units[units.sum(axis=1) > 1]
    value = alpha(paired)
    limits = interval(paired, seed) if value is not None else None
    return Agreement(
        topic=topic,
        articles=len(paired),
        readings=int(paired.sum()),
        parted=int((paired > 0).all(axis=1).sum()),
        yes=int(paired[:, 1].sum()),
        alpha=value,
        low=limits[0] if limits else None,
        high=limits[1] if limits else None,
    )
