"""What a table of a report is, as plain values: every file of tables is written from these, so that numbers cannot part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Value = str | int | float | date | None
Row = Sequence[Value]
Form = Literal["text", "number", "decimal", "share", "risk", "day", "link", "verdict", "mark", "flag"]
"""How a value is shown: a share is a number between 0 and 1, a risk one that may be small, a flag is 1 or 0, a mark is a text with a verdict's sign."""

Kind = Literal["base", "answer", "part"]
"""A base table is for people and machines; an answer says again, for people, what base tables say; a part is for machines."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its id for machines, its head for people, and how its values are shown.

    A column with labels holds codes or ids: people are shown the labels, machines get the codes.
    """

    id: str
    name: str
    form: Form = "text"
    width: float = 16  # characters, on a sheet, at most: a column whose values are shorter is narrower
    labels: Mapping[str, str] | None = None
    refers: str = ""  # id of the table whose key the values are


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its id for machines, its name for people, its columns, and its rows."""

    id: str
    name: str
    about: str  # one sentence
    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Row]]
    key: tuple[str, ...] = ()  # columns that no two rows share
    indexed: tuple[str, ...] = ()  # further columns by which rows are looked up
    frozen: int = 0  # columns that stay when a sheet is scrolled to the right
    preface: tuple[Row, ...] = ()  # lines above the head of a sheet
    kind: Kind = "base"


def shown(value: Value, column: Column) -> Value:
    """Gives what people are shown: the label of a code; what has none is shown as it is."""
    return column.labels.get(value, value) if column.labels is not None and isinstance(value, str) else value
