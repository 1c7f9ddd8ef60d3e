"""Plain text to lines: tables that are drawn with bars, tabs or blanks are read cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.directive.source import Cell, TextLine

LEAST_COLUMNS: Final = 3  # of a table that is set with blanks or tabs
NEAR: Final = 3  # characters by which a cell may begin before or behind its column
_HEADED: Final = re.compile(r"\s*(?:S\.?\s?TT|TT|Số TT)\.?(?:\s{2,}|\t)\s*\S", re.IGNORECASE)  # the first column counts
_CHUNK: Final = re.compile(r"\S+(?: \S+)*")
_COUNT: Final = re.compile(r"(?:\d{1,3}|[IVX]{1,5}|[a-zđ])[.)]?")
_NUMBER: Final = re.compile(r"\s*[-–]?\s*\d{1,3}\s*[-–]?\s*")  # of a page
_BORDER: Final = re.compile(r"\s*[+|┌├└╔╠╚][-+=|:─┬┼┴┐┤┘═╦╬╩╗╣╝\s]+")
_BARS: Final = re.compile(r"\s*[|│║].*[|│║]\s*")
_BAR: Final = re.compile(r"[|│║]")


@dataclass(frozen=True, slots=True)
class _Part:
    """Words of one line that stand in one column."""

    row: int
    column: int
    text: str


def plain_lines(lines: Sequence[str], tables: int = 0) -> list[TextLine]:
    """Gives the lines of a page; `tables` counts those of the pages before."""
    made: list[TextLine] = []
    at = 0
    while at < len(lines):
        parts, end = _table(lines, at)
        if not parts:
            made.append(TextLine(lines[at]))
            at += 1
            continue
        tables += 1
        made += _cells(parts, tables)
        at = end
    return made


def _table(lines: Sequence[str], at: int) -> tuple[list[_Part], int]:
    """Reads the table that begins at a line, if one does; gives the number of the line behind it."""
    if _BARS.fullmatch(lines[at]) or _BORDER.fullmatch(lines[at]):
        return _barred(lines, at)
    if not _HEADED.match(lines[at]):
        return [], at
    if "\t" in lines[at].strip():
        return _tabbed(lines, at)
    return _aligned(lines, at)


def _cells(parts: Sequence[_Part], table: int) -> Iterator[TextLine]:
    """Yields what is written row by row, in each row cell by cell."""
    for part in sorted(parts, key=lambda each: (each.row, each.column)):
        yield TextLine(part.text, cell=Cell(table, part.row, part.column))


def _barred(lines: Sequence[str], at: int) -> tuple[list[_Part], int]:
    """Reads a table between bars; where lines are drawn between its rows, a cell may have several lines."""
    end = at
    while end < len(lines) and (_BARS.fullmatch(lines[end]) or _BORDER.fullmatch(lines[end])):
        end += 1
    written = [line for line in lines[at:end] if not _BORDER.fullmatch(line)]
    drawn = (
        sum(_BORDER.fullmatch(line) is not None for line in lines[at:end]) > 3
    )  # more than around, and below the heading
    parts: list[_Part] = []
    row = -1
    opens = True
    for line in lines[at:end]:
        if _BORDER.fullmatch(line):
            opens = True
            continue
        cells = [cell.strip() for cell in _BAR.split(line.strip().strip("|│║"))]
        if opens or not drawn:
            row += 1
        opens = False
        parts += [_Part(row, column, cell) for column, cell in enumerate(cells) if cell]
    return (parts, end) if len(written) > 1 and any(part.column for part in parts) else ([], at)


def _tabbed(lines: Sequence[str], at: int) -> tuple[list[_Part], int]:
    """Reads a table whose cells are parted by tabs, as one that is copied from a word processor."""
    parts: list[_Part] = []
    end = at
    while end < len(lines) and "\t" in lines[end].strip():
        cells = [cell.strip() for cell in lines[end].strip().split("\t")]
        parts += [_Part(end - at, column, cell) for column, cell in enumerate(cells) if cell]
        end += 1
    wide = max((part.column for part in parts), default=0) + 1
    return (parts, end) if end - at > 1 and wide >= LEAST_COLUMNS else ([], at)


def _aligned(lines: Sequence[str], at: int) -> tuple[list[_Part], int]:
    """Reads a table whose columns are set with blanks below their names, and whose rows are counted."""
    starts = [found.start() for found in _CHUNK.finditer(lines[at])]
    if len(starts) < LEAST_COLUMNS:
        return [], at
    parts: list[_Part] = []
    row, end, gap, turned = 0, at, False, False
    for number in range(at, len(lines)):
        line = lines[number]
        if not line.strip():
            gap = True
            continue
        placed = _placed(line, starts)
        if gap and _NUMBER.fullmatch(line) and (placed is None or 0 not in placed):
            turned = True
            continue
        counted = placed is not None and _COUNT.fullmatch(placed.get(0, "")) is not None
        if (
            placed is None
            or (gap and not counted and not turned and len(placed) < 2)
            or (0 in placed and number > at and not counted)
        ):
            break
        row += counted
        parts += [_Part(row, column, text) for column, text in placed.items()]
        end, gap, turned = number + 1, False, False
    return (parts, end) if row else ([], at)


def _placed(line: str, starts: Sequence[int]) -> dict[int, str] | None:
    """Gives the words of a line by column; None where they do not stand in the columns."""
    placed: dict[int, str] = {}
    for found in _CHUNK.finditer(line):
        near = min(range(len(starts)), key=lambda column: abs(starts[column] - found.start()))
        if abs(starts[near] - found.start()) > NEAR or near in placed:
            return None
        if any(found.start() < start < found.end() - NEAR for start in starts[near + 1 :]):
            return None  # it runs over the next column
        placed[near] = found[0]
    return placed
