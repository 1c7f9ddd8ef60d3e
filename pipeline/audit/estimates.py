"""Estimates of every phase and topic: for all outlets, for each group, for each outlet; and whether the machine has drifted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import fisher_exact

from pipeline.audit.estimate import Floats, Strata, Stratum, inner_band, totals, totals_by_wilson
from pipeline.audit.units import STRATA, Column, Texts, Units, Words, ends_of, read_up_to, strata_of, stratum_of
from pipeline.audits import Agreement, Doubt, Drift, Estimate, Sample
from pipeline.frames import Bools, Halves
from pipeline.settings import AuditSettings

RARE: Final = 0.02  # prevalence under which few readings allow no word: the design's simulation
INNER: Final = 300  # readings of a population, from which its Bayesian band covers what it says
WILSON: Final = (50, 200)  # readings between which Wilson's limits were found valid, and narrower than exact ones
LIKELY: Final = 0.10  # score from which more than strays carry the topic
DRIFT_LEVEL: Final = 0.99  # of the limits that the sum of scores must leave
DRIFT_RISK: Final = 0.01  # of Fisher's test on recall
LEAST_SHARED: Final = 0.1  # of agreement by which limits are widened: at most tenfold


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of one topic in one phase: the units' scores, the machine's word, people's words, the sample's strata."""

    topic: str
    units: Units
    texts: Texts
    words: Words
    scores: Halves  # (k,)
    machine: Bools  # (k,)
    strata: Strata  # (n_populations, STRATA)
    finished: bool  # the sample is read to its end
    uniform: bool  # chance drew by the uniform sample alone, and no other reading visited what scores high

    @property
    def read(self) -> NDArray[np.int64]:
        """Units of each population that were read by chance."""
        read: NDArray[np.int64] = self.strata.read.sum(axis=1)
        return read


def look(column: Column, texts: Texts, words: Words, units: Units, topic: str, sample: Sample) -> Look:
    """Looks at one topic in one phase."""
    scores = units.scores(column)
    place = stratum_of(scores)
    ends, finished = ends_of(units, texts, words, place, STRATA, sample.rate)
    whole = units.everywhere
    text = units.text[whole]
    beyond = (words.said[text] >= 0) & (texts.permanent[text] >= sample.rate)
    return Look(
        topic=topic,
        units=units,
        texts=texts,
        words=words,
        scores=scores,
        machine=units.machine(column),
        strata=strata_of(units, texts, words, place, ends),
        finished=finished,
        uniform=sample.rate > 0 and not (beyond & (words.chance[text] | (scores[whole] >= LIKELY))).any(),
    )


def estimates(seen: Look, settings: AuditSettings, sample: Sample, agreement: Agreement | None) -> tuple[Estimate, ...]:
    """Estimates one topic in one phase for every population, all outlets first.

    Limits are widened where two readers do not agree, by the share of their "yes" that the other gives too.
    """
    low, middle, high = (np.array(each) for each in totals(seen.strata, settings.level))
    _narrow_by_wilson(seen, settings.level, low, middle, high)
    sizes, read = seen.strata.size.sum(axis=1), seen.read
    said = seen.words.said[seen.units.text]
    confirmed, found = (
        np.bincount(seen.units.population[which], minlength=len(sizes))
        for which in (said == 1, seen.machine & (said < 0))
    )
    positive = seen.strata.positive.sum(axis=1)
    doubts = _doubts(seen, settings, sample, agreement, float(middle[0]) if read[0] else float(found[0] + confirmed[0]))
    if agreement is not None and agreement.poor:
        low, high = low * agreement.shared, np.minimum(sizes, high / max(agreement.shared, LEAST_SHARED))
    known = (read > 0) | (sizes == 0)
    rows = []
    for n, (outlet, group) in enumerate(seen.units.populations):
        inner = inner_limits(seen, n, settings.level) if not outlet and read[n] >= INNER else (None, None)
        rows.append(
            Estimate(
                phase=seen.units.phase,
                topic=seen.topic,
                outlet=outlet,
                group=group,
                verified=int(confirmed[n]),
                machine=int(found[n]),
                units=int(sizes[n]),
                read=int(read[n]),
                positive=int(positive[n]),
                low=float(low[n]) if known[n] else None,
                estimate=float(middle[n]) if known[n] else None,
                high=float(high[n]) if known[n] else None,
                inner_low=inner[0],
                inner_high=inner[1],
                level=settings.level,
                doubts=doubts,
            )
        )
    return tuple(rows)


