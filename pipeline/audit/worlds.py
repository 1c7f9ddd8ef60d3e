"""Populations whose truth is known, for trying the auditor's statistics on them: synthetic scores, or those of a real model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Scenario = Literal["calibrated", "blind", "drift", "blinder", "own"]
"""Scores are true probabilities; a tenth of the topic's articles look like any other; the model was calibrated at a third of
the prevalence and the topic speaks in new words; one outlet is blind thrice as often as the pool; scores of one's own model."""

SEPARATION: Final = 3.2  # between the two classes, in standard deviations of the score: F1 near 0.8 at 5 %
BLIND: Final = {"blind": 0.1, "blinder": 0.3}  # share of the topic's articles
DRIFTED: Final = 0.5  # standard deviations by which the topic's articles have moved towards the others
RARER: Final = 3.0  # times the topic was rarer where the drifted model was calibrated

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Score = Callable[[np.random.Generator, Bools, float], Floats]
"""Gives articles, of which is known whether they carry the topic, the scores that a model would: (…), truth (…), prevalence."""


@dataclass(frozen=True, slots=True)
class World:
    """A scenario: how articles are scored, in the outlet that is judged and in the pool from which recall is known."""

    scenario: Scenario
    score: Score
    pool: Score
    topic: str = ""  # of one's own model


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


def _normal(scenario: Scenario) -> Score:
    def score(rng: np.random.Generator, truth: Bools, prevalence: float) -> Floats:
        seen = truth & (rng.random(truth.shape) >= BLIND.get(scenario, 0.0))
        z = rng.standard_normal(truth.shape) + np.where(seen, SEPARATION / 2, -SEPARATION / 2)
        if scenario == "drift":
            z -= DRIFTED * truth
            prevalence /= RARER
        logit = SEPARATION * z + np.log(prevalence / (1 - prevalence))
        return np.asarray(1 / (1 + np.exp(-logit)), dtype=np.float64)

    return score
