"""Codebook: rename, merge, split, add or retire topics, with a preview of all that follows.

An operation first changes the store, in one transaction, then puts the new config.toml in the place of the old one. Killed
between the two, the campaign goes on with its old codebook, and the same operation run again completes the work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from models import artefact
from models.codebook import Topic
from pipeline.campaign_file import edited
from pipeline.config import Config, parse_config
from pipeline.cues import KINDS, file_of, moved, place_for, sections
from pipeline.errors import InputError, system_fault
from pipeline.files import writing
from pipeline.operations import Change, Operation, check, renewed
from pipeline.readings import Draw, Queue
from pipeline.records import Duty, LabelEvent
from pipeline.review.carry import Carried, carried, standing
from pipeline.steps.model import CHAMPION, WEAK, registry_of
from pipeline.store import Connection, Store, codebooks, labels, queues, readings
from pipeline.store.readings import Adjudication


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one reviewer's words on one topic stand."""

    topic: str
    reviewer: str
    yes: int
    no: int


@dataclass(frozen=True, slots=True)
class Knowing:
    """A model that has learnt topics that end, and whether the campaign uses it."""

    version: str  # "shipped" for the one that comes with the program
    used: bool
    topics: tuple[str, ...]  # that end
    answers: tuple[str, ...]  # new topics for which it goes on to answer; the others are left to their cues


@dataclass(frozen=True, slots=True)
class Moved:
    """A file of phrases whose sections follow: the old file stays, the new one is named in config.toml."""

    old: str
    new: str
    phrases: int  # of the topics that end


@dataclass(frozen=True, slots=True)
class Preview:
    """All that an operation does."""

    operation: Operation
    before: str  # version of the codebook
    after: str
    ending: tuple[Topic, ...]
    beginning: tuple[Topic, ...]
    labels: tuple[Tally, ...]  # words that stand on topics that end
    settled: int  # leads' words on them
    carried: int  # words that go on under new ids, those of old times included
    again: tuple[str, ...]  # articles that must be read again: they become a queue
    read: int  # articles that somebody has read for any topic
    waiting: int  # draws of queues that wait to be read for a topic that ends
    predictions: int  # under the codebook as it is
    models: tuple[Knowing, ...]
    duties: tuple[Duty, ...]  # of topics that end
    new_duties: tuple[Duty, ...]  # in their place
    phrases: Moved | None


@dataclass(frozen=True, slots=True)
class Done:
    """What was done; `queue` holds what must be read again, None where nothing must."""

    preview: Preview
    queue: str | None
    drawn: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """The files as they will be, and the codebook in them."""

    content: bytes  # of config.toml as it is
    new_content: bytes
    config: Config  # as it will be
    phrases: tuple[Path, str] | None  # a new file of phrases
    moved: Moved | None
    models: tuple[Knowing, ...]


@dataclass(frozen=True, slots=True)
class _Ready:
    """All that an operation will do, as it was at `mark`."""

    plan: _Plan
    made: Carried
    told: Preview
    mark: tuple[int, int, int]


def preview(config: Config, store: Store, operation: Operation) -> Preview:
    """Tells what an operation would do, and does nothing.

    Raises:
        InputError: the operation cannot be done to these topics, or config.toml cannot be edited.
        ConfigError: the campaign would have faults.
    """
    with store.read() as connection:
        return _ready(config, connection, operation).told


def apply(config: Config, store: Store, operation: Operation, at: datetime) -> Done:
    """Does what `preview` tells; run again after it was killed, it completes the work.

    Raises:
        InputError: the operation cannot be done to these topics, config.toml cannot be edited, or was changed meanwhile.
        ConfigError: the campaign would have faults.
    """
    with store.read() as connection:  # what takes long is thought out before others have to wait
        ready = _ready(config, connection, operation)
    plan = ready.plan
    if plan.phrases is not None:
        _write(plan.phrases[0], plan.phrases[1].encode())
    with store.begin() as connection:
        if codebooks.mark(connection) != ready.mark:  # somebody has spoken meanwhile
            ready = _ready(config, connection, operation)
        queue, drawn = _store(config, connection, operation, ready, at)
    if _content(config) != plan.content:
        raise _changed(config.file)
    _write(config.file, plan.new_content)
    return Done(ready.told, queue, drawn)


