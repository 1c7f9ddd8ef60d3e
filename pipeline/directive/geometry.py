"""Letters of a page with their places become lines in reading order: columns one after the other, tables cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final, Literal

from pipeline.directive.forms import OFFICE, RECIPIENTS
from pipeline.directive.marks import mark_of
from pipeline.directive.source import Cell, TextLine

SAME_LINE: Final = 0.4  # of a letter's size: baselines nearer than this are one line
SPACE: Final = 0.18  # of a letter's size: a gap that parts words where no space is written
HINTED: Final = 0.06  # … where the reader of PDF sees one, too
UNWRITTEN: Final = 0.45  # … on a page that writes its spaces: there, a font that lacks letters shows false gaps
FIGURES: Final = 0.4  # … behind figures: those of Arial stand as wide as the widest, and "11" shows a gap of 0.29
BEHIND: Final = "0123456789.,/:;)"  # what stands close behind a figure
AHEAD: Final = 3  # rows by which the right column may begin higher than the left
BESIDE: Final = 0.75  # of a letter's size: lines of one column are further apart in height
GUTTER: Final = 1.6  # of a letter's size: a gap that may part two columns
SHORT: Final = 4.0  # letters' sizes that a full line may miss of its column's edge: a long word went to the next line
LEAST_ROWS: Final = 6  # of a column that tells where its edge is
TOUCH: Final = 3.0  # points by which ruled lines may miss each other
TWICE: Final = 0.15  # of a letter's size: the same letter so near is drawn twice
INDENT: Final = 1.2  # of a letter's size: the first line of a paragraph is set in by more
APART: Final = 1.7  # of the usual distance of lines: more shows an empty line
MOST_RULES: Final = 1_500  # of a page; drawings have more
NOTE_SIZE: Final = 0.9  # of the usual size of a page's letters: smaller ones below the text are footnotes
_NOTE: Final = re.compile(r"\(?\d{1,2}\)?[.:]?\s*[^\W\d]")
_LEADING: Final = re.compile(r"^\d{1,2}(?=[^\W\d])")  # a raised number has no space behind it
_MARKER: Final = re.compile(r"\(?[\dIVXivxa-zđ]{1,4}(?:\.\d{1,2})*[.)]?|[-–—+*•]")


Way = Literal["level", "upright"]


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter: its left and right edge, its baseline from the page's bottom, its size, all in points; whether a space is written before it."""

    char: str
    left: float
    right: float
    base: float
    size: float
    spaced: bool | None = None  # None on a page that writes none
    hinted: bool = False  # the reader of PDF sees one there


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruled line: level at height `at` from `start` to `end`, or upright at `at`."""

    way: Way
    at: float
    start: float
    end: float


@dataclass(slots=True)
class Piece:
    """Letters of one line that stand close together."""

    glyphs: list[Glyph]

    @property
    def left(self) -> float:
        """Gives the left edge."""
        return self.glyphs[0].left

    @property
    def right(self) -> float:
        """Gives the right edge."""
        return max(glyph.right for glyph in self.glyphs)

    def text(self) -> str:
        """Joins the letters, with a space where one is written or where they stand apart."""
        made, right = "", None
        for glyph in self.glyphs:
            apart = FIGURES if made[-1:].isdigit() and glyph.char in BEHIND else SPACE
            if glyph.spaced or glyph.hinted:
                apart = -1.0 if glyph.spaced else HINTED
            elif glyph.spaced is False:
                apart = max(apart, UNWRITTEN)
            if right is not None and glyph.left - right > apart * glyph.size and not made.endswith(" "):
                made += " "
            made += glyph.char
            right = glyph.right
        return made.strip()


@dataclass(frozen=True, slots=True)
class Row:
    """The pieces that stand on one baseline, from left to right."""

    base: float
    pieces: tuple[Piece, ...]


def page_lines(glyphs: Sequence[Glyph], rules: Sequence[Rule], tables: int) -> tuple[list[TextLine], int]:
    """Gives the lines of a page; `tables` counts those of the pages before, and is given back with this page's added."""
    grids = _grids(rules[:MOST_RULES]) if len(rules) <= MOST_RULES else []
    inside: list[list[Glyph]] = [[] for _ in grids]
    outside: list[Glyph] = []
    for glyph in glyphs:
        at = next((number for number, grid in enumerate(grids) if grid.holds(glyph)), None)
        (outside if at is None else inside[at]).append(glyph)
    rows, notes = _without_notes(_rows(outside))
    blocks: list[tuple[float, Row | int]] = [(row.base, row) for row in _beside(rows)]
    blocks += [(grid.top, number) for number, grid in enumerate(grids)]
    blocks.sort(key=lambda block: -block[0])
    lines: list[TextLine] = []
    waiting: list[Row] = []
    for _, block in blocks:
        if isinstance(block, Row):
            waiting.append(block)
            continue
        lines += _flow(waiting)
        waiting = []
        tables += 1
        lines += grids[block].lines(inside[block], tables)
    return [*lines, *_flow(waiting), *notes], tables


