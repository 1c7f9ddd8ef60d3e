"""What an audit judges by beside the articles: what was known, how readers agree, how good the model is, which inputs it had."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from typing import Final

import numpy as np

from models.artefact import MANIFEST
from pipeline.audits import Agreement, Sample
from pipeline.config import Config
from pipeline.cues import file_of as cues_file
from pipeline.frames import UNREAD, Frame
from pipeline.records import DayProof
from pipeline.review.agreement import Reading, agreement, counts, shared
from pipeline.steps.model import manifest_of, model_folder, model_version
from pipeline.store import Connection, Store, fetches, observations, spoken
from pipeline.store.framing import Framed
from pipeline.store.spoken import Said
from pipeline.store.types import dump_json

LIBRARIES: Final = ("numpy", "scipy", "scikit-learn", "underthesea")  # whose other versions may give other numbers


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knew when an audit began; a later audit by the same knowledge gives the same result.

    An audit as of an earlier day judges by all that is known now, as a reading made later still tells what was published then.
    """

    said: Said
    night: date | None  # the newest night in which anything was settled
    looked: date | None = None  # the newest night that looked at any day


def known_now(store: Store) -> Known:
    """Gives what the store knows."""
    with store.read() as connection:
        night, looked = fetches.last_night(connection), observations.last_look(connection)
        return Known(spoken.now(connection), night, looked)


def last_day_over(night: date | None, as_of: date) -> date:
    """Gives the last day that could be seen whole: that of the audit itself only where a later night looked back at it."""
    return as_of if night is not None and night > as_of else as_of - timedelta(days=1)


def agreements(config: Config, connection: Connection, said: Said) -> tuple[Agreement, ...]:
    """Tells how far two readers agree on each topic, from readings that were independent of each other."""
    words: dict[str, list[Reading]] = {topic: [] for topic in config.codebook.ids}
    for topic, article, reviewer, value in spoken.twice(connection, said):
        if topic in words:
            words[topic].append((article, reviewer, value))
    found = []
    for each in agreement(words, config.review.seed):
        both = shared(counts(words[each.topic]))
        poor = (
            each.alpha is not None and each.alpha < config.audit.agreement
        )  # None: all say one thing, or none read twice
        found.append(Agreement(each.topic, each.articles, each.alpha, each.low, each.high, both, poor))
    return tuple(found)


def sample_of(config: Config, connection: Connection, said: Said, frame: Frame) -> Sample:
    """Tells how far the uniform sample is read, in texts: near-duplicates are one."""
    drawn = spoken.uniform(connection, said, config.review.seed)
    rows = np.flatnonzero(np.isin(frame.ids, drawn.articles))
    texts, place = np.unique(frame.clusters[rows], return_inverse=True)
    place = place.reshape(-1)
    read = np.zeros(len(texts), dtype=np.bool_)
    refused = np.zeros(len(texts), dtype=np.bool_)
    np.logical_or.at(read, place, (frame.said[rows] != UNREAD).any(axis=1))
    np.logical_or.at(refused, place, frame.skipped[rows])
    skipped = int((refused & ~read).sum())
    return Sample(drawn.rate, len(texts), int(read.sum()), skipped, len(texts) - int(read.sum()) - skipped)


def assessment(config: Config) -> Mapping[str, tuple[int, int]]:
    """Gives what the model's own assessment found of each topic's articles: found, all. None of a topic that it has not learnt.

    The assessment of articles that no pattern picked comes before the one of all that it was trained on.

    Raises:
        ModelError: no such version, or its manifest is missing.
    """
    folder = model_folder(config)
    card = {} if folder is None else manifest_of(folder).card
    rows = (card.get("assessed") or card.get("cross_validated") or {}).get("topics", [])
    by_name = {row["topic"]: row for row in rows}
    names = config.codebook.learnt_as(by_name)
    found = {topic: by_name[names[topic]] for topic in config.codebook.ids if topic in names}
    return {
        topic: (round(float(row["recall"]) * int(row["positives"])), int(row["positives"]))
        for topic, row in found.items()
        if row.get("recall") is not None
    }


def digests(config: Config, framed: Framed, proofs: Sequence[DayProof], told: Sequence[object]) -> dict[str, str]:
    """Gives the SHA-256 or the version of everything that a result follows from, by name; the same on every machine.

    `told` is what the last night's crawl says beside the proofs: failures, and how the sources are.
    """
    folder = model_folder(config)
    cues = cues_file(config.classify.cues, config.file.parent)
    proved = [(each.outlet, str(each.day), each.proved, each.reason and each.reason.as_json()) for each in proofs]
    return {
        "config": config.sha256,
        "codebook": config.codebook.version,
        **({"cues": _sha256(cues.read_bytes())} if cues is not None else {}),
        "model": model_version(config),
        **({"model_files": _sha256((folder / MANIFEST).read_bytes())} if folder is not None else {}),
        "articles": framed.articles,
        "predictions": framed.predictions,
        "labels": framed.words,
        "proofs": _sha256(dump_json(proved).encode()),
        "sources": _sha256("\n".join(map(repr, told)).encode()),
        "rasoat": version("rasoat"),
        **{name: version(name) for name in LIBRARIES},
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
