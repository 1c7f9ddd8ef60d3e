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
from pipeline.steps.reading_room import all_audits
from pipeline.web.desk import PageError
from pipeline.web.report_room import HOME, Room, page_number, room_of, shelf_of, show
from pipeline.web.security import needs
from pipeline.wording import VERDICTS, Pair

PAGE: Final = 50  # requirements on a page
ID_SHOWN: Final = 6  # hex digits of an audit's id, where two are of one day
LISTED: Final = 400  # audits in the list; a year of nights and some
INPUTS: Final[dict[str, Pair]] = {
    "config": ("cấu hình chiến dịch", "configuration of the campaign"),
    "codebook": ("bảng chủ đề", "codebook"),
    "cues": ("bộ cụm từ nhận biết", "cue phrases"),
    "model": ("mô hình nhận biết", "model"),
    "articles": ("các bài đã thu thập", "articles collected"),
    "predictions": ("kết quả nhận biết của máy", "what the machine finds"),
    "labels": ("nhãn của người rà soát", "words of reviewers"),
    "proofs": ("các ngày quan sát được", "days observed"),
    "sources": ("tình trạng nguồn tin", "how the sources are"),
    "rasoat": ("phiên bản chương trình", "version of the program"),
}


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


@dataclass(frozen=True, slots=True)
class ChangesView:
    """What changed."""

    since: str  # day of the earlier
    until: str
    inputs: tuple[str, ...]  # which inputs are others, in words
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
    found = list(_pairs(before, after))
    start, path = PAGE * (page - 1), f"{HOME}/changes"
    if page > 1 and start >= len(found):
        raise PageError(404, "The list has no such page.", "Danh sách không có trang này.")
    fields = {"since": ids[0], "until": ids[1]}
    number = [[sum(v.verdict == name for v in side.result.verdicts) for name in VERDICTS] for side in (before, after)]
    names = [(name, room.desk.words.verdict(name)) for name in VERDICTS]
    days = [room.desk.words.day(side.result.as_of) for side in (before, after)]
    if days[0] == days[1]:  # made again: only their ids tell them apart
        days = [f"{day} ({identity[:ID_SHOWN]})" for day, identity in zip(days, ids, strict=True)]
    view = ChangesView(
        since=days[0],
        until=days[1],
        inputs=_inputs(room, before, after),
        tally=tuple((*each, was, now) for each, was, now in zip(names, *number, strict=True)),
        changes=tuple(_change(room, before, after, *pair, ids[1]) for pair in found[start : start + PAGE]),
        count=len(found),
        first=start + 1,
        previous=room.link(path, **fields, page=page - 1 if page > 2 else "") if page > 1 else "",
        next=room.link(path, **fields, page=page + 1) if start + PAGE < len(found) else "",
        swap=room.link(path, since=ids[1], until=ids[0]),
    )
    return show(request, "report_changes.html", room, view)


def _pairs(before: Index, after: Index) -> Iterator[tuple[Verdict | None, Verdict | None]]:
    """Yields the requirements whose verdict differs, in the order of the later audit, then those that only the earlier has."""
    was = {each.key: each for each in before.result.verdicts}
    for now in after.result.verdicts:
        old = was.pop(now.key, None)
        if old is None or old.verdict != now.verdict:
            yield old, now
    for old in was.values():
        yield old, None


def _change(room: Room, before: Index, after: Index, old: Verdict | None, now: Verdict | None, identity: str) -> Change:
    place = now and {"phase": now.phase, "topic": now.topic, "outlet": now.outlet}
    return Change(
        before=duty_row(before, old) if old else None,
        after=duty_row(after, now) if now else None,
        href=room.articles(**place, audit=identity) if place else "",
        causes=tuple(_causes(room, before, after, old, now)),
    )


def _causes(room: Room, before: Index, after: Index, old: Verdict | None, now: Verdict | None) -> Iterator[str]:
    """Says what differs between two verdicts on one requirement."""
    t, words = room.desk.t, room.desk.words
    if old is None or now is None:
        yield t("nhiệm vụ mới", "new requirement") if old is None else t("không còn nhiệm vụ này", "no longer required")
        return
    if old.needed != now.needed:
        yield t("yêu cầu đã thay đổi", "what is required has changed")
    if old.days_proved != now.days_proved:
        yield t(
            f"số ngày quan sát được: {old.days_proved} → {now.days_proved}",
            f"days observed: {old.days_proved} → {now.days_proved}",
        )
    key = (now.phase, now.topic, now.outlet)
    was, cell = before.cells[key], after.cells[key]
    for one, other, vi, en in (
        (was.verified_ids, cell.verified_ids, "bài đã xác nhận", "confirmed items"),
        (was.machine_ids, cell.machine_ids, "bài máy nhận ra", "items by machine"),
    ):
        came, went = len(set(other) - set(one)), len(set(one) - set(other))
        moved = ", ".join(f"{sign}{words.number(number)}" for sign, number in (("+", came), ("−", went)) if number)
        if moved:
            yield f"{t(vi, en)}: {moved}"
    read = now.texts_read - old.texts_read
    if read:
        sign = "+" if read > 0 else "−"
        yield f"{t('bài đã đọc', 'texts read')}: {sign}{words.number(abs(read))}"
    if old.method != now.method and old.method and now.method:
        yield t("cách kết luận khác", "settled in another way")


def _inputs(room: Room, before: Index, after: Index) -> tuple[str, ...]:
    was, now = before.result.inputs, after.result.inputs
    changed = [name for name in sorted(was.keys() | now.keys()) if was.get(name) != now.get(name)]
    known = [room.desk.words.pair(INPUTS[name]) for name in INPUTS if name in changed]
    return tuple(known + [name for name in changed if name not in INPUTS])


ROUTES: Final = (
    Route(f"{HOME}/audits", audits, methods=["GET"]),
    Route(f"{HOME}/changes", changes, methods=["GET"]),
)
