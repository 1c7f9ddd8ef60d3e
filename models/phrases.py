"""The phrases of a codebook as patterns, and which of them stand in which line.

A phrase is compared by syllables, so that case, tone-mark style (hoà, hòa), punctuation and the segmenter's joins do not
matter. Beside plain syllables it may hold

    …        at most `MAX_GAP` syllables of the same line; three full stops are the same
    (a|b c)  one of these
    #        a number, in digits or Roman
    a & b    both parts, in any order
    a ! b    the first part in a line where the second does not stand; what is barred comes last, "!" before each
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.encode import NUMERAL, Encoded, is_numeral, syllables
from models.text import normalise

MAX_GAP: Final = 8  # syllables that "…" may stand for
NUMBER: Final = "#"
FAULTS: Final[Mapping[str, str]] = {
    "bracket": "a bracket without its partner",
    "empty_part": "a part without a word",
    "empty_choice": "an alternative without a word",
    "gap_in_brackets": '"…" inside brackets',
    "choice_outside": '"|" outside brackets',
    "both_barred": '"&" after "!"',
}

_PIECE: Final = re.compile(r"…|#|\([^()]*\)|[^\s…#()]+|[()]")
_SYLLABLE: Final = re.compile(r"#|[^\W_]+")

Thing = TypeVar("Thing", bound=Hashable)
Run = tuple[str, ...]  # syllables in a row, "#" for any number
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a part: any of `runs`, after at most `gap` other syllables."""

    gap: int
    runs: frozenset[Run]


Part = tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A parsed phrase: it stands in a line where all of `needs` stand and none of `bars`."""

    needs: tuple[Part, ...]
    bars: tuple[Part, ...] = ()


class PhraseError(ValueError):
    """A phrase that cannot be read; `code` is one of FAULTS."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{text!r}: {FAULTS[code]}")
        self.code = code


def parse(text: str) -> Phrase:
    """Reads a phrase as a codebook writes it.

    Raises:
        PhraseError: says what cannot be read.
    """
    needed, *barred = text.split("!")
    if any("&" in part for part in barred):
        raise PhraseError("both_barred", text)
    return Phrase(tuple(_part(part, text) for part in needed.split("&")), tuple(_part(part, text) for part in barred))


def plain(text: str) -> Phrase:
    """Gives the phrase of the syllables of a text, where no sign has a meaning of its own."""
    return Phrase(((Slot(0, frozenset({tuple(syllables(normalise(text)))})),),))


class PhraseIndex:
    """Finds which of many phrases stand in which lines.

    All runs of all phrases are one trie, walked from every syllable of a batch at once; then lines × runs gives lines ×
    slots, lines × parts and lines × phrases by products of sparse matrices. The order of the slots of a part that has several
    is looked at in the few lines that hold them all.
    """

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        parts = _numbered(part for phrase in phrases for part in (*phrase.needs, *phrase.bars))
        slots = _numbered(slot.runs for part in parts for slot in part)
        runs = _numbered(run for choice in slots for run in sorted(choice))
        self.syllables = sorted({syllable for run in runs for syllable in run if syllable != NUMBER})
        self._trie = _Trie(list(runs), self.syllables)
        self._runs_of = _Members([[runs[run] for run in choice] for choice in slots], len(runs))
        self._slots_of = _Members([[slots[slot.runs] for slot in part] for part in parts], len(slots))
        self._needs = _Members([[parts[part] for part in phrase.needs] for phrase in phrases], len(parts))
        self._bars = _Members([[parts[part] for part in phrase.bars] for phrase in phrases], len(parts))
        self._orders = _Orders(parts, slots, runs)

    def matrix(self, lines: Encoded) -> csr_matrix:
        """Returns (n_lines, n_phrases) float32: 1 where the phrase stands in the line.

        `lines` are encoded by an `Encoder` for `syllables`.
        """
        size = len(lines.syllable_starts) - 1
        owners = np.repeat(np.arange(size), np.diff(lines.syllable_starts))
        hits = self._trie.walk(lines.syllables, owners)
        spoken = csr_matrix(
            (np.ones(len(hits.run), np.float32), (hits.line, hits.run)), shape=(size, self._runs_of.width)
        )
        parts = self._in_order(self._slots_of.all(self._runs_of.any(spoken)), hits)
        said = self._needs.all(parts)
        return csr_matrix(said - said.multiply(self._bars.any(parts)))

    def _in_order(self, parts: csr_matrix, hits: _Hits) -> csr_matrix:
        """Gives the parts of each line whose slots follow each other as they should, of those whose slots all stand there."""
        cells = np.flatnonzero(self._orders.many[parts.indices])
        lines = np.repeat(np.arange(parts.shape[0]), np.diff(parts.indptr))[cells]
        follow = self._orders.follow(lines, parts.indices[cells], hits)
        parts.data[cells[~follow]] = 0
        parts.eliminate_zeros()
        return parts


