"""The heat map of one phase, filtered; and the phases side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.audits import Cell, Estimate
from pipeline.records import Phase, VerdictName
from pipeline.report.estimates import interval
from pipeline.report.index import Index
from pipeline.report.maps import heat_maps, told
from pipeline.report.page import HeatMap
from pipeline.web.report_choice import narrowed, outlets_of, verdicts_of
from pipeline.web.report_room import HOME, Room, room_of, show
from pipeline.web.security import needs
from pipeline.wording import VERDICTS

WEEK: Final = 7  # days
LEAST_RATE: Final = 0.1  # items a week; what is less is not written as none


@dataclass(frozen=True, slots=True)
class MapView:
    """One phase."""

    phase: Phase | None  # None where the campaign has none
    index: Index  # of what is chosen: it names the places in `maps`
    maps: tuple[tuple[HeatMap, tuple[str, ...]], ...]  # each with the ids of its columns
    kept: frozenset[str] | None  # ids of the cells that have the verdict or method asked for; None: all
    phases: tuple[tuple[str, str, bool], ...]  # address, name, whether it is the one shown
    choosing: tuple[str, ...]  # fields of the form


@dataclass(frozen=True, slots=True)
class Side:
    """What one phase has of one row."""

    verified: str
    machine: str  # "" for none
    href: str
    estimate: str
    rate: str  # confirmed items a week of observed days
    verdicts: tuple[tuple[VerdictName, str, int], ...]


@dataclass(frozen=True, slots=True)
class SideRow:
    """One topic, or one outlet, over all phases."""

    name: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class SidesView:
    """The phases side by side."""

    phases: tuple[tuple[str, str], ...]  # name, days
    rows: tuple[SideRow, ...]
    by_outlet: bool
    choosing: tuple[str, ...]


@needs("reader")
def heat_map(request: Request) -> Response:
    """Shows topics x outlets of one phase: the one that runs, or the last that has begun, where none is chosen."""
    room = room_of(request)
    phases, choice = room.result.phases, room.choice
    phase = next((each for each in phases if each.id == choice.phase), None) or _present(room)
    index = narrowed(choice, room.index)
    verdicts = verdicts_of(choice, room.index)
    kept = frozenset(index.at("o", each.phase, each.topic, each.outlet) for each in verdicts)
    others = {name: value for name, value in choice.fields.items() if name != "phase"}
    view = MapView(
        phase=phase,
        index=index,
        maps=tuple(_with_outlets(index, heat_maps(index, phase))) if phase else (),
        kept=kept if choice.verdict or choice.method else None,
        phases=tuple((room.link(f"{HOME}/map", phase=each.id, **others), each.name, each == phase) for each in phases),
        choosing=("group", "outlet", "topic", "verdict", "method"),
    )
    return show(request, "report_map.html", room, view)


@needs("reader")
def sides(request: Request) -> Response:
    """Shows the phases side by side: topics, or with a topic chosen the outlets."""
    room = room_of(request)
    index, choice = room.index, room.choice
    outlets = tuple(outlets_of(choice, index))
    by_outlet = bool(choice.topic) and not choice.outlet
    if by_outlet:
        rows = tuple(SideRow(index.outlets[each], _sides(room, choice.topic, (each,))) for each in outlets)
    else:
        topics = [each for each in index.topics if each == (choice.topic or each)]
        rows = tuple(SideRow(index.topics[each], _sides(room, each, outlets)) for each in topics)
    view = SidesView(
        phases=tuple((each.name, index.words.phase(each)) for each in room.result.phases),
        rows=rows,
        by_outlet=by_outlet,
        choosing=("group", "outlet", "topic"),
    )
    return show(request, "report_phases.html", room, view)


def _with_outlets(index: Index, maps: Iterable[HeatMap]) -> Iterator[tuple[HeatMap, tuple[str, ...]]]:
    ids = iter(index.outlets)
    for each in maps:
        yield each, tuple(islice(ids, len(each.columns)))


def _present(room: Room) -> Phase | None:
    begun = [each for each in room.result.phases if each.first_day <= room.result.as_of]
    return begun[-1] if begun else next(iter(room.result.phases), None)


def _sides(room: Room, topic: str, outlets: Sequence[str]) -> tuple[Side, ...]:
    return tuple(_side(room, phase.id, topic, outlets) for phase in room.result.phases)


def _side(room: Room, phase: str, topic: str, outlets: Sequence[str]) -> Side:
    index, words = room.index, room.index.words
    cells = [index.cells[phase, topic, each] for each in outlets]
    verified, machine = sum(len(each.verified_ids) for each in cells), sum(len(each.machine_ids) for each in cells)
    reached = Counter(each.verdict for outlet in outlets for each in index.verdicts.get((phase, topic, outlet), ()))
    one = outlets[0] if len(outlets) == 1 else room.choice.outlet
    fields = {"phase": phase, "topic": topic, "outlet": one, "group": "" if one else room.choice.group}
    return Side(
        verified=words.number(verified),
        machine=f"{words.number(machine)}?" if machine else "",
        href=room.articles(**fields) if verified or machine or reached else "",
        estimate=interval(words, told(_estimate(room, phase, topic, one))),
        rate=_rate(room, phase, cells),
        verdicts=tuple((name, words.verdict(name), reached[name]) for name in VERDICTS if reached[name]),
    )


def _estimate(room: Room, phase: str, topic: str, outlet: str) -> Estimate | None:
    return room.index.estimates.get((phase, topic, outlet, "" if outlet else room.choice.group))


def _rate(room: Room, phase: str, cells: Iterable[Cell]) -> str:
    """Writes the confirmed items a week of one outlet: phases differ in length, and so do their observed days."""
    cells, words = list(cells), room.index.words
    days = sum(room.index.observed[phase, each.outlet].days_proved for each in cells)
    items = sum(len(each.verified_ids) for each in cells)
    if not days or not items:
        return ""
    rate = WEEK * items / days
    return words.number(rate) if rate >= LEAST_RATE else "< " + words.number(LEAST_RATE)


ROUTES: Final = (
    Route(f"{HOME}/map", heat_map, methods=["GET"]),
    Route(f"{HOME}/phases", sides, methods=["GET"]),
)
