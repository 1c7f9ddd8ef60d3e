"""WARC files of others, Common Crawl's and ours: their pages one by one, and of every record why it was passed over."""

from __future__ import annotations

import contextlib
import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final, Literal

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawlers.archive import Record
from crawlers.errors import ArchiveError
from crawlers.reason import because
from crawlers.urls import resolve

Fate = Literal[
    "taken",
    "known",  # the store has the page already
    "again",  # the file has the page twice
    "foreign",  # of no source; an address that leads nowhere is nobody's
    "no_page",  # a request, metadata, what the file says of itself
    "revisit",  # says that a page was as before, without its bytes
    "status",  # not an answer of 200
    "no_html",
    "too_large",
    "cut",  # whoever fetched the page stopped in the middle of it
    "unreadable",  # packed in a way that we do not know, damaged, or without a date
]
Tally = Counter[Fate]

CHUNK: Final = 1 << 18  # bytes read at a time
PIECE: Final = 1 << 13  # bytes given to zlib at a time: it copies what is left over, and a member may have 20 bytes
GZIP: Final = 31  # zlib's window bits for a gzip member
MAGIC: Final = b"\x1f\x8b"
PAGES: Final = frozenset({"response", "resource"})  # records that may hold one
GOOD: Final = frozenset({"200", "203"})

_CHUNK_SIZE: Final = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


def read_warc(
    file: Path, max_bytes: int, wanted: Callable[[str], bool] = lambda _: True, tally: Tally | None = None
) -> Iterator[Record]:
    """Yields the pages of a WARC or ARC file, gzipped or plain: good answers that are HTML, `max_bytes` or shorter.

    `wanted` tells by its URL whether a page is read at all. What is passed over is counted in `tally`; what is yielded, the
    caller counts.

    Raises ArchiveError where the file cannot be read, names nothing of a WARC file, or is damaged; then it names the place,
    and what stood before has been yielded.
    """
    number = 0
    try:
        with file.open("rb") as stream:
            unpacked = _Unpacked(stream)
            records = ArchiveIterator(unpacked, arc2warc=True)
            for number, record in enumerate(_records(records), start=1):  # noqa: B007 - told where the file breaks off
                found = _page(record, max_bytes, wanted)
                if isinstance(found, Record):
                    yield found
                elif tally is not None:
                    tally[found] += 1
    except OSError as error:
        raise ArchiveError(because("no_warc", file=str(file), text=error.strerror or str(error))) from error
    except (ArchiveLoadFailed, zlib.error, EOFError) as error:
        text = " ".join(str(error).split())
        if not number:
            raise ArchiveError(because("no_warc", file=str(file), text=text)) from error
        place = unpacked.member if unpacked.packed else records.offset
        raise ArchiveError(because("warc_damaged", file=str(file), offset=place, text=text)) from error
    if not number:
        raise ArchiveError(because("empty_warc", file=str(file)))


def _records(records: ArchiveIterator) -> Iterator[Any]:
    """Yields the records; after the caller is done with one, the rest of it is read, and must be there."""
    while True:
        with _hushed():
            record = next(records, None)
        if record is None:
            return
        yield record
        _finish(record)


def _finish(record: Any) -> None:
    """Reads a record to its end. Raises EOFError where the file ends before."""
    while record.raw_stream.read(CHUNK):
        pass
    if getattr(record.raw_stream, "limit", 0):
        raise EOFError("a record is shorter than it says")


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """Keeps off standard error what warcio prints there about odd records; the fault itself is raised or counted.

    Standard error belongs to the whole process: WARC files are read by one thread, while no other has something to say.
    """
    with contextlib.redirect_stderr(io.StringIO()):
        yield


