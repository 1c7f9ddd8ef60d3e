"""The lists that the cells of the heat maps open: articles with their evidence, and the verdicts that rest on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pipeline.audits import Cell
from pipeline.records import Phase
from pipeline.report.articles import article_rows, listing, rows_each
from pipeline.report.duties import duty_row
from pipeline.report.index import Index
from pipeline.report.page import CellList, TopicList
from pipeline.report.words import CHANNELS

TO_READ: Final = 10  # articles offered for reading in one cell; about as many as settle a cell, most of them
LISTED: Final = 4_000  # rows of all lists together, some 900 bytes each; more make the page slow to open


def topic_lists(index: Index) -> Mapping[str, tuple[TopicList, ...]]:
    """Gives the lists of every phase; each is cut where all of them would be too many rows."""
    limits = _limits(index.result.cells)
    return {
        phase.id: tuple(_topic_list(index, phase, topic, limits) for topic in index.topics)
        for phase in index.result.phases
    }


def _limits(cells: Sequence[Cell]) -> tuple[int, int]:
    """Gives how many confirmed items and how many of the machine's a cell may list: the confirmed are served first."""
    confirmed = [len(cell.verified_ids) for cell in cells]
    own = rows_each(confirmed, LISTED)
    rest = LISTED - sum(min(size, own) for size in confirmed)
    return own, rows_each((len(cell.machine_ids) for cell in cells), rest)


def has_list(index: Index, cell: Cell) -> bool:
    """Tells whether there is anything to open: an article, or a duty."""
    return bool(cell.verified_ids or cell.machine_ids or (cell.phase, cell.topic, cell.outlet) in index.verdicts)


def _topic_list(index: Index, phase: Phase, topic: str, limits: tuple[int, int]) -> TopicList:
    cells = [index.cells[phase.id, topic, outlet.id] for outlet in index.result.outlets]
    return TopicList(
        id=index.at("ds", phase.id, topic),
        back=index.at("gd", phase.id),
        phase=phase.name,
        topic=index.topics[topic],
        lists=tuple(_list(index, cell, limits) for cell in cells if has_list(index, cell)),
    )


def _list(index: Index, cell: Cell, limits: tuple[int, int]) -> CellList:
    key = (cell.phase, cell.topic, cell.outlet)
    duties = index.verdicts.get(key, ())
    return CellList(
        id=index.at("ds", *key),
        back=index.at("o", *key),
        outlet=index.outlets[cell.outlet],
        verified=listing(index, cell.verified_ids, cell.topic, limits[0]),
        machine=listing(index, cell.machine_ids, cell.topic, limits[1]),
        figures=tuple(_figures(index, cell)),
        to_read=article_rows(index, _asked(index, cell), cell.topic, min(TO_READ, limits[1])),
        duties=tuple(duty_row(index, verdict) for verdict in duties),
        silence=index.words.count(cell.longest_silence_days, "days"),
        first_day=index.words.day(cell.first_day),
        last_day=index.words.day(cell.last_day),
    )


def _asked(index: Index, cell: Cell) -> Sequence[str]:
    """Gives what would settle the uncertain duties of a cell, in the order in which it should be read."""
    own = index.verdicts.get((cell.phase, cell.topic, cell.outlet), ())
    return list(dict.fromkeys(id_ for verdict in own if verdict.verdict == "uncertain" for id_ in verdict.to_read))


def _figures(index: Index, cell: Cell) -> Iterator[str]:
    """Says what there is to say of the items of a cell beyond their number."""
    words, number = index.words, index.words.number
    items = len(cell.verified_ids) + len(cell.machine_ids)
    if cell.clusters < items:
        yield words.t(f"{cell.clusters} bài không trùng nhau", f"{cell.clusters} different texts")
    if cell.reprints:
        yield words.t(
            f"{cell.reprints} bài đăng lại", f"{words.plural(cell.reprints, '1 reprint', f'{cell.reprints} reprints')}"
        )
    if cell.verified_minutes or cell.machine_minutes:
        guess = f" + {number(cell.machine_minutes)}?" if cell.machine_minutes else ""
        yield words.count(cell.verified_minutes, "minutes") + guess
    if cell.verified_words or cell.machine_words:
        guess = f" + {number(cell.machine_words)}?" if cell.machine_words else ""
        yield number(cell.verified_words) + words.t(" chữ", " words") + guess
    if cell.front_known:
        yield words.t(
            f"trang nhất, trang chủ: {cell.front}/{cell.front_known} bài biết rõ vị trí",
            f"on front or home page: {cell.front} of {cell.front_known} whose place is known",
        )
    if len(cell.channels) > 1:
        yield words.listing(
            [f"{words.pair(CHANNELS[each.channel])} {each.verified + each.machine}" for each in cell.channels]
        )
