"""The workbook: the same audit as tables to filter and sort, one sheet a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO
from textwrap import wrap
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.records import VerdictName
from pipeline.relations import Column, Row, Table, Value, shown
from pipeline.report.articles import web_address
from pipeline.report.count_tables import SIGNS
from pipeline.report.words import STARTS_FORMULA, clean
from pipeline.wording import VERDICTS, Words

MAX_LINKS = 65_530  # in one sheet; Excel's own limit, later links stay plain text
MAX_URL = 2_079  # characters of a link; Excel's own limit
MAX_TEXT = 32_767  # characters of a cell; Excel's own limit
MAX_HEIGHT: Final = 409  # points of a row; Excel's own limit
LINE: Final = 13  # points that a line of Arial 10 takes
TITLE_HEIGHT: Final = 21  # points, of Arial 15
WIDE: Final = 1.3  # letters that fit where a width counts one digit; seen with Vietnamese in Arial
BOLD: Final = 0.9  # of the letters that fit otherwise
LEAST: Final = 9  # characters of a column
BUTTON: Final = 3  # characters that the button of a filter takes from a head
PADDING: Final = 2
DAY: Final = 11  # characters: 30 Sep 2020
SCALE: Final = 60  # percent in which wide sheets are printed: letters of 6 points, the least that reads well on paper
MARGIN: Final = 0.4  # inches at either side
PAGE: Final = int((11.69 - 2 * MARGIN) * 96 * 100 / SCALE)  # pixels of columns that A4 across holds in that scale
REPEATED: Final = 0.6  # of a page, at most: the columns that stand on every page must leave room for others
MAX_ROWS = 1_000_000  # of one sheet; Excel takes 1,048,576 with the head, later rows go on in a further sheet

COLOURS: Mapping[VerdictName, tuple[str, str]] = {  # ink and ground, as in the HTML report
    "met": ("#14613A", "#DCF0E3"),
    "gap": ("#A11A1A", "#FBDCDA"),
    "uncertain": ("#7A4F00", "#FDEEC2"),
    "not_observed": ("#454B5C", "#E6E8EE"),
}


def workbook(tables: Sequence[Table], title: str, as_of: date, words: Words) -> bytes:
    """Gives the bytes of the workbook, a sheet for every table made for people; the same tables give the same bytes."""
    memory = BytesIO()
    # In memory the members of the zip carry a fixed time; strings are never read as formulas, numbers or links.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(memory, options) as book:
        book.set_properties({"title": safe(title), "created": datetime.combine(as_of, time.min)})
        book.set_size(1600, 1000)
        formats = _formats(book, words)
        for table in tables:
            if table.kind == "part":
                continue
            rows = list(table.rows())
            for part, start in enumerate(range(0, max(1, len(rows)), MAX_ROWS), start=1):
                name = table.name if part == 1 else f"{table.name} {part}"
                _Writer(book.add_worksheet(name), formats, words).fill(table, rows[start : start + MAX_ROWS])
    return memory.getvalue()


def safe(text: str) -> str:
    """Makes a text fit for a cell: no control characters, no longer than Excel allows, never the start of a formula."""
    text = clean(text)
    text = f"'{text}" if text.startswith(STARTS_FORMULA) else text
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"


def _formats(book: xlsxwriter.Workbook, words: Words) -> Mapping[str, Format]:
    """Styles by the form of a column; a verdict's style by its name in words."""
    left: dict[str, object] = {"align": "left", "indent": 1}  # else words stand against the number at their left
    base: dict[str, object] = {"font_name": "Arial", "font_size": 10, "valign": "top"}
    forms: dict[str, dict[str, object]] = {
        "head": {"bold": True, "bg_color": "#E3E9F1", "bottom": 1, "text_wrap": True, "valign": "vcenter", **left},
        "title": {"bold": True, "font_size": 15},
        "bold": {"bold": True},
        "text": {"text_wrap": True, **left},
        "line": {**left},
        "number": {"num_format": "#,##0"},
        "decimal": {"num_format": "#,##0.0#"},
        "share": {"num_format": "0.0%"},
        "risk": {"num_format": "0.0##%"},  # many duties share it: none is to look like 0
        "flag": {"align": "center"},
        "mark": {"align": "center"},
        "day": {"num_format": words.t("dd/mm/yyyy", "d mmm yyyy"), **left},
        "link": {"font_color": "#0B4A8F", "underline": 1, **left},
    }
    colours: dict[str, dict[str, object]] = {
        words.pair(VERDICTS[name]): {"bold": True, "font_color": ink, "bg_color": ground, **left}
        for name, (ink, ground) in COLOURS.items()
    }
    marks: dict[str, dict[str, object]] = {
        SIGNS[name]: {"align": "center", "font_color": ink, "bg_color": ground}
        for name, (ink, ground) in COLOURS.items()
    }
    return {name: book.add_format({**base, **form}) for name, form in (forms | colours | marks).items()}


