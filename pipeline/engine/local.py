"""Work on this machine: in this process, or over processes of its own."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait as wait_for
from threading import Thread
from typing import TypeVar

from pipeline.errors import EngineError

Shard = TypeVar("Shard")
Result = TypeVar("Result")

AHEAD = 2  # shards handed out per worker before one is asked back; keeps the queue short for any number of shards


class InlineEngine:
    """Runs every shard in this process, one after the other."""

    def map(self, function: Callable[[Shard], Result], shards: Iterable[Shard]) -> Iterator[Result]:
        """Yields results in the order of the shards."""
        return map(function, shards)


class ProcessEngine:
    """Runs shards over `workers` local processes; `function` and its shards must be picklable."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def map(self, function: Callable[[Shard], Result], shards: Iterable[Shard]) -> Iterator[Result]:
        """Yields results as shards finish.

        Raises:
            EngineError: a worker process was killed; shards that had finished are kept.
        """
        waiting = iter(shards)
        context = multiprocessing.get_context("spawn")  # fork would copy the threads' locks of whoever calls
        with ProcessPoolExecutor(self.workers, mp_context=context, initializer=_end_with_parent) as pool:
            running: set[Future[Result]] = {pool.submit(function, s) for s in islice(waiting, self.workers * AHEAD)}
            try:
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        running |= {pool.submit(function, shard) for shard in islice(waiting, 1)}
                        yield future.result()
            except BrokenProcessPool as error:
                raise EngineError(
                    "engine: a worker process died (out of memory?); what it stored is kept: run the command again",
                    "engine: một tiến trình con bị dừng đột ngột (hết bộ nhớ?); phần đã lưu vẫn còn: hãy chạy lại lệnh",
                ) from error
            finally:
                for future in running:
                    future.cancel()


def _end_with_parent() -> None:
    """Ends this worker when its parent is killed; it would wait for more work for ever, and work beside the next run."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)  # not sys.exit: the main thread may be within a shard; what it has stored stays stored
