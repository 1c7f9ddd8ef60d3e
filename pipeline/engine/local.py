"""Work on this machine: in this process, or over processes of its own."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing.connection import wait as wait_for
from threading import Thread
from typing import TypeVar

from pipeline.errors import EngineError

Shard = TypeVar("Shard")
Result = TypeVar("Result")

DEATHS = 3  # times that workers may die before it is the work that kills them
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
        """Yields results as shards finish. Shards whose worker dies are run again by new workers.

        Raises:
            EngineError: workers died more often than one shard may outlive; shards that had finished are kept.
        """
        waiting = iter(shards)
        for _ in range(DEATHS + 1):
            lost: list[Shard] = []
            yield from self._until_death(function, waiting, lost)
            if not lost:
                return
            waiting = chain(lost, waiting)
        raise EngineError(
            f"engine: worker processes died {DEATHS + 1} times (out of memory?); what they stored is kept: "
            "lower engine.shard_size or engine.workers, and run the command again",
            f"engine: tiến trình con bị dừng đột ngột {DEATHS + 1} lần (hết bộ nhớ?); phần đã lưu vẫn còn: "
            "hãy giảm engine.shard_size hoặc engine.workers rồi chạy lại lệnh",
        )

    def _until_death(
        self, function: Callable[[Shard], Result], waiting: Iterator[Shard], lost: list[Shard]
    ) -> Iterator[Result]:
        """Yields results until no shard waits or a worker dies; the shards that were handed out by then are `lost`."""
        context = multiprocessing.get_context("spawn")  # fork would copy the threads' locks of whoever calls
        with ProcessPoolExecutor(self.workers, mp_context=context, initializer=_end_with_parent) as pool:
            running: dict[Future[Result], Shard] = {}
            try:
                while True:
                    for shard in islice(waiting, 0 if lost else self.workers * AHEAD - len(running)):
                        running[_handed(pool, function, shard)] = shard
                    if not running:
                        return
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        shard = running.pop(future)
                        if isinstance(future.exception(), BrokenProcessPool):
                            lost.append(shard)
                        else:
                            yield future.result()
            finally:
                for future in running:
                    future.cancel()


def _handed(pool: ProcessPoolExecutor, function: Callable[[Shard], Result], shard: Shard) -> Future[Result]:
    """Hands a shard to a pool; one that has broken between two shards says so by the future, as if it broke after."""
    try:
        return pool.submit(function, shard)
    except BrokenProcessPool as error:
        broken: Future[Result] = Future()
        broken.set_exception(error)
        return broken


def _end_with_parent() -> None:
    """Ends this worker when its parent is killed; it would wait for more work for ever, and work beside the next run."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)  # not sys.exit: the main thread may be within a shard; what it has stored stays stored
