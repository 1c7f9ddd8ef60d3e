"""Curves of learning: our order of reading against a random one, as lines for a terminal and as a picture (SVG)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor
from typing import Final

from pipeline.review.reach import TOLERANCE, Point, Simulated
from pipeline.wording import Words

WIDE: Final = 640  # of the picture, in its own units
TALL: Final = 360
LEFT: Final = 56  # room for the scale of scores
BELOW: Final = 48  # for that of labels
ABOVE: Final = 40  # for what the curves are
RIGHT: Final = 20
GRID: Final = 0.05  # of F1 between two lines of the scale
TICKS: Final = 6  # on the scale of labels, about


def told(found: Simulated, words: Words) -> Iterator[str]:
    """Yields lines of at most 80 columns: what was tried, what each order needs, and some points of the curves."""
    t, number, score = words.t, words.number, words.score
    yield t(
        f"{number(found.pool)} bài để đọc, {number(found.test)} bài để chấm, {number(found.seeds)} lần thử",
        f"{number(found.pool)} articles to read, {number(found.test)} to score on, {number(found.seeds)} runs",
    )
    if found.left_out:
        yield t(
            f"Bỏ qua {number(found.left_out)} dòng chưa xét đủ mọi chủ đề hoặc quá số bài có thể thử",
            f"{number(found.left_out)} rows left out: not spoken for every topic, or too many",
        )
    yield t(
        f"Chỉ từ khóa: macro F1 {score(found.cues, 3)}; đích, khi đọc hết: {score(found.target, 3)} "
        f"(sai số {score(TOLERANCE, 3)})",
        f"Cues alone: macro F1 {score(found.cues, 3)}; to reach, with all labels: {score(found.target, 3)} "
        f"(within {score(TOLERANCE, 3)})",
    )
    yield t(
        f"Theo hàng đợi:   {number(found.labels_ours):>6} nhãn", f"Our queue:     {number(found.labels_ours):>6} labels"
    )
    yield t(
        f"Theo ngẫu nhiên: {number(found.labels_random):>6} nhãn",
        f"Random order:  {number(found.labels_random):>6} labels",
    )
    if found.ratio is None:
        yield t("Từ khóa một mình đã đạt đích", "The cues alone reach it")
    else:
        exact = "–" if found.ratio_exact is None else score(found.ratio_exact)
        yield t(
            f"Tỷ lệ: {score(found.ratio)} (không tính sai số: {exact})",
            f"Ratio: {score(found.ratio)} (without tolerance: {exact})",
        )
        if found.ratio_low is not None and found.ratio_high is not None:
            span = f"{score(found.ratio_low)}–{score(found.ratio_high)}"
            yield t(
                f"Nếu chia bài cách khác, tỷ lệ thường trong khoảng {span}",
                f"With the articles parted otherwise, mostly {span}",
            )
    yield t(
        "Đạt đích: đường trung bình đã làm trơn cho không giảm chạm mức khi đọc hết,",
        "Reached: where the mean curve, smoothed so as never to fall, comes to the",
    )
    yield t(
        "trừ sai số; cách tính như nhau cho cả hai thứ tự đọc",
        "level of all labels less the tolerance; the same for both orders",
    )
    yield ""
    yield t("Số bài   Hàng đợi  Ngẫu nhiên", "Articles    Queue      Random")
    step = max(1, ceil(len(found.curve) / 12))
    for point in found.curve[::step]:
        yield f"{number(point.labels):>6} {score(point.ours, 3):>11} {score(point.random, 3):>11}"


def curves(points: Sequence[Point], target: float, words: Words) -> str:
    """Draws both curves: dots as measured, lines smoothed, and the level to reach."""
    most = points[-1].labels or 1
    scores = [each for point in points for each in (point.ours, point.random)] + [target]
    low, high = floor(min(scores) / GRID) * GRID, ceil(max(scores) / GRID) * GRID
    high = high if high > low else low + GRID

    def across(labels: float) -> float:
        return round(LEFT + (WIDE - LEFT - RIGHT) * labels / most, 1)

    def up(score: float) -> float:
        return round(ABOVE + (TALL - ABOVE - BELOW) * (high - score) / (high - low), 1)

    t = words.t
    title = t("Macro F1 theo số bài đã đọc", "Macro F1 by articles read")
    view = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {TALL}"'
    parts = [
        f'<svg {view} role="img" font-family="sans-serif" font-size="12" fill="#222"><title>{title}</title>',
        f'<rect width="{WIDE}" height="{TALL}" fill="#fff"/>',
    ]
    for rung in range(round((high - low) / GRID) + 1):
        level = low + rung * GRID
        parts.append(f'<path d="M{LEFT} {up(level)}H{WIDE - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{up(level) + 4}" text-anchor="end">{words.score(level)}</text>')
    step = _round_step(most / TICKS)
    parts += [
        f'<text x="{across(labels)}" y="{TALL - BELOW + 20}" text-anchor="middle">{words.number(labels)}</text>'
        for labels in range(0, most + 1, step)
    ]
    middle = (LEFT + WIDE - RIGHT) / 2
    caption = t("số bài đã đọc", "articles read")
    parts.append(f'<text x="{middle}" y="{TALL - 8}" text-anchor="middle">{caption}</text>')
    parts.append(f'<path d="M{LEFT} {up(target)}H{WIDE - RIGHT}" stroke="#555" stroke-dasharray="5 4"/>')
    named = (
        ("#0b6e99", t("theo hàng đợi", "our queue"), [(p.labels, p.ours, p.ours_smooth) for p in points]),
        ("#b4531f", t("ngẫu nhiên", "random order"), [(p.labels, p.random, p.random_smooth) for p in points]),
    )
    for place, (colour, called, values) in enumerate(named):
        line = " ".join(f"{across(labels)},{up(smooth)}" for labels, _, smooth in values)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        parts += [f'<circle cx="{across(n)}" cy="{up(score)}" r="2" fill="{colour}"/>' for n, score, _ in values]
        x = LEFT + 150 * place
        parts.append(
            f'<path d="M{x} 20h24" stroke="{colour}" stroke-width="2.5"/><text x="{x + 30}" y="24">{called}</text>'
        )
    x, goal = LEFT + 300, t("khi đọc hết", "all labels")
    parts.append(
        f'<path d="M{x} 20h24" stroke="#555" stroke-dasharray="5 4"/><text x="{x + 30}" y="24">{goal}</text></svg>'
    )
    return "\n".join(parts) + "\n"


def _round_step(least: float) -> int:
    """Gives the smallest of 1, 2, 5, 10, 20, 50 … that is not below `least`."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power >= least:
                return factor * power
        power *= 10
