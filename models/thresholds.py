"""Per-topic cut-offs and calibration, learnt from out-of-fold scores."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression

PRIOR_POSITIVES = 4.0  # added to counts when cut-offs are compared, so that rare topics do not chase single articles


def calibrate(margins: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Returns (slope, offset) of Platt's sigmoid: P = 1 / (1 + exp(-(slope * margin + offset))).

    `margins` (n,) are out-of-fold decision values, `truth` (n,) is 0/1. Platt, "Probabilistic outputs for support vector
    machines" (1999), with scikit-learn's penalised fit in place of his prior counts.
    """
    if truth.min() == truth.max():
        return 1.0, 0.0
    model = LogisticRegression(C=10.0).fit(margins.reshape(-1, 1), truth)
    slope = float(model.coef_[0, 0])
    return (slope, float(model.intercept_[0])) if slope > 0 else (1.0, 0.0)


def sigmoid(values: np.ndarray) -> np.ndarray:
    """Returns 1 / (1 + exp(-values)), same shape, without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)))


def best_threshold(scores: np.ndarray, truth: np.ndarray) -> float:
    """Returns the cut-off in (0, 1) that gives the best F1, smoothed by PRIOR_POSITIVES on both sides of the division.

    Between two scores that do equally well the middle of the widest gap is not sought: the midpoint of the best split is
    taken. Topics without a positive get 0.5.
    """
    if truth.sum() == 0:
        return 0.5
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(truth[order])
    chosen = np.arange(1, len(scores) + 1)
    f1 = 2 * hits / (chosen + truth.sum() + PRIOR_POSITIVES)
    best = int(np.argmax(f1))
    after = scores[order[best + 1]] if best + 1 < len(scores) else 0.0
    return float(np.clip((scores[order[best]] + after) / 2, 0.01, 0.99))
