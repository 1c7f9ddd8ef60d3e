"""Tables as CSV: UTF-8 with the mark that Excel looks for, heads and labels in the reader's language, no cell a formula."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO

from pipeline.relations import Column, Table, Value, shown
from pipeline.report.words import STARTS_FORMULA

MARK = "\ufeff"  # without it Excel takes UTF-8 for the code page of the machine


def csv_file(table: Table) -> bytes:
    """Gives one table; days as YYYY-MM-DD, numbers with a point, so that a program in any country reads them alike."""
    out = StringIO(newline="")
    out.write(MARK)
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow([_text(column.name) for column in table.columns])
    for row in table.rows():
        rows.writerow([_cell(value, column) for value, column in zip(row, table.columns, strict=True)])
    return out.getvalue().encode()


def _cell(value: Value, column: Column) -> str:
    value = shown(value, column)
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(STARTS_FORMULA) else text
