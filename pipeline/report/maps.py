"""The heat maps of topics x outlets, phase by phase, and the lists that their cells open."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.audits import Cell
from pipeline.records import Outlet, Phase
from pipeline.report.articles import article_rows
from pipeline.report.duties import duty_row
from pipeline.report.index import Index
from pipeline.report.page import CellList, Count, HeatMap, MapCell, MapColumn, MapRow, PhaseView, TopicList
from pipeline.wording import VERDICTS

MAX_COLUMNS = 12  # outlets in one table; more than fit an A4 page, so the map goes on in a further table
TO_READ = 10  # articles offered for reading in one cell; about as many as settle a cell, most of them
LEVELS = (1, 2, 4, 7)  # items from which a cell without a duty takes the next shade
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def phase_views(index: Index) -> tuple[PhaseView, ...]:
    """Gives every phase with its maps and lists."""
    return tuple(_phase(index, number, phase) for number, phase in enumerate(index.result.phases))


def phase_number(number: int) -> str:
    """Writes a phase's position as a report does: I, II, III; decimal beyond ten."""
    return ROMAN[number] if number < len(ROMAN) else str(number + 1)


def _phase(index: Index, number: int, phase: Phase) -> PhaseView:
    outlets = index.result.outlets
    parts = [outlets[start : start + MAX_COLUMNS] for start in range(0, len(outlets), MAX_COLUMNS)]
    return PhaseView(
        id=index.at("gd", phase.id),
        number=phase_number(number),
        name=phase.name,
        days=index.words.phase(phase),
        state=_state(index, phase),
        maps=tuple(_map(index, phase, part) for part in parts if index.topics),
        topics=tuple(_topic_list(index, phase, topic) for topic in index.topics),
    )


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
    return MapRow(
        topic=index.topics[topic],
        verified=Count(sum(len(cell.verified_ids) for cell in everywhere), f"#{id_} .v", f"#{id_}"),
        machine=Count(sum(len(cell.machine_ids) for cell in everywhere), f"#{id_} .m", f"#{id_}"),
        cells=tuple(_cell(index, index.cells[phase.id, topic, outlet.id]) for outlet in outlets),
    )


def _cell(index: Index, cell: Cell) -> MapCell:
    key = (cell.phase, cell.topic, cell.outlet)
    observed = index.observed[cell.phase, cell.outlet]
    reached = {verdict.verdict for verdict in index.verdicts.get(key, ())}
    verdict = next((name for name in VERDICTS if name in reached), None)
    name = index.words.verdict(verdict) if verdict else ""
    verified, machine = len(cell.verified_ids), len(cell.machine_ids)
    list_ = index.at("ds", *key)
    href = f"#{list_}" if _has_list(index, cell) else ""
    return MapCell(
        id=index.at("o", *key),
        verified=Count(verified, f"#{list_} .v", href),
        machine=Count(machine, f"#{list_} .m", href),
        verdict=verdict,
        verdict_name=name,
        level=sum(verified + machine >= level for level in LEVELS),
        unproved=any(day <= index.result.seen_to for day in observed.missing_days),
        absent=observed.days_total == 0,
        label=_label(index, cell, name),
    )


def _label(index: Index, cell: Cell, verdict: str) -> str:
    verified, machine = len(cell.verified_ids), len(cell.machine_ids)
    text = index.words.t(
        f"{verified} bài đã xác nhận, {machine} bài máy nhận ra", f"{verified} confirmed, {machine} by machine"
    )
    where = f"{index.outlets[cell.outlet]}, {index.topics[cell.topic]}"
    return f"{where}: {text}" + (f"; {verdict}" if verdict else "")


def _has_list(index: Index, cell: Cell) -> bool:
    return bool(cell.verified_ids or cell.machine_ids or (cell.phase, cell.topic, cell.outlet) in index.verdicts)


def _topic_list(index: Index, phase: Phase, topic: str) -> TopicList:
    cells = [index.cells[phase.id, topic, outlet.id] for outlet in index.result.outlets]
    return TopicList(
        id=index.at("ds", phase.id, topic),
        back=index.at("gd", phase.id),
        phase=phase.name,
        topic=index.topics[topic],
        lists=tuple(_list(index, cell) for cell in cells if _has_list(index, cell)),
    )


def _list(index: Index, cell: Cell) -> CellList:
    key = (cell.phase, cell.topic, cell.outlet)
    duties = index.verdicts.get(key, ())
    open_question = any(verdict.verdict == "uncertain" for verdict in duties)
    counted = article_rows(index, (*cell.verified_ids, *cell.machine_ids), cell.topic)
    return CellList(
        id=index.at("ds", *key),
        back=index.at("o", *key),
        outlet=index.outlets[cell.outlet],
        verified=counted[: len(cell.verified_ids)],
        machine=counted[len(cell.verified_ids) :],
        texts=cell.clusters,
        to_read=article_rows(index, _likeliest(index, cell), cell.topic) if open_question else (),
        duties=tuple(duty_row(index, verdict) for verdict in duties),
        silence=index.words.count(cell.longest_silence_days, "days"),
        first_day=index.words.day(cell.first_day),
        last_day=index.words.day(cell.last_day),
    )


def _likeliest(index: Index, cell: Cell) -> Sequence[str]:
    """Gives what would settle the uncertain duties of a cell, in the order in which it should be read."""
    verdicts = index.verdicts.get((cell.phase, cell.topic, cell.outlet), ())
    asked = dict.fromkeys(article for verdict in verdicts for article in verdict.to_read)
    return [article for article in asked if article in index.result.items][:TO_READ]
