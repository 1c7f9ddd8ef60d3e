"""A section for each outlet: what it owes, what it published day by day on each topic it owes, and how it was observed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.audit.slices import phase_days
from pipeline.audits import Cell
from pipeline.records import Outlet
from pipeline.report.collection import Axis, axis_of, unseen_spans
from pipeline.report.duties import duty_groups
from pipeline.report.index import Index
from pipeline.report.page import CollectedRow, DutyGroup, Mark
from pipeline.report.words import KINDS
from pipeline.wording import spans

LEAST_MARKED = 2  # days; a silence of one day is none
LABELLED_FROM = 7.0  # percent of the line's width, below which the length of a silence does not fit beside its mark


@dataclass(frozen=True, slots=True)
class TopicStrip:
    """The days of one outlet on one topic: days with a confirmed item, days with the machine's alone, longest silences."""

    topic: str
    confirmed_path: str  # SVG path over `days` x 1
    machine_path: str
    unknown: tuple[Mark, ...]  # between first and last item of a phase whose days the audit does not name
    silences: tuple[Mark, ...]  # the longest of each phase; `text` is its length where it fits
    label: str


@dataclass(frozen=True, slots=True)
class TopicCounts:
    """What the outlet published on one topic, phase by phase."""

    topic: str
    phases: tuple[tuple[str, str, str], ...]  # confirmed, by machine ("" for none), id of the list ("" for none)


@dataclass(frozen=True, slots=True)
class OutletSection:
    """One outlet."""

    id: str
    name: str
    what: str  # its kind
    duties: DutyGroup | None  # None where it owes nothing
    missing: tuple[Mark, ...]  # days that could not be observed
    strips: tuple[TopicStrip, ...]
    counts: tuple[TopicCounts, ...]  # of topics with items in phases in which the outlet owes none
    silent: bool  # no item on any topic was seen
    collected: tuple[CollectedRow, ...]


def outlet_sections(index: Index, collected: Iterable[CollectedRow]) -> tuple[OutletSection, ...]:
    """Gives the sections in the order of the campaign; `collected` are the rows of every outlet and phase."""
    groups = {group.id: group for group in duty_groups(index, index.result.verdicts)}
    rows = {row.id: row for row in collected}
    axis = axis_of(index)
    return tuple(_section(index, outlet, axis, groups, rows) for outlet in index.result.outlets)


def _section(
    index: Index,
    outlet: Outlet,
    axis: Axis | None,
    groups: Mapping[str, DutyGroup],
    collected: Mapping[str, CollectedRow],
) -> OutletSection:
    words = index.words
    owed = dict.fromkeys(verdict.topic for verdict in index.result.verdicts if verdict.outlet == outlet.id)
    missing = unseen_spans(index, outlet) if axis else ()
    id_ = index.at("cq", "", outlet=outlet.id)
    return OutletSection(
        id=id_,
        name=outlet.name,
        what=words.pair(KINDS[outlet.kind]),
        duties=groups.get(id_),
        missing=tuple(axis.mark(*span, "", words.span(*span)) for span in missing) if axis else (),
        strips=tuple(_strip(index, outlet, topic, axis) for topic in index.topics if topic in owed) if axis else (),
        counts=tuple(row for topic in index.topics if (row := _counts(index, outlet, topic))),
        silent=not any(
            index.cells[phase, topic, outlet.id].verified_ids or index.cells[phase, topic, outlet.id].machine_ids
            for phase in index.phases
            for topic in index.topics
        ),
        collected=tuple(collected[index.at("bai", phase, outlet=outlet.id)] for phase in index.phases),
    )


