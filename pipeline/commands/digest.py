"""The command of the digest: shows the e-mail of the morning, writes it, sends it."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Final

import click

from pipeline.console import EXIT_WITH_FAILURES, BilingualCommand
from pipeline.errors import PipelineError
from pipeline.files import writing
from pipeline.mail import PASSWORD
from pipeline.surface import FILE, JSON_OPTION, Surface

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.mail import Message

WIDTH: Final = 80  # columns of a terminal


@click.command(
    cls=BilingualCommand,
    help="Bản tin buổi sáng: nhiệm vụ có nguy cơ, điều gì mới, nguồn tin nào trục trặc, hôm nay nên đọc gì."
    " || The digest of the morning: duties at risk, what is new, sources in trouble, what to read today.",
)
@click.option(
    "--send",
    "sends",
    is_flag=True,
    help="Gửi thư cho những người ở digest.to. || Send it to those of digest.to.",
)
@click.option(
    "--out",
    type=FILE,
    help="Ghi ra tệp: .html là dạng trang, còn lại là dạng chữ. || Write it to a file: .html as a page, else as text.",
)
@JSON_OPTION
@click.pass_obj
def digest(surface: Surface, out: Path | None, sends: bool, as_json: bool) -> None:  # noqa: FBT001
    """Shows, writes or sends the digest."""
    from pipeline.steps.digest import digest as run  # noqa: PLC0415

    with surface.campaign() as (config, store):
        message = run(config, store, surface.lang)
    if out is not None:
        with writing(out) as file:
            file.write((message.html if out.suffix.lower() in {".html", ".htm"} else message.text).encode())
        surface.speaker.note(f"Đã ghi bản tin → {out}", f"Digest written → {out}")
    if sends and not send_digest(surface, config, message):
        surface.exit_code = EXIT_WITH_FAILURES
    if as_json:
        surface.speaker.show_json(
            {
                "subject": message.subject,
                "text": message.text,
                "html": message.html,
                "sent": sends and not surface.exit_code,
            }
        )
    elif out is None and not sends:
        shown = f"{fill(message.subject, WIDTH)}\n\n{message.text}"
        surface.speaker.say(shown, shown)


def send_digest(surface: Surface, config: Config, message: Message) -> bool:
    """Sends a digest and says to whom; a server that refuses is told in one line, and False comes back."""
    from pipeline.steps.digest import deliver  # noqa: PLC0415

    t = surface.speaker.t
    try:
        done = deliver(config, message, os.environ.get(PASSWORD, ""), surface.now)
    except PipelineError as error:
        surface.speaker.fail(t(f"chưa gửi được bản tin: {error.vi}", f"the digest was not sent: {error}"))
        return False
    taken = ", ".join(address for address in done.to if address not in done.refused)
    surface.speaker.note(f"Đã gửi bản tin cho: {taken}", f"Digest sent to: {taken}")
    if done.refused:
        named = ", ".join(done.refused)
        surface.speaker.fail(t(f"máy chủ thư từ chối: {named}", f"the mail server refused: {named}"))
    return not done.refused
