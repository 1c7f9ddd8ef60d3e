"""What it costs to decide anew after cut-offs have changed, and to compare two models, as a made-up store grows.

    python tests/bench/analyst_speed.py [--sizes 10000,100000] [--json]

The store is that of `audit_scale.py`: 25 topics, 60 outlets. CPU seconds are measured of a plan, of deciding with cut-offs that no
decision follows (every row is looked at, none changes) and with one that takes a topic from many articles, and of comparing with a
second model that differs on one article in ten: counts and evidence, without verdicts (those cost two audits, see `audit_scale.py`).
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from audit_scale import AS_OF, BASE, NOON, campaign, fill, look, multiply
from sqlalchemy import text

from pipeline.config import Config
from pipeline.steps.classify import plan
from pipeline.steps.compare import compare
from pipeline.steps.decide import decide
from pipeline.store import Store

OTHER = "0123456789ab"


def timed(function: Callable[..., Any], *arguments: object) -> tuple[Any, float]:
    """Gives what a call gives, and the CPU seconds that it takes."""
    spent = time.process_time()
    found = function(*arguments)
    return found, round(time.process_time() - spent, 2)


def one(size: int) -> dict[str, float]:
    """Makes a store of a size and measures."""
    with tempfile.TemporaryDirectory(prefix="rasoat-analyst-") as folder:
        url = f"sqlite:///{folder}/store.sqlite"
        config = campaign(Path(folder), url)
        with Store.open(url, create=True) as store:
            look(store, config)
            fill(store, config, 0, min(size, BASE), AS_OF)
            multiply(store, max(1, size // BASE))
            return measured(config, store)


def measured(config: Config, store: Store) -> dict[str, float]:
    planned, plan_s = timed(plan, config, store)
    same, same_s = timed(decide, config, store, NOON)
    chosen = replace(config.classify, thresholds={config.topics[-1].id: 0.9})
    decided, decide_s = timed(decide, replace(config, classify=chosen), store, NOON)
    with store.begin() as connection:
        columns = "codebook, article_id, content_hash, scores, evidence"
        tenth = "CASE WHEN article_id < '1a' THEN '[\"topic_00\"]' ELSE topics END"
        connection.execute(
            text(
                f"INSERT INTO predictions (model, topics, {columns}) SELECT '{OTHER}', {tenth}, {columns} FROM predictions"
            )
        )
    found, compare_s = timed(compare, config, store, "weak", OTHER, AS_OF)
    return {
        "articles": planned.selected,
        "plan_s": plan_s,
        "unchanged": planned.selected - same,
        "look_s": same_s,
        "decided": decided,
        "decide_s": decide_s,
        "moved": len(found.moved),
        "compare_s": compare_s,
    }


def main() -> None:
    """Measures every size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = [one(int(size)) for size in asked.sizes.split(",")]
    if asked.json:
        print(json.dumps({"rows": rows}))
        return
    for row in rows:
        print("  ".join(f"{name} {value}" for name, value in row.items()))


if __name__ == "__main__":
    main()
