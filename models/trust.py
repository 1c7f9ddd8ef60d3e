"""How far each phrase of a codebook can be trusted, learnt from articles that nobody has labelled.

A label model over weak sources (Ratner et al., "Snorkel: rapid training data creation with weak supervision", 2017) learns how
accurate its sources are from how often they agree. Here each phrase is a source and the other phrases of its topic are those
that it agrees with or not. An expectation-maximisation over all of them takes the length of an article for agreement
(`docs/classifier.md`), so one round is made, each phrase left out of what it is judged by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix

from models.codebook import Codebook
from models.encode import Encoder
from models.kept import Batch
from models.phrases import ORDINARY, Phrase
from models.reading import Floats, Ints, Words
from models.restore import Restorer
from models.weak import CUE_WEIGHT, HINT_WEIGHT, THRESHOLD, TITLE_WEIGHT, CueReader, spoken_terms, without_trusts

OWN: Final = 30  # articles that a phrase needs for its own agreement to weigh as much as that of its kind
KIND: Final = 20  # articles that the phrases of a kind need, likewise, beside those of all topics
LEAST: Final = 0.1  # trust: a phrase that hardly ever agrees is not silent
MOST: Final = 1.0
SLIGHT: Final = 1e-6  # below it a score is none
ENOUGH: Final = 20  # articles that the phrases give a topic; from fewer its share cannot be kept
ROUNDS: Final = 4  # of keeping it; phrases of the definition stay as they are, so that one does not reach it


@dataclass(frozen=True, slots=True)
class Trusts:
    """What was learnt: `of` gives the trust in a topic's phrase, `LEAST` to `MOST`; phrases that stood nowhere are not in it."""

    articles: int
    of: Mapping[tuple[str, Phrase], float]


