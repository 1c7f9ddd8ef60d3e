"""A model as a folder of files: written whole or not at all, read only when every file is the one that was written.

A model of the default kind is `model.skops`, which holds plain values and arrays; an encoder is a Hugging Face folder with
`topics.safetensors` beside it. There is no pickle in either; `manifest.json` names every file with its SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from models.champion import Champion
from models.classifier import TopicClassifier
from models.encoder import TOPICS_FILE, EncoderClassifier
from models.errors import ModelError
from models.kept import SEGMENTER_VERSION
from models.plain import ForeignError, read_plain

FORMAT: Final = 2  # of the folder; grows when older programs could not read a new one
MANIFEST: Final = "manifest.json"
MODEL: Final = "model.skops"
LINEAR: Final = "linear"  # the default kind; models written before there was another do not name it
ENCODER: Final = "encoder"
CHIEF: Final = {LINEAR: MODEL, ENCODER: TOPICS_FILE}  # what a model of a kind cannot be without
MAX_MODEL_BYTES: Final = 200_000_000  # bytes of one file; the shipped model has 5 MB, a larger file is not one of ours
MAX_ENCODER_BYTES: Final = 4_000_000_000  # bytes; the encoders people fine-tune have 0.5 to 2.2 GB
MAX_UNPACKED_BYTES: Final = 2_000_000_000  # bytes of all its arrays in memory, ten times as much


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a model says of itself without being loaded."""

    version: str
    topics: tuple[str, ...]
    card: Mapping[str, Any]  # what it was trained on and how it scored, as `models.train` wrote it


