"""HTML to lines: blocks are paragraphs, lists get their markers, tables are read cell by cell; scripts are no text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import Comment, Declaration, Doctype, NavigableString, PageElement, ProcessingInstruction, Tag

from pipeline.directive.numerals import roman
from pipeline.directive.source import FRAME, Cell, TextLine

DROPPED: Final = frozenset(
    ("script", "style", "noscript", "template", "head", "title", "meta", "link", "nav", "footer", "header", "aside",
     "button", "select", "iframe", "svg", "object")
)  # fmt: skip
BLOCKS: Final = frozenset(
    ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "table", "tr", "td", "th", "section", "article",
     "main", "blockquote", "pre", "dl", "dt", "dd", "hr", "center", "body", "html", "tbody", "thead")
)  # fmt: skip
AROUND: Final = frozenset(
    ("header", "footer", "nav", "navbar", "menu", "breadcrumb", "sidebar", "banner", "topbar", "share")
)
_SPACE: Final = re.compile(r"\s+")


def html_pages(text: str) -> list[list[TextLine]]:
    """Gives the lines of a web page, as one page."""
    reading = _Reading()
    reading.read(BeautifulSoup(text, "lxml"))
    return [reading.lines]


@dataclass(slots=True)
class _Reading:
    lines: list[TextLine] = field(default_factory=list)
    held: str = ""  # of the line that is being gathered
    fresh: bool = True  # the next line begins a paragraph
    marker: str = ""
    tables: int = 0
    row: int = -1
    column: int = 0
    merged: dict[int, int] = field(
        default_factory=dict
    )  # column -> rows from the open one that a cell above reaches over
    cells: list[Cell] = field(default_factory=list)

    def read(self, root: PageElement) -> None:
        """Walks the elements in their order, without recursion: pages of strangers may be deep."""
        waiting: list[tuple[PageElement, bool]] = [(root, False)]
        while waiting:
            each, leaving = waiting.pop()
            if not isinstance(each, Tag):
                if isinstance(each, NavigableString) and not isinstance(
                    each, (Comment, Declaration, Doctype, ProcessingInstruction)
                ):
                    self.held += _SPACE.sub(" ", str(each))
                continue
            if leaving:
                self.leave(each)
                continue
            if _is_frame(each):
                continue
            if each.name in DROPPED and not (each.name in {"header", "footer"} and each.find("p")):
                continue
            if each.name == "br":
                self.end(paragraph=False)
                continue
            self.enter(each)
            waiting.append((each, True))
            waiting.extend((child, False) for child in reversed(each.contents))
        self.end(paragraph=True)

    def enter(self, tag: Tag) -> None:
        """Opens a block, a list element or a cell."""
        if tag.name in BLOCKS:
            self.end(paragraph=True)
        if tag.name == "li":
            self.marker = _marker(tag)
        elif self.cells and tag.name in {"td", "th"}:
            self.cells.append(self.cells[-1])  # a table within a cell belongs to that cell
        elif not self.cells:
            self.step(tag)

    def step(self, tag: Tag) -> None:
        """Counts tables, rows and columns."""
        if tag.name == "table":
            self.tables, self.row, self.merged = self.tables + 1, -1, {}
        elif tag.name == "tr":
            self.row, self.column = self.row + 1, 0
            self.merged = {column: rows - 1 for column, rows in self.merged.items() if rows > 1}
        elif tag.name in {"td", "th"}:
            while self.column in self.merged:
                self.column += 1
            rows = _span(tag, "rowspan")
            self.cells.append(Cell(max(self.tables, 1), max(self.row, 0), self.column, rows))
            for _ in range(_span(tag, "colspan")):
                if rows > 1:
                    self.merged[self.column] = rows
                self.column += 1

    def leave(self, tag: Tag) -> None:
        """Closes what was opened."""
        if tag.name in BLOCKS:
            self.end(paragraph=True)
        if tag.name in {"td", "th"} and self.cells:
            self.cells.pop()

    def end(self, *, paragraph: bool) -> None:
        """Ends the line; the next one begins a paragraph where a block ended."""
        text = self.held.strip()
        self.held = ""
        if text:
            if self.marker:
                text, self.marker, self.fresh = f"{self.marker} {text}", "", True
            self.lines.append(TextLine(text, self.fresh, self.cells[-1] if self.cells else None))
            self.fresh = False
        self.fresh = self.fresh or paragraph


def _is_frame(tag: Tag) -> bool:
    """Tells a part of the page around the letter by its class; the head of the letter itself is none."""
    classes = {str(each).lower() for each in tag.get_attribute_list("class") if each}
    return not classes.isdisjoint(AROUND) and not FRAME.search(tag.get_text(" "))


def _span(tag: Tag, name: str) -> int:
    value = str(tag.get(name, "1"))
    return int(value) if re.fullmatch(r"[1-9]\d?", value) else 1


def _marker(tag: Tag) -> str:
    parent = tag.parent
    if parent is None or parent.name != "ol":
        return "-" if len([each for each in tag.parents if each.name in {"ul", "ol"}]) < 2 else "+"
    start = str(parent.get("start", "1"))
    number = (int(start) if start.isdigit() and len(start) < 5 else 1) + len(tag.find_previous_siblings("li"))
    match str(parent.get("type", "1")):
        case "a":
            return f"{chr(ord('a') + (number - 1) % 26)})"
        case "A":
            return f"{chr(ord('A') + (number - 1) % 26)}."
        case "I":
            return f"{roman(number).upper()}."
    return f"{number}."
