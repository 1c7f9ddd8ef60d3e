"""What the sheets of the workbook hold: columns and rows as plain values, nothing about files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.audit.coverage import phase_days
from pipeline.audits import AuditItem
from pipeline.report.index import Index
from pipeline.report.reasons import in_words
from pipeline.report.sources import STATES, said
from pipeline.report.words import CHANNELS, KINDS, date_state
from pipeline.wording import VERDICTS, spans

Value = str | int | float | date | None
Row = Sequence[Value]
Form = Literal["text", "number", "decimal", "day", "link", "verdict"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its width in characters, and how its values are shown."""

    name: str
    width: float
    form: Form = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: lines above the head, the head, and the rows below."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Row]]
    frozen: int = 0  # columns that stay when the sheet is scrolled to the right
    preface: tuple[Row, ...] = ()


def sheets(index: Index) -> tuple[Sheet, ...]:
    """Gives the sheets in their order: summary, duties, matrix, articles, collection, sources, failed addresses."""
    return (
        _summary(index),
        _duties(index),
        _matrix(index),
        _articles(index),
        _collection(index),
        _sources(index),
        _failed(index),
    )


def _summary(index: Index) -> Sheet:
    t, result = index.words.t, index.result
    preface: tuple[Row, ...] = (
        (t("Báo cáo rà soát tin, bài theo văn bản chỉ đạo", "Coverage of an official directive"),),
        (
            t("Văn bản", "Directive"),
            f"{result.directive.number} {index.words.letter_date(result.directive.date)}".strip(),
        ),
        (t("Cơ quan ban hành", "Issuer"), result.directive.issuer),
        (t("Về việc", "Subject"), result.directive.subject),
        (t("Số liệu đến hết ngày", "As of"), result.as_of),
        (t("Bảng chủ đề", "Codebook"), result.codebook),
        (t("Mô hình nhận biết", "Model"), result.model),
        (t("Bài trong các giai đoạn", "Items within phases"), sum(len(row.article_ids) for row in result.observed)),
        (t("Bài chưa rõ ngày đăng", "Items without a certain date"), len(result.undated_ids)),
        (),
    )
    columns = (
        Column(t("Cơ quan", "Outlet"), 42),
        Column(t("Loại", "Kind"), 30),
        *(Column(index.words.pair(name), 16, "number") for name in VERDICTS.values()),
        Column(t("Số bài thu thập", "Items collected"), 16, "number"),
        Column(t("Ngày đã quan sát", "Days observed"), 16, "number"),
        Column(t("Tổng số ngày", "Days in all"), 14, "number"),
        Column(t("Địa chỉ không đọc được đêm gần nhất", "Addresses failed last night"), 20, "number"),
    )
    return Sheet(t("Tóm tắt", "Summary"), columns, lambda: _summary_rows(index), 1, preface)


def _summary_rows(index: Index) -> Iterable[Row]:
    result = index.result
    for outlet in result.outlets:
        own = [verdict.verdict for verdict in result.verdicts if verdict.outlet == outlet.id]
        seen = [row for row in result.observed if row.outlet == outlet.id]
        yield (
            outlet.name,
            index.words.pair(KINDS[outlet.kind]),
            *(own.count(name) for name in VERDICTS),
            sum(len(row.article_ids) for row in seen),
            sum(row.days_proved for row in seen),
            sum(row.days_total for row in seen),
            sum(failure.outlet == outlet.id for failure in result.failures),
        )


def _duties(index: Index) -> Sheet:
    t = index.words.t
    columns = (
        Column(t("Cơ quan", "Outlet"), 34),
        Column(t("Giai đoạn", "Phase"), 18),
        Column(t("Chủ đề", "Topic"), 38),
        Column(t("Kết luận", "Verdict"), 22, "verdict"),
        Column(t("Đã xác nhận", "Confirmed"), 13, "decimal"),
        Column(t("Máy nhận ra", "By machine"), 13, "decimal"),
        Column(t("Yêu cầu", "Asked"), 11, "decimal"),
        Column(t("Đơn vị", "Unit"), 22),
        *_days(index),
        Column(t("Lý do", "Reason"), 80),
    )
    return Sheet(t("Nhiệm vụ", "Duties"), columns, lambda: _duty_rows(index), 1)


