"""How a draft says what is open in remarks of its config.toml, and how values are written there.

`#?` is an open question, lines that begin with `#~` are a table that cannot stand yet, with `?` for what the letter does not
say, and `#:` is a duty in the letter's words.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import tomlkit

OPEN: Final = "#?"
WAITING: Final = "#~"
UNKNOWN: Final = "?"
TOLD: Final = "#:"
MARKS: Final = ("# Dự thảo chiến dịch", "# Draft campaign")  # with one of which a draft begins
UNSEEN: Final = ("chưa có người soát lại", "nobody has looked at it yet")
LINE: Final = 100  # characters of a list; a longer one is written one phrase a line


def value(given: object) -> str:
    """Gives a value as TOML writes it; long lists one item a line."""
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(given, list | tuple):
        flat = f"[{', '.join(map(value, given))}]"
        if len(flat) <= LINE:
            return flat
        return "[\n" + "".join(f"  {value(item)},\n" for item in given) + "]"
    plain = "".join(sign if sign.isprintable() else " " for sign in given) if isinstance(given, str) else given
    return str(tomlkit.item(plain).as_string())
