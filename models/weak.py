"""First labels from a codebook alone, where no reviewer has been: cues speak for a topic, exclusions silence a sentence.

Phrases are compared by syllables, so that case, tone-mark style (hoà, hòa), punctuation and the segmenter's joins do
not matter. In a phrase "…" stands for at most `MAX_GAP` syllables of the same sentence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.codebook import Codebook, Topic
from models.text import normalise

WEAK_VERSION: Final = "weak-1"  # grows when any article may get other scores

MAX_GAP: Final = 8  # syllables that "…" may stand for
TITLE_WEIGHT: Final = 2.0  # a cue in the title counts as two sentences
DEFINITION_WEIGHT: Final = 0.25  # of a phrase that only the name or the definition gives
HALF: Final = 1.5  # weighted sentences that give a score of one half: a single passing mention does not decide
THRESHOLD: Final = 0.5

_SYLLABLE: Final = re.compile(r"[^\W_]+")
_PHRASE_END: Final = re.compile(r"[,;:.()]| và | hoặc | hay | của ")
_NOT_COUNTED: Final = re.compile(r"không tính|does not count", re.IGNORECASE)
_PHRASE_SYLLABLES: Final = range(3, 8)  # of a phrase of a definition; shorter ones stand in articles of any topic

Scores = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A cue or an exclusion of one topic: runs of syllables with gaps between them."""

    topic: int
    runs: tuple[tuple[str, ...], ...]
    weight: float  # 0 marks an exclusion

    def stands(self, syllables: Sequence[str], at: int) -> bool:
        """Tells whether the phrase begins at that syllable."""
        return _stands(self.runs, syllables, at)


class WeakTagger:
    """Scores articles by the phrases of a codebook; it has nothing to learn."""

    def __init__(self, codebook: Codebook) -> None:
        self.topics = codebook.ids
        self._by_start: defaultdict[tuple[str, ...] | str, list[_Phrase]] = defaultdict(list)  # two syllables, or one
        for number, topic in enumerate(codebook.topics):
            for phrase in _phrases(number, topic):
                start = phrase.runs[0][:2]
                self._by_start[start if len(start) == 2 else start[0]].append(phrase)

    def predict_words(self, words: Sequence[Sequence[str]]) -> Scores:
        """Returns (n_articles, n_topics), 0 to 1, from segmented articles (lists of lines, the title first)."""
        return np.asarray(1.0 - np.exp2(-self.strengths(words) / HALF))

    def strengths(self, words: Sequence[Sequence[str]]) -> Scores:
        """Returns (n_articles, n_topics), 0 or more: the weighted number of sentences that speak for each topic."""
        strengths = np.zeros((len(words), len(self.topics)))
        for row, lines in enumerate(words):
            for number, line in enumerate(lines):
                for topic, weight in self._weights(line).items():
                    strengths[row, topic] += weight * (TITLE_WEIGHT if number == 0 else 1.0)
        return strengths

    def decide(self, scores: Scores) -> NDArray[np.bool_]:
        """Returns which scores reach `THRESHOLD`, same shape."""
        return scores >= THRESHOLD

    def best_lines(self, words: Sequence[str], topics: Iterable[str]) -> dict[str, int]:
        """Returns for each of `topics` the number of the line with most cues; topics without any cue are left out."""
        weights = [self._weights(line) for line in words]
        found = {}
        for topic in topics:
            column = self.topics.index(topic)
            best = max(range(len(words)), key=lambda number: weights[number].get(column, 0.0), default=0)
            if words and weights[best].get(column, 0.0) > 0:
                found[topic] = best
        return found

    def _weights(self, line: str) -> Mapping[int, float]:
        """Gives what a line says for each topic: the weights of its distinct phrases, each further one counting half."""
        syllables = _SYLLABLE.findall(line.lower())
        starts = self._by_start
        hits: defaultdict[int, set[_Phrase]] = defaultdict(set)
        silenced = set()
        for at, pair in enumerate(pairwise([*syllables, ""])):
            for key in (pair, pair[0]):
                for phrase in starts.get(key, ()):
                    if phrase.stands(syllables, at):
                        hits[phrase.topic].add(phrase)
                        if phrase.weight == 0:
                            silenced.add(phrase.topic)
        return {
            topic: sum(
                weight / 2**place for place, weight in enumerate(sorted((p.weight for p in found), reverse=True))
            )
            for topic, found in hits.items()
            if topic not in silenced
        }


def _phrases(number: int, topic: Topic) -> Iterator[_Phrase]:
    seen = set()
    for texts, weight in ((topic.cues, 1.0), (topic.exclusions, 0.0), (_defining(topic), DEFINITION_WEIGHT)):
        for text in texts:
            runs = tuple(run for part in text.split("…") if (run := tuple(_SYLLABLE.findall(normalise(part).lower()))))
            if runs and runs not in seen:
                seen.add(runs)
                yield _Phrase(number, runs, weight)


def _defining(topic: Topic) -> Iterator[str]:
    """Yields the phrases of the name and of what the definition counts, long enough to say something alone."""
    counted = _NOT_COUNTED.split(topic.definition)[0]
    for text in (topic.name, counted):
        for phrase in _PHRASE_END.split(normalise(text)):
            if len(_SYLLABLE.findall(phrase)) in _PHRASE_SYLLABLES:
                yield phrase


def _stands(runs: Sequence[tuple[str, ...]], syllables: Sequence[str], at: int) -> bool:
    end = at + len(runs[0])
    if tuple(syllables[at:end]) != runs[0]:
        return False
    return len(runs) == 1 or any(_stands(runs[1:], syllables, end + gap) for gap in range(MAX_GAP + 1))
