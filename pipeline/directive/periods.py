"""Corrections of a draft's phases: days are given, a phase within another is set apart, one is dropped."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from pipeline.campaign_file import with_values, without_rows
from pipeline.directive.correct import ASKED, questions, settled
from pipeline.directive.naming import fresh
from pipeline.directive.nested import Days, days_of, holds, rests_within, without_days
from pipeline.directive.phases import PEAK
from pipeline.directive.questions import NO_TIME
from pipeline.directive.waits import (
    Span,
    Waiting,
    in_force,
    overlapped,
    rewritten,
    spans,
    standing,
    standing_on,
    waiting,
    with_waiting,
)
from pipeline.errors import InputError
from pipeline.wording import Pair

BESIDE_PEAK: Final[tuple[Pair, Pair]] = (
    ("Trước đợt cao điểm", "Before the peak"),
    ("Sau đợt cao điểm", "After the peak"),
)
BESIDE: Final[tuple[Pair, Pair]] = (("(phần trước)", "(first part)"), ("(phần sau)", "(second part)"))
MIDDLE: Final[Pair] = ("(phần giữa)", "(middle part)")


def with_days(text: str, phase: str, first: date, last: date) -> str:
    """Gives the draft with the days of a phase; duties of the phase that lack nothing else come into force.

    Raises:
        InputError: the last day is before the first, or another phase stands on these days.
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

    called = next((each[1] for each in spans(text) if each[0] == phase), phase)
    if others := standing_on(text, (phase, called, first, last)):
        raise _taken(called, others)
    if phase in {row["id"] for row in tomllib.loads(text).get("phase", [])}:
        return in_force(with_values(text, "phase", phase, {"first_day": first, "last_day": last}))
    return in_force(_answered(rewritten(text, change), text, phase), dated=(phase,))


def set_apart(text: str, phase: str) -> str:
    """Gives the draft in which a phase that waits on days of others stands for itself.

    It is cut out of those that hold it or reach beyond it; what is owed in these is owed in it too, and in what is left behind
    it. It has the days that those within it leave, and what is owed in it is owed in them too. The amounts are asked for anew.

    Raises:
        InputError: it waits for something else, or nothing would be left of it.
    """
    asked = next((each for each in spans(text) if each[0] == phase), None)
    if asked is None or not (others := overlapped(text).get(phase)):
        raise InputError(
            f"{phase}: no phase that waits on the days of another", f"{phase}: không phải giai đoạn trùng ngày"
        )
    rests = rests_within(asked, others, standing(text))
    inner = [each for each in others if holds(asked, each) and each not in rests]
    parts = without_days(days_of(asked), map(days_of, inner))
    if not parts:
        raise _no_day_left(asked[1], inner)
    made = [phase]
    for other in others:
        if other in rests:
            text = without_phase(_owed_too(text, other[0], phase), other[0], stand=False)
        elif other not in inner:
            text = _cut(_owed_too(text, other[0], phase), other, asked, made)
    text = _in_parts(text, asked, parts, made)
    for each in inner:
        text = _owed_too(text, phase, each[0])
    return in_force(text, dated=made)


