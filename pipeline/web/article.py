"""The page of one article: its text and what became of it, its day and why, its archived copy, and who said what of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from crawlers.archive import Record
from crawlers.article import DateEvidence, DateKind
from crawlers.dates import local_day
from crawlers.decode import decode
from crawlers.errors import ParseError
from pipeline.difference import Mark, rewritten
from pipeline.errors import InputError
from pipeline.records import Origin
from pipeline.steps.browse import ArticlePage, archived, article_page
from pipeline.store.articles import Revision
from pipeline.web.browse import FoundView, found_view
from pipeline.web.desk import Desk, PageError, desk_of
from pipeline.web.reading import topic_name
from pipeline.web.render import moment, render
from pipeline.web.security import clean_html, needs, web_address
from pipeline.wording import Pair

DIFF_LINES: Final = 2_000  # of two texts, compared one by one; lines that repeat cost the square of their number
DIFF_WORDS: Final = 4_000  # of a rewritten passage compared word by word; beyond it whole paragraphs are told apart
REVISION_DIGITS: Final = 9  # of a revision's number; Python refuses to read thousands of them as a number
MOST_COPY: Final = 2_000_000  # characters of an archived page that are shown; the file can be had whole
SANDBOX: Final = (
    "sandbox; default-src 'none'; style-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""The policy of an archived copy: nothing in it runs, loads or submits, whatever the sanitiser overlooked."""

KINDS: Final[dict[DateKind, Pair]] = {
    "json_ld": ("dữ liệu cấu trúc của trang (JSON-LD)", "structured data of the page (JSON-LD)"),
    "meta": ("thẻ meta của trang", "meta tag of the page"),
    "time": ("thẻ thời gian của trang", "time element of the page"),
    "byline": ("dòng ngày đăng trên trang", "date line on the page"),
    "feed": ("nguồn tin RSS", "feed"),
    "sitemap": ("sơ đồ trang (sitemap)", "sitemap"),
    "listing": ("trang danh mục", "listing page"),
    "url": ("địa chỉ trang", "address of the page"),
    "dateline": ("dòng địa điểm, ngày tháng đầu bài", "dateline of the text"),
    "log": ("sổ theo dõi của cơ quan", "log of the outlet"),
}
ORIGINS: Final[dict[Origin, Pair]] = {
    "review": ("đọc bài", "reading"),
    "bulk": ("gán hàng loạt", "bulk"),
    "undo": ("rút lại", "undo"),
    "import": ("nhập từ tệp", "imported"),
    "codebook": ("đổi bộ chủ đề", "codebook change"),
}


@dataclass(frozen=True, slots=True)
class Copy:
    """An archived page as it is shown; `html` is sanitised."""

    url: str
    at: datetime
    html: str


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence of the day."""

    kind: str
    value: str
    precise: str  # day, minute or second
    text: str  # as the page shows it


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One state of the article; `runs` is what changed since the one before."""

    number: int
    fetched: str
    state: str
    proofs: tuple[Proof, ...]
    runs: tuple[tuple[Mark, str], ...]
    archive: str  # file; "" where there is none
    sha256: str
    newest: bool


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One event of the article's history, of a label, an adjudication or a day."""

    at: datetime
    who: str
    what: str
    value: bool | None
    how: str
    evidence: str
    codebook: str