class _Writer:
    """Fills one worksheet."""

    def __init__(self, sheet: Worksheet, formats: Mapping[str, Format], words: Words) -> None:
        self.sheet = sheet
        self.formats = formats
        self.yes = words.t("có", "yes")
        self.links = 0

    def fill(self, table: Table, rows: Sequence[Row]) -> None:
        top = len(table.preface)
        if top:
            self.sheet.set_row(0, TITLE_HEIGHT)
        for row, line in enumerate(table.preface):
            for number, value in enumerate(line):
                self._put(row, number, value, "title" if row == 0 else "line" if number else "bold")
        widths = [_width(column, (line[number] for line in rows)) for number, column in enumerate(table.columns)]
        for number, (column, width) in enumerate(zip(table.columns, widths, strict=True)):
            self.sheet.set_column(number, number, width)
            self._put(top, number, column.name, "head")
        self._heighten(top, ((column.name, BOLD * width) for column, width in zip(table.columns, widths, strict=True)))
        folded = [(number, column) for number, column in enumerate(table.columns) if column.form == "text"]
        for row, line in enumerate(rows, start=top + 1):
            for number, (value, column) in enumerate(zip(line, table.columns, strict=True)):
                self._cell(row, number, value, column)
            self._heighten(row, ((shown(line[number], column), widths[number]) for number, column in folded))
        self._arrange(table, top, len(rows), widths)

    def _cell(self, row: int, number: int, value: Value, column: Column) -> None:
        text = shown(value, column)
        match column.form:
            case "verdict":
                self._put(row, number, text, str(text))
            case "mark":
                sign = str(text)[:1]
                self._put(row, number, text, sign if sign in self.formats else "mark")
            case "flag":
                self._put(row, number, self.yes if value else None, "flag")
            case "decimal" if isinstance(text, int | float) and float(text).is_integer():  # Excel would write 3,0
                self._put(row, number, text, "number")
            case form:
                self._put(row, number, text, form)

    def _put(self, row: int, column: int, value: Value, form: str) -> None:
        style = self.formats[form]
        if value is None or value == "":
            return  # an empty cell needs no style, and a large workbook has half a million
        if isinstance(value, date):
            self.sheet.write_datetime(row, column, datetime.combine(value, time.min), self.formats["day"])
        elif not isinstance(value, str):
            self.sheet.write_number(row, column, value, style)
        elif form == "link" and self.links < MAX_LINKS and len(value) <= MAX_URL and web_address(value):
            self.links += 1
            self.sheet.write_url(row, column, clean(value), style, clean(value))
        else:
            self.sheet.write_string(row, column, safe(value), self.formats["text"] if form == "link" else style)

    def _heighten(self, row: int, cells: Iterable[tuple[Value, float]]) -> None:
        """Makes a row high enough for the texts folded in it: not every program does so when it opens a file."""
        told = ((text, int(WIDE * width) - 1) for text, width in cells if isinstance(text, str))
        lines = max((len(wrap(text, fits)) for text, fits in told if len(text) > fits), default=1)
        if lines > 1:
            self.sheet.set_row(row, min(lines * LINE + 2, MAX_HEIGHT))

    def _arrange(self, table: Table, top: int, rows: int, widths: Sequence[float]) -> None:
        """Head and first columns stay in sight, every column can be filtered, and A4 pages repeat the head.

        What one page cannot hold in letters that can be read goes on in further pages, with the first columns again.
        """
        self.sheet.freeze_panes(top + 1, table.frozen)
        self.sheet.autofilter(top, 0, top + max(rows, 1), len(table.columns) - 1)
        self.sheet.repeat_rows(top)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # Excel's number for A4
        self.sheet.set_margins(MARGIN, MARGIN, 0.5, 0.6)
        self.sheet.set_footer("&L&A&R&P / &N")
        pixels = [7 * width + 5 for width in widths]
        if sum(pixels) <= PAGE:
            self.sheet.fit_to_pages(1, 0)
            return
        self.sheet.set_print_scale(SCALE)
        self.sheet.print_across()
        if table.frozen and sum(pixels[: table.frozen]) <= REPEATED * PAGE:
            self.sheet.repeat_columns(0, table.frozen - 1)


def _width(column: Column, values: Iterable[Value]) -> float:
    """Gives how wide a column is: as its longest value asks, its head folded into two lines, and no wider than it may be."""
    head = max(len(column.name) / 2, *map(len, column.name.split())) / BOLD / WIDE + BUTTON
    longest = max((_length(shown(value, column)) for value in values), default=0)
    return min(column.width, round(max(head, longest / BOLD / WIDE + PADDING, LEAST), 1))


def _length(value: Value) -> float:
    """Gives how many letters a value is long; figures are wider than letters."""
    if isinstance(value, str):
        return len(value)
    return WIDE * (DAY if isinstance(value, date) else len(f"{value:,.1f}")) if value is not None else 0
