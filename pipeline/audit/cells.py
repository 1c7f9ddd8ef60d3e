"""What each outlet published in each phase on each topic: counts and the lists that they count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.audit.slices import Slice
from pipeline.audits import Cell, ChannelCount
from pipeline.frames import CHANNELS, Bools, Frame, Halves, Ints

WEBSITE: Final = CHANNELS.index("website")
VERIFIED, MACHINE, OPEN, DENIED = range(4)  # how an article stands to a topic

Places = NDArray[np.intp]
Standing = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Copies:
    """Articles of a slice whose text stands on several pages of the website on one day."""

    rows: Places
    groups: Places  # the number of their text
    minutes: Halves


def cells(frame: Frame, cuts: Iterable[Slice], topics: Sequence[str], names: Sequence[str]) -> tuple[Cell, ...]:
    """Counts every phase x topic x outlet, verified and machine counts kept apart, in the order of the campaign."""
    ordered: dict[tuple[str, str, str], Cell] = {}
    cuts = tuple(cuts)
    copies = [copies_of(frame, cut) for cut in cuts]
    for column, topic in enumerate(topics):
        stands = standing(frame, column)
        for cut, double in zip(cuts, copies, strict=True):
            own = stands[cut.rows]
            ordered[cut.phase.id, topic, cut.outlet.id] = _cell(frame, cut, own, topic, double, names)
    phases = tuple(dict.fromkeys(cut.phase.id for cut in cuts))
    outlets = tuple(dict.fromkeys(cut.outlet.id for cut in cuts))
    return tuple(ordered[phase, topic, outlet] for phase in phases for topic in topics for outlet in outlets)


def standing(frame: Frame, column: int) -> Standing:
    """Tells of each article, (n,), whether a reviewer confirmed the topic, or denied it, or the machine alone finds it, or none."""
    said = frame.said[:, column]
    stands = np.where(frame.machine[:, column], np.int8(MACHINE), np.int8(OPEN))
    stands[said == 1] = VERIFIED
    stands[said == 0] = DENIED
    return stands


def copies_of(frame: Frame, cut: Slice) -> Copies:
    """Finds the texts that the website carries on several pages of one day, as portals list one item twice."""
    pages = np.flatnonzero(frame.channels[cut.rows] == WEBSITE)
    days, texts = (each[cut.rows][pages].astype(np.int64) for each in (frame.days, frame.clusters))
    _, group, count = np.unique(days << 32 | texts & 0xFFFFFFFF, return_inverse=True, return_counts=True)
    several = count[group] > 1
    rows = pages[several]
    return Copies(rows, group[several], frame.minutes[cut.rows][rows])


def counted(stands: Standing, copies: Copies) -> Bools:
    """Tells which articles count, (n,): of a text's pages of one day one does, a confirmed one before the machine's.

    Of pages that stand alike the longest does: what further readings confirm never takes minutes away. Broadcasts are kept: a
    second airing is a second item.
    """
    counts: Bools = np.not_equal(stands, DENIED)
    own = counts[copies.rows]
    rows, groups = copies.rows[own], copies.groups[own]
    order = np.lexsort((rows, -copies.minutes[own], stands[rows], groups))
    again = np.ones(len(order), dtype=np.bool_)
    again[:1] = False
    again[1:] = groups[order][1:] == groups[order][:-1]
    counts[rows[order[again]]] = False
    return counts


def longest_run(days: Ints) -> int:
    """Gives the most days in a row among ordinals in ascending order."""
    if not len(days):
        return 0
    ends = np.flatnonzero(days[1:] - days[:-1] != 1)
    edges = np.empty(len(ends) + 2, dtype=np.intp)
    edges[0], edges[1:-1], edges[-1] = -1, ends, len(days) - 1
    return int((edges[1:] - edges[:-1]).max())


def longest_silence(days: Ints, spoken: Ints) -> int:
    """Gives the most days in a row of `days` (ascending) without an item; a day missing from `days` breaks the run."""
    return longest_run(_silent(days, spoken))


def _silent(days: Ints, spoken: Ints) -> Ints:
    """Gives the days, ascending, on which nothing was said."""
    if not len(days):
        return days
    said = np.zeros(int(days[-1] - days[0]) + 1, dtype=np.bool_)
    said[spoken[(spoken >= days[0]) & (spoken <= days[-1])] - days[0]] = True
    silent: Ints = days[~said[days - days[0]]]
    return silent


def _longest_of(silent: Ints) -> tuple[int, date | None]:
    """Gives how many of some days, ascending, follow each other at most, and the first of these; the earliest of equals."""
    if not len(silent):
        return 0, None
    starts = np.concatenate(([0], np.flatnonzero(silent[1:] - silent[:-1] != 1) + 1))
    lengths = np.diff(starts, append=len(silent))
    longest = lengths.argmax()
    return int(lengths[longest]), date.fromordinal(int(silent[starts[longest]]))


def _cell(frame: Frame, cut: Slice, stands: Standing, topic: str, copies: Copies, names: Sequence[str]) -> Cell:
    counts = counted(stands, copies)
    verified, machine = (cut.first + np.flatnonzero(counts & (stands == kind)) for kind in (VERIFIED, MACHINE))
    found = np.concatenate([verified, machine])
    days = frame.days[found]
    front = frame.front[found]
    silence, silent_from = _longest_of(_silent(cut.seen, days))
    return Cell(
        phase=cut.phase.id,
        topic=topic,
        outlet=cut.outlet.id,
        verified_ids=tuple(map(names.__getitem__, verified.tolist())),
        machine_ids=tuple(map(names.__getitem__, machine.tolist())),
        unread=int(np.count_nonzero(counts & (stands == OPEN))),
        clusters=len(np.unique(frame.clusters[found])),
        verified_minutes=minutes_of(frame, verified),
        machine_minutes=minutes_of(frame, machine),
        first_day=date.fromordinal(int(days.min())) if len(days) else None,
        last_day=date.fromordinal(int(days.max())) if len(days) else None,
        longest_silence_days=silence,
        reprints=int(np.count_nonzero(~frame.origins[found])),
        verified_words=int(frame.words[verified].sum()),
        machine_words=int(frame.words[machine].sum()),
        front=int(np.count_nonzero(front == 1)),
        front_known=int(np.count_nonzero(front >= 0)),
        channels=_channels(frame, verified, machine),
        silence_from=silent_from,
    )


def minutes_of(frame: Frame, rows: Places) -> float:
    """Sums minutes to a thousandth: more digits than a duration of whole seconds has, and fewer than a float32."""
    return round(float(frame.minutes[rows].sum(dtype=np.float64)), 3)


def _channels(frame: Frame, verified: Places, machine: Places) -> tuple[ChannelCount, ...]:
    found = np.concatenate([verified, machine])
    own, theirs = (np.bincount(frame.channels[rows], minlength=len(CHANNELS)) for rows in (verified, machine))
    return tuple(
        ChannelCount(
            channel=name,
            verified=int(own[number]),
            machine=int(theirs[number]),
            minutes=minutes_of(frame, found[frame.channels[found] == number]),
        )
        for name, number in sorted((name, number) for number, name in enumerate(CHANNELS))
        if own[number] + theirs[number]
    )
