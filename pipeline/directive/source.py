"""From a file to pages of text: tells its kind by its bytes, sets limits, and hands it to the reader of that kind."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from crawlers.decode import decode
from crawlers.errors import ParseError
from crawlers.legacy import repair
from pipeline.directive.forms import NATIONAL, RECIPIENTS
from pipeline.errors import InputError, system_fault
from pipeline.wording import Words

MB: Final = 1_000_000  # bytes
MAX_BYTES: Final = 30 * MB  # of one file; a scanned letter of forty pages has some ten
MAX_CHARACTERS: Final = 1_000_000  # of text; the longest plans with annexes have a quarter of it
MAX_TAGS: Final = 200_000  # of a page of the web, which take some five seconds to read; a long plan of Word has a tenth
MAX_MARKUP: Final = 8 * MB  # of it, without pictures that stand in it
MAX_LINES: Final = 40_000  # of text, or empty; the longest plans with annexes have some five thousand
MAX_PARAGRAPH: Final = 20_000  # characters; the longest of letters have some four thousand
FRAME: Final = re.compile(rf"{NATIONAL.pattern}|{RECIPIENTS.pattern}|Kính\s+gửi|Độc\s+lập\s*[-–]", re.IGNORECASE)
_PICTURE: Final = re.compile(rb"data:[^\s\"'()<>]{200,}")  # in a page of the web
BETWEEN: Final = "\x1f"  # between lines that are looked at as one text; no letter is written with it
COLUMN: Final = "   "  # what a tab is: wide enough to part two columns of a head
_HIDDEN: Final = re.compile(
    "[\u200b-\u200d\u2060\ufeff]|\u00ad(?!$)"
)  # at the end of a line, a hyphen tells that it goes on
_CAPITALS: Final = re.compile(r"(?<!\w)[^\W\da-z_]+(?!\w)")  # words without a small letter of the Latin alphabet
VI: Final = Words("vi")
EN: Final = Words("en")


@dataclass(frozen=True, slots=True)
class Cell:
    """Where in a table a line stands."""

    table: int  # from 1, in reading order
    row: int  # from 0
    column: int  # from 0
    rows: int = 1  # over which it is merged


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of a page as its file shows it; `whole` where the file says that it is a paragraph of its own."""

    text: str  # without a line break
    whole: bool = False
    cell: Cell | None = None
    bold: bool = False
    full: bool | None = None  # it runs to the right edge of its column; None where the file does not tell places
    opens: bool = False  # it begins further to the right than the line behind it: a paragraph begins
    note: bool = False  # a footnote: it belongs to no paragraph around it


@dataclass(frozen=True, slots=True)
class Source:
    """The pages of a letter, each a list of lines in reading order."""

    file: str
    sha256: str
    pages: tuple[tuple[TextLine, ...], ...]
    ocr: bool = False


def open_source(file: Path) -> Source:
    """Reads a letter: PDF, DOCX, HTML or plain text, told by its bytes and not by its name.

    Raises:
        InputError: it is not there, too large, locked, damaged, of another kind, or a page of it has no text.
    """
    raw = _bytes(file)
    ocr = False
    if raw[:1024].lstrip().startswith(b"%PDF-"):
        from pipeline.directive.confined import confined_pages  # noqa: PLC0415 - which reads lines of ours

        pages, ocr = confined_pages(file, raw)
    elif raw.startswith(b"PK"):
        from pipeline.directive.docx import docx_pages  # noqa: PLC0415

        pages = docx_pages(file, raw)
    else:
        pages = _text_pages(file, raw)
    if (lines := sum(map(len, pages))) > MAX_LINES:
        raise InputError(
            f"{file}: {EN.number(lines)} lines, more than {EN.number(MAX_LINES)}; give the letter alone",
            f"{file}: có {VI.number(lines)} dòng, quá {VI.number(MAX_LINES)}; hãy chỉ đưa phần văn bản chỉ đạo",
        )
    refuse_long(str(file), max((len(line.text) for page in pages for line in page), default=0))
    cleaned = tuple(tuple(without_frames([_clean(line) for line in page])) for page in _repaired(pages))
    if not any(line.text.strip() for page in cleaned for line in page):
        raise InputError(
            f"{file}: there is no text in it; give the letter itself", f"{file}: tệp không có chữ nào; hãy đưa văn bản"
        )
    if (size := sum(len(line.text) for page in cleaned for line in page)) > MAX_CHARACTERS:
        raise InputError(
            f"{file}: {EN.number(size)} characters of text, more than {EN.number(MAX_CHARACTERS)}; give the letter alone",
            f"{file}: có {VI.number(size)} ký tự, quá {VI.number(MAX_CHARACTERS)}; hãy chỉ đưa phần văn bản chỉ đạo",
        )
    return Source(file.name, hashlib.sha256(raw).hexdigest(), cleaned, ocr)


def refuse_long(file: str, longest: int) -> None:
    """Refuses what has a paragraph of so many characters as no letter has: reading it would take minutes."""
    if longest > MAX_PARAGRAPH:
        raise InputError(
            f"{file}: a paragraph of {EN.number(longest)} characters, more than {EN.number(MAX_PARAGRAPH)}; give the letter itself",
            f"{file}: có đoạn dài {VI.number(longest)} ký tự, quá {VI.number(MAX_PARAGRAPH)}; hãy đưa đúng văn bản chỉ đạo",
        )