def save(folder: Path, classifier: Champion, card: Mapping[str, Any], documents: Mapping[str, str]) -> Manifest:
    """Writes a model folder, replacing an older model that stands there; `documents` are further files by name.

    Raises:
        ModelError: the folder holds something that is not a model.
        OSError: the disk is full, or the place cannot be written.
    """
    check_place(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _settle(folder)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        manifest = _write(scratch, classifier, card, documents)
        scratch.chmod(0o755)
        _put(scratch, folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return manifest


def check_place(folder: Path) -> None:
    """Looks whether a model may be written there, before hours are spent on it.

    Raises:
        ModelError: the folder holds something that is not a model.
    """
    if folder.exists() and not (folder / MANIFEST).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise ModelError("not_a_model", file=folder)


def read_manifest(folder: Path) -> Manifest:
    """Reads what a model says of itself; its files are checked by `load` only.

    Raises:
        ModelError: there is no model, or its format is another program's.
    """
    folder = _standing(folder)
    return _manifest(folder, _raw_manifest(folder))


def load(folder: Path) -> tuple[Champion, Manifest]:
    """Reads a model after checking every file against the manifest.

    Raises:
        ModelError: names the file: missing, changed since it was written, of another format, or not plain data; or the
            model is an encoder, and the extra is not installed.
    """
    folder = _standing(folder)
    raw = _raw_manifest(folder)
    manifest, kind = _manifest(folder, raw), _kind(raw)
    most = MAX_ENCODER_BYTES if kind == ENCODER else MAX_MODEL_BYTES
    for name, digest in raw["files"].items():
        file = folder / name
        if not file.is_file():
            raise ModelError("missing", file=file)
        if file.stat().st_size > most or _sha256(file) != digest:
            raise ModelError("changed", file=file)
    if raw.get("segmenter") != SEGMENTER_VERSION:
        raise ModelError("segmenter", file=folder / MANIFEST, found=raw.get("segmenter"), ours=SEGMENTER_VERSION)
    return (_encoder(folder) if kind == ENCODER else _classifier(folder / MODEL)), manifest


def version_of(classifier: Champion) -> str:
    """Gives 12 hex digits that depend on everything the model computes with: the same training gives the same version."""
    digest = hashlib.sha256()
    for name, value in sorted(classifier.state().items()):
        content = value.tobytes() if hasattr(value, "tobytes") else json.dumps(value, sort_keys=True).encode()
        digest.update(f"{name}:{len(content)}:".encode() + content)
    return digest.hexdigest()[:12]


def _write(scratch: Path, classifier: Champion, card: Mapping[str, Any], documents: Mapping[str, str]) -> Manifest:
    kind = ENCODER if isinstance(classifier, EncoderClassifier) else LINEAR
    if isinstance(classifier, EncoderClassifier):
        classifier.write(scratch)
    else:
        import skops.io  # noqa: PLC0415 - it reads in all of scikit-learn, 1.4 s

        skops.io.dump(classifier.state(), scratch / MODEL, compression=ZIP_DEFLATED, compresslevel=9)
    for name, text in documents.items():
        (scratch / name).write_text(text, encoding="utf-8")
    manifest = Manifest(version_of(classifier), classifier.topics, card)
    raw = {
        "format": FORMAT,
        "kind": kind,
        "version": manifest.version,
        "topics": list(manifest.topics),
        "segmenter": SEGMENTER_VERSION,
        "card": dict(card),
        "files": {file.name: _sha256(file) for file in sorted(scratch.iterdir())},
    }
    text = json.dumps(raw, ensure_ascii=False, indent=1)
    (scratch / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
    for file in scratch.iterdir():
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
    return manifest


def _put(scratch: Path, folder: Path) -> None:
    """Renames the finished folder into place; an older model is moved aside first, as no rename replaces a full folder.

    Killed between the two renames it leaves the older model aside, where `_standing` still finds it.
    """
    if not folder.exists():
        scratch.rename(folder)
        return
    aside = _aside(folder)
    folder.rename(aside)
    try:
        scratch.rename(folder)
    except OSError:
        aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _aside(folder: Path) -> Path:
    """Gives the place of the older model while a newer one takes its folder."""
    return folder.parent / f".{folder.name}.old"


def _standing(folder: Path) -> Path:
    """Gives the folder, or the place aside where a replacement was cut short and left the older model alone there."""
    return _aside(folder) if not folder.exists() and (_aside(folder) / MANIFEST).is_file() else folder


def _settle(folder: Path) -> None:
    """Ends a replacement that was cut short: the older model returns to its folder, or leaves where a newer one stands."""
    if _standing(folder) != folder:
        _aside(folder).rename(folder)
    shutil.rmtree(_aside(folder), ignore_errors=True)


def _raw_manifest(folder: Path) -> dict[str, Any]:
    file = folder / MANIFEST
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError("no_model_folder", file=file, folder=folder) from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ModelError("damaged", file=file, text=error) from None
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        found = raw.get("format") if isinstance(raw, dict) else None
        raise ModelError("format", file=file, found=found, ours=FORMAT)
    return raw


def _manifest(folder: Path, raw: Mapping[str, Any]) -> Manifest:
    files = raw.get("files")
    if (
        not isinstance(files, dict)
        or CHIEF.get(_kind(raw)) not in files
        or any(Path(name).name != name for name in files)
    ):
        raise ModelError("damaged", file=folder / MANIFEST, text="files")
    try:
        return Manifest(str(raw["version"]), tuple(raw["topics"]), raw["card"])
    except (KeyError, TypeError) as error:
        raise ModelError("damaged", file=folder / MANIFEST, text=error) from None


def _kind(raw: Mapping[str, Any]) -> str:
    return str(raw.get("kind", LINEAR))


def _encoder(folder: Path) -> EncoderClassifier:
    try:
        return EncoderClassifier.restore(folder)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError("unreadable", file=folder / TOPICS_FILE, text=error) from error


def _classifier(file: Path) -> TopicClassifier:
    try:
        with ZipFile(file) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise ModelError("too_large", file=file, number=unpacked)
        return TopicClassifier.restore(read_plain(file))
    except ForeignError as error:
        raise ModelError("foreign", file=file, names=error) from None
    except (BadZipFile, AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelError("unreadable", file=file, text=error) from error


def _sha256(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
