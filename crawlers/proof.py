"""Collection proof: which days of a source were really seen, and why the others were not.

A route (feed, sitemap, listing) proves a day when it was read to past that day and nothing known of the site speaks
against its being whole: no other list names a page of a day which the route claims to have seen, but does not name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from crawlers.article import Observation, Route
from crawlers.reason import Reason, because

DAY: Final = timedelta(days=1)
ORDER: Final[tuple[Route, ...]] = ("listing", "sitemap", "feed")  # the route named where several prove a day

CAPPED_PAGES: Final = 5  # lists that end on a full page after so many pages, or a multiple of them, may be cut off
ALIKE_PAGES: Final = 3  # and from so many on where several lists of the site end alike

DayOf = Callable[[str], date | None]  # url_key -> local day of publication; None for no article, or none that has a day


@dataclass(slots=True)
class Reading:
    """How far one feed, sitemap or listing was read tonight.

    Every day after `reach` was seen; with `whole`, every day. `reason` says why it was not read further.
    """

    route: Route
    url: str
    keys: set[str] = field(default_factory=set)  # of the pages that it names
    reach: date | None = None
    whole: bool = False
    reason: Reason | None = None
    doubt: Reason | None = None  # why its days are not believed, however far it was read
    spans: tuple[tuple[date, date], ...] = ()  # of days that it was asked for, where it was not asked for all
    newest: date | None = None  # up to tonight, that a feed or sitemap names: later days need a second witness
    block: str = ""  # shape of a listing's rows
    pages: int = 0  # read of a listing
    days: list[date] = field(default_factory=list)  # of a listing's rows, in order of place over all pages
    guessed: bool = False  # it goes on under numbers that no link named
    sizes: list[int] = field(default_factory=list)  # rows of each page that brought new ones

    @property
    def is_dead(self) -> bool:
        """Tells whether the route could not be read at all: nobody knows what it would have named."""
        return self.reason is not None and not self.keys

    def covers(self, day: date) -> bool:
        """Tells whether everything of `day` that the route carries stood in what was read."""
        asked = not self.spans or any(first <= day <= last for first, last in self.spans)
        return asked and self.doubt is None and (self.whole or (self.reach is not None and day > self.reach))

    def lack(self, day: date) -> Reason:
        """Says why a day is not proved by this route."""
        if why := self.reason or self.doubt:
            return why
        if self.newest and day > self.newest:
            return because("newest", route=self.route, url=self.url, day=self.newest)
        if self.reach:
            return because("reaches_back", route=self.route, url=self.url, day=self.reach)
        return because("undated_unread", route=self.route, url=self.url)


@dataclass(slots=True)
class Evidence:
    """Everything that speaks for and against the days of one source."""

    proved: Collection[date] = ()  # on earlier nights
    readings: list[Reading] = field(default_factory=list)
    blocked: dict[date, Reason] = field(default_factory=dict)  # day -> what of that day could not be read
    walked: bool = False  # every link of the site was followed
    unread: Reason | None = None  # why the walk proves nothing: the first page that it could not read, or the budget
    unknown: dict[str, Reason] = field(default_factory=dict)  # unreadable pages of which nobody says a day -> why

    def block(self, first: date, last: date, reason: Reason) -> None:
        """Takes away the proof of the days from `first` to `last`."""
        for day in days_between(first, last):
            self.blocked.setdefault(day, reason)


@dataclass(slots=True)
class Judge:
    """Asks the evidence for one day after the other."""

    evidence: Evidence
    day_of: DayOf
    _whole: dict[frozenset[int], Reason | None] = field(default_factory=dict)  # covering readings -> what they miss

    def proof(self, day: date) -> tuple[Route, str] | None:
        """Gives the route and the address that prove a day; a walk over all links has no address of its own."""
        if day in self.evidence.blocked:
            return None
        covering = self._covering(day)
        if covering and self._missed(covering) is None:
            first = min((self.evidence.readings[number] for number in covering), key=_place)
            return first.route, first.url
        return ("walk", "") if self.evidence.walked and self.evidence.unread is None else None

    def reason(self, day: date) -> Reason:
        """Says why a day is not proved."""
        if day in self.evidence.blocked:
            return self.evidence.blocked[day]
        covering = self._covering(day)
        lacks = [each for number, each in enumerate(self.evidence.readings) if number not in covering]
        # what failed says more than what is doubtful, and that more than what merely ends
        lacks.sort(key=lambda each: (each.reason is None, each.doubt is None, _place(each)))
        if lacks and (lacks[0].reason or lacks[0].doubt):
            return lacks[0].lack(day)
        missed = self._missed(covering) if covering else None
        return missed or self.evidence.unread or (lacks[0].lack(day) if lacks else because("nothing_read"))

    def _covering(self, day: date) -> frozenset[int]:
        """Gives the readings that saw the day, but for kinds of route of which one could not be read at all."""
        dead = {each.route for each in self.evidence.readings if each.is_dead}
        lists = any(each.route == "listing" and each.keys for each in self.evidence.readings)
        return frozenset(
            number
            for number, each in enumerate(self.evidence.readings)
            if each.covers(day) and each.route not in dead and (lists or not each.newest or day <= each.newest)
        )

    def _missed(self, covering: frozenset[int]) -> Reason | None:
        """Says which page the covering readings should name and do not; None where they miss nothing."""
        if covering not in self._whole:
            self._whole[covering] = self._search(covering)
        return self._whole[covering]

    def _search(self, covering: frozenset[int]) -> Reason | None:
        chosen = [self.evidence.readings[number] for number in sorted(covering)]
        named = set().union(*(each.keys for each in chosen))
        for number, other in enumerate(self.evidence.readings):
            if number in covering:
                continue
            for key in sorted(other.keys - named):
                if key in self.evidence.unknown:
                    return self.evidence.unknown[key]
                day = self.day_of(key)
                if day is not None and any(each.covers(day) for each in chosen):
                    seen = chosen[0].url
                    return because("unnamed", route=other.route, url=other.url, key=key, day=day, other=seen)
        return None


def observe(
    source_id: str, evidence: Evidence, day_of: DayOf, since: date, until: date, home: str
) -> Iterator[Observation]:
    """Yields, for each day from `since` to `until` that no earlier night proved, its proof or why there is none."""
    judge = Judge(evidence, day_of)
    for day in days_between(since, until):
        proof = judge.proof(day)
        if proof is not None:
            yield Observation(source_id, day, proved=True, route=proof[0], evidence_url=proof[1] or home)
        elif day not in evidence.proved:
            yield Observation(source_id, day, proved=False, route="walk", evidence_url=home, reason=judge.reason(day))


def unproved(evidence: Evidence, day_of: DayOf, since: date, until: date) -> list[date]:
    """Gives the days from `since` to `until` that neither earlier nights nor tonight's readings prove (yet)."""
    judge = Judge(evidence, day_of)
    return [day for day in days_between(since, until) if day not in evidence.proved and judge.proof(day) is None]


