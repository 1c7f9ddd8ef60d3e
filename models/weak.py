"""First labels from a codebook alone, where no reviewer has been.

Cues speak for a topic, hints speak softly, exclusions silence a sentence; a phrase that carries a trust counts by it. How
their wording is read: `models.phrases`; how trusts are learnt: `models.trust`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, pairwise
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix

from models.codebook import Codebook, Topic
from models.encode import Encoded, Encoder, syllables
from models.kept import Batch
from models.phrase_index import PhraseIndex
from models.phrases import ORDINARY, Phrase, parse, plain, trust_in, untrusted
from models.reading import NOTHING, Floats, Ints, LineReading, Words
from models.restore import Restorer
from models.text import normalise

WEAK_VERSION: Final = "weak-2"  # grows when any article may get other scores

TITLE_WEIGHT: Final = 2.0  # a cue in the title counts as two sentences
CUE_WEIGHT: Final = 1.0
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
class Rule:
    """A phrase that speaks for one topic with a weight, or silences the sentence for it: weight 0."""

    topic: int
    phrase: Phrase
    weight: float


@dataclass(frozen=True, slots=True)
class Counted:
    """Rules found in lines, (n,) each: ordered by line, topic and weight, the greatest first."""

    cells: Ints  # line times number of topics, and topic
    rules: Ints
    weights: Floats
    values: Floats  # the weight, halved as often as a rule of the same cell stands before it
    ends: Ints  # where the rules of the same cell end


class CueReader:
    """Reads what the phrases of a codebook say in each line of segmented articles."""

    def __init__(self, codebook: Codebook) -> None:
        self.rules = tuple(rule for number, topic in enumerate(codebook.topics) for rule in _rules(number, topic))
        self._index = PhraseIndex([rule.phrase for rule in self.rules])
        self._topics = np.array([rule.topic for rule in self.rules], dtype=np.int64)
        self.rule_weights = np.array([rule.weight for rule in self.rules])
        known = [len(topic.cues) + len(topic.hints) for topic in codebook.topics]
        self.halves = HALF * np.sqrt(np.maximum(1.0, np.array(known) / CUES_OF_HALF))  # (n_topics,)

    @property
    def syllables(self) -> Sequence[str]:
        """What an `Encoder` must know for `weights`."""
        return self._index.syllables

    def found(self, lines: Encoded) -> csr_matrix:
        """Returns (n_lines, n_rules) float32: 1 where the phrase of a rule stands in a line."""
        return self._index.matrix(lines)

    def weights(self, lines: Encoded) -> Floats:
        """Returns (n_lines, n_topics), 0 or more: the weights of a line's distinct phrases, each further one counting half."""
        return self.weighed(self.found(lines), self.rule_weights)

    def weighed(self, found: csr_matrix, rule_weights: Floats) -> Floats:
        """Returns what `weights` gives, from what `found` gave, were these the weights of the rules."""
        counted = self.counted(found, rule_weights)
        table = np.zeros(found.shape[0] * len(self.halves))
        np.add.at(table, counted.cells, counted.values)
        table[counted.cells[counted.weights == 0]] = 0.0
        return table.reshape(found.shape[0], len(self.halves))

    def counted(self, found: csr_matrix, rule_weights: Floats) -> Counted:
        """Gives each rule that was found in a line, and what it counts there beside the others of its topic."""
        table = found.tocoo()
        cells = table.row.astype(np.int64) * len(self.halves) + self._topics[table.col]
        weights = rule_weights[table.col]
        order = np.lexsort((-weights, cells))
        cells, weights = cells[order], weights[order]
        firsts = np.flatnonzero(np.diff(cells, prepend=-1))
        sizes = np.diff(firsts, append=len(cells))
        ranks = np.arange(len(cells)) - np.repeat(firsts, sizes)
        return Counted(
            cells, table.col[order].astype(np.int64), weights, weights / 2.0**ranks, np.repeat(firsts + sizes, sizes)
        )

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
        return np.asarray(1.0 - np.exp2(-np.maximum(strengths, 0.0) / self.halves_of(starts)))

    def halves_of(self, starts: Ints) -> Floats:
        """Returns (n_articles, n_topics): the strengths that are a score of one half."""
        short = np.clip(np.sqrt(np.diff(starts) / LINES_OF_HALF), LEAST_HALF, 1.0)[:, None]
        return np.asarray(self.halves * short)


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
        batch = Batch.of(self.restorer.restored(words))
        weights = self._cues.weights(self._encoder.encode_text(batch.text))
        scores = self._cues.scores(self._cues.strengths(weights, batch.starts), batch.starts)
        return LineReading(scores, np.where(weights > 0, weights, NOTHING), batch.starts)


def without_trusts(codebook: Codebook) -> Codebook:
    """Gives the codebook with phrases that carry no trust; one that has none stays what it is."""
    return Codebook(
        tuple(
            replace(topic, cues=tuple(map(untrusted, topic.cues)), hints=tuple(map(untrusted, topic.hints)))
            for topic in codebook.topics
        )
    )


def spoken_terms(codebook: Codebook) -> dict[str, float]:
    """Returns the syllables of a codebook's phrases and their pairs of neighbours, with the logarithm of how rare they are."""
    phrases = [rule.phrase for number, topic in enumerate(codebook.topics) for rule in _rules(number, topic)]
    parts = chain.from_iterable((*phrase.needs, *phrase.bars) for phrase in phrases)
    runs = [run for part in parts for slot in part for run in slot.runs]
    counts = Counter(chain.from_iterable((*run, *map(" ".join, pairwise(run))) for run in runs))
    return {text: float(np.log(counts.total() / count)) for text, count in sorted(counts.items())}


def _rules(number: int, topic: Topic) -> Iterator[Rule]:
    seen: set[Phrase] = set()
    for texts, weight in ((topic.cues, CUE_WEIGHT), (topic.hints, HINT_WEIGHT), (topic.exclusions, 0.0)):
        for text in texts:
            phrase, trust = parse(text), trust_in(text)
            if phrase not in seen:
                seen.add(phrase)
                if trust is None:
                    yield Rule(number, phrase, weight)
                elif trust > 0:  # one of 0 says nothing, whereas a weight of 0 silences
                    yield Rule(number, phrase, weight * trust / ORDINARY)
    for phrase in map(plain, _defining(topic)):
        if phrase not in seen:
            seen.add(phrase)
            yield Rule(number, phrase, DEFINITION_WEIGHT)


def _defining(topic: Topic) -> Iterator[str]:
    """Yields the phrases of the name and of what the definition counts, long enough to say something alone."""
    counted = _NOT_COUNTED.split(topic.definition)[0]
    for text in (topic.name, counted):
        for phrase in _PHRASE_END.split(normalise(text)):
            if len(syllables(phrase)) in _PHRASE_SYLLABLES:
                yield phrase