class _Orders:
    """The slots of each part that has several, in their order, and how far each may lie behind the one before."""

    def __init__(self, parts: Mapping[Part, int], slots: Mapping[frozenset[Run], int], runs: Mapping[Run, int]) -> None:
        self.many = np.array([len(part) > 1 for part in parts], dtype=bool)
        depth = max((len(part) for part in parts), default=0) + 1
        self._slots = np.full((len(parts), depth), -1, dtype=np.int64)
        self._gaps = np.zeros((len(parts), depth), dtype=np.int64)
        mine: list[list[int]] = [[] for _ in runs]
        asked = {slot.runs for part in parts if len(part) > 1 for slot in part}
        for part, number in parts.items():
            for place, slot in enumerate(part):
                self._slots[number, place], self._gaps[number, place] = slots[slot.runs], slot.gap
        for choice in asked:
            for run in choice:
                mine[runs[run]].append(slots[choice])
        self._mine = np.array([slot for own in mine for slot in own], dtype=np.int64)
        self._mine_starts = np.cumsum([0, *(len(own) for own in mine)])
        self._width = len(slots)

    def follow(self, lines: Ints, parts: Ints, hits: _Hits) -> NDArray[np.bool_]:
        """Tells of each pair of a line and a part, all of whose slots stand in the line, whether they follow each other."""
        done = np.zeros(len(lines), dtype=bool)
        if not len(lines):
            return done
        hit, at = _spread(self._mine_starts[hits.run], self._mine_starts[hits.run + 1])
        keys = hits.line[hit] * self._width + self._mine[at]
        order = np.argsort(keys, kind="stable")
        keys, first, after = keys[order], hits.first[hit][order], hits.after[hit][order]

        def standing(line: Ints, slot: Ints) -> tuple[Ints, Ints]:
            asked = line * self._width + slot
            return _spread(np.searchsorted(keys, asked, "left"), np.searchsorted(keys, asked, "right"))

        pair, at = standing(lines, self._slots[parts, 0])
        end = after[at]
        for place in range(1, self._slots.shape[1]):
            slot = self._slots[parts[pair], place]
            done[pair[slot < 0]] = True
            pair, end, slot = pair[slot >= 0], end[slot >= 0], slot[slot >= 0]
            came, at = standing(lines[pair], slot)
            between = first[at] - end[came]
            near = (between >= 0) & (between <= self._gaps[parts[pair[came]], place])
            pair, end = _distinct(pair[came[near]], after[at[near]])
        return done