def learn_trusts(codebook: Codebook, batches: Iterable[Words], step: Callable[[int], None] | None = None) -> Trusts:
    """Learns how far to trust cues and hints from segmented articles; `step` is told how many have been read.

    A phrase p of kind k that stands in the articles A is trusted by its agreement

        a(p) = (sum over A of s(article without p) + OWN a(k)) / (|A| + OWN)

    where s is the score that the other phrases of the topic give the article and a(k) the mean of s for the topic's phrases of
    that kind. Its trust is `ORDINARY` a(p) / a(k), divided by what keeps the number of articles that the topic is given as
    it was: trusts say which phrases weigh more than others, not how often a topic is spoken of. It is a whole number of
    hundredths, rounded up, so that the last of these articles stays. Trusts that the codebook carries already count for
    nothing; the same articles, in whatever batches, give the same trusts.
    """
    codebook = without_trusts(codebook)
    reader = CueReader(codebook)
    study = _Study(reader)
    encoder, restorer = Encoder((), reader.syllables), Restorer(partial(spoken_terms, codebook))
    number = 0
    for articles in batches:
        batch = Batch.of(restorer.restored(articles))
        study.add(reader.found(encoder.encode_text(batch.text)), batch.starts)
        number += len(batch)
        if step is not None:
            step(number)
    if not number:
        return Trusts(0, {})
    ids = codebook.ids
    factors, often = study.learnt()
    learnt = {
        (ids[rule.topic], rule.phrase): ceil(100 * min(max(ORDINARY * factor, LEAST), MOST) - SLIGHT) / 100
        for rule, factor, times, spoken in zip(
            reader.rules, factors.tolist(), often.tolist(), study.spoken, strict=True
        )
        if spoken and times
    }
    return Trusts(number, learnt)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Articles as what was found in their lines."""

    found: csr_matrix  # (n_lines, n_rules)
    starts: Ints


class _Study:
    """What phrases say in all articles read so far."""

    def __init__(self, reader: CueReader) -> None:
        self._reader = reader
        self._topics = np.array([rule.topic for rule in reader.rules], dtype=np.int64)
        self._weights = reader.rule_weights
        self.spoken = np.isin(self._weights, (CUE_WEIGHT, HINT_WEIGHT))  # (n_rules,): what an office has written
        self._sums = np.zeros(
            len(self._weights)
        )  # of the scores of the articles where each stands, had it not stood there
        self._often = np.zeros(len(self._weights), dtype=np.int64)  # these articles
        self._batches: list[_Batch] = []

    def add(self, found: csr_matrix, starts: Ints) -> None:
        """Takes the articles of one batch."""
        self._batches.append(_Batch(found, starts))
        sums, often = self._agreement(found, starts)
        self._sums += sums
        self._often += often

    def learnt(self) -> tuple[Floats, Ints]:
        """Returns (n_rules,) each: by what a rule's weight is to be multiplied, and in how many articles it stands."""
        judged = self.spoken & (self._often > 0)
        factors = np.where(judged, self._worth(), 1.0)
        given = (self._scores(self._weights) >= THRESHOLD).sum(axis=0)  # (n_topics,)
        for _ in range(ROUNDS):
            factors = np.clip(factors, LEAST / ORDINARY, MOST / ORDINARY)
            reach = np.where(given >= ENOUGH, self._edge(self._weights * factors, given), 1.0)
            factors = np.where(judged, factors / reach[self._topics], 1.0)
        return factors, self._often

    def _edge(self, weights: Floats, given: Ints) -> Floats:
        """Returns (n_topics,): by what strengths are to be divided so that the topics have `given` articles each."""
        scores = np.sort(self._scores(weights), axis=0)[::-1]
        scores = np.vstack([scores, np.zeros(len(given))])
        strengths = -np.log2(1.0 - np.clip(scores, SLIGHT, 1.0 - SLIGHT))  # in halves
        columns = np.arange(len(given))
        last, next_one = strengths[np.maximum(given, 1) - 1, columns], strengths[given, columns]
        return np.asarray(np.clip(1.0, np.minimum(next_one + SLIGHT, last), last))

    def _scores(self, weights: Floats) -> Floats:
        """Returns the scores of all articles, (n_articles, n_topics), were these the weights of the rules."""
        reader = self._reader
        return np.concatenate(
            [
                reader.scores(reader.strengths(reader.weighed(batch.found, weights), batch.starts), batch.starts)
                for batch in self._batches
            ]
        )

    def _agreement(self, found: csr_matrix, starts: Ints) -> tuple[Floats, Ints]:
        """Returns (n_rules,) each: the sum of the scores without it of the articles where it stands, and their number."""
        reader, topics = self._reader, len(self._reader.halves)
        counted = reader.counted(found, self._weights)
        articles, lines = len(starts) - 1, found.shape[0]
        silenced = np.zeros(lines * topics, dtype=bool)
        silenced[counted.cells[counted.weights == 0]] = True
        sums = np.append(0.0, np.cumsum(counted.values))
        behind = sums[counted.ends] - sums[1:]  # what stands behind a rule counts double where the rule does not stand
        lost = np.where(silenced[counted.cells], 0.0, counted.values - behind)
        line = counted.cells // topics
        lost[np.isin(line, starts[:-1])] *= TITLE_WEIGHT
        article = np.repeat(np.arange(articles), np.diff(starts))[line]
        keys, where = np.unique(counted.rules * articles + article, return_inverse=True)
        rule, article = keys // articles, keys % articles
        topic = self._topics[rule]
        strengths = reader.strengths(reader.weighed(found, self._weights), starts)
        without = np.maximum(strengths[article, topic] - np.bincount(where, lost, len(keys)), 0.0)
        scores = 1.0 - np.exp2(-without / reader.halves_of(starts)[article, topic])
        size = len(self._weights)
        return np.bincount(rule, scores, size).astype(np.float64), np.bincount(rule, minlength=size).astype(np.int64)

    def _worth(self) -> Floats:
        """Returns (n_rules,): how far a rule agrees with the others of its topic, as a share of what is usual for its kind."""
        kind = np.full(len(self._weights), SLIGHT)
        for weight in np.unique(self._weights[self.spoken]):
            of_kind = self._weights == weight
            mean = self._sums[of_kind].sum() / max(1, self._often[of_kind].sum())
            for topic in range(len(self._reader.halves)):
                group = of_kind & (self._topics == topic)
                agreed = (self._sums[group].sum() + KIND * mean) / (self._often[group].sum() + KIND)
                kind[group] = max(agreed, SLIGHT)
        return np.asarray((self._sums + OWN * kind) / (self._often + OWN) / kind)
