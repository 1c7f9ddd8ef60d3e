"""Which phrases of a codebook stand in which line of an article: what a person must see to find a bad one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from models.codebook import Codebook
from models.encode import Encoder
from models.phrase_index import PhraseIndex
from models.phrases import parse

CHOICES: Final = 4  # that are shown of the words among which a phrase lets choose
MOST: Final = 3  # phrases that are told of one sentence; of a term that the field knows well a score may stand in it
_CHOICE: Final = re.compile(r"\(([^()]*)\)")


def brief(phrase: str) -> str:
    """Gives a phrase that stands in a line as a person reads it: of long choices the first few, and not what it bars."""
    return _CHOICE.sub(lambda found: f"({_few(found[1].split('|'))})", phrase.partition("!")[0].rstrip())


def briefly(phrases: Sequence[str]) -> str:
    """Gives the phrases that stand in one sentence as a person reads them, the first few."""
    return " · ".join([*map(brief, phrases[:MOST]), *(["…"] if len(phrases) > MOST else [])])


def _few(choices: Sequence[str]) -> str:
    return "|".join(choices if len(choices) <= CHOICES + 1 else [*choices[:CHOICES], "…"])


class SpokenPhrases:
    """Finds the cues and hints of all topics, as the codebook writes them."""

    def __init__(self, codebook: Codebook) -> None:
        self._topics = codebook.ids
        self._written = [(topic.id, text) for topic in codebook.topics for text in (*topic.cues, *topic.hints)]
        self._index = PhraseIndex([parse(text) for _, text in self._written])
        self._encoder = Encoder((), self._index.syllables)

    def found(self, words: Sequence[str]) -> dict[str, list[tuple[str, ...]]]:
        """Gives for each topic its phrases that stand in each line of a segmented article."""
        found: dict[str, list[tuple[str, ...]]] = {topic: [()] * len(words) for topic in self._topics}
        matrix = self._index.matrix(self._encoder.encode(words)).tocoo()
        for line, place in sorted(zip(matrix.row.tolist(), matrix.col.tolist(), strict=True)):
            topic, text = self._written[place]
            found[topic][line] = (*found[topic][line], text)
        return found
