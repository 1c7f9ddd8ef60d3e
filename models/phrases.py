"""The phrases of a codebook as patterns, and which of them stand in which line.

A phrase is compared by syllables, so that case, tone-mark style (hoà, hòa), punctuation and the segmenter's joins do not
matter. Beside plain syllables it may hold

    …        at most `MAX_GAP` syllables of the same line; three full stops are the same
    (a|b c)  one of these
    #        a number, in digits or Roman
    a & b    both parts, in any order
    a ! b    the first part in a line where the second does not stand; what is barred comes last, "!" before each
    … = 60%  at the end of all: how far the phrase is trusted; `ORDINARY` where nothing is said
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.encode import NUMERAL, UNKNOWN, Encoded, is_numeral, syllables
from models.hashed import KeyTable, sort_small
from models.text import normalise

_MARKS_A_HIT: Final = 8  # so that at most one pair in eight is looked for in vain
_RUN_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
_LINE_FACTOR: Final = np.uint64(0xC2B2AE3D27D4EB4F)

MAX_GAP: Final = 8  # syllables that "…" may stand for
NUMBER: Final = "#"
ORDINARY: Final = (
    0.5  # trust in a phrase of which nothing is said; one of 1 is trusted twice as far, one of 0 says nothing
)
FAULTS: Final[Mapping[str, str]] = {
    "bracket": "a bracket without its partner",
    "empty_part": "a part without a word",
    "empty_choice": "an alternative without a word",
    "gap_in_brackets": '"…" inside brackets',
    "choice_outside": '"|" outside brackets',
    "both_barred": '"&" after "!"',
    "trust": 'after "=" a whole number from 0 to 100 and "%" must stand, and nothing else',
}

_PIECE: Final = re.compile(r"…|#|\([^()]*\)|[^\s…#()]+|[()]")
_SYLLABLE: Final = re.compile(r"#|[^\W_]+")
_TRUST: Final = re.compile(r"\s*(?P<percent>\d{1,2}|100)\s*%\s*", re.ASCII)

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
    needed, *barred = _parted(text)[0].split("!")
    if any("&" in part for part in barred):
        raise PhraseError("both_barred", text)
    return Phrase(tuple(_part(part, text) for part in needed.split("&")), tuple(_part(part, text) for part in barred))


def trust_in(text: str) -> float | None:
    """Gives the trust, 0 to 1, that a phrase carries; None where nothing is said of it.

    Raises:
        PhraseError: something else stands there.
    """
    return _parted(text)[1]


def untrusted(text: str) -> str:
    """Gives a phrase without the trust that it carries."""
    return text.partition("=")[0].rstrip()


def plain(text: str) -> Phrase:
    """Gives the phrase of the syllables of a text, where no sign has a meaning of its own."""
    return Phrase(((Slot(0, frozenset({tuple(syllables(normalise(text)))})),),))


class PhraseIndex:
    """Finds which of many phrases stand in which lines.

    All runs of all phrases are one trie, walked from every syllable of a batch at once. A phrase is then looked for only in
    the lines where its rarest slot stands, and with every further slot in fewer of them; whether slots follow each other as
    they should, and what is barred, is looked at in the few lines that hold all of them.
    """

    def __init__(self, phrases: Sequence[Phrase]) -> None:
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
        self._root = np.zeros(self._width, dtype=np.int64)  # the first step, in which most walks end; 0 leads nowhere
        for key, node in steps.items():
            if key < self._width:
                self._root[key] = node
        self._runs = np.full(len(steps) + 1, -1, dtype=np.int64)
        self._runs[list(ends)] = list(ends.values())

    def walk(self, lines: Encoded) -> _Hits:
        """Finds every run in every line."""
        spoken = np.append(lines.syllables, UNKNOWN)  # which no run holds: there ends a walk at the end
        size, numeral = len(lines.syllables), self._numeral.take(spoken)
        owners = np.repeat(np.arange(len(lines.syllable_starts) - 1), np.diff(lines.syllable_starts))
        nodes = self._root.take(spoken)
        numbers = np.flatnonzero(numeral) if self._root[self._any] else np.zeros(0, dtype=np.int64)
        first = np.flatnonzero(nodes)
        nodes = np.append(nodes.take(first), np.full(len(numbers), self._root[self._any]))
        first = np.append(first, numbers)
        keys, marked = [], []
        depth = 0
        while len(first):
            depth += 1
            run = self._runs.take(nodes)
            ended = np.flatnonzero(run >= 0)
            run, began = run.take(ended), first.take(ended)
            keys.append(run * size + began)
            marked.append((run, owners.take(began)))
            first, nodes = self._step(first, nodes, spoken.take(first + depth), numeral.take(first + depth))
            inside = np.flatnonzero(owners.take(first + depth) == owners.take(first))
            first, nodes = first.take(inside), nodes.take(inside)
        beyond = self._size * size
        found = sort_small(np.concatenate([*keys, [beyond]]), beyond).astype(np.int64, copy=False)
        starts = np.searchsorted(found, np.arange(self._size + 1) * size)
        marks = np.zeros(1 << (len(found) * _MARKS_A_HIT).bit_length(), dtype=np.bool_)
        for run, line in marked:
            marks[_marks(run, line, len(marks))] = True
        return _Hits(found, starts, owners, lines.syllable_starts, marks)

    def _step(self, first: Ints, nodes: Ints, said: Ints, numeral: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """Returns the walks that go on, by their first syllables, and their next nodes."""
        keys = nodes * self._width
        numbers = np.flatnonzero(numeral)
        on, steps = self._steps.find(keys + said)
        by_number, number_steps = self._steps.find(keys[numbers] + self._any)
        on, steps = np.append(on, numbers[by_number]), np.append(steps, number_steps)
        return first[on], steps + 1


def _marks(runs: Ints, lines: Ints, size: int) -> Ints:
    """Returns a number below `size`, a power of two, for each pair of a run and a line; few pairs share one."""
    mixed = (runs.view(np.uint64) * _RUN_FACTOR) ^ (lines.view(np.uint64) * _LINE_FACTOR)
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


def _parted(text: str) -> tuple[str, float | None]:
    """Parts a phrase from the trust that it carries."""
    said, sign, trust = text.partition("=")
    if not sign:
        return said, None
    if (found := _TRUST.fullmatch(trust)) is None:
        raise PhraseError("trust", text)
    return said, int(found["percent"]) / 100


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
