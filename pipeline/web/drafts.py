"""The pages of drafts: the letter beside the topics made of it, and every correction as a form of its own."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models.codebook import Topic
from pipeline.directive.account import fate, overlaps
from pipeline.directive.correct import (
    PhraseKind,
    asked_of,
    looked_at,
    open_facts,
    own_topics,
    settled,
    with_amount,
    with_fact,
    with_operation,
    with_outlets,
    with_phrases,
)
from pipeline.directive.drafts import read_draft
from pipeline.directive.groups import called, groups_in
from pipeline.directive.letter import Letter
from pipeline.directive.naming import id_of
from pipeline.directive.nested import told_cut, told_place
from pipeline.directive.opened import opened
from pipeline.directive.periods import set_apart, with_days, without_phase
from pipeline.directive.questions import ASKED, in_both
from pipeline.directive.waits import Span, overlapped, owed_in, spans, waiting, without_outlets
from pipeline.errors import InputError, PipelineError
from pipeline.operations import Named, Operation
from pipeline.steps.directive_review import DraftFile, correct, drafts, find_draft, letter_of
from pipeline.web.desk import Desk, NavEntry, PageError, desk_of
from pipeline.web.render import render
from pipeline.web.security import needs, read_form, text_field
from pipeline.web.selection import day_of, is_no_day

_OF_FACTS: Final = frozenset(question for ways in ASKED.values() for pair in ways for question in pair)  # have a field
KINDS: Final[tuple[PhraseKind, ...]] = ("cues", "hints", "exclusions")


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of the letter, and the clauses whose contents it holds."""

    text: str
    heading: bool
    clauses: tuple[str, ...]
    unread: bool  # it may ask for something, and nothing was made of it


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft beside its letter."""

    name: str
    seen: str  # digest of the text that this page shows
    letter: tuple[Said, ...]  # () where the letter does not lie beside the draft
    topics: tuple[Topic, ...]
    asked: Mapping[str, Sequence[str]]  # topics that nobody has looked at: what else is asked of each
    open: int  # things that a person has yet to do
    questions: tuple[tuple[str, str], ...]  # and as the draft words it, "" where no person can say that it is settled
    phases: tuple[Span, ...]
    overlaps: Mapping[str, tuple[str, str]]  # phases that wait on the days of others: id -> how they lie, what is cut
    owed: Mapping[str, int]  # id of a phase -> how many duties it has
    facts: tuple[str, ...]  # of the letter that are asked for: "number", "date"
    groups: tuple[tuple[str, str, int], ...]  # groups whose duties wait for an amount: id, name, how many duties
    bare: tuple[tuple[str, str], ...]  # groups that owe something and have no outlet: id, name
    stuck: int  # duties that have their amount, and wait for something else
    refused: str = ""  # why the change that was sent just now was not made
    given: Mapping[str, str] = field(default_factory=dict)  # … and what was typed

    def kept(self, do: str, of: str, key: str, stored: str) -> str:
        """Gives what stands in a field: what was typed into it where that was refused, else what the draft has."""
        whose = self.given.get({"days": "phase", "fact": "key", "phrases": "topic", "rename": "topic"}.get(do, "group"))
        return self.given.get(key, stored) if self.given.get("do") == do and whose == of else stored


@needs("lead")
def listed(request: Request) -> Response:
    """Lists the drafts in the campaign's folder."""
    found: tuple[DraftFile, ...] = tuple(drafts(_folder(desk_of(request))))
    return render(request, "drafts.html", found)


@needs("lead")
def shown(request: Request) -> Response:
    """Shows a draft."""
    file = find_draft(_folder(desk_of(request)), request.path_params["name"])
    return render(request, "draft.html", _view(file, read_draft(file), desk_of(request)))


