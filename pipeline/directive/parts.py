"""Which part of a letter each block is: head, addressees, body, tables, recipients, signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.directive.bodies import groups_in
from pipeline.directive.forms import (
    ADDRESSED,
    CLOSING,
    CONTACT,
    MOTTO,
    NATIONAL,
    NUMBER,
    OFFICE,
    PLACE_DATE,
    PREAMBLE,
    RECIPIENTS,
    STAMP,
    SUBJECT,
    URGENT,
    is_capitals,
    kind_of,
)
from pipeline.directive.layout import Block
from pipeline.directive.letter import Part

HEAD_BLOCKS: Final = 6  # in which the issuer's name stands, which may stand at the end again
TITLE_BLOCKS: Final = 5  # lines under the kind of document that may be its subject
SIGNATURE_WORDS: Final = 9  # of a line of a signature
SENTENCE: Final = 90  # characters; a longer block without capitals is no part of a head
_REQUEST: Final = re.compile(r"\w\s+(?:đề nghị|yêu cầu)\s")  # within a sentence: "UBND xã yêu cầu các thôn …"
_BOUND: Final = re.compile(r"\(\s*(?:ban hành\s+)?kèm theo\s[^()]*\)\s*$", re.IGNORECASE)  # under the title of an annex
ANNEX: Final = re.compile(r"PHỤ LỤC|Phụ lục(?:\s+[IVX\d]+)?\s*$")


@dataclass(slots=True)
class _Zone:
    name: str = "head"
    numbered: bool = False  # the number of the letter was seen
    titled: int = 0  # blocks of the subject so far; 0 where none
    named: bool = False  # the kind of document was seen in capitals: what follows is what it is about
    signed: bool = False
    marked: bool = False  # the body has had a list
    annexed: bool = False  # an annex behind the signature has begun: all that follows is of it


def parts_of(blocks: Sequence[Block]) -> list[Part]:
    """Gives the part of each block; sentences of the body are told apart later, here they are "preamble"."""
    zone = _Zone()
    ends = [number for number, block in enumerate(blocks) if block.text.rstrip().endswith("./.")]
    over = ends[-1] if ends else _signed_from(blocks) - 1
    return [_part(block, zone, number > over) for number, block in enumerate(blocks)]


def _signed_from(blocks: Sequence[Block]) -> int:
    """Gives the number of the block where a signature without recipients begins: an office, and short lines to the end."""
    start = len(blocks)
    behind = next((at for at in reversed(range(start)) if RECIPIENTS.match(blocks[at].text)), start)
    issuers = tuple(block.text for block in blocks[:HEAD_BLOCKS] if is_capitals(block.text))
    for number in range(behind - 1, -1, -1):  # in columns, the recipients may stand behind it
        block = blocks[number]
        if block.mark is not None or block.cell is not None or len(block.text.split()) > SIGNATURE_WORDS:
            break
        if is_capitals(block.text) and (OFFICE.fullmatch(block.text.strip()) or block.text.startswith(issuers)):
            start = number
    return start


def _part(block: Block, zone: _Zone, over: bool) -> Part:  # noqa: FBT001, PLR0911 - one return for each zone
    if block.kind != "text" or (STAMP.match(block.text) and zone.name in {"head", "tail"}):
        return "other"
    if URGENT.fullmatch(block.text):
        return "other"
    text = block.text
    if RECIPIENTS.match(text):
        zone.name = "tail"
        return "recipients"
    if ANNEX.match(text) and zone.name in {"tail", "body"} and (zone.name == "tail" or is_capitals(text)):
        zone.annexed = zone.annexed or zone.name == "tail"
        zone.name, zone.signed = "body", False
        return "heading"
    if zone.name == "tail" or (zone.name == "body" and over and not zone.annexed and block.cell is None):
        return _tail(block, zone)
    if zone.name == "head":
        return _head(block, zone)
    if zone.name == "addressees":
        return _addressed(block, zone)
    return _body(block, zone)


def _head(block: Block, zone: _Zone) -> Part:  # noqa: PLR0911 - one return for each part
    text = block.text
    if _is_national(text, zone):
        return "national_heading"
    if NUMBER.match(text) and len(text) < SENTENCE and not SUBJECT.match(text):
        zone.numbered = True
        return "number_date"
    if (dated := PLACE_DATE.match(text)) and not PREAMBLE.match(text) and dated.end() >= len(text.rstrip(" .")) - 2:
        return "number_date"
    if ADDRESSED.match(text):
        zone.name = "addressees"
        return "addressees"
    if kind_of(text) or SUBJECT.match(text):
        zone.titled, zone.named = 1, zone.named or bool(kind_of(text))
        return "subject"
    opens = PREAMBLE.match(text) and not _is_title(text, zone)
    if (block.mark and (block.mark.counted or zone.titled)) or opens or block.cell is not None:
        zone.name = "body"
        return _body(block, zone)
    untitled = (
        zone.numbered and not zone.titled and not text.isupper() and len(text.split()) > 2
    )  # of a Party's công văn
    if (
        (zone.titled or untitled)
        and zone.titled < TITLE_BLOCKS
        and not text.endswith((".", ":", ";"))
        and len(text) < 3 * SENTENCE
    ):
        zone.titled += 1
        return "subject"
    if is_capitals(text) or (len(text) < 40 and text.isupper()):
        return "issuer" if not zone.titled else "heading"
    if zone.titled or len(text) > SENTENCE:
        zone.name = "body"
        return _body(block, zone)
    return "other"


def _is_title(text: str, zone: _Zone) -> bool:
    """Tells the line under the kind of document, which says what it is about: "Triển khai Tháng hành động …"."""
    return zone.named and zone.titled == 1 and len(text) < 3 * SENTENCE and not text.endswith((".", ":", ";", ","))


def _is_national(text: str, zone: _Zone) -> bool:
    """Tells lines of the national heading; in a title, the Party's name is a part of what the document is about."""
    apart = not zone.named or (text.isupper() and not text.startswith("ĐẢNG"))
    if MOTTO.match(text) or (NATIONAL.match(text) and apart):
        return True
    return text in {"NAM", "VIỆT NAM"} and not zone.named  # its last words, on the next line


def _addressed(block: Block, zone: _Zone) -> Part:
    if block.mark is not None and block.mark.counted and not groups_in(block.text):
        zone.name = "body"
        return _body(block, zone)
    opens = PREAMBLE.match(block.text) or (_REQUEST.search(block.text) and len(block.text) > SENTENCE)
    if block.mark is None and (opens or len(block.text) > 2 * SENTENCE or block.text.endswith(":")):
        zone.name = "body"
        return _body(block, zone)
    return "addressees"


def _body(block: Block, zone: _Zone) -> Part:
    if block.cell is not None:
        return "table"
    if block.mark is not None:
        zone.marked = True
        return "content"
    if is_capitals(block.text):
        return "heading"
    if _BOUND.match(block.text):
        return "other"
    over = CLOSING.match(block.text) or block.text.rstrip().endswith("./.")
    if (zone.marked and over) or CONTACT.match(block.text):
        return "closing"
    return "preamble" if not zone.marked else "content"


def _tail(block: Block, zone: _Zone) -> Part:
    text = block.text
    if OFFICE.fullmatch(text.strip()) and not text.startswith(("-", "+")):
        zone.name, zone.signed = "tail", True
        return "signature"
    if zone.name == "tail" and not zone.signed:
        return "recipients"
    if zone.name == "tail":
        return "recipients" if block.mark is not None and not block.mark.counted else "signature"
    return _body(block, zone) if block.mark else "closing" if len(text) > SENTENCE else "signature"
