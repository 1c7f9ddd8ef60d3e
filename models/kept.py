"""Segmented articles as they are kept and read: bytes, cut into strings only for those who ask.

Most articles are read for nothing but the numbers of their words, and no line of them need become a string.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final, Self, overload

import numpy as np
from numpy.typing import NDArray

SEGMENTER_VERSION: Final = (
    "1"  # of `models.segment`, part of every key of kept words; grows when any text may give other words
)
LINE_FEED: Final = b"\n"


class KeptWords(Sequence[str]):
    """The lines of one article, the title first: `text` is their UTF-8, parted by line feeds."""

    def __init__(self, text: bytes) -> None:
        self.text = text

    def __len__(self) -> int:
        """Gives how many lines there are; one at least."""
        return self.text.count(LINE_FEED) + 1

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        """Gives a line, or some."""
        return self._lines[at]

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.decode().split("\n")


class Batch(Sequence[Sequence[str]]):
    """Segmented articles that are read together: joined once, however many look at them."""

    def __init__(self, articles: Sequence[Sequence[str]]) -> None:
        self._articles = articles

    @classmethod
    def of(cls, articles: Sequence[Sequence[str]]) -> Self:
        """Gives what is a batch already as it is."""
        return articles if isinstance(articles, cls) else cls(articles)

    def __len__(self) -> int:
        """Gives how many articles there are."""
        return len(self._articles)

    @overload
    def __getitem__(self, at: int) -> Sequence[str]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Sequence[str]]: ...
    def __getitem__(self, at: int | slice) -> Sequence[str] | Sequence[Sequence[str]]:
        """Gives an article, or some."""
        return self._articles[at]

    @cached_property
    def text(self) -> bytes:
        """The lines of all articles as UTF-8, each ended by a line feed."""
        parts = [
            lines.text if isinstance(lines, KeptWords) else _encoded(lines)
            for lines in self._articles
            if isinstance(lines, KeptWords) or lines
        ]
        return LINE_FEED.join([*parts, b""])

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where the lines of each article start among all lines, and where the last ends: (n_articles + 1,)."""
        return np.cumsum([0, *map(len, self._articles)], dtype=np.int64)

    @property
    def blank(self) -> NDArray[np.bool_]:
        """Which of the lines are empty, (n_lines,)."""
        ends = np.flatnonzero(np.frombuffer(self.text, np.uint8) == ord(LINE_FEED))
        return np.asarray(np.diff(ends, prepend=-1) == 1)


def is_wordless(lines: Sequence[str]) -> bool:
    """Tells whether all lines of an article are empty."""
    return not (lines.text.strip(LINE_FEED) if isinstance(lines, KeptWords) else any(lines))


def _encoded(lines: Sequence[str]) -> bytes:
    return "\n".join(lines).encode(errors="surrogatepass")
