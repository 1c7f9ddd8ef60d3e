"""Lets a model that has just been trained speak of its own articles by its held-out folds, without training anything anew."""

from __future__ import annotations

import numpy as np

from models.classifier import TopicClassifier
from models.folds import Material, Spoken
from models.tagger import Tagger


def spoken_held_out(material: Material, classifier: TopicClassifier) -> Spoken:
    """Gives what held-out folds said of the articles of `material`, which are those of `fit` with the classifier's topics.

    The sentence behind a mistake is the one that the finished model names. No evidence is scored and no variant read: the
    finished model has seen the marks and the articles.
    """
    rows = np.arange(len(material.labels))
    scores, decided = classifier.held_out(material.labels)
    cutoffs = np.broadcast_to(classifier.thresholds_, scores.shape)
    wrong = (decided & (material.labels == 0)) | (~decided & (material.labels == 1))
    tagger = Tagger(material.codebook, classifier)
    lines = {
        (row, tagger.asked.index(topic)): line
        for row in np.flatnonzero(wrong.any(axis=1)).tolist()
        for topic, line in tagger.best_lines(
            material.words[row], [tagger.asked[n] for n in np.flatnonzero(wrong[row])]
        ).items()
    }
    return Spoken(
        rows=rows,
        scores=scores[np.newaxis],
        decided=decided[np.newaxis],
        cutoffs=cutoffs[np.newaxis],
        unsure=classifier.cut_.unsure(scores)[np.newaxis],
        variants={},
        lines=lines,
        shown=[],
    )
