"""Content items: what a letter asks to be written about, from lists, tables and long sentences, each where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.directive import verbs

LEAST_WORDS: Final = 2  # of an item; a part with fewer is a remnant
FIELD_WORDS: Final = 4  # of a part behind a colon; shorter parts are fields of one thing: "kinh tế; văn hóa; xã hội"
OWN_WORDS: Final = 5  # of a thing that a duty names beside a letter's contents; "các hoạt động trên" is none
LONGEST: Final = 3_000  # characters of a part that is looked at for further verbs; no letter's part has a third of it
LEAST_COORDINATED: Final = 6  # words of each part of a coordination that may stand alone
_HEADS: Final = re.compile(
    r"(?:các|những|việc|công tác|kết quả|hoạt động|quá trình|ý nghĩa|vai trò|truyền thống|phong trào|thành tựu|nội dung|tình hình|không khí|gương|tấm gương|chủ trương|sự)\s",
    re.IGNORECASE,
)
_TELLS_ABOUT: Final = re.compile(
    rf"(?<!\w){verbs.TELL}(?:\s+(?:trên|qua|bằng)\s[^,;.:]{{3,60}}?)?\s+(?:về|các|những)\s", re.IGNORECASE
)
THINGS: Final = re.compile(  # what is told of, where a verb would tell what is done
    r"(?:các|những|kỹ (?:năng|thuật)|dấu hiệu|hậu quả|biện pháp|quy (?:định|trình)|chính sách|mô hình|gương|điển hình|tác hại|nguy cơ|lợi ích|cách|kiến thức|quyền(?: lợi)?|chế tài|mức|thủ đoạn|phương thức|"
    r"vai trò|tình hình|diễn biến|nguyên nhân|kết quả|ý nghĩa|truyền thống|thành tựu|tiến độ|lịch|thời gian|thể lệ|hoạt động|hiệu quả|tiềm năng|giá trị|hình ảnh|sản phẩm|phong trào|chủ trương|công tác|việc)\s",
    re.IGNORECASE,
)
_PLACED: Final = re.compile(  # "tuyên truyền trong đoàn viên, trên fanpage về …": what is told of stands behind "về"
    r"\W*(?:trong|trên|qua|thông qua|bằng|tại)\s", re.IGNORECASE
)
_SUBJECT: Final = re.compile(  # "thông tin về … phải lấy từ nguồn chính thức": says how, not of what
    r"\W*(?:(?:các|mọi)\s+)?thông tin\s[^;,]*?\s(?:phải|cần|được)\s", re.IGNORECASE
)
_AIRED: Final = re.compile(  # "trong đợt cao điểm, đăng, phát ít nhất 02 tin/tuần": how much
    r"(?<!\w)(?:đăng|phát)\s[^;]{0,20}?(?:ít nhất|tối thiểu|mỗi)\s[^;]{0,20}?\d+\s*(?:tin|bài|lần|phóng sự|chuyên)",
    re.IGNORECASE,
)
_SPREADS: Final = re.compile(r";?\s*(?:tuyên truyền|phổ biến|phản ánh|giới thiệu)\s", re.IGNORECASE)
_BINDS: Final = re.compile(
    r"\s(?:của|về|trong|cho|đối với|tại|thực hiện|chào mừng|với|ở|trên|lần thứ|hướng tới|lập thành tích)\s"
)
_SO_THAT: Final = re.compile(
    r"(?<=\w)(?:,)?\s(?:nhằm|để (?=(?:người|nhân|mọi|các|bà con|cộng|học|giúp)))\s?[^;]*$", re.IGNORECASE
)
_TAIL: Final = re.compile(r"[\s.;,:…/]*(?:v\.v\.?\.?\.?|…|\.\.\.)?[\s.;,:…/]*$")
_COUNTED: Final = re.compile(
    r"[\s,;:]*(?:\((?:\d{1,2}|[a-zđ]|[ivx]{1,4})\)|(?:thứ|một|hai|ba) (?:nhất|hai|ba|tư|bốn|năm|sáu|là)\s*[,:])\s*",
    re.IGNORECASE,
)
_COUNTS: Final = re.compile(r"(?:\b\d{1,2}\s+\w+|(?:bao )?gồm(?: có)?)\s*$")  # "… thành 3 nhóm: …": parts of one thing
_FIELD: Final = re.compile(  # "Đối với người tiêu dùng: …", "Về kinh tế số: …"
    r"\W*(?:đối với|về|với|riêng|trên lĩnh vực|lĩnh vực)\s+(?:\S+\s*){1,12}$", re.IGNORECASE
)
_ARRANGES: Final = re.compile(  # "tổ chức cho đảng viên theo dõi phiên khai mạc": done for people, not told of
    r"phát động\s|(?:tổ chức|bố trí|tạo điều kiện)\s(?:cho\s)?(?:(?:các|toàn thể|đông đảo|\d+\s?%)\s)*(?:cán bộ|đảng viên|đoàn viên|hội viên|nhân dân|người dân|học sinh|công chức)[^;]{0,40}?\s(?:theo dõi|đón xem|xem|nghe|tham dự|tham gia|học tập|ký)\s",
    re.IGNORECASE,
)
_CITES: Final = re.compile(  # "Công văn … về việc tăng cường tuyên truyền …", "gửi thông báo tới khách hàng …"
    r"(?:\svề(?:\s+việc)?(?:\s+(?:tăng cường|đẩy mạnh|tập trung|tiếp tục|triển khai|tổ chức|thực hiện))*|(?<!\w)gửi)\s+$",
    re.IGNORECASE,
)
_TO_WHOM: Final = re.compile(r"\s(?:tới|đến|cho)\W*$", re.IGNORECASE)  # "tuyên truyền tới phụ huynh": of nothing
_ABOUT: Final = re.compile(r"(?<=\s)về\s+(?=[^.;]{12})")
COUNTED: Final = "·"  # stands for the section of contents, where a sentence refers to the numbers of its elements alone
_PUBLISHED: Final = re.compile(  # "đăng mỗi tuần ít nhất 02 bài về …"
    r"\W*(?:đăng|phát|đưa|viết)\s[^.;:]{0,60}?(?:tin|bài|phóng sự)(?:\s*/\s*(?:ngày|tuần|tháng))?\s+(?:tuyên truyền |phản ánh )?về\s+(?=[^.;]{12})",
    re.IGNORECASE,
)
_AIRS: Final = re.compile(
    r"(?<!\w)(?:phát thanh|phát sóng|phát|đăng)\s[^:;]*,?\s*tập trung(?:\s+vào)?\s*$", re.IGNORECASE
)
_OBEYS: Final = re.compile(  # "tiếp tục quán triệt, thực hiện nghiêm Kết luận số 65-KL/TW": work, and nothing to be told of
    r"[^.;:]{0,60}?(?<!\w)(?:quán triệt|triển khai)(?:,|\s+và)?\s+(?:tổ chức\s+)?thực hiện\s+(?:nghiêm|tốt|đầy đủ|có hiệu quả)\s[^.;:]{0,60}?\s?số\s",
    re.IGNORECASE,
)
_AMOUNT: Final = re.compile(
    r"(?:,\s*|^\W*)(?:mỗi|hằng|hàng|ít nhất|tối thiểu)\s(?:[^,;]|(?<=tin),)*\d(?:[^,;]|(?<=tin),)*(?:,\s*(?:từ|trong|đến|bắt đầu|kể từ|cho đến)\s[^,;]*)?[\s.;]*$",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(
    r"nội dung\s+(?:số\s+|thứ\s+)?(?P<list>\d{1,2}(?:\s*(?:,|và|đến|[-–])\s*\d{1,2})*)(?!\d|[/.]\d|\s*(?:tin|bài|lần|kỳ|số))",
    re.IGNORECASE,
)
_INLINE: Final = re.compile(r"(?<=\s)\((?:\d{1,2}|[ivx]{1,4}|[a-zđ])\)(?=\s*\w)")
_BEFORE_SIGN: Final = re.compile(r"\s(?=[,;:.](?:\s|$))")  # of text layers that set signs apart
_TIMED: Final = re.compile(
    r",\s*(?:trong )?thời gian\s+(?:từ|đến|trong)\s[^,;]*\d[^,;]*$", re.IGNORECASE
)  # says when it is told
_OPENS_PART: Final = re.compile(  # "gương … trong học tập"; an element of its own may begin with "Trong"
    r"^(?:(?-i:trong)|và|về|cùng với|đồng thời|như|là|với)\s+", re.IGNORECASE
)


def split_items(text: str, start: int = 0) -> list[tuple[int, int]]:
    """Gives where the items of a text stand, from `start`: one, or several where parts of it stand alone.

    Parts end at semicolons, and where a further verb of telling begins a part with an object of its own, and between
    commas where every part is a noun with a complement of its own.
    """
    begin = _behind_lead(text, start)
    colons = _outside(text, begin, len(text), ":")
    whole = begin == start and bool(colons) and _COUNTS.search(text[start : colons[0]]) is not None
    pieces = [(begin, len(text))] if whole else list(_at(text, begin, len(text), ";"))
    if (
        len(pieces) > 1
        and ":" in text[start : pieces[-1][0]]
        and sum(len(text[a:b].split()) < FIELD_WORDS for a, b in pieces) * 2 > len(pieces)
    ):
        pieces = [(start if begin != start and not _is_generic_lead(text[start:begin]) else begin, len(text))]
    made: list[tuple[int, int]] = []
    for left, right in pieces:
        for first, last in _predicates(text, left, right):
            made += _nouns(text, first, last)
    return [
        place
        for place in (_trimmed(text, *each) for each in made)
        if len(text[place[0] : place[1]].split()) >= LEAST_WORDS and not _ARRANGES.match(text, place[0])
    ]


def item_text(words: str) -> str:
    """Gives an item as a person would list it: without leading verbs such as "Tuyên truyền"."""
    text = _TAIL.sub("", words.strip())
    for _ in range(3):
        found = verbs.LEADING.match(text)
        if found is None or not found[0].strip() or len(text[found.end() :].split()) < LEAST_WORDS:
            break
        text = text[found.end() :]
    opened = _OPENS_PART.match(text) or verbs.INTO.match(text)
    if opened and len(text[opened.end() :].split()) >= LEAST_WORDS:
        text = text[opened.end() :]
    if (timed := _TIMED.search(text)) and len(text[: timed.start()].split()) >= LEAST_WORDS:
        text = text[: timed.start()]
    aim = _SO_THAT.search(text)
    if aim and len(text[: aim.start()].split()) >= OWN_WORDS:
        text = text[: aim.start()]
    return _BEFORE_SIGN.sub("", " ".join(text.split()))


def _behind_lead(text: str, start: int) -> int:
    """Gives where the list behind a colon begins; `start` where the colon opens no list of items."""
    colon = _outside(text, start, len(text), ":")
    if not colon:
        return start
    lead, rest = text[start : colon[0]], text[colon[0] + 1 :]
    if not rest.strip() or len(lead.split()) > 30:
        return start
    parts = list(_at(text, colon[0] + 1, len(text), ";"))
    goes_on = any(verbs.STARTS_TELL.match(text[a:b]) for a, b in parts[1:])  # then the lead is of the first part alone
    if _is_generic_lead(lead) or (len(parts) > 1 and verbs.HAS_TELL.search(lead) and not goes_on):
        return colon[0] + 1
    return start


def _is_generic_lead(lead: str) -> bool:
    """Tells a lead that names nothing itself: "tập trung tuyên truyền các nội dung sau", or only a field, or to whom."""
    if _FIELD.match(lead):
        return True
    left = item_text(lead)
    return (
        len(left.split()) < LEAST_WORDS
        or bool(re.match(r"(?:(?:các|những|một số) )?(?:nội dung|vấn đề|điểm|nhóm)\b", left, re.IGNORECASE))
        or not item_text(f"{lead} x").replace("x", "").strip()
    )


def _outside(text: str, start: int, end: int, sign: str) -> list[int]:
    """Gives where a sign stands outside brackets and quotation marks."""
    depth, places = 0, []
    for at in range(start, end):
        char = text[at]
        if char in "(“«[":
            depth += 1
        elif char in ")”»]":
            depth = max(0, depth - 1)
        elif char == sign and depth == 0:
            places.append(at)
    return places


def _at(text: str, start: int, end: int, sign: str) -> Iterator[tuple[int, int]]:
    places = _outside(text, start, end, sign)
    if sign == ";" and len(inline := [found.start() - 1 for found in _INLINE.finditer(text, start, end)]) > 1:
        places = sorted({*places, *inline})
    for place in places:
        if text[start:place].strip(" ,;"):
            yield start, place
        start = place + 1
    if text[start:end].strip(" .…,/;"):
        yield start, end


def _predicates(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cuts where a further verb of telling begins, if what stands before it has an object."""
    if end - start > LONGEST:
        return [(start, end)]
    made = []
    for found in verbs.NEXT_TELL.finditer(text, start, end):
        before, after = text[start : found.start()], text[found.end() : end]
        rest = item_text(before)
        told = verbs.STARTS_TELL.match(before) or verbs.KEPT.match(before.strip())
        if told and len(rest.split()) >= 4 and rest != before.strip() and len(item_text(after).split()) >= 3:
            made.append((start, found.start()))
            start = found.end()
    return [*made, (start, end)]


