"""Predictions in a fixed form of bytes: what an audit of a million articles reads where JSON would take ten times as long.

A row is: CRC-32 of the topics' names (4 bytes), the scores as 32-bit floats, then one byte for each topic, 1 where the model
decides for it. Topics stand in the order of their ids; numbers are little-endian on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

HEAD_BYTES = 4


def pack(scores: Mapping[str, float], decided: Iterable[str]) -> bytes | None:
    """Gives the bytes of one prediction; None where it decides for a topic that it gives no score."""
    names, chosen = sorted(scores), set(decided)
    if not chosen <= scores.keys():
        return None
    numbers = np.array([scores[name] for name in names], dtype="<f4")
    signs = np.array([name in chosen for name in names], dtype=np.uint8)
    return head(names) + numbers.tobytes() + signs.tobytes()


def head(topics: Iterable[str]) -> bytes:
    """Gives the bytes by which rows of the same topics are told from others."""
    return crc32("\x1f".join(sorted(topics)).encode()).to_bytes(HEAD_BYTES, "little")


def width(topics: int) -> int:
    """Gives the length of a row in bytes."""
    return HEAD_BYTES + 5 * topics


def unpack(rows: Sequence[bytes], topics: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Returns the scores and the decisions, each (n_rows, topics), in the order of the topics' ids."""
    table = np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(len(rows), width(topics))
    scores = np.ascontiguousarray(table[:, HEAD_BYTES : HEAD_BYTES + 4 * topics]).view("<f4")
    return scores.astype(np.float32, copy=False), table[:, HEAD_BYTES + 4 * topics :].astype(np.bool_)
