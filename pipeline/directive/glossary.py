"""What letters usually ask for: terms of the field with their English names, how letters say them and how articles do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from models.encode import Encoder, syllables
from models.phrase_index import PhraseIndex
from models.phrases import parse
from models.text import normalise
from pipeline.directive.background import Background

FILE: Final = Path(__file__).parent / "glossary.txt"
EVENT: Final = "{event}"
LISTS: Final = {
    "said": "said",
    "cue": "cues",
    "hint": "hints",
    "exclusion": "exclusions",
}  # of a line -> field of a term
COMMON: Final = 0.01  # of articles; a word in more of them tells at "tại các khu du lịch" where something is, not what
HEAD: Final = 6  # syllables of an item that say what it is about; what follows says of what, in what, for what
_PLACE: Final = re.compile(r"(?<=\S)\s(?:tại|trên|ở)\s[^,;:.()]*", re.IGNORECASE)
_WORDS: Final = re.compile(
    r"\(([^…#&!=()]+)\)|([^…#&!=()]+)"
)  # a way of saying a term that is words alone, or one of some


@dataclass(frozen=True, slots=True)
class Term:
    """One kind of content that letters ask for; the phrases are those of `models.phrases`, with EVENT in them."""

    id: str
    name_en: str
    name: str
    needs: str = ""  # words of the subject or of the item without which the term means something else
    said: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()

    @property
    def of_event(self) -> bool:
        """Tells whether the term is one side of whatever the letter is about, such as its meaning or its results."""
        return self.id.startswith("event_")


@cache
def shipped() -> tuple[Term, ...]:
    """Gives the terms that come with the program, the narrow ones first."""
    return tuple(_read(FILE.read_text(encoding="utf-8")))


class Glossary:
    """Finds the terms that items of one letter name."""

    def __init__(self, subject: str, terms: Sequence[Term], background: Background) -> None:
        self.terms = tuple(terms)
        self._lacking = [
            (n, term.needs) for n, term in enumerate(terms) if term.needs and not _holds(subject, term.needs)
        ]
        self._owners = np.array([n for n, term in enumerate(self.terms) for _ in term.said], dtype=np.int64)
        ways = [text for term in self.terms for text in term.said]
        self._common = np.array([_is_common(text, background) for text in ways], dtype=bool)
        self._index = PhraseIndex([parse(text) for text in ways])
        self._encoder = Encoder((), self._index.syllables)

    def said(self, texts: Sequence[str]) -> np.ndarray:
        """Returns (n_texts, n_terms): how many ways of saying a term stand in a text, those in its head counting twice.

        Of words that are common in the news those count that do not tell a place.
        """
        clean = [" ".join(syllables(normalise(text))) for text in texts]
        found = self._counted(clean)
        if self._common.any():
            told = self._counted([" ".join(syllables(_PLACE.sub(" ", normalise(text)))) for text in texts])
            found[:, self._common] = told[:, self._common]
        counts = np.zeros((len(texts), len(self.terms)))
        for column, owner in enumerate(self._owners):
            counts[:, owner] += found[:, column]
        for number, needs in self._lacking:  # what the letter is not about may still be what an item is about
            counts[[not _holds(text, needs) for text in clean], number] = 0.0
        return counts

    def _counted(self, clean: Sequence[str]) -> np.ndarray:
        heads = [" ".join(text.split()[:HEAD]) for text in clean]
        return np.asarray(self._found(clean) + self._found(heads))

    def _found(self, lines: Sequence[str]) -> np.ndarray:
        return np.asarray(self._index.matrix(self._encoder.encode(lines)).toarray())


def _is_common(way: str, background: Background) -> bool:
    plain = _WORDS.fullmatch(way)
    words = (plain[1] or plain[2]).split("|") if plain else []
    return any(background.share(word.split()) >= COMMON for word in words)


def _holds(text: str, words: str) -> bool:
    return f" {words} " in f" {' '.join(syllables(normalise(text)))} "


def _read(text: str) -> Iterator[Term]:
    rows: dict[str, dict[str, Any]] = {}
    row: dict[str, Any] = {}
    for line in map(str.strip, text.splitlines()):
        if not line or line.startswith("//"):
            continue
        kind, _, value = line.partition(" ")
        if kind.startswith("["):
            row = rows.setdefault(kind.strip("[]"), {"name_en": value})
        elif kind in LISTS:
            row[LISTS[kind]] = (*row.get(LISTS[kind], ()), value)
        else:
            row[kind] = value
    return (Term(identity, **row) for identity, row in rows.items())
