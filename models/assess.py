"""Assessment: all that is measured of a model, or of the recipe that trains models, in one record.

Scores by topic, calibration, bands of doubt, slices, worsened articles, mistakes with what misled the model, the evidence shown, a learning
curve, and another model on the same articles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np

from models.calibration import Calibration, calibration
from models.codebook import UNLABELLED
from models.doubt import Doubt, doubts
from models.evaluate import LIMITS, RESAMPLES, Difference, Scores, compare, evaluate, micro_f1, rounded
from models.folds import Material, Shown, Spoken
from models.perturb import VARIANTS, Surroundings, perturbed
from models.segment import Segmenter
from models.slices import SliceScore, score_slice, slices_of

NEWS: Final = 200  # articles without a topic that may surround another one
MISTAKES: Final = 5  # of a kind and topic that are kept, the surest first


@dataclass(frozen=True, slots=True)
class VariantScore:
    """The same articles in a worse state: F1 before and after; the difference is that of macro F1, with its limits."""

    name: str
    macro_before: float
    macro_f1: float
    micro_before: float
    micro_f1: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class EvidenceScore:
    """How many of the sentences shown for true topics a reader had marked; "" is all topics together."""

    topic: str
    shown: int
    marked: int
    precision: float
    low: float  # limits of a bootstrap over articles
    high: float


@dataclass(frozen=True, slots=True)
class Mistake:
    """An article that got a topic it has not ("wrong"), or did not get one it has ("missed")."""

    topic: str
    kind: Literal["wrong", "missed"]
    id: str
    title: str
    score: float
    cutoff: float
    sentence: str  # that spoke for the topic most; "" where none did


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What is reached with so many training articles; 0 is the codebook's cues alone."""

    articles: int
    scores: Scores