def _ready(config: Config, connection: Connection, operation: Operation) -> _Ready:
    plan = _plan(config, connection, operation)
    events = list(labels.events(connection, topics={*operation.old, *operation.ids}))
    settled = [word for word in readings.adjudicated(connection) if word.topic in {*operation.old, *operation.ids}]
    made = carried(operation, events, settled, plan.config.codebook.version)
    told = _preview(config, connection, operation, plan, made, events, settled)
    return _Ready(plan, made, told, codebooks.mark(connection))


def _plan(config: Config, connection: Connection, operation: Operation) -> _Plan:
    content = _content(config)
    if hashlib.sha256(content).hexdigest() != config.sha256:
        raise _changed(config.file)
    raw = parse_config(config.file, content, phrases="").topics  # what config.toml itself says
    steps, version = codebooks.history(connection), config.codebook.version
    used = codebooks.used_ids(connection) if not _begun(steps, operation, version) else set()
    check(operation, config.topics, steps, used)
    phrases = _phrases(config, operation)
    learnt = _learnt(config)
    topics = renewed(operation, raw, {topic for model in learnt.values() for topic in model})
    setting = None if phrases is None else phrases[1].new
    new_content = edited(content, operation, topics, setting)
    new = parse_config(config.file, new_content, None if phrases is None else phrases[0][1])
    _require_kept(config, new, operation)
    return _Plan(
        content=content,
        new_content=new_content,
        config=new,
        phrases=None if phrases is None else phrases[0],
        moved=None if phrases is None else phrases[1],
        models=_models(config, new, operation, learnt),
    )


def _begun(steps: Sequence[Change], operation: Operation, version: str) -> bool:
    """Tells whether the same operation was done to this version before, by a run that was killed or taken back since."""
    return any(
        (step.kind, step.old, step.new, step.previous) == (operation.kind, operation.old, operation.ids, version)
        for step in steps
    )


def _require_kept(old: Config, new: Config, operation: Operation) -> None:
    """Refuses an edited file that says something else on what the operation is not about."""
    ends, begins = set(operation.old), set(operation.ids)
    cues = replace(new.classify, cues=old.classify.cues)
    rest = replace(new, topics=old.topics, duties=old.duties, classify=cues, sha256=old.sha256)
    if (
        rest != old
        or [topic for topic in new.topics if topic.id not in begins] != [t for t in old.topics if t.id not in ends]
        or [duty for duty in new.duties if duty.topic not in begins] != [d for d in old.duties if d.topic not in ends]
        or begins - set(new.codebook.ids)
    ):
        raise InputError(
            f"{old.file.name}: cannot be edited without changing something else; edit by hand",
            f"{old.file.name}: không sửa tự động được mà không ảnh hưởng phần khác; hãy sửa bằng tay",
        )


def _phrases(config: Config, operation: Operation) -> tuple[tuple[Path, str], Moved] | None:
    """Gives the file of phrases whose sections follow their topics; None where nothing in it is about them.

    It is a new file, so that the campaign is whole before and after: which one is read, config.toml alone says.
    """
    setting = config.classify.cues
    file = file_of(setting, config.file.parent)
    useless = operation.kind == "retire" and setting == "shipped"  # sections of other topics are passed over there
    if file is None or not operation.moves or useless:
        return None
    text = file.read_text(encoding="utf-8-sig")
    found = sections(text) & set(operation.old)
    if not found:
        return None
    made = moved(text, dict.fromkeys(operation.old, operation.ids), set(config.codebook.ids) - set(operation.old))
    place = place_for(setting, config.file.parent, made)
    number = sum(line.partition(" ")[0] in KINDS for line in moved(text, {}, found).splitlines())
    return (config.file.parent / place, made), Moved(setting, place.as_posix(), number)


def _learnt(config: Config) -> Mapping[str | None, tuple[str, ...]]:
    """Gives the topics that each model of the campaign has learnt; None names the shipped one.

    Raises:
        ModelError: a model is damaged.
    """
    registry = registry_of(config)
    versions: tuple[str | None, ...] = (None, *registry.versions())
    return {version: tuple(artefact.read_manifest(registry.place(version)).topics) for version in versions}


