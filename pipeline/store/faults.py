"""What a database refuses, said in one line with its remedy."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.exc import DBAPIError, StatementError

from pipeline.errors import StoreError


class _Remedy(NamedTuple):
    marks: tuple[str, ...]  # in lower case; how SQLite or PostgreSQL says it
    en: str
    vi: str


REMEDIES = (
    _Remedy(
        ("disk is full", "disk full", "no space left", "disk i/o error"),
        "the disk is full or broken; free some space and run again, nothing stored is lost",
        "đĩa đầy hoặc hỏng; hãy giải phóng chỗ rồi chạy lại, phần đã lưu không mất",
    ),
    _Remedy(
        ("is locked", "lock timeout", "lock_timeout", "deadlock"),
        "another process has been writing for too long; wait until it ends, then run again",
        "một tiến trình khác đang ghi quá lâu; chờ nó xong rồi chạy lại",
    ),
    _Remedy(
        ("malformed", "not a database", "invalid page", "could not read block"),
        "the file is damaged or is not a store; restore it from a backup with `rasoat restore FILE`, or move it away and run `rasoat init`",
        "tệp bị hỏng hoặc không phải kho; khôi phục từ bản sao lưu bằng `rasoat restore TỆP`, hoặc chuyển đi nơi khác rồi chạy `rasoat init`",
    ),
    _Remedy(
        ("readonly", "read-only", "permission denied", "unable to open database file"),
        "cannot be opened or written; check the path and the rights of this user",
        "không mở hoặc không ghi được; kiểm tra đường dẫn và quyền của người dùng này",
    ),
    _Remedy(
        ("connection refused", "could not connect", "connection failed", "could not translate host", "server closed"),
        "the PostgreSQL server does not answer; check store.url and that the server runs",
        "máy chủ PostgreSQL không trả lời; kiểm tra store.url và máy chủ có đang chạy không",
    ),
    _Remedy(
        ("password authentication failed", "no pg_hba.conf entry", "role "),
        "PostgreSQL refuses this user; check the user and password in store.url",
        "PostgreSQL từ chối người dùng này; kiểm tra tên và mật khẩu trong store.url",
    ),
    _Remedy(
        ("foreign key",),
        "a row names a source, outlet or article that the store does not have; synchronise or import that first",
        "có dòng nhắc tới nguồn, cơ quan hoặc bài mà kho chưa có; hãy đồng bộ hoặc nhập chúng trước",
    ),
)


def store_error(name: str, error: StatementError) -> StoreError:
    """Gives the one-line error for a statement that failed; `name` is the store as the user knows it."""
    cause = first_line(error)
    for remedy in REMEDIES if isinstance(error, DBAPIError) else ():
        if any(mark in cause.lower() for mark in remedy.marks):
            return StoreError(f"{name}: {remedy.en} ({cause})", f"{name}: {remedy.vi} ({cause})")
    return StoreError(f"{name}: refused: {cause}", f"{name}: kho từ chối: {cause}")


def first_line(error: StatementError) -> str:
    """Gives what the driver said, first line only."""
    return (str(error.orig) or type(error.orig).__name__).strip().splitlines()[0]
