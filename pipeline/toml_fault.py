"""Says where a text is no TOML: the line, and which key or table of it stands twice."""

from __future__ import annotations

import re
from typing import Final

from pipeline.wording import Pair

_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")
_TWICE: Final = re.compile(r"Cannot (?:overwrite|declare)|Duplicate|Cannot mutate")
_HEADER: Final = re.compile(r"\s*(\[\[?[^\]#]+\]\]?)")
_KEY: Final = re.compile(r"\s*([\w.\"'-]+)\s*=")


def toml_fault(text: str, error: Exception) -> Pair:
    """Gives the fault in Vietnamese and in English: key and line where something stands twice, else line and column."""
    place = _PLACE.search(str(error))
    if place is None:
        return "tệp kết thúc giữa chừng", str(error)
    if _TWICE.match(str(error)) and (twice := _twice(text.splitlines(), int(place[1]))):
        name, first, again = twice
        return (
            f"“{name}” ghi hai lần, ở dòng {first} và dòng {again}; hãy bỏ một",
            f'"{name}" stands twice, in lines {first} and {again}; leave one out',
        )
    return f"sai ở dòng {place[1]}, cột {place[2]}", str(error)


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
