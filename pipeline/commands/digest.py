"""The command of the digest: shows the e-mail of the morning, writes it, sends it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pipeline.console import EXIT_WITH_FAILURES, BilingualCommand
from pipeline.files import writing
from pipeline.mail import PASSWORD
from pipeline.surface import FILE, JSON_OPTION, Surface


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
    from pipeline.steps.digest import deliver  # noqa: PLC0415
    from pipeline.steps.digest import digest as run  # noqa: PLC0415

    with surface.campaign() as (config, store):
        message = run(config, store, surface.lang)
    if out is not None:
        with writing(out) as file:
            file.write((message.html if out.suffix.lower() in {".html", ".htm"} else message.text).encode())
        surface.speaker.note(f"Đã ghi bản tin → {out}", f"Digest written → {out}")
    refused: tuple[str, ...] = ()
    if sends:
        done = deliver(config, message, os.environ.get(PASSWORD, ""), surface.now)
        refused = done.refused
        taken = ", ".join(address for address in done.to if address not in refused)
        surface.speaker.note(f"Đã gửi bản tin cho: {taken}", f"Digest sent to: {taken}")
    if as_json:
        surface.speaker.show_json(
            {"subject": message.subject, "text": message.text, "html": message.html, "sent": sends, "refused": refused}
        )
    elif out is None and not sends:
        surface.speaker.say(f"{message.subject}\n\n{message.text}", f"{message.subject}\n\n{message.text}")
    if refused:
        named = ", ".join(refused)
        surface.speaker.fail(surface.speaker.t(f"máy chủ thư từ chối: {named}", f"the mail server refused: {named}"))
        surface.exit_code = EXIT_WITH_FAILURES
