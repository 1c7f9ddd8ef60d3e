"""The head and the end of a letter: issuer, number, place and day, subject, recipients, and the office that signs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pipeline.directive.dates import day_of
from pipeline.directive.forms import JOINT, NUMBER, OFFICE, PLACE_DATE, RECIPIENTS, STAMP, SUBJECT, is_capitals, kind_of
from pipeline.directive.layout import Block, Pages
from pipeline.directive.letter import Fact, Part, Quote
from pipeline.directive.letters import UPPER

NAME_WORDS: Final = 8  # of a name with its titles
NOTHING: Final = Fact("", blank=False, quote=None)
_BODIES: Final = re.compile(
    r"(?:SỞ|BAN|BCH|UBND|ỦY BAN|UỶ BAN|TỈNH ỦY|TỈNH UỶ|THÀNH ỦY|THÀNH UỶ|HUYỆN ỦY|HUYỆN UỶ|ĐẢNG ỦY|ĐẢNG UỶ|VĂN PHÒNG|BỘ|CỤC|TRUNG TÂM|HỘI|BÁO|ĐÀI|CÔNG AN|TIỂU BAN|TỔNG|LIÊN ĐOÀN|TỈNH ĐOÀN|MẶT TRẬN|CHÍNH PHỦ|THỦ TƯỚNG|QUỐC HỘI|PHÒNG|ĐẢNG BỘ|BAN CHỈ ĐẠO|LIÊN HIỆP|BẢO HIỂM|KHO BẠC|NGÂN HÀNG|CHI CỤC|THANH TRA|VIỆN|HỌC VIỆN|TRƯỜNG|HẠT|TÒA ÁN|TOÀ ÁN|ĐOÀN|QUÂN KHU|THUẾ|HẢI QUAN|CÔNG TY|TẬP ĐOÀN|ĐIỆN LỰC|BƯU ĐIỆN|VIỄN THÔNG)\b"
)
_SPEAKER: Final = re.compile(
    r"(?:^|[,;]\s*|^\s*)(?P<who>(?:Sở|Ban|UBND|Ủy ban|Uỷ ban|Tỉnh ủy|Tỉnh uỷ|Văn phòng|Bộ|Cục|Hội đồng|Tiểu ban|Thành ủy|Huyện ủy|Đảng ủy|Liên đoàn|Tỉnh đoàn|Trung tâm|Phòng)(?:(?!\s+(?:trân trọng|kính|đề nghị|yêu cầu|hướng dẫn|ban hành|xây dựng|thông báo|chỉ đạo|triển khai)\b)[^,;:.]|,(?=\s(?:Thể thao|Thông tin|Du lịch|Khoa học))){3,90}?)"
    r"\s+(?:trân trọng |kính )?(?:đề nghị|yêu cầu|hướng dẫn|ban hành|xây dựng|thông báo|chỉ đạo|triển khai)\b"
)
_HOLDER: Final = re.compile(r"(?:PHÓ )?(?:CHỦ TỊCH|GIÁM ĐỐC|THỦ TƯỚNG|BỘ TRƯỞNG|TRƯỞNG BAN)")  # who issues in person
_SEATED: Final = re.compile(r"[-–]\s*(?:CƠ QUAN )?THƯỜNG TRỰC$")  # where the committee named before has its seat
_BOUND_WITH: Final = re.compile(r"\s*\((?:ban hành )?kèm theo[^()]*\)\s*$", re.IGNORECASE)
_INITIALS: Final = re.compile(rf"\s*\(\s*[{UPPER}][\w.]*(?:\s+[{UPPER}][\w.]*|\s*[-,]\s*\d+\s*b\w*)?\s*\)(?=[\s.;]*$)")
_COUNTED: Final = re.compile(r"(?:\s*[-,]\s*|\s+|(?=\())\(?\s*(?:\d+\s*(?:b|bản|ban)?|b)\s*\)?(?=[\s.;]*$)")
_OWN_ISSUER: Final = re.compile(rf"CỦA(?:\s+[{UPPER}]+(?!\w))+\s*")  # under "CHỈ THỊ": "CỦA BAN THƯỜNG VỤ TỈNH ỦY về …"
_SAYS_WHERE: Final = re.compile(r"\b(?:TỈNH|THÀNH PHỐ|HUYỆN|QUẬN|THỊ XÃ|XÃ|PHƯỜNG)\s+\w", re.IGNORECASE)
_TO_ASK: Final = re.compile(
    r"(?<!\w)(?:liên hệ|đầu mối|điện thoại|di động|SĐT|ĐT|gặp|trao đổi với)(?!\w)", re.IGNORECASE
)
_PERSON: Final = re.compile(
    r"(?<!\w)(?i:ông|bà|cô|thầy|đồng chí|đ/c|anh|chị|bác sĩ|kỹ sư|(?:đại|thượng|trung|thiếu) (?:tá|úy|tướng)|BS|ThS|TS|KS)\.?\s*:?\s*"
    rf"(?P<name>[{UPPER}]\w*(?:\s+[{UPPER}]\w*){{1,4}})(?!\w)"
)
_MOBILE: Final = re.compile(r"(?:\+84\s?|(?<!\d)0)[35789]\d(?:[ .-]?\d){7}(?!\d)")
_REACHED: Final = re.compile(r"(?:\+84|(?<!\d)0)\d?[\d .-]{7,12}\d(?!\d)|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NAME: Final = re.compile(
    rf"(?:(?:PGS|GS|TS|ThS|BS|CN|KS|Đại tá|Thiếu tướng|Thượng tá|Trung tá|Nhà báo|Bác sĩ)[. ]+)*[{UPPER}]\w+(?:\s+[{UPPER}]\w*){{1,5}}"
)


@dataclass(frozen=True, slots=True)
class Head:
    """What head and end of a letter say."""

    kind: str
    issuer: Fact
    parent: Fact
    number: Fact
    place: Fact
    day: Fact
    issued: date | None
    year: int | None
    subject: Fact
    signed_by: Fact
    recipients: tuple[str, ...]


def head_of(blocks: Sequence[Block], parts: Sequence[Part], pages: Pages) -> Head:
    """Reads head and end."""
    by_part: dict[Part, list[Block]] = {}
    for block, part in zip(blocks, parts, strict=True):
        by_part.setdefault(part, []).append(block)
    kind, subject = _subject(by_part.get("subject", []), pages)
    parent, issuer = _issuer(by_part.get("issuer", []), pages)
    if issuer.quote is None:
        issuer = _speaker(
            [*by_part.get("preamble", []), *by_part.get("content", []), *by_part.get("closing", [])], pages
        )
    number = next((fact for block in by_part.get("number_date", []) if (fact := _number(block, pages))), NOTHING)
    place, day, issued, year = _place_date(by_part.get("number_date", []), pages)
    return Head(
        kind=kind or _kind_by_symbol(number.value),
        issuer=issuer,
        parent=parent,
        number=number,
        place=place,
        day=day,
        issued=issued,
        year=year,
        subject=subject,
        signed_by=_signed(by_part.get("signature", []), pages),
        recipients=_recipients(by_part.get("recipients", [])),
    )


def whole_issuer(issuer: str, parent: str) -> str:
    """Gives the issuer with the body above it, unless its own name says of which province or commune it is."""
    return f"{issuer}, {parent}" if issuer and parent and not _SAYS_WHERE.search(issuer) else issuer


def _subject(blocks: Sequence[Block], pages: Pages) -> tuple[str, Fact]:
    words: list[str] = []
    kind, quote = "", None
    for block in blocks:
        start = 0
        if not kind and (named := kind_of(block.text)):
            kind, start = named, len(named)
        elif found := SUBJECT.match(block.text):
            kind, start = kind or "Công văn", found.end()
        text = block.text[start:].strip(" :")
        if kind and not words:
            own = _OWN_ISSUER.match(text)
            text = text[own.end() :] if own else text.removeprefix("Về ")
        if (kind == "Đề cương" and text.lower() == "tuyên truyền") or JOINT.match(text):
            continue  # "Đề cương tuyên truyền", "Chương trình phối hợp" are what such documents are called
        if text:
            words.append(text)
            quote = quote or block.quote(pages, start, len(block.text))
    text = _BOUND_WITH.sub("", " ".join(words)).strip(" .")
    if text.count("”") > text.count("“"):
        text = text.removesuffix("”")  # the whole stood in quotation marks
    return kind, Fact(text, not words and bool(blocks), quote)


def _issuer(blocks: Sequence[Block], pages: Pages) -> tuple[Fact, Fact]:
    """Gives the body above and the issuer: the last lines of capitals that begin with a body's name."""
    lines = [block for block in blocks if block.text.strip(" *-–_")]
    if not lines:
        return NOTHING, NOTHING
    starts = [
        number
        for number, block in enumerate(lines)
        if number == 0 or (_BODIES.match(block.text) and not _HOLDER.fullmatch(lines[number - 1].text.strip(" *")))
    ]  # "CHỦ TỊCH", and on the next line of what
    if len(starts) > 1 and _SEATED.search(" ".join(block.text for block in lines[starts[-1] :]).strip(" *")):
        lines, starts = lines[: starts[-1]], starts[:-1]
    last = starts[-1]
    issuer = Fact(
        " ".join(block.text for block in lines[last:]).strip(" *"), blank=False, quote=_over(lines[last:], pages)
    )
    if last == 0:
        return NOTHING, issuer
    return Fact(
        " ".join(block.text for block in lines[:last]).strip(" *"), blank=False, quote=_over(lines[:last], pages)
    ), issuer


