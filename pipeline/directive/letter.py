"""What is read from a letter: every sentence with its place and its part, and the facts, each with the words it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from crawlers.article import Channel

Part = Literal[
    "national_heading",
    "issuer",
    "number_date",
    "subject",
    "addressees",
    "preamble",
    "heading",
    "duty",
    "content",
    "table",
    "cell",
    "closing",
    "recipients",
    "signature",
    "other",
]
"""Which part of an administrative letter (Decree 30/2020, or a Party document) a sentence belongs to.

A "cell" of a table names a column, counts a row, or says who, when or how much; all others are "table".
"""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the letter and where they stand: page from 1, character offsets in `Letter.pages[page - 1]`."""

    text: str  # with one space between words
    page: int
    start: int
    end: int  # on `end_page`
    end_page: int  # the sentence may run over a page


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, heading, list element or table cell of the letter, in reading order."""

    quote: Quote
    part: Part
    numbering: tuple[str, ...] = ()  # where it stands: ("1", "a", "-2")


@dataclass(frozen=True, slots=True)
class Fact:
    """A single fact of the letter's head; `blank` where the letter leaves its place open."""

    value: str  # "" where blank or absent
    blank: bool
    quote: Quote | None  # None where the letter does not have the part at all


@dataclass(frozen=True, slots=True)
class Citation:
    """A document that the letter cites."""

    kind: str  # "Chỉ thị", as the letter writes it
    number: str  # "35-CT/TW"; "" where the letter gives none
    date: date | None
    issuer: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Addressee:
    """One group to which the letter is addressed."""

    id: str  # "press", "departments", "districts", or a made one
    name: str  # as the letter names it
    members: tuple[str, ...]  # bodies that it names one by one; () for a class of bodies
    quote: Quote


@dataclass(frozen=True, slots=True)
class Phase:
    """A span of time that the letter sets apart; days that it does not state are None and are asked for."""

    id: str  # "before", "during", "after", "wave-1", …
    name: str
    first_day: date | None
    last_day: date | None
    quote: Quote


@dataclass(frozen=True, slots=True)
class Duty:
    """Who owes what, on which channel, how often or how much, until when. Fields that the letter does not state are empty."""

    id: str  # the clause, "1.-1"
    addressees: tuple[str, ...]  # ids
    phases: tuple[str, ...]  # ids; () for all
    channels: tuple[Channel, ...]
    means: tuple[str, ...]  # channels and means in the letter's words: "màn hình LED"
    min_items: int | None
    min_minutes: float | None
    every_days: int | None  # at least one in so many days
    until: date | None
    report_back: date | None  # day by which a report is asked for
    quote: Quote
    report_every: int | None = None  # days from one report to the next: 1, 7, 30, 90
    report_day: int | None = None  # of the month, by which such a report is asked for
    since: date | None = None  # its first day


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be written about: a list element, or a part of a sentence that stands alone."""

    id: str  # the clause, "1.a.2"; parts of one sentence share it and are told apart by `number`
    number: int  # from 1, within the clause
    text: str  # without leading verbs such as "Tuyên truyền", as a person would list it
    phase: str | None  # id; None where the letter ties it to none
    addressees: tuple[str, ...]  # ids
    quote: Quote  # the very words


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it was read, whole: nothing of its text is in no sentence."""

    file: str
    sha256: str
    kind: str  # "Công văn", "Kế hoạch", "Hướng dẫn", "Chỉ thị", "Đề cương", …; "" where unknown
    pages: tuple[str, ...]  # NFC, as the text layer has them
    sentences: tuple[Sentence, ...]
    issuer: Fact
    parent: Fact
    number: Fact
    place: Fact
    date: Fact
    subject: Fact
    signed_by: Fact  # the office, such as "GIÁM ĐỐC"; never the person
    addressees: tuple[Addressee, ...]
    recipients: tuple[str, ...]
    citations: tuple[Citation, ...]
    phases: tuple[Phase, ...]
    duties: tuple[Duty, ...]
    items: tuple[Item, ...]
    questions: tuple[tuple[str, str], ...]  # (Vietnamese, English): what the letter leaves open
    ocr: bool = False