@needs("lead")
def corrected(request: Request) -> Response:
    """Makes one correction, if the draft is still what the page showed."""
    desk, form = desk_of(request), read_form(request)
    file = find_draft(_folder(desk), request.path_params["name"])
    try:
        _correct(file, form)
    except PipelineError as error:
        status = error.status if isinstance(error, PageError) else 400 if isinstance(error, InputError) else 409
        view = _view(file, read_draft(file), desk)
        given = {key: said for key, said in form.items() if isinstance(said, str)}
        return render(request, "draft.html", replace(view, refused=error.text(desk.lang), given=given), status=status)
    topic = text_field(form, "topic", 64)
    return RedirectResponse(f"/drafts/{quote(file.name)}{f'#{quote(topic)}' if topic else ''}", 303)


def _correct(file: Path, form: FormData) -> None:
    make = _CHANGES.get(text_field(form, "do", 20))
    if make is None:
        raise PageError(400, "There is no such correction.", "Không có thao tác này.")
    seen, change = text_field(form, "seen", 64), make(form)

    def unless_changed(text: str) -> str:
        if _digest(text) != seen:
            raise PageError(
                409,
                "Somebody has changed the draft meanwhile; look at it again.",
                "Bản dự thảo vừa được người khác sửa; hãy xem lại.",
            )
        return change(text)

    correct(file, unless_changed)


def _view(file: Path, text: str, desk: Desk) -> DraftView:
    topics = own_topics(text)
    tables = waiting(text)
    duties = [table for table in tables if table.name == "duty"]
    letter = letter_of(file, text)
    things, names = opened(text, letter), groups_in(text, letter)
    over = overlapped(text)
    amounts = Counter(str(table.row.get("group", "")) for table in duties if table.missing)
    return DraftView(
        name=file.name,
        seen=_digest(text),
        letter=_said(letter) if letter else (),
        topics=topics,
        asked={
            topic.id: [desk.words.pair(in_both(each)) for each in said]
            for topic in topics
            if (said := asked_of(text, topic.id)) is not None
        },
        open=len(things),
        questions=tuple(
            (desk.words.pair(each.name), each.about if each.about in each.name else "")
            for each in things
            if each.kind == "question" and each.about not in _OF_FACTS
        ),
        phases=tuple(spans(text)),
        overlaps={
            span[0]: (desk.words.pair(told_place(span, others)), desk.words.pair(told_cut(span, others)))
            for span in spans(text)
            if (others := over.get(span[0]))
        },
        owed=owed_in(text),
        facts=tuple(open_facts(text)),
        groups=tuple((group, called(group, names, desk.words), number) for group, number in amounts.items()),
        bare=tuple((group, called(group, names, desk.words)) for group in without_outlets(text)),
        stuck=sum(not table.missing for table in duties),
    )


def _said(letter: Letter) -> tuple[Said, ...]:
    """Gives the sentences of the letter with the clauses of the items that they hold."""
    return tuple(
        Said(
            sentence.quote.text,
            sentence.part in ("heading", "subject"),
            tuple(dict.fromkeys(item.id for item in letter.items if overlaps(item.quote, sentence.quote))),
            fate(letter, sentence, ()) == "unread" and any(map(str.isalnum, sentence.quote.text)),
        )
        for sentence in letter.sentences
    )


def _folder(desk: Desk) -> Path:
    return desk.config.file.parent


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _topic(form: FormData) -> str:
    return text_field(form, "topic", 64)


def _operation(operation: Operation) -> Callable[[str], str]:
    return lambda text: with_operation(text, own_topics(text), operation)


def _rename(form: FormData) -> Callable[[str], str]:
    named = Named(_topic(form), text_field(form, "name", 200), text_field(form, "name_en", 200))
    return _operation(Operation("rename", (_topic(form),), (named,)))


def _merge(form: FormData) -> Callable[[str], str]:
    one, other = _topic(form), text_field(form, "other", 64)
    name = text_field(form, "name", 200)
    return _operation(Operation("merge", (one, other), (Named(f"{one}_{other}"[:64], name, name),)))


