"""Work on a Dask cluster: the scheduler hands out shards, and hands them out again where a worker dies.

Workers hold the same program; what they need besides (store, model) they open themselves, by the names that a shard tells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from platform import node
from threading import Lock
from typing import Any, Final, TypeVar

from pipeline.errors import EngineError

try:
    from cloudpickle import dumps, loads
    from distributed import Client, Future, KilledWorker, as_completed
except ModuleNotFoundError as absent:
    raise EngineError(
        "engine.kind: \"dask\" needs Dask, which is not installed; run pip install 'rasoat[scale]'",
        "engine.kind: \"dask\" cần Dask, máy này chưa cài; hãy chạy pip install 'rasoat[scale]'",
    ) from absent

Shard = TypeVar("Shard")
Result = TypeVar("Result")

AHEAD: Final = 2  # shards handed out per worker's thread before one is asked back
CONNECT_S: Final = 10  # seconds to wait for the scheduler
DEATHS: Final = 3  # workers that one shard may outlive; after that it is the shard that kills them (Dask's own default)

PACKAGES: Final = ("crawlers", "models", "pipeline")
LIBRARIES: Final = (
    "numpy",
    "scipy",
    "scikit-learn",
    "underthesea",
    "underthesea-core",
)  # on which a score's last digits hang

_ONE: Final = Lock()  # of a worker: a model is loaded once in a process, and threads would share it


class DaskEngine:
    """Runs shards on the workers of a scheduler; `function` and its shards must be picklable."""

    def __init__(self, address: str) -> None:
        self.address = address

    def map(self, function: Callable[[Shard], Result], shards: Iterable[Shard]) -> Iterator[Result]:
        """Yields results as shards finish. A shard whose worker dies is run again on another.

        Raises:
            EngineError: no scheduler answers, it has no worker, a worker holds another version of the program, or a shard
                ends every worker that takes it.
        """
        waiting = iter(shards)
        with self._client() as client:
            own, ahead = program(), AHEAD * _ready(client)
            first = [client.submit(_run, own, _packed(function, each), pure=False) for each in islice(waiting, ahead)]
            running = as_completed(first, loop=client.loop)
            for future in running:
                for shard in islice(waiting, 1):
                    running.add(client.submit(_run, own, _packed(function, shard), pure=False))
                yield self._result(future)

    def _client(self) -> Client:
        try:
            return Client(self.address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as error:  # ValueError: not an address
            raise EngineError(
                f"engine.address: no Dask scheduler at {self.address}: {error}; start one with `dask scheduler`",
                f"engine.address: không có bộ điều phối Dask ở {self.address}: {error}; hãy chạy `dask scheduler`",
            ) from error

    def _result(self, future: Future[Result]) -> Result:
        try:
            return future.result()
        except KilledWorker as error:
            raise EngineError(
                f"engine: {DEATHS} workers and more of {self.address} died over one shard (out of memory?); what they stored "
                "is kept: give them more memory or a smaller engine.shard_size, and run the command again",
                f"engine: hơn {DEATHS} tiến trình của {self.address} bị dừng ở cùng một phần việc (hết bộ nhớ?); phần đã lưu "
                "vẫn còn: hãy cấp thêm bộ nhớ hoặc giảm engine.shard_size rồi chạy lại lệnh",
            ) from error


def _packed(function: Callable[[Shard], Result], shard: Shard) -> bytes:
    """Seals a shard, so that the scheduler passes it on without opening it: it would open the store, too."""
    sealed: bytes = dumps((function, shard))
    return sealed


def _run(asked: str, packed: bytes) -> Any:
    """Runs one shard on a worker, one at a time in each process however many threads it was given.

    Raises:
        EngineError: this worker, which may have joined since the others were asked, holds another version of the program.
    """
    with _ONE:
        if _held() != asked:
            raise _other_version(node(), "")
        function, shard = loads(packed)
        return function(shard)


def program() -> str:
    """Gives the SHA-256 (hex) of what decides a result beside the store: our sources, and the libraries that reckon."""
    root, total = Path(__file__).parents[2], hashlib.sha256()
    for file in sorted(file for package in PACKAGES for file in (root / package).rglob("*.py")):
        total.update(f"{file.relative_to(root)}\n".encode() + file.read_bytes())
    total.update(" ".join(version(library) for library in LIBRARIES).encode())
    return total.hexdigest()


@cache
def _held() -> str:
    """Gives what `program` gives, once in each worker."""
    return program()


def _other_version(worker: str, why: str) -> EngineError:
    return EngineError(
        f"engine: the worker {worker} does not hold this version of rasoat and its libraries{why}; install the same",
        f"engine: tiến trình {worker} không có đúng phiên bản rasoat và thư viện này{why}; hãy cài cùng phiên bản",
    )


def _ready(client: Client) -> int:
    """Gives how many threads the workers have, one at least: all may be starting again.

    Raises:
        EngineError: there is no worker, or one that holds another version of the program.
    """
    try:
        client.wait_for_workers(1, timeout=CONNECT_S)  # one that has died is being started again
    except TimeoutError as error:
        raise EngineError(
            "engine.address: the Dask scheduler has no worker; start some with `dask worker ADDRESS --nthreads 1`",
            "engine.address: bộ điều phối Dask chưa có tiến trình nào; hãy chạy `dask worker ĐỊA_CHỈ --nthreads 1`",
        ) from error
    own = program()
    for worker, found in sorted(client.run(program, on_error="return").items()):
        if found != own:
            why = f": {found}" if isinstance(found, Exception) else ""
            raise _other_version(worker, why)
    threads: Mapping[str, int] = client.nthreads()
    return max(1, sum(threads.values()))
