"""Review: a reviewer's words on the article that was served are appended; an undo is a word too.

Nothing is overwritten in silence: where others have spoken differently since the page was made, nothing is stored and the
reviewer sees both. Readings of draws that two are to read are independent: there neither sees the other's words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.readings import Draw, Serving
from pipeline.records import LabelEvent, Origin
from pipeline.steps.paragraphs import paragraphs_of
from pipeline.steps.said import require_topics
from pipeline.steps.served import Item, Sheet, asked_topics, next_item, open_item, own_serving, served_item, sheet_of
from pipeline.store import Connection, Store, articles, labels, queues, readings
from pipeline.store.queues import QueueState
from pipeline.store.readings import Word

__all__ = [  # with what `pipeline.steps.served` owns: pages come to this door alone
    "Conflict",
    "Item",
    "Saved",
    "Sheet",
    "Undone",
    "next_item",
    "open_item",
    "open_queues",
    "served_item",
    "sheet_of",
    "skip",
    "submit",
    "undo",
]


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
        asked = asked_topics(config, found)
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


def _locked(connection: Connection, identity: str, reviewer: str) -> Serving:
    """Gives a serving as it stands once nobody else can speak of its article any more."""
    labels.lock(connection, [own_serving(connection, identity, reviewer).article])
    return own_serving(connection, identity, reviewer)


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
        f"the codebook has changed since the article was served; open the queue again (reading {serving})",
        f"bộ chủ đề đã thay đổi sau khi giao bài; hãy mở lại hàng đợi (lượt đọc {serving})",
    )


def _ended(serving: str) -> InputError:
    return InputError(
        f"this reading was skipped or taken back; open the queue again (reading {serving})",
        f"lượt đọc này đã bỏ qua hoặc đã thu hồi; hãy mở lại hàng đợi (lượt đọc {serving})",
    )
