"""Corrections of a draft: pure changes of its text, each of which leaves a config.toml that can be read.

Open questions (`#?`) go when they are answered; a table that waits (`#~`) comes into force as soon as it lacks nothing.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

import tomlkit

from models.codebook import Codebook, Topic
from pipeline.campaign_file import edited
from pipeline.directive.phases import is_part
from pipeline.directive.questions import ASKED as ASKED_OF_LETTER
from pipeline.directive.written import LINE, OPEN, TOLD, UNKNOWN, UNSEEN, WAITING, value
from pipeline.errors import InputError
from pipeline.operations import Operation, check, renewed

PhraseKind = Literal["cues", "hints", "exclusions"]
ASKED: Final = ("min_items", "min_minutes", "max_gap_days")

_WAITS: Final = re.compile(rf"^{WAITING} \[\[.*\n?(?:^{WAITING} (?!\[\[).*\n?)*", re.MULTILINE)
_ROW: Final = re.compile(rf"^{WAITING} (?P<key>\w+) = (?P<value>.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A table that cannot stand yet: its name, and its keys; None where the letter does not say."""

    name: str
    row: Mapping[str, Any]

    @property
    def missing(self) -> tuple[str, ...]:
        """The keys whose values are asked for."""
        return tuple(key for key, each in self.row.items() if each is None)


def questions(text: str) -> list[str]:
    """Gives the open questions, in the order of the file."""
    return [line[len(OPEN) :].strip() for line in text.split("\n") if line.startswith(OPEN)]


def told_duties(text: str) -> list[tuple[str, str]]:
    """Gives the duties in the letter's words: clause, and whom it asks for what."""
    lines = (line[len(TOLD) :].strip() for line in text.split("\n") if line.startswith(f"{TOLD} "))
    return [(clause, said) for clause, _, said in (line.partition(" ") for line in lines)]


def waiting(text: str) -> list[Waiting]:
    """Gives the tables that wait."""
    return [_waiting(found[0]) for found in _WAITS.finditer(text)]


def left(text: str) -> int:
    """Tells how many things a person has yet to do: topics to look at, questions, phases and groups that wait for something."""
    topics = {topic.id for topic in own_topics(text)}
    asked = {about if about in topics else each for each in questions(text) for about in [each.partition(":")[0]]}
    tables = {(each.name, str(each.row.get("id" if each.name == "phase" else "group"))) for each in waiting(text)}
    return len(asked) + len(tables)


def settled(text: str, question: str) -> str:
    """Gives the draft without an open question."""
    return "\n".join(line for line in text.split("\n") if not _asks(line, question))


def open_facts(text: str) -> list[str]:
    """Gives the keys of [directive] that are asked for: "number", "date"."""
    asked = set(questions(text))
    return [key for key, ways in ASKED_OF_LETTER.items() if any(asked.intersection(pair) for pair in ways)]


def with_fact(text: str, key: str, said: str) -> str:
    """Gives the draft with a fact of its letter, number or date; the question about it goes."""
    document: Any = tomlkit.parse(text)
    document["directive"][key] = said
    text = tomlkit.dumps(document)
    for question in (each for pair in ASKED_OF_LETTER[key] for each in pair):
        text = settled(text, question)
    return text


def asked_of(text: str, topic: str) -> list[str] | None:
    """Gives what is asked of a topic that nobody has looked at, apart from a look; None where somebody has."""
    asked = [said.strip() for name, _, said in (each.partition(":") for each in questions(text)) if name == topic]
    return [each for each in asked if each not in UNSEEN] if asked else None


def looked_at(text: str, topic: str) -> str:
    """Gives the draft without the questions about a topic: a person has seen it."""
    return "\n".join(line for line in text.split("\n") if not line.startswith(f"{OPEN} {topic}:"))


def with_days(text: str, phase: str, first: date, last: date) -> str:
    """Gives the draft with the days of a phase; duties of the phase that lack nothing else come into force."""

    def change(table: Waiting) -> Waiting:
        if table.name != "phase" or table.row["id"] != phase:
            return table
        return replace(table, row={**table.row, "first_day": first, "last_day": last})

    names = {identity: name for identity, name, _, _ in spans(text)}
    if phase not in {row["id"] for row in tomllib.loads(text).get("phase", [])}:
        made = _each_waiting(text, change)
        return in_force(_without_questions(made, f"“{names.get(phase, phase)}”"), dated=phase)
    return _set_row(text, "phase", phase, {"first_day": first, "last_day": last})


def with_amount(text: str, key: str, amount: float, *, group: str = "", topic: str = "", phase: str = "") -> str:
    """Gives the draft with what duties ask for, of all that wait or of those of a group, topic or phase alone."""

    def change(table: Waiting) -> Waiting:
        wanted = {"group": group, "topic": topic, "phase": phase}
        if table.name != "duty" or any(each and table.row.get(name) != each for name, each in wanted.items()):
            return table
        kept = {name: each for name, each in table.row.items() if each is not None and name != key}
        return replace(table, row={**kept, key: amount})

    return in_force(_each_waiting(text, change))


