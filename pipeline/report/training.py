"""A retraining in words: stages, why a candidate reigns or not, the gate's table, and what two readers reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.report.assessed import signed
from pipeline.review.agreement import Agreement, Reading, counts
from pipeline.review.gate import MIN_POSITIVES, Ruling, Unit
from pipeline.wording import Pair, Words

STAGES: Final[Mapping[str, Pair]] = {
    "read": ("đọc nhãn và bài", "reading labels"),
    "train": ("học từ nhãn", "learning from labels"),
    "curve": ("thử với ít bài hơn", "learning curve"),
    "judge": ("so với mô hình đang dùng", "comparing"),
    "write": ("ghi phiếu mô tả", "writing the card"),
}


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How far two readers agree on one topic: no model can be shown to do better."""

    topic: str
    articles: int  # read by two or more
    alpha: float | None  # Krippendorff's; None where it has no meaning
    low: float | None
    high: float | None
    f1: float | None  # of one reader against the other; None where neither gave the topic


def ceiling(found: Sequence[Agreement], twice: Mapping[str, Sequence[Reading]]) -> tuple[Ceiling, ...]:
    """Gives what two readers reach, for each topic of which some article was read twice."""
    return tuple(
        Ceiling(each.topic, each.articles, each.alpha, each.low, each.high, _f1(twice[each.topic]))
        for each in found
        if each.articles
    )


def called(version: str, words: Words) -> str:
    """Names a model: the one that comes with the program has no version of the campaign's."""
    return words.t("kèm sẵn", "shipped") if version == "shipped" else version


def reason(ruling: Ruling, names: Mapping[str, str], words: Words) -> str:
    """Says in one line why a candidate is used or not."""
    gain = "–" if ruling.gain is None else signed(ruling.gain, words)
    blocked = [unit for unit in ruling.units if unit.blocks]
    match ruling.outcome:
        case "few":
            has = words.number(ruling.positives)
            return words.t(
                f"chưa đủ bài để so sánh: mới có {has}/{MIN_POSITIVES} lượt bài có chủ đề trong phần dùng để chấm, còn thiếu"
                f" {ruling.missing}; hãy đọc thêm mẫu ngẫu nhiên",
                f"too few readings to compare: {has} of {MIN_POSITIVES} positives in the judging share, {ruling.missing} are"
                " missing; read more of the uniform sample",
            )
        case "worse":
            worst = min(blocked, key=lambda unit: unit.low)
            also = len(blocked) - 1
            more = words.t(f" và {also} chủ đề khác", f" and {also} more") if also else ""
            return words.t(
                f"có thể kém hơn ở chủ đề {_name(worst, names, words)}{more}: F1 {_f1s(worst, words)}, cận dưới của chênh lệch"
                f" {signed(worst.low, words)}, mức cho phép −{words.score(ruling.margin)}",
                f"may be worse on {_name(worst, names, words)}{more}: F1 {_f1s(worst, words)}, lower limit of the difference"
                f" {signed(worst.low, words)}, allowed −{words.score(ruling.margin)}",
            )
        case "no_gain":
            return words.t(
                f"không tốt hơn: chênh lệch F1 trung bình {gain} trên {words.number(ruling.articles)} bài dùng để chấm",
                f"no better: mean F1 difference {gain} on {words.number(ruling.articles)} judging articles",
            )
        case "left":
            return words.t(
                "đã có người quay lại mô hình trước, thôi dùng đúng mô hình này; muốn dùng lại thì người phụ trách tự chọn",
                "somebody went back from this very model before; a lead may choose it again",
            )
    return words.t(
        f"tốt hơn: chênh lệch F1 trung bình {gain} trên {words.number(ruling.articles)} bài dùng để chấm, không chủ đề nào kém"
        " hơn quá mức cho phép",
        f"better: mean F1 difference {gain} on {words.number(ruling.articles)} judging articles, no topic loses more than"
        " allowed",
    )


def gate_heads(words: Words) -> tuple[str, ...]:
    """Gives the heads of `gate_rows`."""
    heads = ("Chủ đề", "Topic"), ("Bài", "Articles"), ("F1 đang dùng", "F1 in use"), ("F1 mới", "F1 new")
    more = ("Chênh lệch", "Difference"), ("Cận dưới", "Lower limit"), ("Kết luận", "Finding")
    return tuple(words.pair(each) for each in (*heads, *more))


def gate_rows(ruling: Ruling, names: Mapping[str, str], words: Words) -> Iterator[tuple[str, ...]]:
    """Yields a row for each unit of the gate."""
    for unit in ruling.units:
        scores = words.score(unit.champion, 3), words.score(unit.candidate, 3)
        change = signed(unit.difference, words), signed(unit.low, words)
        yield _name(unit, names, words), words.number(unit.positives), *scores, *change, _finding(unit, words)


def quality_rows(ruling: Ruling, words: Words) -> Iterator[tuple[str, ...]]:
    """Yields calibration and recall on the judging articles: what, of the model in use, of the new one."""
    both = ruling.champion, ruling.candidate
    errors = (words.score(each.calibration_error, 4) for each in both)
    yield (words.t("Sai số hiệu chỉnh", "Calibration error"), *errors)
    yield (words.t("Độ phủ", "Recall"), *(words.score(each.recall, 3) for each in both))
    lows = (words.score(each.recall_low, 3) for each in both)
    yield (words.t("Độ phủ ít nhất (tin cậy 95%)", "Recall, at least (95%)"), *lows)


def ceiling_rows(found: Sequence[Ceiling], names: Mapping[str, str], words: Words) -> Iterator[tuple[str, ...]]:
    """Yields topic, articles read twice, alpha with its limits, F1 of one reader against the other."""
    for each in found:
        limits = ""
        if each.low is not None and each.high is not None:
            limits = f" ({words.score(each.low)}–{words.score(each.high)})"
        alpha = "–" if each.alpha is None else f"{words.score(each.alpha)}{limits}"
        f1 = "–" if each.f1 is None else words.score(each.f1, 3)
        yield names.get(each.topic, each.topic), words.number(each.articles), alpha, f1


def _name(unit: Unit, names: Mapping[str, str], words: Words) -> str:
    if unit.topic:
        return names.get(unit.topic, unit.topic)
    number = words.number(unit.topics)
    return words.t(f"{number} chủ đề ít bài (gộp)", f"{number} rare topics (pooled)")


def _f1s(unit: Unit, words: Words) -> str:
    return f"{words.score(unit.champion, 3)} → {words.score(unit.candidate, 3)}"


def _finding(unit: Unit, words: Words) -> str:
    if not unit.judged:
        return words.t("chưa đủ bài", "too few")
    if unit.blocks:
        return words.t("có thể kém hơn", "may be worse")
    return words.t("đạt", "passes")


def _f1(said: Sequence[Reading]) -> float | None:
    """Returns the F1 of one reader against another, over articles that just two have read."""
    table = counts(said)
    pairs = table[table.sum(axis=1) == 2, 1]
    both, one = int((pairs == 2).sum()), int((pairs == 1).sum())
    return 2 * both / (2 * both + one) if both or one else None
