"""Digest: what the newest audit says that the one of an earlier day did not, written to files and sent to who must know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pipeline.audits import AuditResult
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.files import writing
from pipeline.mail import Message, send
from pipeline.report.digest import digest as written
from pipeline.store import Connection, Store, audits

TEXT: Final = "ban-tin.txt"
HTML: Final = "ban-tin.html"


@dataclass(frozen=True, slots=True)
class Delivered:
    """How the sending went."""

    to: tuple[str, ...]
    refused: tuple[str, ...]  # addresses that the server would not take


def digest(config: Config, store: Store, lang: str, result: AuditResult | None = None) -> Message:
    """Writes the message of an audit (the newest, where none is given), compared with the newest one of an earlier day.

    Raises:
        InputError: there is no audit yet.
    """
    with store.read() as connection:
        result = result or audits.load_latest(connection)
        previous = _earlier(connection, result) if result else None
    if result is None:
        raise InputError(
            "no audit yet: run `rasoat audit` or `rasoat nightly` first",
            "chưa có lần đối chiếu nào; hãy chạy `rasoat audit` hoặc `rasoat nightly` trước",
        )
    return written(previous, result, config.digest, lang=lang)


def write(message: Message, folder: Path) -> None:
    """Writes the message beside the report: as text and as a page."""
    for name, content in ((TEXT, message.text), (HTML, message.html)):
        with writing(folder / name) as out:
            out.write(content.encode())


def deliver(config: Config, message: Message, password: str, clock: Callable[[], datetime]) -> Delivered:
    """Sends the message to all of `digest.to`.

    Raises:
        PipelineError: settings are missing, or the mail server cannot be reached or refuses.
    """
    return Delivered(config.digest.to, send(message, config.digest, password, clock()))


def _earlier(connection: Connection, result: AuditResult) -> AuditResult | None:
    for saved in audits.saved(connection):
        if saved.as_of < result.as_of and (found := audits.load(connection, saved.id)):
            return found
    return None
