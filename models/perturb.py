"""The same article in a worse state: capitals, no marks, read from paper, among furniture or other news, cut short.

Natural labels hardly hold such articles; made ones tell what each fault alone costs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from models.document import Document
from models.restore import bare

OCR_RATE: Final = 0.03  # of letters misread; a fair scan of newsprint
BANNER_TOPICS: Final = 3  # topics that the page's banner names
DIGEST_SYLLABLES: Final = 1_500  # of the day's news together
CAPTION_SYLLABLES: Final = 50  # with the title
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


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What may stand around an article: topics that a page's banner names, and news that has none of them."""

    topics: tuple[str, ...]  # names
    news: tuple[Document, ...]


def upper_title(document: Document, _around: Surroundings, _chance: random.Random) -> Document:
    """Writes the title in capitals."""
    return Document(document.title.upper(), document.body)


def no_diacritics(document: Document, _around: Surroundings, _chance: random.Random) -> Document:
    """Takes all Vietnamese marks away."""
    return Document(bare(document.title), bare(document.body))


def ocr_noise(document: Document, _around: Surroundings, chance: random.Random) -> Document:
    """Misreads letters, loses marks and blanks, as reading from paper does."""
    return Document(_misread(document.title, chance), _misread(document.body, chance))


def banner(document: Document, around: Surroundings, chance: random.Random) -> Document:
    """Puts a line under the body that names some topics, as menus and banners of a page do."""
    named = chance.sample(around.topics, min(BANNER_TOPICS, len(around.topics)))
    return Document(document.title, f"{document.body}\nChuyên mục: {' | '.join(named)}")


def digest(document: Document, around: Surroundings, chance: random.Random) -> Document:
    """Puts other news before and after the body, until it is as long as a digest of the day."""
    parts = [document.body]
    for other in chance.sample(around.news, len(around.news)):
        if sum(len(part.split()) for part in parts) >= DIGEST_SYLLABLES:
            break
        parts.insert(chance.choice((0, len(parts))), other.body)
    return Document(document.title, "\n".join(parts))


def lead_only(document: Document, _around: Surroundings, _chance: random.Random) -> Document:
    """Keeps the title and the first paragraph, or the first sentences where there is only one."""
    first, _, rest = document.body.strip().partition("\n")
    return Document(document.title, first if rest else " ".join(document.lines()[1 : 1 + LEAD_SENTENCES]))


def caption(document: Document, _around: Surroundings, _chance: random.Random) -> Document:
    """Keeps the title and the beginning, as long as the caption of a video."""
    return Document(document.title, " ".join(document.body.split()[: CAPTION_SYLLABLES - len(document.title.split())]))


VARIANTS: Final[Mapping[str, Callable[[Document, Surroundings, random.Random], Document]]] = {
    change.__name__: change for change in (upper_title, no_diacritics, ocr_noise, banner, digest, lead_only, caption)
}


def perturbed(name: str, document: Document, around: Surroundings, seed: int) -> Document:
    """Gives an article in the state that `VARIANTS` names; the same seed and article give the same text."""
    return VARIANTS[name](document, around, random.Random(f"{seed} {document.title}"))  # noqa: S311 - no secret


def _misread(text: str, chance: random.Random) -> str:
    return "".join(_misread_one(char, chance) if chance.random() < OCR_RATE else char for char in text)


def _misread_one(char: str, chance: random.Random) -> str:
    """Gives what stands there instead: nothing for a blank, a look-alike for a letter, most often the letter without marks."""
    if char == "\n" or not (char.isalpha() or char == " "):
        return char
    plain = bare(char)
    return _MISREAD.get(char, plain if plain != char else chance.choice(("", f"{char} ", "|"))) if char != " " else ""
