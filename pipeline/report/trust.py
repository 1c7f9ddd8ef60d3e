"""How far the figures can be trusted: the sample that was read, the risk of wrong gaps, drift, and whether readers agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.audits import Agreement, Drift
from pipeline.report.index import Index
from pipeline.wording import Words, rounded_up

LISTED_AT_MOST: Final = 60  # rows of each table


@dataclass(frozen=True, slots=True)
class DriftRow:
    """One topic in one phase whose scores and readings are compared."""

    topic: str
    phase: str
    parted: bool
    expected: str
    found: str
    now: str  # of the sample's positives, how many the machine found
    before: str


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One topic that two readers read."""

    topic: str
    poor: bool
    twice: str
    alpha: str
    shared: str


@dataclass(frozen=True, slots=True)
class Trust:
    """The section on trust. Sentences are "" where there is nothing to say."""

    sample: str
    risk: str
    drifts: tuple[DriftRow, ...]
    steady: int  # topics of phases whose views agree and that have no row
    untold: int  # topics of phases of which the sample holds no positive: nothing to compare
    agreements: tuple[AgreementRow, ...]


def trust(index: Index) -> Trust:
    """Gives the section on trust."""
    result, words = index.result, index.words
    compared = [each for each in result.drifts if each.parted or each.recall_now[1]]
    drifts = sorted(compared, key=lambda each: not each.parted)
    agreements = sorted(
        (each for each in result.agreements if each.twice), key=lambda each: (not each.poor, -each.twice)
    )
    listed = drifts[: max(LISTED_AT_MOST, sum(bool(each.parted) for each in drifts))]
    return Trust(
        sample=_sample(index),
        risk=_risk(index),
        drifts=tuple(_drift(index, each) for each in listed),
        steady=len(drifts) - len(listed),
        untold=len(result.drifts) - len(compared),
        agreements=tuple(_agreement(words, each, index.topics[each.topic]) for each in agreements),
    )


def _sample(index: Index) -> str:
    sample, words = index.result.sample, index.words
    if not sample.drawn:
        return words.t(
            "Chưa rút mẫu ngẫu nhiên nào để đọc; vì vậy báo cáo chưa ước lượng số bài, và chỉ kết luận “thiếu” khi tính hết "
            "mọi bài chưa đọc vẫn không đủ.",
            "No random sample was drawn for reading; so nothing is estimated, and a gap is found only where all unread "
            "items together would not be enough.",
        )
    number = words.number
    share = number(100 * sample.rate)
    refused = words.t(
        f", {number(sample.skipped)} bài người đọc bỏ qua", f", {number(sample.skipped)} skipped by readers"
    )
    return words.t(
        f"Mẫu ngẫu nhiên lấy {share}% số bài: rút {number(sample.drawn)} bài (không tính bài trùng), đã đọc "
        f"{number(sample.read)}{refused if sample.skipped else ''}, còn {number(sample.pending)} bài chưa ai đọc.",
        f"The random sample takes {share}% of all texts: {number(sample.drawn)} drawn (copies as one), "
        f"{number(sample.read)} read{refused if sample.skipped else ''}, {number(sample.pending)} not read yet.",
    )


def _risk(index: Index) -> str:
    risk, words = index.result.risk, index.words
    if not risk.tested:
        return ""
    if not risk.gaps:
        return words.t(
            "Không kết luận “thiếu” nào dựa vào thống kê, nên không có khả năng nhầm do thống kê.",
            "No gap rests on statistics, so none can be wrong by chance.",
        )
    each, tested = words.risk(risk.each), words.number(risk.tested)
    expected, limit = words.score(rounded_up(risk.expected, 2)), words.number(risk.limit)
    return words.t(
        f"Trong {tested} nhiệm vụ được xét bằng thống kê, {words.number(risk.gaps)} nhiệm vụ bị kết luận là thiếu; mỗi kết luận "
        f"có khả năng nhầm không quá {each}. Tính chung cả báo cáo, số kết luận “thiếu” bị nhầm dự tính nhiều nhất là "
        f"{expected} (mức cho phép: {limit}).",
        f"Of {tested} duties judged by statistics, {words.number(risk.gaps)} were found wanting, each wrong with probability "
        f"{each} at most. Over the whole report, at most {expected} false gaps are expected ({limit} allowed).",
    )


def _drift(index: Index, each: Drift) -> DriftRow:
    number = index.words.number
    return DriftRow(
        topic=index.topics[each.topic],
        phase=index.phases[each.phase].name,
        parted=bool(each.parted),  # where nobody can tell there is no row
        expected=number(round(each.expected)),
        found=f"{number(round(each.low))}–{number(round(each.high))}",
        now=_share(index.words, each.recall_now),
        before=_share(index.words, each.recall_before),
    )


def _share(words: Words, recall: tuple[int, int]) -> str:
    found, whole = recall
    return f"{words.number(found)}/{words.number(whole)}" if whole else "–"


def _agreement(words: Words, each: Agreement, topic: str) -> AgreementRow:
    alpha = words.t("không tính được", "not defined") if each.alpha is None else words.score(each.alpha)
    if each.alpha is not None and each.low is not None and each.high is not None:
        alpha += f" ({words.score(each.low)}–{words.score(each.high)})"
    shared = f"{round(100 * each.shared)}%"
    return AgreementRow(topic, each.poor, words.number(each.twice), alpha, shared)
