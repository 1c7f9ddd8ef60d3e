"""The models of one campaign: every version in a folder of its own, and an append-only log of who reigns and why.

The log alone says which model is champion, so that no second file can disagree with it.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from models import artefact
from models.artefact import Manifest
from models.champion import Champion
from models.errors import ModelError

SHIPPED: Final = Path(__file__).parent / "shipped"  # the default model: champion where the log is empty
LOG: Final = "decisions.jsonl"

_VERSION: Final = re.compile(r"[0-9a-f]{12}")

Action = Literal["promote", "keep", "rollback"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the log. `champion` is the version that reigns afterwards; None means the shipped model."""

    at: str  # ISO 8601, UTC
    action: Action
    version: str  # that was judged
    champion: str | None
    reason: str


class Registry:
    """The registry in one folder; the folder need not exist until something is registered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def versions(self) -> tuple[str, ...]:
        """Gives the registered versions, ordered by name."""
        if not self.folder.is_dir():
            return ()
        return tuple(sorted(entry.name for entry in self.folder.iterdir() if _VERSION.fullmatch(entry.name)))

    def place(self, version: str | None) -> Path:
        """Gives the folder of a version, or of the shipped model for None.

        Raises:
            ModelError: there is no such version.
        """
        if version is None:
            return SHIPPED
        if version not in self.versions():
            if not self.versions():
                raise ModelError("no_version_yet", version=version, folder=self.folder)
            raise ModelError("no_version", version=version, folder=self.folder, known=", ".join(self.versions()))
        return self.folder / version

    def register(self, classifier: Champion, card: Mapping[str, Any], documents: Mapping[str, str]) -> Manifest:
        """Stores a model under its version; a version that is there already stays as it is."""
        version = artefact.version_of(classifier)
        if version in self.versions():
            return artefact.read_manifest(self.folder / version)
        return artefact.save(self.folder / version, classifier, card, documents)

    def decisions(self) -> tuple[Decision, ...]:
        """Gives the log, oldest first.

        Raises:
            ModelError: a line of the log is damaged.
        """
        try:
            lines = (self.folder / LOG).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return ()
        return tuple(self._decision(number, line) for number, line in enumerate(lines, start=1))

    def champion(self) -> str | None:
        """Gives the version that reigns; None is the shipped model."""
        decisions = self.decisions()
        return decisions[-1].champion if decisions else None

    def promote(self, version: str, reason: str, at: datetime) -> Decision:
        """Makes a registered version champion and logs why."""
        self.place(version)
        return self._append("promote", version, version, reason, at)

    def keep(self, version: str, reason: str, at: datetime) -> Decision:
        """Logs why a registered version was not made champion."""
        self.place(version)
        return self._append("keep", version, self.champion(), reason, at)

    def rollback(self, reason: str, at: datetime) -> Decision:
        """Gives the throne back to the champion before the present one, and logs why.

        Raises:
            ModelError: the shipped model reigns already.
        """
        reigns = _reigns(self.decisions())
        if len(reigns) < 2:
            raise ModelError("nothing_before", file=self.folder / LOG)
        before = reigns[-2]
        self.place(before)
        return self._append("rollback", str(reigns[-1]), before, reason, at)

    def _append(self, action: Action, version: str, champion: str | None, reason: str, at: datetime) -> Decision:
        """Adds a line; the whole log is written anew and renamed, so that no reader ever sees half a line."""
        decision = Decision(at.isoformat(timespec="seconds"), action, version, champion, reason)
        lines = [*self.decisions(), decision]
        text = "".join(f"{json.dumps(asdict(line), ensure_ascii=False)}\n" for line in lines)
        handle, name = tempfile.mkstemp(prefix=f".{LOG}.", dir=self.folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            Path(name).replace(self.folder / LOG)
        finally:
            Path(name).unlink(missing_ok=True)
        return decision

    def _decision(self, number: int, line: str) -> Decision:
        try:
            return Decision(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise ModelError("log_damaged", file=self.folder / LOG, line=number, text=error) from None


def _reigns(decisions: Sequence[Decision]) -> list[str | None]:
    """Gives the champions that a rollback walks back through, the shipped model first."""
    reigns: list[str | None] = [None]
    for decision in decisions:
        if decision.action == "promote" and decision.champion != reigns[-1]:
            reigns.append(decision.champion)
        if decision.action == "rollback":
            reigns.pop()
    return reigns
