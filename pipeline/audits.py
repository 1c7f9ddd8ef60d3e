"""The rows of an audit: what was published, how sure each number is, what follows from it, and at which risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from crawlers.article import Channel, DateState
from crawlers.reason import Reason
from pipeline.records import Directive, Duty, FailedUrl, Health, Outlet, Phase, VerdictName

Unit = Literal["items", "minutes", "days"]

Number = int | float  # both named, so that what is kept as 2 comes back as 2 and is written again as it was

SPREAD: Final = (
    0.15  # between outlets, of the share of their items that scores high: most standard deviation that is borne
)

Method = Literal["verified", "census", "sequential", "recall"]
"""How a verdict was settled: enough items were confirmed; everything that could count was read or would not be enough; the
sequential test over readings in random order; the recall bound of the shared sample."""

Doubt = Literal["drift", "disagreement", "few_readings", "unfinished", "other_recall"]
"""Why statistics may not speak: scores, reviewed recall and estimate part; two readers do not agree what counts; too few
readings by chance; the sample is not read to its end; the outlet's items score low more often than those of others."""


@dataclass(frozen=True, slots=True)
class AuditItem:
    """One article as a report shows it."""

    article: str
    outlet: str
    channel: Channel
    url: str
    title: str
    day: date | None  # local day of publication; None where undated or doubtful
    date_state: DateState
    cluster: str
    minutes: float  # of audio and video
    verified: frozenset[str]  # topics that a reviewer confirmed
    rejected: frozenset[str]  # topics that a reviewer denied
    machine: frozenset[str]  # topics that the champion decides, reviewed or not
    scores: Mapping[str, float]
    evidence: Mapping[str, str]  # topic -> sentence
    archive_sha256: str | None
    archive_file: str | None = None
    untimed: bool = False  # carries audio or video whose duration the page does not say
    dated_by: str | None = None  # who gave the day; None where it is what the page says
    words: int = 0  # of title, lead and body
    front: bool | None = None  # stood on the first page (print) or on the home page; None where nobody saw


@dataclass(frozen=True, slots=True)
class ChannelCount:
    """What one cell counts on one channel."""

    channel: Channel
    verified: int
    machine: int
    minutes: float  # of verified and machine items


@dataclass(frozen=True, slots=True)
class Cell:
    """Counts of one phase x topic x outlet; each number is the length of the list beside it.

    One text on several pages of the outlet's website on one day counts once; the lists name its longest page, or the first.
    """

    phase: str
    topic: str
    outlet: str
    verified_ids: tuple[str, ...]  # reviewers confirmed, ordered by day then id
    machine_ids: tuple[str, ...]  # the machine alone says so: unreviewed for the topic
    unread: int  # articles unreviewed for the topic and not decided by the machine
    clusters: int  # distinct near-duplicate clusters among verified and machine ids
    verified_minutes: float
    machine_minutes: float
    first_day: date | None  # of verified and machine items
    last_day: date | None
    longest_silence_days: int  # most days in a row without a verified or machine item, among the observed days
    reprints: int = 0  # of verified and machine items, those whose text another article carried before
    verified_words: int = 0
    machine_words: int = 0
    front: int = 0  # of verified and machine items, those that stood on a first or home page
    front_known: int = 0  # of them, those of which it is known whether they did
    channels: tuple[ChannelCount, ...] = ()  # only those with an item, in the order of the channel's name
    silence_from: date | None = None  # first day of the longest silence, the earliest of equals


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many texts really carry a topic: of one outlet, of a group, or (both empty) of all outlets, in one phase.

    Near-duplicates are one text. Limits are None where no reading by chance allows any.
    """

    phase: str
    topic: str
    outlet: str  # "" for a group or for all
    group: str
    verified: int  # texts that a person confirmed
    machine: int  # texts that the machine alone finds
    units: int  # texts published
    read: int  # of them, read for the topic by chance of a known design
    positive: int  # of those read by chance, confirmed
    low: float | None
    estimate: float | None
    high: float | None
    inner_low: float | None  # narrower Bayesian band; None below 300 readings of the shared sample
    inner_high: float | None
    level: float  # of the interval, such as 0.95
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one requirement of one duty of one outlet, and the sentence that explains it in two languages."""

    phase: str
    topic: str
    outlet: str
    duty: Duty
    verdict: VerdictName
    verified: Number  # items, minutes or days, as the duty counts
    machine: Number
    needed: Number
    unit: Unit
    days_proved: int
    days_total: int
    reason: str  # Vietnamese
    reason_en: str
    method: Method | None = None  # None while uncertain or not observed
    risk: float = 0.0  # most that the probability of a false gap can be; 0 where all was read, and for "met"
    texts: int = 0  # that could count, near-duplicates as one
    texts_read: int = 0  # of them, read for the topic
    doubts: tuple[Doubt, ...] = ()  # what keeps statistics from settling it
    to_read: tuple[str, ...] = ()  # of an uncertain duty: articles whose reading would settle it, in this order
    expected_reads: float | None = None  # until it is settled; None where reading `to_read` may not settle it

    @property
    def key(self) -> str:
        """Names the requirement in queues and files: phase|topic|outlet|unit."""
        return f"{self.phase}|{self.topic}|{self.outlet}|{self.unit}"


