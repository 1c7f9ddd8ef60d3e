"""What is wrong with a draft, or still open, as a checklist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.codebook import Topic
from models.phrases import untrusted
from pipeline.config import Config, parse_config
from pipeline.directive.account import Account, account
from pipeline.directive.correct import own_topics
from pipeline.directive.letter import Letter
from pipeline.directive.opened import Open, opened
from pipeline.directive.waits import in_force
from pipeline.errors import ConfigError
from pipeline.wording import Pair

NAMED: Final = 5  # outlets that are told by name


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft looked over: what keeps it from being read, what is open, and what a person should look at."""

    faults: tuple[Pair, ...]
    opened: tuple[Open, ...]
    remarks: tuple[Pair, ...]
    account: Account | None = None  # of the letter's sentences; None where the letter does not lie beside the draft

    @property
    def done(self) -> bool:
        """Tells whether the draft may become the campaign as it is."""
        return not (self.faults or self.opened)


def checked(file: Path, content: bytes, letter: Letter | None = None) -> Checked:
    """Looks a draft over; with its letter, accounts for every sentence of it.

    Raises:
        InputError: it is no TOML at all.
    """
    text = content.decode("utf-8-sig", errors="replace")
    try:
        parse_config(file, content)
        config = parse_config(file, in_force(text).encode())
    except ConfigError as error:
        return Checked(tuple((f"{each.path}: {each.vi}", f"{each.path}: {each.en}") for each in error.faults), (), ())
    sentences = account(letter, {clause for topic in own_topics(text) for clause in topic.clauses}) if letter else None
    return Checked((), opened(text, letter), tuple(_remarks(config)), sentences)


def _remarks(config: Config) -> Iterator[Pair]:
    owed = {duty.topic for duty in config.duties}
    for topic in config.topics:
        vi, en = f"chủ đề {topic.name} ({topic.id})", f"topic {topic.name_en} ({topic.id})"
        if not topic.cues:
            yield f"{vi}: không có từ khóa", f"{en}: has no cue"
        if not topic.clauses:
            yield f"{vi}: không dẫn điểm nào của văn bản", f"{en}: names no clause"
        if config.duties and topic.id not in owed:
            yield f"{vi}: không có nhiệm vụ nào", f"{en}: nobody owes anything"
    yield from _shared_cues(config.topics)
    if unread := _unread(config):
        named = f"{', '.join(unread[:NAMED])}{' …' if len(unread) > NAMED else ''}"
        yield (
            f"chưa có [[source]], chưa biết đọc bài ở đâu: {named}",
            f"no [[source]], it is not known where they are read: {named}",
        )


def _unread(config: Config) -> list[str]:
    """Gives the names of outlets that no source reads; what they publish elsewhere may be given as a log."""
    read = {source.outlet or source.id for source in config.sources}
    return [outlet.name for outlet in config.outlets if outlet.id not in read]


def _shared_cues(topics: Sequence[Topic]) -> Iterator[Pair]:
    """Yields plain cues that stand in several topics: an article with one of them gets all of these."""
    owners: dict[str, list[Topic]] = {}
    for topic in topics:
        for cue in dict.fromkeys(untrusted(cue).lower() for cue in topic.cues):
            owners.setdefault(cue, []).append(topic)
    for cue, owning in owners.items():
        if len(owning) > 1 and not any(sign in cue for sign in "…(&!#"):
            vi, en = ("; ".join(names) for names in zip(*((t.name, t.name_en) for t in owning), strict=True))
            yield f"từ khóa “{cue}” đứng ở nhiều chủ đề: {vi}", f"cue “{cue}” stands in several topics: {en}"
