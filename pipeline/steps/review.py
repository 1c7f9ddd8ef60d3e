"""Review: one article is served to one reviewer, whose words are appended; an undo is a word too.

Nothing is overwritten in silence: where others have spoken differently since the page was made, nothing is stored and the
reviewer sees both. Readings of draws that two are to read are independent: there neither sees the other's words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.readings import Draw, Purpose, Queue, Serving, Suggestion
from pipeline.records import LabelEvent, Origin, Prediction, StoredArticle
from pipeline.steps.model import cutoffs_of, model_version, registry_of
from pipeline.steps.paragraphs import paragraphs_of
from pipeline.steps.said import no_article, register_codebook, require_topics
from pipeline.store import Connection, Store, articles, labels, predictions, queues, readings
from pipeline.store.queues import QueueState
from pipeline.store.readings import Word


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
class Saved:
    """A reading was stored, or had been stored already in the same words."""

    serving: str
    article: str
    events: int  # appended now


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing was stored: others have spoken since the page was made. `base` is what a second try must name."""

    serving: str
    article: str
    base: int
    mine: Mapping[str, bool]
    theirs: tuple[Word, ...]  # on every topic on which they differ from `mine`


@dataclass(frozen=True, slots=True)
class Undone:
    """A reading was taken back: the words before it stand again."""

    serving: str
    article: str
    queue: str | None


def open_queues(store: Store, reviewer: str) -> list[QueueState]:
    """Gives the queues that are served, each with how far it is and what is left for the reviewer."""
    with store.read() as connection:
        return queues.states(connection, reviewer)


def next_item(config: Config, store: Store, queue: str, reviewer: str, at: datetime, token: str) -> Item | None:
    """Serves the next article of a queue, under the id `token` where it is a new serving; None where nothing is left.

    An article that the reviewer has on the desk already is served again as it was.

    Raises:
        InputError: there is no such queue, or it is closed.
    """
    until = at + timedelta(minutes=config.review.lease_minutes)
    with store.begin() as connection:
        design = _open_queue(connection, queue)
        draw = queues.lease(connection, queue, reviewer, at, until)
        while draw is not None and draw.topic not in (None, *config.codebook.ids):  # undone after its topic had ended
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
        found = _own(connection, serving, reviewer)
        design = queues.get(connection, found.queue) if found.queue else None
        return _item(config, connection, found, design.purpose if design else None)


def submit(
    config: Config,
    store: Store,
    serving: str,
    reviewer: str,
    yes: Collection[str],
    at: datetime,
    *,
    base: int | None = None,
    evidence: Mapping[str, str] | None = None,
) -> Saved | Conflict:
    """Appends the reviewer's word on every topic that was asked: those in `yes` the article carries, the others it does not.

    `base` is the version of the labels that the reviewer has seen (that of the serving where None); `evidence` the sentence
    that the reviewer marked, by topic. The same words again add nothing; other words of the same reading correct it.

    Raises:
        InputError: no such serving of this reviewer, it was taken back or skipped, the codebook has changed since, an unknown
            topic, or a sentence that the article does not have.
    """
    with store.begin() as connection:
        found = _locked(connection, serving, reviewer)
        if found.outcome in ("skipped", "undone"):
            raise _ended(serving)
        if found.codebook != config.codebook.version:
            raise _other_codebook(serving)
        asked = _asked(config, found)
        mine = _spoken(config, asked, yes)
        marked = _marked(connection, found, evidence or {})
        draw = queues.one(connection, found.queue, found.position) if found.queue and found.position else None
        if draw is None or draw.wanted == 1:
            parted = _parted(connection, found, found.base if base is None else base, mine)
            if parted is not None:
                return parted
        events = _new_words(connection, found, mine, marked)
        appended = labels.append(connection, [_event(found, draw, *word, at) for word in events])
        if found.outcome is None:
            readings.finish(connection, serving, "read", at)
            if draw is not None:
                queues.count_reading(connection, draw.queue, draw.position, 1)
        return Saved(serving, found.article, appended)


def skip(store: Store, serving: str, reviewer: str, at: datetime) -> None:
    """Passes over an article: it is left to others and not served to this reviewer again.

    Raises:
        InputError: no such serving of this reviewer, or it has ended.
    """
    with store.begin() as connection:
        found = _locked(connection, serving, reviewer)
        if found.outcome == "skipped":
            return
        if found.outcome is not None:
            raise _ended(serving)
        readings.finish(connection, serving, "skipped", at)
        if found.queue and found.position:
            queues.give_back(connection, found.queue, found.position)


def undo(store: Store, reviewer: str, at: datetime, expected: str | None = None) -> Undone | None:
    """Takes back the reviewer's last reading that stands: what they had said before it stands again; None where there is none.

    The article waits again in its queue; what the reviewer has said of it since stays. Undone again, the reading before goes
    too: with `expected` nothing is undone where the last reading is another than that, as when a button is pressed twice.
    """
    with store.begin() as connection:
        found = _last_locked(connection, reviewer)
        if found is None or expected not in (None, found.id):
            return None
        before = readings.words_before(connection, found)
        draw = queues.one(connection, found.queue, found.position) if found.queue and found.position else None
        words = [(topic, value, None) for topic, value in before.items()]
        labels.append(connection, [_event(found, draw, *word, at, origin="undo") for word in words])
        readings.finish(connection, found.id, "undone", at)
        if draw is not None:
            queues.count_reading(connection, draw.queue, draw.position, -1)
        return Undone(found.id, found.article, found.queue)


