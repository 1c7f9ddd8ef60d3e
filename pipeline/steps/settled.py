"""Settled: readings that a plan asked for are given up once their verdicts no longer need them.

The queue of a plan keeps which requirements each of its articles serves. Whoever reads is passed over articles whose
requirements confirmed items meet already, and an audit closes those whose verdicts it has reached by any way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

import numpy as np

from pipeline.audit.cells import longest_silence
from pipeline.audit.slices import phase_days
from pipeline.audits import AuditResult
from pipeline.config import Config
from pipeline.readings import Draw, Queue
from pipeline.records import Duty
from pipeline.store import Connection, Store, queues
from pipeline.store.confirmed import Confirmed, confirmed

SERVES: Final = "serves"  # in a queue's design: article -> keys of requirements


def needless(config: Config, connection: Connection, queue: Queue) -> Callable[[Draw], bool]:
    """Gives what tells of a draw of a queue whether it need not be read: confirmed items meet all that it serves.

    Each requirement is looked up once, however many draws serve it; draws of other queues than a plan's are all needed.
    """
    serves: Mapping[str, Sequence[str]] = queue.design.get(SERVES, {})
    met: dict[str, bool] = {}

    def is_met(key: str) -> bool:
        if key not in met:
            met[key] = _is_met(config, connection, key)
        return met[key]

    return lambda draw: draw.article in serves and all(is_met(key) for key in serves[draw.article])


def close_settled(store: Store, result: AuditResult) -> int:
    """Serves draws of plans no longer whose verdicts are met or a gap by an audit, and gives how many these were.

    What was not observed as of the audit's day may be observed on another.
    """
    open_ = {verdict.key for verdict in result.verdicts if verdict.verdict in {"uncertain", "not_observed"}}
    shut = 0
    with store.begin() as connection:
        for state in queues.states(connection):
            serves = state.queue.design.get(SERVES)
            if state.queue.purpose != "settle" or not serves or not state.open:
                continue
            for draw in queues.draws(connection, state.queue.id):
                if draw.done < draw.wanted and not open_.intersection(serves.get(draw.article, ())):
                    queues.shut(connection, draw.queue, draw.position)
                    shut += 1
    return shut


def _is_met(config: Config, connection: Connection, key: str) -> bool:
    """Tells whether confirmed items meet a requirement; one that the campaign has no longer needs nothing."""
    phase_id, topic, outlet_id, unit = key.split("|")
    phase = next((phase for phase in config.phases if phase.id == phase_id), None)
    outlet = next((outlet for outlet in config.outlets if outlet.id == outlet_id), None)
    if phase is None or outlet is None or not (days := phase_days(phase, outlet)):
        return True
    owed = [
        duty
        for duty in config.duties
        if (duty.phase, duty.topic) == (phase_id, topic) and (duty.outlet == outlet_id or duty.group in outlet.groups)
    ]
    rows = _once(confirmed(connection, outlet_id, topic, days[0], days[-1]))
    numbers = np.array([day.toordinal() for day in days], dtype=np.int32)
    spoken = np.array([row.day.toordinal() for row in rows], dtype=np.int32)
    silence = longest_silence(numbers, spoken)
    return all(_enough(duty, unit, len(rows), sum(row.minutes for row in rows), silence) for duty in owed)


def _enough(duty: Duty, unit: str, items: int, minutes: float, silence: int) -> bool:
    if unit == "items":
        return duty.min_items is None or items >= duty.min_items
    if unit == "minutes":
        return duty.min_minutes is None or round(minutes, 3) >= duty.min_minutes
    return duty.max_gap_days is None or silence <= duty.max_gap_days


def _once(rows: Collection[Confirmed]) -> list[Confirmed]:
    """Leaves out what a website carries on a longer page of the same day, as the auditor counts."""
    longest: dict[tuple[object, ...], Confirmed] = {}
    for row in rows:
        own = (row.cluster, row.day) if row.channel == "website" else (row.article,)
        longest[own] = max(longest.get(own, row), row, key=lambda page: page.minutes)
    return list(longest.values())
