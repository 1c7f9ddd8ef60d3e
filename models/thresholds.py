"""Per-topic calibration, cut-offs and bands of doubt, learnt from out-of-fold margins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from models.codebook import UNLABELLED

LEAST: Final = 0.05  # no topic is decided below this probability, however rare it is
SURE_RECALL: Final = 0.95  # share of the articles with a topic that score above the band's lower end
SURE_PRECISION: Final = 0.9  # share of the articles above the band's upper end that have the topic


@dataclass(frozen=True, slots=True)
class Cut:
    """What turns margins into probabilities and decisions; an array of (n_topics,) each."""

    slope: np.ndarray
    offset: np.ndarray
    thresholds: np.ndarray
    unsure_from: np.ndarray  # scores from here up to `unsure_to` are for a person to decide
    unsure_to: np.ndarray

    @classmethod
    def of(cls, margins: np.ndarray, labels: np.ndarray, recall: float | None = None) -> Self:
        """Learns from margins (n_articles, n_topics) of articles that no model had seen, and their labels.

        The cut-offs are those of the best F1 to be expected, or of a stated `recall` on these articles.
        """
        columns = []
        for own, truth in zip(margins.T, labels.T, strict=True):
            known = truth != UNLABELLED
            slope, offset = calibrate(own[known], truth[known]) if known.any() else (1.0, 0.0)
            scores = sigmoid(slope * own[known] + offset)
            cut = best_threshold(scores) if recall is None else threshold_for_recall(scores, truth[known], recall)
            columns.append((slope, offset, cut, *band(scores, truth[known], cut)))
        return cls(*np.array(columns).reshape(len(columns), 5).T)

    def scores(self, margins: np.ndarray) -> np.ndarray:
        """Returns probabilities, same shape."""
        return sigmoid(self.slope * margins + self.offset)

    def unsure(self, scores: np.ndarray) -> np.ndarray:
        """Returns (n_articles, n_topics): which scores lie in their topic's band of doubt."""
        return np.asarray((scores >= self.unsure_from) & (scores < self.unsure_to))


def calibrate(margins: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Returns (slope, offset) of Platt's sigmoid: P = 1 / (1 + exp(-(slope * margin + offset))).

    `margins` (n,) are out-of-fold decision values, `truth` (n,) is 0/1. Platt, "Probabilistic outputs for support vector
    machines" (1999), with scikit-learn's penalised fit in place of his prior counts.
    """
    if truth.min() == truth.max():
        return 1.0, 0.0
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - a second to import, and reading needs none of it

    model = LogisticRegression(C=10.0).fit(margins.reshape(-1, 1), truth)
    slope = float(model.coef_[0, 0])
    return (slope, float(model.intercept_[0])) if slope > 0 else (1.0, 0.0)


def sigmoid(values: np.ndarray) -> np.ndarray:
    """Returns 1 / (1 + exp(-values)), same shape, without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)))


def best_threshold(scores: np.ndarray) -> float:
    """Returns the cut-off in (0, 0.5] that gives the best F1 to be expected of calibrated probabilities (n,).

    It is half of that F1: Lipton, Elkan and Naryanaswamy, "Optimal thresholding of classifiers to maximize F1 measure"
    (2014). On the labels of the first directive it does better on unseen articles than the cut-off of best F1 on the
    labels themselves, which chases single articles.
    """
    falling = np.sort(scores)[::-1]
    expected = 2 * np.cumsum(falling) / (np.arange(1, len(falling) + 1) + falling.sum())
    return float(np.clip(expected.max(initial=1.0 if len(scores) == 0 else 0.0) / 2, LEAST, 0.5))


def threshold_for_recall(scores: np.ndarray, truth: np.ndarray, recall: float) -> float:
    """Returns the greatest cut-off at which the share `recall` of the articles with the topic is decided; 0.5 without any."""
    found = np.sort(scores[truth == 1])[::-1]
    least = int(np.ceil(round(recall * len(found), 9)))  # 0.55 of 100 are 55 articles, not 55.00000000000001
    return float(found[max(0, least - 1)]) if len(found) else 0.5


def band(scores: np.ndarray, truth: np.ndarray, cut: float) -> tuple[float, float]:
    """Returns the scores between which a person should decide: (from, to), around the cut-off.

    Of the articles with the topic the share SURE_RECALL scores `from` or more; of those that score `to` or more the share
    SURE_PRECISION has it. Where no score is so sure, `to` lies above 1.
    """
    order = np.argsort(-scores, kind="stable")
    precision = np.cumsum(truth[order] == 1) / np.arange(1, len(scores) + 1)
    sure = np.flatnonzero(precision >= SURE_PRECISION)
    to = float(scores[order[sure[-1]]]) if len(sure) else np.nextafter(1.0, 2.0)
    return min(cut, threshold_for_recall(scores, truth, SURE_RECALL)), max(cut, to)
