"""Templates in two languages: the msgids are Vietnamese, the English catalogue is read at the start."""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from crawlers.dates import LOCAL_TZ
from pipeline.directive.spoken import brief, briefly
from pipeline.readings import Role
from pipeline.web.desk import Desk
from pipeline.web.security import CSRF_FIELD, visitor
from pipeline.web.static import asset_url
from pipeline.wording import Pair, Words, capital

FOLDER: Final = Path(__file__).parent
ROLE_NAMES: Final[Mapping[Role, Pair]] = {
    "reader": ("Người xem", "Reader"),
    "reviewer": ("Người rà soát", "Reviewer"),
    "lead": ("Trưởng nhóm", "Lead"),
    "admin": ("Quản trị", "Administrator"),
}


def render(request: Request, template: str, view: object = None, *, status: int = 200, **more: Any) -> HTMLResponse:
    """Renders a template of `templates/` with one view in the language of the request.

    Templates see: `view`, `desk`, `words`, `lang`, `path`, `nav`, and what is given in `more`.
    """
    desk = getattr(request.state, "desk", None) or visitor(request)
    nav = [entry for entry in getattr(request.app.state, "nav", ()) if desk.may(entry.role)]
    html = environment(desk.lang).get_template(template)
    context = {
        "view": view,
        "desk": desk,
        "words": desk.words,
        "lang": desk.lang,
        "path": request.url.path,
        "back": here(request),
        "nav": nav,
        "csrf_field": _csrf_field(desk),
    }
    return HTMLResponse(html.render(**context, **more), status)


def here(request: Request) -> str:
    """Gives the path and query that show this page again; "/" after a form was sent."""
    if request.method != "GET":
        return "/"
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


@lru_cache(maxsize=2)
def environment(lang: str) -> Environment:
    """Gives the templates of one language: everything is escaped, and a missing name is a fault."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue = english() if lang == "en" else gettext.NullTranslations()
    made.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    words = Words(lang)
    made.globals["asset"] = asset_url
    made.filters["brief"] = brief
    made.filters["briefly"] = briefly
    made.filters["capital"] = capital
    made.filters["number"] = words.number
    made.filters["score"] = words.score
    made.filters["day"] = words.day
    made.filters["clock"] = lambda at: f"{at.astimezone(LOCAL_TZ):%H:%M}"
    made.filters["moment"] = lambda at: moment(words, at)
    made.filters["role"] = lambda role: words.pair(ROLE_NAMES[role])
    return made


@lru_cache(maxsize=1)
def english() -> gettext.NullTranslations:
    """Reads the English catalogue; a text that it lacks stays Vietnamese."""
    with (FOLDER / "locale" / "en" / "LC_MESSAGES" / "rasoat.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def moment(words: Words, at: datetime | None) -> str:
    """Writes an instant in the time of Vietnam: 25/11/2025 14:03."""
    return "–" if at is None else words.moment(at.astimezone(LOCAL_TZ))


def _csrf_field(desk: Desk) -> Any:
    """Gives what templates call to put the token into a form."""
    return lambda: Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, desk.csrf)