def without_phase(text: str, phase: str, *, stand: bool = True) -> str:
    """Gives the draft without a phase and without its duties, whether they wait or stand; others may stand on its days then.

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
    left = _answered(rewritten(left, lambda table: [] if unwanted(table.name, table.row) else [table]), text, phase)
    return in_force(left) if stand else left


def _in_parts(text: str, whole: Span, parts: Sequence[Days], made: list[str]) -> str:
    """Gives a phase that waits its days, in as many parts as there are; `made` takes the ids of those behind the first."""
    phase = whole[0]
    taken = [each[0] for each in spans(text)]
    rows: list[Waiting] = []
    old = next(table.row for table in waiting(text) if table.name == "phase" and table.row["id"] == phase)
    for number, (begins, ends) in enumerate(parts, start=1):
        name = _names(old, f"({number})", f"({number})") if len(parts) > 1 else {}
        new = phase if number == 1 else fresh(phase, taken)
        taken.append(new)
        rows.append(Waiting("phase", {**old, "id": new, **name, "first_day": begins, "last_day": ends}))
    text = rewritten(text, lambda table: rows if table.name == "phase" and table.row["id"] == phase else [table])
    for row in rows[1:]:
        made.append(row.row["id"])
        text = _owed_too(text, phase, made[-1])
    return text


def _no_day_left(called: str, inner: Sequence[Span]) -> InputError:
    named = ", ".join(f"“{each[1]}”" for each in inner)
    return InputError(
        f"“{called}” would have no day left beside {named}; give these other days first, or drop “{called}”",
        f"“{called}” sẽ không còn ngày nào ngoài {named}; hãy đổi ngày của các giai đoạn này trước, hoặc bỏ “{called}”",
    )


def _taken(called: str, others: Sequence[Span]) -> InputError:
    named = ", ".join(f"“{each[1]}” ({each[2]:%d/%m/%Y} – {each[3]:%d/%m/%Y})" for each in others)
    return InputError(
        f"“{called}”: these days are those of {named} already; give that phase other days first, or drop it",
        f"“{called}”: trùng ngày với {named}; hãy đổi ngày của giai đoạn ấy trước, hoặc bỏ giai đoạn ấy",
    )


def _cut(text: str, other: Span, apart: Span, made: list[str]) -> str:
    """Takes the days of a phase out of another; two are left where it lies in the middle. Their names told other days."""
    identity = other[0]
    parts = without_days(days_of(other), [days_of(apart)])
    row = next(each for each in tomllib.loads(text).get("phase", []) if each["id"] == identity)
    before, after = _beside(row, [each[1] for each in spans(text)], peak=apart[0] == PEAK, both=len(parts) > 1)
    (begins, ends), *rest = parts
    first = before if ends < days_of(apart)[0] else after
    text = with_values(text, "phase", identity, {**first, "first_day": begins, "last_day": ends})
    for begins, ends in rest:
        new = fresh(identity, [each[0] for each in spans(text)])
        made.append(new)
        table = Waiting("phase", {"id": new, **after, "first_day": begins, "last_day": ends})
        text = _owed_too(_behind(text, table, apart[0]), identity, new)
    return text


def _behind(text: str, new: Waiting, phase: str) -> str:
    """Adds a table behind that of a phase that waits."""

    def change(table: Waiting) -> list[Waiting]:
        return [table, new] if table.name == "phase" and table.row["id"] == phase else [table]

    return rewritten(text, change)


def _beside(
    row: Mapping[str, Any], taken: Sequence[str], *, peak: bool, both: bool
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Names what is left of a phase before and behind one that is cut out; what has such a name already keeps it."""
    if peak:
        before, after = ({"name": vi, "name_en": en} for vi, en in BESIDE_PEAK)
        return before, after
    called = str(row["name"])
    was = next((each for each in (*BESIDE, MIDDLE) if called.endswith(f" {each[0]}")), None)
    if was is None:
        return _names(row, *BESIDE[0]), _names(row, *BESIDE[1])
    kept = {key: str(row[key]) for key in ("name", "name_en") if key in row}
    if not both:
        return kept, kept
    bare = {**row, "name": called.removesuffix(f" {was[0]}")}
    if "name_en" in row:
        bare["name_en"] = str(row["name_en"]).removesuffix(f" {was[0]}").removesuffix(f" {was[1]}")
    middle = _names(bare, *MIDDLE)
    number = 2
    while middle["name"] in taken:
        middle = _names(bare, *(f"{each[:-1]} {number})" for each in MIDDLE))
        number += 1
    return (middle, kept) if was == BESIDE[1] else (kept, middle)


def _names(row: Mapping[str, Any], vi: str, en: str) -> Mapping[str, str]:
    """Gives the names of a part of a phase; without an English name of its own the Vietnamese words stay whole."""
    names = {"name": f"{row['name']} {vi}"}
    if row.get("name_en"):
        names["name_en"] = names["name"] if row["name_en"] == row["name"] else f"{row['name_en']} {en}"
    return names


def _owed_too(text: str, phase: str, new: str) -> str:
    """Lets what is owed in one phase be owed in another; how much is asked for: an amount was given for the one alone."""
    owed = [*tomllib.loads(text).get("duty", []), *(each.row for each in waiting(text) if each.name == "duty")]
    known = {_whose(row) for row in owed if row["phase"] == new}
    asked = [row for row in owed if row["phase"] == phase and _whose(row) not in known]
    kept = [{key: each for key, each in row.items() if key not in ASKED} for row in asked]
    return with_waiting(text, [Waiting("duty", {**row, "phase": new, "min_items": None}) for row in kept])


def _whose(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row["topic"]), str(row.get("group") or row.get("outlet"))


def _answered(text: str, before: str, phase: str) -> str:
    """Gives the draft without what was asked about the days of a phase."""
    name = next((each[1] for each in spans(before) if each[0] == phase), phase)
    asked = (each for each in questions(text) if each in NO_TIME or each.startswith(f"“{name}”:"))
    for question in list(asked):
        text = settled(text, question)
    return text
