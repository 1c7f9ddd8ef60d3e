"""Draw: articles are chosen for reading, and why and with what chance is kept with each of them.

A draw is one transaction, and its queue has an id that follows from its design: run again, or killed and run again, it
gives the same queue. Samples of one seed belong together, so nothing that one of them has drawn is drawn twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.files import numbered_jsonl, text_field, together
from pipeline.readings import Draw, Purpose, Queue
from pipeline.review.draw import BOUNDARIES, FLOOR, permanent, stratified, uniform
from pipeline.steps.drawing import Chosen, Drawn, Pair, draw, queue_id, unread
from pipeline.steps.model import model_version
from pipeline.steps.said import require_topics
from pipeline.store import Store, articles, frame, predictions, queues, readings, shifts
from pipeline.store.identity import digest
from pipeline.store.queues import QueueState


def draw_uniform(config: Config, store: Store, at: datetime) -> Drawn:
    """Tops up the audit's uniform sample: every article whose permanent number lies below the rate.

    Articles that came since are appended; what was drawn stays. A higher rate has a queue of its own, with the articles that
    it adds.
    """
    settings = config.review
    with store.read() as connection:
        ids = frame.everyone(connection)
    rows = uniform(settings.seed, ids, settings.uniform_rate)
    design = {"seed": settings.seed, "rate": settings.uniform_rate}
    queue = Queue(f"uniform-{settings.seed}-{settings.uniform_rate:g}", "uniform", design, config.codebook.version, at)
    chosen = [
        Chosen(ids[row], None, "all", settings.uniform_rate) for row in rows
    ]  # by permanent number: the least would be drawn at any rate
    return draw(config, store, queue, chosen, apart="uniform")


def draw_strata(config: Config, store: Store, topic: str, reads: int, at: datetime) -> Drawn:
    """Draws `reads` articles of a topic from the strata of its scores, beside those of the uniform sample.

    The chance of each is that of its stratum, where both samples together are one. More reads later have a queue of their
    own, with the articles that they add.

    Raises:
        InputError: no such topic, or the model has read no article.
    """
    require_topics(config, [topic])
    settings, model, codebook = config.review, model_version(config), config.codebook.version
    with store.read() as connection:
        found = [(row.article, row.scores[topic]) for row in frame.scored(connection, model, codebook)]
    if not found:
        raise unread(model)
    ids = [article for article, _ in found]
    scores = np.array([score for _, score in found])
    drawn = stratified(settings.seed, ids, scores, reads, first=settings.uniform_rate)
    design = {
        "topic": topic,
        "reads": reads,
        "seed": settings.seed,
        "uniform_rate": settings.uniform_rate,
        "boundaries": list(BOUNDARIES),
        "floor": FLOOR,
        "frame": digest(*(f"{article} {score!r}" for article, score in found)),
        "strata": [{"name": each.name, "size": each.size, "drawn": each.drawn} for each in drawn.strata],
    }
    queue = Queue(queue_id("strata", topic, design), "strata", design, codebook, at, model)
    own = permanent(settings.seed, ids) >= settings.uniform_rate  # the others are in the uniform sample
    chosen = [
        Chosen(ids[row], topic, drawn.strata[of].name, drawn.strata[of].probability, float(scores[row]))
        for row, of in zip(drawn.rows, drawn.of, strict=True)
        if own[row]
    ]
    return draw(config, store, queue, chosen, apart="strata")


def draw_listed(config: Config, store: Store, purpose: Purpose, file: Path, at: datetime) -> Drawn:
    """Draws the articles of a list `{"article", "topic"}`, in its order: those that settle a verdict, or are read again.

    Without "topic" the whole article is read. No chance decides here, so none is stored.

    Raises:
        InputError: names file and line: not JSON, an unknown topic, or an article that the store does not have.
    """
    pairs = _listed(config, store, file)
    design = {"list": digest(*(f"{article} {topic or ''}" for article, topic in pairs))}
    name = file.name.split(".")[0] if file.name.isascii() else purpose
    queue = Queue(queue_id(purpose, "", design), purpose, design | {"name": name}, config.codebook.version, at)
    return draw(config, store, queue, _with_scores(config, store, pairs))


def draw_disagreements(config: Config, store: Store, at: datetime) -> Drawn | None:
    """Draws the articles and topics on which reviewers part and no lead has decided; None where there is none to draw.

    They are read without the machine's suggestion, so that a third word is the reader's own.
    """
    with store.read() as connection:
        state = frame.state_of_words(connection)
        waits = frame.waiting(connection)
        parted = [
            (article, words[0].topic)
            for article in shifts.disputed(connection)
            for words in readings.disagreements(connection, article)
        ]
    design = {"words": state[0], "adjudications": state[1]}
    queue = Queue(queue_id("disagreement", "", design), "disagreement", design, config.codebook.version, at)
    pairs: list[Pair] = [pair for pair in parted if waits.get(pair, queue.id) == queue.id]
    if not pairs:
        return None
    return draw(config, store, queue, _with_scores(config, store, pairs), second_look=True)


def listed_queues(store: Store, *, closed: bool = False) -> list[QueueState]:
    """Gives the queues, with `closed` those too that are served no longer, each with how far it is."""
    with store.read() as connection:
        return queues.states(connection, closed=closed)


def shown_queue(store: Store, identity: str) -> tuple[Queue, list[Draw]]:
    """Gives one queue with its draws, in the order of serving.

    Raises:
        InputError: there is no such queue.
    """
    with store.read() as connection:
        queue = queues.get(connection, identity)
        if queue is None:
            raise no_queue(identity)
        return queue, list(queues.draws(connection, identity))


def close_queue(store: Store, identity: str, at: datetime) -> bool:
    """Serves a queue no longer, and tells whether it was open until now; what it drew and what was read of it stay.

    Raises:
        InputError: there is no such queue.
    """
    with store.begin() as connection:
        if queues.get(connection, identity) is None:
            raise no_queue(identity)
        return queues.close(connection, identity, at)


def no_queue(identity: str) -> InputError:
    """Gives the error of a queue that the store does not have."""
    return InputError(
        f"queue {identity}: there is none of this name; see `rasoat queue list --all`",
        f"hàng đợi {identity}: không có; xem `rasoat queue list --all`",
    )


def _listed(config: Config, store: Store, file: Path) -> list[Pair]:
    """Reads a list. Raises InputError with all that is wrong with its rows."""
    rows: dict[Pair, int] = {}
    faults: list[InputError] = []
    for number, row in numbered_jsonl(file, required=("article",), bad=faults.append):
        try:
            article, topic = (text_field(file, number, row, key).strip() for key in ("article", "topic"))
            if topic:
                require_topics(config, [topic])
            rows.setdefault((article, topic or None), number)
        except InputError as error:
            here = f"{file}:{number}: "
            faults.append(error if str(error).startswith(here) else InputError(f"{here}{error}", f"{here}{error.vi}"))
    with store.read() as connection:
        known = articles.existing(connection, [article for article, _ in rows])
    for (article, _), number in rows.items():
        if article not in known:
            faults.append(
                InputError(
                    f"{file}:{number}: the store has no article {article!r}",
                    f"{file}:{number}: trong kho không có bài {article!r}",
                )
            )
    if not rows and not faults:
        raise InputError(f"{file}: the list is empty", f"{file}: danh sách trống")
    if faults:
        raise together(file, faults)
    return list(rows)


def _with_scores(config: Config, store: Store, pairs: Sequence[Pair]) -> list[Chosen]:
    """Gives pairs with what the champion says of them, where it has read them."""
    model, codebook = model_version(config), config.codebook.version
    with store.read() as connection:
        read = {article: predictions.of(connection, article, model, codebook) for article, _ in pairs}
    said = {article: found.scores for article, found in read.items() if found is not None}
    return [
        Chosen(article, topic, score=said.get(article, {}).get(topic) if topic else None) for article, topic in pairs
    ]
