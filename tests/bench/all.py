"""Runs the project's benches and writes their figures into one file, each with the command that printed it.

    python tests/bench/all.py [--quick] [--out var/bench.json]

A bench that cannot run (no shared data, no Scrapy) or fails leaves null, and `why` says which. `--quick` takes small sizes, the
file says so, and the figures that are named after 10^6 articles are null then: what was measured instead stands beside them.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MILLION = 1_000_000
SCRAPY = "var/bench-venv/bin/python"  # where `make bench` installs the peer, apart from what we depend on
Figures = Mapping[str, float | None]


@dataclass(frozen=True)
class Bench:
    """A bench: what it is called with (whole, quick), the figures that are asked of it, and how they are read."""

    file: str
    whole: tuple[str, ...]
    quick: tuple[str, ...]
    figures: tuple[str, ...]
    read: Callable[[str], Figures]


def tagging(text: str) -> Figures:
    """Ours, plain and ratio stand at the end of a line, after what was done."""
    cut = re.search(r"raw text to words +\S+ +\S+ +(\S+)", text)
    tag = re.search(r"raw text to topics, file to file +(\S+)", text)
    return {"segment_ratio": number(cut), "tag_per_cpu_s": number(tag)}


def extraction(text: str) -> Figures:
    return {"extract_pages_per_cpu_s": number(re.search(r"aeb (\S+) pages per CPU s", text))}


def crawling(text: str) -> Figures:
    """The least of the settings tried; without Scrapy there is none."""
    ratios = [float(found) for found in re.findall(r"fetch .* (\S+) times the pages", text)]
    cpu = [float(found) for found in re.findall(r"night .* (\S+) CPU ms/page", text)]
    return {"crawl_ratio_scrapy_tuned": min(ratios, default=None), "crawl_cpu_ms_per_page": min(cpu, default=None)}


def reclassifying(text: str) -> Figures:
    """The rate over the largest archive, by the engine that is fastest there, and the greatest peak."""
    rows = json.loads(text.splitlines()[-1])["rows"]
    most = max(row["articles"] for row in rows)
    return {
        "reclassify_per_s": max(row["per_s"] for row in rows if row["articles"] == most),
        "reclassify_articles": most,
        "reclassify_peak_mib": max(row["peak_mib"] for row in rows),
    }


def auditing(text: str) -> Figures:
    rows = json.loads(text.splitlines()[-1])["rows"]
    row = max(rows, key=lambda each: each["articles"])
    seconds = round(row["audit_s"] + row["html_s"], 2)
    return {
        "audit_1e6_s": seconds if row["articles"] >= MILLION else None,
        "audit_s": seconds,
        "audit_articles": row["articles"],
        "audit_peak_mib": row["peak_mib"],
    }


def nights(text: str) -> Figures:
    row = max(json.loads(text.splitlines()[-1])["rows"], key=lambda each: each["articles"])
    return {
        "nightly_1e6_cpu_s": row["cpu_s"] if row["articles"] >= MILLION else None,
        "nightly_cpu_s": row["cpu_s"],
        "nightly_articles": row["articles"],
        "nightly_peak_mib": row["peak_mib"],
    }


def number(found: re.Match[str] | None) -> float | None:
    return float(found[1].replace(",", "")) if found else None


BENCHES = (
    Bench("tag_speed.py", (), ("100", "--plain", "20", "--labels", "100"), ("segment_ratio", "tag_per_cpu_s"), tagging),
    Bench("extract_quality.py", ("aeb",), ("aeb",), ("extract_pages_per_cpu_s",), extraction),
    Bench(
        "crawl_speed.py",
        (),
        ("--hosts", "16", "--delay-ms", "0", "--articles", "200", "--rounds", "1"),
        ("crawl_ratio_scrapy_tuned",),
        crawling,
    ),
    Bench(
        "classify_scale.py",
        ("--kept", "--json", "--sizes", "10000,100000,1000000"),
        ("--kept", "--json", "--sizes", "10000", "--engines", "processes"),  # fewer would time the program's start
        ("reclassify_per_s",),
        reclassifying,
    ),
    Bench("audit_scale.py", ("--json",), ("--json", "--sizes", "2000"), ("audit_1e6_s",), auditing),
    Bench(
        "nightly_scale.py",
        ("--json",),
        ("--json", "--sizes", "2000", "--new", "100"),
        ("nightly_1e6_cpu_s",),
        nights,
    ),
)


def run(bench: Bench, *, quick: bool) -> tuple[Figures, dict[str, Any]]:
    """Runs one bench; gives its figures, and how it went: its command, seconds, those of CPU, and why a figure is absent."""
    arguments = bench.quick if quick else bench.whole
    if bench.read is crawling:
        arguments = (*arguments, "--scrapy", SCRAPY)
    began, before = time.perf_counter(), cpu_s()
    done = subprocess.run(
        [sys.executable, str(HERE / bench.file), *arguments], capture_output=True, text=True, check=False
    )
    went = {
        "command": " ".join(["python", f"tests/bench/{bench.file}", *arguments]),
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_s": round(cpu_s() - before, 1),
    }
    if done.returncode:
        told = (done.stderr or done.stdout).strip().splitlines() or [f"exit code {done.returncode}"]
        return dict.fromkeys(bench.figures), went | {"why": told[-1]}
    figures = bench.read(done.stdout)
    absent = [name for name in bench.figures if figures[name] is None]
    if absent:
        why = (
            "smaller sizes were asked for"
            if quick and absent[0].endswith(("1e6_s", "1e6_cpu_s"))
            else "not told by the bench"
        )
        went["why"] = f"{', '.join(absent)}: {why}: {done.stdout.strip().splitlines()[0]}"
    return figures, went


def cpu_s() -> float:
    """Gives CPU seconds of all benches that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", type=Path, default=HERE.parents[1] / "var" / "bench.json")
    asked = parser.parse_args()
    figures: dict[str, float | None] = {}
    runs = []
    for bench in BENCHES:
        found, went = run(bench, quick=asked.quick)
        figures |= found
        runs.append(went)
        print(f"{went['seconds']:>8.1f} s, {went['cpu_s']:.1f} of CPU  {went['command']}", flush=True)
        for name, value in found.items():
            print(f"            {name} = {value}")
        if "why" in went:
            print(f"            {went['why']}")
    figures["peak_mib"] = max(
        (value for name, value in figures.items() if name.endswith("_peak_mib") and value), default=None
    )
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps({"quick": asked.quick, **figures, "runs": runs}, indent=1) + "\n", encoding="utf-8")
    return 0 if all(figures[name] is not None for bench in BENCHES for name in bench.figures) or asked.quick else 1


if __name__ == "__main__":
    sys.exit(main())
