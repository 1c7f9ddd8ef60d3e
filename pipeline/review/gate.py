"""The gate: whether a candidate may take the champion's place, decided on readings that neither was trained on.

Both models speak of the same articles. A unit is a topic with enough positives, or all other topics pooled. The bootstrap
is paired and draws whole clusters of reprints, as these are one text: Efron & Tibshirani, "An Introduction to the Bootstrap"
(1993), ch. 16; Berg-Kirkpatrick et al., "An Empirical Investigation of Statistical Significance in NLP" (2012), for F1. Each
unit is a one-sided test of non-inferiority: the candidate must show that it does not lose more than the margin, and in the
mean over units it must gain. What that refuses and lets through, `tests/bench/gate_simulation.py` tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from models.calibration import calibration
from models.codebook import UNLABELLED
from models.evaluate import rounded
from pipeline.review.draw import share as in_share

MIN_POSITIVES: Final = 20  # judging articles with the topic; with fewer, one article moves F1 by more than the margin
DRAWS: Final = 2_000  # of clusters with replacement; a limit then moves by about 0.002 between seeds
AT_ONCE: Final = 200  # draws held in memory together
RECALL_LEVEL: Final = 0.95  # of the lower bound of recall, as the rules of reading use it

Outcome = Literal["promote", "few", "worse", "no_gain", "left"]
"""The candidate is better; too few positives to judge; some unit may lose more than the margin; the mean does not gain; it is
better, but a lead went back from this very model before."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one model says of the judging articles: scores and decisions, (n_articles, n_topics)."""

    scores: Floats
    decided: Bools


@dataclass(frozen=True, slots=True)
class Unit:
    """One topic, or "" for the pooled rest: F1 of both, their difference, and its one-sided lower limit."""

    topic: str
    topics: int  # 1, or those pooled
    positives: int
    judged: bool  # has enough positives to have a say
    champion: float
    candidate: float
    difference: float
    low: float
    blocks: bool  # a loss beyond the margin cannot be excluded


@dataclass(frozen=True, slots=True)
class Quality:
    """What else tells of one model on the judging articles, all topics together."""

    calibration_error: float  # expected, 0 to 1
    recall: float
    recall_low: float  # lower bound of recall at RECALL_LEVEL, exact (Clopper & Pearson)


