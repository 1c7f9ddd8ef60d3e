"""WARC in and out: what was fetched, as fetched; one file a night, one gzip member a record."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Final
from uuid import NAMESPACE_URL, uuid5

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.article import ArchiveRef
from crawlers.errors import ArchiveError
from crawlers.reason import because

CHUNK: Final = 1 << 20  # bytes read at a time while looking for the end of the last whole record
GZIP: Final = 31  # zlib's window bits for a gzip member
DROPPED: Final = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive"})


@dataclass(frozen=True, slots=True)
class Record:
    """One response as archived; `body` after transfer and content decoding."""

    url: str
    fetched_at: datetime  # UTC
    content_type: str | None
    body: bytes


@dataclass(slots=True)
class _Night:
    """An open file of one night, and where its next record begins."""

    name: str
    file: IO[bytes]
    end: int


class Archive:
    """The WARC files below one directory. Safe to share between threads; one process at a time writes a night."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lock = threading.Lock()
        self._nights: dict[date, _Night] = {}

    def write(
        self,
        night: date,
        *,
        url: str,
        status: int,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        fetched_at: datetime,
    ) -> ArchiveRef:
        """Stores one response (`body` after transfer and content decoding) and returns where it lies, on disk already.

        Raises ArchiveError when the file cannot be written; nothing of the record is then left behind.
        """
        digest = hashlib.sha256(body).hexdigest()
        record = _record(url, status, headers, body, fetched_at, digest)
        with self._lock:
            place = self._open(night)
            try:
                place.file.write(record)
                place.file.flush()
                os.fdatasync(place.file.fileno())
            except OSError as error:
                self._forget(night)
                raise ArchiveError(
                    because("archive_full", file=place.name, offset=place.end, text=error.strerror or str(error))
                ) from error
            ref = ArchiveRef(place.name, place.end, len(record), digest)
            place.end += len(record)
        return ref

    def read(self, ref: ArchiveRef) -> tuple[bytes, str | None]:
        """Returns the payload and its content type. Raises ArchiveError where the bytes are not those once stored."""
        record = self.record(ref)
        return record.body, record.content_type

    def record(self, ref: ArchiveRef) -> Record:
        """Returns one response. Raises ArchiveError where the bytes are not those once stored."""
        try:
            with (self.directory / ref.file).open("rb") as file:
                file.seek(ref.offset)
                raw = file.read(ref.length)
            record = next(ArchiveIterator(io.BytesIO(raw)))
            body: bytes = record.content_stream().read()
            moment = datetime.fromisoformat(record.rec_headers["WARC-Date"])
        except (OSError, ArchiveLoadFailed, StopIteration, zlib.error, ValueError, TypeError) as error:
            raise ArchiveError(
                because("archive_unreadable", file=ref.file, offset=ref.offset, text=str(error))
            ) from error
        if hashlib.sha256(body).hexdigest() != ref.sha256:
            raise ArchiveError(because("archive_changed", file=ref.file, offset=ref.offset))
        headers = record.http_headers
        kind = headers.get_header("Content-Type") if headers else None
        return Record(record.rec_headers["WARC-Target-URI"], moment, kind, body)

    def close(self) -> None:
        """Lets go of the files; writing opens them again."""
        with self._lock:
            for place in self._nights.values():
                place.file.close()
            self._nights.clear()

    def _open(self, night: date) -> _Night:
        place = self._nights.get(night)
        if place is not None:
            return place
        name = f"rasoat-{night:%Y-%m-%d}.warc.gz"
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            file = (self.directory / name).open("a+b")
        except OSError as error:
            raise ArchiveError(
                because("archive_folder", file=str(self.directory / name), text=error.strerror or str(error))
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise ArchiveError(because("archive_taken", file=name)) from error
        end = _end_of_records(file)
        if end < os.fstat(file.fileno()).st_size:
            file.truncate(end)
        place = _Night(name, file, end)
        self._nights[night] = place
        return place

    def _forget(self, night: date) -> None:
        """Closes a file after a failed write and cuts off what was written of the record."""
        place = self._nights.pop(night)
        os.ftruncate(place.file.fileno(), place.end)
        try:
            place.file.close()
        except OSError:  # the buffer cannot be flushed for the same reason; the record was given up above
            os.truncate(self.directory / place.name, place.end)


def _record(
    url: str,
    status: int,
    headers: Sequence[tuple[str, str]],
    body: bytes,
    fetched_at: datetime,
    digest: str,
) -> bytes:
    """Returns one response record as a gzip member; the same response gives the same record but for gzip's clock."""
    kept = [
        (f"X-Archive-Orig-{name}" if name.lower() in DROPPED else name, value.replace("\r", " ").replace("\n", " "))
        for name, value in headers
    ]
    kept.append(("Content-Length", str(len(body))))
    moment = fetched_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    marks: Mapping[str, str] = {
        "WARC-Date": moment,
        "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{url} {moment} {digest}')}>",
    }
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    record = writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(str(status), kept, protocol="HTTP/1.1"),
        warc_headers_dict=dict(marks),
    )
    writer.write_record(record)
    return out.getvalue()


def _end_of_records(file: IO[bytes]) -> int:
    """Returns the offset behind the last whole gzip member: a killed crawl may have left half a one at the end.

    Damage elsewhere is left alone, since records behind it are still found by their offsets.
    """
    file.seek(0)
    whole, read_to = 0, 0
    member = zlib.decompressobj(GZIP)
    pending = b""
    while chunk := pending or file.read(CHUNK):
        read_to += 0 if pending else len(chunk)
        try:
            member.decompress(chunk)
        except zlib.error:
            return file.seek(0, os.SEEK_END)
        pending = member.unused_data
        if member.eof:
            whole = read_to - len(pending)
            member = zlib.decompressobj(GZIP)
    return whole
