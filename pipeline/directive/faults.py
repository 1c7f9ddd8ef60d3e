"""What is wrong with a draft, or still open, as a checklist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from models.codebook import Topic
from models.phrases import untrusted
from pipeline.config import Config, parse_config
from pipeline.directive.account import Account, account
from pipeline.directive.correct import own_topics, questions, waiting
from pipeline.directive.letter import Letter
from pipeline.errors import ConfigError

Pair = tuple[str, str]  # Vietnamese, English


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft looked over: what keeps it from being read, what is open, and what a person should look at."""

    faults: tuple[Pair, ...]
    questions: tuple[str, ...]  # as the file words them, with names of topics for their ids
    waiting: tuple[Pair, ...]  # tables that are not in force, and what they lack
    remarks: tuple[Pair, ...]
    account: Account | None = None  # of the letter's sentences; None where the letter does not lie beside the draft

    @property
    def done(self) -> bool:
        """Tells whether the draft may become the campaign as it is."""
        return not (self.faults or self.questions or self.waiting)


def checked(file: Path, content: bytes, letter: Letter | None = None) -> Checked:
    """Looks a draft over; with its letter, accounts for every sentence of it.

    Raises:
        InputError: it is no TOML at all.
    """
    text = content.decode("utf-8-sig", errors="replace")
    faults: list[Pair] = []
    remarks: list[Pair] = []
    try:
        config = parse_config(file, content)
    except ConfigError as error:
        faults = [(f"{fault.path}: {fault.vi}", f"{fault.path}: {fault.en}") for fault in error.faults]
    else:
        remarks = list(_remarks(config))
    topics = own_topics(text)
    sentences = account(letter, {clause for topic in topics for clause in topic.clauses}) if letter else None
    asked = tuple(_by_name(question, topics) for question in questions(text))
    return Checked(tuple(faults), asked, tuple(_waiting(text)), tuple(remarks), sentences)


def _by_name(question: str, topics: Sequence[Topic]) -> str:
    """Gives a question about a topic with the topic's name, where the file has its id."""
    about, colon, rest = question.partition(":")
    name = next((topic.name for topic in topics if topic.id == about), about)
    return f"{name}{colon}{rest}"


def _waiting(text: str) -> Iterator[Pair]:
    tables = waiting(text)
    for table in tables:
        if table.name == "phase":
            lacking = ", ".join(table.missing)
            yield (
                f"giai đoạn {table.row.get('id')}: còn thiếu {lacking}"
                if lacking
                else f"giai đoạn {table.row.get('id')}: chồng lên giai đoạn khác",
                f"phase {table.row.get('id')}: lacks {lacking}"
                if lacking
                else f"phase {table.row.get('id')}: overlaps another",
            )
    duties = [table for table in tables if table.name == "duty"]
    key = lambda table: (str(table.row.get("group")), table.missing)  # noqa: E731 - for sorting and grouping alike
    for (group, missing), found in groupby(sorted(duties, key=key), key=key):
        number = len(list(found))
        stuck = (f'[[outlet]] có groups = ["{group}"]', f'an [[outlet]] with groups = ["{group}"]')
        if any(table.name == "phase" for table in tables):
            stuck = ("giai đoạn có ngày, hoặc cơ quan", "days of their phase, or an outlet")
        lacking = ", ".join(missing)
        yield (
            f"nhóm {group}: {number} nhiệm vụ chờ " + (f"số lượng ({lacking})" if missing else stuck[0]),
            f"group {group}: {number} duties wait for " + (f"an amount ({lacking})" if missing else stuck[1]),
        )


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
    for group in sorted({duty.group for duty in config.duties if duty.group}):
        if not any(group in outlet.groups for outlet in config.outlets):
            yield f"nhóm {group}: chưa có cơ quan nào", f"group {group}: has no outlet"
    if not config.sources:
        yield (
            "chưa có [[source]]: chưa biết đọc bài của các cơ quan ở đâu",
            "no [[source]]: it is not known where the outlets are read",
        )


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
