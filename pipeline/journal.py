"""Journal: the lines by which an operator follows a night; plain words with the time, or JSON for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, MutableMapping
from datetime import datetime
from typing import Any, Final, TextIO

import structlog

from crawlers.dates import LOCAL_TZ
from pipeline.console import Speaker

SIGNS: Final[Mapping[str, str]] = {"info": "", "warning": "! ", "error": "!! "}


class Journal:
    """Writes one line for each event to standard error: its name, its level, its words in one language, and its figures.

    Plain lines leave out the figures, and are not written where progress is shown on a terminal, or with `--quiet`.
    """

    def __init__(
        self, speaker: Speaker, clock: Callable[[], datetime], *, as_json: bool = False, out: TextIO | None = None
    ) -> None:
        self._speaker = speaker
        self._silent = not as_json and (speaker.quiet or speaker.shows_bars)
        self._log = structlog.wrap_logger(
            structlog.WriteLogger(out or sys.stderr),
            processors=[
                structlog.stdlib.add_log_level,
                _stamped(clock),
                _as_json if as_json else _as_line,
            ],
        )

    def info(self, event: str, vi: str, en: str, **facts: object) -> None:
        """Tells what went as it should."""
        self._tell("info", event, vi, en, facts)

    def warn(self, event: str, vi: str, en: str, **facts: object) -> None:
        """Tells what somebody should look at, though the night goes on."""
        self._tell("warning", event, vi, en, facts)

    def fail(self, event: str, vi: str, en: str, **facts: object) -> None:
        """Tells why the night ended."""
        self._tell("error", event, vi, en, facts)

    def _tell(self, level: str, event: str, vi: str, en: str, facts: Mapping[str, object]) -> None:
        if not self._silent:
            getattr(self._log, level)(event, message=self._speaker.t(vi, en), **facts)


def _stamped(clock: Callable[[], datetime]) -> Callable[..., MutableMapping[str, Any]]:
    def stamp(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["at"] = clock()
        return event

    return stamp


def _as_line(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
    return f"{event['at'].astimezone(LOCAL_TZ):%H:%M:%S} {SIGNS[event['level']]}{event['message']}"


def _as_json(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
    first = {"at": event.pop("at").isoformat(), "level": event.pop("level"), "event": event.pop("event")}
    return json.dumps({**first, **event}, ensure_ascii=False, default=str)
