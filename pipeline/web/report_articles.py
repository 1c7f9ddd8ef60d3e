"""The articles behind every number of a report, whole and page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.audits import AuditResult, Cell
from pipeline.report.articles import article_rows
from pipeline.report.index import Index
from pipeline.report.page import ArticleRow
from pipeline.steps.reading_room import Listed, listed
from pipeline.web.desk import PageError
from pipeline.web.report_choice import Choice, outlets_of, verdicts_of
from pipeline.web.report_duties import Duty, duties_of
from pipeline.web.report_room import HOME, Room, page_number, room_of, show
from pipeline.web.security import needs
from pipeline.wording import Pair

Part = Literal["verified", "machine", "read", "all", "undated"]

PAGE: Final = 50  # articles on a page
PARTS: Final[Mapping[Part, Pair]] = {
    "verified": ("Đã xác nhận", "Confirmed"),
    "machine": ("Máy nhận ra, chưa ai đọc", "By machine, unread"),
    "read": ("Nên đọc trước", "To read first"),
    "all": ("Mọi bài đã thu thập", "All collected"),
    "undated": ("Không rõ ngày đăng", "Undated"),
}
EMPTY: Final[Mapping[Part, Pair]] = {
    "verified": ("Chưa có bài nào được người rà soát xác nhận.", "No item was confirmed by a reviewer."),
    "machine": ("Không có bài nào chỉ do máy nhận ra.", "No item is found by the machine alone."),
    "read": ("Không có bài nào cần đọc để kết luận.", "Nothing is to be read for a verdict."),
    "all": ("Chưa thu thập được bài nào.", "Nothing was collected."),
    "undated": ("Không có bài nào thiếu ngày đăng.", "Every item has its day."),
}

Stretch = tuple[str, Sequence[str]]  # topic ("" for none), ids of articles


@dataclass(frozen=True, slots=True)
class Line:
    """One article of a list."""

    id: str
    row: ArticleRow | None  # None where the store has it no more
    sealed: bool  # the reader has yet to read it independently: neither title nor address
    topic: str


@dataclass(frozen=True, slots=True)
class Tab:
    """One list beside others."""

    part: Part
    name: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class ArticlesView:
    """A page of a list."""

    title: str
    where: tuple[str, ...]
    duties: tuple[Duty, ...]
    tabs: tuple[Tab, ...]
    part: Part
    lines: tuple[Line, ...]
    count: int
    first: int
    previous: str
    next: str
    empty: str
    topics: bool  # lines name their topic, as the list has several


@needs("reader")
def articles(request: Request) -> Response:
    """Lists the articles of a cell, of a topic, of an outlet, of a phase."""
    room, page = room_of(request), page_number(request)
    asked = request.query_params.get("part", "")
    if asked and asked not in get_args(Part):
        raise PageError(404, "There is no such list.", "Không có danh sách này.")
    parts = {part: tuple(stretches(room.index, room.choice, part)) for part in get_args(Part)}
    part = next((each for each in get_args(Part) if each == asked), _fullest(parts))
    count = length(parts[part])
    start = PAGE * (page - 1)
    if page > 1 and start >= count:
        raise PageError(404, "The list has no such page.", "Danh sách không có trang này.")
    cut = tuple(cut_out(parts[part], start, PAGE))
    fields, path = dict(room.choice.fields) | {"part": part}, f"{HOME}/articles"
    view = ArticlesView(
        title=_title(room),
        where=_where(room),
        duties=duties_of(room, verdicts_of(room.choice, room.index))
        if room.choice.topic and room.choice.outlet
        else (),
        tabs=tuple(_tab(room, each, parts[each]) for each in _offered(room.choice, part)),
        part=part,
        lines=tuple(_lines(room, cut)),
        count=count,
        first=start + 1,
        previous=room.link(path, **fields, page=page - 1 if page > 2 else "") if page > 1 else "",
        next=room.link(path, **fields, page=page + 1) if start + PAGE < count else "",
        empty=room.desk.words.pair(EMPTY[part]),
        topics=not room.choice.topic and part in ("verified", "machine", "read"),
    )
    return show(request, "report_articles.html", room, view)


def stretches(index: Index, choice: Choice, part: Part) -> Iterator[Stretch]:
    """Yields the ids of a list, cell by cell: all of them together are the list."""
    result, outlets = index.result, outlets_of(choice, index)
    if part == "undated":
        yield "", _undated(result, outlets)
    elif part == "all":
        for row in result.observed:
            if row.outlet in outlets and row.phase == (choice.phase or row.phase):
                yield "", row.article_ids
    elif part == "read":
        for verdict in verdicts_of(choice, index):
            if verdict.verdict == "uncertain":
                yield verdict.topic, verdict.to_read
    else:
        for cell in _cells(result, choice, outlets):
            yield cell.topic, cell.verified_ids if part == "verified" else cell.machine_ids


def cut_out(parts: Iterable[Stretch], start: int, number: int) -> Iterator[tuple[str, str]]:
    """Yields topic and id of a page of a list, without laying the list out whole."""
    for topic, ids in parts:
        if number <= 0:
            return
        taken = ids[start : start + number]
        yield from ((topic, each) for each in taken)
        number -= len(taken)
        start = max(0, start - len(ids))


def length(parts: Iterable[Stretch]) -> int:
    """Counts the articles of a list."""
    return sum(len(ids) for _, ids in parts)


def _cells(result: AuditResult, choice: Choice, outlets: Mapping[str, None]) -> Iterator[Cell]:
    for cell in result.cells:
        within = cell.phase == (choice.phase or cell.phase) and cell.topic == (choice.topic or cell.topic)
        if within and cell.outlet in outlets:
            yield cell


def _undated(result: AuditResult, outlets: Mapping[str, None]) -> Sequence[str]:
    """Gives the articles without a day; of some outlets only those that the audit describes, as it names no others' outlets."""
    if len(outlets) == len(result.outlets):
        return result.undated_ids
    return [each for each in result.undated_ids if each in result.items and result.items[each].outlet in outlets]


