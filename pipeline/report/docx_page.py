"""The strokes of a Word document: lines, paragraphs, columns without borders, rules, tables with repeated heads, sections."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from pipeline.report.letter_blocks import Grid
from pipeline.report.words import clean

A4: Final = (210, 297)  # mm
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15  # mm; the decree allows 20-25, 20-25, 30-35, 15-20
INDENT: Final = 10  # mm of a paragraph's first line
ALIGN: Final = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


class Column:
    """A place that takes lines one below the other: the page itself, or one of two columns beside each other."""

    def __init__(self, holder: Any, width: int) -> None:
        self.holder = holder
        self.width = width  # mm
        self.empty = False  # a cell begins with a paragraph that is to be used first

    def line(self, text: str, *style: str, size: float) -> None:
        """Writes one line."""
        paragraph = self._paragraph()
        paragraph.alignment = next((ALIGN[name] for name in style if name in ALIGN), ALIGN["left"])
        paragraph.paragraph_format.keep_with_next = True
        _run(paragraph, text, size, bold="bold" in style, italic="italic" in style)

    def rule(self, width: int) -> None:
        """Draws the thin line that stands under a name, in its middle; `width` in mm."""
        paragraph = self._paragraph()
        side = Mm((self.width - width) / 2)
        form = paragraph.paragraph_format
        form.left_indent, form.right_indent = side, side
        form.line_spacing = Pt(3)  # the line stands at its foot, clear of marks below the letters above
        form.space_after = Pt(6)
        border = OxmlElement("w:bottom")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
            border.set(qn(f"w:{name}"), value)
        borders = OxmlElement("w:pBdr")
        borders.append(border)
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no word for borders
        properties.insert_element_before(borders, *AFTER_BORDERS)

    def _paragraph(self) -> Any:
        if self.empty:
            self.empty = False
            return self.holder.paragraphs[0]
        return self.holder.add_paragraph()


AFTER_BORDERS: Final = tuple(  # in a paragraph's properties these follow the border: the schema has an order
    f"w:{name}"
    for name in ("shd", "tabs", "suppressAutoHyphens", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl", "rPr")
)


class Page(Column):
    """A document of one font, written from the top."""

    def __init__(self, lang: str, font: str, size: int) -> None:
        self.document = Document()
        super().__init__(self.document, A4[0] - LEFT - RIGHT)
        self.size = size
        self._fonts(font, size, "vi-VN" if lang == "vi" else "en-GB")
        first = self.document.sections[0]
        _lay(first, wide=False)
        first.different_first_page_header_footer = True  # the first page carries no number
        _page_number(first.header.paragraphs[0], size)

    def properties(self, title: str, author: str, day: datetime) -> None:
        """Says what the document is, of which day and office; the template's own words go."""
        core = self.document.core_properties
        core.title, core.author, core.last_modified_by = title[:255], author[:255], author[:255]
        core.comments, core.keywords, core.subject, core.category = "", "", "", ""
        core.created = core.modified = day
        core.revision = 1

    def heading(self, text: str, level: int) -> None:
        """Writes a heading that stays with what follows and stands in Word's outline."""
        paragraph = self.document.add_paragraph(style=f"Heading {level}")
        _run(paragraph, text, self.size, bold=True)

    def paragraph(self, text: str, lead: str = "") -> None:
        """Writes a paragraph, set to both margins; its lead is bold."""
        paragraph = self.document.add_paragraph()
        form = paragraph.paragraph_format
        paragraph.alignment = ALIGN["justify"]
        form.first_line_indent = Mm(INDENT)
        form.space_before = Pt(6)
        if lead:
            _run(paragraph, lead, self.size, bold=len(lead) > 3)
        _run(paragraph, text, self.size)

    def columns(self, widths: Sequence[int], *, together: bool = False) -> list[Column]:
        """Opens places beside each other, without borders; `widths` in mm."""
        table = self.document.add_table(rows=1, cols=len(widths))
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        made = []
        for cell, width in zip(table.rows[0].cells, widths, strict=True):
            cell.width = Mm(width)
            column = Column(cell, width - 4)  # Word keeps 1.9 mm free at either side of a cell
            column.empty = True
            made.append(column)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        if together:
            _whole(table.rows[0])
        return made

    def grid(self, grid: Grid, width: int, size: float) -> None:
        """Writes a table with borders; its head is repeated on every page, and no row is parted by one."""
        for before in self.document.paragraphs[-1:]:
            before.paragraph_format.space_after = Pt(6)  # else its letters touch the border
        table = self.document.add_table(rows=1, cols=len(grid.heads))
        table.style = "Table Grid"
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        widths = [Mm(width * part / sum(grid.widths)) for part in grid.widths]
        for column, wide in zip(table.columns, widths, strict=True):
            column.width = wide
        self._row(table.rows[0], grid.heads, ["center"] * len(grid.heads), widths, size, bold=True)
        repeat = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001 - python-docx has no word for it
        if grid.rows:
            self._row(table.add_row(), grid.rows[0], grid.align, widths, size, bold=False)
        model = table.rows[-1]._tr  # noqa: SLF001 - python-docx has no word for what follows
        for row in grid.rows[1:]:  # made by copying: python-docx takes a minute for some thousand cells
            table._tbl.append(_like(model, row))  # noqa: SLF001
        self.document.add_paragraph().paragraph_format.line_spacing = Pt(6)

    def section(self, *, wide: bool) -> None:
        """Begins a page, upright or across, with page numbers going on."""
        section = self.document.add_section()
        _lay(section, wide=wide)
        section.different_first_page_header_footer = False
        self.width = (A4[1] if wide else A4[0]) - LEFT - RIGHT

    def save(self) -> bytes:
        """Gives the package as python-docx writes it."""
        out = BytesIO()
        self.document.save(out)
        return out.getvalue()

    def _row(
        self, row: Any, texts: Sequence[str], align: Sequence[str], widths: Sequence[Any], size: float, *, bold: bool
    ) -> None:
        _whole(row)
        for cell, text, side, width in zip(row.cells, texts, align, widths, strict=True):
            cell.width = width
            paragraph = cell.paragraphs[0]
            paragraph.alignment = ALIGN[side]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            _run(paragraph, text, size, bold=bold)

    def _fonts(self, font: str, size: int, language: str) -> None:
        for name in ("Normal", "Heading 1", "Heading 2"):
            style = self.document.styles[name]
            style.font.name, style.font.size, style.font.italic = font, Pt(size), False
            style.font.color.rgb = None
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for key in list(fonts.attrib):
                del fonts.attrib[key]  # themes would win over the name
            for script in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(qn(f"w:{script}"), font)
            style.paragraph_format.space_before = Pt(6 if name != "Normal" else 0)
            style.paragraph_format.space_after = Pt(0)
            style.paragraph_format.line_spacing = 1.15 if name != "Normal" else 1.0
            style.paragraph_format.keep_with_next = name != "Normal"
            if name != "Normal":
                style.paragraph_format.first_line_indent = Mm(INDENT)
        for element in self.document.styles.element.iter(qn("w:lang")):
            element.set(qn("w:val"), language)


def _lay(section: Any, *, wide: bool) -> None:
    across, along = (A4[1], A4[0]) if wide else A4
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(across), Mm(along)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = Mm(10)


def _page_number(paragraph: Any, size: float) -> None:
    paragraph.alignment = ALIGN["center"]
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001 - python-docx has no word for fields
    run = paragraph.add_run("2")
    run.font.size = Pt(size)
    field.append(run._r)  # noqa: SLF001 - the field shows what its run says until Word counts


def _whole(row: Any) -> None:
    """Keeps a row on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - python-docx has no word for it


def _like(row: Any, texts: Sequence[str]) -> Any:
    """Gives a copy of a row with other texts."""
    copy = deepcopy(row)
    for cell, text in zip(copy.findall(qn("w:tc")), texts, strict=True):
        [run] = cell.iter(qn("w:r"))
        run.text = clean(text)
    return copy


def _run(paragraph: Any, text: str, size: float, *, bold: bool = False, italic: bool = False) -> None:
    run = paragraph.add_run(clean(text))
    run.font.size = Pt(size)
    run.bold, run.italic = bold, italic
