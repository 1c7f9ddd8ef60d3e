"""Reprints: which articles are one text, exact or near; knows texts only, and leaves storing and naming to others.

Whether two articles are one text hangs on these two, and on what stands under many pages of their sites: so articles may come
in any order, night by night or all at once. MinHash proposes pairs, the exact overlap of their word sequences decides: what is
proposed by chance never counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt
from datasketch import MinHash

Hashes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]

SHINGLE: Final = (
    5  # syllables in a row; of 9,861 news texts, 4 paired a fifth more reports of one event by their formulas
)
LEAST_OWN: Final = 40  # shingles of its own below which a text stands alone: captions, schedules, "watch the video"
COMMON: Final = 40  # pages of one site; a passage that more of them carry is a formula or a footer
CONTAINED: Final = (
    0.92  # least part of the shorter text that stands in the other; follow-ups that carry old news on reach 0.91
)
ALIKE: Final = 0.4  # least Jaccard index; a digest that quotes an item whole is no reprint of it

BANDS: Final = 42  # a pair of index 0.4 is proposed with a chance of 0.94, of 0.5 with 0.996, of 0.05 with 0.005
ROWS: Final = 3
SEED: Final = 17  # of MinHash; any will do, a fixed one makes two runs agree
SIGMAS: Final = 4  # of a sketch's error by which a pair may fall short of a reprint; one in 30,000 falls shorter
PAIRS_AT_ONCE: Final = 100_000  # compared in memory; 40 MB

RULES: Final = (SHINGLE, LEAST_OWN, COMMON, CONTAINED, ALIKE, BANDS, ROWS, SEED, SIGMAS)  # what a sketch hangs on
SKETCH: Final = (
    np.dtype(  # the last byte of each hash suffices: 3 bytes a band, and of unlike texts one row in 256 agrees
        [("furniture", "<u4"), ("own", "<u4"), ("marks", "u1", (BANDS * ROWS,))]
    )
)

MIX: Final = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, odd: spreads the syllables' hashes (Knuth 6.4)
SYLLABLE: Final = re.compile(r"\w+")
DIGIT: Final = re.compile(r"\d")


def passages(site: str, text: str) -> Hashes:
    """Gives the hashes of a page's lines, sorted and distinct, as passages of its site; numbers in them do not matter.

    Lines too short to hold a shingle are left out.
    """
    found = {passage for line in text.splitlines() if (passage := _passage(site, line)) is not None}
    return np.array(sorted(found), dtype=np.uint32)


def furniture(passages_of_pages: Hashes) -> Hashes:
    """Gives the passages, sorted, that stand on more than `COMMON` pages; they are no page's own text."""
    found, pages = np.unique(passages_of_pages, return_counts=True)
    return np.asarray(found[pages > COMMON])


def shingles(site: str, text: str, left_out: Collection[int] = ()) -> Hashes:
    """Gives the hashes of every run of `SHINGLE` syllables but those of the passages left out, sorted and distinct.

    Case and marks do not matter: portals place marks differently (hoà, hòa), and legacy encodings lose some.
    """
    if left_out:
        text = "\n".join(line for line in text.splitlines() if _passage(site, line) not in left_out)
    syllables = np.fromiter(map(_hash, SYLLABLE.findall(text)), dtype=np.uint64)
    length = len(syllables) - SHINGLE + 1
    if length < 1:
        return np.empty(0, dtype=np.uint32)
    runs = np.zeros(length, dtype=np.uint64)
    for place in range(SHINGLE):
        runs = runs * MIX + syllables[place : place + length]
    return np.unique((runs >> np.uint64(32)).astype(np.uint32))


def sketch(own: Hashes, left_out: Collection[int] = ()) -> bytes:
    """Gives the sketch of a page by its own shingles and the passages that were left out of them."""
    made = np.zeros((), dtype=SKETCH)
    made["own"] = len(own)
    made["furniture"] = sum(left_out) % 2**32
    if len(own) >= LEAST_OWN:
        signature = _empty().copy()
        signature.update_batch(own.tolist())
        made["marks"] = signature.hashvalues & np.uint64(0xFF)
    return made.tobytes()


