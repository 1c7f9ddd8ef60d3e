"""What an analyst asks of a campaign, as plain columns: articles, words, scores, labels, audits. Reads, and changes nothing.

A table is a dict of NumPy columns of one length, in a fixed order of rows: `pyarrow.table(columns)` and
`pandas.DataFrame(columns)` take it as it is. `import pipeline` offers what stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from crawlers.dates import local_day
from models.kept import SEGMENTER_VERSION
from pipeline.audits import AuditResult
from pipeline.config import Config, load_config
from pipeline.errors import InputError
from pipeline.records import StoredArticle
from pipeline.steps.model import cutoffs_of, model_version
from pipeline.store import Store, articles, audits, browse, labels, predictions, sides, words
from pipeline.store.audits import SavedAudit
from pipeline.store.browse import Reader, Selection
from pipeline.store.terms import parse

Columns = dict[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Scores:
    """What one model says of every article it has read; n articles, t topics."""

    model: str
    codebook: str
    ids: NDArray[np.str_]  # (n,)
    topics: tuple[str, ...]  # t ids
    scores: NDArray[np.float64]  # (n, t) probabilities
    decided: NDArray[np.bool_]  # (n, t)

    def of(self, topic: str) -> NDArray[np.float64]:
        """Returns (n,): the scores of one topic.

        Raises:
            ValueError: the codebook has no such topic.
        """
        column: NDArray[np.float64] = self.scores[:, self.topics.index(topic)]
        return column


class OpenCampaign:
    """One campaign and its store, open for reading. `open_campaign` gives it."""

    def __init__(self, config: Config, store: Store) -> None:
        self.config = config
        self._store = store

    @property
    def topics(self) -> dict[str, str]:
        """Topic id -> name, in the codebook's order."""
        return {topic.id: topic.name for topic in self.config.topics}

    @property
    def outlets(self) -> dict[str, str]:
        """Outlet id -> name, in the campaign's order."""
        return {outlet.id: outlet.name for outlet in self.config.outlets}

    @property
    def thresholds(self) -> dict[str, float]:
        """Topic id -> score from which the model that tags decides it."""
        return dict(cutoffs_of(self.config))

    def articles(self, *, outlet: str | None = None, since: date | None = None, until: date | None = None) -> Columns:
        """Gives the articles by day and id, the undated last: id, outlet, source, channel, day, title, text, url, cluster, minutes.

        `since` and `until` are local days, both included; with either, undated articles are left out. `day` is a NumPy date,
        NaT where the article counts in no phase.

        Raises:
            InputError: the campaign has no such outlet.
        """
        if outlet is not None:
            _known("outlet", "cơ quan", [outlet], self.outlets)
        with self._store.read() as connection:
            found = list(articles.stream(connection, outlet=outlet, since=since, until=until))
        return _columns(found)

    def search(self, query: str, most: int = 1_000) -> list[str]:
        """Gives the ids of articles that match a query as the reading pages do, the best first; at most so many."""
        reader = Reader(model_version(self.config), self.config.codebook.version)
        found: list[str] = []
        after: str | None = None
        with self._store.read() as connection:
            while len(found) < most:
                page = browse.page(connection, Selection(terms=parse(query)), reader, after)
                found += page.ids
                after = page.after
                if after is None:
                    break
        return found[:most]

    def words(self, ids: Iterable[str] | None = None) -> dict[str, list[str]]:
        """Gives the Vietnamese words of articles that were segmented before: id -> words; a word of several syllables has "_".

        Raises:
            InputError: the store has no article of such an id.
        """
        ids = None if ids is None else list(ids)
        with self._store.read() as connection:
            hashes = {each.id: each.content_hash for each in articles.stream(connection, ids=ids)}
            if unknown := [each for each in ids or () if each not in hashes]:
                names = ", ".join(unknown)
                raise InputError(
                    f"unknown article ids: {names}; `articles()` gives those there are",
                    f"không có bài mang mã: {names}; `articles()` cho biết các mã đang có",
                )
            kept = words.get(connection, set(hashes.values()), SEGMENTER_VERSION)
        return {article: kept[content].split() for article, content in hashes.items() if content in kept}

    def readings(self) -> list[tuple[str, str]]:
        """Gives the models and the codebooks under which the store holds scores."""
        with self._store.read() as connection:
            return [(side.model, side.codebook) for side in sides.known(connection)]

    def scores(self, model: str = "", codebook: str = "") -> Scores:
        """Gives the scores for the present text of every article, by id; of the model and codebook in use, or others by version.

        Raises:
            InputError: a version was named of which the store holds no scores.
        """
        known = self.readings()
        if model:
            _known("model", "mô hình", [model], dict.fromkeys(each for each, _ in known))
        if codebook:
            _known("codebook", "bộ chủ đề", [codebook], dict.fromkeys(each for _, each in known))
        model, codebook = model or model_version(self.config), codebook or self.config.codebook.version
        with self._store.read() as connection:
            found = list(predictions.stream(connection, model, codebook))
        scored = dict.fromkeys(topic for each in found for topic in each.scores)
        topics = tuple(topic for topic in self.topics if topic in scored) + tuple(
            sorted(topic for topic in scored if topic not in self.topics)
        )
        shape = (len(found), len(topics))
        return Scores(
            model=model,
            codebook=codebook,
            ids=np.array([each.article for each in found], dtype=np.str_),
            topics=topics,
            scores=np.array([[each.scores.get(t, 0.0) for t in topics] for each in found], dtype=float).reshape(shape),
            decided=np.array([[t in each.topics for t in topics] for each in found], dtype=bool).reshape(shape),
        )

    def evidence(self, topic: str) -> dict[str, str]:
        """Gives for every article that the model decides for a topic the sentence that speaks for it: id -> sentence.

        Raises:
            InputError: the campaign has no such topic.
        """
        _known("topic", "chủ đề", [topic], self.topics)
        with self._store.read() as connection:
            said = predictions.stream(connection, model_version(self.config), self.config.codebook.version)
            return {each.article: each.evidence[topic] for each in said if topic in each.evidence}

    def labels(self) -> Columns:
        """Gives every word that people said, in order: article, topic, value (1 yes, 0 no, -1 taken back), reviewer, at, chance.

        `chance` is the probability with which the article was drawn, NaN where it was not drawn by a design.
        """
        with self._store.read() as connection:
            events = list(labels.events(connection))
        return {
            "article": np.array([each.article for each in events], dtype=np.str_),
            "topic": np.array([each.topic for each in events], dtype=np.str_),
            "value": np.array([-1 if each.value is None else int(each.value) for each in events], dtype=np.int8),
            "reviewer": np.array([each.reviewer for each in events], dtype=np.str_),
            "at": np.array([each.at.replace(tzinfo=None) for each in events], dtype="datetime64[s]"),
            "chance": np.array([each.inclusion_probability for each in events], dtype=float),
        }

    def audits(self) -> list[SavedAudit]:
        """Lists the audits that are kept, the newest first."""
        with self._store.read() as connection:
            return audits.saved(connection)

    def audit(self, identity: str = "") -> AuditResult:
        """Gives an audit by its id, by default the newest, with all its cells, verdicts and articles.

        Raises:
            InputError: there is none.
        """
        with self._store.read() as connection:
            found = audits.load(connection, identity) if identity else audits.load_latest(connection)
        if found is None:
            raise InputError(
                "the store has no such audit; run `rasoat audit`",
                "kho chưa có lần đối chiếu này; hãy chạy `rasoat audit`",
            )
        return found

    def verdicts(self, identity: str = "") -> Columns:
        """Gives the answers of an audit: phase, topic, outlet, verdict, unit, needed, verified, machine, days_proved, days_total."""
        rows = self.audit(identity).verdicts
        texts = ("phase", "topic", "outlet", "verdict", "unit")
        numbers = ("needed", "verified", "machine", "days_proved", "days_total")
        return {
            **{name: np.array([getattr(row, name) for row in rows], dtype=np.str_) for name in texts},
            **{name: np.array([getattr(row, name) for row in rows], dtype=float) for name in numbers},
        }


