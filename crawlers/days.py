"""The local day of a page: as routes claim it, as it was stored, or as the page itself shows it tonight."""

from __future__ import annotations

from datetime import date

from crawlers.dates import local_day
from crawlers.errors import ParseError
from crawlers.extract import extract
from crawlers.profiles import PROFILES
from crawlers.visits import Visits


class Days:
    """The days of one source's pages in one night; each page is looked into once."""

    def __init__(self, visits: Visits) -> None:
        self._visits = visits
        self._own: dict[str, date | None] = {}
        self._articles: set[str] = set()

    def of(self, key: str) -> date | None:
        """Gives the day of a page as claimed, stored or shown by the page itself; None for what is no article."""
        claim = self._visits.best_claim(key)
        if claim is not None and claim.exact:
            return claim.day
        known = self._visits.known.get(key)
        if known is not None and known.settled is not None and key not in self._visits.pages:
            return known.published_day
        return self.own(key)

    def own(self, key: str) -> date | None:
        """Gives the day that a page fetched tonight shows itself, before it is settled."""
        if key not in self._own:
            self._own[key] = self._peek(key)
        return self._own[key]

    def is_article(self, key: str) -> bool:
        """Tells whether a page is an article: as tonight's bytes show, or as an earlier night stored it."""
        if key in self._visits.pages:
            self.own(key)
        known = self._visits.known.get(key)
        return key in self._articles or (known is not None and known.published_day is not None)

    def _peek(self, key: str) -> date | None:
        text = self._visits.again(key) if key in self._visits.pages else None
        if text is None:
            return None
        source = self._visits.source
        try:
            html = text.html()
            page = extract(html, text.url, selectors=source.selectors, profile=source.profile, profiles=PROFILES)
        except ParseError:
            return None
        except Exception:  # noqa: BLE001 - told where the page itself is settled, which reads it in the same way
            return None
        if page.kind == "article":
            self._articles.add(key)
        return local_day(page.published) if page.kind == "article" and page.published else None
