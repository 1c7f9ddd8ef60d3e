"""Linear models of articles and of single lines, one of each for every topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from threadpoolctl import threadpool_limits

from models.codebook import UNLABELLED
from models.features import PLACES, Corpus, Features
from models.reading import Floats
from models.settings import TrainSettings

TOLERANCE: Final = 0.02  # of the solver: average precision is that of 0.0001 to three digits, in half the time
FAR: Final = 10.0  # margin of a topic whose labels are all the same: nothing to learn

Labels = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Marked:
    """The lines of one training article, the title first, and which of them speak for which topic."""

    article: int  # its row in the label matrix
    words: Sequence[str]
    labels: Labels  # (n_lines, n_topics): 1, 0, or UNLABELLED where nobody said which lines speak for the topic


@dataclass(frozen=True)
class Linear:
    """For each topic one linear model of articles, (n_topics, n_columns), and one of lines, (n_topics, n_terms)."""

    coef: Floats  # float16, as are the lines'
    intercept: Floats
    line_coef: Floats
    line_intercept: Floats

    def margins(self, corpus: Corpus) -> tuple[Floats, Floats]:
        """Returns (n_articles, n_topics) and (n_lines, n_topics)."""
        own, lines = self._factors
        return (
            np.asarray(corpus.articles @ own + self.intercept),
            np.asarray(corpus.lines @ lines + self.line_intercept),
        )

    @cached_property
    def _factors(self) -> tuple[Floats, Floats]:
        """The weights as products want them: a row a column of the matrix, in 32 bits; made once for all batches."""
        own, lines = (np.ascontiguousarray(weights.T, dtype=np.float32) for weights in (self.coef, self.line_coef))
        return own, lines


@dataclass(frozen=True, slots=True)
class Marks:
    """Marked lines as one matrix, with the article of each."""

    lines: csr_matrix
    labels: Labels
    owners: Labels

    @classmethod
    def of(cls, features: Features, marked: Sequence[Marked], topics: int) -> Self:
        """Gives the lines of marked articles as `features` sees them."""
        labels = np.vstack([np.zeros((0, topics), dtype=np.int8), *(mark.labels for mark in marked)])
        owners = np.repeat([mark.article for mark in marked], [len(mark.words) for mark in marked]).astype(int)
        return cls(features.corpus([mark.words for mark in marked]).lines, labels, owners)


def fit_linear(corpus: Corpus, rows: Labels, labels: Labels, marks: Marks, settings: TrainSettings) -> Linear:
    """Fits both models of every topic on the articles of `rows`.

    Against a topic speak the unmarked lines of articles with marks, and a draw of the lines of articles without the topic.
    """
    size, width = labels.shape[1], corpus.lines.shape[1]
    coef, intercept = np.zeros((size, corpus.articles.shape[1]), dtype=np.float16), np.zeros(size)
    line_coef, line_intercept = np.zeros((size, width), dtype=np.float16), np.zeros(size)
    owners = np.repeat(np.arange(len(labels)), np.diff(corpus.starts))
    drawn = np.random.default_rng(settings.seed).random(len(owners)) < settings.max_lines / max(1, len(owners))
    drawn &= np.isin(owners, rows) & ~np.isin(owners, marks.owners)
    mine = np.isin(marks.owners, rows)
    for topic in range(size):
        known = rows[labels[rows, topic] != UNLABELLED]
        coef[topic], intercept[topic] = _fit(corpus.articles[known], labels[known, topic], settings.c, settings)
        given = np.flatnonzero(mine & (marks.labels[:, topic] != UNLABELLED))
        if not marks.labels[given, topic].any():
            terms = width - 2 * size - PLACES
            line_coef[topic, :terms] = coef[topic, :terms]
            line_coef[topic, terms : terms + size] = coef[topic, -size:]
            continue
        against = np.flatnonzero(drawn & (labels[owners, topic] == 0))
        lines = csr_matrix(vstack([marks.lines[given], corpus.lines[against]]))
        truth = np.concatenate([marks.labels[given, topic], np.zeros(len(against), dtype=np.int8)])
        line_coef[topic], line_intercept[topic] = _fit(lines, truth, settings.line_c, settings)
    return Linear(coef, intercept, line_coef, line_intercept)


def _fit(matrix: csr_matrix, truth: Labels, c: float, settings: TrainSettings) -> tuple[Floats, float]:
    """Fits one topic; with one class only there is nothing to learn and every margin is far to its side."""
    positives = int(truth.sum())
    if positives in (0, len(truth)):
        return np.zeros(matrix.shape[1], dtype=np.float32), FAR if positives else -FAR
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - a second to import, and reading needs none of it

    weight = min(settings.max_class_weight, max(1.0, (len(truth) / positives) ** 0.5))
    model = LogisticRegression(
        C=c,
        class_weight={0: 1.0, 1: weight},
        solver="liblinear",
        dual=True,
        tol=TOLERANCE,
        max_iter=1_000,
        random_state=settings.seed,
    )
    with threadpool_limits(1):  # one core a process: the engine decides how many
        model.fit(matrix, truth)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])
