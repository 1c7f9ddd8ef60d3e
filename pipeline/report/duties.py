"""The verdicts as tables: what is urgent first, then every duty of every outlet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from pipeline.audits import Verdict
from pipeline.report.index import Index
from pipeline.report.page import DutyGroup, DutyRow, DutyTable
from pipeline.wording import VERDICTS

FOLD_ABOVE = 12  # rows; a longer table of uncertain duties starts folded, so that the heat maps stay near the top


def duty_row(index: Index, verdict: Verdict) -> DutyRow:
    """Makes one row of one verdict."""
    words = index.words
    cell = index.cells[verdict.phase, verdict.topic, verdict.outlet]
    verified, machine, needed = (
        words.count(value, verdict.unit) for value in (verdict.verified, verdict.machine, verdict.needed)
    )
    if verdict.unit == "days":
        verified = words.t(verified, f"{verified} silent")
        machine = words.t(f"({machine} nếu tính bài máy nhận ra)", f"({machine} with the machine's)")
        machine = machine if verdict.machine != verdict.verified else ""
    else:
        machine = f"+ {machine}?" if verdict.machine else ""
    seen = verdict.days_proved > 0
    return DutyRow(
        outlet=index.outlets[verdict.outlet],
        phase=index.phases[verdict.phase].name,
        topic=index.topics[verdict.topic],
        verdict=verdict.verdict,
        verdict_name=words.verdict(verdict.verdict),
        verified=verified,
        machine=machine,
        needed=words.t("tối đa ", "at most ") + needed if verdict.unit == "days" else needed,
        reason=words.t(verdict.reason, verdict.reason_en),
        silence=words.count(cell.longest_silence_days, "days") if seen else "–",
        first_day=words.day(cell.first_day),
        last_day=words.day(cell.last_day),
        href=index.at("ds", verdict.phase, verdict.topic, verdict.outlet),
    )


def duty_groups(index: Index, verdicts: Iterable[Verdict]) -> tuple[DutyGroup, ...]:
    """Groups verdicts by outlet, in the order of the campaign; outlets without any are left out."""
    found: defaultdict[str, list[DutyRow]] = defaultdict(list)
    for verdict in verdicts:
        found[verdict.outlet].append(duty_row(index, verdict))
    groups = []
    for outlet in index.result.outlets:
        if rows := found.get(outlet.id):
            number = Counter(row.verdict for row in rows)
            counts = tuple((name, index.words.verdict(name), number[name]) for name in VERDICTS if number[name])
            groups.append(DutyGroup(index.at("cq", "", outlet=outlet.id), outlet.name, tuple(rows), counts))
    return tuple(groups)


def urgent_tables(index: Index) -> tuple[DutyTable, ...]:
    """Gives the three tables that stand first: gaps, what could not be observed, what somebody must read."""
    t = index.words.t
    texts = (
        (
            "gap",
            "thieu",
            t(
                "Những ngày cần xem đã được thu thập đủ; kể cả khi tính hết những bài chưa ai đọc vẫn chưa đạt yêu cầu. "
                "Đề nghị cơ quan liên quan giải trình, hoặc gửi đường dẫn nếu có bài chưa được thu thập.",
                "All the days were collected, and even if every unread item counted the duty would not be met. "
                "The outlet should explain, or send links to items that were not collected.",
            ),
            t("Không có nhiệm vụ nào bị kết luận là thiếu.", "No duty is found wanting."),
        ),
        (
            "not_observed",
            "chua-quan-sat",
            t(
                "Còn ngày chưa thu thập được, hoặc giai đoạn chưa kết thúc. Chưa thể kết luận là thiếu: "
                "cần thu thập lại những ngày nêu dưới đây rồi mới kết luận.",
                "Some days could not be collected, or the phase has not ended. Not to be called a gap: "
                "collect the days named below first.",
            ),
            t("Mọi nhiệm vụ đều đã được quan sát đủ.", "Every duty was fully observed."),
        ),
        (
            "uncertain",
            "can-doc",
            t(
                "Mới chỉ máy nhận ra, hoặc còn bài chưa ai đọc. Người rà soát mở danh sách ở cột “Đã xác nhận”, "
                "đọc các bài trong đó là kết luận được.",
                "Only the machine says so, or items are unread. Open the list under “Confirmed” and read it to settle.",
            ),
            t("Không có nhiệm vụ nào phải chờ người rà soát đọc thêm.", "No duty waits for a reader."),
        ),
    )
    return tuple(_table(index, *text) for text in texts)


def _table(index: Index, name: str, id_: str, note: str, empty: str) -> DutyTable:
    own = [verdict for verdict in index.result.verdicts if verdict.verdict == name]
    return DutyTable(
        id=id_,
        verdict=next(known for known in VERDICTS if known == name),
        title=next(index.words.verdict(known) for known in VERDICTS if known == name),
        note=note,
        empty=empty,
        groups=duty_groups(index, own),
        folded=name == "uncertain" and len(own) > FOLD_ABOVE,
    )
