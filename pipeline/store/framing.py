"""The frame of an audit: every article that counts, read into columns in one pass over each table.

What was said is read up to a state, so that an audit can be judged again by what its own day knew: see `Said`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, func, or_, select, type_coerce
from sqlalchemy.types import NullType

from pipeline.frames import CHANNELS, NO_DAY, UNREAD, Bools, Bytes, Floats, Frame, Ints
from pipeline.store import spoken
from pipeline.store.packed import head, unpack
from pipeline.store.rows import gone
from pipeline.store.schema import articles, clusters, predictions
from pipeline.store.spoken import Said
from pipeline.store.upsert import batches

BATCH: Final = 20_000  # rows that stand as Python values at a time: some 20 MB
COUNTING: Final = frozenset({"certain", "probable"})  # date states that count in a phase
ID: Final = "S16"
Permanent = Callable[[Sequence[str]], Floats]
HASH_CHARS: Final = 16  # of a content hash, enough to tell the texts of one article apart


@dataclass(frozen=True, slots=True)
class _Light:
    """The light columns of the articles of the campaign, in the order of a frame."""

    ids: Bytes
    hashes: Bytes
    outlets: Ints
    channels: NDArray[np.int8]
    days: Ints
    minutes: NDArray[np.float32]
    untimed: Bools
    words: Ints
    front: NDArray[np.int8]
    dated: Ints  # ordinal of the stored day, sure or not; the greatest of all where there is none


def read(
    connection: Connection,
    model: str,
    codebook: str,
    permanent: Permanent,
    outlets: Sequence[str],
    topics: Sequence[str],
    as_of: date,
    said: Said | None = None,
) -> Frame:
    """Gives the frame alone of what `framed` reads."""
    return framed(connection, model, codebook, permanent, outlets, topics, as_of, said).frame


@dataclass(frozen=True, slots=True)
class Framed:
    """A frame, and the SHA-256 (hex) of what it was made of: by which two audits are told apart."""

    frame: Frame
    articles: str  # identity, text, day and medium of every article, and which are one text
    predictions: str
    words: str  # of people


def framed(
    connection: Connection,
    model: str,
    codebook: str,
    permanent: Permanent,
    outlets: Sequence[str],
    topics: Sequence[str],
    as_of: date,
    said: Said | None = None,
) -> Framed:
    """Reads the articles of some outlets that were published up to a day, or bear no sure date.

    Predictions are those of one model under one codebook for the present text; words are those of `said`, by default all. `permanent` gives
    texts, by the ids of their first articles, the numbers by which samples are drawn.
    """
    light = _light(connection, outlets, as_of)
    order = np.argsort(light.ids, kind="stable")
    rows_of = _Rows(light.ids[order], order)
    scores, machine = _predicted(connection, model, codebook, topics, light, rows_of)
    words = spoken.words(connection, said, topics)
    values = np.full((len(light.ids), len(topics)), UNREAD, dtype=np.int8)
    rows, known = rows_of(words.articles)
    values[rows[known], words.topics[known]] = words.values[known]
    chance = np.zeros(values.shape, dtype=np.bool_)
    rows, known = rows_of(words.chosen)
    places = words.chosen_topics
    for row, place in zip(rows[known], places[known], strict=True):
        chance[row, slice(None) if place < 0 else place] = True
    skipped = np.zeros(len(light.ids), dtype=np.bool_)
    rows, known = rows_of(words.skipped)
    skipped[rows[known]] = True
    numbers, origins, fate = _clusters(connection, light, rows_of, permanent)
    frame = Frame(
        ids=light.ids,
        outlets=light.outlets,
        channels=light.channels,
        days=light.days,
        clusters=numbers,
        origins=origins,
        permanent=fate,
        minutes=light.minutes,
        untimed=light.untimed,
        words=light.words,
        front=light.front,
        scores=scores,
        machine=machine,
        said=values,
        chance=chance & (values != UNREAD),
        skipped=skipped,
    )
    return Framed(
        frame=frame,
        articles=_digest(*(getattr(light, each.name) for each in fields(_Light)), numbers, origins),
        predictions=_digest(scores, machine),
        words=_digest(frame.said, frame.chance, frame.skipped),
    )


def _digest(*columns: NDArray[Any]) -> str:
    total = hashlib.sha256()
    for column in columns:
        total.update(f"{column.dtype.str} {column.shape}".encode())
        total.update(np.ascontiguousarray(column).data)
    return total.hexdigest()


@dataclass(frozen=True, slots=True)
class _Rows:
    """Finds the rows of articles by their ids."""

    ids: Bytes  # sorted
    order: NDArray[np.int64]

    def __call__(self, wanted: Bytes) -> tuple[NDArray[np.int64], Bools]:
        """Returns, for each wanted id, its row, and whether there is one."""
        if not len(self.ids):
            return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
        places = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        return self.order[places], self.ids[places] == wanted


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
        return NO_DAY
    return (date.fromisoformat(day) if isinstance(day, str) else day).toordinal()


def _batches(connection: Connection, query: Select[Any]) -> Iterator[list[Any]]:
    """Yields the rows of a query, columns first."""
    with connection.execute(query, execution_options={"yield_per": BATCH}) as result:
        for rows in result.partitions(BATCH):
            yield [*zip(*rows, strict=True)]


def _light(connection: Connection, outlets: Sequence[str], as_of: date) -> _Light:
    place = {outlet: number for number, outlet in enumerate(outlets)}
    channel = {name: number for number, name in enumerate(CHANNELS)}
    days, signs = _Cached(_ordinal), {None: -1, False: 0, True: 1}
    taken_back = gone(connection)
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
    ).where(or_(table.day.is_(None), table.day <= as_of, table.date_state.not_in(COUNTING)))
    parts: list[list[NDArray[Any]]] = []
    for ids, hashes, of, on, day, states, media, untimed, words, front in _batches(connection, query):
        dated = np.fromiter(map(days.__getitem__, day), dtype=np.int32, count=len(ids))
        sure = np.fromiter(map(COUNTING.__contains__, states), dtype=np.bool_, count=len(ids))
        outlet = np.fromiter((place.get(each, -1) for each in of), dtype=np.int32, count=len(ids))
        keep = outlet >= 0
        if taken_back:
            keep &= np.fromiter((each not in taken_back for each in ids), dtype=np.bool_, count=len(ids))
        columns = [
            np.array(ids, dtype=ID),
            np.array(hashes, dtype=ID),
            outlet,
            np.fromiter(map(channel.__getitem__, on), dtype=np.int8, count=len(ids)),
            np.where(sure, dated, NO_DAY).astype(np.int32),
            (np.array(media, dtype=np.float64) / 60).astype(np.float32),
            np.array(untimed, dtype=np.bool_),
            np.array(words, dtype=np.int32),
            np.fromiter(map(signs.__getitem__, front), dtype=np.int8, count=len(ids)),
            np.where(dated == NO_DAY, np.iinfo(np.int32).max, dated).astype(np.int32),
        ]
        parts.append([column[keep] for column in columns])
    kinds = (ID, ID, np.int32, np.int8, np.int32, np.float32, np.bool_, np.int32, np.int8, np.int32)
    joined = [
        np.concatenate([part[number] for part in parts]) if parts else np.empty(0, dtype=kind)
        for number, kind in enumerate(kinds)
    ]
    order = np.lexsort((joined[0], joined[4], joined[2]))
    return _Light(*(column[order] for column in joined))


def _predicted(
    connection: Connection, model: str, codebook: str, topics: Sequence[str], light: _Light, rows_of: _Rows
) -> tuple[NDArray[np.float32], Bools]:
    """Returns what the model gives, both (n, t): by packed rows, and by JSON where a row is not of these topics."""
    shape = (len(light.ids), len(topics))
    scores, machine = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.bool_)
    names = sorted(topics)
    columns = np.array([topics.index(name) for name in names], dtype=np.int64)
    sign = head(names)
    table = predictions.c
    own = (table.model == model, table.codebook == codebook)
    text = func.substr(table.content_hash, 1, HASH_CHARS)
    others: list[str] = []
    for ids, hashes, packed in _batches(connection, select(table.article_id, text, table.packed).where(*own)):
        ours = np.fromiter((row is not None and row[: len(sign)] == sign for row in packed), np.bool_, len(ids))
        others += [ids[at] for at in np.flatnonzero(~ours)]
        rows, current = _current(ids, hashes, light, rows_of)
        current &= ours
        values, decided = unpack([packed[at] for at in np.flatnonzero(current)], len(names))
        scores[rows[current][:, None], columns] = values
        machine[rows[current][:, None], columns] = decided
    for part in batches(others):
        query = select(table.article_id, text, table.topics, table.scores).where(*own, table.article_id.in_(part))
        for ids, hashes, decided_topics, given in _batches(connection, query):
            rows, current = _current(ids, hashes, light, rows_of)
            for at in np.flatnonzero(current):
                for number, topic in enumerate(topics):
                    scores[rows[at], number] = given[at].get(topic, 0.0)
                    machine[rows[at], number] = topic in decided_topics[at]
    return scores, machine


def _current(ids: Any, hashes: Any, light: _Light, rows_of: _Rows) -> tuple[NDArray[np.int64], Bools]:
    """Returns the rows of predictions, and whether each is of the article's present text."""
    rows, known = rows_of(np.array(ids, dtype=ID))
    if not len(light.ids):
        return rows, known
    return rows, known & (light.hashes[rows] == np.array(hashes, dtype=ID))


def _clusters(
    connection: Connection, light: _Light, rows_of: _Rows, permanent: Permanent
) -> tuple[Ints, Bools, Floats]:
    """Returns, each (n,): the number of the text, whether the article is its first, and the text's permanent number.

    Where a text's first article does not count in this campaign, the earliest that does stands for it.
    """
    heads = light.ids.copy()
    query = select(clusters.c.article_id, clusters.c.cluster_id)
    for copies, origins in _batches(connection, query):
        rows, known = rows_of(np.array(copies, dtype=ID))
        heads[rows[known]] = np.array(origins, dtype=ID)[known]
    names, numbers = np.unique(heads, return_inverse=True)
    numbers = numbers.reshape(-1)
    first = heads == light.ids
    headless = ~np.bincount(numbers, weights=first, minlength=len(names)).astype(np.bool_)
    if headless.any():
        members = np.flatnonzero(headless[numbers])
        order = members[np.lexsort((light.ids[members], light.dated[members], numbers[members]))]
        _, at = np.unique(numbers[order], return_index=True)
        first[order[at]] = True
    fate = permanent([name.decode() for name in names.tolist()])
    return numbers.astype(np.int32), first, fate[numbers]


__all__ = ["Framed", "Said", "framed", "read"]
