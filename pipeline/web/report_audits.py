"""The audits that are kept, and what changed between two of them and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.audits import Verdict
from pipeline.records import VerdictName
from pipeline.report.duties import duty_row
from pipeline.report.index import Index
from pipeline.report.page import DutyRow
from pipeline.steps.audit_diff import Turned, compare
from pipeline.steps.reading_room import all_audits
from pipeline.web.desk import PageError
from pipeline.web.report_room import HOME, Room, page_number, room_of, shelf_of, show
from pipeline.web.security import needs
from pipeline.wording import CAUSES, INPUTS, VERDICTS

PAGE: Final = 50  # requirements on a page
ID_SHOWN: Final = 6  # hex digits of an audit's id, where two are of one day
LISTED: Final = 400  # audits in the list; a year of nights and some


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One audit of the list."""

    id: str
    day: str
    href: str
    model: str
    codebook: str
    tally: tuple[tuple[VerdictName, str, int], ...]
    shown: bool  # the one whose pages these are


@dataclass(frozen=True, slots=True)
class AuditsView:
    """The list."""

    lines: tuple[AuditLine, ...]
    more: int
    since: str  # id chosen for the earlier side of a comparison
    until: str


@dataclass(frozen=True, slots=True)
class Change:
    """One requirement that is not what it was; one side is None where only the other audit has it."""

    before: DutyRow | None
    after: DutyRow | None
    href: str  # of its articles in the later audit; "" where that has none
    causes: tuple[str, ...]
    moved: tuple[str, ...]  # how the numbers behind it have moved


@dataclass(frozen=True, slots=True)
class ChangesView:
    """What changed."""

    since: str  # day of the earlier
    until: str
    inputs: tuple[str, ...]  # which inputs are others, in words
    came: str  # articles that the earlier audit did not have; "" for none
    went: str
    cells: str  # cells whose numbers are others; "" for none
    tally: tuple[tuple[VerdictName, str, int, int], ...]  # verdict, its name, before, after
    changes: tuple[Change, ...]
    count: int
    first: int
    previous: str
    next: str
    swap: str  # address of the comparison the other way round


@needs("reader")
def audits(request: Request) -> Response:
    """Lists the audits."""
    room = room_of(request)
    words, found = room.desk.words, all_audits(room.desk.store)
    lines = tuple(
        AuditLine(
            id=each.id,
            day=words.day(each.as_of),
            href=f"{HOME}?audit={each.id}",
            model=each.model,
            codebook=each.codebook,
            tally=tuple((name, words.verdict(name), each.tally.get(name, 0)) for name in VERDICTS),
            shown=each.id == room.picked.id,
        )
        for each in found[:LISTED]
    )
    ids = [each.id for each in lines]
    place = ids.index(room.picked.id) + 1 if room.picked.id in ids else len(ids)
    earlier = ids[place] if place < len(ids) else ids[-1]
    return show(
        request, "report_audits.html", room, AuditsView(lines, len(found) - len(lines), earlier, room.picked.id)
    )


@needs("reader")
def changes(request: Request) -> Response:
    """Compares two audits."""
    room, page = room_of(request), page_number(request)
    ids = [request.query_params.get(name, "") for name in ("since", "until")]
    sides = [shelf_of(request).index(each, room.desk.lang) if each else None for each in ids]
    before, after = sides
    if before is None or after is None:
        raise PageError(404, "There is no such audit.", "Không có lần đối chiếu này.")
    found = compare(before.result, after.result)
    start, path = PAGE * (page - 1), f"{HOME}/changes"
    if page > 1 and start >= len(found.turned):
        raise PageError(404, "The list has no such page.", "Danh sách không có trang này.")
    fields = {"since": ids[0], "until": ids[1]}
    number = [[sum(v.verdict == name for v in side.result.verdicts) for name in VERDICTS] for side in (before, after)]
    words = room.desk.words
    names = [(name, words.verdict(name)) for name in VERDICTS]
    days = [words.day(side.result.as_of) for side in (before, after)]
    if days[0] == days[1]:  # made again: only their ids tell them apart
        days = [f"{day} ({identity[:ID_SHOWN]})" for day, identity in zip(days, ids, strict=True)]
    view = ChangesView(
        since=days[0],
        until=days[1],
        inputs=tuple(words.pair(INPUTS[name]) if name in INPUTS else name for name in found.inputs),
        tally=tuple((*each, was, now) for each, was, now in zip(names, *number, strict=True)),
        changes=tuple(_change(room, before, after, each, ids[1]) for each in found.turned[start : start + PAGE]),
        count=len(found.turned),
        first=start + 1,
        came=words.count(len(found.new), "items") if found.new else "",
        went=words.count(len(found.gone), "items") if found.gone else "",
        cells=words.number(len(found.cells)) if found.cells else "",
        previous=room.link(path, **fields, page=page - 1 if page > 2 else "") if page > 1 else "",
        next=room.link(path, **fields, page=page + 1) if start + PAGE < len(found.turned) else "",
        swap=room.link(path, since=ids[1], until=ids[0]),
    )
    return show(request, "report_changes.html", room, view)


def _change(room: Room, before: Index, after: Index, turned: Turned, identity: str) -> Change:
    old, now, words = turned.before, turned.after, room.desk.words
    place = now and {"phase": now.phase, "topic": now.topic, "outlet": now.outlet}
    return Change(
        before=duty_row(before, old) if old else None,
        after=duty_row(after, now) if now else None,
        href=room.articles(**place, audit=identity) if place else "",
        causes=tuple(words.pair(CAUSES[cause]) for cause in turned.causes),
        moved=tuple(_moved(room, before, after, old, now)) if old and now else (),
    )


def _moved(room: Room, before: Index, after: Index, old: Verdict, now: Verdict) -> Iterator[str]:
    """Says how the numbers behind a verdict have moved."""
    t, words = room.desk.t, room.desk.words
    if old.days_proved != now.days_proved:
        yield t("ngày quan sát được", "days observed") + f": {old.days_proved} → {now.days_proved}"
    key = (now.phase, now.topic, now.outlet)
    was, cell = before.cells.get(key), after.cells[key]
    for one, other, vi, en in (
        (was.verified_ids if was else (), cell.verified_ids, "bài đã xác nhận", "confirmed items"),
        (was.machine_ids if was else (), cell.machine_ids, "bài máy nhận ra", "items by machine"),
    ):
        came, went = len(set(other) - set(one)), len(set(one) - set(other))
        moved = ", ".join(f"{sign}{words.number(number)}" for sign, number in (("+", came), ("−", went)) if number)
        if moved:
            yield f"{t(vi, en)}: {moved}"


ROUTES: Final = (
    Route(f"{HOME}/audits", audits, methods=["GET"]),
    Route(f"{HOME}/changes", changes, methods=["GET"]),
)
