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


def pack_all(rows: Sequence[tuple[Mapping[str, float], Sequence[str]]]) -> list[bytes | None]:
    """Gives the bytes of predictions, scores and decided topics each; those of the same topics are made at once.

    It gives None for one that decides for a topic that it gives no score.
    """
    alike: dict[tuple[str, ...], list[int]] = {}
    for place, (scores, decided) in enumerate(rows):
        if all(topic in scores for topic in decided):
            alike.setdefault(tuple(scores), []).append(place)
    made: list[bytes | None] = [None] * len(rows)
    for given, places in alike.items():
        names = sorted(given)
        numbers = np.array([[rows[place][0][name] for name in names] for place in places])
        marks = np.array([[name in rows[place][1] for name in names] for place in places])
        for place, data in zip(places, pack_table(names, numbers, marks), strict=True):
            made[place] = data
    return made


def pack_table(names: Sequence[str], scores: NDArray[np.floating], decided: NDArray[np.bool_]) -> list[bytes]:
    """Gives the bytes of predictions from their scores and decisions, each (n_rows, n_topics), in the order of the topics' ids."""
    size, wide = len(scores), width(len(names))
    table = np.empty((size, wide), dtype=np.uint8)
    table[:, :HEAD_BYTES] = np.frombuffer(head(names), dtype=np.uint8)
    table[:, HEAD_BYTES : wide - len(names)] = np.ascontiguousarray(scores, dtype="<f4").view(np.uint8)
    table[:, wide - len(names) :] = decided
    data = table.tobytes()
    return [data[start : start + wide] for start in range(0, size * wide, wide)]


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
