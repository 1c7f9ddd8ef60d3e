"""The tables of duties: what is missing, what is at risk, what to read, every duty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pipeline.audits import Verdict
from pipeline.relations import Column, Row, Table
from pipeline.report.index import Index
from pipeline.wording import DOUBTS, METHODS, VERDICTS, Pair

ASKED: Mapping[str, Pair] = {
    "items": ("bài, ít nhất", "items, at least"),
    "minutes": ("phút, ít nhất", "minutes, at least"),
    "days": ("ngày không có bài, tối đa", "days of silence, at most"),
}
"""What a requirement counts, beside its number."""


def duty_tables(index: Index) -> tuple[Table, ...]:
    """Gives the tables, those that somebody must act on first."""
    return (
        _missing(index),
        _at_risk(index),
        _to_read(index),
        _reading_list(index),
        _duties(index),
    )


def who(index: Index, *, width: float = 34) -> tuple[Column, ...]:
    """Gives the columns that name an outlet, a phase and a topic."""
    t = index.words.t
    phases = {id_: phase.name for id_, phase in index.phases.items()}
    return (
        Column("outlet", t("Cơ quan", "Outlet"), width=width, labels=index.outlets, refers="outlets"),
        Column("phase", t("Giai đoạn", "Phase"), width=18, labels=phases, refers="phases"),
        Column("topic", t("Chủ đề", "Topic"), width=44, labels=index.topics, refers="topics"),
    )


def lacking(verdict: Verdict) -> float | None:
    """Gives how many confirmed items or minutes a duty still lacks; for silences, by how many days they are too long."""
    if verdict.verdict == "met":
        return None
    more = verdict.verified - verdict.needed if verdict.unit == "days" else verdict.needed - verdict.verified
    return max(more, 0.0)


def _unit(index: Index) -> Column:
    labels = {unit: index.words.pair(pair) for unit, pair in ASKED.items()}
    return Column("unit", index.words.t("Đơn vị", "Unit"), width=22, labels=labels)


def _method(index: Index) -> Column:
    labels: dict[str, str] = {name: index.words.pair(pair) for name, pair in METHODS.items()}
    return Column("method", index.words.t("Căn cứ kết luận", "Settled by"), width=26, labels=labels)


def _number(index: Index) -> Column:
    return Column("duty", index.words.t("Số TT", "No."), "number", 9)


def _numbered(index: Index) -> Iterable[tuple[int, Verdict]]:
    return enumerate(index.result.verdicts, start=1)


def in_doubt(index: Index, doubts: Iterable[str]) -> str:
    """Says in words what keeps statistics from speaking."""
    return "; ".join(index.words.pair(pair) for name, pair in DOUBTS.items() if name in doubts)


def _missing(index: Index) -> Table:
    t = index.words.t
    columns = (
        _number(index),
        *who(index),
        Column("verified", t("Đã xác nhận", "Confirmed"), "decimal", 13),
        Column("needed", t("Yêu cầu", "Asked"), "decimal", 11),
        Column("lacking", t("Còn thiếu", "Lacking"), "decimal", 11),
        _unit(index),
        Column("last_day", t("Ngày cuối giai đoạn", "Phase ends"), "day", 13),
        _method(index),
        Column("risk", t("Khả năng kết luận nhầm (tối đa)", "Risk of a false gap (at most)"), "risk", 15),
        Column("reason", t("Lý do", "Reason"), width=60),
    )
    about = t("Nhiệm vụ mà cơ quan chưa làm đủ.", "Duties that outlets have not met.")
    return Table(
        "missing",
        t("Còn thiếu", "Missing"),
        about,
        columns,
        lambda: _missing_rows(index),
        ("duty",),
        frozen=2,
        kind="answer",
    )


def _missing_rows(index: Index) -> Iterable[Row]:
    for number, verdict in _numbered(index):
        if verdict.verdict == "gap":
            yield (
                number,
                verdict.outlet,
                verdict.phase,
                verdict.topic,
                verdict.verified,
                verdict.needed,
                lacking(verdict),
                verdict.unit,
                index.phases[verdict.phase].last_day,
                verdict.method,
                verdict.risk,
                index.words.t(verdict.reason, verdict.reason_en),
            )


def _at_risk(index: Index) -> Table:
    t = index.words.t
    columns = (
        *who(index),
        Column("missing", t("Khả năng không đạt", "Probability of missing it"), "share", 14),
        Column("last_day", t("Phải đăng trước hết ngày", "To be published by"), "day", 14),
        Column("verified", t("Đã xác nhận", "Confirmed"), "decimal", 13),
        Column("likely", t("Tính cả bài máy nhận ra", "With the machine's"), "decimal", 14),
        Column("needed", t("Yêu cầu", "Asked"), "decimal", 11),
        _unit(index),
        Column("pace", t("Dự kiến mỗi ngày", "Expected a day"), "decimal", 12),
        Column("pace_needed", t("Cần mỗi ngày", "Needed a day"), "decimal", 12),
        Column("days_seen", t("Ngày đã quan sát", "Days observed"), "number", 12),
        Column("days_left", t("Số ngày còn lại", "Days left"), "number", 12),
    )
    about = t(
        "Nhiệm vụ của giai đoạn đang diễn ra, nhiệm vụ có khả năng không đạt cao nhất đứng đầu.",
        "Duties of running phases, those likeliest to be missed first.",
    )
    return Table("forecasts", t("Có nguy cơ", "At risk"), about, columns, lambda: _forecasts(index), frozen=1)


def _forecasts(index: Index) -> Iterable[Row]:
    for each in index.result.forecasts:
        yield (
            each.outlet,
            each.phase,
            each.topic,
            each.missing,
            each.last_day,
            each.verified,
            each.likely,
            each.needed,
            each.unit,
            each.pace,
            each.pace_needed,
            each.days_seen,
            each.days_left,
        )


def asked_of(index: Index) -> Mapping[str, Sequence[Verdict]]:
    """Gives the articles whose reading would settle uncertain duties, each with these; the most useful first.

    An article that serves more duties comes first, then the one that stands earlier in their lists.
    """
    serves: defaultdict[str, list[Verdict]] = defaultdict(list)
    place: dict[str, int] = {}
    for verdict in index.result.verdicts:
        for position, article in enumerate(verdict.to_read):
            serves[article].append(verdict)
            place[article] = min(position, place.get(article, position))
    order = sorted(serves, key=lambda article: (-len(serves[article]), place[article], article))
    return {article: serves[article] for article in order}


def _to_read(index: Index) -> Table:
    t = index.words.t
    columns = (
        Column("place", t("Thứ tự đọc", "Order"), "number", 9),
        Column("title", t("Tiêu đề", "Title"), width=60),
        Column("url", t("Đường dẫn", "Link"), "link", 44),
        Column("outlet", t("Cơ quan", "Outlet"), width=30, labels=index.outlets, refers="outlets"),
        Column("day", t("Ngày đăng", "Day"), "day", 12),
        Column("duties", t("Số nhiệm vụ chờ", "Duties waiting"), "number", 12),
        Column("topics", t("Cần xác định có đúng chủ đề", "Topics to be decided"), width=50),
        Column("score", t("Điểm cao nhất của máy", "Highest score"), "share", 12),
        Column("article", t("Mã bài", "Id"), width=19, refers="articles"),
    )
    about = t(
        "Bài cần người đọc để kết luận được những nhiệm vụ chưa đủ căn cứ.",
        "Articles to be read so that uncertain duties can be settled.",
    )
    return Table(
        "to_read",
        t("Cần đọc", "To read"),
        about,
        columns,
        lambda: _read_rows(index),
        ("place",),
        frozen=2,
        kind="answer",
    )


def _read_rows(index: Index) -> Iterable[Row]:
    described = ((id_, duties) for id_, duties in asked_of(index).items() if id_ in index.result.items)
    for place, (id_, duties) in enumerate(described, start=1):
        item = index.result.items[id_]
        topics = list(dict.fromkeys(verdict.topic for verdict in duties))
        yield (
            place,
            item.title or item.url,
            item.url,
            item.outlet,
            item.day,
            len(duties),
            "; ".join(index.topics[topic] for topic in topics),
            max((item.scores.get(topic, 0.0) for topic in topics), default=None),
            id_,
        )


def _reading_list(index: Index) -> Table:
    t = index.words.t
    columns = (
        Column("duty", t("Nhiệm vụ số", "Duty no."), "number", refers="duties"),
        Column("place", t("Thứ tự đọc", "Order"), "number"),
        Column("article", t("Mã bài", "Id"), refers="articles"),
    )
    about = t("Bài cần đọc của từng nhiệm vụ, theo thứ tự.", "What to read for each duty, in order.")
    return Table(
        "reading_list",
        t("Bài cần đọc", "Reading list"),
        about,
        columns,
        lambda: _reading_rows(index),
        key=("duty", "place"),
        indexed=("article",),
        kind="part",
    )


def _reading_rows(index: Index) -> Iterable[Row]:
    for number, verdict in _numbered(index):
        for place, article in enumerate(verdict.to_read, start=1):
            if article in index.result.items:
                yield number, place, article


def _duties(index: Index) -> Table:
    t, words = index.words.t, index.words
    verdicts: dict[str, str] = {name: words.pair(pair) for name, pair in VERDICTS.items()}
    columns = (
        _number(index),
        *who(index),
        Column("verdict", t("Kết luận", "Verdict"), "verdict", 22, labels=verdicts),
        Column("verified", t("Đã xác nhận", "Confirmed"), "decimal", 13),
        Column("machine", t("Máy nhận ra", "By machine"), "decimal", 13),
        Column("needed", t("Yêu cầu", "Asked"), "decimal", 11),
        _unit(index),
        *days(index),
        Column("texts", t("Bài có thể tính (không trùng)", "Texts that could count"), "number", 13),
        Column("texts_read", t("Trong đó đã đọc", "Of them read"), "number", 11),
        Column("to_read", t("Cần đọc thêm (tối đa)", "To be read (at most)"), "number", 12),
        Column("expected_reads", t("Dự kiến phải đọc", "Expected readings"), "decimal", 12),
        _method(index),
        Column("risk", t("Khả năng kết luận nhầm (tối đa)", "Risk of a false gap (at most)"), "risk", 15),
        Column("doubts", t("Điều chưa chắc chắn", "Doubts"), width=40),
        Column("reason", t("Lý do", "Reason"), width=60),
    )
    about = t("Mọi nhiệm vụ của mọi cơ quan.", "Every duty of every outlet.")
    parts = ("outlet", "topic", "phase")
    return Table("duties", t("Nhiệm vụ", "Duties"), about, columns, lambda: _duty_rows(index), ("duty",), parts, 2)


def days(index: Index) -> tuple[Column, ...]:
    """Gives the columns that tell when a cell's items stand, and how much of its phase was observed."""
    t = index.words.t
    return (
        Column("first_day", t("Bài đầu", "First item"), "day", 12),
        Column("last_day", t("Bài cuối", "Last item"), "day", 12),
        Column("longest_silence", t("Quãng dài nhất không có bài (ngày)", "Longest silence (days)"), "number", 14),
        Column("days_proved", t("Ngày đã quan sát", "Days observed"), "number", 12),
        Column("days_total", t("Tổng số ngày", "Days in all"), "number", 12),
    )


def _duty_rows(index: Index) -> Iterable[Row]:
    for number, verdict in _numbered(index):
        cell = index.cells[verdict.phase, verdict.topic, verdict.outlet]
        yield (
            number,
            verdict.outlet,
            verdict.phase,
            verdict.topic,
            verdict.verdict,
            verdict.verified,
            verdict.machine,
            verdict.needed,
            verdict.unit,
            cell.first_day,
            cell.last_day,
            cell.longest_silence_days if verdict.days_proved else None,
            verdict.days_proved,
            verdict.days_total,
            verdict.texts,
            verdict.texts_read,
            len(verdict.to_read),
            verdict.expected_reads,
            verdict.method,
            verdict.risk if verdict.method else None,
            in_doubt(index, verdict.doubts),
            index.words.t(verdict.reason, verdict.reason_en),
        )