def _days(index: Index) -> tuple[Column, ...]:
    """Gives the columns that tell when a cell's items stand, and how much of its phase was observed."""
    t = index.words.t
    return (
        Column(t("Bài đầu", "First item"), 12, "day"),
        Column(t("Bài cuối", "Last item"), 12, "day"),
        Column(t("Quãng dài nhất không có bài (ngày)", "Longest silence (days)"), 14, "number"),
        Column(t("Ngày đã quan sát", "Days observed"), 12, "number"),
        Column(t("Tổng số ngày", "Days in all"), 12, "number"),
    )


def _duty_rows(index: Index) -> Iterable[Row]:
    words = index.words
    units = {
        "items": words.t("bài, ít nhất", "items, at least"),
        "minutes": words.t("phút, ít nhất", "minutes, at least"),
        "days": words.t("ngày không có bài, tối đa", "days of silence, at most"),
    }
    for verdict in index.result.verdicts:
        cell = index.cells[verdict.phase, verdict.topic, verdict.outlet]
        yield (
            index.outlets[verdict.outlet],
            index.phases[verdict.phase].name,
            index.topics[verdict.topic],
            words.verdict(verdict.verdict),
            verdict.verified,
            verdict.machine,
            verdict.needed,
            units[verdict.unit],
            cell.first_day,
            cell.last_day,
            cell.longest_silence_days if verdict.days_proved else None,
            verdict.days_proved,
            verdict.days_total,
            words.t(verdict.reason, verdict.reason_en),
        )


def _matrix(index: Index) -> Sheet:
    t = index.words.t
    columns = (
        Column(t("Giai đoạn", "Phase"), 18),
        Column(t("Chủ đề", "Topic"), 40),
        Column(t("Cơ quan", "Outlet"), 36),
        Column(t("Bài đã xác nhận", "Items confirmed"), 13, "number"),
        Column(t("Bài máy nhận ra", "Items by machine"), 13, "number"),
        Column(t("Số bài không trùng", "Different texts"), 13, "number"),
        Column(t("Phút đã xác nhận", "Minutes confirmed"), 13, "decimal"),
        Column(t("Phút máy nhận ra", "Minutes by machine"), 13, "decimal"),
        *_days(index),
        Column(t("Mã bài đã xác nhận", "Ids confirmed"), 40),
        Column(t("Mã bài máy nhận ra", "Ids by machine"), 40),
    )
    return Sheet(t("Ma trận", "Matrix"), columns, lambda: _matrix_rows(index), 3)


def _matrix_rows(index: Index) -> Iterable[Row]:
    for cell in index.result.cells:
        seen = index.observed[cell.phase, cell.outlet]
        yield (
            index.phases[cell.phase].name,
            index.topics[cell.topic],
            index.outlets[cell.outlet],
            len(cell.verified_ids),
            len(cell.machine_ids),
            cell.clusters,
            cell.verified_minutes,
            cell.machine_minutes,
            cell.first_day,
            cell.last_day,
            cell.longest_silence_days if seen.days_proved else None,
            seen.days_proved,
            seen.days_total,
            " ".join(cell.verified_ids),
            " ".join(cell.machine_ids),
        )


def _articles(index: Index) -> Sheet:
    t = index.words.t
    columns = (
        Column(t("Ngày đăng", "Day"), 12, "day"),
        Column(t("Giai đoạn", "Phase"), 16),
        Column(t("Cơ quan", "Outlet"), 30),
        Column(t("Tiêu đề", "Title"), 60),
        Column(t("Đường dẫn", "Link"), 44, "link"),
        Column(t("Chủ đề đã xác nhận", "Topics confirmed"), 36),
        Column(t("Chủ đề máy nhận ra", "Topics by machine"), 36),
        Column(t("Câu làm căn cứ", "Evidence"), 70),
        Column(t("Kênh", "Channel"), 16),
        Column(t("Phút", "Minutes"), 9, "decimal"),
        Column(t("Tình trạng ngày đăng", "State of the date"), 26),
        Column(t("Mã bài", "Id"), 19),
        Column(t("Mã nhóm bài trùng", "Cluster of reprints"), 19),
        Column(t("Tệp lưu", "Archived file"), 34),
        Column("SHA-256", 68),
    )
    return Sheet(t("Bài", "Articles"), columns, lambda: _article_rows(index))


def _article_rows(index: Index) -> Iterable[Row]:
    phase_of = {id_: index.phases[row.phase].name for row in index.result.observed for id_ in row.article_ids}
    items = sorted(index.result.items.values(), key=lambda item: (item.day or date.max, item.outlet, item.article))
    for item in items:
        yield _article_row(index, item, phase_of.get(item.article, ""))


