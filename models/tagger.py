"""Tagger: a champion for the topics it has learnt, the codebook's cues for the others; scores, decisions, evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from models.champion import Champion
from models.codebook import Codebook
from models.document import Document
from models.kept import Batch, is_wordless
from models.reading import Reading, Words
from models.weak import THRESHOLD, WEAK_VERSION, WeakTagger

if TYPE_CHECKING:
    from models.segment import Segmenter

SCORE_DIGITS = 6  # of a stored score: more are noise, and cost room in every row


@dataclass(frozen=True, slots=True)
class Tagged:
    """What is said of one article: a score for every topic asked, the decided topics, and a sentence for each of them."""

    scores: Mapping[str, float]  # 0 to 1
    topics: tuple[str, ...]  # decided, in the codebook's order
    evidence: Mapping[str, str]  # decided topic -> a sentence of the article, as written there
    unsure: tuple[str, ...]  # decided or not, in their bands of doubt: for a person to decide


@dataclass(frozen=True)
class Judged:
    """Articles as a tagger judged them; sentences are looked for when somebody asks."""

    asked: tuple[str, ...]  # topics, in the codebook's order
    scores: np.ndarray  # (n_articles, n_asked), 0 to 1, as they are stored
    decided: np.ndarray  # same shape: whether an article has a topic
    read: Mapping[str, tuple[Reading, int]]  # topic -> who read the articles for it, and its column there

    def topics(self, article: int) -> tuple[str, ...]:
        """Gives the decided topics of an article, by its number, in the codebook's order."""
        return tuple(compress(self.asked, self.decided[article].tolist()))

    def best_lines(self, article: int, topics: Collection[str]) -> dict[str, int]:
        """Gives for each of `topics` the number of the line of an article that speaks for it most, where one does."""
        found = ((topic, self.read[topic][0].best_line(article, self.read[topic][1])) for topic in topics)
        return {topic: line for topic, line in found if line is not None}

    def evidence(self, article: int, topics: Collection[str], document: Document) -> dict[str, str]:
        """Gives for each of `topics` the sentence that speaks for it most, as `document`, the article, has it."""
        best = self.best_lines(article, topics)
        lines = document.lines() if best else []
        return {topic: lines[line] for topic, line in best.items()}


