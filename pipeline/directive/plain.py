"""Plain text to lines: tables that are drawn with bars, tabs or blanks are read cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from pipeline.directive.marks import mark_of
from pipeline.directive.source import Cell, TextLine

LEAST_COLUMNS: Final = 3  # of a table that is set with blanks or tabs
NAME_WORDS: Final = 6  # of a column
NEAR: Final = 3  # characters by which a cell may begin before or behind its column
_HEADED: Final = re.compile(r"\s*(?:S\.?\s?TT|TT|Số TT)\.?(?:\s{2,}|\t)\s*\S", re.IGNORECASE)  # the first column counts
_NAMES: Final = re.compile(  # of columns
    r"\W*(?:nội dung|thời gian|giai đoạn|đơn vị|cơ quan|hình thức|số lượng|nhiệm vụ|công việc|tiến độ|chủ đề|kênh|phương tiện|chủ trì|phối hợp|địa điểm|ghi chú|thời lượng|tần suất)",
    re.IGNORECASE,
)
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
    if not _is_heading(lines[at]):
        return [], at
    if "\t" in lines[at].strip():
        return _tabbed(lines, at)
    return _aligned(lines, at)


def _is_heading(line: str) -> bool:
    """Tells a line that names columns: the first counts, or two have names that tables of letters have."""
    names = [each for each in re.split(r"\t|\s{2,}", line.strip()) if each]
    return _HEADED.match(line) is not None or (
        len(names) >= LEAST_COLUMNS
        and all(len(each.split()) <= NAME_WORDS for each in names)
        and sum(bool(_NAMES.match(each)) for each in names) >= 2
    )


def _cells(parts: Sequence[_Part], table: int) -> Iterator[TextLine]:
    """Yields what is written row by row, in each row cell by cell; lines of a cell that go on are one."""
    for (row, column), lines in groupby(sorted(parts, key=_place), key=_place):
        held = ""
        for text in (part.text for part in lines):
            if held and (mark_of(text) or held.endswith((".", ";", ":"))):
                yield TextLine(held, cell=Cell(table, row, column))
                held = text
            else:
                held = f"{held} {text}".lstrip()
        yield TextLine(held, cell=Cell(table, row, column))


def _place(part: _Part) -> tuple[int, int]:
    return part.row, part.column


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
    row, end, gap, turned, numbered = 0, at, False, False, _HEADED.match(lines[at]) is not None
    for number in range(at, len(lines)):
        line = lines[number]
        if not line.strip():
            gap = True
            continue
        placed = _placed(line, starts)
        if gap and _NUMBER.fullmatch(line) and (placed is None or 0 not in placed):
            turned = True
            continue
        if placed is None or (gap and not turned and len(placed) < 2):
            break
        opens = number > at and (gap or len(placed) == len(starts))
        if numbered:
            opens = _COUNT.fullmatch(placed.get(0, "")) is not None
            if 0 in placed and number > at and not opens:
                break
        row += opens
        parts += [_Part(row, column, text) for column, text in placed.items()]
        end, gap, turned = number + 1, False, False
    return (parts, end) if row else ([], at)


def _placed(line: str, starts: Sequence[int]) -> dict[int, str] | None:
    """Gives the words of a line by column; None where they do not stand in the columns."""
    chunks = list(_CHUNK.finditer(line))
    if len(chunks) == len(starts):  # a long cell may push those behind it to the right
        return {column: found[0] for column, found in enumerate(chunks)}
    placed: dict[int, str] = {}
    for found in chunks:
        near = min(range(len(starts)), key=lambda column: abs(starts[column] - found.start()))
        if abs(starts[near] - found.start()) > NEAR or near in placed:
            return None
        if any(found.start() < start < found.end() - NEAR for start in starts[near + 1 :]):
            return None  # it runs over the next column
        placed[near] = found[0]
    return placed
