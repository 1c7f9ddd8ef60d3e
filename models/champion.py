"""Champion: what the tagger, the registry and the gate ask of a trained model, whatever it computes with."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from models.codebook import Codebook
from models.reading import Reading, Words
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

    def read(self, words: Words) -> Reading:
        """Reads segmented articles: the calibrated probability of each topic, and the line that speaks for it most."""

    def state(self) -> dict[str, Any]:
        """Gives all that it computes with as plain values and arrays."""
