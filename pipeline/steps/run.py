"""Record that a step ran: when, with what arguments, what it counted, and how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import datetime

from pipeline.config import Config
from pipeline.store import Store, codebooks, runs


@contextmanager
def recorded(
    config: Config,
    store: Store,
    step: str,
    arguments: Mapping[str, str],
    clock: Callable[[], datetime],
    *,
    alone: bool = False,
) -> Iterator[Counter[str]]:
    """Opens a row of the run log, gives the counter to fill, and closes the row as "done" or "failed".

    Raises:
        StoreError: the step must run alone, and another process crawls for this store.
    """
    with store.alone() if alone else nullcontext():
        with store.begin() as connection:
            if config.topics:  # the file was read just now: what was edited by hand is a step of the codebook's history
                codebooks.adopt(connection, config.codebook.version, config.codebook.as_json(), clock())
            hashes = {"config": config.sha256, "codebook": config.codebook.version}
            run = runs.start(connection, step, arguments, clock(), hashes)
        counts: Counter[str] = Counter()
        outcome = "failed"
        try:
            yield counts
            outcome = "done"
        finally:
            with store.begin() as connection:
                runs.finish(connection, run, outcome, counts, clock())
