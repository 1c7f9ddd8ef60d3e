"""Every article of some outlets and what one model says of it, as columns: what the frame of an audit is cut from.

A million rows are read past SQLAlchemy's own, as the driver gives them, some thousands at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, func, select, type_coerce
from sqlalchemy.types import NullType

from pipeline.frames import CHANNELS, Bools, Bytes, Floats, Halves, Ints, Signs
from pipeline.store.packed import head, unpack, width
from pipeline.store.schema import articles, predictions
from pipeline.store.upsert import batches

BATCH: Final = 20_000  # rows that stand as Python values at a time: some 20 MB
COUNTING: Final = frozenset({"certain", "probable"})  # date states that count in a phase
ID: Final = "S16"
HASH_CHARS: Final = 16  # of a content hash, enough to tell the texts of one article apart
NEVER: Final = np.iinfo(np.int32).max  # in `Columns.dated`: no day is stored

Permanent = Callable[[Sequence[str]], Floats]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose articles, for which topics, and whose word on them."""

    model: str
    codebook: str
    outlets: Sequence[str]
    topics: Sequence[str]
    permanent: Permanent  # gives articles, by their ids, the numbers by which samples are drawn


@dataclass(frozen=True, slots=True)
class Span:
    """A range of ids: from the first up to, but not including, the end; to the last of all where there is none."""

    first: str
    end: str | None

    def holds(self, key: Any) -> list[Any]:
        """Gives the conditions on a column of ids."""
        return [key >= self.first, *([] if self.end is None else [key < self.end])]


Only = Sequence[str] | Span | None  # which articles; None: all


