"""The body of a letter read through: phases and addressees handed down the outline, items and duties gathered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from pipeline.directive import verbs
from pipeline.directive.bodies import addressed_in, ids
from pipeline.directive.dates import Span, spans
from pipeline.directive.duties import asked, reports
from pipeline.directive.forms import is_capitals
from pipeline.directive.gathered import Body
from pipeline.directive.head import Head
from pipeline.directive.items import asked_for, refers_to, split_items
from pipeline.directive.layout import Block, Pages
from pipeline.directive.outline import Outline, Statement, lead_role
from pipeline.directive.phases import LONGEST, PEAK, PERIOD, WHOLE, PhaseBook, opening_of
from pipeline.directive.rows import read_table
from pipeline.directive.tables import tables_in
from pipeline.wording import capital

_PERIOD: Final = re.compile(
    r"thời gian(?! qua| tới| diễn ra)|đợt (?:tuyên truyền|cao điểm)|^\W*tần suất|^\W*(?:từ|đến|kể từ)\b", re.IGNORECASE
)
_PEAK: Final = re.compile(r"\W*(?:(?:thời gian|đợt|giai đoạn|tuyên truyền)\s+)*cao điểm\b", re.IGNORECASE)
_OCCASION: Final = re.compile(r"\W*ngày\s+\d", re.IGNORECASE)  # "Ngày 03/4/2024, đồng chí … chủ trì cuộc họp"
_REMARK: Final = re.compile(r"\W*(?:lưu ý|ghi chú|chú ý|ví dụ)\b", re.IGNORECASE)
_STATES: Final = re.compile(r"^[^,;:]{3,80}?\s(?:là|đã|đang|sẽ|cần|phải|có thể|luôn)\s", re.IGNORECASE)
YEARLY: Final = frozenset(("Kế hoạch", "Chương trình"))  # of which a year in the subject is the time
LEAST_DAYS: Final = 3  # of a campaign that is told in passing; a shorter span is the event itself
_SKIPPED_ROLES: Final = frozenset(("purpose", "slogans"))


def read_body(outline: Outline, blocks: Sequence[Block], pages: Pages, book: PhaseBook, head: Head) -> Body:
    """Reads the statements of the outline and the tables; tells the part of each statement."""
    body = Body(pages, book, head.year)
    tables = tables_in(blocks)
    body.listed = any(_opens_contents(each) for each in outline.statements) or any(
        row.blocks("content") for table in tables for row in table
    )
    told = head.kind == "Đề cương" and not body.listed and any(each.heading for each in outline.statements)
    body.listed = body.listed or told
    for number, statement in enumerate(outline.statements):
        under = _leads(outline.statements, number)
        if told:
            _read_told(body, statement, under=under and outline.statements[number + 1].heading)
        else:
            _read(body, statement, under=under)
    for table in tables:
        read_table(body, table)
    if not book.held:
        _told_in_passing(body, outline, head)
    _refer(body, outline)
    _spread_period(body)
    return body


def _told_in_passing(body: Body, outline: Outline, head: Head) -> None:
    """Learns the days of the whole from the opening sentence or the subject: "trong tháng 8/2023 như sau"."""
    subject = head.subject
    told = [
        (each.text, each.block.quote(body.pages, each.start, each.end))
        for each in outline.statements
        if each.part == "preamble"
    ]
    if subject.quote is not None:
        told.append((subject.value, subject.quote))
    for text, quote in told:
        for span in spans(text, body.year):
            within = re.search(r"(?:trong|từ|tháng|quý)", text[max(0, span.start - 6) : span.end], re.IGNORECASE)
            if span.first and span.last and within and (span.last - span.first).days >= LEAST_DAYS:
                body.book.add(PERIOD, capital(" ".join(text[span.start : span.end].split())), span, text, quote)
                return
    yearly = re.search(r"năm (\d{4})$", subject.value) if head.kind in YEARLY and subject.quote else None
    if yearly and subject.quote and head.year in {int(yearly[1]), int(yearly[1]) - 1}:
        year = int(yearly[1])
        span = Span(date(year, 1, 1), date(year, 12, 31), yearly.start(), yearly.end())
        body.book.add(PERIOD, capital(yearly[0]), span, subject.value, subject.quote)


def _opens_contents(statement: Statement) -> bool:
    """Tells a heading or an opening that announces contents."""
    if statement.node.block is statement.block:
        return statement.node.role == "content" and not statement.node.groups  # else it is what these bodies owe
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
    begin = _phase(body, statement)
    role = node.inherited_role()
    if not statement.heading and block.mark is None and statement.start <= block.body and begin == statement.start:
        own_role = lead_role(block, begin)
        role = role if own_role == "none" else own_role
    groups, spoken = addressed_in(block.text[begin : statement.end])
    owing = role not in {"content", *_SKIPPED_ROLES} or (statement.heading and bool(node.groups))
    if groups and owing and statement.part not in {"preamble", "closing"}:
        body.speaks(groups, block, begin, spoken)
    own = ids(groups) or node.inherited_groups()
    phase = _sentence_phase(body, statement, begin) or node.inherited_phase()
    if statement.heading and (under or role != "content" or statement.before_table or is_capitals(statement.text)):
        statement.part = "heading"
        if not body.listed or role != "content" or node.groups:
            _read_announcing(body, statement, begin, phase, own)
        return
    text = block.text[begin : statement.end]
    if not text.strip(" .:;"):
        return
    if role in _SKIPPED_ROLES:
        statement.part = "other" if statement.part == "content" else statement.part
    elif role == "content" and _is_time(text):
        _period(body, statement)
        statement.part = "other"
    elif role == "content" and (not _does(text) or _teaches(text)):
        statement.part = "content"
        places = [] if _explains(statement, text) else split_items(block.text[: statement.end], begin)
        body.add_items(block, places, statement.clause, phase, own)
    elif role == "time" and not verbs.QUANTITY.search(text) and not reports(text):
        _period(body, statement)
        statement.part = "other" if statement.part == "content" else statement.part
    else:
        _read_free(body, statement, begin, phase, own, spoken=spoken, named=bool(groups))


def _read_free(
    body: Body,
    statement: Statement,
    begin: int,
    phase: str | None,
    groups: tuple[str, ...],
    *,
    spoken: int,
    named: bool,
) -> None:
    """Reads a sentence outside sections of contents: it may ask to write about things, to do things, or both."""
    block, end, role = statement.block, statement.end, statement.node.inherited_role()
    asking = begin + spoken if named else begin
    found, directs = _contents_asked(body, statement, asking, phase, groups)
    text = block.text[begin:end]
    read = asked(text, body.year)
    told = read.measured or read.reports
    does = _does(block.text[asking:end]) or told
    peak = _PEAK.match(text) is not None
    if peak or (_is_period(text) and (not does or re.search(r"thời gian|tần suất", text, re.IGNORECASE))):
        _period(body, statement)
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
    if body.listed or statement.part == "closing":
        return False, False
    block, end = statement.block, statement.end
    text = block.text[asking:end]
    places = [(a, min(b, end)) for a, b in asked_for(block.text[:end], asking)]
    directs = verbs.DIRECTS.match(text) is not None
    if not places or (_does(text) and not directs and not _announces(text)):
        return False, False
    statement.part = "content"
    body.add_items(block, places, statement.clause, phase, groups)
    return True, directs


def _read_announcing(body: Body, statement: Statement, begin: int, phase: str | None, groups: tuple[str, ...]) -> None:
    """Reads a heading that asks for something itself: "Mỗi tuần đăng ít nhất 2 tin, bài về:"."""
    read = asked(statement.block.text[begin : statement.end], body.year)
    if read.measured or read.reports or (statement.node.role == "content" and statement.node.groups):
        body.add_duties(statement.block, begin, statement.end, statement.clause, phase, groups)
    elif statement.node.role == "time":
        _period(body, statement)


def _phase(body: Body, statement: Statement) -> int:
    """Learns the phase that a heading or the opening of a list element names; gives where the words behind it begin."""
    block, node, start, end = statement.block, statement.node, statement.start, statement.end
    while start < end and block.text[start].isspace():
        start += 1
    text = block.text[start:end]
    if statement.heading and node.role != "purpose":
        opening = opening_of(text)
        lead = text[: opening[1]] if opening and len(text.split()) > LONGEST else text.rstrip(" :.;")
        found = body.book.lead(lead, block.quote(body.pages, start, end))
        if found:
            node.phase = found
            node.role = "none" if node.role in {"time", "means"} else node.role
        return start
    if statement.number != 1 and block.mark is not None:
        return start
    opening = opening_of(text)
    if opening is None or text[opening[1] : opening[1] + 1] == ",":
        return start
    lead = text[: opening[1]]
    found = body.book.lead(lead, block.quote(body.pages, start, start + opening[1]), dated=not _is_plain_period(lead))
    if found is None:
        return start
    if node.block is block:
        node.phase = found
        node.role = "none" if node.role in {"time", "means"} else node.role
    rest = start + opening[1] + 1
    behind = block.text[rest:end]
    again = opening_of(behind.lstrip())
    skipped = len(behind) - len(behind.lstrip()) + again[1] + 1 if again and behind.lstrip()[again[1]] == ":" else 0
    near = max(skipped, 3)  # "Đợt 1: Từ nay đến …: …": what stands between the colons tells the days
    told = next((span for span in spans(behind, body.year) if span.start < near and not span.deadline), None)
    if told is not None:
        body.book.add(found, lead, told, behind, block.quote(body.pages, start, end))
    rest += skipped
    return rest


def _explains(statement: Statement, text: str) -> bool:
    """Tells a sentence behind another that says more of the same thing, and remarks."""
    if _REMARK.match(text):
        return True
    first = statement.start <= statement.block.body
    return not first and bool(_STATES.search(text)) and not verbs.STARTS_TELL.match(text)


def _is_time(text: str) -> bool:
    """Tells a sentence among contents that says nothing but when: "Từ sau đại hội cấp huyện đến Đại hội tỉnh."."""
    return re.match(
        r"\W*(?:từ|bắt đầu từ|thời gian)\s[^;]*\s(?:đến|tới)\s[^;]*$", text, re.IGNORECASE
    ) is not None and not _asks(text)


def _is_plain_period(lead: str) -> bool:
    return re.match(r"thời gian\b[^:\d]*$", lead, re.IGNORECASE) is not None


def _sentence_phase(body: Body, statement: Statement, begin: int) -> str | None:
    """Gives the phase that a sentence names before its first comma or colon: "Trước Đại hội, tập trung …"."""
    text = statement.block.text[begin : statement.end]
    left = len(text) - len(text.lstrip())
    opening = opening_of(text.lstrip())
    if opening is None or (statement.part == "preamble" and (not _asks(text) or _OCCASION.match(text))):
        return None
    quote = statement.block.quote(body.pages, begin + left, begin + left + opening[1])
    return body.book.lead(text.lstrip()[: opening[1]], quote, dated=not _is_period(text) or _asks(text))


def _asks(text: str) -> bool:
    return verbs.HAS_TELL.search(text) is not None


def _announces(text: str) -> bool:
    return re.search(r"nội dung[^.;:]{0,60}:", text, re.IGNORECASE) is not None


def _does(text: str) -> bool:
    """Tells sentences that ask to do something rather than to write about something."""
    text = text.strip(" -+:;,.")
    counts = bool(verbs.QUANTITY.search(text)) and asked(text, None).measured
    if verbs.STARTS_TELL.match(text) and not counts:
        return False
    return bool(verbs.DOES.match(text)) or counts


def _teaches(text: str) -> bool:
    return bool(verbs.TEACHES.match(text)) and not asked(text, None).measured


def _is_period(text: str) -> bool:
    return _PERIOD.search(text) is not None


def _period(body: Body, statement: Statement) -> None:
    """Learns the days of the whole, or of the phase that the sentence belongs to."""
    text = statement.text
    span = next((each for each in spans(text, body.year) if not each.deadline and (each.first or each.last)), None)
    if span is None or (
        span.first is None and not re.search(r"từ (?:nay|khi|ngày)|đến hết|kết thúc", text, re.IGNORECASE)
    ):
        return
    now = re.search(r"từ (?:nay|khi|ngày (?:ban hành|ký))[^,;.]*$", text[: span.start], re.IGNORECASE)
    words = text[now.start() if now else span.start : span.end]
    quote = statement.block.quote(body.pages, statement.start, statement.end)
    if _PEAK.match(text):
        body.book.add(PEAK, f"Cao điểm {' '.join(words.split())}", span, text, quote)
        return
    phase = statement.node.inherited_phase() or PERIOD
    body.book.add(phase, capital(" ".join(words.split())), span, text, quote)
    peak = re.search(r"cao điểm", text, re.IGNORECASE)
    for other in spans(text, body.year):
        if peak and other.start > max(peak.start(), span.start) and other.first and other.last:
            words = text[other.start : other.end]
            body.book.add(PEAK, f"Cao điểm {' '.join(words.split())}", other, words, quote)
            break


def _refer(body: Body, outline: Outline) -> None:
    """Adds the addressees of a sentence that refers to contents told elsewhere to those contents."""
    for statement in outline.statements:
        for sign in refers_to(statement.text):
            groups = statement.node.inherited_groups()
            if not groups or statement.heading:
                continue
            body.items = [
                replace(item, addressees=(*item.addressees, *(each for each in groups if each not in item.addressees)))
                if item.addressees and (not sign or f"{item.id}.".startswith(f"{sign}."))
                else item
                for item in body.items
            ]


def _spread_period(body: Body) -> None:
    """Ties items to the one span that the letter sets for the whole, where it sets nothing else apart."""
    if PERIOD in body.book.held:
        body.items = [replace(item, phase=item.phase or PERIOD) for item in body.items]
    if PERIOD in body.book.held and set(body.book.held) <= WHOLE:
        body.duties = [replace(duty, phases=duty.phases or (PERIOD,)) for duty in body.duties]
