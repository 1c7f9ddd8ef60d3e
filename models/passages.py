"""Cuts an article into passages of whole lines that fit an encoder's window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """Tokens that an encoder reads at once, and the numbers of the lines that they are of."""

    tokens: tuple[int, ...]
    lines: tuple[int, ...]


def cut(lines: Iterable[Sequence[int]], room: int) -> list[Passage]:
    """Fills passages of at most `room` tokens with the tokens of lines, in order.

    A line that is longer than a passage is divided; no other line is. Lines without tokens stand in none.
    """
    passages: list[Passage] = []
    tokens: list[int] = []
    numbers: list[int] = []
    for number, piece in _pieces(lines, room):
        if len(tokens) + len(piece) > room:
            passages.append(Passage(tuple(tokens), tuple(numbers)))
            tokens, numbers = [], []
        tokens += piece
        numbers.append(number)
    if tokens:
        passages.append(Passage(tuple(tokens), tuple(numbers)))
    return passages


def _pieces(lines: Iterable[Sequence[int]], room: int) -> Iterator[tuple[int, Sequence[int]]]:
    for number, line in enumerate(lines):
        for start in range(0, len(line), room):
            yield number, line[start : start + room]
