"""Lines of pages become paragraphs: broken lines are joined, page numbers set aside, and every letter keeps its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.directive.forms import (
    ADDRESSED,
    CLOSING,
    MOTTO,
    NATIONAL,
    NUMBER,
    PREAMBLE,
    RECIPIENTS,
    is_capitals,
    opens_head,
)
from pipeline.directive.letter import Quote
from pipeline.directive.marks import Mark, follows, mark_of
from pipeline.directive.phases import opens_phase
from pipeline.directive.pieces import Kind, Piece, pieces_of
from pipeline.directive.source import Cell, Source
from pipeline.directive.verbs import DOES, STARTS_TELL

FULL: Final = 0.7  # of the lines around: a line shorter than this ends its paragraph
WIDE: Final = 0.9  # of the lines around
_ENDS: Final = re.compile(r"[.:;!?…][\"”’')]*\s*$")
_OVER: Final = re.compile(r"[.:!?][\"”’')]*\s*$")
_SYLLABLE: Final = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?[aăâeêioôơuưyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]{1,3}(?:ng|nh|ch|[cmnpt])?"
)


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
    notes: list[Block] = field(default_factory=list)  # footnotes of pages that the text runs over

    def add(self, text: str, start: int) -> None:
        """Adds a piece of a line that begins at `start` of the whole; a syllable cut by a hyphen is made whole."""
        if self.text and text.strip():
            if _cut(self.text, text.lstrip()):
                self.text, self.at = self.text[:-1], self.at[:-1]
            else:
                self.text += " "
                self.at.append(self.at[-1] + 1)
        for offset, char in enumerate(text):
            if char in ",;" and self.text.endswith(" "):
                self.text, self.at = self.text[:-1], self.at[:-1]  # broken text layers: "phòng , chống"
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


def pages_of(source: Source) -> Pages:
    """Joins the lines of each page."""
    texts = tuple("\n".join(line.text for line in page) for page in source.pages)
    starts = [0]
    for text in texts[:-1]:
        starts.append(starts[-1] + len(text) + 1)
    return Pages(texts, tuple(starts))


def blocks_of(source: Source, pages: Pages) -> list[Block]:
    """Gives the blocks of a letter in reading order; no two share a letter, and together they hold all."""
    joined = _joined(pieces_of(source, pages.starts))
    held: list[Block] = []
    end = -1
    for block in joined:
        if block.kind in {"number", "note"} and block.at[0] < end:
            held[-1].notes += [block] if block.kind == "note" else []
            continue  # it stands within a sentence that runs over the page
        held.append(block)
        end = max(end, block.at[-1])
    return held


def _joined(pieces: Sequence[Piece]) -> list[Block]:
    lengths = [len(piece.text.strip()) if piece.kind == "text" else 0 for piece in pieces]
    blocks: list[Block] = []
    open_: Block | None = None
    before: Piece | None = None
    last: dict[str, int] = {}
    for number, piece in enumerate(pieces):
        text = " ".join(piece.text.split())  # as blocks hold it, so that its marker is as long there
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


def _width(pieces: Sequence[Piece], lengths: Sequence[int], number: int) -> int:
    """Gives the length of a full line around a line, in the same part of the letter."""
    near = range(max(0, number - 4), min(len(pieces), number + 5))
    return max(lengths[each] for each in near if pieces[each].zone == pieces[number].zone)


def _is_short(before: Piece, width: int) -> bool:
    """Tells a line that ends before its column does: its paragraph ends there."""
    return len(before.text.strip()) < FULL * width if before.line.full is None else not before.line.full


def _count(last: dict[str, int], mark: Mark) -> None:
    """Keeps the last number of each kind; kinds first seen after this one begin anew."""
    if mark.kind in last:
        kinds = list(last)
        for kind in kinds[kinds.index(mark.kind) + 1 :]:
            del last[kind]
    last[mark.kind] = mark.value


def _is_mark(mark: Mark, piece: Piece, before: Piece | None, open_: Block | None, last: dict[str, int]) -> bool:
    """Tells a marker from words that a broken line begins with: "- 2025", "XIII. ", "30. "."""
    if before is None or open_ is None or piece.whole or piece.zone == "tail" or piece.line.cell != before.line.cell:
        return True
    text = " ".join(piece.text.split())
    ended = bool(_ENDS.search(before.text)) or before.kind != "text"
    rest = text[mark.length :]
    if mark.counted:
        again = ended and mark.value == last.get(mark.kind) and rest[:1].isupper()  # a number written twice
        in_order = follows(last.get(mark.kind, 0), mark) or mark.value == 1 or again
        return in_order and (ended or rest[:1].isupper() or not rest)
    if mark.kind in {"dash", "plus"} and not ended:
        alike = open_.mark.kind == mark.kind if open_.mark else ADDRESSED.match(open_.text) is not None
        return rest[:1].isupper() and (alike or not before.text.rstrip().endswith(","))
    return bool(rest.strip())


def _parts(open_: Block, before: Piece, piece: Piece, width: int) -> bool:  # noqa: C901, PLR0911 - signs, one by one
    """Tells whether a line without a marker begins a block of its own after the line before it."""
    text, previous = piece.text.strip(), before.text.strip()
    if piece.whole or piece.line.cell != before.line.cell or (piece.zone != before.zone and not text[:1].islower()):
        return True
    if piece.zone == "head":
        return _parts_head(open_, before, piece)
    if piece.turned and not text[:1].isupper() and not _OVER.search(previous):
        return False  # a sentence that runs over the page, with the page's number in between
    if piece.line.opens or _opens_part(open_, previous, text):
        return True
    if piece.blank > 0 and (_ENDS.search(previous) or not (text[:1].islower() or piece.turned)):
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
        and (DOES.match(text) or STARTS_TELL.match(text) or PREAMBLE.match(text))
    ):
        return True  # a heading that names a body, and what the body is to do
    if open_.text.startswith(("-", "+")):  # narrow lists wrap where they like; a full line behind one is a paragraph
        return _is_short(before, width) and len(text) >= WIDE * width and len(previous) < WIDE * len(text)
    return _is_short(before, width) and not previous.endswith(",")


def _opens_part(open_: Block, previous: str, text: str) -> bool:
    """Tells a line with which another part of the letter begins."""
    opens = PREAMBLE.match(text) and (ADDRESSED.match(open_.text) or _is_addressee(open_))
    return bool(opens or RECIPIENTS.match(text) or ADDRESSED.match(text)) or previous.endswith("./.")


def _is_addressee(block: Block) -> bool:
    return block.mark is not None and not block.mark.counted and len(block.text) < 160


def _parts_head(open_: Block, before: Piece, piece: Piece) -> bool:
    text, previous = piece.text.strip(), before.text.strip()
    if piece.line.opens or opens_head(text) or piece.blank > 1 or PREAMBLE.match(text) or NUMBER.fullmatch(previous):
        return True
    heading = NATIONAL.match(previous) or MOTTO.match(previous)
    if text[:1].islower() or (text.startswith(("VÀ ", "& ")) and not heading) or previous.endswith((",", " VÀ")):
        return False
    if open_.text.lower().startswith("v/v") or open_.text.startswith("Về việc"):
        return piece.blank > 0
    capitals = is_capitals(text)
    return piece.blank > 0 or capitals or is_capitals(previous)
