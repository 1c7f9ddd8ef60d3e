"""Corrections of a draft: pure changes of its text, each of which leaves a config.toml that can be read.

Open questions (`#?`) go when they are answered; a table that waits (`#~`) comes into force as soon as it lacks nothing.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal

import tomlkit

from models.codebook import Codebook, Topic
from pipeline.campaign_file import edited, with_values
from pipeline.directive import naming
from pipeline.directive.draft import kind_of
from pipeline.directive.questions import ASKED as ASKED_OF_LETTER
from pipeline.directive.questions import NO_AMOUNT
from pipeline.directive.remarks import OPEN, TOLD, UNSEEN, WAITING, value
from pipeline.directive.waits import Waiting, in_force, rewritten, waiting
from pipeline.errors import InputError
from pipeline.operations import Operation, check, renewed

PhraseKind = Literal["cues", "hints", "exclusions"]
_CONTENT: Final = re.compile(r"# (?:tr|p)\. \d+, (?P<clause>[^\s,:]+)(?:, [^:“]+)?: “(?P<said>.*)”")
ASKED: Final = ("min_items", "min_minutes", "max_gap_days")


def questions(text: str) -> list[str]:
    """Gives the open questions, in the order of the file."""
    return [line[len(OPEN) :].strip() for line in text.split("\n") if line.startswith(OPEN)]


def told_duties(text: str) -> list[tuple[str, str]]:
    """Gives the duties in the letter's words: clause, and whom it asks for what."""
    lines = (line[len(TOLD) :].strip() for line in text.split("\n") if line.startswith(f"{TOLD} "))
    return [(clause, said) for clause, _, said in (line.partition(" ") for line in lines)]


def told_contents(text: str) -> list[tuple[str, str]]:
    """Gives the contents of topics in the letter's words, each once: clause, and what it says."""
    found: dict[tuple[str, str], None] = {}
    of_topic = False
    for line in text.split("\n"):
        if line.startswith(("[[", f"{WAITING} [[")):
            of_topic = line.startswith("[[topic]]")
        elif of_topic and (said := _CONTENT.fullmatch(line)):
            found[said["clause"], said["said"]] = None
    return list(found)


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


def with_amount(text: str, key: str, amount: float, *, group: str = "", topic: str = "", phase: str = "") -> str:
    """Gives the draft with what duties ask for, of all that wait or of those of a group, topic or phase alone."""

    def change(table: Waiting) -> list[Waiting]:
        wanted = {"group": group, "topic": topic, "phase": phase}
        if table.name != "duty" or any(each and table.row.get(name) != each for name, each in wanted.items()):
            return [table]
        kept = {name: each for name, each in table.row.items() if each is not None and name != key}
        return [replace(table, row={**kept, key: amount})]

    text = in_force(rewritten(text, change))
    if not any(table.name == "duty" and table.missing for table in waiting(text)):
        for question in NO_AMOUNT:
            text = settled(text, question)
    return text


def with_outlets(text: str, group: str, names: Sequence[str]) -> str:
    """Gives the draft with outlets of a group, by their names; one that is there already joins it.

    Raises:
        InputError: no name is given.
    """
    wanted = list(dict.fromkeys(name for each in names if (name := " ".join(each.split()))))
    if not wanted:
        raise InputError("name at least one outlet", "hãy ghi tên ít nhất một cơ quan")
    rows = tomllib.loads(text).get("outlet", [])
    known = {row["name"].casefold(): row for row in rows}
    taken = [row["id"] for row in rows]
    tables = ""
    for name in wanted:
        if (row := known.get(name.casefold())) is not None:
            groups = [*row.get("groups", ()), *([] if group in row.get("groups", ()) else [group])]
            text = with_values(text, "outlet", row["id"], {"groups": groups})
            continue
        taken.append(naming.fresh(naming.id_of(name, ()).replace("_", ""), taken))
        made = {"id": taken[-1], "name": name, "kind": kind_of(name, group), "groups": [group]}
        tables += "\n".join(["", "[[outlet]]", *(f"{key} = {value(each)}" for key, each in made.items()), ""])
    row_of = rf'^(?P<mark>(?:{WAITING} )?)\[\[group\]\]\n(?P=mark)id = "{re.escape(group)}"\n(?:(?P=mark)\w+ = .*\n)*'
    named = re.search(row_of, text, re.MULTILINE)
    at = named.end() if named else len(text)
    text = text[:at] + tables + text[at:]
    return in_force(text)


def with_operation(text: str, topics: Sequence[Topic], operation: Operation) -> str:
    """Gives the draft after a rename, merge, split or drop of topics; duties that wait follow.

    `topics` are those of the file itself, without further phrases.

    Raises:
        InputError: it cannot be done; the message says why.
    """
    check(operation, topics, (), ())
    made = edited(text.encode(), operation, renewed(operation, topics, ()), None).decode()
    made = _with_topics_of(made, operation)
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
    first, end, rest = text.partition("\n")  # the first line says that this is a draft
    return first + end + "".join(f"{OPEN} {question}\n" for question in made if question not in asked) + rest


def with_phrases(text: str, topic: str, kind: PhraseKind, phrases: Sequence[str]) -> str:
    """Gives the draft with other phrases of a topic."""
    return with_values(text, "topic", topic, {kind: list(phrases)})


def own_topics(text: str) -> tuple[Topic, ...]:
    """Gives the topics as the file has them, without those phrases that another file adds."""
    rows = tomllib.loads(text).get("topic", [])
    return Codebook.from_json(json.dumps(rows)).topics


def _asks(line: str, question: str) -> bool:
    return line.startswith(OPEN) and line[len(OPEN) :].strip() == question


def _with_topics_of(text: str, operation: Operation) -> str:
    """Lets duties that wait follow their topics, each once."""
    seen: list[Mapping[str, Any]] = []

    def moved(table: Waiting) -> list[Waiting]:
        if table.name != "duty" or table.row.get("topic") not in operation.old:
            return [table]
        rows = [{**table.row, "topic": topic} for topic in operation.ids]
        new = [row for row in rows if row not in seen]
        seen.extend(new)
        return [replace(table, row=row) for row in new]

    return rewritten(text, moved)
