"""TopicClassifier: for each topic one linear model of the article and one of its sentences, calibrated, with a cut-off.

A topic often lives in two sentences of a long article: the model of single sentences finds them, and names the evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from threadpoolctl import threadpool_limits

from models.features import Features
from models.settings import TrainSettings
from models.thresholds import best_threshold, calibrate, sigmoid

METHOD: Final = (
    "For each topic two logistic regressions (one against the rest) over TF-IDF of words and pairs of words: one of the "
    "whole article, title marked, and one of single lines, which learns its lines from the article's labels alone: the two "
    "that it finds best in an article with the topic, against the lines of articles without it. The article's margin is the "
    "sum of the first and of the mean of its two best lines, turned into a probability by Platt's sigmoid; the cut-off is "
    "the one of best F1. Sigmoid and cut-off come from out-of-fold margins. The best line is the evidence."
)
UNLABELLED: Final = -1  # in a label matrix: nobody has judged this article for this topic
TOP_LINES: Final = 2  # lines of an article that speak for a topic; a gold reader marks two or three
LINE_ROUNDS: Final = 2  # times that the model of lines chooses its own lines; a third changes nothing
FAR: Final = 10.0  # margin of a topic whose labels are all the same: nothing to learn

Floats = NDArray[np.floating]
Labels = NDArray[np.integer]


class TopicClassifier:
    """Multi-label classifier of segmented articles: lists of lines, the title first, words parted by spaces.

    Learned: `features_`, `linear_`, and for each topic `slope_`, `offset_`, `thresholds_`.
    """

    def __init__(self, topics: Sequence[str], settings: TrainSettings | None = None) -> None:
        self.topics = tuple(topics)
        self.settings = settings or TrainSettings()

    def fit(self, words: Sequence[Sequence[str]], labels: Labels) -> Self:
        """Learns from articles and their labels (n_articles, n_topics): 1, 0, or UNLABELLED."""
        self.features_ = Features(self.settings).fit(words)
        corpus = Corpus(self.features_, words)
        margins = self._out_of_fold(corpus, labels)
        self.linear_ = fit_linear(corpus, labels, self.settings)
        size = len(self.topics)
        self.slope_, self.offset_, self.thresholds_ = np.ones(size), np.zeros(size), np.full(size, 0.5)
        for topic in range(size):
            known = labels[:, topic] != UNLABELLED
            own, truth = margins[known, topic], labels[known, topic]
            self.slope_[topic], self.offset_[topic] = calibrate(own, truth)
            scores = sigmoid(self.slope_[topic] * own + self.offset_[topic])
            self.thresholds_[topic] = best_threshold(scores, truth)
        return self

    def predict_words(self, words: Sequence[Sequence[str]]) -> Floats:
        """Returns (n_articles, n_topics): the calibrated probability of each topic, 0 to 1."""
        margins = self.linear_.margins(Corpus(self.features_, words))
        return sigmoid(self.slope_ * margins + self.offset_)

    def decide(self, scores: Floats) -> NDArray[np.bool_]:
        """Returns (n_articles, n_topics): which scores reach their topic's cut-off."""
        return np.asarray(scores >= self.thresholds_)

    def best_lines(self, words: Sequence[str], topics: Iterable[str]) -> dict[str, int]:
        """Returns for each of `topics` the number of the line of an article that speaks for it most."""
        spoken = [number for number, line in enumerate(words) if line]
        if not spoken:
            return {}
        scores = self.linear_.line_margins(self.features_.lines(words[number] for number in spoken))
        best = scores.argmax(axis=0)
        return {topic: spoken[best[self.topics.index(topic)]] for topic in topics}

    def state(self) -> dict[str, Any]:
        """Gives all that was learnt as plain values and arrays."""
        return {
            "topics": list(self.topics),
            "settings": asdict(self.settings),
            "vocabulary": "\n".join(self.features_.vocabulary_),
            "idf": self.features_.idf_,
            "coef": self.linear_.coef,
            "intercept": self.linear_.intercept,
            "line_coef": self.linear_.line_coef,
            "line_intercept": self.linear_.line_intercept,
            "slope": self.slope_,
            "offset": self.offset_,
            "thresholds": self.thresholds_,
        }

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> Self:
        """Gives the classifier that had this state.

        Raises:
            KeyError, TypeError, ValueError: it is not a classifier's state.
        """
        self = cls(state["topics"], TrainSettings(**state["settings"]))
        self.features_ = Features(self.settings).restore(state["vocabulary"].split("\n"), state["idf"])
        self.linear_ = Linear(state["coef"], state["intercept"], state["line_coef"], state["line_intercept"])
        self.slope_, self.offset_, self.thresholds_ = state["slope"], state["offset"], state["thresholds"]
        size, terms = len(self.topics), len(self.features_.vocabulary_)
        shapes = {self.linear_.coef.shape, self.linear_.line_coef.shape}
        if shapes != {(size, terms)} or self.thresholds_.shape != (size,) or self.features_.idf_.shape != (terms,):
            raise ValueError(f"arrays of {shapes} for {size} topics and {terms} terms")
        return self

    def _out_of_fold(self, corpus: Corpus, labels: Labels) -> Floats:
        """Returns margins (n_articles, n_topics), each by a model that has not seen the article."""
        margins = np.zeros(labels.shape)
        folds = KFold(min(self.settings.folds, len(labels)), shuffle=True, random_state=self.settings.seed)
        for train, test in folds.split(labels):
            margins[test] = fit_linear(corpus.part(train), labels[train], self.settings).margins(corpus.part(test))
        return margins


