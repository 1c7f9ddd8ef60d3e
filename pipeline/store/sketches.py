"""Sketches: what reprints are found by, one row an article, kept so that no night reads the texts of others again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, and_, bindparam, delete, select, update

from pipeline.dedup import SKETCH, Hashes
from pipeline.store.rows import gone
from pipeline.store.schema import articles, sketches
from pipeline.store.upsert import batches, upsert

BATCH = 20_000  # rows read at a time


@dataclass(frozen=True, slots=True)
class Sketch:
    """What one text is found by: see `dedup.sketch` and `dedup.passages`."""

    article: str
    content_hash: str
    data: bytes
    passages: Hashes


@dataclass(frozen=True, slots=True)
class Sketches:
    """The sketches of every article that still is one, by article id."""

    ids: npt.NDArray[np.bytes_]  # (n,)
    linked: npt.NDArray[np.bool_]  # (n,): the stored clusters take the sketch into account
    data: npt.NDArray[Any]  # (n,) of `dedup.SKETCH`
    passages: Hashes  # of all articles, one after another
    ends: npt.NDArray[np.int64]  # (n,): where an article's passages end

    def rows(self, ids: Sequence[str]) -> npt.NDArray[np.int64]:
        """Returns (n_ids,): where each article stands; -1 where it has no sketch."""
        if not len(self.ids):
            return np.full(len(ids), -1, dtype=np.int64)
        asked = np.array([each.encode() for each in ids], dtype=self.ids.dtype)
        places = np.minimum(np.searchsorted(self.ids, asked), len(self.ids) - 1)
        return np.where(self.ids[places] == asked, places, -1)

    def names(self, rows: npt.NDArray[Any]) -> list[str]:
        """Gives the ids of some rows."""
        return [each.decode() for each in self.ids[rows].tolist()]


def unsketched(connection: Connection) -> list[str]:
    """Gives the articles, ordered, whose present text has no sketch."""
    present = and_(sketches.c.article_id == articles.c.id, sketches.c.content_hash == articles.c.content_hash)
    query = select(articles.c.id).outerjoin(sketches, present).where(sketches.c.article_id.is_(None))
    return sorted(set(connection.scalars(query)) - gone(connection))


def present(connection: Connection, ids: Iterable[str]) -> dict[str, bytes]:
    """Gives the sketches that are of their article's present text: article -> data."""
    same = and_(sketches.c.article_id == articles.c.id, sketches.c.content_hash == articles.c.content_hash)
    found: dict[str, bytes] = {}
    for part in batches(ids):
        query = select(sketches.c.article_id, sketches.c.data).join(articles, same)
        found.update((row.article_id, row.data) for row in connection.execute(query.where(articles.c.id.in_(part))))
    return found


def put(connection: Connection, made: Sequence[Sketch]) -> None:
    """Stores sketches in place of older ones; clusters do not know of them yet."""
    rows = [
        {
            "article_id": each.article,
            "content_hash": each.content_hash,
            "linked": False,
            "data": each.data,
            "passages": each.passages.astype("<u4").tobytes(),
        }
        for each in made
    ]
    upsert(connection, sketches, rows)


def load(connection: Connection) -> tuple[Sketches, list[str]]:
    """Gives all sketches, and the ids of those articles that have one and are articles no more.

    Some 250 bytes an article.
    """
    table = sketches.c
    query = select(table.article_id, table.linked, table.data, table.passages).order_by(table.article_id)
    parts = [(np.empty(0, dtype="S1"), np.empty(0, dtype=np.bool_), b"", b"", np.empty(0, dtype=np.int64))]
    with connection.execute(query, execution_options={"yield_per": BATCH}) as result:
        for rows in result.partitions(BATCH):
            ids, linked, data, passages = zip(*rows, strict=True)  # a column at a time: a million rows in seconds
            sizes = np.fromiter(map(len, passages), dtype=np.int64, count=len(rows)) // 4
            parts.append(
                (np.array(ids, dtype="S"), np.array(linked, dtype=np.bool_), b"".join(data), b"".join(passages), sizes)
            )
    names, links, blobs, lines, lengths = zip(*parts, strict=True)
    found, sizes = np.concatenate(names), np.concatenate(lengths)
    left_out = sorted(gone(connection))
    kept = ~np.isin(found, np.array([each.encode() for each in left_out], dtype="S"))
    carried = np.frombuffer(b"".join(lines), dtype="<u4")
    whole = kept.all()  # as a rule: no copy then
    return Sketches(
        found if whole else found[kept],
        np.concatenate(links)[kept],
        np.frombuffer(b"".join(blobs), dtype=SKETCH) if whole else np.frombuffer(b"".join(blobs), dtype=SKETCH)[kept],
        carried if whole else carried[np.repeat(kept, sizes)],
        np.cumsum(sizes[kept]),
    ), [each.decode() for each in found[~kept].tolist()]


def link(connection: Connection, ids: Sequence[str], data: Sequence[bytes]) -> None:
    """Notes that the stored clusters take these sketches into account; one that was made anew meanwhile is passed over."""
    if ids:
        same = (sketches.c.article_id == bindparam("article"), sketches.c.data == bindparam("sketch"))
        rows = [{"article": article, "sketch": each} for article, each in zip(ids, data, strict=True)]
        connection.execute(update(sketches).where(*same).values(linked=True), rows)


def unlink(connection: Connection, ids: Iterable[str]) -> None:
    """Notes that the stored clusters take no account of some articles."""
    for part in batches(ids):
        connection.execute(update(sketches).where(sketches.c.article_id.in_(part)).values(linked=False))


def drop(connection: Connection, ids: Iterable[str]) -> None:
    """Forgets the sketches of some articles."""
    for part in batches(ids):
        connection.execute(delete(sketches).where(sketches.c.article_id.in_(part)))


def drop_all(connection: Connection) -> None:
    """Forgets every sketch: they were made by other rules."""
    connection.execute(delete(sketches))
