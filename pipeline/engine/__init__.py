"""Where work runs: in this process, over local processes, or on a Dask cluster, behind one interface.

A shard is small (an id range, a host); a worker reads from and writes to the store itself, so nothing large passes here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from pipeline.engine.local import InlineEngine, ProcessEngine
from pipeline.settings import EngineSettings

__all__ = ["Engine", "InlineEngine", "ProcessEngine", "open_engine"]

Shard = TypeVar("Shard")
Result = TypeVar("Result")


class Engine(Protocol):
    """Runs one function over many shards; results come in the order in which shards finish."""

    def map(self, function: Callable[[Shard], Result], shards: Iterable[Shard]) -> Iterator[Result]:
        """Yields one result a shard. The first exception of a worker is raised here."""
        ...


def open_engine(settings: EngineSettings) -> Engine:
    """Gives the engine that config.toml names.

    Raises:
        EngineError: Dask is asked for, and the extra `scale` is not installed.
    """
    if settings.kind == "dask":
        from pipeline.engine.cluster import DaskEngine  # noqa: PLC0415 - half a second to import, and an extra

        return DaskEngine(settings.address)
    return ProcessEngine(settings.workers) if settings.kind == "processes" else InlineEngine()
