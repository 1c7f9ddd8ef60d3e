"""Explain: what the crawler has learnt about one source, and which days of the campaign it could observe."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from crawlers.reason import Reason
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.report.reasons import in_words
from pipeline.store import Store, fetches, observations, outlets
from pipeline.wording import Pair, Words

DAY = timedelta(days=1)
PINNABLE = ("feeds", "sitemaps", "listings")  # keys of [[source]] that hold what may also be learnt
NAMES: Mapping[str, tuple[str, str]] = {
    "feeds": ("kênh RSS/Atom", "feeds"),
    "sitemaps": ("sơ đồ trang", "sitemaps"),
    "listings": ("trang chuyên mục", "listings"),
}

OUTCOMES: Mapping[str, Pair] = {
    "article": ("bài", "articles"),
    "listing": ("trang chuyên mục", "listings"),
    "section": ("trang giới thiệu chuyên mục", "sections"),
    "document": ("văn bản", "documents"),
    "other": ("trang khác", "others"),
    "empty": ("trang trống", "empty"),
    "duplicate": ("trang trùng", "duplicates"),
    "not_modified": ("trang không thay đổi", "not modified"),
    "failed": ("không đọc được", "failed"),
    "unsettled": ("chưa xử lý xong", "unsettled"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row with one answer: the address that proves them, or the reason why none does."""

    first: date
    last: date
    proved: bool
    why: str | Reason


@dataclass(frozen=True, slots=True)
class Explained:
    """One source: its routes as pinned and as learnt, the outcomes of its URLs, its days."""

    source: str
    home: str
    pinned: Mapping[str, tuple[str, ...]]
    learnt: Mapping[str, tuple[str, ...]]
    outcomes: Mapping[str, int]  # of every URL's newest night
    spans: tuple[Span, ...]

    def lines(self, lang: str) -> Iterator[str]:
        """Yields what a person reads, a line each."""
        english = lang == "en"
        yield f"{self.source}: {self.home}"
        for key, (vi, en) in NAMES.items():
            how = "pinned" if self.pinned[key] else "learnt"
            how = how if english else {"pinned": "ghim trong config.toml", "learnt": "tự tìm ra"}[how]
            found = self.pinned[key] or self.learnt[key]
            yield f"  {(en if english else vi)} ({how}): {len(found)}" if found else f"  {en if english else vi}: 0"
            for url in found:
                yield f"    {url}"
        words = Words(lang)
        said = ((words.pair(OUTCOMES.get(name, (name, name))), number) for name, number in self.outcomes.items())
        counts = ", ".join(f"{name} {words.number(number)}" for name, number in said)
        yield f"  {'pages' if english else 'các trang'}: {counts or 0}"
        yield f"  {'days' if english else 'các ngày'}:"
        for span in self.spans:
            sign = "✓" if span.proved else "✗"
            days = words.day(span.first) + (f" – {words.day(span.last)}" if span.last != span.first else "")
            yield f"    {sign} {days}: {span.why if isinstance(span.why, str) else in_words(span.why, words)}"
        if any(self.learnt.values()) and not any(self.pinned.values()):
            yield "  to pin, add to its [[source]]:" if english else "  muốn ghim, thêm vào [[source]] của nguồn:"
            for key in PINNABLE:
                if self.learnt[key]:
                    yield f"    {key} = {json.dumps(list(self.learnt[key]), ensure_ascii=False)}"


def explain_source(config: Config, store: Store, source: str, today: date) -> Explained:
    """Gathers everything about one source.

    Raises:
        InputError: the campaign has no such source.
    """
    declared = next((each for each in config.sources if each.id == source), None)
    if declared is None:
        known = ", ".join(each.id for each in config.sources)
        raise InputError(
            f"{source}: no such source; there are: {known}", f"{source}: không có nguồn này; đang có: {known}"
        )
    first = min((phase.first_day for phase in config.phases), default=today - 31 * DAY)
    last = min([today, *([max(phase.last_day for phase in config.phases)] if config.phases else [])])
    with store.read() as connection:
        routes = outlets.learnt(connection).get(source, {})
        urls = fetches.known(connection, source, before=date.max)
        looked = observations.looks(connection, first, max(first, last))
    outcomes = Counter(state.outcome or "unsettled" for state in urls.values())
    days = {day: row for (name, day), row in looked.items() if name == source}
    return Explained(
        source=source,
        home=declared.home,
        pinned={key: getattr(declared, key) for key in PINNABLE},
        learnt={key: _texts(routes.get(key)) for key in PINNABLE},
        outcomes=dict(outcomes.most_common()),
        spans=tuple(_spans(days, first, last, today)),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def _spans(days: Mapping[date, Any], first: date, last: date, today: date) -> Iterator[Span]:
    """Joins neighbouring days with one answer."""
    open_span: Span | None = None
    for number in range((last - first).days + 1):
        day = first + number * DAY
        row = days.get(day)
        proved = row is not None and row.proved
        if row is None:
            why: str | Reason = observations.NOT_OVER if day >= today else observations.NOT_LOOKED
        else:
            why = row.evidence_url if proved else row.reason or observations.NOT_LOOKED
        if open_span and (open_span.proved, open_span.why) == (proved, why):
            open_span = Span(open_span.first, day, proved, why)
        else:
            if open_span:
                yield open_span
            open_span = Span(day, day, proved, why)
    if open_span:
        yield open_span
