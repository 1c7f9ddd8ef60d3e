"""Words that stand for each other in letters and in the press, for matters of which the glossary knows nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "synonyms.txt"


def alike(said: str) -> tuple[str, ...]:
    """Gives the words that may stand for a word of syllables parted by spaces, without that word; () where none is known."""
    return shipped().get(said, ())


@cache
def shipped() -> Mapping[str, tuple[str, ...]]:
    """Gives all words that come with the program, each with those that may stand for it."""
    found: dict[str, dict[str, None]] = {}
    for line in map(str.strip, FILE.read_text(encoding="utf-8").splitlines()):
        if line and not line.startswith("//"):
            group = [word.strip() for word in line.split("|")]
            for word in group:
                found.setdefault(word, {}).update(dict.fromkeys(other for other in group if other != word))
    return {word: tuple(others) for word, others in found.items()}
