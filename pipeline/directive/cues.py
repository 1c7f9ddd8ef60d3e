"""Phrases of a drafted topic: how articles say what the field calls so; else the letter's own rare words, and words alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from models.encode import syllables
from pipeline.directive.background import Background
from pipeline.directive.glossary import EVENT
from pipeline.directive.synonyms import alike
from pipeline.directive.topics import Group
from pipeline.directive.wordlist import TOLD, Words, chunks, runs

LONGEST: Final = 6  # syllables of a phrase taken from the letter
CUE_SHARE: Final = (
    0.01  # of articles; what stands in no more of them speaks for its topic alone (draft_quality.py --choose)
)
HINT_SHARE: Final = (
    0.08  # … in no more of them speaks for it beside another; only where the field knows no better phrases
)
APART: Final = 3  # words of an item between the two of a pair, at most
BEGINS: Final = 2.0  # weight of a run with which an item begins, or that stands in two items of a topic
MOST: Final = 12  # phrases of one kind from the letter's words; the program reads many as the less each says

Run = tuple[str, ...]
Said = TypeVar("Said", Run, str)


@dataclass(frozen=True, slots=True)
class Phrases:
    """What speaks for a drafted topic; `added` are those of cues and hints that only mean the same as the letter's words."""

    cues: tuple[str, ...]
    hints: tuple[str, ...]
    exclusions: tuple[str, ...]
    added: tuple[str, ...] = ()


def phrases(groups: Sequence[Group], theme: str, background: Background, words: Words) -> list[Phrases]:
    """Gives the phrases of each topic.

    A phrase of the letter that stands in items of several topics is that of the one which says it most. Of the rare ones the
    shortest are taken: they stand in more articles. Where the field knows phrases of its own, only what the items begin with
    may join them; else words that mean the same as the letter's are added.
    """
    own = [_runs(group, background, words) for group in groups]
    pairs = [_pairs(group, theme, background, words) if _is_open(group) else [] for group in groups]
    owners = _owners(own, groups)
    owners_of_pairs = _owners([dict.fromkeys(found, 1.0) for found in pairs], groups)
    near = [_alike([*_words_of(group, words), *map(" ".join, own[n])], theme, group) for n, group in enumerate(groups)]
    owners_of_near = _owners(near, groups)
    said_somewhere = {word for group in groups for word in _words_of(group, words)}
    made = []
    for number, group in enumerate(groups):
        mine = [run for run in own[number] if owners[run] == number and " ".join(run) not in theme]
        told = [pair for pair in pairs[number] if owners_of_pairs[pair] == number]
        if not _is_open(group):
            mine = [run for run in mine if own[number][run] >= BEGINS and not _within(tuple(theme.split()), run)]
        cues = [*map(" ".join, _shortest(mine, background, 0.0, CUE_SHARE)), *told]
        hints = [*map(" ".join, _shortest(mine, background, CUE_SHARE, HINT_SHARE))] if _is_open(group) else []
        if group.term is None and not cues:  # ordinary words alone: what they say together is all there is
            cues = _pairs(group, theme, background, words, told=True)
        added = [word for word in near[number] if owners_of_near[word] == number and word not in said_somewhere]
        shares = {other: background.share(other.split()) for other in added}
        cues += [other for other in added if shares[other] <= CUE_SHARE]
        hints += [other for other in added if CUE_SHARE < shares[other] <= HINT_SHARE]
        made.append(_joined(group, theme, cues, hints, added))
    collisions = _collisions([each.cues for each in made])
    return [replace(each, exclusions=(*each.exclusions, *collisions[number])) for number, each in enumerate(made)]


def _is_open(group: Group) -> bool:
    """Tells whether the glossary knows nothing of a topic, or only that it is a side of what the letter is about."""
    return group.term is None or group.term.of_event


def _owners(found: Sequence[Mapping[Said, float]], groups: Sequence[Group]) -> dict[Said, int | None]:
    """Gives for each phrase the topic that says it most; of those that say it alike the shortest, None where the field knows it."""
    most: dict[Said, tuple[float, int | None]] = {}
    sizes = [sum(len(item.text.split()) for item in group.items) for group in groups]
    for number, weights in enumerate(found):
        for said, plain in weights.items():
            best, _ = most.get(said, (0.0, None))
            weight = plain + (1.0 / (1 + sizes[number]) if groups[number].term is None else 0.0)
            if weight >= best:
                most[said] = (weight, number if weight > best else None)
    return {said: owner for said, (_, owner) in most.items()}


def _words_of(group: Group, words: Words) -> dict[str, None]:
    """Gives the words of a topic's items that say something, their syllables parted by spaces."""
    found = (word for item in group.items for chunk in chunks(item.text, words) for word in chunk if word not in TOLD)
    return dict.fromkeys(" ".join(syllables(word)) for word in found)


