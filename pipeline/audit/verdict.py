"""Answers each duty: met, gap, uncertain or not observed, with the sentence that explains it.

Not collected is not absent; so the rule, in this order:

1. what reviewers confirmed is enough: **met**, whatever else is unknown;
2. it is enough only together with what the machine alone says: **uncertain**;
3. days of the phase lack collection proof, or lie ahead: **not observed**;
4. it would not be enough even if everything counted that no reviewer denied, however unsure (unread, without a date, a
   second copy, a video of unknown length, a silence broken by an unobserved day): **gap**;
5. otherwise only the machine says that these do not count: **uncertain**.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.audit.coverage import longest_silence, phase_days
from pipeline.audits import AuditItem, Cell, OutletPhase, Verdict
from pipeline.records import Duty, Outlet, Phase, VerdictName
from pipeline.wording import Pair, Words, capital, spans

Unit = Literal["items", "minutes", "days"]
VI, EN = Words("vi"), Words("en")


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known about one duty of one outlet."""

    duty: Duty
    phase: Phase
    outlet: Outlet
    cell: Cell
    observed: OutletPhase
    possible: tuple[AuditItem, ...]  # published by the outlet in the phase and not denied by a reviewer
    undated: int  # articles of the outlet that may belong to any phase and were not denied either
    days: tuple[date, ...]  # of the phase, on which the outlet exists
    ahead: int  # days of them, the last ones, that lie after the audit's day

    @property
    def copies(self) -> int:
        """Confirmed or machine-found items that the cell leaves out, being second copies."""
        found = sum(self.duty.topic in item.verified | item.machine for item in self.possible)
        return found - len(self.cell.verified_ids) - len(self.cell.machine_ids)

    @property
    def unread(self) -> int:
        """Items whose reading could change the answer."""
        return len(self.cell.machine_ids) + self.cell.unread + self.undated

    @property
    def untimed(self) -> int:
        """Possible items with audio or video of unknown length."""
        return sum(item.untimed for item in self.possible)


def verdicts(
    duties: Sequence[Duty],
    phases: Sequence[Phase],
    outlets: Sequence[Outlet],
    cells: Iterable[Cell],
    observed: Iterable[OutletPhase],
    items: Mapping[str, AuditItem],
    as_of: date,
    unproved_days_allowed: int = 0,
) -> tuple[Verdict, ...]:
    """Gives one verdict for each requirement of each duty of each outlet that owes it, in the order of the campaign."""
    phase_of = {phase.id: phase for phase in phases}
    cell_of = {(cell.phase, cell.topic, cell.outlet): cell for cell in cells}
    seen_of = {(row.phase, row.outlet): row for row in observed}
    answers: list[Verdict] = []
    for duty in duties:
        for outlet in outlets:
            if outlet.id != duty.outlet and duty.group not in outlet.groups:
                continue
            phase = phase_of[duty.phase]
            if not (days := phase_days(phase, outlet)):
                continue  # the outlet did not exist in this phase: it owes nothing
            seen = seen_of[duty.phase, outlet.id]
            published = (items[article] for article in seen.article_ids)
            case = Case(
                duty=duty,
                phase=phase,
                outlet=outlet,
                cell=cell_of[duty.phase, duty.topic, outlet.id],
                observed=seen,
                possible=tuple(item for item in published if duty.topic not in item.rejected),
                undated=_undated(items.values(), outlet.id, duty.topic),
                days=days,
                ahead=sum(day > as_of for day in days),
            )
            answers += _answers(case, items, unproved_days_allowed)
    return tuple(answers)


def _answers(case: Case, items: Mapping[str, AuditItem], allowed: int) -> Iterator[Verdict]:
    cell, duty = case.cell, case.duty
    if duty.min_items is not None:
        verified, machine = len(cell.verified_ids), len(cell.machine_ids)
        short = len(case.possible) + case.undated < duty.min_items
        name = _decide(verified >= duty.min_items, verified + machine >= duty.min_items, short, case, allowed)
        yield _verdict(case, name, "items", verified, machine, duty.min_items)
    if duty.min_minutes is not None:
        done, likely = cell.verified_minutes, cell.machine_minutes
        most = sum(item.minutes for item in case.possible)
        short = most < duty.min_minutes and not case.undated and not case.untimed
        name = _decide(done >= duty.min_minutes, done + likely >= duty.min_minutes, short, case, allowed)
        yield _verdict(case, name, "minutes", done, likely, duty.min_minutes)
    if duty.max_gap_days is not None:
        confirmed = _days(items, cell.verified_ids)
        found = [*confirmed, *_days(items, cell.machine_ids)]
        # What is met or likely must hold on the worst of days: those unobserved or ahead count as silent.
        met, likely_met = (longest_silence(case.days, days) <= duty.max_gap_days for days in (confirmed, found))
        missing = set(case.observed.missing_days)
        seen = [day for day in case.days if day not in missing]
        least = longest_silence(seen, [item.day for item in case.possible if item.day])
        name = _decide(met, likely_met, least > duty.max_gap_days and not case.undated, case, allowed)
        past = case.days[: len(case.days) - case.ahead]
        yield _verdict(
            case, name, "days", longest_silence(past, confirmed), longest_silence(past, found), duty.max_gap_days
        )


