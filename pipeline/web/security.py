"""The gate of each page: who asks, what they may, how much they may send, and whether the form is one of ours."""

from __future__ import annotations

import functools
import hmac
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final
from urllib.parse import quote, urlsplit

import anyio
import nh3
from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Message

from pipeline.readings import Role
from pipeline.steps.login import session_of, user_of_token
from pipeline.web.cookies import Jar, lang_of, theme_of
from pipeline.web.desk import NOBODY, Desk, PageError, desk_of
from pipeline.web.guard import SAFE_METHODS, has_bearer
from pipeline.web.problem import problem
from pipeline.wording import Words

PAGE_BYTES: Final = 1 << 20  # of a form of a page
IMPORT_BYTES: Final = 64 << 20  # of a file that is imported
LOGIN_BYTES: Final = 16 << 10  # of what somebody sends whom we do not know yet
BODY_S: Final = 60.0  # seconds in which a page's form must have come
IMPORT_S: Final = 600.0  # seconds in which a file must have come
MOST_DEPTH: Final = 5_000  # tags of a page that are open at once; pages of the press have some 50
MOST_FIELDS: Final = 5_000  # of a form; bulk labelling sends one an article
# Threads that compute take turns of 5 ms: with more of them at once each only waits longer for its turns.
BRIEF: Final = 2  # brief handlers at work at once
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "x-csrf-token"

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NEVER_DEEP: Final = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "option",
    ]
)  # tags without an end, or whose end may be left out
Handler = Callable[[Request], Response]
Endpoint = Callable[[Request], Awaitable[Response]]

GATE: Final = "__rasoat_gate__"  # attribute of an endpoint that has passed `needs`: the role, "" for everybody
PROGRAMS: Final = "__rasoat_programs__"  # attribute of an endpoint that takes a program's token, and no cookie


_brief: Final = RunVar[CapacityLimiter]("rasoat_brief")  # one for each server


def needs(role: Role | None, *, limit: int = PAGE_BYTES, brief: bool = False) -> Callable[[Handler], Endpoint]:
    """Makes a handler an endpoint that only users of a role, or a higher one, reach; None for everybody.

    The handler runs in a thread; before it the body has been read within `limit` bytes and the form's token compared. One
    that takes some milliseconds only is `brief`: it never waits behind those that take their time.
    """

    def wrap(handler: Handler) -> Endpoint:
        @functools.wraps(handler)
        async def endpoint(request: Request) -> Response:
            desk, fresh = await to_thread.run_sync(_desk, request, limiter=_brief_ones())
            request.state.desk = desk
            if role is not None and not desk.user.name:
                return _to_login(request)
            if role is not None and not desk.may(role):
                raise PageError(403, "Your role does not allow this.", "Vai trò của anh/chị không được làm việc này.")
            async with _formed(request, limit):
                response = await to_thread.run_sync(handler, request, limiter=_brief_ones() if brief else None)
            if fresh:
                jar(request).put(response, jar(request).early, desk.csrf, samesite="strict")
            return response

        setattr(endpoint, GATE, role or "")
        return endpoint

    return wrap


def api_needs(role: Role, *, limit: int = PAGE_BYTES) -> Callable[[Handler], Endpoint]:
    """Makes a handler an endpoint for programs: they bring a token of a user; cookies count for nothing here.

    The body, within `limit` bytes, is at `request.state.body`.
    """

    def wrap(handler: Handler) -> Endpoint:
        @functools.wraps(handler)
        async def endpoint(request: Request) -> Response:
            desk = await to_thread.run_sync(_api_desk, request, limiter=_brief_ones())
            if desk is None:
                return _api_fault(401, "Authorization: Bearer <token> is missing or not valid")
            if not desk.may(role):
                return _api_fault(403, f"the role {role} is needed")
            request.state.desk = desk
            try:
                request.state.body = await _body(request, limit)
            except PageError as error:
                return _api_fault(error.status, str(error))
            return await run_in_threadpool(handler, request)

        setattr(endpoint, GATE, role)
        setattr(endpoint, PROGRAMS, True)
        return endpoint

    return wrap


def read_form(request: Request) -> FormData:
    """Gives the form of a request, whose size and token have been checked."""
    form = request.state.form
    if not isinstance(form, FormData):
        raise TypeError(f"{request.url.path}: no form; the method is {request.method}")
    return form


def text_field(form: FormData, name: str, most: int = 10_000) -> str:
    """Gives a field's text without spaces around it; "" where it is missing.

    Raises:
        PageError: it is longer than `most` characters.
    """
    value = form.get(name)
    text = value.replace("\0", "").strip() if isinstance(value, str) else ""
    if len(text) > most:
        raise PageError(400, f"{name}: longer than {most} characters", f"{name}: dài hơn {most} ký tự")
    return text


