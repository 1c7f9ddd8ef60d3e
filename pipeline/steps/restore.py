"""Restore: puts a backup back; everything is looked at before anything is touched, and the store comes last, at once."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from pipeline.config import Config, load_config
from pipeline.console import Advance
from pipeline.errors import InputError, StoreError
from pipeline.files import writing
from pipeline.settings import PathSettings, StoreSettings
from pipeline.steps.backup import CONFIG, FORMAT, MANIFEST, STORE, LeftOut, digest_of
from pipeline.store import Store
from pipeline.store.copies import check, form, put_back

KEPT: Final = "config.before-restore.toml"
MAX_MANIFEST: Final = 50_000_000  # bytes; a manifest of 100,000 files has some 15 million


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and which archived pages must still be fetched from where they are kept."""

    config: Config
    made: str  # ISO 8601, UTC
    members: int
    absent: tuple[str, ...]  # files of the archive that are missing or shorter than they were
    left_out: tuple[LeftOut, ...]  # files that config.toml names, which the backup never had, and are not here either


@dataclass(frozen=True, slots=True)
class _Verified:
    manifest: Mapping[str, Any]
    config: Config  # as the backup has it, at the place where it will be


def restore(file: Path, campaign: Path, advance: Advance, *, replace: bool) -> Restored:
    """Puts a backup back as the campaign of a config.toml. Killed anywhere and run again, it ends as if undisturbed.

    Raises:
        InputError: the backup is damaged or none; nothing has been touched then.
        StoreError: a store is there and `replace` is not given, or another process crawls for it.
    """
    scratch = campaign.parent / f".{file.name}.restored"
    try:
        with _opened(file) as tar:
            verified = _verify(file, tar, campaign, scratch, advance)
            _refuse_to_replace(verified.config, replace=replace)
            return _put_back(tar, verified, scratch)
    finally:
        scratch.unlink(missing_ok=True)


