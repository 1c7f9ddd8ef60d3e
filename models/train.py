"""Labels and articles → a candidate with its report card: what it learnt from, and how it scores on what it has not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from models.classifier import TopicClassifier
from models.errors import ModelError
from models.evaluate import Scores, cross_validate, evaluate
from models.settings import TrainSettings

FOLDS: Final = 5  # of the cross-validation on the card


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trained model, its cross-validated scores, and the card that the registry keeps with it."""

    classifier: TopicClassifier
    scores: Scores
    card: Mapping[str, Any]


def train(
    topics: Sequence[str],
    words: Sequence[Sequence[str]],
    labels: np.ndarray,
    settings: TrainSettings,
    *,
    sha256: str = "",
    at: str = "",
) -> Candidate:
    """Learns every topic with enough labelled articles, and cross-validates the same recipe, cut-offs included.

    `words` are segmented articles, `labels` (n_articles, n_topics); `sha256` names the labels and `at` the day in the
    card. Topics with fewer than `min_positives` articles for or against are not learnt; their cues speak for them.

    Raises:
        ModelError: no topic has enough labelled articles.
    """
    learnt = learnable(topics, labels, settings)
    if not learnt:
        raise ModelError(
            f"labels: no topic has {settings.min_positives} articles for it and as many against it; label more articles"
        )
    columns = [topics.index(topic) for topic in learnt]
    known = labels[:, columns]
    scores, decided = cross_validate(learnt, words, known, settings, FOLDS)
    card = evaluate(learnt, known, scores, decided, settings.seed, folds=FOLDS)
    classifier = TopicClassifier(learnt, settings).fit(words, known)
    return Candidate(
        classifier,
        card,
        {
            "at": at,
            "labels_sha256": sha256,
            "articles": len(words),
            "not_learnt": [topic for topic in topics if topic not in learnt],
            "settings": asdict(settings),
            "thresholds": dict(zip(learnt, np.round(classifier.thresholds_, 4).tolist(), strict=True)),
            "cross_validated": card.as_json(),
        },
    )


def learnable(topics: Sequence[str], labels: np.ndarray, settings: TrainSettings) -> tuple[str, ...]:
    """Gives the topics with at least `min_positives` labelled articles for them and as many against them."""
    least = np.minimum((labels == 1).sum(axis=0), (labels == 0).sum(axis=0))
    return tuple(topic for topic, count in zip(topics, least.tolist(), strict=True) if count >= settings.min_positives)
