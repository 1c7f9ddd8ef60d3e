"""The units of statistics: texts, each however often printed, as populations of a phase, of a group or of an outlet.

A text carries a topic if any of its articles was confirmed, and was read if any of them was, in whatever outlet. Chance draws
articles by their permanent numbers; a text is in a sample by the number of its first article and by no other, or texts that
were printed often would be drawn more often.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.audit.estimate import Strata
from pipeline.audit.slices import Slice
from pipeline.frames import Bools, Floats, Frame, Halves, Signs

BOUNDARIES: Final = (0.01, 0.10, 0.50)  # scores between strata: those by which `pipeline.review.draw` draws
STRATA: Final = len(BOUNDARIES) + 1
MOST_MISSING: Final = 0.10  # share of a sample that may be neither read nor refused

Places = NDArray[np.intp]
Population = tuple[str, str]  # outlet, group; both empty for all outlets


@dataclass(frozen=True, slots=True)
class Column:
    """What the frame says of one topic, each part in one piece: a million rows are gone through often."""

    scores: Halves  # (n,)
    machine: Bools  # (n,)
    said: Signs  # (n,)
    chance: Bools  # (n,) the word came by chance, and the article is its text's first

    @classmethod
    def of(cls, frame: Frame, column: int) -> Column:
        """Copies one column."""
        return cls(
            scores=np.ascontiguousarray(frame.scores[:, column]),
            machine=np.ascontiguousarray(frame.machine[:, column]),
            said=np.ascontiguousarray(frame.said[:, column]),
            chance=frame.chance[:, column] & frame.origins,
        )


@dataclass(frozen=True, slots=True)
class Texts:
    """Every text of a frame once; m texts of n articles."""

    of: Places  # (n,) place of the article's text
    permanent: Floats  # (m,)
    refused: Bools  # (m,) drawn by chance, and its readers refused to say
    taught: Bools  # (m,) the model was trained on an article of it

    @classmethod
    def of_frame(cls, frame: Frame) -> Texts:
        """Numbers the texts."""
        _, of = np.unique(frame.clusters, return_inverse=True)
        count = int(of.max()) + 1 if len(of) else 0
        permanent = np.zeros(count)
        permanent[of] = frame.permanent
        refused, taught = (np.zeros(count, dtype=np.bool_) for _ in range(2))
        refused[of[frame.skipped & frame.origins]] = True
        if frame.taught is not None:
            taught[of[frame.taught]] = True
        return cls(of, permanent, refused, taught)

    def words(self, column: Column) -> Words:
        """Gives what people said of one topic."""
        said = np.full(len(self.permanent), -1, dtype=np.int8)
        chance = np.zeros(len(said), dtype=np.bool_)
        for value in (0, 1):
            said[self.of[column.said == value]] = value
        chance[self.of[column.chance & (column.said >= 0)]] = True
        return Words(said, chance, self.refused & (said < 0))


@dataclass(frozen=True, slots=True)
class Words:
    """What people said of one topic, text by text."""

    said: Signs  # (m,) 1 confirmed, 0 denied, -1 nobody has said
    chance: Bools  # (m,) the word of its first article came by chance
    refused: Bools  # (m,) drawn by chance, nobody has said, and a reader refused to


@dataclass(frozen=True, slots=True)
class Units:
    """The texts of one phase, once in every population that printed them; k units of r articles, those of all outlets first."""

    phase: str
    populations: tuple[Population, ...]
    population: Places  # (k,) place in `populations`, ascending
    text: Places  # (k,)
    rows: Places  # (r,) articles in the order of their units; one article belongs to several populations
    starts: Places  # (k,) where the articles of each unit begin

    @property
    def everywhere(self) -> slice:
        """The units of the first population: all outlets."""
        return slice(0, int(np.searchsorted(self.population, 0, side="right")))

    def scores(self, column: Column) -> Halves:
        """Gives each unit's greatest score, (k,)."""
        scores: Halves = self._most(column.scores)
        return scores

    def machine(self, column: Column) -> Bools:
        """Tells which units the machine finds, (k,)."""
        found: Bools = self._most(column.machine)
        return found

    def _most(self, values: NDArray[Any]) -> NDArray[Any]:
        return np.maximum.reduceat(values[self.rows], self.starts) if len(self.starts) else values[:0]

    def table(self, place: Places, columns: int, which: Places | slice) -> NDArray[np.int64]:
        """Counts units (n_populations, columns) by their place among the columns."""
        cell = self.population[which] * columns + place[which]
        counts = np.bincount(cell, minlength=len(self.populations) * columns)
        return counts.reshape(len(self.populations), columns)


