"""The application: the pages joined behind one door, and what happens to what they raise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from types import ModuleType
from typing import Final

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.errors import ModelError
from pipeline.config import Config
from pipeline.errors import InputError, PipelineError, StoreError
from pipeline.report.reasons import error_in_words
from pipeline.store import Store
from pipeline.web import (
    adjudicate,
    agreement,
    api,
    article,
    browse,
    bulk,
    codebook,
    dating,
    drafting,
    drafts,
    home,
    login,
    models,
    queue,
    report_api,
    reports,
    static,
    users,
)
from pipeline.web.address import address_of
from pipeline.web.campaign import Campaign
from pipeline.web.cookies import Jar
from pipeline.web.desk import PageError
from pipeline.web.guard import Guard
from pipeline.web.problem import problem
from pipeline.web.render import render
from pipeline.web.report_shelf import Shelf
from pipeline.web.security import GATE, known
from pipeline.wording import Words

PAGES: Final[tuple[ModuleType, ...]] = (
    home,
    reports,
    queue,
    adjudicate,
    agreement,
    browse,
    article,
    dating,
    bulk,
    codebook,
    drafts,
    drafting,
    models,
    login,
    users,
    api,
    report_api,
    static,
)
"""Every page module: `ROUTES`, and where it has them `NAV` (entries of the bar) and `panel` (what home shows of it).
The order is that of the bar and of the home page."""

WORKERS: Final = 12  # requests at work at once; the store's pool has 15 connections

FAULTS: Final = {
    404: ("There is no such page.", "Không có trang này."),
    405: ("This cannot be done here.", "Không làm được việc này ở đây."),
}


def make_app(config: Config, store: Store, *, now: Callable[[], datetime], token: Callable[[], str]) -> Guard:
    """Makes the application over one campaign and its store, behind its guard: pages of faults pass it too.

    Args:
        config: of the campaign; `web` says under which addresses browsers may come.
        store: open, and left open.
        now: the clock, in UTC.
        token: gives 256 random bits as text with each call.

    Raises:
        InputError: `web` would show the pages to other machines without TLS.
        TypeError: a page's handler lacks `@needs`.
    """
    address = address_of(config)
    app = Starlette(
        routes=routes(),
        exception_handlers={
            HTTPException: _http_fault,
            PipelineError: _pipeline_fault,
            ModelError: _model_fault,
            Exception: _our_fault,
        },
        lifespan=_lifespan,
    )
    app.router.redirect_slashes = False
    app.state.campaign, app.state.store, app.state.now, app.state.token = Campaign(config), store, now, token
    app.state.jar, app.state.shelf = Jar.of(address, config.web.port), Shelf(store)
    app.state.nav = tuple(entry for page in PAGES for entry in getattr(page, "NAV", ()))
    app.state.panels = tuple(page.panel for page in PAGES if hasattr(page, "panel"))
    return Guard(app, address)


def routes() -> list[Route]:
    """Gives the routes of all pages; one that has not passed the gate is a fault of ours."""
    found = [route for page in PAGES for route in page.ROUTES]
    for route in found:
        if not hasattr(route.endpoint, GATE):
            raise TypeError(f"{route.path}: the handler lacks @needs")
    return found


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = WORKERS
    async with anyio.create_task_group() as beside:
        beside.start_soon(app.state.shelf.keep_newest)
        yield
        beside.cancel_scope.cancel()


def _http_fault(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    en, vi = FAULTS.get(status, ("The request cannot be read.", "Không đọc được yêu cầu."))
    request.state.desk = known(request)
    return _fault(request, PageError(status, en, vi), status)


def _pipeline_fault(request: Request, error: Exception) -> Response:
    shown, status = error if isinstance(error, PipelineError) else PipelineError(str(error)), 409
    if isinstance(error, PageError):
        status = error.status
    elif isinstance(error, InputError):
        status = 400
    elif isinstance(error, StoreError):
        name = str(request.app.state.store.name)  # where the store lies is nobody's business here
        shown = PipelineError(str(error).replace(name, "store"), error.vi.replace(name, "kho"))
    return _fault(request, shown, status)


def _model_fault(request: Request, error: Exception) -> Response:
    """Says which file of a model is wrong, and the remedy."""
    folder = f"{request.app.state.campaign.config.data}/"  # where the data lie is nobody's business either
    en, vi = str(error), error_in_words(error, Words("vi")) if isinstance(error, ModelError) else str(error)
    return _fault(request, PipelineError(en.replace(folder, ""), vi.replace(folder, "")), 409)


def _our_fault(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the server's log has it
    vi = "Chương trình gặp lỗi; việc vừa làm có thể chưa được lưu. Nhật ký của máy chủ có ghi chi tiết."
    en = "The program failed; what you just did may not be stored. The server's log has the details."
    return _fault(request, PipelineError(en, vi), 500)


def _fault(request: Request, error: PipelineError, status: int) -> Response:
    """Says what was wrong: as a page, or as JSON to programs."""
    if request.url.path.startswith("/api/"):
        return problem(status, str(error), error.vi)
    return render(request, "error.html", error, status=status)
