"""Prints how many articles a CPU-second tags, end to end and step by step, on the shared corpus.

Usage: python tests/bench/tag_speed.py [ARTICLES]; RASOAT_SHARED names the shared folder.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from models.document import Document
from models.registry import SHIPPED
from models.segment import Segmenter
from pipeline.config import load_config
from pipeline.steps.model import load_model
from pipeline.steps.tag import tag_file

PROJECT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("RASOAT_SHARED", PROJECT.parent / "shared"))
WARM_UP = 200  # articles tagged first: loading and the first meeting with common words are not the speed of a night


def main() -> int:
    corpus = SHARED / "corpus" / "articles.jsonl.gz"
    if not corpus.is_file():
        print(f"{corpus}: not found; set RASOAT_SHARED")
        return 1
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with gzip.open(corpus, "rt", encoding="utf-8") as rows:
        articles = [json.loads(row) for row in islice(rows, count + WARM_UP)]
    warm, timed = articles[:WARM_UP], articles[WARM_UP:]
    characters = sum(len(row["title"] or "") + len(row["body"] or "") for row in timed) / len(timed)
    print(f"{len(timed)} articles of {characters:,.0f} characters on average; articles per CPU-second:")
    with tempfile.TemporaryDirectory() as scratch:
        files = [write(Path(scratch) / name, part) for name, part in (("warm.jsonl", warm), ("timed.jsonl", timed))]
        out = Path(scratch) / "out.jsonl"
        tag_file(None, files[0], out, silent)
        show("tag, from file to file", len(timed), lambda: tag_file(None, files[1], out, silent))
    documents = [Document(row["title"] or "", row["body"] or "") for row in timed]
    segmenter = Segmenter()
    segmenter.segment_lines([Document(row["title"] or "", row["body"] or "").lines() for row in warm])
    show("sentences and words alone", len(timed), lambda: segmenter.segment_lines([each.lines() for each in documents]))
    words = segmenter.segment_lines([each.lines() for each in documents])
    codebook = load_config(PROJECT / "config.toml").codebook
    tagger, cues = load_model(SHIPPED, codebook), load_model(None, codebook)
    show("scores and evidence, words cached", len(timed), lambda: tagger.tag(documents, words))
    show("the same by cues alone", len(timed), lambda: cues.tag(documents, words))
    return 0


def silent(done: int, total: int = 0, note: str = "") -> None:
    """Shows no progress."""


def write(file: Path, rows: list[dict]) -> Path:
    file.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    return file


def show(what: str, count: int, work: Callable[[], object]) -> None:
    started = time.process_time()
    work()
    print(f"  {what:<36}{count / (time.process_time() - started):>8,.0f}")


if __name__ == "__main__":
    sys.exit(main())
