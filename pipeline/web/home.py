"""The home page: what waits for the reader, told by the pages that know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.records import Directive, Phase
from pipeline.web.desk import NavEntry, Panel, desk_of
from pipeline.web.render import render
from pipeline.web.security import needs


@dataclass(frozen=True, slots=True)
class HomeView:
    """The campaign in two lines, and the panels of the other pages."""

    directive: Directive | None
    phases: tuple[Phase, ...]
    panels: tuple[Panel, ...]


@needs("reader")
def home(request: Request) -> Response:
    """Shows what waits."""
    desk = desk_of(request)
    panels = (panel(desk) for panel in request.app.state.panels)
    view = HomeView(desk.config.directive, desk.config.phases, tuple(panel for panel in panels if panel is not None))
    return render(request, "home.html", view)


NAV: Final = (NavEntry("/", "Việc cần làm", "To do"),)
ROUTES: Final = (Route("/", home, methods=["GET"]),)