def _article_row(index: Index, item: AuditItem, phase: str) -> Row:
    verified = [id_ for id_ in index.topics if id_ in item.verified]
    machine = [id_ for id_ in index.topics if id_ in item.machine - item.verified - item.rejected]
    evidence = [f"{index.topics[id_]}: {item.evidence[id_]}" for id_ in (*verified, *machine) if id_ in item.evidence]
    return (
        item.day,
        phase,
        index.outlets.get(item.outlet, item.outlet),
        item.title,
        item.url,
        "; ".join(index.topics[id_] for id_ in verified),
        "; ".join(index.topics[id_] for id_ in machine),
        "\n".join(evidence),
        index.words.pair(CHANNELS[item.channel]),
        item.minutes or None,
        date_state(index.words, item),
        item.article,
        item.cluster,
        item.archive_file,
        item.archive_sha256,
    )


def _collection(index: Index) -> Sheet:
    t = index.words.t
    columns = (
        Column(t("Cơ quan", "Outlet"), 36),
        Column(t("Giai đoạn", "Phase"), 18),
        Column(t("Từ ngày", "From"), 12, "day"),
        Column(t("Đến ngày", "To"), 12, "day"),
        Column(t("Số ngày", "Days"), 10, "number"),
        Column(t("Quan sát", "Observation"), 24),
        Column(t("Lý do", "Reason"), 70),
    )
    return Sheet(t("Quan sát", "Collection"), columns, lambda: _collection_rows(index), 1)


def _collection_rows(index: Index) -> Iterable[Row]:
    """Gives the spans of each outlet and phase, in order of time: observed, not observed, still ahead."""
    words, seen_to = index.words, index.result.seen_to
    outlets = {outlet.id: outlet for outlet in index.result.outlets}
    seen, unseen, ahead = (
        words.t("đã quan sát", "observed"),
        words.pair(VERDICTS["not_observed"]),
        words.t("chưa đến", "ahead"),
    )
    for row in index.result.observed:
        missing = set(row.missing_days)
        days = phase_days(index.phases[row.phase], outlets[row.outlet])
        kinds = (
            (seen, [day for day in days if day not in missing], ""),
            (
                unseen,
                [day for day in missing if day <= seen_to],
                "; ".join(dict.fromkeys(in_words(reason, words) for reason in row.reasons)),
            ),
            (ahead, [day for day in missing if day > seen_to], ""),
        )
        found = sorted((*span, name, reason) for name, own, reason in kinds for span in spans(own))
        for first, last, name, reason in found:
            length = (last - first).days + 1
            yield index.outlets[row.outlet], index.phases[row.phase].name, first, last, length, name, reason


def _sources(index: Index) -> Sheet:
    t = index.words.t
    columns = (
        Column(t("Cơ quan", "Outlet"), 36),
        Column(t("Nguồn tin", "Source"), 24),
        Column(t("Tình trạng", "State"), 26),
        Column(t("Cần xử lý", "To act on"), 12),
        Column(t("Nhận thấy", "What was found"), 90),
        Column(t("Bài mới nhất", "Newest item"), 14, "day"),
    )
    return Sheet(t("Nguồn tin", "Sources"), columns, lambda: _source_rows(index), 2)


def _source_rows(index: Index) -> Iterable[Row]:
    words = index.words
    for health in index.result.health:
        yield (
            index.outlets.get(health.outlet, health.outlet),
            health.source,
            words.pair(STATES[health.state]),
            words.t("có", "yes") if health.broken else "",
            "\n".join(said(health.source, finding, words) for finding in health.findings),
            health.last_published,
        )


def _failed(index: Index) -> Sheet:
    t = index.words.t
    columns = (
        Column(t("Cơ quan", "Outlet"), 36),
        Column(t("Nguồn tin", "Source"), 24),
        Column(t("Địa chỉ", "Address"), 70),
        Column(t("Lý do", "Reason"), 70),
    )
    return Sheet(t("Địa chỉ không đọc được", "Failed addresses"), columns, lambda: _failed_rows(index), 2)


def _failed_rows(index: Index) -> Iterable[Row]:
    for failure in index.result.failures:
        outlet = index.outlets.get(failure.outlet, failure.outlet)
        yield outlet, failure.source, failure.url, in_words(failure.why, index.words)
