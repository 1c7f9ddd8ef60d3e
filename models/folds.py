"""Lets models speak of articles that they have not seen: repeated cross-validation, and learning curves.

Each model is trained, cut-offs and calibration included, as `models.train` would train it from the articles at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from sklearn.model_selection import KFold

from models.classifier import TopicClassifier
from models.codebook import Codebook
from models.document import Document
from models.errors import ModelError
from models.linear import Marked
from models.settings import TrainSettings
from models.tagger import Tagger
from models.train import learnable

SHARES: Final = (
    1 / 16,
    1 / 8,
    1 / 4,
    1 / 2,
)  # of the training articles, in a learning curve; the whole is known already

Words = Sequence[Sequence[str]]  # segmented articles
Step = Callable[[], None]  # called once a model is trained and asked


@dataclass(frozen=True, slots=True)
class Material:
    """Articles with their labels (n_articles, n_topics), in the columns of `codebook`, and their marked lines."""

    codebook: Codebook
    documents: Sequence[Document]
    words: Words
    labels: np.ndarray
    marked: Sequence[Marked]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to cross-validate: only the articles of `scored` are divided into folds; the others are always trained on."""

    folds: int
    repeats: int
    scored: np.ndarray  # row numbers, ascending

    def parts(self, articles: int, seed: int) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Yields the repeat, the rows to train on, and the places within `scored` of those to score."""
        others = np.setdiff1d(np.arange(articles), self.scored)
        for repeat in range(self.repeats):
            folds = KFold(min(self.folds, len(self.scored)), shuffle=True, random_state=seed + 1 + repeat)
            for train, test in folds.split(self.scored):
                yield repeat, np.union1d(others, self.scored[train]), test


@dataclass(frozen=True, slots=True)
class Shown:
    """The evidence sentence shown for a true topic of an article that a reader marked, and whether it is marked."""

    article: int
    topic: int
    marked: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """What models said of the scored articles; the last four arrays are (n_repeats, n_scored, n_topics)."""

    rows: np.ndarray  # row numbers of the scored articles
    scores: np.ndarray
    decided: np.ndarray
    cutoffs: np.ndarray  # of the model that spoke
    unsure: np.ndarray  # in its bands of doubt
    variants: Mapping[str, tuple[np.ndarray, np.ndarray]]  # scores and decisions of the first repeat's models
    lines: Mapping[tuple[int, int], int]  # (row, topic) decided wrongly in the first repeat -> its strongest line
    shown: Sequence[Shown]  # of every repeat


def cross_validate(
    material: Material, plan: Plan, settings: TrainSettings, variants: Mapping[str, Words], step: Step
) -> Spoken:
    """Asks for each scored article a model that was trained without it; `variants` are other words of those articles."""
    asked = _Asked.of(material, plan.scored, plan.repeats, variants)
    for repeat, train, test in plan.parts(len(material.labels), settings.seed):
        asked.ask(learn(material, train, settings), repeat, test)
        step()
    return asked.spoken()


def ask(material: Material, tagger: Tagger, scored: np.ndarray, variants: Mapping[str, Words]) -> Spoken:
    """Asks one model for all articles of `scored`."""
    asked = _Asked.of(material, scored, 1, variants)
    asked.ask(tagger, 0, np.arange(len(scored)))
    return asked.spoken()


def curve(
    material: Material, plan: Plan, settings: TrainSettings, seeds: int, step: Step
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yields the number of training articles, and scores and decisions (n_seeds, n_scored, n_topics), fewest first.

    The articles are those of the first repeat's folds, and the same at every size; within a fold and a seed each training
    set holds the smaller ones. The first size is none: the codebook's cues alone.
    """
    shape = (seeds, len(plan.scored), len(material.codebook.topics))
    found = {share: (np.zeros(shape), np.zeros(shape, dtype=bool), list[int]()) for share in (0.0, *SHARES)}
    words = [material.words[row] for row in plan.scored]
    for seed in range(seeds):
        found[0.0][0][seed], found[0.0][1][seed] = Tagger(material.codebook, None).predict(words)
        for _, train, test in replace(plan, repeats=1).parts(len(material.labels), settings.seed):
            order = np.random.default_rng(settings.seed + seed).permutation(train)
            for share in SHARES:
                rows = np.sort(order[: round(share * len(order))])
                scores, decided, sizes = found[share]
                sizes.append(len(rows))
                tagger = learn(material, rows, replace(settings, seed=settings.seed + seed))
                scores[seed, test], decided[seed, test] = tagger.predict([words[place] for place in test])
                step()
    for scores, decided, sizes in found.values():
        yield round(sum(sizes) / len(sizes)) if sizes else 0, scores, decided


