"""Lines of pages become paragraphs: broken lines are joined, page numbers set aside, and every letter keeps its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final, Literal

from pipeline.directive.forms import (
    ADDRESSED,
    CLOSING,
    HEAD_STARTS,
    MOTTO,
    NATIONAL,
    NUMBER,
    OFFICE_END,
    PREAMBLE,
    RECIPIENTS,
    is_capitals,
    kind_of,
    opens_head,
)
from pipeline.directive.letter import Quote
from pipeline.directive.marks import Mark, follows, mark_of
from pipeline.directive.phases import opens_phase
from pipeline.directive.source import Cell, Source, TextLine
from pipeline.directive.verbs import DOES

WRAPPED: Final = 180  # characters; a text with longer lines has one line for each paragraph
FULL: Final = 0.7  # of the lines around: a line shorter than this ends its paragraph
WIDE: Final = 0.9  # of the lines around
LEAST_LINES: Final = 8  # of a body that shows that none of its paragraphs runs over a line
HEAD_LINES: Final = 45  # within which a letter's head ends
_PAGE_NUMBER: Final = re.compile(r"[-–—\s]*(?:trang\s*)?(\d{1,3})(?:\s*/\s*\d{1,3})?[-–—\s]*", re.IGNORECASE)
_RULE: Final = re.compile(r"[\W_]{1,}")
_ENDS: Final = re.compile(r"[.:;!?…][\"”’')]*\s*$")
_SYLLABLE: Final = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?[aăâeêioôơuưyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]{1,3}(?:ng|nh|ch|[cmnpt])?"
)

Kind = Literal["text", "rule", "number", "note"]


@dataclass(frozen=True, slots=True)
class Pages:
    """The text of all pages, and the whole of it with a form feed between pages: places are counted in the whole."""

    texts: tuple[str, ...]
    starts: tuple[int, ...]

    def quote(self, text: str, start: int, end: int) -> Quote:
        """Gives the quotation of the letters from `start` to before `end` of the whole."""
        first = bisect_right(self.starts, start) - 1
        last = bisect_right(self.starts, max(start, end - 1)) - 1
        return Quote(text, first + 1, start - self.starts[first], end - self.starts[last], last + 1)


@dataclass(slots=True)
class Block:
    """A paragraph, heading, list element or cell: its text with single spaces, and the place of each letter."""

    text: str = ""
    at: list[int] = field(default_factory=list)
    kind: Kind = "text"
    mark: Mark | None = None
    cell: Cell | None = None
    alone: bool = False  # an empty line stands before it
    bold: bool = False

    def add(self, text: str, start: int) -> None:
        """Adds a piece of a line that begins at `start` of the whole; a syllable cut by a hyphen is made whole."""
        if self.text and text.strip():
            if _cut(self.text, text.lstrip()):
                self.text, self.at = self.text[:-1], self.at[:-1]
            else:
                self.text += " "
                self.at.append(self.at[-1] + 1)
        for offset, char in enumerate(text):
            if not char.isspace():
                self.text += char
                self.at.append(start + offset)
            elif self.text and not self.text.endswith(" ") and text[offset:].strip():
                self.text += " "
                self.at.append(start + offset)

    @property
    def body(self) -> int:
        """Where the words begin behind the marker."""
        return min(self.mark.length, len(self.text)) if self.mark else 0

    def quote(self, pages: Pages, start: int, end: int) -> Quote:
        """Gives the quotation of a part of the text, without the spaces around it."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        if start == end:
            start, end = max(0, start - 1), max(1, end)
        return pages.quote(self.text[start:end], self.at[start], self.at[end - 1] + 1)


def _cut(text: str, after: str) -> bool:
    """Tells whether a line ends within a syllable: "tru-" and "yền"; "kinh tế -" and "phát thanh-" are no such cuts."""
    if not text.endswith(("-", "\u00ad")) or text[-2:-1].isspace() or not after[:1].islower():
        return False
    left, right = text[:-1].rsplit(" ", maxsplit=1)[-1], re.split(r"[^\w]", after)[0]
    return bool(_SYLLABLE.fullmatch((left + right).lower())) and not (
        _SYLLABLE.fullmatch(left.lower()) and _SYLLABLE.fullmatch(right.lower()) and len(left + right) > 6
    )


@dataclass(slots=True)
class _Piece:
    """A line, or a part of one, before lines are joined."""

    text: str
    start: int  # in the whole
    line: TextLine
    page: int
    blank: int = 0  # empty lines before it
    whole: bool = False
    kind: Kind = "text"
    zone: Literal["head", "body", "tail"] = "body"


