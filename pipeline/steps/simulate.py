"""Simulate: reviewers read labelled articles one batch after another, in our order and in a random one.

Which order teaches sooner is told by articles that are kept apart. Both arms learn by one recipe, `models.light`: it is
lighter than the classifier's, of which hundreds would take hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.codebook import UNLABELLED
from models.light import Gram, LightModel
from models.settings import TrainSettings
from pipeline.config import Config
from pipeline.console import Advance
from pipeline.documents import Labelled, read_labelled, segmented
from pipeline.errors import InputError
from pipeline.review.active import hashed, select
from pipeline.review.reach import Simulated, compared
from pipeline.steps.model import named_model

FOLDS: Final = 3  # each third of the articles is kept apart once to score both arms, while the others are read
BATCHES: Final = ((300, 25), (800, 50))  # until so many articles are read, so many between two models
LAST_BATCH: Final = 100  # from then on
MOST: Final = 4_000  # articles; more are left out by chance, as every two of them are compared
LEAST: Final = 200  # articles; below, there is nothing to order
Ints = NDArray[np.int64]
Choose = Callable[[LightModel, Ints, Ints, int], Ints]  # model, labelled rows, unread rows, how many -> rows


def simulate_file(
    config: Config | None, file: Path, *, seeds: int = 5, seed: int = 17, advance: Advance | None = None
) -> Simulated:
    """Hides the labels of a file, uncovers them batch by batch in both orders, and compares what is learnt.

    Nothing is known at the start but the codebook's cues. Each seed parts the articles anew into
    thirds, and each third is once the test.

    Raises:
        InputError: names file and line of a bad row, or too few rows speak for every topic.
    """
    _, codebook = named_model(config, None)
    labelled = read_labelled(file, codebook.ids)
    rows = _usable(file, labelled, seed)
    words, _ = segmented(labelled)
    settings = TrainSettings(seed=seed)
    gram = Gram.of(codebook, [words[row] for row in rows], settings)
    study = _Study(gram, labelled.labels[rows], hashed([labelled.documents[row].title for row in rows]), settings)
    test = len(rows) // FOLDS
    sizes = _sizes(len(rows) - test)
    done = count(1)
    curves: dict[str, list[list[float]]] = {"ours": [], "random": []}
    for number in range(seeds):
        order = np.random.default_rng(seed + number).permutation(len(rows))
        for fold in range(FOLDS):
            apart = order[fold * test : (fold + 1) * test]
            pool = order[~np.isin(order, apart)]
            for arm, choose in (("ours", study.ours), ("random", _in_order)):
                curve: list[float] = []
                for score in study.read(pool, apart, sizes, choose):
                    curve.append(score)
                    if advance is not None:
                        advance(next(done), 2 * seeds * FOLDS * len(sizes))
                curves[arm].append(curve)
    ours, random = (np.array(curves[arm]) for arm in ("ours", "random"))
    left = len(labelled.documents) - len(rows)
    return compared(sizes, ours, random, test=test, left_out=left, seeds=seeds, seed=seed)


class _Study:
    """What both arms share: the articles, their hidden labels, and the recipe."""

    def __init__(self, gram: Gram, labels: np.ndarray, titles: Any, settings: TrainSettings) -> None:
        self.gram, self.labels, self.titles, self.settings = gram, labels, titles, settings

    def read(self, pool: Ints, test: Ints, sizes: list[int], choose: Choose) -> Iterator[float]:
        """Yields the macro F1 on `test` once as many articles of `pool` are read as each of `sizes` says."""
        read = np.zeros(0, dtype=np.int64)
        model = LightModel.fit(self.gram, read, self.labels[read], self.settings)
        for size in sizes:
            if size > len(read):
                left = pool[~np.isin(pool, read)]
                read = np.concatenate([read, choose(model, read, left, size - len(read))])
                model = LightModel.fit(self.gram, read, self.labels[read], self.settings)
            yield macro_f1(self.labels[test] == 1, model.predict(test) >= model.cutoffs())

    def ours(self, model: LightModel, read: Ints, left: Ints, wanted: int) -> Ints:
        """Gives the articles that our queue would serve."""
        positives = (self.labels[read] == 1).sum(axis=0)
        names = [str(row) for row in left]
        picked = select(model.predict(left), model.cutoffs(), positives, self.titles[left], names, wanted)
        rows = left[[each.row for each in picked]]
        return np.concatenate([rows, left[~np.isin(left, rows)]])[:wanted]


def macro_f1(truth: np.ndarray, decided: np.ndarray) -> float:
    """Returns the mean F1 of the topics that some article has; both are (n_articles, n_topics)."""
    present = truth.any(axis=0)
    hits = (truth & decided).sum(axis=0)[present]
    total = (truth.sum(axis=0) + decided.sum(axis=0))[present]
    return float((2 * hits / total).mean()) if present.any() else 0.0


def _in_order(_model: LightModel, _read: Ints, left: Ints, wanted: int) -> Ints:
    """Gives the next articles of a pool that was shuffled."""
    return left[:wanted]


def _usable(file: Path, labelled: Labelled, seed: int) -> Ints:
    """Gives the rows that speak for every topic, at most MOST of them."""
    rows = np.flatnonzero((labelled.labels != UNLABELLED).all(axis=1))
    if len(rows) < LEAST:
        raise InputError(
            f"{file}: {len(rows)} rows speak for every topic; at least {LEAST} are needed",
            f"{file}: có {len(rows)} dòng xét đủ mọi chủ đề; cần ít nhất {LEAST} dòng",
        )
    drawn = np.random.default_rng(seed).permutation(rows)[:MOST]
    return np.sort(drawn)


def _sizes(pool: int) -> list[int]:
    """Gives the numbers of articles read at which a model is trained: none, …, all."""
    sizes = [0]
    while sizes[-1] < pool:
        batch = next((batch for until, batch in BATCHES if sizes[-1] < until), LAST_BATCH)
        sizes.append(min(pool, sizes[-1] + batch))
    return sizes
