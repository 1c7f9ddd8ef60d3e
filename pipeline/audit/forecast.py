"""Forecasts of running phases: how likely each requirement is missed if its outlet goes on as it does.

At which pace an outlet goes on says `pipeline.audit.paces`, and what the odds are then `pipeline.audit.odds`. Items that
nobody has read count by their calibrated scores. A day that is over and was not observed may have brought items as a day to
come may: not collected is not absent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from pipeline.audit.odds import Pace, too_few, too_short, too_silent
from pipeline.audit.paces import Bools, Floats, Paces, Side, sides_of
from pipeline.audits import Forecast, Unit
from pipeline.frames import Frame
from pipeline.records import DayProof, Duty, Outlet, Phase

Chain = tuple[int, Floats, Pace]  # place among the rows, chance that each day has an item, pace


def forecast(
    phases: Sequence[Phase],
    outlets: Sequence[Outlet],
    topics: Sequence[str],
    duties: Sequence[Duty],
    frame: Frame,
    proofs: Iterable[DayProof],
    as_of: date,
    last_day_over: date | None = None,
) -> tuple[Forecast, ...]:
    """Gives each requirement of the phases that run on `as_of`, those likeliest to be missed first.

    `frame` numbers the outlets as they stand here and has a column for each topic. Days after `last_day_over` are to come.
    """
    over = (last_day_over or as_of).toordinal()
    proved: defaultdict[str, set[int]] = defaultdict(set)
    for proof in proofs:
        if proof.proved:
            proved[proof.outlet].add(proof.day.toordinal())
    rows: list[Forecast] = []
    for phase in phases:
        own = [duty for duty in duties if duty.phase == phase.id]
        if own and phase.first_day <= as_of <= phase.last_day:
            rows += _of_phase(sides_of(phase, outlets, frame, proved, over), topics, own)
    return tuple(sorted(rows, key=lambda row: -row.missing))


def _of_phase(sides: Mapping[str, Side], topics: Sequence[str], duties: Sequence[Duty]) -> list[Forecast]:
    """Gives the forecasts of one phase in the order of its duties; chains of equal length are run together."""
    items, timed = Paces.of(sides, len(topics)), Paces.of(sides, len(topics), timed=True)
    paces = {name: (items.of_outlet(side), timed.of_outlet(side)) for name, side in sides.items()}
    rows: list[Forecast] = []
    chains: defaultdict[tuple[int, int], list[Chain]] = defaultdict(list)
    for duty in duties:
        topic = topics.index(duty.topic)
        for name, side in sides.items():
            if side.unseen and not side.seen:
                continue  # of none of the days that are over: our outage foretells nothing of the outlet
            if not side.left or (name != duty.outlet and duty.group not in side.outlet.groups):
                continue
            pace, pace_timed = (each[topic] for each in paces[name])
            if duty.min_items is not None:
                rows.append(_items(side, topic, duty, pace, duty.min_items))
            if duty.min_minutes is not None:
                rows.append(_minutes(side, topic, duty, pace_timed, timed, duty.min_minutes))
            if duty.max_gap_days is not None:
                chains[duty.max_gap_days, len(side.days)].append((len(rows), _spoken(side, topic), pace))
                rows.append(_silence(side, topic, duty, pace, duty.max_gap_days))
    for (allowed, _), members in chains.items():
        shapes, rates = np.array([(pace.shape, pace.rate) for _, _, pace in members]).T
        odds = too_silent(np.array([spoken for _, spoken, _ in members]), shapes, rates, allowed)
        for (place, _, _), missing in zip(members, odds.tolist(), strict=True):
            rows[place] = replace(rows[place], missing=missing)
    return rows


def _items(side: Side, topic: int, duty: Duty, pace: Pace, needed: int) -> Forecast:
    confirmed = side.published.confirmed[:, topic]
    done = int(confirmed.sum())
    unread = side.published.chances[~confirmed, topic]
    missing = too_few(pace, side.left + side.unseen, needed - done, unread)
    lacking = max(0, needed - done) / side.left
    return _row(side, duty, "items", (done, done + float(unread.sum()), needed), (pace.mean, lacking), missing)


def _minutes(side: Side, topic: int, duty: Duty, pace: Pace, paces: Paces, needed: float) -> Forecast:
    published, length = side.published, paces.length(side)
    confirmed = published.confirmed[:, topic]
    done = float(published.minutes[confirmed].sum())
    open_ = ~confirmed & (published.minutes > 0)
    unread, minutes = published.chances[open_, topic], published.minutes[open_]
    missing = too_short(pace, length, side.left + side.unseen, needed - done, unread, minutes)
    lacking = max(0.0, needed - done) / side.left
    so_far = (done, done + float(unread @ minutes), needed)
    return _row(side, duty, "minutes", so_far, (pace.mean * length.mean, lacking), missing)


def _silence(side: Side, topic: int, duty: Duty, pace: Pace, allowed: int) -> Forecast:
    """Gives the row of a duty of silence; its odds are filled in later, together with others."""
    past = side.published.days <= side.over
    heard = _last_heard(side, side.published.confirmed[:, topic] & past)
    likely = _last_heard(side, side.published.found[:, topic] & past)
    so_far = (side.over - heard, side.over - likely, allowed)
    row = _row(side, duty, "days", so_far, (pace.mean, 1 / max(allowed, 1)), 0.0)
    return replace(row, last_day=min(date.fromordinal(likely) + timedelta(days=allowed + 1), side.days[-1]))


def _last_heard(side: Side, rows: Bools) -> int:
    """Gives the ordinal of the last day with an item; where there is none, of the day before the phase."""
    days = side.published.days[rows]
    return int(days.max()) if len(days) else min(side.days[0].toordinal() - 1, side.over)


def _spoken(side: Side, topic: int) -> Floats:
    """Returns (days of the phase,): the chance that each has an item; NaN where only the pace tells."""
    first = side.days[0].toordinal()
    silent = np.ones(len(side.days))
    np.multiply.at(silent, side.published.days - first, 1 - side.published.chances[:, topic])
    known = [day.toordinal() in side.proved for day in side.days]
    return np.where(known | (silent == 0), 1 - silent, np.nan)  # what a person confirmed is there, observed or not


def _row(
    side: Side,
    duty: Duty,
    unit: Unit,
    so_far: tuple[float, float, float],
    paces: tuple[float, float],
    missing: float,
) -> Forecast:
    """Gives one row; `so_far` is what is verified, likely and needed, `paces` the one expected and the one needed."""
    verified, likely, needed = so_far
    return Forecast(
        phase=duty.phase,
        topic=duty.topic,
        outlet=side.outlet.id,
        duty=duty,
        unit=unit,
        verified=verified,
        likely=likely,
        needed=needed,
        days_seen=side.seen,
        days_left=side.left,
        pace=paces[0],
        pace_needed=paces[1],
        missing=missing,
        last_day=side.days[-1],
    )
