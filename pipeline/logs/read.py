"""Reads a filled log, CSV or XLSX: its rows, or every fault with its row and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.errors import InputError
from pipeline.files import together
from pipeline.logs.columns import COLUMNS, NEEDED, heading, is_heading, plain
from pipeline.logs.foot import blank, is_foot
from pipeline.logs.row import LogRow, RowReader
from pipeline.tables import read_bytes, sheets
from pipeline.wording import Words

MAX_ROWS: Final = 100_000  # a loudspeaker network of 200 communes logs about 40,000 a year
VI: Final = Words("vi")
EN: Final = Words("en")


@dataclass(frozen=True, slots=True)
class Log:
    """A filled log: its rows, its bytes, and the headings of columns that say nothing to us."""

    rows: tuple[LogRow, ...]
    raw: bytes
    unused: tuple[str, ...]


def read_log(file: Path, outlets: Mapping[str, str]) -> Log:
    """Reads a filled log: every sheet that has the headings. `outlets` are names by id.

    Raises:
        InputError: one line for each fault, `file:row: column: what is wrong`; then nothing of the file is used.
    """
    raw = read_bytes(file)
    known = {plain(name): identity for identity, name in outlets.items() if name}
    known |= {plain(identity): identity for identity in outlets} | {identity: identity for identity in outlets}
    rows: list[LogRow] = []
    faults: list[tuple[str, str]] = []
    unused: list[str] = []
    numbered = heads = 0
    missing: Sequence[str] = NEEDED
    for sheet in sheets(file, raw, is_heading):
        places, strange, absent = heading(sheet.rows)
        if absent:
            missing = min(missing, absent, key=len)
            continue
        heads += 1
        unused += strange
        before = f"{sheet.name}:" if sheet.name and heads > 1 else ""
        for row in sheet.rows:
            cells = {name: row.cells[place] if place < len(row.cells) else None for name, place in places.items()}
            if all(blank(value) for value in cells.values()) or is_foot(row, cells):
                continue
            numbered += 1  # rows that are formatted and empty, of which sheets have a million, do not count
            if numbered > MAX_ROWS:
                raise InputError(
                    f"{file}: more than {EN.number(MAX_ROWS)} rows; split it",
                    f"{file}: quá {VI.number(MAX_ROWS)} dòng; hãy tách thành nhiều tệp",
                )
            found = RowReader(f"{before}{row.number}", cells, known, outlets)
            rows += [read] if (read := found.read()) else []
            faults += found.faults
    if not heads:
        raise _no_heading(file, raw, missing)
    if faults:
        raise together(file, [InputError(f"{file}:{en}", f"{file}:{vi}") for en, vi in faults])
    return Log(tuple(rows), raw, tuple(dict.fromkeys(unused)))


def _no_heading(file: Path, raw: bytes, missing: Sequence[str]) -> InputError:
    if not raw.strip():
        return InputError(f"{file}: empty", f"{file}: tệp trống")
    en, vi = (", ".join(f'"{COLUMNS[name][side]}"' for name in missing) for side in (1, 0))
    return InputError(
        f"{file}: no column {en}; take the headings of `rasoat log template`",
        f"{file}: thiếu cột {vi}; hãy dùng dòng tiêu đề của `rasoat log template`",
    )
