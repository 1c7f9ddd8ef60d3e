"""What each outlet published in one phase so far, and the pace at which it is taken to go on.

An outlet's pace on a topic is learnt from the days of the phase on which it was observed. Before it has any, it is taken to
publish on the topic as much as the others of its groups do: its own items a day on any subject, times the topic's share among
theirs. That is worth `PRIOR_DAYS` observed days and fades from then on. Items that nobody has read count by their scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.audit.odds import Length, Pace
from pipeline.audit.slices import phase_days
from pipeline.frames import CHANNELS, UNREAD, Frame
from pipeline.records import Outlet, Phase

PRIOR_DAYS: Final = 7.0  # observed days that the pace of an outlet's groups is worth
PACE_DAYS: Final = 28  # days back over which an outlet's items on any subject are counted
SHARE_ITEMS: Final = 20.0  # items of the groups that a topic's share among all outlets is worth
UNKNOWN_SHARE: Final = 0.05  # of a topic, where nobody has published anything yet
UNKNOWN_LENGTH: Final = Length(3.0, 1.0)  # of an item, where none has minutes yet
LEAST_TIMED: Final = 3  # items with minutes, below which an outlet's own lengths say too little
SHAPES: Final = (0.25, 25.0)  # of a gamma law of minutes: from very uneven lengths to equal ones
WEBSITE: Final = CHANNELS.index("website")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Value = TypeVar("Value", np.float64, np.bool_)


@dataclass(frozen=True, slots=True)
class Published:
    """Items of one outlet in one phase, n of them; copies of one text on its website on one day are one, the likeliest."""

    days: Ints  # (n,) ordinals
    minutes: Floats  # (n,)
    chances: Floats  # (n, t) 1 where a person confirmed, 0 where one denied, else the score
    confirmed: Bools  # (n, t)
    found: Bools  # (n, t) confirmed, or decided by the machine and unread


@dataclass(frozen=True)
class Side:
    """One outlet in one phase."""

    outlet: Outlet
    days: tuple[date, ...]  # of the phase, on which the outlet exists
    over: int  # ordinal of the last day that could be seen whole
    proved: frozenset[int]  # ordinals of the observed days up to then, of the phase or not
    published: Published
    recent: tuple[int, int, int]  # observed days among the last `PACE_DAYS`; items on them; of these, with minutes

    @cached_property
    def seen(self) -> int:
        """Days of the phase that were observed so far."""
        return sum(day.toordinal() in self.proved for day in self.days)

    @cached_property
    def unseen(self) -> int:
        """Days of the phase that are over and were not observed."""
        return len(self.days) - self.left - self.seen

    @cached_property
    def left(self) -> int:
        """Days of the phase that are not over; the day of the audit is one of them."""
        return sum(day.toordinal() > self.over for day in self.days)


def sides_of(
    phase: Phase, outlets: Sequence[Outlet], frame: Frame, proved: Mapping[str, Iterable[int]], over: int
) -> dict[str, Side]:
    """Gives the outlets that exist in a phase, by id; `proved` holds the ordinals of their observed days."""
    sides = {}
    for place, outlet in enumerate(outlets):
        if days := phase_days(phase, outlet):
            start, stop = (int(row) for row in np.searchsorted(frame.outlets, [place, place + 1]))
            known = frozenset(day for day in proved.get(outlet.id, ()) if day <= over)
            first, last = np.searchsorted(frame.days[start:stop], [days[0].toordinal(), days[-1].toordinal() + 1])
            published = _published(frame, slice(start + int(first), start + int(last)))
            recent = _recent(frame, slice(start, stop), known, over)
            sides[outlet.id] = Side(outlet, days, over, known, published, recent)
    return sides


@dataclass(frozen=True, slots=True)
class Paces:
    """The paces of all outlets of one phase: of their items, or of their items with minutes."""

    sides: Mapping[str, Side]
    timed: bool  # only items with minutes count
    items: Mapping[str, int]  # of each outlet on observed days of the phase, on any subject
    sums: Mapping[str, Floats]  # (t,) of the same items, how many carry each topic
    everywhere: Floats  # (t,) share of each topic among the items of all
    daily: float  # items a day of an outlet on any subject, over all of them
    lengths: Length  # of the items of all

    @classmethod
    def of(cls, sides: Mapping[str, Side], topics: int, *, timed: bool = False) -> Paces:
        """Learns from all outlets what each is expected to do before it has shown it."""
        items, sums = {}, {}
        for name, side in sides.items():
            published = side.published
            rows = np.isin(published.days, np.array(sorted(side.proved), dtype=np.int64))
            rows &= (published.minutes > 0) | (not timed)
            items[name], sums[name] = int(rows.sum()), published.chances[rows].sum(axis=0)
        total = sum(sums.values(), np.zeros(topics))
        everywhere = (total + UNKNOWN_SHARE * SHARE_ITEMS) / (sum(items.values()) + SHARE_ITEMS)
        days, counted = (sum(side.recent[at] for side in sides.values()) for at in (0, 2 if timed else 1))
        minutes = np.concatenate([np.empty(0), *(side.published.minutes for side in sides.values())])
        daily = (counted + 0.5) / (days + 1)
        return cls(sides, timed, items, sums, everywhere, daily, _length(minutes[minutes > 0], UNKNOWN_LENGTH))

    def of_outlet(self, side: Side) -> list[Pace]:
        """Gives the pace of one outlet on every topic."""
        own = side.outlet
        others = [
            name
            for name, other in self.sides.items()
            if name != own.id and not set(own.groups).isdisjoint(other.outlet.groups)
        ]
        carried = sum((self.sums[name] for name in others), SHARE_ITEMS * self.everywhere)
        share = carried / (sum(self.items[name] for name in others) + SHARE_ITEMS)
        days, counted = side.recent[0], side.recent[2 if self.timed else 1]
        daily = (counted + self.daily) / (days + 1)  # all outlets' pace is worth a day
        shapes = PRIOR_DAYS * daily * share
        return [
            Pace(shape, PRIOR_DAYS).after(carried, side.seen)
            for shape, carried in zip(shapes.tolist(), self.sums[own.id].tolist(), strict=True)
        ]

    def length(self, side: Side) -> Length:
        """Gives the minutes of an item of one outlet, of all where it has published too few."""
        minutes = side.published.minutes
        return _length(minutes[minutes > 0], self.lengths)


def _length(minutes: Floats, otherwise: Length) -> Length:
    if len(minutes) < LEAST_TIMED:
        return otherwise
    mean, variance = float(minutes.mean()), float(minutes.var(ddof=1))
    return Length(mean, float(np.clip(mean**2 / max(variance, 1e-9), *SHAPES)))


def _recent(frame: Frame, rows: slice, proved: frozenset[int], over: int) -> tuple[int, int, int]:
    window = np.array(sorted(day for day in proved if day > over - PACE_DAYS), dtype=np.int64)
    on_window = np.isin(frame.days[rows], window)
    return len(window), int(on_window.sum()), int((on_window & (frame.minutes[rows] > 0)).sum())


def _published(frame: Frame, rows: slice) -> Published:
    said = frame.said[rows]
    confirmed, unread = said == 1, said == UNREAD
    days = frame.days[rows].astype(np.int64)
    own = np.where(frame.channels[rows] == WEBSITE, -1, np.arange(len(days)))  # a second airing is a second item
    keys = np.stack([days, frame.clusters[rows].astype(np.int64), own])
    order = np.lexsort(keys[::-1])
    changes = (keys[:, order][:, 1:] != keys[:, order][:, :-1]).any(axis=0)
    starts = np.flatnonzero(np.concatenate([np.ones(min(len(days), 1), dtype=np.bool_), changes]))

    def greatest(values: NDArray[Value]) -> NDArray[Value]:
        return np.maximum.reduceat(values[order], starts, axis=0) if len(starts) else values

    return Published(
        days=days[order][starts],
        minutes=greatest(frame.minutes[rows].astype(np.float64)),
        chances=greatest(np.where(unread, frame.scores[rows].astype(np.float64), confirmed)),
        confirmed=greatest(confirmed),
        found=greatest(confirmed | (frame.machine[rows] & unread)),
    )
