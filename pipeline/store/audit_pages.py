"""What pages ask of audits without reading one whole: which it is, how its verdicts stand, and what was read since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from pipeline.store.schema import audit_verdicts, audits, servings


def newest(connection: Connection, day: date | None = None) -> str | None:
    """Gives the id of the audit of a day, or of the latest; the one saved last where it has several, None where it has none."""
    query = select(audits.c.id).order_by(audits.c.as_of.desc(), audits.c.seq.desc()).limit(1)
    return connection.scalar(query if day is None else query.where(audits.c.as_of == day))


def day_of(connection: Connection, identity: str) -> date | None:
    """Gives the day of an audit; None where the store does not have it."""
    return connection.scalar(select(audits.c.as_of).where(audits.c.id == identity))


def tally(connection: Connection, identity: str) -> Mapping[str, int]:
    """Counts the requirements of one audit by their verdicts."""
    verdict = audit_verdicts.c.verdict
    query = select(verdict, func.count()).where(audit_verdicts.c.audit_id == identity).group_by(verdict)
    return {row[0]: row[1] for row in connection.execute(query.order_by(verdict))}


def read_since(connection: Connection, at: datetime) -> int:
    """Counts the readings that were ended with a word after an instant."""
    query = select(func.count()).where(servings.c.done > at, servings.c.outcome == "read")
    return connection.scalar(query) or 0
