"""What an operation of the codebook makes of reviewers' words: which go on under another id, and what must be read again.

Nothing is changed or taken away: a word that goes on is a new event, with the reviewer, the time and the reading of the one
that it comes from, under the new topic and codebook. No word is made up: where the old ones do not say enough for the new
topic, it has none until somebody reads the article again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.operations import Operation
from pipeline.records import LabelEvent
from pipeline.store.readings import Adjudication

Spoken = Mapping[str, LabelEvent]  # topic -> the reviewer's word that stands


@dataclass(frozen=True, slots=True)
class Carried:
    """Words and leads' words under the new topics, and the articles that must be read again for them."""

    events: tuple[LabelEvent, ...] = ()
    settled: tuple[Adjudication, ...] = ()
    again: tuple[str, ...] = ()  # ordered


def carried(
    operation: Operation, events: Sequence[LabelEvent], settled: Sequence[Adjudication], codebook: str
) -> Carried:
    """Carries the words on the topics that end over to the new ones, under a codebook version.

    `events` and `settled` are all words on the old and the new topics, in the order in which they were appended. What has been
    carried already is not carried twice.
    """
    ends = set(operation.old)
    old = [event for event in events if event.topic in ends]
    words = [word for word in settled if word.topic in ends]
    match operation.kind:
        case "rename" if operation.moves:
            made = _renamed(operation, old, words)
        case "merge":
            made = _merged(operation, old, words)
        case "split":
            made = _split(operation, old, words)
        case _:
            return Carried()
    there = {_said(event) for event in events if event.topic not in ends}
    fixed = {_fixed(word) for word in settled if word.topic not in ends}
    return Carried(
        tuple(replace(event, codebook=codebook) for event in made.events if _said(event) not in there),
        tuple(replace(word, codebook=codebook) for word in made.settled if _fixed(word) not in fixed),
        made.again,
    )


def standing(events: Iterable[LabelEvent]) -> dict[str, dict[str, dict[str, LabelEvent]]]:
    """Gives the newest word of each reviewer that was not taken back: article -> reviewer -> topic -> word."""
    newest: dict[tuple[str, str, str], LabelEvent] = {}
    for event in events:
        key = (event.article, event.reviewer, event.topic)
        if key not in newest or event.at >= newest[key].at:  # of one instant, the later arrival
            newest[key] = event
    found: dict[str, dict[str, dict[str, LabelEvent]]] = {}
    for (article, reviewer, topic), event in newest.items():
        if event.value is not None:
            found.setdefault(article, {}).setdefault(reviewer, {})[topic] = event
    return found


def _renamed(operation: Operation, old: Sequence[LabelEvent], settled: Sequence[Adjudication]) -> Carried:
    """Every word goes on, those taken back too: the whole history is that of the new id."""
    (topic,) = operation.ids
    return Carried(
        tuple(_renamed_word(event, topic) for event in old), tuple(replace(word, topic=topic) for word in settled)
    )


def _merged(operation: Operation, old: Sequence[LabelEvent], settled: Sequence[Adjudication]) -> Carried:
    """Per reviewer true where any part is, false where every part is false, else nothing. So with leads' words.

    What a lead has denied counts as denied, whatever the reviewer said of that part, or did not say.
    """
    (topic,), parts = operation.ids, operation.old
    words, fixed = standing(old), _newest(settled)
    events: list[LabelEvent] = []
    decisions: list[Adjudication] = []
    again: list[str] = []
    for article in sorted({*words, *fixed}):
        of_lead = fixed.get(article, {})
        made = [
            event
            for _, spoken in sorted(words.get(article, {}).items())
            if (event := _any(topic, parts, spoken, of_lead)) is not None
        ]
        decided = _decided(topic, parts, of_lead)
        events += made
        decisions += decided
        if not made and not decided:
            again.append(article)
    return Carried(tuple(events), tuple(decisions), tuple(again))


def _any(topic: str, parts: Sequence[str], spoken: Spoken, settled: Mapping[str, Adjudication]) -> LabelEvent | None:
    values = {part: bool(event.value) for part, event in spoken.items()}
    values |= {part: False for part, word in settled.items() if not word.value}
    value = any(values.values())
    if not value and len(values) < len(parts):
        return None
    speaking = [event for part, event in spoken.items() if values[part] is value] or list(spoken.values())
    newest = max(speaking, key=lambda event: (event.at, event.topic))
    last = max(event.at for event in spoken.values())  # the words together are no older than the last of them
    return replace(_moved(newest, topic), value=value, at=last)


def _decided(topic: str, parts: Sequence[str], settled: Mapping[str, Adjudication]) -> list[Adjudication]:
    said = list(settled.values())
    speaking = [word for word in said if word.value] or (said if len(said) == len(parts) else [])
    return [replace(max(speaking, key=lambda word: (word.at, word.topic)), topic=topic)] if speaking else []


def _split(operation: Operation, old: Sequence[LabelEvent], settled: Sequence[Adjudication]) -> Carried:
    """What is not about the whole is about none of its parts; which part a "yes" meant, nobody knows but by reading."""
    (whole,) = operation.old
    words, fixed = standing(old), _newest(settled)
    arrived = {id(event): number for number, event in enumerate(old)}
    events: list[LabelEvent] = []
    decisions: list[Adjudication] = []
    again: list[str] = []
    for article in sorted({*words, *fixed}):
        word = fixed.get(article, {}).get(whole)
        said = [spoken[whole] for _, spoken in sorted(words.get(article, {}).items())]
        present = word.value if word else bool(max(said, key=lambda event: (event.at, arrived[id(event)])).value)
        if word and not word.value:
            decisions += [replace(word, topic=part) for part in operation.ids]
        if not present:
            events += [_moved(event, part) for event in said if not event.value for part in operation.ids]
        if present or (word is None and any(event.value for event in said)):
            again.append(article)
    return Carried(tuple(events), tuple(decisions), tuple(again))


def _newest(settled: Iterable[Adjudication]) -> dict[str, dict[str, Adjudication]]:
    found: dict[str, dict[str, Adjudication]] = {}
    for word in settled:
        of_article = found.setdefault(word.article, {})
        if word.topic not in of_article or word.at >= of_article[word.topic].at:
            of_article[word.topic] = word
    return found


def _renamed_word(event: LabelEvent, topic: str) -> LabelEvent:
    """Gives a word under the new id; a bulk stays one and an undo too, or nobody could tell any more what took what back."""
    return replace(event, topic=topic) if event.origin in ("bulk", "undo") else _moved(event, topic)


def _moved(event: LabelEvent, topic: str) -> LabelEvent:
    """Gives a word under a new id. What an undo says again is no word of the reading that was undone: it goes on alone."""
    return replace(event, topic=topic, origin="codebook", serving=None if event.origin == "undo" else event.serving)


def _said(event: LabelEvent) -> tuple[object, ...]:
    return (event.article, event.topic, event.value, event.reviewer, event.at)


def _fixed(word: Adjudication) -> tuple[object, ...]:
    return (word.article, word.topic, word.value, word.lead, word.at)
