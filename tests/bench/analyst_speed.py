"""How long it takes to decide anew after cut-offs have changed, and to compare two models, on a made-up store.

    python tests/bench/analyst_speed.py [--articles 100000]

The store is that of `audit_scale.py`: 25 topics, 60 outlets. Deciding is measured with cut-offs that no decision follows (every
row is looked at, none changes), and with one that takes a topic from many articles; comparing with a second model that differs on
one article in ten: counts and evidence, without verdicts (those cost two audits, see `audit_scale.py`).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from audit_scale import AS_OF, BASE, NOON, campaign, fill, look, multiply
from sqlalchemy import text

from pipeline.steps.classify import plan
from pipeline.steps.compare import compare
from pipeline.steps.decide import decide
from pipeline.store import Store

OTHER = "0123456789ab"


def timed(what: str, function, *arguments):
    """Prints how long a call takes, and gives what it gives."""
    start, spent = time.perf_counter(), time.process_time()
    found = function(*arguments)
    print(f"{what}: {time.perf_counter() - start:.1f} s, {time.process_time() - spent:.1f} s of CPU", flush=True)
    return found


def main() -> None:
    """Makes the store and measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    wanted = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.sqlite"
        config = campaign(Path(folder), url)
        with Store.open(url, create=True) as store:
            look(store, config)
            fill(store, config, 0, min(wanted, BASE), AS_OF)
            multiply(store, max(1, wanted // BASE))
            print(f"{timed('plan', plan, config, store).selected} articles")
            print(f"{timed('decide, nothing changes', decide, config, store, NOON)} changed")
            chosen = replace(config.classify, thresholds={config.topics[-1].id: 0.9})
            print(f"{timed('decide, one topic', decide, replace(config, classify=chosen), store, NOON)} changed")
            with store.begin() as connection:
                columns = "codebook, article_id, content_hash, scores, evidence"
                tenth = "CASE WHEN article_id < '1a' THEN '[\"topic_00\"]' ELSE topics END"
                connection.execute(
                    text(
                        f"INSERT INTO predictions (model, topics, {columns}) SELECT '{OTHER}', {tenth}, {columns} FROM predictions"
                    )
                )
            found = timed("compare, counts and evidence", compare, config, store, "weak", OTHER, AS_OF)
            print(f"{len(found.moved)} of {found.both} change topics")


if __name__ == "__main__":
    main()
