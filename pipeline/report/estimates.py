"""How many texts really carry a topic, as far as readings by chance can tell: numbers, intervals drawn, and doubts in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.audits import Doubt, Estimate
from pipeline.report.index import Index
from pipeline.wording import DOUBTS, Words, capital


@dataclass(frozen=True, slots=True)
class Whisker:
    """An interval on a line of 100 percent; places beyond it are None, and what goes beyond its end is `over`."""

    low: float
    high: float
    dot: float | None
    inner: tuple[float, float] | None
    machine: float | None
    over: bool


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """One topic in one phase, of all outlets or of a group of them."""

    topic: str
    group: str  # "" for all outlets
    units: str
    read: str  # by chance, and how many of them carry the topic
    verified: str
    machine: str
    text: str  # ≈ 34 (21–58)
    whisker: Whisker | None
    doubts: str
    label: str  # what is drawn, in words


@dataclass(frozen=True, slots=True)
class EstimatePhase:
    """The estimates of one phase, drawn to one scale."""

    number: str
    name: str
    rows: tuple[EstimateRow, ...]
    groups: tuple[EstimateRow, ...]  # the same by groups of outlets
    untold: int  # topics without a reading by chance
    ends: tuple[str, ...]  # numbers at the left end, the middle and the right end of the scale


@dataclass(frozen=True, slots=True)
class Estimates:
    """All of them."""

    phases: tuple[EstimatePhase, ...]
    level: str  # 95%


def estimates(index: Index) -> Estimates | None:
    """Gives the estimates for topics as a whole; None where nothing was estimated."""
    wide = [each for each in index.result.estimates if not each.outlet]
    if not any(interval(index.words, each) for each in wide):
        return None
    order = {topic: number for number, topic in enumerate(index.topics)}
    wide.sort(key=lambda each: (order[each.topic], each.group != "", each.group))
    level = wide[0].level
    phases = (_phase(index, phase, [each for each in wide if each.phase == phase]) for phase in index.phases)
    return Estimates(
        tuple(phase for phase in phases if phase.rows or phase.groups or phase.untold),
        f"{index.words.number(100 * level)}%",
    )


def interval(words: Words, each: Estimate | None) -> str:
    """Writes an estimate with its interval, ≈ 34 (21–58), or = 2 where it is known; "" where no reading allows any."""
    if each is None or each.low is None or each.high is None:
        return ""
    if known(each):
        return f"= {words.number(round(each.low))}"
    limits = f"{words.number(round(each.low))}–{words.number(round(each.high))}"
    return f"≈ {words.number(round(each.estimate))} ({limits})" if each.estimate is not None else f"({limits})"


def known(each: Estimate) -> bool:
    """Tells whether all was read that could count: then nothing is estimated, and nothing is in doubt."""
    return each.low is not None and each.high is not None and round(each.low) == round(each.high)


def doubtful(each: Estimate | None) -> bool:
    """Tells whether an interval is not to be trusted, or not alone."""
    return each is not None and bool(each.doubts) and not known(each)


def doubts_in_words(words: Words, doubts: Iterable[Doubt]) -> str:
    """Says why numbers are not to be trusted, or not alone; "" where nothing speaks against them."""
    return capital("; ".join(words.pair(DOUBTS[doubt]) for doubt in doubts))


def _phase(index: Index, phase: str, rows: Sequence[Estimate]) -> EstimatePhase:
    published = [each for each in rows if each.units]  # of what is empty nothing needs estimating
    told = [each for each in published if interval(index.words, each)]
    end = _end(told)
    words = index.words
    return EstimatePhase(
        number=index.number(phase),
        name=index.phases[phase].name,
        rows=tuple(_row(index, each, end) for each in told if not each.group),
        groups=tuple(_row(index, each, end) for each in told if each.group),
        untold=sum(not each.group for each in published) - sum(not each.group for each in told),
        ends=tuple(words.number(round(share * end, 1)) for share in (0, 0.5, 1)),
    )


def _end(rows: Iterable[Estimate]) -> float:
    """Gives the end of the scale: what trusted limits, counts and estimates reach; limits in doubt may go beyond it."""
    reached = [float(number) for each in rows for number in (each.verified, each.machine + each.verified)]
    reached += [each.high for each in rows if each.high is not None and not each.doubts]
    reached += [each.estimate for each in rows if each.estimate is not None]
    most = max(reached, default=0.0) or 1.0
    step = 10.0 ** (len(str(int(most))) - 1)
    return next(nice * step for nice in (1, 2, 5, 10) if nice * step >= most)


def _row(index: Index, each: Estimate, end: float) -> EstimateRow:
    words, text = index.words, interval(index.words, each)
    doubts = "" if known(each) else doubts_in_words(words, each.doubts)
    return EstimateRow(
        topic=index.topics[each.topic],
        group=index.groups.get(each.group, each.group),
        units=words.number(each.units),
        read=f"{words.number(each.read)} ({words.number(each.positive)})",
        verified=words.number(each.verified),
        machine=f"{words.number(each.machine)}?" if each.machine else "0",
        text=text,
        whisker=_whisker(each, end),
        doubts=doubts,
        label=f"{index.topics[each.topic]}: {text}",
    )


def _whisker(each: Estimate, end: float) -> Whisker | None:
    if each.low is None or each.high is None:
        return None

    def place(value: float) -> float:
        return round(100 * min(value, end) / end, 2)

    inner = None
    if each.inner_low is not None and each.inner_high is not None:
        inner = (place(each.inner_low), place(each.inner_high))
    return Whisker(
        low=place(each.low),
        high=place(each.high),
        dot=None if each.estimate is None else place(each.estimate),
        inner=inner,
        machine=place(each.verified + each.machine),
        over=each.high > end,
    )
