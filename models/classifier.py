"""TopicClassifier: for each topic one linear model of the article and one of its lines, calibrated, with a cut-off.

A topic often lives in two sentences of a long article: the model of single lines finds them, and names the evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from threadpoolctl import threadpool_limits

from models.codebook import UNLABELLED, Codebook
from models.features import Features
from models.settings import TrainSettings
from models.thresholds import best_threshold, calibrate, sigmoid
from models.weak import WEAK_VERSION, WeakTagger

TOP_LINES: Final = 2  # lines of an article that speak for a topic; readers mark two or three
FAR: Final = 10.0  # margin of a topic whose labels are all the same: nothing to learn
METHOD: Final = (
    "For each topic a logistic regression (one against the rest) over TF-IDF of words and pairs of words, the title "
    "marked, latent themes of the articles (LSA) and the scores that the codebook's cues alone give; and a second one "
    "over TF-IDF of single lines, learnt from the lines that a reader marked as evidence against all others (where "
    "nobody marked lines, the terms' weights of the first serve). The margin of an article is that of the first, plus a "
    "share of the mean of its two best lines, turned into a probability by Platt's sigmoid; the cut-off is the one of "
    "the best F1 to be expected. Sigmoid and cut-off come from out-of-fold margins. The best line is the evidence."
)

Floats = NDArray[np.floating]
Labels = NDArray[np.integer]
Words = Sequence[Sequence[str]]  # segmented articles: lists of lines, the title first, words parted by spaces


@dataclass(frozen=True, slots=True)
class Marked:
    """The lines of one training article and which of them speak for which topic."""

    article: int  # its row in the label matrix
    words: Sequence[str]
    labels: Labels  # (n_lines, n_topics), 1 or 0


class TopicClassifier:
    """Multi-label classifier of segmented articles, for the topics of a codebook.

    Learned: `features_`, `linear_`, and for each topic `slope_`, `offset_`, `thresholds_`.
    """

    def __init__(self, codebook: Codebook, settings: TrainSettings | None = None) -> None:
        self.codebook = codebook
        self.settings = settings or TrainSettings()
        self.cues = WeakTagger(codebook)

    @property
    def topics(self) -> tuple[str, ...]:
        """Topic ids in column order."""
        return self.codebook.ids

    def fit(self, words: Words, labels: Labels, marked: Sequence[Marked] = ()) -> Self:
        """Learns from articles and their labels (n_articles, n_topics): 1, 0, or UNLABELLED; and from marked lines."""
        self.features_ = Features(self.settings).fit(words)
        corpus = self._corpus(words)
        marks = _Marks(self.features_, marked, len(self.topics))
        margins = self._out_of_fold(corpus, labels, marks)
        self.linear_ = _fit_linear(corpus, np.arange(len(labels)), labels, marks, self.settings)
        size = len(self.topics)
        self.slope_, self.offset_, self.thresholds_ = np.ones(size), np.zeros(size), np.full(size, 0.5)
        for topic in range(size):
            known = labels[:, topic] != UNLABELLED
            own, truth = margins[known, topic], labels[known, topic]
            self.slope_[topic], self.offset_[topic] = calibrate(own, truth)
            self.thresholds_[topic] = best_threshold(sigmoid(self.slope_[topic] * own + self.offset_[topic]))
        return self

    def predict_words(self, words: Words) -> Floats:
        """Returns (n_articles, n_topics): the calibrated probability of each topic, 0 to 1."""
        margins = self.linear_.margins(self._corpus(words), self.settings.line_weight)
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
            "codebook": self.codebook.as_json(),
            "cues_reader": WEAK_VERSION,
            "settings": asdict(self.settings),
            "vocabulary": "\n".join(self.features_.vocabulary_),
            "idf": self.features_.idf_,
            "themes": self.features_.themes_,
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
            KeyError, TypeError, ValueError: it is not a classifier's state, or one of another reader of cues.
        """
        self = cls(Codebook.from_json(state["codebook"]), TrainSettings(**state["settings"]))
        if state["cues_reader"] != WEAK_VERSION:
            raise ValueError(f"learnt with cues read by {state['cues_reader']}, this program has {WEAK_VERSION}")
        vocabulary = state["vocabulary"].split("\n")
        self.features_ = Features(self.settings).restore(vocabulary, state["idf"], state["themes"])
        self.linear_ = Linear(state["coef"], state["intercept"], state["line_coef"], state["line_intercept"])
        self.slope_, self.offset_, self.thresholds_ = state["slope"], state["offset"], state["thresholds"]
        size, terms, themes = len(self.topics), len(vocabulary), len(self.features_.themes_)
        shapes = [
            array.shape for array in (self.linear_.coef, self.linear_.line_coef, self.features_.idf_, self.offset_)
        ]
        shapes += [self.slope_.shape, self.thresholds_.shape]
        if shapes != [(size, terms + themes + size), (size, terms), (terms,), (size,), (size,), (size,)]:
            raise ValueError(f"arrays of {shapes} for {size} topics and {terms} terms")
        return self

    def _corpus(self, words: Words) -> Corpus:
        """Gives articles as matrices: terms, themes and cues side by side; and their lines."""
        terms, lines = self.features_.matrices(words)
        themes = self.features_.themes(terms) * self.settings.theme_scale
        cues = self.cues.predict_words(words) * self.settings.cue_scale
        starts = np.cumsum([0, *(len(article) for article in words)])
        return Corpus(csr_matrix(hstack([terms, csr_matrix(themes), csr_matrix(cues)])), lines, starts)

    def _out_of_fold(self, corpus: Corpus, labels: Labels, marks: _Marks) -> Floats:
        """Returns margins (n_articles, n_topics), each by a model that has not seen the article."""
        margins = np.zeros(labels.shape)
        folds = KFold(min(self.settings.folds, len(labels)), shuffle=True, random_state=self.settings.seed)
        for train, test in folds.split(labels):
            linear = _fit_linear(corpus, train, labels, marks, self.settings)
            margins[test] = linear.margins(corpus.part(test), self.settings.line_weight)
        return margins


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles as matrices: a row an article, and a row a line; article n has the lines `starts[n]` to `starts[n + 1]`."""

    articles: csr_matrix
    lines: csr_matrix
    starts: Labels

    def part(self, rows: Labels) -> Corpus:
        """Gives some of the articles, in the order of `rows`."""
        spans = [range(self.starts[row], self.starts[row + 1]) for row in rows]
        lines = self.lines[[line for span in spans for line in span]]
        return Corpus(self.articles[rows], lines, np.cumsum([0, *(len(span) for span in spans)]))


@dataclass(frozen=True, slots=True)
class Linear:
    """For each topic one linear model of articles, (n_topics, n_columns), and one of lines, (n_topics, n_terms)."""

    coef: Floats  # float16, as are the lines'
    intercept: Floats
    line_coef: Floats
    line_intercept: Floats

    def margins(self, corpus: Corpus, line_weight: float) -> Floats:
        """Returns (n_articles, n_topics): the article's own margin and a share of the mean of its `TOP_LINES` best lines."""
        own = np.asarray(corpus.articles @ self.coef.T.astype(np.float32) + self.intercept)
        lines = self.line_margins(corpus.lines)
        for row, (first, last) in enumerate(pairwise(corpus.starts.tolist())):
            if last > first:
                own[row] += line_weight * np.sort(lines[first:last], axis=0)[-TOP_LINES:].mean(axis=0)
        return own

    def line_margins(self, lines: csr_matrix) -> Floats:
        """Returns (n_lines, n_topics)."""
        return np.asarray(lines @ self.line_coef.T.astype(np.float32) + self.line_intercept)


