"""A map from integer keys to numbers 0, 1, 2, … in order, that learns and answers whole arrays at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_EMPTY: Final = -1  # no key is negative
_SPARSITY: Final = 4  # slots per key, at most: nearly every question is answered by the first slot
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing


class KeyTable:
    """Open addressing over distinct keys ≥ 0; the first has number 0."""

    def __init__(self, keys: Collection[int]) -> None:
        self._count = 0
        self._clear(len(keys))
        self.add(np.fromiter(keys, np.int64, len(keys)))

    def __len__(self) -> int:
        """Gives how many keys it knows."""
        return self._count

    def add(self, keys: Ints) -> None:
        """Takes further keys, distinct and none of them known: their numbers follow the last."""
        numbers = np.arange(self._count, self._count + len(keys))
        self._count += len(keys)
        if 2 * self._count > len(self._keys):
            full = self._keys != _EMPTY
            keys, numbers = np.append(self._keys[full], keys), np.append(self._numbers[full], numbers)
            self._clear(2 * self._count)
        self._place(keys, numbers)

    def find(self, keys: Ints) -> tuple[Ints, Ints]:
        """Gives the places of the keys that the table knows, in no order, and their numbers."""
        slots = self._slots(keys)
        stored = self._keys.take(slots)
        hits = np.flatnonzero(stored == keys)
        places, numbers = [hits], [self._numbers.take(slots.take(hits))]
        pending = np.flatnonzero(self._crowded.take(slots))
        pending = pending[stored.take(pending) != keys.take(pending)]
        slots = slots.take(pending)
        while pending.size:
            slots = (slots + 1) & self._mask
            hit = self._keys.take(slots) == keys.take(pending)
            places.append(pending[hit])
            numbers.append(self._numbers.take(slots[hit]))
            going = ~hit & self._crowded.take(slots)
            pending, slots = pending[going], slots[going]
        return np.concatenate(places), np.concatenate(numbers)

    def _clear(self, room: int) -> None:
        """Makes an empty table for so many keys."""
        bits = max(4, (room * _SPARSITY).bit_length() - 1)
        self._shift = np.uint64(64 - bits)
        self._mask = (1 << bits) - 1
        self._keys = np.full(1 << bits, _EMPTY, np.int64)
        self._numbers = np.zeros(1 << bits, np.int64)
        self._crowded = np.zeros(1 << bits, np.bool_)  # slots where some key was sent on to the next

    def _place(self, keys: Ints, numbers: Ints) -> None:
        """Puts each key into its slot, or where that is taken, by another of these keys too, into the next that is free."""
        slots = self._slots(keys)
        while keys.size:
            free = self._keys[slots] == _EMPTY
            self._keys[slots[free]] = keys[free]
            landed = self._keys[slots] == keys
            self._numbers[slots[landed]] = numbers[landed]
            keys, numbers, slots = keys[~landed], numbers[~landed], slots[~landed]
            self._crowded[slots] = True
            slots = (slots + 1) & self._mask

    def _slots(self, keys: Ints) -> Ints:
        return ((keys.view(np.uint64) * _MULTIPLIER) >> self._shift).view(np.int64)


def sort_small(numbers: Ints, most: int) -> NDArray[np.integer]:
    """Returns numbers from 0 to `most` in order, in 32 bits where they fit: half the time, and half the memory to go through."""
    return np.sort(numbers.astype(np.uint32) if most < 1 << 32 else numbers)
