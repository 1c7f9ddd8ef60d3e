"""The HTML report of an assessment: one file that needs nothing else, with its plots drawn as SVG by the template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from math import log2
from typing import Final

from models.assess import Assessment, CurvePoint, Mistake, VariantScore
from models.calibration import Calibration
from models.evaluate import Difference, TopicScore
from models.slices import SliceScore
from pipeline.report.assessed import KINDS, VARIANTS, evidence_line, flattered, flattery, how, signed, slice_name
from pipeline.report.html import rendered
from pipeline.report.training import Ceiling, called, ceiling_rows, gate_heads, gate_rows, quality_rows, reason
from pipeline.review.gate import Ruling
from pipeline.wording import Words

SIDE: Final = 100.0  # units of a plot's inner side; the template scales them
DOT: Final = (1.2, 4.0)  # radius of a bin with few and with most pairs, in those units
WIDE: Final = 240.0  # units of a learning curve's inner width


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a plot, in its units from the upper left, and what it says."""

    x: float
    y: float
    radius: float
    tip: str


@dataclass(frozen=True, slots=True)
class Reliability:
    """The reliability plot of one topic, or of all: what was said against what was true."""

    name: str
    dots: tuple[Dot, ...]
    error: str
    brier: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A learning curve: the mean as a line, its interval as a band."""

    line: str  # points of an SVG polyline
    band: str  # points of an SVG polygon
    dots: tuple[Dot, ...]
    sizes: tuple[Tick, ...]
    cues: float  # height of what the cues alone reach
    rows: tuple[tuple[str, ...], ...]  # size, macro F1, limits, micro F1, mean AP


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One line of the table of topics; `low`, `mid` and `high` are percent of the bar's width."""

    id: str
    name: str
    figures: tuple[str, ...]  # articles, precision, recall, F1, limits, AP
    low: float
    mid: float
    high: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """One mistake as it is shown."""

    id: str
    title: str
    score: str
    cutoff: str
    sentence: str


@dataclass(frozen=True, slots=True)
class TopicMistakes:
    """The mistakes of one topic: given though it is not there, and missed."""

    id: str
    name: str
    kinds: tuple[tuple[str, tuple[Wrong, ...]], ...]


@dataclass(frozen=True, slots=True)
class GateView:
    """What a comparison with the model in use found: why the candidate is used or not, and the tables."""

    against: str
    reason: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    quality: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ScorePage:
    """The whole report."""

    lang: str
    title: str
    how: str
    facts: tuple[tuple[str, str], ...]
    topics: tuple[TopicRow, ...]
    reliability: tuple[Reliability, ...]  # all topics first
    bins: tuple[tuple[str, ...], ...]
    slices: tuple[tuple[str, ...], ...]
    variants: tuple[tuple[str, ...], ...]
    evidence: str
    curve: Curve | None
    against: tuple[tuple[str, ...], ...]
    against_name: str
    flattered: str
    mistakes: tuple[TopicMistakes, ...]
    labels: str
    version: str
    gate: GateView | None = None
    readers: tuple[tuple[str, ...], ...] = ()  # topic, articles read twice, alpha, F1 of one reader against the other


def render(
    found: Assessment,
    names: Mapping[str, str],
    *,
    lang: str = "vi",
    judged: Ruling | None = None,
    against: str = "",
    readers: Sequence[Ceiling] = (),
) -> str:
    """Gives the report as one HTML document, in Vietnamese or ("en") in English; `names` are those of the topics.

    Of a candidate it tells too how it was `judged` `against` the model in use, and how far two `readers` agree. The same
    assessment gives the same text.
    """
    words = Words("en" if lang == "en" else "vi")
    page = replace(
        _page(found, names, words),
        gate=None if judged is None else gate_view(judged, against, names, words),
        readers=tuple(ceiling_rows(readers, names, words)),
    )
    return rendered("scores.html", page=page, w=words, t=words.t)


def gate_view(ruling: Ruling, against: str, names: Mapping[str, str], words: Words) -> GateView:
    """Gives the gate's answer in words and tables."""
    rows, quality = tuple(gate_rows(ruling, names, words)), tuple(quality_rows(ruling, words))
    return GateView(called(against, words), reason(ruling, names, words), gate_heads(words), rows, quality)


