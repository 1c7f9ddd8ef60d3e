"""Names and passwords of users: what is taken, and how a password is kept."""

from __future__ import annotations

import threading
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pipeline.errors import InputError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

NAME_CHARS: Final = 64  # of a name, at most
LEAST_PASSWORD: Final = 10  # characters; what a leaked hash must resist, and what an office will bear
MOST_PASSWORD: Final = 1_024  # characters; longer ones are only work for the hash

# argon2id takes 64 MiB each time: two at a time, so that a storm of logins cannot take the memory of the machine.
_HASHING = threading.BoundedSemaphore(2)


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
