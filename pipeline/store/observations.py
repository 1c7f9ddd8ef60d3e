"""Collection proof: which days of which source were really seen, and from that, which days of an outlet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, func, not_, or_, select

from crawlers.article import Observation
from crawlers.reason import because
from pipeline.records import DayProof
from pipeline.store.schema import observations, outlets, sources
from pipeline.store.upsert import upsert

NOT_LOOKED: Final = because("not_looked")  # the reason where no night ever looked at the day
NOT_OVER: Final = because("not_over")  # where it is a day that no night can have seen whole


def save(connection: Connection, seen: Sequence[Observation], night: date) -> None:
    """Stores what one night saw; a later word of the same night on the same source-day replaces the earlier."""
    upsert(connection, observations, [_row(observation, night) for observation in seen])


def day_proofs(connection: Connection, first: date, last: date, until: date = date.max) -> list[DayProof]:
    """Gives one proof for each active outlet and day, ordered by outlet and day; both ends included; by nights up to `until`.

    An outlet-day is proved when each active source of the outlet was proved for that day on some night. Otherwise the
    reason is the newest that any unproved source gave; NOT_LOOKED where none was ever looked at.
    """
    members = _sources_by_outlet(connection)
    best = looks(connection, first, last, until)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [_proof(outlet, day, names, best) for outlet, names in members.items() for day in days]


def last_look(connection: Connection) -> date | None:
    """Gives the newest night that looked at any day; None where there is none."""
    night: date | None = connection.scalar(select(func.max(observations.c.night)))
    return night


def proved_days(connection: Connection, before: date) -> dict[str, set[date]]:
    """Gives the days of each source that some night earlier than `before` proved: source id -> days."""
    query = select(observations.c.source_id, observations.c.day).where(
        observations.c.proved, _over(), observations.c.night < before
    )
    days: dict[str, set[date]] = {}
    for row in connection.execute(query.distinct()):
        days.setdefault(row.source_id, set()).add(row.day)
    return days


def _sources_by_outlet(connection: Connection) -> dict[str, list[str]]:
    active = (sources.c.outlet_id == outlets.c.id) & sources.c.active
    query = select(outlets.c.id, sources.c.id.label("source")).outerjoin(sources, active).where(outlets.c.active)
    members: dict[str, list[str]] = {}
    for row in connection.execute(query.order_by(outlets.c.id, sources.c.id)):
        members.setdefault(row.id, []).extend([row.source] if row.source is not None else [])
    return members


def looks(connection: Connection, first: date, last: date, until: date = date.max) -> Mapping[tuple[str, date], Any]:
    """Gives, of every source-day, a night up to `until` that proved it, else the newest such night that looked.

    A night that claims to have proved a day before it was over did not look at it: items could still come.
    """
    table = observations.c
    order = func.row_number().over(
        partition_by=(table.source_id, table.day), order_by=(table.proved.desc(), table.night.desc())
    )
    ranked = (
        select(
            table.source_id,
            table.day,
            table.night,
            table.proved,
            table.reason,
            table.evidence_url,
            order.label("place"),
        )
        .where(table.day.between(first, last), table.night <= until, or_(not_(table.proved), _over()))
        .subquery()
    )
    rows = connection.execute(select(ranked).where(ranked.c.place == 1))
    return {(row.source_id, row.day): row for row in rows}


def _over() -> Any:
    """Gives the condition that a day was over when it was observed."""
    return observations.c.night > observations.c.day


def _proof(outlet: str, day: date, names: Sequence[str], best: Mapping[tuple[str, date], Any]) -> DayProof:
    looks = [best.get((name, day)) for name in names]
    if looks and all(look is not None and look.proved for look in looks):
        return DayProof(outlet, day, proved=True)
    unproved = [look for look in looks if look is not None and not look.proved]
    newest = max(unproved, key=lambda look: (look.night, look.source_id), default=None)
    return DayProof(outlet, day, proved=False, reason=(newest.reason if newest else None) or NOT_LOOKED)


def _row(observation: Observation, night: date) -> dict[str, object]:
    return {
        "source_id": observation.source_id,
        "day": observation.day,
        "night": night,
        "proved": observation.proved,
        "route": observation.route,
        "evidence_url": observation.evidence_url,
        "reason": observation.reason,
    }