def in_force(text: str, dated: str = "") -> str:
    """Gives the draft in which every table that lacks nothing stands; duties need their phase and an outlet of their group.

    A phase that overlaps another waits on, such as a peak; not so one whose days were given just now: those are refused then.
    """

    def stand(found: re.Match[str]) -> str:
        table = _waiting(found[0])
        if table.missing or not (_may_stand(table, raw, text) or (table.name, table.row.get("id")) == ("phase", dated)):
            return found[0]
        return re.sub(rf"^{WAITING} ?", "", found[0], flags=re.MULTILINE)

    for _ in range(2):  # phases first: duties stand on them
        raw = tomllib.loads(text)
        text = _WAITS.sub(stand, text)
    return text


def with_operation(text: str, topics: Sequence[Topic], operation: Operation) -> str:
    """Gives the draft after a rename, merge, split or drop of topics; duties that wait follow.

    `topics` are those of the file itself, without further phrases.

    Raises:
        InputError: it cannot be done; the message says why.
    """
    check(operation, topics, (), ())
    made = edited(text.encode(), operation, renewed(operation, topics, ()), None).decode()
    made = _each_waiting_of_topics(made, operation)
    if operation.kind == "rename":
        return looked_at(made, operation.old[0])
    return _with_orphans(_asked_anew(made, operation), topics)


def _asked_anew(text: str, operation: Operation) -> str:
    """Asks a person to look at what a merge or split has made; what was asked of the old topics goes."""
    first = re.search(rf"^{re.escape(OPEN)} {re.escape(operation.old[0])}:(.*)$", text, re.MULTILINE)
    for topic in operation.old:
        text = looked_at(text, topic)
    for topic in operation.ids if first else ():
        text = text.replace(f'\nid = "{topic}"\n', f'\n{OPEN} {topic}:{first[1] if first else ""}\nid = "{topic}"\n', 1)
    return text


def _with_orphans(text: str, before: Sequence[Topic]) -> str:
    """Asks about the clauses that no topic serves any more: nothing of a letter is lost unseen."""
    served = {clause for topic in own_topics(text) for clause in topic.clauses}
    lost = dict.fromkeys(clause for topic in before for clause in topic.clauses if clause not in served)
    asked = questions(text)
    made = [f"{clause}: điểm này không còn thuộc chủ đề nào / no topic serves this clause" for clause in lost]
    return "".join(f"{OPEN} {question}\n" for question in made if question not in asked) + text


def with_phrases(text: str, topic: str, kind: PhraseKind, phrases: Sequence[str]) -> str:
    """Gives the draft with other phrases of a topic."""
    return _set_row(text, "topic", topic, {kind: list(phrases)})


def own_topics(text: str) -> tuple[Topic, ...]:
    """Gives the topics as the file has them, without those phrases that another file adds."""
    rows = tomllib.loads(text).get("topic", [])
    return Codebook.from_json(json.dumps(rows)).topics


def _without_questions(text: str, said: str) -> str:
    return "\n".join(line for line in text.split("\n") if not (line.startswith(OPEN) and said in line))


def _asks(line: str, question: str) -> bool:
    return line.startswith(OPEN) and line[len(OPEN) :].strip() == question


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


def _each_waiting(text: str, change: Callable[[Waiting], Waiting]) -> str:
    def changed(found: re.Match[str]) -> str:
        table = _waiting(found[0])
        new = change(table)
        return found[0] if new == table else _written(new)

    return _WAITS.sub(changed, text)


def _may_stand(table: Waiting, raw: Mapping[str, Any], text: str) -> bool:
    if table.name == "phase":
        first, last = table.row["first_day"], table.row["last_day"]
        if is_part(table.row["id"], {identity for identity, *_ in spans(text)}):
            return False
        return all(last < other["first_day"] or other["last_day"] < first for other in raw.get("phase", []))
    if table.name != "duty":
        return True
    phases = {row["id"] for row in raw.get("phase", [])}
    groups = {group for row in raw.get("outlet", []) for group in row.get("groups", [])}
    return table.row.get("phase") in phases and table.row.get("group") in groups


def _each_waiting_of_topics(text: str, operation: Operation) -> str:
    """Lets duties that wait follow their topics, each once."""
    seen: list[Mapping[str, Any]] = []

    def moved(found: re.Match[str]) -> str:
        table = _waiting(found[0])
        if table.name != "duty" or table.row.get("topic") not in operation.old:
            return found[0]
        made = []
        for topic in operation.ids:
            row = {**table.row, "topic": topic}
            if row not in seen:
                seen.append(row)
                made.append(_written(replace(table, row=row)))
        return "\n".join(made)

    return re.sub(r"\n{3,}", "\n\n", _WAITS.sub(moved, text))


def _set_row(text: str, table: str, identity: str, values: Mapping[str, Any]) -> str:
    document: Any = tomlkit.parse(text)
    for row in document.get(table, []):
        if row["id"] == identity:
            for key, each in values.items():
                row[key] = _item(each)
    return tomlkit.dumps(document)


def _item(given: Any) -> Any:
    if not isinstance(given, list):
        return given
    array: Any = tomlkit.item(given)
    return array.multiline(multiline=True) if len(array.as_string()) > LINE else array


def spans(text: str) -> Iterator[tuple[str, str, date | None, date | None]]:
    """Yields id, name and days of every phase, those that stand first."""
    for row in tomllib.loads(text).get("phase", []):
        yield row["id"], row["name"], row["first_day"], row["last_day"]
    for table in waiting(text):
        if table.name == "phase":
            yield table.row["id"], table.row["name"], table.row["first_day"], table.row["last_day"]
