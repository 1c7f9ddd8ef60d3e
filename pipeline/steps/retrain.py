"""Retrain: the store's present labels → a candidate with its report card, judged against the champion, and the decision logged.

The labels are read in one snapshot; while models learn nothing is locked, and people go on reading. Readings of the uniform
sample that belong to the judging share are never trained on. A run that was killed has changed nothing but, at most, the
registry by a finished candidate: the next one trains the same model, finds it there, and decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from models import artefact
from models.assess import Assessment, assess, learning_curve
from models.card import CARD, model_card
from models.classifier import METHOD, TopicClassifier
from models.codebook import Codebook
from models.evaluate import rounded
from models.folds import SHARES, Material, Plan, curve
from models.heldout import spoken_held_out
from models.registry import Registry
from models.settings import TrainSettings
from models.tagger import Tagger
from models.train import Candidate, learnable, train
from pipeline.config import Config
from pipeline.console import Advance
from pipeline.errors import InputError
from pipeline.report.scores import render
from pipeline.report.training import ceiling, reason
from pipeline.review.agreement import agreement
from pipeline.review.gate import Opinion, Ruling, rule
from pipeline.steps.material import Lessons, gather
from pipeline.steps.model import TAUGHT, registry_of, taught_by
from pipeline.store import Store
from pipeline.wording import Words

REPORT: Final = "report.json"
PAGES: Final = {"vi": "report.html", "en": "report.en.html"}
SHIPPED: Final = "shipped"  # how the model that comes with the program is called
CURVE: Final = Plan(
    folds=2, repeats=1, scored=np.zeros(0, dtype=np.int64)
)  # half a training set a fold: as dear as one training


@dataclass(frozen=True, slots=True)
class Retrained:
    """The candidate, what it learnt from, what the gate said of it, and whether it reigns from now on, or did before."""

    version: str
    against: str  # the model that it was compared with
    taught: int  # articles
    held: int  # labelled articles kept from training
    learnt: int  # topics; the others are left to their cues
    asked: int
    macro_f1: float  # by cross-validation
    micro_f1: float
    folder: Path
    promoted: bool
    reigned: bool  # the same labels gave the very model that reigns
    ruling: Ruling


def retrain(
    config: Config, store: Store, at: datetime, *, by: str = "", seed: int = 17, advance: Advance | None = None
) -> Retrained:
    """Trains, judges, registers and decides. One run at a time; the same labels and seed give the same model.

    `advance` is told how far it is, with the stage as its note: read, train, curve, judge, write.

    Raises:
        InputError: the campaign has no topic, or nobody has labelled an article.
        ModelError: another run trains, the champion cannot be read, or no topic has enough labelled articles.
    """
    if not config.topics:
        raise InputError(
            f"{config.file.name}: training needs [[topic]]; see `rasoat init`",
            f"{config.file.name}: muốn huấn luyện phải có [[topic]]; xem `rasoat init`",
        )
    registry, settings = registry_of(config), replace(TrainSettings(), seed=seed)
    with registry.training():
        artefact.load(registry.place(registry.champion()))  # a damaged champion is told before the work, not after
        stage = _Stages(advance, settings.folds)
        stage("read")
        lessons = gather(config, store)
        taught = lessons.part(lessons.taught)
        stage("train")
        candidate = train(
            config.codebook,
            taught.words,
            taught.labels,
            settings,
            marked=taught.marked,
            sha256=lessons.sha256(lessons.taught),
            at=at.date().isoformat(),
            step=lambda: stage("train"),
        )
        version = artefact.version_of(candidate.classifier)
        found = _assessed(candidate, lessons, taught, settings, lambda: stage("curve"))
        stage("judge")
        reigning, ruling = _judge(config, registry, lessons, candidate, version)
        stage("write")
        documents, card = _documents(config, lessons, candidate, found, ruling, version, reigning)
        registry.register(candidate.classifier, card, documents)
        if version != reigning:
            reigning, ruling = _decide(config, registry, lessons, candidate, version, (reigning, ruling), by, at)
    return Retrained(
        version=version,
        against=reigning or SHIPPED,
        taught=len(lessons.taught),
        held=int(lessons.held.sum()),
        learnt=len(candidate.scores.topics),
        asked=len(config.topics),
        macro_f1=candidate.scores.macro_f1,
        micro_f1=candidate.scores.micro_f1,
        folder=registry.place(version),
        promoted=version != reigning and ruling.promotes,
        reigned=version == reigning,
        ruling=ruling,
    )


def _decide(
    config: Config,
    registry: Registry,
    lessons: Lessons,
    candidate: Candidate,
    version: str,
    judged: tuple[str | None, Ruling],
    by: str,
    at: datetime,
) -> tuple[str | None, Ruling]:
    """Logs the decision; where a lead changed the champion meanwhile, the candidate is compared with the new one."""
    while judged[0] != registry.champion():
        judged = _judge(config, registry, lessons, candidate, version)
    reigning, ruling = judged
    if version != reigning:
        why = reason(ruling, {topic.id: topic.name_en for topic in config.topics}, Words("en"))
        numbers = {"against": reigning or SHIPPED, **ruling.as_json()}
        (registry.promote if ruling.promotes else registry.keep)(version, why, at, by=by, gate=numbers)
    return judged


def _judge(
    config: Config, registry: Registry, lessons: Lessons, candidate: Candidate, version: str
) -> tuple[str | None, Ruling]:
    """Asks champion and candidate for the judging articles that neither was trained on."""
    reigning = registry.champion()
    folder = registry.place(reigning)
    classifier, manifest = artefact.load(folder)
    rows = fair(lessons, taught_by(folder) or ())
    words = [lessons.material.words[row] for row in rows.tolist()]
    models = (
        Tagger(config.codebook, classifier, manifest.version),
        Tagger(config.codebook, candidate.classifier, version),
    )
    theirs, own = (Opinion(*tagger.predict(words)) for tagger in models)
    ruling = rule(
        config.codebook.ids,
        lessons.material.labels[rows],
        [lessons.clusters[row] for row in rows],
        theirs,
        own,
        margin=config.review.gate_margin,
        level=config.review.gate_level,
        seed=config.review.seed,
    )
    if ruling.promotes and registry.left(
        version
    ):  # the same labels give the same model: a lead's word is not overruled
        ruling = replace(ruling, outcome="left")
    return reigning, ruling


def fair(lessons: Lessons, taught: Collection[str]) -> np.ndarray:
    """Gives the judging rows of texts that a model trained on the articles `taught` has not seen, as a reprint neither.

    An article that it was trained on may have no label any more.
    """
    seen = {lessons.origin.get(article, article) for article in taught}
    return np.flatnonzero(lessons.judging & np.array([cluster not in seen for cluster in lessons.clusters]))


def _assessed(
    candidate: Candidate, lessons: Lessons, taught: Material, settings: TrainSettings, step: Callable[[], None]
) -> Assessment:
    """Measures the candidate by its held-out folds, and the recipe on fewer articles."""
    if not isinstance(candidate.classifier, TopicClassifier):
        raise TypeError(f"{type(candidate.classifier).__name__}: has no held-out folds")
    book, labels, marks = learnable(taught.codebook, taught.labels, taught.marked, settings)
    learnt = Material(book, taught.documents, taught.words, labels, marks)
    spoken = spoken_held_out(learnt, candidate.classifier)
    found = assess(
        learnt,
        spoken,
        ids=[lessons.ids[row] for row in lessons.taught],
        columns={},
        seed=settings.seed,
        folds=settings.folds,
        labels_sha256=str(candidate.card["labels_sha256"]),
    )
    points = curve(learnt, replace(CURVE, scored=spoken.rows), settings, 1, step)
    whole = len(spoken.rows), found.scores
    return replace(found, curve=learning_curve(learnt, spoken, points, whole, settings.seed))


def _documents(
    config: Config,
    lessons: Lessons,
    candidate: Candidate,
    found: Assessment,
    ruling: Ruling,
    version: str,
    reigning: str | None,
) -> tuple[dict[str, str], dict[str, Any]]:
    """Gives the files of the report card, and what the manifest keeps of it."""
    readers = ceiling(agreement(lessons.twice, config.review.seed), lessons.twice)
    judged = {"against": reigning or SHIPPED, **ruling.as_json()}
    card = {
        **candidate.card,
        "source": "store",
        "codebook": config.codebook.version,
        "kept": {"articles": int(lessons.held.sum()), "judging": int(lessons.judging.sum())},
        "calibration": found.as_json()["calibration"],
        "judged": judged,
        "agreement": rounded([asdict(each) for each in readers]),
    }
    report = {**found.as_json(), "version": version, "card": card}
    names = {lang: _names(config.codebook, lang) for lang in PAGES}
    pages = {
        file: render(found, names[lang], lang=lang, judged=ruling, against=reigning or SHIPPED, readers=readers)
        for lang, file in PAGES.items()
    }
    taught: Sequence[str] = [lessons.ids[row] for row in lessons.taught]
    texts = {
        CARD: model_card(version, _with_calibration(card), METHOD),
        REPORT: json.dumps(report, ensure_ascii=False, indent=1) + "\n",
        TAUGHT: json.dumps(taught) + "\n",
    }
    return texts | pages, card


def _with_calibration(card: Mapping[str, Any]) -> dict[str, Any]:
    """Gives the card with the calibration where the writer of cards looks for it: beside the cross-validated scores."""
    return {**card, "cross_validated": {**card["cross_validated"], "calibration": card["calibration"]}}


def _names(codebook: Codebook, lang: str) -> Mapping[str, str]:
    return {topic.id: topic.name_en if lang == "en" else topic.name for topic in codebook.topics}


class _Stages:
    """Counts what a retraining has done, a fold or a stage at a time."""

    def __init__(self, advance: Advance | None, folds: int) -> None:
        self.advance = advance
        self.total = 3 + 1 + folds + 2 * len(SHARES)  # read, judge, write; the last fit, the folds, the curve
        self.done = 0

    def __call__(self, stage: str) -> None:
        if self.advance is not None:
            self.advance(self.done, self.total, stage)
        self.done += 1