@dataclass(frozen=True, slots=True)
class Against:
    """Another model on the same articles: F1 of ours minus that of the other."""

    model: str
    flattered: bool  # the other was trained on these very labels
    differences: tuple[Difference, ...]  # the macro mean first


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything; the curve is empty and the other model None where nobody asked for them."""

    model: str  # version of the model; "" where models were trained anew for each fold
    labels_sha256: str
    articles: int  # in the label file; `scores.articles` are those scored
    scored_on: str  # "column=value", or "" for all
    scores: Scores
    calibration: tuple[Calibration, ...]
    slices: tuple[SliceScore, ...]
    variants: tuple[VariantScore, ...]
    evidence: tuple[EvidenceScore, ...]  # all topics first; empty where no scored article has marked sentences
    mistakes: tuple[Mistake, ...]
    curve: tuple[CurvePoint, ...] = ()
    against: Against | None = None
    flattered: bool = False  # the model was trained on these very labels
    doubt: tuple[Doubt, ...] = ()  # all topics first

    def as_json(self) -> dict[str, Any]:
        """Gives everything, rounded to four digits; the scores stand on top, beside the other parts."""
        parts = asdict(self)
        return dict(rounded({**parts.pop("scores"), **parts, "articles": self.scores.articles, "rows": self.articles}))


def worsened(material: Material, rows: np.ndarray, seed: int) -> dict[str, list[list[str]]]:
    """Gives for each variant the words of the articles of `rows` in that state."""
    segmenter, documents = Segmenter(), [material.documents[row] for row in rows]
    names = tuple(topic.name for topic in material.codebook.topics)
    bare = np.flatnonzero((material.labels == 0).all(axis=1))
    around = Surroundings(names, tuple(material.documents[row] for row in bare[:NEWS]))
    return {
        name: segmenter.segment_lines([perturbed(name, document, around, seed).lines() for document in documents])
        for name in VARIANTS
    }


def assess(
    material: Material,
    spoken: Spoken,
    *,
    ids: Sequence[str],
    columns: Mapping[str, Sequence[str]],
    seed: int,
    folds: int | None = None,
    model: str = "",
    labels_sha256: str = "",
    scored_on: str = "",
) -> Assessment:
    """Measures what was said of the scored articles; `ids` and the values of `columns` are those of all articles."""
    topics, rows = material.codebook.ids, spoken.rows
    labels = material.labels[rows]
    scores = evaluate(topics, labels, spoken.scores, spoken.decided, seed, folds=folds)
    documents = [material.documents[row] for row in rows]
    values = {name: [column[row] for row in rows] for name, column in columns.items()}
    parts = slices_of(documents, material.codebook, values)
    return Assessment(
        model=model,
        labels_sha256=labels_sha256,
        articles=len(material.labels),
        scored_on=scored_on,
        scores=scores,
        calibration=calibration(topics, labels, spoken.scores),
        doubt=doubts(topics, labels, spoken.decided, spoken.unsure),
        slices=tuple(score_slice(name, mine, labels, spoken.decided, seed) for name, mine in parts.items()),
        variants=tuple(_variants(topics, labels, spoken, seed)),
        evidence=tuple(_evidence(topics, spoken.shown, seed)),
        mistakes=tuple(_mistakes(material, spoken, ids)),
    )


def against(
    material: Material, spoken: Spoken, other: np.ndarray, seed: int, *, model: str, flattered: bool
) -> Against:
    """Compares with the decisions (n_scored, n_topics) of another model."""
    found = compare(material.codebook.ids, material.labels[spoken.rows], spoken.decided, other, seed)
    return Against(model, flattered, found)


def learning_curve(
    material: Material,
    spoken: Spoken,
    points: Iterable[tuple[int, np.ndarray, np.ndarray]],
    whole: tuple[int, Scores],
    seed: int,
) -> tuple[CurvePoint, ...]:
    """Gives a point for each of `points`, as `models.folds.curve` yields them, and one for the `whole` training set."""
    topics, labels = material.codebook.ids, material.labels[spoken.rows]
    made = [CurvePoint(size, evaluate(topics, labels, scores, decided, seed)) for size, scores, decided in points]
    return (*made, CurvePoint(*whole))


def _variants(topics: Sequence[str], labels: np.ndarray, spoken: Spoken, seed: int) -> Iterator[VariantScore]:
    before, truth, known = spoken.decided[0], labels == 1, labels != UNLABELLED
    for name, (_, after) in spoken.variants.items():
        macro = compare(topics, labels, after, before, seed)[0]
        micro, micro_before = (micro_f1(truth, (decided & known)[np.newaxis]) for decided in (after, before))
        yield VariantScore(
            name=name,
            macro_before=macro.other,
            macro_f1=macro.own,
            micro_before=micro_before,
            micro_f1=micro,
            difference=macro.difference,
            low=macro.low,
            high=macro.high,
        )


def _evidence(topics: Sequence[str], shown: Sequence[Shown], seed: int) -> Iterator[EvidenceScore]:
    """Yields the score of all topics, then of those for which something was shown."""
    if not shown:
        return
    yield _evidence_score("", shown, seed)
    for number, topic in enumerate(topics):
        if mine := [each for each in shown if each.topic == number]:
            yield _evidence_score(topic, mine, seed)


def _evidence_score(topic: str, shown: Sequence[Shown], seed: int) -> EvidenceScore:
    places = {article: place for place, article in enumerate(sorted({each.article for each in shown}))}
    counts = np.zeros((len(places), 2), dtype=int)  # of each article: shown, marked
    for each in shown:
        counts[places[each.article]] += (1, int(each.marked))
    draws = np.random.default_rng(seed).integers(0, len(places), (RESAMPLES, len(places)))
    samples = counts[draws].sum(axis=1)
    low, high = np.quantile(samples[:, 1] / samples[:, 0], LIMITS)
    total, marked = counts.sum(axis=0).tolist()
    return EvidenceScore(topic, total, marked, marked / total, float(low), float(high))


def _mistakes(material: Material, spoken: Spoken, ids: Sequence[str]) -> Iterator[Mistake]:
    """Yields of each topic what was given most surely and wrongly, then what was missed most surely."""
    decided, labels = spoken.decided[0], material.labels[spoken.rows]
    margins = spoken.scores[0] - spoken.cutoffs[0]
    for topic in range(len(material.codebook.ids)):
        wrong = np.flatnonzero(decided[:, topic] & (labels[:, topic] == 0))
        for place in wrong[np.argsort(-margins[wrong, topic], kind="stable")][:MISTAKES]:
            yield _mistake(material, spoken, ids, "wrong", int(place), topic)
        missed = np.flatnonzero(~decided[:, topic] & (labels[:, topic] == 1))
        for place in missed[np.argsort(margins[missed, topic], kind="stable")][:MISTAKES]:
            yield _mistake(material, spoken, ids, "missed", int(place), topic)


def _mistake(
    material: Material, spoken: Spoken, ids: Sequence[str], kind: Literal["wrong", "missed"], place: int, topic: int
) -> Mistake:
    row = int(spoken.rows[place])
    document, line = material.documents[row], spoken.lines.get((row, topic))
    return Mistake(
        topic=material.codebook.ids[topic],
        kind=kind,
        id=ids[row],
        title=document.title,
        score=float(spoken.scores[0, place, topic]),
        cutoff=float(spoken.cutoffs[0, place, topic]),
        sentence="" if line is None else document.lines()[line],
    )
