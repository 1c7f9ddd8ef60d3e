"""Runs `rasoat` with a clock that stands still, and kills the process (SIGKILL) at the moment that it is told.

    python tests/faults/night.py STEP NUMBER MOMENTS_FILE nightly …

Moments are counted anew in each step of the night: a transaction about to begin, about to be committed and just committed,
a record half-way written to the archive, a file about to be renamed into place. A night that comes to its end writes how
many each step had.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pipeline.cli
import pipeline.steps.ingest
import pipeline.steps.nightly
import pipeline.surface
from crawlers.archive import Archive
from crawlers.fetch import Fetcher
from pipeline.console import EXIT_BAD_INPUT
from pipeline.store import Store

NOW = datetime(2020, 12, 31, 23, 30, tzinfo=UTC)  # the morning of the first of January in Vietnam
STEPS = ("ingest", "reread", "cluster", "classify", "draw_uniform", "judge", "report", "_prune")


class Fate:
    """Counts the moments and strikes at one of them."""

    def __init__(self, step: str, number: int) -> None:
        self.strike = (step, number)
        self.step = ""
        self.moments: Counter[str] = Counter()
        self.lock = threading.Lock()

    def moment(self) -> None:
        with self.lock:
            self.moments[self.step] += 1
            if self.strike == (self.step, self.moments[self.step]):
                os.kill(os.getpid(), signal.SIGKILL)

    def watch_steps(self) -> None:
        for name in STEPS:
            setattr(pipeline.steps.nightly, name, self._within(name, getattr(pipeline.steps.nightly, name)))

    def _within(self, name, step):
        def within(*arguments, **options):
            self.step = name
            done = step(*arguments, **options)
            self.step = ""
            return done

        return within

    def watch_store(self) -> None:
        begin = Store.begin

        @contextmanager
        def watched(store):
            self.moment()
            with begin(store) as connection:
                yield connection
                self.moment()
            self.moment()

        Store.begin = watched

    def watch_archive(self) -> None:
        write, one_at_a_time = Archive.write, threading.Lock()

        def watched(archive, night, **record):
            with one_at_a_time:
                half = archive._open(night)
                half.file.write(b"\x1f\x8b\x08\x00half a record")  # as a kill within the write would leave it
                half.file.flush()
                self.moment()
                half.file.truncate(half.end)
                return write(archive, night, **record)

        Archive.write = watched

    def watch_renames(self) -> None:
        sys.addaudithook(lambda event, _: self.moment() if event == "os.rename" else None)


def run(step, number, file, arguments, now=NOW) -> int:
    """Runs a command by a clock that stands still, and kills this process at a moment of a step."""
    fate = Fate(step, int(number))
    pipeline.surface.now = lambda: now
    pipeline.steps.ingest.Fetcher = partial(Fetcher, now=lambda: now)
    fate.watch_steps()
    fate.watch_store()
    fate.watch_archive()
    fate.watch_renames()
    code = pipeline.cli.main(arguments)
    if code != EXIT_BAD_INPUT:
        Path(file).write_text(json.dumps({name: fate.moments[name] for name in STEPS}), encoding="utf-8")
    return code


def apart(said, room, *night) -> None:
    """Is a process of its own: what it says goes to a file, and no file of its may be longer than `room` bytes, where that is given."""
    os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), sys.stderr.fileno())
    if room:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    sys.exit(run(*night))


if __name__ == "__main__":
    at, count, kept, *call = sys.argv[1:]
    sys.exit(run(at, count, kept, call))
