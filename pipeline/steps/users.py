"""Users: who may use the web page, in which role, with which password, and the tokens of their programs."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeline.errors import InputError
from pipeline.passwords import clean_name, hash_password
from pipeline.readings import Role, User
from pipeline.store import Connection, Store, sessions, users
from pipeline.store.identity import digest

LABEL_CHARS: Final = 100  # of the label of a token, at most


class NameCarriedError(InputError):
    """The name was a user's once, or labels carry it: only the same person may have it again."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One user and the labels of the tokens that are in use."""

    user: User
    tokens: tuple[str, ...]


def add_user(store: Store, name: str, role: Role, password: str, at: datetime, *, again: bool = False) -> User:
    """Adds a user.

    Args:
        store: where.
        name: as typed; see `clean_name`.
        role: what the user may do.
        password: as typed.
        at: now.
        again: the same person as the one whose words in the store carry the name.

    Raises:
        InputError: the name or the password will not do, the name is taken, or labels carry it and `again` is not given.
    """
    user = User(clean_name(name), role, at)
    hashed = hash_password(password)
    with store.begin() as connection:
        _require_free(connection, user.name, again=again)
        users.add(connection, user, hashed)
    return user


def change_role(store: Store, name: str, role: Role) -> User:
    """Gives a user another role, from the next request on.

    Raises:
        InputError: there is no such user.
    """
    with store.begin() as connection:
        user = _present(connection, name)
        users.set_role(connection, user.name, role)
    return User(user.name, role, user.created)


def change_password(store: Store, name: str, password: str, at: datetime, *, keep: str | None = None) -> None:
    """Gives a user another password and ends the user's sessions, but `keep`, by its hash, and tokens: who had the old one is out.

    Raises:
        InputError: there is no such user, or the password will not do.
    """
    hashed = hash_password(password)
    with store.begin() as connection:
        user = _present(connection, name)
        users.set_password(connection, user.name, hashed)
        sessions.end_all(connection, user.name, keep)
        users.revoke(connection, user.name, at)


def remove_user(store: Store, name: str, at: datetime) -> None:
    """Ends a user's rights, sessions and tokens at once; labels keep the name.

    Raises:
        InputError: there is no such user.
    """
    with store.begin() as connection:
        user = _present(connection, name)
        users.remove(connection, user.name, at)
        sessions.end_all(connection, user.name)


def list_users(store: Store) -> tuple[Listed, ...]:
    """Gives all users by name, removed ones too."""
    with store.read() as connection:
        everyone, tokens = users.listing(connection), users.tokens(connection)
    return tuple(
        Listed(user, tuple(token.label for token in tokens if token.user == user.name and token.revoked is None))
        for user in everyone
    )


def add_token(store: Store, name: str, label: str, token: Callable[[], str], at: datetime) -> str:
    """Makes a token for a user's programs and gives it; it cannot be had again.

    Raises:
        InputError: there is no such user, or the label is empty, too long, or in use.
    """
    label = " ".join(unicodedata.normalize("NFC", label).split())
    if not 1 <= len(label) <= LABEL_CHARS or not label.isprintable():
        raise InputError(
            f"token label: expected 1 to {LABEL_CHARS} visible characters",
            f"tên gọi của mã truy cập: cần 1 đến {LABEL_CHARS} ký tự nhìn thấy được",
        )
    made = token()
    with store.begin() as connection:
        user = _present(connection, name)
        if any(each.label == label and each.revoked is None for each in users.tokens(connection, user.name)):
            raise InputError(
                f'token "{label}" of "{user.name}" exists already; revoke it or choose another label',
                f'mã truy cập "{label}" của "{user.name}" đã có; hãy thu hồi hoặc đặt tên khác',
            )
        users.add_token(connection, users.Token(digest(made), user.name, label, at))
    return made


def revoke_token(store: Store, name: str, label: str, at: datetime) -> None:
    """Ends a user's token.

    Raises:
        InputError: there is no such user, or no such token in use.
    """
    with store.begin() as connection:
        user = _present(connection, name)
        if users.revoke(connection, user.name, at, [" ".join(unicodedata.normalize("NFC", label).split())]) == 0:
            raise InputError(
                f'no token "{label}" of "{user.name}" is in use',
                f'"{user.name}" không có mã truy cập "{label}" nào đang dùng',
            )


def _present(connection: Connection, name: str) -> User:
    cleaned = clean_name(name)
    user = users.find(connection, cleaned)
    if user is None or user.removed is not None:
        raise InputError(
            f'no user "{cleaned}"; `rasoat user list` shows who there is',
            f'không có người dùng "{cleaned}"; xem danh sách bằng `rasoat user list`',
        )
    return user


def _require_free(connection: Connection, name: str, *, again: bool) -> None:
    """Refuses a name that is taken, one that looks like another's, and one that labels carry unless it is the same person."""
    for other in users.listing(connection):
        if other.name.casefold() != name.casefold() or (other.removed and other.name == name):
            continue
        raise InputError(
            f'user "{other.name}" exists already; choose another name',
            f'đã có người dùng "{other.name}"; hãy chọn tên khác',
        )
    if not again and (users.find(connection, name) or users.has_spoken(connection, name)):
        raise NameCarriedError(
            f'"{name}" was a user or has labels in the store; if it is the same person, add --again, else choose another',
            f'tên "{name}" đã từng dùng hoặc đã có nhãn trong kho; nếu là cùng một người, thêm --again, '
            "nếu không, hãy chọn tên khác",
        )
