"""Reading and writing the files that users hand over: JSON lines, plain or gzipped, and whole-or-nothing writes."""

from __future__ import annotations

import errno
import fcntl
import gzip
import json
import os
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import BufferedIOBase
from pathlib import Path
from typing import IO, Any, Final, cast

from pipeline.errors import InputError, PipelineError, system_fault
from pipeline.wording import Words

MAX_FAULTS = 200  # told of one file; a column that is wrong throughout needs no more
MAX_LINE = 50_000_000  # bytes; a longer row is no article and would fill the memory
DAMAGED_ZIP: Final = (  # what zipfile raises for a file that is none, or is cut or altered
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,  # a part is missing
    ValueError,
    RuntimeError,  # a part is encrypted; NotImplementedError, a kind of it, packed in a way that zipfile does not know
    OSError,  # a part says that it starts before the file
)


def numbered_jsonl(
    file: Path,
    required: Iterable[str] = (),
    *,
    bad: Callable[[InputError], None] | None = None,
    wanted: Callable[[], bool] | None = None,
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yields the rows of a JSON-lines file (`.gz` allowed, blank lines skipped), each with the number of its line.

    A row that cannot be read is handed to `bad` and passed over; without `bad` it ends the reading. `wanted` is asked once for
    each row; those that are not are passed over unread.

    Raises:
        InputError: names the file and the line: not there, not JSON, not an object, or a required key is missing.
    """
    number = 0
    with unpacked(file, lambda: f"{file}:{number + 1}") as lines:
        while line := lines.readline(MAX_LINE):
            number += 1
            if not line.strip():
                continue
            if wanted is not None and not wanted():
                _pass_over(lines, line)
                continue
            try:
                row = _row(file, number, line, required)
            except InputError as error:
                if bad is None:
                    raise
                bad(error)
                _pass_over(lines, line)
                continue
            yield number, row


@contextmanager
def unpacked(file: Path, place: Callable[[], str] | None = None) -> Iterator[BufferedIOBase]:
    """Opens a file to be read, `.gz` unpacked; `place` says where in it one is, for who looks what is damaged.

    Raises:
        InputError: names the file or the place: not there, cannot be read, or a damaged gzip.
    """
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as raw:
            yield raw
    except FileNotFoundError:
        raise InputError(f"{file}: no such file", f"{file}: không có tệp này") from None
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        where = place() if place is not None else file
        raise InputError(
            f"{where}: damaged gzip: {error}; pack it again, or give it unpacked",
            f"{where}: tệp nén gzip bị hỏng; hãy nén lại hoặc dùng tệp chưa nén",
        ) from None
    except OSError as error:
        en, vi = system_fault(error)
        raise InputError(f"{file}: cannot be read: {en}", f"{file}: không đọc được: {vi}") from None


def _pass_over(lines: BufferedIOBase, line: bytes) -> None:
    """Reads on to the end of a line of which only the beginning was read."""
    while line and not line.endswith(b"\n"):
        line = lines.readline(MAX_LINE)


def _row(file: Path, number: int, line: bytes, required: Iterable[str]) -> dict[str, Any]:
    if len(line) >= MAX_LINE:
        raise InputError(
            f"{file}:{number}: a line of more than {MAX_LINE:,} bytes; put each row on a line of its own",
            f"{file}:{number}: dòng dài quá {Words('vi').number(MAX_LINE)} byte; hãy ghi mỗi bản ghi một dòng",
        )
    try:
        charset = "utf-8-sig" if number == 1 else "utf-8"  # Windows' editors put a mark first
        row = json.loads(line.rstrip().decode(charset))
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file}:{number}: not UTF-8 ({error.reason}); save it as UTF-8",
            f"{file}:{number}: không theo bảng mã UTF-8; hãy lưu lại bằng UTF-8",
        ) from None
    except json.JSONDecodeError as error:
        raise InputError(
            f"{file}:{number}: not JSON: {error.msg} (character {error.pos + 1})",
            f"{file}:{number}: không phải JSON: sai từ ký tự thứ {error.pos + 1}",
        ) from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        raise InputError(
            f"{file}:{number}: not JSON: {error}",
            f"{file}:{number}: không phải JSON: số quá dài hoặc lồng nhau quá sâu",
        ) from None
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


def not_one(file: Path, faults: Sequence[InputError]) -> InputError:
    """Gives the error of a file in which not one row could be read: then nothing is written."""
    first = faults[0]
    if len(faults) == 1:
        return first
    return InputError(
        f"{first}\n{file}: none of its {len(faults):,} rows can be read; is it the right file?",
        f"{first.vi}\n{file}: không đọc được dòng nào trong {Words('vi').number(len(faults))} dòng; có đúng tệp này không?",
    )


def together(file: Path, faults: Sequence[InputError]) -> InputError:
    """Gives one error for all that is wrong with the rows of a file, a line each; MAX_FAULTS lines and how many more."""
    first, more = faults[:MAX_FAULTS], len(faults) - MAX_FAULTS
    en, vi = [str(fault) for fault in first], [fault.vi for fault in first]
    if more > 0:
        en.append(f"{file}: {more:,} more faults")
        vi.append(f"{file}: còn {Words('vi').number(more)} lỗi nữa")
    return InputError("\n".join(en), "\n".join(vi))


@contextmanager
def writing(file: Path) -> Iterator[IO[bytes]]:
    """Opens a file that appears whole or not at all: written beside its place, then renamed; `.gz` is compressed.

    What a killed process left beside the place is written over, so that at most one scratch file can ever lie there.

    A device or a pipe is written through.

    Raises:
        PipelineError: the folder is missing or not writable, the disk is full, or another process writes the same file.
    """
    if file.exists() and not file.is_file():
        yield from _straight(file)
        return
    file = file.resolve()  # what a link names is replaced, not the link
    scratch = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = _only_writer(file, scratch)
    except OSError as error:
        raise _not_written(file, error) from error
    try:
        with os.fdopen(handle, "wb") as raw:
            raw.truncate()
            yield from _compressed(file, raw)
            raw.flush()
            os.fsync(raw.fileno())
            scratch.replace(file)
    except BaseException as error:
        scratch.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _not_written(file, error) from error
        raise


def _straight(file: Path) -> Iterator[IO[bytes]]:
    """Opens a device or a pipe as it is: it can be written through, never replaced."""
    try:
        with file.open("wb") as raw:
            yield from _compressed(file, raw)
            raw.flush()
    except OSError as error:
        raise _not_written(file, error) from error


def _only_writer(file: Path, scratch: Path) -> int:
    """Opens the scratch file with a lock that ends with the process; gives its descriptor."""
    while True:
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise PipelineError(
                f"{file}: another process is writing it; wait until it ends",
                f"{file}: tiến trình khác đang ghi tệp này; hãy chờ nó xong",
            ) from None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle), scratch.stat()):
                return handle
        os.close(handle)  # renamed into place by another process between the two calls


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
    en, vi = system_fault(error)
    full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    free_en, free_vi = (
        ("free some space or choose", "hãy giải phóng dung lượng hoặc chọn") if full else ("choose", "hãy chọn")
    )
    return PipelineError(
        f"{file}: cannot be written: {en}; {free_en} another place", f"{file}: không ghi được: {vi}; {free_vi} nơi khác"
    )


def apart(source: Path, target: Path) -> None:
    """Sees to it that a result does not take the place of what it is made from.

    Raises:
        InputError: both are one file.
    """
    if source.exists() and target.is_file() and source.samefile(target):
        raise InputError(
            f"{target}: the result would take the place of its source; name another file",
            f"{target}: kết quả sẽ ghi đè tệp nguồn; hãy đặt tên khác",
        )