def _fullest(parts: Mapping[Part, Sequence[Stretch]]) -> Part:
    """Gives the list to begin with: what was confirmed, else what the machine finds, else what is to be read."""
    order: tuple[Part, ...] = ("verified", "machine", "read")
    return next((part for part in order if length(parts[part])), "verified")


def _offered(choice: Choice, part: Part) -> tuple[Part, ...]:
    """Gives the lists that stand beside each other: what has no topic or no day is offered where no topic is chosen."""
    if choice.topic:
        return ("verified", "machine", "read")
    return (
        ("verified", "machine", "read", "all", "undated")
        if not choice.phase or part == "undated"
        else ("verified", "machine", "read", "all")
    )


def _tab(room: Room, part: Part, parts: Sequence[Stretch]) -> Tab:
    href = room.articles(**room.choice.fields, part=part)
    return Tab(part, room.desk.words.pair(PARTS[part]), length(parts), href)


def _title(room: Room) -> str:
    index, choice = room.index, room.choice
    if choice.topic:
        return index.topics[choice.topic]
    return index.outlets[choice.outlet] if choice.outlet else room.desk.t("Danh sách bài", "Lists of items")


def _where(room: Room) -> tuple[str, ...]:
    index, choice = room.index, room.choice
    parts = [index.outlets[choice.outlet] if choice.outlet and choice.topic else ""]
    parts.append(index.groups[choice.group] if choice.group else "")
    parts.append(index.phases[choice.phase].name if choice.phase else "")
    return tuple(filter(None, parts))


def _lines(room: Room, cut: Sequence[tuple[str, str]]) -> Iterator[Line]:
    known = listed(room.desk.store, room.result, [each for _, each in cut], room.desk.user)
    index = _with(room.index, known)
    for topic, each in cut:
        sealed = each in known.sealed
        (row,) = article_rows(index, [each], topic) or (None,)
        yield Line(
            id="" if sealed else each,
            row=None if sealed else row,
            sealed=sealed,
            topic=room.index.topics.get(topic, ""),
        )


def _with(index: Index, known: Listed) -> Index:
    """Gives an index that describes the articles of a page, too."""
    if known.items.keys() <= index.result.items.keys():
        return index
    return Index(replace(index.result, items={**index.result.items, **known.items}), index.words)


ROUTES: Final = (Route(f"{HOME}/articles", articles, methods=["GET"]),)
