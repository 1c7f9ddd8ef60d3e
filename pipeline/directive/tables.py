"""Tables of a letter: rows of cells, what each column is about, and values that stand for several rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from pipeline.directive.bodies import groups_in
from pipeline.directive.dates import SOME_YEAR, spans
from pipeline.directive.layout import Block
from pipeline.directive.verbs import DOES

Column = Literal["number", "content", "work", "time", "due", "who", "how", "amount", "other"]
SHORT_CELL: Final = 14  # words of a cell that tells a time; one that names bodies may have twice as many
ROWS_OF_HEADING: Final = 2  # rows within which a table's heading ends

_PATTERNS: Final[tuple[tuple[Column, str], ...]] = (
    ("number", r"^(?:s?tt|số tt|số thứ tự|stt)\.?$"),
    ("due", r"báo cáo"),
    ("time", r"thời gian|thời điểm|tiến độ|giai đoạn|thời hạn|^đợt|ngày|kỳ"),
    ("amount", r"số lượng|chỉ tiêu|tần suất|định mức|thời lượng|số tin"),
    ("work", r"nội dung (?:công việc|nhiệm vụ|thực hiện|hoạt động)|nhiệm vụ|công việc|hoạt động"),
    ("content", r"nội dung|chủ đề|đề tài|chuyên đề|vấn đề|thông điệp|tuyên truyền về"),
    ("who", r"đơn vị|cơ quan|chủ trì|phối hợp|thực hiện|phụ trách|trách nhiệm"),
    ("how", r"hình thức|phương tiện|kênh|chuyên mục|chuyên trang|sản phẩm"),
)
_COLUMNS: Final = [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _PATTERNS]


@dataclass(slots=True)
class TableRow:
    """One row: its blocks by column, and what a column says for it although it is written in a row above."""

    table: int
    number: int  # from 1, without the heading
    row: int  # as cells count rows
    cells: dict[int, list[Block]]
    columns: dict[int, Column]

    def blocks(self, column: Column) -> list[Block]:
        """Gives the blocks of the columns of a kind."""
        return [
            block for at in sorted(self.cells) if self.columns.get(at, "other") == column for block in self.cells[at]
        ]

    def text(self, column: Column) -> str:
        """Gives the words of the columns of a kind."""
        return "; ".join(block.text for block in self.blocks(column))

    @property
    def title(self) -> str:
        """Gives the words of a row that is one cell over the whole width, "" for other rows."""
        if len(self.columns) < 3:
            return ""
        told = [" ".join(block.text for block in blocks) for blocks in self.cells.values()]
        counted = [text for text in told if not re.fullmatch(r"\W*(?:[IVX]+|[A-H])\W*", text)]
        return counted[0] if len(counted) == 1 else ""


def tables_in(blocks: Sequence[Block]) -> list[list[TableRow]]:
    """Gives the tables whose heading says what their columns are about; one that goes on over a page has its columns."""
    tables: list[list[TableRow]] = []
    columns: dict[int, Column] = {}
    for rows in _by_table(blocks):
        heading, found = _heading(rows)
        width = max(max(row) for row in rows.values())
        if found:
            columns = found
        elif _is_headed(rows):
            columns = {}
            continue
        elif not columns or width != max(columns):
            columns = _guessed(rows, width)
            if not columns:
                continue
        body = [number for number in sorted(rows) if number >= heading]
        table = rows[body[0]] if body else {}
        first = next((block.cell.table for cell in table.values() for block in cell if block.cell), 0)
        made = [TableRow(first, at + 1, number, rows[number], columns) for at, number in enumerate(body)]
        _carry(made)
        tables.append(made)
    return tables


def cells_beside(blocks: Sequence[Block]) -> set[int]:
    """Gives the identities of cells that name columns, count rows, or say who, when and how much of what stands beside."""
    tables = [table for table in tables_in(blocks) if table]
    first = {table[0].table: table[0].row for table in tables}
    found = {id(block) for block in blocks if block.cell and block.cell.row < first.get(block.cell.table, 0)}
    asking = [row for table in tables for row in table if row.blocks("content") or row.blocks("work")]
    beside: tuple[Column, ...] = ("number", "who", "time", "due", "how", "amount")
    return found | {id(block) for row in asking for column in beside for block in row.blocks(column)}


def _reaches(cell: Sequence[Block] | None, row: int) -> bool:
    """Tells whether a cell is merged down to a row."""
    return any(block.cell is not None and block.cell.row + block.cell.rows > row for block in cell or ())


def _by_table(blocks: Sequence[Block]) -> list[dict[int, dict[int, list[Block]]]]:
    found: dict[int, dict[int, dict[int, list[Block]]]] = {}
    for block in blocks:
        if block.cell is not None and block.kind == "text":
            row = found.setdefault(block.cell.table, {}).setdefault(block.cell.row, {})
            row.setdefault(block.cell.column, []).append(block)
    return list(found.values())


def _heading(rows: dict[int, dict[int, list[Block]]]) -> tuple[int, dict[int, Column]]:
    """Gives the number of the first row below the heading, and what the columns are about; nothing where none is told."""
    for number in sorted(rows)[:ROWS_OF_HEADING]:
        named = {at: _column(" ".join(block.text for block in cell)) for at, cell in rows[number].items()}
        told = {name for name in named.values() if name not in {"other", "number"}}
        counted = "number" in named.values() and "content" in told  # "TT | Lĩnh vực | Nội dung"
        if len(named) >= 2 and (sum(name in told for name in named.values()) >= 2 or counted):
            return number + 1, named
    return 0, {}


def _is_headed(rows: dict[int, dict[int, list[Block]]]) -> bool:
    """Tells a table whose heading names other things than contents: "TT | Tên phim | Địa điểm"."""
    first = [" ".join(block.text for block in cell) for cell in rows[min(rows)].values()]
    return any(_column(text) == "number" for text in first)


def _guessed(rows: dict[int, dict[int, list[Block]]], width: int) -> dict[int, Column]:
    """Tells columns that have no heading by what most of their cells hold; nothing where none holds times or bodies."""
    columns: dict[int, Column] = {}
    texts: dict[int, list[str]] = {}
    for at in range(width + 1):
        texts[at] = [" ".join(block.text for block in row[at]) for row in rows.values() if at in row]
        kinds = Counter(_kind_of_cell(text) for text in texts[at] if text.strip())
        kind, count = kinds.most_common(1)[0] if kinds else ("other", 0)
        columns[at] = kind if 2 * count > len(rows) else "other"
    told = [at for at, kind in columns.items() if kind == "other"]
    if len(rows) < 2 or not told or not {"time", "who"} & set(columns.values()):
        return {}
    longest = max(told, key=lambda at: sum(map(len, texts[at])))
    works = sum(bool(DOES.match(text)) for text in texts[longest])
    columns[longest] = "work" if 2 * works > len(texts[longest]) else "content"
    return columns


def _kind_of_cell(text: str) -> Column:
    text = text.strip(" .;")
    if re.fullmatch(r"\d{1,3}|[IVX]{1,5}|[A-Ha-h]", text):
        return "number"
    words = len(text.split())
    if words <= SHORT_CELL and (spans(text, SOME_YEAR) or spans(f"vào {text}", SOME_YEAR)):
        return "time"
    named = groups_in(text)
    return "who" if named and named[0].start <= 4 and words <= 2 * SHORT_CELL and not DOES.match(text) else "other"


def _column(text: str) -> Column:
    if len(text.split()) > 12:
        return "other"
    return next((name for name, pattern in _COLUMNS if pattern.search(text)), "other")


def _carry(rows: Sequence[TableRow]) -> None:
    """Hands a time or a body down to rows that leave it out: its cell is merged over them."""
    for above, row in pairwise(rows):
        if row.title or above.title:
            continue
        for at, name in row.columns.items():
            if name in {"time", "due", "who"} and at not in row.cells and _reaches(above.cells.get(at), row.row):
                row.cells[at] = above.cells[at]
