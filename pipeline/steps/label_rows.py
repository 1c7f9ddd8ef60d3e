"""Rows of our own label files: queues, draws, servings, events and adjudications with all their columns, as JSON or cells of CSV.

In CSV a text that a spreadsheet could take for a formula begins with an apostrophe, as does one that begins with an
apostrophe itself; reading takes it away again, so that nothing is lost. An empty cell is no value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, get_args

from pipeline.errors import InputError
from pipeline.readings import PURPOSES, Draw, Outcome, Queue, Serving, Suggestion
from pipeline.records import LabelEvent, Origin
from pipeline.report.words import STARTS_FORMULA
from pipeline.store.readings import Adjudication

COLUMNS: Final = (
    *("kind", "article", "topic", "value", "reviewer", "at", "codebook", "model", "inclusion_probability"),
    *("suggestion_seen", "origin", "serving", "evidence", "note"),
    *("base", "second", "suggestions", "queue", "position", "done", "outcome"),
    *("purpose", "design", "stratum", "score", "threshold", "blind", "wanted", "open"),
)
KINDS: Final = ("queue", "draw", "serving", "label", "adjudication")
MARK: Final = "'"  # before a text that begins like a formula, or is empty: an empty cell is no value

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "queue": ("queue", "at", "codebook", "purpose", "design"),
    "draw": ("queue", "position", "article", "codebook", "blind", "wanted", "open"),
    "serving": ("article", "reviewer", "at", "codebook", "serving", "base"),
    "label": ("article", "topic", "reviewer", "at", "codebook", "origin", "suggestion_seen"),
    "adjudication": ("article", "topic", "value", "reviewer", "at", "codebook"),
}


BOOLEANS: Final = frozenset({"value", "suggestion_seen", "second", "blind", "open"})
COUNTS: Final = frozenset({"base", "position", "wanted"})
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "origin": get_args(Origin),
    "outcome": get_args(Outcome),
    "purpose": PURPOSES,
}
AS_JSON: Final = COUNTS | {"score", "threshold", "inclusion_probability", "suggestions", "design"}  # in a cell
MOST: Final = 2**31 - 1  # of a count; PostgreSQL holds no more
LARGE: Final = 1e300  # scores lie between 0 and 1; this refuses what JSON readers take for numbers and none is


def queue_row(queue: Queue) -> dict[str, Any]:
    """Gives a queue as a row; `done` is when it was closed."""
    row = asdict(queue) | {"kind": "queue", "queue": queue.id, "at": queue.created.isoformat()}
    row |= {"design": dict(queue.design), "done": queue.closed and queue.closed.isoformat()}
    return {key: value for key, value in row.items() if key not in {"id", "created", "closed"}}


def draw_row(draw: Draw, *, shut: bool) -> dict[str, Any]:
    """Gives a draw as a row; its readings are counted again from the servings. `shut`: it is served no more, read or not."""
    row = asdict(draw) | {"kind": "draw", "open": not shut}
    del row["done"]
    return row


def label_row(event: LabelEvent) -> dict[str, Any]:
    """Gives an event as a row."""
    return {"kind": "label", **asdict(event), "at": event.at.isoformat()}


def serving_row(serving: Serving) -> dict[str, Any]:
    """Gives a serving as a row."""
    row = asdict(serving)
    row |= {"kind": "serving", "serving": row.pop("id"), "at": row.pop("served").isoformat()}
    row |= {"suggestion_seen": row.pop("suggestion_shown"), "suggestions": list(row["suggestions"])}
    return row | {"done": serving.done and serving.done.isoformat()}


def adjudication_row(said: Adjudication) -> dict[str, Any]:
    """Gives a lead's word as a row."""
    row = asdict(said)
    return row | {"kind": "adjudication", "reviewer": row.pop("lead"), "at": said.at.isoformat()}


def cells(row: Mapping[str, Any]) -> list[str]:
    """Gives a row as cells, in the order of COLUMNS."""
    return [cell(row.get(column)) for column in COLUMNS]


