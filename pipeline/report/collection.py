"""How well the outlets were observed: days with proof, spans without and why, and what was collected on each day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.audits import AuditItem, OutletPhase
from pipeline.records import FailedUrl, Outlet
from pipeline.report.articles import listing, rows_each
from pipeline.report.index import Index
from pipeline.report.page import CollectedRow, Count, FailedGroup, FailedRow, Mark, Strip, Timeline
from pipeline.report.reasons import in_words
from pipeline.wording import spans

LISTED = 2_500  # rows of all lists of what was collected, some 400 bytes each; the file of the audit has every article
FAILED_AT_MOST = 1_000  # addresses of one outlet
STRIP_HEIGHT = 20  # SVG units
LEAST_HEIGHT = 4  # SVG units; so that a single article is seen beside a newspaper's fifty


def collected_rows(index: Index) -> tuple[CollectedRow, ...]:
    """Gives one row for every outlet and phase, outlets in the order of the campaign."""
    order = {outlet.id: number for number, outlet in enumerate(index.result.outlets)}
    rows = sorted(index.result.observed, key=lambda row: order[row.outlet])
    at_most = rows_each((len(row.article_ids) for row in rows), LISTED)
    return tuple(_row(index, row, at_most) for row in rows)


def _row(index: Index, row: OutletPhase, at_most: int) -> CollectedRow:
    words, seen_to = index.words, index.result.seen_to
    missing = spans(day for day in row.missing_days if day <= seen_to)
    id_ = index.at("bai", row.phase, outlet=row.outlet)
    number = len(row.article_ids)
    return CollectedRow(
        outlet=index.outlets[row.outlet],
        phase=index.phases[row.phase].name,
        proved=row.days_proved,
        total=row.days_total,
        ahead=sum(day > seen_to for day in row.missing_days),
        missing=tuple((words.span(first, last), (last - first).days + 1) for first, last in missing),
        reasons=tuple(dict.fromkeys(in_words(reason, words) for reason in row.reasons)) if missing else (),
        articles=Count(number, f"#{id_} .b", f"#{id_}" if number else ""),
        id=id_,
        listed=listing(index, row.article_ids, at_most=at_most),
    )


def failed_groups(index: Index) -> tuple[FailedGroup, ...]:
    """Gives the addresses that failed in the last night by outlet, those with the most first."""
    groups: dict[str, list[FailedUrl]] = {}
    for failure in index.result.failures:
        groups.setdefault(failure.outlet, []).append(failure)
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple(_failed(index, number, outlet, failures) for number, (outlet, failures) in enumerate(ordered))


def _failed(index: Index, number: int, outlet: str, failures: Sequence[FailedUrl]) -> FailedGroup:
    id_ = f"hong-{number}"
    listed = len(failures) <= FAILED_AT_MOST
    rows = (FailedRow(each.url, each.source, in_words(each.why, index.words)) for each in failures)
    return FailedGroup(
        outlet=index.outlets.get(outlet, outlet),
        number=Count(len(failures), f"#{id_} .f" if listed else "", f"#{id_}" if listed else ""),
        id=id_,
        listed=tuple(rows) if listed else (),
    )


def timeline(index: Index) -> Timeline | None:
    """Draws the days of the campaign, a strip for each outlet; None for a campaign without phases or outlets."""
    phases, axis = index.result.phases, axis_of(index)
    if axis is None or not index.result.outlets:
        return None
    per_day = {outlet.id: _per_day(index, outlet) for outlet in index.result.outlets}
    peak = max((max(all_.values(), default=0) for all_, _ in per_day.values()), default=0) or 1
    return Timeline(
        days=axis.days,
        peak=peak,
        phases=tuple(
            axis.mark(phase.first_day, phase.last_day, index.number(phase.id), phase.name) for phase in phases
        ),
        months=tuple(axis.mark(day, day, index.words.short_day(day)) for day in axis.ticks()),
        strips=tuple(_strip(index, outlet, axis, per_day[outlet.id], peak) for outlet in index.result.outlets),
    )


@dataclass(frozen=True, slots=True)
class Axis:
    """Days on a line of 100 percent."""

    first: date
    days: int

    def mark(self, first: date, last: date, text: str, tip: str = "") -> Mark:
        """Marks a span of days, both included."""
        left, width = (first - self.first).days, (last - first).days + 1
        return Mark(round(100 * left / self.days, 3), round(100 * width / self.days, 3), text, tip)

    def ticks(self) -> list[date]:
        """First days of months; of every week where the campaign is shorter than about six weeks."""
        every = [self.first + timedelta(days=number) for number in range(self.days)]
        if self.days <= 45:
            return every[::7]
        step = 1 + self.days // 500  # months between ticks: about sixteen ticks fit a page
        return [day for day in every if day.day == 1 and (day.month - 1) % step == 0]


def axis_of(index: Index) -> Axis | None:
    """Gives the line of all days of the campaign; None where it has no phases."""
    phases = index.result.phases
    if not phases:
        return None
    first = min(phase.first_day for phase in phases)
    return Axis(first, (max(phase.last_day for phase in phases) - first).days + 1)


def _per_day(index: Index, outlet: Outlet) -> tuple[Mapping[date, int], Mapping[date, int]]:
    """Gives the outlet's articles by day, and those on a topic; nothing where the audit neither counts nor describes them."""
    rows = [index.observed[phase, outlet.id] for phase in index.phases]
    if any(row.per_day for row in rows):
        return _joined(index, rows, lambda row: row.per_day), _joined(index, rows, lambda row: row.on_topic)
    ids = [id_ for row in rows for id_ in row.article_ids]
    items = [item for id_ in ids if (item := index.result.items.get(id_))]
    if len(items) < len(ids):
        return {}, {}
    return _count(items), _count(item for item in items if item.verified or item.machine - item.rejected)


