"""The verdicts as tables: what is urgent first, then every duty of every outlet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

from pipeline.audits import Verdict
from pipeline.records import VerdictName
from pipeline.report.index import Index
from pipeline.report.page import Count, DutyGroup, DutyRow, DutyTable
from pipeline.wording import DOUBTS, METHODS, VERDICTS, Words, capital

FOLD_ABOVE: Final = (
    12  # rows; a longer table of uncertain duties starts folded, so that the heat maps stay near the top
)
LISTED_AT_MOST: Final = 150  # rows of one urgent table; the sections of the outlets name every duty


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
        basis=_basis(words, verdict),
        doubts=_doubts(words, verdict),
        silence=words.count(cell.longest_silence_days, "days") if seen else "–",
        first_day=words.day(cell.first_day),
        last_day=words.day(cell.last_day),
        href=index.at("ds", verdict.phase, verdict.topic, verdict.outlet),
    )


def _basis(words: Words, verdict: Verdict) -> str:
    """Says how a verdict was settled and at which risk, or what keeps statistics from settling it."""
    if verdict.method is None:
        return _doubts(words, verdict)
    if verdict.method == "verified":
        return ""  # the numbers beside it say so
    method = capital(words.pair(METHODS[verdict.method]))
    if not verdict.risk:
        return method
    return method + words.t(
        f"; nhầm không quá {words.risk(verdict.risk)}", f"; risk {words.risk(verdict.risk)} at most"
    )


def _doubts(words: Words, verdict: Verdict) -> str:
    return capital("; ".join(words.pair(DOUBTS[doubt]) for doubt in verdict.doubts))


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
    t, number = index.words.t, index.gaps_beside_unseen
    but = (
        t(
            f"Những ngày cần xem đã được thu thập đủ, riêng {number} nhiệm vụ còn ngày chưa quan sát được trong số ngày cho phép "
            "(ghi ở từng dòng), mà bài không đủ:",
            f"All the days were collected, but for those that the campaign allows to miss ({number} of the duties; each row "
            "names them), and the items are too few:",
        )
        if number
        else t(
            "Những ngày cần xem đã được thu thập đủ mà bài không đủ:",
            "All the days were collected and the items are too few:",
        )
    )
    texts: tuple[tuple[VerdictName, str, str, str], ...] = (
        (
            "gap",
            "thieu",
            but
            + t(
                " tính hết bài chưa đọc vẫn thiếu, hoặc mẫu đọc ngẫu nhiên đã loại trừ khả năng đủ, khả năng kết luận nhầm ghi "
                "ở từng dòng. Đề nghị cơ quan liên quan giải trình, hoặc gửi đường dẫn nếu có bài chưa được thu thập.",
                " even with all unread ones, or as readings by chance exclude that enough remain, at the risk named in each "
                "row. The outlet should explain, or send links to items that were not collected.",
            ),
            t("Không có nhiệm vụ nào bị kết luận là thiếu.", "No duty is found wanting."),
        ),
        (
            "not_observed",
            "chua-quan-sat",
            t(
                "Còn ngày chưa thu thập được. Chưa thể kết luận là thiếu: cần thu thập lại những ngày ấy rồi mới kết "
                "luận.",
                "Some days could not be collected. Not to be called a gap: collect those days first.",
            ),
            t("Không có nhiệm vụ nào phải chờ thu thập lại.", "No duty waits for days to be collected."),
        ),
        (
            "uncertain",
            "can-doc",
            t(
                "Mới chỉ máy nhận ra, hoặc còn bài chưa ai đọc. Người rà soát mở danh sách ở cột “Đã xác nhận” và đọc các bài "
                "“Nên đọc trước”; lệnh “rasoat audit plan” xếp thứ tự đọc cho cả chiến dịch.",
                "Only the machine says so, or items are unread. Open the list under “Confirmed” and read what stands under "
                "“Read these first”; “rasoat audit plan” orders the readings of the whole campaign.",
            ),
            t("Không có nhiệm vụ nào phải chờ người rà soát đọc thêm.", "No duty waits for a reader."),
        ),
    )
    return tuple(_table(index, *text) for text in texts)


def _table(index: Index, name: VerdictName, id_: str, note: str, empty: str) -> DutyTable:
    own = [verdict for verdict in index.result.verdicts if verdict.verdict == name]
    order = {outlet: number for number, outlet in enumerate(index.outlets)}
    own.sort(key=lambda verdict: (index.only_waits(verdict), order[verdict.outlet]))
    listed = own[:LISTED_AT_MOST]
    later = [verdict for verdict in listed if index.only_waits(verdict)]
    return DutyTable(
        id=id_,
        verdict=name,
        title=index.words.verdict(name),
        note=note,
        empty=empty,
        groups=duty_groups(index, listed[: len(listed) - len(later)]),
        later=duty_groups(index, later),
        later_number=sum(map(index.only_waits, own)),
        count=Count(len(own), f"#{id_} .duty", f"#{id_}"),
        more=max(0, len(own) - LISTED_AT_MOST),
        folded=name == "uncertain" and len(own) > FOLD_ABOVE,
    )
