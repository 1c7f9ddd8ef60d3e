"""Segmented words, kept by content and segmenter version so that no text is segmented twice."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from pipeline.store.schema import words
from pipeline.store.upsert import batches, insert_missing

LEVEL = 1  # of zlib: Vietnamese words shrink to a third, and level 6 takes three times as long for a tenth less


def get(connection: Connection, hashes: Iterable[str], version: str) -> dict[str, str]:
    """Gives the segmented text of those hashes that the store has."""
    return {content: text.decode() for content, text in encoded(connection, hashes, version).items()}


def encoded(connection: Connection, hashes: Iterable[str], version: str) -> dict[str, bytes]:
    """Gives what `get` gives, in UTF-8."""
    found: dict[str, bytes] = {}
    for part in batches(hashes):
        query = select(words.c.content_hash, words.c.data).where(
            words.c.version == version, words.c.content_hash.in_(part)
        )
        found |= {content: zlib.decompress(data) for content, data in connection.execute(query).all()}
    return found


def put(connection: Connection, version: str, segmented: Mapping[str, str]) -> None:
    """Keeps segmented texts: content hash -> words. What is kept already stays."""
    rows = [
        {"content_hash": content, "version": version, "data": zlib.compress(text.encode(), LEVEL)}
        for content, text in segmented.items()
    ]
    insert_missing(connection, words, rows)
