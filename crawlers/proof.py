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
    full: tuple[Route, str] | None = None  # a route that was read whole: it proves every day
    _seen_after: list[tuple[date, Route, str]] = field(default_factory=list)
    _blocked: list[tuple[date, date, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.attempted_from = self.since

    def read_past(self, day: date, route: Route, url: str) -> None:
        """Notes that a route was read to past `day`: every later day is seen."""
        self._seen_after.append((day, route, url))

    def read_whole(self, route: Route, url: str) -> None:
        """Notes that a route was read to its end."""
        self.full = self.full or (route, url)

    def block(self, reason: str, first: date | None = None, last: date | None = None) -> None:
        """Notes why the days from `first` to `last` (both included; None for no bound) cannot be called seen."""
        self._blocked.append((first or self.since, last or self.until, reason))

    def proves(self, day: date) -> bool:
        """Tells whether the day is proved by what was read so far."""
        return self._route(day) is not None and self._reason(day) is None

    def missing(self, proved: Collection[date]) -> list[date]:
        """Returns the days of the span that neither earlier nights nor this one proves."""
        return [day for day in days_between(self.since, self.until) if day not in proved and not self.proves(day)]

    def observations(self, source_id: str, home: str) -> Iterator[Observation]:
        """Yields one observation for each day that was asked for tonight."""
        for day in days_between(max(self.since, self.attempted_from), self.until):
            reason = self._reason(day)
            route = self._route(day)
            if route is not None and reason is None:
                yield Observation(source_id, day, proved=True, route=route[0], evidence_url=route[1])
            else:
                yield Observation(source_id, day, False, "walk", home, reason or "no route was read to past this day")  # noqa: FBT003

    def _route(self, day: date) -> tuple[Route, str] | None:
        for after, route, url in self._seen_after:
            if day > after:
                return route, url
        return self.full

    def _reason(self, day: date) -> str | None:
        for first, last, reason in self._blocked:
            if first <= day <= last:
                return reason
        return None
