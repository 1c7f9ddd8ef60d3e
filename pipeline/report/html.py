"""The HTML report: one file that needs nothing else, for the screen of a head of department and for A4 paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.audits import AuditResult
from pipeline.records import Directive
from pipeline.report.actions import Action, actions
from pipeline.report.articles import listing
from pipeline.report.collection import collected_rows, failed_groups, timeline
from pipeline.report.duties import urgent_tables
from pipeline.report.estimates import Estimates, estimates
from pipeline.report.files import WITH_LISTS, first
from pipeline.report.forecasts import Forecasts, forecasts
from pipeline.report.index import Index
from pipeline.report.maps import MAX_COLUMNS, phase_views
from pipeline.report.method import Chapter, chapters
from pipeline.report.outlets import OutletSection, outlet_sections
from pipeline.report.page import (
    CollectedRow,
    DutyTable,
    FailedGroup,
    Listing,
    PhaseView,
    Sources,
    Summary,
    Tile,
    Timeline,
)
from pipeline.report.sources import sources
from pipeline.report.summary import summary, tiles
from pipeline.report.trust import Trust, trust
from pipeline.report.words import clean
from pipeline.settings import ReportFormat, ReportSettings
from pipeline.wording import Words

PRINTED_AT_MOST: Final = 2_000  # rows of lists, about 200 pages of A4; longer lists stay on the screen
UNDATED_AT_MOST: Final = 500  # articles without a sure date in the page
OPEN_AT_MOST: Final = 12  # outlets; more sections start folded


@dataclass(frozen=True, slots=True)
class Page:
    """The whole report."""

    lang: str
    title: str
    directive: Directive
    directive_number: str
    directive_date: str
    as_of: str
    summary: Summary
    tiles: tuple[Tile, ...]
    actions: tuple[Action, ...]
    forecasts: Forecasts | None  # None where no phase runs
    at_risk: str
    urgent: tuple[DutyTable, ...]
    phases: tuple[PhaseView, ...]
    estimates: Estimates | None  # None where nothing was estimated
    trust: Trust
    outlets: tuple[OutletSection, ...]
    folded: bool  # the sections of the outlets start folded
    timeline: Timeline | None
    collected: tuple[CollectedRow, ...]
    sources: Sources | None  # None in audits that did not look
    undated: Listing
    failures: tuple[FailedGroup, ...]  # most addresses first
    codebook: str
    model: str
    version: str  # of the program
    method: tuple[Chapter, ...]
    columns_note: bool  # some heat map is cut into several tables
    long: bool  # too many items to print
    tables_file: str  # that has what tables here leave out; "" where none is written
    lists_file: str  # the same of lists


def render(
    result: AuditResult, *, lang: str = "vi", formats: tuple[ReportFormat, ...] = ReportSettings().formats
) -> str:
    """Gives the report as one HTML document, in Vietnamese or ("en") in English; the same arguments, the same text.

    Where it leaves something out it names which of the files in `formats` has it.

    Article links lead to the outlets; archived files are named, with the SHA-256 of the page.
    """
    index = Index.of(result, Words("en" if lang == "en" else "vi"), formats)
    return rendered("page.html", page=_page(index), w=index.words, t=index.words.t)


def rendered(template: str, **names: object) -> str:
    """Renders a template of reports, control characters left out."""
    return clean(_environment().get_template(template).render(**names))


@cache
def _environment() -> Environment:
    """Gives what renders the templates: all text escaped; they are read once."""
    made = Environment(
        loader=PackageLoader("pipeline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["join_words"] = lambda parts, words: words.listing(parts)
    return made


def _page(index: Index) -> Page:
    result, words = index.result, index.words
    phases, collected = phase_views(index), collected_rows(index)
    lists = [each for phase in phases for topic in phase.topics for each in topic.lists]
    return Page(
        lang=words.lang,
        title=words.t("Báo cáo rà soát tin, bài theo văn bản chỉ đạo", "Coverage of an official directive"),
        directive=result.directive,
        directive_number=index.directive_number,
        directive_date=words.letter_date(result.directive.date),
        as_of=words.day(result.as_of),
        summary=summary(index),
        tiles=tiles(index),
        actions=actions(index),
        forecasts=forecasts(index),
        at_risk=index.at_risk,
        urgent=urgent_tables(index),
        phases=phases,
        estimates=estimates(index),
        trust=trust(index),
        outlets=outlet_sections(index, collected),
        folded=len(result.outlets) > OPEN_AT_MOST,
        timeline=timeline(index),
        collected=collected,
        sources=sources(index),
        undated=listing(index, result.undated_ids, at_most=UNDATED_AT_MOST),
        failures=failed_groups(index),
        codebook=result.codebook,
        model=result.model,
        version=version("rasoat"),
        method=chapters(index),
        columns_note=len(result.outlets) > MAX_COLUMNS,
        long=sum(len(each.verified.rows) + len(each.machine.rows) for each in lists) > PRINTED_AT_MOST,
        tables_file=index.tables_file,
        lists_file=first(WITH_LISTS, index.formats),
    )
