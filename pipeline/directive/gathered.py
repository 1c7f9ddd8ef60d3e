"""What is gathered from a letter's body while it is read: items, duties, and the groups that it speaks to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.directive import verbs
from pipeline.directive.bodies import Named, addressed_in, ids, partners_in
from pipeline.directive.dates import Span
from pipeline.directive.duties import Asked, asked_each, clauses_of
from pipeline.directive.items import item_text
from pipeline.directive.layout import Block, Pages
from pipeline.directive.letter import Duty, Item, Quote
from pipeline.directive.phases import WHOLE, PhaseBook, part_opening


@dataclass(slots=True)
class Body:
    """What the body says, as it is gathered."""

    pages: Pages
    book: PhaseBook
    year: int | None
    subject: str  # of the letter
    listed: bool = False  # the letter has a section of contents: elsewhere, sentences are duties
    items: list[Item] = field(default_factory=list)
    beside: set[str] = field(default_factory=set)  # clauses of duties that name things beside the contents
    counts: Counter[str] = field(default_factory=Counter)  # of items by clause
    duties: list[Duty] = field(default_factory=list)
    owners: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)  # sections, and who owes their contents
    passing: dict[int, Span] = field(default_factory=dict)  # times of single sentences, by the identity of each
    times: list[tuple[str, Quote]] = field(default_factory=list)  # of rows of tables
    speaking: tuple[Block, tuple[str, ...]] | None = None  # the paragraph that last spoke to bodies, and to which
    spoken: list[tuple[str, str, Quote]] = field(default_factory=list)  # groups that are given duties: id, name, place

    def add_items(
        self, block: Block, places: Sequence[tuple[int, int]], clause: str, phase: str | None, groups: tuple[str, ...]
    ) -> None:
        """Keeps the parts of a sentence as items; each part may name a phase of its own."""
        for start, end in places:
            own, opened = self.book.wave_opening(block.text[start:end])
            if own is None and (opened := part_opening(block.text[start:end])):
                lead = block.text[start : start + opened].rstrip(" ,:")
                own = self.book.lead(lead, block.quote(self.pages, start, end))
            phase = own or phase  # parts behind it belong to it too
            text = item_text(block.text[start + (opened if own else 0) : end])
            if text and not verbs.EMPTY.fullmatch(text):
                self.counts[clause] += 1
                quote = block.quote(self.pages, start, end)
                at = phase or self.book.bracketed(text, quote)
                self.items.append(Item(clause, self.counts[clause], text, at, groups, quote))

    def spoken_to(self, block: Block) -> tuple[str, ...]:
        """Gives the groups to which an earlier sentence of a paragraph speaks."""
        return self.speaking[1] if self.speaking is not None and self.speaking[0] is block else ()

    def speaks(self, named: Sequence[Named], block: Block, start: int, end: int) -> None:
        """Keeps the names of groups that a sentence gives duties to."""
        for number, each in enumerate(named):
            a, b = (
                start + (0 if number == 0 else each.start),
                start + (named[number + 1].start if number + 1 < len(named) else end),
            )
            self.spoken.append((each.group, block.text[a:b].strip(" ,;.:-–+"), block.quote(self.pages, a, b)))

    def add_duties(
        self, block: Block, start: int, end: int, clause: str, phase: str | None, groups: tuple[str, ...]
    ) -> None:
        """Keeps what a sentence asks for, apart where its parts say different amounts."""
        words = block.text[start:end]
        parts = clauses_of(words)
        told = [(a, b, read) for a, b in parts for read in asked_each(words[a:b], self.year)]
        for number, (a, b, read) in enumerate(told, start=1):
            part = words[a:b].lstrip(" -+;,")
            named, spoken = addressed_in(part) if len(parts) > 1 else ([], 0)
            if named:  # "Báo Sơn Khê đăng …; Đài … phát …"
                self.speaks(named, block, start + words.index(part, a), spoken)
            own = clause if len(told) == 1 else f"{clause}/{number}"
            quote = block.quote(self.pages, start + a, start + b)
            at = self.book.opened_by(part[spoken:]) if len(parts) > 1 else None
            who = (*ids(named), *ids(partners_in(part)[0])) if named else groups
            self.add_duty(read, own, at or phase, who, quote)

    def tie_duties(self) -> None:
        """Ties duties to the phases that their words name, once all phases are known: "… 01 tin, bài trong đợt 2"."""
        self.duties = [
            duty if WHOLE.isdisjoint(duty.phases) and duty.phases else replace(duty, phases=self._phases_of(duty))
            for duty in self.duties
        ]

    def _phases_of(self, duty: Duty) -> tuple[str, ...]:
        words = duty.quote.text.lstrip(" -+;,")
        named = self.book.opened_by(words[addressed_in(words)[1] :])
        return (named,) if named else duty.phases

    def add_duty(self, read: Asked, clause: str, phase: str | None, groups: tuple[str, ...], quote: Quote) -> None:
        """Keeps one duty."""
        self.duties.append(
            Duty(
                id=clause,
                addressees=groups,
                phases=(phase,) if phase else (),
                channels=read.channels,
                means=read.means,
                min_items=read.min_items,
                min_minutes=read.min_minutes,
                every_days=read.every_days,
                until=read.until,
                report_back=read.report_back,
                quote=quote,
                report_every=read.report_every,
                report_day=read.report_day,
                since=read.since,
            )
        )
