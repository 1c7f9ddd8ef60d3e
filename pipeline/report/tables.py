"""The tables of a report, in the order of the questions they answer; workbook, CSV, Parquet and SQLite are made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Final

from pipeline.relations import Column, Row, Table
from pipeline.report.article_tables import article_tables
from pipeline.report.count_tables import count_tables, summary
from pipeline.report.duty_tables import duty_tables
from pipeline.report.index import Index
from pipeline.report.method import method_lines
from pipeline.report.source_tables import source_tables
from pipeline.report.trust_tables import trust_tables
from pipeline.report.words import clean

FORMAT: Final = "rasoat tables 2"  # raised when a table, a column or its meaning changes


def tables(index: Index) -> tuple[Table, ...]:
    """Gives every table: what is missing and what to do first, then the numbers, the articles, the sources, the method.

    No text in them carries what no file may.
    """
    made = (
        summary(index),
        *duty_tables(index),
        *trust_tables(index),
        *count_tables(index),
        *article_tables(index),
        *source_tables(index),
        _method(index),
        _phases(index),
        _topics(index),
        _groups(index),
        _metadata(index),
    )
    return tuple(replace(table, rows=cache(partial(_cleaned, table.rows))) for table in made)


def _cleaned(rows: Callable[[], Iterable[Row]]) -> Sequence[Row]:
    """Makes the rows, once for all files that hold them."""
    return [[clean(value) if isinstance(value, str) else value for value in row] for row in rows()]


def _method(index: Index) -> Table:
    t = index.words.t
    columns = (
        Column("matter", t("Nội dung", "Matter"), width=34),
        Column("text", t("Giải thích", "Explanation"), width=120),
    )
    about = t(
        "Số liệu được làm ra thế nào và có thể sai đến đâu.", "How the numbers were made and how wrong they can be."
    )
    return Table("method", t("Cách làm", "Method"), about, columns, lambda: method_lines(index), ("matter",))


def _phases(index: Index) -> Table:
    t = index.words.t
    columns = (
        Column("phase", t("Mã giai đoạn", "Phase id")),
        Column("name", t("Giai đoạn", "Phase")),
        Column("first_day", t("Từ ngày", "From"), "day"),
        Column("last_day", t("Đến ngày", "To"), "day"),
    )
    rows = [(phase.id, phase.name, phase.first_day, phase.last_day) for phase in index.result.phases]
    about = t("Các giai đoạn của đợt rà soát.", "Phases of the campaign.")
    return Table("phases", t("Giai đoạn", "Phases"), about, columns, lambda: rows, ("phase",), kind="part")


def _topics(index: Index) -> Table:
    t = index.words.t
    columns = (
        Column("topic", t("Mã chủ đề", "Topic id")),
        Column("name", t("Chủ đề", "Topic")),
        Column("name_en", t("Tên tiếng Anh", "English name")),
    )
    about = t("Các chủ đề mà văn bản yêu cầu.", "Topics that the directive asks for.")
    return Table("topics", t("Chủ đề", "Topics"), about, columns, lambda: index.result.topics, ("topic",), kind="part")


def _groups(index: Index) -> Table:
    t = index.words.t
    columns = (
        Column("outlet", t("Cơ quan", "Outlet"), labels=index.outlets, refers="outlets"),
        Column("group_name", t("Mã nhóm", "Group id")),
        Column("name", t("Nhóm", "Group")),
    )
    rows = [(outlet.id, group, index.groups[group]) for outlet in index.result.outlets for group in outlet.groups]
    about = t("Cơ quan thuộc những nhóm nào.", "Groups of the outlets.")
    key = ("outlet", "group_name")
    return Table("outlet_groups", t("Nhóm cơ quan", "Groups"), about, columns, lambda: rows, key, kind="part")


def _metadata(index: Index) -> Table:
    t = index.words.t
    columns = (Column("key", t("Mục", "Key"), width=30), Column("value", t("Giá trị", "Value"), width=70))
    about = t(
        "Rà soát ngày nào, theo văn bản nào, từ những đầu vào nào.",
        "Of which day, by which directive, from which inputs.",
    )
    return Table("metadata", t("Thông tin", "Metadata"), about, columns, lambda: _meta(index), ("key",), kind="part")


def _meta(index: Index) -> Iterable[Row]:
    result = index.result
    yield "format", FORMAT
    yield "as_of", result.as_of.isoformat()
    yield "seen_to", result.seen_to.isoformat()
    yield "directive_number", result.directive.number
    yield "directive_date", result.directive.date
    yield "directive_issuer", result.directive.issuer
    yield "directive_subject", result.directive.subject
    yield "codebook", result.codebook
    yield "model", result.model
    for name, digest in sorted(result.inputs.items()):
        yield f"input_{name}", digest
