"""What one source is asked in one night: each page once, from the network or, asked before tonight, from the archive."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from crawlers.archive import Archive
from crawlers.article import (
    ArchiveRef,
    DateEvidence,
    DateKind,
    Event,
    Failure,
    Fetch,
    Known,
    Media,
    Outcome,
    Precision,
    Role,
    UrlOutcome,
)
from crawlers.dates import local_day
from crawlers.decode import decode
from crawlers.errors import ArchiveError, FetchError
from crawlers.fetch import Fetcher, Response
from crawlers.source import Source
from crawlers.urls import url_key

STRENGTH: Final[tuple[DateKind, ...]] = ("feed", "listing", "sitemap")  # of claims, the surest first
REVISIT_DAYS: Final = 30  # a page that was no article is asked again after so long: an empty one may have been filled
LISTS: Final = frozenset({"listing", "section"})

_NIGHT: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)\.warc\.gz$")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a feed, sitemap or listing says of a page before it is read."""

    at: datetime  # UTC
    precision: Precision
    kind: DateKind
    exact: bool = True  # the day of publication; else that of the last change

    @property
    def day(self) -> date:
        """The local day claimed."""
        return local_day(self.at)

    def evidence(self) -> DateEvidence:
        """Gives the claim as evidence of the page's date."""
        return DateEvidence(self.at, self.kind, self.precision)


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


