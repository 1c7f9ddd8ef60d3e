"""What a person has yet to do about a draft: one list, from which every command and page counts and tells."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.directive.correct import asked_of, own_topics, questions
from pipeline.directive.groups import groups_in
from pipeline.directive.letter import Letter
from pipeline.directive.nested import told_place
from pipeline.directive.questions import NO_AMOUNT, NO_ITEMS, NO_TIME, in_both
from pipeline.directive.remarks import UNSEEN
from pipeline.directive.waits import Waiting, in_force, is_reversed, overlapped, waiting, without_outlets
from pipeline.wording import Pair

Kind = Literal["question", "topic", "phase", "group"]

TITLES: Final[Mapping[Kind, Pair]] = {
    "question": ("Câu hỏi về văn bản", "Questions about the letter"),
    "topic": ("Chủ đề cần soát lại", "Topics to look at"),
    "phase": ("Giai đoạn chưa có hiệu lực", "Phases not in force yet"),
    "group": ("Nhóm cơ quan còn thiếu thông tin", "Groups that lack something"),
}
DAYS: Final[Mapping[str, Pair]] = {"first_day": ("ngày đầu", "first day"), "last_day": ("ngày cuối", "last day")}


@dataclass(frozen=True, slots=True)
class Open:
    """One thing to do: a question to answer, a topic to look at, a phase or a group of outlets that lacks something."""

    kind: Kind
    about: str  # id of the topic, phase or group; the question itself
    name: Pair  # of the topic, phase or group
    said: tuple[Pair, ...]  # what is asked or lacking


def opened(text: str, letter: Letter | None = None) -> tuple[Open, ...]:
    """Gives all that is open: questions first, then topics, phases and groups. What a table lacks is told once."""
    text = in_force(text)
    tables = waiting(text)
    return (
        *_questions(text, tables),
        *_emptiness(text, tables),
        *_topics(text),
        *_phases(text, tables),
        *_groups(text, tables, groups_in(text, letter)),
    )


def left(text: str) -> int:
    """Tells how many things a person has yet to do."""
    return len(opened(text))


def _questions(text: str, tables: Sequence[Waiting]) -> Iterator[Open]:
    """Yields questions that no table asks and no topic: days are asked by their phase, amounts by their group."""
    topics = {topic.id for topic in own_topics(text)}
    names = [str(table.row.get("name")) for table in tables if table.name == "phase"]
    amounts = any(table.name == "duty" and table.missing for table in tables)
    for question in questions(text):
        of_phase = any(question.startswith(f"“{name}”:") for name in names) or (names and question in NO_TIME)
        if not (question.partition(":")[0] in topics or of_phase or (amounts and question in NO_AMOUNT)):
            yield Open("question", question, in_both(question), ())


def _emptiness(text: str, tables: Sequence[Waiting]) -> Iterator[Open]:
    """Yields what a campaign cannot be without; not twice, where the letter asked already."""
    raw, asked = tomllib.loads(text), set(questions(text))
    if not raw.get("topic") and asked.isdisjoint(NO_ITEMS):
        yield Open("question", "topic", ("Chưa có chủ đề nào: hãy ghi [[topic]]", "No topic yet: write [[topic]]"), ())
    if not raw.get("phase") and not any(table.name == "phase" for table in tables):
        yield Open(
            "question", "phase", ("Chưa có giai đoạn nào: hãy ghi [[phase]]", "No phase yet: write [[phase]]"), ()
        )


def _topics(text: str) -> Iterator[Open]:
    for topic in own_topics(text):
        if (asked := asked_of(text, topic.id)) is not None:
            yield Open("topic", topic.id, (topic.name, topic.name_en), tuple(map(in_both, asked)) or (UNSEEN,))


def _phases(text: str, tables: Sequence[Waiting]) -> Iterator[Open]:
    over = overlapped(text)
    for table in tables:
        if table.name != "phase":
            continue
        identity, name = str(table.row["id"]), str(table.row["name"])
        if table.missing:
            vi, en = (
                ", ".join(days) for days in zip(*(DAYS.get(key, (key, key)) for key in table.missing), strict=True)
            )
            said = (f"còn thiếu {vi}", f"lacks its {en}")
        elif is_reversed(table):
            said = ("ngày cuối đứng trước ngày đầu", "ends before it begins")
        else:
            others, span = over.get(identity), (identity, name, table.row["first_day"], table.row["last_day"])
            vi, en = (
                told_place(span, others)
                if others
                else ("trùng ngày với giai đoạn khác", "shares days with another phase")
            )
            said = (f"{vi}: để riêng hay bỏ?", f"{en}: set it apart, or drop it?")
        yield Open("phase", identity, (name, str(table.row.get("name_en") or name)), (said,))


def _groups(text: str, tables: Sequence[Waiting], names: Mapping[str, Pair]) -> Iterator[Open]:
    raw = tomllib.loads(text)
    bare = without_outlets(text)
    phases = {row["id"] for row in raw.get("phase", [])} | {t.row.get("id") for t in tables if t.name == "phase"}
    duties = [table for table in tables if table.name == "duty"]
    for group in dict.fromkeys(_who(table) for table in duties):
        own = [table for table in duties if _who(table) == group]
        said: list[Pair] = []
        if group in bare:
            said.append(("chưa có cơ quan nào", "no outlet yet"))
        if number := sum(bool(table.missing) for table in own):
            said.append((f"{number} nhiệm vụ chờ số lượng", f"{number} duties wait for an amount"))
        if number := sum(table.row.get("phase") not in phases for table in own):
            said.append(
                (f"{number} nhiệm vụ thuộc giai đoạn không có trong tệp", f"{number} duties of no phase of the file")
            )
        if said:
            yield Open("group", group, names.get(group, (group, group)), tuple(said))


def _who(duty: Waiting) -> str:
    return str(duty.row.get("group") or duty.row.get("outlet"))
