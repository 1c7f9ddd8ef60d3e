"""Groups the items of a letter into topics: those that name the same term of the field, and those that share rare words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

from models.encode import syllables
from pipeline.directive.background import Background
from pipeline.directive.glossary import Glossary, Term
from pipeline.directive.letter import Item
from pipeline.directive.wordlist import TOLD, Words, chunks, clean, runs

ALIKE: Final = 0.3  # cosine of two items' weighted words from which they are one topic
THEME_SHARE: Final = (
    0.4  # of the items; a term that more of them name is what the letter is about, and tells none apart
)
FEW: Final = 5  # items; in a shorter letter a term in several items is no sign of that
NARROW: Final = 0.5  # by which a term for letters of one kind goes before one for all
STRONG: Final = 2.0  # ways of saying a term; an item that says it so plainly serves it beside its own topic
OPENS: Final = 2.0  # weight of what an item begins with: a Vietnamese phrase begins with what it is about

Bag = dict[tuple[str, ...], float]


@dataclass(slots=True)
class Group:
    """Items that ask for the same; `term` is what the field calls it, None where the glossary knows nothing like it."""

    term: Term | None
    items: list[Item]
    also: list[Item]  # items of other topics that name this one too


@dataclass(frozen=True, slots=True)
class Grouped:
    """All items in topics, in the letter's order; `unplaced` say nothing that could be searched for."""

    groups: tuple[Group, ...]
    unplaced: tuple[Item, ...]


def grouped(items: Sequence[Item], theme: str, glossary: Glossary, background: Background, words: Words) -> Grouped:
    """Groups items; each is in one topic, or among those that could not be placed."""
    said = _weighed([item.text for item in items], theme, glossary, words)
    bags = [_bag(item.text, theme, background, words) for item in items]
    groups: list[Group] = []
    of_term: dict[int, Group] = {}
    loose: list[tuple[list[Bag], Group]] = []
    unplaced: list[Item] = []
    for item, row, bag in zip(items, said, bags, strict=True):
        best = int(row.argmax()) if row.size and row.max() > 0 else None
        if best is not None:
            if best not in of_term:
                of_term[best] = Group(glossary.terms[best], [], [])
                groups.append(of_term[best])
            of_term[best].items.append(item)
        elif not bag and not _says(item.text, theme, words):
            unplaced.append(item)
        elif (near := _nearest(bag, loose)) is not None:
            near[0].append(bag)
            near[1].items.append(item)
        else:
            loose.append(([bag], Group(None, [item], [])))
            groups.append(loose[-1][1])
    for number, group in of_term.items():
        group.also += [
            item for item, row in zip(items, said, strict=True) if row[number] >= STRONG and item not in group.items
        ]
    return Grouped(tuple(groups), tuple(unplaced))


def _weighed(texts: Sequence[str], theme: str, glossary: Glossary, words: Words) -> np.ndarray:
    """Returns (n_items, n_terms): how plainly an item names a term; only the best kind of terms counts in each item.

    Terms of the field come first, then sides of the theme (its meaning, its results), then what names the theme itself.
    """
    said = glossary.said(texts)
    if not len(texts) or not glossary.terms:
        return said
    sides = np.array([term.of_event for term in glossary.terms])
    common = (said > 0).mean(axis=0) > THEME_SHARE if len(texts) >= FEW else np.zeros(len(sides), dtype=bool)
    themes = ~sides & ((glossary.said([theme])[0] > 0) | common)
    for row, number in np.argwhere((said > 0) & sides).tolist():
        if not _is_side(texts[row], theme, glossary.terms[number], words):
            said[row, number] = 0.0
    weighed = np.zeros_like(said)
    for kind in (~sides & ~themes, sides, themes):
        open_rows = weighed.max(axis=1) == 0
        weighed[np.ix_(open_rows, kind)] = said[np.ix_(open_rows, kind)]
    alone = (weighed > 0).sum(axis=0) > 1  # several items that name nothing but the theme are told apart by their words
    weighed[:, themes & alone] = 0.0
    return np.asarray(weighed + NARROW * (weighed > 0) * np.array([bool(term.needs) for term in glossary.terms]))


def _is_side(text: str, theme: str, term: Term, words: Words) -> bool:
    """Tells whether an item asks for a side of the theme itself, and not of something that it names before the theme."""
    before, there, _ = f" {clean(text)} ".partition(f" {theme} ")
    if not theme or not there:
        return False
    told = {syllable for way in term.said for syllable in syllables(way)}
    named = (word for chunk in chunks(before, words) for word in chunk if word not in TOLD)
    return not any(len(said := syllables(word)) > 1 and not told.issuperset(said) for word in named)


def _says(text: str, theme: str, words: Words) -> bool:
    """Tells whether an item without a rare word says anything that can be searched for: two words, or one of the theme."""
    said = {word for chunk in chunks(text, words) for word in chunk if len(syllables(word)) > 1}
    return len(said) + bool(theme) > 1 and bool(said)


def _bag(text: str, theme: str, background: Background, words: Words) -> Bag:
    """Gives the words of an item and their pairs, each with how rare it is; the theme's own words tell nothing."""
    bag: Bag = {}
    for place, chunk in enumerate(chunks(text, words)):
        for run in runs(chunk, 4):
            said = " ".join(run)
            if said not in theme and not (theme and f" {theme} " in f" {said} "):
                bag.setdefault(run, background.rarity(run) * (1.0 if place else OPENS))
    length = sqrt(sum(weight**2 for weight in bag.values()))
    return {run: weight / length for run, weight in bag.items()} if length else {}


def _nearest(bag: Bag, loose: Sequence[tuple[list[Bag], Group]]) -> tuple[list[Bag], Group] | None:
    def likeness(group: tuple[list[Bag], Group]) -> float:
        return sum(sum(weight * other.get(run, 0.0) for run, weight in bag.items()) for other in group[0]) / len(
            group[0]
        )

    best = max(loose, key=likeness, default=None)
    return best if best is not None and likeness(best) >= ALIKE else None
