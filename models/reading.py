"""What a model makes of articles: a score for each topic, and how much each line speaks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

NOTHING: Final = -np.inf  # what a line says that says nothing

Floats = NDArray[np.floating]
Ints = NDArray[np.int64]
Words = Sequence[Sequence[str]]  # segmented articles: lists of lines, the title first, words parted by spaces


class Reading(Protocol):
    """Articles as a model read them, in the order in which they were given."""

    @property
    def scores(self) -> Floats:
        """Probabilities of the model's topics, (n_articles, n_topics), 0 to 1."""

    def best_line(self, article: int, topic: int) -> int | None:
        """Gives the number of the line of an article that speaks for a topic most; None where none does."""


@dataclass(frozen=True, slots=True)
class LineReading:
    """A reading that has an opinion on every line; article n has the lines from `starts[n]` to `starts[n + 1]`."""

    scores: Floats  # (n_articles, n_topics), 0 to 1
    lines: Floats  # (n_lines, n_topics): more speaks more; NOTHING where a line says nothing of the topic
    starts: Ints  # (n_articles + 1,)

    def best_line(self, article: int, topic: int) -> int | None:
        """Gives the number of the line of an article that speaks for a topic most; None where none does."""
        own = self.lines[self.starts[article] : self.starts[article + 1], topic]
        if not own.size:
            return None
        best = int(own.argmax())
        return best if own[best] > NOTHING else None
