"""Weighs what several places of a page claim of its date, and knows the stamps that imports leave on many pages of a site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from crawlers.article import DateEvidence, DateState, Page, Precision
from crawlers.dates import FINENESS, LOCAL_TZ, local_day, midnight, whole_minute

SHARED_MINUTE: Final = 5  # pages with one minute: people publish two or three at once, imports hundreds
SHARED_DAY: Final = 30  # pages with one day, and
SHARED_DAY_RATIO: Final = 10  # times the median day of the site, so that a busy day is not taken for an import
DATELINE_LAG: Final = timedelta(days=7)  # a report may tell of last week; older datelines contradict the stamp
STRENGTH: Final = ("log", "json_ld", "meta", "feed", "time", "byline", "listing", "url", "sitemap", "dateline")
STRONG: Final = frozenset({"log", "json_ld", "meta", "feed"})  # written by the publishing system for machines
HINTS: Final = frozenset({"sitemap", "dateline"})  # last change and place line: they support, and rarely contradict


def weigh(
    evidence: Iterable[DateEvidence],
) -> tuple[datetime | None, Precision | None, DateState, tuple[DateEvidence, ...]]:
    """Returns the best supported publication date, its precision, how far it can be believed, and the ordered evidence.

    "certain" asks for a claim written for machines or two kinds that name one day; "probable" is one visible claim;
    "doubtful" means that claims name different days; "undated" that there is none.
    """
    ordered = tuple(sorted(set(evidence), key=_rank))
    claims = [each for each in ordered if each.kind not in HINTS] or [
        each for each in ordered if each.kind == "sitemap"
    ]
    if not claims:
        return None, None, "undated", ordered
    best = _finest(claims)
    if any(_contradicts(best, each) for each in ordered):
        return best.value, best.precision, "doubtful", ordered
    kinds = {each.kind for each in ordered if local_day(each.value) == local_day(best.value)}
    sure = bool(kinds & STRONG) or len(kinds) > 1
    return best.value, best.precision, "certain" if sure else "probable", ordered


def shared_stamps(pages: Iterable[Page]) -> frozenset[datetime]:
    """Returns the stamps that many unrelated pages of one site share: minutes, and days as their local midnight.

    Such a stamp is the trace of a bulk import. Ask `has_shared_stamp` whether a date carries one.
    """
    dated = [page for page in pages if page.published is not None]
    minutes = Counter(
        whole_minute(page.published) for page in dated if page.published and page.published_precision != "day"
    )
    days = Counter(midnight(page.published) for page in dated if page.published)
    shared = {minute for minute, count in minutes.items() if count >= SHARED_MINUTE}
    if len(days) > 3:  # fewer days are a night's harvest, not a history to compare with
        bulk = max(SHARED_DAY, SHARED_DAY_RATIO * median(days.values()))
        shared |= {day for day, count in days.items() if count >= bulk}
    return frozenset(shared)


def has_shared_stamp(published: datetime, stamps: frozenset[datetime]) -> bool:
    """Tells whether `published` (aware) carries one of the `stamps` found by `shared_stamps`."""
    return whole_minute(published) in stamps or midnight(published) in stamps


def _rank(each: DateEvidence) -> tuple[int, int, datetime, str]:
    return STRENGTH.index(each.kind), -FINENESS[each.precision], each.value, each.text


def _finest(claims: Sequence[DateEvidence]) -> DateEvidence:
    """Returns the strongest claim, or one of the same day that also tells the time."""
    best = claims[0]
    for other in claims[1:]:
        if _mislabelled_utc(best, other):
            return other
        if best.precision == "day" and other.precision != "day" and local_day(best.value) == local_day(other.value):
            return other
    return best


def _mislabelled_utc(machine: DateEvidence, shown: DateEvidence) -> bool:
    """Tells whether `machine` is the wall clock of `shown` written as if it were UTC, a usual fault of portals."""
    offset = shown.value.astimezone(LOCAL_TZ).utcoffset()
    return (
        machine.kind in STRONG
        and shown.kind in {"byline", "time"}
        and "day" not in {machine.precision, shown.precision}
        and whole_minute(machine.value) - whole_minute(shown.value) == offset
    )


def _contradicts(best: DateEvidence, other: DateEvidence) -> bool:
    if local_day(best.value) == local_day(other.value) or _mislabelled_utc(other, best):
        return False
    if other.kind == "sitemap":
        return other.value < best.value - timedelta(days=1)  # last change cannot come before publication
    if other.kind == "dateline":
        return not timedelta(0) <= best.value - other.value <= DATELINE_LAG
    if other.kind == "url":
        return abs(best.value - other.value) > timedelta(days=1, hours=12)  # the draft may be a day older
    return True