def pages_of(source: Source) -> Pages:
    """Joins the lines of each page."""
    texts = tuple("\n".join(line.text for line in page) for page in source.pages)
    starts = [0]
    for text in texts[:-1]:
        starts.append(starts[-1] + len(text) + 1)
    return Pages(texts, tuple(starts))


def blocks_of(source: Source, pages: Pages) -> list[Block]:
    """Gives the blocks of a letter in reading order; no two share a letter, and together they hold all."""
    pieces = list(_pieces(source, pages))
    _set_aside(pieces)
    _even_out(pieces)
    joined = _joined(pieces)
    held: list[Block] = []
    end = -1
    for block in joined:
        if block.kind in {"number", "note"} and block.at[0] < end:
            continue  # it stands within a sentence that runs over the page
        held.append(block)
        end = max(end, block.at[-1])
    return held


def _pieces(source: Source, pages: Pages) -> Iterator[_Piece]:
    """Yields what is written, cut where the head or the end of a letter puts two things on one line."""
    flat = [
        (number, start, line)
        for number, page in enumerate(source.pages)
        for start, line in _placed(page, pages.starts[number])
    ]
    head = _head_end([line for _, _, line in flat])
    tail = _tail_start([line for _, _, line in flat], head)
    unwrapped = any(len(line.text) > WRAPPED and line.cell is None for _, _, line in flat)
    body = [line for _, _, line in flat[head:tail] if line.text.strip() and line.cell is None]
    lines_end = len(body) >= LEAST_LINES and not any(_goes_on(line.text) for line in body)
    blank = 0
    for number, (page, start, line) in enumerate(flat):
        if not line.text.strip():
            blank += 1
            continue
        zone: Literal["head", "body", "tail"] = "head" if number < head else "tail" if number >= tail else "body"
        cuts = [0, *(_cuts(line.text, zone) if line.cell is None else ()), len(line.text)]
        for at, (left, right) in enumerate(pairwise(cuts)):
            if line.text[left:right].strip():
                whole = (line.whole or unwrapped or (lines_end and zone == "body")) if at == 0 else True
                yield _Piece(line.text[left:right], start + left, line, page, blank, whole, zone=zone)
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


def _set_aside(pieces: Sequence[_Piece]) -> None:
    """Tells page numbers, lines that are drawn with signs, and what is repeated on top of pages, from text."""
    edges: dict[int, tuple[int, int]] = {}
    for number, piece in enumerate(pieces):
        first, _ = edges.get(piece.page, (number, number))
        edges[piece.page] = (first, number)
    at_edge = {number for both in edges.values() for number in both}
    repeated = Counter(" ".join(pieces[number].text.split()) for number in at_edge)
    expected = 0
    for number, piece in enumerate(pieces):
        text = piece.text.strip()
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
        elif number in at_edge and repeated[" ".join(text.split())] >= 3:
            piece.kind = "number"


def _even_out(pieces: Sequence[_Piece]) -> None:
    """Takes one empty line away before each line of a text that is spaced double."""
    after = [piece for piece in pieces[1:] if piece.line.cell is None]
    if len(after) >= 8 and sum(piece.blank > 0 for piece in after) >= 0.6 * len(after):
        for piece in pieces:
            piece.blank = max(0, piece.blank - 1)


def _joined(pieces: Sequence[_Piece]) -> list[Block]:
    lengths = [len(piece.text.strip()) if piece.kind == "text" else 0 for piece in pieces]
    blocks: list[Block] = []
    open_: Block | None = None
    before: _Piece | None = None
    last: dict[str, int] = {}
    for number, piece in enumerate(pieces):
        text = piece.text.strip()
        if piece.kind != "text":
            block = Block(kind=piece.kind)
            block.add(piece.text, piece.start)
            blocks.append(block)
            if piece.kind == "rule":
                open_ = None
            continue
        width = _width(pieces, lengths, number)
        mark = mark_of(text)
        if mark and (mark.kind, mark.sign) == ("dotted", "l") and not last.get("dotted"):
            mark = replace(mark, kind="number", value=1, sign="1")  # a one that was read as a letter
        if mark and not _is_mark(mark, piece, before, open_, last):
            mark = None
        if open_ is None or before is None or mark or _parts(open_, before, piece, width):
            open_ = Block(mark=mark, cell=piece.line.cell, alone=piece.blank > 0, bold=piece.line.bold)
            blocks.append(open_)
            if mark and mark.counted:
                _count(last, mark)
        open_.add(piece.text, piece.start)
        before = piece
    return blocks


