"""What the sentences of a letter's body say of time: phases they name, days of the whole, and of its peak."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from pipeline.directive import verbs
from pipeline.directive.bodies import addressed_in
from pipeline.directive.dates import Span, spans
from pipeline.directive.duties import reports
from pipeline.directive.gathered import Body
from pipeline.directive.head import Head
from pipeline.directive.letter import Part, Quote
from pipeline.directive.outline import Outline, Statement
from pipeline.directive.phases import LONGEST, PEAK, PERIOD, WHOLE, from_now, opening_of
from pipeline.wording import capital

YEARLY: Final = frozenset(("Kế hoạch", "Chương trình"))  # of which a year in the subject is the time
LEAST_DAYS: Final = 3  # of a campaign that is told in passing; a shorter span is the event itself
_PERIOD: Final = re.compile(
    r"thời gian(?! qua| tới| diễn ra)|đợt (?:tuyên truyền|cao điểm)|^\W*tần suất|^\W*(?:từ|đến|kể từ)\b", re.IGNORECASE
)
_PEAK: Final = re.compile(r"\W*(?:(?:thời gian|đợt|giai đoạn|tuyên truyền|tuần(?: lễ)?)\s+)*cao điểm\b", re.IGNORECASE)
_OF_PEAK: Final = re.compile(r"cao điểm(?:\s+là)?\s*$", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"\([^()]*\)")  # of a duty: days there are those of what stands before them
_STAGE: Final = re.compile(r"\W*(?P<name>(?:giai đoạn|đợt)\s+(?!tuyên truyền)[^\W\d][^:]{1,40}):", re.IGNORECASE)
_PAST: Final = re.compile(
    r"\s*(?:đến nay|tới nay|đến thời điểm|vừa qua|qua\b)", re.IGNORECASE
)  # what was, not what is asked for
_ASKS: Final = re.compile(  # else it tells what was, or what is feared: "từ nay đến tháng 5, lượng mưa thiếu hụt …"
    rf"(?:đề nghị|yêu cầu|diễn ra|tổ chức|triển khai|thực hiện|phát động|ban hành|phối hợp|hướng dẫn|{verbs.TELL})(?!\w)",
    re.IGNORECASE,
)
_HELD: Final = re.compile(  # of an event, whose days follow
    r"(?:diễn ra|được tổ chức|sẽ tổ chức|tiến hành)(?:\s+(?:tại|ở)\s[^.;:]{2,80}?)?,?\s*(?:trong\s+[^.;:,]{2,30},?\s*)?(?:vào\s*)?\(?$",
    re.IGNORECASE,
)
_REQUESTS: Final = re.compile(  # "đề nghị các cơ quan, đơn vị từ nay đến hết ngày 16/9 … tuyên truyền về …"
    rf"(?:đề nghị|yêu cầu)\s[^.;:]{{0,120}}?\s(?:từ (?:nay|ngày)|trong tháng)\s[^.;:]{{0,80}}?(?<!\w){verbs.TELL}(?!\w)",
    re.IGNORECASE,
)
_BARE_DAY: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?!\s*(?:[-–:]|đến))")
_OCCASION: Final = re.compile(r"\W*ngày\s+\d", re.IGNORECASE)  # "Ngày 03/4/2024, đồng chí … chủ trì cuộc họp"


def phase_of(body: Body, statement: Statement) -> int:
    """Learns the phase that a heading or the opening of a list element names; gives where the words behind it begin."""
    block, node, start, end = statement.block, statement.node, statement.start, statement.end
    while start < end and block.text[start].isspace():
        start += 1
    text = block.text[start:end]
    if statement.heading and node.role != "purpose":
        opening = opening_of(text)
        closed = opening is not None and text[: opening[1]].endswith(")")
        lead = text[: opening[1]] if opening and (closed or len(text.split()) > LONGEST) else text.rstrip(" :.;")
        contents = node.inherited_role() == "content"
        if _BARE_DAY.match(lead):
            return start  # of a table that is set with blanks
        found = body.book.lead(lead, block.quote(body.pages, start, end), contents=contents)
        found = found or (passing_phase(body, statement) if node.block is block else None)
        if found:
            node.phase = found
            node.role = "none" if node.role in {"time", "means"} else node.role
        return start
    if (statement.number != 1 and block.mark is not None) or node.inherited_role() == "means":
        return start  # steps of the office's own work are no phases
    opening = opening_of(text)
    if opening is None or text[opening[1] : opening[1] + 1] == ",":
        return start
    lead = text[: opening[1]]
    listed = node.inherited_role() == "content" or "press" in node.inherited_groups()
    contents = listed and not verbs.DOES.match(text[opening[1] + 1 :])
    quote = block.quote(body.pages, start, start + opening[1])
    behind = text[opening[1] + 1 :].lstrip()
    found = body.book.side_told(lead, behind) or body.book.lead(
        lead, quote, dated=not _is_plain_period(lead), contents=contents
    )
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


def sentence_phase(body: Body, statement: Statement, begin: int) -> str | None:
    """Gives the phase that a sentence names before its first comma or colon: "Trước Đại hội, tập trung …"."""
    text = statement.block.text[begin : statement.end]
    left = len(text) - len(text.lstrip())
    opening = None if statement.node.inherited_role() == "means" else opening_of(text.lstrip())
    if opening is None or (statement.part == "preamble" and (not verbs.HAS_TELL.search(text) or _OCCASION.match(text))):
        return None
    quote = statement.block.quote(body.pages, begin + left, begin + left + opening[1])
    dated = not is_period(text) or verbs.HAS_TELL.search(text) is not None
    behind = text.lstrip()[opening[1] + 1 :]
    contents = statement.node.inherited_role() == "content" and verbs.ASKS.match(behind) is not None
    aside = verbs.HAS_TELL.search(behind) is not None
    return body.book.lead(text.lstrip()[: opening[1]], quote, dated=dated, contents=contents, aside=aside)


def learn_passing(body: Body, outline: Outline) -> None:
    """Learns the times that sentences name in passing for what they alone ask to tell of, where these differ.

    "…, trong quý IV năm 2025, tập trung phản ánh: …". One that all have is the time of the whole.
    """
    body.book.learn_events(each.text for each in outline.statements)
    told = [
        (each, span)
        for each in outline.statements
        if (span := _passing(each, body.year)) is not None and not _is_over(body, span)
    ]
    if len({(span.first, span.last) for _, span in told}) > 1:
        body.passing = {id(each): span for each, span in told if not _opens_all(each)}


def _opens_all(statement: Statement) -> bool:
    """Tells a sentence at the beginning that announces what the letter asks for as a whole."""
    return statement.part == "closing" or (statement.part == "preamble" and ":" in statement.text)


def _passing(statement: Statement, year: int | None) -> Span | None:
    """Gives the time within which a sentence asks to tell of something."""
    text = statement.text.partition(":")[0]
    aims = statement.node.inherited_role() in {"purpose", "means"}
    if aims or not verbs.HAS_TELL.search(text) or reports(text) or verbs.QUANTITY.search(text):
        return None
    plain = _BRACKETS.sub(lambda found: " " * len(found[0]), text)
    for span in spans(plain, year):
        said = re.search(
            r"(?<!\w)(?:trong|từ|trước|đến|chậm nhất)(?!\w)", plain[max(0, span.start - 6) : span.end], re.IGNORECASE
        )
        late = span.deadline and verbs.DOES.match(text[addressed_in(text)[1] :])  # by then something is done
        if said and not late and span.last and span.first != span.last and not _PAST.match(plain, span.end):
            return span
    return None


def passing_phase(body: Body, statement: Statement) -> str | None:
    """Gives the phase of the time that a sentence names in passing, where other sentences name others."""
    span = body.passing.get(id(statement))
    if span is None:
        return None
    name = re.search(r"(?:trong\s+)?$", statement.text[: span.start], re.IGNORECASE)
    words = statement.text[name.start() if name else span.start : span.end]
    return body.book.aside(words, span, statement.block.quote(body.pages, statement.start, statement.end))


def learn_event(body: Body, outline: Outline) -> None:
    """Learns when the event is from what is said of it, where the phase during it has no days of its own."""
    if "during" not in body.book.held or "during" in body.book.stated:
        return
    told = {}
    for part in ("preamble", "content", "other"):  # a section may tell time and place of the event
        for text, quote in _said(body, outline, part, means=part == "other"):
            for span in spans(text, body.year):
                if _HELD.search(text[: span.start]) and span.first and span.last and not _PAST.match(text, span.end):
                    told[span.first, span.last] = (text, span, quote)
    if len(told) == 1:
        text, span, quote = next(iter(told.values()))
        body.book.add("during", text, span, text, quote)


def phase_end(text: str) -> int:
    """Gives where the words behind the phase that opens a sentence begin: "Trước khi bão đổ bộ, Báo …"."""
    left = len(text) - len(text.lstrip())
    opening = opening_of(text.lstrip())
    return left + opening[1] + 1 if opening else 0


def learn_period(body: Body, statement: Statement) -> None:
    """Learns the days of the whole, or of the phase that the sentence belongs to."""
    text = statement.text
    if body.book.waves(text, statement.block.quote(body.pages, statement.start, statement.end)):
        return
    told = [
        each
        for each in spans(text, body.year)
        if not each.deadline and not _PAST.match(text, each.end) and not _is_over(body, each)
    ]
    span = next((each for each in told if each.first != each.last), None)  # a day is an event
    if span and text.count("(", 0, span.start) > text.count(")", 0, span.start) and not is_period(text):
        body.book.named_days(text, statement.block.quote(body.pages, statement.start, statement.end))
        return
    if span is None or (
        span.first is None and not re.search(r"từ (?:nay|khi|ngày)|đến hết|kết thúc", text, re.IGNORECASE)
    ):
        return
    now = re.search(r"từ (?:nay|khi|ngày (?:ban hành|ký))[^,;.]*$", text[: span.start], re.IGNORECASE)
    words = text[now.start() if now else span.start : span.end]
    quote = statement.block.quote(body.pages, statement.start, statement.end)
    if is_peak(text):
        body.book.add(PEAK, f"Cao điểm {' '.join(words.split())}", span, text, quote)
        return
    if (stage := _STAGE.match(text)) is not None:
        body.book.dated(stage["name"], span, quote)
        return
    phase = statement.node.inherited_phase() or PERIOD
    body.book.add(phase, capital(" ".join(words.split())), span, text, quote)
    _learn_peak(body, text, span, quote)


def _learn_peak(body: Body, text: str, whole: Span, quote: Quote) -> None:
    """Learns the days of the peak that is told behind those of the whole: "từ nay đến …, cao điểm từ … đến …"."""
    peak = re.search(r"cao điểm", text, re.IGNORECASE)
    for other in spans(text, body.year):
        if peak and other.start > max(peak.start(), whole.start) and other.first and other.last:
            words = text[other.start : other.end]
            body.book.add(PEAK, f"Cao điểm {' '.join(words.split())}", other, words, quote)
            break


def told_in_passing(body: Body, outline: Outline, head: Head) -> None:
    """Learns the days of the whole from the opening sentence or the subject, or else from what outlets owe."""
    subject = head.subject
    told = [(text, quote) for text, quote in _said(body, outline, "preamble") if _ASKS.search(text)]
    for part in ("heading", "content"):
        said = _said(body, outline, part)
        told += [(text.split(":", maxsplit=1)[0], quote) for text, quote in said if _announced(text)]
    told += [(text, quote) for text, quote in _said(body, outline, "content") if _REQUESTS.search(text)]
    if subject.quote is not None:
        told.append((subject.value, subject.quote))
    if _whole(body, told):
        return
    yearly = re.search(r"năm (\d{4})$", subject.value) if head.kind in YEARLY and subject.quote else None
    if yearly and subject.quote and head.year in {int(yearly[1]), int(yearly[1]) - 1}:
        year = int(yearly[1])
        span = Span(date(year, 1, 1), date(year, 12, 31), yearly.start(), yearly.end())
        body.book.add(PERIOD, capital(yearly[0]), span, subject.value, subject.quote)
        return
    owed = [(_BRACKETS.sub("", text), quote) for text, quote in _said(body, outline, "duty")]
    if not _whole(body, owed) and len(body.times) > 1 and len(set(body.times)) == 1:
        _whole(body, body.times)  # one time for all rows of a table


def _said(body: Body, outline: Outline, part: Part, *, means: bool = False) -> list[tuple[str, Quote]]:
    return [
        (each.text, each.block.quote(body.pages, each.start, each.end))
        for each in outline.statements
        if each.part == part and (means or each.node.inherited_role() != "means") and id(each) not in body.passing
    ]


def _is_over(body: Body, span: Span) -> bool:
    """Tells days that were over when the letter was signed: it tells what was then."""
    return body.book.issued is not None and span.last is not None and span.last < body.book.issued


def _announced(text: str) -> bool:
    """Tells a sentence that asks to write about what stands behind its colon: "… tuyên truyền từ ngày … với các nội dung: …"."""
    lead, colon, _ = text.partition(":")
    return bool(colon) and verbs.HAS_TELL.search(lead) is not None


def _whole(body: Body, told: Sequence[tuple[str, Quote]]) -> bool:
    """Keeps the first span that is told as that of the whole: "trong tháng 8/2023 như sau"; tells whether there is one."""
    for text, quote in told:
        for span in spans(text, body.year):
            if _is_over(body, span) or _PAST.match(text, span.end) or _OF_PEAK.search(text[: span.start]):
                continue
            within = re.search(r"(?:trong|từ|tháng|quý)", text[max(0, span.start - 8) : span.end], re.IGNORECASE)
            first = span.first or body.book.days(span, text)[0]
            long = span.last and first and (span.last - first).days >= LEAST_DAYS
            if (within and long) or (span.last and not first and from_now(text, span)):
                body.book.add(PERIOD, capital(" ".join(text[span.start : span.end].split())), span, text, quote)
                _learn_peak(body, text, span, quote)
                return True
    return False


def spread_period(body: Body) -> None:
    """Ties items to the one span that the letter sets for the whole, where it sets nothing else apart."""
    if PERIOD in body.book.held:
        body.items = [replace(item, phase=item.phase or PERIOD) for item in body.items]
    if PERIOD in body.book.held and set(body.book.held) <= WHOLE | body.book.asides:
        body.duties = [replace(duty, phases=duty.phases or (PERIOD,)) for duty in body.duties]


def is_time(text: str) -> bool:
    """Tells a sentence among contents that says nothing but when: "Từ sau đại hội cấp huyện đến Đại hội tỉnh."."""
    return re.match(
        r"\W*(?:từ|bắt đầu từ|thời gian)\s[^;]*\s(?:đến|tới)\s[^;]*$", text, re.IGNORECASE
    ) is not None and not verbs.HAS_TELL.search(text)


def _is_plain_period(lead: str) -> bool:
    return re.match(r"thời gian\b[^:\d]*$", lead, re.IGNORECASE) is not None


def is_period(text: str) -> bool:
    """Tells a sentence that may say when something is to be done."""
    return _PERIOD.search(text) is not None


def is_peak(text: str) -> bool:
    """Tells a sentence that says when the peak of the whole is."""
    return _PEAK.match(text) is not None
