"""Asks the date forms of a site for days that nothing else showed, and says which days the answers saw whole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Final

from crawlers.forms import DateForm, questions
from crawlers.proof import DAY, Reading, doubt_ends, settle_small

MAX_QUESTIONS: Final = 40  # to one form a night; the days left over are asked for on the next
CONTROL_DAYS: Final = 7  # that a form with a first and a last day is tried with

Read = Callable[[Sequence[Reading]], None]  # asks for the lists at the readings' addresses, page after page


def ask_forms(
    forms: Sequence[DateForm], days: Collection[date], control: date, named: Collection[str], block: str, read: Read
) -> list[Reading]:
    """Returns one reading for each form that answers: what it names of `days`, and the spans that it shows whole.

    Each form is first asked for `control`, a day of which other routes name pages (`named`): one that names none of
    them, or shows other days than asked for, is not asked again and proves nothing. `block` is the shape of the site's
    lists.
    """
    found = (_ask(form, days, control, named, block, read) for form in forms)
    return [reading for reading in found if reading is not None]


def _ask(
    form: DateForm, days: Collection[date], control: date, named: Collection[str], block: str, read: Read
) -> Reading | None:
    url, first, last = questions(form, [control - DAY * back for back in range(CONTROL_DAYS)])[0]
    tried = Reading("listing", url, block=block)
    read([tried])
    if not tried.keys & set(named) or not _answers(tried, first, last):
        return None
    asked = [(tried, first, last)]
    for url, first, last in questions(form, [day for day in days if not asked[0][1] <= day <= asked[0][2]])[
        :MAX_QUESTIONS
    ]:
        asked.append((Reading("listing", url, block=tried.block), first, last))
    read([each for each, _, _ in asked[1:]])
    settle_small(each for each, _, _ in asked)
    doubt_ends(each for each, _, _ in asked)
    if not all(_answers(*each) for each in asked):
        return None
    longest = max(len(each.keys) for each, _, _ in asked)
    spans = [span for each, first, last in asked if (span := _seen(each, first, last, longest))]
    keys = set().union(*(each.keys for each, _, _ in asked))
    return Reading("listing", form.action, keys, whole=True, spans=tuple(spans)) if spans else None


def _answers(reading: Reading, first: date, last: date) -> bool:
    """Tells whether a list shows days asked for alone: a server that ignores the question shows its newest."""
    return all(first <= day <= last for day in reading.days)


def _seen(reading: Reading, first: date, last: date, longest: int) -> tuple[date, date] | None:
    """Gives the span that an answer shows whole; an answer of one page was not cut off where another is longer."""
    if not reading.keys or not reading.days or reading.reason:
        return None
    if reading.whole or (reading.pages == 1 and len(reading.keys) < longest):
        return first, last
    return (max(first, reading.reach + DAY), last) if reading.reach and reading.reach < last else None
