"""The sentence that explains a verdict, with its numbers, in Vietnamese and in English: a head of department reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import ceil

from pipeline.audit.exclusion import Odds
from pipeline.audit.requirement import Requirement
from pipeline.audit.settle import Pool
from pipeline.audits import Doubt, Method
from pipeline.records import VerdictName
from pipeline.wording import DOUBTS, Pair, Words, capital, spans

VI, EN = Words("vi"), Words("en")


def reason(
    asked: Requirement,
    name: VerdictName,
    method: Method | None,
    *,
    risk: float = 0.0,
    odds: Odds | None = None,
    recall: Pool | None = None,
    doubts: Sequence[Doubt] = (),
    reads: float | None = None,
) -> Pair:
    """Explains a verdict; `recall` is that of other outlets, `reads` what is expected to settle the uncertain."""
    match name:
        case "met":
            parts: list[Pair] = []
        case "gap":
            parts = [_observed(asked), *_gap(method, odds, recall), *_risk(risk), *_unseen(asked)]
        case "not_observed":
            parts = [_not_observed(asked)]
        case "uncertain":
            parts = [_by_machine(asked), *_open(asked, reads), *(DOUBTS[doubt] for doubt in doubts)]
    head = _head(asked)
    return (
        "; ".join([head[0], *(vi for vi, _ in parts)]) + ".",
        "; ".join([head[1], *(en for _, en in parts)]) + ".",
    )


def _head(asked: Requirement) -> Pair:
    unit, done, needed = asked.unit, asked.verified, asked.needed
    if unit == "days":
        return (
            capital(
                f"theo bài đã xác nhận, quãng dài nhất không có bài là {VI.count(done, unit)}"
                f" (cho phép tối đa {VI.count(needed, unit)})"
            ),
            capital(f"longest silence {EN.count(done, unit)} by confirmed items, {EN.count(needed, unit)} allowed"),
        )
    return (
        f"{VI.count(done, unit)} đã xác nhận, yêu cầu {VI.count(needed, unit)}",
        f"{EN.count(done, unit)} confirmed, {EN.count(needed, unit)} asked",
    )


def _observed(asked: Requirement) -> Pair:
    observed = asked.view.ground.cut.observed
    seen, total = observed.days_proved, observed.days_total
    return f"đã quan sát {seen}/{total} ngày của giai đoạn", f"{seen} of {total} days of the phase were observed"


def _gap(method: Method | None, odds: Odds | None, recall: Pool | None) -> Iterator[Pair]:
    if method == "census":
        yield "dù tính hết số bài chưa đọc cũng không đủ", "no unread item could make up for it"
    if odds is not None and (method == "sequential" or odds.read_low > odds.learnt):
        read, low, found = (
            each - odds.learnt for each in (odds.read_low, odds.low, odds.found_low)
        )  # as they score now
        yield (
            (
                f"đã đọc theo thứ tự ngẫu nhiên {VI.number(read)}/{VI.number(low)} bài máy chấm điểm thấp,"
                f" thấy {VI.number(found)} bài đúng chủ đề"
            ),
            (
                f"{EN.number(read)} of {EN.number(low)} unlikely texts were read in random order,"
                f" {EN.number(found)} found"
            ),
        )
    if method == "sequential" and odds is None:
        yield (
            "đã đọc theo thứ tự ngẫu nhiên các bài đăng trong quãng không có bài về chủ đề, không thấy bài nào đúng chủ đề",
            "texts of the silent days were read in random order, none found",
        )
    if method == "recall" and odds is not None and recall is not None:
        found, high, all_ = odds.found, recall.found, recall.positives
        yield (
            (
                f"trong số bài máy chấm điểm cao, nhiều nhất {VI.number(found)} bài đúng chủ đề;"
                f" ở các cơ quan khác máy chấm điểm cao {VI.number(high)}/{VI.number(all_)} bài đúng chủ đề của mẫu ngẫu nhiên,"
                " nên phần bị sót không đủ bù"
            ),
            (
                f"of the texts that score high at most {EN.number(found)} count;"
                f" elsewhere {EN.number(high)} of {EN.number(all_)} such texts of the random sample score high,"
                " so what was missed cannot make up for it"
            ),
        )


def _risk(risk: float) -> Iterator[Pair]:
    if risk:
        yield (
            f"khả năng kết luận nhầm không quá {VI.risk(risk)}",
            f"the risk that this is wrong is {EN.risk(risk)} at most",
        )


def _unseen(asked: Requirement) -> Iterator[Pair]:
    """Says of a gap in items or minutes on which condition it stands where days went unseen."""
    if asked.unseen and asked.unit != "days":
        vi, en = _days(asked.view.ground.cut.observed.missing_days)
        yield (
            (
                f"số còn thiếu có thể nằm ở ngày chưa quan sát được ({vi}); khả năng kết luận nhầm nêu trên đã tính cả"
                " trường hợp này, với điều kiện ngày đó chưa quan sát được không phải vì cơ quan đăng nhiều hay ít bài"
            ),
            (
                f"what is missing may lie on days not observed ({en}): the risk counts that in, on condition that whether a"
                " day was observed had nothing to do with how much was published on it"
            ),
        )


def _days(days: Iterable[date]) -> Pair:
    vi, en = (", ".join(words.span(*span) for span in spans(days)) for words in (VI, EN))
    return vi, en


def _not_observed(asked: Requirement) -> Pair:
    """Names the days that are over and were not seen, and how many are to come."""
    observed = asked.view.ground.cut.observed
    total, missing = observed.days_total, [day for day in observed.missing_days if day.toordinal() <= asked.over]
    when_vi, when_en = _days(missing)
    unseen = (
        f"{len(missing)}/{total} ngày chưa quan sát được ({when_vi}): chưa thể kết luận là thiếu",
        f"{len(missing)} of {total} days could not be observed ({when_en}): not to be called a gap",
    )
    ahead = (
        f"giai đoạn còn {VI.count(asked.ahead, 'days')} nữa",
        f"{EN.count(asked.ahead, 'days')} of the phase lie ahead",
    )
    told = ([unseen] if missing else []) + ([ahead] if asked.ahead else [])
    return "; ".join(vi for vi, _ in told), "; ".join(en for _, en in told)


def _by_machine(asked: Requirement) -> Pair:
    """Says what the machine's word alone would change."""
    unit, machine = asked.unit, asked.machine
    if unit == "days" and machine != asked.verified:
        return (
            f"tính cả bài máy nhận ra là {VI.count(machine, unit)}",
            f"{EN.count(machine, unit)} with what the machine finds",
        )
    if unit == "days" or not machine:
        return "máy không nhận ra thêm bài nào", "the machine finds no more"
    return f"máy nhận ra thêm {VI.count(machine, unit)}", f"the machine finds {EN.count(machine, unit)} more"


