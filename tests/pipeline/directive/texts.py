"""A few lines of a letter, read: what tests of single forms begin with."""

from __future__ import annotations

from pipeline.directive.letter import Letter
from pipeline.directive.read import letter_of
from pipeline.directive.source import Source, TextLine

HEAD = "Số: 5/STTTT-BC\nSơn Khê, ngày 02 tháng 3 năm 2024\nV/v tuyên truyền\nKính gửi: Báo Sơn Khê; UBND các huyện\n"


def read_text(text: str, head: str = HEAD) -> Letter:
    """Reads lines that stand below the head of a letter."""
    return letter_of(Source("x.txt", "", (tuple(TextLine(line, whole=True) for line in (head + text).split("\n")),)))


def items_of(letter: Letter) -> list[tuple[str | None, str]]:
    """Gives the contents with their phases."""
    return [(item.phase, item.text) for item in letter.items]
