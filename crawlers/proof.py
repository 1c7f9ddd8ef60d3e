"""Collection proof: which days of a source were really seen, and why the others were not."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from crawlers.article import Observation, Route


def days_between(first: date, last: date) -> Iterator[date]:
    """Yields every day from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


@dataclass(slots=True)
class Proof:
    """Gathers, during one walk, what was read to past which day and what stood in the way."""

    since: date
    until: date
    attempted_from: date = field(init=False)  # no route was asked for days before it tonight
    _whole: tuple[Route, str] | None = None
    _seen_after: list[tuple[date, Route, str]] = field(default_factory=list)
    _lost: list[tuple[date, date, str]] = field(default_factory=list)
    _unread: list[tuple[date, date, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.attempted_from = self.since

    def read_past(self, day: date, route: Route, url: str) -> None:
        """Notes that a route which carries everything was read to past `day`: every later day is seen."""
        self._seen_after.append((day, route, url))

    def walked(self, url: str) -> None:
        """Notes that every link of the site was followed: every day is seen, but for what could not be read."""
        self._whole = ("walk", url)

    def lose(self, reason: str, first: date | None = None, last: date | None = None) -> None:
        """Notes an item that could not be read: its days (None for no bound) are not seen, whatever route names it."""
        self._lost.append((first or self.since, last or self.until, reason))

    def leave(self, reason: str, first: date | None = None, last: date | None = None) -> None:
        """Notes a page that might have named items of these days: following links alone does not prove them."""
        self._unread.append((first or self.since, last or self.until, reason))

    def proves(self, day: date) -> bool:
        """Tells whether the day is proved by what was read so far."""
        return self._judge(day)[0] is not None

    def missing(self, proved: Collection[date]) -> list[date]:
        """Returns the days of the span that neither earlier nights nor this one proves."""
        return [day for day in days_between(self.since, self.until) if day not in proved and not self.proves(day)]

    def observations(self, source_id: str, home: str) -> Iterator[Observation]:
        """Yields one observation for each day that was proved, or asked for in vain, tonight."""
        for day in days_between(self.since, self.until):
            route, reason = self._judge(day)
            if route is not None:
                yield Observation(source_id, day, proved=True, route=route[0], evidence_url=route[1])
            elif day >= self.attempted_from:
                yield Observation(source_id, day, proved=False, route="walk", evidence_url=home, reason=reason)

    def _judge(self, day: date) -> tuple[tuple[Route, str] | None, str]:
        """Gives the route that proves the day, or None and the reason why none does."""
        if reason := _covering(self._lost, day):
            return None, reason
        for after, route, url in self._seen_after:
            if day > after:
                return (route, url), ""
        if reason := _covering(self._unread, day):
            return None, reason
        return self._whole, "no feed, sitemap or listing was read to past this day"


def _covering(spans: list[tuple[date, date, str]], day: date) -> str | None:
    return next((reason for first, last, reason in spans if first <= day <= last), None)
