"""Classify, the worker's side: reads, segments, tags and stores the articles of one shard, batch by batch.

A worker process imports this and no more: neither the configuration nor the console, half a second for each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np

from models.codebook import Codebook
from models.document import Document
from models.errors import ModelError
from models.kept import SEGMENTER_VERSION, KeptWords
from models.tagger import Judged, Tagger
from pipeline.steps.model import load_model
from pipeline.store import Store, predictions, words
from pipeline.store.predictions import EVERYTHING, ReadBatch, Selection, Unread

FREED: Final = 31 << 20  # bytes; below 32 MiB, glibc keeps twice the largest block freed for later ones (mallopt)


@dataclass(frozen=True, slots=True)
class Shard:
    """One worker's share: the articles of an id range, both ends included, and the model to read them with."""

    store: Store
    folder: Path | None  # of the model; None is the codebook's cues alone
    model: str
    codebook: Codebook
    batch_size: int
    first_id: str
    last_id: str
    selection: Selection = EVERYTHING
    chosen: tuple[tuple[str, float], ...] = ()  # cut-offs of the campaign's own: topic, score


@dataclass(frozen=True, slots=True)
class ShardDone:
    """What one worker did for one shard, and what it cost."""

    articles: int
    segmented: int
    segment_s: float
    read_s: float


def read_shard(shard: Shard) -> ShardDone:
    """Tags the pending articles of one shard, batch by batch."""
    done, segmented_now, segment_s, began, codebook = 0, 0, 0.0, perf_counter(), shard.codebook.version
    batch = _pending(shard, shard.first_id)
    while batch:
        tagger = _tagger(shard.folder, shard.codebook, shard.model, shard.chosen)
        start = perf_counter()
        segmented, fresh = _words(shard.store, tagger, batch)
        segment_s += perf_counter() - start if fresh else 0.0
        segmented_now += fresh
        judged = tagger.judge(segmented)
        evidence = _evidence(shard.store, judged, batch)
        made = ReadBatch(shard.model, codebook, batch, judged.asked, judged.scores, judged.decided, evidence)
        rows = predictions.batch_rows(made)
        with shard.store.begin() as connection:
            predictions.save_rows(connection, rows)
        done += len(batch)
        batch = _pending(shard, batch[-1].id) if len(batch) == shard.batch_size else []
    return ShardDone(done, segmented_now, segment_s, perf_counter() - began - segment_s)


def _pending(shard: Shard, first: str) -> list[Unread]:
    """Gives the next batch; what was stored before is no longer pending, so that nothing else need be remembered."""
    with shard.store.read() as connection:
        ends = (first, shard.last_id)
        version = shard.codebook.version
        return predictions.pending(connection, shard.model, version, ends, shard.selection, shard.batch_size)


def _words(store: Store, tagger: Tagger, batch: Sequence[Unread]) -> tuple[list[KeptWords], int]:
    """Gives the words of each article, and how many texts had to be segmented now: the store keeps these, too."""
    with store.read() as connection:
        kept = words.encoded(connection, {article.content_hash for article in batch}, SEGMENTER_VERSION)
    fresh = {article.content_hash: article for article in batch if article.content_hash not in kept}
    if fresh:
        documents = _documents(store, list(fresh.values()))
        made = tagger.segment([documents[article.id] for article in fresh.values()])
        cut = {content: "\n".join(lines) for content, lines in zip(fresh, made, strict=True)}
        with store.begin() as connection:
            words.put(connection, SEGMENTER_VERSION, cut)
        kept |= {content: text.encode() for content, text in cut.items()}
    return [KeptWords(kept[article.content_hash]) for article in batch], len(fresh)


def _evidence(store: Store, judged: Judged, batch: Sequence[Unread]) -> dict[int, dict[str, str]]:
    """Gives the sentences for the topics that were decided: number in the batch -> topic -> sentence.

    Most articles have no topic, and their texts are not read.
    """
    told = np.flatnonzero(judged.decided.any(axis=1)).tolist()
    documents = _documents(store, [batch[row] for row in told])
    return {row: judged.evidence(row, judged.topics(row), documents[batch[row].id]) for row in told}


def _documents(store: Store, unread: Sequence[Unread]) -> dict[str, Document]:
    with store.read() as connection:
        found = predictions.texts(connection, unread)
    return {article: Document(*text) for article, text in found.items()}


@lru_cache(maxsize=1)
def _tagger(folder: Path | None, codebook: Codebook, model: str, chosen: tuple[tuple[str, float], ...]) -> Tagger:
    """Loads the model once in each process.

    Raises:
        ModelError: a file of the model is missing or changed, or the folder holds another version by now.
    """
    np.empty(FREED, dtype=np.uint8)  # freed at once
    tagger = load_model(folder, codebook, dict(chosen))
    if tagger.version != model:
        raise ModelError("other_version", file=folder, found=tagger.version, asked=model)
    return tagger
