"""Says where in a text a fault lies: the line where it is no TOML, which key or table stands twice, where a wrong key stands."""

from __future__ import annotations

import re
from typing import Final

from pipeline.wording import Pair

_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")
_TWICE: Final = re.compile(r"Cannot (?:overwrite|declare)|Duplicate|Cannot mutate")
_HEADER: Final = re.compile(r"\s*(\[\[?[^\]#]+\]\]?)")
_KEY: Final = re.compile(r"\s*([\w.\"'-]+)\s*=")
_DAY: Final = re.compile(r"=\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\s*(?:#.*)?$")


def toml_fault(text: str, error: Exception) -> Pair:
    """Gives the fault in Vietnamese and in English: key and line where something stands twice, the day that there is not, else line and column."""
    place = _PLACE.search(str(error))
    if place is None:
        return "tệp kết thúc giữa chừng", str(error)
    if _TWICE.match(str(error)) and (twice := _twice(text.splitlines(), int(place[1]))):
        name, first, again = twice
        return (
            f"“{name}” ghi hai lần, ở dòng {first} và dòng {again}; hãy bỏ một",
            f'"{name}" stands twice, in lines {first} and {again}; leave one out',
        )
    line = next(iter(text.splitlines()[int(place[1]) - 1 :]), "").strip()
    if _DAY.search(line):
        return (
            f"ngày không hợp lệ ở dòng {place[1]}: “{line}”; hãy ghi một ngày có thật, như 2020-09-25",
            f'no such day in line {place[1]}: "{line}"; write one that there is, as 2020-09-25',
        )
    return f"sai ở dòng {place[1]}, cột {place[2]}", str(error)


def key_line(text: str, path: str) -> int | None:
    """Gives the line of a key within an array of tables by its path, as "source.3.hom"; None where it is not plain to see."""
    name, row, *key = path.split(".")
    wanted = {key[0], key[-1], ".".join(key)} if key and row.isdecimal() else set()
    before = -1  # the row that is being read
    inside = False
    for at, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            if header[1] == f"[[{name}]]":
                before += 1
            inside = bool(wanted) and header[1].strip("[]").partition(".")[0] == name and before == int(row)
        elif inside and _name(line) in wanted:
            return at
    return None


def _twice(lines: list[str], end: int) -> tuple[str, int, int] | None:
    """Gives the last key or table before a line, and the two lines in which it stands; None where the first is not plain to see."""
    again = next((at for at in range(min(end, len(lines)), 0, -1) if _name(lines[at - 1])), None)
    if again is None:
        return None
    name = _name(lines[again - 1])
    for at in range(again - 1, 0, -1):
        if _name(lines[at - 1]) == name:
            return name, at, again
        if not name.startswith("[") and _HEADER.match(lines[at - 1]):
            return None  # keys are unique within one table
    return None


def _name(line: str) -> str:
    found = _HEADER.match(line) or _KEY.match(line)
    return found[1] if found else ""
