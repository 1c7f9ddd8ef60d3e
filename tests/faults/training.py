"""Runs `rasoat` and kills the process (SIGKILL) at the moment that it is told.

    python tests/faults/training.py NUMBER MOMENTS_FILE retrain …

Moments: a transaction about to be committed and just committed; a file or folder about to be renamed, and one that has just
been renamed and the next step begins; the stages of training. A run that comes to its end writes their names.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import contextmanager
from pathlib import Path

import models.registry
import pipeline.cli
import pipeline.steps.retrain
from pipeline.store import Store


class Fate:
    """Counts the moments and strikes at one of them."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.moments: list[str] = []

    def moment(self, name: str) -> None:
        self.moments.append(name)
        if len(self.moments) == self.number:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: object, name: str) -> None:
        """Makes a moment before and after a function."""
        function = getattr(owner, name)

        def watched(*arguments, **options):
            self.moment(f"before {name}")
            done = function(*arguments, **options)
            self.moment(f"after {name}")
            return done

        setattr(owner, name, watched)

    def watch_store(self) -> None:
        begin = Store.begin

        @contextmanager
        def watched(store):
            with begin(store) as connection:
                yield connection
                self.moment("commit")

        Store.begin = watched


def main() -> int:
    number, file, *arguments = sys.argv[1:]
    fate = Fate(int(number))
    fate.watch_store()
    for name in ("gather", "train"):
        fate.around(pipeline.steps.retrain, name)
    for name in ("register", "promote", "keep", "_append"):
        fate.around(models.registry.Registry, name)
    sys.addaudithook(lambda event, _: fate.moment("rename") if event == "os.rename" else None)
    code = pipeline.cli.main(arguments)
    Path(file).write_text(json.dumps(fate.moments), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
