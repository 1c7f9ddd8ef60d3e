"""Where things stand in one audit: names and numbers of phases, topics and outlets, and the ids of lists in the page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.audits import AuditResult, Cell, Estimate, Forecast, OutletPhase, Verdict
from pipeline.records import Phase
from pipeline.report.files import WITH_TABLES, first
from pipeline.settings import ReportFormat, ReportSettings
from pipeline.wording import Words

DOTS = "……"  # what is left to be filled in by hand
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


@dataclass(frozen=True)
class Index:
    """One audit in one language. Ids in the page are built of positions, so that no name can break them."""

    result: AuditResult
    words: Words
    formats: tuple[ReportFormat, ...] = (
        ReportSettings().formats
    )  # that are written: texts name no file which is not there

    @classmethod
    def of(
        cls, result: AuditResult, words: Words, formats: tuple[ReportFormat, ...] = ReportSettings().formats
    ) -> Index:
        """Takes an audit as it is kept, and calls its phases what the language calls them."""
        phases = tuple(replace(phase, name=words.phase_name(phase)) for phase in result.phases)
        return cls(replace(result, phases=phases), words, formats)

    @cached_property
    def phases(self) -> Mapping[str, Phase]:
        """Phases by id."""
        return {phase.id: phase for phase in self.result.phases}

    @cached_property
    def directive_number(self) -> str:
        """The number of the directive as a report writes it; a letter that was sent out without one has dots there."""
        number = self.result.directive.number
        return f"{DOTS}{number}" if number.startswith("/") else number

    @property
    def at_risk(self) -> str:
        """The probability of missing a duty from which somebody is asked to act."""
        return f"{self.words.number(100 * self.result.at_risk)}%"

    @cached_property
    def topics(self) -> Mapping[str, str]:
        """Names of topics by id."""
        return {id_: self.words.t(name, name_en or name) for id_, name, name_en in self.result.topics}

    @cached_property
    def outlets(self) -> Mapping[str, str]:
        """Names of outlets by id."""
        return {outlet.id: outlet.name for outlet in self.result.outlets}

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """Names of the groups that outlets belong to, by id; a group without a name is called by its id."""
        named = {id_: self.words.t(name, name_en or name) for id_, name, name_en in self.result.groups}
        return {id_: named.get(id_, id_) for outlet in self.result.outlets for id_ in outlet.groups}

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
        found: defaultdict[tuple[str, str, str], list[Verdict]] = defaultdict(list)
        for verdict in self.result.verdicts:
            found[verdict.phase, verdict.topic, verdict.outlet].append(verdict)
        return {key: tuple(own) for key, own in found.items()}

    @cached_property
    def estimates(self) -> Mapping[tuple[str, str, str, str], Estimate]:
        """Estimates by phase, topic, outlet and group; outlet and group are "" for all outlets together."""
        return {(each.phase, each.topic, each.outlet, each.group): each for each in self.result.estimates}

    @cached_property
    def forecasts(self) -> Mapping[tuple[str, str, str], tuple[Forecast, ...]]:
        """Forecasts by phase, topic and outlet."""
        found: defaultdict[tuple[str, str, str], list[Forecast]] = defaultdict(list)
        for forecast in self.result.forecasts:
            found[forecast.phase, forecast.topic, forecast.outlet].append(forecast)
        return {key: tuple(own) for key, own in found.items()}

    @cached_property
    def copies(self) -> Mapping[str, int]:
        """How many of the articles that the report describes carry a text, by the text's id."""
        return Counter(item.cluster for item in self.result.items.values())

    @cached_property
    def _numbers(self) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
        return tuple({id_: n for n, id_ in enumerate(ids)} for ids in (self.phases, self.topics, self.outlets))  # type: ignore[return-value] # three of them

    @property
    def tables_file(self) -> str:
        """The file that has the rows which others leave out; "" where none is written."""
        return first(WITH_TABLES, self.formats)

    def more(self, vi: str, en: str) -> str:
        """Says how much a table leaves out, and where it stands."""
        file = self.tables_file
        return self.words.t(f"Còn {vi} nữa", f"{en} more") + (
            self.words.t(f", xem tệp {file}.", f": see {file}.") if file else "."
        )

    def only_waits(self, verdict: Verdict) -> bool:
        """Tells whether a verdict that could not be observed waits for days ahead alone, and nothing can be done for it."""
        return verdict.verdict == "not_observed" and not self._unseen(verdict)

    @cached_property
    def gaps_beside_unseen(self) -> int:
        """How many gaps stand although days of their phase went unseen, which the campaign allows."""
        return sum(verdict.verdict == "gap" and self._unseen(verdict) for verdict in self.result.verdicts)

    def _unseen(self, verdict: Verdict) -> bool:
        """Tells whether days that are over could not be observed."""
        missing = self.observed[verdict.phase, verdict.outlet].missing_days
        return any(day <= self.result.seen_to for day in missing)

    def number(self, phase: str) -> str:
        """Writes a phase's position as a report does: I, II, III; decimal beyond ten."""
        number = self._numbers[0][phase]
        return ROMAN[number] if number < len(ROMAN) else str(number + 1)

    def at(self, prefix: str, phase: str, topic: str = "", outlet: str = "") -> str:
        """Gives the id of an element of the page: its kind and the positions of phase, topic and outlet."""
        given = zip(self._numbers, (phase, topic, outlet), strict=True)
        return "-".join([prefix, *(str(numbers[id_]) for numbers, id_ in given if id_)])
