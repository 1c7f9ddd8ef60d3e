"""Populations whose truth is known, for trying the auditor's statistics on them: synthetic scores, or those of a real model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Scenario = Literal[
    "calibrated", "blind", "drift", "blinder", "apart_10", "apart_15", "retrained", "memorised", "high_first", "own"
]
"""Scores are true probabilities; a tenth of the topic's articles look like any other; the model was calibrated at a third of
the prevalence and the topic speaks in new words; one outlet is blind thrice as often as the pool; the share that looks like any
other differs between outlets with a standard deviation of 0.10, of 0.15; the model is trained again between readings; it was
taught a part of the sample; the sample is read high scores first (the last three are blind to a tenth); one's own model."""

SEPARATION: Final = 3.2  # between the two classes, in standard deviations of the score: F1 near 0.8 at 5 %
SEEN: Final = ("calibrated", "drift")  # scenarios in which no article looks like any other
BLIND: Final = 0.1  # share of the topic's articles, elsewhere
BLINDER: Final = 0.3  # in the blinder outlet
APART: Final = {"apart_10": 0.10, "apart_15": 0.15}  # standard deviation of that share between outlets
BLIND_APART: Final = 0.15  # its mean there
DRIFTED: Final = 0.5  # standard deviations by which the topic's articles have moved towards the others
RARER: Final = 3.0  # times the topic was rarer where the drifted model was calibrated
RELEARNT: Final = 1.5  # standard deviation, in logits, by which a model trained again scores otherwise
MEMORY: Final = (0.002, 0.95)  # scores of what a model was taught: at most without the topic, at least with it

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Score = Callable[[np.random.Generator, Bools, float], Floats]
"""Gives articles, of which is known whether they carry the topic, the scores that a model would: (…, outlet's), truth, prevalence."""


@dataclass(frozen=True, slots=True)
class World:
    """A scenario: how articles are scored, in the outlet that is judged and in the pool from which recall is known."""

    scenario: Scenario
    score: Score
    pool: Score
    topic: str = ""  # of one's own model

    @property
    def alike(self) -> bool:
        """Whether outlets do not differ."""
        return self.scenario != "blinder" and self.scenario not in APART


def synthetic(scenario: Scenario) -> World:
    """Gives a scenario with two normal classes; the pool of a blinder outlet is as blind as that of scenario "blind"."""
    return World(scenario, _normal(scenario), _normal("blind" if scenario == "blinder" else scenario))


def resampled(topic: str, with_topic: Floats, without: Floats) -> World:
    """Gives a population that draws its scores, with replacement, from those that a model gave to read articles."""

    def score(rng: np.random.Generator, truth: Bools, prevalence: float) -> Floats:
        del prevalence  # the model was calibrated where it was trained
        scores = rng.choice(without, truth.shape)
        scores[truth] = rng.choice(with_topic, int(truth.sum()))
        return scores

    return World("own", score, score, topic)


def retrained(rng: np.random.Generator, scores: Floats) -> Floats:
    """Gives the scores of the next model."""
    logit = np.log(scores / (1 - scores)) + RELEARNT * rng.standard_normal(scores.shape)
    return np.asarray(1 / (1 + np.exp(-logit)), dtype=np.float64)


def memorised(scores: Floats, taught: Bools, truth: Bools) -> Floats:
    """Gives the scores of a model that knows what it was taught by heart."""
    low, high = MEMORY
    return np.where(taught, np.where(truth, np.maximum(scores, high), np.minimum(scores, low)), scores)


def _normal(scenario: Scenario) -> Score:
    def score(rng: np.random.Generator, truth: Bools, prevalence: float) -> Floats:
        seen = truth & (rng.random(truth.shape) >= _blind(scenario, rng, (*truth.shape[:-1], 1)))
        z = rng.standard_normal(truth.shape) + np.where(seen, SEPARATION / 2, -SEPARATION / 2)
        if scenario == "drift":
            z -= DRIFTED * truth
            prevalence /= RARER
        logit = SEPARATION * z + np.log(prevalence / (1 - prevalence))
        return np.asarray(1 / (1 + np.exp(-logit)), dtype=np.float64)

    return score


def _blind(scenario: Scenario, rng: np.random.Generator, outlets: tuple[int, ...]) -> Floats | float:
    """Gives the share of the topic's articles that look like any other, outlet by outlet."""
    if scenario in APART:
        size = BLIND_APART * (1 - BLIND_APART) / APART[scenario] ** 2 - 1
        return rng.beta(BLIND_APART * size, (1 - BLIND_APART) * size, outlets)
    return BLINDER if scenario == "blinder" else 0.0 if scenario in SEEN else BLIND
