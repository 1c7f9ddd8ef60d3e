"""Who is logged in, and how often a login failed of late. Tokens and names stand here as hashes only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, text, update

from pipeline.readings import User
from pipeline.store.schema import login_failures, sessions, users
from pipeline.store.users import as_user

_WITH_USER = (  # built once: to build a statement costs more than to run it, and every request runs this one
    select(users, *(column.label(f"session_{column.name}") for column in sessions.c))
    .join(users, users.c.name == sessions.c.user)
    .where(sessions.c.id == bindparam("session"), users.c.removed.is_(None))
)


@dataclass(frozen=True, slots=True)
class Session:
    """One browser of one user, from login to logout."""

    id: str  # SHA-256 of the token in the cookie
    user: User
    csrf: str  # what every form of this session carries
    created: datetime  # UTC
    seen: datetime  # UTC, to the minute or so
    expires: datetime  # UTC


def start(connection: Connection, session: Session) -> None:
    """Begins a session."""
    values = {"id": session.id, "user": session.user.name, "csrf": session.csrf, "created": session.created}
    connection.execute(insert(sessions).values(**values, seen=session.seen, expires=session.expires))


def find(connection: Connection, identity: str) -> Session | None:
    """Gives a session with its user as the user is now; None where there is none, or the user was removed."""
    row = connection.execute(_WITH_USER, {"session": identity}).one_or_none()
    if row is None:
        return None
    times = (row.session_created, row.session_seen, row.session_expires)
    return Session(row.session_id, as_user(row), row.session_csrf, *times)


def touch(connection: Connection, identity: str, at: datetime) -> None:
    """Notes that a session is in use."""
    connection.execute(update(sessions).where(sessions.c.id == identity).values(seen=at))


def end(connection: Connection, identity: str) -> None:
    """Ends one session."""
    connection.execute(delete(sessions).where(sessions.c.id == identity))


def end_all(connection: Connection, user: str, but: str | None = None) -> None:
    """Ends all sessions of a user, but one where it is named."""
    connection.execute(delete(sessions).where(sessions.c.user == user, sessions.c.id != (but or "")))


def end_old(connection: Connection, at: datetime, idle_since: datetime) -> None:
    """Drops the sessions that have expired, or that nobody used since."""
    connection.execute(delete(sessions).where(or_(sessions.c.expires <= at, sessions.c.seen < idle_since)))


def attempt(
    connection: Connection, limits: Sequence[tuple[str, int]], at: datetime, since: datetime
) -> datetime | None:
    """Counts an attempt to log in as failed until `forgive` takes it back, so that attempts at once cannot slip through.

    Args:
        connection: of a write transaction.
        limits: hash of a name or address -> attempts that may fail since `since`.
        at: now.
        since: older failures are forgotten.

    Returns:
        None where the attempt may go on; otherwise the time of the failure that must be forgotten first.
    """
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        connection.execute(text("LOCK TABLE login_failures IN EXCLUSIVE MODE"))
    connection.execute(delete(login_failures).where(login_failures.c.at <= since))
    waiting = [
        found for subject, allowed in limits if (found := _oldest_that_counts(connection, subject, allowed)) is not None
    ]
    if waiting:
        return max(waiting)
    connection.execute(insert(login_failures), [{"subject": subject, "at": at} for subject, _ in limits])
    return None


def forgive(connection: Connection, name: str, others: Sequence[str], at: datetime) -> None:
    """Forgets a name's failures after a login, and of the other subjects the attempt of this time."""
    failures = login_failures.c
    connection.execute(delete(login_failures).where(failures.subject == name))
    for subject in others:
        own = select(func.max(failures.id)).where(failures.subject == subject, failures.at == at).scalar_subquery()
        connection.execute(delete(login_failures).where(failures.id == own))


def _oldest_that_counts(connection: Connection, subject: str, allowed: int) -> datetime | None:
    """Gives the failure whose age decides: the one that is `allowed` failures back."""
    query = select(login_failures.c.at).where(login_failures.c.subject == subject)
    return connection.scalar(query.order_by(login_failures.c.at.desc()).offset(allowed - 1).limit(1))
