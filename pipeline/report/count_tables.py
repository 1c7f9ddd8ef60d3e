"""The tables of counts: by outlet, as a matrix, by cell, by channel, silences, and the days that were observed or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from pipeline.audit.slices import phase_days
from pipeline.audits import Cell
from pipeline.records import VerdictName
from pipeline.relations import Column, Row, Table, Value
from pipeline.report.duty_tables import days, who
from pipeline.report.index import Index
from pipeline.report.reasons import in_words
from pipeline.report.words import CHANNELS, KINDS
from pipeline.wording import VERDICTS, Pair, spans

SIGNS: Final[Mapping[VerdictName, str]] = {"gap": "✕", "not_observed": "?", "uncertain": "◌", "met": "●"}
"""What stands before the counts of a cell of the matrix; a colour alone is lost in print."""

SEEN: Final[Mapping[str, Pair]] = {
    "observed": ("đã quan sát", "observed"),
    "not_observed": VERDICTS["not_observed"],
    "ahead": ("chưa đến", "ahead"),
}


def count_tables(index: Index) -> tuple[Table, ...]:
    """Gives the tables that follow those of duties."""
    return (
        *((_matrix(index),) if index.result.phases else ()),
        _silences(index),
        _unseen(index),
        _observation(index),
        _cells(index),
        _channels(index),
    )


def summary(index: Index) -> Table:
    """Gives the first table: what is audited, and a line for each outlet."""
    t, result = index.words.t, index.result
    directive = result.directive
    preface: tuple[Row, ...] = (
        (t("Báo cáo rà soát tin, bài theo văn bản chỉ đạo", "Coverage of an official directive"),),
        (t("Văn bản", "Directive"), f"{index.directive_number} {index.words.letter_date(directive.date)}".strip()),
        (t("Cơ quan ban hành", "Issuer"), directive.issuer),
        (t("Về việc", "Subject"), directive.subject),
        (t("Số liệu đến hết ngày", "As of"), result.as_of),
        (t("Bộ chủ đề (phiên bản)", "Codebook (version)"), result.codebook),
        (t("Mô hình nhận biết (phiên bản)", "Model (version)"), result.model),
        (t("Bài trong các giai đoạn", "Items within phases"), sum(len(row.article_ids) for row in result.observed)),
        (t("Bài chưa rõ ngày đăng", "Items without a certain date"), len(result.undated_ids)),
        (t("Bài đọc ngẫu nhiên", "Articles read by chance"), result.sample.read),
        (),
    )
    columns = (
        Column("name", t("Cơ quan", "Outlet"), width=42),
        Column(
            "kind", t("Loại", "Kind"), width=30, labels={kind: index.words.pair(pair) for kind, pair in KINDS.items()}
        ),
        *(Column(name, index.words.pair(pair), "number", 16) for name, pair in VERDICTS.items()),
        Column("articles", t("Số bài thu thập", "Items collected"), "number", 16),
        Column("days_proved", t("Ngày đã quan sát", "Days observed"), "number", 16),
        Column("days_total", t("Tổng số ngày", "Days in all"), "number", 14),
        Column("failed", t("Địa chỉ không đọc được đêm gần nhất", "Addresses failed last night"), "number", 20),
        Column("outlet", t("Mã cơ quan", "Outlet id"), width=14),
    )
    about = t("Mỗi cơ quan một dòng.", "A line for each outlet.")
    return Table(
        "outlets",
        t("Tóm tắt", "Summary"),
        about,
        columns,
        lambda: _summary_rows(index),
        key=("outlet",),
        frozen=1,
        preface=preface,
    )


def _summary_rows(index: Index) -> Iterable[Row]:
    result = index.result
    for outlet in result.outlets:
        own = [verdict.verdict for verdict in result.verdicts if verdict.outlet == outlet.id]
        seen = [row for row in result.observed if row.outlet == outlet.id]
        yield (
            outlet.name,
            outlet.kind,
            *(own.count(name) for name in VERDICTS),
            sum(len(row.article_ids) for row in seen),
            sum(row.days_proved for row in seen),
            sum(row.days_total for row in seen),
            sum(failure.outlet == outlet.id for failure in result.failures),
            outlet.id,
        )


def _matrix(index: Index) -> Table:
    """Topics down, outlets across, phase after phase: ● 3+1 is a duty that was met, with 3 confirmed items and 1 by machine."""
    t = index.words.t
    _, phase, topic = who(index)
    outlets = (Column(f"outlet_{outlet.id}", outlet.name, "mark", 15) for outlet in index.result.outlets)
    legend = "   ".join(f"{sign} {index.words.verdict(name)}" for name, sign in SIGNS.items())
    note = t(
        "3+1: 3 bài đã xác nhận và 1 bài mới chỉ máy nhận ra; –: không có bài nào",
        "3+1: 3 items confirmed and 1 by the machine alone; –: none",
    )
    preface: tuple[Row, ...] = (
        (t("Chủ đề × cơ quan", "Topics × outlets"),),
        (t("Ký hiệu", "Signs"), f"{legend}   {note}"),
        (),
    )
    about = t("Mỗi cơ quan đăng gì về từng chủ đề.", "What each outlet published on each topic.")
    return Table(
        "matrix",
        t("Ma trận", "Matrix"),
        about,
        (phase, topic, *outlets),
        lambda: _matrix_rows(index),
        frozen=2,
        preface=preface,
        kind="answer",
    )


def _matrix_rows(index: Index) -> Iterable[Row]:
    for phase in index.phases:
        for topic in index.topics:
            cells = (index.cells[phase, topic, outlet.id] for outlet in index.result.outlets)
            yield phase, topic, *(_mark(index, cell) for cell in cells)


def _mark(index: Index, cell: Cell) -> str:
    reached = {verdict.verdict for verdict in index.verdicts.get((cell.phase, cell.topic, cell.outlet), ())}
    sign = next((SIGNS[name] for name in VERDICTS if name in reached), "")
    verified, machine = len(cell.verified_ids), len(cell.machine_ids)
    counts = f"{verified}+{machine}" if machine else str(verified) if verified else "–"
    return f"{sign} {counts}".strip()


def _silences(index: Index) -> Table:
    t = index.words.t
    columns = (
        *who(index),
        Column("longest_silence", t("Quãng dài nhất không có bài (ngày)", "Longest silence (days)"), "number", 15),
        Column("from_day", t("Từ ngày", "From"), "day", 12),
        Column("to_day", t("Đến ngày", "To"), "day", 12),
        Column("allowed", t("Cho phép (ngày)", "Allowed (days)"), "number", 12),
        Column("first_day", t("Bài đầu", "First item"), "day", 12),
        Column("last_day", t("Bài cuối", "Last item"), "day", 12),
        Column("days_proved", t("Ngày đã quan sát", "Days observed"), "number", 12),
        Column("days_total", t("Tổng số ngày", "Days in all"), "number", 12),
    )
    about = t(
        "Những nhiệm vụ có quãng không có bài dài nhất, kể cả bài mới chỉ máy nhận ra; dài nhất đứng đầu.",
        "Where outlets were silent for longest, the machine's items counted too; the longest first.",
    )
    return Table(
        "silences",
        t("Quãng không có bài", "Silences"),
        about,
        columns,
        lambda: _silence_rows(index),
        frozen=1,
        kind="answer",
    )


def _silence_rows(index: Index) -> Iterable[Row]:
    owed = (index.cells[key] for key in index.verdicts)
    silent = [
        cell for cell in owed if cell.longest_silence_days and index.observed[cell.phase, cell.outlet].days_proved
    ]
    for cell in sorted(silent, key=lambda cell: (-cell.longest_silence_days, cell.outlet, cell.phase, cell.topic)):
        key = (cell.phase, cell.topic, cell.outlet)
        seen = index.observed[cell.phase, cell.outlet]
        start, length = cell.silence_from, cell.longest_silence_days
        yield (
            cell.outlet,
            cell.phase,
            cell.topic,
            length,
            start,
            start + timedelta(days=length - 1) if start else None,
            min((int(each.needed) for each in index.verdicts[key] if each.unit == "days"), default=None),
            cell.first_day,
            cell.last_day,
            seen.days_proved,
            seen.days_total,
        )


def _unseen(index: Index) -> Table:
    t = index.words.t
    outlet, phase, _ = who(index)
    columns = (
        outlet,
        phase,
        Column("days_unseen", t("Số ngày chưa quan sát được", "Days not observed"), "number", 14),
        Column("unseen", t("Những ngày nào", "Which days"), width=40),
        Column("days_ahead", t("Số ngày chưa đến", "Days ahead"), "number", 12),
        Column("duties", t("Số nhiệm vụ chờ", "Duties waiting"), "number", 12),
        Column("reason", t("Lý do", "Reason"), width=80),
    )
    about = t(
        "Vì những ngày này chưa thu thập được nên chưa thể kết luận là thiếu.",
        "Since these days were not collected, nothing can be called a gap.",
    )
    return Table(
        "not_observed",
        t("Chưa quan sát được", "Not observed"),
        about,
        columns,
        lambda: _unseen_rows(index),
        frozen=1,
        kind="answer",
    )


def _unseen_rows(index: Index) -> Iterable[Row]:
    result = index.result
    for row in result.observed:
        unseen = [day for day in row.missing_days if day <= result.seen_to]
        waiting = sum(
            verdict.verdict == "not_observed" and (verdict.outlet, verdict.phase) == (row.outlet, row.phase)
            for verdict in result.verdicts
        )
        if unseen or waiting:
            yield (
                row.outlet,
                row.phase,
                len(unseen),
                ", ".join(index.words.span(*span) for span in spans(unseen)),
                len(row.missing_days) - len(unseen),
                waiting,
                "; ".join(dict.fromkeys(in_words(reason, index.words) for reason in row.reasons)) if unseen else "",
            )


def _observation(index: Index) -> Table:
    t = index.words.t
    outlet, phase, _ = who(index)
    states = {name: index.words.pair(pair) for name, pair in SEEN.items()}
    columns = (
        outlet,
        phase,
        Column("from_day", t("Từ ngày", "From"), "day", 12),
        Column("to_day", t("Đến ngày", "To"), "day", 12),
        Column("days", t("Số ngày", "Days"), "number", 10),
        Column("state", t("Quan sát", "Observation"), width=24, labels=states),
        Column("reason", t("Lý do", "Reason"), width=70),
    )
    about = t(
        "Những ngày nào đã quan sát, chưa quan sát được, chưa đến.", "Which days were observed, not observed, ahead."
    )
    key = ("outlet", "phase", "from_day")
    return Table("observation", t("Quan sát", "Collection"), about, columns, lambda: _spans(index), key, frozen=1)


def _spans(index: Index) -> Iterable[Row]:
    """Gives the spans of each outlet and phase, in order of time."""
    words, seen_to = index.words, index.result.seen_to
    outlets = {outlet.id: outlet for outlet in index.result.outlets}
    for row in index.result.observed:
        missing = set(row.missing_days)
        every = phase_days(index.phases[row.phase], outlets[row.outlet])
        kinds: tuple[tuple[str, list[date], str], ...] = (
            ("observed", [day for day in every if day not in missing], ""),
            (
                "not_observed",
                [day for day in missing if day <= seen_to],
                "; ".join(dict.fromkeys(in_words(reason, words) for reason in row.reasons)),
            ),
            ("ahead", [day for day in missing if day > seen_to], ""),
        )
        found = sorted((*span, name, reason) for name, own, reason in kinds for span in spans(own))
        for first, last, name, reason in found:
            yield row.outlet, row.phase, first, last, (last - first).days + 1, name, reason


def _cells(index: Index) -> Table:
    t = index.words.t
    outlet, phase, topic = who(index)
    columns = (
        Column("cell", t("Số TT", "No."), "number", 9),
        phase,
        topic,
        outlet,
        Column("verified", t("Bài đã xác nhận", "Items confirmed"), "number", 13),
        Column("machine", t("Bài máy nhận ra", "Items by machine"), "number", 13),
        Column("unread", t("Bài khác chưa đọc", "Others unread"), "number", 13),
        Column("texts", t("Số bài không trùng", "Different texts"), "number", 13),
        Column("reprints", t("Bài đăng lại", "Reprints"), "number", 11),
        Column("verified_minutes", t("Phút đã xác nhận", "Minutes confirmed"), "decimal", 13),
        Column("machine_minutes", t("Phút máy nhận ra", "Minutes by machine"), "decimal", 13),
        Column("verified_words", t("Số chữ đã xác nhận", "Words confirmed"), "number", 13),
        Column("machine_words", t("Số chữ máy nhận ra", "Words by machine"), "number", 13),
        Column("front", t("Trên trang nhất, trang chủ", "On a front page"), "number", 13),
        Column("front_known", t("Bài đã biết vị trí đăng", "Place known of"), "number", 13),
        *days(index),
    )
    about = t("Số liệu của từng giai đoạn, chủ đề, cơ quan.", "Counts of every phase, topic and outlet.")
    parts = ("outlet", "topic", "phase")
    return Table("cells", t("Số liệu", "Counts"), about, columns, lambda: _cell_rows(index), ("cell",), parts, 4)


def _cell_rows(index: Index) -> Iterable[Row]:
    for number, cell in enumerate(index.result.cells, start=1):
        seen = index.observed[cell.phase, cell.outlet]
        counts: tuple[Value, ...] = (
            len(cell.verified_ids),
            len(cell.machine_ids),
            cell.unread,
            cell.clusters,
            cell.reprints,
            cell.verified_minutes,
            cell.machine_minutes,
            cell.verified_words,
            cell.machine_words,
            cell.front,
            cell.front_known,
        )
        silence = cell.longest_silence_days if seen.days_proved else None
        when = (cell.first_day, cell.last_day, silence, seen.days_proved, seen.days_total)
        yield number, cell.phase, cell.topic, cell.outlet, *counts, *when


def _channels(index: Index) -> Table:
    t = index.words.t
    outlet, phase, topic = who(index)
    channels: dict[str, str] = {name: index.words.pair(pair) for name, pair in CHANNELS.items()}
    columns = (
        phase,
        topic,
        outlet,
        Column("channel", t("Kênh", "Channel"), width=24, labels=channels),
        Column("verified", t("Bài đã xác nhận", "Items confirmed"), "number", 13),
        Column("machine", t("Bài máy nhận ra", "Items by machine"), "number", 13),
        Column("minutes", t("Phút", "Minutes"), "decimal", 12),
        Column("cell", t("Số liệu, dòng số", "Line of the counts"), "number", 12, refers="cells"),
    )
    about = t("Số bài trên từng kênh.", "Counts by channel.")
    return Table(
        "cell_channels",
        t("Kênh", "Channels"),
        about,
        columns,
        lambda: _channel_rows(index),
        ("cell", "channel"),
        frozen=3,
    )


def _channel_rows(index: Index) -> Iterable[Row]:
    for number, cell in enumerate(index.result.cells, start=1):
        for each in cell.channels:
            where = (cell.phase, cell.topic, cell.outlet)
            yield *where, each.channel, each.verified, each.machine, each.minutes, number
