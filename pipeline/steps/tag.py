"""Tag: a file of articles in, a file of topics, scores and evidence out; no campaign and no store needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
from pipeline.errors import InputError
from pipeline.files import not_one, numbered_jsonl, write_jsonl
from pipeline.steps.model import chosen_cutoffs, load_model, named_model

BATCH = 200  # rows tagged together; about 1 MB of text
Model = tuple[Path | None, Codebook, tuple[tuple[str, float], ...]]  # the first fields of a batch


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that one worker tags, and the model to tag them with."""

    number: int
    folder: Path | None  # of the model; None is the codebook's cues alone
    codebook: Codebook
    chosen: tuple[tuple[str, float], ...]  # cut-offs of the campaign's own: topic, score
    ids: tuple[object, ...]
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class TaggedFile:
    """How many rows were tagged, and what was wrong with those that were not."""

    rows: int
    faults: tuple[InputError, ...]


def tag_file(
    config: Config | None,
    source: Path,
    target: Path,
    advance: Advance,
    *,
    model: Path | None = None,
    workers: int | None = None,
) -> TaggedFile:
    """Tags the rows `{"id", "title", "body"}` (and "lead" if present) of a file.

    Each becomes `{"id", "topics", "unsure", "scores", "evidence"}`, in the same order; the result appears whole or not at
    all. A row that is not JSON, has no "id", or whose title, lead or body is not text is left out and told by its line.

    Raises:
        InputError: the file cannot be read to its end, or not one of its rows.
        ModelError: the model cannot be loaded.
    """
    folder, codebook = named_model(config, model)
    chosen = tuple(sorted(chosen_cutoffs(config).items()))
    _tagger(folder, codebook, chosen)  # a fault of the model shows before any worker starts
    faults: list[InputError] = []
    results = _engine(config, workers).map(tag_batch, _batches(source, (folder, codebook, chosen), faults))
    rows = write_jsonl(target, _counted(_in_order(results), advance, source, faults))
    return TaggedFile(rows, tuple(faults))


def tag_batch(batch: Batch) -> tuple[int, list[dict[str, Any]]]:
    """Tags one batch; gives its number and its rows."""
    tagged = _tagger(batch.folder, batch.codebook, batch.chosen).tag(batch.documents)
    return batch.number, [
        {
            "id": identity,
            "topics": list(each.topics),
            "unsure": list(each.unsure),
            "scores": dict(each.scores),
            "evidence": dict(each.evidence),
        }
        for identity, each in zip(batch.ids, tagged, strict=True)
    ]


def _batches(source: Path, model: Model, faults: list[InputError]) -> Iterator[Batch]:
    rows = _documents(source, faults)
    number = 0
    while part := list(islice(rows, BATCH)):
        ids, documents = zip(*part, strict=True)
        yield Batch(number, *model, ids, documents)
        number += 1


def _documents(source: Path, faults: list[InputError]) -> Iterator[tuple[object, Document]]:
    """Yields id and text of every row that can be read; what is wrong with the others goes into `faults`."""
    for line, row in numbered_jsonl(source, required=("id",), bad=faults.append):
        try:
            document = document_of(source, line, row)
        except InputError as error:
            faults.append(error)
        else:
            yield storable(row["id"]), document


def _in_order(results: Iterable[tuple[int, list[dict[str, Any]]]]) -> Iterator[dict[str, Any]]:
    """Yields rows in the order of the input, whatever the order in which batches finish."""
    early: dict[int, list[dict[str, Any]]] = {}
    following = 0
    for number, rows in results:
        early[number] = rows
        while following in early:
            yield from early.pop(following)
            following += 1


def _counted(
    rows: Iterable[dict[str, Any]], advance: Advance, source: Path, faults: Sequence[InputError]
) -> Iterator[dict[str, Any]]:
    """Passes the rows on, and breaks off before the end where there is none but faults, so that nothing is written."""
    number = 0
    for number, row in enumerate(rows, start=1):
        yield row
        advance(number)
    if faults and not number:
        raise not_one(source, faults)


def _engine(config: Config | None, workers: int | None) -> Engine:
    if workers is not None:
        return ProcessEngine(workers) if workers > 1 else InlineEngine()
    return open_engine(config.engine) if config else InlineEngine()


@lru_cache(maxsize=1)
def _tagger(folder: Path | None, codebook: Codebook, chosen: tuple[tuple[str, float], ...]) -> Tagger:
    """Loads the model once in each process."""
    return load_model(folder, codebook, dict(chosen))
