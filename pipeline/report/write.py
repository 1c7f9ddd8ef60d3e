"""The files of one audit: a page to read, a workbook to filter, the result itself, and a manifest of all three."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from pipeline.audits import AuditResult
from pipeline.files import writing
from pipeline.report.html import render
from pipeline.report.words import clean
from pipeline.report.xlsx import workbook

HTML = "bao-cao.html"
XLSX = "bao-cao.xlsx"
JSON = "audit.json"
MANIFEST = "manifest.json"
MADE_BY = ("rasoat", "jinja2", "xlsxwriter")  # other versions of these may give other bytes


def write_report(result: AuditResult, folder: Path, *, lang: str = "vi") -> dict[str, str]:
    """Writes the report into a folder, each file whole or not at all; gives the SHA-256 of each file by its name.

    The manifest comes last, so that one which fits its files tells of a finished report. The same result, language and
    versions give the same bytes.

    Raises:
        PipelineError: the folder cannot be written or the disk is full.
    """
    contents = {
        HTML: render(result, lang=lang).encode(),
        XLSX: workbook(result, lang=lang),
        JSON: _json(plain(result)),
    }
    digests = {name: sha256(content).hexdigest() for name, content in contents.items()}
    contents[MANIFEST] = _json(_manifest(result, lang, contents, digests))
    digests[MANIFEST] = sha256(contents[MANIFEST]).hexdigest()
    for name, content in contents.items():
        with writing(folder / name) as out:
            out.write(content)
    return digests


def plain(value: object) -> object:
    """Turns records into what JSON can hold: objects, lists, days as YYYY-MM-DD; sets and mappings in sorted order."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(value[key]) for key in sorted(value)}
    if isinstance(value, AbstractSet):
        return [plain(member) for member in sorted(value)]
    if isinstance(value, (tuple, list)):
        return [plain(member) for member in value]
    if isinstance(value, date):
        return value.isoformat()
    return clean(value) if isinstance(value, str) else value


def _manifest(
    result: AuditResult, lang: str, contents: Mapping[str, bytes], digests: Mapping[str, str]
) -> Mapping[str, object]:
    return {
        "as_of": result.as_of.isoformat(),
        "directive": result.directive.number,
        "codebook": result.codebook,
        "model": result.model,
        "lang": lang,
        "versions": {name: version(name) for name in MADE_BY},
        "files": {name: {"sha256": digests[name], "bytes": len(content)} for name, content in contents.items()},
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
