"""The tables of articles: each once, the topics it carries with their evidence, and the counts that it stands behind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pipeline.audits import AuditItem
from pipeline.relations import Column, Row, Table
from pipeline.report.index import Index
from pipeline.report.words import CHANNELS, date_state


def article_tables(index: Index) -> tuple[Table, ...]:
    """Gives the tables; they hold the articles that the audit describes, which of a large one are not all that it counts."""
    return (_articles(index), _topics(index), _counted(index))


def _articles(index: Index) -> Table:
    t = index.words.t
    phases = {id_: phase.name for id_, phase in index.phases.items()}
    channels: dict[str, str] = {name: index.words.pair(pair) for name, pair in CHANNELS.items()}
    columns = (
        Column("day", t("Ngày đăng", "Day"), "day", 12),
        Column("phase", t("Giai đoạn", "Phase"), width=16, labels=phases, refers="phases"),
        Column("outlet", t("Cơ quan", "Outlet"), width=30, labels=index.outlets, refers="outlets"),
        Column("title", t("Tiêu đề", "Title"), width=60),
        Column("url", t("Đường dẫn", "Link"), "link", 44),
        Column("verified_topics", t("Chủ đề đã xác nhận", "Topics confirmed"), width=36),
        Column("machine_topics", t("Chủ đề máy nhận ra", "Topics by machine"), width=36),
        Column("evidence", t("Câu làm căn cứ", "Evidence"), width=70),
        Column("channel", t("Kênh", "Channel"), width=20, labels=channels),
        Column("minutes", t("Phút", "Minutes"), "decimal", 9),
        Column("words", t("Số chữ", "Words"), "number", 9),
        Column("front", t("Trang nhất, trang chủ", "Front page"), "flag", 11),
        Column("reprint", t("Cùng bài với", "Same text as"), width=19),
        Column("date_state", t("Tình trạng ngày đăng", "State of the date"), width=26),
        Column("article", t("Mã bài", "Id"), width=19),
        Column("archive_file", t("Tệp lưu", "Archived file"), width=34),
        Column("archive_sha256", "SHA-256", width=68),
    )
    about = t(
        "Những bài mà báo cáo dẫn ra, kèm câu làm căn cứ và bản lưu.",
        "The articles shown, with evidence and archived copy.",
    )
    return Table(
        "articles",
        t("Bài", "Articles"),
        about,
        columns,
        lambda: _article_rows(index),
        key=("article",),
        indexed=("outlet", "day", "reprint"),
    )


def _article_rows(index: Index) -> Iterable[Row]:
    shown = index.result.items
    phase_of = {id_: row.phase for row in index.result.observed for id_ in row.article_ids if id_ in shown}
    items = sorted(shown.values(), key=lambda item: (item.day or date.max, item.outlet, item.article))
    for item in items:
        yield _article_row(index, item, phase_of.get(item.article))


def _article_row(index: Index, item: AuditItem, phase: str | None) -> Row:
    verified = [id_ for id_ in index.topics if id_ in item.verified]
    machine = [id_ for id_ in index.topics if id_ in item.machine - item.verified - item.rejected]
    evidence = [f"{index.topics[id_]}: {item.evidence[id_]}" for id_ in (*verified, *machine) if id_ in item.evidence]
    return (
        item.day,
        phase,
        item.outlet,
        item.title,
        item.url,
        "; ".join(index.topics[id_] for id_ in verified),
        "; ".join(index.topics[id_] for id_ in machine),
        "\n".join(evidence),
        item.channel,
        item.minutes or None,
        item.words or None,
        None if item.front is None else int(item.front),
        item.cluster if item.cluster != item.article else None,
        date_state(index.words, item),
        item.article,
        item.archive_file,
        item.archive_sha256,
    )


def _topics(index: Index) -> Table:
    t = index.words.t
    columns = (
        Column("article", t("Mã bài", "Id"), refers="articles"),
        Column("topic", t("Chủ đề", "Topic"), labels=index.topics, refers="topics"),
        Column("confirmed", t("Người đọc xác nhận", "Confirmed"), "flag"),
        Column("denied", t("Người đọc bác", "Denied"), "flag"),
        Column("machine", t("Máy nhận ra", "By machine"), "flag"),
        Column("score", t("Điểm của máy", "Score"), "decimal"),
        Column("evidence", t("Câu làm căn cứ", "Evidence")),
    )
    about = t(
        "Người đọc và máy nói gì về từng bài, từng chủ đề.",
        "What readers and the machine say of each article and topic.",
    )
    return Table(
        "article_topics",
        t("Chủ đề của bài", "Topics of articles"),
        about,
        columns,
        lambda: _topic_rows(index),
        key=("article", "topic"),
        indexed=("topic",),
        kind="part",
    )


def _topic_rows(index: Index) -> Iterable[Row]:
    for id_, item in sorted(index.result.items.items()):
        for topic in index.topics:
            said = (topic in item.verified, topic in item.rejected, topic in item.machine)
            if any(said):
                yield id_, topic, *map(int, said), item.scores.get(topic), item.evidence.get(topic)


def _counted(index: Index) -> Table:
    t = index.words.t
    columns = (
        Column("cell", t("Số liệu, dòng số", "Line of the counts"), "number", refers="cells"),
        Column("article", t("Mã bài", "Id"), refers="articles"),
        Column("confirmed", t("Người đọc xác nhận", "Confirmed"), "flag"),
    )
    about = t(
        "Những bài đứng sau mỗi số liệu; của số liệu lớn chỉ có những bài mà báo cáo dẫn ra.",
        "The articles behind each count; of large counts those alone that the report shows.",
    )
    return Table(
        "cell_articles",
        t("Bài của số liệu", "Articles of counts"),
        about,
        columns,
        lambda: _counted_rows(index),
        key=("cell", "article"),
        indexed=("article",),
        kind="part",
    )


def _counted_rows(index: Index) -> Iterable[Row]:
    items = index.result.items
    for number, cell in enumerate(index.result.cells, start=1):
        for ids, confirmed in ((cell.verified_ids, 1), (cell.machine_ids, 0)):
            yield from ((number, id_, confirmed) for id_ in ids if id_ in items)
