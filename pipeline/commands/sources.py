"""Commands about sources: what was learnt of each, and how each fares."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import click

from pipeline.console import EXIT_WITH_FAILURES, BilingualCommand, BilingualGroup
from pipeline.surface import AS_OF_OPTION, JSON_OPTION, Surface

SIGNS = {
    "well": "✓",
    "quiet": "·",
    "undated": "!",
    "volume": "!",
    "unseen": "✗",
    "layout": "✗",
    "moved": "✗",
    "never": "✗",
}


@click.group(cls=BilingualGroup, help="Các nguồn của chiến dịch. || The campaign's sources.")
def sources() -> None:
    """Groups the commands about sources."""


@sources.command(
    "explain",
    help="Cho biết bộ thu thập đã học được gì về một nguồn và quan sát được những ngày nào."
    " || Tell what the crawler has learnt about a source, and which days it could observe.",
)
@click.argument("source", metavar="ID")
@JSON_OPTION
@click.pass_obj
def explain(surface: Surface, source: str, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """Explains one source."""
    from pipeline.steps.explain import explain_source  # noqa: PLC0415

    with surface.campaign() as (config, store):
        found = explain_source(config, store, source, surface.today())
    if as_json:
        surface.speaker.show_json(asdict(found))
        return
    for line in found.lines(surface.lang):
        surface.speaker.say(line, line)


@click.command(
    "health",
    cls=BilingualCommand,
    help="Xét từng nguồn: đăng bình thường, không đăng bài, chưa rõ ngày đăng, chưa quan sát đủ ngày, đổi giao diện, số bài bất thường, đổi địa chỉ."
    " || Judge each source: well, quiet, without sure dates, unseen, layout changed, strange volume, moved.",
)
@AS_OF_OPTION
@JSON_OPTION
@click.pass_obj
def health(surface: Surface, as_of: date | None, as_json: bool) -> None:  # noqa: FBT001
    """Judges the sources."""
    from pipeline.report.sources import said  # noqa: PLC0415
    from pipeline.steps.health import health_of_sources  # noqa: PLC0415

    with surface.campaign() as (config, store):
        found = health_of_sources(config, store, as_of or surface.today())
    if as_json:
        surface.speaker.show_json([{**asdict(each), "state": each.state} for each in found])
    else:
        for each in found:
            line = "; ".join(said(each.source, finding, surface.words) for finding in each.findings)
            line = f"{SIGNS[each.state]} {each.source}: {line}"
            surface.speaker.say(line, line)
    if any(each.broken for each in found):
        surface.exit_code = EXIT_WITH_FAILURES
