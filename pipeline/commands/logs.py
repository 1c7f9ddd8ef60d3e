"""Commands about the logs of channels that nobody can crawl: an empty one to fill, a filled one to read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.console import BilingualGroup
from pipeline.surface import FILE_ARGUMENT, Surface

if TYPE_CHECKING:
    from pipeline.steps.log import Logged


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
    from pipeline.logs.template import write_template  # noqa: PLC0415

    write_template(file, {outlet.id: outlet.name for outlet in surface.config().outlets}, surface.lang)
    surface.speaker.say(f"Đã ghi biểu mẫu → {file}", f"Template written → {file}")


@log.command(
    "import",
    help="Nạp nhật ký đã điền (.xlsx, .csv); có lỗi thì báo mọi dòng sai và không nạp gì. Nạp lại tệp đã sửa thì bản mới thay bản cũ."
    " || Read a filled log (.xlsx, .csv); with faults, every faulty row is named and nothing is stored. A corrected file replaces itself.",
)
@FILE_ARGUMENT
@click.option(
    "--replace",
    is_flag=True,
    help="Bỏ mọi mục đã nạp trước đây cho các kênh và những ngày có trong tệp này."
    " || Drop all that was imported before for the channels and days of this file.",
)
@click.pass_obj
def import_(surface: Surface, file: Path, replace: bool) -> None:  # noqa: FBT001 - click's flag
    """Imports a log."""
    from pipeline.steps.log import import_log  # noqa: PLC0415

    with (
        surface.campaign(create=True) as (config, store),
        surface.step(config, store, "log", {"file": str(file)}, "Nạp nhật ký", "Importing", alone=True) as (counts, _),
    ):
        done = import_log(config, store, file, surface.now(), replace=replace)
        counts.update(done.articles, withdrawn=done.withdrawn)
    number = surface.words.number
    rows, withdrawn = number(done.rows), number(done.withdrawn)
    new, revised, same = (number(done.articles.get(name, 0)) for name in ("new", "revised", "unchanged"))
    surface.speaker.say(
        f"Nhật ký: {rows} dòng; {new} mục mới, {revised} mục có sửa đổi, {same} mục đã có.",
        f"Log: {rows} rows; {new} new items, {revised} revised, {same} known.",
    )
    if done.withdrawn:
        surface.speaker.say(
            f"  Bỏ {withdrawn} mục của lần nạp trước mà tệp này không còn.",
            f"  {withdrawn} items of an older import dropped, which this file has no longer.",
        )
    _say_doubts(surface, done)


def _say_doubts(surface: Surface, done: Logged) -> None:
    """Says what may be a slip of the office, though nothing is wrong with the form."""
    early, beside = surface.words.number(done.early), surface.words.number(done.beside)
    if done.unused:
        names = ", ".join(f'"{name}"' for name in done.unused)
        surface.speaker.note(f"  Cột không dùng đến: {names}", f"  Columns not used: {names}")
    if done.early:
        surface.speaker.note(
            f"  {early} dòng ghi ngày chưa đến; hãy xem lại ngày và tháng",
            f"  {early} rows are of days still to come; check day and month",
        )
    if done.beside:
        surface.speaker.note(
            f"  {beside} mục mới trùng ngày giờ với mục đã nạp trước đây; nếu tệp này là bản sửa, nạp lại với --replace",
            f"  {beside} new items stand at the time of items imported before; if this file corrects them, use --replace",
        )
