"""Health of a source: tells silence from blindness. Pure functions over what the store remembers of its nights.

"Published nothing", "published, but nobody knows when", "could not be looked at", "the site's layout changed", "volume outside its own band" and "the host
moved" are different findings with different remedies; a source may have several.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final, Literal

from scipy.stats import hypergeom, poisson

from pipeline.records import Finding, Health, History
from pipeline.wording import Words

WEEKS: Final = 8  # of the same weekday that make the band of a day's volume
RECENT: Final = 7  # days before the night whose volume is judged, one by one and together: a week
LEAST_EXPECTED: Final = 3.0  # items a weekday; of fewer, none says nothing
RISK: Final = 0.001  # of calling a normal day strange: with 50 sources and 7 days about one false call in three nights
FILL_RISK: Final = 0.001  # of calling a chance fall of a field's fill rate a change
FILL_FALL: Final = 0.3  # of the fill rate, absolute; smaller falls are a matter of subjects
MIN_PAGES: Final = 5  # claimed pages of a night below which a layout is not judged

VI: Final = Words("vi")
EN: Final = Words("en")


def examine_all(histories: Iterable[History], night: date) -> tuple[Health, ...]:
    """Judges sources as of a night; those that somebody must act on come first, the well ones last."""
    found = [examine(history, night) for history in histories]
    return tuple(sorted(found, key=lambda each: (not each.broken, each.state == "well", each.source)))


def examine(history: History, night: date) -> Health:
    """Judges one source as of a night."""
    last = max((day for day, number in history.volume.items() if number and day <= night), default=None)
    if history.last_night is None:
        never = Finding("never", "chưa thu thập lần nào", "never crawled")
        return Health(history.source, history.outlet, (never,), last)
    found = [*_moved(history), *_layout(history), *_unseen(history), *_volume(history, night)]
    found += _undated(history, night) or _quiet(history, night)
    well = Finding("well", "bình thường", "well")
    return Health(history.source, history.outlet, tuple(found) or (well,), last)


def _moved(history: History) -> list[Finding]:
    if history.moved_to is None:
        return []
    return [
        Finding(
            "moved",
            f"trang chủ chuyển sang {history.moved_to}: nếu đúng, sửa home của nguồn",
            f"the home page leads to {history.moved_to}: if that is right, change the source's home",
        )
    ]


def _layout(history: History) -> list[Finding]:
    """Pages that lists name as items but that no longer read as articles, or articles that lost a field."""
    found = []
    if history.claimed >= MIN_PAGES and history.claimed_articles == 0:
        found.append(
            Finding(
                "layout",
                f"{VI.number(history.claimed)} trang trong danh sách tin mới nhưng không trang nào đọc được thành bài",
                f"{EN.number(history.claimed)} new pages in the lists, none of which reads as an article",
            )
        )
    for vi, en, now, before in (
        ("ngày đăng", "dates", history.new.dated, history.old.dated),
        ("sa pô", "leads", history.new.led, history.old.led),
    ):
        if _fell(now, history.new.articles, before, history.old.articles):
            share, was = now / history.new.articles, before / history.old.articles
            found.append(
                Finding(
                    "layout",
                    f"tỷ lệ bài có {vi} giảm từ {was:.0%} xuống {share:.0%}: giao diện có thể đã đổi",
                    f"the share of articles with {en} fell from {was:.0%} to {share:.0%}: the layout may have changed",
                )
            )
    return found


def _fell(now: int, new: int, before: int, old: int) -> bool:
    """Tells whether a fill rate fell beyond chance: Fisher's exact test, one-sided."""
    if not new or not old or before / old - now / new < FILL_FALL:
        return False
    return float(hypergeom.cdf(now, new + old, now + before, new)) < FILL_RISK


def _unseen(history: History) -> list[Finding]:
    if not history.unproved:
        return []
    day = max(history.unproved)
    number = len(history.unproved)
    return [
        Finding(
            "unseen",
            f"{number}/{RECENT} ngày gần nhất chưa quan sát được",
            f"{number} of the last {RECENT} days not observed",
            history.unproved[day],
        )
    ]


