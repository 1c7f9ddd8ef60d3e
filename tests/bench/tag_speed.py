"""Prints how fast articles are tagged and models trained, beside underthesea and scikit-learn used plainly, in one run.

The plain way is `word_tokenize` sentence by sentence, `TfidfVectorizer` over words and pairs of words, and one
`LogisticRegression` against the rest for each topic: no evidence, no calibration. Both learn from the same labels.

Usage: python tests/bench/tag_speed.py [ARTICLES] [--plain ARTICLES] [--labels ROWS]
       python tests/bench/tag_speed.py --memory ARTICLES
RASOAT_SHARED names the shared folder. `--memory` tags that many articles, the corpus again and again with made-up words
strewn in so that what is remembered of words meets its bound, and prints the memory held on the way.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import pickle
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from underthesea import word_tokenize

sys.path.insert(0, str(Path(__file__).parents[2]))

from models.document import Document
from models.registry import SHIPPED
from models.segment import Segmenter
from pipeline.config import load_config
from pipeline.documents import read_labelled, segmented
from pipeline.steps.model import load_model
from pipeline.steps.tag import tag_file
from pipeline.steps.train import train_file

PROJECT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("RASOAT_SHARED", PROJECT.parent / "shared"))
CORPUS = SHARED / "corpus" / "articles.jsonl.gz"
LABELS = SHARED / "gold" / "gold-dev.jsonl.gz"
WARM_UP = 200  # articles tagged first: loading and the first meeting with common words are not the speed of a night
ROUNDS = 5  # both ways take turns on parts of the articles, and medians count: other programs use the machine as well
SEED = 17
BATCH = 200  # articles tagged at a time when memory is measured
MADE_UP = 25  # one word in so many is replaced by one that was never seen
SYLLABLES = ["ba", "cơ", "đu", "lê", "mía", "nô", "phươ", "quỳ", "rạ", "sẻ", "tô", "vũ", "xì", "yến"]


def main() -> int:
    asked = arguments()
    missing = [str(file) for file in (CORPUS, LABELS) if not file.is_file()]
    if missing:
        print(f"{', '.join(missing)}: not found; set RASOAT_SHARED")
        return 1
    if asked.memory:
        return memory(asked.memory)
    with tempfile.TemporaryDirectory() as scratch:
        return speed(Path(scratch), asked.articles, asked.plain, asked.labels)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="?", type=int, default=2_000, help="articles tagged")
    parser.add_argument("--plain", type=int, default=300, help="articles tagged the plain way as well")
    parser.add_argument("--labels", type=int, default=1_000, help="labelled articles to train on")
    parser.add_argument("--memory", type=int, default=0, metavar="ARTICLES", help="measure memory instead of speed")
    return parser.parse_args()


def speed(scratch: Path, count: int, plain_count: int, label_count: int) -> int:
    config, model = load_config(PROJECT / "config.toml"), scratch / "model"
    labels = write(scratch / "labels.jsonl", rows_of(LABELS, label_count))
    ours = cpu_seconds(lambda: train_file(config, labels, model, SEED, datetime.now(UTC)))
    labelled = read_labelled(labels, config.codebook.ids)
    words = plain_words(segmented(labelled)[0])  # ours, to save minutes: underthesea's but for tones
    plain = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\S+", sublinear_tf=True, min_df=2),
        OneVsRestClassifier(LogisticRegression(C=10, max_iter=1_000)),
    )
    theirs = cpu_seconds(lambda: plain.fit(words, labelled.labels == 1))
    print(f"trained on {len(labelled.documents):,} labelled articles; CPU seconds, megabytes:")
    print(f"  {'':<40}{'ours':>9}{'plain':>9}{'ratio':>9}")
    show("training; ours from file, with its scores", ours, theirs, digits=1)
    show("the model's size, MB", folder_mb(model), len(pickle.dumps(plain)) / 1e6, digits=1)
    articles = rows_of(CORPUS, WARM_UP + count)
    tag(scratch, model, articles[:WARM_UP], articles[WARM_UP:], plain, plain_count)
    return 0


def tag(scratch: Path, model: Path, warm: list[dict], timed: list[dict], plain: Pipeline, plain_count: int) -> None:
    ours = Ours(scratch, model)
    ours.seconds(warm)
    rates: dict[str, list[tuple[float, float]]] = {}
    for number in range(ROUNDS):
        part = timed[number::ROUNDS]
        theirs = plain_seconds(part[: max(1, plain_count // ROUNDS)], plain)
        for (name, own), other in zip(ours.seconds(part).items(), theirs, strict=True):
            rates.setdefault(name, []).append((1 / own, 1 / other))
    characters = sum(len(row["title"] or "") + len(row["body"] or "") for row in timed) / len(timed)
    print(f"{len(timed):,} articles of {characters:,.0f} characters, {plain_count} plainly; articles per CPU second:")
    for name, pairs in rates.items():
        show(name, median(own for own, _ in pairs), median(other for _, other in pairs))


class Ours:
    """Rà soát's own way, with all that it remembers between two batches."""

    def __init__(self, scratch: Path, model: Path) -> None:
        self.config = load_config(PROJECT / "config.toml")
        self.scratch, self.model, self.segmenter = scratch, model, Segmenter()
        self.tagger, self.cues = load_model(model, self.config.codebook), load_model(None, self.config.codebook)

    def seconds(self, rows: list[dict]) -> dict[str, float]:
        """Gives CPU seconds per article of each step."""
        source, out = write(self.scratch / "articles.jsonl", rows), self.scratch / "out.jsonl"
        documents = [document(row) for row in rows]
        words: list[list[str]] = []
        steps: dict[str, Callable[[], object]] = {
            "raw text to topics, file to file": lambda: tag_file(self.config, source, out, silent, model=self.model),
            "raw text to words": lambda: words.extend(
                self.segmenter.segment_lines([each.lines() for each in documents])
            ),
            "words to topics, with evidence": lambda: self.tagger.tag(documents, words),
            "words to topics by cues alone": lambda: self.cues.tag(documents, words),
        }
        return {name: cpu_seconds(work) / len(rows) for name, work in steps.items()}