@dataclass(frozen=True, slots=True)
class Ruling:
    """The gate's answer with all its numbers. `gain` is the mean difference over judged units; None where there is none."""

    outcome: Outcome
    articles: int
    clusters: int
    positives: int  # pairs of article and topic
    units: tuple[Unit, ...]
    gain: float | None
    margin: float
    level: float
    draws: int
    champion: Quality
    candidate: Quality

    @property
    def promotes(self) -> bool:
        """Whether the candidate takes the throne."""
        return self.outcome == "promote"

    @property
    def missing(self) -> int:
        """How many more positives a first unit needs; 0 where some unit is judged."""
        return 0 if self.gain is not None else MIN_POSITIVES - self.positives

    def as_json(self) -> dict[str, Any]:
        """Gives everything as plain values, rounded to four digits."""
        return dict(rounded(asdict(self)))

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Reads what `as_json` gave.

        Raises:
            KeyError, TypeError: it is something else.
        """
        parts = {name: Quality(**value[name]) for name in ("champion", "candidate")}
        units = tuple(Unit(**unit) for unit in value["units"])
        return cls(**{**value, **parts, "units": units})


def judges(seed: int, cluster: str, share: float) -> bool:
    """Tells whether the readings of a cluster of reprints are kept from every training, to judge models.

    The answer stays as long as the cluster keeps its name, that of its earliest article, and is independent of whether a sample
    of the same seed draws the article. What a model was trained on never judges it, whatever the answer has become.
    """
    return bool(in_share(seed, "judging", [cluster], share)[0])


def rule(
    topics: Sequence[str],
    labels: NDArray[np.int8],
    clusters: Sequence[str],
    champion: Opinion,
    candidate: Opinion,
    *,
    margin: float,
    level: float,
    seed: int,
    draws: int = DRAWS,
) -> Ruling:
    """Compares two models on the same labels (n_articles, n_topics), 1, 0 or UNLABELLED; `clusters` names each article's.

    A unit blocks where the lower limit of its difference, at `level` and one-sided, lies below minus `margin`.
    """
    truth = labels == 1
    known = labels != UNLABELLED
    groups = _groups(truth.sum(axis=0))
    names, places = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    opinions = (champion, candidate)
    counts = np.stack([_counts(truth, each.decided & known, groups, places, len(names)) for each in opinions])
    limits = _lower_limits(counts, 1.0 - level, seed, draws)
    scores = _f1(counts.sum(axis=1))  # (n_models, n_units)
    units = tuple(
        _unit(topics, group, truth, (float(theirs), float(own)), float(low), margin)
        for group, theirs, own, low in zip(groups, *scores, limits, strict=True)
    )
    judged = [unit.difference for unit in units if unit.judged]
    gain = float(np.mean(judged)) if judged else None
    return Ruling(
        outcome=_outcome(units, gain),
        articles=len(labels),
        clusters=len(names),
        positives=int(truth.sum()),
        units=units,
        gain=gain,
        margin=margin,
        level=level,
        draws=draws,
        champion=_quality(topics, labels, champion),
        candidate=_quality(topics, labels, candidate),
    )


def _groups(positives: NDArray[np.int64]) -> list[list[int]]:
    """Gives the columns of each unit: topics with enough positives alone, the others together and last."""
    alone = np.flatnonzero(positives >= MIN_POSITIVES).tolist()
    rest = np.flatnonzero(positives < MIN_POSITIVES).tolist()
    return [[column] for column in alone] + ([rest] if rest else [])


def _counts(
    truth: Bools, chosen: Bools, groups: Sequence[Sequence[int]], places: NDArray[np.int64], clusters: int
) -> Floats:
    """Returns (n_clusters, n_units, 2): hits, and the sum of what is true and what was chosen."""
    found = np.zeros((clusters, len(groups), 2))
    for number, columns in enumerate(groups):
        mine, said = truth[:, columns], chosen[:, columns]
        np.add.at(found[:, number, 0], places, (mine & said).sum(axis=1))
        np.add.at(found[:, number, 1], places, mine.sum(axis=1) + said.sum(axis=1))
    return found


def _f1(sums: Floats) -> Floats:
    """Returns the F1 of hits and totals in the last axis; 0 where nothing is true and nothing chosen."""
    return np.asarray(2 * sums[..., 0] / np.maximum(sums[..., 1], 1))


def _lower_limits(counts: Floats, quantile: float, seed: int, draws: int) -> Floats:
    """Returns (n_units,): the quantile of candidate minus champion over draws of whole clusters."""
    models, clusters, units, _ = counts.shape
    if not clusters:
        return np.zeros(units)
    random = np.random.default_rng(seed)
    flat = np.moveaxis(counts, 1, 0).reshape(clusters, -1)
    found = []
    for first in range(0, draws, AT_ONCE):
        size = min(AT_ONCE, draws - first)
        times = random.multinomial(clusters, np.full(clusters, 1 / clusters), size)
        theirs, own = np.moveaxis(_f1((times @ flat).reshape(size, models, units, 2)), 1, 0)
        found.append(own - theirs)
    return np.asarray(np.quantile(np.concatenate(found), quantile, axis=0))


def _unit(
    topics: Sequence[str], group: Sequence[int], truth: Bools, f1: tuple[float, float], low: float, margin: float
) -> Unit:
    positives = int(truth[:, group].sum())
    judged = positives >= MIN_POSITIVES
    theirs, own = f1
    return Unit(
        topic=topics[group[0]] if len(group) == 1 and judged else "",
        topics=len(group),
        positives=positives,
        judged=judged,
        champion=theirs,
        candidate=own,
        difference=own - theirs,
        low=low,
        blocks=judged and low < -margin,
    )


def _outcome(units: Sequence[Unit], gain: float | None) -> Outcome:
    if gain is None:
        return "few"
    if any(unit.blocks for unit in units):
        return "worse"
    return "promote" if gain > 0 else "no_gain"


def _quality(topics: Sequence[str], labels: NDArray[np.int8], opinion: Opinion) -> Quality:
    hits, positives = int(((labels == 1) & opinion.decided).sum()), int((labels == 1).sum())
    low = float(beta.ppf(1.0 - RECALL_LEVEL, hits, positives - hits + 1)) if hits else 0.0
    error = calibration(topics, labels, opinion.scores)[0].error if len(labels) else 0.0
    return Quality(error, hits / max(1, positives), low)
