"""Backup: one file with the store, the campaign's files, the models and the list of archived pages; made while all goes on."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final, Literal

from crawlers.dates import LOCAL_TZ
from pipeline.config import Config
from pipeline.console import Advance
from pipeline.files import writing
from pipeline.steps.run import recorded
from pipeline.store import Store
from pipeline.store.copies import copy

FORMAT: Final = "rasoat backup 1"
MANIFEST: Final = "manifest.json"  # the last member: by then every digest is known
CONFIG: Final = "config.toml"
STORE: Final = "store"
CHUNK: Final = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that config.toml names and the backup has not."""

    key: str  # of config.toml
    path: str  # as it stands there
    why: Literal["secret", "outside", "missing"]  # "outside": not below the campaign's folder


@dataclass(frozen=True, slots=True)
class Backup:
    """What one backup holds."""

    file: Path
    members: int
    bytes: int
    archive_files: int  # of which it knows name and size
    left_out: tuple[LeftOut, ...]


def backup(
    config: Config, store: Store, target: Path, clock: Callable[[], datetime], advance: Advance, *, pages: bool
) -> Backup:
    """Writes a backup to a file, or into a folder under a name of its own; it appears whole or not at all.

    The store comes first: what it speaks of was in the archive and among the models before, so that it is in the backup.
    Without `pages` of the archive only the list is kept: its files are never changed, only added to, and any tool that
    copies folders keeps them.

    Raises:
        PipelineError: something cannot be read or written.
    """
    now = clock()
    if target.is_dir() or not target.suffix:
        target /= f"rasoat-{now.astimezone(LOCAL_TZ):%Y-%m-%d-%H%M%S}.tar"
    archive = config.data / "archive"
    with _copied(store, target) as copied:  # before the run is in the log: what is put back never ran
        index = {file.name: file.stat().st_size for file in sorted(archive.glob("*.warc.gz"))}
        beside, left_out = _named(config)
        members = [(STORE, copied), (CONFIG, config.file), *beside.items(), *_files_of(config)]
        members += [(f"archive/{name}", archive / name) for name in index] if pages else []
        with recorded(config, store, "backup", {"file": str(target), "pages": str(pages)}, clock) as counts:
            with writing(target) as out, tarfile.open(fileobj=out, mode="w") as tar:
                digests: dict[str, str] = {}
                for number, (name, file) in enumerate(members):
                    advance(number, len(members), name)
                    digests[name] = _add(tar, name, file, index.get(file.name) if file.parent == archive else None)
                manifest = {
                    "format": FORMAT,
                    "made": now.isoformat(),
                    "sha256": digests,
                    "archive": index,
                    "left_out": [asdict(each) for each in left_out],
                }
                _add_bytes(tar, MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
            size = target.stat().st_size
            counts.update(members=len(digests), bytes=size)
    return Backup(target, len(digests), size, len(index), left_out)


@contextmanager
def _copied(store: Store, target: Path) -> Iterator[Path]:
    scratch = target.with_name(f".{target.name}.store")
    scratch.parent.mkdir(parents=True, exist_ok=True)
    try:
        copy(store, scratch)
        yield scratch
    finally:
        scratch.unlink(missing_ok=True)


def _named(config: Config) -> tuple[dict[str, Path], tuple[LeftOut, ...]]:
    """Gives the files that config.toml names: those below its folder by their members' names, and those that are left out.

    A private key never goes along: a backup lies where many read.
    """
    folder = config.file.parent
    letter = config.directive.file if config.directive is not None else ""
    phrases = "" if config.classify.cues == "shipped" else config.classify.cues
    members: dict[str, Path] = {}
    left_out: list[LeftOut] = []
    for key, path in (
        ("classify.cues", phrases),
        ("directive.file", letter),
        *((f"fetch.tls.{number}.ca_file", each.ca_file) for number, each in enumerate(config.fetch.tls)),
    ):
        file = Path(os.path.normpath(folder / path))  # a link stands for what it names, wherever that lies
        if not path:
            continue
        if not file.is_file():
            left_out.append(LeftOut(key, path, "missing"))
        elif file.is_relative_to(folder):
            members[f"beside/{file.relative_to(folder).as_posix()}"] = file
        else:
            left_out.append(LeftOut(key, path, "outside"))
    secrets = {"report.signing_key": config.report.signing_key, "web.tls_key": config.web.tls_key}
    secrets["web.tls_cert"] = config.web.tls_cert
    left_out += [LeftOut(key, path, "secret") for key, path in secrets.items() if path]
    return members, tuple(left_out)


def _files_of(config: Config) -> Iterator[tuple[str, Path]]:
    """Yields the campaign's models, and the manifests of its audits with their signatures."""
    for top in ("models", "manifests"):
        folder = config.data / top
        for file in sorted(folder.rglob("*")):
            inside = file.relative_to(folder)
            if file.is_file() and not any(part.startswith(".") for part in inside.parts):  # locks and scratch
                yield f"{top}/{inside.as_posix()}", file


def _add(tar: tarfile.TarFile, name: str, file: Path, size: int | None) -> str:
    """Adds a file, or as much of it as there was at first; gives the SHA-256 of what was added."""
    member = _member(name)
    with file.open("rb") as raw:
        member.size = file.stat().st_size if size is None else size
        counted = _Hashing(raw)
        tar.addfile(member, counted)
    return counted.digest.hexdigest()


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = _member(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def _member(name: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.mode = 0o600
    return member


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Reads, and takes what was read into the digest."""
        data = self._raw.read(size)
        self.digest.update(data)
        return data


def digest_of(raw: IO[bytes]) -> str:
    """Gives the SHA-256 of what is left of a file."""
    total = hashlib.sha256()
    while chunk := raw.read(CHUNK):
        total.update(chunk)
    return total.hexdigest()
