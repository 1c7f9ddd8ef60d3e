"""The annexes of the written report: its tables, cut where they would fill a binder, which the workbook does better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.report.duty_tables import lacking
from pipeline.report.index import Index
from pipeline.report.letter_blocks import Align, Annex, Block, Grid, Paragraph, day_in_full, so_far
from pipeline.wording import METHODS, VERDICTS

Sides = tuple[Align, ...]

MOST_ROWS: Final = 300  # of one annex, some 15 pages


def annexes(index: Index, number: str, office: str) -> tuple[Annex, ...]:
    """Gives those annexes that have a row: gaps, all duties, estimates."""
    t, day = index.words.t, index.words.day(index.result.as_of)
    dated = day_in_full(index.result.as_of)
    belongs = t(f"(Kèm theo Báo cáo số {number} {dated} của {office})", f"(To report {number} of {office}, {day})")
    made = (
        (t("Nhiệm vụ còn thiếu", "What is missing"), tuple(_gaps(index))),
        (t("Kết luận về mọi nhiệm vụ", "Every duty"), tuple(_duties(index))),
        (t("Ước lượng số bài theo chủ đề", "Estimates by topic"), tuple(_estimates(index))),
    )
    kept = [(title, blocks) for title, blocks in made if blocks]
    return tuple(
        Annex(f"{t('Phụ lục', 'Annex')} {'I' * place}", title, belongs, blocks, wide=True)
        for place, (title, blocks) in enumerate(kept, start=1)
    )


def _gaps(index: Index) -> Iterator[Block]:
    words, t = index.words, index.words.t
    gaps = [verdict for verdict in index.result.verdicts if verdict.verdict == "gap"]
    heads = (
        t("Số TT", "No."),
        t("Cơ quan", "Outlet"),
        t("Giai đoạn", "Phase"),
        t("Chủ đề", "Topic"),
        t("Đã có / yêu cầu", "Has / asked"),
        t("Còn thiếu", "Lacking"),
        t("Căn cứ kết luận", "Settled by"),
        t("Khả năng nhầm", "Risk"),
    )
    rows = [
        (
            str(place),
            index.outlets[verdict.outlet],
            index.phases[verdict.phase].name,
            index.topics[verdict.topic],
            so_far(words, verdict),
            words.count(lacking(verdict) or 0, verdict.unit),
            words.pair(METHODS[verdict.method]) if verdict.method else "",
            words.risk(verdict.risk),
        )
        for place, verdict in enumerate(gaps, start=1)
    ]
    align: Sides = ("center", "left", "left", "left", "center", "center", "left", "center")
    yield from _cut(index, Grid(heads, (5, 18, 12, 24, 13, 9, 12, 7), align, tuple(rows)))


def _duties(index: Index) -> Iterator[Block]:
    words, t = index.words, index.words.t
    order = {outlet: place for place, outlet in enumerate(index.outlets)}
    verdicts = sorted(index.result.verdicts, key=lambda verdict: order[verdict.outlet])
    heads = (
        t("Cơ quan", "Outlet"),
        t("Giai đoạn", "Phase"),
        t("Chủ đề", "Topic"),
        t("Đã xác nhận / yêu cầu", "Confirmed / asked"),
        t("Máy nhận ra thêm", "More by machine"),
        t("Kết luận", "Verdict"),
    )
    rows = [
        (
            index.outlets[verdict.outlet],
            index.phases[verdict.phase].name,
            index.topics[verdict.topic],
            so_far(words, verdict),
            "" if verdict.unit == "days" else words.number(verdict.machine),
            words.pair(VERDICTS[verdict.verdict]),
        )
        for verdict in verdicts
    ]
    align: Sides = ("left", "left", "left", "center", "center", "left")
    yield from _cut(index, Grid(heads, (20, 14, 28, 16, 8, 14), align, tuple(rows)))


def _estimates(index: Index) -> Iterator[Block]:
    words, t = index.words, index.words.t
    whole = [each for each in index.result.estimates if not each.outlet and not each.group]
    level = f"{words.number(100 * whole[0].level)}%" if whole else ""
    heads = (
        t("Giai đoạn", "Phase"),
        t("Chủ đề", "Topic"),
        t("Đã xác nhận", "Confirmed"),
        t("Máy nhận ra", "By machine"),
        t("Ước lượng", "Estimate"),
        t(f"Khoảng tin cậy {level}", f"{level} interval"),
        t("Đọc ngẫu nhiên", "Read by chance"),
    )
    rows = [
        (
            index.phases[each.phase].name,
            index.topics[each.topic],
            words.number(each.verified),
            words.number(each.machine),
            "–" if each.estimate is None else words.number(round(each.estimate)),
            "–" if each.low is None or each.high is None else f"{words.number(each.low)} – {words.number(each.high)}",
            f"{words.number(each.read)}/{words.number(each.units)}",
        )
        for each in whole
    ]
    align: Sides = ("left", "left", "center", "center", "center", "center", "center")
    yield from _cut(index, Grid(heads, (14, 34, 10, 10, 10, 12, 10), align, tuple(rows)))


def _cut(index: Index, grid: Grid) -> Sequence[Block]:
    """Gives the table, or its first rows and how many more the workbook has; nothing where it is empty."""
    if not grid.rows:
        return ()
    more = len(grid.rows) - MOST_ROWS
    if more <= 0:
        return (grid,)
    number = index.words.number(more)
    note = Paragraph(index.more(f"{number} dòng", f"{number} rows"))
    return (Grid(grid.heads, grid.widths, grid.align, grid.rows[:MOST_ROWS]), note)
