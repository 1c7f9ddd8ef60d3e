"""The overview of an audit: what is missing and who must do what by when, what running phases lead to, and its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from pipeline.report.actions import Action, actions
from pipeline.report.forecasts import Forecasts, forecasts
from pipeline.report.page import Summary, Tile
from pipeline.report.summary import summary, tiles
from pipeline.steps.reading_room import ReportFile, report_file, report_files, tally_of_newest, withheld
from pipeline.web.desk import Desk, PageError, Panel, PanelRow
from pipeline.web.render import render
from pipeline.web.report_room import HOME, Room, room_of, room_or_none, show
from pipeline.web.security import needs
from pipeline.wording import VERDICTS, rounded_up

SHOWN_FILES: Final = ("bao-cao.html", "bao-cao.docx", "bao-cao.pdf", "bao-cao.xlsx", "audit.json", "audit.sqlite")


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """One phase in a line: how its requirements stand."""

    id: str
    number: str
    name: str
    days: str
    whole: bool  # it has topics and outlets to map


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page."""

    summary: Summary
    tiles: tuple[Tile, ...]
    actions: tuple[Action, ...]
    forecasts: Forecasts | None
    phases: tuple[PhaseLine, ...]
    risk: str
    sample: str
    withheld: int  # articles that the reader has yet to read independently: no file can be had before
    files: tuple[ReportFile, ...]
    others: int  # files of tables, beside those shown


@needs("reader")
def overview(request: Request) -> Response:
    """Shows how an audit stands."""
    room = room_or_none(request)
    if room is None:
        return render(request, "report_none.html")
    index, files = room.index, report_files(room.desk.config, room.result)
    whole = bool(room.result.outlets and room.result.topics)
    shown = tuple(each for name in SHOWN_FILES for each in files if each.name == name)
    view = Overview(
        summary=summary(index),
        tiles=tiles(index),
        actions=actions(index),
        forecasts=forecasts(index),
        phases=tuple(
            PhaseLine(each.id, index.number(each.id), each.name, index.words.phase(each), whole=whole)
            for each in room.result.phases
        ),
        risk=_risk(room),
        sample=_sample(room),
        withheld=withheld(room.desk.store, room.result, room.desk.user),
        files=shown,
        others=len(files) - len(shown),
    )
    return show(request, "report_overview.html", room, view)


@needs("reader")
def download(request: Request) -> Response:
    """Gives a file of the report, to be saved: browsers run nothing of it here."""
    room, name = room_of(request), request.path_params["name"]
    number = withheld(room.desk.store, room.result, room.desk.user)
    if number:
        raise PageError(
            403,
            f"The files tell of {number} items that you have yet to read independently; read them first.",
            f"Các tệp này nói đến {number} bài mà anh/chị còn phải đọc độc lập; hãy đọc các bài ấy trước.",
        )
    file = report_file(room.desk.config, room.result, name)
    if file is None:
        raise PageError(404, "The report has no such file.", "Báo cáo không có tệp này.")
    return FileResponse(file, media_type="application/octet-stream", filename=f"{room.result.as_of}-{file.name}")


def panel(desk: Desk) -> Panel | None:
    """Tells home how the newest audit stands."""
    newest = tally_of_newest(desk.store)
    title = desk.t("Kết quả đối chiếu", "How the duties stand")
    if newest is None:
        return Panel(title, (), desk.t("Chưa có lần đối chiếu nào.", "There is no audit yet."))
    day, tally = newest
    note = desk.t(f"số liệu đến hết ngày {desk.words.day(day)}", f"as of {desk.words.day(day)}")
    rows = tuple(
        PanelRow(desk.words.pair(pair), f"{HOME}/duties?verdict={name}", desk.words.number(tally.get(name, 0)))
        for name, pair in VERDICTS.items()
    )
    return Panel(title, (PanelRow(desk.t("Xem báo cáo", "Open the report"), HOME, note=note), *rows))


def _risk(room: Room) -> str:
    risk, words = room.result.risk, room.desk.words
    if not risk.gaps:
        return ""
    expected = words.score(rounded_up(risk.expected, 2))
    return room.desk.t(
        f"Trong {words.number(risk.gaps)} kết luận thiếu rút ra từ mẫu đọc, số kết luận nhầm dự kiến không quá "
        f"{expected}; mỗi kết luận nhầm với khả năng không quá {words.risk(risk.each)}.",
        f"Of {words.number(risk.gaps)} gaps found by reading samples at most {expected} are expected to be "
        f"wrong; each is wrong with probability {words.risk(risk.each)} at most.",
    )


def _sample(room: Room) -> str:
    sample, words = room.result.sample, room.desk.words
    if not sample.drawn:
        return room.desk.t("Chưa lấy mẫu đọc ngẫu nhiên.", "No random sample was drawn.")
    return room.desk.t(
        f"Mẫu đọc ngẫu nhiên: đã đọc {words.number(sample.read)}/{words.number(sample.drawn)} bài không trùng nhau.",
        f"Random sample: {words.number(sample.read)} of {words.number(sample.drawn)} different texts were read.",
    )


ROUTES: Final = (
    Route(HOME, overview, methods=["GET"]),
    Route(f"{HOME}/files/{{name:path}}", download, methods=["GET"]),
)