def with_drift(rows: tuple[Estimate, ...], drift: Drift) -> tuple[Estimate, ...]:
    """Marks the estimates of a topic whose scores, recall and readings part."""
    return tuple(replace(row, doubts=("drift", *row.doubts)) for row in rows) if drift.parted else rows


def drift(seen: Look, sample: Sample, assessed: tuple[int, int]) -> Drift:
    """Compares scores, reviewed recall and readings of one topic in one phase, over all outlets.

    They part where the sum of scores leaves the 99 % limits of the readings, or where fewer of the uniform sample's positives
    are found by the machine than its own assessment lets expect (Fisher's exact test, 1 %). `assessed`: found, positives. As there,
    texts that the model was trained on are left out; and the sample counts as far as what the machine finds and what it does
    not find was read alike. Where chance has read nothing, nobody can tell.
    """
    whole = seen.units.everywhere
    expected = float(seen.scores[whole].sum(dtype=np.float64))
    counts = Strata(*(getattr(seen.strata, name)[:1] for name in Strata.__slots__))
    (low,), _, (high,) = totals(counts, DRIFT_LEVEL)
    text = seen.units.text[whole]
    found, permanent = seen.machine[whole], seen.texts.permanent[text]
    done = (seen.words.said[text] >= 0) | seen.words.refused[text]
    end = min(read_up_to(permanent[own], done[own], sample.rate) for own in (found, ~found))
    positives = seen.words.chance[text] & (seen.words.said[text] == 1) & (permanent < end) & ~seen.texts.taught[text]
    recall = int((positives & found).sum()), int(positives.sum())
    parted = not low <= expected <= high or _fell(recall, assessed)
    return Drift(
        phase=seen.units.phase,
        topic=seen.topic,
        expected=expected,
        low=float(low),
        high=float(high),
        recall_now=recall,
        recall_before=assessed,
        parted=parted if seen.read[0] else None,
    )


def inner_limits(seen: Look, population: int, level: float) -> tuple[float, float]:
    """Gives the limits of the Bayesian band of one population: worth their cost for all outlets and for groups."""
    return inner_band(_rows(seen.strata, population), level=level)


def _fell(now: tuple[int, int], before: tuple[int, int]) -> bool:
    if not now[1] or not before[1]:
        return False
    table = [[now[1] - now[0], now[0]], [before[1] - before[0], before[0]]]
    return bool(fisher_exact(table, alternative="greater").pvalue < DRIFT_RISK)


def _doubts(
    seen: Look, settings: AuditSettings, sample: Sample, agreement: Agreement | None, total: float
) -> tuple[Doubt, ...]:
    found: list[Doubt] = []
    if sample.read < settings.least_readings and total < RARE * max(1, int(seen.strata.size[0].sum())):
        found.append("few_readings")
    if not seen.finished:
        found.append("unfinished")
    if agreement is not None and agreement.poor:
        found.append("disagreement")
    return tuple(found)


def _narrow_by_wilson(seen: Look, level: float, low: Floats, middle: Floats, high: Floats) -> None:
    """Puts Wilson's limits in the place of the exact ones where only few were read, all of them by the uniform sample."""
    few = np.flatnonzero((seen.read >= WILSON[0]) & (seen.read < WILSON[1]))
    if not seen.uniform or not len(few):
        return
    place = seen.machine.astype(np.intp)
    ends, _ = ends_of(seen.units, seen.texts, seen.words, np.zeros_like(place), 1)
    classes = strata_of(seen.units, seen.texts, seen.words, place, np.repeat(ends, 2))
    few_classes = Strata(*(getattr(classes, name)[few] for name in Strata.__slots__))
    low[few], middle[few], high[few] = totals_by_wilson(few_classes, level)


def _rows(strata: Strata, population: int) -> list[Stratum]:
    columns = (getattr(strata, name)[population].tolist() for name in Strata.__slots__)
    return [Stratum(*row) for row in zip(*columns, strict=True)]
