"""Login and logout, and the switches of language and theme, which work before a login too."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipeline.steps.login import TryLater, log_in, log_out
from pipeline.web.cookies import YEAR_S
from pipeline.web.desk import desk_of
from pipeline.web.render import render
from pipeline.web.security import LOGIN_BYTES, client_address, jar, local_path, needs, read_form, text_field


@dataclass(frozen=True, slots=True)
class LoginView:
    """The login page: where to go afterwards, and why the last try failed."""

    next: str
    name: str = ""
    wrong: bool = False
    later: datetime | None = field(default=None)


@needs(None)
def login(request: Request) -> Response:
    """Shows the login page."""
    after = local_path(request.query_params.get("next", "/"))
    return (
        RedirectResponse(after, 303) if desk_of(request).user.name else render(request, "login.html", LoginView(after))
    )


@needs(None, limit=LOGIN_BYTES)
def enter(request: Request) -> Response:
    """Begins a session under a new token, whatever cookie came with the request."""
    desk, form, cookies = desk_of(request), read_form(request), jar(request)
    name, password = text_field(form, "name"), form.get("password")
    after = local_path(text_field(form, "next") or "/")
    given = password if isinstance(password, str) else ""
    done = log_in(desk.config, desk.store, name, given, client_address(request), desk.token, desk.now)
    if done is None:
        return render(request, "login.html", LoginView(after, name, wrong=True), status=401)
    if isinstance(done, TryLater):
        view = LoginView(after, name, later=done.at)
        response: Response = render(request, "login.html", view, status=429)
        response.headers["retry-after"] = str(max(1, int((done.at - desk.now).total_seconds()) + 1))
        return response
    if old := cookies.token(request, cookies.session):
        log_out(desk.store, old)
    response = RedirectResponse(after, 303)
    cookies.put(response, cookies.session, done.token)
    cookies.drop(response, cookies.early)
    return response


@needs(None, limit=LOGIN_BYTES)
def leave(request: Request) -> Response:
    """Ends the session."""
    cookies = jar(request)
    log_out(desk_of(request).store, cookies.token(request, cookies.session))
    response = RedirectResponse("/login", 303)
    cookies.drop(response, cookies.session)
    return response


@needs(None, limit=LOGIN_BYTES)
def language(request: Request) -> Response:
    """Keeps the chosen language in a cookie."""
    return _kept(request, "rasoat-lang", ("vi", "en"))


@needs(None, limit=LOGIN_BYTES)
def theme(request: Request) -> Response:
    """Keeps the chosen theme in a cookie."""
    return _kept(request, "rasoat-theme", ("auto", "light", "dark"))


def _kept(request: Request, name: str, choices: tuple[str, ...]) -> Response:
    form = read_form(request)
    chosen = text_field(form, "choice")
    response = RedirectResponse(local_path(text_field(form, "next") or "/"), 303)
    jar(request).put(response, name, chosen if chosen in choices else choices[0], YEAR_S)
    return response


ROUTES: Final = (
    Route("/login", login, methods=["GET"]),
    Route("/login", enter, methods=["POST"]),
    Route("/logout", leave, methods=["POST"]),
    Route("/language", language, methods=["POST"]),
    Route("/theme", theme, methods=["POST"]),
)
