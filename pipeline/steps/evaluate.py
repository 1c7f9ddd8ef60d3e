"""Evaluate: how well a model, or the recipe that trains models, does on a label file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from models.evaluate import Scores, evaluate
from models.settings import TrainSettings
from models.train import cross_validate, learnable
from pipeline.config import Config
from pipeline.documents import read_labelled, segmented
from pipeline.steps.model import load_model, named_model


def evaluate_file(
    config: Config | None, file: Path, *, folds: int | None = None, model: Path | None = None, seed: int = 17
) -> Scores:
    """Scores a model on the rows `{"title", "body", "topics"}` of a file; with `folds` the recipe by cross-validation.

    Scoring a model on articles that it was trained on flatters it; cross-validation does not.

    Raises:
        InputError: names file and line of a bad row.
        ModelError: the model cannot be loaded, or with `folds` no topic has enough labelled articles.
    """
    folder, codebook = named_model(config, model)
    labelled = read_labelled(file, codebook.ids)
    words, marked = segmented(labelled)
    if folds is None:
        tagger = load_model(folder, codebook)
        return evaluate(tagger.asked, labelled.labels, *tagger.predict(words), seed)
    settings = replace(TrainSettings(), seed=seed)
    learnt, labels, marks = learnable(codebook, labelled.labels, marked, settings)
    found = cross_validate(learnt, words, labels, marks, settings, folds)
    return evaluate(learnt.ids, labels, *found, seed, folds=folds)
