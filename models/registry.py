"""The models of one campaign: every version in a folder of its own, and an append-only log of who reigns and why.

The log alone says which model is champion, so that no second file can disagree with it.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from models import artefact
from models.artefact import Manifest
from models.champion import Champion
from models.errors import ModelError

SHIPPED: Final = Path(__file__).parent / "shipped"  # the default model: champion where the log is empty
LOG: Final = "decisions.jsonl"
LOG_LOCK: Final = ".decisions.lock"  # held while a line is added: two that decide at once must both be kept
TRAINING_LOCK: Final = ".training.lock"  # held while a candidate is trained
PATIENCE_S: Final = (
    2.0  # seconds to wait for the right to train: whoever looks whether it is held, holds it for an instant
)

_VERSION: Final = re.compile(r"[0-9a-f]{12}")
_SCRATCH: Final = re.compile(r"\.[0-9a-f]{12}\.(?!old$).+")  # of `models.artefact`; ".old" is a model moved aside

Action = Literal["promote", "keep", "rollback"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the log. `champion` is the version that reigns afterwards; None means the shipped model."""

    at: str  # ISO 8601, UTC
    action: Action
    version: str  # that was judged
    champion: str | None
    reason: str
    by: str = ""  # who decided; "" where nobody but the comparison did
    gate: Mapping[str, Any] = field(default_factory=dict)  # what the comparison measured; {} where it was another one


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

    def left(self, version: str) -> bool:
        """Tells whether the last that happened to a version was a rollback from it."""
        told = [each.action for each in self.decisions() if each.version == version and each.action != "keep"]
        return bool(told) and told[-1] == "rollback"

    def promote(
        self, version: str, reason: str, at: datetime, *, by: str = "", gate: Mapping[str, Any] | None = None
    ) -> Decision:
        """Makes a registered version champion and logs why, who decided, and what was measured."""
        self.place(version)
        with self._deciding():
            return self._append(Decision(_time(at), "promote", version, version, reason, by, dict(gate or {})))

    def keep(
        self, version: str, reason: str, at: datetime, *, by: str = "", gate: Mapping[str, Any] | None = None
    ) -> Decision:
        """Logs why a registered version was not made champion."""
        self.place(version)
        with self._deciding():
            return self._append(Decision(_time(at), "keep", version, self.champion(), reason, by, dict(gate or {})))

    def rollback(self, reason: str, at: datetime, *, by: str = "") -> Decision:
        """Gives the throne back to the champion before the present one, and logs why.

        Raises:
            ModelError: the shipped model reigns already.
        """
        with self._deciding():
            reigns = _reigns(self.decisions())
            if len(reigns) < 2:
                raise ModelError("nothing_before", file=self.folder / LOG)
            before = reigns[-2]
            self.place(before)
            return self._append(Decision(_time(at), "rollback", str(reigns[-1]), before, reason, by))

    @contextmanager
    def training(self) -> Iterator[None]:
        """Holds the right to train for this registry; it ends with the process, however that ends.

        Raises:
            ModelError: another process trains.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        end = time.monotonic() + PATIENCE_S
        with (self.folder / TRAINING_LOCK).open("a") as handle:
            while not _takes(handle.fileno()):
                if time.monotonic() > end:
                    raise ModelError("training", folder=self.folder)
                time.sleep(PATIENCE_S / 20)
            self._sweep()
            yield

    def is_training(self) -> bool:
        """Tells whether a process trains for this registry now."""
        try:
            with (self.folder / TRAINING_LOCK).open("a") as handle:
                return not _takes(handle.fileno())
        except FileNotFoundError:
            return False

    def _sweep(self) -> None:
        """Removes what a killed training was writing; whoever writes a model here holds the right to train."""
        for entry in self.folder.iterdir():
            if _SCRATCH.fullmatch(entry.name):
                shutil.rmtree(entry, ignore_errors=True)

    @contextmanager
    def _deciding(self) -> Iterator[None]:
        """Waits until nobody else adds to the log; the log is read and written within."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / LOG_LOCK).open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _append(self, decision: Decision) -> Decision:
        """Adds a line; the whole log is written anew and renamed, so that no reader ever sees half a line."""
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


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _takes(handle: int) -> bool:
    """Takes the lock of an open file where it is free, and tells whether it did."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _reigns(decisions: Sequence[Decision]) -> list[str | None]:
    """Gives the champions that a rollback walks back through, the shipped model first."""
    reigns: list[str | None] = [None]
    for decision in decisions:
        if decision.action == "promote" and decision.champion != reigns[-1]:
            reigns.append(decision.champion)
        if decision.action == "rollback":
            reigns.pop()
    return reigns
