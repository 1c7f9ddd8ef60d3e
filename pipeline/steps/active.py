"""Active: chooses by what a model would learn which articles are read next, and which labels are looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from models.classifier import TopicClassifier
from models.codebook import UNLABELLED
from models.document import Document
from models.kept import SEGMENTER_VERSION
from models.segment import Segmenter
from models.settings import TrainSettings
from models.train import learnable
from pipeline.config import Config
from pipeline.console import Advance
from pipeline.errors import InputError
from pipeline.readings import Queue
from pipeline.review.active import hashed, select
from pipeline.review.draw import permanent
from pipeline.review.suspects import LEAST_POSITIVES, able, by_text, suspects
from pipeline.steps.drawing import Chosen, Drawn, draw, queue_id, unread
from pipeline.steps.model import cutoffs_of, model_version
from pipeline.store import Store, articles, clusters, frame, labels, words


def draw_active(config: Config, store: Store, reads: int, at: datetime) -> Drawn | None:
    """Draws `reads` articles that the next model would learn most from; None where nothing is left to learn from.

    Left out are those of the uniform sample, which are read anyhow, what waits in another queue, and reprints of both. As
    long as nobody says a word, the same call gives the same queue.

    Raises:
        InputError: the model has read no article.
    """
    model, codebook, topics = model_version(config), config.codebook.version, config.codebook.ids
    with store.read() as connection:
        rows = list(frame.scored(connection, model, codebook))
        said = labels.current(connection)
        state = frame.state_of_words(connection)
        waits = {article: queue for (article, _), queue in frame.waiting(connection).items()}
    if not rows:
        raise unread(model)
    design = {"reads": reads, "model": model, "words": state[0], "adjudications": state[1]}
    queue = Queue(queue_id("active", "", design), "active", design, codebook, at, model)
    uniform = permanent(config.review.seed, [row.article for row in rows]) < config.review.uniform_rate
    other = np.array([waits.get(row.article, queue.id) != queue.id for row in rows])
    free = np.flatnonzero(~uniform & ~other)
    cutoffs = cutoffs_of(config)
    positives = np.array([sum(word.get(topic, False) for word in said.values()) for topic in topics])
    picked = select(
        np.array([[rows[row].scores[topic] for topic in topics] for row in free]).reshape(len(free), len(topics)),
        np.array([cutoffs[topic] for topic in topics]),
        positives,
        hashed([rows[row].title for row in free]),
        [rows[row].cluster for row in free],
        reads,
        known=np.array([[topic in said.get(rows[row].article, {}) for topic in topics] for row in free], dtype=bool),
        taken=[rows[row].cluster for row in np.flatnonzero(uniform | other)],
    )
    if not picked:
        return None
    chosen = [
        Chosen(
            article=rows[free[each.row]].article,
            topic=None,  # an article that is read once is read for every topic
            stratum=f"{'seed' if each.seed else 'unsure'} {topics[each.topic]}",
        )
        for each in picked
    ]
    return draw(config, store, queue, chosen)


def draw_suspects(config: Config, store: Store, reads: int, at: datetime, advance: Advance) -> Drawn | None:
    """Draws the `reads` labels that look most like mistakes to models that have not seen them; None where none does.

    Only topics with enough labelled articles are asked about; reprints count as one of them, and are scored alike by models
    that have seen none of them. The second look is without the machine's suggestion, as that
    is what doubts the label.

    Raises:
        InputError: no topic has enough labelled articles.
    """
    topics = config.codebook.ids
    with store.read() as connection:
        said = labels.current(connection)
        state = frame.state_of_words(connection)
        known = [identity for identity in frame.everyone(connection) if identity in said]
        origin = clusters.load(connection)
    matrix = np.array(
        [[_cell(said[article].get(topic)) for topic in topics] for article in known], dtype=np.int8
    ).reshape(len(known), len(topics))
    first, text, merged = by_text([origin.get(article, article) for article in known], matrix)
    if not able(topics, merged):
        raise InputError(
            f"no topic has {LEAST_POSITIVES} labelled articles with it and as many without; label more first",
            f"chưa chủ đề nào có đủ {LEAST_POSITIVES} bài được gán và {LEAST_POSITIVES} bài không; hãy rà soát thêm",
        )
    design = {"reads": reads, "words": state[0], "adjudications": state[1]}
    queue = Queue(queue_id("suspect", "", design), "suspect", design, config.codebook.version, at)
    scores = _held_out(config, store, [known[row] for row in first], merged, advance)[text]
    found = suspects(topics, matrix, scores)[:reads]
    if not found:
        return None
    chosen = [
        Chosen(known[each.row], each.topic, stratum="yes" if each.said else "no", score=each.score) for each in found
    ]
    return draw(config, store, queue, chosen, second_look=True, held_out=True)


def _cell(word: bool | None) -> int:  # noqa: FBT001 - a word
    return UNLABELLED if word is None else int(word)


def _held_out(config: Config, store: Store, known: Sequence[str], matrix: np.ndarray, advance: Advance) -> np.ndarray:
    """Returns (n_articles, n_topics) by models that have not seen the labels of the article; 0.5 for topics not learnt."""
    settings = TrainSettings()
    learnt, narrow, _ = learnable(config.codebook, matrix, (), settings)
    advance(0, 2)
    segmented = _words(store, known)
    advance(1, 2)
    classifier = TopicClassifier(learnt, settings).fit(segmented, narrow)
    scores = np.full(matrix.shape, 0.5)
    scores[:, [config.codebook.ids.index(topic) for topic in learnt.ids]] = classifier.held_out(narrow)[0]
    advance(2, 2)
    return scores


def _words(store: Store, known: Sequence[str]) -> list[list[str]]:
    """Gives the words of articles: those that the store keeps, and the others segmented now."""
    with store.read() as connection:
        found = {article.id: article for article in articles.stream(connection, ids=known)}
        kept = words.get(connection, {article.content_hash for article in found.values()}, SEGMENTER_VERSION)
    missing = [article for article in found.values() if article.content_hash not in kept]
    if missing:
        made = Segmenter().segment_lines([Document(article.title, article.text).lines() for article in missing])
        kept |= {article.content_hash: "\n".join(lines) for article, lines in zip(missing, made, strict=True)}
    return [kept[found[identity].content_hash].split("\n") for identity in known]
