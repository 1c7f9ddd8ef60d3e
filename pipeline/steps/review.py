"""Review: reviewers' words on topics enter the store as appended events."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crawlers.urls import url_key
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.files import numbered_jsonl
from pipeline.records import LabelEvent
from pipeline.store import Store, articles, codebooks, labels

BATCH = 1_000  # rows stored in one transaction


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows found their article, how many events are new, and the rows that found none."""

    rows: int
    events: int
    unmatched: tuple[str, ...]  # "file:line: url or id"


def import_labels(config: Config, store: Store, file: Path, reviewer: str, at: datetime) -> Imported:
    """Appends one event for each topic of each row `{"id" or "url", "topics": […]}`: the row speaks for every topic.

    A row may name `"reviewed": [topics]` to speak for those alone. What a reviewer said last is not said again, so that
    importing a file twice adds nothing.

    Raises:
        InputError: names file and line: not JSON, an unknown topic, neither id nor url.
    """
    known = config.codebook.ids
    rows = list(_checked(file, known))
    with store.read() as connection:
        by_key = articles.ids_by_url_key(connection)
        ids = articles.existing(connection, [str(row["id"]) for _, row in rows if row.get("id")])
        said = {(event.article, event.topic, event.reviewer): event.value for event in labels.events(connection)}
    matched = 0
    unmatched: list[str] = []
    events: list[LabelEvent] = []
    for number, row in rows:
        article = row["id"] if row.get("id") in ids else by_key.get(url_key(str(row.get("url") or "")))
        if article is None:
            unmatched.append(f"{file}:{number}: {row.get('url') or row.get('id')}")
            continue
        matched += 1
        for event in _events(row, article, known, reviewer, at, config.codebook.version):
            key = (event.article, event.topic, event.reviewer)
            if said.get(key) is not event.value:  # the reviewer's last word is another, or there is none
                events.append(event)
                said[key] = event.value
    added = 0
    with store.begin() as connection:
        codebooks.register(connection, config.codebook.version, config.codebook.as_json())
        for first in range(0, len(events), BATCH):
            added += labels.append(connection, events[first : first + BATCH])
    return Imported(matched, added, tuple(unmatched))


def _checked(file: Path, known: Sequence[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, row in numbered_jsonl(file, required=("topics",)):
        if not row.get("id") and not row.get("url"):
            raise InputError(f'{file}:{number}: missing "id" or "url"', f'{file}:{number}: thiếu "id" hoặc "url"')
        named = [*_topics(row["topics"]), *_topics(row.get("reviewed") or [])]
        if strange := [topic for topic in named if topic not in known]:
            raise InputError(
                f"{file}:{number}: no such topic {strange[0]!r}; there are: {', '.join(known)}",
                f"{file}:{number}: không có chủ đề {strange[0]!r}; đang có: {', '.join(known)}",
            )
        yield number, row


def _topics(value: object) -> list[str]:
    return [str(topic) for topic in value] if isinstance(value, list) else [repr(value)]


def _events(
    row: Mapping[str, Any], article: str, known: Sequence[str], reviewer: str, at: datetime, codebook: str
) -> Iterator[LabelEvent]:
    named = set(row["topics"])
    who = unicodedata.normalize("NFC", str(row.get("reviewer") or reviewer))
    for topic in row.get("reviewed") or known:
        yield LabelEvent(article, topic, topic in named, who, at, codebook)
