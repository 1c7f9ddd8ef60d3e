"""Label files: reviewers' words come in from files, ours and other tools', and go out with all that is kept of them.

A file is stored whole or not at all, in one transaction: what was killed has left nothing, and run again it is complete.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from crawlers.urls import url_key
from pipeline.config import Config
from pipeline.documents import spoken, storable
from pipeline.errors import InputError
from pipeline.files import text_field, together, write_jsonl
from pipeline.records import LabelEvent
from pipeline.steps.label_rows import (
    COLUMNS,
    KINDS,
    adjudication_row,
    cell,
    cells,
    check,
    draw_row,
    label_row,
    queue_row,
    serving_row,
    to_adjudication,
    to_draw,
    to_label,
    to_queue,
    to_serving,
)
from pipeline.steps.label_sheets import Sheet, read_sheet, write_csv
from pipeline.steps.label_tools import Said, doccano_row, label_studio_tasks
from pipeline.store import Connection, Store, articles, codebooks, exchange, labels, queues, readings

Format = Literal["jsonl", "csv"]

BATCH: Final = 1_000  # rows handed to the database at a time, all in one transaction
CURRENT: Final = ("id", "url", "title", "topics", "reviewed")


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows found their article, how many events are new, and the rows that found none."""

    rows: int
    events: int  # labels and adjudications
    unmatched: tuple[str, ...]  # "file:line: url or id"
    unread: int = 0  # documents of another tool that carry no label


@dataclass(slots=True)
class _Read:
    """What a file says, row by row; `own` are rows that say all, with the numbers of their lines."""

    said: list[Said] = field(default_factory=list)
    own: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)
    unread: int = 0
    faults: list[InputError] = field(default_factory=list)


def import_labels(config: Config, store: Store, file: Path, reviewer: str, at: datetime) -> Imported:
    """Appends what a file says, in whichever of these forms its rows are.

    - `{"id" or "url", "topics": […]}`, JSON lines or CSV: the row speaks for every topic, with `"reviewed": [topics]` for
      those and its `topics` alone, as in training;
    - what `export_labels` wrote: every queue, draw, serving, event and adjudication as it was;
    - exports of doccano (JSONL, CSV) and Label Studio (JSON, JSON_MIN).

    What a reviewer said last is not said again, and an event that the store has is not appended again: importing a file
    twice adds nothing. `reviewer` is whose words those are that name nobody.

    Raises:
        InputError: names file and line of every bad row, or of the first that names nobody where `reviewer` is empty; nothing is
            stored then.
    """
    read = _read(config, file, reviewer)
    if not reviewer:
        read.faults += _nobody(file, read.said)
    if read.faults:
        raise together(file, read.faults)
    matched, unmatched, events = _match(config, store, file, read.said, reviewer, at)
    with store.begin() as connection:
        codebooks.register(connection, config.codebook.version, config.codebook.as_json(), at)
        added = _append(connection, events)
        kept, lost, faults = _restore(connection, file, read.own)
        if faults:
            raise together(file, faults)  # and all is rolled back
    return Imported(matched + len(read.own) - len(lost), added + kept, (*unmatched, *lost), read.unread)


def export_labels(store: Store, out: Path | None, fmt: Format, *, current: bool = False) -> int:
    """Writes all that people said, or with `current` the present labels, to a file or to standard output.

    Gives the number of rows. What others refer to comes first: queues, draws, servings, then the events.
    """
    with store.read() as connection:
        rows = _current(connection) if current else _everything(connection)
        if fmt == "jsonl":
            return write_jsonl(out, rows)
        if current:
            return write_csv(out, CURRENT, ([cell(_joined(value)) for value in row.values()] for row in rows))
        return write_csv(out, COLUMNS, map(cells, rows))


def _everything(connection: Connection) -> Iterator[dict[str, Any]]:
    shut = exchange.shut_draws(connection)
    known = [state.queue for state in queues.states(connection, closed=True)]
    yield from map(queue_row, known)
    for queue in known:
        for draw in queues.draws(connection, queue.id):
            yield draw_row(draw, shut=(draw.queue, draw.position) in shut)
    yield from map(serving_row, readings.stream(connection))
    yield from map(label_row, labels.events(connection))
    yield from map(adjudication_row, readings.adjudicated(connection))


def _current(connection: Connection) -> Iterator[dict[str, Any]]:
    said = labels.current(connection)
    for article in articles.stream(connection, ids=said):
        words = said[article.id]
        yes = [topic for topic, value in words.items() if value]
        yield {"id": article.id, "url": article.url, "title": article.title, "topics": yes, "reviewed": list(words)}


def _joined(value: object) -> object:
    return ";".join(value) if isinstance(value, list) else value


def _read(config: Config, file: Path, reviewer: str) -> _Read:
    """Reads all rows, each by its own form."""
    read = _Read()
    sheet = read_sheet(file, read.faults.append)
    if isinstance(sheet, Sheet):
        for number, row in sheet.rows:
            try:
                _take(config, file, read, number, row)
            except InputError as error:
                read.faults.append(error)
        return read
    for said in label_studio_tasks(file, sheet, config.codebook, reviewer):
        if isinstance(said, InputError):
            read.faults.append(said)
        else:
            read.said.append(said)
    return read


