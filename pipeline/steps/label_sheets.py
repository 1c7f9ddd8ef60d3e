"""The outer form of label files: JSON lines, CSV, or one JSON document; what their rows mean is for others to say."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from pipeline.errors import InputError
from pipeline.files import numbered_jsonl, unpacked, writing
from pipeline.steps.label_rows import from_cells

MOST_BYTES: Final = 500_000_000  # of one JSON document, which is read whole
HEAD: Final = 4_096  # bytes in which a document's first sign stands


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows with the numbers of their lines."""

    rows: Iterator[tuple[int, dict[str, Any]]]


def read_sheet(file: Path, bad: Callable[[InputError], None]) -> Sheet | object:
    """Gives the rows of a file of JSON lines or CSV (`.gz` allowed), or the value of one that is a single JSON list.

    Rows that cannot be read are handed to `bad`.

    Raises:
        InputError: names the file: not there, damaged, not UTF-8, or no JSON.
    """
    name = file.name.removesuffix(".gz").casefold()
    if name.endswith(".csv"):
        return Sheet(_csv(file, bad))
    if not name.endswith(".jsonl") and _head(file).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return _document(file)
    return Sheet(numbered_jsonl(file, bad=bad))


def write_csv(out: Path | None, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Writes CSV with a byte-order mark, as office spreadsheets expect of UTF-8; gives the number of rows."""
    if out is None:
        return _write(sys.stdout.buffer, columns, rows)
    with writing(out) as raw:
        return _write(raw, columns, rows)


def _write(raw: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow(columns)
        number = 0
        for row in rows:
            writer.writerow(row)
            number += 1
        return number
    finally:
        text.detach()  # whoever opened the file closes it


def _csv(file: Path, bad: Callable[[InputError], None]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yields the rows of a table with a heading; a list of topics has semicolons between them."""
    text = io.StringIO(_text(file), newline="")
    csv.field_size_limit(
        MOST_BYTES
    )  # of the whole program: a cell of ours may hold more than the 131,072 of the default
    reader = csv.reader(text, strict=True)
    try:
        heading = [name.strip() for name in next(reader, [])]
        for row in reader:
            number = reader.line_num
            if not any(row):
                continue
            if len(row) != len(heading):
                bad(
                    InputError(
                        f"{file}:{number}: {len(row)} cells under {len(heading)} headings",
                        f"{file}:{number}: có {len(row)} ô, trong khi hàng tiêu đề có {len(heading)} ô",
                    )
                )
                continue
            cells = dict(zip(heading, row, strict=True))
            yield number, from_cells(cells) if "kind" in cells else _plain(cells)
    except csv.Error as error:
        raise InputError(
            f"{file}:{reader.line_num}: not CSV: {error}", f"{file}:{reader.line_num}: không phải CSV hợp lệ: {error}"
        ) from None


def _plain(cells: dict[str, str]) -> dict[str, Any]:
    """Gives a row of a table that is not ours entirely: topics as lists, empty cells as nothing."""
    row: dict[str, Any] = {key: cell for key, cell in cells.items() if cell != ""}
    for key in ("topics", "reviewed"):
        if key in cells and (key in row or key == "topics"):
            row[key] = [part.strip() for part in cells[key].split(";") if part.strip()]
    if "topics" not in cells and not {"label", "labels"} & row.keys() and {"label", "labels"} & cells.keys():
        row["label"] = []
    return row


def _text(file: Path) -> str:
    try:
        return _bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file}: not UTF-8 ({error.reason}); save it as UTF-8",
            f"{file}: không theo bảng mã UTF-8; hãy lưu lại bằng UTF-8",
        ) from None


def _document(file: Path) -> object:
    try:
        return json.loads(_text(file))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: not JSON: {error}", f"{file}: không phải JSON: {error}") from None


def _head(file: Path) -> bytes:
    with unpacked(file) as raw:
        return raw.read(HEAD)


def _bytes(file: Path) -> bytes:
    with unpacked(file) as raw:
        found = raw.read(MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise InputError(
            f"{file}: more than {MOST_BYTES:,} bytes; cut it into several",
            f"{file}: tệp quá lớn; hãy chia thành nhiều tệp",
        )
    return found
