"""Copies of a whole store: taken while others read and write, looked at, and put back in one transaction."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE
from tempfile import TemporaryFile
from typing import Final, Literal

from sqlalchemy.engine import URL, make_url

from pipeline.errors import StoreError
from pipeline.store.schema import metadata
from pipeline.store.store import SCHEMA_VERSION, Store

Form = Literal["sqlite", "postgresql"]
SQLITE_HEAD: Final = b"SQLite format 3\x00"
DUMP_HEAD: Final = b"PGDMP"


def form(url: str) -> Form:
    """Tells in which form a store's copy is made."""
    return "sqlite" if make_url(url).get_backend_name() == "sqlite" else "postgresql"


def copy(store: Store, file: Path) -> None:
    """Writes the store as it is at one moment to a file; who writes meanwhile is not kept waiting.

    Raises:
        StoreError: the database or its tool refused, or PostgreSQL's `pg_dump` is not installed.
        OSError: the file cannot be written.
    """
    file.unlink(missing_ok=True)  # of a copy that was killed
    if form(store.url.render_as_string(hide_password=False)) == "postgresql":
        _ask("pg_dump", store.url, ["--format=custom", "--no-owner", "--no-privileges", f"--file={file}"])
        return
    try:
        with closing(sqlite3.connect(store.url.database or "")) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target)  # all pages in one step: one snapshot
            target.execute("PRAGMA journal_mode = DELETE")  # the copy is one file, without a log beside it
    except sqlite3.Error as error:
        raise StoreError(
            f"{store.name}: cannot be copied: {error}", f"{store.name}: không sao lưu được: {error}"
        ) from error


def check(file: Path) -> None:
    """Sees to it that a copy can be put back.

    Raises:
        StoreError: it is no copy of a store, is damaged, or comes of a newer program.
    """
    with file.open("rb") as start:
        head = start.read(len(SQLITE_HEAD))
    if head.startswith(DUMP_HEAD):
        return  # its SHA-256 was compared; pg_restore itself reads the rest, in one transaction
    if head != SQLITE_HEAD:
        raise StoreError(f"{file.name}: no copy of a store", f"{file.name}: không phải bản sao của kho")
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            version = int(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.Error, TypeError, ValueError) as error:
        raise StoreError(f"{file.name}: damaged: {error}", f"{file.name}: bị hỏng: {error}") from error
    if found != "ok":
        raise StoreError(f"{file.name}: damaged: {found}", f"{file.name}: bị hỏng: {found}")
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"{file.name}: schema {version} is newer than this program knows ({SCHEMA_VERSION}); upgrade rasoat",
            f"{file.name}: lược đồ {version} mới hơn chương trình này biết ({SCHEMA_VERSION}); hãy nâng cấp rasoat",
        )


def put_back(file: Path, store: Store) -> None:
    """Makes a store what its copy says, in one transaction: killed within it, the store is as it was before.

    Whoever has the store open sees the old content or the new one, never half of it. A copy of an older schema is
    migrated by the next `Store.open(…, create=True)`.

    Raises:
        StoreError: the copy is of the other engine, the database refused, or `pg_restore` or `psql` is not installed.
    """
    url = store.url
    if (url.get_backend_name() == "sqlite") != _is_sqlite(file):
        raise StoreError(
            f"{file.name}: made of a store of another engine than store.url names ({url.get_backend_name()})",
            f"{file.name}: là bản sao của kho loại khác với store.url ({url.get_backend_name()})",
        )
    if url.get_backend_name() != "sqlite":
        _replay(file, url)
        return
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(url.database or "")) as target:
            source.backup(target)
    except sqlite3.Error as error:
        raise StoreError(
            f"{store.name}: cannot be put back: {error}; stop whoever uses it, or move the file away, and try again",
            f"{store.name}: không khôi phục được: {error}; hãy dừng chương trình đang dùng kho hoặc chuyển tệp đi rồi thử lại",
        ) from error


def _is_sqlite(file: Path) -> bool:
    with file.open("rb") as start:
        return start.read(len(SQLITE_HEAD)) == SQLITE_HEAD


def _replay(file: Path, url: URL) -> None:
    """Has `psql` do what a dump says, after everything of ours is dropped: a newer schema has tables that hang on the dump's.

    `pg_restore` itself would drop only what the dump names. The last word, COMMIT, is said when it has ended well; whatever
    ends before, nothing has happened.
    """
    ours = ", ".join(f'"{name}"' for name in ("alembic_version", *metadata.tables))
    read = [_program("pg_restore"), "--clean", "--if-exists", "--no-owner", "--file=-", str(file)]
    write, environment = _named("psql", url)
    write += ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    with (
        TemporaryFile() as refused,
        TemporaryFile() as unread,
        subprocess.Popen(write, env=environment, stdin=PIPE, stdout=DEVNULL, stderr=refused) as writer,  # noqa: S603 - no shell
        subprocess.Popen(read, stdout=PIPE, stderr=unread) as reader,  # noqa: S603 - no shell
    ):
        assert writer.stdin is not None and reader.stdout is not None  # noqa: PT018 - both are pipes
        with suppress(BrokenPipeError), writer.stdin as told:  # broken: the server refused, and psql says why
            told.write(f"BEGIN;\nSET client_min_messages = warning;\nDROP TABLE IF EXISTS {ours} CASCADE;\n".encode())
            shutil.copyfileobj(reader.stdout, told)
            if reader.wait() == 0:
                told.write(b"COMMIT;\n")
        reader.stdout.close()  # ends a reader to whom nobody listens any more
        ends = [("psql", writer.wait(), refused), ("pg_restore", reader.wait(), unread)]
        for tool, code, said in ends:
            if code:
                said.seek(0)
                raise _failed(tool, code, said.read().decode(errors="replace"))


def _ask(tool: str, url: URL, arguments: Sequence[str]) -> None:
    """Runs one of PostgreSQL's own tools."""
    call, environment = _named(tool, url)
    done = subprocess.run([*call, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if done.returncode:
        raise _failed(tool, done.returncode, done.stderr)


def _named(tool: str, url: URL) -> tuple[list[str], dict[str, str]]:
    """Gives how a tool is called for a database; the password goes by the environment, which other users cannot read."""
    named = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    return [_program(tool), f"--dbname={named}"], os.environ | (
        {"PGPASSWORD": str(url.password)} if url.password else {}
    )


def _program(tool: str) -> str:
    program = shutil.which(tool)
    if program is None:
        raise StoreError(
            f"{tool}: not installed; install PostgreSQL's client tools, of the server's version or newer",
            f"{tool}: chưa được cài; hãy cài bộ công cụ máy khách PostgreSQL cùng phiên bản máy chủ hoặc mới hơn",
        )
    return program


def _failed(tool: str, code: int, stderr: str) -> StoreError:
    said = " ".join(stderr.split()) or f"exit code {code}"
    return StoreError(f"{tool}: {said}", f"{tool}: {said}")
