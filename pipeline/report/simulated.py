"""What a simulation of the auditor's statistics found, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.audit.simulate import EXTRA, READS, Simulation
from pipeline.audit.worlds import Scenario
from pipeline.wording import Pair, Words

SCENARIOS: dict[Scenario, Pair] = {
    "calibrated": ("điểm của máy đúng xác suất", "calibrated scores"),
    "blind": ("máy mù với một phần mười số bài", "a tenth of them unseen"),
    "drift": ("cách viết đã khác trước", "drift: words have changed"),
    "blinder": ("một cơ quan máy mù gấp ba", "an outlet thrice as blind"),
    "apart_10": ("cơ quan khác nhau, lệch chuẩn 0,10", "outlets differ, sd 0.10"),
    "apart_15": ("cơ quan khác nhau, lệch chuẩn 0,15", "outlets differ, sd 0.15"),
    "retrained": ("huấn luyện lại giữa các đợt đọc", "retrained between readings"),
    "memorised": ("máy thuộc lòng bài đã học", "recalls what it was taught"),
    "high_first": ("đọc mẫu từ điểm cao xuống", "sample read high scores first"),
}


def told(found: Simulation, words: Words) -> Iterator[str]:
    """Yields lines of at most 80 columns: the intervals, the sequential test, the verdicts by plan."""
    t, number, score = words.t, words.number, words.score
    share = number(100 * found.rate)
    yield t(
        f"Thử {number(found.repetitions)} lần, mỗi lần {number(found.articles)} bài; "
        f"đọc ngẫu nhiên {share}%, thêm {EXTRA} bài có điểm cao.",
        f"{number(found.repetitions)} runs of {number(found.articles)} articles; "
        f"{share}% read by chance, and {EXTRA} of high score.",
    )
    yield ""
    yield t(
        f"{'Khoảng ước lượng 95%':<36}{'có chủ đề':>10}{'trúng':>10}{'độ rộng':>12}",
        f"{'Interval of 95%':<36}{'with topic':>10}{'covered':>10}{'width':>12}",
    )
    for row in found.coverage:
        name = _name(row.scenario, row.topic, words)
        width = f"{number(round(row.width))} {t('bài', 'items')}"
        yield f"{name:<36}{number(100 * row.prevalence) + '%':>10}{score(row.covered, 3):>10}{width:>12}"
    yield ""
    yield t(
        f"{f'Kết luận, tối đa {READS} bài mỗi nhiệm vụ':<36}{'kết luận':>10}{'bài đọc':>10}{'thiếu sai':>12}{'cao nhất':>10}",
        f"{f'Verdicts, at most {READS} readings each':<36}{'settled':>10}{'readings':>10}{'false gaps':>12}{'worst':>10}",
    )
    for plan in found.settled:
        name = _name(plan.scenario, plan.topic, words)
        gaps, worst = (f"{number(100 * each)}%" for each in (plan.false_gaps, plan.worst))
        yield f"{name:<36}{number(100 * plan.settled) + '%':>10}{number(plan.reads):>10}{gaps:>12}{worst:>10}"
    yield from _nights(found, words)
    yield from _recalls(found, words)
    test = found.sequential
    wrong, promised = f"{number(100 * test.false_gaps)}%", f"{score(100 * test.risk)}%"
    yield ""
    yield t(
        f"Đọc lần lượt đến hết, số bài vừa đủ: {wrong} kết luận thiếu sai (cam kết {promised}).",
        f"Read to the end, just enough items: {wrong} false gaps ({promised} promised).",
    )
    yield t(
        f"Trúng ít nhất {score(found.min_coverage, 3)}; thiếu sai nhiều nhất {number(100 * found.false_gap_rate)}%; "
        f"trung bình kết luận được {number(100 * found.settled_share)}%.",
        f"Least coverage {score(found.min_coverage, 3)}; most false gaps {number(100 * found.false_gap_rate)}%; "
        f"settled on average {number(100 * found.settled_share)}%.",
    )


def _nights(found: Simulation, words: Words) -> Iterator[str]:
    """Says what whole campaigns come to that are judged every night."""
    if not found.nights:
        return
    t, number = words.t, words.number
    yield ""
    yield t(
        f"{'Cả chiến dịch, đối chiếu mọi đêm':<36}{'thiếu đúng':>12}{'thiếu sai':>12}{'sai/báo cáo':>14}",
        f"{'Whole campaigns, judged every night':<36}{'gaps told':>12}{'false gaps':>12}{'false/report':>14}",
    )
    for each in found.nights:
        caught, accused = (f"{number(100 * share)}%" for share in (each.caught, each.accused))
        name = words.pair(SCENARIOS[each.scenario])
        yield f"{name:<36}{caught:>12}{accused:>12}{number(each.a_report):>14}"


def _recalls(found: Simulation, words: Words) -> Iterator[str]:
    """Says how often recall accuses, looked at again and again while the pool grows."""
    if not found.recalls:
        return
    t, number = words.t, words.number
    yield ""
    yield t(
        f"{'Kết luận theo tỷ lệ máy nhận ra':<36}{'thiếu đúng':>12}{'thiếu sai':>12}{'kèm đọc thêm':>14}",
        f"{'Recall, outlets that differ':<36}{'gaps told':>12}{'false gaps':>12}{'with reading':>14}",
    )
    for each in found.recalls:
        share, spread = number(100 * each.share), number(100 * each.spread)
        name = t(
            f"{share}% ± {spread}, so với {each.outlets} cơ quan khác", f"{share}% ± {spread}, {each.outlets} others"
        )
        told, accused, together = (f"{number(100 * part)}%" for part in (each.told, each.accused, each.together))
        yield f"{name:<36}{told:>12}{accused:>12}{'≤ ' + together:>14}"


def _name(scenario: Scenario, topic: str, words: Words) -> str:
    """Names a setting within 35 columns."""
    return topic[:35] if topic else words.pair(SCENARIOS[scenario])