def _take(config: Config, file: Path, read: _Read, number: int, row: Mapping[str, Any]) -> None:
    """Reads one row. Raises InputError with what is wrong with it."""
    if "kind" in row:
        check(file, number, row)
        _known_topic(config, file, number, row)
        read.own.append((number, row))
    elif "topics" not in row and ("label" in row or "labels" in row):
        said = doccano_row(file, number, row, config.codebook)
        read.unread += said is None
        read.said += [said] if said is not None else []
    else:
        read.said.append(_said(file, number, row, config.codebook.ids))


def _known_topic(config: Config, file: Path, number: int, row: Mapping[str, Any]) -> None:
    """Refuses a topic that the campaign does not have; those of other versions of the codebook are history."""
    topic, ids = row.get("topic"), config.codebook.ids
    if topic is not None and row["codebook"] == config.codebook.version and topic not in ids:
        raise InputError(
            f"{file}:{number}: no such topic {topic!r}; there are: {', '.join(ids)}",
            f"{file}:{number}: không có chủ đề {topic!r}; đang có: {', '.join(ids)}",
        )


def _said(file: Path, number: int, row: Mapping[str, Any], known: Sequence[str]) -> Said:
    named = {**row, "id": str(row["id"])} if type(row.get("id")) is int else row  # spreadsheets make numbers of ids
    texts = {key: storable(text_field(file, number, named, key)).strip() for key in ("id", "url", "reviewer")}
    if not texts["id"] and not texts["url"]:
        raise InputError(f'{file}:{number}: missing "id" or "url"', f'{file}:{number}: thiếu "id" hoặc "url"')
    return Said(number, texts["id"], texts["url"], texts["reviewer"], spoken(file, number, row, known))


def _match(
    config: Config, store: Store, file: Path, rows: Sequence[Said], reviewer: str, at: datetime
) -> tuple[int, list[str], list[LabelEvent]]:
    """Gives how many rows found their article, those that did not, and the words that are new."""
    with store.read() as connection:
        by_key = articles.ids_by_url_key(connection) if any(row.url for row in rows) else {}
        ids = articles.existing(connection, [row.id for row in rows if row.id])
        said = {(event.article, event.topic, event.reviewer): event.value for event in labels.events(connection)}
    matched, unmatched, events = 0, list[str](), list[LabelEvent]()
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
    return matched, unmatched, events


def _append(connection: Connection, events: Sequence[LabelEvent]) -> int:
    return sum(labels.append(connection, events[at : at + BATCH]) for at in range(0, len(events), BATCH))


def _restore(
    connection: Connection, file: Path, rows: Sequence[tuple[int, Mapping[str, Any]]]
) -> tuple[int, list[str], list[InputError]]:
    """Keeps rows that say all; gives the new words, the rows without an article, and those whose queue or serving is nowhere."""
    named = {row["article"] for _, row in rows if row["kind"] != "queue"}
    there = articles.existing(connection, named)
    lost = [row for row in rows if row[1]["kind"] != "queue" and row[1]["article"] not in there]
    missing = [f"{file}:{number}: {row['article']}" for number, row in lost]
    kept = [each for each in rows if each[1]["kind"] == "queue" or each[1]["article"] in there]
    by_kind = {kind: [row for _, row in kept if row["kind"] == kind] for kind in KINDS}
    made = [to_queue(row) for row in by_kind["queue"]]
    wanted = sorted({row["queue"] for row in by_kind["draw"]})
    known = {queue.id for queue in made} | exchange.known_queues(connection, wanted)
    if faults := [fault for number, row in kept if (fault := _nowhere(file, number, row, "draw", "queue", known))]:
        return 0, missing, faults
    places = exchange.restore_queues(connection, made, [to_draw(row) for row in by_kind["draw"]])
    exchange.restore_servings(connection, [to_serving(row) for row in by_kind["serving"]], places)
    exchange.shut(connection, [(row["queue"], row["position"]) for row in by_kind["draw"] if not row["open"]], places)
    served = {row["serving"] for row in by_kind["label"] if row.get("serving")}
    known = exchange.known_servings(connection, sorted(served))
    if faults := [fault for number, row in kept if (fault := _nowhere(file, number, row, "label", "serving", known))]:
        return 0, missing, faults
    new = _append(connection, [to_label(row) for row in by_kind["label"]])
    new += exchange.add_adjudications(connection, [to_adjudication(row) for row in by_kind["adjudication"]])
    return new, missing, []


def _nowhere(
    file: Path, number: int, row: Mapping[str, Any], kind: str, column: str, known: Collection[str]
) -> InputError | None:
    """Gives the fault of a row of a kind that refers to what neither the file nor the store has."""
    if row["kind"] != kind or not row.get(column) or row[column] in known:
        return None
    return InputError(
        f'{file}:{number}: "{column}": neither the file nor the store has {row[column]!r}',
        f'{file}:{number}: "{column}": cả tệp và kho đều không có {row[column]!r}',
    )


def _nobody(file: Path, said: Sequence[Said]) -> list[InputError]:
    """Gives the fault of the first row that names no reviewer."""
    first = next((row for row in said if not row.reviewer), None)
    if first is None:
        return []
    where = f"{file}:{first.number}"
    return [
        InputError(
            f"{where}: names no reviewer; say whose labels these are with --reviewer CODE",
            f"{where}: không ghi người rà soát; hãy thêm --reviewer MÃ để biết nhãn của ai",
        )
    ]


def _key(url: str) -> str:
    """Gives the identity of a page; "", which no page has, where the text is no address."""
    try:
        return url_key(url)
    except ValueError:
        return ""
