"""Accounts for every sentence of a letter: what became of it in a draft, so that nothing is lost unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.directive.letter import Letter, Part, Quote, Sentence
from pipeline.wording import Pair

Fate = Literal["placed", "unplaced", "duty", "phase", "frame", "unread"]
"""What became of a sentence: its contents are of a topic, or of none; a duty; days of a phase; part of the form; nothing."""

NAMES: Final[dict[Fate, Pair]] = {
    "placed": ("nội dung đã xếp vào chủ đề", "contents placed in topics"),
    "unplaced": ("nội dung chưa xếp vào chủ đề nào", "contents in no topic"),
    "duty": ("nhiệm vụ", "duties"),
    "phase": ("thời gian", "times"),
    "frame": (
        "thể thức, căn cứ, đề mục, nơi nhận, ô phụ của bảng",
        "form, grounds, headings, recipients, side cells of tables",
    ),
    "unread": ("câu chưa dùng đến", "sentences put to no use"),
}
LOOKED_FOR: Final[frozenset[Part]] = frozenset(
    ("content", "duty", "table", "other")
)  # parts that may ask for something


@dataclass(frozen=True, slots=True)
class Account:
    """How many sentences had which fate, and those that a person should look at."""

    counts: dict[Fate, int]
    unplaced: tuple[str, ...]
    unread: tuple[str, ...]


def account(letter: Letter, clauses: Collection[str]) -> Account:
    """Accounts for all sentences of a letter; `clauses` are those that topics serve. Rules and stars are no sentences."""
    told = [(fate(letter, each, clauses), each.quote.text) for each in letter.sentences if _says(each)]
    counts = Counter(each for each, _ in told)
    return Account(
        {each: counts[each] for each in NAMES},
        tuple(text for each, text in told if each == "unplaced"),
        tuple(text for each, text in told if each == "unread"),
    )


def fate(letter: Letter, sentence: Sentence, clauses: Collection[str]) -> Fate:
    """Tells what became of one sentence."""
    held = [item.id for item in letter.items if overlaps(item.quote, sentence.quote)]
    if held:
        return "placed" if all(each in clauses for each in held) else "unplaced"
    if any(overlaps(duty.quote, sentence.quote) for duty in letter.duties):
        return "duty"
    if sentence.part not in LOOKED_FOR or not any(map(str.isalpha, sentence.quote.text)):  # … or a page's number
        return "frame"
    return "phase" if any(overlaps(phase.quote, sentence.quote) for phase in letter.phases) else "unread"


def overlaps(one: Quote, other: Quote) -> bool:
    """Tells whether two quotations share any letter; both may run over a page."""
    return (one.page, one.start) < (other.end_page, other.end) and (other.page, other.start) < (one.end_page, one.end)


def _says(sentence: Sentence) -> bool:
    return any(char.isalnum() for char in sentence.quote.text)