def _over(blocks: Sequence[Block], pages: Pages) -> Quote:
    text = " ".join(block.text for block in blocks)
    return (
        pages.quote(text, blocks[0].at[0], blocks[-1].at[-1] + 1)
        if len(blocks) > 1
        else blocks[0].quote(pages, 0, len(text))
    )


def _speaker(blocks: Sequence[Block], pages: Pages) -> Fact:
    """Gives the body that speaks in the text, where the head names none."""
    for block in blocks:
        if found := _SPEAKER.search(block.text):
            return Fact(found["who"].strip(), blank=False, quote=block.quote(pages, *found.span("who")))
    return NOTHING


def _number(block: Block, pages: Pages) -> Fact | None:
    found = NUMBER.match(block.text)
    if found is None:
        return None
    digits = re.sub(r"\D", "", found["digits"])
    rest = re.sub(r"\s+", "", found["rest"] or "").rstrip(".,")
    return Fact(f"{digits}{rest}", not digits, block.quote(pages, 0, found.end()))


def _place_date(blocks: Sequence[Block], pages: Pages) -> tuple[Fact, Fact, date | None, int | None]:
    for block in blocks:
        found = PLACE_DATE.search(block.text)
        if found is None:
            continue
        day, month, year = found["day"], found["month"], found["year"]
        issued = day_of(day, month, year)
        blank = not (day and month and year)
        value = (
            f"{issued:%Y-%m-%d}"
            if issued
            else "-".join(part for part in (year, month.zfill(2) if month and year else "") if part)
        )
        place = Fact(found["place"].strip(), blank=False, quote=block.quote(pages, *found.span("place")))
        dated = Fact(value, blank, block.quote(pages, found.end("place"), found.end()))
        return place, dated, issued, int(year) if len(year) == 4 else None
    return NOTHING, NOTHING, None, None


