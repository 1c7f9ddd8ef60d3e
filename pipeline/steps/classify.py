"""Classify: tags every article whose present text the model has not read under the present codebook.

Shards are ranges of article ids. A worker reads, segments, tags and stores a batch at a time, so that a step killed
anywhere has kept every finished batch, and the next run reads only what is left. Where cut-offs have changed, articles that
were read before are decided anew from the scores that are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.kept import SEGMENTER_VERSION
from pipeline.config import Config
from pipeline.console import Advance
from pipeline.engine import open_engine
from pipeline.errors import InputError
from pipeline.steps.decide import decide, stale
from pipeline.steps.model import model_folder, model_version
from pipeline.steps.read_shard import Shard, ShardDone, read_shard
from pipeline.store import Store, codebooks, predictions, runs
from pipeline.store.predictions import EVERYTHING, Selection

STEPS: Final = ("classify", "nightly")  # in the run log: those that classify
LATEST: Final = 20  # runs of each of them by which the next is estimated
LEAST: Final = 20  # articles that those runs must have read before they tell anything


@dataclass(frozen=True, slots=True)
class Classified:
    """How many articles were tagged now, by which model under which codebook."""

    articles: int
    model: str
    codebook: str
    segmented: int = 0  # of the articles, those whose words were not kept
    decided: int = 0  # articles read before whose topics are others by the cut-offs as they are now
    segment_s: float = 0.0  # seconds of all workers together
    read_s: float = 0.0  # seconds of all workers together, without segmenting

    def counts(self) -> dict[str, float]:
        """Gives what the run log keeps; the estimate of the next run rests on it."""
        return {
            "predicted": self.articles,
            "segmented": self.segmented,
            "decided": self.decided,
            "segment_s": round(self.segment_s, 3),
            "read_s": round(self.read_s, 3),
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """What `classify` would do, and how long it may take."""

    model: str
    codebook: str
    selected: int
    done: int  # of the selected, those that the model has read in their present text
    to_read: int
    to_segment: int  # different texts among `to_read` whose words are not kept
    decide: bool  # cut-offs have changed: what was read before is decided anew
    seconds: float | None  # None where the last runs do not tell


def classify(
    config: Config, store: Store, advance: Advance, selection: Selection = EVERYTHING, at: datetime | None = None
) -> Classified:
    """Tags what is pending and stores the predictions; run again at once, it finds nothing to do.

    `at` is now: where cut-offs have changed, what was read before is decided anew, and the run log keeps when. Without it
    only what is pending is decided.

    Raises:
        InputError: the campaign has no topic.
        ModelError: the model cannot be loaded.
    """
    _need_topics(config)
    model, codebook = model_version(config), config.codebook.version
    with store.begin() as connection:
        codebooks.register(connection, codebook, config.codebook.as_json())
    decided = decide(config, store, at) if at is not None and stale(config, store) else 0
    with store.read() as connection:
        ids = predictions.pending_ids(connection, model, codebook, selection)
    folder, size = model_folder(config), config.engine.shard_size
    shards = [
        Shard(
            store=store,
            folder=folder,
            model=model,
            codebook=config.codebook,
            batch_size=config.classify.batch_size,
            first_id=part[0],
            last_id=part[-1],
            selection=selection,
            chosen=tuple(sorted(config.classify.thresholds.items())),
        )
        for part in (ids[start : start + size] for start in range(0, len(ids), size))
    ]
    made: list[ShardDone] = []
    for done in open_engine(config.engine).map(read_shard, shards):
        made.append(done)
        advance(min(len(ids), sum(each.articles for each in made)), len(ids))
    return Classified(
        articles=len(ids),  # a shard whose worker died tells only of what was left for the next worker
        model=model,
        codebook=codebook,
        segmented=sum(each.segmented for each in made),
        decided=decided,
        segment_s=sum(each.segment_s for each in made),
        read_s=sum(each.read_s for each in made),
    )


def plan(config: Config, store: Store, selection: Selection = EVERYTHING) -> Plan:
    """Tells what `classify` would do, and does nothing.

    Raises:
        InputError: the campaign has no topic.
        ModelError: no such model.
    """
    _need_topics(config)
    model, codebook = model_version(config), config.codebook.version
    with store.read() as connection:
        found = predictions.waiting(connection, model, codebook, selection, SEGMENTER_VERSION)
        latest = [run.counts or {} for step in STEPS for run in runs.done(connection, step, LATEST)]
    workers = config.engine.workers if config.engine.kind == "processes" else 1  # of a cluster nobody knows before
    return Plan(
        model=model,
        codebook=codebook,
        selected=found.selected,
        done=found.selected - len(found.ids),
        to_read=len(found.ids),
        to_segment=found.uncut,
        decide=stale(config, store),
        seconds=_estimated(latest, len(found.ids), found.uncut, workers),
    )


def _estimated(latest: Sequence[Mapping[str, float]], to_read: int, to_segment: int, workers: int) -> float | None:
    """Gives seconds by what an article cost in the last runs; None where they read too little of the kind."""
    spent = 0.0
    for number, count, seconds in ((to_read, "predicted", "read_s"), (to_segment, "segmented", "segment_s")):
        runs_with = [each for each in latest if seconds in each]
        had = sum(each.get(count, 0) for each in runs_with)
        if number and had < LEAST:
            return None
        if number:
            spent += number * sum(each[seconds] for each in runs_with) / had
    return spent / workers


def _need_topics(config: Config) -> None:
    if not config.topics:
        raise InputError(
            f"{config.file.name}: tagging needs [[topic]]; see `rasoat init`",
            f"{config.file.name}: muốn gán chủ đề phải có [[topic]]; xem `rasoat init`",
        )
