"""Leaps over the pages of a listing whose days nobody asked for: towards an open day deep in a long archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from crawlers.paging import advance
from crawlers.proof import DAY

LEAST: Final = 3  # pages; fewer are read one after the other
MAX_TRIES: Final = 25  # pages looked at before a leap is given up; 2^25 pages are more than any archive has
SLOWEST: Final = 0.3  # days that a page spans at least: newspapers that fill three pages a day
CAUTION: Final = 0.9  # of the way that is leaped at once: falling short costs one page, too far costs several


@dataclass(slots=True)
class Leap:
    """One search for the page on which a listing, sorted by date, comes to a day.

    Pages are counted from 1. Between `young`, the last page known to end after the day, and `old`, the first known to
    begin before its morrow or not to be there, stands the page searched for.
    """

    wanted: date
    newest: date  # on the listing's first page: how fast it goes back in time
    young: int
    here: str  # address of the page `young`
    following: str  # and of the one after it
    old: int | None = None
    at: int = 0  # page asked for
    tries: int = 0
    landed: bool = False  # the page asked for is the one

    def begin(self, oldest: date) -> str | None:
        """Gives the address of the first page to look at; None where the way is short or pages are not numbered."""
        return self._ask(self._ahead(oldest)) if self._ahead(oldest) >= LEAST else None

    def shorter(self) -> str | None:
        """Goes back after a page that is not there, or says nothing of its days. None where this page is the one."""
        self.old = self.at
        return self._halve()

    def look(self, newest: date, oldest: date, here: str, following: str | None) -> str | None:
        """Gives the address of the next page to look at, after one that runs from `newest` to `oldest`; None on landing."""
        if oldest > self.wanted + DAY and following is not None:
            self.young, self.here, self.following = self.at, here, following
            return self._ask(max(1, self._ahead(oldest))) if self.old is None else self._halve()
        if newest > self.wanted + DAY:
            return None
        self.old = self.at
        return self._halve()

    def _ahead(self, oldest: date) -> int:
        days_a_page = max(SLOWEST, (self.newest - oldest).days / self.young)
        return int(CAUTION * (oldest - self.wanted).days / days_a_page)

    def _halve(self) -> str | None:
        if self.old is None or self.old - self.young <= 1:
            if self.at == self.young + 1:
                return None
            return self._ask(1)
        return self._ask((self.old - self.young) // 2)

    def _ask(self, pages: int) -> str | None:
        self.tries += 1
        pages = 1 if self.tries > MAX_TRIES else pages
        self.landed = pages == 1 and (self.tries > MAX_TRIES or self.old == self.young + 1)
        self.at = self.young + pages
        return advance(self.here, self.following, pages)
