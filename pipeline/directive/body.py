"""The body of a letter read through: phases and addressees handed down the outline, items and duties gathered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pipeline.directive import verbs
from pipeline.directive.bodies import Named, addressed_in, ids, names_all, partners_in
from pipeline.directive.dates import SOME_YEAR, spans
from pipeline.directive.duties import asked, reports
from pipeline.directive.forms import CONTACT, is_capitals
from pipeline.directive.gathered import Body
from pipeline.directive.head import Head
from pipeline.directive.items import (
    COUNTED,
    THINGS,
    amount_in,
    asked_for,
    asks_counted,
    item_text,
    names_thing,
    refers_to,
    split_items,
    tells_about,
)
from pipeline.directive.layout import Block, Pages
from pipeline.directive.outline import Outline, Role, Statement, lead_role
from pipeline.directive.owners import give_contents, is_under, learn_owners
from pipeline.directive.phases import PEAK, WHOLE, PhaseBook
from pipeline.directive.rows import read_table
from pipeline.directive.tables import tables_in
from pipeline.directive.times import (
    is_peak,
    is_period,
    is_time,
    learn_event,
    learn_passing,
    learn_period,
    passing_phase,
    phase_end,
    phase_of,
    sentence_phase,
    spread_period,
    told_in_passing,
)

_REMARK: Final = re.compile(
    r"\W*(?:lưu ý|ghi chú|chú ý|ví dụ|thận trọng|(?:nội dung )?(?:cụ thể|chi tiết)[^.;:]{0,80}(?:phụ lục|kèm theo|đính kèm)|(?:không|hạn chế|tránh) (?:đưa|đăng|thông tin|khai thác|tuyên truyền))\b",
    re.IGNORECASE,
)
_SO_FAR: Final = re.compile(  # what was, not what is asked for
    r"\W*(?:trong\s+)?(?:(?:những|các|nhiều)\s+)?(?:thời gian|năm|tháng)\s+(?:vừa\s+)?(?:qua|gần đây)\b", re.IGNORECASE
)
_STATES: Final = re.compile(r"^[^,;:]{3,80}?\s(?:là|đã|đang|sẽ|cần|phải|có thể|luôn)\s", re.IGNORECASE)
STAGE_WORDS: Final = 8  # that say what a phase is, where its contents follow
_SKIPPED_ROLES: Final = frozenset(("purpose", "slogans"))


def read_body(outline: Outline, blocks: Sequence[Block], pages: Pages, book: PhaseBook, head: Head) -> Body:
    """Reads the statements of the outline and the tables; tells the part of each statement."""
    body = Body(pages, book, head.year, head.subject.value)
    tables = tables_in(blocks)
    body.listed = any(_opens_contents(each) for each in outline.statements) or any(
        row.blocks("content") for table in tables for row in table
    )
    told = head.kind == "Đề cương" and not body.listed and any(each.heading for each in outline.statements)
    body.listed = body.listed or told
    learn_passing(body, outline)
    for number, statement in enumerate(outline.statements):
        under = _leads(outline.statements, number)
        if told:
            _read_told(body, statement, under=under and outline.statements[number + 1].heading)
        elif CONTACT.match(statement.text):
            statement.part = "closing"
        else:
            _read(body, statement, under=under)
    for table in tables:
        read_table(body, table)
    if set(book.held) <= book.asides:
        told_in_passing(body, outline, head)
    learn_event(body, outline)
    give_contents(body)
    _refer(body, outline)
    body.tie_duties()
    spread_period(body)
    return body


def _opens_contents(statement: Statement) -> bool:
    """Tells a heading or an opening that announces contents."""
    node = statement.node
    if node.block is statement.block:
        titled = statement.heading and not verbs.DOES.match(node.title)
        owed = node.groups if titled else node.inherited_groups()
        return node.role == "content" and not owed  # else it is what these bodies owe
    return statement.start <= statement.block.body and lead_role(statement.block, statement.start) == "content"


def _read_told(body: Body, statement: Statement, *, under: bool) -> None:
    """Reads a statement of a document that tells itself what is to be told: its headings say of what, the rest is that."""
    aim = any(re.search(r"mục đích|yêu cầu", node.title, re.IGNORECASE) for node in statement.node.path())
    if aim or statement.node.inherited_role() == "slogans" or statement.part in {"preamble", "closing"}:
        statement.part = "other" if statement.part == "content" else statement.part
    elif not statement.heading:
        statement.part = "content"
    elif not under:
        places = [(statement.start, statement.end)]
        body.add_items(statement.block, places, statement.clause, statement.node.inherited_phase(), ())


def _leads(statements: Sequence[Statement], number: int) -> bool:
    """Tells whether a heading has anything under it."""
    following = statements[number + 1].node if number + 1 < len(statements) else None
    node = statements[number].node
    while following is not None:
        if following is node:
            return True
        following = following.parent
    return False


def _read(body: Body, statement: Statement, *, under: bool) -> None:
    block, node = statement.block, statement.node
    begin = phase_of(body, statement)
    role = _role(statement, begin)
    told = statement.heading and node.phase is not None and node.block is block  # by all its words
    opened = node.block is block and node.phase is not None and begin > statement.start + 1  # "Đợt 2: Trong Đại hội, …"
    own_phase = None if told or opened else sentence_phase(body, statement, begin)
    behind = begin + (phase_end(block.text[begin : statement.end]) if own_phase else 0)
    groups, spoken = addressed_in(block.text[behind : statement.end])
    everybody = bool(groups) and names_all(block.text[behind : behind + spoken])
    groups = [] if everybody else groups
    spoken += behind - begin if groups else 0
    if _is_about(statement, role, groups, block.text[begin + spoken : statement.end]):
        groups = []
    own = _spoken_to(body, statement, role, begin, groups, spoken) or (() if everybody else node.inherited_groups())
    own = _with_partners(body, statement, role, begin + (spoken if groups else 0), own)
    phase = own_phase or (None if told else passing_phase(body, statement)) or node.inherited_phase()
    if statement.heading and (under or role != "content" or statement.before_table or is_capitals(statement.text)):
        statement.part = "heading"
        if not body.listed or role != "content" or node.groups or verbs.DOES.match(node.title) or _measures(node.title):
            _read_announcing(body, statement, begin, phase, own)
        return
    text = block.text[begin : statement.end]
    counted = role == "content" and not groups and _read_counted(body, statement, begin, phase, own)
    if counted or not text.strip(" .:;") or learn_owners(body, statement, begin, phase):
        return
    if role in _SKIPPED_ROLES:
        statement.part = "other" if statement.part == "content" else statement.part
    elif _tells_time(role, text):
        learn_period(body, statement)
        statement.part = "other" if statement.part == "content" else statement.part
    elif role == "content" and not _is_work(text, groups, spoken) and (not _does(text) or _is_message(text)):
        statement.part = "content"
        if groups and block.text.startswith(":", begin + spoken):
            behind = begin + spoken + 1  # "Báo Sơn Khê: giới thiệu …; phỏng vấn …"
        if not _explains(statement, text) and not (under and _names_stage(statement, begin, text)):
            _read_contents(body, statement, behind, phase, own)
    else:
        asking = begin + spoken if groups else behind
        _read_free(body, statement, begin, phase, own, asking=asking, named=bool(groups))


def _tells_time(role: Role, text: str) -> bool:
    """Tells a sentence that says when, and asks nothing."""
    if role == "time":
        return not verbs.QUANTITY.search(text) and not reports(text)
    return role == "content" and is_time(text)


def _read_contents(body: Body, statement: Statement, behind: int, phase: str | None, groups: tuple[str, ...]) -> None:
    """Keeps the contents that a sentence lists; the words before them may tell their days in brackets."""
    block = statement.block
    places = split_items(block.text[: statement.end], behind)
    lead = block.text[behind : places[0][0]] if places else ""
    if phase is None and lead.strip():
        phase = body.book.bracketed(item_text(lead), block.quote(body.pages, behind, places[0][0]))
    body.add_items(block, places, statement.clause, phase, groups)


def _read_counted(body: Body, statement: Statement, begin: int, phase: str | None, groups: tuple[str, ...]) -> bool:
    """Keeps a content that says how often it is told, and the duty: "Tin cảnh báo lũ, mỗi ngày ít nhất 01 tin"; tells whether it does."""
    block, end = statement.block, statement.end
    amount = amount_in(block.text[begin:end])
    if not amount or verbs.DOES.match(block.text[begin:end]) or not asked(block.text[begin:end], body.year).measured:
        return False
    places = split_items(block.text[: begin + amount], begin)
    body.add_items(block, places, statement.clause, phase, groups)
    body.add_duties(block, begin, end, statement.clause, phase, groups)
    statement.part = "content"
    return True


def _role(statement: Statement, begin: int) -> Role:
    """Gives what a statement is for: what its own opening announces, or the headings above it."""
    block, role = statement.block, statement.node.inherited_role()
    if not statement.heading and block.mark is None and statement.start <= block.body and begin == statement.start:
        own = lead_role(block, begin)
        role = role if own == "none" else own
    if role == "time" and begin > statement.start + 1 and _tells_more(block.text[begin : statement.end]):
        return "content"  # "Đợt 1 (…): tuyên truyền lễ khởi động"
    owed = statement.node.inherited_groups()
    if role in {"none", "duties"} and begin > statement.start + 1 and (not owed or "press" in owed):
        return "content" if _names_things(block.text[begin : statement.end]) else role
    return role


def _spoken_to(
    body: Body, statement: Statement, role: Role, begin: int, groups: Sequence[Named], spoken: int
) -> tuple[str, ...]:
    """Gives the groups that a statement speaks to, or an earlier sentence of its paragraph; keeps them."""
    if not groups:
        return body.spoken_to(statement.block)
    owing = role not in {"content", *_SKIPPED_ROLES} or (statement.heading and bool(statement.node.groups))
    owing = owing or (role == "content" and statement.block.text.startswith(":", begin + spoken))
    if owing and statement.part not in {"preamble", "closing"}:
        body.speaks(groups, statement.block, begin, spoken)
    if not re.search(r"(?:đề nghị|yêu cầu)\s", statement.text):
        body.speaking = (statement.block, ids(groups))
    return ids(groups)


def _is_about(statement: Statement, role: Role, groups: Sequence[Named], behind: str) -> bool:
    """Tells bodies that are told of from those that are spoken to: "Bản tin học đường" among means, "Đoàn thanh niên ra quân" among contents."""
    if role == "form":
        return not behind
    if role != "content" or statement.heading or not groups or groups[0].group == "press":
        return False
    return not verbs.STARTS_TELL.match(behind) and not asked(behind, None).channels


def _with_partners(
    body: Body, statement: Statement, role: Role, begin: int, groups: tuple[str, ...]
) -> tuple[str, ...]:
    """Adds the outlets with which those who owe a duty are to work together; keeps their names."""
    if role in {"content", *_SKIPPED_ROLES} or statement.part in {"preamble", "closing"}:
        return groups
    partners, end = partners_in(statement.block.text[begin : statement.end])
    if not partners or partners[0].group in groups:
        return groups
    body.speaks(partners[:1], statement.block, begin + partners[0].start, end - partners[0].start)
    return (*groups, *ids(partners))


def _read_free(
    body: Body,
    statement: Statement,
    begin: int,
    phase: str | None,
    groups: tuple[str, ...],
    *,
    asking: int,
    named: bool,
) -> None:
    """Reads a sentence outside sections of contents: it may ask to write about things, to do things, or both."""
    block, end, role = statement.block, statement.end, statement.node.inherited_role()
    found, directs = _contents_asked(body, statement, asking, phase, groups)
    text = block.text[begin:end]
    read = asked(text, body.year)
    told = read.measured or read.reports
    does = _does(block.text[asking:end]) or told
    peak = is_peak(text)
    timed = found and phase is not None and phase not in WHOLE  # the sentence says when it is told itself
    if not timed and (
        peak
        or (
            is_period(text) and (not does or re.search(r"(?<!trong )(?<!suốt )thời gian|tần suất", text, re.IGNORECASE))
        )
    ):
        learn_period(body, statement)
        phase = PEAK if peak and PEAK in body.book.held else phase
    if role == "means" and not told:
        statement.part = "other" if statement.part == "content" and not found else statement.part
        return
    if statement.part in {"preamble", "closing"}:
        duty = does and (told or bool(read.channels))
    else:
        duty = (
            does
            or named
            or bool(statement.node.inherited_groups())
            or bool(read.channels)
            or role in {"duties", "form"}
        )
    if duty and not found and statement.part != "closing":
        statement.part = "duty"
    elif statement.part == "content" and not found:
        statement.part = "other"
    if duty and (not found or directs or named or told or read.channels):
        body.add_duties(block, begin, end, statement.clause, phase, groups)


def _contents_asked(
    body: Body, statement: Statement, asking: int, phase: str | None, groups: tuple[str, ...]
) -> tuple[bool, bool]:
    """Keeps what a sentence asks to write about; tells whether it does, and whether it directs others to do so."""
    block, end = statement.block, statement.end
    text = block.text[asking:end]
    beside = body.listed and (not groups or statement.part == "preamble")
    if statement.part == "closing" or beside or _SO_FAR.match(text):
        return False, False
    places = [(a, min(b, end)) for a, b in asked_for(block.text[:end], asking)]
    if not places and "press" in groups and verbs.STARTS_KEPT.match(text):
        places = split_items(block.text[:end], asking)  # outlets refute by what they publish; others may act
    if body.listed:  # the contents stand elsewhere: what is named here is told to these bodies beside them
        places = [(a, b) for a, b in places if names_thing(block.text[a:b], body.subject)]
    directs = verbs.DIRECTS.match(text) is not None
    does = _does(text) and not (asks_counted(text) and not asked(text, body.year).reports)
    timed = phase is not None and phase not in WHOLE
    several = len(places) > 1 and (timed or tells_about(text))  # what is to be told, though outlets also do something
    apart = bool(places) and ";" in block.text[asking : places[0][0]]  # a later part of the sentence tells
    if not places or (does and not directs and not _announces(text) and not several and not apart):
        return False, False
    statement.part = "content"
    body.beside |= {statement.clause} if body.listed else set()
    body.add_items(block, places, statement.clause, phase, groups)
    return True, directs


def _read_announcing(body: Body, statement: Statement, begin: int, phase: str | None, groups: tuple[str, ...]) -> None:
    """Reads a heading that asks for something itself: "Mỗi tuần đăng ít nhất 2 tin, bài về:"."""
    read = asked(statement.block.text[begin : statement.end], body.year)
    if read.measured or read.reports or (statement.node.role == "content" and statement.node.groups):
        body.add_duties(statement.block, begin, statement.end, statement.clause, phase, groups)
    elif statement.node.role == "time":
        learn_period(body, statement)


def _explains(statement: Statement, text: str) -> bool:
    """Tells a sentence behind another that says more of the same thing, and remarks."""
    if _REMARK.match(text):
        return True
    first = statement.start <= statement.block.body
    return not first and bool(_STATES.search(text)) and not verbs.STARTS_TELL.match(text)


def _names_stage(statement: Statement, begin: int, text: str) -> bool:
    """Tells the words of a phase whose contents are listed under it: "Giai đoạn 1 (…): truyền thông trước Lễ hội."."""
    node = statement.node
    told = node.phase is not None and node.block is statement.block and begin > statement.start + 1
    return told and len(item_text(text).split()) <= STAGE_WORDS


def _announces(text: str) -> bool:
    return (
        re.search(
            r"(?:(?:nội dung|các nhóm|vấn đề|chủ đề|lĩnh vực)[^.;:]{0,60}|tập trung(?: vào)?\s*):", text, re.IGNORECASE
        )
        is not None
    )


def _does(text: str) -> bool:
    """Tells sentences that ask to do something rather than to write about something."""
    text = text.strip(" -+:;,.")
    counts = (bool(verbs.QUANTITY.search(text)) and asked(text, None).measured) or asked(text, None).reports
    if verbs.STARTS_TELL.match(text) and not counts:
        return False
    return bool(verbs.DOES.match(text)) or counts


def _measures(title: str) -> bool:
    return asked(title, None).measured


def _is_work(text: str, groups: Sequence[Named], spoken: int) -> bool:
    """Tells a sentence among contents that says what outlets do: "Đài … truyền hình trực tiếp phiên khai mạc"."""
    if not groups or not 0 < spoken < len(text):
        return False
    if text[spoken] == ":" and not _does(text[spoken:]) and not asked(text[spoken:], None).channels:
        return False  # what the body is to tell of stands behind its name
    return groups[0].group == "press" or (_does(text[spoken:]) and bool(asked(text[spoken:], None).channels))


def _is_message(text: str) -> bool:
    """Tells, among contents, what people are to know or do, and what is done for them, from work of outlets."""
    read = asked(text, None)
    if read.measured or read.reports:
        return False
    return bool(verbs.TEACHES.match(text)) or (bool(verbs.POLICY.match(text)) and not read.channels and not read.means)


def _tells_more(text: str) -> bool:
    """Tells words behind a phase that say what it is about, not when it is."""
    if verbs.GENERIC.match(item_text(text)):
        return False
    return len(text.split()) > 1 and not spans(text, SOME_YEAR) and not is_time(text) and not _does(text)


def _names_things(text: str) -> bool:
    """Tells words behind a phase, under the outlets that owe them, that say of what to tell and not what to do."""
    parts = [text[a:b] for a, b in split_items(text)]
    listed = len(parts) > 1 or THINGS.match(text.lstrip()) is not None
    works = any(verbs.DOES.match(part) and asked(part, None).means for part in parts)
    return listed and not works and _tells_more(text) and not addressed_in(text)[0]


def _refer(body: Body, outline: Outline) -> None:
    """Adds the addressees of a sentence that refers to contents told elsewhere to those contents."""
    told = [
        (sign, statement.node.inherited_groups() or ids(addressed_in(statement.text)[0]))
        for statement in outline.statements
        if not statement.heading
        for sign in refers_to(statement.text)
    ]
    shared = len({groups for sign, groups in told if sign and groups}) > 1  # each has contents of its own
    section = _section([item.id for item in body.items])
    for sign, groups in told:
        own = f"{section}{sign.removeprefix(COUNTED + '.')}" if sign.startswith(COUNTED) else sign
        theirs = {each for item in body.items if is_under(item.id, own) for each in item.addressees}
        shares = (
            len({item.addressees for item in body.items if is_under(item.id, own)}) > 1
        )  # each group has some of its own
        new = tuple(each for each in groups if not (shares and each in theirs))
        body.items = [
            replace(item, addressees=(*item.addressees, *(each for each in new if each not in item.addressees)))
            if (item.addressees or (shared and sign)) and is_under(item.id, own) and item.id not in body.beside
            else item
            for item in body.items
        ]


def _section(clauses: Sequence[str]) -> str:
    """Gives what the clauses of all contents begin with: "II." of "II.1" and "II.2.a"; "" where they share nothing."""
    first, *_ = clauses[0].rpartition(".") if clauses else ("",)
    while first and not all(clause.startswith(f"{first}.") for clause in clauses):
        first = first.rpartition(".")[0]
    return f"{first}." if first else ""
