"""Which model tags: the registry's champion, a version, the codebook's cues alone, or a folder that was named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from models import artefact
from models.artefact import Manifest
from models.codebook import Codebook, Topic
from models.registry import SHIPPED, Registry
from models.tagger import Tagger, tagger_version
from models.weak import THRESHOLD, WEAK_VERSION

if TYPE_CHECKING:  # workers load models too, and no configuration
    from pipeline.config import Config

CHAMPION = "champion"
WEAK = "weak"
TAUGHT = "taught.json"  # beside a model: ids of the articles that it was trained on, which may never judge it


def registry_of(config: Config) -> Registry:
    """Gives the campaign's registry: `models` in its data folder."""
    return Registry(config.data / "models")


def taught_by(folder: Path | None) -> frozenset[str] | None:
    """Gives the ids of the articles that a model was trained on; None where it names none, as the shipped one does."""
    try:
        return None if folder is None else frozenset(json.loads((folder / TAUGHT).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def load_champion(config: Config) -> Tagger:
    """Loads what `classify.model` names, for the topics of the campaign; those it has not learnt go by their cues.

    Raises:
        ModelError: no such version, or a file of the model is missing or changed.
    """
    return load_model(model_folder(config), config.codebook, config.classify.thresholds)


def named_model(config: Config | None, folder: Path | None) -> tuple[Path | None, Codebook]:
    """Gives the folder of the model that the user named, else the campaign's, else the shipped one; and what to ask it.

    Asked are the topics of the campaign; without a campaign, or where it has no topics, those that the model has learnt.

    Raises:
        ModelError: no such version, or the folder holds no model.
    """
    if config is not None and config.topics:
        return folder or model_folder(config), config.codebook
    folder = folder or SHIPPED
    topics = artefact.read_manifest(folder).topics
    return folder, Codebook(tuple(Topic(topic, topic, topic, "") for topic in topics))


def chosen_cutoffs(config: Config | None) -> Mapping[str, float]:
    """Gives the cut-offs that a campaign sets in place of those that its model has learnt; none without topics of its own."""
    return config.classify.thresholds if config is not None and config.topics else {}


def load_model(folder: Path | None, codebook: Codebook, chosen: Mapping[str, float] | None = None) -> Tagger:
    """Loads the model of a folder; None is the codebook's cues alone. `chosen` cut-offs come before those it has learnt.

    Raises:
        ModelError: a file of the model is missing or changed.
    """
    if folder is None:
        return Tagger(codebook, None, chosen=chosen)
    classifier, manifest = artefact.load(folder)
    return Tagger(codebook, classifier, manifest.version, chosen)


def model_version(config: Config) -> str:
    """Gives the version that `load_champion` would have, without loading the model.

    Raises:
        ModelError: no such version, or its manifest is missing.
    """
    folder = model_folder(config)
    if folder is None:
        return WEAK_VERSION
    manifest = manifest_of(folder)
    return tagger_version(manifest.version, config.codebook, manifest.topics)


def cutoffs_of(config: Config) -> Mapping[str, float]:
    """Gives the score from which a topic is decided, for every topic of the campaign: chosen in config.toml, or learnt.

    Raises:
        ModelError: no such version, or its manifest is missing.
    """
    folder = model_folder(config)
    card = {} if folder is None else manifest_of(folder).card
    learnt = card.get("thresholds", {})
    names = config.codebook.learnt_as(learnt)
    own = {topic: float(learnt[names[topic]]) if topic in names else THRESHOLD for topic in config.codebook.ids}
    return own | {topic: cut for topic, cut in config.classify.thresholds.items() if topic in own}


def manifest_of(folder: Path) -> Manifest:
    """Reads what a model says of itself, anew where its file is another one than last time.

    Raises:
        ModelError: there is no model, or its format is another program's.
    """
    try:
        stat = (folder / artefact.MANIFEST).stat()
    except OSError:  # `read_manifest` knows where else to look, and what to say
        return artefact.read_manifest(folder)
    return _manifest(folder, (stat.st_mtime_ns, stat.st_size, stat.st_ino))


def model_folder(config: Config) -> Path | None:
    """Gives the folder of the model that `classify.model` names; None for the codebook's cues.

    Raises:
        ModelError: no such version.
    """
    named = config.classify.model
    if named == WEAK:
        return None
    registry = registry_of(config)
    return registry.place(registry.champion() if named == CHAMPION else named)


@lru_cache(maxsize=8)  # a manifest takes 1 ms to read, and every article that is served asks twice
def _manifest(folder: Path, stamp: tuple[int, int, int]) -> Manifest:  # noqa: ARG001 - the stamp tells files apart
    return artefact.read_manifest(folder)
