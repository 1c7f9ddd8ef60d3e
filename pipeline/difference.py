"""Two codebooks side by side: topics that came, went, changed their id, and what was rewritten, word by word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from models.codebook import Codebook, Topic

TEXTS: Final = ("name", "name_en", "definition")
LISTS: Final = ("cues", "hints", "exclusions", "clauses")

_WORD: Final = re.compile(r"\s*\S+|\s+$")

Mark = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """One text of a topic, as runs of words that stayed, went or came."""

    field: str
    runs: tuple[tuple[Mark, str], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """What went from a list of a topic, and what came."""

    field: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Revised:
    """A topic that both codebooks have and that is not the same in both."""

    old: str  # id
    new: str  # id; another one where the topic was renamed
    texts: tuple[Rewritten, ...]
    lists: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What parts two codebooks; nothing where `same`."""

    removed: tuple[Topic, ...]
    added: tuple[Topic, ...]
    revised: tuple[Revised, ...]
    reordered: bool  # the topics that both have stand in another order

    @property
    def same(self) -> bool:
        """Tells whether nothing parts them."""
        return not (self.removed or self.added or self.revised or self.reordered)


def difference(old: Codebook, new: Codebook, renamed: Mapping[str, str] | None = None) -> Difference:
    """Compares two codebooks; `renamed` tells which topics go on under another id: old id -> new id."""
    before, after = ({topic.id: topic for topic in book.topics} for book in (old, new))
    moves = {a: b for a, b in (renamed or {}).items() if a in before and b in after}
    pairs = [
        (each, moves.get(each, each))
        for each in old.ids
        if each in moves or (each in after and each not in moves.values())
    ]
    kept, came = {a for a, _ in pairs}, {b for _, b in pairs}
    revised = (_revised(before[a], after[b]) for a, b in pairs)
    place = {topic: number for number, topic in enumerate(new.ids)}
    order = [place[b] for _, b in pairs]
    return Difference(
        removed=tuple(topic for topic in old.topics if topic.id not in kept),
        added=tuple(topic for topic in new.topics if topic.id not in came),
        revised=tuple(each for each in revised if each.old != each.new or each.texts or each.lists),
        reordered=order != sorted(order),
    )


def rewritten(old: str, new: str) -> tuple[tuple[Mark, str], ...]:
    """Gives the runs of words of which two texts are made; those that are not new make the old text, letter by letter."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    runs: list[tuple[Mark, str]] = []
    for tag, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(("same", "".join(before[first:last])))
            continue
        if first < last:
            runs.append(("gone", "".join(before[first:last])))
        if start < end:
            runs.append(("new", "".join(after[start:end])))
    return tuple(runs)


def _revised(old: Topic, new: Topic) -> Revised:
    texts = tuple(
        Rewritten(field, rewritten(getattr(old, field), getattr(new, field)))
        for field in TEXTS
        if getattr(old, field) != getattr(new, field)
    )
    lists = (Listed(field, *_parted(getattr(old, field), getattr(new, field))) for field in LISTS)
    return Revised(old.id, new.id, texts, tuple(each for each in lists if each.gone or each.new))


def _parted(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    there, here = set(old), set(new)
    return tuple(each for each in old if each not in here), tuple(each for each in new if each not in there)
