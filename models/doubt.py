"""Tells what the bands of doubt are worth: how much they leave to a person, and how sure all else is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.codebook import UNLABELLED


@dataclass(frozen=True, slots=True)
class Doubt:
    """One topic, or "" for all: what lies in, above and below its band, in articles that somebody judged.

    Shares of nothing are None. Where models spoke repeatedly, `unsure` is the mean and the shares pool what they said.
    """

    topic: str
    articles: int
    unsure: float  # articles in the band; for "" in that of any topic
    true: float | None  # share of what lies in the band that has the topic
    precision: float | None  # the same of what lies above it: right without a person
    recall: float | None  # share of what has the topic that lies above or in it: found once a person has read the band


def doubts(topics: Sequence[str], labels: np.ndarray, decided: np.ndarray, unsure: np.ndarray) -> tuple[Doubt, ...]:
    """Measures bands on labels (n_articles, n_topics); all topics together first, then each one.

    `decided` and `unsure`, (n_repeats, n_articles, n_topics), are what models said; what is neither lies below the band.
    """
    known = np.broadcast_to(labels != UNLABELLED, decided.shape)
    truth = np.broadcast_to(labels == 1, decided.shape)
    parts = [("", slice(None)), *((topic, slice(n, n + 1)) for n, topic in enumerate(topics))]
    return tuple(_doubt(name, *(each[..., own] for each in (known, truth, decided, unsure))) for name, own in parts)


def _doubt(topic: str, known: np.ndarray, truth: np.ndarray, decided: np.ndarray, unsure: np.ndarray) -> Doubt:
    within, above, true = unsure & known, decided & ~unsure & known, truth & known
    return Doubt(
        topic=topic,
        articles=int(known[0].any(axis=-1).sum()),
        unsure=float(within.any(axis=-1).sum(axis=-1).mean()),
        true=_share(within & true, within),
        precision=_share(above & true, above),
        recall=_share((above | within) & true, true),
    )


def _share(part: np.ndarray, whole: np.ndarray) -> float | None:
    size = int(whole.sum())
    return int(part.sum()) / size if size else None
