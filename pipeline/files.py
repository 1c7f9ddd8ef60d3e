"""Reading and writing the files that users hand over: JSON lines, plain or gzipped, and whole-or-nothing writes."""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from pipeline.errors import InputError, PipelineError

MAX_LINE = 50_000_000  # characters; a longer row is no article and would fill the memory


def read_jsonl(file: Path, required: Iterable[str] = ()) -> Iterator[dict[str, Any]]:
    """Yields the rows of a JSON-lines file; see `numbered_jsonl`."""
    return (row for _, row in numbered_jsonl(file, required))


def numbered_jsonl(file: Path, required: Iterable[str] = ()) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yields the rows of a JSON-lines file (`.gz` allowed, blank lines skipped), each with the number of its line.

    Raises:
        InputError: names the file and the line: not there, not JSON, not an object, or a required key is missing.
    """
    number = 0
    try:
        with _open_text(file) as lines:
            while line := lines.readline(MAX_LINE):
                number += 1
                if line.strip():
                    yield number, _row(file, number, line, required)
    except FileNotFoundError:
        raise InputError(f"{file}: no such file", f"{file}: không có tệp này") from None
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise InputError(
            f"{file}:{number + 1}: damaged gzip: {error}", f"{file}:{number + 1}: tệp gzip bị hỏng: {error}"
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file}:{number + 1}: not UTF-8 ({error.reason}); save it as UTF-8",
            f"{file}:{number + 1}: không phải UTF-8 ({error.reason}); hãy lưu lại bằng UTF-8",
        ) from None
    except OSError as error:
        raise InputError(
            f"{file}: cannot be read: {error.strerror}", f"{file}: không đọc được: {error.strerror}"
        ) from None


def _open_text(file: Path) -> IO[str]:
    return gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8")


def _row(file: Path, number: int, line: str, required: Iterable[str]) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"{file}:{number}: not JSON: {error}", f"{file}:{number}: không phải JSON: {error}") from None
    if not isinstance(row, dict):
        raise InputError(f"{file}:{number}: expected an object {{…}}", f"{file}:{number}: cần một đối tượng {{…}}")
    if missing := [key for key in required if key not in row]:
        keys = ", ".join(f'"{key}"' for key in missing)
        raise InputError(f"{file}:{number}: missing {keys}", f"{file}:{number}: thiếu {keys}")
    return row


def text_field(file: Path, number: int, row: Mapping[str, Any], key: str) -> str:
    """Gives a text of a row, "" for null.

    Raises:
        InputError: the value is neither text nor null.
    """
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(
            f'{file}:{number}: "{key}": expected text, got {value!r}',
            f'{file}:{number}: "{key}": cần chuỗi, nhận được {value!r}',
        )
    return value


@contextmanager
def writing(file: Path) -> Iterator[IO[bytes]]:
    """Opens a file that appears whole or not at all: written beside its place, then renamed; `.gz` is compressed.

    Raises:
        PipelineError: the folder is missing or not writable, or the disk is full.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    except OSError as error:
        raise _not_written(file, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as raw:
            yield from _compressed(file, raw)
            raw.flush()
            os.fsync(raw.fileno())
        temporary.chmod(0o644)
        temporary.replace(file)
    except OSError as error:
        raise _not_written(file, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _compressed(file: Path, raw: IO[bytes]) -> Iterator[IO[bytes]]:
    if file.suffix != ".gz":
        yield raw
        return
    # Neither name nor time in the header: the same rows give the same bytes.
    with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed:
        yield cast("IO[bytes]", packed)


def write_jsonl(file: Path | None, rows: Iterable[Mapping[str, Any]]) -> int:
    """Writes rows as JSON lines to a file, whole or not at all, or to standard output; gives their number."""
    if file is None:
        return _write_rows(sys.stdout.buffer, rows)
    with writing(file) as out:
        return _write_rows(out, rows)


def _write_rows(out: IO[bytes], rows: Iterable[Mapping[str, Any]]) -> int:
    number = 0
    for row in rows:
        out.write(json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n")
        number += 1
    out.flush()
    return number


def _not_written(file: Path, error: OSError) -> PipelineError:
    reason = error.strerror or str(error)
    return PipelineError(
        f"{file}: cannot be written: {reason}; free some space or choose another place",
        f"{file}: không ghi được: {reason}; hãy giải phóng dung lượng hoặc chọn nơi khác",
    )
