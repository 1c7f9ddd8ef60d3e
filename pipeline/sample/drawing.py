"""Turns drafts into bytes: the templates' environment, Vietnamese dates, and the place of the visitor's clock."""

from __future__ import annotations

import json
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.sample.site import VIETNAM, Desk, Draft, SampleSite

CLOCK: Final = "\x02clock\x03"  # stands in drawn pages where the visitor's time is put in at each answer
WEEKDAYS: Final = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")


def draw(site: SampleSite, desk: Desk, draft: Draft) -> str:
    """Gives the page's text, the visitor's clock still to be put in."""
    template = _environment().get_template(draft.template or f"{site.outlet}.html")
    return template.render(desk=desk, sections=site.sections, kind=draft.kind, clock=CLOCK, **draft.context) + "\n"


def with_clock(text: str, now: datetime) -> str:
    """Puts the visitor's time where the page shows it: "Thứ Ba, 24/11/2026 - 10:15"."""
    return text.replace(CLOCK, f"{weekday(now)}, {_format(now, '%d/%m/%Y - %H:%M')}")


def weekday(moment: datetime) -> str:
    """Gives the day's Vietnamese name."""
    return WEEKDAYS[moment.astimezone(VIETNAM).weekday()]


def _short_weekday(moment: datetime) -> str:
    """Gives "T2" to "T7", or "CN", as Drupal's Vietnamese does."""
    number = moment.astimezone(VIETNAM).weekday()
    return "CN" if number == 6 else f"T{number + 2}"


def _format(moment: datetime, pattern: str) -> str:
    return moment.astimezone(VIETNAM).strftime(pattern)


def _iso_duration(seconds: int) -> str:
    """Gives ISO 8601, e.g. 265 seconds as "PT4M25S"."""
    minutes, rest = divmod(seconds, 60)
    return f"PT{minutes}M{rest}S"


def _json(value: object) -> Markup:
    """Gives JSON that may stand in a script element."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704 - cannot leave the script


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.sample", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        at=_format,
        weekday=weekday,
        short_weekday=_short_weekday,
        rfc822=format_datetime,
        iso=lambda moment: moment.isoformat(),
        duration=_iso_duration,
        script_json=_json,
    )
    return environment