class _Unpacked:
    """The bytes of a file, inflated where it is gzipped, whether each record is a member of its own or not.

    warcio takes what it is given for plain then; its own inflating says nothing of members that are damaged or cut off.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hand = stream.read(CHUNK)  # the bytes read last
        self._at = 0  # how many of them were given out or inflated
        self._read = len(self._hand)
        self._given = 0
        self._member: zlib._Decompress | None = None
        self.packed = self._hand.startswith(MAGIC)
        self.member = 0  # where the gzip member begins that is being inflated

    def tell(self) -> int:
        """Gives how many bytes were given out."""
        return self._given

    def read(self, size: int = -1) -> bytes:
        """Gives the next bytes, b"" at the end. Raises zlib.error or EOFError where they are damaged or cut off."""
        size = size if size > 0 else CHUNK
        piece = self._inflated(size) if self.packed else self._more(size)
        self._given += len(piece)
        return piece

    def _inflated(self, size: int) -> bytes:
        while True:
            data = self._more(PIECE)
            if self._member is None:
                if not data:
                    return b""
                data = data.lstrip(b"\0")  # padding between members
                if not data:
                    continue
                self.member = self._read - (len(self._hand) - self._at) - len(data)
                self._member = zlib.decompressobj(GZIP)
            if not data:
                raise EOFError("the last record is cut off")
            piece = self._member.decompress(data, size)
            self._at -= len(self._member.unconsumed_tail or self._member.unused_data)
            if self._member.eof:
                self._member = None
            if piece:
                return piece

    def _more(self, most: int) -> bytes:
        """Takes up to `most` of the bytes in hand, or of some that it reads."""
        if self._at >= len(self._hand):
            self._hand, self._at = self._stream.read(CHUNK), 0
            self._read += len(self._hand)
        data = self._hand[self._at : self._at + most]
        self._at += len(data)
        return data


def _page(record: Any, max_bytes: int, wanted: Callable[[str], bool]) -> Record | Fate:
    """Gives the page of a record, or why it is passed over."""
    http = record.http_headers
    named = (record.rec_headers.get_header("WARC-Target-URI") or "").strip().strip("<>")
    url = resolve(named, named) or ""
    content_type = (record.rec_headers if http is None else http).get_header("Content-Type")
    fetched_at = _moment(record.rec_headers.get_header("WARC-Date"))
    fate = _fate(record, named, content_type, lambda: bool(url) and wanted(url))
    if fate is not None:
        return fate
    raw = _raw(record, max_bytes)
    if raw is None:
        return "too_large"
    body = raw if http is None else _body(raw, http, max_bytes)
    if not isinstance(body, bytes):
        return body
    return "unreadable" if fetched_at is None else Record(url, fetched_at, content_type, body)


def _fate(record: Any, named: str, content_type: str | None, wanted: Callable[[], bool]) -> Fate | None:
    """Tells by its headers why a record is passed over; None where it may be a page."""
    fates: Iterator[tuple[Fate, Callable[[], bool]]] = iter(
        (
            ("revisit", lambda: record.rec_type == "revisit"),
            ("no_page", lambda: record.rec_type not in PAGES or not named.startswith(("http:", "https:"))),
            ("foreign", lambda: not wanted()),
            ("status", lambda: record.http_headers and record.http_headers.get_statuscode() not in GOOD),
            ("no_html", lambda: "html" not in (content_type or "html").lower()),
            ("cut", lambda: bool(record.rec_headers.get_header("WARC-Truncated"))),
        )
    )
    return next((fate for fate, holds in fates if holds()), None)


def _raw(record: Any, max_bytes: int) -> bytes | None:
    """Reads what follows the headers of a record; None where that is too much."""
    raw = bytearray()
    while len(raw) <= max_bytes and (piece := record.raw_stream.read(max_bytes + 1 - len(raw))):
        raw += piece
    return bytes(raw) if len(raw) <= max_bytes else None


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _body(raw: bytes, http: Any, max_bytes: int) -> bytes | Fate:
    """Undoes what HTTP did to a page for its way, where it was archived as it came over the wire."""
    if "chunked" in (http.get_header("Transfer-Encoding") or "").lower():
        joined = _joined(raw)
        if joined is None:
            return "cut"
        raw = joined
    encoding = (http.get_header("Content-Encoding") or "").strip().lower()
    if encoding in {"", "identity"}:
        return raw
    if encoding in {"gzip", "x-gzip", "deflate"}:
        return _inflated_body(raw, max_bytes)
    return "unreadable"


def _joined(raw: bytes) -> bytes | None:
    """Joins the chunks of a body; a body without chunks stays, since many archivers join them and keep the header.

    None where the chunks end before the last.
    """
    pieces: list[bytes] = []
    at = 0
    while head := _CHUNK_SIZE.match(raw, at):
        size = int(head[1], 16)
        if size == 0:
            return b"".join(pieces)
        piece = raw[head.end() : head.end() + size]
        if len(piece) < size:
            return None
        pieces.append(piece)
        at = head.end() + size
        at += 2 if raw.startswith(b"\r\n", at) else raw.startswith(b"\n", at)
    return None if pieces else raw


def _inflated_body(raw: bytes, max_bytes: int) -> bytes | Fate:
    """Inflates a body; one that is not packed stays, since many archivers unpack it and keep the header."""
    body = bytearray()
    at = 0
    while at < len(raw):
        member = _decompressor(raw[at : at + PIECE])
        if member is None:
            return bytes(body) or raw  # plain; or padding behind the last member
        while at < len(raw) and not member.eof:
            piece = raw[at : at + PIECE]
            try:
                body += member.decompress(piece, max_bytes + 1 - len(body))
            except zlib.error:
                return "unreadable"
            if len(body) > max_bytes:
                return "too_large"
            at += len(piece) - len(member.unused_data)
        if not member.eof:
            return "cut"
    return bytes(body)


def _decompressor(head: bytes) -> zlib._Decompress | None:
    if head.startswith(MAGIC):
        return zlib.decompressobj(GZIP)
    for window in (15, -15):  # deflate with its envelope, and bare as old servers send it
        with contextlib.suppress(zlib.error):
            zlib.decompressobj(window).decompress(head, 64)
            return zlib.decompressobj(window)
    return None
