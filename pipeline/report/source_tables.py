"""The tables of sources: how each is, and which addresses could not be read in the last night."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.relations import Column, Row, Table
from pipeline.report.index import Index
from pipeline.report.reasons import in_words
from pipeline.report.sources import STATES, said


def source_tables(index: Index) -> tuple[Table, ...]:
    """Gives the tables."""
    return (_sources(index), _failed(index))


def _sources(index: Index) -> Table:
    t = index.words.t
    columns = (
        Column("outlet", t("Cơ quan", "Outlet"), width=36, labels=index.outlets),
        Column("source", t("Nguồn tin", "Source"), width=24),
        Column("state", t("Tình trạng", "State"), width=26, labels={n: index.words.pair(p) for n, p in STATES.items()}),
        Column("broken", t("Cần xử lý", "To act on"), "flag", 12),
        Column("findings", t("Nhận thấy", "What was found"), width=90),
        Column("last_published", t("Bài mới nhất", "Newest item"), "day", 14),
    )
    about = t(
        "Các nguồn tin có thu thập được không; nguồn cần xử lý đứng đầu.", "How sources are; those to act on first."
    )
    return Table(
        "sources", t("Nguồn tin", "Sources"), about, columns, lambda: _source_rows(index), ("source",), frozen=2
    )


def _source_rows(index: Index) -> Iterable[Row]:
    for health in index.result.health:
        findings = "\n".join(said(health.source, finding, index.words) for finding in health.findings)
        yield health.outlet, health.source, health.state, int(health.broken), findings, health.last_published


def _failed(index: Index) -> Table:
    t = index.words.t
    columns = (
        Column("outlet", t("Cơ quan", "Outlet"), width=36, labels=index.outlets),
        Column("source", t("Nguồn tin", "Source"), width=24),
        Column("url", t("Địa chỉ", "Address"), width=70),
        Column("reason", t("Lý do", "Reason"), width=70),
    )
    about = t("Địa chỉ không đọc được trong đêm gần nhất.", "Addresses that failed in the last night.")
    name = t("Địa chỉ không đọc được", "Failed addresses")
    return Table("failed_addresses", name, about, columns, lambda: _failed_rows(index), frozen=2)


def _failed_rows(index: Index) -> Iterable[Row]:
    for failure in index.result.failures:
        yield failure.outlet, failure.source, failure.url, in_words(failure.why, index.words)
