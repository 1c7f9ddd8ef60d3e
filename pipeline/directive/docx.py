"""DOCX to lines: paragraphs with the numbers that Word shows before them, tables cell by cell, pages where they break.

The parts are read here and not by a library that writes documents: none of those tells the numbers of lists.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from lxml import etree

from pipeline.directive.numerals import numeral
from pipeline.directive.source import Cell, TextLine
from pipeline.errors import InputError
from pipeline.files import DAMAGED_ZIP

MAX_UNPACKED: Final = 12_000_000  # bytes of one part; the text of a long plan has some two million
MAX_PARTS: Final = 2_000
MOST_DEPTH: Final = 12  # tables within tables
MOST_NUMBER: Final = 5_000  # of a list; Roman and Latin numbers beyond are nonsense
W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SKIPPED: Final = ("}Fallback", "}del", "}moveFrom", "}instrText", "}delText", "}pPr", "}rPr", "}sectPr", "}tblPr")
BULLETS: Final = {
    "o": "+",
    "·": "-",
    "§": "+",
    "Ø": "-",
    "ü": "-",
    "v": "-",
}  # letters of symbol fonts; others are dashes
NOTES: Final = ("footnote", "endnote")
SIGNS: Final = {f"{W}tab": "   ", f"{W}ptab": "   ", f"{W}noBreakHyphen": "-"}
_PLACE: Final = re.compile(r"%(\d)")


def docx_pages(file: Path, raw: bytes) -> list[list[TextLine]]:
    """Gives the lines of every page that the document itself marks.

    Raises:
        InputError: no Word document, damaged, or too large unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            names = parts.namelist()
            if len(names) > MAX_PARTS:
                raise _too_large(file)
            if "word/document.xml" not in names:
                raise InputError(
                    f"{file}: packed like an office document, but none of Word; save the letter as .docx",
                    f"{file}: không phải tài liệu Word; hãy lưu văn bản thành .docx",
                )
            body = _part(file, parts, "word/document.xml")
            numbering = _part(file, parts, "word/numbering.xml") if "word/numbering.xml" in names else None
            styles = _part(file, parts, "word/styles.xml") if "word/styles.xml" in names else None
            notes = {kind: _part(file, parts, f"word/{kind}s.xml") for kind in NOTES if f"word/{kind}s.xml" in names}
    except DAMAGED_ZIP as error:
        raise _damaged(file, error) from None
    reading = _Reading(_Numbers(numbering, styles), _notes(notes))
    root = body.find(f"{W}body")
    if root is not None:
        reading.blocks(root, None, 0)
    return reading.pages


