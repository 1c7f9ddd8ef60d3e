"""Opens the store and hands out transactions; the modules beside it hold the queries, by subject."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, StatementError

from pipeline.errors import StoreError, system_fault
from pipeline.store.faults import store_error
from pipeline.store.types import dump_json

SCHEMA_VERSION: Final = 7  # the last migration that this code knows; `migrations/versions/v0007_…`
BUSY_S: Final = 30.0  # seconds a writer waits for another; the longest transaction of ours takes a few
CONNECTIONS: Final = 16  # kept open: the web page's threads and some more
CONNECT_S: Final = 10  # seconds to wait for a PostgreSQL server

_MODE: Final = "rasoat_mode"  # execution option: "read" or "write"


class Store:
    """One database, SQLite or PostgreSQL. Picklable by its URL: a worker that receives it opens its own connections."""

    def __init__(self, url: URL, engine: Engine, busy_s: float) -> None:
        self.url: Final = url
        self._busy_s: Final = busy_s
        self._writing: Final = threading.Lock()
        self.name: Final = url.database if url.get_backend_name() == "sqlite" else url.render_as_string()
        self._engine: Final = engine
        self._readers: Final = engine.execution_options(
            **{_MODE: "read"}, **({} if self._is_sqlite else {"isolation_level": "REPEATABLE READ"})
        )
        self._writers: Final = engine.execution_options(**{_MODE: "write"})

    @classmethod
    def open(cls, url: str, *, create: bool = False, busy_s: float = BUSY_S) -> Store:
        """Opens a store; with `create` makes the folder, the database file and the schema, or migrates an older one.

        Raises:
            StoreError: the URL is no store's, there is no store (run `rasoat init`), its schema is newer than this
                program, or older and `create` is not given.
        """
        parsed = _parse(url)
        if parsed.get_backend_name() == "sqlite":
            _prepare_file(Path(parsed.database or ""), create=create)
        store = cls(parsed, _engine(parsed, busy_s), busy_s)
        try:
            store._check(create=create)
        except StoreError:
            store.close()
            raise
        return store

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Opens one short write transaction: committed at the end, rolled back on any exception.

        Raises:
            StoreError: the database refused (full disk, locked for too long, damaged, a row that belongs to nothing).
        """
        with self._turn(), self._translated(), self._writers.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Opens one read-only snapshot: what others commit meanwhile is not seen, and writing is refused.

        Raises:
            StoreError: the database refused.
        """
        with self._translated(), self._readers.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Holds the right to crawl for this store; whoever reads, labels or audits need not hold it.

        The right ends with the process, however that ends: the database's server or the system's lock on a file gives it
        back.

        Raises:
            StoreError: another process holds it.
        """
        with self._alone_by_file() if self._is_sqlite else self._alone_by_server():
            yield

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Lets the threads of this process write one after another; other processes are SQLite's to queue.

        SQLite's own queue looks only every 100 ms whether it is its turn.
        """
        if not self._is_sqlite:
            yield
            return
        mine = self._writing.acquire(timeout=self._busy_s)  # without it SQLite itself says that the store is busy
        try:
            yield
        finally:
            if mine:
                self._writing.release()

    @contextmanager
    def _alone_by_file(self) -> Iterator[None]:
        file = Path(f"{self.name}.lock")  # stays when the right ends: removing it could remove another's
        try:
            handle = file.open("a")
        except OSError as error:
            en, vi = system_fault(error)
            raise StoreError(f"{file}: cannot be written: {en}", f"{file}: không ghi được: {vi}") from error
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise _taken(self.name or "") from error
            yield

    @contextmanager
    def _alone_by_server(self) -> Iterator[None]:
        with self._translated(), self._engine.connect() as connection:
            connection.detach()  # closed at the end, not kept for others: the lock is the session's
            if not connection.scalar(text("SELECT pg_try_advisory_lock(hashtext('rasoat alone'))")):
                raise _taken(self.name or "")
            connection.commit()
            yield

    def schema_version(self) -> int:
        """Gives the number of the last migration that the database has had; 0 where there is no schema yet.

        Raises:
            StoreError: the database belongs to something else.
        """
        with self.read() as connection:
            return _schema_version(connection, self.name or "")

    def close(self) -> None:
        """Closes all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[Callable[[str], Store], tuple[str]]:
        return _reopened, (self.url.render_as_string(hide_password=False),)

    @property
    def _is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except StatementError as error:
            raise store_error(self.name or "", error) from error

    def _check(self, *, create: bool) -> None:
        version = self.schema_version()
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"{self.name}: schema {version} is newer than this program knows ({SCHEMA_VERSION}); upgrade rasoat",
                f"{self.name}: lược đồ {version} mới hơn chương trình này biết ({SCHEMA_VERSION}); hãy nâng cấp rasoat",
            )
        if version == SCHEMA_VERSION:
            return
        if not create:
            raise _absent(self.name or "") if version == 0 else _outdated(self.name or "", version)
        self._migrate()

    def _migrate(self) -> None:
        from pipeline.store.migrate import upgrade  # noqa: PLC0415  alembic is slow to import, and rarely needed

        with self.begin() as connection:
            if not self._is_sqlite:  # SQLite's write lock is already ours; PostgreSQL gets one for this purpose
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('rasoat schema'))"))
            upgrade(connection)


