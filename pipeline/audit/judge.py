"""The judgement of a campaign: counts, estimates, drift, forecasts and verdicts, from the frame of all articles.

Pure: the same frame and the same proofs give the same result. What it does not know, who asks for it adds: the articles that a
report shows, the health of the sources, the failures of the night.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
from pydantic import TypeAdapter

from pipeline.audit.campaign import Campaign
from pipeline.audit.cells import cells
from pipeline.audit.estimates import RARE, drift, estimates, look, with_drift
from pipeline.audit.exclusion import HIGH
from pipeline.audit.forecast import forecast
from pipeline.audit.settle import Recall
from pipeline.audit.slices import Slice, article_names, counted_by_day, slices
from pipeline.audit.units import Column, Places, Texts, Units, Words, read_up_to, units_of
from pipeline.audit.verdicts import Court, Trust
from pipeline.audits import Agreement, AuditResult, Doubt, Drift, Estimate, Sample
from pipeline.frames import NO_DAY, Bools, Frame, Ints
from pipeline.memo import Memo, key
from pipeline.records import DayProof

NOTHING = Sample(0.0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Phase:
    """The texts of one phase, and the digest of all that estimates read of them, whatever the topic."""

    units: Units
    key: bytes
    rows: Places  # (r,) the articles of all outlets, by their texts
    text: Places  # (u,) the texts

    @classmethod
    def of(cls, frame: Frame, texts: Texts, units: Units, groups: Mapping[str, Sequence[str]]) -> _Phase:
        """Takes them together; groups are told by their outlets, as a population is only named."""
        whole = units.everywhere
        text = units.text[whole]
        ends = np.append(units.starts, len(units.rows))[: len(text) + 1]
        rows = units.rows[: ends[-1]]
        facts = (texts.permanent[text], texts.refused[text], texts.taught[text])
        of = (units.phase, units.populations, tuple(groups.items()), frame.outlets[rows], ends)
        return cls(units, key(*of, *facts), rows, text)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of one topic in one phase."""

    estimates: tuple[Estimate, ...]
    drift: Drift
    finished: bool


TOLD = TypeAdapter(_Told)


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
    memo: Memo | None = None,
) -> AuditResult:
    """Judges a campaign as of a day; `items` of the result are empty, and what the night's crawl tells is left out.

    `assessment` gives what the model's own assessment found of each topic's positives: found by the machine, all of them.
    Proofs of days after `last_day_over` are not asked for. What `memo` knows is not judged again.
    """
    memo = memo or Memo()
    proofs = tuple(proofs)
    over = last_day_over or as_of
    names = article_names(frame)
    cuts = slices(campaign.phases, campaign.outlets, frame, names, proofs)
    counts = cells(frame, cuts, campaign.topic_ids, names)
    told = _topics(campaign, frame, cuts, assessment or {}, {row.topic: row for row in agreements}, sample, memo)
    trust = {topic: each.trust for topic, each in told.items()}
    verdicts, risk = Court(campaign, frame, names, cuts, counts, trust, over.toordinal(), memo).verdicts()
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
    memo: Memo,
) -> dict[str, _Topic]:
    texts = Texts.of_frame(frame)
    groups: dict[str, list[str]] = {}
    for outlet in campaign.outlets:
        for group in outlet.groups:
            groups.setdefault(group, []).append(outlet.id)
    phases = [
        _Phase.of(frame, texts, units_of(texts, [cut for cut in cuts if cut.phase.id == phase.id], groups), groups)
        for phase in campaign.phases
        if campaign.outlets
    ]
    return {
        topic: _topic(campaign, frame, texts, phases, column, assessment.get(topic, (0, 0)), agreements, sample, memo)
        for column, topic in enumerate(campaign.topic_ids)
    }


def _topic(
    campaign: Campaign,
    frame: Frame,
    texts: Texts,
    phases: Sequence[_Phase],
    column: int,
    assessed: tuple[int, int],
    agreements: Mapping[str, Agreement],
    sample: Sample,
    memo: Memo,
) -> _Topic:
    topic = campaign.topic_ids[column]
    own, agreement = Column.of(frame, column), agreements.get(topic)
    words = texts.words(own)
    drawn = (sample.rate, sample.read)  # what else is told of the sample changes nightly, and no estimate reads it
    asked = key(topic, campaign.settings, drawn, agreement, assessed)

    def told(phase: _Phase) -> _Told:
        seen = look(own, texts, words, phase.units, topic, sample)
        parted = drift(seen, sample, assessed)
        rows = with_drift(estimates(seen, campaign.settings, sample, agreement), parted)
        return _Told(rows, parted, seen.finished)

    found: list[_Told] = []
    for phase in phases:
        said = (words.said[phase.text], words.chance[phase.text], words.refused[phase.text])
        by = key("topic", phase.key, asked, own.scores[phase.rows], own.machine[phase.rows], *said)
        found.append(memo.told(TOLD, by, partial(told, phase)))
    rows = [row for each in found for row in each.estimates]
    drifts = [each.drift for each in found]
    doubts: set[Doubt] = set()
    if sample.read < campaign.settings.least_readings and _rare(rows):
        doubts.add("few_readings")
    if not all(each.finished for each in found):
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