def is_reprint(one: Hashes, other: Hashes) -> bool:
    """Tells whether two texts, given by their own shingles, are one text with a head, a tail or some words changed."""
    if min(len(one), len(other)) < LEAST_OWN:
        return False
    shared = len(np.intersect1d(one, other, assume_unique=True))
    shorter, whole = min(len(one), len(other)), len(one) + len(other) - shared
    return shared >= CONTAINED * shorter and shared >= ALIKE * whole


def proposed(sketches: npt.NDArray[Any], fresh: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Gives the pairs, ordered, of which one at least is fresh and whose sketches could be those of one text.

    What is asked of a pair is asked of these two alone. Takes a second a million sketches where few are fresh.
    """
    long = np.flatnonzero(sketches["own"] >= LEAST_OWN)
    marks = sketches["marks"][long].reshape(len(long), BANDS, ROWS)
    new = np.flatnonzero(fresh[long])
    found = [np.empty(0, dtype=np.int64)]
    for band in range(BANDS):
        keys = marks[:, band].astype(np.uint32) @ np.array([1, 1 << 8, 1 << 16], dtype=np.uint32)
        for ours, others in _sharing(keys, new):
            first, last = np.minimum(long[ours], long[others]), np.maximum(long[ours], long[others])
            likely = (first < last) & _likely(sketches[first], sketches[last])
            found.append(first[likely] * len(sketches) + last[likely])
    pairs = np.unique(np.concatenate(found))
    return list(zip((pairs // len(sketches)).tolist(), (pairs % len(sketches)).tolist(), strict=True))


def _passage(site: str, line: str) -> int | None:
    """Gives the hash of a line as a passage; None where it is too short for one."""
    words = line.lower().split()
    return crc32(f"{site}\n{DIGIT.sub('0', ' '.join(words))}".encode()) if len(words) >= SHINGLE else None


@lru_cache(maxsize=50_000)  # Vietnamese has about 7,000 syllables; the rest are numbers and names
def _hash(syllable: str) -> int:
    plain = "".join(c for c in unicodedata.normalize("NFD", syllable.lower()) if not unicodedata.combining(c))
    return crc32(plain.replace("đ", "d").encode())


@lru_cache(maxsize=1)
def _empty() -> MinHash:
    return MinHash(num_perm=BANDS * ROWS, seed=SEED, hashfunc=int)  # the shingles are hashes already


def _sharing(keys: Hashes, new: Places) -> Iterator[tuple[Places, Places]]:
    """Yields, some at a time, each new place with every place of its key, itself among them."""
    asked = np.zeros(1 << 8 * ROWS, dtype=np.bool_)
    asked[keys[new]] = True
    held = np.flatnonzero(asked[keys])
    held = held[np.argsort(keys[held], kind="stable")]
    ordered = keys[held]
    starts, ends = np.searchsorted(ordered, keys[new], "left"), np.searchsorted(ordered, keys[new], "right")
    sizes = ends - starts
    cut = np.flatnonzero(np.diff(np.cumsum(sizes) // PAIRS_AT_ONCE)) + 1
    for part in np.split(np.arange(len(new)), cut):
        many = sizes[part]
        within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        yield np.repeat(new[part], many), held[np.repeat(starts[part], many) + within]


def _likely(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Tells which pairs of sketches agree as often as those of a reprint would, but for what is left to chance."""
    agree = (one["marks"] == other["marks"]).sum(axis=1)
    short, both = np.minimum(one["own"], other["own"]), one["own"] + other["own"]
    least = np.maximum(ALIKE, CONTAINED * short / (both - CONTAINED * short))  # Jaccard index
    rows = BANDS * ROWS
    return np.asarray(agree >= rows * least - SIGMAS * np.sqrt(rows * least * (1 - least)))
