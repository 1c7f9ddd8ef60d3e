"""The page on which the undated get their day, and what gives an article its day or takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from crawlers.dates import local_day
from pipeline.report.words import DATE_STATES
from pipeline.steps.dating import Dated, Undated, count_waiting, give_day, last_dated, take_day_back, waiting
from pipeline.store.terms import snippet
from pipeline.web.article import Proof, proofs
from pipeline.web.browse import outlet_name
from pipeline.web.desk import Desk, NavEntry, PageError, Panel, PanelRow, desk_of
from pipeline.web.render import moment, render
from pipeline.web.security import local_path, needs, read_form, text_field, web_address
from pipeline.web.selection import day_of


@dataclass(frozen=True, slots=True)
class UndatedView:
    """One article to be dated."""

    id: str
    title: str
    outlet: str
    url: str
    head: str
    state: str
    proofs: tuple[Proof, ...]
    fetched: str
    archive: int  # number of the revision whose archived page can be opened; 0 where there is none
    suggested: str  # day of the strongest evidence, as it is typed


@dataclass(frozen=True, slots=True)
class DatingView:
    """One page of articles to be dated."""

    rows: tuple[UndatedView, ...]
    count: int
    next: str
    last: Dated | None
    latest: str  # last day that can be given


HEAD: Final = 280  # characters of the text


@needs("reader")
def undated(request: Request) -> Response:
    """Lists what counts in no phase because its day is not known."""
    desk = desk_of(request)
    page = waiting(desk.store, request.query_params.get("after", ""))
    view = DatingView(
        rows=tuple(_row(desk, each) for each in page.rows),
        count=page.count,
        next=f"/undated?after={quote(page.after)}" if page.after else "",
        last=last_dated(desk.store, desk.user.name) if desk.may("reviewer") else None,
        latest=desk.words.day(local_day(desk.now)),
    )
    return render(request, "undated.html", view)


@needs("reviewer")
def give(request: Request) -> Response:
    """Gives an article its day."""
    desk, form = desk_of(request), read_form(request)
    said = text_field(form, "day", 40)
    day = day_of(said)
    if day is None:
        raise PageError(
            400,
            f'"{said}" is no day; write day/month/year, such as 5/9/2020.',
            f"“{said}” không phải là ngày; hãy nhập ngày/tháng/năm, ví dụ 5/9/2020.",
        )
    give_day(desk.store, request.path_params["article"], day, desk.user.name, desk.now, text_field(form, "note"))
    return RedirectResponse(local_path(text_field(form, "next") or "/undated"), 303)


@needs("reviewer")
def take_back(request: Request) -> Response:
    """Takes back the day that the reader gave."""
    desk = desk_of(request)
    take_day_back(desk.store, request.path_params["article"], desk.user.name, desk.now)
    return RedirectResponse(local_path(text_field(read_form(request), "next") or "/undated"), 303)


def panel(desk: Desk) -> Panel | None:
    """Tells on the home page how many articles wait for a day; None where none does."""
    count = count_waiting(desk.store)
    if not count:
        return None
    text = desk.t(
        "Bài chưa rõ ngày đăng, chưa tính vào giai đoạn nào", "Articles without a sure day, counted in no phase"
    )
    return Panel(desk.t("Ngày đăng", "Days"), (PanelRow(text, "/undated", desk.words.number(count)),))


def _row(desk: Desk, row: Undated) -> UndatedView:
    article, newest = row.article, row.newest
    strongest = newest.date_evidence[0].value if newest.date_evidence else None
    return UndatedView(
        id=article.id,
        title=article.title or article.url,
        outlet=outlet_name(desk, article.outlet),
        url=web_address(article.url),
        head="".join(piece.text for piece in snippet(article.text, (), HEAD)),
        state=desk.words.pair(DATE_STATES[newest.date_state]),
        proofs=proofs(desk, newest.date_evidence),
        fetched=moment(desk.words, newest.fetched_at),
        archive=newest.revision if newest.archive else 0,
        suggested=f"{local_day(strongest):%d/%m/%Y}" if strongest else "",
    )


NAV: Final = (NavEntry("/undated", "Ngày đăng", "Days"),)
ROUTES: Final = (
    Route("/undated", undated, methods=["GET"]),
    Route("/articles/{article}/day", give, methods=["POST"]),
    Route("/articles/{article}/day/undo", take_back, methods=["POST"]),
)
