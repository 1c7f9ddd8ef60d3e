"""Reading: the queues, one article at a time, what is said of it, and what happens where others spoke meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from crawlers.dates import local_day
from pipeline.errors import InputError
from pipeline.steps.review import (
    Conflict,
    Item,
    Sheet,
    next_item,
    open_item,
    open_queues,
    served_item,
    sheet_of,
    skip,
    submit,
    undo,
)
from pipeline.steps.shift import Shift, put_back, shift_of
from pipeline.store.queues import QueueState
from pipeline.web.desk import Desk, NavEntry, PageError, Panel, PanelRow, desk_of
from pipeline.web.reading import PURPOSES, code_of, marked, reading_view, topic_name
from pipeline.web.render import render
from pipeline.web.security import needs, read_form, text_field


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue as its reader sees it."""

    id: str
    purpose: str
    state: QueueState


@dataclass(frozen=True, slots=True)
class QueuesView:
    """All open queues."""

    queues: tuple[QueueRow, ...]
    shift: Shift


@dataclass(frozen=True, slots=True)
class QueueView:
    """One queue before its first article, or after its last; `row` is None where it is closed."""

    id: str
    purpose: str
    row: QueueRow | None
    shift: Shift


@dataclass(frozen=True, slots=True)
class Said:
    """A topic on which another spoke differently meanwhile."""

    topic: str
    code: str
    name: str
    mine: bool
    theirs: tuple[tuple[str, datetime], ...]  # who, and when (UTC)


@dataclass(frozen=True, slots=True)
class ConflictView:
    """Both versions of an article's labels; nothing has been stored."""

    serving: str
    article: str
    title: str
    base: int
    content: str
    rows: tuple[Said, ...]
    yes: tuple[str, ...]  # topics that the reader had chosen
    evidence: tuple[tuple[str, str], ...]  # topic, number of the sentence
    shift: Shift


@needs("reviewer")
def queues(request: Request) -> Response:
    """Lists the open queues."""
    desk = desk_of(request)
    return render(request, "queues.html", QueuesView(_rows(desk), shift_of(desk.store, desk.user.name, desk.now)))


@needs("reviewer")
def queue(request: Request) -> Response:
    """Shows one queue: what it is for, how far it is, and where to begin."""
    desk, name = desk_of(request), request.path_params["queue"]
    shift = shift_of(desk.store, desk.user.name, desk.now, name)
    if shift.queue is None:
        raise PageError(404, f"There is no queue {name}.", f"Không có hàng đợi {name}.")
    row = next((each for each in _rows(desk) if each.id == name), None)
    return render(request, "queue.html", QueueView(name, desk.words.pair(PURPOSES[shift.queue.purpose]), row, shift))


@needs("reviewer", brief=True)
def begin(request: Request) -> Response:
    """Puts the next article of a queue on the reader's desk."""
    return _next(request, request.path_params["queue"])


@needs("reviewer", brief=True)
def by_hand(request: Request) -> Response:
    """Puts an article on the reader's desk that no queue asked for."""
    desk = desk_of(request)
    item = open_item(desk.config, desk.store, request.path_params["article"], desk.user.name, desk.now, desk.token())
    return _to(request, item)


@needs("reviewer", brief=True)
def reading(request: Request) -> Response:
    """Shows the article on the desk."""
    desk = desk_of(request)
    item = served_item(desk.config, desk.store, request.path_params["serving"], desk.user.name)
    if item.serving.outcome in ("skipped", "undone"):  # the browser went back to it
        return _home(item.serving.queue)
    return render(request, "reading.html", reading_view(desk, item, _shift(desk, item.serving.queue)))


@needs("reviewer", brief=True)
def said(request: Request) -> Response:
    """Takes what the reader says of an article, or passes over it, and goes on to the next."""
    desk, form = desk_of(request), read_form(request)
    name = desk.user.name
    sheet = sheet_of(desk.store, request.path_params["serving"], name)
    act, serving, onward = text_field(form, "act", 20), sheet.serving.id, sheet.serving.queue
    if act == "skip":
        skip(desk.store, serving, name, desk.now)
        return _onward(request, onward)
    if text_field(form, "content", 100) != sheet.article.content_hash:
        return _ask_again(request, serving, form, "")
    yes = _yes(form, act)
    try:
        evidence = {topic: text for topic, text in marked(form, sheet).items() if topic in yes}
        if act == "edit":
            item = served_item(desk.config, desk.store, serving, name)
            view = reading_view(desk, item, _shift(desk, onward), chosen=yes, evidence=evidence, base=_base(form))
            return render(request, "reading.html", view)
        done = submit(desk.config, desk.store, serving, name, yes, desk.now, base=_base(form), evidence=evidence)
    except InputError as error:
        return _ask_again(request, serving, form, error.text(desk.lang))
    if isinstance(done, Conflict):
        return render(request, "conflict.html", _conflict(desk, sheet, done, form), status=409)
    return _onward(request, onward)


@needs("reviewer", brief=True)
def take_back(request: Request) -> Response:
    """Takes the reader's last reading back and puts its article on the desk again."""
    desk, form = desk_of(request), read_form(request)
    name, on_desk = desk.user.name, text_field(form, "serving", 100)
    undone = undo(desk.store, name, desk.now, expected=text_field(form, "last", 100))
    if undone is None:  # pressed twice, or from a page of old
        return RedirectResponse(f"/read/desk/{on_desk}", 303) if on_desk else _home(text_field(form, "queue", 100))
    if on_desk:
        put_back(desk.store, on_desk, name)
    if undone.queue is None:
        return _to(request, open_item(desk.config, desk.store, undone.article, name, desk.now, desk.token()))
    return _onward(request, undone.queue)


