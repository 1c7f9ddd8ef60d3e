"""Users: who may use the web page, in which role, with which password, and the tokens of their programs."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pipeline.errors import InputError
from pipeline.readings import Role, User
from pipeline.store import Connection, Store, sessions, users
from pipeline.store.identity import digest

if TYPE_CHECKING:
    from argon2 import PasswordHasher

NAME_CHARS: Final = 64  # of a name, at most
LEAST_PASSWORD: Final = 10  # characters; what a leaked hash must resist, and what an office will bear
MOST_PASSWORD: Final = 1_024  # characters; longer ones are only work for the hash
LABEL_CHARS: Final = 100  # of the label of a token, at most

# argon2id takes 64 MiB each time: two at a time, so that a storm of logins cannot take the memory of the machine.
_HASHING = threading.BoundedSemaphore(2)


class NameCarriedError(InputError):
    """The name was a user's once, or labels carry it: only the same person may have it again."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One user and the labels of the tokens that are in use."""

    user: User
    tokens: tuple[str, ...]


def clean_name(raw: str) -> str:
    """Gives a name as it is stored: NFC, no space around it, one inside.

    Raises:
        InputError: nothing is left, it is too long, or it holds characters that cannot be seen.
    """
    name = " ".join(part for part in unicodedata.normalize("NFC", raw).strip().split(" ") if part)
    hidden = any(unicodedata.category(sign)[0] == "C" or unicodedata.category(sign) in {"Zl", "Zp"} for sign in name)
    if not 1 <= len(name) <= NAME_CHARS or hidden:
        raise InputError(
            f"user name: expected 1 to {NAME_CHARS} visible characters, got {raw[:80]!r}",
            f"tên người dùng: cần 1 đến {NAME_CHARS} ký tự nhìn thấy được, nhận được {raw[:80]!r}",
        )
    return name


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


def change_password(store: Store, name: str, password: str, *, keep: str | None = None) -> None:
    """Gives a user another password and ends the user's sessions, but `keep`, by its hash.

    Raises:
        InputError: there is no such user, or the password will not do.
    """
    hashed = hash_password(password)
    with store.begin() as connection:
        user = _present(connection, name)
        users.set_password(connection, user.name, hashed)
        sessions.end_all(connection, user.name, keep)


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
            f"nhãn của mã truy cập: cần 1 đến {LABEL_CHARS} ký tự nhìn thấy được",
        )
    made = token()
    with store.begin() as connection:
        user = _present(connection, name)
        if any(each.label == label and each.revoked is None for each in users.tokens(connection, user.name)):
            raise InputError(
                f'token "{label}" of "{user.name}" exists already; revoke it or choose another label',
                f'mã truy cập "{label}" của "{user.name}" đã có; hãy thu hồi hoặc đặt nhãn khác',
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


def hash_password(password: str) -> str:
    """Gives the argon2id hash of a password.

    Raises:
        InputError: the password is too short or too long, or the extra `web` is not installed.
    """
    normal = unicodedata.normalize("NFC", password)  # keyboards differ in how they send an accented letter
    if not LEAST_PASSWORD <= len(normal) <= MOST_PASSWORD:
        raise InputError(
            f"password: expected {LEAST_PASSWORD} to {MOST_PASSWORD} characters, got {len(normal)}",
            f"mật khẩu: cần {LEAST_PASSWORD} đến {MOST_PASSWORD} ký tự, nhận được {len(normal)}",
        )
    with _HASHING:
        return _hasher().hash(normal)


def password_fits(hashed: str | None, password: str) -> bool:
    """Tells whether a password is the one of a hash; takes as long where there is no hash to compare with."""
    from argon2.exceptions import Argon2Error, InvalidHashError  # noqa: PLC0415 - an extra

    normal = unicodedata.normalize("NFC", password[: MOST_PASSWORD + 1])
    with _HASHING:
        try:
            return _hasher().verify(hashed or _nobodys_hash(), normal) and hashed is not None
        except (Argon2Error, InvalidHashError):
            return False


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise InputError(
            "users and the web page need the extra `web`: pip install 'rasoat[web]'",
            "người dùng và trang web cần phần bổ sung `web`: pip install 'rasoat[web]'",
        ) from error
    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher().hash("không của ai cả")


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
            f'user "{other.name}" exists already; choose another name than "{name}"',
            f'đã có người dùng "{other.name}"; hãy chọn tên khác "{name}"',
        )
    if not again and (users.find(connection, name) or users.has_spoken(connection, name)):
        raise NameCarriedError(
            f'"{name}" was a user or has labels in the store; if it is the same person, add --again, else choose another',
            f'tên "{name}" đã từng dùng hoặc đã có nhãn trong kho; nếu là cùng một người, thêm --again, '
            "nếu không, hãy chọn tên khác",
        )
