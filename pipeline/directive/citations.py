"""Documents that a letter cites: type, number, day and issuer, however many stand in one sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from pipeline.directive.dates import first_date
from pipeline.directive.layout import Block, Pages
from pipeline.directive.letter import Citation
from pipeline.directive.letters import LOWER, UPPER

KINDS: Final = (
    "Chỉ thị", "Kế hoạch hành động", "Kế hoạch liên tịch", "Kế hoạch phối hợp", "Kế hoạch", "Nghị quyết liên tịch", "Nghị quyết",
    "Quyết định", "Hướng dẫn liên ngành", "Hướng dẫn", "Công văn", "Thông báo kết luận", "Thông báo", "Kết luận",
    "Chương trình hành động", "Chương trình phối hợp", "Chương trình", "Nghị định", "Thông tư liên tịch", "Thông tư", "Luật",
    "Pháp lệnh", "Quy định", "Quy chế", "Công điện", "Đề án", "Báo cáo", "Thông tri", "Văn bản", "Đề cương", "Lệnh", "Tờ trình",
)  # fmt: skip
_KIND: Final = "|".join(re.escape(kind).replace(r"\ ", r"\s+") for kind in KINDS)
_NUMBER: Final = (
    r"\d{1,5}[A-Za-z]?\s?[-/–]\s?[^\W\d_][\w&Đđ]*(?:\s?[-/.]\s?[^\W\d_][\w&]*)*|\d{1,4}/(?:19|20)\d{2}/[\w-]+(?:\d|\b)"
)
_CITED: Final = re.compile(
    rf"(?P<kind>\b(?:{_KIND})\b|(?<!\w)(?:{_KIND.lower()})\b)(?P<between>[^;.:()“”\"]{{0,80}}?)\s*(?:\bsố\s*:?\s*)?(?P<number>{_NUMBER})"
)
_AGAIN: Final = re.compile(rf"(?:,|;|và|\bcùng)\s*(?:số\s*:?\s*)(?P<number>{_NUMBER})")
_DATED: Final = re.compile(
    rf"(?P<kind>\b(?:{_KIND})\b)(?P<number>)(?P<between>)(?=,?\s*(?:ngày\s+\d{{1,2}}\s*(?:[/.-]|tháng)|(?:của\s+[^,;.()]{{3,60}}?),?\s*ngày\s+\d{{1,2}}\s*[/.-]\s*\d{{1,2}}\s*[/.-]\s*\d{{4}}))"
)
_ISSUER: Final = re.compile(
    rf"\bcủa\s+(?P<issuer>(?:(?:Ban Chỉ đạo|Ban Chỉ huy|Ủy ban|Uỷ ban|Hội đồng|Tổ công tác)[^,;.:()]{{0,40}}?\svề\s(?=[^,;.:()]{{4,60}}?\svề\s))?[{UPPER}\w](?:(?!\s+(?:về|v/v|ban hành|quy định|hướng dẫn|triển khai|thực hiện|phê duyệt|tổ chức|tiếp tục|(?<!thảo )sửa đổi|"
    rf"đối với|lấy|chọn|công bố|trên|trong|nhằm|để|tại|gửi|là|do|cũng|đã|cho|yêu cầu|giao(?! thông| dịch)|chỉ đạo|ngày|số)\b|\s*[;.:()“”\"]|,(?!\s(?:Thể thao|Thông tin|Du lịch|Khoa học|(?:Ban Bí thư|Ban Chấp hành)(?![^,;.:()]{{0,60}}\s(?:xây dựng|ban hành|hướng dẫn|đề nghị|yêu cầu|thông báo)\s))\b)"
    rf"|\s+tại\s+(?:{_KIND})|\s+và\s+(?:[{LOWER}]|(?:{_KIND})\b)|\s+(?:{_KIND})\s+(?:số|\d)).)*.)"
)
_ABOVE: Final = re.compile(
    rf"\b(?:của|được)\s+(?P<issuer>[{UPPER}][^,;.:()]{{2,60}}?)\s+(?:giao\s+)?tại\s+(?:các\s+)?$"
)
_PASSED: Final = re.compile(  # "Ngày 22/4/2022, Thủ tướng Chính phủ ban hành Quyết định số …"
    rf"(?:\b[Nn]gày\s+(?P<day>\d[^,;:()]{{5,25}}),\s*)?(?P<issuer>[{UPPER}][^,;.:()]{{3,60}}?)\s+(?:đã\s+)?(?:ký\s+|có\s+)?(?:ban hành|phê duyệt|thông qua)\s+(?:kèm theo\s+)?$"
)
_NAMED: Final = re.compile(  # a law, or a document that is told by its issuer alone
    rf"(?:Thực hiện|Căn cứ|Theo|Triển khai|;)\s+(?P<kind>Luật)\s+[{UPPER}](?:[^,;.():]|,(?=\s[{LOWER}])){{2,80}}?(?=\s+(?:năm|ngày|số)\b|\s*[,;.(](?!\s[{LOWER}])|\s+và\s+[{UPPER}])|(?:[Tt]hực hiện|[Cc]ăn cứ|[Tt]heo|[Tt]riển khai|tinh thần|nội dung|và|;)\s+(?P<kind2>{_KIND})(?=\s+của\s+[{UPPER}])|[{UPPER}]\w+[^,;.:()]{{2,60}}?\s(?:thông qua|ban hành)\s+(?P<kind3>Nghị quyết|Chỉ thị|Nghị định|Quyết định)(?=\s+về\s)"
)
_DATE_NEAR: Final = re.compile(r"ngày\s+\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}", re.IGNORECASE)
_BOUND: Final = re.compile(r"\b(?:từ|đến|hết|trước|sau)\s+$", re.IGNORECASE)  # of a span of its own
_JOINS: Final = re.compile(
    r"\s*,?\s*(?:ngày\s+[\d/.-]+(?:\s+tháng\s+\d{1,2}\s+năm\s+\d{4})?)?\s*(?:,|và)\s*", re.IGNORECASE
)
_OF_ALL: Final = re.compile(r"^[^,;.]{0,60}?\scủa\s+Quốc hội(?!\w)")
_VOTED: Final = re.compile(  # "Luật Đất đai số 31/2024/QH15 được Quốc hội khóa XV thông qua ngày 18/01/2024"
    r"\W*(?:đã\s+)?(?:được\s+)?(?P<issuer>Quốc hội|HĐND tỉnh|Hội đồng nhân dân tỉnh)[^.;:]{0,80}?\sthông qua(?:\s+tại[^.;:]{0,60}?)?,?\s+(?=ngày\s+\d)"
)
REACH: Final = 220  # characters behind a number within which its day and its issuer stand


def citations_of(blocks: Sequence[Block], pages: Pages) -> list[Citation]:
    """Gives the cited documents in their order, each once."""
    found: dict[tuple[str, str, date | None], Citation] = {}
    for block in blocks:
        for citation in _in_block(block, pages):
            key = (citation.number.casefold() or citation.kind, "" if citation.number else citation.kind, citation.date)
            known = found.get(key) or next(
                (
                    each
                    for each in found.values()
                    if citation.number and each.number == citation.number and None in {each.date, citation.date}
                ),
                None,
            )
            if known is None:
                found[key] = citation
    return list(found.values())


def _in_block(block: Block, pages: Pages) -> list[Citation]:
    marks = [_nearest(found) for found in _CITED.finditer(block.text) if not found["between"].endswith("Ban Chỉ đạo")]
    marks += [
        (found.start(), found.end(), found["kind"], "", "")
        for found in _DATED.finditer(block.text)
        if not any(start <= found.start() < end for start, end, *_ in marks)
    ]
    marks += [
        (
            found.start(found.lastgroup or 0),
            found.end(),
            found[found.lastgroup or 0],
            "",
            "",
        )
        for found in _NAMED.finditer(block.text)
        if not any(start < found.end() and found.start() < end for start, end, *_ in marks)
    ]
    again: set[int] = set()
    for found in _AGAIN.finditer(block.text):
        before = max((mark for mark in marks if mark[0] < found.start()), default=None, key=lambda mark: mark[0])
        if before and not any(start <= found.start("number") < end for start, end, *_ in marks):
            marks.append((found.start("number"), found.end(), before[2], found["number"], ""))
            again.add(found.end())
    marks.sort()
    made = []
    for number, (start, end, kind, written, between) in enumerate(marks):
        limit = marks[number + 1][0] if number + 1 < len(marks) else len(block.text)
        made.append(_citation(block, pages, (start, end, min(limit, end + REACH)), kind, written, between))
    for at in range(len(made) - 2, -1, -1):  # "các Công văn số 12 …, số 15 … của Sở": one issuer for all
        joined = marks[at + 1][1] in again or _of_one(
            made[at], made[at + 1], block.text[marks[at][1] : marks[at + 1][0]]
        )
        if not made[at].issuer and joined:
            made[at] = replace(made[at], issuer=made[at + 1].issuer)
    return made


def _of_one(citation: Citation, following: Citation, between: str) -> bool:
    """Tells two documents of one issuer that is named once: "Công điện số 109/CĐ-TTg ngày … và Chỉ thị số 21/CT-TTg … của …"."""
    marks = [each.number.rpartition("-")[2].casefold() for each in (citation, following)]
    return marks[0] == marks[1] != "" and _JOINS.fullmatch(between) is not None


def _nearest(found: re.Match[str]) -> tuple[int, int, str, str, str]:
    """Gives what a number belongs to: of two kinds before it, the nearer: "Đề án kèm theo Nghị quyết số …"."""
    start, kind, between = found.start(), found["kind"], found["between"]
    for nearer in re.finditer(rf"(?<!\w)(?:{_KIND})(?!\w)", between):
        start = found.start("between") + nearer.start()
        kind = nearer[0]
    if start != found.start():
        between = found.string[start + len(kind) : found.end("between")]
    return start, found.end(), kind, found["number"], between


def _citation(
    block: Block, pages: Pages, place: tuple[int, int, int], kind: str, written: str, between: str
) -> Citation:
    start, end, limit = place
    after = re.split(r"[;“”\"]|\.\s", block.text[end:limit])[0]
    issuer, issuer_end = "", 0
    told = None
    if voted := _VOTED.match(after):
        issuer, issuer_end = voted["issuer"], voted.end()
    elif kind == "Luật":  # one passes them all
        issuer = "Quốc hội" if _OF_ALL.search(after) else ""
    elif (found := _ISSUER.search(after)) and not re.search(r"\bvề\b", after[: found.start()]):
        issuer, issuer_end = _plain(found["issuer"]), found.end()
    elif (found := _PASSED.search(block.text[max(0, start - REACH) : start])) and not issuer:
        issuer = _plain(found["issuer"])
        told = first_date(found["day"]) if found["day"] else None
    elif found := _ISSUER.search(f"{between} số") or _ABOVE.search(block.text[max(0, start - REACH) : start]):
        issuer = _plain(found["issuer"])
    day, day_end = None, 0
    near = _DATE_NEAR.search(after)
    if (
        near
        and near.start() <= issuer_end + 20
        and not _BOUND.search(after[: near.start()])
        and (dated := first_date(after)) is not None
    ):
        day, day_end = dated[0], dated[2]
    elif dated := (first_date(between) if between else None) or told:
        day = dated[0]
    name = " ".join(kind.split())
    return Citation(
        kind=name[:1].upper() + name[1:],
        number=re.sub(r"\s+", "", written).replace("–", "-").rstrip(".-/"),
        date=day,
        issuer=issuer,
        quote=block.quote(pages, start, end + max(issuer_end, day_end)),
    )


def _plain(issuer: str) -> str:
    return re.sub(r"\s+(?:và|cùng)\s*$", "", issuer.strip(" ,.)")).strip(" ,")
