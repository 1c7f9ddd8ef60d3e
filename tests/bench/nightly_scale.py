"""What a night costs as the archive grows: CPU seconds of every step after the crawl, and the peak of memory.

    python tests/bench/nightly_scale.py [--sizes 10000,100000,1000000] [--new 2000] [--json]

The archive is that of audit_scale.py (60 outlets, 25 topics, 3 phases; its texts are short, made-up sentences, but the sketches
that reprints are found by are those of long ones, drawn by chance); a first night has gone over it. Then the shared corpus brings
the new articles of the night, one in ten a second time under another outlet, and reprints, classify, audit, report, digest and the
shortening of the log of changes run in a process of their own. The crawl is measured by crawl_speed.py, in CPU milliseconds a page, and is apart here.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from audit_scale import AS_OF, BASE, LAST, campaign, fill, look, multiply, sample
from classify_scale import CORPUS, noisy, put

from pipeline import dedup
from pipeline.config import load_config
from pipeline.steps.audit import KEPT, judge
from pipeline.steps.classify import classify
from pipeline.steps.digest import digest
from pipeline.steps.report import report
from pipeline.steps.reprints import MARK, RULES, cluster
from pipeline.store import Store, kept, marks

NEW = 2_000
REPRINTED = 10  # of so many new articles one comes twice
OWN, PASSAGES = 480, 9  # shingles and lines of a real article, on average
NIGHT = datetime(LAST.year, LAST.month, LAST.day, 3, tzinfo=UTC)


def night(folder: Path) -> dict[str, float]:
    """Runs the steps of a night after its crawl; gives CPU seconds of each, and MiB at the peak of the process."""
    config = load_config(folder / "config.toml")
    spent: dict[str, float] = {}
    with Store.open(config.store_url) as store:
        began = time.process_time()

        def took(step: str) -> None:
            nonlocal began
            now = time.process_time()
            spent[step], began = round(now - began, 2), now

        clusters = cluster(store, settings=config.engine)
        took("reprints_s")
        read = classify(config, store, lambda *_: None).articles
        took("classify_s")
        result = judge(config, store, AS_OF)
        took("audit_s")
        report(config, result, folder / "report", "vi")
        took("report_s")
        digest(config, store, "vi", result)
        took("digest_s")
        with store.begin() as connection:
            kept.forget(connection, config.data / KEPT, AS_OF)
        took("prune_s")
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return {"read": read, "clusters": clusters, **spent, "cpu_s": round(sum(spent.values()), 2), "peak_mib": peak}


def apart(folder: Path) -> dict[str, float]:
    """Runs a night in a process of its own, so that its peak of memory is its own."""
    call = [sys.executable, __file__, "--night", str(folder)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def sketched(store: Store) -> None:
    """Gives every article the sketch of a long text that is like no other, as if nights had made it."""
    head = np.zeros((), dtype=dedup.SKETCH)
    head["own"] = OWN
    known = head.tobytes()[: -dedup.BANDS * dedup.ROWS].hex()
    chance = f"CAST(X'{known}' || randomblob({dedup.BANDS * dedup.ROWS}) AS BLOB), randomblob({4 * PASSAGES})"
    with store.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO sketches (article_id, content_hash, linked, data, passages) SELECT id, content_hash, 1, {chance} FROM articles"
        )
        marks.put(connection, MARK, f"{RULES} 0")


def one(size: int, new: int) -> dict[str, Any]:
    """Makes an archive, lets a night go over it, brings new articles, and measures the night that takes them in."""
    with tempfile.TemporaryDirectory(prefix="rasoat-night-") as scratch:
        folder = Path(scratch)
        config = campaign(folder, f"sqlite:///{folder}/store.sqlite")
        with Store.open(config.store_url, create=True) as store:
            look(store, config)
            fill(store, config, 0, min(size, BASE), AS_OF)
            multiply(store, max(1, size // BASE))
            sample(store, config)
            sketched(store)
        apart(folder)
        with Store.open(config.store_url) as store:
            sources = [(each.id, each.outlet) for each in config.sources]
            again = new // REPRINTED
            put(store, noisy(new - again), sources, "night", NIGHT)
            put(store, noisy(again), sources[1:], "again", NIGHT)
        return {"articles": size, **apart(folder)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--new", type=int, default=NEW)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--night", type=Path)
    asked = parser.parse_args()
    if asked.night:
        print(json.dumps(night(asked.night)))
        return 0
    if not CORPUS.is_file():
        print(f"{CORPUS}: not found; set RASOAT_SHARED")
        return 1
    rows = [one(int(size), asked.new) for size in asked.sizes.split(",")]
    if asked.json:
        print(json.dumps({"rows": rows}))
        return 0
    print("  ".join(f"{name:>10}" for name in rows[0]))
    for row in rows:
        print("  ".join(f"{value:>10}" for value in row.values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
