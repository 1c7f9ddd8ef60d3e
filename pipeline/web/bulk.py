"""Bulk labelling: what a search found, one word on all of it, seen before it is said, and taken back as one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipeline.errors import InputError
from pipeline.steps import bulk
from pipeline.steps.bulk import Change, Preview, Row
from pipeline.web.browse import outlet_name
from pipeline.web.desk import Desk, desk_of
from pipeline.web.reading import topic_name
from pipeline.web.render import render
from pipeline.web.security import needs, read_form, text_field
from pipeline.web.selection import Asked, asked_of, selection_of


@dataclass(frozen=True, slots=True)
class ChooseView:
    """A selection, and the topics of which something can be said."""

    asked: Asked
    count: int
    fault: str
    topics: tuple[tuple[str, str], ...]
    last: tuple[datetime, int] | None  # the bulk that an undo would take back: when, and on how many articles


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What would become of one topic of one article."""

    change: Change
    name: str
    score: str
    evidence: str


@dataclass(frozen=True, slots=True)
class RowView:
    """One article of the preview."""

    id: str
    title: str
    outlet: str
    changes: tuple[ChangeView, ...]
    new: bool  # there is anything to say


@dataclass(frozen=True, slots=True)
class PreviewView:
    """What a bulk would do."""

    asked: Asked
    rows: tuple[RowView, ...]
    written: int  # articles
    changed: int  # of these, those of which the label becomes another
    version: int
    words: tuple[tuple[str, bool], ...]
    named: tuple[tuple[str, bool], ...]
    again: bool  # labels changed since the last preview


@needs("reviewer")
def choose(request: Request) -> Response:
    """Asks what is to be said of the articles of a selection."""
    desk = desk_of(request)
    return _choose(request, asked_of(request.query_params.multi_items(), desk.config))


@needs("reviewer")
def preview(request: Request) -> Response:
    """Shows what would change; nothing is stored."""
    desk, form = desk_of(request), read_form(request)
    asked = _asked(desk, form)
    try:
        ids = bulk.selected(desk.config, desk.store, selection_of(asked, desk.config))
        seen = bulk.preview(desk.config, desk.store, ids, _words(desk, form), desk.user.name)
    except InputError as error:
        return _choose(request, asked, error.text(desk.lang))
    return render(request, "bulk_preview.html", _preview(desk, asked, seen, _words(desk, form)))


@needs("reviewer")
def say(request: Request) -> Response:
    """Says it; shows the preview again where labels have changed since it was seen."""
    desk, form = desk_of(request), read_form(request)
    asked, words = _asked(desk, form), _words(desk, form)
    ids = list(dict.fromkeys(str(each) for each in form.getlist("article")))
    version = text_field(form, "version", 20)
    seen = int(version) if version.isascii() and version.isdigit() else -1
    try:
        done = bulk.say(desk.config, desk.store, ids, words, desk.user.name, desk.now, seen)
    except InputError as error:
        return _choose(request, asked, error.text(desk.lang))
    if isinstance(done, Preview):
        return render(request, "bulk_preview.html", _preview(desk, asked, done, words, again=True), status=409)
    return RedirectResponse(f"/bulk?{asked.address}", 303)


@needs("reviewer")
def undo(request: Request) -> Response:
    """Takes the last bulk back."""
    desk, form = desk_of(request), read_form(request)
    bulk.undo(desk.config, desk.store, desk.user.name, desk.now)
    return RedirectResponse(f"/bulk?{_asked(desk, form).address}", 303)


def _choose(request: Request, asked: Asked, fault: str = "") -> Response:
    desk, count = desk_of(request), 0
    try:
        count = len(bulk.selected(desk.config, desk.store, selection_of(asked, desk.config)))
    except InputError as error:
        fault = fault or error.text(desk.lang)
    topics = tuple((topic.id, topic_name(desk, topic.id)) for topic in desk.config.topics)
    view = ChooseView(asked, count, fault, topics, bulk.last_bulk(desk.store, desk.user.name))
    return render(request, "bulk.html", view, status=400 if fault and request.method == "POST" else 200)


def _preview(desk: Desk, asked: Asked, seen: Preview, words: dict[str, bool], *, again: bool = False) -> PreviewView:
    return PreviewView(
        asked=asked,
        rows=tuple(_row(desk, row) for row in seen.rows),
        written=seen.written,
        changed=seen.changed,
        version=seen.version,
        words=tuple(words.items()),
        named=tuple((topic_name(desk, topic), value) for topic, value in words.items()),
        again=again,
    )


def _row(desk: Desk, row: Row) -> RowView:
    article, found = row.found.article, row.found
    return RowView(
        id=article.id,
        title=article.title or article.url,
        outlet=outlet_name(desk, article.outlet),
        changes=tuple(
            ChangeView(
                change=each,
                name=topic_name(desk, each.topic),
                score=desk.words.score(found.scores[each.topic]) if each.topic in found.scores else "",
                evidence=found.evidence.get(each.topic, ""),
            )
            for each in row.changes
        ),
        new=any(each.new for each in row.changes),
    )


def _asked(desk: Desk, form: FormData) -> Asked:
    """Gives the selection, which the forms carry on as the query of its address."""
    pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return asked_of(((name.removeprefix("s-"), value) for name, value in pairs if name.startswith("s-")), desk.config)


def _words(desk: Desk, form: FormData) -> dict[str, bool]:
    """Gives what is said of each topic; one that is left open is not spoken of."""
    chosen = {topic: text_field(form, f"say-{topic}", 5) for topic in desk.config.codebook.ids}
    return {topic: word == "yes" for topic, word in chosen.items() if word in ("yes", "no")}


ROUTES: Final = (
    Route("/bulk", choose, methods=["GET"]),
    Route("/bulk/preview", preview, methods=["POST"]),
    Route("/bulk", say, methods=["POST"]),
    Route("/bulk/undo", undo, methods=["POST"]),
)
