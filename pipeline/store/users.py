"""Who may use the web page, and the tokens of their programs. Users are never deleted: labels carry their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, insert, select, update

from pipeline.readings import Role, User
from pipeline.store.schema import api_tokens, label_events, users


@dataclass(frozen=True, slots=True)
class Token:
    """One token of one user's programs; the token itself is nowhere, only its hash."""

    id: str  # SHA-256 of the token
    user: str
    label: str
    created: datetime  # UTC
    used: datetime | None = None
    revoked: datetime | None = None


def find(connection: Connection, name: str) -> User | None:
    """Gives a user, removed or not; None where nobody had the name."""
    row = connection.execute(select(users).where(users.c.name == name)).one_or_none()
    return None if row is None else as_user(row)


def listing(connection: Connection) -> list[User]:
    """Gives all users, removed ones too, by name."""
    return [as_user(row) for row in connection.execute(select(users).order_by(users.c.name))]


def password_hash(connection: Connection, name: str) -> str | None:
    """Gives the hash that a password is checked against; None for one who cannot log in."""
    query = select(users.c.password).where(users.c.name == name, users.c.removed.is_(None))
    return connection.scalar(query)


def add(connection: Connection, user: User, password: str | None) -> None:
    """Adds a user with the hash of a password; one who was removed is there again, with the new role and password."""
    values = {"role": user.role, "password": password, "created": user.created, "removed": None}
    if find(connection, user.name) is None:
        connection.execute(insert(users).values(name=user.name, **values))
    else:
        _change(connection, user.name, **values)


def set_role(connection: Connection, name: str, role: Role) -> None:
    """Gives a user another role."""
    _change(connection, name, role=role)


def set_password(connection: Connection, name: str, password: str) -> None:
    """Gives a user another password, by its hash."""
    _change(connection, name, password=password)


def remove(connection: Connection, name: str, at: datetime) -> None:
    """Takes a user's password and tokens; what the user has said stays."""
    _change(connection, name, password=None, removed=at)
    revoke(connection, name, at)


def has_spoken(connection: Connection, name: str) -> bool:
    """Tells whether labels carry the name."""
    return bool(connection.scalar(select(exists().where(label_events.c.reviewer == name))))


def add_token(connection: Connection, token: Token) -> None:
    """Adds a token by its hash."""
    values = {"id": token.id, "user": token.user, "label": token.label, "created": token.created}
    connection.execute(insert(api_tokens).values(**values))


def tokens(connection: Connection, name: str | None = None) -> list[Token]:
    """Gives a user's tokens, or everybody's, the oldest first; revoked ones too."""
    query = select(api_tokens).order_by(api_tokens.c.created, api_tokens.c.id)
    if name is not None:
        query = query.where(api_tokens.c.user == name)
    columns = (row._mapping for row in connection.execute(query))  # noqa: SLF001 - SQLAlchemy's public name for it
    return [Token(**row) for row in columns]


def revoke(connection: Connection, name: str, at: datetime, labels: Sequence[str] | None = None) -> int:
    """Ends a user's tokens of these labels, or all; gives how many ended."""
    change = update(api_tokens).where(api_tokens.c.user == name, api_tokens.c.revoked.is_(None)).values(revoked=at)
    if labels is not None:
        change = change.where(api_tokens.c.label.in_(labels))
    return connection.execute(change).rowcount


def token_owner(connection: Connection, token: str) -> tuple[User, Token] | None:
    """Gives whose token has this hash; None where it is unknown or revoked, or its user was removed."""
    query = (
        select(users, *(column.label(f"token_{column.name}") for column in api_tokens.c))
        .join(users, users.c.name == api_tokens.c.user)
        .where(api_tokens.c.id == token, api_tokens.c.revoked.is_(None), users.c.removed.is_(None))
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    found = Token(row.token_id, row.token_user, row.token_label, row.token_created, row.token_used, row.token_revoked)
    return as_user(row), found


def note_use(connection: Connection, token: str, at: datetime) -> None:
    """Notes when a token was last used."""
    connection.execute(update(api_tokens).where(api_tokens.c.id == token).values(used=at))


def as_user(row: Any) -> User:
    """Reads a row of `users`."""
    return User(row.name, row.role, row.created, row.removed)


def _change(connection: Connection, name: str, **values: object) -> None:
    connection.execute(update(users).where(users.c.name == name).values(**values))
