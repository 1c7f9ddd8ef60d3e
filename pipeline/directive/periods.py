"""Corrections of a draft's phases: days are given, a phase within another is set apart, one is dropped."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from pipeline.campaign_file import with_values, without_rows
from pipeline.directive.correct import ASKED, questions, settled
from pipeline.directive.naming import fresh
from pipeline.directive.phases import PEAK
from pipeline.directive.questions import NO_TIME
from pipeline.directive.waits import Span, Waiting, in_force, overlapped, rewritten, spans, waiting, with_waiting
from pipeline.errors import InputError
from pipeline.wording import Pair

DAY: Final = timedelta(days=1)
BESIDE_PEAK: Final[tuple[Pair, Pair]] = (
    ("Trước đợt cao điểm", "Before the peak"),
    ("Sau đợt cao điểm", "After the peak"),
)
BESIDE: Final[tuple[Pair, Pair]] = (("(phần trước)", "(first part)"), ("(phần sau)", "(second part)"))


def with_days(text: str, phase: str, first: date, last: date) -> str:
    """Gives the draft with the days of a phase; duties of the phase that lack nothing else come into force.

    Raises:
        InputError: the last day is before the first.
    """
    if last < first:
        raise InputError(
            f"the last day, {last:%d %b %Y}, is before the first, {first:%d %b %Y}",
            f"ngày cuối {last:%d/%m/%Y} đứng trước ngày đầu {first:%d/%m/%Y}",
        )

    def change(table: Waiting) -> list[Waiting]:
        if table.name != "phase" or table.row["id"] != phase:
            return [table]
        return [replace(table, row={**table.row, "first_day": first, "last_day": last})]

    if phase in {row["id"] for row in tomllib.loads(text).get("phase", [])}:
        return with_values(text, "phase", phase, {"first_day": first, "last_day": last})
    return in_force(_answered(rewritten(text, change), text, phase), dated=phase)


def set_apart(text: str, phase: str) -> str:
    """Gives the draft in which a phase that waits on days of others stands for itself, and those have the days around it.

    What is owed in those is owed in it too, and in what is left behind it; the amounts are asked for anew. One that holds all
    the others, such as a whole year, has the days that these leave, and what is owed in it is owed in them too.

    Raises:
        InputError: it waits for something else, or nothing would be left of another phase.
    """
    asked = next((each for each in spans(text) if each[0] == phase), None)
    if asked is None or not (others := overlapped(text).get(phase)) or asked[2] is None or asked[3] is None:
        raise InputError(
            f"{phase}: no phase that waits on the days of another", f"{phase}: không phải giai đoạn trùng ngày"
        )
    if all(begins and ends and asked[2] <= begins and ends <= asked[3] for _, _, begins, ends in others):
        return _around(text, asked, others)
    for other in others:
        text = _owed_too(_cut(text, other, asked), other[0], phase)
    return in_force(text, dated=phase)


def without_phase(text: str, phase: str) -> str:
    """Gives the draft without a phase and without its duties, whether they wait or stand.

    Raises:
        InputError: the draft has no such phase, or no other.
    """
    known = [each[0] for each in spans(text)]
    if phase not in known:
        raise InputError(f"{phase}: no such phase", f"{phase}: không có giai đoạn này")
    if len(known) == 1:
        raise InputError(
            f"{phase} is the only phase; give it other days instead",
            f"{phase} là giai đoạn duy nhất; hãy đổi ngày của giai đoạn này",
        )

    def unwanted(name: str, row: Mapping[str, Any]) -> bool:
        return row.get({"phase": "id", "duty": "phase"}.get(name, "")) == phase

    left = without_rows(text, unwanted)
    return in_force(
        _answered(rewritten(left, lambda table: [] if unwanted(table.name, table.row) else [table]), text, phase)
    )


def _around(text: str, whole: Span, others: Sequence[Span]) -> str:
    """Gives a phase that waits the days that those within it leave, in as many parts as there are."""
    phase, called, first, last = whole
    parts, begin = [], first
    for begins, ends in [*sorted((each[2], each[3]) for each in others if each[2]), (last + DAY, last)] if last else ():
        if begin and ends and begin < begins:
            parts.append((begin, begins - DAY))
        begin = ends + DAY if ends else begin
    if not parts:
        raise _no_day_left(called)
    taken = [each[0] for each in spans(text)]
    rows: list[Waiting] = []
    for number, (begins, ends) in enumerate(parts, start=1):
        name = _named((f"{called} ({number})",) * 2) if len(parts) > 1 else {}
        new = phase if number == 1 else fresh(phase, taken)
        taken.append(new)
        rows.append(Waiting("phase", {"id": new, "name": called, **name, "first_day": begins, "last_day": ends}))
    text = rewritten(text, lambda table: rows if table.name == "phase" and table.row["id"] == phase else [table])
    for new in [*(each[0] for each in others), *(row.row["id"] for row in rows[1:])]:
        text = _owed_too(text, phase, new)
    return in_force(text, dated=phase)


def _no_day_left(called: str) -> InputError:
    return InputError(
        f"“{called}” would have no day left; give it other days first",
        f"“{called}” sẽ không còn ngày nào; hãy đổi ngày của giai đoạn này trước",
    )


def _cut(text: str, other: Span, apart: Span) -> str:
    """Takes the days of a phase out of another; two are left where it lies in the middle. Their names told other days."""
    (identity, called, begins, ends), (phase, _, first, last) = other, apart
    if begins is None or ends is None or first is None or last is None or (first <= begins and ends <= last):
        raise _no_day_left(called)
    before, after = BESIDE_PEAK if phase == PEAK else tuple((f"{called} {vi}", f"{called} {en}") for vi, en in BESIDE)
    if first <= begins:
        return with_values(text, "phase", identity, {**_named(after), "first_day": last + DAY})
    text = with_values(text, "phase", identity, {**_named(before), "last_day": first - DAY})
    return text if ends <= last else _with_rest(text, other, apart, {**_named(after), "last_day": ends})


def _with_rest(text: str, other: Span, apart: Span, row: Mapping[str, Any]) -> str:
    """Adds what is left of a phase behind another, with its duties."""
    new = fresh(other[0], [each[0] for each in spans(text)])
    rest = Waiting("phase", {"id": new, **row, "first_day": apart[3] + DAY if apart[3] else None})

    def change(table: Waiting) -> list[Waiting]:
        return [table, rest] if table.name == "phase" and table.row["id"] == apart[0] else [table]

    return in_force(_owed_too(rewritten(text, change), other[0], new))


def _owed_too(text: str, phase: str, new: str) -> str:
    """Lets what is owed in one phase be owed in another; how much is asked for: an amount was given for the one alone."""
    owed = [*tomllib.loads(text).get("duty", []), *(each.row for each in waiting(text) if each.name == "duty")]
    known = {_whose(row) for row in owed if row["phase"] == new}
    asked = [row for row in owed if row["phase"] == phase and _whose(row) not in known]
    kept = [{key: each for key, each in row.items() if key not in ASKED} for row in asked]
    return with_waiting(text, [Waiting("duty", {**row, "phase": new, "min_items": None}) for row in kept])


def _whose(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row["topic"]), str(row.get("group") or row.get("outlet"))


def _named(names: Pair) -> Mapping[str, str]:
    return {"name": names[0], "name_en": names[1]}


def _answered(text: str, before: str, phase: str) -> str:
    """Gives the draft without what was asked about the days of a phase."""
    name = next((each[1] for each in spans(before) if each[0] == phase), phase)
    asked = (each for each in questions(text) if each in NO_TIME or each.startswith(f"“{name}”:"))
    for question in list(asked):
        text = settled(text, question)
    return text
