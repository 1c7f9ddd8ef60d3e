"""What speaks against proofs: pages that could not be read, and routes whose days are not those of publication."""

from __future__ import annotations

from datetime import date
from typing import Final

from crawlers.article import DateKind
from crawlers.days import Days
from crawlers.proof import DAY, Evidence, Reading
from crawlers.reason import Reason, because
from crawlers.visits import Visits

COMPARED: Final = 40  # of a route's pages tonight whose own days are compared with those that it says
FALSE_SHARE: Final = 0.1  # of them that may be younger than the route says before its days are believed no more

HARMLESS: Final = frozenset(
    {"robots", "refused", "no_page", "http_4xx", "wrong_type", "empty", "other"}
)  # of pages that no route names as an item


class Doubts:
    """Takes proofs back from the days of one source."""

    def __init__(self, visits: Visits, evidence: Evidence, days: Days, until: date) -> None:
        self._visits = visits
        self._evidence = evidence
        self._days = days
        self._until = until  # last day asked for
        self._between: dict[str, tuple[date, date]] = {}

    def place(self, key: str, older: date, newer: date) -> None:
        """Notes between which days an undated row of a list in order stands."""
        self._between.setdefault(key, (older, newer))

    def judge(self, key: str, url: str, reason: str, detail: Reason) -> None:
        """Takes the proof away from the days to which an unreadable page may belong.

        Pages that are gone or no text prove nothing either way; forbidden ones matter where a route names their day.
        """
        if reason == "wrong_type" or detail.code == "gone":
            return
        words = because("at", url=url, why=detail)
        claim = self._visits.best_claim(key)
        if claim is not None and claim.exact:
            self._evidence.block(claim.day, claim.day, words)
            return
        if key in self._between and reason != "other":  # such a row may lead to a section
            self._evidence.block(*self._between[key], words)
            return
        if reason in HARMLESS:
            return
        self._evidence.unknown.setdefault(key, words)
        for reading in self._evidence.readings:
            if key in reading.keys:
                reading.whole, reading.reach, reading.reason = False, None, reading.reason or words
        self._evidence.unread = self._evidence.unread or words

    def judge_failures(self) -> None:
        """Takes the proof away from days whose pages could not be read tonight."""
        for key, failure in sorted(self._visits.failed.items()):
            self.judge(key, failure.url, failure.reason, failure.detail)

    def distrust(self) -> None:
        """Takes the proof from lists and sitemaps whose days are not those that their own pages show.

        A list by the day of the event, or a sitemap whose times of change stand still, ends before the articles do. A list
        by the last edit names articles of days asked for among younger ones, which are not read.
        """
        for reading in self._evidence.readings:
            if reading.route not in {"listing", "sitemap"} or not (reading.whole or reading.reach):
                continue
            compared = self._compared(reading)
            younger = sum(own > day + DAY for own, day in compared)
            beyond = [(own, day) for own, day in compared if day > self._until + DAY and reading.route == "listing"]
            older = sum(own < day - DAY for own, day in beyond)
            for code, number, total in (("younger", younger, len(compared)), ("older", older, len(beyond))):
                if number > FALSE_SHARE * total:
                    reading.doubt = because(code, route=reading.route, url=reading.url, number=number, total=total)

    def _compared(self, reading: Reading) -> list[tuple[date, date]]:
        """Gives the days that pages show themselves, tonight or when they were stored, with those that a route says."""
        pages, known = self._visits.pages, self._visits.known
        seen = [key for key in reading.keys if key in pages or (key in known and known[key].published_day)]
        seen.sort(key=lambda key: (key not in pages, key))
        kind: DateKind = "listing" if reading.route == "listing" else "sitemap"
        said = ((key, self._visits.claim_of(key, kind)) for key in seen)
        dated = [(key, claim.day) for key, claim in said if claim is not None][:COMPARED]
        shown = [(self._days.own(key) if key in pages else known[key].published_day, day) for key, day in dated]
        return [(own, day) for own, day in shown if own is not None]
