"""What the address of a report's page chooses: phase, outlet, group, topic, verdict, method; and an audit cut down to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pipeline.audits import AuditResult, Verdict
from pipeline.report.index import Index
from pipeline.web.desk import PageError
from pipeline.wording import METHODS, VERDICTS

FIELDS: Final = ("phase", "group", "outlet", "topic", "verdict", "method")

Options = tuple[tuple[str, str], ...]  # what is sent, and what is read


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen; "" for all."""

    phase: str = ""
    group: str = ""
    outlet: str = ""
    topic: str = ""
    verdict: str = ""
    method: str = ""

    @property
    def fields(self) -> Mapping[str, str]:
        """Gives what is chosen, as the fields of an address."""
        return {name: value for name in FIELDS if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Choices:
    """The lists of the form."""

    phases: Options
    groups: Options
    outlets: Options
    topics: Options
    verdicts: Options
    methods: Options


def choice_of(given: Iterable[tuple[str, str]], index: Index) -> Choice:
    """Reads what an address chooses; of a field that is given twice the first counts.

    Raises:
        PageError: 404, the audit has no such phase, outlet, group or topic, or there is no such verdict or method: to show
            everything instead would mislead who follows a link.
    """
    fields: dict[str, str] = {}
    for name, value in given:
        if name in FIELDS and value:
            fields.setdefault(name, value)
    known = choices_of(index)
    lists = (known.phases, known.groups, known.outlets, known.topics, known.verdicts, known.methods)
    options = dict(zip(("phase", "group", "outlet", "topic", "verdict", "method"), lists, strict=True))
    for name, value in fields.items():
        if value not in dict(options[name]):
            raise PageError(
                404,
                f"This audit has no {name} {value[:80]}.",
                f"Lần đối chiếu này không có mục “{value[:80]}” ({name}).",
            )
    return Choice(**fields)


def choices_of(index: Index) -> Choices:
    """Gives the lists of the form."""
    result, words = index.result, index.words
    return Choices(
        phases=tuple((each.id, each.name) for each in result.phases),
        groups=tuple(index.groups.items()),
        outlets=tuple(index.outlets.items()),
        topics=tuple(index.topics.items()),
        verdicts=tuple((name, words.verdict(name)) for name in VERDICTS),
        methods=tuple((name, words.pair(pair)) for name, pair in METHODS.items()),
    )


def outlets_of(choice: Choice, index: Index) -> Mapping[str, None]:
    """Gives the outlets that are chosen, in the order of the campaign."""
    return dict.fromkeys(
        each.id
        for each in index.result.outlets
        if each.id == (choice.outlet or each.id) and (not choice.group or choice.group in each.groups)
    )


def verdicts_of(choice: Choice, index: Index) -> tuple[Verdict, ...]:
    """Gives the requirements that are chosen, in the order of the audit."""
    outlets = outlets_of(choice, index)
    return tuple(
        each
        for each in index.result.verdicts
        if each.outlet in outlets
        and each.phase == (choice.phase or each.phase)
        and each.topic == (choice.topic or each.topic)
        and each.verdict == (choice.verdict or each.verdict)
        and each.method == (choice.method or each.method)
    )


def narrowed(choice: Choice, index: Index) -> Index:
    """Cuts an audit down to the phase, outlets and topic that are chosen; with a verdict or method, to where one is reached.

    What pages are built of for reports then shows just that.
    """
    result, outlets = index.result, outlets_of(choice, index)
    topics = {each for each, _, _ in result.topics if each == (choice.topic or each)}
    if choice.verdict or choice.method:
        reached = verdicts_of(choice, index)
        outlets = dict.fromkeys(each for each in outlets if any(verdict.outlet == each for verdict in reached))
        topics = {verdict.topic for verdict in reached}
    return Index(_cut(result, choice.phase, outlets, topics), index.words)


def _cut(result: AuditResult, phase: str, outlets: Mapping[str, None], topics: set[str]) -> AuditResult:
    def within(outlet: str, topic: str, of_phase: str) -> bool:
        return outlet in outlets and topic in topics and of_phase == (phase or of_phase)

    return replace(
        result,
        phases=tuple(each for each in result.phases if each.id == (phase or each.id)),
        outlets=tuple(each for each in result.outlets if each.id in outlets),
        topics=tuple(each for each in result.topics if each[0] in topics),
        cells=tuple(each for each in result.cells if within(each.outlet, each.topic, each.phase)),
        verdicts=tuple(each for each in result.verdicts if within(each.outlet, each.topic, each.phase)),
        observed=tuple(
            each for each in result.observed if each.outlet in outlets and each.phase == (phase or each.phase)
        ),
        forecasts=tuple(each for each in result.forecasts if within(each.outlet, each.topic, each.phase)),
    )
