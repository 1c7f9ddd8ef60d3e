"""Where things stand in one audit: names and numbers of phases, topics and outlets, and the ids of lists in the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.audits import AuditResult, Cell, OutletPhase, Verdict
from pipeline.records import Phase
from pipeline.wording import Words


@dataclass(frozen=True)
class Index:
    """One audit in one language. Ids in the page are built of positions, so that no name can break them."""

    result: AuditResult
    words: Words

    @cached_property
    def phases(self) -> Mapping[str, Phase]:
        """Phases by id."""
        return {phase.id: phase for phase in self.result.phases}

    @cached_property
    def topics(self) -> Mapping[str, str]:
        """Names of topics by id."""
        return {id_: self.words.t(name, name_en or name) for id_, name, name_en in self.result.topics}

    @cached_property
    def outlets(self) -> Mapping[str, str]:
        """Names of outlets by id."""
        return {outlet.id: outlet.name for outlet in self.result.outlets}

    @cached_property
    def cells(self) -> Mapping[tuple[str, str, str], Cell]:
        """Cells by phase, topic and outlet."""
        return {(cell.phase, cell.topic, cell.outlet): cell for cell in self.result.cells}

    @cached_property
    def observed(self) -> Mapping[tuple[str, str], OutletPhase]:
        """Observations by phase and outlet."""
        return {(row.phase, row.outlet): row for row in self.result.observed}

    @cached_property
    def verdicts(self) -> Mapping[tuple[str, str, str], tuple[Verdict, ...]]:
        """Verdicts by phase, topic and outlet; a cell without a duty has none."""
        found: dict[tuple[str, str, str], tuple[Verdict, ...]] = {}
        for verdict in self.result.verdicts:
            key = (verdict.phase, verdict.topic, verdict.outlet)
            found[key] = (*found.get(key, ()), verdict)
        return found

    @cached_property
    def _numbers(self) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
        return tuple({id_: n for n, id_ in enumerate(ids)} for ids in (self.phases, self.topics, self.outlets))  # type: ignore[return-value] # three of them

    def at(self, prefix: str, phase: str, topic: str = "", outlet: str = "") -> str:
        """Gives the id of an element of the page: its kind and the positions of phase, topic and outlet."""
        given = zip(self._numbers, (phase, topic, outlet), strict=True)
        return "-".join([prefix, *(str(numbers[id_]) for numbers, id_ in given if id_)])
