"""The command that says how the machine runs the night by itself."""

from __future__ import annotations

import getpass
import sys
from datetime import datetime
from pathlib import Path

import click

from pipeline.console import BilingualCommand
from pipeline.surface import Surface


@click.command(
    cls=BilingualCommand,
    help="In tệp để máy tự chạy `rasoat nightly` mỗi đêm, theo giờ Việt Nam. || Print what makes the machine run `rasoat nightly` every night, by Vietnam's time.",
)
@click.option("--systemd", "as_units", is_flag=True, help="Tệp .service và .timer. || Units: a .service and a .timer.")
@click.option("--cron", "as_cron", is_flag=True, help="Tệp cho /etc/cron.d. || A file for /etc/cron.d.")
@click.option(
    "--at",
    type=click.DateTime(["%H:%M"]),
    default="02:00",
    show_default=True,
    metavar="HH:MM",
    help="Giờ chạy. || When it runs.",
)
@click.option(
    "--user", help="Tài khoản chạy lệnh; mặc định: tài khoản này. || Account that runs it; default: this one."
)
@click.pass_obj
def schedule(surface: Surface, as_units: bool, as_cron: bool, at: datetime, user: str | None) -> None:  # noqa: FBT001
    """Prints a schedule."""
    from pipeline.steps.schedule import cron, systemd  # noqa: PLC0415

    if as_units == as_cron:
        raise click.UsageError(
            surface.speaker.t("cần --systemd hoặc --cron, chỉ một trong hai", "give --systemd or --cron, one of them")
        )
    surface.config()  # a faulty campaign is told now, not at two in the morning
    file, who = surface.file.resolve(), user or getpass.getuser()
    beside = Path(sys.executable).with_name("rasoat")
    program = [str(beside)] if beside.exists() else [sys.executable, "-m", "pipeline.cli"]
    if as_cron:
        line = cron(program, file, who, at.time(), surface.lang).rstrip()
        surface.speaker.say(line, line)
        surface.speaker.note(  # Debian's cron: "does not support per-user timezones"
            "Ghi vào /etc/cron.d/rasoat. Cron của Debian bỏ qua CRON_TZ: máy phải theo giờ Việt Nam.",
            "Save as /etc/cron.d/rasoat. Debian's cron ignores CRON_TZ: the machine must go by Vietnam's time.",
        )
        return
    for name, content in systemd(program, file, who, at.time(), surface.lang).items():
        text = f"# /etc/systemd/system/{name}\n{content}"
        surface.speaker.say(text, text)
    surface.speaker.note(
        "Ghi hai tệp rồi chạy: systemctl enable --now rasoat.timer",
        "Save both files, then run: systemctl enable --now rasoat.timer",
    )
