"""Marks: of what a piece of work was last done, under the name of the work."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from pipeline.store.schema import marks
from pipeline.store.upsert import upsert


def get(connection: Connection, name: str) -> str | None:
    """Gives a mark; None where there is none."""
    found: str | None = connection.scalar(select(marks.c.value).where(marks.c.name == name))
    return found


def beginning(connection: Connection, name: str) -> dict[str, str]:
    """Gives the marks whose names begin so, by their names."""
    mark = marks.c
    found = connection.execute(select(mark.name, mark.value).where(mark.name.startswith(name, autoescape=True)))
    return {row.name: row.value for row in found}


def put(connection: Connection, name: str, value: str) -> None:
    """Sets a mark."""
    upsert(connection, marks, [{"name": name, "value": value}])


def replace(connection: Connection, name: str, old: str, new: str) -> bool:
    """Sets a mark that is still `old`, and tells whether it was; who asks meanwhile waits for this transaction's end.

    Two that read the mark before PostgreSQL let either write would otherwise both find it as it was.
    """
    mark = marks.c
    done = connection.execute(update(marks).where(mark.name == name, mark.value == old).values(value=new))
    return done.rowcount == 1
