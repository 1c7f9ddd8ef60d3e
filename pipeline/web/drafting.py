"""Where drafts begin and end: a letter is given, topics are tried on the store's articles, the draft becomes the campaign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipeline.config import parse_config
from pipeline.directive.drafts import read_draft
from pipeline.directive.source import MAX_BYTES
from pipeline.steps.directive_accept import Takeover, accept, takeover
from pipeline.steps.directive_draft import Preview, preview, sample_of_store
from pipeline.steps.directive_letter import draft_of_upload
from pipeline.steps.directive_review import find_draft
from pipeline.web.desk import PageError, desk_of
from pipeline.web.render import render
from pipeline.web.security import needs, read_form, text_field

FORM_BYTES: Final = 10_000  # of a form around its letter
TRIED: Final = 1_000  # articles that are tried while somebody waits; the command tries five times as many


@dataclass(frozen=True, slots=True)
class TriedView:
    """What the topics of a draft would catch."""

    name: str
    preview: Preview


@dataclass(frozen=True, slots=True)
class AcceptView:
    """What it would mean that a draft becomes the campaign."""

    name: str
    target: str
    seen: Takeover


@needs("admin", limit=MAX_BYTES + FORM_BYTES)
def given(request: Request) -> Response:
    """Takes a letter and drafts a campaign of it."""
    desk, letter = desk_of(request), read_form(request).get("letter")
    if not isinstance(letter, UploadFile) or not letter.filename:
        raise PageError(400, "Choose the file of a letter.", "Hãy chọn tệp văn bản.")
    draft = draft_of_upload(desk.config, letter.filename, letter.file.read(), desk.lang)
    return RedirectResponse(f"/drafts/{quote(draft.name)}", 303)


@needs("lead")
def tried(request: Request) -> Response:
    """Shows what every topic of a draft would catch."""
    desk = desk_of(request)
    file = find_draft(desk.config.file.parent, request.path_params["name"])
    config = parse_config(file, read_draft(file).encode())
    names = {topic.id: desk.t(topic.name, topic.name_en) for topic in config.topics}
    sample = sample_of_store(desk.store, TRIED)
    return render(request, "draft_tried.html", TriedView(file.name, preview(config.codebook, names, sample)))


@needs("admin")
def asked(request: Request) -> Response:
    """Shows what acceptance would do, and asks."""
    config = desk_of(request).config
    file = find_draft(config.file.parent, request.path_params["name"])
    return render(request, "draft_accept.html", AcceptView(file.name, config.file.name, takeover(file, config.file)))


@needs("admin")
def accepted(request: Request) -> Response:
    """Makes the draft the campaign, if both files are still what the page showed."""
    desk, form = desk_of(request), read_form(request)
    file = find_draft(desk.config.file.parent, request.path_params["name"])
    accept(file, desk.config.file, desk.now, (text_field(form, "draft", 64), text_field(form, "present", 64)))
    return RedirectResponse("/codebook", 303)


ROUTES: Final[tuple[Any, ...]] = (
    Route("/drafts", given, methods=["POST"]),
    Route("/drafts/{name}/tried", tried, methods=["GET"]),
    Route("/drafts/{name}/accept", asked, methods=["GET"]),
    Route("/drafts/{name}/accept", accepted, methods=["POST"]),
)
