"""Reign: the models that a campaign has, which of them is used, and the way back to the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from models import artefact
from models.errors import ModelError
from models.registry import Registry
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.steps.model import CHAMPION, WEAK, registry_of

SHIPPED = "shipped"  # how the model that comes with the program is called


@dataclass(frozen=True, slots=True)
class Version:
    """One model: when it was trained, on how many articles, its cross-validated score, and whether it is used."""

    version: str  # SHIPPED for the one that comes with the program
    trained: date
    articles: int
    macro_f1: float
    used: bool


@dataclass(frozen=True, slots=True)
class Rollback:
    """Which model is used no longer, which is used again, and what config.toml uses in their place, "" where neither."""

    left: str
    used: str
    pinned: str  # `classify.model`, where that names a model of its own and the champion is not asked


def versions(config: Config) -> tuple[Version, ...]:
    """Gives the shipped model, then the campaign's own from the oldest to the newest.

    Raises:
        ModelError: a model or the log of decisions is damaged, or config.toml names a version that is not there.
    """
    registry = registry_of(config)
    named = config.classify.model
    used = registry.champion() if named == CHAMPION else named
    registry.place(used if used != WEAK else None)
    own = sorted((_version(registry, each, used) for each in registry.versions()), key=lambda v: (v.trained, v.version))
    return _version(registry, None, used), *own


def rollback(config: Config, reason: str, at: datetime) -> Rollback:
    """Uses again the model that was used before the present one, and keeps the reason in the log.

    Raises:
        InputError: the reason is empty.
        ModelError: there is no model before the present one.
    """
    if not reason.strip():
        raise InputError(
            "--reason: empty; say why, it is kept with the model",
            "--reason: còn trống; hãy ghi lý do, lý do được lưu cùng mô hình",
        )
    registry = registry_of(config)
    left = registry.champion()
    decision = registry.rollback(reason.strip(), at)
    pinned = "" if config.classify.model == CHAMPION else config.classify.model
    return Rollback(left or SHIPPED, decision.champion or SHIPPED, pinned)


def _version(registry: Registry, version: str | None, used: str | None) -> Version:
    folder = registry.place(version)
    card = artefact.read_manifest(folder).card
    try:
        day, score = date.fromisoformat(card["at"]), float(card["cross_validated"]["macro_f1"])
        return Version(version or SHIPPED, day, int(card["articles"]), score, used=version == used)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError("damaged", file=folder / artefact.MANIFEST, text=error) from None
