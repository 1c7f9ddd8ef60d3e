"""Nights of the sample province in processes of their own, and what two of them left differently."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from crawlers.archive import Archive
from pipeline.config import load_config
from pipeline.sample.demo import campaign
from pipeline.sample.server import SampleProvince
from pipeline.store import Store, articles, changes
from pipeline.store.schema import marks, metadata
from tests.pipeline.fingerprint import fingerprint

PROJECT = Path(__file__).parents[2]
CHILD = Path(__file__).with_name("night.py")
KILLED = -9
WITH_FAILURES = 3  # the provincial portal is down in part
FEW = ("nampan", "congtinh")  # a portal without feed or dates in lists, and the one that is down

PER_RUN = {  # columns that tell of the run, not of what it found
    "seq",  # how often an audit was saved
    "fetched_at",
    "first_seen",
    "archive_offset",  # a killed run may have archived a page twice
    "archive_length",
}


@dataclass(frozen=True)
class Ended:
    """How a night ended: exit code, and the lines on standard error."""

    code: int
    said: list[str]

    def __str__(self) -> str:
        return "\n".join([f"exit code {self.code}, and it said:", *self.said])


@dataclass(frozen=True)
class Night:
    """One campaign in a folder of its own, and the command that runs its night."""

    folder: Path

    def run(self, step: str = "", number: int = 0, begin: Callable[[], None] | None = None) -> Ended:
        """Runs the night, killed at a moment of a step; a step that has fewer moments is not killed.

        `begin` is called in the child before it becomes the night.
        """
        call = [sys.executable, CHILD, step, number, self.folder / "moments.json", "--quiet", "--config", self.file]
        call += ["nightly", "--as-of", "2021-01-01", "--out", self.folder / "report"]
        call = [str(part) for part in call]
        done = subprocess.run(call, cwd=PROJECT, capture_output=True, text=True, check=False, preexec_fn=begin)
        return Ended(done.returncode, done.stderr.splitlines())

    @property
    def file(self) -> Path:
        return self.folder / "config.toml"

    @property
    def moments(self) -> dict[str, int]:
        """How many moments each step of the last whole run had."""
        return json.loads((self.folder / "moments.json").read_text(encoding="utf-8"))

    @property
    def report(self) -> dict[str, bytes]:
        files = sorted(file for file in (self.folder / "report").rglob("*") if file.is_file())
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in files}

    def store(self) -> Store:
        return Store.open(load_config(self.file).store_url)


def content(store: Store) -> dict[str, list[str]]:
    """Every row of every table, ordered, without what only tells of the run; of the log, which URLs were asked for.

    The log of changes, which tells kept copies what to read anew, has numbers drawn by chance, and so has the mark of its sum.
    """
    found = {}
    with store.read() as connection:
        for table in metadata.sorted_tables:
            if table.name in {"runs", "changes"}:
                continue
            kept = [column for column in table.c if column.name not in PER_RUN]
            if table.name == "fetches":
                kept = [table.c.source_id, table.c.url_id]
            rows = select(*kept) if table is not marks else select(*kept).where(~marks.c.name.startswith(changes.MARK))
            found[table.name] = sorted({repr(tuple(row)) for row in connection.execute(rows)})
    return found


def differences(one: Night, other: Night) -> dict[str, set[str]]:
    """What two nights left differently: table or file of the report -> rows or names that one side alone has."""
    with one.store() as first, other.store() as second:
        left, right = content(first), content(second)
        with first.read() as here, second.read() as there:
            assert (fingerprint(here) == fingerprint(there)) == (left == right)
    found = {name: set(left[name]) ^ set(right[name]) for name in left if left[name] != right[name]}
    files = {name for name in one.report.keys() | other.report.keys() if one.report.get(name) != other.report.get(name)}
    return found | ({"report": files} if files else {})


def assert_nothing_half_written(night: Night) -> None:
    """Every revision of every article lies in the archive as it was fetched, and no scratch file is left."""
    archive = Archive(load_config(night.file).data / "archive")
    with night.store() as store, store.read() as connection:
        revisions = [
            each for article in articles.stream(connection) for each in articles.revisions(connection, article.id)
        ]
    assert revisions
    assert all(archive.read(revision.archive)[0] for revision in revisions)


def make_night(province, folder: Path, outlets: tuple[str, ...]) -> Night:
    """The sample campaign, hurried, without the sources of other outlets and without a trained model."""
    text = campaign(province.homes)
    head, *rest = text.split("\n[[source]]\n")
    sources, tail = [*rest[:-1], rest[-1].partition("\n\n")[0]], rest[-1].partition("\n\n")[2]
    kept = [source for source in sources if any(f'outlet = "{outlet}"' in source for outlet in outlets)]
    text = "\n[[source]]\n".join([head, *kept]) + "\n\n" + tail
    for old, new in (("delay_s = 1.0", "delay_s = 0.0"), ("retries = 2", "retries = 0"), ('"champion"', '"weak"')):
        assert old in text
        text = text.replace(old, new)
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    assert {source.outlet for source in load_config(folder / "config.toml").sources} == set(outlets)
    return Night(folder)


@pytest.fixture(scope="session")
def province():
    with SampleProvince(0, now=lambda: datetime(2021, 1, 1, tzinfo=UTC)) as served:
        yield served


@pytest.fixture(scope="session")
def nights(province, tmp_path_factory):
    """Makes nights, and tells what differs between two."""

    def make(outlets=FEW, folder=None):
        return make_night(province, (folder or tmp_path_factory.mktemp("night")) / "campaign", outlets)

    return SimpleNamespace(make=make, differences=differences, assert_nothing_half_written=assert_nothing_half_written)


@pytest.fixture(scope="session")
def undisturbed(nights):
    """A night over few outlets that nothing happened to."""
    night = nights.make()
    ended = night.run()
    assert ended.code == WITH_FAILURES, str(ended)
    return night
