"""First labels from a codebook alone, where no reviewer has been.

Cues speak for a topic, hints speak softly, exclusions silence a sentence. How their wording is read: `models.phrases`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise
from typing import Final

import numpy as np

from models.codebook import Codebook, Topic
from models.encode import Encoded, Encoder, syllables
from models.phrases import Phrase, PhraseIndex, parse, plain
from models.reading import NOTHING, Floats, Ints, LineReading, Words, line_starts
from models.restore import Restorer
from models.text import normalise

WEAK_VERSION: Final = "weak-2"  # grows when any article may get other scores

TITLE_WEIGHT: Final = 2.0  # a cue in the title counts as two sentences
HINT_WEIGHT: Final = 0.35  # of a hint beside a cue: three in three sentences make one
DEFINITION_WEIGHT: Final = 0.25  # of a phrase that only the name or the definition gives
HALF: Final = 1.5  # weighted sentences that give a score of one half: a single passing mention does not decide
CUES_OF_HALF: Final = 32  # cues and hints of a topic; where it has more, more sentences hold one by chance: HALF grows
LINES_OF_HALF: Final = 16  # of an article; where it has fewer, fewer sentences can speak: HALF shrinks
LEAST_HALF: Final = 2 / 3  # of it: in the shortest articles one whole sentence decides
THRESHOLD: Final = 0.5

_PHRASE_END: Final = re.compile(r"[,;:.()]| và | hoặc | hay | của ")
_NOT_COUNTED: Final = re.compile(r"không tính|does not count", re.IGNORECASE)
_PHRASE_SYLLABLES: Final = range(3, 8)  # of a phrase of a definition; shorter ones stand in articles of any topic


@dataclass(frozen=True, slots=True)
class _Rule:
    """A phrase that speaks for one topic with a weight, or silences the sentence for it: weight 0."""

    topic: int
    phrase: Phrase
    weight: float


class CueReader:
    """Reads what the phrases of a codebook say in each line of segmented articles."""

    def __init__(self, codebook: Codebook) -> None:
        rules = [rule for number, topic in enumerate(codebook.topics) for rule in _rules(number, topic)]
        self._index = PhraseIndex([rule.phrase for rule in rules])
        self._topics = np.array([rule.topic for rule in rules], dtype=np.int64)
        self._weights = np.array([rule.weight for rule in rules])
        known = [len(topic.cues) + len(topic.hints) for topic in codebook.topics]
        self.halves = HALF * np.sqrt(np.maximum(1.0, np.array(known) / CUES_OF_HALF))  # (n_topics,)

    @property
    def syllables(self) -> Sequence[str]:
        """What an `Encoder` must know for `weights`."""
        return self._index.syllables

    def weights(self, lines: Encoded) -> Floats:
        """Returns (n_lines, n_topics), 0 or more: the weights of a line's distinct phrases, each further one counting half."""
        found = self._index.matrix(lines).tocoo()
        size = len(self.halves)
        cells = found.row.astype(np.int64) * size + self._topics[found.col]
        weights = self._weights[found.col]
        order = np.lexsort((-weights, cells))
        cells, weights = cells[order], weights[order]
        firsts = np.flatnonzero(np.diff(cells, prepend=-1))
        ranks = np.arange(len(cells)) - np.repeat(firsts, np.diff([*firsts, len(cells)]))
        table = np.zeros(found.shape[0] * size)
        np.add.at(table, cells, weights / 2.0**ranks)
        table[cells[weights == 0]] = 0.0
        return table.reshape(found.shape[0], size)

    def strengths(self, weights: Floats, starts: Ints) -> Floats:
        """Returns (n_articles, n_topics): the sums of what `weights` gave for the lines of each article, titles first."""
        counted = weights.copy()
        titles = starts[:-1][np.diff(starts) > 0]
        counted[titles] *= TITLE_WEIGHT
        sums = np.vstack([np.zeros(counted.shape[1]), np.cumsum(counted, axis=0)])
        return np.asarray(sums[starts[1:]] - sums[starts[:-1]])

    def scores(self, strengths: Floats, starts: Ints) -> Floats:
        """Returns strengths as scores from 0 to 1, same shape: one half where they reach the topic's `halves`.

        These are those of an article of `LINES_OF_HALF` lines or more; shorter ones need less.
        """
        short = np.clip(np.sqrt(np.diff(starts) / LINES_OF_HALF), LEAST_HALF, 1.0)[:, None]
        return np.asarray(1.0 - np.exp2(-np.maximum(strengths, 0.0) / (self.halves * short)))


class WeakTagger:
    """Tags articles by the phrases of a codebook; it has nothing to learn."""

    def __init__(self, codebook: Codebook) -> None:
        self.topics = codebook.ids
        self._cues = CueReader(codebook)
        self._encoder = Encoder((), self._cues.syllables)
        self.restorer = Restorer(partial(spoken_terms, codebook))

    def read(self, words: Words) -> LineReading:
        """Scores segmented articles (lists of lines, the title first), and tells how much each line says.

        Articles that have lost their marks are read as if they had them.
        """
        words = self.restorer.restored(words)
        starts = line_starts(words)
        weights = self._cues.weights(self._encoder.encode(chain.from_iterable(words)))
        scores = self._cues.scores(self._cues.strengths(weights, starts), starts)
        return LineReading(scores, np.where(weights > 0, weights, NOTHING), starts)


def spoken_terms(codebook: Codebook) -> dict[str, float]:
    """Returns the syllables of a codebook's phrases and their pairs of neighbours, with the logarithm of how rare they are."""
    phrases = [rule.phrase for number, topic in enumerate(codebook.topics) for rule in _rules(number, topic)]
    parts = chain.from_iterable((*phrase.needs, *phrase.bars) for phrase in phrases)
    runs = [run for part in parts for slot in part for run in slot.runs]
    counts = Counter(chain.from_iterable((*run, *map(" ".join, pairwise(run))) for run in runs))
    return {text: float(np.log(counts.total() / count)) for text, count in sorted(counts.items())}


def _rules(number: int, topic: Topic) -> Iterator[_Rule]:
    seen: set[Phrase] = set()
    for texts, weight in ((topic.cues, 1.0), (topic.hints, HINT_WEIGHT), (topic.exclusions, 0.0)):
        for phrase in map(parse, texts):
            if phrase not in seen:
                seen.add(phrase)
                yield _Rule(number, phrase, weight)
    for phrase in map(plain, _defining(topic)):
        if phrase not in seen:
            seen.add(phrase)
            yield _Rule(number, phrase, DEFINITION_WEIGHT)


def _defining(topic: Topic) -> Iterator[str]:
    """Yields the phrases of the name and of what the definition counts, long enough to say something alone."""
    counted = _NOT_COUNTED.split(topic.definition)[0]
    for text in (topic.name, counted):
        for phrase in _PHRASE_END.split(normalise(text)):
            if len(syllables(phrase)) in _PHRASE_SYLLABLES:
                yield phrase