@dataclass(frozen=True, slots=True)
class Columns:
    """n articles in the order of their ids, whether they still count or not; t topics."""

    ids: Bytes  # (n,) S16
    hashes: Bytes  # (n,) S16, of the present text
    outlets: Ints  # (n,) place in the campaign's list
    channels: Signs  # (n,) place in `CHANNELS`
    dated: Ints  # (n,) ordinal of the stored day, sure or not; NEVER where there is none
    sure: Bools  # (n,) the day counts in a phase
    minutes: Halves  # (n,)
    untimed: Bools  # (n,)
    words: Ints  # (n,)
    front: Signs  # (n,) 1, 0, or -1 unknown
    permanent: Floats  # (n,) of the article itself
    scores: Halves  # (n, t)
    machine: Bools  # (n, t)

    def places(self, wanted: Bytes) -> tuple[Places, Bools]:
        """Returns, for each wanted id, its row, and whether there is one."""
        return places(self.ids, wanted)

    def renewed(self, changed: Bytes, now: Columns) -> Columns:
        """Puts articles as they are now in the place of those that changed; what is gone is left out."""
        rows, known = self.places(changed)
        stays = np.ones(len(self.ids), dtype=np.bool_)
        stays[rows[known]] = False
        to = np.searchsorted(self.ids[stays], now.ids) + np.arange(len(now.ids))
        old = np.ones(int(stays.sum()) + len(now.ids), dtype=np.bool_)
        old[to] = False

        def column(own: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
            both = np.empty((len(old), *own.shape[1:]), dtype=own.dtype)
            both[old], both[to] = own[stays], new
            return both

        return Columns(*(column(getattr(self, each.name), getattr(now, each.name)) for each in fields(Columns)))


def places(ids: Bytes, wanted: Bytes) -> tuple[Places, Bools]:
    """Returns, for each wanted id, its place among `ids`, which are in order, and whether it is there."""
    if not len(ids):
        return np.zeros(len(wanted), dtype=np.intp), np.zeros(len(wanted), dtype=np.bool_)
    found = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return found, ids[found] == wanted


def read(connection: Connection, asked: Asked, only: Only = None) -> Columns:
    """Reads all articles, or those of a range, or some by their ids."""
    light = _light(connection, asked, only)
    ids, hashes = light[:2]
    scores = np.zeros((len(ids), len(asked.topics)), dtype=np.float32)
    machine = np.zeros(scores.shape, dtype=np.bool_)
    _predicted(connection, asked, only, (ids, hashes), (scores, machine))
    fate = asked.permanent([name.decode() for name in ids.tolist()])
    return Columns(*[*light, fate, scores, machine])


def fixed(texts: Sequence[str]) -> Bytes:
    """Gives ids or shortened hashes as an array; at once where all are as long as they should be."""
    joined = "".join(texts).encode()
    if len(joined) == HASH_CHARS * len(texts) and set(map(len, texts)) <= {HASH_CHARS}:
        return np.frombuffer(joined, dtype=ID)
    return np.array(texts, dtype=ID)


def rows_of(connection: Connection, query: Select[Any]) -> Iterator[list[Any]]:
    """Yields the rows of a query, columns first; those of SQLite as its driver gives them."""
    if connection.dialect.name != "sqlite":
        with connection.execute(query, execution_options={"yield_per": BATCH}) as result:
            for part in result.partitions(BATCH):
                yield [*zip(*part, strict=True)]
        return
    with connection.execute(query) as result:
        while rows := result.cursor.fetchmany(BATCH):
            yield [*zip(*rows, strict=True)]


def _parts(connection: Connection, query: Select[Any], key: Any, only: Only) -> Iterator[list[Any]]:
    """Yields the same for all rows, or for those whose keys are asked for."""
    if isinstance(only, Span):
        yield from rows_of(connection, query.where(*only.holds(key)))
        return
    for part in [None] if only is None else batches(only):
        yield from rows_of(connection, query if part is None else query.where(key.in_(part)))


class _Cached(dict[Any, Any]):
    """A function of few values, asked a million times."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, value: Any) -> Any:
        answer = self[value] = self._function(value)
        return answer


def _ordinal(day: Any) -> int:
    """Gives the ordinal of a stored day, which SQLite gives as text and PostgreSQL as a date."""
    if day is None:
        return NEVER
    return (date.fromisoformat(day) if isinstance(day, str) else day).toordinal()


def _light(connection: Connection, asked: Asked, only: Only) -> list[NDArray[Any]]:
    """Returns the light columns, those of `Columns` up to `front`, in the order of the ids."""
    place = {outlet: number for number, outlet in enumerate(asked.outlets)}
    outlet_of, channel_of = _Cached(lambda outlet: place.get(outlet, -1)), {n: i for i, n in enumerate(CHANNELS)}
    days, signs, sure_of = _Cached(_ordinal), {None: -1, False: 0, True: 1}, _Cached(COUNTING.__contains__)
    table = articles.c
    query = select(
        table.id,
        func.substr(table.content_hash, 1, HASH_CHARS),
        table.outlet_id,
        table.channel,
        type_coerce(table.day, NullType()),
        table.date_state,
        table.media_s,
        table.untimed,
        table.words,
        table.front,
    )
    kinds = (ID, ID, np.int32, np.int8, np.int32, np.bool_, np.float32, np.bool_, np.int32, np.int8)
    parts: list[list[NDArray[Any]]] = [[np.empty(0, dtype=kind) for kind in kinds]]
    for ids, hashes, of, on, day, states, media, untimed, words, front in _parts(connection, query, table.id, only):

        def mapped(answers: Any, values: Sequence[Any], kind: Any) -> NDArray[Any]:
            return np.fromiter(map(answers.__getitem__, values), dtype=kind, count=len(values))

        columns = [
            fixed(ids),
            fixed(hashes),
            mapped(outlet_of, of, np.int32),
            mapped(channel_of, on, np.int8),
            mapped(days, day, np.int32),
            mapped(sure_of, states, np.bool_),
            (np.array(media, dtype=np.float64) / 60).astype(np.float32),
            np.array(untimed, dtype=np.bool_),
            np.array(words, dtype=np.int32),
            mapped(signs, front, np.int8),
        ]
        keep = columns[2] >= 0
        parts.append(columns if keep.all() else [column[keep] for column in columns])
    joined = [np.concatenate([part[number] for part in parts]) for number in range(len(kinds))]
    order = in_order(joined[0])
    return [column[order] for column in joined]


def in_order(ids: Bytes) -> Places:
    """Sorts ids, as bytes are sorted: by two numbers of eight bytes each, which takes a tenth of the time."""
    halves = np.ascontiguousarray(ids).view(">u8").reshape(-1, 2).astype(np.uint64)
    return np.lexsort((halves[:, 1], halves[:, 0]))


def _predicted(
    connection: Connection,
    asked: Asked,
    only: Only,
    texts: tuple[Bytes, Bytes],
    into: tuple[Halves, Bools],
) -> None:
    """Writes what the model gives, both (n, t): by packed rows, and by JSON where a row is not of these topics."""
    ids_there, hashes_there = texts
    scores, machine = into
    names = sorted(asked.topics)
    place = [names.index(topic) for topic in asked.topics]
    sign, length = np.frombuffer(head(names), dtype=np.uint8), width(len(names))
    table = predictions.c
    own = (table.model == asked.model, table.codebook == asked.codebook)
    text = func.substr(table.content_hash, 1, HASH_CHARS)

    def current(ids: Sequence[str], hashes: Sequence[str]) -> tuple[Places, Bools]:
        rows, known = places(ids_there, fixed(ids))
        return rows, known & (hashes_there[rows] == fixed(hashes)) if len(ids_there) else known

    others: list[str] = []
    query = select(table.article_id, text, table.packed).where(*own)
    for ids, hashes, packed in _parts(connection, query, table.article_id, only):
        fits = np.fromiter((row is not None and len(row) == length for row in packed), np.bool_, len(ids))
        joined = b"".join(packed if fits.all() else [packed[at] for at in np.flatnonzero(fits)])
        heads = np.frombuffer(joined, dtype=np.uint8).reshape(-1, length)[:, : len(sign)]
        fits[fits] = (heads == sign).all(axis=1)
        others += [ids[at] for at in np.flatnonzero(~fits)]
        rows, ours = current(ids, hashes)
        ours &= fits
        values, decided = unpack(packed if ours.all() else [packed[at] for at in np.flatnonzero(ours)], len(names))
        scores[rows[ours]] = values[:, place]
        machine[rows[ours]] = decided[:, place]
    given = select(table.article_id, text, table.topics, table.scores).where(*own)
    for part in batches(others):
        for row in connection.execute(given.where(table.article_id.in_(part))):
            (at,), (is_ours,) = current([row[0]], [row[1]])
            if is_ours:
                scores[at] = [row.scores.get(topic, 0.0) for topic in asked.topics]
                machine[at] = [topic in row.topics for topic in asked.topics]
