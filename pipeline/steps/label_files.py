"""Review: reviewers' words on topics enter the store as appended events."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crawlers.urls import url_key
from pipeline.config import Config
from pipeline.documents import spoken, storable
from pipeline.errors import InputError
from pipeline.files import numbered_jsonl, text_field, together
from pipeline.records import LabelEvent
from pipeline.store import Store, articles, codebooks, labels

BATCH = 1_000  # rows stored in one transaction


@dataclass(frozen=True, slots=True)
class Said:
    """One row of a label file: which article, and what is said of which topic by whom."""

    number: int  # of the line
    id: str  # "" where the row has none
    url: str  # "" likewise
    reviewer: str  # "" where the row leaves it to the command
    topics: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows found their article, how many events are new, and the rows that found none."""

    rows: int
    events: int
    unmatched: tuple[str, ...]  # "file:line: url or id"


def import_labels(config: Config, store: Store, file: Path, reviewer: str, at: datetime) -> Imported:
    """Appends one event for each topic of each row `{"id" or "url", "topics": […]}`: the row speaks for every topic.

    A row may name `"reviewed": [topics]` to speak for those and its `topics` alone, as in training. What a reviewer said
    last is not said again, so that importing a file twice adds nothing.

    Raises:
        InputError: names file and line of every bad row: not JSON, an unknown topic, neither id nor url, or one that is no
            text; nothing is stored then.
    """
    rows = _read(file, config.codebook.ids)
    with store.read() as connection:
        by_key = articles.ids_by_url_key(connection)
        ids = articles.existing(connection, [row.id for row in rows if row.id])
        said = {(event.article, event.topic, event.reviewer): event.value for event in labels.events(connection)}
    matched = 0
    unmatched: list[str] = []
    events: list[LabelEvent] = []
    for row in rows:
        article = row.id if row.id in ids else by_key.get(_key(row.url))
        if article is None:
            unmatched.append(f"{file}:{row.number}: {row.url or row.id}")
            continue
        matched += 1
        who = unicodedata.normalize("NFC", row.reviewer or reviewer)
        for topic, value in row.topics.items():
            event = LabelEvent(article, topic, value, who, at, config.codebook.version)
            key = (event.article, event.topic, event.reviewer)
            if said.get(key) is not event.value:  # the reviewer's last word is another, or there is none
                events.append(event)
                said[key] = event.value
    added = 0
    with store.begin() as connection:
        codebooks.register(connection, config.codebook.version, config.codebook.as_json(), at)
        for first in range(0, len(events), BATCH):
            added += labels.append(connection, events[first : first + BATCH])
    return Imported(matched, added, tuple(unmatched))


def _read(file: Path, known: Sequence[str]) -> list[Said]:
    """Reads all rows. Raises InputError with all that is wrong with them."""
    said: list[Said] = []
    faults: list[InputError] = []
    for number, row in numbered_jsonl(file, required=("topics",), bad=faults.append):
        try:
            said.append(_said(file, number, row, known))
        except InputError as error:
            faults.append(error)
    if faults:
        raise together(file, faults)
    return said


def _said(file: Path, number: int, row: Mapping[str, Any], known: Sequence[str]) -> Said:
    named = {**row, "id": str(row["id"])} if type(row.get("id")) is int else row  # spreadsheets make numbers of ids
    texts = {key: storable(text_field(file, number, named, key)).strip() for key in ("id", "url", "reviewer")}
    if not texts["id"] and not texts["url"]:
        raise InputError(f'{file}:{number}: missing "id" or "url"', f'{file}:{number}: thiếu "id" hoặc "url"')
    return Said(number, texts["id"], texts["url"], texts["reviewer"], spoken(file, number, row, known))


def _key(url: str) -> str:
    """Gives the identity of a page; "", which no page has, where the text is no address."""
    try:
        return url_key(url)
    except ValueError:
        return ""
