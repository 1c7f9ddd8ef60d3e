"""How phases lie to each other: which one holds another, what is left of one, and how this is told to a person."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from pipeline.directive.waits import Span
from pipeline.wording import Pair

DAY: Final = timedelta(days=1)
Days = tuple[date, date]


def days_of(span: Span) -> Days:
    """Gives first and last day of a phase that has both; else two days between which there is none."""
    return span[2] or date.max, span[3] or date.min


def holds(one: Span, other: Span) -> bool:
    """Tells whether every day of another phase is one of this phase."""
    (first, last), (begins, ends) = days_of(one), days_of(other)
    return first <= begins and ends <= last


def without_days(whole: Days, taken: Iterable[Days]) -> list[Days]:
    """Gives what is left of a time without others, in as many parts as there are."""
    parts, (begin, last) = list[Days](), whole
    for begins, ends in sorted(taken):
        if begins > last or ends < begin:
            continue
        if begin < begins:
            parts.append((begin, begins - DAY))
        begin = ends + DAY
    return [*parts, (begin, last)] if begin <= last else parts


def is_rest_of(phase: str, stem: str) -> bool:
    """Tells whether an id is that of a phase, or of what was left of it behind another: "wave-1", "wave-1_2"."""
    return stem_of(phase) == stem


def stem_of(phase: str) -> str:
    """Gives the id that a phase had before others were cut out of it."""
    return re.sub(r"_\d+$", "", phase)


def rests_within(apart: Span, others: Sequence[Span], known: Collection[Span]) -> list[Span]:
    """Gives the phases that lie within another only because more was cut out of them before: the whole reaches further."""
    return [
        each
        for each in others
        if holds(apart, each)
        and not all(holds(apart, other) for other in known if is_rest_of(other[0], stem_of(each[0])))
    ]


def told_place(apart: Span, others: Sequence[Span]) -> Pair:
    """Says how a phase lies to those that stand on its days: within them, around them, or beside them."""
    said: list[Pair] = []
    within = [each for each in others if holds(each, apart)]
    around = [each for each in others if holds(apart, each) and each not in within]
    beside = [each for each in others if each not in within and each not in around]
    for found, vi, en in (
        (within, "nằm trong", "lies within"),
        (around, "bao trùm", "holds"),
        (beside, "trùng một số ngày với", "shares days with"),
    ):
        if found:
            said.append((f"{vi} {_listed(found)}", f"{en} {_listed(found)}"))
    return ", ".join(vi for vi, _ in said), ", ".join(en for _, en in said)


def told_cut(apart: Span, others: Sequence[Span]) -> Pair:
    """Says what setting a phase apart does to it and to the others: one that holds another is cut in parts."""
    cut = [each for each in others if not holds(apart, each)]
    vi, en = [], []
    if cut:
        in_parts = any(len(without_days(days_of(each), [days_of(apart)])) > 1 for each in cut)
        ways = (" thành từng phần", " in parts") if in_parts else ("", "")
        vi.append(f"{_listed(cut)} sẽ bị cắt{ways[0]}, chỉ còn những ngày không trùng")
        en.append(f"{_listed(cut)} will be cut{ways[1]} and keep the days that are left")
    if len(cut) < len(others):
        vi.append(f"“{apart[1]}” sẽ chỉ còn những ngày không thuộc các giai đoạn nằm trong đó, có thể thành nhiều phần")
        en.append(f"“{apart[1]}” will keep the days that those within it leave, perhaps in parts")
    return "; ".join(vi), "; ".join(en)


def _listed(spans: Sequence[Span]) -> str:
    return ", ".join(dict.fromkeys(f"“{called}”" for _, called, _, _ in spans))
