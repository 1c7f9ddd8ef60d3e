"""Manifests: what an audit was made of and what it came to, so that anybody can make it again and compare; and their signature.

A signature is that of `ssh-keygen -Y sign` under the namespace "rasoat"; it stands beside the manifest, as FILE.sig.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from pipeline.audits import AuditResult
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.files import writing
from pipeline.steps.judged_by import Known
from pipeline.store import Store, audits
from pipeline.store.spoken import Said

FORMAT: Final = "rasoat manifest 1"
NAMESPACE: Final = "rasoat"
NO_KEY: Final = ("error in libcrypto", "invalid format")  # what ssh-keygen says of a file that is none, by its version
PATIENCE_S: Final = 30  # that ssh-keygen may take; a key on a token waits for a finger


@dataclass(frozen=True, slots=True)
class Key:
    """What signs manifests."""

    file: Path
    public: str  # as a line of OpenSSH


@dataclass(frozen=True, slots=True)
class Manifest:
    """One audit in digests."""

    as_of: date
    lang: str
    known: Known
    inputs: Mapping[str, str]  # name -> digest or version
    files: Mapping[str, str]  # name -> SHA-256
    key: str | None = None  # public key that signs the manifest, as a line of OpenSSH


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is not what a manifest says; None where it is not there."""

    name: str
    then: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """How an audit that was made again stands to its manifest."""

    inputs: tuple[Change, ...]
    files: tuple[Change, ...]

    @property
    def same(self) -> bool:
        """Whether every file came out byte by byte as it was."""
        return not self.files


def file_of(config: Config, as_of: date) -> Path:
    """Gives the file in which a night leaves the manifest of its audit."""
    return config.data / "manifests" / f"{as_of}.json"


def signing_key(config: Config) -> Key | None:
    """Gives the key that signs manifests; None where the campaign names none.

    Raises:
        InputError: there is no such file, or ssh-keygen cannot use it without asking: it is no key, or needs a passphrase.
    """
    if not config.report.signing_key:
        return None
    key = config.file.parent / config.report.signing_key
    if not key.is_file():
        raise InputError(
            f"config.toml: report.signing_key: no such file {str(key)!r}; make a key with ssh-keygen, or leave it empty",
            f"config.toml: report.signing_key: không có tệp {str(key)!r}; hãy tạo khóa bằng ssh-keygen, hoặc để trống",
        )
    return Key(key, _keygen("-y", "-f", str(key), fault_of=key).strip())


