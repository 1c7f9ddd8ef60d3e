"""Where an outlet's articles of one phase lie in the frame, and on which days of the phase the outlet was observed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from crawlers.reason import because
from pipeline.audits import OutletPhase
from pipeline.frames import NO_DAY, UNREAD, Frame, Ints
from pipeline.records import DayProof, Outlet, Phase


@dataclass(frozen=True, slots=True)
class Slice:
    """One outlet in one phase: its articles are the rows from `first` up to, but not including, `last`."""

    phase: Phase
    outlet: Outlet
    first: int
    last: int
    undated: tuple[int, int]  # the same of those of its articles that may belong to any phase
    days: Ints  # (n_days,) ordinals of the phase's days on which the outlet exists
    seen: Ints  # (n_seen,) of them, those with collection proof
    observed: OutletPhase  # what a report shows of it

    @property
    def rows(self) -> slice:
        """The articles that count in the phase."""
        return slice(self.first, self.last)

    @property
    def open_rows(self) -> slice:
        """The articles without a day."""
        return slice(*self.undated)


def phase_days(phase: Phase, outlet: Outlet) -> tuple[date, ...]:
    """Gives the days of a phase on which the outlet exists."""
    first = max(phase.first_day, outlet.valid_from or phase.first_day)
    last = min(phase.last_day, outlet.valid_to or phase.last_day)
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def slices(
    phases: Sequence[Phase], outlets: Sequence[Outlet], frame: Frame, names: Sequence[str], proofs: Iterable[DayProof]
) -> tuple[Slice, ...]:
    """Cuts the frame into phases x outlets, in this order; `names` are the ids of its articles."""
    proof_of = {(proof.outlet, proof.day): proof for proof in proofs}
    bounds = np.searchsorted(frame.outlets, np.arange(len(outlets) + 1))
    return tuple(
        _slice(phase, outlet, frame, names, (int(bounds[n]), int(bounds[n + 1])), proof_of)
        for phase in phases
        for n, outlet in enumerate(outlets)
    )


def counted_by_day(frame: Frame, cut: Slice) -> OutletPhase:
    """Gives what a report shows of a slice, with its articles by day, and those on any topic."""
    first = cut.phase.first_day.toordinal()
    length = (cut.phase.last_day - cut.phase.first_day).days + 1
    days = frame.days[cut.rows] - first
    said = frame.said[cut.rows]
    topical = ((said == 1) | (frame.machine[cut.rows] & (said == UNREAD))).any(axis=1)
    return replace(
        cut.observed,
        per_day=tuple(np.bincount(days, minlength=length).tolist()),
        on_topic=tuple(np.bincount(days[topical], minlength=length).tolist()),
    )


def article_names(frame: Frame) -> list[str]:
    """Gives the ids of all articles as text, in the order of the rows; decoded in one piece, as there may be a million."""
    return b"\n".join(frame.ids.tolist()).decode().split("\n") if len(frame) else []


def _slice(
    phase: Phase,
    outlet: Outlet,
    frame: Frame,
    names: Sequence[str],
    bounds: tuple[int, int],
    proof_of: Mapping[tuple[str, date], DayProof],
) -> Slice:
    start, end = bounds
    own = frame.days[start:end]
    dated = start + int(np.searchsorted(own, NO_DAY, side="right"))
    days = phase_days(phase, outlet)
    first = last = dated
    if days:
        first = start + int(np.searchsorted(own, days[0].toordinal()))
        last = start + int(np.searchsorted(own, days[-1].toordinal(), side="right"))
    absent = DayProof(outlet.id, phase.first_day, proved=False, reason=because("not_looked"))
    missing = [(day, proof) for day in days if not (proof := proof_of.get((outlet.id, day), absent)).proved]
    unseen = {day for day, _ in missing}
    return Slice(
        phase=phase,
        outlet=outlet,
        first=first,
        last=last,
        undated=(start, dated),
        days=np.array([day.toordinal() for day in days], dtype=np.int32),
        seen=np.array([day.toordinal() for day in days if day not in unseen], dtype=np.int32),
        observed=OutletPhase(
            outlet=outlet.id,
            phase=phase.id,
            days_proved=len(days) - len(missing),
            days_total=len(days),
            missing_days=tuple(day for day, _ in missing),
            reasons=tuple(dict.fromkeys(proof.reason or because("unknown") for _, proof in missing)),
            article_ids=tuple(names[first:last]),
        ),
    )
