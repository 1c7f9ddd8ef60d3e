"""Requirements with their verdicts, filtered; the page of one outlet; and a lead who has one settled by readings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipeline.audits import Verdict
from pipeline.records import VerdictName
from pipeline.report.collection import collected_rows, timeline
from pipeline.report.duties import duty_row
from pipeline.report.outlets import OutletSection, outlet_sections
from pipeline.report.page import DutyRow, Timeline
from pipeline.steps.plan import draw_plan, plan_reading
from pipeline.web.desk import PageError
from pipeline.web.report_choice import Choice, narrowed, verdicts_of
from pipeline.web.report_room import HOME, Room, page_number, room_of, show
from pipeline.web.security import needs, read_form, text_field
from pipeline.wording import VERDICTS

PAGE: Final = 50  # requirements on a page
READS: Final = 60  # articles drawn to settle one requirement, at most; a reviewer's hour


@dataclass(frozen=True, slots=True)
class Duty:
    """One requirement, and where it leads."""

    key: str
    row: DutyRow
    href: str  # of its articles
    outlet_href: str
    settle: bool  # reading what it lists may settle it


@dataclass(frozen=True, slots=True)
class DutiesView:
    """A page of requirements."""

    duties: tuple[Duty, ...]
    count: int
    tally: tuple[tuple[VerdictName, str, int, str], ...]  # verdict, its name, how many, address that chooses it
    previous: str
    next: str
    first: int  # number of the first on the page
    choosing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhaseCount:
    """What an outlet has of one topic in one phase."""

    verified: str
    machine: str
    href: str


@dataclass(frozen=True, slots=True)
class OutletView:
    """One outlet."""

    id: str
    section: OutletSection
    timeline: Timeline | None
    duties: tuple[Duty, ...]
    phases: tuple[str, ...]
    counts: tuple[tuple[str, tuple[PhaseCount, ...]], ...]  # topic, phase by phase
    collected: tuple[str, ...]  # addresses of all its articles, phase by phase


@needs("reader")
def duties(request: Request) -> Response:
    """Lists the requirements that are chosen."""
    room, page = room_of(request), page_number(request)
    found = verdicts_of(room.choice, room.index)
    start = PAGE * (page - 1)
    if page > 1 and start >= len(found):
        raise PageError(404, "The list has no such page.", "Danh sách không có trang này.")
    fields = room.choice.fields
    path = f"{HOME}/duties"
    view = DutiesView(
        duties=duties_of(room, found[start : start + PAGE]),
        count=len(found),
        tally=_tally(room),
        previous=room.link(path, **fields, page=page - 1 if page > 2 else "") if page > 1 else "",
        next=room.link(path, **fields, page=page + 1) if start + PAGE < len(found) else "",
        first=start + 1,
        choosing=("phase", "group", "outlet", "topic", "verdict", "method"),
    )
    return show(request, "report_duties.html", room, view)


@needs("reader")
def outlet(request: Request) -> Response:
    """Shows one outlet: what it owes, what it published day by day, and how it was observed."""
    identity = request.path_params["outlet"]
    room = room_of(request, outlet=identity)
    index = narrowed(Choice(outlet=identity), room.index)
    (section,) = outlet_sections(index, collected_rows(index))
    phases = room.result.phases
    view = OutletView(
        id=identity,
        section=section,
        timeline=timeline(index),
        duties=duties_of(room, verdicts_of(Choice(outlet=identity), room.index)),
        phases=tuple(each.name for each in phases),
        counts=tuple(
            (name, tuple(_count(room, phase.id, topic, identity) for phase in phases))
            for topic, name in room.index.topics.items()
        ),
        collected=tuple(room.articles(phase=each.id, outlet=identity, part="all") for each in phases),
    )
    return show(request, "report_outlet.html", room, view)


@needs("lead")
def settle(request: Request) -> Response:
    """Draws the articles whose reading settles one uncertain requirement of the newest audit, and leads to their queue."""
    room, form = room_of(request), read_form(request)
    desk, key = room.desk, text_field(form, "duty", 1_000)
    found = plan_reading(desk.config, desk.store, READS, only=key, result=room.result)
    if not found.plan.goals:
        raise PageError(
            409,
            "Reading does not settle this requirement, or it is settled already.",
            "Nhiệm vụ này đã có kết luận, hoặc đọc thêm cũng không kết luận được.",
        )
    drawn = draw_plan(desk.config, desk.store, found, desk.now)
    if drawn is None:
        raise PageError(
            409,
            "All of its articles wait in a queue already.",
            "Các bài cần đọc của nhiệm vụ này đều đang chờ trong hàng đợi.",
        )
    return RedirectResponse(f"/read/{drawn.queue}", 303)


def duties_of(room: Room, verdicts: Iterable[Verdict]) -> tuple[Duty, ...]:
    """Gives requirements as rows of a page."""
    return tuple(
        Duty(
            key=each.key,
            row=duty_row(room.index, each),
            href=room.articles(phase=each.phase, topic=each.topic, outlet=each.outlet),
            outlet_href=room.outlet(each.outlet),
            settle=room.picked.newest and each.verdict == "uncertain" and bool(each.to_read),
        )
        for each in verdicts
    )


def _tally(room: Room) -> tuple[tuple[VerdictName, str, int, str], ...]:
    """Counts what is chosen by verdicts, whichever verdict is chosen."""
    fields = {name: value for name, value in room.choice.fields.items() if name != "verdict"}
    number = Counter(each.verdict for each in verdicts_of(Choice(**fields), room.index))
    return tuple(
        (name, room.index.words.verdict(name), number[name], room.link(f"{HOME}/duties", **fields, verdict=name))
        for name in VERDICTS
    )


def _count(room: Room, phase: str, topic: str, outlet: str) -> PhaseCount:
    cell, number = room.index.cells[phase, topic, outlet], room.index.words.number
    return PhaseCount(
        verified=number(len(cell.verified_ids)),
        machine=f"{number(len(cell.machine_ids))}?" if cell.machine_ids else "",
        href=room.articles(phase=phase, topic=topic, outlet=outlet) if cell.verified_ids or cell.machine_ids else "",
    )


ROUTES: Final = (
    Route(f"{HOME}/duties", duties, methods=["GET"]),
    Route(f"{HOME}/outlets/{{outlet}}", outlet, methods=["GET"]),
    Route(f"{HOME}/settle", settle, methods=["POST"]),
)