def cell(value: object) -> str:
    """Gives a value as a cell that no spreadsheet takes for a formula."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return f"{MARK}{value}" if value == "" or value.startswith((MARK, *STARTS_FORMULA)) else value
        case float() | int():
            return repr(value)
    return json.dumps(value, ensure_ascii=False)


def from_cells(row: Mapping[str, str]) -> dict[str, Any]:
    """Gives what `cells` was given; cells that are no number or truth value stay text, for `check` to refuse."""
    found: dict[str, Any] = {}
    for column, cell in row.items():
        text = cell.removeprefix(MARK)
        if cell == "":
            found[column] = None
        elif column in BOOLEANS:
            found[column] = {"true": True, "false": False}.get(text.casefold(), text)
        elif column in AS_JSON:
            found[column] = _json(text)
        else:
            found[column] = text
    return found


def check(file: Path, number: int, row: Mapping[str, Any]) -> None:
    """Passes a row of ours.

    Raises:
        InputError: names file and line: an unknown kind, a column that is missing, or a value that is not of its kind.
    """
    kind = row.get("kind")
    if kind not in KINDS:
        raise _wrong(file, number, "kind", " | ".join(KINDS), kind)
    for column in NEEDED[str(kind)]:
        if row.get(column) is None:
            raise InputError(f'{file}:{number}: missing "{column}"', f'{file}:{number}: thiếu "{column}"')
    for column, value in row.items():
        if value is not None and column in COLUMNS:
            _check(file, number, column, value)


def to_queue(row: Mapping[str, Any]) -> Queue:
    """Gives the queue of a row that has been checked."""
    return Queue(
        id=row["queue"],
        purpose=row["purpose"],
        design=row["design"],
        codebook=row["codebook"],
        created=_moment(row["at"]),
        model=row.get("model"),
        closed=_moment(row["done"]) if row.get("done") else None,
    )


def to_draw(row: Mapping[str, Any]) -> Draw:
    """Gives the draw of a row that has been checked, without a reading yet."""
    return Draw(
        queue=row["queue"],
        position=row["position"],
        article=row["article"],
        codebook=row["codebook"],
        topic=row.get("topic"),
        stratum=row.get("stratum"),
        inclusion_probability=row.get("inclusion_probability"),
        score=row.get("score"),
        threshold=row.get("threshold"),
        model=row.get("model"),
        blind=row["blind"],
        wanted=row["wanted"],
    )


def to_label(row: Mapping[str, Any]) -> LabelEvent:
    """Gives the event of a row that has been checked."""
    return LabelEvent(
        article=row["article"],
        topic=row["topic"],
        value=row.get("value"),
        reviewer=row["reviewer"],
        at=_moment(row["at"]),
        codebook=row["codebook"],
        model=row.get("model"),
        inclusion_probability=row.get("inclusion_probability"),
        suggestion_seen=bool(row["suggestion_seen"]),
        origin=row["origin"],
        serving=row.get("serving"),
        evidence=row.get("evidence"),
    )


def to_adjudication(row: Mapping[str, Any]) -> Adjudication:
    """Gives the lead's word of a row that has been checked."""
    return Adjudication(
        article=row["article"],
        topic=row["topic"],
        value=row["value"],
        lead=row["reviewer"],
        at=_moment(row["at"]),
        codebook=row["codebook"],
        note=row.get("note"),
    )


def to_serving(row: Mapping[str, Any]) -> Serving:
    """Gives the serving of a row that has been checked."""
    return Serving(
        id=row["serving"],
        article=row["article"],
        reviewer=row["reviewer"],
        served=_moment(row["at"]),
        base=row["base"],
        codebook=row["codebook"],
        suggestions=tuple(Suggestion(**each) for each in row.get("suggestions") or ()),
        suggestion_shown=bool(row.get("suggestion_seen")),
        second=bool(row.get("second")),
        queue=row.get("queue"),
        position=row.get("position"),
        topic=row.get("topic"),
        model=row.get("model"),
        done=_moment(row["done"]) if row.get("done") else None,
        outcome=row.get("outcome"),
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _check(file: Path, number: int, column: str, value: object) -> None:
    good, wanted = _expected(column)
    if not good(value):
        raise _wrong(file, number, column, wanted, value)


def _expected(column: str) -> tuple[Callable[[object], bool], str]:
    """Gives what tells whether a value of a column is good, and what it should be."""
    if column in BOOLEANS:
        return lambda value: isinstance(value, bool), "true | false"
    if column in COUNTS:
        return lambda value: type(value) is int and 0 <= value <= MOST, "0, 1, 2 …"
    if column in CHOICES:
        return lambda value: value in CHOICES[column], " | ".join(CHOICES[column])
    others: Mapping[str, tuple[Callable[[object], bool], str]] = {
        "inclusion_probability": (lambda value: _is_number(value, 0.0, 1.0) and value != 0, "0 < p <= 1"),
        "score": (_is_number, "0.5"),
        "threshold": (_is_number, "0.5"),
        "at": (_is_moment, "2020-09-25T08:30:00+00:00"),
        "done": (_is_moment, "2020-09-25T08:30:00+00:00"),
        "design": (lambda value: isinstance(value, dict), "{…}"),
        "suggestions": (_are_suggestions, "[{topic, score, threshold, decided, …}]"),
    }
    return others.get(column, (lambda value: isinstance(value, str), '"…"'))


def _is_number(value: object, least: float = -LARGE, most: float = LARGE) -> bool:
    return type(value) in (int, float) and least <= value <= most  # type: ignore[operator]  # a number by then


def _are_suggestions(value: object) -> bool:
    if not isinstance(value, list | tuple):
        return False
    kinds = {"topic": str, "score": float, "threshold": float, "decided": bool, "evidence": str}
    return all(
        isinstance(each, dict)
        and {"topic", "score", "threshold", "decided"} <= each.keys() <= {*kinds, "challenger"}
        and all(
            isinstance(each[name], (kind, int) if kind is float else kind)
            for name, kind in kinds.items()
            if name in each
        )
        and isinstance(each.get("challenger"), float | int | None)
        for each in value
    )


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _wrong(file: Path, number: int, column: str, wanted: str, got: object) -> InputError:
    return InputError(
        f'{file}:{number}: "{column}": expected {wanted}, got {got!r:.80}',
        f'{file}:{number}: "{column}": cần {wanted}, nhận được {got!r:.80}',
    )
