"""The heat maps of topics x outlets, phase by phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.audits import Cell, Estimate
from pipeline.records import Outlet, Phase
from pipeline.report.estimates import doubtful, interval, known
from pipeline.report.index import Index
from pipeline.report.lists import has_list, topic_lists
from pipeline.report.page import Count, HeatMap, MapCell, MapColumn, MapRow, PhaseView, TopicList
from pipeline.wording import VERDICTS

MAX_COLUMNS = 10  # outlets in one table; more than fit an A4 page with numbers of three digits, so the map goes on in a further one
LEVELS = (1, 2, 4, 7)  # items from which a cell without a duty takes the next shade


def phase_views(index: Index) -> tuple[PhaseView, ...]:
    """Gives every phase with its maps and lists."""
    lists = topic_lists(index)
    return tuple(_phase(index, phase, lists) for phase in index.result.phases)


def _phase(index: Index, phase: Phase, lists: Mapping[str, tuple[TopicList, ...]]) -> PhaseView:
    return PhaseView(
        id=index.at("gd", phase.id),
        number=index.number(phase.id),
        name=phase.name,
        days=index.words.phase(phase),
        state=_state(index, phase),
        maps=heat_maps(index, phase),
        topics=lists[phase.id],
    )


def heat_maps(index: Index, phase: Phase) -> tuple[HeatMap, ...]:
    """Gives the maps of one phase, without the lists that their cells open."""
    outlets = index.result.outlets
    parts = [outlets[start : start + MAX_COLUMNS] for start in range(0, len(outlets), MAX_COLUMNS)]
    return tuple(_map(index, phase, part) for part in parts if index.topics)


def told(estimate: Estimate | None) -> Estimate | None:
    """Leaves out an estimate that says no more than the count of confirmed items beside it."""
    return None if estimate and known(estimate) and round(estimate.low or 0) == estimate.verified else estimate


def _state(index: Index, phase: Phase) -> str:
    t, as_of = index.words.t, index.result.as_of
    if as_of < phase.first_day:
        return t("chưa bắt đầu", "not begun")
    ahead = (phase.last_day - as_of).days
    return t(f"còn {ahead} ngày", f"{ahead} days left") if ahead > 0 else ""


def _map(index: Index, phase: Phase, outlets: Sequence[Outlet]) -> HeatMap:
    return HeatMap(
        columns=tuple(_column(index, phase, outlet) for outlet in outlets),
        rows=tuple(_row(index, phase, topic, outlets) for topic in index.topics),
    )


def _column(index: Index, phase: Phase, outlet: Outlet) -> MapColumn:
    row = index.observed[phase.id, outlet.id]
    return MapColumn(outlet.name, f"{row.days_proved}/{row.days_total}", row.days_proved == row.days_total)


def _row(index: Index, phase: Phase, topic: str, outlets: Sequence[Outlet]) -> MapRow:
    id_ = index.at("ds", phase.id, topic)
    everywhere = [index.cells[phase.id, topic, outlet.id] for outlet in index.result.outlets]
    estimate = told(index.estimates.get((phase.id, topic, "", "")))
    return MapRow(
        topic=index.topics[topic],
        verified=Count(sum(len(cell.verified_ids) for cell in everywhere), f"#{id_} .v", f"#{id_}"),
        machine=Count(sum(len(cell.machine_ids) for cell in everywhere), f"#{id_} .m", f"#{id_}"),
        estimate=interval(index.words, estimate),
        doubtful=doubtful(estimate),
        cells=tuple(_cell(index, index.cells[phase.id, topic, outlet.id]) for outlet in outlets),
    )


def _cell(index: Index, cell: Cell) -> MapCell:
    key = (cell.phase, cell.topic, cell.outlet)
    observed = index.observed[cell.phase, cell.outlet]
    reached = {verdict.verdict for verdict in index.verdicts.get(key, ())}
    verdict = next((name for name in VERDICTS if name in reached), None)
    estimate = told(index.estimates.get((*key, "")))
    list_ = index.at("ds", *key)
    href = f"#{list_}" if has_list(index, cell) else ""
    return MapCell(
        id=index.at("o", *key),
        verified=Count(len(cell.verified_ids), f"#{list_} .v", href),
        machine=Count(len(cell.machine_ids), f"#{list_} .m", href),
        verdict=verdict,
        verdict_name=index.words.verdict(verdict) if verdict else "",
        estimate=interval(index.words, estimate),
        doubtful=doubtful(estimate),
        level=sum(len(cell.verified_ids) + len(cell.machine_ids) >= level for level in LEVELS),
        unproved=any(day <= index.result.seen_to for day in observed.missing_days),
        absent=observed.days_total == 0,
        label=_label(index, cell, index.words.verdict(verdict) if verdict else "", estimate),
    )


def _label(index: Index, cell: Cell, verdict: str, estimate: Estimate | None) -> str:
    words = index.words
    verified, machine = (words.number(len(ids)) for ids in (cell.verified_ids, cell.machine_ids))
    parts = [words.t(f"{verified} bài đã xác nhận", f"{verified} confirmed")]
    parts.append(words.t(f"{machine} bài máy nhận ra", f"{machine} by machine"))
    if text := interval(words, estimate):
        parts.append(words.t(f"ước lượng {text}", f"estimated {text}"))
    return ", ".join(parts) + (f"; {verdict}" if verdict else "")
