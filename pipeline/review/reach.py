"""How many labels two orders of reading need to reach a score: of smoothed curves, so that no lucky point decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

TOLERANCE: Final = 0.005  # of macro F1: what two runs of the same order differ by; less says nothing of an order
RULE: Final = (
    "mean macro F1 on held-out articles over seeds and folds, smoothed to the nearest curve that never falls; labels at which "
    "it comes within the tolerance of the macro F1 of all labels of the pool, between two points by a straight line; the same "
    "for both orders; *_exact: without tolerance"
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
    sizes: Sequence[int], ours: Sequence[float], random: Sequence[float], *, test: int, left_out: int, seeds: int
) -> Simulated:
    """Compares two curves of macro F1 at the same numbers of labels, from none to all."""
    target = random[-1]  # with all labels both orders have the same model
    found = []
    for level in (target - TOLERANCE, target):
        own, other = (sizes[-1] if (n := reached(sizes, curve, level)) is None else n for curve in (ours, random))
        found.append((own, other, own / other if other else None))
    smooth = rising(ours), rising(random)
    return Simulated(
        *found[0],
        *found[1],
        target=target,
        cues=random[0],
        pool=sizes[-1],
        test=test,
        left_out=left_out,
        seeds=seeds,
        curve=tuple(
            Point(size, ours[n], random[n], float(smooth[0][n]), float(smooth[1][n])) for n, size in enumerate(sizes)
        ),
    )


def rising(values: Sequence[float]) -> Floats:
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


def reached(labels: Sequence[int], values: Sequence[float], target: float) -> int | None:
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
