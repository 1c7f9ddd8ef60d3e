"""The room in which a report is read: which audit an address means, what is chosen of it, and where links lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any, Final
from urllib.parse import quote, urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from pipeline.audits import AuditResult
from pipeline.report.index import Index
from pipeline.steps.model import model_version
from pipeline.steps.reading_room import Picked, Since, pick, since_newest
from pipeline.web.desk import Desk, NavEntry, PageError, desk_of
from pipeline.web.render import render
from pipeline.web.report_choice import Choice, Choices, choice_of, choices_of
from pipeline.web.report_shelf import Shelf
from pipeline.web.selection import day_of

HOME: Final = "/report"
TABS: Final = (
    NavEntry(HOME, "Tổng quan", "Overview"),
    NavEntry(f"{HOME}/map", "Chủ đề và cơ quan", "Topics and outlets"),
    NavEntry(f"{HOME}/duties", "Nhiệm vụ", "Duties"),
    NavEntry(f"{HOME}/phases", "So sánh giai đoạn", "Compare phases"),
    NavEntry(f"{HOME}/audits", "Các lần đối chiếu", "Audits"),
)
SECTIONS: Final = {  # places of the HTML report, and which page here shows the same
    "co-nguy-co": (HOME, "", "co-nguy-co"),
    "thieu": (f"{HOME}/duties", "gap", ""),
    "can-doc": (f"{HOME}/duties", "uncertain", ""),
    "chua-quan-sat": (f"{HOME}/duties", "not_observed", ""),
    "thu-thap": (f"{HOME}/duties", "not_observed", ""),
    "tung-co-quan": (f"{HOME}/duties", "", ""),
    "danh-sach": (f"{HOME}/map", "", ""),
}


@dataclass(frozen=True, slots=True)
class Room:
    """One audit before one reader."""

    desk: Desk
    picked: Picked
    index: Index
    choice: Choice
    pinned: bool  # the address names this audit; otherwise tomorrow it shows the next one
    path: str  # of this page
    asked: tuple[tuple[str, str], ...]  # fields of its address, without those that name the audit

    @property
    def result(self) -> AuditResult:
        """The audit."""
        return self.index.result

    @property
    def choices(self) -> Choices:
        """The lists of the form."""
        return choices_of(self.index)

    @property
    def day(self) -> str:
        """The day that the audit speaks of."""
        return self.index.words.day(self.result.as_of)

    @property
    def since(self) -> Since | None:
        """What was read since; None of an audit that others have followed."""
        return since_newest(self.desk.store) if self.picked.newest else None

    @property
    def changed(self) -> tuple[str, ...]:
        """Says what is no longer what it was for the newest audit: the codebook, the model."""
        if not self.picked.newest:
            return ()
        config, result, t = self.desk.config, self.result, self.desk.t
        found = []
        if config.codebook.version != result.codebook:
            found.append(t("bộ chủ đề đã được sửa", "the codebook was changed"))
        if model_version(config) != result.model:
            found.append(t("mô hình nhận biết đã được thay", "another model tags now"))
        return tuple(found)

    @property
    def tabs(self) -> tuple[tuple[str, str, str], ...]:
        """Gives the pages of the section: path, address, name. What is chosen goes along where it means something."""
        kept = {name: value for name, value in self.choice.fields.items() if name != "method"}
        return tuple(
            (each.path, self.link(each.path, **(kept if each.path not in (HOME, f"{HOME}/audits") else {})), name)
            for each in TABS
            for name in (self.desk.t(each.vi, each.en),)
        )

    @property
    def fixed(self) -> str:
        """Gives the address of this page, with what is chosen on it, that shows this audit even after the next one."""
        return f"{self.path}?{urlencode([('audit', self.picked.id), *self.asked])}"

    def link(self, path: str, **fields: object) -> str:
        """Writes the address of a page of the same audit."""
        asked = {"audit": self.picked.id if self.pinned else ""} | fields
        query = urlencode({name: str(value) for name, value in asked.items() if value not in ("", None)})
        return f"{path}?{query}" if query else path

    def outlet(self, identity: str) -> str:
        """Writes the address of an outlet's page."""
        return self.link(f"{HOME}/outlets/{quote(identity, safe='')}")

    def articles(self, **fields: object) -> str:
        """Writes the address of a list of articles."""
        return self.link(f"{HOME}/articles", **fields)

    def place(self, index: Index, href: str) -> str:
        """Gives the page that shows what a place of the HTML report shows; `index` is the one that named it."""
        kind, _, rest = href.lstrip("#").partition("-")
        if kind not in ("ds", "cq", "bai") or not rest.replace("-", "").isdigit():
            path, verdict, fragment = SECTIONS.get(href.lstrip("#"), (HOME, "", ""))
            return self.link(path, verdict=verdict) + (f"#{fragment}" if fragment else "")
        numbers = [int(each) for each in rest.split("-")]
        if kind == "cq":
            return self.outlet(list(index.outlets)[numbers[0]])
        lists = (index.phases, index.outlets) if kind == "bai" else (index.phases, index.topics, index.outlets)
        names = ("phase", "outlet") if kind == "bai" else ("phase", "topic", "outlet")
        named = {name: list(ids)[number] for name, ids, number in zip(names, lists, numbers, strict=False)}
        return self.articles(**named, part="all" if kind == "bai" else "")