def _decide(verified: bool, likely: bool, impossible: bool, case: Case, allowed: int) -> VerdictName:  # noqa: FBT001 - three facts, named
    if verified:
        return "met"
    if likely:
        return "uncertain"
    if len(case.observed.missing_days) > allowed or case.ahead:
        return "not_observed"
    return "gap" if impossible else "uncertain"


def _days(items: Mapping[str, AuditItem], ids: Iterable[str]) -> list[date]:
    return [day for article in ids if (day := items[article].day)]


def _undated(items: Iterable[AuditItem], outlet: str, topic: str) -> int:
    return sum(item.outlet == outlet and item.day is None and topic not in item.rejected for item in items)


def _verdict(case: Case, name: VerdictName, unit: Unit, verified: float, machine: float, needed: float) -> Verdict:
    vi, en = _reason(case, name, unit, verified, machine, needed)
    return Verdict(
        phase=case.phase.id,
        topic=case.duty.topic,
        outlet=case.outlet.id,
        duty=case.duty,
        verdict=name,
        verified=verified,
        machine=machine,
        needed=needed,
        unit=unit,
        days_proved=case.observed.days_proved,
        days_total=case.observed.days_total,
        reason=vi,
        reason_en=en,
        to_read=_to_read(case) if name == "uncertain" else (),
    )


def _to_read(case: Case) -> tuple[str, ...]:
    """Gives what nobody has read for the topic, the likeliest first."""
    unread = [item for item in case.possible if case.duty.topic not in item.verified]
    unread.sort(key=lambda item: (-item.scores.get(case.duty.topic, 0.0), item.article))
    return tuple(item.article for item in unread)


def _reason(case: Case, name: VerdictName, unit: Unit, verified: float, machine: float, needed: float) -> Pair:
    done_vi, done_en = f"{VI.count(verified, unit)} đã xác nhận", f"{EN.count(verified, unit)} confirmed"
    asked_vi, asked_en = f"yêu cầu {VI.count(needed, unit)}", f"{EN.count(needed, unit)} asked"
    if unit == "days":
        done_vi, done_en = (
            f"theo bài đã xác nhận, quãng dài nhất không có bài là {VI.count(verified, unit)}",
            f"longest silence {EN.count(verified, unit)} by confirmed items",
        )
        asked_vi, asked_en = f"cho phép tối đa {VI.count(needed, unit)}", f"{EN.count(needed, unit)} allowed"
    head_vi = capital(f"{done_vi} ({asked_vi})" if unit == "days" else f"{done_vi}, {asked_vi}")
    head_en = capital(f"{done_en}, {asked_en}")
    match name:
        case "met":
            parts: list[Pair] = []
        case "gap":
            parts = [_gap(case)]
        case "not_observed":
            parts = [_not_observed(case)]
        case "uncertain":
            parts = [_by_machine(unit, verified, machine), *_doubts(case, unit)]
    return (
        "; ".join([head_vi, *(vi for vi, _ in parts)]) + ".",
        "; ".join([head_en, *(en for _, en in parts)]) + ".",
    )


def _gap(case: Case) -> Pair:
    seen, total = case.observed.days_proved, case.observed.days_total
    return (
        f"đã quan sát {seen}/{total} ngày của giai đoạn, dù tính hết số bài chưa đọc cũng không đủ",
        f"{seen} of {total} days of the phase were observed and no unread item could make up for it",
    )


def _by_machine(unit: Unit, verified: float, machine: float) -> Pair:
    """Says what the machine's word alone would change."""
    if unit == "days" and machine != verified:
        return (
            f"tính cả bài máy nhận ra là {VI.count(machine, unit)}",
            f"{EN.count(machine, unit)} with what the machine finds",
        )
    if unit == "days" or not machine:
        return "máy không nhận ra thêm bài nào", "the machine finds no more"
    return f"máy nhận ra thêm {VI.count(machine, unit)}", f"the machine finds {EN.count(machine, unit)} more"


def _doubts(case: Case, unit: Unit) -> Iterator[Pair]:
    """Says what keeps an uncertain duty from being told."""
    if case.unread:
        yield (
            f"{case.unread} bài chưa ai đọc: người rà soát phải đọc mới kết luận được",
            f"{case.unread} items unread: somebody must read before this can be told",
        )
    if case.copies:
        yield (
            f"{case.copies} bài trùng nội dung trong cùng ngày không tính thêm",
            f"{case.copies} copies of one text on one day do not count again",
        )
    if unit == "minutes" and case.untimed:
        yield (
            f"{case.untimed} bài có âm thanh, video chưa rõ thời lượng",
            f"{case.untimed} items carry audio or video of unknown length",
        )
    if unit == "days" and case.observed.missing_days:
        missing = len(case.observed.missing_days)
        yield (
            f"{missing} ngày chưa quan sát được có thể làm quãng không có bài ngắn lại",
            f"{missing} unobserved days may break the silence",
        )


def _not_observed(case: Case) -> Pair:
    if case.ahead:
        return (
            f"giai đoạn còn {VI.count(case.ahead, 'days')} nữa",
            f"{EN.count(case.ahead, 'days')} of the phase lie ahead",
        )
    missing, total = case.observed.missing_days, case.observed.days_total
    vi, en = (", ".join(words.span(*span) for span in spans(missing)) for words in (VI, EN))
    return (
        f"{len(missing)}/{total} ngày chưa quan sát được ({vi}): chưa thể kết luận là thiếu",
        f"{len(missing)} of {total} days could not be observed ({en}): not to be called a gap",
    )
