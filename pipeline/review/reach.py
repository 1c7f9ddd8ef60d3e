"""How many labels two orders of reading need to reach a score: of smoothed curves, so that no lucky point decides.

Near the level of all labels the curves are flat, and there luck moves the labels needed by hundreds: the ratio is told with
the span that it has when the runs are drawn again. The rule is `RULE`, the same for both orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

TOLERANCE: Final = (
    0.005  # of macro F1; chosen, not measured. On the labels of the first directive the luck of parting moves the mean of 15
    # runs by 0.003 (standard error), and what its last sixth adds by 0.002
)
RESAMPLES: Final = 1_000  # of the runs, for the span of the ratio
SPAN: Final = (5, 95)  # per cent of them
RULE: Final = (
    "mean macro F1 on held-out articles over seeds and folds, smoothed to the nearest curve that never falls; labels at which "
    "it comes within the tolerance of the macro F1 of all labels of the pool, between two points by a straight line; the same "
    "for both orders; *_exact: without tolerance; ratio_low, ratio_high: 5 and 95 per cent of the ratios when runs (a fold of "
    "a seed each) are drawn again with replacement, which tells the luck of parting these articles, not that of other ones"
)
RECIPE: Final = "ridge regression over the article features of the classifier, beside its cues; not its models of lines"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Point:
    """Macro F1 on the held-out articles after so many labels, mean of the seeds; and as the smoothed curves have it."""

    labels: int
    ours: float
    random: float
    ours_smooth: float
    random_smooth: float


@dataclass(frozen=True, slots=True)
class Simulated:
    """Labels that each order needs to reach what all labels reach; None where the cues alone are as good from the start."""

    labels_ours: int
    labels_random: int
    ratio: float | None
    labels_ours_exact: int  # without tolerance
    labels_random_exact: int
    ratio_exact: float | None
    ratio_low: float | None  # of the ratio within the tolerance, by the luck of the runs
    ratio_high: float | None
    target: float  # macro F1 with all labels of the pool
    cues: float  # without a label
    pool: int  # articles
    test: int
    left_out: int  # rows that do not speak for every topic, or are too many
    seeds: int
    curve: tuple[Point, ...]

    def as_json(self) -> dict[str, Any]:
        """Gives everything, rounded to four digits, with the rule and the recipe."""
        points = [{key: _short(value) for key, value in asdict(point).items()} for point in self.curve]
        plain = {key: _short(value) for key, value in asdict(self).items() if key != "curve"}
        return plain | {"tolerance": TOLERANCE, "rule": RULE, "recipe": RECIPE, "curve": points}


def compared(
    sizes: Sequence[int], ours: Floats, random: Floats, *, test: int, left_out: int, seeds: int, seed: int
) -> Simulated:
    """Compares curves of macro F1, (n_runs, n_sizes) of each order, at the same numbers of labels, from none to all."""
    own, other = ours.mean(axis=0), random.mean(axis=0)
    smooth = rising(own), rising(other)
    return Simulated(
        *_needed(sizes, own, other, TOLERANCE),
        *_needed(sizes, own, other, 0.0),
        *_span(sizes, ours, random, seed),
        target=float(other[-1]),
        cues=float(other[0]),
        pool=sizes[-1],
        test=test,
        left_out=left_out,
        seeds=seeds,
        curve=tuple(
            Point(size, float(own[n]), float(other[n]), float(smooth[0][n]), float(smooth[1][n]))
            for n, size in enumerate(sizes)
        ),
    )


def _needed(sizes: Sequence[int], ours: Floats, random: Floats, tolerance: float) -> tuple[int, int, float | None]:
    """Gives the labels that each order needs, and their ratio; an order that comes there with all of them needs all."""
    level = float(random[-1]) - tolerance  # with all labels both orders have the same model
    own, other = (sizes[-1] if (n := reached(sizes, curve, level)) is None else n for curve in (ours, random))
    return own, other, own / other if other else None


def _span(sizes: Sequence[int], ours: Floats, random: Floats, seed: int) -> tuple[float | None, float | None]:
    """Gives what the ratio lies between when the runs are drawn again; both orders keep the same runs."""
    draws = np.random.default_rng(seed).integers(0, len(ours), (RESAMPLES, len(ours)))
    again = (_needed(sizes, ours[runs].mean(axis=0), random[runs].mean(axis=0), TOLERANCE)[2] for runs in draws)
    ratios = [ratio for ratio in again if ratio is not None]
    if len(ratios) < RESAMPLES:
        return None, None  # in some the cues alone reach it
    low, high = np.percentile(ratios, SPAN)
    return float(low), float(high)


def rising(values: Sequence[float] | Floats) -> Floats:
    """Returns the curve that never falls and is nearest to `values` in squares, same length.

    Pool adjacent violators: Ayer and others, "An empirical distribution function for sampling with incomplete information"
    (1955).
    """
    blocks: list[tuple[float, int]] = []  # mean, length
    for each in values:
        mean, length = float(each), 1
        while blocks and blocks[-1][0] >= mean:
            before, size = blocks.pop()
            mean = (before * size + mean * length) / (size + length)
            length += size
        blocks.append((mean, length))
    return np.repeat([mean for mean, _ in blocks], [length for _, length in blocks])


def reached(labels: Sequence[int], values: Sequence[float] | Floats, target: float) -> int | None:
    """Returns the number of labels at which the smoothed curve reaches `target`, between two points by a straight line.

    None where it never does.
    """
    smooth = rising(values)
    there = np.flatnonzero(smooth >= target)
    if not len(there):
        return None
    first = int(there[0])
    if first == 0:
        return labels[0]
    low, high = float(smooth[first - 1]), float(smooth[first])
    part = (target - low) / (high - low)
    return round(labels[first - 1] + part * (labels[first] - labels[first - 1]))


def _short(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value