@dataclass(frozen=True, slots=True)
class OutletPhase:
    """How well one outlet was observed in one phase, and what it published there on any subject."""

    outlet: str
    phase: str
    days_proved: int
    days_total: int
    missing_days: tuple[date, ...]
    reasons: tuple[Reason, ...]  # distinct reasons of the missing days
    article_ids: tuple[str, ...]
    per_day: tuple[int, ...] = ()  # of `article_ids`, on each day of the phase from its first; () in audits of old
    on_topic: tuple[int, ...] = ()  # of `per_day`, those with a topic by a person's word or, unreviewed, the machine's


@dataclass(frozen=True, slots=True)
class Forecast:
    """How likely a requirement of a running phase will be missed if the outlet goes on as it does."""

    phase: str
    topic: str
    outlet: str
    duty: Duty
    unit: Unit
    verified: Number  # so far; for days: silence that runs now, by confirmed items
    likely: Number  # with what the machine expects; for days: silence that runs now, with the machine's items
    needed: Number
    days_seen: int  # observed days of the phase so far
    days_left: int
    pace: float  # items or minutes a day, expected from now on
    pace_needed: float  # items or minutes a day that would still meet the duty; for days: 1 / longest silence allowed
    missing: float  # probability of missing the duty, 0 to 1
    last_day: date  # by when the next item, or the last of them, must appear


@dataclass(frozen=True, slots=True)
class Drift:
    """Whether three views of one topic in one phase still agree: scores, reviewed recall, estimate."""

    phase: str
    topic: str
    expected: float  # texts, by the sum of scores
    low: float  # by the readings
    high: float
    recall_now: tuple[int, int]  # of the sample's positives: found by the machine, all; in this phase
    recall_before: tuple[int, int]  # the same in the model's own assessment; (0, 0) where it has none
    parted: bool | None  # None: nothing was read by chance, so nobody can tell


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two readers of the same articles agree on one topic."""

    topic: str
    twice: int  # articles read by two
    alpha: float | None  # Krippendorff's; None where it is not defined
    low: float | None
    high: float | None
    shared: float  # share of "yes" of either that the other gives too: positive specific agreement, 0 to 1
    poor: bool  # alpha lies under the campaign's threshold


@dataclass(frozen=True, slots=True)
class Sample:
    """The uniform sample so far, in texts."""

    rate: float  # of the widest uniform draw; 0 where none was drawn
    drawn: int
    read: int
    skipped: int  # drawn, and refused by its readers
    pending: int  # drawn, and nobody has come to it


@dataclass(frozen=True, slots=True)
class Risk:
    """What the whole report risks."""

    each: float  # most that the probability of a false gap can be, for each requirement tested
    tested: int  # requirements that statistics were allowed to judge
    gaps: int  # of them, called a gap by statistics
    expected: float  # false gaps among them, at most, in expectation
    limit: float  # what the campaign allows


@dataclass(frozen=True, slots=True)
class AuditResult:
    """One audit: everything a report shows, and nothing that needs the store again."""

    as_of: date
    directive: Directive
    codebook: str  # version
    model: str  # version of the champion
    phases: tuple[Phase, ...]
    outlets: tuple[Outlet, ...]
    topics: tuple[tuple[str, str, str], ...]  # id, name, name_en
    cells: tuple[Cell, ...]  # every phase x topic x outlet
    verdicts: tuple[Verdict, ...]
    observed: tuple[OutletPhase, ...]
    items: Mapping[str, AuditItem]  # articles that the report shows, by id; lists too long for it name more
    undated_ids: tuple[str, ...]  # stored, shown, counted in no phase
    failures: tuple[FailedUrl, ...] = ()  # of the last night, ordered by outlet, source and address
    health: tuple[Health, ...] = ()  # of every source, those that somebody must act on first; () in audits of old
    last_day_over: date | None = None  # that could be seen whole; None: the day of the audit itself
    estimates: tuple[Estimate, ...] = ()
    forecasts: tuple[Forecast, ...] = ()  # likeliest to be missed first
    drifts: tuple[Drift, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    sample: Sample = Sample(0.0, 0, 0, 0, 0)
    risk: Risk = Risk(0.0, 0, 0, 0.0, 0.0)
    groups: tuple[tuple[str, str, str], ...] = ()  # id, name, name_en; () in audits of old
    at_risk: float = 0.5  # probability of missing a duty from which somebody is asked to act: digest.at_risk
    inputs: Mapping[str, str] = field(
        default_factory=dict
    )  # name -> digest: config, codebook, model, articles, labels, …

    @property
    def seen_to(self) -> date:
        """The last day of which lack of proof can be told; later ones lie ahead."""
        return self.last_day_over or self.as_of

    @property
    def risky(self) -> tuple[Forecast, ...]:
        """The requirements of running phases that are likely enough to be missed for somebody to act."""
        return tuple(each for each in self.forecasts if each.missing >= self.at_risk)


__all__ = [
    "Agreement",
    "AuditItem",
    "AuditResult",
    "Cell",
    "ChannelCount",
    "Doubt",
    "Drift",
    "Estimate",
    "Forecast",
    "Method",
    "OutletPhase",
    "Risk",
    "Sample",
    "Unit",
    "Verdict",
    "VerdictName",
]
