"""Segmented lines → arrays of numbers: every word is looked at once, and all that follows counts whole batches."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.kept import Batch
from models.numbering import Numbering

MAX_REMEMBERED: Final = 200_000  # distinct words; about 60 MB
NO_TERM: Final = -1  # number of punctuation
UNKNOWN: Final = 0  # number of a term or syllable that nothing asks for
NUMERAL: Final = 1  # number of a syllable that nothing asks for, but that is a number

_WORD: Final = re.compile(r"\w")
_NUMBER: Final = re.compile(r"\d+")
_NUMERAL: Final = re.compile(r"\d+|[ivxlc]+")  # in digits or Roman
_SYLLABLE: Final = re.compile(r"[^\W_]+")

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Lines as numbers of their terms and of their syllables; line n has those from `…_starts[n]` to `…_starts[n + 1]`."""

    terms: Ints
    term_starts: Ints
    syllables: Ints
    syllable_starts: Ints


def term(word: str) -> str:
    """Returns a word as a vocabulary has it: lower case, digits folded by length; "" for punctuation."""
    return _NUMBER.sub(_folded, word.lower()) if _WORD.search(word) else ""


def syllables(text: str) -> list[str]:
    """Returns the syllables of a text, lower case, without punctuation and without the segmenter's joins."""
    return _SYLLABLE.findall(text.lower())


def is_numeral(syllable: str) -> bool:
    """Tells whether a syllable is a number, in digits or Roman."""
    return _NUMERAL.fullmatch(syllable) is not None


class Encoder:
    """Numbers the words of segmented lines: terms by their place in `terms` from 1, syllables by theirs from 2.

    All others are UNKNOWN or NUMERAL. Punctuation is no term; a word that is no known term still parts its neighbours.
    """

    def __init__(self, terms: Sequence[str], syllables: Sequence[str]) -> None:
        self._terms = {text: number for number, text in enumerate(terms, start=1)}
        self._syllables = {text: number for number, text in enumerate(syllables, start=NUMERAL + 1)}
        self._forget()

    def encode(self, lines: Iterable[str]) -> Encoded:
        """Encodes lines (words parted by single spaces)."""
        return self.encode_text(Batch([list(lines)]).text)

    def encode_text(self, text: bytes) -> Encoded:
        """Encodes lines as the text of a `models.kept.Batch`."""
        if len(self._numbering) > MAX_REMEMBERED:
            self._forget()
        words, starts = self._numbering.number(text)
        terms = np.frombuffer(self._term_numbers, np.int64).take(words)
        there = np.flatnonzero(terms != NO_TERM)
        spoken, spoken_starts = _gather(words, starts, self._syllable_rows.arrays())
        return Encoded(terms.take(there), np.searchsorted(there, starts), spoken, spoken_starts)

    def _forget(self) -> None:
        self._numbering = Numbering(self._learn)
        self._term_numbers, self._syllable_rows = array("q"), _Rows()

    def _learn(self, word: str) -> None:
        lower = word.lower()
        parts = lower.split("_")
        plain = all(map(str.isalpha, parts))  # nothing to fold or to part: most words, learnt in half the time
        text = lower if plain else term(word)
        self._term_numbers.append(self._terms.get(text, UNKNOWN) if text else NO_TERM)
        self._syllable_rows.add([self._syllable(syllable) for syllable in (parts if plain else syllables(word))])

    def _syllable(self, syllable: str) -> int:
        number = self._syllables.get(syllable)
        if number is None:
            return NUMERAL if is_numeral(syllable) else UNKNOWN
        return number


class _Rows:
    """Rows of numbers of any length, one after the other, given as arrays when asked: a copy of plain memory."""

    def __init__(self) -> None:
        self._values = array("q")
        self._ends = array("q", [0])
        self._made: tuple[Ints, Ints] | None = None

    def add(self, row: list[int]) -> None:
        self._values.extend(row)
        self._ends.append(len(self._values))
        self._made = None

    def arrays(self) -> tuple[Ints, Ints]:
        """Returns all values and the starts of the rows."""
        if self._made is None:
            self._made = np.array(self._values), np.array(self._ends)
        return self._made


def _gather(words: Ints, starts: Ints, rows: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Returns the values of the rows that `words` names, in a row, and where each line of them starts."""
    values, places = rows
    first = places.take(words)
    sizes = places.take(words + 1) - first
    ends = np.concatenate([[0], np.cumsum(sizes)])
    return values.take(np.repeat(first - ends[:-1], sizes) + np.arange(ends[-1])), ends.take(starts)


def _folded(match: re.Match[str]) -> str:
    """Keeps years from 1930 to 2039 and numbers of one digit; others count by their length."""
    text = match[0]
    keep = len(text) == 1 or (len(text) == 4 and "1930" <= text <= "2039")
    return text if keep else "#" * len(text)