class Visits:
    """Asks for pages of one source, tells the store about each, and remembers what tonight's pages are."""

    def __init__(
        self,
        source: Source,
        fetcher: Fetcher,
        archive: Archive,
        known: Mapping[str, Known],
        night: date,
        emit: Callable[[Event], None],
    ) -> None:
        self.source = source
        self.known = known
        self.night = night
        self.emit = emit
        self.pages: dict[str, Visit] = {}  # tonight's readable answers by key
        self.settled: set[str] = set()  # keys of those that have their outcome
        self.failed: dict[str, Failure] = {}
        self.claims: dict[str, dict[DateKind, Claim]] = {}
        self.media: dict[str, tuple[Media, ...]] = {}  # what a feed or sitemap encloses
        self._fetcher = fetcher
        self._archive = archive
        self._young = night - timedelta(days=fetcher.policy.relook_days)

    # --- what is known before a page is read

    def claim(self, key: str, claim: Claim) -> None:
        """Notes what a route says of a page; of two claims of one kind the earlier noted stays."""
        self.claims.setdefault(key, {}).setdefault(claim.kind, claim)

    def best_claim(self, key: str) -> Claim | None:
        """Gives the surest claim about a page, that of an earlier night included."""
        claims = self.claims.get(key, {})
        for kind in STRENGTH:
            if kind in claims:
                return claims[kind]
        known = self.known.get(key)
        if known and known.claimed_at and known.claimed_kind:
            return Claim(known.claimed_at, "minute", known.claimed_kind, exact=known.claimed_kind != "sitemap")
        return None

    def was_settled(self, key: str) -> bool:
        """Tells whether an earlier night read the page and said what it is."""
        known = self.known.get(key)
        return known is not None and known.settled is not None

    def is_old(self, key: str) -> bool:
        """Tells whether a page was settled on an earlier night and need not be looked at again."""
        known = self.known.get(key)
        if known is None or known.settled is None or known.night == self.night:
            return False
        if known.role != "page" or known.outcome in LISTS or known.outcome is None:
            return False
        if known.outcome in {"article", "not_modified"}:
            return (known.published_day or known.claimed_day or known.settled) < self._young
        return known.settled > self.night - timedelta(days=REVISIT_DAYS)

    # --- reading

    def ask(self, url: str, role: Role, *, optional: bool = False) -> Text | None:
        """Gives a page, or None where it cannot be read, which is told to the store; each page is asked once a night.

        Nothing but the exchange is told of an `optional` page: it was only guessed that it might be there.
        """
        key = url_key(url)
        if key in self.failed:
            return None
        if key in self.pages:
            return self._replay(self.pages[key].ref)
        known = self.known.get(key)
        if known and known.night == self.night and known.status in {200, 304} and known.archive:
            text = self._replay(known.archive)
            if text is not None:
                self._keep(key, url, text, role, known.archive)
                return text
        return self._fetch(url, key, role, known if known and known.archive else None, optional=optional)

    def again(self, key: str) -> Text | None:
        """Gives a page as last archived, without asking anybody; None where it was never read."""
        known = self.known.get(key)
        ref = self.pages[key].ref if key in self.pages else known.archive if known else None
        return self._replay(ref) if ref else None

    def older(self) -> Iterator[str]:
        """Yields the keys of pages that earlier nights left in the archive and tonight did not ask for."""
        for key, known in self.known.items():
            if known.archive is not None and known.role in {"page", "listing"} and key not in self.pages:
                yield key

    def settle(self, key: str, outcome: UrlOutcome) -> None:
        """Tells the store what a page read tonight is."""
        self.settled.add(key)
        self.emit(Outcome(self.source.id, self.pages[key].url, key, outcome))

    def fail(
        self, key: str, url: str, stage: Literal["fetch", "decode", "extract"], reason: str, detail: str
    ) -> Failure:
        """Tells the store that a page could not be read or understood."""
        claim = self.best_claim(key)
        day = claim.day if claim and claim.exact else None
        failure = Failure(self.source.id, url, key, stage, reason, detail, day)
        self.failed[key] = failure
        self.pages.pop(key, None)
        self.emit(failure)
        self.emit(Outcome(self.source.id, url, key, "failed"))
        return failure

    def _fetch(self, url: str, key: str, role: Role, held: Known | None, *, optional: bool = False) -> Text | None:
        """Asks the network; `held` is what the archive has of the page, offered for a 304."""
        try:
            response = self._fetcher.get(
                url,
                self.source,
                role=role,
                etag=held.etag if held else None,
                last_modified=held.last_modified if held else None,
            )
        except FetchError as error:
            self.emit(self._refusal(url, key, role, error))
            if optional:
                self.emit(Outcome(self.source.id, url, key, "other"))
            else:
                self.fail(key, url, "fetch", error.reason, error.detail)
            return None
        if response.status == 304 and held and held.archive:
            text, ref = self._replay(held.archive), held.archive
            if text is None:  # the archive lost it
                return self._fetch(url, key, role, None, optional=optional)
            validators = held.etag, held.last_modified
        else:
            text = Text(response.final_url, response.body, response.content_type, response.fetched_at)
            ref = self._store(response, held)
            validators = response.etag, response.last_modified
        self._note(url, key, role, response, ref, validators)
        self._keep(key, url, text, role, ref)
        return text

    def _store(self, response: Response, held: Known | None) -> ArchiveRef:
        """Archives an answer; bytes that the archive has already are not written again."""
        digest = hashlib.sha256(response.body).hexdigest()
        if held and held.archive and held.archive.sha256 == digest:
            return held.archive
        return self._archive.write(
            self.night,
            url=response.final_url,
            status=response.status,
            headers=response.headers,
            body=response.body,
            fetched_at=response.fetched_at,
        )

    def _keep(self, key: str, url: str, text: Text, role: Role, ref: ArchiveRef) -> None:
        known = self.known.get(key)
        unchanged = known is not None and known.settled is not None and _night_of(ref) <= known.settled
        self.pages[key] = Visit(key, url, text.url, role, ref, text.fetched_at, unchanged)

    def _replay(self, ref: ArchiveRef) -> Text | None:
        """Gives a page as archived, or None where the archive lost it: it is then asked for again."""
        try:
            record = self._archive.record(ref)
        except ArchiveError:
            return None
        return Text(record.url, record.body, record.content_type, record.fetched_at)

    # --- telling the store

    def _note(
        self,
        url: str,
        key: str,
        role: Role,
        response: Response,
        ref: ArchiveRef,
        validators: tuple[str | None, str | None],
    ) -> None:
        claim = self.best_claim(key)
        self.emit(
            Fetch(
                source_id=self.source.id,
                url=url,
                url_key=key,
                role=role,
                status=response.status,
                fetched_at=response.fetched_at,
                etag=validators[0],
                last_modified=validators[1],
                archive=ref,
                final_url=response.final_url if response.final_url != url else None,
                content_type=response.content_type,
                elapsed_s=response.elapsed_s,
                detail=response.note,
                claimed_day=claim.day if claim else None,
                claimed_at=claim.at if claim else None,
                claimed_kind=claim.kind if claim else None,
            )
        )

    def _refusal(self, url: str, key: str, role: Role, error: FetchError) -> Fetch:
        claim = self.best_claim(key)
        return Fetch(
            source_id=self.source.id,
            url=url,
            url_key=key,
            role=role,
            status=error.status,
            fetched_at=self._fetcher.now(),
            reason=error.reason,
            detail=error.detail,
            claimed_day=claim.day if claim else None,
            claimed_at=claim.at if claim else None,
            claimed_kind=claim.kind if claim else None,
        )


def _night_of(ref: ArchiveRef) -> date:
    """Gives the night on which archived bytes were fetched: the archive keeps one file a night."""
    match = _NIGHT.search(ref.file)
    return date(int(match[1]), int(match[2]), int(match[3])) if match else date.max