def _page(found: Assessment, names: Mapping[str, str], words: Words) -> ScorePage:
    scores, other = found.scores, found.against
    evidence = {each.topic: f"{each.marked}/{each.shown}" for each in found.evidence}
    return ScorePage(
        lang=words.lang,
        title=words.t("Kết quả đánh giá việc gán chủ đề", "How well topics are recognised"),
        how=f"{how(found, words)} {flattered(words)}" if found.flattered else how(found, words),
        facts=tuple(_facts(found, words)),
        topics=tuple(_topic_row(row, names, evidence, words) for row in scores.topics),
        reliability=tuple(_reliability(each, names, words) for each in found.calibration),
        bins=tuple(_bins(found.calibration[0], words)),
        slices=tuple(_slice_row(each, words) for each in found.slices),
        variants=tuple(_variant_row(each, words) for each in found.variants),
        evidence=evidence_line(found.evidence[0], words) if found.evidence else "",
        curve=_curve(found.curve, words) if found.curve else None,
        against=tuple(_difference_row(each, names, words) for each in (other.differences if other else ())),
        against_name=other.model if other else "",
        flattered=flattery(words).strip() if other and other.flattered else "",
        mistakes=tuple(_mistakes(found.mistakes, names, words)),
        labels=found.labels_sha256,
        version=version("rasoat"),
    )


def _facts(found: Assessment, words: Words) -> Iterator[tuple[str, str]]:
    scores = found.scores
    yield "Macro F1", f"{words.score(scores.macro_f1, 3)} ({_span(scores.macro_low, scores.macro_high, words)})"
    yield "Micro F1", words.score(scores.micro_f1, 3)
    yield words.t("AP trung bình", "Mean average precision"), words.score(scores.mean_average_precision, 3)
    yield words.t("Sai số hiệu chỉnh", "Calibration error"), words.score(found.calibration[0].error, 4)
    if found.evidence:
        first = found.evidence[0]
        limits = f"{words.score(first.precision, 3)} ({_span(first.low, first.high, words)})"
        yield words.t("Câu làm căn cứ đúng", "Evidence marked by readers"), limits


def _topic_row(row: TopicScore, names: Mapping[str, str], evidence: Mapping[str, str], words: Words) -> TopicRow:
    average = "–" if row.average_precision is None else words.score(row.average_precision)
    scores = row.precision, row.recall, row.f1
    figures = _figures(row.positives, scores, row.low, row.high, words)
    return TopicRow(
        id=row.topic,
        name=names.get(row.topic, row.topic),
        figures=(*(figures if row.positives else (figures[0], *("–",) * 4)), average),
        low=100 * row.low,
        mid=100 * row.f1,
        high=100 * row.high,
        evidence=evidence.get(row.topic, ""),
    )


def _slice_row(each: SliceScore, words: Words) -> tuple[str, ...]:
    start = slice_name(each.name, words), words.number(each.articles)
    if not each.articles:
        return (*start, *("–",) * 7)
    scores = each.precision, each.recall, each.micro_f1
    figures = _figures(each.positives, scores, each.low, each.high, words)
    told = figures if each.positives else (figures[0], *("–",) * 4)
    return (*start, *told, words.number(each.false), words.number(each.missed))


def _variant_row(each: VariantScore, words: Words) -> tuple[str, ...]:
    figures = words.score(each.macro_before, 3), words.score(each.macro_f1, 3)
    return (words.pair(VARIANTS[each.name]), *figures, _change(each.difference, each.low, each.high, words))


def _difference_row(each: Difference, names: Mapping[str, str], words: Words) -> tuple[str, ...]:
    name = names.get(each.topic, each.topic) or "macro F1"
    figures = words.score(each.own, 3), words.score(each.other, 3)
    return (name, *figures, _change(each.difference, each.low, each.high, words))


def _figures(count: int, scores: Sequence[float], low: float, high: float, words: Words) -> tuple[str, ...]:
    return (words.number(count), *(words.score(each) for each in scores), _span(low, high, words, 2))


