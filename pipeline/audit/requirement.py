"""One requirement of one duty of one outlet, and what needs no statistics to be told of it.

In this order: what reviewers confirmed is enough: **met**, whatever else is unknown. Days of the phase lack collection proof,
or lie ahead: **not observed**, for not collected is not absent. It would not be enough even if everything counted that no
reviewer denied, however unsure (unread, without a date, a second copy, a video of unknown length, a silence broken by an
unobserved day): **gap**. Everything else is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.audit.cells import longest_silence
from pipeline.audit.ground import View
from pipeline.audits import Cell, Unit
from pipeline.frames import Bools, Floats, Ints
from pipeline.records import Duty, VerdictName


@dataclass(frozen=True)
class Requirement:
    """At least so many items or minutes, or at most so many days without an item, with all that is known of it."""

    duty: Duty
    unit: Unit
    needed: float
    cell: Cell
    view: View
    over: int  # ordinal of the last day that could be seen whole

    @cached_property
    def ahead(self) -> int:
        """Days of the phase that are still to come."""
        return int(np.count_nonzero(self.view.ground.cut.days > self.over))

    @cached_property
    def verified(self) -> float:
        """Confirmed items or minutes, or the longest silence by them."""
        if self.unit == "items":
            return len(self.cell.verified_ids)
        return self.cell.verified_minutes if self.unit == "minutes" else self._silence(self.confirmed_days)

    @cached_property
    def machine(self) -> float:
        """Items or minutes that the machine alone finds, or the longest silence by them and the confirmed ones."""
        if self.unit == "items":
            return len(self.cell.machine_ids)
        if self.unit == "minutes":
            return self.cell.machine_minutes
        found = (self.view.said == 1) | (self.view.ground.frame.machine[self.view.ground.rows, self.view.column])
        return self._silence(self._days(found & ~self.view.denied))

    @cached_property
    def weights(self) -> Floats:
        """(r,) what each article would add: itself, or its minutes."""
        rows = len(self.view.ground.rows)
        return np.ones(rows) if self.unit == "items" else self.view.ground.minutes

    @property
    def confirmed_days(self) -> Ints:
        """Ordinals of the days with a confirmed item, one for each item."""
        return self._days(self.view.said == 1)

    @property
    def met(self) -> bool:
        """Tells whether what reviewers confirmed is enough; of silences, on the worst of days unobserved or ahead."""
        if self.unit == "days":
            return longest_silence(self.view.ground.cut.days, self.confirmed_days) <= self.needed
        return self.verified >= self.needed

    def impossible(self, *, denied: bool = False) -> bool:
        """Tells whether it would not be enough if everything counted that no reviewer denied; with `denied` that too."""
        may = np.ones(len(self.view.said), dtype=np.bool_) if denied else ~self.view.denied
        if self.unit == "days":
            undated = may[self.view.ground.dated :].any()
            return not undated and longest_silence(self.view.ground.cut.seen, self._days(may)) > self.needed
        return round(float(self.weights[may].sum()), 3) < self.needed

    def plain(self, allowed: int) -> VerdictName | None:
        """Answers without statistics, where that can be; `allowed` days may lack collection proof."""
        if self.met:
            return "met"
        if len(self.view.ground.cut.observed.missing_days) > allowed or self.ahead:
            return "not_observed"
        return "gap" if self.impossible() else None

    @property
    def copies(self) -> int:
        """Confirmed or machine-found articles that the cell leaves out, being second copies."""
        ground = self.view.ground
        found = (self.view.said == 1) | ground.frame.machine[ground.rows, self.view.column]
        dated = int(np.count_nonzero((found & ~self.view.denied)[: ground.dated]))
        return dated - len(self.cell.verified_ids) - len(self.cell.machine_ids)

    @property
    def unread(self) -> int:
        """Articles whose reading could change the answer."""
        undated = int(np.count_nonzero(~self.view.denied[self.view.ground.dated :]))
        return len(self.cell.machine_ids) + self.cell.unread + undated

    @property
    def untimed(self) -> int:
        """Articles of the phase that carry audio or video of unknown length and may count."""
        ground = self.view.ground
        return int(np.count_nonzero(ground.frame.untimed[ground.cut.rows] & ~self.view.denied[: ground.dated]))

    def _days(self, which: Bools) -> Ints:
        ground = self.view.ground
        return ground.days[which[: ground.dated]]

    def _silence(self, spoken: Ints) -> int:
        days = self.view.ground.cut.days
        return longest_silence(days[: len(days) - self.ahead], spoken)
