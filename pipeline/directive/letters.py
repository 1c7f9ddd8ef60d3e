"""Vietnamese capital and small letters, as classes of characters write them: ranges of code points mix the two."""

from __future__ import annotations

import re
from typing import Final

from models.text import old_tones

UPPER: Final = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"
LOWER: Final = "a-zàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_TONED: Final = re.compile(rf"[{LOWER}]*(?:[òóỏõọ][ae]|[ùúủũụ]y)(?![{LOWER}])")


def either_tone(pattern: str) -> str:
    """Gives a pattern that finds "hóa" and "hoá" alike: offices place the mark in both ways."""
    return _TONED.sub(lambda found: f"(?:{found[0]}|{old_tones(found[0])})", pattern)
