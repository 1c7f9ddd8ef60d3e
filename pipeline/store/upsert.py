"""Insert-or-update in the words of both engines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]
Item = TypeVar("Item")

IN_LIST = 500  # values in one IN (…); SQLite of 2020 allows 999 parameters


def upsert(connection: Connection, table: Table, rows: Sequence[Row], *, keep: Collection[str] = ()) -> None:
    """Inserts rows, or updates those whose primary key is there; columns in `keep` are set on insert only."""
    if not rows:
        return
    statement = _upsert(connection.dialect.name, table, tuple(rows[0]), frozenset(keep))
    connection.execute(statement, list(rows))


def upsert_ready(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Does what `upsert` does with values that the driver takes as they are, JSON as text, in a third of the time."""
    if not rows:
        return
    compiled = _compiled(connection.dialect, table, tuple(rows[0]))
    values = [tuple(map(row.__getitem__, compiled.positiontup)) for row in rows] if compiled.positional else rows
    connection.exec_driver_sql(compiled.string, values)


def insert_missing(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts rows; those whose primary or unique key is there already stay as they are."""
    if rows:
        connection.execute(_insert(connection.dialect.name)(table).on_conflict_do_nothing(), list(rows))


def batches(items: Iterable[Item], size: int = IN_LIST) -> Iterator[list[Item]]:
    """Cuts a sequence into lists of at most `size`."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


@lru_cache(maxsize=128)  # building a statement costs more than running it; there are some twenty
def _upsert(dialect: str, table: Table, names: tuple[str, ...], keep: frozenset[str]) -> Any:
    keys = [column.name for column in table.primary_key]
    insert = _insert(dialect)(table)
    changing = {name: insert.excluded[name] for name in names if name not in keys and name not in keep}
    return insert.on_conflict_do_update(index_elements=keys, set_=changing)


@lru_cache(maxsize=8)
def _compiled(dialect: Dialect, table: Table, names: tuple[str, ...]) -> Any:
    return _upsert(dialect.name, table, names, frozenset()).compile(dialect=dialect, column_keys=names)


def _insert(dialect: str) -> Any:
    return sqlite.insert if dialect == "sqlite" else postgresql.insert
