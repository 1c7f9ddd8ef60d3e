"""Rows of a letter's tables read: contents, or work to be done, each with its time and the bodies it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from pipeline.directive.bodies import groups_in, ids
from pipeline.directive.dates import Span, spans
from pipeline.directive.duties import asked_each, channels_in
from pipeline.directive.gathered import Body
from pipeline.directive.items import split_items
from pipeline.directive.phases import PERIOD
from pipeline.directive.tables import TableRow
from pipeline.wording import capital

_YEAR: Final = re.compile(
    r"(?:cả|trong|suốt)\s+năm(?:\s+(?P<y>\d{4}))?", re.IGNORECASE
)  # of a row that is of the whole year
_BARE: Final = re.compile(r"^\s*(?=\d{1,3}\s+[^\W\d])")  # an amount in a cell of its own: "02 phóng sự"


def read_table(body: Body, rows: Sequence[TableRow]) -> None:
    """Reads the rows of a table: contents, or work to be done, with their times and bodies."""
    phase_above: str | None = None
    for row in rows:
        if row.title:
            block = next(block for cell in row.cells.values() for block in cell if block.text.strip())
            named = body.book.lead(
                re.sub(r"^\s*(?:[IVX\d]+|[A-H])\s*[.)]\s*", "", row.title), block.quote(body.pages, 0, len(block.text))
            )
            phase_above = named or phase_above
            continue
        phase = _row_phase(body, row, phase_above) if row.blocks("content") else phase_above
        body.times += [(block.text, block.quote(body.pages, 0, len(block.text))) for block in row.blocks("time")]
        groups = ids(groups_in(row.text("who")))
        for block in row.blocks("who"):
            body.speaks(groups_in(block.text), block, 0, len(block.text))
        clause = f"T{row.table}.{row.number}"
        for block in row.blocks("content"):
            body.add_items(block, split_items(block.text, block.body), clause, phase, groups)
        _row_duty(body, row, clause, phase, groups)


def _row_phase(body: Body, row: TableRow, above: str | None) -> str | None:
    """Gives the phase of a row: its own, or that of the title above, whose days its own days then are among."""
    blocks = row.blocks("time")
    words = [block.text.strip(" .;") for block in blocks]
    for block, text in zip(
        blocks, [" ".join(words), *words[1:]], strict=False
    ):  # "Giai đoạn 1 | Từ 25/3 đến 23/4/2025"
        quote = block.quote(body.pages, 0, len(block.text))
        if above is not None:
            told = spans(text, body.year) or spans(f"vào {text}", body.year)
            if told:
                body.book.widen(above, told[0])
            return above
        if (whole := _YEAR.fullmatch(text)) and (year := int(whole["y"] or body.year or 0)):
            span = Span(date(year, 1, 1), date(year, 12, 31), 0, len(text))
            return body.book.add(PERIOD, capital(text), span, text, quote)
        if named := body.book.lead(text, quote):
            return named
        if re.match(r"\d", text) and (named := body.book.lead(f"Ngày {text}", quote)):
            return named
        if (told := spans(text, body.year)) and told[0].last:  # "Trước ngày 30/4"
            return body.book.dated(text, told[0], quote)
    return above


def _row_duty(body: Body, row: TableRow, clause: str, phase: str | None, groups: tuple[str, ...]) -> None:
    told = [*row.blocks("work"), *row.blocks("how"), *row.blocks("amount")]
    words = [_BARE.sub(r"ít nhất \g<0>", block.text) for block in [*told, *row.blocks("other")]]
    words += [block.text for block in [*row.blocks("content"), *row.blocks("time")]]
    words += [f"báo cáo {block.text}" for block in row.blocks("due")]
    read, *others = asked_each("; ".join(words), body.year)
    channels, means = channels_in("; ".join(block.text for block in told))
    if channels or means:  # what is to be told of may name means, too
        read = replace(read, channels=channels, means=means)
    if not told and not read.measured and not groups:
        return
    if not (about := [*row.blocks("work"), *row.blocks("content"), *told]):
        return
    block = about[0]
    quote = block.quote(body.pages, 0, len(block.text))
    body.add_duty(read, clause, phase, groups, quote)
    for number, other in enumerate(others, start=2):
        body.add_duty(other, f"{clause}/{number}", phase, groups, quote)
