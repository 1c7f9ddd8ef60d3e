"""A plan of reading, as lines for a terminal: which verdicts it settles, and which articles are read for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pipeline.audit.plan import Goal, Plan
from pipeline.wording import Words

WIDE: Final = 79  # columns of a line
NAME: Final = 57  # columns for what a verdict is about
TITLE: Final = 50  # columns for the title of an article


def told(plan: Plan, names: Mapping[str, str], titles: Mapping[str, str], words: Words) -> Iterator[str]:
    """Yields lines of at most 80 columns; `names` are those of phases, topics and outlets by id."""
    t, number = words.t, words.number
    if not plan.articles:
        yield t(
            "Không có bài nào mà đọc thêm thì kết luận được."
            if plan.uncertain
            else "Không có nhiệm vụ nào chưa đủ căn cứ; không cần đọc thêm bài nào để kết luận.",
            "There is no article whose reading would settle a verdict."
            if plan.uncertain
            else "No verdict is uncertain.",
        )
        return
    yield t(
        f"Đọc {number(len(plan.articles))} bài; dự kiến kết luận được {number(plan.expected)} trong "
        f"{number(plan.uncertain)} nhiệm vụ.",
        f"{number(len(plan.articles))} articles to read, expected to settle {number(plan.expected)} of "
        f"{number(plan.uncertain)} uncertain duties.",
    )
    yield ""
    yield t(
        f"{'Nhiệm vụ chưa đủ căn cứ':<{NAME}}{'số bài':>10}{'khả năng':>12}",
        f"{'Uncertain duty':<{NAME}}{'articles':>10}{'chance':>12}",
    )
    for goal in plan.goals:
        outlet, topic, phase = (names.get(each, each) for each in (goal.outlet, goal.topic, goal.phase))
        chance = f"{number(round(100 * goal.chance))}%"
        yield _cut(f"{topic} · {phase}", WIDE)
        yield f"  {_cut(f'{_asked(goal, words)} · {outlet}', NAME - 3):<{NAME - 2}}{number(goal.reads):>10}{chance:>12}"
    yield ""
    yield t("Đọc theo thứ tự sau (cột cuối: số nhiệm vụ cần đến bài ấy)", "In this order (last column: duties served)")
    for place, planned in enumerate(plan.articles, start=1):
        title = _cut(titles.get(planned.article, ""), TITLE)
        yield f"{place:>4}  {planned.article:<16}  {title:<{TITLE}}{len(planned.serves):>5}"


def _asked(goal: Goal, words: Words) -> str:
    """Says what is there and what is asked."""
    if goal.unit == "days":
        most = words.count(goal.needed, "days")
        return words.t(f"cách nhau tối đa {most}", f"silent at most {most}")
    return f"{words.number(goal.verified)}/{words.count(goal.needed, goal.unit)}"


def _cut(text: str, columns: int) -> str:
    return text if len(text) <= columns else f"{text[: columns - 1]}…"
