"""Column types that behave the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, LargeBinary, String, Text, TypeDecorator

from crawlers.reason import Reason

ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":")
)  # made once: a million documents a night
UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # NUL (PostgreSQL refuses it) and lone surrogates (not UTF-8)


class Dumped(str):
    """The JSON text of a value, made already: what a JSON column is given to store it as it is."""

    __slots__ = ()


def storable(text: str) -> str:
    """Replaces what no database can hold as text by U+FFFD, so that a damaged page cannot stop a night."""
    if text.isascii() and "\0" not in text:
        return text
    return UNSTORABLE.sub("\ufffd", text)


def dump_json(value: object) -> str:
    """Gives the one JSON text of a value: keys sorted, no spaces, letters as they are."""
    if isinstance(value, Dumped):
        return value
    return storable(ENCODER.encode(value))


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in, stored in UTC, aware in UTC out. A naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turns an aware time into what the engine stores."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()}: a time without zone (naive); give an aware one")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Gives the stored instant back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """Text of strangers: see `storable`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Makes a text storable."""
        return None if value is None else storable(value)


class ReasonDocument(TypeDecorator[Reason]):
    """A reason as JSON, code and values; None is SQL NULL."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Reason | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Turns a reason into its document."""
        return None if value is None else value.as_json()

    def process_result_value(self, value: Any, dialect: Dialect) -> Reason | None:  # noqa: ARG002
        """Gives the reason back."""
        return None if value is None else Reason.from_json(value)


def key() -> Any:
    """Gives the type of ids and hashes; compared byte by byte, so that both engines order and range over them alike."""
    return String().with_variant(String(collation="C"), "postgresql")


def serial() -> Any:
    """Gives the type of a counted primary key."""
    return BigInteger().with_variant(Integer(), "sqlite")


def document() -> Any:
    """Gives the type of a JSON column; None is SQL NULL."""
    return JSON(none_as_null=True)


def binary() -> Any:
    """Gives the type of compressed bytes."""
    return LargeBinary()
