"""Labels, articles and an encoder's folder → a candidate with its report card, as `models.train` makes one of the default kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.codebook import Codebook
from models.encoder import EncoderClassifier, Words, folds
from models.encoder_settings import EncoderSettings
from models.evaluate import evaluate
from models.settings import TrainSettings
from models.thresholds import Cut
from models.train import Candidate, learnable

if TYPE_CHECKING:
    from models.linear import Marked

Advance = Callable[[int, int], None]  # articles learnt from so far, and in all


def train_encoder(
    codebook: Codebook,
    folder: Path,
    words: Words,
    labels: np.ndarray,
    settings: EncoderSettings,
    *,
    marked: Sequence[Marked] = (),
    sha256: str = "",
    at: str = "",
    advance: Advance | None = None,
) -> Candidate:
    """Fine-tunes on every topic with enough labelled articles; arguments and card are those of `models.train.train`.

    The held-out folds behind the cut-offs are those of the card's scores too, each by the cut-offs of the other folds: one
    fine-tuning a fold takes hours already.

    Raises:
        ModelError: no topic has enough labelled articles, the extra is not installed, or the folder is no encoder's.
    """
    learnt, known, marks = learnable(codebook, labels, marked, TrainSettings())
    done: Iterator[int] = count(1)

    def step(total: int) -> None:
        if advance is not None:
            advance(next(done), total)

    classifier = EncoderClassifier(learnt, settings).fit(folder, words, known, marks, step)
    found = held_out(classifier.margins_, known, settings)
    scores = evaluate(learnt.ids, known, *found, settings.seed, folds=min(settings.folds, len(known)))
    card = {
        "at": at,
        "encoder": folder.name,
        "labels_sha256": sha256,
        "articles": len(words),
        "marked_articles": len(marks),
        "not_learnt": [topic for topic in codebook.ids if topic not in learnt.ids],
        "settings": asdict(settings),
        "thresholds": dict(zip(learnt.ids, np.round(classifier.thresholds_, 4).tolist(), strict=True)),
        "cross_validated": scores.as_json(),
    }
    return Candidate(classifier, scores, card)


def held_out(margins: np.ndarray, labels: np.ndarray, settings: EncoderSettings) -> tuple[np.ndarray, np.ndarray]:
    """Returns scores and decisions (n_articles, n_topics) from held-out margins, each fold cut as the others say."""
    scores, decided = np.zeros(labels.shape), np.zeros(labels.shape, dtype=bool)
    for others, test in folds(len(labels), settings):
        cut = Cut.of(margins[others], labels[others])
        scores[test] = cut.scores(margins[test])
        decided[test] = scores[test] >= cut.thresholds
    return scores, decided