def plain_seconds(rows: list[dict], plain: Pipeline) -> tuple[float, float, float, float]:
    """Gives seconds per article of the plain way: whole, words alone, topics from words, and the same again."""
    words: list[str] = []
    lines = [document(row).lines() for row in rows]
    cut = cpu_seconds(lambda: words.extend(plain_words([[cut_plainly(line) for line in each] for each in lines])))
    scored = cpu_seconds(lambda: plain.predict(words))
    return (cut + scored) / len(rows), cut / len(rows), scored / len(rows), scored / len(rows)


def cut_plainly(sentence: str) -> str:
    return word_tokenize(sentence, format="text") if sentence else ""


def plain_words(articles: list[list[str]]) -> list[str]:
    return ["\n".join(lines) for lines in articles]


def memory(count: int) -> int:
    codebook = load_config(PROJECT / "config.toml").codebook
    tagger = load_model(SHIPPED, codebook)
    print(f"{count:,} articles, one word in {MADE_UP} made up; memory held, MB:")
    print(f"  {'with the model loaded':<40}{resident_mb():>9,.0f}", flush=True)
    marks = [count * share // 100 for share in (10, 25, 50, 75, 100)]
    done, varied = 0, varied_articles()
    while done < count:
        batch = list(islice(varied, min(BATCH, count - done)))
        tagger.tag(batch)
        done += len(batch)
        while marks and done >= marks[0]:
            print(f"  after {marks.pop(0):>9,} articles{'':<16}{resident_mb():>9,.0f}", flush=True)
    return 0


def varied_articles() -> Iterator[Document]:
    """Gives the corpus again and again, always with other made-up words."""
    drawn = random.Random(SEED)
    for row in cycle(rows_of(CORPUS, None)):
        words = (row["body"] or "").split(" ")
        for place in range(drawn.randrange(MADE_UP), len(words), MADE_UP):
            words[place] = "".join(drawn.choices(SYLLABLES, k=3)) + str(drawn.randrange(10_000)) * drawn.randrange(2)
        yield Document(row["title"] or "", " ".join(words))


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def folder_mb(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def rows_of(file: Path, count: int | None) -> list[dict]:
    with gzip.open(file, "rt", encoding="utf-8") as rows:
        return [json.loads(row) for row in islice(rows, count)]


def document(row: dict) -> Document:
    return Document(row["title"] or "", row["body"] or "")


def silent(done: int, total: int = 0, note: str = "") -> None:
    """Shows no progress."""


def write(file: Path, rows: list[dict]) -> Path:
    file.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    return file


def cpu_seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def show(what: str, ours: float, plain: float, digits: int = 0) -> None:
    print(f"  {what:<40}{ours:>9,.{digits}f}{plain:>9,.{digits}f}{ours / plain:>9.2f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
