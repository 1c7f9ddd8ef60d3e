"""Champion: what the tagger, the registry and the gate ask of a trained model, whatever it computes with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.codebook import Codebook
from models.thresholds import Cut


class Champion(Protocol):
    """A trained model of some topics. The default kind is `TopicClassifier`, the other one `EncoderClassifier`."""

    codebook: Codebook  # that it was trained with
    cut_: Cut

    @property
    def topics(self) -> tuple[str, ...]:
        """Topic ids in column order."""

    @property
    def thresholds_(self) -> np.ndarray:
        """The cut-off of each topic, (n_topics,)."""

    def predict_words(self, words: Sequence[Sequence[str]]) -> np.ndarray:
        """Returns (n_articles, n_topics): the calibrated probability of each topic, 0 to 1."""

    def decide(self, scores: np.ndarray) -> NDArray[np.bool_]:
        """Returns (n_articles, n_topics): which scores reach their topic's cut-off."""

    def best_lines(self, words: Sequence[str], topics: Iterable[str]) -> dict[str, int]:
        """Returns for each of `topics` the number of the line of an article that speaks for it most."""

    def state(self) -> dict[str, Any]:
        """Gives all that it computes with as plain values and arrays."""
