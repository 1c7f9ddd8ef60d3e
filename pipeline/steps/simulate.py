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
from pipeline.review.reach import Point, Simulated, reached, rising
from pipeline.steps.model import named_model

TEST_SHARE: Final = 0.35  # of the articles, kept apart to score both arms
BATCH: Final = 50  # articles read between two models, as an office does in a day
MOST: Final = 4_000  # articles; more are left out by chance, as every two of them are compared
LEAST: Final = 4 * BATCH  # below, there is nothing to order
Ints = NDArray[np.int64]
Choose = Callable[[LightModel, Ints, Ints, int], Ints]  # model, labelled rows, unread rows, how many -> rows


def simulate_file(
    config: Config | None, file: Path, *, seeds: int = 5, seed: int = 17, advance: Advance | None = None
) -> Simulated:
    """Hides the labels of a file, uncovers them batch by batch in both orders, and compares what is learnt.

    Nothing is known at the start but the codebook's cues. Each seed parts the articles anew into pool and test.

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
    test = round(TEST_SHARE * len(rows))
    sizes = [*range(0, len(rows) - test, BATCH), len(rows) - test]
    done = count(1)
    curves: dict[str, list[list[float]]] = {"ours": [], "random": []}
    for number in range(seeds):
        order = np.random.default_rng(seed + number).permutation(len(rows))
        for arm, choose in (("ours", study.ours), ("random", _in_order)):
            curve: list[float] = []
            for score in study.read(order[test:], order[:test], sizes, choose):
                curve.append(score)
                if advance is not None:
                    advance(next(done), 2 * seeds * len(sizes))
            curves[arm].append(curve)
    ours, random = (np.mean(curves[arm], axis=0).tolist() for arm in ("ours", "random"))
    left = len(labelled.documents) - len(rows)
    return _compared(sizes, ours, random, test=test, left_out=left, seeds=seeds)


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


def _compared(
    sizes: list[int], ours: list[float], random: list[float], *, test: int, left_out: int, seeds: int
) -> Simulated:
    target = random[-1]  # with all labels both arms have the same model
    smooth = rising(ours), rising(random)
    needed = [reached(sizes, values, target) for values in (ours, random)]
    own, other = (sizes[-1] if each is None else each for each in needed)
    return Simulated(
        labels_ours=own,
        labels_random=other,
        ratio=own / other if other else None,
        target=target,
        pool=sizes[-1],
        test=test,
        left_out=left_out,
        seeds=seeds,
        batch=BATCH,
        curve=tuple(
            Point(size, ours[n], random[n], float(smooth[0][n]), float(smooth[1][n])) for n, size in enumerate(sizes)
        ),
    )