def clean_html(dirty: str) -> str:
    """Gives a stranger's HTML with nothing in it that loads, runs, submits or styles: text, structure and plain links.

    Raises:
        PageError: more than MOST_DEPTH tags are open at once; to clean them takes the square of their number.
    """
    if _deeper_than(dirty, MOST_DEPTH):
        raise PageError(
            409,
            "The archived page is too deeply nested to be shown; download it.",
            "Bản lưu trữ lồng quá nhiều lớp nên không hiển thị được; hãy tải tệp về.",
        )
    return nh3.clean(
        dirty,
        tags={
            *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "div", "dl", "dt", "em"),
            *("figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p", "pre", "s"),
            *("small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
        },
        attributes={"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    )


def web_address(url: str) -> str:
    """Gives an address that may stand in a link; "" for any other scheme."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def local_path(raw: str) -> str:
    """Gives a path of this server to go on to; "/" for anything that could lead elsewhere."""
    return raw if raw.isprintable() and "\\" not in raw and raw.startswith("/") and not raw.startswith("//") else "/"


def jar(request: Request) -> Jar:
    """Gives the names of the server's cookies."""
    found: Jar = request.app.state.jar
    return found


def client_address(request: Request) -> str:
    """Gives the address that a request comes from, the browser's where a declared proxy stands between."""
    return request.client.host if request.client else ""


def known(request: Request) -> Desk:
    """Gives the surroundings outside of every gate: for pages that do not exist."""
    desk, fresh = _desk(request)
    return replace(desk, csrf="") if fresh else desk


def visitor(request: Request) -> Desk:
    """Gives the surroundings of somebody who need not be known: for pages of errors."""
    state, lang = request.app.state, lang_of(request)
    csrf = jar(request).token(request, jar(request).early)
    return Desk(
        state.campaign.config, state.store, NOBODY, lang, theme_of(request), state.now(), csrf, Words(lang), state.token
    )


def _desk(request: Request) -> tuple[Desk, bool]:
    """Gives the surroundings, and whether the token before a session was made just now."""
    state, lang = request.app.state, lang_of(request)
    now, token = state.now(), jar(request).token(request, jar(request).session)
    session = session_of(state.campaign.config, state.store, token, now) if token else None
    early = jar(request).token(request, jar(request).early)
    csrf = session.csrf if session else early or state.token()
    user = session.user if session else NOBODY
    identity = session.id if session else ""
    desk = Desk(
        state.campaign.config, state.store, user, lang, theme_of(request), now, csrf, Words(lang), state.token, identity
    )
    return desk, session is None and not early


def _brief_ones() -> CapacityLimiter:
    """Gives what lets in so many brief handlers of this server at once, in the order in which they came."""
    try:
        return _brief.get()
    except LookupError:
        _brief.set(made := CapacityLimiter(BRIEF))
        return made


def _api_desk(request: Request) -> Desk | None:
    if not has_bearer(request.headers):
        return None
    state, token = request.app.state, request.headers["authorization"][len("bearer ") :].strip()
    now, lang = state.now(), lang_of(request)
    user = user_of_token(state.store, token, now) if token else None
    if user is None:
        return None
    return Desk(state.campaign.config, state.store, user, lang, "auto", now, "", Words(lang), state.token)


def _api_fault(status: int, detail: str) -> JSONResponse:
    headers = {"www-authenticate": "Bearer"} if status == 401 else None
    return problem(status, detail, headers=headers)


def _to_login(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    back = f"{request.url.path}{query}" if request.method == "GET" else "/"
    where = f"/login?next={quote(back, safe='/')}"
    if request.headers.get("hx-request"):  # htmx would put the login page into a corner of this one
        return Response(status_code=401, headers={"hx-redirect": where})
    return RedirectResponse(where, 303)


def _check_csrf(request: Request) -> None:
    wanted = desk_of(request).csrf
    sent = request.headers.get(CSRF_HEADER) or read_form(request).get(CSRF_FIELD)
    if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), wanted.encode()):
        raise PageError(
            403,
            "This form is out of date; load the page again and repeat.",
            "Biểu mẫu này đã hết hiệu lực; hãy tải lại trang rồi làm lại.",
        )


def _deeper_than(html: str, most: int) -> bool:
    """Tells whether more tags than `most` are open at once; an end without a beginning ends nothing."""
    opened, depth = Counter[str](), 0
    for end, raw in _TAG.findall(html):
        name = raw.lower()
        if name in _NEVER_DEEP or (end and not opened[name]):
            continue
        change = -1 if end else 1
        opened[name] += change
        depth += change
        if depth > most:
            return True
    return False


@asynccontextmanager
async def _formed(request: Request, limit: int) -> AsyncIterator[None]:
    """Reads the form of a request that changes something, once its token is right; closes the files in it at the end."""
    if request.method in SAFE_METHODS:
        yield
        return
    request.state.form = form = await _form(request, limit)
    try:
        _check_csrf(request)
        yield
    finally:
        await form.close()


async def _form(request: Request, limit: int) -> FormData:
    bounded = Request(request.scope, _Bounded(request, limit))
    with anyio.move_on_after(IMPORT_S if limit > PAGE_BYTES else BODY_S):
        return await bounded.form(max_files=4, max_fields=MOST_FIELDS, max_part_size=min(limit, PAGE_BYTES))
    raise _too_slow()


async def _body(request: Request, limit: int) -> bytes:
    bounded = Request(request.scope, _Bounded(request, limit))
    with anyio.move_on_after(IMPORT_S if limit > PAGE_BYTES else BODY_S):
        return await bounded.body()
    raise _too_slow()


class _Bounded:
    """Receives a body as long as it stays within the limit."""

    def __init__(self, request: Request, limit: int) -> None:
        declared = request.headers.get("content-length", "0")
        if declared.isascii() and declared.isdigit() and int(declared) > limit:
            raise _too_large(limit)
        self.request = request
        self.limit = limit
        self.read = 0

    async def __call__(self) -> Message:
        message = await self.request.receive()
        self.read += len(message.get("body", b""))
        if self.read > self.limit:
            raise _too_large(self.limit)
        return message


def _too_large(limit: int) -> PageError:
    size = f"{limit >> 20} MB" if limit >= 1 << 20 else f"{limit >> 10} KB"
    return PageError(413, f"Too much was sent; at most {size} are taken.", f"Nội dung gửi lên quá lớn; tối đa {size}.")


def _too_slow() -> PageError:
    return PageError(408, "The form took too long to arrive.", "Biểu mẫu gửi lên quá chậm.")
