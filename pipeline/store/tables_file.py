"""An audit as an SQLite file that never changes: for Datasette and for whoever asks in SQL. It is no store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date
from typing import Final

from pipeline.relations import Column, Form, Row, Table, Value

ENGINE: Final = sqlite3.sqlite_version  # another may give other bytes
APPLICATION: Final = 0x52534F54  # "RSOT": `file` and SQLite tell by it what this is
PAGE: Final = 4_096  # bytes; fixed, as another SQLite may choose another
TYPES: Final[dict[Form, str]] = {
    "number": "INTEGER",
    "flag": "INTEGER",
    "decimal": "REAL",
    "share": "REAL",
    "risk": "REAL",
}


def sqlite_file(tables: Sequence[Table]) -> bytes:
    """Gives the bytes of a database of all tables but the answers, which say base tables again; each refers to the others.

    The same tables and the same SQLite give the same bytes. Every name is quoted, every value is bound.
    """
    kept = [table for table in tables if table.kind != "answer"]
    keys = {table.id: table.key[0] for table in kept if len(table.key) == 1}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE}")
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("PRAGMA foreign_keys = OFF")  # tables stand in the order of readers, not of references
        connection.execute("BEGIN")
        for table in kept:
            connection.execute(_create(table, keys))
            connection.executemany(_insert(table), _rows(table))
            for names in _indexes(table):
                connection.execute(_index(table, names))
        _describe(connection, kept)
        connection.execute("COMMIT")
        return connection.serialize()


def _create(table: Table, keys: dict[str, str]) -> str:
    lines = [
        f"{_quoted(column.id)} {TYPES.get(column.form, 'TEXT')}{_integer_key(table, column)}"
        for column in table.columns
    ]
    if table.key and not _has_integer_key(table):
        lines.append(f"PRIMARY KEY ({', '.join(map(_quoted, table.key))})")
    lines += [
        f"FOREIGN KEY ({_quoted(column.id)}) REFERENCES {_quoted(column.refers)} ({_quoted(keys[column.refers])})"
        for column in table.columns
        if column.refers
    ]
    body = ",\n  ".join(lines)
    return f"CREATE TABLE {_quoted(table.id)} (\n  {body}\n)"


def _has_integer_key(table: Table) -> bool:
    return len(table.key) == 1 and any(c.id == table.key[0] and c.form == "number" for c in table.columns)


def _integer_key(table: Table, column: Column) -> str:
    """An integer key is the row's own number in SQLite: it costs no index."""
    return " PRIMARY KEY" if _has_integer_key(table) and column.id == table.key[0] else ""


def _insert(table: Table) -> str:
    marks = ", ".join("?" for _ in table.columns)
    return f"INSERT INTO {_quoted(table.id)} VALUES ({marks})"  # noqa: S608 - names are ours and quoted, values are bound


def _rows(table: Table) -> Iterable[list[str | int | float | None]]:
    for row in table.rows():
        yield [_value(value) for value in row]


def _value(value: Value) -> str | int | float | None:
    if isinstance(value, date):
        return value.isoformat()
    return value


def _indexes(table: Table) -> list[str]:
    """Foreign keys are asked in both directions, so each has an index, unless the key begins with it."""
    refers = [column.id for column in table.columns if column.refers and column.id not in table.key[:1]]
    return list(dict.fromkeys([*refers, *table.indexed]))


def _index(table: Table, name: str) -> str:
    return f"CREATE INDEX {_quoted(f'{table.id}_{name}')} ON {_quoted(table.id)} ({_quoted(name)})"


def _describe(connection: sqlite3.Connection, tables: Sequence[Table]) -> None:
    """Says in the file itself what its tables and columns are: whoever opens it has nothing else."""
    connection.execute('CREATE TABLE "columns" ("table_id" TEXT, "column_id" TEXT, "name" TEXT, "about" TEXT)')
    rows: list[Row] = []
    for table in tables:
        rows.append((table.id, "", table.name, table.about))
        rows += [(table.id, column.id, column.name, _codes(column)) for column in table.columns]
    connection.executemany('INSERT INTO "columns" VALUES (?, ?, ?, ?)', rows)


def _codes(column: Column) -> str:
    if column.labels is None or column.refers:
        return ""
    return "; ".join(f"{code} = {label}" for code, label in column.labels.items())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
