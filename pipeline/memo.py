"""What was worked out before, by the digest of all that it was worked out from: the same again is not worked out again.

A key that leaves nothing out can give no stale answer; the program itself is a part of every key. What nobody asked for in a run is
not kept. A file that is lost or torn costs time, and never a wrong number.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeVar
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
from pydantic import TypeAdapter, ValidationError

from pipeline.errors import PipelineError
from pipeline.files import DAMAGED_ZIP, writing

Kept = TypeVar("Kept")

PACKAGES: Final = ("crawlers", "models", "pipeline")
MEMBER: Final = "results"  # of the file: a key in hex digits, a blank and JSON on each line
LEVEL: Final = 1  # of zlib
DIGEST: Final = 16  # bytes


class Memo:
    """Results by their keys; those that this run asked for go to the next. Made with None, it works everything out."""

    def __init__(self, known: Mapping[bytes, bytes] | None = None) -> None:
        self._known = known
        self._asked: dict[bytes, bytes] = {}

    @classmethod
    def open(cls, file: Path | None) -> Memo:
        """Reads what the last run left; nothing where there is no such file, or its checksums do not hold."""
        if file is None:
            return cls()
        try:
            with ZipFile(file) as stored:
                lines = stored.read(MEMBER).splitlines()
            return cls({bytes.fromhex(line[: 2 * DIGEST].decode()): line[2 * DIGEST + 1 :] for line in lines})
        except FileNotFoundError:
            return cls({})
        except DAMAGED_ZIP as error:
            logging.getLogger(__name__).warning("%s: cannot be read, all is worked out anew: %s", file, error)
            return cls({})

    def told(self, form: TypeAdapter[Kept], key: bytes, make: Callable[[], Kept]) -> Kept:
        """Gives the result of a key in this form, made now where it is not known."""
        if self._known is None:
            return make()
        known = self._known.get(key)
        if known is not None:
            try:
                found = form.validate_json(known)
            except ValidationError:  # two forms under one key, or a line that is none
                known = None
        if known is None:
            found = make()
            known = form.dump_json(found)
        self._asked[key] = known
        return found

    def save(self, file: Path | None) -> None:
        """Leaves to the next run what this one asked for."""
        if file is None or self._known is None or self._asked == self._known:
            return
        lines = b"\n".join(key.hex().encode() + b" " + value for key, value in self._asked.items())
        try:
            with writing(file) as out, ZipFile(out, "w", ZIP_DEFLATED, compresslevel=LEVEL) as made:
                made.writestr(MEMBER, lines)
        except PipelineError as error:  # the run needs no file; the next one works all out anew
            logging.getLogger(__name__).warning("%s", error)


def key(*parts: object) -> bytes:
    """Gives the digest of the program and of some parts: arrays by their bytes, keys as they are, all else by how it is written."""
    total = hashlib.blake2b(_program(), digest_size=DIGEST)
    for part in parts:
        for told in _told(part):
            total.update(len(told).to_bytes(8, "little"))
            total.update(told)
    return total.digest()


def _told(part: object) -> Iterable[bytes | memoryview]:
    if isinstance(part, np.ndarray):
        return f"{part.dtype.str} {part.shape}".encode(), _bytes_of(part)
    return (part,) if isinstance(part, bytes) else (f"{type(part).__name__} {part!r}".encode(),)


def _bytes_of(array: np.ndarray[Any, Any]) -> memoryview:
    return np.ascontiguousarray(array).view(np.uint8).reshape(-1).data


@cache
def _program() -> bytes:
    """Gives the digest of the program's own source as it was at the start, and of the libraries that reckon and write for it."""
    total = hashlib.blake2b(digest_size=DIGEST)
    root = Path(__file__).parent.parent
    for package in PACKAGES:
        for file in sorted((root / package).rglob("*.py")):
            total.update(f"{file.relative_to(root)} {file.stat().st_size} ".encode())
            total.update(file.read_bytes())
    for library in ("numpy", "pydantic", "scipy"):
        total.update(f"{library} {version(library)} ".encode())
    return total.digest()


_program()  # read now, while the files are those that run: they may be replaced in the hours that a night takes
