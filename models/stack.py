"""The second level: what an article, its lines and their cues say, weighed into one margin alike for all topics.

The models of articles and of lines know words; this level knows how such opinions add up: a strong title, many middling
sentences, one good sentence in a long text, another topic that is far stronger. It has one weight for each view, shared by
all topics, so that a topic with ten articles is weighed as surely as one with three hundred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from models.codebook import UNLABELLED
from models.features import LEAD_LINES, Corpus
from models.reading import Floats, Ints
from models.thresholds import sigmoid

VIEWS: Final = (
    "article",  # margin of the article's own model
    "best_line",
    "best_2_lines",  # means of the greatest margins of its lines
    "best_4_lines",
    "title",
    "lead",
    "mean_line",
    "lines_for",  # logarithms of how many lines speak for the topic, counted, and as a sum of probabilities
    "lines_expected",
    "title_cues",
    "cues",
    "cue_lines",
    "length",
    "other_article",  # the strongest of the other topics
    "other_lines",
)
BESTS: Final = (1, 2, 4)
CUE: Final = 1.0  # weight of a line with one whole cue


@dataclass(frozen=True, slots=True)
class Stack:
    """Weights of the views, (n_views,), after each is held between `low` and `high`, shifted by `mean`, divided by `scale`.

    The bounds are those of the articles learnt from: what lies beyond says no more than they do, so that labels of nearly one
    length teach nothing of far shorter articles.
    """

    low: Floats
    high: Floats
    mean: Floats
    scale: Floats
    coef: Floats
    intercept: float

    @classmethod
    def fit(cls, views: Floats, labels: NDArray[np.integer], seed: int) -> Self:
        """Learns from views (n_articles, n_topics, n_views) and labels (n_articles, n_topics): 1, 0, or UNLABELLED."""
        known = labels != UNLABELLED
        rows, truth = views[known], labels[known]
        low, high = rows.min(axis=0), rows.max(axis=0)
        mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
        if truth.min() == truth.max():
            return cls(low, high, mean, scale, np.eye(len(VIEWS))[0], 0.0)
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - a second to import, and reading needs none of it

        model = LogisticRegression(C=1.0, max_iter=1_000, random_state=seed).fit((rows - mean) / scale, truth)
        return cls(low, high, mean, scale, model.coef_[0], float(model.intercept_[0]))

    def margins(self, views: Floats) -> Floats:
        """Returns (n_articles, n_topics)."""
        return np.asarray(self.addends(views).sum(axis=-1) + self.intercept)

    def addends(self, views: Floats) -> Floats:
        """Returns what each view adds to a margin: (…, n_views)."""
        held = np.clip(views, self.low, self.high)
        return np.asarray((held - self.mean) / self.scale * self.coef)


def views_of(own: Floats, lines: Floats, corpus: Corpus) -> Floats:
    """Returns (n_articles, n_topics, n_views) from margins of articles (n_articles, n_topics) and of all lines."""
    views = np.zeros((*own.shape, len(VIEWS)))
    views[:, :, 0] = own
    spoken = np.flatnonzero(np.diff(corpus.starts))
    if len(spoken):
        views[spoken, :, 1:13] = _line_views(lines, corpus.said, corpus.starts[spoken], np.diff(corpus.starts)[spoken])
    for place, view in ((13, 0), (14, 2)):
        views[:, :, place] = _strongest_other(views[:, :, view])
    return views


def _line_views(lines: Floats, said: Floats, first: Ints, sizes: Ints) -> Floats:
    """Returns (n_articles, n_topics, 12): the views that lines give, of articles with `sizes` lines from `first` on."""
    title, title_said = lines[first], said[first]
    lead = np.full(title.shape, -np.inf)
    for place in range(1, LEAD_LINES + 1):
        there = sizes > place
        lead[there] = np.maximum(lead[there], lines[first[there] + place])
    means = _best_means(lines, first, sizes)
    total = np.add.reduceat(said, first) + title_said
    views = [
        *means,
        title,
        np.where(sizes[:, None] > 1, lead, title),
        np.add.reduceat(lines, first) / sizes[:, None],
        np.log1p(np.add.reduceat((lines > 0).astype(float), first)),
        np.log(np.add.reduceat(sigmoid(lines), first) + 1e-6),
        title_said,
        np.log1p(total),
        np.log1p(np.add.reduceat((said >= CUE).astype(float), first)),
        np.broadcast_to(np.log(sizes)[:, None], title.shape),
    ]
    return np.stack(views, axis=2)


def _best_means(lines: Floats, first: Ints, sizes: Ints) -> list[Floats]:
    """Returns for each of BESTS (n_articles, n_topics): the mean of so many greatest values, or of all where there are fewer."""
    left = lines.T.copy()  # without the values that were counted already
    means: list[Floats] = []
    total, counted = np.zeros((lines.shape[1], len(first))), np.zeros(len(first))
    for place in range(max(BESTS)):
        there = sizes > place
        best = np.maximum.reduceat(left, first, axis=1)
        total[:, there] += best[:, there]
        counted[there] += 1
        if place + 1 in BESTS:
            means.append((total / counted).T)
        _take_away(left, best, sizes)
    return means


def _take_away(values: Floats, best: Floats, sizes: Ints) -> None:
    """Puts -∞ in the place of the first value in each article, (n_topics, n_lines), that is the greatest there."""
    owners = np.repeat(np.arange(len(sizes)), sizes)
    topics, lines = np.nonzero(values == best.take(owners, axis=1))
    cells = topics * len(sizes) + owners.take(lines)
    once = np.flatnonzero(np.diff(cells, prepend=-1))
    values[topics.take(once), lines.take(once)] = -np.inf


def _strongest_other(margins: Floats) -> Floats:
    """Returns for each topic the greatest margin of the other topics, same shape; its own where there is no other."""
    if margins.shape[1] < 2:
        return margins
    places = np.arange(margins.shape[1])
    order = np.argsort(margins, axis=1)
    rows = np.arange(len(margins))[:, None]
    first, second = margins[rows, order[:, -1:]], margins[rows, order[:, -2:-1]]
    return np.where(order[:, -1:] == places, second, first)
