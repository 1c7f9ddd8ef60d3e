"""Labels that look wrong: where a model that has not seen an article is surer than what was said of it allows.

Confident learning, one topic at a time: Northcutt, Jiang and Chuang, "Confident learning: estimating uncertainty in dataset
labels" (arXiv 1911.00068); for articles with several topics Thyagarajan and others, "Identifying incorrect annotations in
multi-label classification data" (arXiv 2211.13895). The probabilities must be out of fold: a model that has learnt a wrong
label defends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

LEAST_POSITIVES: Final = 50  # labelled articles with the topic; on rarer ones the method is known to guess
UNLABELLED: Final = -1

Floats = NDArray[np.float64]
Labels = NDArray[np.integer]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Suspect:
    """One label to look at again."""

    row: int
    topic: str
    said: bool
    score: float  # out of fold, of the topic
    confidence: float  # in the label as it stands, 0 to 1; the least is the most suspect


def suspects(topics: Sequence[str], labels: Labels, scores: Floats) -> tuple[Suspect, ...]:
    """Finds the suspected labels among (n_articles, n_topics), 1, 0 or UNLABELLED; the most suspect first.

    A label is suspect where the probability of the contrary reaches what is usual among the articles that are labelled the
    contrary, and exceeds that of the label itself. Topics with fewer than LEAST_POSITIVES articles are passed over.
    """
    found = [
        Suspect(int(row), topic, bool(labels[row, column] == 1), float(scores[row, column]), float(confidence))
        for column, topic in enumerate(topics)
        for row, confidence in _of_topic(labels[:, column], scores[:, column])
    ]
    return tuple(sorted(found, key=lambda each: (each.confidence, each.topic, each.row)))


def by_text(clusters: Sequence[str], labels: Labels) -> tuple[Rows, Rows, Labels]:
    """Counts reprints as one text, so that no fold learns from the reprint of an article that it scores.

    Returns the first row of every text (n_texts,), the text of every row (n_articles,), and the labels of the texts: of each
    topic the word of the first of its articles that has one.
    """
    number = {cluster: place for place, cluster in enumerate(dict.fromkeys(clusters))}
    text = np.array([number[cluster] for cluster in clusters], dtype=np.intp)
    first = np.unique(text, return_index=True)[1]
    merged = labels[first].copy()
    for row, place in enumerate(text):
        open_topics = merged[place] == UNLABELLED
        merged[place, open_topics] = labels[row, open_topics]
    return first, text, merged


def able(topics: Sequence[str], labels: Labels) -> tuple[str, ...]:
    """Gives the topics that have enough labelled articles, with them and without them."""
    least = np.minimum((labels == 1).sum(axis=0), (labels == 0).sum(axis=0))
    return tuple(topic for topic, number in zip(topics, least, strict=True) if number >= LEAST_POSITIVES)


def _of_topic(labels: Labels, scores: Floats) -> list[tuple[int, float]]:
    """Returns the rows of suspected labels with the confidence in each."""
    yes, no = labels == 1, labels == 0
    if min(yes.sum(), no.sum()) < LEAST_POSITIVES:
        return []
    usual_yes, usual_no = float(scores[yes].mean()), float(1.0 - scores[no].mean())
    missed = no & (scores >= usual_yes) & (scores > 1.0 - scores)
    false = yes & (1.0 - scores >= usual_no) & (1.0 - scores > scores)
    own = np.where(yes, scores, 1.0 - scores)
    return [(int(row), float(own[row])) for row in np.flatnonzero(missed | false)]
