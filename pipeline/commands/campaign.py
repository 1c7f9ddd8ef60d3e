"""Commands about the campaign as a whole: make it, examine it, take its data out."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import asdict
from pathlib import Path
from textwrap import wrap
from typing import Any

import click

from pipeline.console import COLUMNS, EXIT_BAD_INPUT, EXIT_WITH_FAILURES, BilingualCommand
from pipeline.surface import FILE, JSON_OPTION, Surface


@click.command(
    cls=BilingualCommand,
    help="Tạo chiến dịch mới: config.toml mẫu, thư mục dữ liệu, kho trống; chạy lại không làm mất gì."
    " || Make a campaign: sample config.toml, data folders, empty store; harmless when run again.",
)
@click.pass_obj
def init(surface: Surface) -> None:
    """Starts a campaign."""
    from pipeline.steps.start import start  # noqa: PLC0415

    config, fresh = start(surface.file)
    made = surface.speaker.t("đã tạo" if fresh else "đã có", "written" if fresh else "already there")
    surface.speaker.say(f"{config.file}: {made}", f"{config.file}: {made}")
    surface.speaker.say(
        f"Kho: {config.store_url}\nTiếp theo: sửa [[source]] và [[duty]], rồi chạy `rasoat nightly`.",
        f"Store: {config.store_url}\nNext: edit [[source]] and [[duty]], then run `rasoat nightly`.",
    )


@click.command(cls=BilingualCommand, help="Xuất dữ liệu của kho. || Export what the store holds.")
@click.argument("subject", type=click.Choice(["articles", "labels", "predictions", "audit"]))
@click.option(
    "--format",
    "fmt",
    type=click.Choice(["jsonl", "csv", "parquet"]),
    default="jsonl",
    show_default=True,
    help="Định dạng. || Format.",
)
@click.option("--out", type=FILE, help="Tệp kết quả; mặc định: màn hình. || Result file; default: standard output.")
@click.pass_obj
def export(surface: Surface, subject: Any, fmt: Any, out: Path | None) -> None:
    """Exports."""
    from pipeline.steps.export import export as run  # noqa: PLC0415

    if fmt == "parquet" and out is None and sys.stdout.isatty():
        raise click.UsageError(
            surface.speaker.t(
                "định dạng parquet không hiện được trên màn hình; hãy thêm --out TỆP",
                "parquet cannot be shown on a screen; give --out FILE",
            )
        )
    with surface.campaign() as (config, store):
        rows = surface.words.number(run(config, store, subject, fmt, out))
    if out:
        surface.speaker.note(f"Đã xuất {rows} dòng → {out}", f"Exported {rows} rows → {out}")


def _in_columns(text: str) -> str:
    """Wraps lines for a terminal; a command between backquotes stays in one piece, to be copied."""
    whole = re.sub("`[^`]*`", lambda command: command[0].replace(" ", "\0"), text)
    rows = [
        row
        for line in whole.splitlines()
        for row in wrap(line, COLUMNS, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    ]
    return "\n".join(rows).replace("\0", " ")


@click.command(
    cls=BilingualCommand,
    help="Kiểm tra cấu hình, kho, mô hình, mạng, ổ đĩa; chỉ ra cách khắc phục. || Check config, store, model, network and disk; say what to do.",
)
@click.option("--offline", is_flag=True, help="Không kiểm tra mạng. || Do not ask the network.")
@JSON_OPTION
@click.pass_obj
def doctor(surface: Surface, offline: bool, as_json: bool) -> None:  # noqa: FBT001
    """Examines."""
    from pipeline.mail import PASSWORD  # noqa: PLC0415
    from pipeline.steps.doctor import examine  # noqa: PLC0415

    password = os.environ.get(PASSWORD, "")
    checks = examine(surface.file, network=not offline, now=surface.now(), password=password)
    if as_json:
        surface.speaker.show_json([asdict(check) for check in checks])
    else:
        for check in checks:
            sign = "✓" if check.ok else "✗"
            told = (f"{sign} {check.name_vi}: {check.vi}", f"{sign} {check.name}: {check.en}")
            surface.speaker.say(*(_in_columns(each) for each in told))
    if not all(check.ok for check in checks):
        surface.exit_code = EXIT_WITH_FAILURES if checks[0].ok else EXIT_BAD_INPUT