def _alike(known: Iterable[str], theme: str, group: Group) -> dict[str, float]:
    """Gives the words that mean the same as those of a topic; none where the field knows better ones, nor for the theme's own."""
    if not _is_open(group):
        return {}
    own = (word for word in known if f" {word} " not in f" {theme} ")
    return dict.fromkeys((other for word in own for other in alike(word)), 1.0)


def _runs(group: Group, background: Background, words: Words) -> dict[Run, float]:
    """Gives the runs of words of a topic's items with their weights: 1 for each item, 2 where it begins with the run."""
    found: dict[Run, float] = {}
    for item in group.items:
        for place, chunk in enumerate(chunks(item.text, words)):
            for run in dict.fromkeys(runs(chunk, LONGEST, background.joined)):
                found[run] = found.get(run, 0.0) + (1.0 if place else BEGINS)
    return found


def _pairs(group: Group, theme: str, background: Background, words: Words, *, told: bool = False) -> list[str]:
    """Gives pairs of words of an item, "kết quả … nhiệm kỳ", that together are rare enough to be cues, the rarest MOST.

    Each word also goes with the theme: what the letter asks for is asked of that. With `told` both may be words of which
    each stands in any letter.
    """
    found: dict[str, float] = {}
    for item in group.items:
        said = [word for chunk in chunks(item.text, words) for word in chunk if len(syllables(word)) > 1]
        pairs = [(a, b) for place, a in enumerate(said) for b in said[place + 1 : place + 2 + APART]]
        near = [(word, theme) for word in said if theme and " ".join(syllables(word)) not in theme and word not in TOLD]
        for first, second in (*pairs, *near):
            if first == second or (first in TOLD and second in TOLD and not told):
                continue
            shares = [background.share(syllables(word)) for word in (first, second)]
            together = shares[0] * shares[1]  # of articles, by chance
            if together <= CUE_SHARE < shares[0] and (
                second == theme or shares[1] > CUE_SHARE
            ):  # a rarer word stands alone
                found[" … ".join(" ".join(syllables(word)) for word in (first, second))] = together
    return sorted(found, key=lambda pair: (found[pair], pair))[:MOST]


def _shortest(found: Sequence[Run], background: Background, above: float, most: float) -> list[Run]:
    """Gives runs whose share of articles lies in a range, without those that hold a shorter one; the rarest MOST."""
    fitting = sorted((run for run in found if above < background.share(run) <= most), key=len)
    kept: list[Run] = []
    for run in fitting:
        if not any(_within(short, run) for short in kept):
            kept.append(run)
    return sorted(kept, key=lambda run: (background.share(run), run))[:MOST]


def _within(short: Run, run: Run) -> bool:
    return f" {' '.join(short)} " in f" {' '.join(run)} "


def _joined(group: Group, theme: str, cues: Sequence[str], hints: Sequence[str], added: Sequence[str]) -> Phrases:
    known = {
        name: tuple(_of_event(getattr(group.term, name), theme)) if group.term else ()
        for name in ("cues", "hints", "exclusions")
    }
    speaking = dict.fromkeys([*known["cues"], *cues])
    softly = dict.fromkeys(text for text in [*known["hints"], *hints] if text not in speaking)
    kept = [text for text in added if text in speaking or text in softly]
    return Phrases(tuple(speaking), tuple(softly), known["exclusions"], tuple(kept))


def _of_event(texts: Sequence[str], theme: str) -> Iterator[str]:
    for text in texts:
        if EVENT not in text:
            yield text
        elif theme:
            there = re.search(rf"[(|]{re.escape(theme)}[|)]", text)
            yield text.replace(f"|{EVENT}" if there else EVENT, "" if there else theme)


def _collisions(cues: Sequence[tuple[str, ...]]) -> list[list[str]]:
    """Gives for each topic the plain cues of others that hold a plain cue of its own: there the others are meant."""
    plain = [[tuple(text.split()) for text in topic if _is_plain(text)] for topic in cues]
    owners: dict[Run, set[int]] = {}
    for number, topic in enumerate(plain):
        for run in topic:
            owners.setdefault(run, set()).add(number)
    found: list[dict[str, None]] = [{} for _ in cues]
    for topic in plain:
        for run in topic:
            parts = {run[a:b] for a in range(len(run)) for b in range(a + 1, len(run) + 1)} - {run}
            for owner in set().union(*(owners.get(part, set()) for part in parts)) - owners[run]:
                found[owner][" ".join(run)] = None
    return [list(each) for each in found]


def _is_plain(text: str) -> bool:
    return not any(sign in text for sign in "…()#&!=|")