def _spread(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Returns for spans of numbers which span each number is of, and the number."""
    sizes = high - low
    owners = np.repeat(np.arange(len(sizes)), sizes)
    within = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return owners, low[owners] + within


def _distinct(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Returns each pair of numbers once."""
    if not len(left):
        return left, right
    width = int(right.max()) + 1
    once = np.unique(left * width + right)
    return once // width, once % width


class _Members:
    """Groups of things by number: which groups have any, or all, of their members in each row of a matrix."""

    def __init__(self, groups: Sequence[Sequence[int]], width: int) -> None:
        self.width = width
        columns = [member for group in groups for member in set(group)]
        ends = np.cumsum([0, *(len(set(group)) for group in groups)])
        ones = np.ones(len(columns), dtype=np.float32)
        self._matrix = csr_matrix((ones, columns, ends), shape=(len(groups), width)).T.tocsr()
        self._sizes = np.diff(ends).astype(np.float32)

    def any(self, rows: csr_matrix) -> csr_matrix:
        """Returns (n_rows, n_groups): 1 where the row has a member of the group."""
        found = csr_matrix(rows @ self._matrix)
        found.data[:] = 1
        return found

    def all(self, rows: csr_matrix) -> csr_matrix:
        """Returns (n_rows, n_groups): 1 where the row, of ones, has every member of the group."""
        found = csr_matrix(rows @ self._matrix)
        found.data = (found.data == self._sizes[found.indices]).astype(np.float32)
        found.eliminate_zeros()
        return found


@dataclass(frozen=True, slots=True)
class _Hits:
    """Where runs stand: line, run, the place of the first syllable and the place after the last; by line."""

    line: Ints
    run: Ints
    first: Ints
    after: Ints


class _Trie:
    """All runs at once: a step from a node by a syllable is a key in a sorted array."""

    def __init__(self, runs: Sequence[Run], syllables: Sequence[str]) -> None:
        numbers = {syllable: number for number, syllable in enumerate(syllables, start=NUMERAL + 1)}
        self._any = len(syllables) + NUMERAL + 1  # the step "#"
        self._numeral = np.array([False, True, *map(is_numeral, syllables), False])
        self._width = self._any + 1
        steps: dict[int, int] = {}
        ends: dict[int, int] = {}
        for number, run in enumerate(runs):
            node = 0
            for syllable in run:
                key = node * self._width + (self._any if syllable == NUMBER else numbers[syllable])
                node = steps.setdefault(key, len(steps) + 1)
            ends[node] = number
        self._keys = np.array(sorted(steps), dtype=np.int64)
        self._nodes = np.array([steps[key] for key in self._keys.tolist()], dtype=np.int64)
        self._root = np.zeros(self._width, dtype=np.int64)  # the first step, in which most walks end; 0 leads nowhere
        for key, node in steps.items():
            if key < self._width:
                self._root[key] = node
        self._runs = np.full(len(steps) + 1, -1, dtype=np.int64)
        self._runs[list(ends)] = list(ends.values())

    def walk(self, spoken: Ints, owners: Ints) -> _Hits:
        """Finds every run in syllables (n,) that `owners` (n,) divides into lines."""
        first = np.arange(len(spoken))
        nodes = np.zeros(len(spoken), dtype=np.int64)
        found = []
        depth = 0
        while len(first):
            said = spoken[first + depth]
            ways = [self._step(nodes, said)]
            numeral = self._numeral[said]
            if numeral.any():
                ways.append(self._step(nodes, np.where(numeral, self._any, 0)))
            first, nodes = (
                np.concatenate(each) for each in zip(*((first[at], node) for at, node in ways), strict=True)
            )
            depth += 1
            ended = self._runs[nodes] >= 0
            found.append((self._runs[nodes[ended]], first[ended], first[ended] + depth))
            going = first + depth < len(spoken)
            going[going] = owners[first[going] + depth] == owners[first[going]]
            first, nodes = first[going], nodes[going]
        run, start, after = (
            (np.concatenate([np.zeros(0, np.int64), *each]) for each in zip(*found, strict=True))
            if found
            else [first] * 3
        )
        by_place = np.argsort(start, kind="stable")
        run, start, after = run[by_place], start[by_place], after[by_place]
        return _Hits(owners[start], run, start, after)

    def _step(self, nodes: Ints, said: Ints) -> tuple[Ints, Ints]:
        """Returns which of the walks go on, and their next nodes."""
        if not len(nodes) or not nodes.any():
            found = self._root[said]
            on = np.flatnonzero(found)
            return on, found[on]
        keys = nodes * self._width + said
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        on = np.flatnonzero(self._keys[places] == keys)
        return on, self._nodes[places[on]]


def _part(text: str, whole: str) -> Part:
    slots: list[Slot] = []
    gap = 0
    for piece in _PIECE.findall(normalise(text).replace("...", "…")):
        if piece in "()":
            raise PhraseError("bracket", whole)
        if "|" in piece and not piece.startswith("("):
            raise PhraseError("choice_outside", whole)
        if piece == "…":
            gap = MAX_GAP
            continue
        choices = _choices(piece[1:-1], whole) if piece.startswith("(") else [_run(piece)]
        if not choices[0]:
            continue  # punctuation
        last = slots[-1] if slots and gap == 0 else None
        if last and len(last.runs) == len(choices) == 1:
            slots[-1] = Slot(last.gap, frozenset({next(iter(last.runs)) + choices[0]}))
        else:
            slots.append(Slot(gap if slots else 0, frozenset(choices)))
        gap = 0
    if not slots:
        raise PhraseError("empty_part", whole)
    return tuple(slots)


def _choices(text: str, whole: str) -> list[Run]:
    if "…" in text:
        raise PhraseError("gap_in_brackets", whole)
    runs = [_run(choice) for choice in text.split("|")]
    if not all(runs):
        raise PhraseError("empty_choice", whole)
    return runs


def _run(text: str) -> Run:
    return tuple(_SYLLABLE.findall(text.lower()))


def _numbered(things: Iterable[Thing]) -> dict[Thing, int]:
    """Numbers distinct things in the order in which they come."""
    return {thing: number for number, thing in enumerate(dict.fromkeys(things))}
