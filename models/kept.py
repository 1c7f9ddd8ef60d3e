"""Segmented articles as they are kept: bytes, cut into strings only for those who ask.

Most articles are read for nothing but the numbers of their words, and no line of them need become a string.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

LINE_FEED = b"\n"


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


def text_of(articles: Sequence[Sequence[str]]) -> bytes:
    """Gives the lines of all articles as UTF-8, each ended by a line feed."""
    parts = [lines.text if isinstance(lines, KeptWords) else _encoded(lines) for lines in articles if len(lines)]
    return LINE_FEED.join([*parts, b""])


def lines_text(lines: Iterable[str]) -> bytes:
    """Gives lines as UTF-8, each ended by a line feed."""
    return text_of([list(lines)])


def blank_lines(articles: Sequence[Sequence[str]]) -> NDArray[np.bool_]:
    """Returns (n_lines,): which of the lines of all articles are empty."""
    ends = np.flatnonzero(np.frombuffer(text_of(articles), np.uint8) == ord(LINE_FEED))
    return np.asarray(np.diff(ends, prepend=-1) == 1)


def is_wordless(lines: Sequence[str]) -> bool:
    """Tells whether all lines of an article are empty."""
    return not (lines.text.strip(LINE_FEED) if isinstance(lines, KeptWords) else any(lines))


def _encoded(lines: Sequence[str]) -> bytes:
    return "\n".join(lines).encode(errors="surrogatepass")
