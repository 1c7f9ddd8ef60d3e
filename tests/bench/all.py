"""Runs the project's benches and writes their figures into one file, each with the command that printed it.

    python tests/bench/all.py [--quick] [--out var/bench.json]

A bench that cannot run (no shared data, no Scrapy) or fails leaves null, and `why` says which. A bench over several sizes shows how
its costs grow: its rows are printed, and stand in the file with its command. `--quick` takes small sizes, the file says so, and the
figures that are named after 10^6 articles are null then: what was measured instead stands beside them; benches that have no small
size are left out.
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
    quick: tuple[str, ...] | None  # None: it has no small size
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
    """The rates over the largest archive, by the engine that is fastest there, and the greatest peak."""
    rows = rows_of(text)
    most = max(row["articles"] for row in rows)
    largest = [row for row in rows if row["articles"] == most]
    return {
        "reclassify_per_s": max(row["per_s"] for row in largest),
        "reclassify_per_cpu_s": max(
            row["per_cpu_s"] for row in largest
        ),  # what other work on the machine does not change
        "reclassify_articles": most,
        "reclassify_peak_mib": max(row["peak_mib"] for row in rows),
    }


def clustered(text: str) -> Figures:
    """The rate of two workers of a cluster over the largest archive."""
    return {"dask_reclassify_per_s": max(rows_of(text), key=lambda row: row["articles"])["per_s"]}


def classifying(text: str) -> Figures:
    """What an article costs, words and all, in the largest archive."""
    rows = [row for row in rows_of(text) if row["words"] == "to segment"]
    row = max(rows, key=lambda each: (each["articles"], each["per_cpu_s"]))
    return {"classify_per_cpu_s": row["per_cpu_s"], "classify_peak_mib": row["peak_mib"]}


def auditing(text: str) -> Figures:
    """The first audit of the largest store with its HTML report; not that of the night after, which finds its notes."""
    row = max(rows_of(text), key=lambda each: each["articles"])
    seconds = round(row["audit_s"] + row["audit_html_s"], 2)
    return {
        "audit_1e6_s": seconds if row["articles"] >= MILLION else None,
        "audit_s": seconds,
        "audit_cpu_s": row["audit_cpu_s"],  # start and HTML in it; what other work on the machine does not change
        "audit_articles": row["articles"],
        "audit_peak_mib": row["peak_mib"],
    }


def nights(text: str) -> Figures:
    row = max(rows_of(text), key=lambda each: each["articles"])
    return {
        "nightly_1e6_cpu_s": row["cpu_s"] if row["articles"] >= MILLION else None,
        "nightly_cpu_s": row["cpu_s"],
        "nightly_articles": row["articles"],
        "nightly_peak_mib": row["peak_mib"],
    }


def deciding(text: str) -> Figures:
    row = max(rows_of(text), key=lambda each: each["articles"])
    return {"decide_cpu_s": row["decide_s"], "compare_cpu_s": row["compare_s"]}


def remembering(text: str) -> Figures:
    return {"crawl_memory_ratio": number(re.search(r"crawl +(\S+) times the memory", text))}


def browsing(text: str) -> Figures:
    """The slowest of the filters: the page that shows what it finds."""
    found = re.findall(r"^.{28}" + r" +([\d,]+)" * 6 + "$", text, re.MULTILINE)
    return {"browse_p95_ms": max((float(row[1].replace(",", "")) for row in found), default=None)}


def reviewing(text: str) -> Figures:
    told = json.loads(text[text.index("{") :])
    return {"review_next_p95_ms": told["next_item_ms"]["p95"], "review_lost": told["lost"] + told["doubled"]}


def rows_of(text: str) -> list[dict[str, Any]]:
    """Gives the rows that a bench prints at its end; none where it prints something else."""
    last = text.rstrip().splitlines()[-1:] or [""]
    told = json.loads(last[0]) if last[0].startswith("{") and last[0].endswith("}") else {}
    rows: list[dict[str, Any]] = told.get("rows", [])
    return rows


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
        ("--kept", "--json", "--sizes", "40000", "--engines", "processes"),  # fewer would time the program's start
        ("reclassify_per_s",),
        reclassifying,
    ),
    Bench("classify_scale.py", ("--json",), None, ("classify_per_cpu_s",), classifying),
    Bench(
        "classify_scale.py",
        ("--kept", "--json", "--sizes", "10000,100000", "--engines", "dask"),
        None,
        ("dask_reclassify_per_s",),
        clustered,
    ),
    Bench("audit_scale.py", ("--json",), ("--json", "--sizes", "2000"), ("audit_1e6_s",), auditing),
    Bench(
        "nightly_scale.py",
        ("--json",),
        ("--json", "--sizes", "2000", "--new", "100"),
        ("nightly_1e6_cpu_s",),
        nights,
    ),
    Bench("analyst_speed.py", ("--json",), None, ("decide_cpu_s", "compare_cpu_s"), deciding),
    Bench("crawl_memory.py", ("crawl",), None, ("crawl_memory_ratio",), remembering),
    Bench("browse_speed.py", (), None, ("browse_p95_ms",), browsing),
    Bench("review_load.py", ("--json",), None, ("review_next_p95_ms", "review_lost"), reviewing),
)


def run(bench: Bench, *, quick: bool) -> tuple[Figures, dict[str, Any]]:
    """Runs one bench; gives its figures, and how it went: its command, seconds, those of CPU, and why a figure is absent."""
    arguments = (quick and bench.quick) or bench.whole
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
    if rows := rows_of(done.stdout):
        went["rows"] = rows
    figures = bench.read(done.stdout)
    absent = [name for name in bench.figures if figures[name] is None]
    if absent:
        small = quick and all(name.endswith(("1e6_s", "1e6_cpu_s")) for name in absent)
        why = (
            "smaller sizes were asked for" if small else f"not told by the bench: {done.stdout.strip().splitlines()[0]}"
        )
        went["why"] = f"{', '.join(absent)}: {why}"
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
    taken = [bench for bench in BENCHES if not asked.quick or bench.quick is not None]
    for bench in taken:
        found, went = run(bench, quick=asked.quick)
        figures |= found
        runs.append(went)
        print(f"{went['seconds']:>8.1f} s, {went['cpu_s']:.1f} of CPU  {went['command']}", flush=True)
        for name, value in found.items():
            print(f"            {name} = {value}")
        if "why" in went:
            print(f"            {went['why']}")
        show(went.get("rows", []))
        write(asked.out, {"quick": asked.quick, **figures, "runs": runs})  # after each: the whole takes hours
    return 0 if all(figures[name] is not None for bench in taken for name in bench.figures) or asked.quick else 1


def write(out: Path, told: dict[str, Any]) -> None:
    """Writes what was measured so far, with the greatest peak of memory among it."""
    peaks = [value for name, value in told.items() if name.endswith("_peak_mib") and value]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(told | {"peak_mib": max(peaks, default=None)}, indent=1) + "\n", encoding="utf-8")


def show(rows: list[dict[str, Any]]) -> None:
    """Prints how costs grow from one size to the next."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    wide = {name: max(len(str(each)) for each in (name, *(row.get(name, "") for row in rows))) for name in names}
    for row in ({name: name for name in names}, *rows) if len(rows) > 1 else ():
        print("            " + "  ".join(f"{row.get(name, '')!s:>{wide[name]}}" for name in names), flush=True)


if __name__ == "__main__":
    sys.exit(main())
