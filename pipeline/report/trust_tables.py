"""The tables that tell how far counts can be trusted: estimates, readers who agree or not, scores that still fit or not."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.audits import Estimate
from pipeline.relations import Column, Row, Table
from pipeline.report.duty_tables import in_doubt, who
from pipeline.report.index import Index


def trust_tables(index: Index) -> tuple[Table, ...]:
    """Gives the tables."""
    return (_estimates(index), _agreements(index), _drifts(index))


def _estimates(index: Index) -> Table:
    t = index.words.t
    outlet, phase, topic = who(index)
    groups = {"": t("(mọi cơ quan)", "(all outlets)"), **index.groups}
    columns = (
        outlet,
        Column("group_name", t("Nhóm", "Group"), width=24, labels=groups),
        phase,
        topic,
        Column("verified", t("Đã xác nhận", "Confirmed"), "number", 12),
        Column("low", t("Ít nhất", "Low"), "decimal", 10),
        Column("estimate", t("Ước lượng", "Estimate"), "decimal", 11),
        Column("high", t("Nhiều nhất", "High"), "decimal", 11),
        Column("level", t("Độ tin cậy", "Confidence"), "share", 10),
        Column("machine", t("Máy nhận ra", "By machine"), "number", 12),
        Column("texts", t("Số bài (không trùng)", "Texts published"), "number", 12),
        Column("read", t("Đọc ngẫu nhiên", "Read by chance"), "number", 11),
        Column("positive", t("Trong đó đúng chủ đề", "Of them on topic"), "number", 12),
        Column("inner_low", t("Khoảng hẹp, từ", "Inner band, low"), "decimal", 11),
        Column("inner_high", t("Khoảng hẹp, đến", "Inner band, high"), "decimal", 11),
        Column("doubts", t("Điều chưa chắc chắn", "Doubts"), width=50),
    )
    about = t(
        "Số bài thực sự đúng chủ đề, ước lượng từ những bài đọc ngẫu nhiên; bài đăng lại tính là một.",
        "How many texts really carry a topic, by readings drawn by chance; reprints are one text.",
    )
    rows = [_estimate(index, each) for each in index.result.estimates if each.units]
    return Table("estimates", t("Ước lượng", "Estimates"), about, columns, lambda: rows, frozen=4)


def _estimate(index: Index, each: Estimate) -> Row:
    return (
        each.outlet or None,
        None if each.outlet else each.group,
        each.phase,
        each.topic,
        each.verified,
        each.low,
        each.estimate,
        each.high,
        each.level,
        each.machine,
        each.units,
        each.read,
        each.positive,
        each.inner_low,
        each.inner_high,
        in_doubt(index, each.doubts),
    )


def _agreements(index: Index) -> Table:
    t = index.words.t
    columns = (
        Column("topic", t("Chủ đề", "Topic"), width=42, labels=index.topics, refers="topics"),
        Column("twice", t("Bài hai người đọc", "Read by two"), "number", 12),
        Column("alpha", t("Hệ số alpha (Krippendorff)", "Krippendorff's alpha"), "decimal", 14),
        Column("low", t("Alpha, thấp nhất", "Alpha, low"), "decimal", 12),
        Column("high", t("Alpha, cao nhất", "Alpha, high"), "decimal", 12),
        Column("shared", t("Tỷ lệ cùng chọn", "Shared yes"), "share", 12),
        Column("poor", t("Chưa thống nhất", "Poor"), "flag", 12),
    )
    about = t("Hai người đọc cùng một bài có thống nhất không.", "Whether two readers of one article agree.")

    def rows() -> Iterable[Row]:
        for each in index.result.agreements:
            shared = each.shared if each.twice else None
            yield each.topic, each.twice, each.alpha, each.low, each.high, shared, int(each.poor)

    return Table("agreements", t("Đọc hai lượt", "Agreement"), about, columns, rows, ("topic",), frozen=1)


def _drifts(index: Index) -> Table:
    t = index.words.t
    _, phase, topic = who(index)
    columns = (
        phase,
        topic,
        Column("expected", t("Số bài theo điểm của máy", "Texts by the scores"), "decimal", 14),
        Column("low", t("Theo người đọc, ít nhất", "By readers, low"), "decimal", 13),
        Column("high", t("Theo người đọc, nhiều nhất", "By readers, high"), "decimal", 13),
        Column("found_now", t("Máy nhận ra, giai đoạn này", "Machine found, now"), "number", 13),
        Column("real_now", t("Trong số bài đúng, giai đoạn này", "Of so many, now"), "number", 13),
        Column("found_before", t("Máy nhận ra, khi đánh giá", "Machine found, assessed"), "number", 13),
        Column("real_before", t("Trong số bài đúng, khi đánh giá", "Of so many, assessed"), "number", 13),
        Column("parted", t("Không còn khớp", "Parted"), "flag", 12),
    )
    about = t(
        "Điểm của máy, bài người đọc xác nhận và ước lượng có còn khớp nhau không.",
        "Whether scores, reviewed recall and estimate still agree.",
    )

    def rows() -> Iterable[Row]:
        for each in index.result.drifts:
            counts = (each.expected, each.low, each.high)
            yield (
                each.phase,
                each.topic,
                *counts,
                *each.recall_now,
                *each.recall_before,
                None if each.parted is None else int(each.parted),
            )

    return Table("drifts", t("Độ khớp của máy", "Drift"), about, columns, rows, ("phase", "topic"), frozen=2)
