"""Which of many phrases stand in which lines: all of them are looked for at once, in whole batches of lines."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.encode import NUMERAL, UNKNOWN, Encoded, is_numeral
from models.hashed import KeyTable, sort_small
from models.phrases import NUMBER, Part, Phrase, Run, Slot

_MARKS_A_HIT: Final = 8  # so that at most one pair in eight is looked for in vain
_LEFT_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
_RIGHT_FACTOR: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_MARKS_A_PAIR: Final = 16  # so that one pair of syllables in sixteen is walked on from in vain
_MOST_RUNS: Final = 1_024  # of a slot that is made of two

Thing = TypeVar("Thing", bound=Hashable)
Ints = NDArray[np.int64]


class PhraseIndex:
    """Finds which of many phrases stand in which lines.

    All runs of all phrases are one trie, walked from every syllable of a batch at once. A phrase is then looked for only in
    the lines where its rarest slot stands, and with every further slot in fewer of them; whether slots follow each other as
    they should, and what is barred, is looked at in the few lines that hold all of them.
    """

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        phrases = [Phrase(*(tuple(map(_multiplied, parts)) for parts in (each.needs, each.bars))) for each in phrases]
        parts = _numbered(part for phrase in phrases for part in (*phrase.needs, *phrase.bars))
        slots = _numbered(slot.runs for part in parts for slot in part)
        runs = _numbered(run for choice in slots for run in sorted(choice))
        self.syllables = sorted({syllable for run in runs for syllable in run if syllable != NUMBER})
        self._trie = _Trie(list(runs), self.syllables)
        self._order = _Order(parts, slots, runs)
        needed = [dict.fromkeys(slots[slot.runs] for part in phrase.needs for slot in part) for phrase in phrases]
        self._asked = _padded(needed)
        self._parts = _padded([[parts[part] for part in phrase.needs if len(part) > 1] for phrase in phrases])
        self._bars = _padded([[parts[part] for part in phrase.bars] for phrase in phrases])

    def matrix(self, lines: Encoded) -> csr_matrix:
        """Returns (n_lines, n_phrases) float32: 1 where the phrase stands in the line.

        `lines` are encoded by an `Encoder` for `syllables`.
        """
        hits = self._trie.walk(lines)
        line, phrase = self._holding(hits)
        for parts, wanted in ((self._parts, True), (self._bars, False)):
            for part in parts.T:
                asked = np.flatnonzero(part[phrase] >= 0)
                kept = np.ones(len(line), dtype=bool)
                kept[asked] = self._order.stands(line[asked], part[phrase[asked]], hits) == wanted
                line, phrase = line[kept], phrase[kept]
        shape = (len(lines.syllable_starts) - 1, len(self._asked))
        return csr_matrix((np.ones(len(line), np.float32), (line, phrase)), shape=shape)

    def _holding(self, hits: _Hits) -> tuple[Ints, Ints]:
        """Returns each line and phrase once where all slots of what the phrase needs stand, in whatever order."""
        often = np.append(self._order.often(hits), len(hits.keys) + 1)  # the last is for -1, no slot
        asked = np.take_along_axis(self._asked, np.argsort(often[self._asked], axis=1), axis=1)  # the rarest first
        able = np.flatnonzero(often[asked[:, 0]])
        at, line = self._order.lines(asked[able, 0], hits)
        phrase, line = _distinct(able[at], line)
        for slot in asked.T[1:]:
            further = np.flatnonzero(slot[phrase] >= 0)
            kept = slot[phrase] < 0
            kept[further[self._order.held(line[further], slot[phrase[further]], hits)]] = True
            line, phrase = line[kept], phrase[kept]
        return line, phrase


class _Order:
    """The runs of each slot, the slots of each part in their order, and how far each may lie behind the one before."""

    def __init__(self, parts: Mapping[Part, int], slots: Mapping[frozenset[Run], int], runs: Mapping[Run, int]) -> None:
        self._slots = _padded([[slots[slot.runs] for slot in part] for part in parts])
        self._gaps = _padded([[slot.gap for slot in part] for part in parts])
        self._runs = np.array([runs[run] for choice in slots for run in choice], dtype=np.int64)
        self._starts = np.cumsum([0, *map(len, slots)])
        self._lengths = np.array([len(run) for run in runs], dtype=np.int64)

    def often(self, hits: _Hits) -> Ints:
        """Returns (n_slots,): how often each stands in the batch."""
        return np.asarray(np.add.reduceat(np.diff(hits.starts)[self._runs], self._starts[:-1]))

    def lines(self, slots: Ints, hits: _Hits) -> tuple[Ints, Ints]:
        """Returns the places of slots among `slots`, and the lines where they stand."""
        owner, at = _spread(self._starts[slots], self._starts[slots + 1])
        run = self._runs[at]
        which, hit = _spread(hits.starts[run], hits.starts[run + 1])
        return owner[which], hits.owners[hits.keys[hit] - run[which] * len(hits.owners)]

    def held(self, lines: Ints, slots: Ints, hits: _Hits) -> Ints:
        """Returns the places of those pairs of a line and a slot where the slot stands in the line."""
        owner, run, line = self._able(lines, slots, hits)
        origin = run * len(hits.owners)
        low = np.searchsorted(hits.keys, origin + hits.line_starts.take(line))
        return owner[hits.keys.take(low) < origin + hits.line_starts.take(line + 1)]

    def standing(self, lines: Ints, slots: Ints, hits: _Hits) -> tuple[Ints, Ints, Ints]:
        """Returns, for pairs of a line and a slot, a pair's place, first syllable and place after the last, as often as it stands."""
        owner, run, line = self._able(lines, slots, hits)
        origin = run * len(hits.owners)
        low = np.searchsorted(hits.keys, origin + hits.line_starts.take(line))
        which, hit = _spread(low, np.searchsorted(hits.keys, origin + hits.line_starts.take(line + 1)))
        first = hits.keys[hit] - origin[which]
        return owner[which], first, first + self._lengths[run[which]]

    def _able(self, lines: Ints, slots: Ints, hits: _Hits) -> tuple[Ints, Ints, Ints]:
        """Returns a pair's place, a run of its slot, and its line, where the run may stand: most do not, and need no search."""
        owner, at = _spread(self._starts.take(slots), self._starts.take(slots + 1))
        run, line = self._runs.take(at), lines.take(owner)
        able = np.flatnonzero(hits.marks.take(_marks(run, line, len(hits.marks))))
        return owner.take(able), run.take(able), line.take(able)

    def stands(self, lines: Ints, parts: Ints, hits: _Hits) -> NDArray[np.bool_]:
        """Tells of each pair of a line and a part whether all slots of the part stand in the line, one after the other."""
        done = np.zeros(len(lines), dtype=bool)
        pair, _, end = self.standing(lines, self._slots[parts, 0], hits)
        for place in range(1, self._slots.shape[1]):
            slot = self._slots[parts[pair], place]
            done[pair[slot < 0]] = True
            pair, end, slot = pair[slot >= 0], end[slot >= 0], slot[slot >= 0]
            came, first, after = self.standing(lines[pair], slot, hits)
            between = first - end[came]
            near = (between >= 0) & (between <= self._gaps[parts[pair[came]], place])
            pair, end = _distinct(pair[came[near]], after[near])
        done[pair] = True
        return done