def _nouns(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cuts a coordination of nouns at its commas where each part has a complement of its own."""
    parts = list(_at(text, start, end, ","))
    if len(parts) < 2:
        return [(start, end)]
    bare = [item_text(text[a:b]) if number == 0 else text[a:b].strip() for number, (a, b) in enumerate(parts)]
    alone = all(_HEADS.match(part) and len(part.split()) >= LEAST_COORDINATED and _BINDS.search(part) for part in bare)
    return parts if alone else [(start, end)]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    if found := _COUNTED.match(text, start, end):
        start = found.end()
    while start < end and (text[start].isspace() or text[start] in ",;:-–+"):
        start += 1
    return start, start + len(_TAIL.sub("", text[start:end]))


def amount_in(text: str) -> int:
    """Gives where the amount at the end of a sentence begins, 0 where there is none."""
    found = _AMOUNT.search(text)
    return found.start() if found else 0


def asked_for(text: str, start: int) -> list[tuple[int, int]]:
    """Gives the items of a sentence that asks to write about something among other things; none where it asks for none."""
    if _OBEYS.match(text, start):
        return []
    if (colon := _announced(text, start)) is not None:
        return split_items(text, colon)
    if amount := _AMOUNT.search(text, start):
        text = text[: amount.start()]
    if not verbs.STARTS_TELL.match(text[start:]) and (clauses := _telling_clauses(text, start)):
        return clauses
    if (published := _PUBLISHED.match(text, start)) and not verbs.GENERIC.match(text[published.end() :]):
        return [place for place in split_items(text, published.end()) if _is_told(text[place[0] : place[1]])]
    return _told_of(text, start)


def _telling_clauses(text: str, start: int) -> list[tuple[int, int]]:
    """Gives the items of later clauses of a sentence that begin with a verb of telling: "gỡ bỏ …; tuyên truyền hậu quả …"."""
    clauses = list(_at(text, start, len(text), ";"))
    if _told_of(text[: clauses[0][1]] if clauses else text, start):
        return []
    told: list[tuple[int, int]] = []
    for a, b in clauses[1:]:
        if _SPREADS.match(text, a):
            found = _told_of(text[:b], a)
            plain = told or tells_about(text[a:b])
            told += found if plain else [each for each in found if THINGS.match(item_text(text[slice(*each)]))]
        elif told and told[-1][1] >= a - 2 and not verbs.DOES.match(text, a):  # more of the same
            told += split_items(text[:b], a + 1)
    return told


def _told_of(text: str, start: int) -> list[tuple[int, int]]:
    """Gives what a sentence asks to tell of by a verb of telling, at its beginning or behind those whom it directs."""
    begin = start
    found = verbs.STARTS_TELL.match(text[start:])
    if found is None:
        told = verbs.DIRECTS.search(text[start:]) or re.search(
            rf"(?:đề nghị|yêu cầu|,|\bvà|có trách nhiệm|nghị|(?:tài liệu|sản phẩm|ấn phẩm|chuyên (?:mục|trang|đề)|phóng sự|video|clip|bài viết)(?=\stuyên truyền về))\s[^.;]{{0,120}}?(?={verbs.STANCE}\s+{verbs.TELL}(?!\w)|{verbs.TELL}(?:\s+{verbs.MANNER})?(?:\s+(?:trên|qua|bằng)\s[^,;.]{{3,60}}?)?\s+về\s|tuyên truyền (?:về|sâu rộng|đậm nét|các|những))",
            text[start:],
            re.IGNORECASE,
        )
        if told is None:
            return []
        begin = start + told.end()
        if _CITES.search(text[start:begin]):
            return []
    cut = verbs.THROUGH.search(text, begin)
    if cut and _within_list(text, begin, cut.start()):
        cut = None
    through = cut.start() if cut else len(text)
    own = verbs.LEADING.match(text[begin:])
    placed = own is not None and (
        (cut is not None and through <= begin + own.end() + 2) or _PLACED.match(text, begin + own.end()) is not None
    )
    if placed and own and (about := _ABOUT.search(text, begin + own.end(), _clause_end(text, begin))):
        begin, through = about.end(), len(text)  # "tuyên truyền trên loa truyền thanh về …"
        return [place for place in split_items(text, begin) if _is_told(text[place[0] : place[1]])]
    if (
        own is None
        or _TO_WHOM.search(own[0])
        or verbs.GENERIC.match(text[begin + own.end() :])
        or through <= begin + own.end() + 2
    ):
        return []
    return [place for place in split_items(text[:through], begin) if _is_told(text[place[0] : place[1]])]


def _clause_end(text: str, begin: int) -> int:
    """Gives where the clause ends that begins here: at a semicolon."""
    return next(iter(_outside(text, begin, len(text), ";")), len(text))


def _within_list(text: str, begin: int, at: int) -> bool:
    """Tells words such as "qua mạng xã hội" that are said of a thing in a list, not of how it is told: "mua bán pháo nổ qua mạng xã hội; …"."""
    behind = [text[place + 1 :] for place in _outside(text, at, len(text), ";")]
    works = any(each.match(behind[0]) for each in (verbs.STARTS_TELL, verbs.DOES)) if behind else True
    return not works and _is_told(text[begin:at])


def tells_about(text: str) -> bool:
    """Tells a sentence in which a verb of telling has an object behind "về", however the thing is to be told."""
    return _TELLS_ABOUT.search(text) is not None


def asks_counted(text: str) -> bool:
    """Tells a sentence that asks to write about something and says how often: "tuyên truyền về …, mỗi tuần 02 bài"."""
    return bool(_PUBLISHED.match(text) or verbs.STARTS_TELL.match(text))


def _is_told(part: str) -> bool:
    """Tells a part of a sentence that names something to write about from one that only says how, or what to do."""
    words = item_text(part)
    if _SUBJECT.match(part) or _AIRED.search(part):
        return False
    if len(words.split()) < 3 or _AMOUNT.match(words) or verbs.GENERIC.match(words) or verbs.EMPTY.fullmatch(words):
        return False
    return any(each.match(part) for each in (verbs.STARTS_TELL, verbs.TEACHES)) or not verbs.DOES.match(part)


def names_thing(words: str, subject: str) -> bool:
    """Tells words that name a thing of their own to be told of: neither what is to be done, nor what the letter is about as a whole."""
    text = item_text(words)
    said = set(subject.lower().split())
    own = [word for word in text.lower().split() if word.strip(",;:") not in said]
    return bool(THINGS.match(text)) and len(text.split()) >= OWN_WORDS and 2 * len(own) > len(text.split())


def _announced(text: str, start: int) -> int | None:
    """Gives where a list begins that a sentence announces: "… tuyên truyền các nội dung sau: …"."""
    for colon in _outside(text, start, len(text), ":"):
        lead = text[start:colon]
        if (
            (verbs.HAS_TELL.search(lead) or _AIRS.search(lead))
            and text[colon + 1 :].strip()
            and re.search(r"nội dung|sau(?: đây)?\s*$|về\s*$|tập trung|tuyên truyền\s*$", lead, re.IGNORECASE)
        ):
            return colon + 1
    return None


def refers_to(text: str) -> Sequence[str]:
    """Gives the signs of the clauses whose contents a sentence refers to; "" where it refers to all above."""
    found = verbs.REFERS.search(text)
    if found is None:
        return ()
    named = re.findall(r"(?:mục|phần|khoản)\s+([IVX]+|\d+(?:\.\d+)*)\b", text[found.start() :])
    if (counted := _NUMBERED.search(text)) is not None:
        numbers = _numbers(counted["list"])
        return [f"{sign}.{number}" for sign in named or (COUNTED,) for number in numbers]
    return named or ("",)


def _numbers(text: str) -> list[int]:
    """Gives the numbers of a list: "1, 2 và 4", "1 đến 3"."""
    ends = [int(number) for number in re.findall(r"\d+", text)]
    through = len(ends) == 2 and re.search(r"đến|[-–]", text) is not None
    return list(range(ends[0], ends[1] + 1)) if through else ends
