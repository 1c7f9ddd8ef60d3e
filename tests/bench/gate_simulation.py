"""Simulates the gate: how often it lets a worse model through, and how often it refuses one that is no worse.

    python tests/bench/gate_simulation.py [--runs 400]

Articles carry each of 14 topics independently, with the shares of a province's news (1 to 12 %). The champion decides with
a stated F1 in every topic. A candidate agrees with the champion on most articles, as a model trained on a few more labels
does, and differs on a share of them; its own quality is set topic by topic. Every run draws new articles, readings and
models, and asks the gate with the settings of config.toml's defaults. Printed for each kind of candidate and each number of
judging articles: the share of runs in which it was promoted, and which reason kept the others.

Measured with --runs 60, for 300 / 600 / 1,200 judging articles, promoted: better by 0.10 everywhere 100 / 100 / 100 %; better by
0.05 everywhere 63 / 63 / 70 %; equal, a tenth of the decisions another 27 / 8 / 13 %; worse by 0.05 everywhere 0 / 0 / 0 %; worse
by 0.10 in the commonest topic though better in all others 2 / 2 / 0 %. The gate refuses equals rather than let a loss through;
what it cannot see is a loss in a topic that is too rare to be judged alone: the rarest topic worse by 0.20, all others better by
0.05, passes in 63 / 52 % (300 / 600 articles), as its loss is pooled with the gains of others.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass

import numpy as np

from pipeline.review.gate import Opinion, rule
from pipeline.settings import ReviewSettings

SHARES = np.array([0.12, 0.1, 0.08, 0.07, 0.06, 0.05, 0.05, 0.04, 0.04, 0.03, 0.02, 0.02, 0.015, 0.01])
TOPICS = tuple(f"t{n}" for n in range(len(SHARES)))
CHAMPION = 0.75  # F1 of the champion in every topic


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of candidate: its true F1 less the champion's, topic by topic, and the share of decisions made anew."""

    name: str
    change: np.ndarray
    anew: float


def only(topic: int, loss: float, gain: float) -> np.ndarray:
    """Gives a change that loses in one topic and gains in all others."""
    change = np.full(len(SHARES), gain)
    change[topic] = -loss
    return change


KINDS = (
    Kind("same model", np.zeros(len(SHARES)), 0.0),
    Kind("equal, differs on 10 %", np.zeros(len(SHARES)), 0.1),
    Kind("equal, differs on 30 %", np.zeros(len(SHARES)), 0.3),
    Kind("better by 0.05, 30 %", np.full(len(SHARES), 0.05), 0.3),
    Kind("better by 0.10, 30 %", np.full(len(SHARES), 0.1), 0.3),
    Kind("worse by 0.05 everywhere, 30 %", np.full(len(SHARES), -0.05), 0.3),
    Kind("worse by 0.10 everywhere, 30 %", np.full(len(SHARES), -0.1), 0.3),
    Kind("commonest topic -0.10, others +0.05", only(0, 0.1, 0.05), 0.3),
    Kind("commonest topic -0.20, others +0.05", only(0, 0.2, 0.05), 0.3),
    Kind("rarest topic -0.20, others +0.05", only(13, 0.2, 0.05), 0.3),
)


def decide(random: np.random.Generator, truth: np.ndarray, f1: np.ndarray) -> np.ndarray:
    """Gives decisions whose precision and recall are both `f1` (n_topics,)."""
    wrong = SHARES * (1 - f1) / (1 - SHARES)  # of articles without the topic, such that precision is f1 too
    return random.random(truth.shape) < np.where(truth, f1, wrong)


def run(random: np.random.Generator, kind: Kind, articles: int, seed: int) -> str:
    """Draws one sample and two models, and gives the gate's outcome."""
    settings = ReviewSettings()
    truth = random.random((articles, len(SHARES))) < SHARES
    base = np.full(len(SHARES), CHAMPION)
    champion = decide(random, truth, base)
    anew = random.random(truth.shape) < kind.anew
    # on the share decided anew the candidate must make up for all of its change
    f1 = np.clip(base + kind.change / kind.anew, 0.0, 1.0) if kind.anew else base
    candidate = np.where(anew, decide(random, truth, f1), champion)
    ruling = rule(
        TOPICS,
        truth.astype(np.int8),
        [str(n) for n in range(articles)],
        Opinion(np.full(truth.shape, 0.5), champion),
        Opinion(np.full(truth.shape, 0.5), candidate),
        margin=settings.gate_margin,
        level=settings.gate_level,
        seed=seed,
        draws=1_000,
    )
    return ruling.outcome


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--seed", type=int, default=17)
    given = parser.parse_args()
    print(f"{'candidate':<38}{'judging':>8}{'promoted':>10}{'worse':>8}{'no gain':>9}{'few':>6}")
    for kind in KINDS:
        for articles in (150, 300, 600, 1_200):
            random = np.random.default_rng(given.seed)
            tally = Counter(run(random, kind, articles, n) for n in range(given.runs))
            shares = [f"{100 * tally[name] / given.runs:.1f}%" for name in ("promote", "worse", "no_gain", "few")]
            print(f"{kind.name:<38}{articles:>8}{shares[0]:>10}{shares[1]:>8}{shares[2]:>9}{shares[3]:>6}", flush=True)


if __name__ == "__main__":
    main()
