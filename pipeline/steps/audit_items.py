"""Which articles a report shows, and each with its sentence, its page and its scores: all of a small store, the telling ones of a large."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.document import Document
from models.kept import SEGMENTER_VERSION
from pipeline.audits import AuditItem, AuditResult
from pipeline.config import Config
from pipeline.frames import UNREAD, Frame
from pipeline.steps.model import load_champion
from pipeline.store import Store, articles, words
from pipeline.store import items as items_of
from pipeline.store.columns import fixed, in_order
from pipeline.store.items import DIGITS, Known

SHOWN_AT_MOST: Final = 20_000  # articles in one report: some 12 MB of HTML
UNDATED_A_ROUND: Final = 5  # undated articles taken for each one that every cell may show
NEVER: Final = np.iinfo(np.int32).max
BATCH: Final = 200  # articles whose texts are held in memory at a time

Ranks = NDArray[np.int32]
Places = NDArray[np.intp]


def shown(config: Config, store: Store, frame: Frame, result: AuditResult) -> dict[str, AuditItem]:
    """Gives the articles that a report shows, by id, in the order of their ids.

    Of every cell the confirmed ones come first, then what the machine finds by its scores, and of every uncertain duty what is
    to be read; each list in turn gives one until there are SHOWN_AT_MOST. What room is left, other articles of the phases fill.
    """
    rows = chosen(frame, result, config.codebook.ids)
    known = _known(frame, np.array(rows, dtype=np.intp), config.codebook.ids)
    with store.read() as connection:
        items = items_of.known(connection, result.model, result.codebook, known).values()
    return {item.article: item for item in _explained(config, store, items)}


def _known(frame: Frame, rows: Places, topics: Sequence[str]) -> dict[str, Known]:
    """Gives what the columns say of the articles of some rows, by id."""
    ordered = sorted(topics)
    order = [topics.index(topic) for topic in ordered]
    said, machine = _by_row(frame.said[rows], topics, UNREAD), _by_row(frame.machine[rows], topics, nothing=False)
    scores = np.round(frame.scores[rows][:, order].astype(np.float64), DIGITS).tolist()
    return {
        name.decode(): Known(
            {topic: value == 1 for topic, value in said.get(row, {}).items()},
            frozenset(machine.get(row, ())),
            dict(zip(ordered, scores[row], strict=True)),
        )
        for row, name in enumerate(frame.ids[rows].tolist())
    }


def _by_row(table: NDArray[Any], topics: Sequence[str], nothing: int) -> dict[int, dict[str, Any]]:
    """Gives what a table (n, t) says but for nothing: row -> topic -> value."""
    found: dict[int, dict[str, Any]] = {}
    at, columns = np.nonzero(table != nothing)
    for row, column, value in zip(at.tolist(), columns.tolist(), table[at, columns].tolist(), strict=True):
        found.setdefault(row, {})[topics[column]] = value
    return found


def chosen(frame: Frame, result: AuditResult, topics: Sequence[str], at_most: int = SHOWN_AT_MOST) -> list[int]:
    """Gives the rows of the articles to show: those that stand highest in any list, `at_most` of them."""
    order = in_order(frame.ids)
    ordered = frame.ids[order]

    def rows_of(ids: Sequence[str]) -> Places:
        found: Places = order[np.searchsorted(ordered, fixed(ids))]
        return found

    ranks: Ranks = np.full(len(frame), NEVER, dtype=np.int32)
    column = {topic: number for number, topic in enumerate(topics)}
    for cell in result.cells:
        found = rows_of(cell.machine_ids)
        best = found[np.argsort(-frame.scores[found, column[cell.topic]], kind="stable")]
        _rank(ranks, np.concatenate([rows_of(cell.verified_ids), best]))
    for verdict in result.verdicts:
        _rank(ranks, rows_of(verdict.to_read))
    undated = rows_of(result.undated_ids)
    np.minimum.at(ranks, undated, np.arange(len(undated), dtype=np.int32) // UNDATED_A_ROUND)
    if np.count_nonzero(ranks < NEVER) < at_most:  # else there is no room for others
        for row in result.observed:
            _rank(ranks, rows_of(row.article_ids), first=NEVER // 2)
    wanted = np.flatnonzero(ranks < NEVER)
    best_first = wanted[np.lexsort((frame.ids[wanted], ranks[wanted]))]
    return sorted(best_first[:at_most].tolist())


def _rank(ranks: Ranks, rows: Places, first: int = 0) -> None:
    """Ranks the rows of one list, each of which it names once."""
    ranks[rows] = np.minimum(ranks[rows], first + np.arange(len(rows), dtype=np.int32))


def _explained(config: Config, store: Store, items: Collection[AuditItem]) -> tuple[AuditItem, ...]:
    """Gives the items with a sentence for each topic that reviewers confirmed and the machine had not decided.

    It is the sentence that the model, or the topic's cues, find nearest to the topic; where none is, none is given.
    """
    topics = config.codebook.ids
    lacking: dict[str, list[str]] = {}
    for item in items:
        bare = item.verified - item.evidence.keys()
        if bare and (asked := [topic for topic in topics if topic in bare]):
            lacking[item.article] = asked
    found = _sentences(config, store, lacking) if lacking else {}
    return tuple(
        replace(item, evidence={**item.evidence, **found[item.article]}) if item.article in found else item
        for item in items
    )


def _sentences(config: Config, store: Store, asked: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    tagger = load_champion(config)
    found: dict[str, dict[str, str]] = {}
    with store.read() as connection:
        texts = articles.stream(connection, ids=asked)
        while batch := list(islice(texts, BATCH)):
            kept = words.get(connection, {article.content_hash for article in batch}, SEGMENTER_VERSION)
            documents = [Document(article.title, article.text) for article in batch]
            cut = [
                kept[article.content_hash].split("\n")
                if article.content_hash in kept
                else tagger.segment([document])[0]
                for article, document in zip(batch, documents, strict=True)
            ]
            sentences = tagger.evidence(documents, cut, [asked[article.id] for article in batch])
            found |= {article.id: own for article, own in zip(batch, sentences, strict=True)}
    return found
