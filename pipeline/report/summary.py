"""The first things a head of department reads: four figures and the numbers of the opening sentences."""

from __future__ import annotations

from collections import Counter

from pipeline.records import VerdictName
from pipeline.report.collection import LISTED_AT_MOST, unseen_outlets
from pipeline.report.index import Index
from pipeline.report.page import Count, Summary, Tile
from pipeline.wording import VERDICTS, Pair

MEANINGS: dict[VerdictName, Pair] = {
    "met": ("đạt yêu cầu, người rà soát đã xác nhận", "enough, confirmed by reviewers"),
    "gap": ("đã thu thập đủ nhưng chưa đạt yêu cầu", "all was collected, and it is not enough"),
    "uncertain": ("phải đọc thêm mới kết luận được", "more must be read to tell"),
    "not_observed": ("còn ngày chưa thu thập được, hoặc chưa đến", "days not collected, or still ahead"),
}
PLACES: dict[VerdictName, str] = {
    "gap": "#thieu",
    "not_observed": "#chua-quan-sat",
    "uncertain": "#can-doc",
    "met": "#nhiem-vu",
}


def tiles(index: Index) -> tuple[Tile, ...]:
    """Gives the four figures, good news first."""
    number = Counter(verdict.verdict for verdict in index.result.verdicts)
    whole = len(index.result.verdicts)
    order: tuple[VerdictName, ...] = ("met", "gap", "uncertain", "not_observed")
    return tuple(
        Tile(
            verdict=name,
            name=index.words.pair(VERDICTS[name]),
            count=Count(number[name], f"{PLACES[name]} .duty.{name}", PLACES[name]),
            share=index.words.percent(number[name], whole),
            meaning=index.words.pair(MEANINGS[name]),
        )
        for name in order
    )


def summary(index: Index) -> Summary:
    """Gives the figures of the opening sentences."""
    result = index.result
    sizes = [len(row.article_ids) for row in result.observed]
    all_listed = max(sizes, default=0) <= LISTED_AT_MOST
    gaps = Counter(verdict.outlet for verdict in result.verdicts if verdict.verdict == "gap")
    return Summary(
        articles=Count(sum(sizes), "#bai .b" if all_listed else "", "#thu-thap"),
        undated=Count(len(result.undated_ids), "#khong-ro-ngay .b", "#khong-ro-ngay"),
        duties=Count(len(result.verdicts), "#nhiem-vu .duty", "#nhiem-vu"),
        verified=Count(sum(len(cell.verified_ids) for cell in result.cells), "#danh-sach .v", "#danh-sach"),
        machine=Count(sum(len(cell.machine_ids) for cell in result.cells), "#danh-sach .m", "#danh-sach"),
        outlets=len(result.outlets),
        gap_outlets=tuple(_gaps(index, outlet, number) for outlet, number in gaps.most_common()),
        unseen_outlets=tuple(unseen_outlets(index)),
        running=tuple(phase.name for phase in result.phases if phase.first_day <= result.as_of < phase.last_day),
    )


def _gaps(index: Index, outlet: str, number: int) -> tuple[str, Count]:
    place = f"{PLACES['gap']}-{index.at('cq', '', outlet=outlet)}"
    return index.outlets[outlet], Count(number, f"{place} .duty", place)