def units_of(texts: Texts, cuts: Sequence[Slice], groups: Mapping[str, Sequence[str]]) -> Units:
    """Makes the units of one phase from its slices: all outlets, then each group of outlets, then each outlet."""
    everyone = tuple(cut.outlet.id for cut in cuts)
    members: list[tuple[Population, Iterable[str]]] = [(("", ""), everyone)]
    members += [(("", group), outlets) for group, outlets in groups.items()]
    members += [((outlet, ""), (outlet,)) for outlet in everyone]
    rows_of = {cut.outlet.id: np.arange(cut.first, cut.last) for cut in cuts}
    parts: list[tuple[Places, Places, Places]] = []
    shift = 0
    for place, (_, outlets) in enumerate(members):
        rows = np.concatenate([rows_of[outlet] for outlet in outlets] or [np.arange(0)])
        own = texts.of[rows]
        order = np.argsort(own, kind="stable")
        rows, own = rows[order], own[order]
        starts = np.flatnonzero(np.concatenate([[True], own[1:] != own[:-1]])[: len(own)])
        parts.append((rows, starts + shift, np.full(len(starts), place)))
        shift += len(rows)
    all_rows, starts, population = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Units(
        phase=cuts[0].phase.id,
        populations=tuple(name for name, _ in members),
        population=population,
        text=texts.of[all_rows[starts]],
        rows=all_rows,
        starts=starts,
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a sample was read: up to which permanent number, and whether all but a few below it were."""

    to: float  # -1 where nothing was read by chance
    finished: bool


def reach(permanent: Floats, done: Bools, chance: Bools) -> Reach:
    """Tells how far the sample of one stratum was read, from the numbers of its units, those done and those done by chance.

    It ends at the greatest number that chance reached, as long as a tenth at most of all below it still waits. Where more
    waits, as new articles do that a queue appends, a shorter sample without holes will do if it holds half of the readings.
    """
    if not chance.any():
        return Reach(-1.0, finished=True)
    near = permanent <= permanent[chance].max()
    permanent, done, chance = permanent[near], done[near], chance[near]
    order = np.argsort(permanent, kind="stable")
    reads = chance[order]
    share = np.cumsum(done[order]) / np.arange(1, len(order) + 1)
    ends = np.flatnonzero(reads & (share >= 1 - MOST_MISSING))
    if len(ends) and 2 * np.count_nonzero(reads[: ends[-1] + 1]) >= np.count_nonzero(reads):
        return Reach(float(permanent[order[ends[-1]]]), finished=True)
    return Reach(float(permanent[order[-1]]), finished=False)


def read_up_to(permanent: Floats, done: Bools, rate: float) -> float:
    """Gives the number below which a tenth at most of some texts waits to be read: `rate`, or less; 0 where there is none."""
    drawn = permanent < rate
    order = np.argsort(permanent[drawn], kind="stable")
    numbers, share = permanent[drawn][order], np.cumsum(done[drawn][order]) / np.arange(1, len(order) + 1)
    if not len(order) or share[-1] >= 1 - MOST_MISSING:
        return rate
    ends = np.flatnonzero(share >= 1 - MOST_MISSING)
    return float(numbers[ends[-1] + 1]) if len(ends) else 0.0


def strata_of(units: Units, texts: Texts, words: Words, place: Places, ends: Floats) -> Strata:
    """Counts the strata (n_populations, n_strata): units by their stratum's place, the sample of each up to its end."""
    known = np.flatnonzero((words.said[units.text] >= 0) | words.refused[units.text])
    said, refused = words.said[units.text[known]], words.refused[units.text[known]]
    drawn = texts.permanent[units.text[known]] <= ends[place[known]]

    def counts(which: Bools) -> NDArray[np.int64]:
        return units.table(place, len(ends), known[which])

    return Strata(
        size=units.table(place, len(ends), slice(None)),
        read=counts(drawn & (said >= 0)),
        positive=counts(drawn & (said == 1)),
        skipped=counts(drawn & refused),
        found=counts(~drawn & (said == 1)),
        denied=counts(~drawn & (said == 0)),
    )


def stratum_of(scores: Halves) -> Places:
    """Gives each score's place among the strata."""
    return np.searchsorted(np.asarray(BOUNDARIES, dtype=np.float32), scores, side="right")


def ends_of(
    units: Units, texts: Texts, words: Words, place: Places, count: int, rate: float = 0.0
) -> tuple[Floats, bool]:
    """Gives up to which number the sample of each stratum was read over all outlets, and whether every one is finished.

    A stratum of which nothing was read by chance is not, where the uniform sample of this rate drew texts of it that wait.
    """
    whole = units.everywhere
    text, place = units.text[whole], place[whole]
    done = (words.said[text] >= 0) | words.refused[text]
    reaches = []
    for own in (place == stratum for stratum in range(count)):
        known = reach(texts.permanent[text[own]], done[own], words.chance[text[own]])
        untouched = known.to < 0 and read_up_to(texts.permanent[text[own]], done[own], rate) < rate
        reaches.append(replace(known, finished=known.finished and not untouched))
    return np.array([each.to for each in reaches]), all(each.finished for each in reaches)