@dataclass(frozen=True, slots=True)
class _Hits:
    """Where runs stand in a batch of lines.

    A hit is one number of `keys`, ascending: its run times the number of syllables, and the place of its first syllable. A
    last number lies beyond all others.
    """

    keys: Ints
    starts: Ints  # (n_runs + 1,): where the hits of each run start among all
    owners: Ints  # (n_syllables,): the line of each syllable
    line_starts: Ints  # (n_lines + 1,)
    marks: NDArray[np.bool_]  # where `_marks` of a run and a line is False, the run does not stand in the line


class _Trie:
    """All runs at once: a step from a node by a syllable is a key in a table."""

    def __init__(self, runs: Sequence[Run], syllables: Sequence[str]) -> None:
        numbers = {syllable: number for number, syllable in enumerate(syllables, start=NUMERAL + 1)}
        self._any = len(syllables) + NUMERAL + 1  # the step "#"
        self._numeral = np.array([False, True, *map(is_numeral, syllables), False])
        self._width = self._any + 1
        self._size = len(runs)
        steps: dict[int, int] = {}
        ends: dict[int, int] = {}
        for number, run in enumerate(runs):
            node = 0
            for syllable in run:
                key = node * self._width + (self._any if syllable == NUMBER else numbers[syllable])
                node = steps.setdefault(key, len(steps) + 1)
            ends[node] = number
        self._steps = KeyTable(steps)  # the step of number n leads to node n + 1
        self._runs = np.full(len(steps) + 1, -1, dtype=np.int64)
        self._runs[list(ends)] = list(ends.values())
        self._root = np.zeros(self._width, dtype=np.int64)  # the first step; 0 leads nowhere
        begun = {node: key for key, node in steps.items() if key < self._width}
        self._root[list(begun.values())] = list(begun)
        self._lone = np.where(self._root, self._runs[self._root], -1)  # runs of one syllable
        pairs = np.array(
            [(begun[key // self._width], key % self._width) for key in steps if key // self._width in begun]
        )
        first, second = pairs.reshape(-1, 2).T.astype(np.int64)
        self._pairs = np.zeros(1 << (len(pairs) * _MARKS_A_PAIR).bit_length(), dtype=np.bool_)
        self._pairs[_marks(first.copy(), second.copy(), len(self._pairs))] = True

    def walk(self, lines: Encoded) -> _Hits:
        """Finds every run in every line."""
        spoken = np.append(lines.syllables, UNKNOWN)  # which no run holds: there ends a walk at the end
        size, numeral = len(lines.syllables), self._numeral.take(spoken)
        owners = np.repeat(np.arange(len(lines.syllable_starts) - 1), np.diff(lines.syllable_starts))
        found = [self._runs_at(self._lone.take(lines.syllables), np.arange(size)), self._lone_numbers(numeral)]
        first, nodes = self._begun(spoken, numeral)
        depth = 0
        while len(first):
            depth += 1
            first, nodes = self._step(first, nodes, spoken.take(first + depth), numeral.take(first + depth))
            inside = np.flatnonzero(owners.take(first + depth) == owners.take(first))
            first, nodes = first.take(inside), nodes.take(inside)
            found.append(self._runs_at(self._runs.take(nodes), first))
        beyond = self._size * size
        keys = sort_small(np.concatenate([*(run * size + began for run, began in found), [beyond]]), beyond)
        starts = np.searchsorted(keys, (np.arange(self._size + 1) * size).astype(keys.dtype))
        marks = np.zeros(1 << (len(keys) * _MARKS_A_HIT).bit_length(), dtype=np.bool_)
        for run, began in found:
            marks[_marks(run, owners.take(began), len(marks))] = True
        return _Hits(keys.astype(np.int64, copy=False), starts, owners, lines.syllable_starts, marks)

    def _begun(self, spoken: Ints, numeral: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """Returns the first syllables of walks that may have a second step, and the nodes of their first."""
        able = self._pairs.take(_marks(spoken[:-1], spoken[1:], len(self._pairs)))
        able |= numeral[1:]  # the step "#"
        first = np.flatnonzero(able)
        nodes = self._root.take(spoken.take(first))
        there = np.flatnonzero(nodes)
        numbers = np.flatnonzero(numeral) if self._root[self._any] else np.zeros(0, dtype=np.int64)
        by_number = np.full(len(numbers), self._root[self._any])
        return np.append(first.take(there), numbers), np.append(nodes.take(there), by_number)

    def _lone_numbers(self, numeral: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """Returns the run "#", where there is one, and the places of numbers."""
        run = self._lone[self._any]
        numbers = np.flatnonzero(numeral) if run >= 0 else np.zeros(0, dtype=np.int64)
        return np.full(len(numbers), run), numbers

    @staticmethod
    def _runs_at(runs: Ints, first: Ints) -> tuple[Ints, Ints]:
        """Returns runs, -1 where there is none, and their first syllables, without those that are none."""
        ended = np.flatnonzero(runs >= 0)
        return runs.take(ended), first.take(ended)

    def _step(self, first: Ints, nodes: Ints, said: Ints, numeral: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """Returns the walks that go on, by their first syllables, and their next nodes."""
        keys = nodes * self._width
        numbers = np.flatnonzero(numeral)
        on, steps = self._steps.find(keys + said)
        by_number, number_steps = self._steps.find(keys[numbers] + self._any)
        on, steps = np.append(on, numbers[by_number]), np.append(steps, number_steps)
        return first[on], steps + 1


def _multiplied(part: Part) -> Part:
    """Returns a part in which slots that follow at once are one, of all their runs joined: longer runs are rarer."""
    slots: list[Slot] = []
    for slot in part:
        if slots and slot.gap == 0 and len(slots[-1].runs) * len(slot.runs) <= _MOST_RUNS:
            last = slots.pop()
            slot = Slot(last.gap, frozenset(first + second for first in last.runs for second in slot.runs))  # noqa: PLW2901
        slots.append(slot)
    return tuple(slots)


def _marks(left: Ints, right: Ints, size: int) -> Ints:
    """Returns a number below `size`, a power of two, for each pair of numbers; few pairs share one."""
    mixed = (left.view(np.uint64) * _LEFT_FACTOR) ^ (right.view(np.uint64) * _RIGHT_FACTOR)
    return (mixed >> np.uint64(65 - size.bit_length())).view(np.int64)


def _spread(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Returns for spans of numbers which span each number is of, and the number."""
    sizes = high - low
    owners = np.repeat(np.arange(len(sizes)), sizes)
    within = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return owners, low.take(owners) + within


def _distinct(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Returns each pair of numbers once."""
    width = int(right.max(initial=0)) + 1
    keys = np.sort(left * width + right)
    once = keys[np.diff(keys, prepend=-1) > 0]
    return once // width, once % width


def _padded(rows: Sequence[Collection[int]]) -> Ints:
    """Returns rows of numbers as one matrix, -1 where they have ended; it has a column at least."""
    matrix = np.full((len(rows), max((1, *map(len, rows)))), -1, dtype=np.int64)
    for number, row in enumerate(rows):
        matrix[number, : len(row)] = list(row)
    return matrix


def _numbered(things: Iterable[Thing]) -> dict[Thing, int]:
    """Numbers distinct things in the order in which they come."""
    return {thing: number for number, thing in enumerate(dict.fromkeys(things))}