class Corpus:
    """Articles as matrices: one row an article, and one row a line with `starts` telling whose it is."""

    def __init__(self, features: Features, words: Sequence[Sequence[str]]) -> None:
        self.articles = features.articles(words)
        self.lines = features.lines(line for lines in words for line in lines)
        self.starts = np.cumsum([0, *(len(lines) for lines in words)])

    def part(self, rows: NDArray[np.integer]) -> Corpus:
        """Gives some of the articles, in the order of `rows`."""
        part = Corpus.__new__(Corpus)
        spans = [range(self.starts[row], self.starts[row + 1]) for row in rows]
        part.articles = self.articles[rows]
        part.lines = self.lines[[line for span in spans for line in span]]
        part.starts = np.cumsum([0, *(len(span) for span in spans)])
        return part


@dataclass(frozen=True, slots=True)
class Linear:
    """One linear model of articles and one of lines for each topic: coefficients (n_topics, n_terms) in float16."""

    coef: Floats
    intercept: Floats
    line_coef: Floats
    line_intercept: Floats

    def margins(self, corpus: Corpus) -> Floats:
        """Returns (n_articles, n_topics): the article's own margin and the mean of its `TOP_LINES` best lines."""
        own = corpus.articles @ self.coef.T.astype(np.float32) + self.intercept
        lines = self.line_margins(corpus.lines)
        for row, (first, last) in enumerate(pairwise(corpus.starts.tolist())):
            if last > first:
                own[row] += np.sort(lines[first:last], axis=0)[-TOP_LINES:].mean(axis=0)
        return np.asarray(own)

    def line_margins(self, lines: csr_matrix) -> Floats:
        """Returns (n_lines, n_topics)."""
        return np.asarray(lines @ self.line_coef.T.astype(np.float32) + self.line_intercept)


def fit_linear(corpus: Corpus, labels: Labels, settings: TrainSettings) -> Linear:
    """Fits both models of every topic.

    Nobody has labelled lines. The lines of an article without the topic speak against it; of an article with the topic,
    those `TOP_LINES` that the model of articles, and then the model of lines itself, finds best speak for it.
    """
    size, terms = labels.shape[1], corpus.articles.shape[1]
    coef, line_coef = np.zeros((2, size, terms), dtype=np.float16)
    intercept, line_intercept = np.zeros((2, size))
    owner = np.repeat(np.arange(len(labels)), np.diff(corpus.starts))
    drawn = np.random.default_rng(settings.seed).random(len(owner)) < settings.max_lines / max(1, len(owner))
    for topic in range(size):
        truth = labels[:, topic]
        known = np.flatnonzero(truth != UNLABELLED)
        coef[topic], intercept[topic] = _fit(corpus.articles[known], truth[known], settings.c, settings)
        against = np.flatnonzero((truth[owner] == 0) & drawn)
        weights = coef[topic].astype(np.float32)
        for _ in range(LINE_ROUNDS):
            scores = corpus.lines @ weights
            spoken = [
                line for row in np.flatnonzero(truth == 1) for line in _best(scores, *corpus.starts[row : row + 2])
            ]
            lines = corpus.lines[[*spoken, *against]]
            given = np.repeat([1, 0], [len(spoken), len(against)])
            weights, line_intercept[topic] = _fit(lines, given, settings.line_c, settings)
        line_coef[topic] = weights
    return Linear(coef, intercept, line_coef, line_intercept)


def _best(scores: Floats, first: int, last: int) -> list[int]:
    """Gives the numbers of the best lines of one article."""
    order = np.argsort(-scores[first:last], kind="stable")[:TOP_LINES]
    return [first + place for place in order.tolist()]


def _fit(matrix: csr_matrix, truth: Labels, c: float, settings: TrainSettings) -> tuple[Floats, float]:
    """Fits one topic; with one class only there is nothing to learn and every margin is far to its side."""
    positives = int(truth.sum())
    if positives in (0, len(truth)):
        return np.zeros(matrix.shape[1], dtype=np.float32), FAR if positives else -FAR
    weight = min(settings.max_class_weight, max(1.0, (len(truth) / positives) ** 0.5))
    model = LogisticRegression(
        C=c, class_weight={0: 1.0, 1: weight}, solver="liblinear", dual=True, max_iter=1_000, random_state=settings.seed
    )
    with threadpool_limits(1):  # one core a process: the engine decides how many
        model.fit(matrix, truth)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])
