"""Simulate the audit: tries the auditor's statistics on populations whose truth is known, and on one's own model's scores."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Final

import numpy as np

from models.folds import Material, Plan, cross_validate
from models.settings import TrainSettings
from models.train import learnable
from pipeline.audit.simulate import Simulation, simulate
from pipeline.audit.worlds import Scenario, World, resampled, synthetic
from pipeline.config import Config
from pipeline.console import Advance
from pipeline.documents import read_labelled, segmented
from pipeline.errors import InputError
from pipeline.review.draw import BOUNDARIES
from pipeline.settings import AuditSettings, ReviewSettings
from pipeline.steps.model import named_model

FOLDS: Final = 5  # models, of which each scores the articles that it was not taught
PLANS: Final[tuple[Scenario, ...]] = ("calibrated", "blind", "drift", "blinder", "apart_10", "apart_15")
CAMPAIGNS: Final[tuple[Scenario, ...]] = ("blind", "retrained", "memorised", "high_first", "apart_10", "apart_15")
LEAST_POSITIVES: Final = 30  # articles on a topic, below which drawing from their scores repeats too few


def simulate_audit(
    config: Config | None,
    *,
    repetitions: int,
    articles: int,
    seed: int,
    file: Path | None = None,
    advance: Advance | None = None,
) -> Simulation:
    """Tries the synthetic scenarios and, with a label file, the topics of it with scores of models that had not seen them.

    Raises:
        InputError: names file and line of a bad row, or no topic of the file has enough articles.
        ModelError: no topic has enough labelled articles to train.
    """
    worlds = [synthetic(each) for each in PLANS]
    if file is not None:
        worlds += _own(config, file, seed, advance)
    settings, review = (config.audit, config.review) if config else (AuditSettings(), ReviewSettings())
    return simulate(
        worlds,
        BOUNDARIES,
        seed,
        repetitions=repetitions,
        articles=articles,
        settings=settings,
        campaigns=[synthetic(each) for each in CAMPAIGNS],
        rate=review.uniform_rate,
        step=advance,
    )


def _own(config: Config | None, file: Path, seed: int, advance: Advance | None) -> list[World]:
    """Gives a world for each topic that enough articles of a file carry."""
    _, codebook = named_model(config, None)
    labelled = read_labelled(file, codebook.ids)
    labels = labelled.labels
    asked = np.flatnonzero(((labels == 1).sum(axis=0) >= LEAST_POSITIVES) & (labels == 0).any(axis=0))
    if not len(asked):
        raise InputError(
            f"{file}: no topic has {LEAST_POSITIVES} articles, which the simulation draws from",
            f"{file}: chưa chủ đề nào có {LEAST_POSITIVES} bài để lấy mẫu thử",
        )
    words, marked = segmented(labelled)
    settings = replace(TrainSettings(), seed=seed)
    learnable(codebook, labels, marked, settings)
    material = Material(codebook, labelled.documents, words, labels, marked)
    done = count(1)
    spoken = cross_validate(
        material,
        Plan(FOLDS, 1, np.arange(len(labelled.documents))),
        settings,
        {},
        lambda: None if advance is None else advance(next(done), FOLDS),
    )
    scores = spoken.scores[0]
    return [
        resampled(codebook.ids[topic], scores[labels[:, topic] == 1, topic], scores[labels[:, topic] == 0, topic])
        for topic in asked.tolist()
    ]
