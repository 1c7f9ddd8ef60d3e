import pickle
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from pipeline.errors import StoreError
from pipeline.store import Store, runs
from pipeline.store.migrate import MIGRATIONS
from pipeline.store.schema import metadata
from pipeline.store.store import SCHEMA_VERSION

PROJECT = Path(__file__).parents[3]
HOLD = """
import sys, time
from pipeline.store import Store
with Store.open(sys.argv[1]).alone():
    print("held", flush=True)
    time.sleep(600)
"""
AT = datetime(2020, 9, 21, 15, 0, tzinfo=UTC)


def run_once(store: Store) -> int:
    with store.begin() as connection:
        return runs.start(connection, "crawl", {"night": "2020-09-21"}, AT)


def set_version(store: Store, version: str) -> None:
    with store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def test_store_opened_with_create_is_there_afterwards(empty_url):
    Store.open(empty_url, create=True).close()
    with Store.open(empty_url) as store:
        assert store.schema_version() == SCHEMA_VERSION


def test_absent_store_says_how_to_make_one(empty_url):
    with pytest.raises(StoreError, match=r"no store here; run `rasoat init`"):
        Store.open(empty_url)


def test_creating_twice_keeps_what_is_stored(empty_url):
    with Store.open(empty_url, create=True) as store:
        run_once(store)
    with Store.open(empty_url, create=True) as store, store.read() as connection:
        assert runs.last(connection, "crawl").arguments == {"night": "2020-09-21"}


def test_migrations_from_empty_give_the_schema_of_the_code(store):
    apart = {"article_numbers", "article_index", "article_vectors"}  # the search index is each engine's own

    def named(name, kind, _):
        return kind != "table" or (name not in apart and not name.startswith("article_index_"))

    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": named})
        assert compare_metadata(context, metadata) == []


def test_code_names_the_newest_migration():
    newest = max(file.name for file in MIGRATIONS.glob("versions/v*.py"))
    assert newest.startswith(f"v{SCHEMA_VERSION:04}_")


def test_newer_schema_is_refused_in_one_line(store):
    set_version(store, f"{SCHEMA_VERSION + 1:04}")
    told = rf"schema {SCHEMA_VERSION + 1} is newer than this program knows \({SCHEMA_VERSION}\); upgrade rasoat$"
    with pytest.raises(StoreError, match=told):
        pickle.loads(pickle.dumps(store))


def test_older_schema_asks_for_init(store, monkeypatch):
    monkeypatch.setattr("pipeline.store.store.SCHEMA_VERSION", SCHEMA_VERSION + 1)
    with pytest.raises(StoreError, match=rf"schema {SCHEMA_VERSION} is older .* run `rasoat init`"):
        pickle.loads(pickle.dumps(store))


def test_database_of_another_program_is_refused(store):
    set_version(store, "ae1027a6acf")
    with pytest.raises(StoreError, match='schema "ae1027a6acf" is not one of ours'):
        pickle.loads(pickle.dumps(store))


def test_failed_migration_leaves_nothing_behind(empty_url, monkeypatch):
    monkeypatch.setattr("pipeline.store.migrate.command.upgrade", lambda config, _: half_an_upgrade(config))
    with pytest.raises(StoreError, match="refused"):
        Store.open(empty_url, create=True)
    monkeypatch.undo()
    with Store.open(empty_url, create=True) as store:
        assert store.schema_version() == SCHEMA_VERSION


def half_an_upgrade(config):
    connection = config.attributes["connection"]
    connection.execute(text("CREATE TABLE outlets (id TEXT)"))
    connection.execute(text("CREATE TABLE outlets (id TEXT)"))


def test_store_travels_to_workers_by_its_url(store):
    with pickle.loads(pickle.dumps(store)) as other:
        run_once(other)
    with store.read() as connection:
        assert runs.last(connection, "crawl") is not None


def test_exception_rolls_the_transaction_back(store):
    with pytest.raises(ZeroDivisionError), store.begin() as connection:  # noqa: PT012 - the block is the transaction
        runs.start(connection, "crawl", {}, AT)
        raise ZeroDivisionError
    with store.read() as connection:
        assert runs.last(connection, "crawl") is None


def test_reading_sees_one_snapshot(store):
    with store.read() as before:
        run_once(store)
        assert runs.last(before, "crawl") is None
    with store.read() as after:
        assert runs.last(after, "crawl") is not None