class _Marks:
    """Marked lines as one matrix, with the article of each."""

    def __init__(self, features: Features, marked: Sequence[Marked], topics: int) -> None:
        self.lines = features.lines(line for mark in marked for line in mark.words)
        self.labels = np.vstack([np.zeros((0, topics), dtype=np.int8), *(mark.labels for mark in marked)])
        self.owners = np.repeat([mark.article for mark in marked], [len(mark.words) for mark in marked]).astype(int)


def _fit_linear(corpus: Corpus, rows: Labels, labels: Labels, marks: _Marks, settings: TrainSettings) -> Linear:
    """Fits both models of every topic on the articles of `rows`.

    Against a topic speak the unmarked lines of articles with marks, and a draw of the lines of articles without the topic.
    """
    size, terms = labels.shape[1], corpus.lines.shape[1]
    coef, intercept = np.zeros((size, corpus.articles.shape[1]), dtype=np.float16), np.zeros(size)
    line_coef, line_intercept = np.zeros((size, terms), dtype=np.float16), np.zeros(size)
    owners = np.repeat(np.arange(len(labels)), np.diff(corpus.starts))
    drawn = np.random.default_rng(settings.seed).random(len(owners)) < settings.max_lines / max(1, len(owners))
    drawn &= np.isin(owners, rows) & ~np.isin(owners, marks.owners)
    mine = np.isin(marks.owners, rows)
    for topic in range(size):
        known = rows[labels[rows, topic] != UNLABELLED]
        coef[topic], intercept[topic] = _fit(corpus.articles[known], labels[known, topic], settings.c, settings)
        given = marks.labels[mine, topic]
        if not given.any():
            line_coef[topic] = coef[topic, :terms]
            continue
        against = np.flatnonzero(drawn & (labels[owners, topic] == 0))
        lines = csr_matrix(vstack([marks.lines[mine], corpus.lines[against]]))
        truth = np.concatenate([given, np.zeros(len(against), dtype=given.dtype)])
        line_coef[topic], line_intercept[topic] = _fit(lines, truth, settings.line_c, settings)
    return Linear(coef, intercept, line_coef, line_intercept)


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
