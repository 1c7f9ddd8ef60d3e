"""The first things a head of department reads: four figures and the numbers of the opening sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from pipeline.records import VerdictName
from pipeline.report.collection import unseen_outlets
from pipeline.report.index import Index
from pipeline.report.page import Count, Summary, Tile
from pipeline.wording import VERDICTS, Pair

MEANINGS: dict[VerdictName, Pair] = {
    "met": ("người rà soát đã xác nhận đủ", "enough, confirmed by reviewers"),
    "gap": ("thu thập đủ ngày mà không đủ bài", "all was collected, and it is not enough"),
    "uncertain": ("phải đọc thêm mới kết luận được", "more must be read to tell"),
    "not_observed": ("còn ngày chưa thu thập hoặc chưa đến", "days not collected, or still ahead"),
}
GAP_BESIDE_UNSEEN: Final[Pair] = (
    "không đủ bài, đã tính cả ngày chưa quan sát được",
    "not enough, days not observed counted in",
)
NAMED_AT_MOST: Final = 5  # outlets in a sentence
PLACES: dict[VerdictName, str] = {
    "gap": "#thieu",
    "not_observed": "#chua-quan-sat",
    "uncertain": "#can-doc",
    "met": "#tung-co-quan",
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
            count=Count(number[name], f"#tung-co-quan .duty.{name}", PLACES[name]),
            share=index.words.percent(number[name], whole),
            meaning=index.words.pair(
                GAP_BESIDE_UNSEEN if name == "gap" and index.gaps_beside_unseen else MEANINGS[name]
            ),
        )
        for name in order
    )


def summary(index: Index) -> Summary:
    """Gives the figures of the opening sentences."""
    result = index.result
    return Summary(
        articles=Count(sum(len(row.article_ids) for row in result.observed), "#bai .b", "#thu-thap"),
        undated=Count(len(result.undated_ids), "#khong-ro-ngay .b", "#khong-ro-ngay"),
        duties=Count(len(result.verdicts), "#tung-co-quan .duty", "#tung-co-quan"),
        verified=Count(sum(len(cell.verified_ids) for cell in result.cells), "#danh-sach .v", "#danh-sach"),
        machine=Count(sum(len(cell.machine_ids) for cell in result.cells), "#danh-sach .m", "#danh-sach"),
        outlets=len(result.outlets),
        unseen_outlets=_some(index, unseen_outlets(index)),
    )


def _some(index: Index, names: Sequence[str]) -> tuple[str, ...]:
    """Gives the first names and says how many more there are."""
    rest = len(names) - NAMED_AT_MOST
    if rest <= 1:
        return tuple(names)
    return (*names[:NAMED_AT_MOST], index.words.t(f"{rest} cơ quan khác", f"{rest} more outlets"))
