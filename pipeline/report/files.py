"""What the files of a report are called, and which of them have what a page or a letter leaves out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from pipeline.settings import ReportFormat

HTML: Final = "bao-cao.html"
XLSX: Final = "bao-cao.xlsx"
DOCX: Final = "bao-cao.docx"
PDF: Final = "bao-cao.pdf"
JSON: Final = "audit.json"
SQLITE: Final = "audit.sqlite"
MANIFEST: Final = "manifest.json"

WITH_TABLES: Final[Mapping[ReportFormat, str]] = {"xlsx": XLSX, "sqlite": SQLITE, "json": JSON}
"""Files with every row of every table, the most readable first."""
WITH_LISTS: Final[Mapping[ReportFormat, str]] = {"sqlite": SQLITE, "json": JSON}
"""Files with every article of every list."""


def first(files: Mapping[ReportFormat, str], formats: Collection[ReportFormat]) -> str:
    """Gives the first of some files that is written, "" where none is."""
    return next((name for form, name in files.items() if form in formats), "")
