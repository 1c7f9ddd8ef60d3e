"""The phrases of a codebook as patterns; which of them stand in which line tells `models.phrase_index`.

A phrase is compared by syllables, so that case, tone-mark style (hoà, hòa), punctuation and the segmenter's joins do not
matter. Beside plain syllables it may hold

    …        at most `MAX_GAP` syllables of the same line; three full stops are the same
    (a|b c)  one of these
    #        a number, in digits or Roman
    a & b    both parts, in any order
    a ! b    the first part in a line where the second does not stand; what is barred comes last, "!" before each
    … = 60%  at the end of all: how far the phrase is trusted; `ORDINARY` where nothing is said
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from models.encode import syllables
from models.text import normalise

MAX_GAP: Final = 8  # syllables that "…" may stand for
NUMBER: Final = "#"
ORDINARY: Final = (
    0.5  # trust in a phrase of which nothing is said; one of 1 is trusted twice as far, one of 0 says nothing
)
FAULTS: Final[Mapping[str, str]] = {
    "bracket": "a bracket without its partner",
    "empty_part": "a part without a word",
    "empty_choice": "an alternative without a word",
    "gap_in_brackets": '"…" inside brackets',
    "choice_outside": '"|" outside brackets',
    "both_barred": '"&" after "!"',
    "trust": 'after "=" a whole number from 0 to 100 and "%" must stand, and nothing else',
}

_PIECE: Final = re.compile(r"…|#|\([^()]*\)|[^\s…#()]+|[()]")
_SYLLABLE: Final = re.compile(r"#|[^\W_]+")
_TRUST: Final = re.compile(r"\s*(?P<percent>\d{1,2}|100)\s*%\s*", re.ASCII)

Run = tuple[str, ...]  # syllables in a row, "#" for any number


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a part: any of `runs`, after at most `gap` other syllables."""

    gap: int
    runs: frozenset[Run]


Part = tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A parsed phrase: it stands in a line where all of `needs` stand and none of `bars`."""

    needs: tuple[Part, ...]
    bars: tuple[Part, ...] = ()


class PhraseError(ValueError):
    """A phrase that cannot be read; `code` is one of FAULTS."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{text!r}: {FAULTS[code]}")
        self.code = code


def parse(text: str) -> Phrase:
    """Reads a phrase as a codebook writes it.

    Raises:
        PhraseError: says what cannot be read.
    """
    needed, *barred = _parted(text)[0].split("!")
    if any("&" in part for part in barred):
        raise PhraseError("both_barred", text)
    return Phrase(tuple(_part(part, text) for part in needed.split("&")), tuple(_part(part, text) for part in barred))


def trust_in(text: str) -> float | None:
    """Gives the trust, 0 to 1, that a phrase carries; None where nothing is said of it.

    Raises:
        PhraseError: something else stands there.
    """
    return _parted(text)[1]


def untrusted(text: str) -> str:
    """Gives a phrase without the trust that it carries."""
    return text.partition("=")[0].rstrip()


def plain(text: str) -> Phrase:
    """Gives the phrase of the syllables of a text, where no sign has a meaning of its own."""
    return Phrase(((Slot(0, frozenset({tuple(syllables(normalise(text)))})),),))


def _parted(text: str) -> tuple[str, float | None]:
    """Parts a phrase from the trust that it carries."""
    said, sign, trust = text.partition("=")
    if not sign:
        return said, None
    if (found := _TRUST.fullmatch(trust)) is None:
        raise PhraseError("trust", text)
    return said, int(found["percent"]) / 100


def _part(text: str, whole: str) -> Part:
    slots: list[Slot] = []
    gap = 0
    for piece in _PIECE.findall(normalise(text).replace("...", "…")):
        if piece in "()":
            raise PhraseError("bracket", whole)
        if "|" in piece and not piece.startswith("("):
            raise PhraseError("choice_outside", whole)
        if piece == "…":
            gap = MAX_GAP
            continue
        choices = _choices(piece[1:-1], whole) if piece.startswith("(") else [_run(piece)]
        if not choices[0]:
            continue  # punctuation
        last = slots[-1] if slots and gap == 0 else None
        if last and len(last.runs) == len(choices) == 1:
            slots[-1] = Slot(last.gap, frozenset({next(iter(last.runs)) + choices[0]}))
        else:
            slots.append(Slot(gap if slots else 0, frozenset(choices)))
        gap = 0
    if not slots:
        raise PhraseError("empty_part", whole)
    return tuple(slots)


def _choices(text: str, whole: str) -> list[Run]:
    if "…" in text:
        raise PhraseError("gap_in_brackets", whole)
    runs = [_run(choice) for choice in text.split("|")]
    if not all(runs):
        raise PhraseError("empty_choice", whole)
    return runs


def _run(text: str) -> Run:
    return tuple(_SYLLABLE.findall(text.lower()))
