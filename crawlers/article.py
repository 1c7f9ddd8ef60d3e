"""What a source yields: articles, their dates with evidence, and everything that was not an article.

Frozen values only. They cross from the crawlers to the pipeline; nothing here does work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from crawlers.reason import Reason

DateKind = Literal["json_ld", "meta", "time", "byline", "feed", "sitemap", "listing", "url", "dateline", "log"]
"""Where a date was claimed. The page's own clock, related items and events in the text are never evidence."""

Precision = Literal["day", "minute", "second"]
DateState = Literal["certain", "probable", "doubtful", "undated"]
PageKind = Literal["article", "listing", "document", "section", "empty", "other"]
Channel = Literal["website", "radio", "television", "print", "fan_page", "led_screen", "loudspeaker", "mobile_unit"]
Role = Literal["robots", "feed", "sitemap", "listing", "page"]
Route = Literal["feed", "sitemap", "listing", "walk"]

FAILURE_REASONS = (
    "robots",  # robots.txt forbids it
    "refused",  # private address, wrong scheme, redirect off the allowed hosts
    "dns",
    "connect",
    "tls",
    "timeout",  # connect, read or total deadline
    "too_large",  # before or after inflating
    "redirects",  # loop, or more than allowed
    "no_page",  # an answer without a page: 204, 206, 304 unasked, a redirect to nowhere
    "http_4xx",
    "http_5xx",
    "throttled",  # 429, or 503 with Retry-After beyond the night
    "wrong_type",  # neither HTML, XML nor text
    "truncated",  # the body ended before its declared length
    "budget",  # the host's budget for the night is spent
    "decode",  # bytes that are not text
    "parse",  # a page, feed or sitemap that its reader does not understand
)


@dataclass(frozen=True, slots=True)
class DateEvidence:
    """One claim about when an article was published.

    `value` is aware, in UTC (midnight of Asia/Ho_Chi_Minh when `precision` is "day"); `text` is what the page showed.
    """

    value: datetime
    kind: DateKind
    precision: Precision
    text: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """An audio or video item of an article; `duration_s` in seconds, None where the page does not say."""

    kind: Literal["audio", "video"]
    url: str
    duration_s: float | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a feed, sitemap or listing says of a page before it is read."""

    at: datetime  # UTC
    day: date  # the same as a local day
    precision: Precision
    kind: DateKind
    exact: bool = True  # the day of publication; else that of the last change


@dataclass(frozen=True, slots=True)
class ArchiveRef:
    """Where the bytes as fetched lie: a WARC file (name relative to the archive), offset and length in bytes."""

    file: str
    offset: int
    length: int
    sha256: str  # of the payload after transfer and content decoding, hex


@dataclass(frozen=True, slots=True)
class Page:
    """What one page says of itself, before the crawl decides what it is worth. None where unknown."""

    url: str
    kind: PageKind
    title: str | None = None
    lead: str | None = None
    body: str | None = None  # paragraphs separated by one newline
    published: datetime | None = None  # UTC
    published_precision: Precision | None = None
    date_evidence: tuple[DateEvidence, ...] = ()  # strongest first
    canonical: str | None = None
    media: tuple[Media, ...] = ()
    lang: str | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)  # field -> where its value came from


@dataclass(frozen=True, slots=True)
class Article:
    """One published item of one source on one channel. Text is NFC, one space between words, paragraphs kept."""

    source_id: str
    url: str
    url_key: str  # identity of the page: `crawlers.urls.url_key`
    channel: Channel
    title: str
    lead: str
    body: str
    published: datetime | None  # UTC
    published_precision: Precision | None
    date_state: DateState
    date_evidence: tuple[DateEvidence, ...]
    canonical: str | None
    media: tuple[Media, ...]
    lang: str | None
    provenance: Mapping[str, str]
    fetched_at: datetime  # UTC
    archive: ArchiveRef | None
    front: bool | None = None  # stood on the home page, or on the first one of a paper; None where nobody saw


@dataclass(frozen=True, slots=True)
class Failure:
    """One URL that could not be turned into what it should be. `reason` is one of FAILURE_REASONS."""

    source_id: str
    url: str
    url_key: str
    stage: Literal["fetch", "decode", "extract"]
    reason: str
    detail: Reason
    claimed_day: date | None = None  # local day that a feed or listing claims for it: that day is then not fully seen


@dataclass(frozen=True, slots=True)
class Fetch:
    """One HTTP exchange, as it went. `status` 0 when no answer came."""

    source_id: str
    url: str
    url_key: str
    role: Role
    status: int
    fetched_at: datetime  # UTC
    etag: str | None = None
    last_modified: str | None = None
    archive: ArchiveRef | None = None
    final_url: str | None = None  # after redirects, where different
    content_type: str | None = None
    elapsed_s: float = 0.0
    reason: str | None = None  # one of FAILURE_REASONS
    detail: Reason | None = None  # of a failure; or what was weaker than usual


UrlOutcome = Literal[
    "article", "not_modified", "listing", "document", "section", "empty", "other", "duplicate", "failed"
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one URL this night; every URL ends under exactly one."""

    source_id: str
    url: str
    url_key: str
    outcome: UrlOutcome
    claims: tuple[Claim, ...] = ()  # of feeds, sitemaps and listings about this page, the surest first
    enclosed: tuple[Media, ...] = ()  # what a feed or sitemap encloses for it

    @property
    def claimed_day(self) -> date | None:
        """The local day of the surest claim."""
        return self.claims[0].day if self.claims else None


@dataclass(frozen=True, slots=True)
class Observation:
    """Whether one day of one source was really seen: collection proof, or the reason why there is none."""

    source_id: str
    day: date  # of Asia/Ho_Chi_Minh
    proved: bool
    route: Route
    evidence_url: str  # the feed, sitemap or listing that was read to past that day
    reason: Reason | None = None  # None when proved


@dataclass(frozen=True, slots=True)
class Learnt:
    """What discovery found out about a source: JSON-ready, stored, shown, and offered again the next night."""

    source_id: str
    routes: Mapping[str, object]


Event = Fetch | Article | Failure | Outcome | Observation | Learnt


@dataclass(frozen=True, slots=True)
class Known:
    """What the store already knows of one URL of a source when a crawl starts."""

    url_key: str
    url: str
    night: date  # of the last fetch
    status: int
    outcome: UrlOutcome | None  # of that night; None when fetched but not yet settled
    settled: date | None  # newest night before tonight that said what the page is; None where none did, or it failed
    etag: str | None
    last_modified: str | None
    archive: ArchiveRef | None  # of the last fetch that brought a body
    published_day: date | None  # local day of the stored article
    role: Role
    claims: tuple[Claim, ...] = ()
    enclosed: tuple[Media, ...] = ()
