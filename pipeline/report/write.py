"""The files of one audit: pages to read, tables to filter, the result itself, and a manifest of them all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

from pipeline.audits import AuditResult
from pipeline.files import writing
from pipeline.relations import Table
from pipeline.report.csv import csv_file
from pipeline.report.docx import docx_file
from pipeline.report.extra import EXTRAS, needed
from pipeline.report.files import DOCX, HTML, JSON, MANIFEST, PDF, SQLITE, XLSX
from pipeline.report.html import render
from pipeline.report.index import Index
from pipeline.report.letter import letter
from pipeline.report.parquet import parquet_file
from pipeline.report.pdf import pdf_file
from pipeline.report.tables import tables
from pipeline.report.words import clean
from pipeline.report.xlsx import workbook
from pipeline.settings import ReportFormat, ReportSettings
from pipeline.store.tables_file import ENGINE, sqlite_file
from pipeline.wording import Words

MADE_BY: Final[Mapping[ReportFormat, tuple[str, ...]]] = {  # other versions of these may give other bytes
    "html": ("jinja2",),
    "xlsx": ("xlsxwriter",),
    "docx": ("python-docx", "lxml"),
    "pdf": ("typst",),
    "parquet": ("pyarrow",),
}


def write_report(
    result: AuditResult, folder: Path, settings: ReportSettings | None = None, *, lang: str = "vi"
) -> dict[str, str]:
    """Writes the report into a folder, each file whole or not at all; gives the SHA-256 of each file by its name.

    The manifest comes last, so that one which fits its files tells of a finished report. The same result, settings,
    language and versions give the same bytes.

    Raises:
        PipelineError: the folder cannot be written, the disk is full, or a format needs a library that is not installed.
    """
    settings = settings or ReportSettings()
    for form in settings.formats:
        if form in EXTRAS:
            needed(EXTRAS[form][0], form)  # told before the first file is written
    digests: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for name, content in contents(result, settings, lang):
        _write(folder / name, content)
        digests[name], sizes[name] = sha256(content).hexdigest(), len(content)
    manifest = _json(_manifest(result, settings, lang, digests, sizes))
    _write(folder / MANIFEST, manifest)
    return digests | {MANIFEST: sha256(manifest).hexdigest()}


def contents(result: AuditResult, settings: ReportSettings, lang: str) -> Iterable[tuple[str, bytes]]:
    """Yields the files, name and bytes, in a fixed order; one at a time, so that a large audit is held once."""
    index = Index.of(result, Words("en" if lang == "en" else "vi"), settings.formats)
    asked = set(settings.formats)
    made = tables(index) if asked & {"xlsx", "csv", "parquet", "sqlite"} else ()
    if "html" in asked:
        yield HTML, render(result, lang=lang, formats=settings.formats).encode()
    if "xlsx" in asked:
        yield XLSX, workbook(made, result.directive.subject, result.as_of, index.words)
    if asked & {"docx", "pdf"}:
        written = letter(index, settings)
        if "docx" in asked:
            yield DOCX, docx_file(written)
        if "pdf" in asked:
            yield PDF, pdf_file(written)
    if "csv" in asked:
        yield from ((f"csv/{table.id}.csv", csv_file(table)) for table in made)
    if "json" in asked:
        yield JSON, _whole(result)
    if "parquet" in asked:
        yield from ((f"parquet/{table.id}.parquet", parquet_file(table)) for table in _based(made))
    if "sqlite" in asked:
        yield SQLITE, sqlite_file(made)


def _based(made: Iterable[Table]) -> Iterable[Table]:
    return (table for table in made if table.kind != "answer")


def _whole(result: AuditResult) -> bytes:
    """Writes an audit as JSON, a row of its lists a line: json's own indenting takes a minute and a gigabyte for a large one."""
    parts = []
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, tuple) and value:
            text = "[\n" + ",\n".join(_line(each) for each in value) + "\n]"
        elif isinstance(value, Mapping) and value:
            text = "{\n" + ",\n".join(f"{_line(key)}: {_line(value[key])}" for key in sorted(value)) + "\n}"
        else:
            text = _line(value)
        parts.append(f"{_line(field.name)}: {text}")
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _line(value: object) -> str:
    return json.dumps(plain(value), ensure_ascii=False)


def plain(value: object) -> object:  # noqa: PLR0911 - one for each kind of value
    """Turns records into what JSON can hold: objects, lists, days as YYYY-MM-DD; sets and mappings in sorted order."""
    match value:  # what is most frequent stands first: a large audit holds millions of ids
        case str():
            return clean(value)
        case None | bool() | int() | float():
            return value
        case tuple() | list():
            return [clean(member) if type(member) is str else plain(member) for member in value]
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(value[key]) for key in sorted(value)}
        case AbstractSet():
            return [plain(member) for member in sorted(value)]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _write(file: Path, content: bytes) -> None:
    with writing(file) as out:
        out.write(content)


def _manifest(
    result: AuditResult,
    settings: ReportSettings,
    lang: str,
    digests: Mapping[str, str],
    sizes: Mapping[str, int],
) -> Mapping[str, object]:
    libraries = sorted({name for form in settings.formats for name in MADE_BY.get(form, ())})
    return {
        "as_of": result.as_of.isoformat(),
        "directive": result.directive.number,
        "codebook": result.codebook,
        "model": result.model,
        "lang": lang,
        "inputs": dict(sorted(result.inputs.items())),
        "versions": {name: version(name) for name in ("rasoat", *libraries)}
        | ({"sqlite": ENGINE} if "sqlite" in settings.formats else {}),
        "files": {name: {"sha256": digests[name], "bytes": sizes[name]} for name in digests},
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
