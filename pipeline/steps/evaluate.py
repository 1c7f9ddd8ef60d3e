"""Evaluate: how well a model, or the recipe that trains models, does on a label file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np

from models import artefact
from models.assess import Against, Assessment, against, assess, learning_curve, worsened
from models.codebook import Codebook
from models.evaluate import Scores
from models.folds import Material, Plan, Spoken, Step, ask, cross_validate, curve, models_to_train
from models.settings import TrainSettings
from models.train import learnable
from pipeline.config import Config
from pipeline.console import Advance
from pipeline.documents import Labelled, read_labelled, segmented
from pipeline.errors import InputError
from pipeline.steps.model import chosen_cutoffs, load_model, named_model

SLICED_BY = ("readers",)  # columns of a label file whose values are slices of their own: how carefully rows were read


def evaluate_file(
    config: Config | None,
    file: Path,
    *,
    folds: int | None = None,
    repeats: int = 1,
    scored_on: str = "",
    curve_seeds: int = 0,
    model: Path | None = None,
    other: Path | None = None,
    seed: int = 17,
    advance: Advance | None = None,
) -> Assessment:
    """Assesses a model on the rows `{"title", "body", "topics"}` of a file; with `folds` the recipe by cross-validation.

    Scoring a model on articles that it was trained on flatters it; cross-validation does not. Scored are the rows that
    have the value of `scored_on`, "column=value"; the others are trained on in every fold. With `curve_seeds` the recipe is
    tried on fewer articles too, drawn anew for each seed; the model in the folder `other` is compared on the same articles.

    Raises:
        InputError: names file and line of a bad row, or too few rows have the value that is asked for.
        ModelError: a model cannot be loaded, or with `folds` no topic has enough labelled articles.
    """
    folder, codebook = named_model(config, model)
    if folder is not None and not (config and config.topics):
        codebook = artefact.load(folder)[0].codebook  # with the cues that its slices are made of
    labelled = read_labelled(file, codebook.ids)
    scored = _scored(file, labelled, scored_on, least=1 if folds is None else 2)
    settings = replace(TrainSettings(), seed=seed)
    material = _material(codebook, labelled, settings if folds is not None else None)
    variants = worsened(material, scored, seed)
    if folds is None:
        tagger = load_model(folder, codebook, chosen_cutoffs(config))
        plan, step, version = None, _silent, tagger.version
        spoken = ask(material, tagger, scored, variants)
    else:
        plan, version = Plan(folds, repeats, scored), ""
        step = _counting(advance, models_to_train(plan, curve_seeds))
        spoken = cross_validate(material, plan, settings, variants, step)
    found = assess(
        material,
        spoken,
        ids=labelled.ids,
        columns={name: [row.get(name, "") for row in labelled.columns] for name in SLICED_BY},
        seed=seed,
        folds=folds,
        model=version,
        labels_sha256=labelled.sha256,
        scored_on=scored_on,
    )
    if plan is not None and curve_seeds:
        points = curve(material, plan, settings, curve_seeds, step)
        found = replace(found, curve=learning_curve(material, spoken, points, _whole(plan, material, found), seed))
    if folder is not None and folds is None:
        found = replace(found, flattered=_trained_on(folder, labelled))
    return found if other is None else replace(found, against=_against(other, labelled, material, spoken, seed))


def _scored(file: Path, labelled: Labelled, scored_on: str, least: int) -> np.ndarray:
    """Gives the numbers of the rows to score."""
    if not scored_on:
        rows = np.arange(len(labelled.documents))
    else:
        column, _, value = scored_on.partition("=")
        rows = np.flatnonzero([row.get(column) == value for row in labelled.columns])
    if len(rows) < least:
        raise InputError(
            f"{file}: {len(rows)} articles to score, at least {least} are needed"
            + (f"; no row, or too few, has {scored_on}" if scored_on else ""),
            f"{file}: có {len(rows)} bài để chấm, cần ít nhất {least} bài"
            + (f"; không có hoặc có quá ít dòng với {scored_on}" if scored_on else ""),
        )
    return rows


def _material(codebook: Codebook, labelled: Labelled, settings: TrainSettings | None) -> Material:
    """Gives the articles; with settings some topic must be learnable, and the others go by their cues as in use."""
    words, marked = segmented(labelled)
    if settings is not None:
        learnable(codebook, labelled.labels, marked, settings)
    return Material(codebook, labelled.documents, words, labelled.labels, marked)


def _whole(plan: Plan, material: Material, found: Assessment) -> tuple[int, Scores]:
    """Gives the point of a learning curve that the cross-validation itself is."""
    sizes = [len(train) for _, train, _ in replace(plan, repeats=1).parts(len(material.labels), 0)]
    return round(sum(sizes) / len(sizes)), found.scores


def _against(folder: Path, labelled: Labelled, material: Material, spoken: Spoken, seed: int) -> Against:
    """Asks the other model for the same articles."""
    tagger = load_model(folder, material.codebook)
    _, decided = tagger.predict([material.words[row] for row in spoken.rows])
    return against(material, spoken, decided, seed, model=tagger.version, flattered=_trained_on(folder, labelled))


def _trained_on(folder: Path, labelled: Labelled) -> bool:
    """Tells whether a model was trained on these very labels."""
    return bool(artefact.read_manifest(folder).card["labels_sha256"] == labelled.sha256)


def _counting(advance: Advance | None, total: int) -> Step:
    """Gives what moves the progress on by one."""
    done: Iterator[int] = count(1)
    return _silent if advance is None else lambda: advance(next(done), total)


def _silent() -> None:
    """Says nothing."""
