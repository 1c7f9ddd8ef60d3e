"""Lines of pages become pieces: cut where one line holds two things, page numbers and drawn lines told from text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from pipeline.directive.forms import ADDRESSED, HEAD_STARTS, OFFICE_END, PREAMBLE, RECIPIENTS, kind_of, opens_head
from pipeline.directive.marks import mark_of
from pipeline.directive.source import Source, TextLine

WRAPPED: Final = 180  # characters; a text with longer lines has one line for each paragraph
LEAST_LINES: Final = 8  # of a body that shows that none of its paragraphs runs over a line
HEAD_LINES: Final = 45  # within which a letter's head ends
_PAGE_NUMBER: Final = re.compile(r"[-–—\s]*(?:trang\s*)?(\d{1,3})(?:\s*/\s*\d{1,3})?[-–—\s]*", re.IGNORECASE)
_RULE: Final = re.compile(r"[\W_]{1,}")

Kind = Literal["text", "rule", "number", "note"]


@dataclass(slots=True)
class Piece:
    """A line, or a part of one, before lines are joined."""

    text: str
    start: int  # in the whole
    line: TextLine
    page: int
    blank: int = 0  # empty lines before it
    whole: bool = False
    kind: Kind = "text"
    zone: Literal["head", "body", "tail"] = "body"
    turned: bool = False  # it is the first of a page behind the page's number: empty lines before it say nothing


def pieces_of(source: Source, starts: Sequence[int]) -> list[Piece]:
    """Gives what is written line by line; `starts` tells where each page begins in the whole."""
    pieces = list(_pieces(source, starts))
    _set_aside(pieces)
    _even_out(pieces)
    return pieces


def _pieces(source: Source, starts: Sequence[int]) -> Iterator[Piece]:
    """Yields what is written, cut where the head or the end of a letter puts two things on one line."""
    flat = [
        (number, start, line)
        for number, page in enumerate(source.pages)
        for start, line in _placed(page, starts[number])
    ]
    head = _head_end([line for _, _, line in flat])
    tail = _tail_start([line for _, _, line in flat], head)
    unwrapped = any(len(line.text) > WRAPPED and line.cell is None for _, _, line in flat)
    body = [line for _, _, line in flat[head:tail] if line.text.strip() and line.cell is None]
    placed = any(line.full is not None for line in body)  # then each line tells itself whether it is full
    lines_end = len(body) >= LEAST_LINES and not placed and not any(_goes_on(line.text) for line in body)
    blank = 0
    for number, (page, start, line) in enumerate(flat):
        if not line.text.strip():
            blank += 1
            continue
        zone: Literal["head", "body", "tail"] = "head" if number < head else "tail" if number >= tail else "body"
        cuts = [0, *(_cuts(line.text, zone) if line.cell is None else ()), len(line.text)]
        for at, (left, right) in enumerate(pairwise(cuts)):
            if line.text[left:right].strip():
                ends = lines_end and zone == "body" and line.cell is None
                whole = (line.whole or unwrapped or ends) if at == 0 else True
                yield Piece(line.text[left:right], start + left, line, page, blank, whole, zone=zone)
                blank = 0


def _goes_on(text: str) -> bool:
    """Tells a line that goes on with the sentence of the line before."""
    return text.strip()[:1].islower() and mark_of(text) is None


def _placed(page: Sequence[TextLine], start: int) -> Iterator[tuple[int, TextLine]]:
    for line in page:
        yield start, line
        start += len(line.text) + 1


def _head_end(lines: Sequence[TextLine]) -> int:
    """Gives the number of the line where the head of the letter surely is over."""
    seen = 0
    named = False  # the line before says what kind of document it is: this one says what it is about
    for number, line in enumerate(lines):
        text = line.text.strip()
        seen += bool(text)
        mark = mark_of(text)
        if seen > HEAD_LINES or ADDRESSED.match(text) or (PREAMBLE.match(text) and not named):
            return number
        named = bool(kind_of(text)) if text else named
        if mark and mark.counted and mark.value == 1 and text[mark.length :].strip():
            return number
    return min(len(lines), HEAD_LINES)


def _tail_start(lines: Sequence[TextLine], head: int) -> int:
    """Gives the number of the line where the recipients begin: the last that says so."""
    for number in range(len(lines) - 1, head - 1, -1):
        if RECIPIENTS.match(lines[number].text.strip()):
            return number
    return len(lines)


def _cuts(text: str, zone: str) -> list[int]:
    """Gives where one line holds two things: issuer and national heading, number and date, recipient and office."""
    if zone == "head":
        places = {found.start() for pattern in HEAD_STARTS for found in pattern.finditer(text)}
        places |= {found.end() for found in re.finditer(r"\S\s{3,}(?=\S)", text) if opens_head(text[found.end() :])}
        return sorted(place for place in places if text[:place].strip())
    if zone == "tail":
        found = OFFICE_END.search(text)
        places = {found.start()} if found else set()
        places |= {gap.end() for gap in re.finditer(r"\S\s{3,}(?=\S)", text) if not re.match(r"\W", text[gap.end() :])}
        return sorted(place for place in places if text[:place].strip(" -"))
    return []


def _set_aside(pieces: Sequence[Piece]) -> None:
    """Tells page numbers, lines that are drawn with signs, and what is repeated on top of pages, from text."""
    edges: dict[int, tuple[int, int]] = {}
    for number, piece in enumerate(pieces):
        first, _ = edges.get(piece.page, (number, number))
        edges[piece.page] = (first, number)
    at_edge = {number for both in edges.values() for number in both}
    repeated = Counter(" ".join(pieces[number].text.split()) for number in at_edge)
    expected = 0
    turns = False
    for number, piece in enumerate(pieces):
        text = piece.text.strip()
        piece.turned, turns = turns, False
        if piece.line.note:
            piece.kind = "note"
        if piece.line.note or piece.line.cell is not None:
            continue
        if _RULE.fullmatch(text) and not mark_of(text):
            piece.kind = "rule"
            continue
        page_number = _PAGE_NUMBER.fullmatch(text)
        if (
            page_number
            and (number in at_edge or int(page_number[1]) in {expected + 1, expected or 2})
            and (number != 0 and (len(edges) > 1 or not text.endswith(".")))
        ):
            piece.kind = "number"
            expected = int(page_number[1])
            turns = True
        elif number in at_edge and repeated[" ".join(text.split())] >= 3:
            piece.kind = "number"


def _even_out(pieces: Sequence[Piece]) -> None:
    """Takes one empty line away before each line of a text that is spaced double."""
    after = [piece for piece in pieces[1:] if piece.line.cell is None]
    if len(after) >= 8 and sum(piece.blank > 0 for piece in after) >= 0.6 * len(after):
        for piece in pieces:
            piece.blank = max(0, piece.blank - 1)
