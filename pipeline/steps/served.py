"""Served: one article is put before one reviewer, with what the machine says of it where that may be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.readings import Draw, Purpose, Queue, Serving, Suggestion
from pipeline.records import Prediction, StoredArticle
from pipeline.steps.model import cutoffs_of, model_version, registry_of
from pipeline.steps.paragraphs import paragraphs_of
from pipeline.steps.said import no_article, register_codebook
from pipeline.steps.settled import needless
from pipeline.store import Connection, Store, articles, browse, predictions, queues, readings


@dataclass(frozen=True, slots=True)
class Item:
    """One article as it is put before a reviewer."""

    serving: Serving
    purpose: Purpose | None  # None: opened by hand
    article: StoredArticle
    paragraphs: tuple[tuple[str, ...], ...]  # of sentences, the lead's first
    asked: tuple[str, ...]  # topics, in the codebook's order
    chosen: frozenset[str]  # before the reviewer does anything: their own words, else what is suggested and shown
    evidence: Mapping[str, str]  # topic -> sentence, of what is suggested and shown


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a reviewer has on the desk, without what is said of it."""

    serving: Serving
    article: StoredArticle
    paragraphs: tuple[tuple[str, ...], ...]  # of sentences, the lead's first


def next_item(config: Config, store: Store, queue: str, reviewer: str, at: datetime, token: str) -> Item | None:
    """Serves the next article of a queue, under the id `token` where it is a new serving; None where nothing is left.

    An article that the reviewer has on the desk already is served again as it was. Those that a plan chose for verdicts which
    confirmed items have settled since are passed over.

    Raises:
        InputError: there is no such queue, or it is closed.
    """
    until = at + timedelta(minutes=config.review.lease_minutes)
    with store.begin() as connection:
        design = _open_queue(connection, queue)
        draw = queues.lease(connection, queue, reviewer, at, until)
        is_needless = needless(config, connection, design)
        while draw is not None and (
            draw.topic not in (None, *config.codebook.ids)  # undone after its topic had ended
            or (is_needless(draw) and readings.pending(connection, reviewer, queue, draw.position) is None)
        ):
            queues.shut(connection, queue, draw.position)
            draw = queues.lease(connection, queue, reviewer, at, until)
        if draw is None:
            return None
        serving = readings.pending(connection, reviewer, queue, draw.position)
        if serving is None or serving.codebook != config.codebook.version:
            serving = _serve(config, connection, draw.article, reviewer, at, token, draw)
        return _item(config, connection, serving, design.purpose)


def open_item(config: Config, store: Store, article: str, reviewer: str, at: datetime, token: str) -> Item:
    """Serves an article that the reviewer chose, outside every queue.

    Where a queue waits for the reviewer to read it without knowing what was said of it, nothing of that is shown here either.

    Raises:
        InputError: the store has no such article.
    """
    with store.begin() as connection:
        return _item(config, connection, _serve(config, connection, article, reviewer, at, token, None), None)


def served_item(config: Config, store: Store, serving: str, reviewer: str) -> Item:
    """Gives an article again as it was served.

    Raises:
        InputError: there is no such serving, or it is another reviewer's.
    """
    with store.read() as connection:
        found = own_serving(connection, serving, reviewer)
        design = queues.get(connection, found.queue) if found.queue else None
        return _item(config, connection, found, design.purpose if design else None)


def sheet_of(store: Store, serving: str, reviewer: str) -> Sheet:
    """Gives the article of a serving as it is now.

    Raises:
        InputError: there is no such serving, or it is another reviewer's.
    """
    with store.read() as connection:
        found = own_serving(connection, serving, reviewer)
        article = articles.get(connection, found.article)
    if article is None:
        raise no_article(found.article)
    return Sheet(found, article, paragraphs_of(article))


