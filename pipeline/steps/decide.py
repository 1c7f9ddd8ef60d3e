"""Decide: makes decisions anew from the scores that are kept, when cut-offs have changed; reads no article for a topic again.

Only articles whose decisions change are looked at: for a topic that is new to one, the model finds the sentence that speaks
for it in the words that are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.document import Document
from models.kept import SEGMENTER_VERSION
from models.tagger import SCORE_DIGITS, Tagger
from pipeline.config import Config
from pipeline.records import Prediction
from pipeline.steps.model import cutoffs_of, load_champion, model_version
from pipeline.store import Connection, Store, articles, predictions, runs, words
from pipeline.store.packed import head, unpack
from pipeline.store.types import dump_json

STEP: Final = "decide"  # in the run log
ROWS: Final = 5_000  # predictions looked at in one transaction; half a megabyte
NOTED: Final = 100  # runs among which the last of a model is looked for


def stale(config: Config, store: Store) -> bool:
    """Tells whether the cut-offs that config.toml chooses are others than those by which the store was decided last."""
    with store.read() as connection:
        return _noted(connection, config) != _digest(config)


def decide(config: Config, store: Store, at: datetime) -> int:
    """Decides every present text by the cut-offs as they are; gives the number of articles whose topics change.

    Killed and run again it ends in the same state; run twice, the second run finds nothing to do.

    Raises:
        ModelError: the model cannot be loaded.
    """
    asked = {"model": model_version(config), "codebook": config.codebook.version}
    with store.begin() as connection:
        run = runs.start(connection, STEP, asked, at, {"thresholds": _digest(config)})
    decider = _Decider(config, store)
    changed = seen = 0
    after: str | None = ""
    while after is not None:
        after, rows, moved = decider.batch(after)
        seen, changed = seen + rows, changed + moved
    with store.begin() as connection:
        runs.finish(connection, run, "done", {"seen": seen, "changed": changed}, at)
    return changed


class _Decider:
    """Goes through the predictions of one model under one codebook, from id to id."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config, self._store = config, store
        self._model, self._codebook = model_version(config), config.codebook.version
        self._topics = config.codebook.ids  # in the codebook's order, as decided topics stand
        self._cutoffs = cutoffs_of(config)
        self._names = sorted(self._topics)  # in the order of packed rows
        self._head = head(self._names)
        self._tagger: Tagger | None = None

    def batch(self, after: str) -> tuple[str | None, int, int]:
        """Decides some more; gives the last id, None at the end, and how many rows were seen and were changed."""
        with self._store.read() as connection:
            rows = predictions.packed(connection, self._model, self._codebook, after, ROWS)
            suspects = self._suspects(rows)
            kept = predictions.of_some(connection, suspects, self._model, self._codebook)
            moved = {each.article: topics for each in kept.values() if (topics := self._decided(each)) != each.topics}
            texts = {each.id: each for each in articles.stream(connection, ids=sorted(moved))}
            new = {each.content_hash for each in texts.values() if set(moved[each.id]) - kept[each.id].evidence.keys()}
            cut = words.get(connection, new, SEGMENTER_VERSION)
        made = [
            replace(
                kept[article],
                topics=moved[article],
                evidence=self._evidence(kept[article], moved[article], Document(text.title, text.text), cut),
            )
            for article, text in texts.items()
        ]
        if made:
            with self._store.begin() as connection:
                predictions.save(connection, made)
        return (rows[-1][0] if len(rows) == ROWS else None), len(rows), len(made)

    def _suspects(self, rows: Sequence[tuple[str, bytes | None]]) -> list[str]:
        """Gives the articles whose decisions are others than the cut-offs give, and those whose row is of another form."""
        ours = [(article, data) for article, data in rows if data is not None and data[: len(self._head)] == self._head]
        known = {article for article, _ in ours}
        others = [article for article, _ in rows if article not in known]
        if not ours:
            return others
        scores, decided = unpack([data for _, data in ours], len(self._names))
        differs = (self._exact(scores) >= [self._cutoffs[name] for name in self._names]) != decided
        return others + [ours[at][0] for at in np.flatnonzero(differs.any(axis=1))]

    def _exact(self, scores: NDArray[np.float32]) -> NDArray[np.float64]:
        """Returns the scores as they are stored in JSON: 32 bits hold all digits that are kept."""
        return np.asarray(np.round(scores.astype(np.float64), SCORE_DIGITS), dtype=np.float64)

    def _decided(self, prediction: Prediction) -> tuple[str, ...]:
        scores = prediction.scores
        return tuple(topic for topic in self._topics if scores.get(topic, 0.0) >= self._cutoffs[topic])

    def _evidence(
        self, kept: Prediction, topics: Sequence[str], document: Document, cut: Mapping[str, str]
    ) -> dict[str, str]:
        new = [topic for topic in topics if topic not in kept.evidence]
        found = {topic: kept.evidence[topic] for topic in topics if topic in kept.evidence}
        if not new:
            return found
        if self._tagger is None:
            self._tagger = load_champion(self._config)
        text = cut.get(kept.content_hash)
        lines = self._tagger.segment([document])[0] if text is None else text.split("\n")
        return found | self._tagger.evidence([document], [lines], [new])[0]


def _noted(connection: Connection, config: Config) -> str:
    """Gives the digest of the cut-offs by which this model was decided last; that of none where it never was anew."""
    asked = {"model": model_version(config), "codebook": config.codebook.version}
    for run in runs.done(connection, STEP, NOTED):
        if run.arguments == asked:
            return run.hashes.get("thresholds", "")
    return _hash({})


def _digest(config: Config) -> str:
    return _hash({topic: cut for topic, cut in config.classify.thresholds.items() if topic in config.codebook.ids})


def _hash(thresholds: Mapping[str, float]) -> str:
    return hashlib.sha256(dump_json(dict(sorted(thresholds.items()))).encode()).hexdigest()