def test_reading_cannot_write(store):
    with pytest.raises(StoreError, match=r"(?i)read-?only"), store.read() as connection:
        runs.start(connection, "crawl", {}, AT)


def test_naive_time_is_refused(store):
    with pytest.raises(StoreError, match="without zone"), store.begin() as connection:
        runs.start(connection, "crawl", {}, AT.replace(tzinfo=None))


@pytest.mark.parametrize("url", ["mysql://x:secret@h/d", "var/store.sqlite", "sqlite://", "sqlite:///:memory:"])
def test_other_urls_are_refused_without_showing_the_password(url):
    with pytest.raises(StoreError, match=r'store\.url: expected "sqlite:///FILE"') as caught:
        Store.open(url, create=True)
    assert "secret" not in str(caught.value)


def test_silent_server_is_one_line():
    with pytest.raises(StoreError, match=r"x:\*\*\*@127\.0\.0\.1:1/d: the PostgreSQL server does not answer") as caught:
        Store.open("postgresql://x:secret@127.0.0.1:1/d")
    assert "\n" not in str(caught.value)


def test_file_that_is_no_database_is_one_line(tmp_path):
    file = tmp_path / "store.sqlite"
    file.write_text("<!doctype html>" * 100)
    with pytest.raises(StoreError, match=r"store\.sqlite: the file is damaged or is not a store"):
        Store.open(f"sqlite:///{file}")


def test_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot make the store's folder"):
        Store.open(f"sqlite:///{tmp_path / 'file' / 'store.sqlite'}", create=True)


def test_full_disk_is_one_line_and_loses_nothing_stored(sqlite_store):
    run_once(sqlite_store)
    with pytest.raises(StoreError, match=r"the disk is full or broken"), sqlite_store.begin() as connection:  # noqa: PT012
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite's own full disk
        runs.start(connection, "audit", {"padding": "x" * 1_000_000}, AT)
    with sqlite_store.read() as connection:
        assert runs.last(connection, "crawl") is not None
        assert runs.last(connection, "audit") is None


def test_writer_that_waited_too_long_is_told_so(sqlite_store):
    url = str(sqlite_store.url)
    with (
        Store.open(url, busy_s=0.05) as impatient,
        sqlite_store.begin(),
        pytest.raises(StoreError, match="another process has been writing for too long"),
        impatient.begin(),
    ):
        pytest.fail("the second writer must not get in")


def test_sqlite_writes_ahead_and_checks_references(sqlite_store):
    with sqlite_store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL


def test_nothing_cascades_to_label_events():
    references = [key for table in metadata.tables.values() for key in table.foreign_keys]
    assert {key.ondelete for key in references} == {None}


def test_relative_path_is_fixed_when_the_store_is_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Store.open("sqlite:///var/store.sqlite", create=True) as store:
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        with pickle.loads(pickle.dumps(store)) as other:
            assert other.schema_version() == SCHEMA_VERSION


def test_plain_sqlite_tools_can_read_the_store(sqlite_store):
    run_once(sqlite_store)
    with closing(sqlite3.connect(sqlite_store.url.database)) as plain:
        assert plain.execute("SELECT step, json_extract(arguments, '$.night') FROM runs").fetchall() == [
            ("crawl", "2020-09-21")
        ]


def test_only_one_process_crawls_for_a_store(store):
    with store.alone(), Store.open(store.url.render_as_string(hide_password=False)) as other:
        with pytest.raises(StoreError, match="another `rasoat nightly`"), other.alone():
            pytest.fail("the second must not get in")
        run_once(other)
    with store.alone(), store.begin() as connection:
        assert runs.last(connection, "crawl") is not None


def test_right_to_crawl_ends_with_a_killed_process(store):
    url = store.url.render_as_string(hide_password=False)
    holder = subprocess.Popen([sys.executable, "-c", HOLD, url], stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(StoreError, match="another `rasoat nightly`"), store.alone():
        pytest.fail("the right is taken")
    holder.kill()
    holder.communicate()
    assert soon(lambda: takes(store))


def takes(store: Store) -> bool:
    try:
        with store.alone():
            return True
    except StoreError:
        return False


def soon(happens) -> bool:
    """A server needs a moment to see that a client is gone."""
    for _ in range(200):
        if happens():
            return True
        time.sleep(0.05)
    return False