def _joined(
    index: Index, rows: Iterable[OutletPhase], numbers: Callable[[OutletPhase], Sequence[int]]
) -> Mapping[date, int]:
    days = (
        (index.phases[row.phase].first_day + timedelta(days=place), number)
        for row in rows
        for place, number in enumerate(numbers(row))
    )
    return {day: number for day, number in days if number}


def _count(items: Iterable[AuditItem]) -> Mapping[date, int]:
    return Counter(item.day for item in items if item.day)


def _strip(
    index: Index, outlet: Outlet, axis: Axis, per_day: tuple[Mapping[date, int], Mapping[date, int]], peak: int
) -> Strip:
    missing = unseen_spans(index, outlet)
    untold = not per_day[0] and any(index.observed[phase, outlet.id].article_ids for phase in index.phases)
    words, (every, counted) = index.words, per_day
    unseen = words.listing([words.span(*span) for span in missing])
    published = words.t(f"đăng bài trong {len(every)} ngày", f"items on {len(every)} days")
    if untold:
        published = words.t("không có số liệu theo ngày", "no figures by day")
    return Strip(
        outlet=outlet.name,
        all_path=_bars(every, axis.first, peak),
        counted_path=_bars(counted, axis.first, peak),
        untold=untold,
        missing=tuple(axis.mark(*span, "", words.span(*span)) for span in missing),
        label=f"{outlet.name}: {published}"
        + (words.t(f"; chưa quan sát được {unseen}", f"; not observed {unseen}") if unseen else ""),
    )


def unseen_spans(index: Index, outlet: Outlet) -> tuple[tuple[date, date], ...]:
    """Gives the spans of days that could not be observed, up to the last that could be."""
    rows = (index.observed[phase, outlet.id] for phase in index.phases)
    return spans(day for row in rows for day in row.missing_days if day <= index.result.seen_to)


def _bars(per_day: Mapping[date, int], first: date, peak: int) -> str:
    return "".join(_bar((day - first).days, number, peak) for day, number in sorted(per_day.items()))


def _bar(left: int, number: int, peak: int) -> str:
    height = max(LEAST_HEIGHT, round(STRIP_HEIGHT * number / peak, 1))
    return f"M{left} {STRIP_HEIGHT}v-{height:g}h1v{height:g}z"


def unseen_outlets(index: Index) -> Sequence[str]:
    """Names the outlets with days up to the audit's day that could not be observed."""
    seen_to = index.result.seen_to
    missing = {row.outlet for row in index.result.observed if any(day <= seen_to for day in row.missing_days)}
    return [outlet.name for outlet in index.result.outlets if outlet.id in missing]
