"""Which articles to read so that an uncertain verdict is settled, and how many of them it takes.

Those that score high come first, since each of them may be an item; then the others in random order, which is what the
sequential test asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from operator import add
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.audit.exclusion import HIGH, Odds
from pipeline.audit.ground import View
from pipeline.audit.settle import Pool, chance_by_recall, left_to_chance, log_e_value, reads_to_exclude
from pipeline.frames import Bools, Floats

MOST_TO_READ: Final = 200  # articles that a verdict lists
UNSETTLED: Final = 0.05  # probability that the list does not settle it, up to which its length is told all the same
NEGLIGIBLE: Final = 1e-3  # probability that reading goes on, below which it is followed no further

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to read: rows of the frame, and how many readings are expected until the verdict is settled."""

    rows: tuple[int, ...]
    reads: float | None


def remedy(view: View, weights: Floats, lacking: float, odds: Odds, recall: Pool | None, risk: float) -> Remedy:
    """Finds what to read for a duty of so many items or minutes, of which `lacking` are not confirmed yet.

    `recall` is None where the machine's recall may not be used; `risk` is that of the verdict.
    """
    high, low = _queues(view)
    listed = np.concatenate([high, low])[:MOST_TO_READ]
    high = high[:MOST_TO_READ]
    alive, expected, found = _run(view, weights, high, lacking)
    if alive > UNSETTLED:
        more = _low_reads(odds, view, high, found, recall, risk, len(listed) - len(high))
        if more is None:
            return Remedy(_rows(view, listed), None)
        expected += alive * more
    return Remedy(_rows(view, listed), expected)


def silence_remedy(view: View, allowed: int) -> Remedy:
    """Finds what to read for a duty of silences: texts of the days in a silence that is too long, and those without a day."""
    ground = view.ground
    confirmed = np.unique(ground.days[view.said[: ground.dated] == 1])
    days = ground.cut.days
    mute = ~np.isin(days, confirmed)
    run = np.zeros(len(days), dtype=np.int64)
    starts = np.flatnonzero(mute & ~np.concatenate([[False], mute[:-1]]))
    ends = np.flatnonzero(mute & ~np.concatenate([mute[1:], [False]])) + 1
    for first, last in zip(starts.tolist(), ends.tolist(), strict=True):
        run[first:last] = last - first
    wanted = np.zeros(len(ground.permanent), dtype=np.bool_)
    wanted[ground.unit[: ground.dated][run[np.searchsorted(days, ground.days)] > allowed]] = True
    wanted[ground.unit[ground.dated :]] = True
    high, low = _queues(view, wanted)
    every = np.concatenate([high, low])
    settles = (
        len(every) <= MOST_TO_READ and len(ground.rows) == ground.dated
    )  # a day must be found too where there is none
    return Remedy(_rows(view, every[:MOST_TO_READ]), float(len(every)) if settles else None)


def _queues(view: View, wanted: Bools | None = None) -> tuple[Places, Places]:
    """Gives the unread units: those that score high, the likeliest first; and the others by permanent number."""
    unread = ~view.read if wanted is None else ~view.read & wanted
    permanent, scores = view.ground.permanent, view.greatest
    high, low = np.flatnonzero(unread & (scores >= HIGH)), unread & (scores < HIGH)
    in_turn = view.ground.by_number
    return high[np.lexsort((permanent[high], -scores[high]))], in_turn[low[in_turn]]


def _rows(view: View, units: Places) -> tuple[int, ...]:
    """Gives the article to read of each unit: its first of the phase, and one without a day only where there is no other."""
    first = np.zeros(len(view.ground.permanent), dtype=np.intp)
    first[view.ground.unit[::-1]] = np.arange(len(view.ground.rows))[::-1]
    return tuple(view.ground.rows[first[units]].tolist())


def _run(view: View, weights: Floats, high: Places, lacking: float) -> tuple[float, float, float]:
    """Follows the reading of what scores high: each is an item with the chance of its score.

    Gives the probability that all of it is read and the duty not met, the readings expected until either, and the texts that are
    expected to be found by then.
    """
    steps = max(1, int(np.ceil(lacking - 1e-6)))
    weighs = np.rint(view.weighed(np.where(np.isfinite(weights), weights, 0.0))[high]).astype(np.int64)
    lacks = [1.0] + [0.0] * (steps - 1)  # lacks[n]: probability that n have been found; few numbers, so no array
    expected = found = 0.0
    for chance, weight in zip(view.greatest[high].tolist(), weighs.tolist(), strict=True):
        alive = sum(lacks)
        if alive < NEGLIGIBLE:
            break
        expected += alive
        moved = [each * chance for each in lacks[: max(0, steps - weight)]]
        lacks = [each * (1 - chance) for each in lacks]
        lacks[weight:] = map(add, lacks[weight:], moved)
        found += chance
    return sum(lacks), expected, found


def _low_reads(
    odds: Odds, view: View, high: Places, found: float, recall: Pool | None, risk: float, most: int
) -> int | None:
    """Gives how many of the others must be read, if none carries the topic, once those that score high were read.

    None where `most` of them are not enough.
    """
    likely = max(0, odds.found - len(high) + min(round(found), max(odds.needed - 1, 0)))
    left = left_to_chance(chance_by_recall(likely, odds.needed, recall) if recall is not None else 1.0, risk)
    if left >= 1:
        return 0
    needed = max(1, odds.needed_low, odds.needed - likely + odds.learnt)
    if odds.found_low >= needed:
        rest = int((~view.read & (view.greatest < HIGH)).sum())
        return rest if rest <= most else None
    furthest = min(odds.low, odds.read_low + most)
    if log_e_value(odds.low, needed, furthest, odds.found_low) < log(1 / left):
        return None
    return reads_to_exclude(odds.low, needed, odds.read_low, odds.found_low, left)