def _volume(history: History, night: date) -> list[Finding]:
    """Days outside the source's own band for their weekday; a day that was not seen says nothing."""
    found = []
    for back in range(1, RECENT + 1):
        day = night - timedelta(days=back)
        if day in history.unproved or day not in history.volume:
            continue
        before = [
            history.volume[past]
            for week in range(1, WEEKS + 1)
            if (past := day - timedelta(weeks=week)) in history.volume
        ]
        strange = _strange(history.volume[day], before)
        if strange:
            usual = sum(before) / len(before)
            number = history.volume[day]
            found.append(
                Finding(
                    "volume",
                    f"{VI.short_day(day)}: {VI.number(number)} bài, {'ít' if strange == 'few' else 'nhiều'} hơn hẳn mọi khi "
                    f"(trung bình {VI.number(usual)} bài)",
                    f"{EN.short_day(day)}: {EN.number(number)} items, far {'fewer' if strange == 'few' else 'more'} than usual "
                    f"({EN.number(usual)} on average)",
                )
            )
    return found or _week(history, night)


def _week(history: History, night: date) -> list[Finding]:
    """The last days taken together: each may lie inside its band, and all of them not."""
    weeks = [[night - timedelta(weeks=week, days=back) for back in range(1, RECENT + 1)] for week in range(WEEKS + 1)]
    seen = [all(day in history.volume and day not in history.unproved for day in days) for days in weeks]
    totals = [sum(history.volume.get(day, 0) for day in days) for days in weeks]
    before = [total for total, whole in zip(totals[1:], seen[1:], strict=True) if whole]
    strange = _strange(totals[0], before) if seen[0] else None
    if strange is None:
        return []
    usual = sum(before) / len(before)
    return [
        Finding(
            "volume",
            f"{RECENT} ngày gần nhất: {VI.number(totals[0])} bài, {'ít' if strange == 'few' else 'nhiều'} hơn hẳn mọi khi "
            f"(trung bình {VI.number(usual)} bài)",
            f"the last {RECENT} days: {EN.number(totals[0])} items, far {'fewer' if strange == 'few' else 'more'} than usual "
            f"({EN.number(usual)} on average)",
        )
    ]


def _strange(number: int, before: Sequence[int]) -> Literal["few", "many"] | None:
    """Tells whether a count lies outside the band of earlier ones: beyond all of them, and beyond a Poisson's tail."""
    if len(before) < WEEKS // 2 or sum(before) / len(before) < LEAST_EXPECTED:
        return None
    usual = sum(before) / len(before)
    if number < min(before) and float(poisson.cdf(number, usual)) < RISK:
        return "few"
    if number > max(before) and float(poisson.sf(number - 1, usual)) < RISK:
        return "many"
    return None


def _undated(history: History, night: date) -> list[Finding]:
    """Articles that were found of late and that bear no sure date: the source is not quiet, somebody must date them."""
    if not history.fresh_undated or (_spoke(history, night) and 2 * history.fresh_undated <= history.fresh):
        return []
    return [
        Finding(
            "undated",
            f"{VI.number(history.fresh_undated)}/{VI.number(history.fresh)} bài mới thu thập trong {RECENT} ngày gần nhất chưa rõ ngày đăng",
            f"{EN.number(history.fresh_undated)} of {EN.number(history.fresh)} items first seen in the last {RECENT} days have no sure date",
        )
    ]


def _spoke(history: History, night: date) -> bool:
    """Tells whether something was surely published within the last days."""
    return any(history.volume.get(night - timedelta(days=back), 0) for back in range(1, RECENT + 1))


def _quiet(history: History, night: date) -> list[Finding]:
    """A source whose days were all seen and which published nothing in them: nothing is broken."""
    if history.unproved or _spoke(history, night):
        return []
    return [
        Finding(
            "quiet",
            f"đã quan sát đủ {RECENT} ngày gần nhất, cơ quan không đăng bài nào",
            f"all of the last {RECENT} days were observed; nothing was published",
        )
    ]
