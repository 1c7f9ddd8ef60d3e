"""Compare: which articles change topic between two models or two codebooks, with evidence, and which verdicts move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Final

from models.codebook import Codebook
from models.errors import ModelError
from models.weak import WEAK_VERSION
from pipeline.comparison import Comparison, Moved, MovedVerdict, Side, Tally
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.steps import audit_diff
from pipeline.steps.audit import result_of
from pipeline.steps.judged_by import known_now
from pipeline.steps.model import CHAMPION, WEAK, model_version
from pipeline.steps.versions import history, renames, version_of
from pipeline.store import Connection, Store, sides
from pipeline.store.sides import Decided

PREFIX: Final = 4  # letters of a version by which it may be named
DETAILS: Final = 1_000  # articles whose evidence is looked up at a time


@dataclass(frozen=True, slots=True)
class Reading:
    """One side, and the campaign as it would be with that model and that codebook."""

    side: Side
    config: Config
    codebook: Codebook


def compare(config: Config, store: Store, first: str, second: str, as_of: date) -> Comparison:
    """Compares two readings, each named by a model, a codebook, or MODEL@CODEBOOK; what is not named is the campaign's.

    Nothing is read for topics and nothing is stored: both must have read the articles (`rasoat classify --model`).

    Raises:
        InputError: a name means no reading that the store holds, or several; or both mean the same.
        ModelError: "champion" is named and the registry has lost it.
    """
    with store.read() as connection:
        known = sides.known(connection)
    one, two = (reading_of(config, store, known, name) for name in (first, second))
    if one.side == two.side:
        raise InputError(
            f"{first} and {second} are the same reading: {_name(one.side)}",
            f"{first} và {second} là cùng một lần đọc: {_name(one.side)}",
        )
    names = renames(history(store), one.side.codebook, two.side.codebook)
    with store.read() as connection:
        counted = _Counted(names)
        parted = [row for row in sides.decided(connection, one.side, two.side) if counted.add(row)]
        moved = tuple(_moved(connection, one, two, parted, names))
    old = {names.get(topic.id, topic.id): topic.name for topic in one.codebook.topics}
    topics = old | {topic.id: topic.name for topic in two.codebook.topics}
    return Comparison(
        before=one.side,
        after=two.side,
        both=counted.both,
        before_only=counted.before_only,
        after_only=counted.after_only,
        moved=moved,
        topics=tuple(counted.tally(topic, "") for topic in topics),
        outlets=tuple(
            tally
            for outlet in sorted(counted.outlets)
            for topic in topics
            if (tally := counted.tally(topic, outlet)).lost or tally.gained
        ),
        verdicts=_verdicts(store, one, two, as_of),
        topic_names=topics,
        outlet_names={outlet.id: outlet.name for outlet in config.outlets},
        as_of=as_of,
    )


def reading_of(config: Config, store: Store, known: Sequence[Side], name: str) -> Reading:
    """Gives the reading that a name means; see `compare`."""
    model, parted, codebook = name.partition("@")
    if not parted and not _models(config, known, name):
        model, codebook = "", name
    books = {codebook_version for side in known if _means(codebook, codebook_version := side.codebook)}
    if codebook and len(books) != 1:
        raise _unknown(name, known)
    book = version_of(config, store, books.pop()) if codebook else config.codebook
    own = replace(config, topics=book.topics)
    if model in {"", CHAMPION, WEAK}:
        own = replace(own, classify=replace(own.classify, model=model or own.classify.model))
        versions = {model_version(own)}
    else:
        versions = {side.model for side in known if _means(model, side.model) and side.codebook == book.version}
    held = [side for side in known if side.model in versions and side.codebook == book.version]
    if len(held) != 1:
        raise _unknown(name, known)
    return Reading(held[0], _asking(own, held[0].model), book)


def _asking(config: Config, model: str) -> Config:
    """Gives the campaign with a model by the name under which `classify.model` finds it."""
    by_champion = replace(config, classify=replace(config.classify, model=CHAMPION))
    if model_version(by_champion) == model:
        return by_champion
    asked = WEAK if model == WEAK_VERSION else model.partition("+")[0]
    return replace(config, classify=replace(config.classify, model=asked))


def _models(config: Config, known: Sequence[Side], name: str) -> bool:
    return name in {CHAMPION, WEAK, config.classify.model} or any(_means(name, side.model) for side in known)


def _means(name: str, version: str) -> bool:
    return name == version or (len(name) >= PREFIX and version.startswith(name))


def _name(side: Side) -> str:
    return f"{side.model}@{side.codebook}"


def _unknown(name: str, known: Sequence[Side]) -> InputError:
    listed = ", ".join(map(_name, known)) or "–"
    return InputError(
        f"{name}: not one reading that the store holds; run `rasoat classify --model …` first; there are: {listed}",
        f"{name}: không chỉ đúng một lần đọc nào trong kho; hãy chạy `rasoat classify --model …`; đang có: {listed}",
    )


class _Counted:
    """Counts decisions of both readings as they pass."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.both = self.before_only = self.after_only = 0
        self.outlets: set[str] = set()
        self._names = names
        self._counts: Counter[tuple[str, str, str]] = Counter()  # outlet, topic, which number

    def add(self, row: Decided) -> bool:
        """Counts one article; tells whether the readings part there."""
        if row.before is None or row.after is None:
            self.before_only += row.after is None
            self.after_only += row.before is None
            return False
        self.both += 1
        before = under_new_names(row.before, self._names)
        for number, topics in (
            ("before", before),
            ("after", row.after),
            ("lost", before - row.after),
            ("gained", row.after - before),
        ):
            for topic in topics:
                self._counts[row.outlet, topic, number] += 1
                self._counts["", topic, number] += 1
        self.outlets.add(row.outlet)
        return before != row.after

    def tally(self, topic: str, outlet: str) -> Tally:
        """Gives the numbers of one topic, of one outlet or ("") of all."""
        before, after, lost, gained = (
            self._counts[outlet, topic, number] for number in ("before", "after", "lost", "gained")
        )
        return Tally(topic, outlet, before, after, lost, gained)


