"""Markers of lists: what stands before an element ("I.", "1.2.", "a)", "-"), of which kind it is and which number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pipeline.directive.letters import UPPER
from pipeline.directive.numerals import from_roman

LETTERS: Final = "abcdđeghiklmnopqrstuvxy"  # as Vietnamese offices count them
DASHES: Final = r"\-–—−"  # as a class of characters writes them
BULLETS: Final = "*•●▪■◦○➢►✓✔❖"
ORDINALS: Final = {"nhất": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7}

_SIGN: Final = re.compile(
    rf"""\s*(?:
      (?P<part>(?:Phần|Chương|Mục|Điều)\s+(?:thứ\s+)?(?:[IVX]{{1,5}}|\d{{1,2}}|nhất|hai|ba|tư|bốn|năm|sáu|bảy)\b\s*[.:–-]?)
    | (?P<said>(?:Một|Hai|Ba|Bốn|Năm|Sáu|Bảy)\s+là|Thứ\s+(?:nhất|hai|ba|tư|năm|sáu|bảy))(?:\s*[,:]\s*|\s)(?=\S)
    | (?P<decimal>\d{{1,2}}(?:\.\d{{1,2}}){{1,3}})(?:[.)]|[-–](?=\s))?(?=\s+\S|[^\W\d]|\s*$)
    | (?P<roman>(?!V/v)[IVX]{{1,5}})\s*(?:[.)/](?=\s|[^\W\d]|$)|[-–](?=\s))
    | (?P<number>\d{{1,2}})\s*(?:\.(?=\s|[^\W\d]|$)|/(?=\s)|[-–]\s(?=\s*[^\W\d]))
    | (?P<numbered>\d{{1,2}})\)(?=\s|[^\W\d]|$)
    | \((?P<inner_roman>[ivx]{{1,4}})\)(?=\s|[^\W\d])
    | \((?P<inner>\d{{1,2}}|[a-zđ])\)(?=\s|[^\W\d])
    | (?P<upper>[A-HĐ])\s*[.)](?=\s)
    | (?P<letter>[a-zđ])\s*[)/](?=\s|[^\W\d]|$)
    | (?P<dotted>[a-zđ])\.(?=\s|[{UPPER}])
    | (?P<plus>\+)(?=\s*\S)
    | (?P<dash>[{DASHES}])(?=\s*[^\s{DASHES}])
    | (?P<bullet>[{BULLETS}])(?=\s*[^\s{BULLETS}])
    | (?P<hollow>o)\s(?=\s*[{UPPER}])
    )\s*""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker: its kind, its number among its like (0 where it has none), as it is written, and its length."""

    kind: str
    value: int
    sign: str
    length: int  # characters, with the spaces around

    @property
    def counted(self) -> bool:
        """Tells markers with numbers from dashes."""
        return self.kind not in {"plus", "dash", "bullet", "hollow"}


def mark_of(line: str) -> Mark | None:  # noqa: PLR0911 - one return for each kind
    """Reads the marker at the beginning of a line; None where there is none."""
    found = _SIGN.match(line)
    if found is None:
        return None
    kind = found.lastgroup or ""
    written = found.group(kind)
    sign = found[0].strip()
    length = found.end()
    match kind:
        case "part" | "said":
            count = _ordinal(written)
            name = written.split()[0].casefold() if kind == "part" else kind
            return Mark(name, count, sign.rstrip(".:–- ") if kind == "part" else str(count), length)
        case "decimal":
            levels = written.rstrip(".)").split(".")
            return Mark(f"decimal{len(levels)}", int(levels[-1]), ".".join(levels), length)
        case "roman":
            value = from_roman(written)
            return Mark("roman", value, written, length) if value else None
        case "number" | "numbered":
            return Mark(kind, int(written), written, length)
        case "inner_roman":
            return Mark(kind, from_roman(written.upper()) or 0, f"({written})", length)
        case "inner":
            value = int(written) if written.isdigit() else LETTERS.find(written) + 1
            return Mark("inner" if written.isdigit() else "inner_letter", value, f"({written})", length)
        case "upper":
            return Mark("upper", "ABCDĐEGH".find(written) + 1, written, length)
        case "letter" | "dotted":
            return Mark(kind, LETTERS.find(written) + 1, written, length)
    return Mark(kind, 0, sign, length)


def _ordinal(written: str) -> int:
    last = written.rstrip(" .:–-").removesuffix(" là").split()[-1]
    return int(last) if last.isdigit() else ORDINALS.get(last.casefold(), 0) or from_roman(last) or 0


def follows(before: int, mark: Mark) -> bool:
    """Tells whether a counted marker may come after its like with number `before` (0: it is the first)."""
    reach = 4 if mark.kind in {"letter", "dotted", "inner_letter"} else 2  # f, j, w and z are left out by most
    return 0 < mark.value - before <= reach
