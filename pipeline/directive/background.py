"""How common words are in the news: in how many articles of many a run of one to three syllables stands.

Shipped are counts of some ten thousand articles (tests/bench/count_background.py made them); an office may count its own
archive instead.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Final

from models.encode import syllables

SHIPPED: Final = Path(__file__).parent / "background.txt.gz"
LONGEST: Final = 3  # syllables of a run that is counted
JOINED: Final = 0.5  # of the articles with the rarer of two syllables; from there they are one word
LEAST: Final = 30  # articles of ten thousand; what stands in fewer is as good as unseen
ENOUGH: Final = 1_000  # articles; fewer say too little of how common words are


@dataclass(frozen=True, slots=True)
class Background:
    """Runs of syllables and in how many articles each stands; runs in fewer than `least` are not there."""

    articles: int
    least: int
    counts: Mapping[str, int]

    def share(self, said: Sequence[str]) -> float:
        """Gives at most in what share of articles syllables stand in a row, 0 to 1: that of their rarest run."""
        runs = [said] if len(said) <= LONGEST else [said[n : n + LONGEST] for n in range(len(said) - LONGEST + 1)]
        return min(self._count(run) for run in runs) / self.articles

    def rarity(self, said: Sequence[str]) -> float:
        """Gives the natural logarithm of how rare syllables in a row are, at least 0."""
        return -log(self.share(said))

    def joined(self, left: str, right: str) -> bool:
        """Tells whether two syllables in a row are mostly one word, as in "nâng cao": no phrase ends between them."""
        together = self.counts.get(f"{left} {right}", 0)
        return together >= JOINED * min(self._count([left]), self._count([right]))

    def mended(self, word: str) -> list[str]:
        """Gives a word of the segmenter, its syllables joined by "_", as the words that it ran together.

        "chính_trị_trình" is no word: it stands in next to no article, and its beginning in many.
        """
        parts, found = word.split("_"), []
        while len(parts) > 2 and self._is_unseen(parts[:LONGEST]) and not self._is_unseen(parts[:2]):
            found.append("_".join(parts[:2]))
            parts = parts[2:]
        return [*found, "_".join(parts)]

    def _is_unseen(self, said: Sequence[str]) -> bool:
        return " ".join(said).lower() not in self.counts

    def _count(self, run: Sequence[str]) -> int:
        if not run:
            return self.articles
        own = self.counts.get(" ".join(run))
        if own is not None:
            return own
        pairs = [self.counts.get(f"{a} {b}", self.least) for a, b in pairwise(run)]
        return min([self.least, *pairs])


@cache
def shipped() -> Background:
    """Gives the counts that come with the program."""
    with gzip.open(SHIPPED, "rt", encoding="utf-8") as lines:
        articles, least = map(int, next(lines).split())
        rows = (line.rstrip("\n").split("\t") for line in lines)
        return Background(articles, least, {run: int(count) for run, count in rows})


def counted(articles: Iterable[Iterable[str]], least: int = LEAST) -> Background:
    """Counts articles, each given as its lines; runs with digits are left out."""
    counts: Counter[str] = Counter()
    number = 0
    for lines in articles:
        number += 1
        counts.update(_runs(lines))
    return Background(max(1, number), least, {run: count for run, count in sorted(counts.items()) if count >= least})


def written(background: Background) -> bytes:
    """Gives counts as the shipped file has them; the same counts give the same bytes."""
    rows = [f"{background.articles} {background.least}", *(f"{run}\t{n}" for run, n in background.counts.items())]
    return gzip.compress("\n".join([*rows, ""]).encode(), 9, mtime=0)


def _runs(lines: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for line in lines:
        said = syllables(line)
        for size in range(1, LONGEST + 1):
            found.update(" ".join(said[n : n + size]) for n in range(len(said) - size + 1))
    return {run for run in found if not any(map(str.isdigit, run))}
