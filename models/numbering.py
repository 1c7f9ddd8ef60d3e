"""Words → numbers, in the order in which they are learnt: no word of a batch becomes a string unless it is new.

Words are told apart by 63 bits made of their bytes. Two of 200,000 words have the same ones by a chance of 2⁻²⁹.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.hashed import KeyTable

Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]

_BLANK: Final = ord(" ")
_LINE_FEED: Final = ord("\n")
_CHUNK: Final = 8  # bytes that are looked at together
_MASKS: Final = np.array(
    [(1 << 8 * size) - 1 for size in range(_CHUNK + 1)], dtype=np.uint64
)  # by how many bytes count
_MULTIPLIER: Final = np.uint64(0xFF51AFD7ED558CCD)  # the mixer of MurmurHash3
_SHIFT: Final = np.uint64(33)


class Numbering:
    """Numbers of words; `learn` is told of every word when it gets its number, 0 first."""

    def __init__(self, learn: Callable[[str], None]) -> None:
        self._learn = learn
        self._table = KeyTable(())

    def __len__(self) -> int:
        """Gives how many words have a number."""
        return len(self._table)

    def number(self, text: bytes) -> tuple[Ints, Ints]:
        """Returns the numbers of the words of lines, and where each line of them starts, and the last ends.

        `text` is UTF-8: words are parted by single spaces, and every line is ended by a line feed.
        """
        if not text:
            return np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64)
        letters = np.frombuffer(text, np.uint8)
        ends = letters == _LINE_FEED
        stops = np.flatnonzero(ends | (letters == _BLANK))
        starts = np.append(0, np.flatnonzero(ends.take(stops)) + 1)
        first = np.append(0, stops[:-1] + 1)
        keys = _keys(text, first, stops - first)
        numbers = np.full(len(keys), -1, dtype=np.int64)
        known, found = self._table.find(keys)
        numbers[known] = found
        new = np.flatnonzero(numbers < 0)
        if new.size:
            once, at, which = np.unique(keys[new], return_index=True, return_inverse=True)
            numbers[new] = len(self) + which
            for word in new[at].tolist():
                self._learn(text[first[word] : stops[word]].decode(errors="surrogatepass"))
            self._table.add(once)
        return numbers, starts


def _keys(text: bytes, first: Ints, sizes: Ints) -> Ints:
    """Returns a key ≥ 0 of each word by its bytes, from `first` on, and their number."""
    padded = text + bytes(_CHUNK)
    chunks = np.ndarray((len(text) + 1,), dtype="<u8", buffer=padded, strides=(1,))  # one begins at every byte
    mixed = _mixed(sizes.view(np.uint64), chunks[first] & _MASKS[np.minimum(sizes, _CHUNK)])
    going, done = np.flatnonzero(sizes > _CHUNK), _CHUNK
    while going.size:
        left = sizes[going] - done
        mixed[going] = _mixed(mixed[going], chunks[first[going] + done] & _MASKS[np.minimum(left, _CHUNK)])
        going, done = going[left > _CHUNK], done + _CHUNK
    return (mixed >> np.uint64(1)).view(np.int64)


def _mixed(before: Bits, chunk: Bits) -> Bits:
    mixed = (before ^ chunk) * _MULTIPLIER
    return mixed ^ (mixed >> _SHIFT)