def write(
    config: Config, file: Path, result: AuditResult, known: Known, files: Mapping[str, str], lang: str
) -> Manifest:
    """Writes the manifest of an audit, and its signature where the campaign names a key.

    Raises:
        InputError: the key cannot be used or does not sign.
        PipelineError: the file cannot be written.
    """
    key = signing_key(config)
    manifest = Manifest(result.as_of, lang, known, result.inputs, files, None if key is None else key.public)
    with writing(file) as out:
        out.write((json.dumps(_document(manifest), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())
    signature = _signature_of(file)
    signature.unlink(missing_ok=True)  # of what stood in the file before; ssh-keygen would ask whether to replace it
    if key is not None:
        _keygen("-Y", "sign", "-f", str(key.file), "-n", NAMESPACE, str(file), fault_of=key.file)
    return manifest


def read(file: Path) -> Manifest:
    """Reads a manifest.

    Raises:
        InputError: the file is no manifest, or one of another format.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise InputError(
                f'{file}: expected "{FORMAT}", got "{document["format"]}"',
                f'{file}: phải là "{FORMAT}", không phải "{document["format"]}"',
            )
        return _manifest(document)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{file}: not a manifest of an audit; give a file that `rasoat audit --manifest` wrote",
            f"{file}: không phải bản kê của một lần đối chiếu; hãy chọn tệp do `rasoat audit --manifest` ghi",
        ) from error


def signed_by(file: Path, manifest: Manifest) -> str | None:
    """Gives the fingerprint and the comment of the key that signed a manifest; None where it names no key.

    Whether that key may sign is for the reader to know: a forger would name a key of his own.

    Raises:
        InputError: the signature is missing, or not of this file by this key.
    """
    if manifest.key is None:
        return None
    signature = _signature_of(file)
    if not signature.is_file():
        raise InputError(f"{signature}: the signature is missing", f"{signature}: không có tệp chữ ký")
    with tempfile.TemporaryDirectory(prefix="rasoat-") as folder:
        allowed, public = Path(folder) / "allowed", Path(folder) / "key.pub"
        allowed.write_text(f"{NAMESPACE} {manifest.key}\n", encoding="utf-8")
        public.write_text(f"{manifest.key}\n", encoding="utf-8")
        asked = ("-Y", "verify", "-f", str(allowed), "-I", NAMESPACE, "-n", NAMESPACE, "-s", str(signature))
        _keygen(*asked, fault_of=signature, stdin=file.read_bytes())
        return _keygen("-l", "-f", str(public), fault_of=file).split(maxsplit=1)[-1].strip()


def compare(manifest: Manifest, inputs: Mapping[str, str], files: Mapping[str, str]) -> Compared:
    """Tells what differs between a manifest and the audit made again."""
    return Compared(_changes(manifest.inputs, inputs), _changes(manifest.files, files))


def kept(store: Store, manifest: Manifest) -> AuditResult | None:
    """Gives the audit of a manifest as the store keeps it; None where it was pruned, or is of another store.

    The store goes on: an article that came late belongs to days that were judged before. What was judged then is kept.
    """
    with store.read() as connection:
        of_day = (each for each in audits.saved(connection) if each.as_of == manifest.as_of)
        identity = next((each.id for each in of_day if each.hashes == manifest.inputs), None)
        return None if identity is None else audits.load(connection, identity)


def altered(manifest: Manifest, folder: Path) -> tuple[str, ...]:
    """Names the files of a manifest that are missing in a folder, or not what was written then."""
    return tuple(name for name, digest in sorted(manifest.files.items()) if _digest_of(folder / name) != digest)


def _digest_of(file: Path) -> str | None:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return None


def _changes(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[Change, ...]:
    names = sorted({*then, *now})
    return tuple(Change(name, then.get(name), now.get(name)) for name in names if then.get(name) != now.get(name))


def _document(manifest: Manifest) -> dict[str, Any]:
    said = manifest.known.said
    return {
        "format": FORMAT,
        "as_of": manifest.as_of.isoformat(),
        "lang": manifest.lang,
        "known": {
            "label_event": said.event,
            "adjudication": said.adjudication,
            "reading_ended": None if said.ended is None else said.ended.astimezone(UTC).isoformat(),
            "draws": dict(said.draws),
            "night": None if manifest.known.night is None else manifest.known.night.isoformat(),
            "looked": None if manifest.known.looked is None else manifest.known.looked.isoformat(),
        },
        "inputs": dict(manifest.inputs),
        "files": dict(manifest.files),
        "key": manifest.key,
    }


def _manifest(document: Mapping[str, Any]) -> Manifest:
    known = document["known"]
    ended = known["reading_ended"]
    night, looked = (None if day is None else date.fromisoformat(day) for day in (known["night"], known["looked"]))
    return Manifest(
        as_of=date.fromisoformat(document["as_of"]),
        lang=str(document["lang"]),
        known=Known(
            Said(
                int(known["label_event"]),
                int(known["adjudication"]),
                None if ended is None else datetime.fromisoformat(ended),
                tuple(sorted((str(queue), int(last)) for queue, last in known["draws"].items())),
            ),
            night,
            looked,
        ),
        inputs={str(name): str(value) for name, value in document["inputs"].items()},
        files={str(name): str(value) for name, value in document["files"].items()},
        key=document["key"],
    )


def _signature_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.sig")


def _keygen(*arguments: str, fault_of: Path, stdin: bytes | None = None) -> str:
    """Runs ssh-keygen without a terminal, so that it cannot ask; gives what it prints."""
    program = shutil.which("ssh-keygen")
    if program is None:
        raise InputError(
            "ssh-keygen is not installed: signatures need OpenSSH 8.2 or later",
            "chưa cài ssh-keygen: muốn ký phải có OpenSSH 8.2 trở lên",
        )
    try:
        done = subprocess.run(  # noqa: S603 - the program is OpenSSH's, the arguments are ours
            [program, *arguments],
            input=stdin if stdin is not None else b"",
            capture_output=True,
            timeout=PATIENCE_S,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _refused(fault_of, f"no answer in {PATIENCE_S} s") from error
    if done.returncode:
        said = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
        raise _refused(fault_of, said[-1] if said else f"exit code {done.returncode}")
    return done.stdout.decode(errors="replace")


def _refused(file: Path, said: str) -> InputError:
    if "passphrase" in said:
        return InputError(
            f"{file}: the key asks for a passphrase, which nobody can give at night; take it off: ssh-keygen -p -f {file}",
            f"{file}: khóa có đặt mật khẩu, ban đêm không có ai nhập; hãy bỏ mật khẩu của khóa: ssh-keygen -p -f {file}",
        )
    if "bad permissions" in said:
        return InputError(
            f"{file}: others on this machine may read the key, so that ssh-keygen does not use it; run: chmod 600 {file}",
            f"{file}: người khác trên máy đọc được khóa nên ssh-keygen không dùng; hãy chạy: chmod 600 {file}",
        )
    if any(sign in said for sign in NO_KEY):
        return InputError(
            f"{file}: no private key of SSH; make one with ssh-keygen -t ed25519, or leave report.signing_key empty",
            f"{file}: không phải khóa riêng SSH; hãy tạo khóa bằng ssh-keygen -t ed25519, hoặc để trống report.signing_key",
        )
    return InputError(f"{file}: ssh-keygen says: {said}", f"{file}: ssh-keygen báo: {said}")