def under_new_names(topics: frozenset[str], names: Mapping[str, str]) -> frozenset[str]:
    """Gives topics by the ids they have in the second codebook."""
    return frozenset(names.get(topic, topic) for topic in topics) if names else topics


def _moved(
    connection: Connection, one: Reading, two: Reading, parted: Sequence[Decided], names: Mapping[str, str]
) -> list[Moved]:
    made, waiting = [], iter(parted)
    old_names = {new: old for old, new in names.items()}
    while part := list(islice(waiting, DETAILS)):
        ids = [row.article for row in part]
        olds, news = (sides.details(connection, reading.side, ids) for reading in (one, two))
        for row in part:
            before = under_new_names(row.before or frozenset(), names)
            after = row.after or frozenset()
            lost, gained = tuple(sorted(before - after)), tuple(sorted(after - before))
            old, new = olds[row.article], news[row.article]
            former = {topic: old_names.get(topic, topic) for topic in (*lost, *gained)}
            evidence = {topic: old.evidence.get(former[topic], "") for topic in lost}
            evidence |= {topic: new.evidence.get(topic, "") for topic in gained}
            made.append(
                Moved(
                    article=row.article,
                    outlet=row.outlet,
                    day=row.day,
                    title=new.title,
                    url=new.url,
                    lost=lost,
                    gained=gained,
                    scores={topic: (old.scores.get(name), new.scores.get(topic)) for topic, name in former.items()},
                    evidence={topic: sentence for topic, sentence in evidence.items() if sentence},
                )
            )
    return made


def _verdicts(store: Store, one: Reading, two: Reading, as_of: date) -> tuple[MovedVerdict, ...] | None:
    """Judges the campaign by both readings; None where it has no duties, or a model is no longer kept."""
    try:
        if any(model_version(each.config) != each.side.model for each in (one, two)):
            return None
        known = known_now(store)
        before, after = (result_of(_askable(each.config), store, as_of, known) for each in (one, two))
    except (InputError, ModelError):  # the counts stand all the same; the page and the screen say that verdicts do not
        return None
    return tuple(
        MovedVerdict(
            phase=one_of.phase,
            topic=one_of.topic,
            outlet=one_of.outlet,
            before=None if turned.before is None else turned.before.verdict,
            after=None if turned.after is None else turned.after.verdict,
        )
        for turned in audit_diff.compare(before, after).turned
        if (one_of := turned.after or turned.before) is not None
    )


def _askable(config: Config) -> Config:
    """Gives the campaign without duties on topics that its codebook does not have."""
    return replace(config, duties=tuple(duty for duty in config.duties if duty.topic in config.codebook.ids))