def _counts(index: Index, outlet: Outlet, topic: str) -> TopicCounts | None:
    """Counts a topic; None where there is nothing, or the duties name it all."""
    number = index.words.number
    cells = [index.cells[phase, topic, outlet.id] for phase in index.phases]
    found = [cell for cell in cells if cell.verified_ids or cell.machine_ids]
    if all((cell.phase, topic, outlet.id) in index.verdicts for cell in found):
        return None
    return TopicCounts(
        index.topics[topic],
        tuple(
            (
                number(len(cell.verified_ids)),
                f"{number(len(cell.machine_ids))}?" if cell.machine_ids else "",
                index.at("ds", cell.phase, topic, outlet.id) if cell.verified_ids or cell.machine_ids else "",
            )
            for cell in cells
        ),
    )


def _strip(index: Index, outlet: Outlet, topic: str, axis: Axis) -> TopicStrip:
    words = index.words
    cells = [index.cells[phase, topic, outlet.id] for phase in index.phases]
    confirmed = _days(index, (id_ for cell in cells for id_ in cell.verified_ids))
    machine = _days(index, (id_ for cell in cells for id_ in cell.machine_ids)) - confirmed
    cut = [cell for cell in cells if not _whole(index, cell)]
    longest = max((cell.longest_silence_days for cell in cells), default=0)
    return TopicStrip(
        topic=index.topics[topic],
        confirmed_path=_blocks(confirmed, axis, 0.0),
        machine_path=_blocks(machine, axis, 0.5),
        unknown=tuple(axis.mark(cell.first_day, cell.last_day, "") for cell in cut if cell.first_day and cell.last_day),
        silences=tuple(mark for cell in cells if (mark := _silence(index, cell, axis))),
        label=(words.t("ít nhất ", "at least: ") if cut else "")
        + words.t(
            f"{len(confirmed)} ngày có bài đã xác nhận, {len(machine)} ngày chỉ có bài máy nhận ra; "
            f"quãng dài nhất không có bài: {words.count(longest, 'days')}",
            f"confirmed items on {len(confirmed)} days, the machine's alone on {len(machine)}; "
            f"longest silence {words.count(longest, 'days')}",
        ),
    )


def _days(index: Index, ids: Iterable[str]) -> set[date]:
    items = index.result.items
    return {day for id_ in ids if id_ in items and (day := items[id_].day)}


def _whole(index: Index, cell: Cell) -> bool:
    """Tells whether the result describes every article of a cell: only then are its days known."""
    items = index.result.items
    return all(id_ in items for ids in (cell.verified_ids, cell.machine_ids) for id_ in ids)


def _blocks(days: Iterable[date], axis: Axis, top: float) -> str:
    """Draws a block for each span of days, from `top` (0 is the upper edge) to the lower edge at 1."""
    return "".join(
        f"M{(first - axis.first).days} {top:g}h{(last - first).days + 1}V1h-{(last - first).days + 1}z"
        for first, last in spans(days)
    )


def _silence(index: Index, cell: Cell, axis: Axis) -> Mark | None:
    first = cell.silence_from or _silent_from(index, cell)
    if first is None or cell.longest_silence_days < LEAST_MARKED:
        return None
    words, last = index.words, first + timedelta(days=cell.longest_silence_days - 1)
    text = words.count(cell.longest_silence_days, "days")
    mark = axis.mark(first, last, text, f"{text}: {words.span(first, last)}")
    return mark if mark.width >= LABELLED_FROM else Mark(mark.left, mark.width, "", mark.tip)


def _silent_from(index: Index, cell: Cell) -> date | None:
    """Finds where the longest silence of a cell begins, in audits that do not say so; None where lists are cut."""
    if not _whole(index, cell):
        return None
    outlet = next(outlet for outlet in index.result.outlets if outlet.id == cell.outlet)
    broken = _days(index, (*cell.verified_ids, *cell.machine_ids)) | set(
        index.observed[cell.phase, cell.outlet].missing_days
    )
    silent = [day for day in phase_days(index.phases[cell.phase], outlet) if day not in broken]
    runs = (first for first, last in spans(silent) if (last - first).days + 1 == cell.longest_silence_days)
    return next(runs, None)