def _width(pieces: Sequence[_Piece], lengths: Sequence[int], number: int) -> int:
    """Gives the length of a full line around a line, in the same part of the letter."""
    near = range(max(0, number - 4), min(len(pieces), number + 5))
    return max(lengths[each] for each in near if pieces[each].zone == pieces[number].zone)


def _is_short(before: _Piece, width: int) -> bool:
    """Tells a line that ends before its column does: its paragraph ends there."""
    return len(before.text.strip()) < FULL * width if before.line.full is None else not before.line.full


def _count(last: dict[str, int], mark: Mark) -> None:
    """Keeps the last number of each kind; kinds first seen after this one begin anew."""
    if mark.kind in last:
        kinds = list(last)
        for kind in kinds[kinds.index(mark.kind) + 1 :]:
            del last[kind]
    last[mark.kind] = mark.value


def _is_mark(mark: Mark, piece: _Piece, before: _Piece | None, open_: Block | None, last: dict[str, int]) -> bool:
    """Tells a marker from words that a broken line begins with: "- 2025", "XIII. ", "30. "."""
    if before is None or open_ is None or piece.whole or piece.zone == "tail" or piece.line.cell != before.line.cell:
        return True
    text = piece.text.strip()
    ended = bool(_ENDS.search(before.text)) or before.kind != "text"
    rest = text[mark.length :]
    if mark.counted:
        in_order = follows(last.get(mark.kind, 0), mark) or mark.value == 1
        return in_order and (ended or rest[:1].isupper() or not rest)
    if mark.kind in {"dash", "plus"} and not ended:
        alike = open_.mark.kind == mark.kind if open_.mark else ADDRESSED.match(open_.text) is not None
        return rest[:1].isupper() and (alike or not before.text.rstrip().endswith(","))
    return bool(rest.strip())


def _parts(open_: Block, before: _Piece, piece: _Piece, width: int) -> bool:  # noqa: C901, PLR0911 - signs, one by one
    """Tells whether a line without a marker begins a block of its own after the line before it."""
    text, previous = piece.text.strip(), before.text.strip()
    if piece.whole or piece.line.cell != before.line.cell or (piece.zone != before.zone and not text[:1].islower()):
        return True
    if piece.zone == "head":
        return _parts_head(open_, before, piece)
    if piece.blank > 0 and (_ENDS.search(previous) or not text[:1].islower()):
        return True
    if PREAMBLE.match(text) and (ADDRESSED.match(open_.text) or _is_addressee(open_)):
        return True
    if RECIPIENTS.match(text) or ADDRESSED.match(text) or previous.endswith("./."):
        return True
    if piece.zone == "tail":
        return not text[:1].islower()
    capitals = is_capitals(text)
    if capitals != is_capitals(previous) and (capitals or not text[:1].islower()):
        return is_capitals(open_.text[open_.body :]) or capitals
    if not text[:1].isupper():
        return previous.endswith((".", "./.")) and _is_short(before, width)
    if _ENDS.search(previous) and (CLOSING.match(text) or opens_phase(text)):
        return True
    if _ENDS.search(previous):
        return _is_short(before, width) or previous.endswith(":")
    if (
        open_.mark
        and open_.mark.counted
        and open_.text == " ".join(previous.split())
        and (DOES.match(text) or PREAMBLE.match(text))
    ):
        return True  # a heading that names a body, and what the body is to do
    if open_.text.startswith(("-", "+")):  # narrow lists wrap where they like; a full line behind one is a paragraph
        return _is_short(before, width) and len(text) >= WIDE * width and len(previous) < WIDE * len(text)
    return _is_short(before, width) and not previous.endswith(",")


def _is_addressee(block: Block) -> bool:
    return block.mark is not None and not block.mark.counted and len(block.text) < 160


def _parts_head(open_: Block, before: _Piece, piece: _Piece) -> bool:
    text, previous = piece.text.strip(), before.text.strip()
    if opens_head(text) or piece.blank > 1 or PREAMBLE.match(text) or NUMBER.fullmatch(previous):
        return True
    heading = NATIONAL.match(previous) or MOTTO.match(previous)
    if text[:1].islower() or (text.startswith(("VÀ ", "& ")) and not heading) or previous.endswith((",", " VÀ")):
        return False
    if open_.text.lower().startswith("v/v") or open_.text.startswith("Về việc"):
        return piece.blank > 0
    capitals = is_capitals(text)
    return piece.blank > 0 or capitals or is_capitals(previous)