def _reliability(each: Calibration, names: Mapping[str, str], words: Words) -> Reliability:
    most = max((bin_.cells for bin_ in each.bins), default=1)
    few, many = DOT
    dots = (
        Dot(
            x=round(SIDE * bin_.said, 2),
            y=round(SIDE * (1 - bin_.true), 2),
            radius=round(few + (many - few) * (bin_.cells / most) ** 0.5, 2),
            tip=words.t(
                f"điểm {words.score(bin_.said)}, đúng {words.score(bin_.true)}, {words.number(bin_.cells)} lượt",
                f"score {words.score(bin_.said)}, true {words.score(bin_.true)}, {words.number(bin_.cells)} pairs",
            ),
        )
        for bin_ in each.bins
    )
    name = names.get(each.topic, each.topic) or words.t("Mọi chủ đề", "All topics")
    return Reliability(name, tuple(dots), words.score(each.error, 3), words.score(each.brier, 3))


def _bins(each: Calibration, words: Words) -> Iterator[tuple[str, ...]]:
    for bin_ in each.bins:
        bounds = f"{words.score(bin_.low, 1)}–{words.score(bin_.high, 1)}"
        yield bounds, words.number(bin_.cells), words.score(bin_.said, 3), words.score(bin_.true, 3)


def _curve(points: Sequence[CurvePoint], words: Words) -> Curve:
    """Draws sizes on a scale of doublings; what needs no article is a level of its own."""
    sized = [point for point in points if point.articles]
    first, last = log2(sized[0].articles), log2(sized[-1].articles)
    places = [round(WIDE * (log2(point.articles) - first) / ((last - first) or 1), 2) for point in sized]

    def height(score: float) -> float:
        return round(SIDE * (1 - score), 2)

    mean = [(x, height(point.scores.macro_f1)) for x, point in zip(places, sized, strict=True)]
    upper = [(x, height(point.scores.macro_high)) for x, point in zip(places, sized, strict=True)]
    lower = [(x, height(point.scores.macro_low)) for x, point in zip(places, sized, strict=True)]
    rows = tuple(tuple(_curve_row(point, words)) for point in points)
    return Curve(
        line=_points(mean),
        band=_points([*upper, *reversed(lower)]),
        dots=tuple(
            Dot(x, y, 1.6, f"{row[0]}: {row[1]}") for (x, y), row in zip(mean, rows[-len(sized) :], strict=True)
        ),
        sizes=tuple(Tick(x, words.number(point.articles)) for x, point in zip(places, sized, strict=True)),
        cues=height(points[0].scores.macro_f1),
        rows=rows,
    )


def _curve_row(point: CurvePoint, words: Words) -> Iterator[str]:
    scores = point.scores
    yield words.number(point.articles) if point.articles else words.t("0 (chỉ từ khóa)", "0 (cues alone)")
    yield words.score(scores.macro_f1, 3)
    yield _span(scores.macro_low, scores.macro_high, words)
    yield words.score(scores.micro_f1, 3)
    yield words.score(scores.mean_average_precision, 3)


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)


def _mistakes(mistakes: Sequence[Mistake], names: Mapping[str, str], words: Words) -> Iterator[TopicMistakes]:
    topics = dict.fromkeys(each.topic for each in mistakes)
    for topic in topics:
        kinds = (
            (words.pair(both), tuple(_wrong(m, words) for m in mistakes if (m.topic, m.kind) == (topic, kind)))
            for kind, both in KINDS.items()
        )
        yield TopicMistakes(topic, names.get(topic, topic), tuple(each for each in kinds if each[1]))


def _wrong(each: Mistake, words: Words) -> Wrong:
    sentence = each.sentence if each.sentence != each.title else ""
    return Wrong(each.id, each.title or "–", words.score(each.score), words.score(each.cutoff), sentence)


def _span(low: float, high: float, words: Words, places: int = 3) -> str:
    return f"{words.score(low, places)}–{words.score(high, places)}"


def _change(difference: float, low: float, high: float, words: Words) -> str:
    shown, least, most = (signed(each, words) for each in (difference, low, high))
    return f"{shown} ({least} … {most})"
