"""A year of nights over two outlets of the sample province, by a clock that we set: what is published, what breaks, and when."""

import errno
import json
import multiprocessing
import os
import random
import re
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import crawlers.archive
import pipeline.sample.server
import pipeline.steps.ingest
import pipeline.steps.nightly
import pipeline.surface
from crawlers.dates import LOCAL_TZ
from crawlers.fetch import Fetcher
from pipeline.cli import main
from pipeline.sample.drawing import draw
from pipeline.sample.server import SampleProvince
from pipeline.sample.texts import CREDIT, load_articles
from tests.faults.night import apart

PROCESSES = multiprocessing.get_context("forkserver")  # forked from one that has imported all: a child takes no seconds
PROCESSES.set_forkserver_preload(["pipeline.cli", "pipeline.steps.nightly", "tests.faults.night"])
FIRST = date(2020, 1, 1)  # of a leap year
DAYS = 365
OUTLETS = ("thachbinh", "nampan")  # dates in brackets; neither feed nor dates in lists
TIMES = ((12, 0), (23, 59), (0, 0), (6, 59), (7, 0), (0, 1))  # of publication: edges of a day here and in UTC
OK, BAD_INPUT, WITH_FAILURES, KILLED = 0, 1, 3, -9
ROOM = 120_000  # bytes of a file on the full disk: the store's log of a night with a new article outgrows them

CONFIG = """
[store]
url = "sqlite:///rasoat.sqlite"
[paths]
data = "."
[directive]
number = "1-CV"
date = "2019-12-20"
issuer = "Sở"
subject = "Tuyên truyền"
[fetch]
delay_s = 0.0
retries = 0
[classify]
model = "weak"
[report]
formats = ["json"]
[retention]
pages_days = 30
[review]
uniform_rate = 0.3
{extra}
[[phase]]
id = "first"
name = "Nửa đầu năm"
first_day = 2020-01-01
last_day = 2020-06-30
[[phase]]
id = "second"
name = "Nửa cuối năm"
first_day = 2020-07-01
last_day = 2020-12-31
[[outlet]]
id = "thachbinh"
name = "Huyện Thạch Bình"
kind = "portal"
groups = ["all"]
[[outlet]]
id = "nampan"
name = "Huyện Nậm Pàn"
kind = "portal"
groups = ["all"]
[[source]]
id = "thachbinh"
name = "Huyện Thạch Bình"
outlet = "thachbinh"
home = "{thachbinh}"
[[source]]
id = "nampan"
name = "Huyện Nậm Pàn"
outlet = "nampan"
home = "{nampan}"
[[topic]]
id = "congress"
name = "Đại hội"
name_en = "Congress"
definition = "Việc của đại hội."
cues = ["đại hội", "đảng bộ"]
[[topic]]
id = "farming"
name = "Nông thôn"
name_en = "Farming"
definition = "Việc của nhà nông."
cues = ["nông thôn", "mùa vụ", "bà con"]
[[duty]]
phase = "first"
topic = "congress"
group = "all"
min_items = 2
[[duty]]
phase = "second"
topic = "farming"
group = "all"
max_gap_days = 30
"""


