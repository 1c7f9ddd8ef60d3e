"""The same article in a worse state: capitals, no marks, read from paper, on a page with furniture, cut to its lead.

Natural labels hardly hold such articles; made ones tell what each fault alone costs.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from models.codebook import Codebook
from models.document import Document

OCR_RATE: Final = 0.03  # of letters misread; a fair scan of newsprint
BANNER_TOPICS: Final = 3  # topics that the page's banner names
LEAD_SENTENCES: Final = 2  # of a body that is a single paragraph

_MISREAD: Final = {
    "l": "1",
    "i": "l",
    "o": "0",
    "m": "rn",
    "n": "ri",
    "h": "b",
    "c": "e",
    "e": "c",
    "g": "q",
    "t": "f",
    "ư": "u",
}


def upper_title(document: Document, _codebook: Codebook, _chance: random.Random) -> Document:
    """Writes the title in capitals."""
    return Document(document.title.upper(), document.body)


def no_diacritics(document: Document, _codebook: Codebook, _chance: random.Random) -> Document:
    """Takes all Vietnamese marks away."""
    return Document(_bare(document.title), _bare(document.body))


def ocr_noise(document: Document, _codebook: Codebook, chance: random.Random) -> Document:
    """Misreads letters, loses marks and blanks, as reading from paper does."""
    return Document(_misread(document.title, chance), _misread(document.body, chance))


def banner(document: Document, codebook: Codebook, chance: random.Random) -> Document:
    """Puts a line under the body that names some topics, as menus and banners of a page do."""
    names = [topic.name for topic in codebook.topics]
    named = chance.sample(names, min(BANNER_TOPICS, len(names)))
    return Document(document.title, f"{document.body}\nChuyên mục: {' | '.join(named)}")


def lead_only(document: Document, _codebook: Codebook, _chance: random.Random) -> Document:
    """Keeps the title and the first paragraph, or the first sentences where there is only one."""
    first, _, rest = document.body.strip().partition("\n")
    return Document(document.title, first if rest else " ".join(document.lines()[1 : 1 + LEAD_SENTENCES]))


VARIANTS: Final[Mapping[str, Callable[[Document, Codebook, random.Random], Document]]] = {
    change.__name__: change for change in (upper_title, no_diacritics, ocr_noise, banner, lead_only)
}


def perturbed(name: str, document: Document, codebook: Codebook, seed: int) -> Document:
    """Gives an article in the state that `VARIANTS` names; the same seed and article give the same text."""
    return VARIANTS[name](document, codebook, random.Random(f"{seed} {document.title}"))  # noqa: S311 - no secret


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in apart if not unicodedata.combining(char))


def _misread(text: str, chance: random.Random) -> str:
    return "".join(_misread_one(char, chance) if chance.random() < OCR_RATE else char for char in text)


def _misread_one(char: str, chance: random.Random) -> str:
    """Gives what stands there instead: nothing for a blank, a look-alike for a letter, most often the letter without marks."""
    if char == "\n" or not (char.isalpha() or char == " "):
        return char
    bare = _bare(char)
    return _MISREAD.get(char, bare if bare != char else chance.choice(("", f"{char} ", "|"))) if char != " " else ""