def _open(asked: Requirement, reads: float | None) -> Iterator[Pair]:
    """Says what keeps an uncertain duty from being told."""
    if unread := asked.unread:
        vi, en = _reading(unread, reads)
        yield (
            f"{VI.number(unread)} bài chưa ai đọc{vi}",
            f"{EN.number(unread)} {EN.plural(unread, 'item', 'items')} unread{en}",
        )
    if copies := asked.copies:
        yield (
            f"{VI.number(copies)} bài trùng nội dung trong cùng ngày không tính thêm",
            (
                f"{EN.number(copies)} {EN.plural(copies, 'copy', 'copies')} of one text on one day"
                f" {EN.plural(copies, 'does', 'do')} not count again"
            ),
        )
    if asked.unit == "minutes" and (untimed := asked.untimed):
        yield (
            f"{VI.number(untimed)} bài có âm thanh, video chưa rõ thời lượng",
            (
                f"{EN.number(untimed)} {EN.plural(untimed, 'item carries', 'items carry')}"
                " audio or video of unknown length"
            ),
        )
    if missing := asked.unseen:
        days = f"{missing} unobserved {EN.plural(missing, 'day', 'days')} may"
        yield (
            (f"{missing} ngày chưa quan sát được có thể làm quãng không có bài ngắn lại", f"{days} break the silence")
            if asked.unit == "days"
            else (f"{missing} ngày chưa quan sát được có thể còn bài", f"{days} hold more")
        )


def _reading(unread: int, reads: float | None) -> Pair:
    """Says how many of the unread items it takes: all of them where nothing is known of it."""
    if not reads:
        return ": người rà soát phải đọc mới kết luận được", ": somebody must read before this can be told"
    count = ceil(reads - 1e-6)
    if count >= unread:
        return ": đọc hết là kết luận được", ": reading all of them settles it"
    return (
        f": dự kiến đọc khoảng {VI.number(count)} bài đầu danh sách là kết luận được",
        f": reading about the first {EN.number(count)} of the list should settle it",
    )