class Clock:
    """A clock that goes on by a second whenever it is looked at: nights cross midnight as they do in life."""

    def __init__(self) -> None:
        self.at = datetime(2020, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def published(days):
    """Gives what the outlets publish in a year: the bundled texts, dated anew, and now and then one outlet's by the other."""
    texts = [each for each in load_articles() if each.reprint_of is None]
    made = []
    for number, text in enumerate(texts):
        day = FIRST + timedelta(days=number * DAYS // len(texts))
        if day >= FIRST + timedelta(days=days):
            break
        at = datetime(day.year, day.month, day.day, *TIMES[number % len(TIMES)], tzinfo=LOCAL_TZ)
        outlet = OUTLETS[number % 2]
        own = replace(text, outlet=outlet, slug=f"{text.slug}-{number}", published=at)
        made.append(replace(own, video_seconds=None))
        if number % 10 == 9:
            other = OUTLETS[(number + 1) % 2]
            body, later = f"{CREDIT}\n\n{text.body}", at + timedelta(days=1)
            made.append(replace(own, outlet=other, slug=f"{own.slug}-lai", published=later, body=body))
    return made


def edited(article, at):
    """Gives an article as it stands at a time: every eighth gets a sentence more on the day after."""
    if hash_of(article) % 8 or at < article.published + timedelta(days=1):
        return article
    return replace(article, body=f"{article.body}\n\nTòa soạn bổ sung ngày hôm sau: sự việc đã được xác nhận.")


def hash_of(article):
    return sum(article.slug.encode())


@dataclass
class Year:
    """The province and the campaign of one year, what happened to each night, and how nights are run."""

    folder: Path
    province: SampleProvince
    days: int
    clock: Clock = field(default_factory=Clock)
    tally: Counter = field(default_factory=Counter)
    design: str = ""  # what every class of the pages is called anew with
    broken: bool = False  # articles' pages show something else

    def __post_init__(self) -> None:
        self.articles = published(self.days)
        self.draw = random.Random(2020)
        self.folder.mkdir(parents=True)
        homes = {outlet: self.province.homes[outlet] for outlet in OUTLETS}
        self.file.write_text(CONFIG.format(extra="", **homes), encoding="utf-8")
        self.nights: list[date] = []

    @property
    def file(self) -> Path:
        return self.folder / "config.toml"

    def command(self, *arguments) -> int:
        return main(["--quiet", "--lang", "en", "--config", str(self.file), *map(str, arguments)])

    def start_of(self, number):
        """When night `number` begins: two in the morning, at midnight sharp, or ten seconds before the day ends."""
        day = FIRST + timedelta(days=number)
        hour, minute, second = {3: (23, 59, 50), 5: (0, 0, 0)}.get(number % 7, (2, 0, 0))
        return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=LOCAL_TZ)

    def visible(self, at):
        return [edited(each, at) for each in self.articles if each.published <= at]

    def night(self, number, *, down=(), fate=""):
        """Runs one night and what fate has for it before: "stop", "kill", "disk" (its limit is real), "archive" (a write fails)."""
        start = self.start_of(number)
        self.province.show(self.visible(start), down)
        if fate:
            self.clock.at = start.astimezone(UTC)
            getattr(self, fate)(start)
        self.clock.at = start.astimezone(UTC)
        code = self.command("nightly")
        assert code in {OK, WITH_FAILURES}, (number, code)
        self.tally["nights"] += 1
        self.nights.append(start.date())

    def kill(self, start):
        """Kills the night at some moment of some step; one that has fewer moments comes to its end."""
        step, most = self.draw.choice(
            [
                ("ingest", 30),
                ("ingest", 30),
                ("classify", 2),
                ("cluster", 2),
                ("draw_uniform", 2),
                ("judge", 4),
                ("report", 2),
                ("_prune", 6),
            ]
        )
        code, said = self.child(start, step, self.draw.randint(1, most))
        assert code in {KILLED, OK, WITH_FAILURES}, said
        self.tally["killed" if code == KILLED else "spared"] += 1

    def stop(self, _start):
        """Somebody stops the night from the keyboard before it classifies."""
        real, pipeline.steps.nightly.classify = pipeline.steps.nightly.classify, stopped
        try:
            assert self.command("nightly") == WITH_FAILURES
        finally:
            pipeline.steps.nightly.classify = real
        self.tally["stopped"] += 1

    def disk(self, start):
        code, said = self.child(start, "", 0, ROOM)
        assert code in {BAD_INPUT, OK, WITH_FAILURES}, said
        if code == BAD_INPUT:
            assert len(said.splitlines()) == 2, said  # its head, and one line
        self.tally["disk full" if code == BAD_INPUT else "spared"] += 1

    def archive(self, _start):
        with no_room_in_the_archive() as struck:
            code = self.command("nightly")
        assert code == (BAD_INPUT if struck else code)
        self.tally["archive full" if struck else "spared"] += 1

    def child(self, start, step, number, room=0):
        """Runs the night in a process of its own; gives its exit code, and that with all it said on standard error."""
        said, moments = self.folder / "said.txt", self.folder / "moments.json"
        said.unlink(missing_ok=True)
        call = ["--quiet", "--config", str(self.file), "nightly"]
        own = PROCESSES.Process(target=apart, args=(said, room, step, number, moments, call, start.astimezone(UTC)))
        own.start()
        own.join()
        told = said.read_text(encoding="utf-8") if said.exists() else "nothing: it ended before it came so far"
        return own.exitcode, f"night of {start}, {step} {number}: exit code {own.exitcode}, and it said:\n{told}"

    def read(self, number):
        """A reviewer reads the newest articles."""
        rows = [
            {"url": self.province.urls[each.key], "topics": ["congress"] if "ại hội" in each.title else []}
            for each in self.visible(self.start_of(number) - timedelta(days=2))[-3:]
        ]
        file = self.folder / "read.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        assert self.command("labels", "import", file, "--reviewer", "r1") == OK


def stopped(*_):
    raise KeyboardInterrupt


@contextmanager
def no_room_in_the_archive():
    """Lets every write of the archive fail for want of room; gives what notes that one did."""
    struck = []

    def full(_handle):
        struck.append(1)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    real, crawlers.archive.os = crawlers.archive.os, _Os(full)
    try:
        yield struck
    finally:
        crawlers.archive.os = real


class _Os:
    """The module `os` with another `fdatasync`."""

    def __init__(self, full) -> None:
        self.fdatasync = full

    def __getattr__(self, name):
        return getattr(os, name)


@contextmanager
def begun(folder, days):
    """Opens a year: the province is served, clocks are ours, and the machine lives by New York's time, summer and winter."""
    with SampleProvince(0, mended=True) as province:
        year = Year(folder / "campaign", province, days)

        def drawn(site, desk, draft):
            if year.broken and draft.kind == "article":
                draft = replace(draft, kind="contact", context={})
            text = draw(site, desk, draft)
            return re.sub(r'class="(\w)', rf'class="{year.design}\1', text) if year.design else text

        kept = (pipeline.surface.now, pipeline.steps.ingest.Fetcher, os.environ.get("TZ"))
        pipeline.sample.server.draw = drawn
        pipeline.surface.now = year.clock
        pipeline.steps.ingest.Fetcher = partial(Fetcher, now=year.clock)
        os.environ["TZ"] = "America/New_York"
        time.tzset()
        try:
            yield year
        finally:
            pipeline.sample.server.draw = draw
            pipeline.surface.now, pipeline.steps.ingest.Fetcher = kept[:2]
            os.environ.pop("TZ") if kept[2] is None else os.environ.update(TZ=kept[2])
            time.tzset()
