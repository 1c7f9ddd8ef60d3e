"""What the body of a written report is built of: headings, paragraphs, tables, annexes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its number: level 1 is I., II.; level 2 is 1., 2."""

    level: Literal[1, 2]
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `lead`, where there is one, stands before it in bold."""

    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose head is repeated on every page."""

    heads: tuple[str, ...]
    widths: tuple[int, ...]  # parts of the whole
    align: tuple[Align, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex, on a page of its own; a wide one lies across."""

    name: str
    title: str
    belongs: str  # to which report
    blocks: tuple[Block, ...]
    wide: bool = False
