"""The written report as Word: A4, margins, letters and places as the annex of Decree 30/2020 asks; the same bytes each time."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import datetime, time
from io import BytesIO
from typing import Any, Final

from pipeline.report.extra import needed
from pipeline.report.letter import Letter
from pipeline.report.letter_blocks import Annex, Block, Grid, Heading, Paragraph
from pipeline.report.words import clean

FONT: Final = "Times New Roman"
BODY: Final = 14  # points
TABLE: Final = 11
NAMES: Final = 12  # of nation and office: the nation's name has to fit one line
MARKS: Final = 13  # of motto, number and date
WHOLE: Final = 165  # mm between the margins: A4 is 210 wide
ACROSS: Final = 247  # mm between the margins of a page that lies across
MOMENT: Final = (1980, 1, 1, 0, 0, 0)  # of every member of the package: the first that a zip can tell


def docx_file(letter: Letter) -> bytes:
    """Gives the bytes of the document.

    Raises:
        PipelineError: python-docx is not installed.
    """
    needed("docx", "docx")
    from pipeline.report.docx_page import Page  # noqa: PLC0415 - it imports python-docx, which an install may lack

    page = Page(letter.lang, FONT, BODY)
    page.properties(clean(letter.abstract), clean(letter.office), datetime.combine(letter.day, time.min))
    _head(page, letter)
    for line in _addressees(letter):
        page.line(line, "center", size=BODY)
    page.paragraph(letter.opening)
    for block in letter.blocks:
        _block(page, block, WHOLE)
    page.paragraph(letter.closing)
    _end(page, letter)
    for annex in letter.annexes:
        _annex(page, annex)
    return _normal(page.save())


def _head(page: Any, letter: Letter) -> None:
    """The national heading at the right, the office at the left, each with its line; below them number and date."""
    left, right = page.columns((68, 97))
    if letter.parent:
        left.line(letter.parent, "center", size=NAMES)
    left.line(letter.office, "center", "bold", size=NAMES)
    left.rule(22)
    right.line(letter.nation, "center", "bold", size=NAMES)
    right.line(letter.motto, "center", "bold", size=MARKS)
    right.rule(58)
    left, right = page.columns((68, 97))
    left.line(letter.number, "center", size=MARKS)
    right.line(letter.place_and_date, "center", "italic", size=MARKS)
    page.line("", size=6)
    page.line(letter.kind, "center", "bold", size=BODY)
    page.line(letter.abstract, "center", "bold", size=BODY)
    page.rule(40)


def _addressees(letter: Letter) -> Sequence[str]:
    if len(letter.addressees) < 2:
        return [f"{letter.to} {name}." for name in letter.addressees]
    last = len(letter.addressees) - 1
    return [letter.to, *(f"- {name}{'.' if n == last else ';'}" for n, name in enumerate(letter.addressees))]


def _block(page: Any, block: Block, width: int) -> None:
    match block:
        case Heading(level=1, text=text):
            page.heading(text, 1)
        case Heading(text=text):
            page.heading(text, 2)
        case Paragraph(text=text, lead=lead):
            page.paragraph(text, lead)
        case Grid():
            page.grid(block, width, TABLE)


def _end(page: Any, letter: Letter) -> None:
    """Who is told, at the left; the title under which it is signed, at the right, with room for hand and seal."""
    page.line("", size=6)
    left, right = page.columns((80, 85), together=True)
    left.line(letter.copies, "bold", "italic", size=12)
    for name in letter.recipients:
        left.line(name, size=11)
    right.line(letter.signer or " ", "center", "bold", size=BODY)
    for _ in range(4):
        right.line("", size=BODY)


def _annex(page: Any, annex: Annex) -> None:
    page.section(wide=annex.wide)
    page.line(annex.name, "center", "bold", size=BODY)
    page.line(annex.title.upper(), "center", "bold", size=BODY)
    page.line(annex.belongs, "center", "italic", size=BODY)
    page.line("", size=6)
    for block in annex.blocks:
        _block(page, block, ACROSS if annex.wide else WHOLE)


def _normal(content: bytes) -> bytes:
    """Packs the parts again, in the order of their names and all of one moment."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as parts, zipfile.ZipFile(out, "w") as packed:
        # The list of content types stands first in every package that Word writes.
        for name in sorted(parts.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            member = zipfile.ZipInfo(name, MOMENT)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            packed.writestr(member, parts.read(name), compresslevel=9)
    return out.getvalue()
