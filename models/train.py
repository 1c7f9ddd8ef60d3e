"""Labels and articles → a candidate with its report card: what it learnt from, and how it scores on what it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from models.champion import Champion
from models.classifier import TopicClassifier
from models.codebook import Codebook
from models.errors import ModelError
from models.evaluate import Scores, evaluate
from models.linear import Marked
from models.provenance import code_sha256, libraries
from models.reading import Words
from models.settings import TrainSettings


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trained model, its cross-validated scores, and the card that the registry keeps with it."""

    classifier: Champion
    scores: Scores
    card: Mapping[str, Any]


def train(
    codebook: Codebook,
    words: Words,
    labels: np.ndarray,
    settings: TrainSettings,
    *,
    marked: Sequence[Marked] = (),
    sha256: str = "",
    at: str = "",
    step: Callable[[], None] | None = None,
) -> Candidate:
    """Learns every topic with enough labelled articles, and scores the recipe on its own held-out folds, cut-offs included.

    `labels` (n_articles, n_topics) has the codebook's columns, and so have those of `marked`; `sha256` names the labels
    and `at` the day in the card. Topics with fewer than `min_positives` articles for or against them are not learnt; their
    cues speak for them. `step` is called as often as `TopicClassifier.fit` does.

    Raises:
        ModelError: no topic has enough labelled articles.
    """
    learnt, known, marks = learnable(codebook, labels, marked, settings)
    classifier = TopicClassifier(learnt, settings).fit(words, known, marks, step)
    scores = evaluate(learnt.ids, known, *classifier.held_out(known), settings.seed, folds=settings.folds)
    card = {
        "at": at,
        "labels_sha256": sha256,
        "code_sha256": code_sha256(),
        "libraries": libraries(),
        "articles": len(words),
        "marked_articles": len(marks),
        "not_learnt": [topic for topic in codebook.ids if topic not in learnt.ids],
        "settings": asdict(settings),
        "thresholds": dict(zip(learnt.ids, np.round(classifier.thresholds_, 4).tolist(), strict=True)),
        "cross_validated": scores.as_json(),
    }
    return Candidate(classifier, scores, card)


def learnable(
    codebook: Codebook, labels: np.ndarray, marked: Sequence[Marked], settings: TrainSettings
) -> tuple[Codebook, np.ndarray, list[Marked]]:
    """Narrows codebook, labels and marks to the topics with at least `min_positives` articles for and against them.

    Raises:
        ModelError: there is none.
    """
    least = np.minimum((labels == 1).sum(axis=0), (labels == 0).sum(axis=0))
    columns = np.flatnonzero(least >= settings.min_positives).tolist()
    if not columns:
        raise ModelError("few_labels", number=settings.min_positives)
    marks = [replace(mark, labels=mark.labels[:, columns]) for mark in marked]
    return Codebook(tuple(codebook.topics[column] for column in columns)), labels[:, columns], marks
