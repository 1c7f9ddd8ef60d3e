"""Answers each requirement: met, gap, uncertain or not observed; by which method, at which risk, and what is left to read.

What needs no statistics `pipeline.audit.requirement` tells. What stays open is a **gap** where readings exclude, at the stated
risk, that the duty was met (`pipeline.audit.exclusion`), and **uncertain** otherwise. The risk of each test is the campaign's,
or less: so much that all tests of the report together are expected to accuse falsely no more often than the campaign allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydantic import TypeAdapter

from pipeline.audit.campaign import Campaign
from pipeline.audit.exclusion import Odds, by_recall, by_sequence, odds, silence_by_sequence
from pipeline.audit.ground import Ground, View
from pipeline.audit.reasons import reason
from pipeline.audit.remedy import Remedy, remedy, silence_remedy
from pipeline.audit.requirement import Requirement
from pipeline.audit.settle import Pool, Recall, same_recall
from pipeline.audit.slices import Slice
from pipeline.audits import Cell, Doubt, Method, Risk, Unit, Verdict
from pipeline.frames import Frame
from pipeline.memo import Memo, key
from pipeline.records import Duty, VerdictName

NO_REMEDY: Final = Remedy((), None)
PLAIN: Final[TypeAdapter[Verdict | None]] = TypeAdapter(Verdict | None)
TESTED: Final = TypeAdapter(Verdict)

Owed = tuple[Duty, Slice, Unit, float]  # of whom, in which phase; so many, or so few


@dataclass(frozen=True, slots=True)
class Trust:
    """How far statistics may speak for one topic."""

    recall: Mapping[str, Recall]  # outlet -> of the shared sample, over all phases, the texts that it printed first
    own: Mapping[str, Recall]  # outlet -> the same of all that it printed
    doubts: frozenset[Doubt] = frozenset()  # of the topic in every phase: few_readings, unfinished, disagreement
    drifted: frozenset[str] = frozenset()  # phases

    def of(self, outlet: str) -> tuple[Pool, bool]:
        """Gives the recall of the others' items and whether this outlet's score low no more often than theirs."""
        others = Pool(tuple(each for name, each in self.recall.items() if name != outlet))
        return others, same_recall(self.own.get(outlet, Recall(0, 0)), others)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is told of one requirement."""

    name: VerdictName
    method: Method | None = None
    risk: float = 0.0
    doubts: tuple[Doubt, ...] = ()
    odds: Odds | None = None
    recall: Pool | None = None
    remedy: Remedy = NO_REMEDY


