"""Marks: of what a piece of work was last done, under the name of the work."""

from __future__ import annotations

from sqlalchemy import Connection, select

from pipeline.store.schema import marks
from pipeline.store.upsert import upsert


def get(connection: Connection, name: str) -> str | None:
    """Gives a mark; None where there is none."""
    found: str | None = connection.scalar(select(marks.c.value).where(marks.c.name == name))
    return found


def put(connection: Connection, name: str, value: str) -> None:
    """Sets a mark."""
    upsert(connection, marks, [{"name": name, "value": value}])
