"""A light stand-in for the classifier, for studies that train hundreds of models: ridge regression beside the cues.

It sees what the classifier's model of articles sees (terms, themes, cues), not single lines. Each topic starts from what its
cues say and learns by how much they are wrong; its held-out margins come in closed form with the fit itself, so cut-offs and
calibration cost no folds. Rifkin and Lippert, "Notes on regularized least squares" (2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from threadpoolctl import threadpool_limits

from models.codebook import Codebook
from models.features import Features
from models.reading import Floats, Ints, Words
from models.settings import TrainSettings
from models.thresholds import Cut
from models.weak import THRESHOLD, WeakTagger, without_trusts

PENALTY: Final = (
    1.0  # of the squared weights; of 0.5, 1, 2 and 4 the best for 100, 400 and 1,600 labelled articles together
)
CUE_SHARE: Final = 0.5  # of the cues' opinion at the start; of 0, 0.5 and 1 the best likewise
SPREAD: Final = 4.0  # from margins of -1 and 1 to log-odds, where Platt's sigmoid begins


@dataclass(frozen=True, slots=True)
class Gram:
    """All articles of a study: how alike each two of them are, and what the cues say, from -1 to 1."""

    products: Floats  # (n, n)
    cues: Floats  # (n, n_topics)

    @classmethod
    def of(cls, codebook: Codebook, words: Words, settings: TrainSettings) -> Self:
        """Reads segmented articles; vocabulary and themes, which use no label, are those of all of them."""
        features = Features(without_trusts(codebook), settings).fit(words)
        rows = features.corpus(words).articles
        with threadpool_limits(1):
            products = np.asarray((rows @ rows.T).todense(), dtype=np.float64) + 1.0  # the 1 is the intercept's
        return cls(products, 2.0 * WeakTagger(codebook).read(words).scores - 1.0)


@dataclass(frozen=True, slots=True)
class LightModel:
    """What was learnt from some articles of a `Gram`; topics that are not `learnt` go by their cues."""

    gram: Gram
    rows: Ints
    weights: Floats  # (n_rows, n_topics)
    cut: Cut | None  # of the learnt topics; None where there is none
    learnt: Ints

    @classmethod
    def fit(cls, gram: Gram, rows: Ints, labels: Ints, settings: TrainSettings) -> Self:
        """Learns from the labels (n_rows, n_topics), 1 or 0, of articles; topics need `min_positives` for and against."""
        least = np.minimum((labels == 1).sum(axis=0), (labels == 0).sum(axis=0)) if len(rows) else np.zeros(0)
        learnt = np.flatnonzero(least >= settings.min_positives)
        if not len(learnt):
            return cls(gram, rows, np.zeros((len(rows), gram.cues.shape[1])), None, learnt)
        truth = 2.0 * labels - 1.0
        missing = truth - CUE_SHARE * gram.cues[rows]
        with threadpool_limits(1):  # one core a process: the engine decides how many
            factor = cho_factor(gram.products[np.ix_(rows, rows)] + PENALTY * np.eye(len(rows)), lower=True)
            inverse = cho_solve(factor, np.eye(len(rows)))
        weights = inverse @ missing
        held_out = truth - weights / np.diag(inverse)[:, None]  # by a model that has not seen the article
        cut = Cut.of(SPREAD * held_out[:, learnt], labels[:, learnt])
        return cls(gram, rows, weights, cut, learnt)

    def predict(self, rows: Ints) -> Floats:
        """Returns the probability of each topic for articles of the `Gram`, (n, n_topics)."""
        cues = self.gram.cues[rows]
        scores = (cues + 1.0) / 2.0
        if self.cut is not None:
            margins = self.gram.products[np.ix_(rows, self.rows)] @ self.weights + CUE_SHARE * cues
            scores[:, self.learnt] = self.cut.scores(SPREAD * margins[:, self.learnt])
        return np.asarray(scores)

    def cutoffs(self) -> Floats:
        """Returns (n_topics,): the score from which a topic is decided."""
        cutoffs = np.full(self.gram.cues.shape[1], THRESHOLD)
        if self.cut is not None:
            cutoffs[self.learnt] = self.cut.thresholds
        return cutoffs