def shelf_of(request: Request) -> Shelf:
    """Gives the audits that the server keeps in memory."""
    found: Shelf = request.app.state.shelf
    return found


def room_of(request: Request, *, outlet: str = "", audit: str = "") -> Room:
    """Gives the room that an address means.

    Raises:
        PageError: 404, there is no such audit, or nothing in it of what is chosen.
    """
    found = room_or_none(request, outlet=outlet, audit=audit)
    if found is None:
        raise PageError(404, "There is no audit yet.", "Chưa có lần đối chiếu nào.")
    return found


def room_or_none(request: Request, *, outlet: str = "", audit: str = "") -> Room | None:
    """Gives the room that an address means; None where it names no audit and there is none.

    The fields of the address choose, unless its path names an `outlet` or an `audit`.

    Raises:
        PageError: 404, there is no such audit, or nothing in it of what is chosen.
    """
    desk, given = desk_of(request), request.query_params
    identity, day = audit or given.get("audit", ""), given.get("day", "")
    picked = pick(desk.store, identity, _day(day) if day and not identity else None)
    if picked is None and not identity and not day:
        return None
    index = shelf_of(request).index(picked.id, desk.lang) if picked else None
    if picked is None or index is None:
        raise PageError(404, "There is no such audit.", "Không có lần đối chiếu này.")
    fields = [*([("outlet", outlet)] if outlet else []), *given.multi_items()]
    asked = tuple(each for each in given.multi_items() if each[0] not in ("audit", "day"))
    choice = choice_of(fields, index)
    return Room(desk, picked, index, choice, bool(identity or day), request.url.path, asked)


def show(request: Request, template: str, room: Room, view: object, **more: Any) -> HTMLResponse:
    """Renders a page of the section."""
    return render(request, template, view, room=room, icons=icons(), **more)


def page_number(request: Request) -> int:
    """Gives which page of a list is asked for, from 1; what is no number asks for the first."""
    raw = request.query_params.get("page", "")
    return max(1, int(raw)) if raw.isascii() and raw.isdigit() and len(raw) < 8 else 1


def _day(text: str) -> date:
    day = day_of(text)
    if day is None:
        raise PageError(404, "No such day.", "Không có ngày này.")
    return day


@lru_cache(maxsize=1)
def icons() -> Markup:
    """Gives the symbols of the HTML report; its wrapper's style is left out, as no page here may have one."""
    raw = (resources.files("pipeline.report") / "templates" / "icons.svg").read_text(encoding="utf-8")
    return Markup(raw.replace(' style="position:absolute"', ' class="symbols"'))  # noqa: S704 - a file of ours
