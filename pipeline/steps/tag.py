"""Tag: a file of articles in, a file of topics, scores and evidence out; no campaign and no store needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from models.codebook import Codebook
from models.document import Document
from models.tagger import Tagger
from pipeline.config import Config
from pipeline.console import Advance
from pipeline.documents import document_of, storable
from pipeline.engine import Engine, InlineEngine, ProcessEngine, open_engine
from pipeline.files import numbered_jsonl, write_jsonl
from pipeline.steps.model import load_model, named_model

BATCH = 200  # rows tagged together; about 1 MB of text


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that one worker tags, and the model to tag them with."""

    number: int
    folder: Path | None  # of the model; None is the codebook's cues alone
    codebook: Codebook
    ids: tuple[object, ...]
    documents: tuple[Document, ...]


def tag_file(
    config: Config | None,
    source: Path,
    target: Path,
    advance: Advance,
    *,
    model: Path | None = None,
    workers: int | None = None,
) -> int:
    """Tags the rows `{"id", "title", "body"}` (and "lead" if present) of a file; gives their number.

    Each becomes `{"id", "topics", "scores", "evidence"}`, in the same order; the result appears whole or not at all.

    Raises:
        InputError: names file and line: not JSON, no "id", a title, lead or body that is not text.
        ModelError: the model cannot be loaded.
    """
    folder, codebook = named_model(config, model)
    _tagger(folder, codebook)  # a fault of the model shows before any worker starts
    results = _engine(config, workers).map(tag_batch, _batches(source, folder, codebook))
    return write_jsonl(target, _counted(_in_order(results), advance))


def tag_batch(batch: Batch) -> tuple[int, list[dict[str, Any]]]:
    """Tags one batch; gives its number and its rows."""
    tagged = _tagger(batch.folder, batch.codebook).tag(batch.documents)
    return batch.number, [
        {"id": identity, "topics": list(each.topics), "scores": dict(each.scores), "evidence": dict(each.evidence)}
        for identity, each in zip(batch.ids, tagged, strict=True)
    ]


def _batches(source: Path, folder: Path | None, codebook: Codebook) -> Iterator[Batch]:
    rows = numbered_jsonl(source, required=("id",))
    number = 0
    while part := list(islice(rows, BATCH)):
        documents = tuple(document_of(source, line, row) for line, row in part)
        yield Batch(number, folder, codebook, tuple(storable(row["id"]) for _, row in part), documents)
        number += 1


def _in_order(results: Iterable[tuple[int, list[dict[str, Any]]]]) -> Iterator[dict[str, Any]]:
    """Yields rows in the order of the input, whatever the order in which batches finish."""
    early: dict[int, list[dict[str, Any]]] = {}
    following = 0
    for number, rows in results:
        early[number] = rows
        while following in early:
            yield from early.pop(following)
            following += 1


def _counted(rows: Iterable[dict[str, Any]], advance: Advance) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(rows, start=1):
        yield row
        advance(number)


def _engine(config: Config | None, workers: int | None) -> Engine:
    if workers is not None:
        return ProcessEngine(workers) if workers > 1 else InlineEngine()
    return open_engine(config.engine) if config else InlineEngine()


@lru_cache(maxsize=1)
def _tagger(folder: Path | None, codebook: Codebook) -> Tagger:
    """Loads the model once in each process."""
    return load_model(folder, codebook)
