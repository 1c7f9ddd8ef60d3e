"""Bulk: one word on many articles that a search found, seen before it is said, and taken back as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.records import LabelEvent
from pipeline.steps.model import model_version
from pipeline.store import Connection, Store, browse, bulk, codebooks, labels
from pipeline.store.browse import Found, Reader, Selection
from pipeline.store.bulk import Spoken

MOST: Final = 500  # articles of one bulk; a person can still look over so many titles


@dataclass(frozen=True, slots=True)
class Change:
    """What a bulk would say of one topic of one article."""

    topic: str
    value: bool
    label: bool | None  # the present label
    settled: bool  # by a lead: the label stays
    said: bool | None  # the reviewer's own word so far

    @property
    def changes(self) -> bool:
        """Tells whether the label becomes another."""
        return self.new and self.label is not self.value

    @property
    def new(self) -> bool:
        """Tells whether there is anything to say: the reviewer has not said so already, and no lead has spoken."""
        return not self.settled and self.said is not self.value


@dataclass(frozen=True, slots=True)
class Row:
    """One article of a bulk."""

    found: Found
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a bulk would do; nothing is stored. `version` is that of the labels then."""

    rows: tuple[Row, ...]
    version: int

    @property
    def written(self) -> int:
        """Counts the articles of which the reviewer's word is written down."""
        return sum(any(change.new for change in row.changes) for row in self.rows)

    @property
    def changed(self) -> int:
        """Counts the articles of which a label becomes another."""
        return sum(any(change.changes for change in row.changes) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Done:
    """What a bulk or its undo appended."""

    articles: int
    events: int


def selected(config: Config, store: Store, selection: Selection) -> tuple[str, ...]:
    """Gives the ids of all articles that answer.

    Raises:
        InputError: more than a bulk may hold.
    """
    reader = _reader(config)
    with store.read() as connection:
        number = browse.count(connection, selection, reader, MOST)
        if number > MOST:
            raise InputError(
                f"more than {MOST} articles answer; narrow the search",
                f"có hơn {MOST} bài; hãy thêm điều kiện tìm",
            )
        return browse.page(connection, selection, reader, size=MOST).ids


def preview(config: Config, store: Store, ids: Sequence[str], words: Mapping[str, bool], reviewer: str) -> Preview:
    """Tells what saying `words` (topic -> word) of these articles would change.

    Raises:
        InputError: no topic or an unknown one, or too many articles.
    """
    _check(config, ids, words)
    with store.read() as connection:
        return _preview(config, connection, ids, words, reviewer)


def say(
    config: Config,
    store: Store,
    ids: Sequence[str],
    words: Mapping[str, bool],
    reviewer: str,
    at: datetime,
    version: int,
) -> Done | Preview:
    """Appends the words, all with one instant; gives a new preview instead where labels changed after `version`.

    What a lead has settled, and what the reviewer has said already, is not said again.

    Raises:
        InputError: as `preview`.
    """
    _check(config, ids, words)
    with store.begin() as connection:
        labels.lock(connection, ids)
        seen = _preview(config, connection, ids, words, reviewer)
        if seen.version != version:
            return seen
        codebooks.register(connection, config.codebook.version, config.codebook.as_json(), at)
        model = model_version(config)
        events = [
            LabelEvent(
                article=row.found.article.id,
                topic=change.topic,
                value=change.value,
                reviewer=reviewer,
                at=at,
                codebook=config.codebook.version,
                model=model if row.found.scores else None,
                suggestion_seen=bool(row.found.scores),
                origin="bulk",
            )
            for row in seen.rows
            for change in row.changes
            if change.new
        ]
        return Done(len({event.article for event in events}), labels.append(connection, events))


def undo(config: Config, store: Store, reviewer: str, at: datetime) -> Done:
    """Takes the reviewer's last bulk back: each word that still stands gives way to the one before, or to none.

    Raises:
        InputError: there is no bulk of which anything stands.
    """
    with store.begin() as connection:
        last = bulk.last(connection, reviewer)
        if last is None:
            raise InputError(
                "no bulk of yours is left to take back", "không còn lần gán nhãn hàng loạt nào của anh/chị để rút lại"
            )
        labels.lock(connection, sorted({spoken.word.article for spoken in last.words}))
        codebooks.register(connection, config.codebook.version, config.codebook.as_json(), at)
        events = [_taken_back(spoken, at, config.codebook.version) for spoken in last.words]
        return Done(len({event.article for event in events}), labels.append(connection, events))


def last_bulk(store: Store, reviewer: str) -> tuple[datetime, int] | None:
    """Gives when the bulk was said that an undo would take back, and how many of its articles still carry it."""
    with store.read() as connection:
        last = bulk.last(connection, reviewer)
    return None if last is None else (last.at, len({spoken.word.article for spoken in last.words}))


def _taken_back(spoken: Spoken, at: datetime, codebook: str) -> LabelEvent:
    """Gives the event that takes a word back: the one before it, with all that was kept of that, or none."""
    if spoken.former is not None:
        return replace(spoken.former, at=at, origin="undo")
    word = spoken.word
    return LabelEvent(word.article, word.topic, None, word.reviewer, at, codebook, origin="undo")


def _preview(
    config: Config, connection: Connection, ids: Sequence[str], words: Mapping[str, bool], reviewer: str
) -> Preview:
    said = bulk.own_words(connection, reviewer, ids)
    rows = [
        Row(
            found,
            tuple(
                Change(
                    topic=topic,
                    value=value,
                    label=found.labels.get(topic),
                    settled=topic in found.settled,
                    said=said.get((found.article.id, topic)),
                )
                for topic, value in words.items()
            ),
        )
        for found in browse.found(connection, ids, _reader(config))
    ]
    return Preview(tuple(rows), bulk.version(connection, ids))


def _check(config: Config, ids: Sequence[str], words: Mapping[str, bool]) -> None:
    unknown = sorted(set(words) - set(config.codebook.ids))
    if unknown:
        raise InputError(f'there is no topic "{unknown[0]}"', f'không có chủ đề "{unknown[0]}"')
    if not words or not ids:
        raise InputError("choose at least one topic and one article", "hãy chọn ít nhất một chủ đề và một bài")
    if len(ids) > MOST:
        raise InputError(f"at most {MOST} articles at once", f"mỗi lần nhiều nhất {MOST} bài")


def _reader(config: Config) -> Reader:
    return Reader(model_version(config), config.codebook.version)
