"""What a verdict stands on: the articles that one outlet may count in one phase, and what is known of them for one topic.

Articles without a day may belong to any phase, so they stand here too. The units are texts within the outlet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.audit.slices import Slice
from pipeline.frames import Bools, Floats, Frame, Halves, Ints
from pipeline.memo import key

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Ground:
    """One outlet in one phase: r articles, those of the phase first, of u texts."""

    frame: Frame
    cut: Slice
    rows: Places  # (r,) in the frame
    dated: int  # of them, how many have a day
    unit: Places  # (r,) place of the article's text
    permanent: Floats  # (u,)

    @classmethod
    def of(cls, frame: Frame, cut: Slice) -> Ground:
        """Gathers what counts for an outlet in a phase, or may."""
        rows = np.concatenate([np.arange(cut.first, cut.last), np.arange(*cut.undated)])
        _, unit = np.unique(frame.clusters[rows], return_inverse=True)
        permanent = np.zeros(int(unit.max()) + 1 if len(unit) else 0)
        permanent[unit] = frame.permanent[rows]
        return cls(frame, cut, rows, cut.last - cut.first, unit, permanent)

    @cached_property
    def key(self) -> bytes:
        """The digest of all that a verdict reads here, whatever the topic."""
        cut, frame = self.cut, self.frame
        seen = replace(cut.observed, article_ids=())  # the rows name them
        lengths = (frame.minutes[self.rows], frame.untimed[self.rows])  # of what is known of a length, cells count that
        texts = (self.unit, self.permanent, *lengths, self.skipped, frame.channels[cut.rows], self.dated)
        return key(cut.phase, cut.outlet.id, seen, cut.days, cut.seen, frame.ids[self.rows], self.days, *texts)

    @cached_property
    def days(self) -> Ints:
        """(dated,) ordinals, ascending."""
        return self.frame.days[self.cut.rows]

    @cached_property
    def by_number(self) -> Places:
        """(u,) the texts in the order of their permanent numbers."""
        return np.argsort(self.permanent, kind="stable")

    @cached_property
    def minutes(self) -> Floats:
        """(r,) of audio and video; without end where their length is unknown."""
        return np.where(self.frame.untimed[self.rows], np.inf, self.frame.minutes[self.rows].astype(np.float64))

    @cached_property
    def skipped(self) -> Bools:
        """(r,) drawn by chance, and its readers refused to say."""
        return self.frame.skipped[self.rows]


@dataclass(frozen=True)
class View:
    """The same for one topic."""

    ground: Ground
    topic: str
    column: int  # of the frame
    said: NDArray[np.int8]  # (r,) 1 confirmed, 0 denied, -1 nobody has said
    scores: Halves  # (r,)
    machine: Bools  # (r,) the champion decides for the topic

    @classmethod
    def of(cls, ground: Ground, column: int, topic: str) -> View:
        """Looks at one topic."""
        frame, cut = ground.frame, ground.cut
        said, scores, machine = (
            np.concatenate([each[cut.rows, column], each[cut.open_rows, column]])
            for each in (frame.said, frame.scores, frame.machine)
        )
        return cls(ground=ground, topic=topic, column=column, said=said, scores=scores, machine=machine)

    @property
    def key(self) -> bytes:
        """The digest of all that a verdict reads here."""
        return key(self.ground.key, self.topic, self.said, self.scores, self.machine)

    @cached_property
    def denied(self) -> Bools:
        """(r,) a reviewer denied the topic."""
        denied: Bools = np.equal(self.said, 0)
        return denied

    @cached_property
    def positive(self) -> Bools:
        """(u,) some article of the text was confirmed."""
        return self._any(self.said == 1)

    @cached_property
    def read(self) -> Bools:
        """(u,) some article of the text was read."""
        return self._any(self.said >= 0)

    @cached_property
    def refused(self) -> Bools:
        """(u,) a reader refused to say, and nobody has said."""
        return self._any(self.ground.skipped) & ~self.read

    @cached_property
    def greatest(self) -> Halves:
        """(u,) the text's greatest score."""
        scores = np.zeros(len(self.ground.permanent), dtype=np.float32)
        np.maximum.at(scores, self.ground.unit, self.scores)
        return scores

    def weighed(self, values: Floats) -> Floats:
        """Sums values of articles, (r,), by text, (u,)."""
        return np.bincount(self.ground.unit, values, len(self.ground.permanent)).astype(np.float64)

    def _any(self, which: Bools) -> Bools:
        found = np.zeros(len(self.ground.permanent), dtype=np.bool_)
        found[self.ground.unit[which]] = True
        return found