def settle_small(readings: Iterable[Reading]) -> None:
    """Marks lists of one page as whole where others of their shape go on after more rows: there was no more to show."""
    listings = [each for each in readings if each.route == "listing"]
    full: dict[str, int] = {}
    for each in listings:
        if each.pages > 1:
            full[each.block] = max(full.get(each.block, 0), len(each.keys) // each.pages)
    for each in listings:
        if each.pages == 1 and each.reason is None and len(each.keys) < full.get(each.block, 0):
            each.whole = True


def doubt_ends(readings: Iterable[Reading]) -> None:
    """Takes back that lists were read to their end where the server seems to show only so many pages of any list.

    The last page is as full as the others, and their number is round or the same for several lists.
    """
    full = [each for each in readings if each.whole and len(each.sizes) >= ALIKE_PAGES and not ends_short(each.sizes)]
    alike = Counter(len(each.sizes) for each in full)
    for each in full:
        number = len(each.sizes)
        if number % CAPPED_PAGES == 0 or alike[number] > 1:
            each.whole = False
            each.reason = because("cut_off", route="listing", url=each.url, number=number)


def ends_short(sizes: list[int]) -> bool:
    """Tells whether the last page of a list holds fewer rows than those before it: that is the end, where none is left out.

    The first page counts only where it is the only other one: it may show rows of its own, or fewer beside a large picture.
    """
    before = sizes[1:-1] or sizes[:-1]
    return bool(before) and sizes[-1] < min(before)


def days_between(first: date, last: date) -> Iterator[date]:
    """Yields the days from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _place(reading: Reading) -> tuple[int, int, str]:
    """Orders readings by what a person would look at first: lists that go on before a list in the margin."""
    return ORDER.index(reading.route) if reading.route in ORDER else len(ORDER), -min(reading.pages, 2), reading.url
