"""What the body of a written report is built of: headings, paragraphs, tables, annexes, and how days and amounts stand there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.audits import Forecast, Verdict
from pipeline.wording import Words

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


def day_in_full(day: date) -> str:
    """Writes ngày 05 tháng 9 năm 2020: days under 10, and the first two months, have a nought, so that no digit can be added."""
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def so_far(words: Words, row: Verdict | Forecast) -> str:
    """Writes what is confirmed beside what is asked: 1 / 2 bài; of a silence how long it is and how long it may be."""
    if row.unit == "days":
        return words.t(
            f"{words.count(row.verified, 'days')} không có bài / tối đa {words.number(row.needed)}",
            f"silent {words.count(row.verified, 'days')} / at most {words.number(row.needed)}",
        )
    return f"{words.number(row.verified)} / {words.count(row.needed, row.unit)}"
