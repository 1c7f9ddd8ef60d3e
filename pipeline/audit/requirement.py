"""One requirement of one duty of one outlet, and what needs no statistics to be told of it.

In this order: what reviewers confirmed is enough: **met**, whatever else is unknown. More days of the phase than the campaign
allows lack collection proof, or some lie ahead: **not observed**, for not collected is not absent. It would not be enough even
if everything counted that no reviewer denied, however unsure (unread, without a date, a second copy, a video of unknown length,
a silence broken by an unobserved day): **gap**. Everything else is open; so is what days that nobody saw could hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import floor
from typing import Final

import numpy as np

from pipeline.audit.cells import longest_silence
from pipeline.audit.ground import View
from pipeline.audits import Cell, Unit
from pipeline.frames import Bools, Floats, Ints
from pipeline.records import Duty, VerdictName
from pipeline.settings import AuditSettings

BUSY: Final = frozenset({"reaches_back", "cut_off", "too_many_pages", "unnamed", "younger", "older", "broken_items"})
"""Why a day went unseen that may have held more items than others: lists that ended before it, or that it overran."""


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

    @property
    def unseen(self) -> int:
        """Days of the phase without collection proof."""
        return len(self.view.ground.cut.observed.missing_days)

    def on_seen_days(self, risk: float) -> float:
        """Gives how much of what is asked the seen days hold, but for this risk, if the duty was met."""
        share = self.unseen / len(self.view.ground.cut.days)
        return on_seen_days(self.needed, share, risk, whole=self.unit == "items")

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
        found = (self.view.said == 1) | self.view.machine
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

    def impossible(self, needed: float | None = None, *, denied: bool = False) -> bool:
        """Tells whether it would not be enough if everything counted that no reviewer denied; with `denied` that too.

        Enough is `needed`, where that is given, and not what the duty asks.
        """
        may = np.ones(len(self.view.said), dtype=np.bool_) if denied else ~self.view.denied
        if self.unit == "days":
            undated = may[self.view.ground.dated :].any()
            return not undated and longest_silence(self.view.ground.cut.seen, self._days(may)) > self.needed
        return round(float(self.weights[may].sum()), 3) < (self.needed if needed is None else needed)

    def plain(self, settings: AuditSettings) -> VerdictName | None:
        """Answers without statistics, where that can be."""
        if self.met:
            return "met"
        if self.ahead or self.unseen > settings.unproved_days_allowed:
            return "not_observed"
        if self.unseen and self.unit != "days":
            return "not_observed" if self.hidden(settings.risk) else None
        return "gap" if self.impossible() else None

    def hidden(self, risk: float) -> bool:
        """Tells whether days that nobody saw could hold what is missing, at half of the risk of the verdict."""
        reasons = self.view.ground.cut.observed.reasons
        return self.verified >= self.on_seen_days(risk / 2) or any(each.root.code in BUSY for each in reasons)

    @property
    def copies(self) -> int:
        """Confirmed or machine-found articles that the cell leaves out, being second copies."""
        ground = self.view.ground
        found = (self.view.said == 1) | self.view.machine
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


def on_seen_days(needed: float, unseen: float, risk: float, *, whole: bool) -> float:
    """Gives how much of `needed` or more the seen days hold, but for this risk, where a share of the days went unseen.

    No law of what is published is asked for, only that days went unseen whatever they held. Of a total T they then hold
    T * unseen on average, and so m or more with a probability of at most T * unseen / m (Markov's inequality); what a total
    beyond `needed` adds, it adds to m too.
    """
    least = needed * (1 - unseen / risk)
    return floor(least + 1e-9) + 1 if whole else least
