"""The written report as PDF, set by typst: fonts that come with it, so that every machine gives the same bytes."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from importlib.resources import files
from typing import Any, Final

from pipeline.report.extra import needed
from pipeline.report.letter import Letter
from pipeline.report.letter_blocks import Annex, Block, Grid, Heading, Paragraph
from pipeline.report.words import clean

TEMPLATE: Final = "letter.typ"


def pdf_file(letter: Letter) -> bytes:
    """Gives the bytes of the document. Texts go to the template as data: nothing in them is markup.

    Raises:
        PipelineError: typst is not installed.
    """
    typst = needed("typst", "pdf")
    template = (files("pipeline.report") / "templates" / TEMPLATE).read_bytes()
    compiler = typst.Compiler(template, ignore_system_fonts=True)  # whose fonts differ from machine to machine
    made: bytes = compiler.compile(
        format="pdf",
        sys_inputs={"letter": json.dumps(_plain(letter), ensure_ascii=False)},
        timestamp=datetime.combine(letter.day, time.min, UTC),
    )
    return made


def _plain(letter: Letter) -> dict[str, Any]:
    values = asdict(letter) | {
        "year": letter.day.year,
        "month": letter.day.month,
        "day": letter.day.day,
        "blocks": [_block(block) for block in letter.blocks],
        "annexes": [_annex(annex) for annex in letter.annexes],
    }
    cleaned: dict[str, Any] = _clean(values)
    return cleaned


def _annex(annex: Annex) -> dict[str, Any]:
    return asdict(annex) | {"blocks": [_block(block) for block in annex.blocks]}


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading"} | asdict(block)
        case Paragraph():
            return {"kind": "paragraph"} | asdict(block)
        case Grid():
            return {"kind": "grid"} | asdict(block)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _clean(each) for key, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, (list, tuple)) else value
