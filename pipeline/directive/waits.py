"""Tables of a draft that cannot stand yet, written as remarks (`#~`), and how they come into force once they lack nothing."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pipeline.directive.phases import is_part
from pipeline.directive.remarks import UNKNOWN, WAITING, value
from pipeline.errors import InputError

_WAITS: Final = re.compile(rf"^{WAITING} \[\[.*\n?(?:^{WAITING} (?!\[\[).*\n?)*", re.MULTILINE)
_ROW: Final = re.compile(rf"^{WAITING} (?P<key>\w+) = (?P<value>.*)$", re.MULTILINE)

Span = tuple[str, str, date | None, date | None]
"""Id, name, first and last day of a phase."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A table that cannot stand yet: its name, and its keys; None where the letter does not say."""

    name: str
    row: Mapping[str, Any]

    @property
    def missing(self) -> tuple[str, ...]:
        """The keys whose values are asked for."""
        return tuple(key for key, each in self.row.items() if each is None)


def waiting(text: str) -> list[Waiting]:
    """Gives the tables that wait."""
    return [_waiting(found[0]) for found in _WAITS.finditer(text)]


def spans(text: str) -> Iterator[Span]:
    """Yields the phases, those that stand first."""
    for row in tomllib.loads(text).get("phase", []):
        yield row["id"], row["name"], row["first_day"], row["last_day"]
    for table in waiting(text):
        if table.name == "phase":
            yield table.row["id"], table.row["name"], table.row["first_day"], table.row["last_day"]


def standing(text: str) -> list[Span]:
    """Gives the phases that are in force."""
    return [_span(row) for row in tomllib.loads(text).get("phase", [])]


def standing_on(text: str, phase: Span) -> list[Span]:
    """Gives the other phases that are in force on days of a phase that has its days."""
    return [other for other in standing(text) if other[0] != phase[0] and _meet(phase, other)]


def overlapped(text: str) -> dict[str, list[Span]]:
    """Gives the phases that wait though they have their days, such as a peak: id -> the phases that stand on these days."""
    tables = (table for table in waiting(text) if table.name == "phase" and not table.missing)
    waits = [_span(table.row) for table in tables if not is_reversed(table)]
    return {each[0]: standing_on(text, each) for each in waits}


def owed_in(text: str) -> Counter[str]:
    """Counts the duties of each phase, those that are in force and those that wait."""
    rows = [*tomllib.loads(text).get("duty", []), *(each.row for each in waiting(text) if each.name == "duty")]
    return Counter(str(row.get("phase")) for row in rows)


def without_outlets(text: str) -> list[str]:
    """Gives the groups that owe something and have no outlet, in the order of the file."""
    known = {group for row in tomllib.loads(text).get("outlet", []) for group in row.get("groups", [])}
    asked = dict.fromkeys(table.row.get("group", "") for table in waiting(text) if table.name == "duty")
    return [group for group in asked if group and group not in known]


def rewritten(text: str, change: Callable[[Waiting], list[Waiting]]) -> str:
    """Gives the draft with other tables in the place of each that waits: none, itself, or several."""

    def made(found: re.Match[str]) -> str:
        table = _waiting(found[0])
        new = change(table)
        return found[0] if new == [table] else "\n".join(map(_written, new))

    return re.sub(r"\n{3,}", "\n\n", _WAITS.sub(made, text))


def with_waiting(text: str, tables: Sequence[Waiting]) -> str:
    """Gives the draft with more tables that wait, at its end."""
    return "\n".join([text, *map(_written, tables)])


def in_force(text: str, dated: Collection[str] = ()) -> str:
    """Gives the draft in which every table that lacks nothing stands; duties need their phase and an outlet of their group.

    A phase that overlaps one that stands waits on. `dated` are phases that a person has just given days of their own: these
    come first, even a peak.
    """
    taken: list[Span] = []

    def stands(table: Waiting) -> bool:
        if table.missing or not _may_stand(table, raw):
            return False
        if table.name != "phase":
            return True
        span = _span(table.row)
        waits = span[0] not in dated and (first or is_part(span[0], known))
        if waits or is_reversed(table) or any(_meet(span, each) for each in taken):
            return False
        taken.append(span)
        return True

    def stand(found: re.Match[str]) -> str:
        if not stands(_waiting(found[0])):
            return found[0]
        return re.sub(rf"^{WAITING} ?", "", found[0], flags=re.MULTILINE)

    known = {identity for identity, *_ in spans(text)}
    for turn in range(3):  # those dated, then other phases: duties stand on them
        first = turn == 0
        raw = tomllib.loads(text)
        taken = standing(text)
        text = _WAITS.sub(stand, text)
    return text


def _waiting(block: str) -> Waiting:
    name = re.search(r"\[\[(\w+)\]\]", block)
    rows = ((found["key"], found["value"].strip()) for found in _ROW.finditer(block))
    return Waiting(name[1] if name else "", {key: None if said == UNKNOWN else _read(key, said) for key, said in rows})


def _read(key: str, said: str) -> Any:
    try:
        return tomllib.loads(f"{key} = {said}")[key]
    except tomllib.TOMLDecodeError:
        raise InputError(
            f"{WAITING} {key} = {said}: not a value of TOML; write {UNKNOWN} for what is unknown",
            f"{WAITING} {key} = {said}: giá trị không hợp lệ; chưa biết thì ghi {UNKNOWN}",
        ) from None


def _written(table: Waiting) -> str:
    lines = [f"[[{table.name}]]"]
    lines += [f"{key} = {UNKNOWN if each is None else value(each)}" for key, each in table.row.items()]
    return "".join(f"{WAITING} {line}\n" for line in lines)


def _may_stand(table: Waiting, raw: Mapping[str, Any]) -> bool:
    """Tells whether a table that lacks nothing has what it rests on; of phases others decide."""
    groups = {group for row in raw.get("outlet", []) for group in row.get("groups", [])}
    if table.name == "group":
        return table.row.get("id") in groups
    outlets = {row["id"] for row in raw.get("outlet", [])}
    owed = table.row.get("group") in groups or table.row.get("outlet") in outlets
    return table.name != "duty" or (owed and table.row.get("phase") in {row["id"] for row in raw.get("phase", [])})


def is_reversed(table: Waiting) -> bool:
    """Tells of a phase that has its days whether it ends before it begins: a slip of the letter."""
    return bool(table.row["last_day"] < table.row["first_day"])


def _span(row: Mapping[str, Any]) -> Span:
    return row["id"], row["name"], row["first_day"], row["last_day"]


def _meet(one: Span, other: Span) -> bool:
    days = (one[2], one[3], other[2], other[3])
    first, last, begins, ends = (day or date.max for day in days)  # both have their days
    return first <= ends and begins <= last