class Tagger:
    """Tags articles with the topics of one codebook.

    `topics` are those that the champion has learnt, `learnt_as` tells under which ids, `cued` are those that are left to their
    cues, `version` names both. `chosen` are cut-offs that the campaign sets in place of those that were learnt.
    """

    def __init__(
        self,
        codebook: Codebook,
        champion: Champion | None,
        version: str = "",
        chosen: Mapping[str, float] | None = None,
    ) -> None:
        learnt = champion.topics if champion else ()
        self.codebook = codebook
        self.asked = codebook.ids
        self.learnt_as = codebook.learnt_as(learnt)
        self.topics = tuple(self.learnt_as)
        self.cued = tuple(topic for topic in codebook.ids if topic not in self.learnt_as)
        self.version = tagger_version(version if champion else "", codebook, learnt)
        self.champion = champion
        self.chosen = dict(chosen or {})
        self._weak = WeakTagger(Codebook(tuple(topic for topic in codebook.topics if topic.id in self.cued)))
        self._segmenter: Segmenter | None = None

    def segment(self, documents: Sequence[Document]) -> list[list[str]]:
        """Cuts articles into words: for each the title and the sentences, as words parted by spaces."""
        if self._segmenter is None:
            from models.segment import Segmenter  # noqa: PLC0415 - takes half a second, and kept words never need it

            self._segmenter = Segmenter()  # takes another
        return self._segmenter.segment_lines([document.lines() for document in documents])

    def tag(self, documents: Sequence[Document], words: Sequence[Sequence[str]] | None = None) -> list[Tagged]:
        """Tags articles; `words` is what `segment` gives for them, where it is known already.

        An article without a word has score 0 and no topic.
        """
        judged = self.judge(self.segment(documents) if words is None else words)
        unsure, found = self.unsure(judged.scores).tolist(), []
        for row, (document, scores) in enumerate(zip(documents, judged.scores.tolist(), strict=True)):
            topics = judged.topics(row)
            evidence = judged.evidence(row, topics, document)
            doubted = tuple(compress(self.asked, unsure[row]))
            found.append(Tagged(dict(zip(self.asked, scores, strict=True)), topics, evidence, doubted))
        return found

    def judge(self, words: Words) -> Judged:
        """Scores segmented articles and decides by what is stored of the scores, so that it can be decided again."""
        words = Batch.of(words)
        read = self._read(words)
        scores = np.round(self._scored(read, words), SCORE_DIGITS)
        return Judged(self.asked, scores, scores >= self.cutoffs(), read)

    def predict(self, words: Words) -> tuple[np.ndarray, np.ndarray]:
        """Returns scores and decisions, (n_articles, n_asked) each, from segmented articles."""
        scores = self._scored(self._read(words), words)
        return scores, scores >= self.cutoffs()

    def cutoffs(self) -> np.ndarray:
        """Returns (n_asked,): the score from which a topic is decided."""
        learnt = self.champion
        own = dict(zip(learnt.topics, learnt.thresholds_.tolist(), strict=True)) if learnt else {}
        given = {topic: own.get(self.learnt_as.get(topic, ""), THRESHOLD) for topic in self.asked}
        return np.array([self.chosen.get(topic, cut) for topic, cut in given.items()])

    def bands(self) -> tuple[np.ndarray, np.ndarray]:
        """Returns (n_asked,) twice: the scores from which, and those below which, a person should decide.

        Cues know no doubt: their bands are empty.
        """
        low, high = np.full((2, len(self.asked)), THRESHOLD)
        if self.champion and self.topics:
            places = [self.asked.index(topic) for topic in self.topics]
            columns = [self.champion.topics.index(self.learnt_as[topic]) for topic in self.topics]
            low[places] = self.champion.cut_.unsure_from[columns]
            high[places] = self.champion.cut_.unsure_to[columns]
        moved, cuts = np.array([topic in self.chosen for topic in self.asked], dtype=bool), self.cutoffs()
        return np.where(moved, np.minimum(low, cuts), low), np.where(moved, np.maximum(high, cuts), high)

    def unsure(self, scores: np.ndarray) -> np.ndarray:
        """Returns which of the scores that `predict` gives, (n_articles, n_asked), are for a person to decide.

        A score of 0 is that of an article without a word: there is nothing to read.
        """
        low, high = self.bands()
        return np.asarray((scores > 0) & (scores >= low) & (scores < high))

    def evidence(
        self, documents: Sequence[Document], words: Words, topics: Sequence[Collection[str]]
    ) -> list[dict[str, str]]:
        """Gives for each of an article's `topics`, decided or not, the sentence of it that speaks for it most.

        `words` is what `segment` gives for the articles. Left out are topics that are left to their cues where the article
        has none of them, and all where it has no word.
        """
        judged = self.judge(words)
        each = enumerate(zip(documents, words, topics, strict=True))
        return [
            judged.evidence(row, () if is_wordless(text) else asked, document) for row, (document, text, asked) in each
        ]

    def best_lines(self, words: Sequence[str], topics: Collection[str]) -> dict[str, int]:
        """Gives for each of `topics` the number of the line that speaks for it most; see `evidence`."""
        return self.judge([words]).best_lines(0, topics) if topics and not is_wordless(words) else {}

    def _read(self, words: Words) -> dict[str, tuple[Reading, int]]:
        """Gives for each topic asked who has read the articles for it, and its column there."""
        return {
            topic: (reading, part.topics.index(name))
            for part, names in ((self.champion, self.learnt_as), (self._weak, {topic: topic for topic in self.cued}))
            if part is not None and names and words
            for reading in [part.read(words)]
            for topic, name in names.items()
        }

    def _scored(self, read: Mapping[str, tuple[Reading, int]], words: Words) -> np.ndarray:
        """Returns (n_articles, n_asked); 0 throughout, which no cut-off is, for an article without a word."""
        scores = np.zeros((len(words), len(self.asked)))
        for place, topic in enumerate(self.asked):
            if topic in read:
                reading, column = read[topic]
                scores[:, place] = reading.scores[:, column]
        empty = np.array([is_wordless(lines) for lines in words], dtype=bool)
        scores[empty] = 0.0
        return scores


def tagger_version(champion: str, codebook: Codebook, learnt: Sequence[str]) -> str:
    """Names the champion and, where some topic asked is left to its cues, the version of the cues' reader."""
    known = codebook.learnt_as(learnt)
    parts = [champion] if champion and known else []
    return "+".join([*parts, *([WEAK_VERSION] if len(known) < len(codebook.ids) or not parts else [])])
