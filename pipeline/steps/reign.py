"""Reign: the models that a campaign has, what parts any two of them, which one is used, and the way back to the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from models import artefact
from models.errors import ModelError
from models.registry import Decision, Registry
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.steps.model import CHAMPION, WEAK, registry_of, taught_by

SHIPPED: Final = "shipped"  # how the model that comes with the program is called
PREFIX: Final = 4  # letters of a version by which it may be named


@dataclass(frozen=True, slots=True)
class Version:
    """One model: when it was trained, on how many articles, its cross-validated score, and whether it is used."""

    version: str  # SHIPPED for the one that comes with the program
    trained: date
    articles: int
    macro_f1: float
    used: bool
    action: str = ""  # of the last decision about it: promote, keep, rollback; "" where there was none


@dataclass(frozen=True, slots=True)
class Card:
    """One model as its card and the log tell of it."""

    version: Version
    folder: Path
    card: Mapping[str, Any]  # of the manifest
    decisions: tuple[Decision, ...]  # about it, the oldest first

    @property
    def gate(self) -> Mapping[str, Any]:
        """What the gate last measured; {} where it never did."""
        return next((dict(each.gate) for each in reversed(self.decisions) if each.gate), {})


@dataclass(frozen=True, slots=True)
class TopicChange:
    """One topic in two models: F1 by cross-validation and cut-off; None where a model has not learnt it."""

    topic: str
    f1: tuple[float | None, float | None]
    threshold: tuple[float | None, float | None]
    positives: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Change:
    """What parts two models, the older first."""

    versions: tuple[str, str]
    articles: tuple[int, int]
    added: int | None  # articles that only the second learnt from; None where a model does not name its articles
    dropped: int | None
    same_labels: bool
    same_code: bool
    settings: tuple[tuple[str, object, object], ...]  # key, value of each; those that differ
    macro_f1: tuple[float, float]
    topics: tuple[TopicChange, ...]


@dataclass(frozen=True, slots=True)
class Throne:
    """Which model is used no longer, which is used from now on, and what config.toml uses in their place, "" where neither."""

    left: str
    used: str
    pinned: str  # `classify.model`, where that names a model of its own and the champion is not asked


def versions(config: Config) -> tuple[Version, ...]:
    """Gives the shipped model, then the campaign's own from the oldest to the newest.

    Raises:
        ModelError: a model or the log of decisions is damaged, or config.toml names a version that is not there.
    """
    registry = registry_of(config)
    used = _used(config, registry)
    actions = {each.version: each.action for each in registry.decisions()}
    own = sorted(
        (_version(registry, each, used, actions.get(each, "")) for each in registry.versions()),
        key=lambda v: (v.trained, v.version),
    )
    return _version(registry, None, used), *own


def reigning(config: Config) -> str:
    """Gives the champion's version, or SHIPPED; config.toml may name another model to tag with."""
    return registry_of(config).champion() or SHIPPED


def show(config: Config, name: str) -> Card:
    """Gives one model by its version, the beginning of it, or SHIPPED.

    Raises:
        InputError: there is none, or several begin so.
        ModelError: the model or the log is damaged.
    """
    registry = registry_of(config)
    version = _named(registry, name)
    decisions = tuple(each for each in registry.decisions() if each.version == version)
    last = decisions[-1].action if decisions else ""
    folder = registry.place(version)
    return Card(
        _version(registry, version, _used(config, registry), last),
        folder,
        artefact.read_manifest(folder).card,
        decisions,
    )


def diff(config: Config, older: str, newer: str) -> Change:
    """Tells what parts two models, named as for `show`.

    Raises:
        InputError: there is no such model.
        ModelError: a model is damaged.
    """
    one, other = show(config, older), show(config, newer)
    cards = one.card, other.card
    settings: tuple[Mapping[str, object], ...] = tuple(card.get("settings", {}) for card in cards)
    learnt = [taught_by(each.folder) for each in (one, other)]
    named = learnt[0] is not None and learnt[1] is not None
    return Change(
        versions=(one.version.version, other.version.version),
        articles=(one.version.articles, other.version.articles),
        added=len((learnt[1] or set()) - (learnt[0] or set())) if named else None,
        dropped=len((learnt[0] or set()) - (learnt[1] or set())) if named else None,
        same_labels=cards[0].get("labels_sha256") == cards[1].get("labels_sha256"),
        same_code=cards[0].get("code_sha256") == cards[1].get("code_sha256"),
        settings=tuple(
            (key, settings[0].get(key), settings[1].get(key))
            for key in sorted({*settings[0], *settings[1]})
            if settings[0].get(key) != settings[1].get(key)
        ),
        macro_f1=(one.version.macro_f1, other.version.macro_f1),
        topics=tuple(_topic_changes(*cards)),
    )