def panel(desk: Desk) -> Panel | None:
    """Tells home what waits to be read."""
    if not desk.may("reviewer"):
        return None
    rows = tuple(
        PanelRow(row.purpose, f"/read/{row.id}", desk.words.number(row.state.left), _drawn(desk, row))
        for row in _rows(desk)
    )
    empty = desk.t("Chưa có hàng đợi nào đang mở.", "No queue is open.")
    return Panel(desk.t("Bài chờ đọc", "Articles to read"), rows, empty)


def _drawn(desk: Desk, row: QueueRow) -> str:
    """Tells queues of one purpose apart: when each was drawn, how many articles it holds, and what it is for."""
    queue, words = row.state.queue, desk.words
    day = words.day(local_day(queue.created))
    size = words.count(row.state.draws, "items")
    topic = queue.design.get("topic") or queue.design.get("name") or ""
    return " · ".join(part for part in (desk.t(f"rút ngày {day}", f"drawn {day}"), size, str(topic)) if part)


def _rows(desk: Desk) -> tuple[QueueRow, ...]:
    states = open_queues(desk.store, desk.user.name)
    return tuple(QueueRow(each.queue.id, desk.words.pair(PURPOSES[each.queue.purpose]), each) for each in states)


def _shift(desk: Desk, queue: str | None) -> Shift:
    return shift_of(desk.store, desk.user.name, desk.now, queue)


def _next(request: Request, name: str) -> Response:
    desk = desk_of(request)
    item = next_item(desk.config, desk.store, name, desk.user.name, desk.now, desk.token())
    return _home(name) if item is None else _to(request, item)


def _onward(request: Request, name: str | None) -> Response:
    """Goes on to the next of the queue; from an article that was opened by hand, to the queues."""
    if not name:
        return _home(None)
    try:
        return _next(request, name)
    except InputError:  # closed meanwhile; what was done is stored, and the queue's page tells the rest
        return _home(name)


def _to(request: Request, item: Item) -> Response:
    """Leads to an article; a browser with our script is given its page at once, and the address that it has."""
    where = f"/read/desk/{item.serving.id}"
    if not request.headers.get("hx-request"):
        return RedirectResponse(where, 303)
    desk = desk_of(request)
    page = render(request, "reading.html", reading_view(desk, item, _shift(desk, item.serving.queue)))
    page.headers["hx-push-url"] = where
    return page


def _home(name: str | None) -> Response:
    return RedirectResponse(f"/read/{name}" if name else "/read", 303)


def _base(form: FormData) -> int | None:
    value = text_field(form, "base", 20)
    return int(value) if value.isascii() and value.isdigit() else None


def _yes(form: FormData, act: str) -> set[str]:
    """Gives the chosen topics: the reader's own, with the words of others in their place where the reader takes those."""
    parted = [str(each) for each in form.getlist("parted")]
    theirs = {
        each for each in parted if act == "take" or (act == "mixed" and text_field(form, f"pick-{each}") == "theirs")
    }
    return {str(each) for each in form.getlist("topic")} ^ theirs


def _ask_again(request: Request, serving: str, form: FormData, fault: str) -> Response:
    """Shows the article anew with the reader's choices: its text has changed since, or a sentence's number is wrong."""
    desk = desk_of(request)
    item = served_item(desk.config, desk.store, serving, desk.user.name)
    changed = desk.t(
        "Nội dung bài vừa được cập nhật, nên chưa lưu gì. Anh/chị đọc lại rồi xác nhận.",
        "The article's text has just changed, so nothing was stored. Please read it again and confirm.",
    )
    yes = {str(each) for each in form.getlist("topic")}
    shift = _shift(desk, item.serving.queue)
    view = reading_view(desk, item, shift, chosen=yes, base=_base(form), notice=fault or changed)
    return render(request, "reading.html", view, status=400 if fault else 409)


def _conflict(desk: Desk, sheet: Sheet, parted: Conflict, form: FormData) -> ConflictView:
    topics = sorted({word.topic for word in parted.theirs}, key=lambda topic: (code_of(desk.config, topic), topic))
    rows = tuple(
        Said(
            topic=topic,
            code=code_of(desk.config, topic),
            name=topic_name(desk, topic),
            mine=parted.mine[topic],
            theirs=tuple((word.reviewer, word.at) for word in parted.theirs if word.topic == topic),
        )
        for topic in topics
    )
    yes = tuple(topic for topic, value in parted.mine.items() if value)
    numbers = ((topic, text_field(form, f"evidence-{topic}", 10)) for topic in yes)
    return ConflictView(
        serving=parted.serving,
        article=parted.article,
        title=sheet.article.title,
        base=parted.base,
        content=sheet.article.content_hash,
        rows=rows,
        yes=yes,
        evidence=tuple((topic, number) for topic, number in numbers if number),
        shift=_shift(desk, sheet.serving.queue),
    )


NAV: Final = (NavEntry("/read", "Đọc bài", "Read", "reviewer"),)
ROUTES: Final = (
    Route("/read", queues, methods=["GET"]),
    Route("/read/{queue}", queue, methods=["GET"]),
    Route("/read/{queue}", begin, methods=["POST"]),
    Route("/read/desk/{serving}", reading, methods=["GET"]),
    Route("/read/desk/{serving}", said, methods=["POST"]),
    Route("/articles/{article}/read", by_hand, methods=["POST"]),
    Route("/undo", take_back, methods=["POST"]),
)
