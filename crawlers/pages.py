"""What tonight's pages of one source are: bytes in the archive, what routes claim of them, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from crawlers.archive import Archive, Record
from crawlers.article import (
    ArchiveRef,
    Claim,
    DateEvidence,
    DateKind,
    Event,
    Failure,
    Fetch,
    Known,
    Media,
    Outcome,
    Role,
    UrlOutcome,
)
from crawlers.decode import decode
from crawlers.errors import ArchiveError
from crawlers.reason import Reason, because
from crawlers.source import Source
from crawlers.urls import url_key

STRENGTH: Final[tuple[DateKind, ...]] = ("feed", "listing", "sitemap")  # of claims, the surest first
UNTOLD: Final[Mapping[UrlOutcome, Reason]] = {
    "empty": because("nothing_shown"),
    "other": because("no_text_found"),
}  # outcome of a page that may be an article all the same -> why it tells nothing

_NIGHT: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)\.warc\.gz$")


@dataclass(frozen=True, slots=True)
class Visit:
    """One page of tonight whose bytes lie in the archive."""

    key: str
    url: str
    final_url: str
    role: Role
    ref: ArchiveRef
    fetched_at: datetime  # UTC; of the answer that brought the bytes
    unchanged: bool  # an earlier night read and settled the same bytes


@dataclass(frozen=True, slots=True)
class Text:
    """A page or feed as read."""

    url: str  # after redirects
    body: bytes
    content_type: str | None
    fetched_at: datetime  # UTC

    def html(self) -> str:
        """Returns the text. Raises ParseError where the bytes are not text."""
        return decode(self.body, self.content_type, url=self.url)


class Pages:
    """The pages of one source in one night; nothing here asks the network."""

    def __init__(
        self,
        source: Source,
        archive: Archive,
        known: Mapping[str, Known],
        night: date,
        emit: Callable[[Event], None],
    ) -> None:
        self.source = source
        self.known = known
        self.night = night
        self.emit = emit
        self.archive = archive
        self.pages: dict[str, Visit] = {}  # tonight's readable answers by key
        self.settled: set[str] = set()  # keys of those that have their outcome
        self.failed: dict[str, Failure] = {}
        self.listed: set[str] = set()  # keys of tonight's pages that were read as lists
        self.at_home: frozenset[str] | None = (
            None  # keys of what tonight's home page links to; None where it was not read
        )
        self._claims: dict[str, dict[DateKind, Claim]] = {}  # of tonight
        self._enclosed: dict[str, tuple[Media, ...]] = {}

    def claim(self, key: str, claim: Claim) -> None:
        """Notes what a route says of a page tonight; of two claims of one kind the earlier noted stays."""
        self._claims.setdefault(key, {}).setdefault(claim.kind, claim)

    def enclose(self, key: str, media: tuple[Media, ...]) -> None:
        """Notes what a feed or sitemap encloses for a page."""
        self._enclosed.setdefault(key, media)

    def claims(self, key: str) -> tuple[Claim, ...]:
        """Gives what routes say of a page, tonight before earlier nights, the surest first."""
        known = self.known.get(key)
        said = {**{claim.kind: claim for claim in (known.claims if known else ())}, **self._claims.get(key, {})}
        return tuple(said[kind] for kind in STRENGTH if kind in said)

    def claim_of(self, key: str, kind: DateKind) -> Claim | None:
        """Gives what routes of one kind say of a page."""
        return next((claim for claim in self.claims(key) if claim.kind == kind), None)

    def best_claim(self, key: str) -> Claim | None:
        """Gives the surest claim about a page."""
        return next(iter(self.claims(key)), None)

    def enclosed(self, key: str) -> tuple[Media, ...]:
        """Gives what a feed or sitemap encloses for a page, tonight or on an earlier night."""
        known = self.known.get(key)
        return self._enclosed.get(key) or (known.enclosed if known else ())

    def was_settled(self, key: str) -> bool:
        """Tells whether an earlier night read the page and said what it is."""
        known = self.known.get(key)
        return known is not None and known.settled is not None

    def again(self, key: str) -> Text | None:
        """Gives a page as last archived, without asking anybody; None where it was never read."""
        known = self.known.get(key)
        ref = self.pages[key].ref if key in self.pages else known.archive if known else None
        return self.replay(ref) if ref else None

    def evidence(self, key: str) -> tuple[DateEvidence, ...]:
        """Gives what routes say of a page's date."""
        return tuple(DateEvidence(claim.at, claim.kind, claim.precision) for claim in self.claims(key))

    def older(self) -> Iterator[str]:
        """Yields the keys of pages that earlier nights left in the archive and tonight did not ask for."""
        for key, known in self.known.items():
            if known.archive is not None and known.role in {"page", "listing"} and key not in self.pages:
                yield key

    def settle(self, key: str, outcome: UrlOutcome) -> None:
        """Tells the store what a page read tonight is."""
        self.settled.add(key)
        self.emit(self.outcome(key, self.pages[key].url, outcome))

    def fail(
        self, key: str, url: str, stage: Literal["fetch", "decode", "extract"], reason: str, detail: Reason
    ) -> Failure:
        """Tells the store that a page could not be read or understood."""
        claim = self.best_claim(key)
        day = claim.day if claim and claim.exact else None
        failure = Failure(self.source.id, url, key, stage, reason, detail, day)
        self.failed[key] = failure
        self.pages.pop(key, None)
        self.emit(failure)
        self.emit(self.outcome(key, url, "failed"))
        return failure

    def outcome(self, key: str, url: str, outcome: UrlOutcome) -> Outcome:
        """Gives the word on a page, with what routes say of it."""
        return Outcome(self.source.id, url, key, outcome, self.claims(key), self.enclosed(key))

    # --- bytes

    def recall(self, key: str) -> None:
        """Takes a page that an earlier night left in the archive as if it were read tonight."""
        known = self.known[key]
        text = self.replay(known.archive) if known.archive else None
        if text is None or known.archive is None:
            self.fail(key, known.url, "extract", "decode", because("archive_lost"))
            return
        self.pages[key] = Visit(key, known.url, text.url, known.role, known.archive, text.fetched_at, unchanged=False)

    def take(self, record: Record) -> None:
        """Takes a page that somebody else has fetched: archives its bytes and tells the store where it came from."""
        key = url_key(record.url)
        ref = self.archive.write(
            self.night,
            url=record.url,
            status=200,
            headers=(("Content-Type", record.content_type or "text/html"),),
            body=record.body,
            fetched_at=record.fetched_at,
        )
        self.emit(
            Fetch(
                self.source.id,
                record.url,
                key,
                "page",
                200,
                record.fetched_at,
                archive=ref,
                content_type=record.content_type,
                detail=because("from_warc"),
            )
        )
        text = Text(record.url, record.body, record.content_type, record.fetched_at)
        self.keep(key, record.url, text, "page", ref)

    def keep(self, key: str, url: str, text: Text, role: Role, ref: ArchiveRef) -> None:
        """Notes a page that is read tonight."""
        known = self.known.get(key)
        unchanged = known is not None and known.settled is not None and night_of(ref) <= known.settled
        self.pages[key] = Visit(key, url, text.url, role, ref, text.fetched_at, unchanged)

    def replay(self, ref: ArchiveRef) -> Text | None:
        """Gives a page as archived, or None where the archive lost it: it is then asked for again."""
        try:
            record = self.archive.record(ref)
        except ArchiveError:
            return None
        return Text(record.url, record.body, record.content_type, record.fetched_at)


def night_of(ref: ArchiveRef) -> date:
    """Gives the night on which archived bytes were fetched: the archive keeps one file a night."""
    match = _NIGHT.search(ref.file)
    return date(int(match[1]), int(match[2]), int(match[3])) if match else date.max
