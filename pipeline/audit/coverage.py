"""What each outlet published in each phase on each topic, and how well it was observed while doing so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from crawlers.reason import because
from pipeline.audits import AuditItem, Cell, OutletPhase
from pipeline.records import DayProof, Outlet, Phase


def phase_days(phase: Phase, outlet: Outlet) -> tuple[date, ...]:
    """Gives the days of a phase on which the outlet exists."""
    first = max(phase.first_day, outlet.valid_from or phase.first_day)
    last = min(phase.last_day, outlet.valid_to or phase.last_day)
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def observe(
    phases: Sequence[Phase], outlets: Sequence[Outlet], items: Iterable[AuditItem], proofs: Iterable[DayProof]
) -> tuple[OutletPhase, ...]:
    """Tells for every phase and outlet which days lack collection proof, and lists what was collected."""
    proof_of = {(proof.outlet, proof.day): proof for proof in proofs}
    published = _by_outlet(items)
    rows = []
    for phase in phases:
        for outlet in outlets:
            days = phase_days(phase, outlet)
            absent = DayProof(outlet.id, phase.first_day, proved=False, reason=because("not_looked"))
            missing = [(day, proof) for day in days if not (proof := proof_of.get((outlet.id, day), absent)).proved]
            wanted = set(days)
            rows.append(
                OutletPhase(
                    outlet=outlet.id,
                    phase=phase.id,
                    days_proved=len(days) - len(missing),
                    days_total=len(days),
                    missing_days=tuple(day for day, _ in missing),
                    reasons=tuple(dict.fromkeys(proof.reason or because("unknown") for _, proof in missing)),
                    article_ids=tuple(item.article for item in published[outlet.id] if item.day in wanted),
                )
            )
    return tuple(rows)


def coverage(
    phases: Sequence[Phase],
    topics: Sequence[str],
    outlets: Sequence[Outlet],
    items: Iterable[AuditItem],
    observed: Iterable[OutletPhase],
) -> tuple[Cell, ...]:
    """Counts every phase x topic x outlet, verified and machine counts kept apart, in the order of the campaign."""
    published = _by_outlet(items)
    missing = {(row.phase, row.outlet): frozenset(row.missing_days) for row in observed}
    cells = []
    for phase in phases:
        for topic in topics:
            for outlet in outlets:
                days = phase_days(phase, outlet)
                wanted = set(days)
                own = [item for item in published[outlet.id] if item.day in wanted]
                unseen = missing.get((phase.id, outlet.id), frozenset())
                cells.append(_cell(phase.id, topic, outlet.id, own, [day for day in days if day not in unseen]))
    return tuple(cells)


def longest_silence(days: Sequence[date], spoken: Iterable[date]) -> int:
    """Gives the most days in a row of `days` without an item; a day missing from `days` breaks the run."""
    heard = set(spoken)
    longest = run = 0
    previous: date | None = None
    for day in days:
        follows = previous is not None and day - previous == timedelta(days=1)
        run = 0 if day in heard else (run + 1 if follows else 1)
        longest = max(longest, run)
        previous = day
    return longest


def _cell(phase: str, topic: str, outlet: str, items: Sequence[AuditItem], seen_days: Sequence[date]) -> Cell:
    counted: set[tuple[str, date | None]] = set()
    unreviewed = [item for item in items if topic not in item.verified and topic not in item.rejected]
    verified = _once([item for item in items if topic in item.verified], counted)
    machine = _once([item for item in unreviewed if topic in item.machine], counted)
    unread = _once([item for item in unreviewed if topic not in item.machine], counted)
    days = [item.day for item in (*verified, *machine) if item.day]
    return Cell(
        phase=phase,
        topic=topic,
        outlet=outlet,
        verified_ids=tuple(item.article for item in verified),
        machine_ids=tuple(item.article for item in machine),
        unread=len(unread),
        clusters=len({item.cluster for item in (*verified, *machine)}),
        verified_minutes=sum(item.minutes for item in verified),
        machine_minutes=sum(item.minutes for item in machine),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        longest_silence_days=longest_silence(seen_days, days),
    )


def _once(items: Iterable[AuditItem], counted: set[tuple[str, date | None]]) -> list[AuditItem]:
    """Leaves out a text that the website carries on another page of the same day, as portals list one item twice.

    Broadcasts are kept: a second airing is a second item.
    """
    kept = []
    for item in items:
        if item.channel == "website":
            if (item.cluster, item.day) in counted:
                continue
            counted.add((item.cluster, item.day))
        kept.append(item)
    return kept


def _by_outlet(items: Iterable[AuditItem]) -> Mapping[str, list[AuditItem]]:
    """Groups by outlet, ordered by day then id; items without a day stand first and fall into no phase."""
    groups: defaultdict[str, list[AuditItem]] = defaultdict(list)
    for item in items:
        groups[item.outlet].append(item)
    for group in groups.values():
        group.sort(key=lambda item: (item.day or date.min, item.article))
    return groups
