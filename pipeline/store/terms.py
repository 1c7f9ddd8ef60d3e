"""What a user types into the search box, as terms, and any text as the words that are searched. Knows no database.

Two forms of every word are searched: as written, and plain, without tone marks and with d for đ. A word typed with marks
means itself; one typed without them means every word that is written so without marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from models.text import normalise

MAX_QUERY: Final = 400  # characters of a query that are read; the longest title of the press is half of it
MAX_TERMS: Final = 16  # terms of a query that are read
LEAST_PREFIX: Final = (
    3  # letters before *; two begin a word of nearly every article, and cost 0.6 s of 155,000, three 0.04 s
)
MAX_WORD: Final = 32  # characters of a word that count; what is longer is an address or a damaged page
MAX_TITLE: Final = 2_000  # characters of a title that are searched
MAX_TEXT: Final = 200_000  # characters of a text that are searched: PostgreSQL holds 1 MB of words for one article
MAX_WORDS: Final = 15_000  # words of a text that are searched: PostgreSQL counts places to 16,383

WORD: Final = re.compile(r"[^\W_]+")
_CHUNK: Final = re.compile(r'-?"[^"]*"?|[^\s"]+')
_SPARE_DOTS: Final = "…·.,;:!?"


def _plain_letters() -> dict[int, str]:
    found = {ord("đ"): "d"}
    for code in range(0x80, 0x2000):
        parts = unicodedata.normalize("NFD", chr(code))
        if len(parts) > 1 and parts[0].isalpha() and all(map(unicodedata.combining, parts[1:])):
            found[code] = parts[0]
    return found


_PLAIN: Final = _plain_letters()


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other. `written`: they carry marks and mean themselves; else they mean their plain form."""

    words: tuple[str, ...]
    written: bool
    prefix: bool = False  # the last word is only a beginning
    negated: bool = False


def parse(query: str) -> tuple[Term, ...]:
    """Reads a query: words, "phrases", -excluded, begin*. Whatever else stands in it is no syntax but ends a word."""
    found: list[Term] = []
    for chunk in _CHUNK.findall(query[:MAX_QUERY]):
        negated = chunk.startswith("-")
        bare = chunk.removeprefix("-")
        said = tuple(words(bare))
        if not said:
            continue
        prefix = not bare.startswith('"') and bare.rstrip(_SPARE_DOTS).endswith("*") and len(said[-1]) >= LEAST_PREFIX
        term = Term(said, any(plain(word) != word for word in said), prefix, negated)
        if term not in found:
            found.append(term)
    return tuple(found[:MAX_TERMS])


def words(text: str) -> list[str]:
    """Gives the words of a text in one spelling and lower case; a hyphen, a point or a sign ends a word."""
    return [word[:MAX_WORD] for word in WORD.findall(normalise(text).lower())]


def plain(word: str) -> str:
    """Takes the marks from a word in lower case: đại becomes dai."""
    return word.translate(_PLAIN)


class _Token(NamedTuple):
    """A word where it stands in a text."""

    first: int
    last: int
    written: str
    plain: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `hit` where a term was found in it."""

    text: str
    hit: bool = False


def marked(text: str, terms: tuple[Term, ...]) -> tuple[Piece, ...]:
    """Cuts a text into pieces, the hits of the terms apart; joined again they are the text."""
    pieces, start = [], 0
    for first, last in _hits(text, terms):
        if first < start:  # two terms met in one place
            continue
        pieces += [Piece(text[start:first]), Piece(text[first:last], hit=True)]
        start = last
    return tuple(piece for piece in (*pieces, Piece(text[start:])) if piece.text)


def snippet(text: str, terms: tuple[Term, ...], width: int) -> tuple[Piece, ...]:
    """Gives about `width` characters around the first hit, cut between words; the head of the text where none is."""
    hits = _hits(text, terms)
    first = max(0, hits[0][0] - width // 3) if hits else 0
    last = min(len(text), first + width)
    if first:
        first = text.find(" ", first) + 1 or first
    if last < len(text):
        last = max(text.rfind(" ", 0, last), hits[0][1] if hits else first)
    head, tail = "… " if first else "", " …" if last < len(text) else ""
    return marked(head + " ".join(text[first:last].split("\n")) + tail, terms)


def _hits(text: str, terms: tuple[Term, ...]) -> list[tuple[int, int]]:
    tokens = [_Token(match.start(), match.end(), *_forms(match[0])) for match in WORD.finditer(text)]
    return sorted(hit for term in terms if not term.negated for hit in _hits_of(tokens, term))


def _hits_of(tokens: list[_Token], term: Term) -> Iterator[tuple[int, int]]:
    *before, last = term.words
    for place in range(len(tokens) - len(before)):
        here = tokens[place : place + len(term.words)]
        *whole, end = (token.written if term.written else token.plain for token in here)
        if whole == before and (end.startswith(last) if term.prefix else end == last):
            yield here[0].first, here[-1].last


@lru_cache(maxsize=20_000)  # syllables of a few hundred articles; a text repeats most of them
def _forms(word: str) -> tuple[str, str]:
    """Gives a word of a text as it is searched, written and plain."""
    said = words(word)
    written = said[0] if len(said) == 1 else word.lower()
    return written, plain(written)
