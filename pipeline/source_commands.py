"""Commands about sources: what was learnt of each, how each fares, and the logs of channels that nobody can crawl."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from pipeline.console import EXIT_WITH_FAILURES, BilingualCommand, BilingualGroup
from pipeline.surface import DAY, FILE, JSON_OPTION, Surface, now, today

SIGNS = {"well": "✓", "quiet": "·", "volume": "!", "unseen": "✗", "layout": "✗", "moved": "✗", "never": "✗"}


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
        found = explain_source(config, store, source, today())
    if as_json:
        surface.speaker.show_json(asdict(found))
        return
    for line in found.lines(surface.lang):
        surface.speaker.say(line, line)


@click.command(
    "health",
    cls=BilingualCommand,
    help="Xét từng nguồn: đăng bình thường, không đăng bài, không xem được, đổi giao diện, số bài bất thường, đổi địa chỉ."
    " || Judge each source: well, quiet, unseen, layout changed, strange volume, moved.",
)
@click.option(
    "--as-of",
    type=DAY,
    metavar="YYYY-MM-DD",
    help="Tính đến đêm; mặc định: hôm nay. || As of this night; default: today.",
)
@JSON_OPTION
@click.pass_obj
def health(surface: Surface, as_of: date | None, as_json: bool) -> None:  # noqa: FBT001
    """Judges the sources."""
    from pipeline.report.sources import said  # noqa: PLC0415
    from pipeline.steps.health import health_of_sources  # noqa: PLC0415

    with surface.campaign() as (config, store):
        found = health_of_sources(config, store, as_of or today())
    if as_json:
        surface.speaker.show_json([{**asdict(each), "state": each.state} for each in found])
    else:
        for each in found:
            line = "; ".join(said(finding, surface.words) for finding in each.findings)
            line = f"{SIGNS[each.state]} {each.source}: {line}"
            surface.speaker.say(line, line)
    if any(each.broken for each in found):
        surface.exit_code = EXIT_WITH_FAILURES


@click.group(
    cls=BilingualGroup, help="Nhật ký các kênh không thu thập tự động được. || Logs of channels that cannot be crawled."
)
def log() -> None:
    """Groups the commands about channel logs."""


@log.command(
    "template",
    help="Ghi biểu mẫu nhật ký trống (.xlsx hoặc .csv): màn hình LED, loa truyền thanh, trang mạng xã hội, báo in, phát sóng."
    " || Write an empty log (.xlsx or .csv): LED screens, loudspeakers, fan pages, print, broadcast.",
)
@click.argument("file", type=FILE)
@click.pass_obj
def template(surface: Surface, file: Path) -> None:
    """Writes a template."""
    from pipeline.logs import write_template  # noqa: PLC0415

    write_template(file, [(outlet.id, outlet.name) for outlet in surface.config().outlets], surface.lang)
    surface.speaker.say(f"Đã ghi biểu mẫu → {file}", f"Template written → {file}")


@log.command(
    "import",
    help="Nạp nhật ký đã điền (.xlsx, .csv); có lỗi thì báo mọi dòng sai và không nạp gì."
    " || Read a filled log (.xlsx, .csv); with faults, every faulty row is named and nothing is stored.",
)
@click.argument("file", type=FILE)
@click.pass_obj
def import_(surface: Surface, file: Path) -> None:
    """Imports a log."""
    from pipeline.steps.log import import_log  # noqa: PLC0415
    from pipeline.steps.run import recorded  # noqa: PLC0415

    with (
        surface.campaign(create=True) as (config, store),
        recorded(config, store, "log", {"file": str(file)}, now, alone=True) as counts,
    ):
        done = import_log(config, store, file, now())
        counts.update(done.articles)
    new, revised = done.articles.get("new", 0), done.articles.get("revised", 0)
    surface.speaker.say(
        f"Nhật ký: {done.rows} dòng, {new} mục mới, {revised} mục có sửa đổi.",
        f"Log: {done.rows} rows, {new} new items, {revised} revised.",
    )
