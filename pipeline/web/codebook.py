"""The codebook's pages: what each topic counts, how the codebook became what it is, and two versions side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.codebook import Topic
from pipeline.difference import Difference
from pipeline.report.codebook import FIELDS, change_in_words
from pipeline.steps.versions import compare, history, version_of
from pipeline.web.desk import NavEntry, desk_of
from pipeline.web.render import render
from pipeline.web.security import needs

LONGEST: Final = 64  # letters of a version; longer ones are none of ours


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the history."""

    at: datetime | None
    version: str
    previous: str  # "" for the first
    said: str
    reason: str
    present: bool


@dataclass(frozen=True, slots=True)
class CodebookView:
    """One version and the history of all, the newest step first."""

    version: str
    present: str  # the version that this server goes by
    newest: (
        str  # the version that the store had last: another one where config.toml was changed since the server started
    )
    topics: tuple[Topic, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """Two versions and what parts them; `names` has those of the topics, `fields` those of the parts of a topic."""

    old: str
    new: str
    found: Difference
    names: dict[str, str]  # id in the newer version -> name
    fields: dict[str, str]


@needs("reader")
def codebook(request: Request) -> Response:
    """Shows the codebook as it is, or a version, and the history."""
    desk = desk_of(request)
    book = version_of(desk.config, desk.store, _version(request, "version"))
    changes, present = history(desk.store), desk.config.codebook.version
    last = next((change.seq for change in reversed(changes) if change.version == present), 0)
    steps = tuple(
        Step(
            at=change.at,
            version=change.version,
            previous=change.previous or "",
            said=change_in_words(change, desk.words),
            reason=change.reason,
            present=change.seq == last,
        )
        for change in reversed(changes)
    )
    newest = changes[-1].version if changes else present
    return render(request, "codebook.html", CodebookView(book.version, present, newest, book.topics, steps))


@needs("reader")
def codebook_difference(request: Request) -> Response:
    """Shows what parts two versions."""
    desk = desk_of(request)
    compared = compare(desk.config, desk.store, _version(request, "old"), _version(request, "new"))
    fields = {field: desk.words.pair(name) for field, name in FIELDS.items()}
    book = version_of(desk.config, desk.store, compared.new)
    names = {topic.id: desk.t(topic.name, topic.name_en) for topic in book.topics}
    view = DifferenceView(compared.old, compared.new, compared.difference, names, fields)
    return render(request, "codebook_difference.html", view)


def _version(request: Request, key: str) -> str:
    return request.query_params.get(key, "")[:LONGEST]


NAV: Final = (NavEntry("/codebook", "Bộ chủ đề", "Codebook"),)
ROUTES: Final = (
    Route("/codebook", codebook, methods=["GET"]),
    Route("/codebook/diff", codebook_difference, methods=["GET"]),
)