def promote(config: Config, name: str, reason: str, at: datetime, *, by: str = "") -> Throne:
    """Uses a registered model from now on, whatever the gate said, and keeps the reason and who decided in the log.

    Raises:
        InputError: the reason is empty, there is no such model, or it is used already.
        ModelError: a file of the model is missing or changed: then nothing is promoted.
    """
    _require_reason(reason)
    registry = registry_of(config)
    version = _named(registry, name)
    left = registry.champion()
    if version is None:
        raise InputError(
            f"{SHIPPED}: the shipped model is not promoted; go back to it with `rasoat models rollback`",
            "mô hình kèm sẵn không cần đưa vào dùng; muốn quay lại, dùng `rasoat models rollback`",
        )
    if version == left:
        raise InputError(f"{version}: in use already", f"{version}: mô hình này đang được dùng")
    artefact.load(registry.place(version))
    registry.promote(version, reason.strip(), at, by=by)
    return _throne(config, left, version)


def rollback(config: Config, reason: str, at: datetime, *, by: str = "") -> Throne:
    """Uses again the model that was used before the present one, and keeps the reason and who decided in the log.

    Raises:
        InputError: the reason is empty.
        ModelError: there is no model before the present one.
    """
    _require_reason(reason)
    registry = registry_of(config)
    left = registry.champion()
    decision = registry.rollback(reason.strip(), at, by=by)
    return _throne(config, left, decision.champion)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise InputError(
            "--reason: empty; say why, it is kept with the model",
            "--reason: còn trống; hãy ghi lý do, lý do được lưu cùng mô hình",
        )


def _throne(config: Config, left: str | None, used: str | None) -> Throne:
    pinned = "" if config.classify.model == CHAMPION else config.classify.model
    return Throne(left or SHIPPED, used or SHIPPED, pinned)


def _used(config: Config, registry: Registry) -> str | None:
    """Gives what tags: a version, None for the shipped model, WEAK for cues alone."""
    named = config.classify.model
    used = registry.champion() if named == CHAMPION else named
    registry.place(used if used != WEAK else None)
    return used


def _named(registry: Registry, name: str) -> str | None:
    """Gives the version that a user named; None for the shipped model."""
    if name == SHIPPED:
        return None
    known = registry.versions()
    found = [each for each in known if each == name or (len(name) >= PREFIX and each.startswith(name))]
    if len(found) != 1:
        listed = ", ".join((SHIPPED, *known))
        raise InputError(
            f"model {name!r}: no such version; there are: {listed}",
            f"mô hình {name!r}: không có phiên bản này; đang có: {listed}",
        )
    return found[0]


def _version(registry: Registry, version: str | None, used: str | None, action: str = "") -> Version:
    folder = registry.place(version)
    manifest = artefact.read_manifest(folder)
    try:
        day, score = date.fromisoformat(manifest.card["at"]), float(manifest.card["cross_validated"]["macro_f1"])
        articles = int(manifest.card["articles"])
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(folder, error) from None
    return Version(version or SHIPPED, day, articles, score, used=version == used, action=action)


def _damaged(folder: Path, error: Exception) -> ModelError:
    return ModelError("damaged", file=folder / artefact.MANIFEST, text=error)


def _topic_changes(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[TopicChange]:
    """Gives every topic that one of the two has learnt, in the order of the second, then of the first."""
    scores = [{row["topic"]: row for row in card["cross_validated"]["topics"]} for card in (one, other)]
    cuts = [card.get("thresholds", {}) for card in (one, other)]
    names = [*scores[1], *(topic for topic in scores[0] if topic not in scores[1])]

    def both(tables: list[Any], topic: str, key: str = "") -> tuple[Any, Any]:
        first, second = (table.get(topic) for table in tables)
        return (first and first[key], second and second[key]) if key else (first, second)

    return [
        TopicChange(topic, both(scores, topic, "f1"), both(cuts, topic), both(scores, topic, "positives"))
        for topic in names
    ]