def _beside(rows: Sequence[Row]) -> list[Row]:
    """Joins rows that stand beside each other a little apart in height: columns need not share their baselines."""
    joined: list[Row] = []
    for row in rows:
        above = joined[-1] if joined else None
        size = row.pieces[0].glyphs[0].size
        if above and above.base - row.base < BESIDE * size and _apart(above, row, size):
            joined[-1] = Row(above.base, tuple(sorted((*above.pieces, *row.pieces), key=lambda piece: piece.left)))
        else:
            joined.append(row)
    return joined


def _apart(one: Row, other: Row, size: float) -> bool:
    left, right = sorted((one, other), key=lambda row: row.pieces[0].left)
    return right.pieces[0].left - max(piece.right for piece in left.pieces) > GUTTER * size


def _without_notes(rows: Sequence[Row]) -> tuple[Sequence[Row], list[TextLine]]:
    """Parts the footnotes of a page from its text: numbered, in small letters, below everything but the page's number."""
    sizes = [[glyph.size for piece in row.pieces for glyph in piece.glyphs] for row in rows]
    usual = median([size for row in sizes for size in row] or [1.0])
    end = len(rows) - 1 if rows and _line(rows[-1]).isdigit() else len(rows)
    start = end
    while start and median(sizes[start - 1]) <= NOTE_SIZE * usual:
        start -= 1
    while start < end and not _NOTE.match(_line(rows[start])):
        start += 1
    if start == 0 or any(RECIPIENTS.match(_line(row)) for row in rows[start:end]):
        return rows, []
    notes: list[str] = []
    for text in map(_line, rows[start:end]):
        if _NOTE.match(text) or not notes:
            notes.append(_LEADING.sub(r"\g<0> ", text))
        else:
            notes[-1] += f" {text}"
    return [*rows[:start], *rows[end:]], [TextLine(text, whole=True, note=True) for text in notes]


def _line(row: Row) -> str:
    return "   ".join(piece.text() for piece in row.pieces)


