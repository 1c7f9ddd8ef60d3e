"""config.toml edited by an operation of the codebook: what the operation is not about stays byte for byte.

The file is cut into its tables by their headers; tomlkit edits a table in its place, with its comments. Whoever writes the
result reads it back before it takes the place of the old one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import tomlkit
from tomlkit.items import Array

from models.codebook import Topic
from pipeline.errors import InputError
from pipeline.operations import Operation

_HEADER: Final = re.compile(r"[ \t]*(?P<open>\[{1,2})[ \t]*(?P<name>\w+)[ \t.\w\"-]*\]{1,2}[ \t]*(?:#.*)?\r?\n?")
_IDLE: Final = re.compile(r"[ \t]*(?:#.*)?\r?\n?")  # a line that says nothing to the program
LINE: Final = 100  # letters; a longer list is written one item a line


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the file: its name, "" for what stands before the first, its text, and the remarks behind it."""

    name: str
    text: str
    tail: str = ""


def edited(content: bytes, operation: Operation, topics: Sequence[Topic], cues: str | None) -> bytes:
    """Gives the file after an operation that leads to `topics`; `cues` is a new `classify.cues`, None where it stays.

    `topics` have the phrases that stand in config.toml itself. Duties follow: those of a renamed or merged topic go on under
    the new id, each part of a split has all duties of the whole, those of a retired topic go.

    Raises:
        InputError: the topics or duties do not stand in tables of their own, [[topic]] and [[duty]].
    """
    mark = content[:3] if content.startswith(b"\xef\xbb\xbf") else b""  # of Windows' editors
    text = content[len(mark) :].decode("utf-8")
    dos = "\r\n" in text and not re.search(r"(?<!\r)\n", text)
    text = text.replace("\r\n", "\n") if dos else text
    tables = _cut(text)
    _check(tables, tomllib.loads(text))
    tables = _topics(tables, operation, topics)
    tables = _duties(tables, operation)
    if cues is not None:
        tables = _with_cues(tables, cues)
    result = "".join(f"{table.text}{table.tail}" for table in tables)
    return mark + (result.replace("\n", "\r\n") if dos else result).encode()


