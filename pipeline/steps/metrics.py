"""Metrics: what each part of a night took, and a text file of the last night for Prometheus' textfile collector."""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from pipeline.config import Config
from pipeline.errors import PipelineError
from pipeline.files import writing
from pipeline.store import Store, runs

STEP: Final = "nightly"
PARTS: Final = ("crawl", "extract", "reprints", "classify", "sample", "audit", "report", "prune")
MIB: Final = 1 << 20 if sys.platform == "darwin" else 1 << 10  # units of ru_maxrss in one MiB
TAKEN: Final[Mapping[str, tuple[str, str, int]]] = {  # key of the run -> metric, its help, how many make one
    "ms": ("rasoat_nightly_step_seconds", "Wall time of a part of the last night.", 1000),
    "cpu_ms": ("rasoat_nightly_step_cpu_seconds", "CPU time of a part, with its worker processes.", 1000),
    "peak_mib": ("rasoat_nightly_step_peak_mebibytes", "Most memory of a process until the end of a part.", 1),
}
COUNTED: Final[Mapping[str, str]] = {
    "new": "Articles stored for the first time.",
    "revised": "Articles stored anew because they changed.",
    "failures": "Addresses that could not be read.",
    "broken": "Sources of which days were not observed.",
    "predicted": "Articles that were classified.",
}


@contextmanager
def taken(counts: Counter[str], part: str) -> Iterator[None]:
    """Counts what a part of a run takes, also where it fails: milliseconds of wall and of CPU, peak memory in MiB."""
    wall, cpu = time.monotonic(), _cpu_s()
    try:
        yield
    finally:
        counts[f"{part}_ms"] += round((time.monotonic() - wall) * 1000)
        counts[f"{part}_cpu_ms"] += round((_cpu_s() - cpu) * 1000)
        counts[f"{part}_peak_mib"] = max(_usage(who).ru_maxrss // MIB for who in _WHOSE)


_WHOSE: Final = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
_usage: Final[Callable[[int], resource.struct_rusage]] = resource.getrusage


def _cpu_s() -> float:
    return sum(_usage(who).ru_utime + _usage(who).ru_stime for who in _WHOSE)


@contextmanager
def written(config: Config, store: Store, unwritten: Callable[[PipelineError], None]) -> Iterator[None]:
    """Writes the metrics at the end of a night, however it ends, where `nightly.metrics` names a file.

    A fault is handed to `unwritten` and hinders nothing: the night is done, or failed for another reason.
    """
    try:
        yield
    finally:
        if config.nightly.metrics:
            try:
                with writing(config.file.parent / config.nightly.metrics) as out:
                    out.write(text(store).encode())
            except PipelineError as error:
                unwritten(error)


def text(store: Store) -> str:
    """Gives the metrics of the last night and the time of the last one that ended well."""
    with store.read() as connection:
        night, well = runs.last(connection, STEP), runs.done(connection, STEP, 1)
    lines = []
    if night is not None and night.ended is not None:
        counts = night.counts or {}
        done = night.outcome == "done"
        lines += _gauge("rasoat_nightly_success", "1 where the last night came to its end.", {"": int(done)})
        ended = {"": int(night.ended.timestamp())}
        lines += _gauge("rasoat_nightly_end_timestamp_seconds", "When the last night ended.", ended)
        for suffix, (name, said, unit) in TAKEN.items():
            values = {f'{{step="{part}"}}': counts.get(f"{part}_{suffix}") for part in PARTS}
            lines += _gauge(name, said, {label: n / unit for label, n in values.items() if n is not None})
        for key, said in COUNTED.items():
            lines += _gauge(f"rasoat_nightly_{key}", said, {"": counts.get(key, 0)})
    if well and well[0].ended is not None:
        at = {"": int(well[0].ended.timestamp())}
        lines += _gauge("rasoat_nightly_last_success_timestamp_seconds", "When a night last came to its end.", at)
    return "".join(f"{line}\n" for line in lines)


def _gauge(name: str, said: str, values: Mapping[str, float]) -> list[str]:
    if not values:
        return []
    return [
        f"# HELP {name} {said}",
        f"# TYPE {name} gauge",
        *(f"{name}{label} {n:g}" if abs(n) < 1e5 else f"{name}{label} {n}" for label, n in values.items()),
    ]