def _rows(glyphs: Sequence[Glyph]) -> list[Row]:
    """Gathers letters on one baseline, and cuts where they stand far apart."""
    rows: list[list[Glyph]] = []
    bases: list[float] = []
    for glyph in sorted((each for each in glyphs if not each.char.isspace()), key=lambda each: -each.base):
        if rows and abs(bases[-1] - glyph.base) <= SAME_LINE * min(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
            bases.append(glyph.base)
    return [Row(base, _pieces(row)) for base, row in zip(bases, rows, strict=True)]


def _pieces(row: list[Glyph]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    right = 0.0
    for glyph in _once(sorted(row, key=lambda each: each.left)):
        far = not pieces or glyph.left - right > GUTTER * glyph.size
        if far and not (len(pieces) > 0 and _MARKER.fullmatch(pieces[-1].text())):
            pieces.append(Piece([glyph]))
        else:
            pieces[-1].glyphs.append(glyph)
        right = max(right, glyph.right) if len(pieces[-1].glyphs) > 1 else glyph.right
    return tuple(pieces)


def _once(row: Sequence[Glyph]) -> Iterator[Glyph]:
    """Yields letters, each once: to seem bold, some are drawn twice."""
    held: Glyph | None = None
    for glyph in row:
        if held is None or glyph.char != held.char or glyph.left - held.left > TWICE * glyph.size:
            yield glyph
        held = glyph


def _flow(rows: Sequence[Row]) -> list[TextLine]:
    """Gives lines outside tables: rows that share a gutter are read column by column."""
    lines: list[TextLine] = []
    usual = _usual(rows)
    edge = max((piece.right for row in rows for piece in row.pieces), default=0.0)
    at = 0
    while at < len(rows):
        end, gutter = _band(rows, at, usual)
        if gutter is None or end - at == 1:
            lines += _gap(rows, at, usual)
            right = max(piece.right for piece in rows[at].pieces)
            near = edge - right < SHORT * rows[at].pieces[-1].glyphs[-1].size
            full = near if len(rows) >= LEAST_ROWS else None
            lines.append(TextLine(_line(rows[at]), full=full, opens=near and _indented(rows, at)))
            at += 1
            continue
        lines += _gap(rows, at, usual)
        middle = sum(gutter) / 2
        for left in (True, False):
            side = [
                Row(row.base, pieces)
                for row in rows[at:end]
                if (pieces := tuple(piece for piece in row.pieces if (piece.left < middle) is left))
            ]
            lines += [*_flow(side), TextLine("")]
        at = end
    return lines


def _indented(rows: Sequence[Row], at: int) -> bool:
    """Tells a row that begins a paragraph: set in, and the row behind it at the margin, where no list goes on."""
    if at + 1 >= len(rows) or len(rows) < LEAST_ROWS:
        return False
    row, behind = rows[at], rows[at + 1]
    margin = min(each.pieces[0].left for each in rows)
    size = row.pieces[0].glyphs[0].size
    text, goes_on = _line(row), _line(behind)
    set_in = row.pieces[0].left - margin > INDENT * size and behind.pieces[0].left - margin < SPACE * size
    return set_in and text[:1].isupper() and not mark_of(text) and not mark_of(goes_on)


def _first_word(row: Row) -> float:
    """Gives the width of a row's first word with the space before it."""
    glyphs = row.pieces[0].glyphs
    end = next((at for at, (a, b) in enumerate(pairwise(glyphs)) if b.left - a.right > SPACE * a.size), len(glyphs) - 1)
    return glyphs[end].right - glyphs[0].left + SPACE * glyphs[0].size


def _gap(rows: Sequence[Row], at: int, usual: float) -> list[TextLine]:
    return [TextLine("")] if at and rows[at - 1].base - rows[at].base > APART * usual else []


def _usual(rows: Sequence[Row]) -> float:
    return median([upper.base - lower.base for upper, lower in pairwise(rows)] or [1.0])


def _band(rows: Sequence[Row], start: int, usual: float) -> tuple[int, tuple[float, float] | None]:
    """Gives where the rows end that leave the same gutter free, from `start`; the gutter, None where there is none."""
    first = start
    lead = next((at for at in range(start, min(start + AHEAD, len(rows))) if len(rows[at].pieces) > 1), None)
    if lead is None:
        return start + 1, None
    widest = max(pairwise(rows[lead].pieces), key=lambda two: two[1].left - two[0].right)
    if any(abs(row.pieces[0].left - widest[1].left) > widest[1].glyphs[0].size / 4 for row in rows[start:lead]):
        return start + 1, None  # else the right column begins higher
    gutter = (widest[0].right, widest[1].left)
    least = 6.0  # points: less is no gutter
    end = start
    sides = [0, 0]
    while end < len(rows):
        narrowed = _narrowed(gutter, rows[end])
        if narrowed is None or narrowed[1] - narrowed[0] < least:
            break
        alone = len({piece.left < sum(narrowed) / 2 for piece in rows[end].pieces}) == 1
        if end > first and _ends_letter(rows[end]):
            break  # columns of the body are over: recipients and signature stand beside each other below them
        if alone and end > first and rows[end - 1].base - rows[end].base > 2.5 * usual:
            break
        for piece in rows[end].pieces:
            sides[piece.left >= sum(narrowed) / 2] += 1
        gutter = narrowed
        end += 1
    if end <= first or not all(sides):
        return start + 1, None
    return end, gutter


def _ends_letter(row: Row) -> bool:
    """Tells a row in which the recipients begin, and the office that signs stands beside them."""
    return bool(RECIPIENTS.match(row.pieces[0].text()) and OFFICE.fullmatch(row.pieces[-1].text()))


def _narrowed(gutter: tuple[float, float], row: Row) -> tuple[float, float] | None:
    """Gives what of a gutter the row leaves free; None where the row runs across it."""
    low, high = gutter
    for piece in row.pieces:
        if piece.right <= low or piece.left >= high:
            continue
        if piece.left > low and piece.right >= high:
            high = piece.left
        elif piece.left <= low and piece.right < high:
            low = piece.right
        else:
            return None
    return (low, high) if low < high else None


@dataclass(slots=True)
class Grid:
    """A ruled table: the places of its lines, and which of them are really drawn."""

    columns: list[float]  # places of upright lines, from the left
    rows: list[float]  # places of level lines, from the top
    rules: list[Rule]

    @property
    def top(self) -> float:
        """Gives the height at which the table begins."""
        return self.rows[0]

    def holds(self, glyph: Glyph) -> bool:
        """Tells whether a letter stands in the table."""
        return self.columns[0] <= glyph.left <= self.columns[-1] and self.rows[-1] <= glyph.base <= self.rows[0]

    def lines(self, glyphs: Sequence[Glyph], table: int) -> list[TextLine]:
        """Gives the lines of the cells, row by row."""
        cells: dict[tuple[int, int], list[Glyph]] = {}
        for glyph in glyphs:
            row = max(0, sum(at >= glyph.base for at in self.rows) - 1)
            column = max(0, sum(at <= (glyph.left + glyph.right) / 2 for at in self.columns) - 1)
            cells.setdefault(self._whole(min(row, len(self.rows) - 2), min(column, len(self.columns) - 2)), []).append(
                glyph
            )
        return [line for place in sorted(cells) for line in self._cell_lines(_rows(cells[place]), table, place)]

    def _cell_lines(self, rows: Sequence[Row], table: int, place: tuple[int, int]) -> Iterator[TextLine]:
        """Yields the lines of a cell; one is full where the first word of the next could not stand on it."""
        cell = Cell(table, *place, self._height(*place))
        column = place[1]
        while column + 2 < len(self.columns) and self._whole(place[0], column + 1) == place:
            column += 1
        margin = min(row.pieces[0].left for row in rows) - self.columns[place[1]]
        edge = self.columns[column + 1] - margin
        for row, behind in zip(rows, [*rows[1:], None], strict=True):
            full = behind is not None and edge - row.pieces[-1].right < _first_word(behind)
            yield TextLine(_line(row), cell=cell, full=full)

    def _height(self, row: int, column: int) -> int:
        """Gives over how many rows a cell reaches."""
        last = next(
            (at for at in range(row + 1, len(self.rows) - 1) if self._whole(at, column) != (row, column)),
            len(self.rows) - 1,
        )
        return last - row

    def _whole(self, row: int, column: int) -> tuple[int, int]:
        """Gives the first place of the cell to which a place belongs: merged cells have no line between them."""
        while column > 0 and not self._drawn(
            "upright", self.columns[column], (self.rows[row] + self.rows[row + 1]) / 2
        ):
            column -= 1
        while row > 0 and not self._drawn(
            "level", self.rows[row], (self.columns[column] + self.columns[column + 1]) / 2
        ):
            row -= 1
        return row, column

    def _drawn(self, way: Way, at: float, across: float) -> bool:
        return any(
            rule.way == way and abs(rule.at - at) <= TOUCH and rule.start - TOUCH <= across <= rule.end + TOUCH
            for rule in self.rules
        )


def _grids(rules: Sequence[Rule]) -> list[Grid]:
    """Gathers ruled lines that touch; those that make at least two cells are a table."""
    groups: list[list[Rule]] = []
    for rule in rules:
        touching = [group for group in groups if any(_touch(rule, other) for other in group)]
        merged = [rule] + [each for group in touching for each in group]
        kept = {id(group) for group in touching}
        groups = [*(group for group in groups if id(group) not in kept), merged]
    grids = []
    for group in groups:
        columns = _places(rule.at for rule in group if rule.way == "upright")
        rows = _places(rule.at for rule in group if rule.way == "level")[::-1]
        if len(columns) >= 3 and len(rows) >= 2:
            grids.append(Grid(columns, rows, group))
    return grids


def _touch(one: Rule, other: Rule) -> bool:
    if one.way == other.way:
        near = abs(one.at - other.at) <= TOUCH
        return near and one.start <= other.end + TOUCH and other.start <= one.end + TOUCH
    return other.start - TOUCH <= one.at <= other.end + TOUCH and one.start - TOUCH <= other.at <= one.end + TOUCH


def _places(values: Iterable[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > TOUCH:
            places.append(value)
    return places