def tables_of(text: str, wanted: Callable[[str], bool]) -> str:
    """Gives the tables of a file that are wanted, with the remarks inside them; names are such as "outlet" and "[store]"."""
    tables = _cut(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    return "\n\n".join(table.text.rstrip() for table in tables if table.name and wanted(table.name))


def with_values(text: str, name: str, identity: str, values: Mapping[str, Any]) -> str:
    """Gives the file with other values in the table [[name]] of an id; an empty list takes its key away."""
    made = []
    for table in _cut(text):
        asked = table.name == name and _row(table).get("id") == identity
        made.append(f"{_rewritten(table, values) if asked else table.text}{table.tail}")
    return "".join(made)


def without_rows(text: str, unwanted: Callable[[str, Mapping[str, Any]], bool]) -> str:
    """Gives the file without the tables [[name]] that are unwanted, by name and row; the remarks behind them stay."""
    made: list[Table] = []
    for table in _cut(text):
        gone = table.name and not table.name.startswith("[") and unwanted(table.name, _row(table))
        made = _without(made, table) if gone else [*made, table]
    return "".join(f"{table.text}{table.tail}" for table in made)


def _cut(text: str) -> list[Table]:
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines(keepends=True):
        if (header := _HEADER.fullmatch(line)) and _whole(parts[-1][1]):
            parts.append((header["name"] if header["open"] == "[[" else f"[{header['name']}]", []))
        parts[-1][1].append(line)
    return [_table(name, lines) for name, lines in parts]


def _whole(lines: Sequence[str]) -> bool:
    """Tells whether no list or text of several lines is open at the end."""
    try:
        tomllib.loads("".join(lines))
    except tomllib.TOMLDecodeError:
        return False
    return True


def _table(name: str, lines: Sequence[str]) -> Table:
    end = len(lines)
    while end and _IDLE.fullmatch(lines[end - 1]):
        end -= 1
    return Table(name, "".join(lines[:end]), "".join(lines[end:]))


def _check(tables: Sequence[Table], raw: Mapping[str, Any]) -> None:
    for name in ("topic", "duty"):
        found = sum(table.name == name for table in tables)
        rows = raw.get(name, [])
        if found != len(rows) or [_row(table) for table in tables if table.name == name] != rows:
            raise InputError(
                f"config.toml: {name} does not stand in tables [[{name}]] of its own; write it so, or edit by hand",
                f"config.toml: mục {name} không viết thành các bảng [[{name}]] riêng; hãy viết lại, hoặc sửa bằng tay",
            )


def _row(table: Table) -> dict[str, Any]:
    try:
        (row,) = tomllib.loads(table.text)[table.name]
    except (tomllib.TOMLDecodeError, KeyError, ValueError):
        return {}
    return dict(row)


def _topics(tables: Sequence[Table], operation: Operation, topics: Sequence[Topic]) -> list[Table]:
    made = [topic for topic in topics if topic.id in operation.ids]
    if operation.kind == "add":
        return _inserted(tables, made)
    found: list[Table] = []
    for table in tables:
        identity = _row(table)["id"] if table.name == "topic" else None
        if identity not in operation.old:
            found.append(table)
        elif identity == operation.old[0] and made:
            found.append(replace(table, text=_rewritten(table, _topic_row(made[0]))))
            for topic in made[1:]:
                found = _after(found, _fresh("topic", _topic_row(topic)))
        else:
            found = _without(found, table)
    return found


def _inserted(tables: Sequence[Table], made: Sequence[Topic]) -> list[Table]:
    """Puts new topics behind the last one, or at the end of the file where there is none."""
    last = max((n for n, table in enumerate(tables) if table.name == "topic"), default=len(tables) - 1)
    found = list(tables[: last + 1])
    for topic in made:
        found = _after(found, _fresh("topic", _topic_row(topic)))
    return [*found, *tables[last + 1 :]]


def _duties(tables: Sequence[Table], operation: Operation) -> list[Table]:
    found: list[Table] = []
    kept: list[dict[str, Any]] = []
    for table in tables:
        row = _row(table) if table.name == "duty" else {}
        if row.get("topic") not in operation.old:
            found.append(table)
            continue
        rows = [{**row, "topic": topic} for topic in operation.ids]
        new = [each for each in rows if each not in kept]  # two duties of a merge may have become the same
        kept += new
        if not new:
            found = _without(found, table)
            continue
        found.append(replace(table, text=_rewritten(table, {"topic": new[0]["topic"]})))
        for each in new[1:]:
            found = _after(found, _fresh("duty", each))
    return found


def _with_cues(tables: Sequence[Table], cues: str) -> list[Table]:
    found = [
        replace(table, text=_rewritten(table, {"cues": cues})) if table.name == "[classify]" else table
        for table in tables
    ]
    if not any(table.name == "[classify]" for table in tables):
        raise InputError(
            "config.toml: [classify] does not stand in a table of its own; write it so, or edit by hand",
            "config.toml: mục classify không viết thành bảng [classify] riêng; hãy viết lại, hoặc sửa bằng tay",
        )
    return found


def _rewritten(table: Table, values: Mapping[str, Any]) -> str:
    """Gives a table's text with other values of some keys; a key whose value stays is not touched, an empty new one not written."""
    document: Any = tomlkit.parse(table.text)
    row = document[table.name.strip("[]")]
    row = row if table.name.startswith("[") else row[0]
    for key, value in values.items():
        plain = row[key].unwrap() if key in row else None
        if plain == value or (plain is None and not value):
            continue
        if not value and isinstance(value, list):
            del row[key]
        else:
            row[key] = _item(value)
    return tomlkit.dumps(document)


def _fresh(name: str, row: Mapping[str, Any]) -> Table:
    document = tomlkit.document()
    for key, value in row.items():
        if value not in ([], ""):
            document[key] = _item(value)
    return Table(name, f"[[{name}]]\n{tomlkit.dumps(document)}")


def _item(value: Any) -> Any:
    item = tomlkit.item(value)
    if isinstance(item, Array) and len(item.as_string()) > LINE:
        item.multiline(multiline=True)
    return item


def _topic_row(topic: Topic) -> dict[str, Any]:
    return {
        "id": topic.id,
        "name": topic.name,
        "name_en": topic.name_en,
        "definition": topic.definition or "",
        "cues": list(topic.cues),
        "hints": list(topic.hints),
        "exclusions": list(topic.exclusions),
        "clauses": list(topic.clauses),
        "formerly": list(topic.formerly),
    }


def _after(tables: Sequence[Table], table: Table) -> list[Table]:
    """Puts a table behind the last one, before the remarks that stand there: they lead to what follows."""
    *others, last = tables
    text = last.text if not last.text or last.text.endswith("\n") else f"{last.text}\n"
    gap = "\n" if text else ""
    return [*others, replace(last, text=text, tail=gap), replace(table, tail=last.tail)]


def _without(tables: Sequence[Table], table: Table) -> list[Table]:
    """Leaves a table out, and keeps the remarks behind it."""
    if not tables or "#" not in table.tail:
        return list(tables)
    *others, last = tables
    return [*others, replace(last, tail=last.tail + table.tail.lstrip("\n"))]
