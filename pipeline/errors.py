"""What the pipeline raises; the CLI turns each into one line and exit code 1.

Every message is given in English and, where a user is likely to meet it, in Vietnamese too.
"""

from __future__ import annotations

from dataclasses import dataclass


class PipelineError(Exception):
    """Base of everything the pipeline raises; the message names the object, the value and the remedy."""

    def __init__(self, message: str, vi: str | None = None) -> None:
        super().__init__(message)
        self.vi = vi or message

    def text(self, lang: str) -> str:
        """Gives the message in Vietnamese ("vi") or English."""
        return self.vi if lang == "vi" else str(self)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in config.toml: where (key path), and what, in both languages."""

    path: str
    en: str
    vi: str


class ConfigError(PipelineError):
    """config.toml has faults: all of them at once, one a line, each `file: key.path: what is wrong`."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        super().__init__(
            "\n".join(f"{file}: {fault.path}: {fault.en}" for fault in faults),
            "\n".join(f"{file}: {fault.path}: {fault.vi}" for fault in faults),
        )
        self.faults = faults


class StoreError(PipelineError):
    """The store cannot be opened, is of another schema version, or refused a write."""


class InputError(PipelineError):
    """A file given by the user cannot be read: names the file, the line, and what was expected."""


class EngineError(PipelineError):
    """A worker process died; what it had stored stays stored, and the step can be run again."""
