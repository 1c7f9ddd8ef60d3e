"""Counts the articles of a file for pipeline/directive/background.txt.gz: in how many each frequent run of syllables stands.

    python tests/bench/count_background.py ARTICLES.jsonl.gz

The file holds rows with title and body; nothing but the counts is kept of them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from models.text import normalise, sentences
from pipeline.directive.background import SHIPPED, counted, written
from pipeline.documents import document_of
from pipeline.files import numbered_jsonl


def articles(file: Path) -> Iterator[list[str]]:
    for number, row in numbered_jsonl(file):
        document = document_of(file, number, row)
        yield [normalise(document.title), *map(normalise, sentences(document.body))]


def main() -> int:
    background = counted(articles(Path(sys.argv[1])))
    content = written(background)
    SHIPPED.write_bytes(content)
    print(f"{background.articles} articles, {len(background.counts)} runs, {len(content)} bytes -> {SHIPPED}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
