"""Reprints: which articles are one text, exact or near; knows texts and dates only, and leaves the storing to others.

MinHash proposes pairs, the exact overlap of their word sequences decides: what is proposed by chance never counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import combinations
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt
from datasketch import MinHash

Hashes = npt.NDArray[np.uint32]

SHINGLE: Final = (
    5  # syllables in a row; of 9,861 news texts, 4 paired a fifth more reports of one event by their formulas
)
LEAST_OWN: Final = 40  # shingles of its own below which a text stands alone: captions, schedules, "watch the video"
COMMON: Final = 40  # articles; a sequence that more of them share is a formula or a footer (Lạng Sơn has 31 outlets)
CONTAINED: Final = (
    0.92  # least part of the shorter text that stands in the other; follow-ups that carry old news on reach 0.91
)
ALIKE: Final = 0.4  # least Jaccard index; a digest that quotes an item whole is no reprint of it

BANDS: Final = 42  # a pair of index 0.4 is proposed with a chance of 0.94, of 0.5 with 0.996, of 0.05 with 0.005
ROWS: Final = 3
SEED: Final = 17  # of MinHash; any will do, a fixed one makes two runs agree

BUCKETS_LOG2: Final = 24  # of the count of common sequences: 64 MB; a bucket holds about 3 sequences of 10^5 articles
MIX: Final = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, odd: spreads the syllables' hashes (Knuth 6.4)
SYLLABLE: Final = re.compile(r"\w+")
LAST: Final = datetime.max.replace(tzinfo=UTC)  # an article without a date is nobody's origin where others have one


@dataclass(frozen=True, slots=True)
class _Text:
    id: str
    published: datetime
    shingles: Hashes  # sorted, distinct


def clusters(texts: Iterable[tuple[str, datetime | None, str]]) -> Mapping[str, str]:
    """Gives article id -> id of its cluster: the earliest published of it, by id where two are as early.

    The order of the texts does not matter. Reprints of reprints belong to one cluster. About 5 kB and 1 ms an article of 500 syllables.
    """
    read = sorted((_read(*each) for each in texts), key=lambda text: (text.published, text.id))
    own = list(_without_common(read))
    groups = _Groups(len(read))
    for a, b in _proposed(own):
        if not groups.together(a, b) and is_reprint(own[a], own[b]):
            groups.join(a, b)
    return {text.id: read[groups.first(number)].id for number, text in enumerate(read)}


def shingles(text: str) -> Hashes:
    """Gives the hashes of every run of `SHINGLE` syllables, sorted and distinct; case and marks do not matter.

    Marks are left out because portals place them differently (hoà, hòa) and legacy encodings lose some.
    """
    syllables = np.fromiter(map(_hash, SYLLABLE.findall(text)), dtype=np.uint64)
    length = len(syllables) - SHINGLE + 1
    if length < 1:
        return np.empty(0, dtype=np.uint32)
    runs = np.zeros(length, dtype=np.uint64)
    for place in range(SHINGLE):
        runs = runs * MIX + syllables[place : place + length]
    return np.unique((runs >> np.uint64(32)).astype(np.uint32))


def is_reprint(one: Hashes, other: Hashes) -> bool:
    """Tells whether two texts, given by their sorted shingles, are one text with a head, a tail or some words changed."""
    if min(len(one), len(other)) < LEAST_OWN:
        return False
    shared = len(np.intersect1d(one, other, assume_unique=True))
    shorter, whole = min(len(one), len(other)), len(one) + len(other) - shared
    return shared >= CONTAINED * shorter and shared >= ALIKE * whole


def _read(identity: str, published: datetime | None, text: str) -> _Text:
    return _Text(identity, published or LAST, shingles(text))


@lru_cache(maxsize=50_000)  # Vietnamese has about 7,000 syllables; the rest are numbers and names
def _hash(syllable: str) -> int:
    plain = "".join(c for c in unicodedata.normalize("NFD", syllable.lower()) if not unicodedata.combining(c))
    return crc32(plain.replace("đ", "d").encode())


def _without_common(texts: Sequence[_Text]) -> Iterator[Hashes]:
    """Yields each text's shingles without those that more than `COMMON` articles share."""
    articles_with = np.zeros(1 << BUCKETS_LOG2, dtype=np.uint32)
    shift = np.uint32(32 - BUCKETS_LOG2)
    for text in texts:
        articles_with[np.unique(text.shingles >> shift)] += 1
    for text in texts:
        yield text.shingles[articles_with[text.shingles >> shift] <= COMMON]


def _proposed(texts: Sequence[Hashes]) -> Iterator[tuple[int, int]]:
    """Yields the pairs whose signatures agree in one band, one band held in memory at a time; a pair may come twice."""
    long = [number for number, own in enumerate(texts) if len(own) >= LEAST_OWN]
    signatures = np.empty((len(long), BANDS * ROWS), dtype=np.uint32)
    empty = MinHash(num_perm=BANDS * ROWS, seed=SEED, hashfunc=int)  # the shingles are hashes already
    for place, number in enumerate(long):
        signature = empty.copy()
        signature.update_batch(texts[number].tolist())
        signatures[place] = signature.hashvalues
    for band in range(BANDS):
        same: dict[bytes, list[int]] = {}
        for number, values in zip(long, signatures[:, band * ROWS : (band + 1) * ROWS], strict=True):
            same.setdefault(values.tobytes(), []).append(number)
        for numbers in same.values():
            yield from combinations(numbers, 2)


class _Groups:
    """Numbers joined into groups; each group is known by its smallest (union-find)."""

    def __init__(self, size: int) -> None:
        self.above = list(range(size))

    def first(self, number: int) -> int:
        while self.above[number] != number:
            self.above[number] = self.above[self.above[number]]
            number = self.above[number]
        return number

    def together(self, a: int, b: int) -> bool:
        return self.first(a) == self.first(b)

    def join(self, a: int, b: int) -> None:
        low, high = sorted((self.first(a), self.first(b)))
        self.above[high] = low