def _opened(file: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(file, mode="r:*")
    except tarfile.TarError as error:
        raise _damaged(file, str(error), str(error)) from error
    except FileNotFoundError as error:
        raise InputError(f"{file}: no such file", f"{file}: không có tệp này") from error


def _verify(file: Path, tar: tarfile.TarFile, campaign: Path, scratch: Path, advance: Advance) -> _Verified:
    try:
        members = {member.name: member for member in tar.getmembers()}
    except tarfile.TarError as error:
        raise _damaged(file, f"was it cut off? {error}", f"tệp có bị cắt không? ({error})") from error
    manifest = _manifest(file, tar, members)
    digests: Mapping[str, str] = manifest["sha256"]
    if odd := sorted(set(members) - {MANIFEST} ^ set(digests)):
        raise _damaged(file, f"{odd[0]}: missing or not listed", f"{odd[0]}: thiếu hoặc không có trong danh mục")
    for number, (name, digest) in enumerate(digests.items()):
        advance(number, len(digests), name)
        path = PurePosixPath(name)
        if not members[name].isfile() or path.is_absolute() or ".." in path.parts:
            raise _damaged(file, f"{name}: not a plain file", f"{name}: không phải tệp thường")
        if digest_of(_content(tar, members[name])) != digest:
            raise _damaged(file, f"{name}: SHA-256 differs", f"{name}: mã SHA-256 không khớp")
    scratch.parent.mkdir(parents=True, exist_ok=True)
    with scratch.open("wb") as out:
        shutil.copyfileobj(_content(tar, members[STORE]), out)
    check(scratch)
    return _Verified(manifest, _places(file, _content(tar, members[CONFIG]).read(), campaign))


def _manifest(file: Path, tar: tarfile.TarFile, members: Mapping[str, tarfile.TarInfo]) -> Mapping[str, Any]:
    if MANIFEST not in members or members[MANIFEST].size > MAX_MANIFEST:
        raise _damaged(file, "has no manifest; was it cut off?", "không có danh mục; tệp có bị cắt không?")
    try:
        manifest = json.loads(_content(tar, members[MANIFEST]).read())
        known = manifest["format"] == FORMAT and {CONFIG, STORE} <= set(manifest["sha256"])
        known = known and isinstance(manifest["archive"], dict) and isinstance(manifest["made"], str)
        _left_out(manifest)
    except (ValueError, KeyError, TypeError, tarfile.TarError) as error:
        raise _damaged(file, f"manifest: {error}", f"danh mục: {error}") from error
    if not known:
        raise _damaged(file, f'not a "{FORMAT}"', f'không phải "{FORMAT}"')
    return dict(manifest)


def _places(file: Path, text: bytes, campaign: Path) -> Config:
    """Says where the backup's store and data will lie, before its config.toml is there."""
    try:
        tables = tomllib.loads(text.decode())
        store, paths = StoreSettings(**tables.get("store", {})), PathSettings(**tables.get("paths", {}))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
        raise _damaged(file, f"{CONFIG}: {error}", f"{CONFIG}: {error}") from error
    return Config(campaign.absolute(), store, paths)


def _refuse_to_replace(config: Config, *, replace: bool) -> None:
    if replace:
        return
    if form(config.store_url) == "postgresql":
        raise StoreError(
            "the backup's store is a PostgreSQL database, whose content is replaced; say so with --replace",
            "kho của bản sao lưu là cơ sở dữ liệu PostgreSQL, nội dung sẽ bị thay; hãy thêm --replace",
        )
    place = Path(config.store_url.partition(":///")[2])
    if place.exists():
        raise StoreError(
            f"{place}: a store is here already; back it up, then replace it with --replace",
            f"{place}: đã có kho; hãy sao lưu kho này rồi thêm --replace để thay",
        )


def _put_back(tar: tarfile.TarFile, verified: _Verified, scratch: Path) -> Restored:
    config = verified.config
    _config_file(_content(tar, tar.getmember(CONFIG)).read(), config.file)
    with Store.open(config.store_url, create=True) as store, store.alone():
        for name in verified.manifest["sha256"]:
            if place := _place(config, name):
                _write(
                    _content(tar, tar.getmember(name)),
                    place,
                    tar.getmember(name).size,
                    grows=name.startswith("archive/"),
                )
        put_back(scratch, store)
    Store.open(config.store_url, create=True).close()  # a copy of an older schema is migrated
    index: Mapping[str, int] = verified.manifest["archive"]
    folder = config.data / "archive"
    absent = tuple(name for name, size in sorted(index.items()) if _size(folder / name) < size)
    for name in ("archive", "models", "report"):
        (config.data / name).mkdir(parents=True, exist_ok=True)
    left_out = tuple(each for each in _left_out(verified.manifest) if not (config.file.parent / each.path).exists())
    members = len(verified.manifest["sha256"])
    return Restored(load_config(config.file), verified.manifest["made"], members, absent, left_out)


def _left_out(manifest: Mapping[str, Any]) -> tuple[LeftOut, ...]:
    """Reads what the backup says that it has not; older ones do not say."""
    return tuple(LeftOut(**each) for each in manifest.get("left_out", ()))


def _config_file(text: bytes, file: Path) -> None:
    """Writes config.toml; one that says something else is kept beside it."""
    if file.exists() and (before := file.read_bytes()) != text:
        with writing(file.with_name(KEPT)) as out:
            out.write(before)
    with writing(file) as out:
        out.write(text)


def _place(config: Config, name: str) -> Path | None:
    top, _, rest = name.partition("/")
    if top == "beside":
        return config.file.parent / rest
    return config.data / top / rest if top in {"models", "archive", "manifests"} else None


def _write(source: IO[bytes], place: Path, size: int, *, grows: bool) -> None:
    if grows and _size(place) >= size:
        return  # nights only grow: what is here holds what the backup has
    place.parent.mkdir(parents=True, exist_ok=True)
    scratch = place.with_name(f".{place.name}.restored")  # not `writing`: it would pack a .gz once more
    with scratch.open("wb") as out:
        shutil.copyfileobj(source, out)
        out.flush()
        os.fsync(out.fileno())
    scratch.replace(place)


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else -1


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(member)
    if content is None:
        raise InputError(f"{member.name}: not a plain file", f"{member.name}: không phải tệp thường")
    return content


def _damaged(file: Path, en: str, vi: str) -> InputError:
    return InputError(
        f"{file}: no whole backup: {en}; nothing was touched",
        f"{file}: bản sao lưu không nguyên vẹn: {vi}; chưa thay đổi gì",
    )
