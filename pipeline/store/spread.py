"""The same columns read by several workers, each a range of ids; as they were when the reading began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import zip_longest
from typing import Final

import numpy as np
from sqlalchemy import Connection, func, select

from pipeline.engine import Engine
from pipeline.store import changes
from pipeline.store.columns import ID, Asked, Columns, Span, read
from pipeline.store.schema import articles
from pipeline.store.store import Store

ARTICLES: Final = 50_000  # that one worker reads at a time: some 9 MB of columns


@dataclass(frozen=True, slots=True)
class Shard:
    """What one worker reads."""

    store: Store
    asked: Asked
    span: Span


@dataclass(frozen=True, slots=True)
class Spread:
    """Reads by an engine; `size` articles at a time."""

    store: Store
    engine: Engine
    size: int = ARTICLES

    def __call__(self, connection: Connection, asked: Asked) -> Columns:
        """Reads all articles as a connection sees them.

        Workers see what is stored while they read. What has changed in the meantime, by the log of changes, is read once more by
        the connection itself; where the log cannot tell, all is.
        """
        before = changes.now(connection)
        shards = [Shard(self.store, asked, span) for span in self._spans(connection)]
        if len(shards) < 2:
            return read(connection, asked)
        parts = dict(self.engine.map(read_shard, shards))
        found = _joined([parts[first] for first in sorted(parts)])
        with self.store.read() as later:
            changed = changes.since(later, before, len(found.ids))
        if changed is None:
            return read(connection, asked)
        return found.renewed(np.array(changed, dtype=ID), read(connection, asked, changed)) if changed else found

    def _spans(self, connection: Connection) -> list[Span]:
        place = func.row_number().over(order_by=articles.c.id) - 1
        numbered = select(articles.c.id, place.label("place")).subquery()
        query = select(numbered.c.id).where(numbered.c.place % self.size == 0).order_by(numbered.c.id)
        firsts = ["", *connection.scalars(query).all()[1:]]
        return [Span(first, end) for first, end in zip_longest(firsts, firsts[1:])]


def read_shard(shard: Shard) -> tuple[str, Columns]:
    """Reads a range, and gives it with its first id."""
    with shard.store.read() as connection:
        return shard.span.first, read(connection, shard.asked, shard.span)


def _joined(parts: Sequence[Columns]) -> Columns:
    return Columns(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Columns)))