def own_serving(connection: Connection, identity: str, reviewer: str) -> Serving:
    """Gives a serving of the reviewer's.

    Raises:
        InputError: there is no such serving, or it is another reviewer's.
    """
    serving = readings.get(connection, identity)
    if serving is None or serving.reviewer != reviewer:
        raise InputError(
            f"reading {identity}: not one of yours; open the queue again",
            f"lượt đọc {identity}: không phải của anh/chị; hãy mở lại hàng đợi",
        )
    return serving


def asked_topics(config: Config, serving: Serving) -> tuple[str, ...]:
    """Gives the topics that a serving asks for, in the codebook's order."""
    ids = config.codebook.ids
    return ids if serving.topic is None else tuple(topic for topic in ids if topic == serving.topic)


def _serve(
    config: Config, connection: Connection, article: str, reviewer: str, at: datetime, token: str, draw: Draw | None
) -> Serving:
    """Writes down a new serving: what the champion says of the article, and whether the reviewer is shown it."""
    if draw is None and not articles.existing(connection, [article]):  # what was drawn is there
        raise no_article(article)
    register_codebook(config, connection)
    model, codebook = model_version(config), config.codebook.version
    said = predictions.of(connection, article, model, codebook)
    challenger = _challenger(config, connection, article, model)
    sealed = draw is None and bool(browse.sealed(connection, [article], reviewer))
    independent = sealed or (draw is not None and draw.wanted > 1)
    serving = Serving(
        id=token,
        article=article,
        reviewer=reviewer,
        served=at,
        base=readings.head(connection, article),
        codebook=codebook,
        suggestions=_suggestions(config, said, challenger),
        suggestion_shown=said is not None and not independent and not (draw is not None and draw.blind),
        second=sealed or (independent and draw is not None and draw.done > 0),
        queue=draw.queue if draw else None,
        position=draw.position if draw else None,
        topic=draw.topic if draw else None,
        model=model,
    )
    readings.put(connection, serving)
    return serving


def _challenger(config: Config, connection: Connection, article: str, model: str) -> Prediction | None:
    """Gives what the newest candidate that was kept from use says of the article, where it has read it."""
    decisions = registry_of(config).decisions()
    if not decisions or decisions[-1].action != "keep":
        return None
    version = decisions[-1].version
    return None if version == model else predictions.of(connection, article, version, config.codebook.version)


def _suggestions(config: Config, said: Prediction | None, challenger: Prediction | None) -> tuple[Suggestion, ...]:
    if said is None:
        return ()
    cutoffs = cutoffs_of(config)
    other = challenger.scores if challenger else {}
    return tuple(
        Suggestion(
            topic=topic,
            score=said.scores[topic],
            threshold=cutoffs[topic],
            decided=topic in said.topics,
            evidence=said.evidence.get(topic, ""),
            challenger=other.get(topic),
        )
        for topic in config.codebook.ids
        if topic in said.scores
    )


def _item(config: Config, connection: Connection, serving: Serving, purpose: Purpose | None) -> Item:
    article = articles.get(connection, serving.article)
    if article is None:
        raise no_article(serving.article)
    asked = asked_topics(config, serving)
    own = {
        word.topic: word.value
        for word in readings.words(connection, serving.article)
        if word.reviewer == serving.reviewer
    }
    shown = serving.suggestions if serving.suggestion_shown else ()
    suggested = {each.topic for each in shown if each.decided}
    chosen = {topic for topic in asked if own.get(topic, topic in suggested)}
    return Item(
        serving=serving,
        purpose=purpose,
        article=article,
        paragraphs=paragraphs_of(article),
        asked=asked,
        chosen=frozenset(chosen),
        evidence={each.topic: each.evidence for each in shown if each.evidence},
    )


def _open_queue(connection: Connection, identity: str) -> Queue:
    queue = queues.get(connection, identity)
    if queue is None or queue.closed is not None:
        raise InputError(
            f"queue {identity}: there is none open of this name; see `rasoat queue list`",
            f"hàng đợi {identity}: không có hoặc đã đóng; xem `rasoat queue list`",
        )
    return queue
