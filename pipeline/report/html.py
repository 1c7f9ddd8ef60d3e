"""The HTML report: one file that needs nothing else, for the screen of a head of department and for A4 paper."""

from __future__ import annotations

from importlib.metadata import version

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.audits import AuditResult
from pipeline.report.articles import article_rows
from pipeline.report.collection import collected_rows, failed_groups, timeline
from pipeline.report.duties import duty_groups, urgent_tables
from pipeline.report.index import Index
from pipeline.report.maps import MAX_COLUMNS, phase_views
from pipeline.report.page import Page
from pipeline.report.sources import sources
from pipeline.report.summary import summary, tiles
from pipeline.report.words import clean
from pipeline.wording import Words

PRINTED_AT_MOST = 2_000  # rows of lists, about 200 pages of A4; longer lists stay on the screen


def render(result: AuditResult, *, lang: str = "vi") -> str:
    """Gives the report as one HTML document, in Vietnamese or ("en") in English; the same result, the same text.

    Article links lead to the outlets; archived files are named, with the SHA-256 of the page.
    """
    index = Index(result, Words("en" if lang == "en" else "vi"))
    return environment().get_template("page.html").render(page=_page(index), w=index.words, t=index.words.t)


def environment() -> Environment:
    """Gives what renders the templates of reports: all text escaped, control characters left out."""
    made = Environment(
        loader=PackageLoader("pipeline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )
    made.filters["join_words"] = lambda parts, words: words.listing(parts)
    return made


def _clean(value: object) -> object:
    return clean(value) if type(value) is str else value


def _page(index: Index) -> Page:
    result, words = index.result, index.words
    return Page(
        lang=words.lang,
        title=words.t("Báo cáo rà soát tin, bài theo văn bản chỉ đạo", "Coverage of an official directive"),
        directive=result.directive,
        directive_date=words.letter_date(result.directive.date),
        as_of=words.day(result.as_of),
        summary=summary(index),
        tiles=tiles(index),
        urgent=urgent_tables(index),
        phases=phase_views(index),
        duties=duty_groups(index, result.verdicts),
        timeline=timeline(index),
        collected=collected_rows(index),
        sources=sources(index),
        undated=article_rows(index, result.undated_ids),
        failures=failed_groups(index),
        codebook=result.codebook,
        model=result.model,
        version=version("rasoat"),
        columns_note=len(result.outlets) > MAX_COLUMNS,
        long=sum(len(cell.verified_ids) + len(cell.machine_ids) for cell in result.cells) > PRINTED_AT_MOST,
    )
