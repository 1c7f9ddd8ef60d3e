"""Scores a classifier: F1 by topic, macro and micro, average precision, with bootstrap intervals; and one against another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score

from models.codebook import UNLABELLED

RESAMPLES = 400  # of articles with replacement; the limits move by about 0.003 between runs of so many
LIMITS = (0.025, 0.975)  # quantiles of the resamples: a 95 % interval


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
    repeats: int = 1  # of the cross-validation, each with other folds; all scores are means over them

    def as_json(self) -> dict[str, Any]:
        """Gives everything, rounded to four digits."""
        return dict(rounded(asdict(self)))


@dataclass(frozen=True, slots=True)
class Difference:
    """F1 of one model minus that of another on the same articles, with the limits of a paired bootstrap."""

    topic: str  # "" for the macro mean
    own: float
    other: float
    difference: float
    low: float
    high: float


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

    Scores and decisions may be those of several repeats, (n_repeats, n_articles, n_topics): then every score is the mean
    over them, and each resample of the bootstrap draws a repeat as well as its articles. `folds` says how they were made,
    for the record.
    """
    scores, decided = (array if array.ndim == 3 else array[np.newaxis] for array in (scores, decided))
    known = labels != UNLABELLED
    truth = (labels == 1) & known
    chosen = decided & known  # (n_repeats, n_articles, n_topics)
    samples = np.array(
        [_f1(truth[draw], chosen[repeat][draw]) for repeat, draw in _draws(len(chosen), len(labels), seed)]
    )
    f1 = np.mean([_f1(truth, each) for each in chosen], axis=0)
    present = truth.any(axis=0)
    rows = [
        _topic(
            topic, truth[:, n], chosen[:, :, n], _precision(truth[:, n], known[:, n], scores[:, :, n]), samples[:, n]
        )
        for n, topic in enumerate(topics)
    ]
    macros = samples[:, present].mean(axis=1) if present.any() else np.zeros(RESAMPLES)
    precisions = [row.average_precision for row in rows if row.average_precision is not None]
    low, high = np.quantile(macros, LIMITS)
    return Scores(
        articles=len(labels),
        folds=folds,
        resamples=RESAMPLES,
        macro_f1=float(f1[present].mean()) if present.any() else 0.0,
        macro_low=float(low),
        macro_high=float(high),
        micro_f1=micro_f1(truth, chosen),
        mean_average_precision=float(np.mean(precisions)) if precisions else 0.0,
        topics=tuple(rows),
        repeats=len(chosen),
    )


def compare(
    topics: Sequence[str], labels: np.ndarray, own: np.ndarray, other: np.ndarray, seed: int = 17
) -> tuple[Difference, ...]:
    """Compares two models' decisions on the same articles: the macro mean over topics with a positive, then each topic.

    `own` may hold several repeats, (n_repeats, n_articles, n_topics), `other` is (n_articles, n_topics).
    """
    own = own if own.ndim == 3 else own[np.newaxis]
    known = labels != UNLABELLED
    truth, mine, theirs = (labels == 1) & known, own & known, other & known
    present = truth.any(axis=0)
    f1, others = np.mean([_f1(truth, each) for each in mine], axis=0), _f1(truth, theirs)
    samples = np.array(
        [
            _f1(truth[draw], mine[repeat][draw]) - _f1(truth[draw], theirs[draw])
            for repeat, draw in _draws(len(mine), len(labels), seed)
        ]
    )
    macro = present if present.any() else ~present  # without a positive all are 0, and differ by nothing
    columns = [("", macro), *((topic, np.arange(len(topics)) == n) for n, topic in enumerate(topics))]
    return tuple(
        _difference(topic, f1[column].mean(), others[column].mean(), samples[:, column].mean(axis=1))
        for topic, column in columns
    )


def micro_f1(truth: np.ndarray, chosen: np.ndarray) -> float:
    """Returns the mean over repeats, (n_repeats, …) in `chosen`, of the F1 of all cells together."""
    return float(np.mean([_f1(truth.reshape(-1, 1), each.reshape(-1, 1))[0] for each in chosen]))


def rounded(value: Any) -> Any:
    """Rounds every float of plain values to four digits."""
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in value]
    return round(value, 4) if isinstance(value, float) else value


def _draws(repeats: int, articles: int, seed: int) -> Iterator[tuple[int, np.ndarray]]:
    """Yields for each resample the repeat and the articles drawn."""
    random = np.random.default_rng(seed)
    for _ in range(RESAMPLES):
        draw = random.integers(0, articles, articles)
        yield int(random.integers(repeats)) if repeats > 1 else 0, draw


def _f1(truth: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """F1 of each column; 0 where nothing is true and nothing chosen."""
    hits = (truth & chosen).sum(axis=0)
    total = truth.sum(axis=0) + chosen.sum(axis=0)
    return np.asarray(2 * hits / np.maximum(total, 1))


def _precision(truth: np.ndarray, known: np.ndarray, scores: np.ndarray) -> float | None:
    """Gives the mean average precision of the repeats; None without a positive."""
    if not truth.any():
        return None
    return float(np.mean([average_precision_score(truth[known], each[known]) for each in scores]))


def _topic(
    topic: str, truth: np.ndarray, chosen: np.ndarray, average_precision: float | None, samples: np.ndarray
) -> TopicScore:
    hits = (truth & chosen).sum(axis=1)  # (n_repeats,)
    low, high = np.quantile(samples, LIMITS)
    return TopicScore(
        topic=topic,
        positives=int(truth.sum()),
        precision=float((hits / np.maximum(1, chosen.sum(axis=1))).mean()),
        recall=float((hits / max(1, int(truth.sum()))).mean()),
        f1=float(np.mean([_f1(truth.reshape(-1, 1), each.reshape(-1, 1))[0] for each in chosen])),
        low=float(low),
        high=float(high),
        average_precision=average_precision,
    )


def _difference(topic: str, own: float, other: float, samples: np.ndarray) -> Difference:
    low, high = np.quantile(samples, LIMITS)
    return Difference(topic, float(own), float(other), float(own - other), float(low), float(high))
