"""Tables as Parquet, for notebooks and other programs: ids and codes as they are, every column of its own type."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pipeline.relations import Column, Form, Table, Value
from pipeline.report.extra import needed

if TYPE_CHECKING:
    from collections.abc import Mapping

INTEGERS: frozenset[Form] = frozenset({"number", "flag"})
REALS: frozenset[Form] = frozenset({"decimal", "share", "risk"})


def parquet_file(table: Table) -> bytes:
    """Gives one table.

    Raises:
        PipelineError: pyarrow is not installed.
    """
    arrow, writer = needed("pyarrow", "parquet"), needed("pyarrow.parquet", "parquet")
    rows = list(table.rows())
    fields = [arrow.field(column.id, _type(column, arrow), metadata={"name": column.name}) for column in table.columns]
    columns = [
        arrow.array([_value(row[number], column) for row in rows], type=field.type)
        for number, (column, field) in enumerate(zip(table.columns, fields, strict=True))
    ]
    about: Mapping[str, str] = {"name": table.name, "about": table.about}
    out = BytesIO()
    writer.write_table(arrow.Table.from_arrays(columns, schema=arrow.schema(fields, metadata=about)), out)
    return out.getvalue()


def _type(column: Column, arrow: Any) -> Any:
    if column.form in INTEGERS:
        return arrow.int64()
    if column.form in REALS:
        return arrow.float64()
    return arrow.date32() if column.form == "day" else arrow.string()


def _value(value: Value, column: Column) -> Value:
    if value is None or isinstance(value, date):
        return value
    if column.form in INTEGERS:
        return int(value)
    return float(value) if column.form in REALS else str(value)
