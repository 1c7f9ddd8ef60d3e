"""The judgement of a campaign: counts, estimates, drift, forecasts and verdicts, from the frame of all articles.

Pure: the same frame and the same proofs give the same result. What it does not know, who asks for it adds: the articles that a
report shows, the health of the sources, the failures of the night.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from pipeline.audit.campaign import Campaign
from pipeline.audit.cells import cells
from pipeline.audit.estimates import RARE, drift, estimates, look, with_drift
from pipeline.audit.exclusion import HIGH
from pipeline.audit.forecast import forecast
from pipeline.audit.settle import Recall
from pipeline.audit.slices import Slice, article_names, counted_by_day, slices
from pipeline.audit.units import Column, Texts, Units, Words, read_up_to, units_of
from pipeline.audit.verdicts import Court, Trust
from pipeline.audits import Agreement, AuditResult, Doubt, Drift, Estimate, Sample
from pipeline.frames import NO_DAY, Bools, Frame, Ints
from pipeline.records import DayProof

NOTHING = Sample(0.0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Topic:
    """What is told of one topic over all phases."""

    estimates: tuple[Estimate, ...]
    drifts: tuple[Drift, ...]
    trust: Trust


def judge(
    campaign: Campaign,
    frame: Frame,
    proofs: Iterable[DayProof],
    as_of: date,
    last_day_over: date | None = None,
    assessment: Mapping[str, tuple[int, int]] | None = None,
    agreements: Sequence[Agreement] = (),
    sample: Sample = NOTHING,
) -> AuditResult:
    """Judges a campaign as of a day; `items` of the result are empty, and what the night's crawl tells is left out.

    `assessment` gives what the model's own assessment found of each topic's positives: found by the machine, all of them.
    Proofs of days after `last_day_over` are not asked for.
    """
    proofs = tuple(proofs)
    over = last_day_over or as_of
    names = article_names(frame)
    cuts = slices(campaign.phases, campaign.outlets, frame, names, proofs)
    counts = cells(frame, cuts, campaign.topic_ids, names)
    told = _topics(campaign, frame, cuts, assessment or {}, {row.topic: row for row in agreements}, sample)
    trust = {topic: each.trust for topic, each in told.items()}
    verdicts, risk = Court(campaign, frame, names, cuts, counts, trust, over.toordinal()).verdicts()
    phase_order = {phase.id: n for n, phase in enumerate(campaign.phases)}
    return AuditResult(
        as_of=as_of,
        directive=campaign.directive,
        codebook=campaign.codebook,
        model=campaign.model,
        phases=campaign.phases,
        outlets=campaign.outlets,
        topics=campaign.topics,
        cells=counts,
        verdicts=verdicts,
        observed=tuple(counted_by_day(frame, cut) for cut in cuts),
        items={},
        undated_ids=tuple(names[row] for row in np.flatnonzero(frame.days == NO_DAY).tolist()),
        last_day_over=last_day_over,
        estimates=tuple(
            sorted((row for each in told.values() for row in each.estimates), key=lambda row: phase_order[row.phase])
        ),
        forecasts=forecast(
            campaign.phases,
            campaign.outlets,
            campaign.topic_ids,
            campaign.duties,
            frame,
            proofs,
            as_of,
            last_day_over,
        ),
        drifts=tuple(
            sorted((row for each in told.values() for row in each.drifts), key=lambda row: phase_order[row.phase])
        ),
        agreements=tuple(agreements),
        sample=sample,
        risk=risk,
    )


def _topics(
    campaign: Campaign,
    frame: Frame,
    cuts: Sequence[Slice],
    assessment: Mapping[str, tuple[int, int]],
    agreements: Mapping[str, Agreement],
    sample: Sample,
) -> dict[str, _Topic]:
    texts = Texts.of_frame(frame)
    groups: dict[str, list[str]] = {}
    for outlet in campaign.outlets:
        for group in outlet.groups:
            groups.setdefault(group, []).append(outlet.id)
    phases = [
        units_of(texts, [cut for cut in cuts if cut.phase.id == phase.id], groups)
        for phase in campaign.phases
        if campaign.outlets
    ]
    return {
        topic: _topic(campaign, frame, texts, phases, column, topic, assessment.get(topic, (0, 0)), agreements, sample)
        for column, topic in enumerate(campaign.topic_ids)
    }


def _topic(
    campaign: Campaign,
    frame: Frame,
    texts: Texts,
    phases: Sequence[Units],
    column: int,
    topic: str,
    assessed: tuple[int, int],
    agreements: Mapping[str, Agreement],
    sample: Sample,
) -> _Topic:
    own, agreement = Column.of(frame, column), agreements.get(topic)
    words = texts.words(own)
    rows: list[Estimate] = []
    drifts: list[Drift] = []
    unfinished = False
    for units in phases:
        seen = look(own, texts, words, units, topic, sample)
        drifts.append(drift(seen, sample, assessed))
        rows += with_drift(estimates(seen, campaign.settings, sample, agreement), drifts[-1])
        unfinished |= not seen.finished
    doubts: set[Doubt] = set()
    if sample.read < campaign.settings.least_readings and _rare(rows):
        doubts.add("few_readings")
    if unfinished:
        doubts.add("unfinished")
    if agreement is not None and agreement.poor:
        doubts.add("disagreement")
    recall, own_recall = _recall(campaign, frame, texts, words, column, sample)
    drifted = frozenset(row.phase for row in drifts if row.parted)
    return _Topic(tuple(rows), tuple(drifts), Trust(recall, own_recall, frozenset(doubts), drifted))


def _rare(rows: Sequence[Estimate]) -> bool:
    """Tells whether a topic is carried by fewer texts than few readings can speak of, over all phases."""
    whole = [row for row in rows if not row.outlet and not row.group]
    carried = sum(
        row.estimate if row.read and row.estimate is not None else row.verified + row.machine for row in whole
    )
    return carried < RARE * max(1, sum(row.units for row in whole))


def _recall(
    campaign: Campaign, frame: Frame, texts: Texts, words: Words, column: int, sample: Sample
) -> tuple[dict[str, Recall], dict[str, Recall]]:
    """Gives how many of the uniform sample's positives score high, over all phases: of what each outlet printed first; and at all.

    Only as far as the sample was read among high and low scores alike, or whoever reads the high ones first, as samples of
    strata do, would find a recall that is none. A text scores as its first article does, which chance drew: with many copies
    one is sooner high. What readers refused to say and scores low was missed. Texts that the model was trained on say nothing
    of what it finds by itself.
    """
    high = np.zeros(len(words.said), dtype=np.bool_)
    high[texts.of[frame.origins & (frame.scores[:, column] >= HIGH)]] = True
    done = (words.said >= 0) | words.refused
    end = min(read_up_to(texts.permanent[own], done[own], sample.rate) for own in (high, ~high))
    positive = ((words.said == 1) | (words.refused & ~high)) & (texts.permanent < end) & ~texts.taught
    rows = np.flatnonzero(positive[texts.of])
    first = rows[frame.origins[rows]]
    pairs = np.unique(np.stack([frame.outlets[rows], texts.of[rows]], axis=1), axis=0)
    return (
        _by_outlet(campaign, frame.outlets[first], high[texts.of[first]]),
        _by_outlet(campaign, pairs[:, 0], high[pairs[:, 1]]),
    )


def _by_outlet(campaign: Campaign, outlets: Ints, found: Bools) -> dict[str, Recall]:
    """Counts positives, and of them the found, by the place of their outlet."""
    every, seen = (np.bincount(each, minlength=len(campaign.outlets)) for each in (outlets, outlets[found]))
    return {
        outlet.id: Recall(int(seen[n]), int(every[n])) for n, outlet in enumerate(campaign.outlets) if int(every[n])
    }
