"""Commands about the logs of channels that nobody can crawl: an empty one to fill, a filled one to read."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.console import BilingualGroup
from pipeline.surface import FILE_ARGUMENT, Surface


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
@FILE_ARGUMENT
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
@FILE_ARGUMENT
@click.pass_obj
def import_(surface: Surface, file: Path) -> None:
    """Imports a log."""
    from pipeline.steps.log import import_log  # noqa: PLC0415

    with (
        surface.campaign(create=True) as (config, store),
        surface.step(config, store, "log", {"file": str(file)}, "Nạp nhật ký", "Importing", alone=True) as (counts, _),
    ):
        done = import_log(config, store, file, surface.now())
        counts.update(done.articles)
    new, revised = done.articles.get("new", 0), done.articles.get("revised", 0)
    surface.speaker.say(
        f"Nhật ký: {done.rows} dòng, {new} mục mới, {revised} mục có sửa đổi.",
        f"Log: {done.rows} rows, {new} new items, {revised} revised.",
    )
