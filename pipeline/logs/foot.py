"""What stands below the items of a table: totals, and lines to sign."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pipeline.logs.columns import unmarked
from pipeline.tables import Row

FOOT: Final = (  # all that a total or a line to sign says; a blank stands for any signs
    r"(?:tổng cộng|tổng số|tổng|cộng)(?: \d+| tin| bài| lượt| lần| phút| chương trình)*",
    r"người (?:lập|ghi|tổng hợp)(?: biểu| bảng| sổ| nhật ký| báo cáo)?",
    r"thủ trưởng(?: đơn vị| cơ quan)?",
    r"k[ýí] tên(?: đóng dấu)?",
    r"k[ýí](?: và)? ghi rõ họ tên",
)
FOOT_OPENS: Final = (  # how longer ones begin, and the place and day above who signs; items may be titled like these
    r"(?:tổng cộng(?! ty\b)|tổng số|người (?:lập|ghi|tổng hợp)|thủ trưởng|xác nhận của|k[ýí] tên|k[ýí](?: và)? ghi rõ)\b.*",
    r"(?:[^,]*,\s*+)?ngày[\W_]*+\d*+[\W_]*+tháng[\W_]*+\d*+[\W_]*+năm[\W_]*+\d*+",
)


def is_foot(row: Row, cells: Mapping[str, Any]) -> bool:
    """Tells whether a row is a total or a line to sign below a table: no channel, no day, and the words for it.

    Words that may open a title as well, "Tổng số ca mắc giảm", count only where outlet and time are empty too.
    """
    if not all(blank(cells.get(name)) for name in ("channel", "day")):
        return False
    if any(_says(_FOOT, cell) for cell in row.cells):
        return True
    bare = all(blank(value) or _says(_FOOT_OPENS, value) for value in map(cells.get, ("outlet", "time")))
    return bare and any(_says(_FOOT_OPENS, cell) for cell in row.cells)


def _says(words: tuple[re.Pattern[str], re.Pattern[str]], cell: Any) -> bool:
    """Tells whether a cell says such words, as `_words` gives them. Only where it has no marks are they left out of account.

    Else a "thứ trưởng", of whom items tell, would sign as "thủ trưởng".
    """
    marked, bare = words
    text = unicodedata.normalize("NFC", str(cell).strip().casefold()) if cell is not None else ""
    return bool((bare if text.isascii() else marked).fullmatch(text))


def blank(value: Any) -> bool:
    """Tells whether a cell says nothing."""
    return value is None or not str(value).strip()


def _words(patterns: Iterable[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Compiles what is compared with a text in marks, and with one without."""
    marked = rf"\W*+(?:{'|'.join(patterns)})\W*".replace(" ", r"\W+")
    return re.compile(marked, re.DOTALL), re.compile(unmarked(marked), re.DOTALL)


_FOOT: Final = _words(FOOT)
_FOOT_OPENS: Final = _words(FOOT_OPENS)