@lru_cache(maxsize=4)
def _reopened(url: str) -> Store:
    """Opens a store once in each process: a worker is sent it with every shard, and keeps its connections."""
    return Store.open(url)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except ArgumentError:
        parsed, backend = None, ""
    if parsed is not None and backend == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed.set(drivername="sqlite", database=str(Path(parsed.database or "").absolute()))
    if parsed is not None and backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreError(
        f'store.url: expected "sqlite:///FILE" or "postgresql://USER@HOST/DATABASE", got "{_hidden(parsed, url)}"',
        f'store.url: phải là "sqlite:///TỆP" hoặc "postgresql://NGƯỜI_DÙNG@MÁY/CƠ_SỞ_DỮ_LIỆU", '
        f'không phải "{_hidden(parsed, url)}"',
    )


def _hidden(parsed: URL | None, url: str) -> str:
    """Gives the URL without its password."""
    return parsed.render_as_string() if parsed is not None else url


def _prepare_file(file: Path, *, create: bool) -> None:
    if not create and not file.is_file():
        raise _absent(str(file))
    if create:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            en, vi = system_fault(error)
            raise StoreError(
                f"{file.parent}: cannot make the store's folder: {en}",
                f"{file.parent}: không tạo được thư mục của kho: {vi}",
            ) from error


def _absent(name: str) -> StoreError:
    return StoreError(f"{name}: no store here; run `rasoat init`", f"{name}: chưa có kho; hãy chạy `rasoat init`")


def _taken(name: str) -> StoreError:
    return StoreError(
        f"{name}: another `rasoat nightly` or `rasoat crawl` is at work on this store; wait until it ends",
        f"{name}: đang có một lượt `rasoat nightly` hoặc `rasoat crawl` khác làm việc với kho này; hãy chờ nó xong",
    )


def _outdated(name: str, version: int) -> StoreError:
    return StoreError(
        f"{name}: schema {version} is older than this program's ({SCHEMA_VERSION}); run `rasoat init` to migrate it",
        f"{name}: lược đồ {version} cũ hơn chương trình ({SCHEMA_VERSION}); hãy chạy `rasoat init` để chuyển đổi",
    )


def _schema_version(connection: Connection, name: str) -> int:
    if not inspect(connection).has_table("alembic_version"):
        return 0
    version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if version is not None and not str(version).isdigit():
        raise StoreError(
            f'{name}: schema "{version}" is not one of ours; give store.url a database of its own',
            f'{name}: lược đồ "{version}" không phải của chương trình; hãy đặt store.url vào cơ sở dữ liệu riêng',
        )
    return int(version or 0)


def _engine(url: URL, busy_s: float) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, json_serializer=dump_json, connect_args={"timeout": busy_s}, pool_size=CONNECTIONS)
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url, json_serializer=dump_json, connect_args={"connect_timeout": CONNECT_S}, pool_pre_ping=True
    )
    event.listen(engine, "connect", lambda raw, _record: _configure_postgres(raw, busy_s))
    event.listen(engine, "begin", _begin_postgres)
    return engine


def _configure_sqlite(raw: Any, _record: object) -> None:
    raw.isolation_level = None  # the driver must not begin transactions of its own; `_begin_sqlite` does
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")  # a label survives a power cut; costs 0.5 ms a commit, measured
    raw.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(_MODE) == "read"
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
    if reading:  # a deferred transaction takes its snapshot at the first read
        connection.exec_driver_sql("SELECT 1 FROM sqlite_schema LIMIT 1").all()


def _configure_postgres(raw: Any, busy_s: float) -> None:
    raw.execute(f"SET lock_timeout = {int(busy_s * 1000)}")
    raw.commit()


def _begin_postgres(connection: Connection) -> None:
    if connection.get_execution_options().get(_MODE) == "read":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.exec_driver_sql("SELECT 1").all()
