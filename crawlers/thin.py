"""Thin: takes bytes that nobody needs out of an archive file; all other records stay where they were, and the file a WARC."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final
from uuid import NAMESPACE_URL, uuid5

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.warcwriter import WARCWriter

from crawlers.errors import ArchiveError
from crawlers.reason import because

BLOCK: Final = 4_096  # bytes that a file system gives back at a time
MOST: Final = 65_535  # bytes of the extra field of a gzip member (RFC 1952)
PLAIN_GZIP: Final = b"\x1f\x8b\x08\x00"  # a member without extra field, as warcio writes it

Place = tuple[int, int]  # offset and length of a record


def spared(places: Sequence[Place]) -> int:
    """Gives the bytes that thinning may free, at most: whole blocks within the records."""
    return sum(length // BLOCK * BLOCK for _, length in places)


def thin(file: Path, places: Sequence[Place]) -> int:
    """Puts notes in the places of some records and gives the bytes of the disk that are free now.

    A note names the page and the day, and is as long as the record was: what it does not need is a hole, which takes no
    room where the file system knows holes. The file is written anew and takes the old one's place at once. Records that
    are notes already, or too short for one, are left.

    Raises ArchiveError where a record cannot be read; the file is then as it was.
    """
    before = file.stat().st_blocks
    scratch = file.with_name(f".{file.name}.thinned")
    with file.open("rb") as old, scratch.open("wb") as new:
        position = 0
        for offset, length in sorted(places):
            _copy(old, new, position, offset)
            members = _notes(file, old, offset, length)
            for member in members:
                _write(new, member)
            position = offset + length if members else offset
        _copy(old, new, position, os.fstat(old.fileno()).st_size)
        new.truncate(os.fstat(old.fileno()).st_size)
        new.flush()
        os.fsync(new.fileno())
    scratch.replace(file)
    return (before - file.stat().st_blocks) * 512  # st_blocks counts 512 bytes, whatever the block is


def _copy(old: IO[bytes], new: IO[bytes], start: int, end: int) -> None:
    old.seek(start)
    new.seek(start)
    while start < end and (chunk := old.read(min(1 << 20, end - start))):
        new.write(chunk)
        start += len(chunk)


def _notes(file: Path, old: IO[bytes], offset: int, length: int) -> list[tuple[bytes, int]]:
    """Gives the notes that take a record's place, each a gzip member and the bytes of its extra field; none to leave it."""
    old.seek(offset)
    try:
        record = next(ArchiveIterator(io.BytesIO(old.read(length))))
        headers = record.rec_headers
        url, at = headers.get_header("WARC-Target-URI"), headers.get_header("WARC-Date")
    except (ArchiveLoadFailed, StopIteration) as error:
        raise ArchiveError(
            because("archive_unreadable", file=file.name, offset=offset, text=str(error) or type(error).__name__)
        ) from error
    if record.rec_type != "response":
        return []
    note = _note(str(url), str(at), offset)
    least = len(note) + 2  # the length of the extra field takes two bytes
    return [(note, room - least) for room in _rooms(length, least)]


def _rooms(length: int, least: int) -> Iterator[int]:
    """Cuts a length into parts, each of at least `least` and at most MOST bytes more; none where it is too short."""
    while length >= least:
        part = min(length, least + MOST)
        if 0 < length - part < least:
            part -= least
        yield part
        length -= part


def _note(url: str, at: str, offset: int) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    body = b"pruned: nothing rests on this page\n"
    marks = {"WARC-Date": at, "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, f'pruned {url} {at} {offset}')}>"}
    record = writer.create_warc_record(
        url,
        "metadata",
        payload=io.BytesIO(body),
        length=len(body),
        warc_content_type="text/plain",
        warc_headers_dict=marks,
    )
    writer.write_record(record)
    return out.getvalue()


def _write(new: IO[bytes], member: tuple[bytes, int]) -> None:
    """Writes a gzip member with an extra field of zeros, which are passed over and not written."""
    note, extra = member
    if not note.startswith(PLAIN_GZIP):
        raise AssertionError(note[:4])
    new.write(note[:3] + b"\x04" + note[4:10] + struct.pack("<H", extra))
    new.seek(extra, os.SEEK_CUR)
    new.write(note[10:])