class Court:
    """Holds what all requirements of one audit share: the frame, its slices, its cells, and how far each topic is trusted."""

    def __init__(
        self,
        campaign: Campaign,
        frame: Frame,
        names: Sequence[str],
        cuts: Iterable[Slice],
        cells: Iterable[Cell],
        trust: Mapping[str, Trust],
        over: int,
        memo: Memo,
    ) -> None:
        self.campaign = campaign
        self.frame = frame
        self.names = names
        self.cuts = {(cut.phase.id, cut.outlet.id): cut for cut in cuts}
        self.cells = {(cell.phase, cell.topic, cell.outlet): cell for cell in cells}
        self.trust = trust
        self.over = over
        self.memo = memo
        self.trust_keys = {topic: key(each.recall, each.own, sorted(each.doubts)) for topic, each in trust.items()}
        self.columns = {topic: column for column, topic in enumerate(campaign.topic_ids)}
        self.grounds: dict[tuple[str, str], Ground] = {}

    def verdicts(self) -> tuple[tuple[Verdict, ...], Risk]:
        """Gives one verdict for each requirement of each duty of each outlet that owes it, in the order of the campaign."""
        owed = tuple(self._owed())
        asked = [self._key(each) for each in owed]
        plain = [self._plain(*each) for each in zip(owed, asked, strict=True)]
        settings, tested = self.campaign.settings, plain.count(None)
        each = min(settings.risk, settings.false_gaps / _rounded(tested)) if tested else settings.risk
        rows = tuple(
            told or self._tested(owes, by, each) for owes, by, told in zip(owed, asked, plain, strict=True)
        )  # no view outlives its answer, so that not all are held at a time
        gaps = sum(row.verdict == "gap" and row.risk > 0 for row in rows)
        return rows, Risk(each, tested, gaps, min(float(gaps), tested * each), settings.false_gaps)

    def _owed(self) -> Iterator[Owed]:
        """Yields what is asked of whom."""
        for duty in self.campaign.duties:
            for outlet in self.campaign.outlets:
                if outlet.id != duty.outlet and duty.group not in outlet.groups:
                    continue
                cut = self.cuts[duty.phase, outlet.id]
                if len(cut.days):  # else the outlet did not exist in this phase: it owes nothing
                    yield from ((duty, cut, unit, needed) for unit, needed in _asked(duty))

    def _requirement(self, owed: Owed) -> Requirement:
        duty, cut, unit, needed = owed
        view = View.of(self._ground(cut), self.columns[duty.topic], duty.topic)
        cell = self.cells[duty.phase, duty.topic, cut.outlet.id]
        return Requirement(duty, unit, needed, cell, view, self.over)

    def _key(self, owed: Owed) -> bytes:
        """Gives the digest of a requirement: of all that its answer rests on, but for the trust in its topic and the risk."""
        asked = self._requirement(owed)
        days = asked.view.ground.cut.days
        over = min(max(self.over, int(days[0]) - 1), int(days[-1]))  # days beyond the phase are none of it
        return key(asked.view.key, asked.duty, asked.unit, asked.needed, over, self.campaign.settings)

    def _plain(self, owed: Owed, by: bytes) -> Verdict | None:
        """Gives the verdict where it needs no statistics, and no risk."""

        def told() -> Verdict | None:
            asked = self._requirement(owed)
            name = asked.plain(self.campaign.settings)
            return None if name is None else self._verdict(asked, self._told(asked, name))

        return self.memo.told(PLAIN, key("plain", by, sorted(self.trust[owed[0].topic].doubts)), told)

    def _tested(self, owed: Owed, by: bytes, risk: float) -> Verdict:
        """Gives the verdict of one test at this risk."""

        def told() -> Verdict:
            asked = self._requirement(owed)
            return self._verdict(asked, self._open(asked, risk))

        duty, *_ = owed
        drifted = duty.phase in self.trust[duty.topic].drifted
        return self.memo.told(TESTED, key("tested", by, self.trust_keys[duty.topic], drifted, risk), told)

    def _ground(self, cut: Slice) -> Ground:
        place = cut.phase.id, cut.outlet.id
        if place not in self.grounds:
            self.grounds[place] = Ground.of(self.frame, cut)
        return self.grounds[place]

    def _told(self, asked: Requirement, plain: VerdictName) -> Answer:
        """Answers what needs no statistics."""
        if plain == "met":
            return Answer("met", "verified")
        if plain == "not_observed":
            return Answer("not_observed")
        return _census(asked, self.trust[asked.duty.topic], asked.needed, 0.0)

    def _open(self, asked: Requirement, risk: float) -> Answer:
        """Answers what needs them, at the risk of one test."""
        trust = self.trust[asked.duty.topic]
        barred: set[Doubt] = set(trust.doubts & {"disagreement"})
        if asked.duty.phase in trust.drifted:
            barred.add("drift")
        if asked.unit == "days":
            return _silence(asked, risk, barred)
        if not asked.unseen:
            return _amount(asked, risk, barred, trust, asked.needed)
        if asked.hidden(risk):
            return Answer("not_observed")
        needed = asked.on_seen_days(risk / 2)
        if asked.impossible(needed):
            return _census(asked, trust, needed, risk)
        told = _amount(asked, risk / 2, barred, trust, needed)
        return replace(told, risk=risk) if told.name == "gap" else told

    def _verdict(self, asked: Requirement, answer: Answer) -> Verdict:
        vi, en = reason(
            asked,
            answer.name,
            answer.method,
            risk=answer.risk,
            odds=answer.odds,
            recall=answer.recall,
            doubts=answer.doubts,
            reads=answer.remedy.reads,
        )
        observed = asked.view.ground.cut.observed
        return Verdict(
            phase=asked.duty.phase,
            topic=asked.duty.topic,
            outlet=observed.outlet,
            duty=asked.duty,
            verdict=answer.name,
            verified=asked.verified,
            machine=asked.machine,
            needed=asked.needed,
            unit=asked.unit,
            days_proved=observed.days_proved,
            days_total=observed.days_total,
            reason=vi,
            reason_en=en,
            method=answer.method,
            risk=answer.risk,
            texts=len(asked.view.read),
            texts_read=int(asked.view.read.sum()),
            doubts=answer.doubts,
            to_read=tuple(map(self.names.__getitem__, answer.remedy.rows)),
            expected_reads=answer.remedy.reads if answer.remedy.rows else None,
        )


def _rounded(tested: int) -> int:
    """Rounds a number of tests up to two digits, so that one duty more or less does not change the risk of all others."""
    step: int = 10 ** max(0, len(str(tested)) - 2)
    return -(-tested // step) * step


def _asked(duty: Duty) -> Iterator[tuple[Unit, float]]:
    if duty.min_items is not None:
        yield "items", duty.min_items
    if duty.min_minutes is not None:
        yield "minutes", duty.min_minutes
    if duty.max_gap_days is not None:
        yield "days", duty.max_gap_days


def _census(asked: Requirement, trust: Trust, needed: float, risk: float) -> Answer:
    """Answers where all that could count is not enough."""
    if "disagreement" in trust.doubts and not asked.impossible(needed, denied=True):
        return Answer("uncertain", doubts=("disagreement",))
    return Answer("gap", "census", risk)


def _silence(asked: Requirement, risk: float, barred: set[Doubt]) -> Answer:
    allowed = int(asked.needed)
    doubts: tuple[Doubt, ...] = ()
    if silence_by_sequence(asked.view, allowed, risk):
        if not barred:
            return Answer("gap", "sequential", risk)
        doubts = tuple(sorted(barred))
    return Answer("uncertain", doubts=doubts, remedy=silence_remedy(asked.view, allowed))


def _amount(asked: Requirement, risk: float, barred: set[Doubt], trust: Trust, needed: float) -> Answer:
    """Answers a duty of items or minutes that is still open: a gap where it is excluded that there are so many as `needed`."""
    found = odds(asked.view, asked.weights, needed)
    recall, alike = trust.of(asked.view.ground.cut.outlet.id)
    against: set[Doubt] = set()
    if by_sequence(found, risk):
        if not barred:
            return Answer("gap", "sequential", risk, odds=found)
        against |= barred
    against_recall = barred | set(trust.doubts & {"few_readings", "unfinished"})
    if not alike:
        against_recall.add("other_recall")
    if by_recall(found, recall, risk):
        if not against_recall:
            return Answer("gap", "recall", risk, odds=found, recall=recall)
        against |= against_recall
    lacking = asked.needed - asked.verified
    usable = None if against_recall else recall
    left = remedy(asked.view, asked.weights, lacking, found, usable, risk)
    return Answer("uncertain", doubts=tuple(sorted(against)), remedy=left)
