"""Whether readings exclude that a duty was met: which texts chance must answer for, and what it says of them.

Texts that score at least `HIGH` are read one by one, and as long as nobody has read them they are taken to carry the topic.
Of the others the longest run in the order of their permanent numbers that was read without a gap is a random sample without
replacement, whoever read it and why. Texts weigh what they would add if they carried the topic, every copy counted; "needed"
is the smallest number of them that could be enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np

from pipeline.audit.ground import View
from pipeline.audit.settle import Pool, chance_by_recall, left_to_chance, log_e_value
from pipeline.frames import Bools, Floats

HIGH: Final = 0.05  # score from which texts are read one by one: the design's simulation of verdicts

HARDLY: Final = 0.5  # share read, below which a window cannot weigh much: its e-value is texts / texts unread


@dataclass(frozen=True, slots=True)
class Odds:
    """What chance must answer for, for a duty of so many items or minutes."""

    found: int  # texts that score high and carry the topic, or may
    needed: int  # texts that would be needed, if those that weigh most and were not denied carried the topic
    low: int  # texts that score low, or may have done so before the model learnt of them
    needed_low: int  # of them, how many would be needed beside those that score high
    read_low: int  # of them, read in random order without a gap
    found_low: int  # of these, carry the topic, or were refused
    learnt: int = 0  # of these, score high now


def odds(view: View, weights: Floats, needed: float) -> Odds:
    """Sets apart what scores high and what scores low; `weights` (r,) is what each article adds."""
    high = view.greatest >= HIGH
    whole = view.weighed(weights)
    open_ = view.weighed(np.where(view.denied, 0.0, weights))
    may = view.positive | ~view.read
    rest = needed - float(open_[high & may].sum())
    read, found = prefix(view, ~high)
    learnt = _learnt(view, high)
    return Odds(
        found=int((high & may).sum()),
        needed=fewest(open_, needed),
        low=int((~high).sum()) + learnt,
        needed_low=fewest(whole[~high], rest) + learnt,
        read_low=read + learnt,
        found_low=found + learnt,
        learnt=learnt,
    )


def _learnt(view: View, high: Bools) -> int:
    """Counts the confirmed texts that score high and stand where the low ones were read without a gap.

    A model that has learnt from readings scores high what was found among the low, and leaves there what was denied: of a
    random sample it would take away just the finds. So these are taken to have been low. That never adds to the evidence.
    """
    waits = ~high & ~(view.read | view.refused)
    end = view.ground.permanent[waits].min() if waits.any() else np.inf
    return int((high & view.positive & (view.ground.permanent < end)).sum())


def prefix(view: View, which: Bools) -> tuple[int, int]:
    """Gives how many of some units were read without a gap in the order of their permanent numbers, and found positive."""
    own = view.ground.by_number[which[view.ground.by_number]]
    waits = np.flatnonzero(~(view.read | view.refused)[own])
    read = int(waits[0]) if len(waits) else len(own)
    return read, int((view.positive | view.refused)[own[:read]].sum())


def fewest(weights: Floats, needed: float) -> int:
    """Gives the smallest number of weights that reach `needed`; one more than there are where all of them do not."""
    if needed <= 0:
        return 0
    sums = np.cumsum(np.sort(weights)[::-1])
    return int(np.searchsorted(sums, needed - 1e-6)) + 1  # minutes are sums of float32


def by_sequence(odds: Odds, risk: float) -> bool:
    """Tells whether readings in random order alone exclude the duty."""
    return _excluded(odds, left_to_chance(1.0, risk))


def by_recall(odds: Odds, recall: Pool, risk: float) -> bool:
    """Tells whether the machine's recall excludes the duty, together with readings in random order."""
    return _excluded(odds, left_to_chance(chance_by_recall(odds.found, odds.needed, recall), risk))


def _excluded(odds: Odds, left: float) -> bool:
    return left >= 1 or log_e_value(odds.low, odds.needed_low, odds.read_low, odds.found_low) >= log(1 / left)


def silence_by_sequence(view: View, allowed: int, risk: float) -> bool:
    """Tells whether readings exclude that no silence was longer than allowed.

    A silence is `allowed` + 1 observed days without an item. For each such window of the phase there is an e-value against "it
    holds an item"; if the duty was met all of them hold one, so their mean is an e-value against that, whichever of them
    readers chose.
    """
    days, ground = view.ground.cut.days, view.ground
    windows = len(days) - allowed
    if windows <= 0:
        return False
    seen = np.isin(days, ground.cut.seen)
    unit_of = ground.unit
    blocked = view.positive | (~view.read & (view.greatest >= HIGH))
    if (blocked[unit_of[ground.dated :]]).any():
        return False  # an undated article that counts, or may, could break any silence
    place = np.searchsorted(days, ground.days)
    loud = np.bincount(place[blocked[unit_of[: ground.dated]]], minlength=len(days)) > 0
    quiet = np.convolve(~seen | loud, np.ones(allowed + 1, dtype=np.int64), mode="valid") == 0
    read = np.bincount(place, view.read[unit_of[: ground.dated]], len(days))
    every = np.bincount(place, minlength=len(days)).astype(np.float64)
    undated = len(ground.rows) - ground.dated
    total = 0.0
    for first in np.flatnonzero(quiet).tolist():
        span = slice(first, first + allowed + 1)
        most = float(every[span].sum()) + undated
        if most and float(read[span].sum()) < most * HARDLY:
            continue  # an e-value of 1 or hardly more, or of 0 where a reader refused to say: nothing is the least of them
        total += _against_an_item(view, (place >= first) & (place <= first + allowed))
        if total >= windows / risk:
            return True
    return total >= windows / risk


def _against_an_item(view: View, inside: Bools) -> float:
    """Gives the e-value against "some text of these days, or without a day, carries the topic", where none is found."""
    ground = view.ground
    which = np.zeros(len(ground.permanent), dtype=np.bool_)
    which[ground.unit[: ground.dated][inside]] = True
    which[ground.unit[ground.dated :]] = True
    which &= ~(view.read & ~view.positive & (view.greatest >= HIGH))
    size = int(which.sum())
    read, found = prefix(view, which)
    if found:
        return 0.0
    return float(np.exp(min(log_e_value(size, 1, read, 0), 700.0))) if size else float("inf")