def _kind_by_symbol(number: str) -> str:
    """Tells the kind by the symbol of the number; a letter without a kind in its symbol is a công văn."""
    found = re.search(r"[-/](KH|HD|CT|ĐC|TB|NQ|QĐ|CTr|KL|BC)\b", number)
    kinds = {"KH": "Kế hoạch", "HD": "Hướng dẫn", "CT": "Chỉ thị", "ĐC": "Đề cương", "TB": "Thông báo", "NQ": "Nghị quyết", "QĐ": "Quyết định", "CTr": "Chương trình", "KL": "Kết luận", "BC": "Báo cáo"}  # fmt: skip
    if found:
        return kinds[found[1]]
    return "Công văn" if number else ""


def _signed(blocks: Sequence[Block], pages: Pages) -> Fact:
    offices = [block for block in blocks if OFFICE.fullmatch(block.text.strip()) or is_office_line(block.text)]
    if not offices:
        return NOTHING
    return Fact(" ".join(" ".join(block.text.split()) for block in offices), blank=False, quote=_over(offices, pages))


def is_office_line(text: str) -> bool:
    """Tells a line of the signature that is in capitals throughout and short: offices, never names, in most letters."""
    return is_capitals(text) and bool(OFFICE.match(text))


def _recipients(blocks: Sequence[Block]) -> tuple[str, ...]:
    found = []
    for block in blocks:
        opened = RECIPIENTS.match(block.text)
        text = block.text[opened.end() if opened else block.body :]
        for part in re.split(r";\s*(?:-\s*)?", text):
            words = re.sub(r" (?=[,:])", "", private(part).strip(" -–;.:/,×"))
            if words:
                found.append(words)
    return tuple(found)


def private(text: str) -> str:
    """Leaves out the drafter's initials and the number of copies: "TTBCXB (Thịnh)", "VT, 03b"."""
    text = text.strip(" ;.")
    if not text.lstrip("- ").startswith("Lưu"):
        return text
    return _COUNTED.sub("", _INITIALS.sub("", _COUNTED.sub("", text))).strip()


def _asked_for(text: str) -> list[tuple[int, int]]:
    """Gives where a paragraph names a person to ask, and how that person is reached; mobile numbers are some person's always."""
    mobile = [found.span() for found in _MOBILE.finditer(text)]
    named = (
        [found.span("name") for found in _PERSON.finditer(text)]
        if mobile or _TO_ASK.search(text) or "@" in text
        else []
    )
    reached = [found.span() for found in _REACHED.finditer(text)] if named else mobile
    return [*named, *reached]


def private_places(blocks: Sequence[Block], parts: Sequence[Part]) -> list[int]:
    """Gives the places of letters that name a person: under the office that signs, the drafter's initials, and whom to ask."""
    places: list[int] = []
    for block, part in zip(blocks, parts, strict=True):
        if part not in {"signature", "recipients"}:
            places += [place for start, end in _asked_for(block.text) for place in block.at[start:end]]
        if (stamp := STAMP.match(block.text)) and part == "other":
            places += block.at[stamp.end() :]  # of a signature by machine: who, and an address
        elif part == "signature" and not OFFICE.match(block.text.strip()) and not block.text.strip().startswith("("):
            named = _NAME.search(block.text) and len(block.text.split()) <= NAME_WORDS
            if named and not (is_capitals(block.text) and _BODIES.search(block.text)):
                places += block.at
        elif part == "recipients" and (found := _INITIALS.search(block.text)) and re.search(r"Lưu", block.text):
            places += block.at[found.start() : found.end()]
    return places