@contextmanager
def open_campaign(file: Path | str) -> Iterator[OpenCampaign]:
    """Opens a campaign by its config.toml.

    Raises:
        InputError: the file is missing or no TOML.
        ConfigError: it has faults.
        StoreError: there is no store yet.
    """
    config = load_config(Path(file))
    with Store.open(config.store_url) as store:
        yield OpenCampaign(config, store)


def _known(en: str, vi: str, asked: Iterable[str], known: Iterable[str]) -> None:
    there = list(known)
    if unknown := ", ".join(repr(each) for each in asked if each not in there):
        listed = ", ".join(there)
        raise InputError(
            f"unknown {en} {unknown}; there are: {listed or 'none yet'}",
            f"không có {vi} {unknown}; đang có: {listed or 'chưa có gì'}",
        )


def _columns(found: list[StoredArticle]) -> Columns:
    def texts(name: str) -> NDArray[np.str_]:
        return np.array([getattr(each, name) for each in found], dtype=np.str_)

    counts = [each.published is not None and each.date_state in {"certain", "probable"} for each in found]
    days = [
        local_day(each.published) if ok and each.published else None for each, ok in zip(found, counts, strict=True)
    ]
    return {
        **{name: texts(name) for name in ("id", "outlet", "source", "channel")},
        "day": np.array(days, dtype="datetime64[D]"),
        **{name: texts(name) for name in ("title", "text", "url", "cluster")},
        "minutes": np.array([each.media_s / 60 for each in found], dtype=float),
    }