def _models(
    config: Config, new: Config, operation: Operation, learnt: Mapping[str | None, Sequence[str]]
) -> tuple[Knowing, ...]:
    named = config.classify.model
    used = registry_of(config).champion() if named == CHAMPION else named
    found = []
    for version, topics in learnt.items():
        ends = tuple(topic for topic in operation.old if topic in config.codebook.learnt_as(topics))
        if ends:
            answers = tuple(topic for topic in new.codebook.learnt_as(topics) if topic in operation.ids)
            found.append(Knowing(version or "shipped", used != WEAK and version == used, ends, answers))
    return tuple(found)


def _preview(
    config: Config,
    connection: Connection,
    operation: Operation,
    plan: _Plan,
    made: Carried,
    events: Sequence[LabelEvent],
    settled: Sequence[Adjudication],
) -> Preview:
    ends, begins = set(operation.old), set(operation.ids)
    return Preview(
        operation=operation,
        before=config.codebook.version,
        after=plan.config.codebook.version,
        ending=tuple(topic for topic in config.topics if topic.id in ends),
        beginning=tuple(topic for topic in plan.config.topics if topic.id in begins),
        labels=_tallies(event for event in events if event.topic in ends),
        settled=sum(word.topic in ends for word in settled),
        carried=len(made.events) + len(made.settled),
        again=made.again,
        read=len(labels.current(connection)) if operation.kind == "add" else 0,
        waiting=codebooks.waiting(connection, operation.old) if operation.moves else 0,
        predictions=codebooks.predicted(connection, config.codebook.version),
        models=plan.models,
        duties=tuple(duty for duty in config.duties if duty.topic in ends),
        new_duties=tuple(duty for duty in plan.config.duties if duty.topic in begins),
        phrases=plan.moved,
    )


def _tallies(events: Iterable[LabelEvent]) -> tuple[Tally, ...]:
    counts: dict[tuple[str, str], list[int]] = {}
    for by_reviewer in standing(events).values():
        for reviewer, spoken in by_reviewer.items():
            for topic, event in spoken.items():
                counts.setdefault((topic, reviewer), [0, 0])[0 if event.value else 1] += 1
    return tuple(Tally(topic, who, yes, no) for (topic, who), (yes, no) in sorted(counts.items()))


def _store(
    config: Config, connection: Connection, operation: Operation, ready: _Ready, at: datetime
) -> tuple[str | None, int]:
    """Changes the store; gives the queue of what must be read again, and how many articles it newly has."""
    made, old, new = ready.made, config.codebook, ready.plan.config.codebook
    steps = codebooks.history(connection)
    change = Change(0, new.version, old.version, at, operation.kind, operation.old, operation.ids, (), operation.reason)
    if not steps or replace(steps[-1], seq=0, at=at) != change:  # not the work of a run that was killed
        codebooks.adopt(connection, old.version, old.as_json(), at)
        codebooks.record(connection, new.as_json(), change)
    labels.append(connection, made.events)
    readings.adjudicate(connection, made.settled)
    if operation.old and operation.moves:
        codebooks.redirect(connection, operation.old, operation.ids[0] if len(operation.ids) == 1 else None)
    if not made.again:
        return None, 0
    queue = f"again-{new.version}"
    design = {"operation": operation.kind, "old": list(operation.old), "new": list(operation.ids)}
    queues.create(connection, Queue(queue, "again", design, new.version, at))
    topic = operation.ids[0] if len(operation.ids) == 1 else None
    draws = [
        Draw(queue, number, article, new.version, topic=topic) for number, article in enumerate(made.again, start=1)
    ]
    return queue, queues.add(connection, draws)


def _content(config: Config) -> bytes:
    try:
        return config.file.read_bytes()
    except OSError as error:
        en, vi = system_fault(error)
        raise InputError(f"{config.file}: cannot be read: {en}", f"{config.file}: không đọc được: {vi}") from None


def _write(file: Path, content: bytes) -> None:
    mode = file.stat().st_mode if file.exists() else None
    with writing(file) as out:
        out.write(content)
    if mode is not None:
        file.chmod(mode)


def _changed(file: Path) -> InputError:
    return InputError(
        f"{file}: was changed meanwhile; run the command again", f"{file}: vừa bị sửa; hãy chạy lại lệnh này"
    )