def learn(material: Material, rows: np.ndarray, settings: TrainSettings) -> Tagger:
    """Trains on some articles; topics with too few of them are left to their cues."""
    place = {row: number for number, row in enumerate(rows.tolist())}
    marked = [replace(mark, article=place[mark.article]) for mark in material.marked if mark.article in place]
    try:
        codebook, labels, marked = learnable(material.codebook, material.labels[rows], marked, settings)
    except ModelError:  # not one topic has enough
        return Tagger(material.codebook, None)
    words = [material.words[row] for row in rows]
    return Tagger(material.codebook, TopicClassifier(codebook, settings).fit(words, labels, marked))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was said so far; filled fold by fold."""

    material: Material
    rows: np.ndarray
    arrays: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    words: Mapping[str, Words]
    variants: Mapping[str, tuple[np.ndarray, np.ndarray]]
    lines: dict[tuple[int, int], int]
    shown: list[Shown]

    @classmethod
    def of(cls, material: Material, rows: np.ndarray, repeats: int, words: Mapping[str, Words]) -> _Asked:
        shape = (repeats, len(rows), len(material.codebook.topics))
        arrays = np.zeros(shape), np.zeros(shape, dtype=bool), np.zeros(shape), np.zeros(shape, dtype=bool)
        variants = {name: (np.zeros(shape[1:]), np.zeros(shape[1:], dtype=bool)) for name in words}
        return cls(material, rows, arrays, words, variants, {}, [])

    def ask(self, tagger: Tagger, repeat: int, test: np.ndarray) -> None:
        """Asks a model for the articles at the places `test` of the scored rows."""
        scores, decided, cutoffs, unsure = self.arrays
        rows = self.rows[test]
        scores[repeat, test], decided[repeat, test] = tagger.predict([self.material.words[row] for row in rows])
        cutoffs[repeat, test], unsure[repeat, test] = tagger.cutoffs(), tagger.unsure(scores[repeat, test])
        self._show(tagger, dict(zip(rows.tolist(), decided[repeat, test], strict=True)))
        if repeat == 0:
            self._remember(tagger, rows, decided[repeat, test])
            for name, (said, chosen) in self.variants.items():
                said[test], chosen[test] = tagger.predict([self.words[name][place] for place in test])

    def spoken(self) -> Spoken:
        return Spoken(self.rows, *self.arrays, self.variants, self.lines, self.shown)

    def _show(self, tagger: Tagger, decided: Mapping[int, np.ndarray]) -> None:
        """Looks up the sentence that is shown for each true topic of marked articles."""
        for mark in self.material.marked:
            if mark.article not in decided:
                continue
            true = decided[mark.article] & (self.material.labels[mark.article] == 1) & (mark.labels == 1).any(axis=0)
            for topic, line in self._best(tagger, mark.words, true):
                self.shown.append(Shown(mark.article, topic, bool(mark.labels[line, topic] == 1)))

    def _remember(self, tagger: Tagger, rows: np.ndarray, decided: np.ndarray) -> None:
        """Remembers what spoke most for the topics that were decided wrongly."""
        wrong = (decided & (self.material.labels[rows] == 0)) | (~decided & (self.material.labels[rows] == 1))
        for row, topics in zip(rows.tolist(), wrong, strict=True):
            for topic, line in self._best(tagger, self.material.words[row], topics):
                self.lines[row, topic] = line

    def _best(self, tagger: Tagger, words: Sequence[str], topics: np.ndarray) -> Iterator[tuple[int, int]]:
        """Yields topic and line, for each true one of `topics` (n_topics,)."""
        ids = [tagger.asked[topic] for topic in np.flatnonzero(topics)]
        for topic, line in tagger.best_lines(words, ids).items() if ids else ():
            yield tagger.asked.index(topic), line


def models_to_train(plan: Plan, seeds: int) -> int:
    """Counts the models that `cross_validate` and, with seeds, `curve` train."""
    folds = min(plan.folds, len(plan.scored))
    return folds * (plan.repeats + seeds * len(SHARES))
