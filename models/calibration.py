"""Tells how far probabilities can be believed: reliability bins, Brier score, expected calibration error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.codebook import UNLABELLED

BINS: Final = 10  # of equal width; rare topics leave the upper ones nearly empty, so each says how many it holds


@dataclass(frozen=True, slots=True)
class Bin:
    """The article-topic pairs whose scores lie in one tenth: what was said on average, and the share that was true."""

    low: float
    high: float
    cells: int
    said: float
    true: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """One topic, or "" for all: `brier` is the mean squared error, `error` the mean distance of said and true by bin."""

    topic: str
    cells: int
    brier: float
    error: float  # expected calibration error, bins weighted by what they hold
    bins: tuple[Bin, ...]  # those that hold something


def calibration(topics: Sequence[str], labels: np.ndarray, scores: np.ndarray) -> tuple[Calibration, ...]:
    """Compares scores (n_articles, n_topics), 0 to 1, with labels; all topics together first, then each one.

    Scores may be those of several repeats, (n_repeats, n_articles, n_topics): all of them are counted.
    """
    stacked = scores.reshape(-1, *labels.shape)
    known = np.broadcast_to(labels != UNLABELLED, stacked.shape)
    truth = np.broadcast_to(labels == 1, stacked.shape)
    found = [_calibration("", truth[known], stacked[known])]
    for n, topic in enumerate(topics):
        cells = known[..., n]
        found.append(_calibration(topic, truth[..., n][cells], stacked[..., n][cells]))
    return tuple(found)


def _calibration(topic: str, truth: np.ndarray, scores: np.ndarray) -> Calibration:
    places = np.minimum((scores * BINS).astype(int), BINS - 1)
    bins = []
    for place in range(BINS):
        mine = places == place
        if mine.any():
            said, true = float(scores[mine].mean()), float(truth[mine].mean())
            bins.append(Bin(place / BINS, (place + 1) / BINS, int(mine.sum()), said, true))
    cells = len(truth)
    error = sum(each.cells * abs(each.said - each.true) for each in bins) / max(1, cells)
    brier = float(np.mean((scores - truth) ** 2)) if cells else 0.0
    return Calibration(topic, cells, brier, error, tuple(bins))
