"""The rows that cross seams inside the pipeline: plain frozen values, no behaviour beyond what a field means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from crawlers.article import Channel, DateState, Precision
from crawlers.reason import Reason

OutletKind = Literal["newspaper", "broadcaster", "magazine", "agency", "district", "portal"]
VerdictName = Literal["met", "gap", "uncertain", "not_observed"]
Origin = Literal["review", "bulk", "undo", "import", "codebook"]  # how a label came
HealthState = Literal["well", "quiet", "undated", "unseen", "layout", "volume", "moved", "never"]

CLOSED: Final = {"extra": "forbid"}  # read by pydantic: unknown keys are faults


@dataclass(frozen=True, slots=True)
class Directive:
    """The official letter that asks outlets to publish."""

    __pydantic_config__ = CLOSED

    number: str
    date: str  # as the letter gives it: a day, a month or a year
    issuer: str
    subject: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """A dated span of the campaign, both days included (days of Asia/Ho_Chi_Minh)."""

    __pydantic_config__ = CLOSED

    id: str
    name: str
    first_day: date
    last_day: date
    name_en: str = ""  # "": the name, in English too


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who publishes. An outlet owes nothing on days before `valid_from` or after `valid_to`."""

    __pydantic_config__ = CLOSED

    id: str
    name: str
    kind: OutletKind
    groups: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class OutletGroup:
    """What a group of outlets is called; one that is not named here is called by its id."""

    __pydantic_config__ = CLOSED

    id: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """What one outlet, or each outlet of a group, owes in one phase for one topic."""

    __pydantic_config__ = CLOSED

    phase: str
    topic: str
    outlet: str = ""
    group: str = ""
    min_items: int | None = None
    min_minutes: float | None = None  # of audio and video
    max_gap_days: int | None = None  # longest allowed silence within the phase, in days


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One article as the store gives it back: its latest revision."""

    id: str  # 16 hex digits; a function of source, channel and url_key, so that two stores agree
    url: str
    source: str
    outlet: str
    channel: Channel
    title: str
    lead: str
    body: str
    published: datetime | None  # UTC
    published_precision: Precision | None
    date_state: DateState
    media_s: float  # seconds of audio and video, 0.0 where none
    content_hash: str  # SHA-256 hex of title, lead and body
    revision: int  # 1 for the first
    cluster: str  # id of the near-duplicate cluster; its own id where alone
    archive_file: str | None
    archive_sha256: str | None
    dated_by: str | None = None  # whose word the date is; None where it is what the page says

    @property
    def text(self) -> str:
        """Lead and body, the lead first, never twice."""
        return lead_and_body(self.lead, self.body)


def lead_and_body(lead: str, body: str) -> str:
    """Gives the text of an article: the lead first, never twice."""
    return body if not lead or body.startswith(lead) else f"{lead}\n{body}"


@dataclass(frozen=True, slots=True)
class Prediction:
    """Scores of every topic for one revision of one article, by one model under one codebook."""

    article: str
    content_hash: str
    model: str
    codebook: str
    scores: Mapping[str, float]  # every topic, 0 to 1
    topics: tuple[str, ...]  # decided: score at or above the topic's threshold
    evidence: Mapping[str, str]  # decided topic -> the sentence that speaks for it most


@dataclass(frozen=True, slots=True)
class LabelEvent:
    """One reviewer's word on one topic of one article. Appended, never changed."""

    article: str
    topic: str
    value: bool | None  # None takes the reviewer's last word back
    reviewer: str
    at: datetime  # UTC
    codebook: str
    model: str | None = None  # that ranked the item
    inclusion_probability: float | None = None  # 0 < p <= 1; None when not drawn by a design
    suggestion_seen: bool = False
    origin: Origin = "import"
    serving: str | None = None  # the reading it belongs to, where the article was served
    evidence: str | None = None  # the sentence that the reviewer marked


@dataclass(frozen=True, slots=True)
class DayProof:
    """Whether one outlet-day was really observed, over all its sources."""

    outlet: str
    day: date
    proved: bool
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found about a source; `vi` and `en` say what, with its numbers, and `why` the reason where one is known."""

    state: HealthState
    vi: str
    en: str
    why: Reason | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """One source: what was found, the worst first, and the newest day on which it published."""

    source: str
    outlet: str
    findings: tuple[Finding, ...]
    last_published: date | None

    @property
    def state(self) -> HealthState:
        """The worst finding."""
        return self.findings[0].state

    @property
    def broken(self) -> bool:
        """Tells whether somebody must act."""
        return self.state in {"moved", "layout", "unseen", "never"}


@dataclass(frozen=True, slots=True)
class FailedUrl:
    """One address that could not be read in the last night, and why."""

    outlet: str
    source: str
    url: str
    why: Reason


@dataclass(frozen=True, slots=True)
class Fill:
    """Of so many articles of one source, how many had a date and a lead."""

    articles: int = 0
    dated: int = 0
    led: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """What the store remembers of one source when a night is over."""

    source: str
    outlet: str
    home: str
    last_night: date | None  # None: never crawled
    unproved: Mapping[date, Reason]  # of the last days before the night: those without proof, and why
    volume: Mapping[date, int]  # articles by local day of publication, which is sure, over some weeks before the night
    fresh: int  # articles first stored within the last days
    fresh_undated: int  # of them, those whose day of publication is unknown or doubtful
    claimed: int  # pages that a feed or listing named as items and that the last night read for the first time
    claimed_articles: int  # of them, those that proved to be articles
    new: Fill  # of the articles first stored in the last night that stored any
    old: Fill  # of the articles stored before
    moved_to: str | None  # another host to which the home page led, or tried to lead
