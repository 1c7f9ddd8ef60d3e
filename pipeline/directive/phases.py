"""Spans of time that a letter sets apart: before, during and after an event, waves, stages, and dated spans."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from pipeline.directive.dates import Span, first_date, spans
from pipeline.directive.letter import Phase, Quote
from pipeline.directive.marks import ORDINALS
from pipeline.directive.numerals import from_roman
from pipeline.directive.verbs import STANCE, TELL
from pipeline.wording import capital

REACH: Final = 60  # characters behind the event's name within which a part goes on to its verb
NEAR: Final = 24  # characters of a lead before its days
LONGEST: Final = 24  # words before the colon of a lead that names a phase
PERIOD: Final = "period"
PEAK: Final = "peak"
WHOLE: Final = frozenset((PERIOD, PEAK))  # spans that set no contents apart
NAMES: Final = {"before": "Trước", "during": "Trong", "after": "Sau"}
SIDES: Final = {
    "từ nay đến": "before",
    "từ nay đến trước": "before",
    "trước": "before",
    "trong": "during",
    "sau": "after",
    "diễn ra": "during",
    "kết thúc": "after",
}
EVENT: Final = (
    r"(?:[đĐ]ại hội|[hH]ội nghị|[nN]gày|[lL]ễ|[bB]ầu cử|[cC]uộc|[sS]ự kiện|[kK]ỳ|[cC]hương trình|[tT]ết|[nN]ăm|[dD]ịp|[fF]estival|[tT]uần|[tT]háng|[đĐ]ợt|"
    r"[hH]ội (?:thi|chợ|thảo|báo|thao|diễn)|[kK]hi|[pP]hiên|[cC]ao điểm|[tT]hời (?:gian|điểm)|[hH]oạt động|[cC]hiến dịch|[lL]iên hoan|[gG]iải|[bB]ão|[tT]ổ chức|[sS]áp nhập|[sS]ắp xếp|[kK]ết thúc|[dD]iễn ra|[kK]ỷ niệm|[tT]hi\b|[nN]ghỉ|[mM]ùa|[tT]hiên tai|[kK]hai (?:mạc|giảng|hội)|[bB]ế mạc|[dD]iễn tập|[hH]uấn luyện|[tT]hu hoạch|[tT]uyển sinh|[gG]iao (?:nhận )?quân|[rR]a quân|[mM]ưa|[lL]ũ|[tT]ổng điều tra|[qQ]uốc khánh|[qQ]uốc tang)"
)
_OPENING: Final = r"(?:trong đó\s*,?\s*)?(?:(?:về\s+)?(?:nội dung\s+)?(?:tập trung\s+)?(?:tuyên truyền|thông tin)\s*:?\s+|nội dung\s+|(?:trong\s+)?(?:giai đoạn|thời gian|thời điểm)\s+(?=trước|trong|sau|diễn))?"
_ALONE: Final = (  # the event of a lead that says no more: "Sau diễn tập:"
    r"(?!(?:đó|đây|mắt|hết|tiên|này|giờ|tình hình|bối cảnh|yêu cầu|thực trạng|những|các|thời gian|thời điểm)(?!\w))[^\W\d][^,;:().\d]{3,40}$"
)
_SIDE: Final = re.compile(
    rf"{_OPENING}(?P<side>từ nay đến(?: trước)?(?!\s+(?:(?:hết|cuối|ngày|tháng|năm|quý)\s+)*(?:\d|[IV]+\b|năm\b))|trước|trong|sau|diễn ra|kết thúc)\s+(?!khi\s+(?:nghe|nhận|xem|có|được|thảo luận|trao đổi|nghiên cứu|thống nhất)\b)"
    rf"(?:(?:và|,)\s*(?P<more>trong|sau)\s+)?(?:khi\s+|thềm\s+|thời gian\s+|quá trình\s+|những ngày\s+|các ngày\s+|suốt\s+|đúng\s+)*"
    rf"(?:diễn ra\s+|tổ chức\s+|tiến hành\s+|kết thúc\s+|thành công\s+|bế mạc\s+|khai mạc\s+|chuẩn bị\s+)*(?:của\s+|các\s+)?(?:{EVENT}|(?=[^,;:().]{{2,50}}\((?:từ|ngày|đến|\d))|(?:(?<=trước )|(?<=sau ))(?={_ALONE}))(?!\s*(?:qua|tới|vừa qua|gần đây|trước)\b)(?!\s+(?:gian|điểm)\s+(?:qua|tới|vừa|gần))",
    re.IGNORECASE,
)
_ALL_SIDES: Final = re.compile(r"trước\s*(?:,|và)\s*trong(?:\s+và\s+sau)?\s", re.IGNORECASE)
_WAVE: Final = re.compile(
    r"(?:[-+\s]*)(?:thời gian\s+|về\s+)?(?P<what>đợt|giai đoạn|đợt cao điểm)\s+(?:thứ\s+)?(?P<number>\d{1,2}\b|IV|VI{0,3}|I{1,3}|nhất|một|hai|ba|bốn|tư|năm)\b(?!\s*năm|\s*[-–]\s*\d{4}|\d)",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(
    r"\W*(?P<name>giai đoạn\s+[^\W\d][^,;:().]{1,50}?)\s*\((?=từ|ngày|tháng|quý|đến|hết|trước|sau|\d)", re.IGNORECASE
)
_BRACKETED: Final = re.compile(  # "Tuần 1 (từ 01/6 đến 07/6/2025)", "Các ngày tiếp theo (21 - 25/6/2025)"
    r"\W*(?P<name>(?:(?:các|những)\s+)?(?:ngày\s+(?-i:[a-zđ])|tuần|bước|đợt|thời (?:gian|kỳ|điểm)|cao điểm|tháng|dịp|vòng|chặng|phiên|đêm|buổi|kỳ|(?:khai|bế) mạc)[^;:()]{0,70}?)"
    r"\s*\((?=từ|ngày|tháng|quý|đến|hết|trước|sau|\d)[^()]*\)\s*$",
    re.IGNORECASE,
)
_PEAK_LEAD: Final = re.compile(
    r"\W*(?:(?:riêng|trong|vào)\s+)*(?P<name>(?:đợt|thời gian|giai đoạn|tháng|tuần|dịp|những ngày)\s+cao điểm)\b",
    re.IGNORECASE,
)
_UNDATED: Final = re.compile(
    r"\W*(?P<name>giai đoạn\s+(?!vừa|hiện|tới|này|mới|sau|trước|trong|đầu tư)[^\W\d][^\d,;:().]{1,40}(?:\([^()\d]{3,60}\))?|(?:thời gian|(?:các|những) (?:ngày|tuần|tháng|đợt)) còn lại)$",
    re.IGNORECASE,
)
_SPAN_LEAD: Final = re.compile(
    r"(?:(?:trước mắt|thời gian tới|tiếp theo|giai đoạn tiếp theo)\s*[,:(]\s*)?(?:giai đoạn\s+|thời gian\s+)?(?:từ|kể từ|trong|tháng|quý|đến|ngày|sau ngày|trước ngày|\d{1,2}/)",
    re.IGNORECASE,
)
_DAYS_WITHIN: Final = re.compile(r"\((?=(?:từ|trong|tháng|quý|ngày|thời gian|đến|tuần)\s|\d)([^()]*)\)", re.IGNORECASE)
_AHEAD: Final = re.compile(  # before the days themselves: "Thời gian tới, đến hết năm 2025, …"
    r"\W*(?:trước mắt|thời gian tới|tiếp theo|giai đoạn tiếp theo)\s*,(?=\s*(?:từ|đến|trong|tháng|quý)\s)",
    re.IGNORECASE,
)
_IN: Final = re.compile(r"\W*(?:trong|ở)\s+", re.IGNORECASE)
_SIGN: Final = re.compile(r"\s*[:,]\s*")
_COMMA: Final = re.compile(",")
_EVENT_DAY: Final = re.compile(
    r"(?<!\w)(?P<event>ngày\s+(?!\d)[^\d,.;:()]{3,40}?)\s+(?:là|được ấn định là|sẽ là)\s+(?:(?:chủ nhật|thứ \w+)\s*,\s*)?(?:ngày\s+)?(?=\d)",
    re.IGNORECASE,
)
_ON: Final = re.compile(rf"[,:]\s*|(?<!\w)(?={STANCE}\s|{TELL}(?!\w))", re.IGNORECASE)
_AT_END: Final = re.compile(r"\s(?P<time>(?:trong|trước|sau)\s(?!ngày\s+\d|\d)[^,;:.()]{4,60}?)[\s.;]*$", re.IGNORECASE)
_NOW: Final = re.compile(r"từ (?:nay|khi|ngày (?:ban hành|ký))\b", re.IGNORECASE)


@dataclass(slots=True)
class _Held:
    name: str
    first: date | None
    last: date | None
    quote: Quote


@dataclass(slots=True)
class PhaseBook:
    """The phases met so far, in the order of the letter; days that are told later are added."""

    year: int | None
    issued: date | None  # "from now on" begins on the day of the letter
    held: dict[str, _Held] = field(default_factory=dict)
    spans: dict[tuple[date | None, date | None], str] = field(default_factory=dict)
    asides: set[str] = field(default_factory=set)  # phases of single contents, told in brackets
    stated: set[str] = field(default_factory=set)  # phases whose days the letter states itself
    events: dict[str, date] = field(default_factory=dict)  # days that the letter tells by a name: "ngày bầu cử"

    def add(self, phase: str, name: str, span: Span | None, text: str, quote: Quote) -> str:
        """Keeps a phase, or what is told of it in addition."""
        first, last = self.days(span, text)
        known = self.held.get(phase)
        if known is None:
            self.held[phase] = _Held(name, first, last, quote)
        else:
            known.first = known.first or first
            known.last = known.last or last
        if first or last:
            self.stated.add(phase)
        if span is not None and phase not in WHOLE:
            self.spans.setdefault((first, last), phase)
        return phase

    def widen(self, phase: str, span: Span) -> None:
        """Makes a phase hold the days of what is done in it, where the letter states no days for the phase itself."""
        known = self.held[phase]
        if phase in self.stated:
            return
        known.first = min((day for day in (known.first, span.first) if day), default=None)
        known.last = max((day for day in (known.last, span.last) if day), default=None)

    def days(self, span: Span | None, text: str) -> tuple[date | None, date | None]:
        """Gives the days of a span; its open beginning is the day of the letter where the text says "from now"."""
        if span is None:
            return None, None
        if span.deadline and span.last is not None:
            return None, span.last - timedelta(days=1)  # "trước ngày …"
        first = span.first
        if first is None and from_now(text, span) and self.issued and span.last and self.issued <= span.last:
            first = self.issued
        return first, span.last

    def lead(  # noqa: PLR0911 - one return for each way
        self, text: str, quote: Quote, *, dated: bool = True, contents: bool = False, aside: bool = False
    ) -> str | None:
        """Gives the phase that a heading, a cell or the beginning of a sentence names, and keeps it; None for none.

        Among `contents`, "Trước ngày 10/10/2025" is their time, not a deadline, and a stage may be named without days.
        A sentence may set the peak of the whole apart, `aside` of what else it says.
        """
        if len(text.split()) > LONGEST or (_ALL_SIDES.search(text) and not _WAVE.match(text)):
            return None
        text = self._with_days(text) if _WAVE.match(text) else text  # the name of a wave ends before its days
        span = next((each for each in spans(text, self.year) if each.first or each.last), None)
        if span is None and (day := first_date(text)) and not re.search(r"trước|sau", text, re.IGNORECASE):
            commemorated = self.year is not None and day[0].year < self.year
            span = None if commemorated else Span(day[0], *day)  # "Giai đoạn 2: Ngày bầu cử (15/3/2026)"
        if wave := _WAVE.match(text):
            name = " ".join(text[wave.start("what") : wave.end()].split())
            return self.add(_wave_id(wave), capital(name), span, text, quote)
        if sided := self._side(text, span, quote):
            return sided
        if span is not None and (named := _NAMED.match(text)):
            return self.dated(named["name"], span, quote)
        if contents and (among := self._among_contents(text, span, quote)):
            return among
        if aside and (peak := _PEAK_LEAD.match(text)) and span and span.first and span.last:
            return self.aside(peak["name"], span, quote)
        if not dated or span is None or span.deadline or span.start > NEAR or not _SPAN_LEAD.match(text):
            return None
        first, last = self.days(span, text)
        if (first is None and not _NOW.search(text)) or (self.issued and last and last < self.issued):
            return None  # what is over by the day of the letter is told, not asked for
        return self.dated(text, span, quote)

    def _side(self, text: str, span: Span | None, quote: Quote) -> str | None:
        """Gives the side of an event that a lead names."""
        side = _SIDE.match(text)
        timed = side and span and span.start <= side.start("side") and not side["more"]
        if side is None or timed or _within(text, side, span):
            return None
        begin = re.search(
            r"(?:trong\s+(?:giai đoạn|thời gian|thời điểm)\s+)?$", text[: side.start("side")], re.IGNORECASE
        )
        name = re.split(r"[:,(;]|\s[-–]\s", text[begin.start() if begin else side.start("side") :])[0].strip(" .")
        return self.add(SIDES[side["side"].lower()], capital(" ".join(name.split())), span, text, quote)

    def learn_events(self, texts: Iterable[str]) -> None:
        """Learns days that are told once and named afterwards: "Ngày bầu cử là Chủ nhật, ngày 15 tháng 3 năm 2026"."""
        for text in texts:
            for found in _EVENT_DAY.finditer(text):
                if (day := first_date(text[found.end() :])) is not None and not day[1]:
                    self.events.setdefault(" ".join(found["event"].lower().split()), day[0])

    def _with_days(self, text: str) -> str:
        """Puts the days of events in the place of their names."""
        for event, day in self.events.items():
            text = re.sub(rf"(?<!\w){re.escape(event)}(?!\w)", f"ngày {day:%d/%m/%Y}", text, flags=re.IGNORECASE)
        return text

    def waves(self, text: str, quote: Quote) -> bool:
        """Keeps the waves of a sentence that tells the days of several: "đợt 1 từ …; đợt 2 từ …"; tells whether it does."""
        named = list(_WAVE.finditer(text))
        ends = [*(each.start() for each in named[1:]), len(text)][: len(named)]
        parts = [(each, text[each.start("what") : end]) for each, end in zip(named, ends, strict=True)]
        dated = [
            (each, words, span) for each, words in parts for span in spans(words, self.year)[:1] if not span.deadline
        ]
        if len(dated) < 2:
            return False
        for each, words, span in dated:
            self.add(_wave_id(each), capital(" ".join(each[0].split()).strip(" -+")), span, words, quote)
        return True

    def side_told(self, lead: str, behind: str) -> str | None:
        """Gives the side of the event, told before, that a wave is: "Đợt 1: Trước Đại hội, từ ngày …"."""
        side = _SIDE.match(behind) if _WAVE.match(lead) else None
        phase = SIDES[side["side"].lower()] if side else ""
        return phase if phase in self.held else None

    def _among_contents(self, text: str, span: Span | None, quote: Quote) -> str | None:
        """Gives the phase of a lead that would be none elsewhere: a day until which, a time in brackets, a stage without days."""
        if span is None:
            stage = _UNDATED.match(text.rstrip(" :."))
            return self._named(stage["name"], quote) if stage else None
        if (bracketed := _BRACKETED.match(text.rstrip(" :."))) and span.start > bracketed.end("name"):
            return self.dated(bracketed["name"], span, quote, said=text)
        if (peak := _PEAK_LEAD.match(text)) and span.first and span.last:
            return self.dated(peak["name"], span, quote)
        ahead = _AHEAD.match(text)
        opens = span.start <= (ahead.end() + 1 if ahead else 0)
        return self.dated(text, span, quote) if span.first is None and opens else None

    def bracketed(self, text: str, quote: Quote) -> str | None:
        """Gives the phase of the days to come that a content names in brackets: "Tuần lễ Biển (từ ngày 01 đến ngày 08/6/2025)"."""
        phase = self.named_days(text, quote)
        self.asides |= {phase} if phase else set()
        return phase

    def named_days(self, text: str, quote: Quote) -> str | None:
        """Gives the phase of days to come that stand in brackets behind their name."""
        for found in _DAYS_WITHIN.finditer(text):
            for span in spans(found[1], self.year):
                over = span.last is not None and self.issued is not None and span.last < self.issued
                if span.first and span.last and span.first != span.last and not over:
                    name = text[: found.start()].strip()
                    return self.dated(name, replace(span, end=len(name)), quote)
        return None

    def _named(self, name: str, quote: Quote) -> str:
        """Gives the phase of a stage that is told without days."""
        name = capital(" ".join(name.split()))
        known = next((phase for phase, each in self.held.items() if each.name == name), None)
        return known or self.add(self._next(), name, None, name, quote)

    def _next(self) -> str:
        return f"span-{1 + sum(each.startswith('span') for each in self.held)}"

    def dated(self, text: str, span: Span, quote: Quote, *, said: str = "") -> str:
        """Gives the phase of a span, a new one where no phase has its days; `said` is the whole that tells them."""
        days = self.days(span, said or text)
        phase = self.spans.get(days) or self._next()
        return self.add(phase, capital(" ".join(text[: span.end].split()).strip(" :(")), span, said or text, quote)

    def aside(self, name: str, span: Span, quote: Quote) -> str:
        """Gives the phase of the days that a sentence of its own names: the whole may have others."""
        phase = self.dated(name, replace(span, end=len(name)), quote)
        self.asides.add(phase)
        return phase

    def wave_opening(self, text: str) -> tuple[str | None, int]:
        """Gives the wave, told elsewhere, with which a content opens, and where its words begin: "trong giai đoạn 1: …"."""
        within = _IN.match(text)
        wave = _WAVE.match(text, within.end() if within else 0)
        behind = _SIGN.match(text, wave.end()) if wave else None
        if wave is None or behind is None or _wave_id(wave) not in self.held:
            return None, 0
        return _wave_id(wave), behind.end()

    def opened_by(self, text: str) -> str | None:
        """Gives the wave or stage, told elsewhere, with which a part of a duty opens: "Giai đoạn 1 đăng tối thiểu 02 tin"."""
        opening = re.sub(r"\W*(?:(?:trong|ở)\s+)?", "", text, count=1)
        if PEAK in self.held and re.match(r"(?:(?:đợt|thời gian|giai đoạn)\s+)?cao điểm\b", opening, re.IGNORECASE):
            return PEAK
        if (wave := _WAVE.match(opening)) is not None:
            return _wave_id(wave) if _wave_id(wave) in self.held else None
        return self._side_held(_SIDE.match(text)) or self._time_at_end(text)

    def _time_at_end(self, text: str) -> str | None:
        """Gives the phase, told elsewhere, that the last words of a part of a duty name: "… 01 tin, bài trong đợt 2"."""
        found = _AT_END.search(text)
        if found is None:
            return None
        named = found["time"]
        if PEAK in self.held and re.search(r"cao điểm", named, re.IGNORECASE):
            return PEAK
        if (wave := _WAVE.match(re.sub(r"\w+\s+", "", named, count=1))) is not None:
            return _wave_id(wave) if _wave_id(wave) in self.held else None
        return self._side_held(_SIDE.match(named))

    def _side_held(self, side: re.Match[str] | None) -> str | None:
        """Gives the side of the event that words name, if the letter sets it apart."""
        phase = SIDES[side["side"].lower()] if side and not side["more"] else None
        return phase if phase in self.held else None

    def phases(self) -> tuple[Phase, ...]:
        """Gives the phases; waves and stages in the order of their numbers."""
        return tuple(Phase(name, each.name, each.first, each.last, each.quote) for name, each in self.held.items())


def _within(text: str, side: re.Match[str], span: Span | None) -> bool:
    """Tells "trong tháng 4" and "trong quý IV": days within which something is done, and no side of an event."""
    return span is not None and side["side"].lower() == "trong" and not text[side.end("side") : span.start].strip()


def is_part(phase: str, phases: Container[str]) -> bool:
    """Tells the peak of a time that is told too: in a campaign no phases overlap, and duties are owed in the whole time."""
    return phase == PEAK and PERIOD in phases


def from_now(text: str, span: Span) -> bool:
    """Tells a span that begins when the letter is read: "từ nay đến hết ngày 31/5"."""
    return span.first is None and not span.deadline and _NOW.search(text[: span.end]) is not None


def _wave_id(wave: re.Match[str]) -> str:
    return f"{'wave' if wave['what'].lower().startswith('đợt') else 'stage'}-{_number(wave['number'])}"


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    return ORDINALS.get(text.lower(), 0) or from_roman(text) or 1


def opens_phase(text: str) -> bool:
    """Tells a paragraph that sets a phase apart without a marker of a list: "Đợt 1: …", "Trước Đại hội:"."""
    if _WAVE.match(text):
        return True
    lead = text.split(":", maxsplit=1)[0]
    return bool(_SIDE.match(text)) and ":" in text and len(lead.split()) <= LONGEST


def names_side(text: str) -> bool:
    """Tells a heading that sets apart what is before, during or after an event."""
    return _SIDE.match(text) is not None and _ALL_SIDES.search(text) is None


def names_phase(title: str) -> bool:
    """Tells a heading that sets a time apart: a wave, a side of an event, or days."""
    return _any(title.strip()) and (_WAVE.match(title) is not None or not _ALL_SIDES.search(title))


def part_opening(text: str) -> int:
    """Gives where the words begin behind the phase that a part of a sentence names: "trong Đại hội phản ánh …"; 0 for none."""
    named = _SIDE.match(text)
    if named is None:
        return 0
    verb = _ON.search(text, named.end(), named.end() + REACH)
    return verb.end() if verb else 0


def opening_of(text: str) -> tuple[int, int] | None:
    """Gives where the opening of a sentence that may name a phase stands, up to its colon or comma; None for none."""
    plain = re.sub(r"(?<=\()[^()]*(?=\))", lambda found: "·" * len(found[0]), text)
    colon = re.search(r":|(?<=\))\s*,|\s[-–]\s(?=[^\d\W])", plain)
    ahead = _AHEAD.match(text)
    comma = _COMMA.search(re.sub(r"\([^)]*\)", lambda found: "·" * len(found[0]), text), ahead.end() if ahead else 0)
    named = (
        colon and comma and comma.start() < colon.start() and text[colon.start()].isspace()
    )  # "…, Phòng Văn hóa - Xã hội"
    if colon and not named and len(text[: colon.start()].split()) <= LONGEST and _any(text[: colon.start()]):
        return 0, colon.start()
    if comma and len(text[: comma.start()].split()) <= 14 and _any(text):
        return 0, comma.start()
    return None


def _any(text: str) -> bool:
    return bool(_WAVE.match(text) or _SIDE.match(text) or _SPAN_LEAD.match(text) or _NAMED.match(text)) or any(
        each.match(text.split(":", maxsplit=1)[0].rstrip()) for each in (_BRACKETED, _UNDATED, _PEAK_LEAD)
    )
