"""Scores a classifier: F1 by topic, macro and micro, average precision, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score

from models.codebook import UNLABELLED

RESAMPLES = 400  # of articles with replacement; the limits move by about 0.003 between runs of so many


@dataclass(frozen=True, slots=True)
class TopicScore:
    """One topic: counts of labelled articles, and scores from 0 to 1; `average_precision` is None without a positive."""

    topic: str
    positives: int
    precision: float
    recall: float
    f1: float
    low: float  # 2.5 % limit of F1
    high: float  # 97.5 % limit
    average_precision: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """A whole evaluation. Macro means over topics that have a positive."""

    articles: int
    folds: int | None  # of the cross-validation; None where one model was scored
    resamples: int  # of the bootstrap
    macro_f1: float
    macro_low: float
    macro_high: float
    micro_f1: float
    mean_average_precision: float
    topics: tuple[TopicScore, ...]

    def as_json(self) -> dict[str, Any]:
        """Gives everything, rounded to four digits."""
        rounded = {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(self).items()}
        rounded["topics"] = [
            {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(topic).items()}
            for topic in self.topics
        ]
        return rounded

    def table(self) -> list[str]:
        """Gives the lines of a table for a terminal of 80 columns."""
        rows = [f"{'topic':<24}{'n':>6}{'P':>8}{'R':>8}{'F1':>8}  {'95 %':^13}{'AP':>7}"]
        for score in self.topics:
            precision = f"{score.average_precision:.3f}" if score.average_precision is not None else "–"
            rows.append(
                f"{score.topic:<24}{score.positives:>6}{score.precision:>8.3f}{score.recall:>8.3f}{score.f1:>8.3f}"
                f"  {score.low:.3f}–{score.high:.3f}{precision:>9}"
            )
        limits = f"{self.macro_low:.3f}–{self.macro_high:.3f}"
        rows.append(
            f"{'macro F1':<24}{self.articles:>6}{self.macro_f1:>24.3f}  {limits}{self.mean_average_precision:>9.3f}"
        )
        rows.append(f"{'micro F1':<24}{'':>6}{self.micro_f1:>24.3f}")
        return rows


def evaluate(
    topics: Sequence[str],
    labels: np.ndarray,
    scores: np.ndarray,
    decided: np.ndarray,
    seed: int = 17,
    *,
    folds: int | None = None,
) -> Scores:
    """Compares decisions (n_articles, n_topics) with labels (1, 0, or -1 where unlabelled: those cells are left out).

    `folds` says how scores and decisions were made, for the record.
    """
    known = labels != UNLABELLED
    truth = (labels == 1) & known
    chosen = decided & known
    random = np.random.default_rng(seed)
    draws = [random.integers(0, len(labels), len(labels)) for _ in range(RESAMPLES)]
    samples = np.array([_f1(truth[draw], chosen[draw]) for draw in draws])  # (RESAMPLES, n_topics)
    f1 = _f1(truth, chosen)
    present = truth.any(axis=0)
    rows = [
        _topic(topic, truth[:, n], chosen[:, n], scores[known[:, n], n], truth[known[:, n], n], samples[:, n])
        for n, topic in enumerate(topics)
    ]
    macros = samples[:, present].mean(axis=1) if present.any() else np.zeros(RESAMPLES)
    precisions = [row.average_precision for row in rows if row.average_precision is not None]
    return Scores(
        articles=len(labels),
        folds=folds,
        resamples=RESAMPLES,
        macro_f1=float(f1[present].mean()) if present.any() else 0.0,
        macro_low=float(np.quantile(macros, 0.025)),
        macro_high=float(np.quantile(macros, 0.975)),
        micro_f1=float(_f1(truth.reshape(-1, 1), chosen.reshape(-1, 1))[0]),
        mean_average_precision=float(np.mean(precisions)) if precisions else 0.0,
        topics=tuple(rows),
    )


def _f1(truth: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """F1 of each column; 0 where nothing is true and nothing chosen."""
    hits = (truth & chosen).sum(axis=0)
    total = truth.sum(axis=0) + chosen.sum(axis=0)
    return np.asarray(2 * hits / np.maximum(total, 1))


def _topic(
    topic: str, truth: np.ndarray, chosen: np.ndarray, scores: np.ndarray, known_truth: np.ndarray, samples: np.ndarray
) -> TopicScore:
    hits = int((truth & chosen).sum())
    return TopicScore(
        topic=topic,
        positives=int(truth.sum()),
        precision=hits / max(1, int(chosen.sum())),
        recall=hits / max(1, int(truth.sum())),
        f1=float(_f1(truth.reshape(-1, 1), chosen.reshape(-1, 1))[0]),
        low=float(np.quantile(samples, 0.025)),
        high=float(np.quantile(samples, 0.975)),
        average_precision=float(average_precision_score(known_truth, scores)) if known_truth.any() else None,
    )
