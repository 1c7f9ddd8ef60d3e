"""The frame of an audit: every article that counts up to a day, cut from the columns of all and joined with what people said.

What was said is read up to a state, so that an audit can be judged again by what its own day knew: see `Said`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from pipeline.frames import NO_DAY, UNREAD, Bools, Bytes, Floats, Frame, Ints
from pipeline.store import kept, spoken
from pipeline.store.columns import ID, NEVER, Asked, Columns, Permanent, Places, fixed, places, rows_of
from pipeline.store.rows import gone
from pipeline.store.schema import clusters
from pipeline.store.spoken import Said

DIGESTED: Final = 1 << 16  # rows at a time


@dataclass(frozen=True, slots=True)
class Framed:
    """A frame, and the SHA-256 (hex) of what it was made of: by which two audits are told apart."""

    frame: Frame
    articles: str  # identity, text, day and medium of every article, and which are one text
    predictions: str
    words: str  # of people


@dataclass(frozen=True, slots=True)
class _Texts:
    """Which articles are one text, each (n,)."""

    numbers: Ints
    origins: Bools  # the text's first article
    permanent: Floats  # of that one


def framed(
    connection: Connection,
    asked: Asked,
    as_of: date,
    said: Said | None = None,
    file: Path | None = None,
    whole: kept.Whole | None = None,
) -> Framed:
    """Reads the articles of some outlets that were published up to a day, or bear no sure date.

    Predictions are for the present text; words are those of `said`, by default all. `file` keeps the columns from one audit to the
    next; `whole` reads them where it does not serve.
    """
    columns = kept.columns(connection, asked, file, whole)
    rows = _counting(connection, columns, as_of)
    texts = _texts(connection, columns, rows, asked.permanent)
    days = np.where(columns.sure & (columns.dated != NEVER), columns.dated, NO_DAY)[rows]
    order = np.argsort(columns.outlets[rows].astype(np.int64) << 32 | (days.astype(np.int64) - NO_DAY), kind="stable")
    place = np.full(len(columns.ids), -1, dtype=np.intp)  # of each article in the frame
    place[rows[order]] = np.arange(len(order))
    values, chance, skipped = _said(spoken.words(connection, said, asked.topics), columns, place, len(order), asked)
    rows, texts = rows[order], _Texts(texts.numbers[order], texts.origins[order], texts.permanent[order])
    frame = Frame(
        ids=columns.ids[rows],
        outlets=columns.outlets[rows],
        channels=columns.channels[rows],
        days=days[order].astype(np.int32),
        clusters=texts.numbers,
        origins=texts.origins,
        permanent=texts.permanent,
        minutes=columns.minutes[rows],
        untimed=columns.untimed[rows],
        words=columns.words[rows],
        front=columns.front[rows],
        scores=_by_topic(columns.scores, rows),
        machine=_by_topic(columns.machine, rows),
        said=values,
        chance=chance,
        skipped=skipped,
    )
    light = (frame.ids, columns.hashes[rows], frame.outlets, frame.channels, frame.days, frame.minutes)
    more = (frame.untimed, frame.words, frame.front, columns.dated[rows], frame.clusters, frame.origins)
    return Framed(
        frame=frame,
        articles=_digest(*light, *more),
        predictions=_digest(frame.scores, frame.machine),
        words=_digest(frame.said, frame.chance, frame.skipped),
    )


def _digest(*columns: NDArray[Any]) -> str:
    total = hashlib.sha256()
    for column in columns:
        total.update(f"{column.dtype.str} {column.shape}".encode())
        for first in range(0, len(column), DIGESTED):  # a piece at a time: it may have to be copied
            total.update(np.ascontiguousarray(column[first : first + DIGESTED]).data)
    return total.hexdigest()


def _by_topic(table: NDArray[Any], rows: Places) -> NDArray[Any]:
    """Returns some rows of a table (n, t), each topic in one piece: an audit asks topic by topic."""
    found = np.empty((len(rows), table.shape[1]), dtype=table.dtype, order="F")
    for column in range(table.shape[1]):
        found[:, column] = table[rows, column]
    return found


def _counting(connection: Connection, columns: Columns, as_of: date) -> Places:
    """Gives the rows of the articles that still are, and were published up to a day or bear no sure date."""
    counts = (columns.dated == NEVER) | (columns.dated <= as_of.toordinal()) | ~columns.sure
    taken_back, known = columns.places(np.array(sorted(gone(connection)), dtype=ID))
    counts[taken_back[known]] = False
    return np.flatnonzero(counts)


def _said(
    words: spoken.Words, columns: Columns, place: Places, count: int, asked: Asked
) -> tuple[NDArray[np.int8], Bools, Bools]:
    """Returns what was said of each article and topic, whether by chance, and whose readers refused."""

    def rows_with(ids: Bytes) -> tuple[Places, Bools]:
        rows, known = columns.places(ids)
        rows = place[rows] if len(place) else rows
        return rows, known & (rows >= 0)

    values = np.full((count, len(asked.topics)), UNREAD, dtype=np.int8, order="F")
    rows, known = rows_with(words.articles)
    values[rows[known], words.topics[known]] = words.values[known]
    chance = np.zeros(values.shape, dtype=np.bool_, order="F")
    rows, known = rows_with(words.chosen)
    whole = words.chosen_topics < 0
    chance[rows[known & whole]] = True
    chance[rows[known & ~whole], words.chosen_topics[known & ~whole]] = True
    skipped = np.zeros(count, dtype=np.bool_)
    rows, known = rows_with(words.skipped)
    skipped[rows[known]] = True
    return values, chance & (values != UNREAD), skipped


def _texts(connection: Connection, columns: Columns, rows: Places, permanent: Permanent) -> _Texts:
    """Tells of some rows, in the order of their ids, which are one text.

    Texts are numbered in the order of their first articles' ids. Where a text's first article does not count in this campaign,
    the earliest that does stands for it.
    """
    ids, count = columns.ids[rows], len(rows)
    heads = np.arange(count)
    copies, origins = _clusters(connection)
    at, known = places(ids, copies)
    at, origins = at[known], origins[known]
    to, counts = places(ids, origins)
    foreign, foreign_at = np.unique(origins[~counts], return_inverse=True)
    heads[at] = to
    heads[at[~counts]] = count + foreign_at.reshape(-1)
    used = np.zeros(count + len(foreign), dtype=np.bool_)
    used[heads] = True
    used[count:] = True
    names = np.concatenate([ids, foreign])[used]
    order = np.argsort(names, kind="stable") if len(foreign) else np.arange(len(names))
    rank = np.empty(len(names), dtype=np.int32)
    rank[order] = np.arange(len(names), dtype=np.int32)
    numbers = rank[(np.cumsum(used) - 1)[heads]]
    first = heads == np.arange(count)
    members = np.flatnonzero(heads >= count)
    if len(members):
        dated = columns.dated[rows[members]]
        earliest = members[np.lexsort((members, dated, numbers[members]))]
        _, at = np.unique(numbers[earliest], return_index=True)
        first[earliest[at]] = True
    fate = np.concatenate([columns.permanent[rows], permanent([name.decode() for name in foreign.tolist()])])[heads]
    return _Texts(numbers, first, fate)


def _clusters(connection: Connection) -> tuple[Bytes, Bytes]:
    """Returns the articles that are reprints, and of which."""
    parts = [np.empty((2, 0), dtype=ID)]
    query = select(clusters.c.article_id, clusters.c.cluster_id)
    parts += [np.stack([fixed(copies), fixed(origins)]) for copies, origins in rows_of(connection, query)]
    copies, origins = np.concatenate(parts, axis=1)
    return copies, origins


__all__ = ["Asked", "Framed", "Said", "framed"]
