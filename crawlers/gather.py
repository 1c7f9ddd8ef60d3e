"""Finds and fetches what one source published: feeds, sitemaps and listings first, and a walk where they do not reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from crawlers.days import Days
from crawlers.doubts import Doubts
from crawlers.errors import ParseError
from crawlers.fetch import Fetcher
from crawlers.forms import MAX_FORMS
from crawlers.frontier import Order, Task
from crawlers.listing import survey
from crawlers.lists import is_long
from crawlers.paging import is_step
from crawlers.proof import DAY, Evidence, days_between, doubt_ends, settle_small, unproved
from crawlers.questions import ask_forms
from crawlers.reader import Reader
from crawlers.reason import Reason, because
from crawlers.routes import Routes, is_gone
from crawlers.source import Source
from crawlers.urls import url_key
from crawlers.visits import Visits

LOOKED_AT: Final = 40  # of tonight's articles whose menus and breadcrumbs are searched for sections
GONE_SHARE: Final = 0.5  # of the links walked that answer 404: then the site is broken or moved, not silent
GONE_LEAST: Final = 20  # links; on a smaller site a few dead ones say nothing


class Gatherer:
    """One source in one night. `run` fetches; then `evidence` says what was seen and `visits` holds the pages."""

    def __init__(
        self,
        source: Source,
        fetcher: Fetcher,
        visits: Visits,
        evidence: Evidence,
        learnt: Mapping[str, Sequence[str]],
        span: tuple[date, date],
    ) -> None:
        self.source = source
        self.looked = False  # the home page answered, so that what was found of routes is worth remembering
        self.visits = visits
        self.evidence = evidence
        self.routes = Routes(source, fetcher, visits, evidence)
        self.days = Days(visits)
        self.doubts = Doubts(visits, evidence, self.days, span[1])
        self._learnt = learnt
        self._since, self._until = span
        self._fetcher = fetcher
        self._reader = Reader(
            visits,
            evidence,
            self.days,
            self.doubts,
            learnt,
            span,
            max_pages=fetcher.policy.max_listing_pages,
            ended=self._ended,
        )
        self.lists = self._reader.lists

    def run(self) -> None:
        """Fetches everything of the source that the span asks for."""
        self.lists.wanted = self._wanted_days()
        if not self.lists.wanted:
            return  # every day was proved on earlier nights, and none is young enough to be looked at again
        self.lists.deep = self.lists.wanted[0]
        home = self.visits.ask(self.source.home, "listing")
        if home is None:
            failure = self.visits.failed[url_key(self.source.home)]
            self.evidence.block(self._since, self._until, because("at", url=self.source.home, why=failure.detail))
            return
        self.looked = True
        self._reader.home = home.url
        self._reader.survey(Task(home.url, section=True), home)
        self.routes.read_feeds(home, self._learnt, self._reader.push_entry)
        self.routes.read_sitemaps(self.lists.deep, self._learnt, self._reader.push_entry)
        for url in dict.fromkeys((*self.source.listings, *self._learnt.get("listings", ()))):
            self._reader.frontier.push(Order.SECTION, Task(url, section=True))
        self._reader.drain()
        self.routes.read_left_out(self._youngest(), self._reader.push_entry)
        self._look_around()
        self._ask_forms()
        self.lists.note_hollow(self._reader.linked)
        self.evidence.readings += self._reader.left_out
        self._judge_failures()
        if not self._ended() and self._needs_walk():
            self._walk()
            self._judge_failures()

    def _ended(self) -> bool:
        return self._fetcher.is_given_up(self.source.home)

    def _youngest(self) -> date:
        """Gives the newest day that a list or a feed names tonight."""
        days = [day for each in self.evidence.readings for day in each.days if day <= self.visits.night]
        feeds = [each.newest for each in self.evidence.readings if each.route == "feed" and each.newest]
        return max([*days, *feeds], default=date.min)

    def _look_around(self) -> None:
        """Reads the sections that only articles name, in menus and breadcrumbs: their lists belong to the site too."""
        seen = sorted(key for key, visit in self.visits.pages.items() if visit.role == "page")
        for key in seen[:: max(1, len(seen) // LOOKED_AT)]:
            text = self.visits.again(key) if key not in self._reader.surveyed else None
            try:
                links = survey(text.html(), text.url).links if text else ()
            except ParseError:
                continue  # told where the page itself is settled
            except Exception as error:  # noqa: BLE001 - one hostile page may not end the night of its source
                self._reader.lose(Task(self.visits.pages[key].url), error)
                continue
            for link in links:
                if link.nav and not is_long(link) and not is_step(self._reader.home, link.url):
                    self._reader.linked.add(url_key(link.url))
                    self._reader.push_section(link)
        self._reader.drain()

    # --- archives behind forms

    def _ask_forms(self) -> None:
        """Asks the forms of the site for the days that are not proved so far."""
        last = min(self._until, self.visits.night - DAY)
        seen = [day for each in self.evidence.readings for day in each.days if day <= last]
        if not self._reader.forms or not seen or self._ended() or not self._needs_walk():
            return
        days = unproved(self.evidence, self.days.of, self.lists.deep, last)
        named = set().union(*(each.keys for each in self.evidence.readings))
        block = max(self.evidence.readings, key=lambda each: len(each.days)).block
        forms = list(self._reader.forms)[:MAX_FORMS]
        self.evidence.readings += ask_forms(forms, days, max(seen), named, block, self._reader.read_lists)

    # --- the walk

    def _wanted_days(self) -> list[date]:
        """Gives the days that tonight must see: unproved ones, and those that are looked at again."""
        relook = self.visits.night - timedelta(days=self._fetcher.policy.relook_days)
        last = min(self._until, self.visits.night - DAY)
        open_days = unproved(self.evidence, self.days.of, self._since, last)
        return sorted({*open_days, *days_between(max(self._since, relook), self._until)})

    def _needs_walk(self) -> bool:
        """Tells whether feeds, sitemaps and listings leave days of the span unseen."""
        settle_small(self.evidence.readings)
        doubt_ends(self.evidence.readings)
        self.doubts.distrust()
        last = min(self._until, self.visits.night - DAY)
        return bool(unproved(self.evidence, self.days.of, self.lists.deep, last))

    def _walk(self) -> None:
        """Follows every link of the site, as far as the night's budget goes."""
        self._reader.walking = True
        self.evidence.readings = [each for each in self.evidence.readings if each not in self._reader.left_out]
        for reading in self.evidence.readings:
            for key in sorted(reading.keys & self._reader.skipped.keys()) if reading.doubt else ():
                self._reader.frontier.push(Order.TITLED, Task(self._reader.skipped[key]))
        for key, visit in sorted(self.visits.pages.items()):
            text = self.visits.again(key) if visit.role in {"page", "listing"} else None
            if text is None:
                continue
            if key not in self._reader.surveyed:
                self._reader.survey(Task(visit.url), text)
            else:
                self._reader.follow_again(key, text)
        self._reader.drain()
        self.evidence.unread = self._why_unread()
        self.evidence.walked = not self._ended()

    def _why_unread(self) -> Reason | None:
        """Says why the walk proves nothing; None where every link of the site was followed and some lead to articles."""
        settle_small(self.evidence.readings)
        doubt_ends(self.evidence.readings)
        if self._ended():
            return because("walk_stopped", number=len(self._reader.frontier))
        if self.evidence.unread:
            return self.evidence.unread
        lists = [each for each in self.evidence.readings if each.route == "listing" and not each.whole]
        cut = [words for each in lists if (words := each.reason or each.doubt)]
        if cut:
            return cut[0]  # what follows there is linked from nowhere else
        dropped = self._reader.frontier.dropped()
        return because("walk_stopped", number=dropped) if dropped else self._why_broken()

    def _why_broken(self) -> Reason | None:
        """Says why a site whose links were all followed seems to be out of order; None for one in order."""
        if not self._has_met_article():
            return because("no_article", url=self._reader.home)
        gone, asked = self._count_gone()
        if GONE_LEAST <= gone >= GONE_SHARE * asked:
            return because("many_gone", url=self._reader.home, number=gone, total=asked)
        return None

    def _has_met_article(self) -> bool:
        """Tells whether links lead to articles at all: those of a site under repair, or drawn by scripts, do not."""
        return any(map(self.days.is_article, sorted(self._reader.linked)))

    def _count_gone(self) -> tuple[int, int]:
        """Counts the links that were asked for tonight and lead to pages that are gone, and all of them."""
        gone = sum(is_gone(self.visits.failed[key]) for key in self._reader.linked & self.visits.failed.keys())
        return gone, len(self._reader.linked & (self.visits.failed.keys() | self.visits.pages.keys()))

    # --- failures

    def _judge_failures(self) -> None:
        """Takes the proof away from days whose pages could not be read, or were not asked for tonight."""
        self.doubts.judge_failures()
        if self._ended():
            for task in self._reader.frontier.rest():
                if not self.visits.is_old(task.key):
                    self.doubts.judge(task.key, task.url, "budget", because("host_given_up"))
