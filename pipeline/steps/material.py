"""What the store's reviewers said, as material to train and to judge models: read in one snapshot, cut into words."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.codebook import UNLABELLED
from models.document import Document
from models.folds import Material
from models.kept import SEGMENTER_VERSION
from models.linear import Marked
from models.segment import Segmenter
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.records import StoredArticle
from pipeline.review.agreement import Reading
from pipeline.review.gate import judges
from pipeline.store import Store, articles, clusters, labels, queues, readings, words
from pipeline.store.readings import Word


@dataclass(frozen=True, slots=True)
class Lessons:
    """The labelled articles of a store, ordered by id. `held` are never trained on; `judging` are those of them that judge.

    An article is held where its cluster of reprints belongs to the judging share and any of its articles was drawn by a
    uniform sample, read or not: so the reading that comes later can judge too.
    """

    material: Material
    ids: tuple[str, ...]
    clusters: tuple[str, ...]
    held: np.ndarray  # (n_articles,) of bool
    judging: np.ndarray  # (n_articles,) of bool; read in a uniform sample
    twice: Mapping[str, Sequence[Reading]]  # topic -> independent readings, for the agreement
    origin: Mapping[str, str]  # every reprint of the store, labelled or not -> its cluster

    @property
    def taught(self) -> np.ndarray:
        """The rows to train on."""
        return np.flatnonzero(~self.held)

    def part(self, rows: np.ndarray) -> Material:
        """Gives some of the articles, with their marks."""
        place = {row: number for number, row in enumerate(rows.tolist())}
        whole = self.material
        return Material(
            whole.codebook,
            [whole.documents[row] for row in rows],
            [whole.words[row] for row in rows],
            whole.labels[rows],
            [replace(mark, article=place[mark.article]) for mark in whole.marked if mark.article in place],
        )

    def sha256(self, rows: np.ndarray) -> str:
        """Gives a digest of texts, labels and marks of some rows: the same words give the same digest anywhere."""
        part = self.part(rows)
        digest = hashlib.sha256("\x1f".join(part.codebook.ids).encode())
        for row, document, said in zip(rows, part.documents, part.labels, strict=True):
            digest.update(f"\x1e{self.ids[row]}\x1f{document.title}\x1f{document.body}\x1f".encode() + said.tobytes())
        for mark in part.marked:
            digest.update(f"\x1d{mark.article}\x1f".encode() + mark.labels.tobytes())
        return digest.hexdigest()


def gather(config: Config, store: Store) -> Lessons:
    """Reads the present labels and texts in one snapshot; nothing is locked while models learn from them.

    Raises:
        InputError: nobody has labelled an article yet.
    """
    topics = config.codebook.ids
    with store.read() as connection:
        said = {article: own for article, own in labels.current(connection).items() if own.keys() & set(topics)}
        found = sorted(articles.stream(connection, ids=said), key=lambda article: article.id)
        cut = words.get(connection, {article.content_hash for article in found}, SEGMENTER_VERSION)
        origin = clusters.load(connection)
        drawn = [
            draw
            for state in queues.states(connection, closed=True)
            if state.queue.purpose == "uniform"
            for draw in queues.draws(connection, state.queue.id)
        ]
        spoken = readings.words(connection)
        independent = readings.words(connection, independent=True)
    if not found:
        raise InputError(
            "the store has no labelled article; read some (`rasoat serve`) or import labels (`rasoat labels import`)",
            "kho chưa có bài nào được gán nhãn; hãy rà soát bài (`rasoat serve`) hoặc nạp nhãn (`rasoat labels import`)",
        )
    documents = [Document(article.title, article.text) for article in found]
    rows = {article.id: row for row, article in enumerate(found)}
    matrix = np.full((len(found), len(topics)), UNLABELLED, dtype=np.int8)
    for article, own in said.items():
        for topic in own.keys() & set(topics):
            if article in rows:
                matrix[rows[article], topics.index(topic)] = int(own[topic])
    segmented = _words(found, documents, cut)
    read = {draw.article for draw in drawn if draw.done}
    kept = _kept({origin.get(draw.article, draw.article) for draw in drawn}, config)
    held = np.array([article.cluster in kept for article in found])
    return Lessons(
        material=Material(
            config.codebook, documents, segmented, matrix, _marks(documents, segmented, matrix, spoken, rows, topics)
        ),
        ids=tuple(rows),
        clusters=tuple(article.cluster for article in found),
        held=held,
        judging=held & np.array([article.id in read for article in found]),
        twice=_twice(independent, topics),
        origin=origin,
    )


def _kept(drawn: Collection[str], config: Config) -> set[str]:
    """Gives those clusters of the uniform samples that belong to the judging share."""
    review = config.review
    return {cluster for cluster in drawn if judges(review.seed, cluster, review.judging_share)}


def _words(found: Sequence[StoredArticle], documents: Sequence[Document], cut: Mapping[str, str]) -> list[list[str]]:
    """Gives the words of each article: those that the store keeps, and the others cut now."""
    fresh = [row for row, article in enumerate(found) if article.content_hash not in cut]
    made = Segmenter().segment_lines([documents[row].lines() for row in fresh]) if fresh else []
    new = dict(zip(fresh, made, strict=True))
    return [new[row] if row in new else cut[article.content_hash].split("\n") for row, article in enumerate(found)]


def _marks(
    documents: Sequence[Document],
    segmented: Sequence[Sequence[str]],
    matrix: np.ndarray,
    spoken: Sequence[Word],
    rows: Mapping[str, int],
    topics: Sequence[str],
) -> list[Marked]:
    """Gives the lines of articles in which a reviewer marked sentences.

    A sentence that the present text no longer has marks nothing. Where the article has a topic of which nobody marked a
    sentence, nobody said which lines speak for it.
    """
    marked: dict[int, dict[int, set[str]]] = {}
    for word in spoken:
        if word.evidence and word.value and word.article in rows and word.topic in topics:
            row, column = rows[word.article], topics.index(word.topic)
            if matrix[row, column] == 1:
                marked.setdefault(row, {}).setdefault(column, set()).add(" ".join(word.evidence.split()))
    made = []
    for row, columns in sorted(marked.items()):
        lines = [" ".join(line.split()) for line in documents[row].lines()]
        labels_of = np.zeros((len(lines), len(topics)), dtype=np.int8)
        labels_of[:, matrix[row] != 0] = UNLABELLED
        for column, sentences in columns.items():
            if found := [number for number, line in enumerate(lines) if line in sentences]:
                labels_of[:, column] = 0
                labels_of[found, column] = 1
        if (labels_of == 1).any():
            made.append(Marked(row, segmented[row], labels_of))
    return made


def _twice(independent: Sequence[Word], topics: Sequence[str]) -> dict[str, list[Reading]]:
    """Gives the independent readings of each topic, in the codebook's order."""
    found: dict[str, list[Reading]] = {topic: [] for topic in topics}
    for word in independent:
        if word.topic in found:
            found[word.topic].append((word.article, word.reviewer, word.value))
    return found