def _split(form: FormData) -> Callable[[str], str]:
    names = [text_field(form, key, 200) for key in ("name", "second")]
    if not all(names):
        raise PageError(400, "Name both parts.", "Hãy đặt tên cho cả hai phần.")
    taken = [_topic(form)]
    for name in names:
        taken.append(id_of(name, taken))
    parts = tuple(Named(part, name, name) for part, name in zip(taken[1:], names, strict=True))
    return _operation(Operation("split", (taken[0],), parts))


def _drop(form: FormData) -> Callable[[str], str]:
    return _operation(Operation("retire", (_topic(form),), (), text_field(form, "reason", 1_000)))


def _phrases(form: FormData) -> Callable[[str], str]:
    """Takes all phrases of a topic, one a line for each kind."""
    given = {kind: [line.strip() for line in text_field(form, kind).splitlines() if line.strip()] for kind in KINDS}
    topic = _topic(form)

    def change(text: str) -> str:
        was = next((each for each in own_topics(text) if each.id == topic), None)
        for kind in KINDS:
            if was is not None and list(getattr(was, kind)) != given[kind]:
                text = with_phrases(text, topic, kind, given[kind])
        return text

    return change


def _days(form: FormData) -> Callable[[str], str]:
    first, last = (_day(text_field(form, key, 40)) for key in ("first", "last"))
    return partial(with_days, phase=text_field(form, "phase", 64), first=first, last=last)


def _day(said: str) -> date:
    day = day_of(said)
    if is_no_day(said):
        raise PageError(400, f"{said}: the calendar has no such day.", f"{said}: trong lịch không có ngày này.")
    if day is None:
        raise PageError(400, "Write days as 5/9/2020.", "Hãy nhập ngày/tháng/năm, ví dụ 5/9/2020.")
    return day


def _apart(form: FormData) -> Callable[[str], str]:
    return partial(set_apart, phase=text_field(form, "phase", 64))


def _undated(form: FormData) -> Callable[[str], str]:
    return partial(without_phase, phase=text_field(form, "phase", 64))


def _outlets(form: FormData) -> Callable[[str], str]:
    names = text_field(form, "names").splitlines()
    return partial(with_outlets, group=text_field(form, "group", 64), names=names)


def _fact(form: FormData) -> Callable[[str], str]:
    key, said = text_field(form, "key", 10), text_field(form, "said", 100)
    if key not in ASKED or not said:
        raise PageError(400, "Write a number, or a day as 5/9/2020.", "Hãy nhập số văn bản, hoặc ngày như 5/9/2020.")
    return partial(with_fact, key=key, said=_day(said).isoformat() if key == "date" else said)


def _amount(form: FormData) -> Callable[[str], str]:
    said = text_field(form, "amount", 6)
    if not said.isdecimal() or not int(said):
        raise PageError(400, "Write a whole number of at least 1.", "Hãy nhập số nguyên từ 1.")
    return partial(with_amount, key="min_items", amount=int(said), group=text_field(form, "group", 64))


def _settle(form: FormData) -> Callable[[str], str]:
    return partial(settled, question=text_field(form, "question"))


def _accept(form: FormData) -> Callable[[str], str]:
    return partial(looked_at, topic=_topic(form))


_CHANGES: Final[Mapping[str, Callable[[FormData], Callable[[str], str]]]] = {
    "accept": _accept,
    "rename": _rename,
    "merge": _merge,
    "split": _split,
    "drop": _drop,
    "phrases": _phrases,
    "days": _days,
    "apart": _apart,
    "without": _undated,
    "outlets": _outlets,
    "fact": _fact,
    "amount": _amount,
    "settle": _settle,
}
NAV: Final = (NavEntry("/drafts", "Dự thảo", "Drafts", "lead"),)
ROUTES: Final[tuple[Any, ...]] = (
    Route("/drafts", listed, methods=["GET"]),
    Route("/drafts/{name}", shown, methods=["GET"]),
    Route("/drafts/{name}", corrected, methods=["POST"]),
)