def _part(file: Path, parts: zipfile.ZipFile, name: str) -> Any:
    with parts.open(name) as opened:  # its declared size may lie: what comes out is measured
        xml = opened.read(MAX_UNPACKED + 1)
    if len(xml) > MAX_UNPACKED:
        raise _too_large(file)
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise _damaged(file, ValueError("a document type is declared in it"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise _damaged(file, error) from None


def _notes(parts: Mapping[str, Any]) -> dict[str, list[str]]:
    """Gives the lines of footnotes and endnotes by the kind and the number by which paragraphs point to them."""
    return {
        f"{kind}{note.get(f'{W}id')}": [line for p in note.iter(f"{W}p") for line in _told(p)[0] if line.strip()]
        for kind, root in parts.items()
        for note in root.findall(f"{W}{kind}")
    }


def _too_large(file: Path) -> InputError:
    return InputError(
        f"{file}: too large unpacked; give the letter without its annexes or pictures",
        f"{file}: giải nén ra quá lớn; hãy bỏ bớt phụ lục, hình ảnh",
    )


def _damaged(file: Path, error: Exception) -> InputError:
    why = " ".join(str(error).split())[:100] or type(error).__name__
    return InputError(
        f"{file}: not a Word document that can be read: {why}; open it in Word and save it as .docx again",
        f"{file}: tài liệu Word bị hỏng; hãy mở bằng Word rồi lưu lại thành .docx",
    )


@dataclass(slots=True)
class _Reading:
    """Lines gathered so far, page by page."""

    numbers: _Numbers
    notes: dict[str, list[str]]
    pages: list[list[TextLine]] = field(default_factory=lambda: [[]])
    tables: int = 0

    def blocks(self, parent: Any, cell: Cell | None, depth: int) -> None:
        """Reads paragraphs and tables in their order."""
        for child in parent:
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag == f"{W}p":
                self.paragraph(child, cell)
            elif tag == f"{W}tbl" and depth < MOST_DEPTH:
                self.table(child, cell, depth)
            elif tag.endswith(("}sdt", "}sdtContent", "}customXml", "}ins", "}moveTo")) and depth < MOST_DEPTH:
                self.blocks(child, cell, depth + 1)

    def paragraph(self, paragraph: Any, cell: Cell | None) -> None:
        """Adds the lines of a paragraph; a break of the page before its words, or marked on it, opens a page."""
        texts, boxes, before, after = _told(paragraph)
        if before:
            self.turn()
        label = self.numbers.label(paragraph) if "".join(texts).strip() else ""
        if label:
            texts[0] = f"{label} {texts[0].lstrip()}"
        bold = paragraph.find(f".//{W}r/{W}rPr/{W}b") is not None
        for number, text in enumerate(texts):
            if text.strip() or number == 0:
                self.pages[-1].append(TextLine(text, whole=number == 0, cell=cell, bold=bold))
        for pointer in paragraph.iter(*(f"{W}{kind}Reference" for kind in NOTES)):
            kind = etree.QName(pointer).localname.removesuffix("Reference")
            for line in self.notes.pop(f"{kind}{pointer.get(f'{W}id')}", ()):
                self.pages[-1].append(TextLine(line, whole=True, note=True))
        for box in boxes:
            self.blocks(box, cell, MOST_DEPTH - 1)
        if after:
            self.turn()

    def turn(self) -> None:
        """Opens a page, unless one is open and empty."""
        if any(line.text.strip() for line in self.pages[-1]):
            self.pages.append([])

    def table(self, table: Any, cell: Cell | None, depth: int) -> None:
        """Adds the cells of a table row by row; a table within a cell belongs to that cell."""
        if cell is None:
            self.tables += 1
        number = self.tables
        for row, tr in enumerate(table.iter(f"{W}tr") if depth == 0 else table.findall(f"{W}tr")):
            if next(tr.iterancestors(f"{W}tbl")) is not table:
                continue
            column = 0
            for tc in tr.iter(f"{W}tc"):
                if next(tc.iterancestors(f"{W}tr")) is not tr:
                    continue
                self.blocks(tc, cell or Cell(number, row, column, _height(tr, column)), depth + 1)
                column += _width(tc)


def _width(tc: Any) -> int:
    """Gives over how many columns a cell reaches."""
    span = tc.find(f"{W}tcPr/{W}gridSpan")
    return _integer(span.get(f"{W}val") if span is not None else None, 1)


def _height(tr: Any, column: int) -> int:
    """Gives over how many rows the cell at a column reaches: those below it that say they go on."""
    height = 1
    for below in tr.itersiblings(f"{W}tr"):
        at, goes_on = 0, False
        for tc in below.findall(f"{W}tc"):
            merge = tc.find(f"{W}tcPr/{W}vMerge")
            goes_on = goes_on or (at == column and merge is not None and merge.get(f"{W}val") != "restart")
            at += _width(tc)
        if not goes_on:
            break
        height += 1
    return height


def _told(paragraph: Any) -> tuple[list[str], list[Any], bool, bool]:
    """Gives the lines of a paragraph, the boxes set in it, and whether a page begins before its words or behind them."""
    texts, boxes = [""], []
    before = after = False
    for each in _inner(paragraph):
        if each.tag == f"{W}t":
            texts[-1] += each.text or ""
        elif each.tag in SIGNS:
            texts[-1] += SIGNS[each.tag]
        elif each.tag == f"{W}txbxContent":
            boxes.append(each)
        elif each.tag == f"{W}lastRenderedPageBreak" or (each.tag == f"{W}br" and each.get(f"{W}type") == "page"):
            empty = not "".join(texts).strip()
            before, after = before or empty, after or not empty
        elif each.tag in {f"{W}br", f"{W}cr"}:
            texts.append("")
    return texts, boxes, before, after


def _inner(paragraph: Any) -> Iterator[Any]:
    """Yields what stands in a paragraph in its order, without what is deleted or told twice; boxes are yielded whole."""
    waiting = list(reversed(paragraph))
    while waiting:
        each = waiting.pop()
        tag = each.tag if isinstance(each.tag, str) else ""
        if tag.endswith(SKIPPED):
            continue
        yield each
        if tag != f"{W}txbxContent":
            waiting.extend(reversed(each))


@dataclass(slots=True)
class _Level:
    form: str = "decimal"
    text: str = ""
    start: int = 1


class _Numbers:
    """Counts the lists of a document as Word does, and gives the label of each paragraph."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        self.levels: dict[tuple[str, int], _Level] = {}  # of an abstract list
        self.abstract: dict[str, str] = {}  # list -> abstract list
        self.restarts: dict[tuple[str, int], _Level] = {}  # of one list
        self.counts: dict[str, list[int | None]] = {}  # by abstract list: lists that share one go on counting
        self.begun: set[str] = set()
        self.styles: dict[str, tuple[str, int]] = {}
        if numbering is not None:
            self._learn(numbering)
        if styles is not None:
            for style in styles.iter(f"{W}style"):
                if (found := _num_pr(style.find(f"{W}pPr"))) is not None:
                    self.styles[style.get(f"{W}styleId", "")] = found

    def _learn(self, numbering: Any) -> None:
        for abstract in numbering.iter(f"{W}abstractNum"):
            for level in abstract.iter(f"{W}lvl"):
                key = (abstract.get(f"{W}abstractNumId", ""), _integer(level.get(f"{W}ilvl"), 0))
                self.levels[key] = _level(level)
        for num in numbering.iter(f"{W}num"):
            name = num.get(f"{W}numId", "")
            self.abstract[name] = _value(num.find(f"{W}abstractNumId"), "")
            for override in num.iter(f"{W}lvlOverride"):
                at = _integer(override.get(f"{W}ilvl"), 0)
                base = self.levels.get((self.abstract[name], at), _Level())
                written = override.find(f"{W}lvl")
                level = _level(written) if written is not None else base
                start = _integer(_value(override.find(f"{W}startOverride"), None), level.start)
                self.restarts[name, at] = _Level(level.form, level.text, start)

    def label(self, paragraph: Any) -> str:
        """Gives the label before a paragraph, "" where it has none, and counts it."""
        properties = paragraph.find(f"{W}pPr")
        found = _num_pr(properties)
        if found is None and properties is not None:
            found = self.styles.get(_value(properties.find(f"{W}pStyle"), ""))
        if found is None or found[0] == "0" or not 0 <= found[1] <= 8:
            return ""
        name, at = found
        abstract = self.abstract.get(name, "")
        level = self.restarts.get((name, at)) or self.levels.get((abstract, at))
        if level is None:
            return "-" if name not in self.abstract else ""
        if level.form in {"bullet", "none"}:
            return (
                BULLETS.get(level.text, level.text if level.text in {"-", "+", "*", "•", "–"} else "-")
                if level.form == "bullet"
                else ""
            )
        counts = self.counts.setdefault(abstract, [None] * 9)
        if name not in self.begun and (name, at) in self.restarts:
            counts[at:] = [None] * (9 - at)
        self.begun.add(name)
        here = counts[at]
        counts[at] = level.start if here is None else min(here + 1, MOST_NUMBER)
        counts[at + 1 :] = [None] * (8 - at)
        return _PLACE.sub(lambda place: self._shown(name, abstract, int(place[1]) - 1, counts), level.text)

    def _shown(self, name: str, abstract: str, at: int, counts: list[int | None]) -> str:
        level = self.restarts.get((name, at)) or self.levels.get((abstract, at)) or _Level()
        value = counts[at] if 0 <= at <= 8 else None
        return numeral(level.start if value is None else value, level.form)


def _level(level: Any) -> _Level:
    start = _integer(_value(level.find(f"{W}start"), None), 1)
    return _Level(_value(level.find(f"{W}numFmt"), "decimal"), _value(level.find(f"{W}lvlText"), ""), start)


def _num_pr(properties: Any) -> tuple[str, int] | None:
    found = properties.find(f"{W}numPr") if properties is not None else None
    if found is None or found.find(f"{W}numId") is None:
        return None
    return _value(found.find(f"{W}numId"), "0"), _integer(_value(found.find(f"{W}ilvl"), None), 0)


def _value(element: Any, default: Any) -> Any:
    return default if element is None else element.get(f"{W}val", default)


def _integer(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"\d{1,6}", text) else default