@dataclass(frozen=True, slots=True)
class Scored:
    """What the model says of one topic."""

    name: str
    score: str
    threshold: str
    decided: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article."""

    found: FoundView
    url: str  # "" where it is no web address
    shown_url: str
    source: str
    paragraphs: tuple[str, ...]
    revisions: tuple[RevisionView, ...]  # the newest first
    history: tuple[HistoryRow, ...]  # the newest first
    scores: tuple[Scored, ...]
    model: str
    reprints: tuple[FoundView, ...]
    mine: date | None  # the day that the reader gave it and that stands


@needs("reader")
def article(request: Request) -> Response:
    """Shows one article."""
    desk = desk_of(request)
    try:
        page = article_page(desk.config, desk.store, request.path_params["article"], desk.user)
    except InputError as error:
        raise PageError(404, str(error), error.vi) from error
    return render(request, "article.html", _view(desk, page))


@needs("reader")
def copy(request: Request) -> Response:
    """Shows the archived page, sanitised, in a sandbox of its own."""
    desk = desk_of(request)
    record = _record(desk, request)
    try:
        text = decode(record.body, record.content_type)[:MOST_COPY]
    except ParseError as error:
        raise PageError(
            409, "The archived page is no text; download it.", "Bản lưu trữ không phải văn bản; hãy tải tệp về."
        ) from error
    shown = render(request, "copy.html", Copy(record.url, record.fetched_at, clean_html(text)))
    return HTMLResponse(shown.body, headers={"content-security-policy": SANDBOX})


@needs("reader")
def download(request: Request) -> Response:
    """Gives the archived page byte by byte, as a text file to be saved: browsers run nothing of it."""
    desk = desk_of(request)
    record = _record(desk, request)
    name = f"{request.path_params['article']}-{int(request.path_params['revision'])}.txt"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-security-policy": SANDBOX,
        "content-type": "text/plain",  # without a charset: the bytes are in that of the page
    }
    return Response(record.body, headers=headers)


def proofs(desk: Desk, evidence: Sequence[DateEvidence]) -> tuple[Proof, ...]:
    """Writes out the evidence of a day, the strongest first."""
    precise = {
        "day": desk.t("đến ngày", "to the day"),
        "minute": desk.t("đến phút", "to the minute"),
        "second": desk.t("đến giây", "to the second"),
    }
    return tuple(
        Proof(
            kind=desk.words.pair(KINDS[each.kind]),
            value=desk.words.day(local_day(each.value)) if each.precision == "day" else moment(desk.words, each.value),
            precise=precise[each.precision],
            text=each.text,
        )
        for each in evidence
    )


def compared(old: str, new: str) -> tuple[tuple[Mark, str], ...]:
    """Tells two texts apart: paragraph by paragraph, and word by word where a paragraph was rewritten.

    Of texts with more than DIFF_LINES lines only what they begin and end with alike is told apart.
    """
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if len(before) + len(after) > DIFF_LINES:
        return _ends_compared(before, after)
    runs: list[tuple[Mark, str]] = []
    for tag, first, last, start, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, came = "".join(before[first:last]), "".join(after[start:stop])
        if tag == "equal":
            runs.append(("same", came))
        elif tag == "replace" and len(gone.split()) + len(came.split()) <= DIFF_WORDS:
            runs.extend(rewritten(gone, came))
        else:
            runs.extend((("gone", gone), ("new", came)))
    return tuple((mark, text) for mark, text in runs if text)


def _ends_compared(before: Sequence[str], after: Sequence[str]) -> tuple[tuple[Mark, str], ...]:
    head = _alike(before, after)
    tail = _alike(before[: head - 1 if head else None : -1], after[: head - 1 if head else None : -1])
    stop, end = len(before) - tail, len(after) - tail
    runs: tuple[tuple[Mark, Sequence[str]], ...] = (
        ("same", after[:head]),
        ("gone", before[head:stop]),
        ("new", after[head:end]),
        ("same", after[end:]),
    )
    return tuple((mark, "".join(lines)) for mark, lines in runs if lines)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Counts the lines with which both begin alike."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _record(desk: Desk, request: Request) -> Record:
    number = request.path_params["revision"]
    if not (number.isascii() and number.isdigit() and len(number) <= REVISION_DIGITS):
        raise PageError(404, "There is no such archived page.", "Không có bản lưu trữ này.")
    try:
        return archived(desk.config, desk.store, request.path_params["article"], int(number))
    except InputError as error:
        raise PageError(404, str(error), error.vi) from error


def _view(desk: Desk, page: ArticlePage) -> ArticleView:
    stored = page.found.article
    mine = [event for event in page.dates if event.reviewer == desk.user.name]
    return ArticleView(
        found=found_view(desk, page.found, ()),
        url=web_address(stored.url),
        shown_url=stored.url,
        source=stored.source,
        paragraphs=tuple(stored.text.split("\n")) if stored.text else (),
        revisions=_revisions(desk, page.revisions),
        history=_history(desk, page),
        scores=tuple(
            Scored(
                topic_name(desk, each.topic),
                desk.words.score(each.score),
                desk.words.score(each.threshold),
                each.decided,
                each.evidence,
            )
            for each in page.suggestions
        ),
        model=page.model,
        reprints=tuple(found_view(desk, each, ()) for each in page.reprints),
        mine=mine[-1].day if mine else None,
    )


def _revisions(desk: Desk, revisions: Sequence[Revision]) -> tuple[RevisionView, ...]:
    texts = [f"{each.title}\n{each.lead}\n{each.body}" for each in revisions]
    from_before = [(), *(compared(old, new) for old, new in pairwise(texts))]
    views = [
        RevisionView(
            number=each.revision,
            fetched=moment(desk.words, each.fetched_at),
            state=each.date_state,
            proofs=proofs(desk, each.date_evidence),
            runs=runs if any(mark != "same" for mark, _ in runs) else (),
            archive=each.archive.file if each.archive else "",
            sha256=each.archive.sha256 if each.archive else "",
            newest=each is revisions[-1],
        )
        for each, runs in zip(revisions, from_before, strict=True)
    ]
    return tuple(reversed(views))


def _history(desk: Desk, page: ArticlePage) -> tuple[HistoryRow, ...]:
    rows = [
        HistoryRow(
            at=event.at,
            who=event.reviewer,
            what=topic_name(desk, event.topic),
            value=event.value,
            how=desk.words.pair(ORIGINS[event.origin])
            + (desk.t(", có xem gợi ý", ", suggestion seen") if event.suggestion_seen else ""),
            evidence=event.evidence or "",
            codebook=event.codebook,
        )
        for event in page.labels
    ]
    rows += [
        HistoryRow(
            at=word.at,
            who=word.lead,
            what=topic_name(desk, word.topic),
            value=word.value,
            how=desk.t("phân xử", "adjudication"),
            evidence=word.note or "",
            codebook=word.codebook,
        )
        for word in page.adjudications
    ]
    rows += [
        HistoryRow(
            at=event.at,
            who=event.reviewer,
            what=desk.t("Ngày đăng", "Day") + (f": {desk.words.day(event.day)}" if event.day else ""),
            value=True if event.day else None,
            how=desk.t("xác định ngày", "dating"),
            evidence=event.note,
            codebook="",
        )
        for event in page.dates
    ]
    return tuple(sorted(rows, key=lambda row: row.at, reverse=True))


ROUTES: Final = (
    Route("/articles/{article}", article, methods=["GET"]),
    Route("/articles/{article}/archive/{revision}", copy, methods=["GET"]),
    Route("/articles/{article}/archive/{revision}/file", download, methods=["GET"]),
)
