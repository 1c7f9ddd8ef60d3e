"""Login: from a name and a password to a session, and from a session or a token to the user behind it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.passwords import clean_name, password_fits
from pipeline.readings import User
from pipeline.store import Store, sessions, users
from pipeline.store.identity import digest
from pipeline.store.sessions import Session

WINDOW: Final = timedelta(minutes=15)  # within which failures count
NAME_FAILURES: Final = 10  # of one name: some 1,000 guesses a day, hopeless against ten characters
ADDRESS_FAILURES: Final = 30  # of one address: an office behind one router has several people who mistype
SEEN_EVERY: Final = timedelta(minutes=1)  # between two notes that a session or token is in use: reading stays reading


@dataclass(frozen=True, slots=True)
class TryLater:
    """Too many logins failed; when the next may be tried."""

    at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session that has begun, and the token for its cookie."""

    session: Session
    token: str


def log_in(
    config: Config,
    store: Store,
    name: str,
    password: str,
    address: str,
    token: Callable[[], str],
    at: datetime,
) -> LoggedIn | TryLater | None:
    """Begins a session; None where name and password do not fit, without telling which of them.

    The token is new with every login, so that nobody can have planted it.
    """
    name = _known_form(name)
    named, addressed = digest("name", name), digest("address", address)
    with store.begin() as connection:
        limits = ((named, NAME_FAILURES), (addressed, ADDRESS_FAILURES))
        oldest = sessions.attempt(connection, limits, at, at - WINDOW)
    if oldest is not None:
        return TryLater(oldest + WINDOW)
    with store.read() as connection:
        hashed = users.password_hash(connection, name)
    if not password_fits(hashed, password):
        return None
    with store.begin() as connection:
        user = users.find(connection, name)
        if user is None or users.password_hash(connection, name) != hashed:  # removed or changed while we compared
            return None
        sessions.forgive(connection, named, [addressed], at)
        sessions.end_old(connection, at, at - _idle(config))
        made = token()
        expires = at + timedelta(hours=config.web.session_hours)
        session = Session(digest(made), user, token(), at, at, expires)
        sessions.start(connection, session)
    return LoggedIn(session, made)


def session_of(config: Config, store: Store, token: str, at: datetime) -> Session | None:
    """Gives the session of a cookie's token with its user as the user is now; None where it has ended."""
    with store.read() as connection:
        session = sessions.find(connection, digest(token))
    if session is None or at >= session.expires or at - session.seen > _idle(config):
        return None
    if at - session.seen >= SEEN_EVERY:
        with store.begin() as connection:
            sessions.touch(connection, session.id, at)
    return session


def log_out(store: Store, token: str) -> None:
    """Ends the session of a cookie's token."""
    with store.begin() as connection:
        sessions.end(connection, digest(token))


def password_fits_user(store: Store, name: str, password: str, at: datetime) -> bool:
    """Tells whether a password is a user's own; as with a login, only so many may be tried."""
    named = digest("name", name)
    with store.begin() as connection:
        if sessions.attempt(connection, [(named, NAME_FAILURES)], at, at - WINDOW) is not None:
            return False
        hashed = users.password_hash(connection, name)
    if not password_fits(hashed, password):
        return False
    with store.begin() as connection:
        sessions.forgive(connection, named, [], at)
    return True


def user_of_token(store: Store, token: str, at: datetime) -> User | None:
    """Gives whose program holds a token; None where it is unknown or revoked."""
    with store.read() as connection:
        found = users.token_owner(connection, digest(token))
    if found is None:
        return None
    user, known = found
    if known.used is None or at - known.used >= SEEN_EVERY:
        with store.begin() as connection:
            users.note_use(connection, known.id, at)
    return user


def _idle(config: Config) -> timedelta:
    return timedelta(minutes=config.web.idle_minutes)


def _known_form(name: str) -> str:
    """Gives a name as users are stored; what can be no name stays a text that fits nobody."""
    try:
        return clean_name(name)
    except InputError:
        return unicodedata.normalize("NFC", name)[:200]