def _serve(
    config: Config, connection: Connection, article: str, reviewer: str, at: datetime, token: str, draw: Draw | None
) -> Serving:
    """Writes down a new serving: what the champion says of the article, and whether the reviewer is shown it."""
    if not articles.existing(connection, [article]):
        raise no_article(article)
    register_codebook(config, connection)
    model, codebook = model_version(config), config.codebook.version
    said = predictions.of(connection, article, model, codebook)
    challenger = _challenger(config, connection, article, model)
    independent = draw is not None and draw.wanted > 1
    serving = Serving(
        id=token,
        article=article,
        reviewer=reviewer,
        served=at,
        base=readings.head(connection, article),
        codebook=codebook,
        suggestions=_suggestions(config, said, challenger),
        suggestion_shown=said is not None and not independent and not (draw is not None and draw.blind),
        second=independent and draw is not None and draw.done > 0,
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
    asked = _asked(config, serving)
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


def _own(connection: Connection, identity: str, reviewer: str) -> Serving:
    serving = readings.get(connection, identity)
    if serving is None or serving.reviewer != reviewer:
        raise InputError(
            f"reading {identity}: not one of yours; open the queue again",
            f"lượt đọc {identity}: không phải của anh/chị; hãy mở lại hàng đợi",
        )
    return serving


def _locked(connection: Connection, identity: str, reviewer: str) -> Serving:
    """Gives a serving as it stands once nobody else can speak of its article any more."""
    labels.lock(connection, [_own(connection, identity, reviewer).article])
    return _own(connection, identity, reviewer)


def _last_locked(connection: Connection, reviewer: str) -> Serving | None:
    """Gives the reviewer's last reading, its article locked; another undo may have taken back the one that was last."""
    found = readings.last_read(connection, reviewer)
    while found is not None:
        labels.lock(connection, [found.article])
        again = readings.last_read(connection, reviewer)
        if again == found:
            break
        found = again
    return found


def _asked(config: Config, serving: Serving) -> tuple[str, ...]:
    ids = config.codebook.ids
    return ids if serving.topic is None else tuple(topic for topic in ids if topic == serving.topic)


def _spoken(config: Config, asked: Sequence[str], yes: Collection[str]) -> dict[str, bool]:
    """Gives a word on every topic asked, and on those that the reviewer adds."""
    require_topics(config, yes)
    return {topic: topic in yes for topic in config.codebook.ids if topic in asked or topic in yes}


def _marked(connection: Connection, serving: Serving, evidence: Mapping[str, str]) -> dict[str, str]:
    if not evidence:
        return {}
    article = articles.get(connection, serving.article)
    known = {article.title, *(each for part in paragraphs_of(article) for each in part)} if article else set()
    for topic, sentence in evidence.items():
        if sentence not in known:
            raise InputError(
                f"{topic}: the article has no such sentence any more; open it again",
                f"{topic}: bài không còn câu này; hãy mở lại bài",
            )
    return dict(evidence)


def _parted(connection: Connection, serving: Serving, base: int, mine: Mapping[str, bool]) -> Conflict | None:
    """Gives the words of others since `base` that differ from what is about to be said."""
    newer = readings.conflicting(connection, serving.article, base, serving.reviewer)
    theirs = tuple(word for word in newer if mine.get(word.topic, word.value) is not word.value)
    if not theirs:
        return None
    return Conflict(serving.id, serving.article, readings.head(connection, serving.article), mine, theirs)


def _new_words(
    connection: Connection, serving: Serving, mine: Mapping[str, bool], marked: Mapping[str, str]
) -> list[tuple[str, bool | None, str | None]]:
    """Gives the words to append: all of a first reading, those that change of a reading that is corrected."""
    said: dict[str, tuple[bool | None, str | None]] = {}
    if serving.outcome == "read":
        own = [each for each in labels.events(connection, serving.article) if each.serving == serving.id]
        said = {each.topic: (each.value, each.evidence) for each in own}
    words = {topic: (value, marked.get(topic) if value else None) for topic, value in mine.items()}
    return [(topic, *word) for topic, word in words.items() if said.get(topic) != word]


def _event(
    serving: Serving,
    draw: Draw | None,
    topic: str,
    value: bool | None,  # noqa: FBT001 - a word
    evidence: str | None,
    at: datetime,
    origin: Origin = "review",
) -> LabelEvent:
    return LabelEvent(
        article=serving.article,
        topic=topic,
        value=value,
        reviewer=serving.reviewer,
        at=at,
        codebook=serving.codebook,
        model=serving.model,
        inclusion_probability=draw.inclusion_probability if draw else None,
        suggestion_seen=serving.suggestion_shown,
        origin=origin,
        serving=serving.id,
        evidence=evidence,
    )


def _other_codebook(serving: str) -> InputError:
    return InputError(
        f"reading {serving}: the codebook has changed since the article was served; open the queue again",
        f"lượt đọc {serving}: bộ chủ đề đã thay đổi sau khi giao bài; hãy mở lại hàng đợi",
    )


def _ended(serving: str) -> InputError:
    return InputError(
        f"reading {serving}: it was skipped or taken back; open the queue again",
        f"lượt đọc {serving}: đã bỏ qua hoặc đã thu hồi; hãy mở lại hàng đợi",
    )
