"""What the templates of the HTML report are given: one frozen dataclass for each, all text ready to be set.

Every number that counts something is a `Count`: it carries the CSS selector of the rows it counts, so that a reader
can open them and a test can count them again. A list that is cut ends in a row that says how many it leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import VerdictName


@dataclass(frozen=True, slots=True)
class Count:
    """A number, where its list opens, and the CSS selector of the rows it counts."""

    value: int
    selector: str
    href: str = ""  # "" where there is nothing to open


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the four figures on top: how many requirements got this verdict."""

    verdict: VerdictName
    name: str
    count: Count
    share: str  # of all requirements, percent
    meaning: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures that the opening sentences speak of."""

    articles: Count
    undated: Count
    duties: Count
    verified: Count  # article x topic
    machine: Count
    outlets: int
    unseen_outlets: tuple[str, ...]  # names of outlets with days that could not be observed; the last may count others


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One requirement of one duty of one outlet, with its verdict."""

    outlet: str
    phase: str
    topic: str
    verdict: VerdictName
    verdict_name: str
    verified: str  # with unit: what reviewers confirmed
    machine: str  # with unit: what the machine adds; "" for days
    needed: str  # with unit
    reason: str
    basis: str  # how it was settled and at which risk, or what keeps it from being settled; "" where nothing is to say
    doubts: str  # what keeps statistics from settling it; "" where nothing does
    silence: str
    first_day: str
    last_day: str
    href: str  # of the list that it counts


@dataclass(frozen=True, slots=True)
class DutyGroup:
    """The requirements of one outlet. `id` is the outlet's, the same in every table."""

    id: str
    outlet: str
    rows: tuple[DutyRow, ...]
    counts: tuple[tuple[VerdictName, str, int], ...]  # verdict, its name, how many; only those that occur


@dataclass(frozen=True, slots=True)
class DutyTable:
    """All requirements with one verdict, grouped by outlet."""

    id: str
    verdict: VerdictName
    title: str
    note: str
    empty: str
    groups: tuple[DutyGroup, ...]
    later: tuple[DutyGroup, ...]  # those of them for which nobody can do anything before their phase has ended
    later_number: int
    count: Count
    more: int  # requirements that the table leaves out; the sections of the outlets have them
    folded: bool


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One article in a list."""

    title: str
    url: str  # "" where it is no web address
    day: str
    outlet: str
    channel: str
    minutes: str
    words: str
    front: str  # where it stood, if on a first or home page
    score: str  # of the machine for the topic; "" where it gave none
    evidence: str
    original: bool  # others in this report carry its text
    reprint: str  # of whose text; "" where the text is its own
    date_note: str
    archive: str  # name of the file: it lies with the store, and a report travels
    sha256: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Articles of a list, and how many more it leaves out."""

    rows: tuple[ArticleRow, ...]
    more: int = 0

    @property
    def number(self) -> int:
        """Counts all of them."""
        return len(self.rows) + self.more


@dataclass(frozen=True, slots=True)
class MapCell:
    """One cell of a heat map."""

    id: str
    verified: Count
    machine: Count
    verdict: VerdictName | None
    verdict_name: str
    estimate: str  # with its interval; "" where there is none
    doubtful: bool  # the estimate's limits are not to be trusted, or not alone
    level: int  # 0 to 4, shade by count, for cells without a duty
    unproved: bool  # some day up to the audit's day could not be observed: silence there proves nothing
    absent: bool  # the outlet did not exist in the phase
    label: str  # the whole cell in words, for those who cannot see it


@dataclass(frozen=True, slots=True)
class MapRow:
    """One topic of a heat map."""

    topic: str
    verified: Count
    machine: Count
    estimate: str
    doubtful: bool
    cells: tuple[MapCell, ...]


@dataclass(frozen=True, slots=True)
class MapColumn:
    """One outlet of a heat map, and how much of the phase was observed."""

    outlet: str
    proved: str  # 21/24
    whole: bool


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Some outlets x all topics of one phase."""

    columns: tuple[MapColumn, ...]
    rows: tuple[MapRow, ...]


@dataclass(frozen=True, slots=True)
class CellList:
    """The articles behind one cell, and the verdicts that rest on them."""

    id: str
    back: str  # id of the cell it belongs to
    outlet: str
    verified: Listing
    machine: Listing
    figures: tuple[str, ...]  # different texts, reprints, minutes, words, first pages, channels: what there is to say
    to_read: tuple[ArticleRow, ...]  # unread, likeliest first, where reading them may settle a verdict
    duties: tuple[DutyRow, ...]
    silence: str
    first_day: str
    last_day: str


@dataclass(frozen=True, slots=True)
class TopicList:
    """The lists of one topic in one phase."""

    id: str
    back: str
    phase: str
    topic: str
    lists: tuple[CellList, ...]


@dataclass(frozen=True, slots=True)
class PhaseView:
    """One phase: its heat maps and the lists that they open."""

    id: str
    number: str  # I, II, III
    name: str
    days: str
    state: str  # "" once it is over
    maps: tuple[HeatMap, ...]
    topics: tuple[TopicList, ...]


@dataclass(frozen=True, slots=True)
class CollectedRow:
    """How one outlet was observed in one phase, and what it published on any subject."""

    outlet: str
    phase: str
    proved: int
    total: int
    ahead: int  # days after the audit's day
    missing: tuple[tuple[str, int], ...]  # span, its days
    reasons: tuple[str, ...]
    articles: Count
    id: str
    listed: Listing


@dataclass(frozen=True, slots=True)
class Mark:
    """A span on the timeline, in percent of its width."""

    left: float
    width: float
    text: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """The days of one outlet: bars of what it published, spans that could not be observed."""

    outlet: str
    all_path: str  # SVG path over `Timeline.days` x 20: every article
    counted_path: str  # those with a topic
    untold: bool  # the audit does not say what was published on which day
    missing: tuple[Mark, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """All outlets over the days of the campaign."""

    days: int
    peak: int  # articles a day that reach the top of a strip
    phases: tuple[Mark, ...]
    months: tuple[Mark, ...]
    strips: tuple[Strip, ...]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source that is not well."""

    outlet: str
    source: str  # id, as in config.toml
    state: str  # in words
    broken: bool  # somebody must act
    findings: tuple[str, ...]
    last_published: str


@dataclass(frozen=True, slots=True)
class Sources:
    """How the sources are: those that are not well one by one, the others by their ids."""

    unwell: tuple[SourceRow, ...]
    well: tuple[str, ...]
    number: Count  # of the well ones


@dataclass(frozen=True, slots=True)
class FailedRow:
    """One address that could not be read."""

    url: str
    source: str
    why: str


@dataclass(frozen=True, slots=True)
class FailedGroup:
    """The addresses of one outlet that could not be read in the last night."""

    outlet: str
    number: Count
    id: str
    listed: tuple[FailedRow, ...]
