"""Classify: tags every article whose present text the model has not read under the present codebook.

Shards are ranges of article ids. A worker reads, segments, tags and stores a batch at a time, so that a step killed
anywhere has kept every finished batch, and the next run reads only what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import ceil
from pathlib import Path

from models.codebook import Codebook
from models.document import Document
from models.errors import ModelError
from models.segment import SEGMENTER_VERSION
from models.tagger import Tagger
from pipeline.config import Config
from pipeline.console import Advance
from pipeline.engine import open_engine
from pipeline.errors import InputError
from pipeline.records import Prediction, StoredArticle
from pipeline.steps.model import load_model, model_folder, model_version
from pipeline.store import Store, articles, codebooks, predictions, words


@dataclass(frozen=True, slots=True)
class Classified:
    """How many articles were tagged now, by which model under which codebook."""

    articles: int
    model: str
    codebook: str


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


def classify(config: Config, store: Store, advance: Advance) -> Classified:
    """Tags what is pending and stores the predictions; run again at once, it finds nothing to do.

    Raises:
        InputError: the campaign has no topic.
        ModelError: the model cannot be loaded.
    """
    if not config.topics:
        raise InputError(
            f"{config.file.name}: tagging needs [[topic]]; see `rasoat init`",
            f"{config.file.name}: muốn gán chủ đề phải có [[topic]]; xem `rasoat init`",
        )
    model, codebook = model_version(config), config.codebook.version
    with store.begin() as connection:
        codebooks.register(connection, codebook, config.codebook.as_json())
    with store.read() as connection:
        total = articles.count(connection)
        ranges = articles.id_ranges(connection, ceil(total / config.engine.shard_size)) if total else []
    tagged = 0
    folder, batch_size = model_folder(config), config.classify.batch_size
    shards = [Shard(store, folder, model, config.codebook, batch_size, first, last) for first, last in ranges]
    for number, done in enumerate(open_engine(config.engine).map(classify_shard, shards), start=1):
        tagged += done
        advance(min(total, number * config.engine.shard_size), total)
    return Classified(tagged, model, codebook)


def classify_shard(shard: Shard) -> int:
    """Tags the pending articles of one shard, batch by batch; gives their number."""
    done, codebook = 0, shard.codebook.version
    while batch := _pending(shard, codebook):
        tagger = _tagger(shard.folder, shard.codebook, shard.model)
        documents = [Document(article.title, article.text) for article in batch]
        segmented = _words(shard.store, tagger, batch, documents)
        made = [
            Prediction(
                article=article.id,
                content_hash=article.content_hash,
                model=shard.model,
                codebook=codebook,
                scores=tagged.scores,
                topics=tagged.topics,
                evidence=tagged.evidence,
            )
            for article, tagged in zip(batch, tagger.tag(documents, segmented), strict=True)
        ]
        with shard.store.begin() as connection:
            predictions.save(connection, made)
        done += len(batch)
    return done


def _pending(shard: Shard, codebook: str) -> list[StoredArticle]:
    """Gives the next batch; what was stored before is no longer pending, so the query itself is the bookmark."""
    with shard.store.read() as connection:
        waiting = predictions.pending(connection, shard.model, codebook, shard.first_id, shard.last_id)
        return list(islice(waiting, shard.batch_size))


def _words(
    store: Store, tagger: Tagger, batch: Sequence[StoredArticle], documents: Sequence[Document]
) -> list[list[str]]:
    """Gives the words of each article: those the store keeps, and the others segmented now and kept."""
    with store.read() as connection:
        kept = words.get(connection, {article.content_hash for article in batch}, SEGMENTER_VERSION)
    fresh = {
        article.content_hash: document
        for article, document in zip(batch, documents, strict=True)
        if article.content_hash not in kept
    }
    if fresh:
        made = tagger.segment(list(fresh.values()))
        cut = {content: "\n".join(lines) for content, lines in zip(fresh, made, strict=True)}
        with store.begin() as connection:
            words.put(connection, SEGMENTER_VERSION, cut)
        kept |= cut
    return [kept[article.content_hash].split("\n") for article in batch]


@lru_cache(maxsize=1)
def _tagger(folder: Path | None, codebook: Codebook, model: str) -> Tagger:
    """Loads the model once in each process.

    Raises:
        ModelError: a file of the model is missing or changed, or the folder holds another version by now.
    """
    tagger = load_model(folder, codebook)
    if tagger.version != model:
        raise ModelError("other_version", file=folder, found=tagger.version, asked=model)
    return tagger
