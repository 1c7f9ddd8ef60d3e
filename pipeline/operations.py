"""What may be done to a codebook: rename, merge, split, add, retire; and the history that these make.

A topic's id is stable: what another id begins to mean is another topic. So a merged or split topic gets an id that was never
used, and a renamed one may only go back to an id that it had itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, get_args

from models.codebook import Topic
from pipeline.errors import InputError

Kind = Literal["first", "rename", "merge", "split", "add", "retire", "edited"]
"""How a version came: the first one, an operation, or config.toml edited by hand."""
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Named:
    """A topic as an operation names it; what is "" stays as it was, or is what it can be."""

    id: str
    name: str = ""
    name_en: str = ""
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One change of the codebook: topics that end, and those that begin or go on under another id."""

    kind: Kind
    old: tuple[str, ...] = ()
    new: tuple[Named, ...] = ()
    reason: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the new topics."""
        return tuple(topic.id for topic in self.new)

    @property
    def moves(self) -> bool:
        """Tells whether ids change: a rename may give another name alone."""
        return self.old != self.ids


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the history: which version took the place of which, when and how."""

    seq: int  # 1 for the first
    version: str
    previous: str | None
    at: datetime | None  # UTC; None where the step that found it knew no time
    kind: Kind
    old: tuple[str, ...] = ()  # ids that ended
    new: tuple[str, ...] = ()  # ids that began
    changed: tuple[str, ...] = ()  # ids whose name, definition or phrases became others
    reason: str = ""


def check(operation: Operation, topics: Sequence[Topic], history: Sequence[Change], used: Collection[str]) -> None:
    """Refuses what cannot be done to these topics; `used` are the ids of every version so far.

    Raises:
        InputError: a topic is not there, an id is taken, was another topic's, or stands twice; or the operation says too
            little.
    """
    ids = [topic.id for topic in topics]
    for topic in operation.old:
        if topic not in ids:
            known = ", ".join(ids)
            raise InputError(
                f"no such topic {topic!r}; there are: {known}", f"không có chủ đề {topic!r}; đang có: {known}"
            )
    _distinct(operation)
    _enough(operation)
    own = {operation.old[0], *former_ids(history, operation.old[0])} if operation.kind == "rename" else set()
    for topic in operation.ids:
        if topic in own:
            continue
        if topic in ids:
            raise InputError(
                f"{topic!r} is a topic already; choose another id", f"đã có chủ đề {topic!r}; hãy chọn mã khác"
            )
        if topic in used:
            raise InputError(
                f"{topic!r} was the id of another topic, whose labels are kept; choose a new id",
                f"{topic!r} từng là mã của chủ đề khác, nhãn cũ vẫn được lưu; hãy chọn mã mới",
            )


def former_ids(history: Iterable[Change], topic: str) -> tuple[str, ...]:
    """Gives the ids that a topic had before its renames, the newest first."""
    found: list[str] = []
    for change in sorted(history, key=lambda each: -each.seq):
        if change.kind == "rename" and change.new == (topic,) and change.old != (topic,):
            (topic,) = change.old
            if topic not in found:
                found.append(topic)
    return tuple(found)


def renewed(operation: Operation, topics: Sequence[Topic], learnt: Collection[str]) -> tuple[Topic, ...]:
    """Gives the topics after an operation, in their order; `learnt` are the ids that some model has learnt.

    A renamed topic remembers the former ids that a model may be asked under; a merged one has the phrases and clauses of all
    its parts; each part of a split has all that the whole had.
    """
    by_id = {topic.id: topic for topic in topics}
    if operation.kind == "add":
        return (*topics, *(_begun(named) for named in operation.new))
    whole = _joined([by_id[each] for each in operation.old])
    if operation.kind == "split":  # parts that nobody has named are told apart by their ids
        made = tuple(
            _named(replace(whole, name=f"{whole.name} ({each.id})", name_en=f"{whole.name_en} ({each.id})"), each)
            for each in operation.new
        )
    else:
        made = tuple(_named(whole, named) for named in operation.new)
    if operation.kind == "rename":
        (topic,) = made
        (old,) = operation.old
        former = (each for each in (old, *whole.formerly) if each != topic.id and each in learnt)
        made = (replace(topic, formerly=tuple(dict.fromkeys(former))),)
    found: list[Topic] = []
    for topic in topics:
        if topic.id == operation.old[0]:
            found += made
        elif topic.id not in operation.old:
            found.append(topic)
    return tuple(found)


def _begun(named: Named) -> Topic:
    return Topic(named.id, named.name, named.name_en or named.name, named.definition)


def _named(whole: Topic, named: Named) -> Topic:
    return replace(
        whole,
        id=named.id,
        name=named.name or whole.name,
        name_en=named.name_en or whole.name_en,
        definition=named.definition or whole.definition,
    )


def _joined(parts: Sequence[Topic]) -> Topic:
    """Joins what several topics hold; one alone stays as it is."""
    if len(parts) == 1:
        return parts[0]
    lists: dict[str, Any] = {
        field: tuple(dict.fromkeys(item for part in parts for item in getattr(part, field)))
        for field in ("cues", "exclusions", "hints", "clauses")
    }
    definition = " ".join(part.definition for part in parts if part.definition)
    name, name_en = (" – ".join(getattr(part, field) for part in parts) for field in ("name", "name_en"))
    return replace(parts[0], name=name, name_en=name_en, definition=definition, formerly=(), **lists)


def _distinct(operation: Operation) -> None:
    for named in (operation.old, operation.ids):
        for topic in named:
            if named.count(topic) > 1:
                raise InputError(f"{topic!r} stands twice", f"{topic!r} được ghi hai lần")


def _enough(operation: Operation) -> None:
    if operation.kind == "merge" and len(operation.old) < 2:
        raise InputError("merge: name two topics or more", "merge: hãy ghi từ hai chủ đề trở lên")
    if operation.kind == "split" and len(operation.new) < 2:
        raise InputError("split: name two --into or more", "split: hãy ghi từ hai --into trở lên")
    if operation.kind == "retire" and not operation.reason.strip():
        raise InputError(
            "--reason: empty; say why, it is kept in the history",
            "--reason: còn trống; hãy ghi lý do, lý do được lưu trong lịch sử",
        )
    if operation.kind == "rename" and not operation.moves and not (operation.new[0].name or operation.new[0].name_en):
        raise InputError("rename: the new id is the old one; give --name", "rename: mã mới trùng mã cũ; hãy ghi --name")