def without_frames(lines: list[TextLine]) -> list[TextLine]:
    """Gives lines whose tables are tables: those that only set head or end side by side become plain lines, by column."""
    frames = {line.cell.table for line in lines if line.cell is not None and FRAME.match(line.text.strip())}
    made: list[TextLine] = []
    held: list[TextLine] = []
    for line in [*lines, TextLine("")]:
        if held and (line.cell is None or held[0].cell is None or line.cell.table != held[0].cell.table):
            held.sort(key=lambda each: (each.cell.column, each.cell.row) if each.cell else (0, 0))
            made += [replace(each, cell=None) for each in held]
            held = []
        if line.cell is not None and line.cell.table in frames:
            held.append(line)
        else:
            made.append(line)
    return made[:-1]


def _bytes(file: Path) -> bytes:
    try:
        if not file.exists():
            raise InputError(f"{file}: no such file", f"{file}: không có tệp này")
        if not file.is_file():
            raise InputError(f"{file}: not a file; give a letter", f"{file}: không phải tệp; hãy đưa tệp văn bản")
        with file.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
    except OSError as error:
        en, vi = system_fault(error)
        raise InputError(f"{file}: cannot be read: {en}", f"{file}: không đọc được: {vi}") from None
    if len(raw) > MAX_BYTES:
        raise InputError(
            f"{file}: larger than {EN.number(MAX_BYTES / MB)} MB; give the letter without its annexes or pictures",
            f"{file}: tệp lớn hơn {VI.number(MAX_BYTES / MB)} MB; hãy bỏ bớt phụ lục, hình ảnh",
        )
    return raw


def _text_pages(file: Path, raw: bytes) -> list[list[TextLine]]:
    if (other := _other_kind(raw)) is not None:
        raise InputError(
            f"{file}: {other[1]}; save the letter as .docx or .pdf",
            f"{file}: {other[0]}; hãy lưu lại thành .docx hoặc .pdf",
        )
    start = raw[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    markup = start.startswith((b"<!doctype html", b"<html", b"<?xml")) or (
        start.startswith(b"<") and any(tag in raw[:4096].lower() for tag in (b"<p", b"<div", b"<body", b"<table"))
    )
    if markup and (raw.count(b"<") > MAX_TAGS or len(_PICTURE.sub(b"", raw)) > MAX_MARKUP):
        raise InputError(
            f"{file}: more markup than any letter has; save it as .docx or .pdf",
            f"{file}: trang HTML quá lớn so với một văn bản; hãy lưu lại thành .docx hoặc .pdf",
        )
    # One line may hold too few words to tell an old encoding: in a text without wide letters, all lines are looked at as one.
    joined = raw if markup or b"\0" in raw[:2048] else raw.replace(b"\r\n", b"\n").replace(b"\n", b"\v")
    try:
        text = decode(joined, "text/html" if markup else "text/plain", url=str(file)).replace("\v", "\n")
    except ParseError:
        raise _no_text(file) from None
    if markup:
        from pipeline.directive.html import html_pages  # noqa: PLC0415

        return html_pages(text)
    if _is_noise(text):
        raise _no_text(file)
    from pipeline.directive.plain import plain_lines  # noqa: PLC0415 - which makes lines of ours

    pages: list[list[TextLine]] = []
    for page in text.split("\f"):
        tables = max((line.cell.table for lines in pages for line in lines if line.cell), default=0)
        pages.append(plain_lines(_lines(page), tables))
    return pages


def _lines(page: str) -> list[str]:
    return page.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _other_kind(raw: bytes) -> tuple[str, str] | None:
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        return "tệp Word kiểu cũ (.doc) hoặc có mật khẩu", "a file of old Word (.doc), or behind a password"
    if raw.startswith(b"{\\rtf"):
        return "tệp RTF", "a file of rich text (.rtf)"
    if raw.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")):
        return "tệp ảnh, không có lớp chữ", "a picture, without a layer of text"
    return None


def _no_text(file: Path) -> InputError:
    return InputError(
        f"{file}: neither PDF, DOCX, HTML nor plain text; save the letter as one of these",
        f"{file}: không phải PDF, DOCX, HTML hay tệp chữ; hãy lưu văn bản thành một trong các loại này",
    )


def _is_noise(text: str) -> bool:
    """Tells bytes that can be decoded but are no letter: control characters throughout."""
    sample = text[:20_000]
    strange = sum(unicodedata.category(char) in {"Cc", "Cn", "Co"} and char not in "\n\r\t\f\v" for char in sample)
    return strange * 20 > len(sample)


def _repaired(pages: Sequence[Sequence[TextLine]]) -> list[list[TextLine]]:
    """Gives the pages in Unicode: a letter in an old encoding as a whole, else the lines that are in one."""
    lines = [unicodedata.normalize("NFC", line.text).replace(BETWEEN, " ") for page in pages for line in page]
    whole = BETWEEN.join(lines)
    told = repair(whole)
    read = [line if line.isascii() else repair(line) for line in lines] if told == whole else told.split(BETWEEN)
    texts = iter(read)
    return [[replace(line, text=_capitals(next(texts))) for line in page] for page in pages]


def _capitals(line: str) -> str:
    """Makes words capital that an old font shows so: of its capitals with marks, the letters are small ones, "HòA"."""
    if line.isascii() or not any(map(_is_half, _CAPITALS.findall(line))):
        return line
    return _CAPITALS.sub(lambda word: word[0].upper(), line)


def _is_half(word: str) -> bool:
    return any(map(str.islower, word)) and sum("A" <= letter <= "Z" for letter in word) > 1


def _clean(line: TextLine) -> TextLine:
    text = line.text.rstrip()
    text = "".join(
        " " if char < " " or char in "\x7f\u00a0\u2007\u202f\u3000" or "\ud800" <= char <= "\udfff" else char
        for char in _HIDDEN.sub("", text).replace("\t", COLUMN)
    )
    return replace(line, text=unicodedata.normalize("NFC", text))
