"""Report: one audit into the files that people and machines read."""

from __future__ import annotations

from pathlib import Path

from pipeline.audits import AuditResult
from pipeline.config import Config
from pipeline.report import write_report


def report(config: Config, result: AuditResult, folder: Path, lang: str) -> dict[str, str]:
    """Writes the report's files, each whole or not at all; gives each file's SHA-256."""
    return write_report(result, folder, config.report, lang=lang)
