"""A fixed map from integer keys to rows of numbers that answers for whole arrays at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_EMPTY: Final = -1  # no key is negative
_SPARSITY: Final = 4  # slots per key: nearly every question is answered by the first slot
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing


class RowTable:
    """Open addressing over `rows`, a map from keys ≥ 0 to rows of equal width; `default` answers unknown keys."""

    def __init__(self, rows: Mapping[int, Floats], default: Floats) -> None:
        bits = max(4, (len(rows) * _SPARSITY).bit_length())
        self._shift = np.uint64(64 - bits)
        self._mask = (1 << bits) - 1
        keys = np.fromiter(rows, np.int64, len(rows))
        self._keys = np.full(1 << bits, _EMPTY, np.int64)
        self._numbers = np.zeros(1 << bits, np.int64)
        self._rows = np.vstack([default, *rows.values()])
        for number, (key, slot) in enumerate(zip(keys.tolist(), self._slots(keys).tolist(), strict=True), start=1):
            place = slot
            while self._keys[place] != _EMPTY:
                place = (place + 1) & self._mask
            self._keys[place], self._numbers[place] = key, number

    def rows(self, keys: Ints) -> Floats:
        """Gives the row of every key: shape (n_keys, width)."""
        slots = self._slots(keys)
        stored = self._keys[slots]
        numbers = np.where(stored == keys, self._numbers[slots], 0)
        pending = np.flatnonzero((stored != keys) & (stored != _EMPTY))
        while pending.size:
            slots[pending] = (slots[pending] + 1) & self._mask
            stored = self._keys[slots[pending]]
            hit = stored == keys[pending]
            numbers[pending[hit]] = self._numbers[slots[pending[hit]]]
            pending = pending[~hit & (stored != _EMPTY)]
        return self._rows[numbers]

    def _slots(self, keys: Ints) -> Ints:
        return ((keys.view(np.uint64) * _MULTIPLIER) >> self._shift).astype(np.int64)
