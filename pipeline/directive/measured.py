"""What a duty of a letter measures, said in words: amounts, days, and the reports that are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.directive.letter import Duty
from pipeline.wording import Pair, Words

SPANS: Final[Mapping[int, Pair]] = {
    1: ("ngày", "day"),
    7: ("tuần", "week"),
    30: ("tháng", "month"),
    90: ("quý", "quarter"),
}


def measured(duty: Duty, words: Words) -> str:
    """Says what can be counted of a duty, and when reports are due; "" where the letter tells neither."""
    amounts = []
    if duty.min_items is not None:
        amounts.append(f"≥ {words.count(duty.min_items, 'items')}")
    if duty.min_minutes is not None:
        amounts.append(f"≥ {words.count(duty.min_minutes, 'minutes')}")
    asked = ", ".join(amounts)
    if duty.every_days is not None:
        vi, en = SPANS.get(duty.every_days, (f"{duty.every_days} ngày", f"{duty.every_days} days"))
        asked = f"{asked} {words.t(f'mỗi {vi}', f'every {en}')}".strip()
    told = [asked] if asked else []
    if duty.until is not None:
        told.append(words.t(f"đến hết {words.day(duty.until)}", f"until {words.day(duty.until)}"))
    if duty.report_back is not None:
        told.append(words.t(f"báo cáo trước {words.day(duty.report_back)}", f"report by {words.day(duty.report_back)}"))
    if duty.report_every is not None:
        told.append(_rhythm(duty.report_every, duty.report_day, words))
    return "; ".join(told)


def _rhythm(every: int, day: int | None, words: Words) -> str:
    """Says how often a report is asked for."""
    vi, en = SPANS.get(every, ("năm", "year"))
    by = words.t(f"trước ngày {day} ", f" by day {day}") if day else ""
    return words.t(f"báo cáo {by}hằng {vi}", f"report every {en}{by}")
