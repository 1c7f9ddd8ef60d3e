"""Bodies that a letter speaks to, and the groups of outlets that they stand for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.directive.letters import UPPER, either_tone

LATELY: Final = 256  # texts whose names are kept: a sentence is asked several times whom it names
UNITS: Final = r"(?:huyện|thị xã|thành phố|quận|thị|tp)"
LOW_UNITS: Final = r"(?:xã|phường|thị trấn|đặc khu)"

GROUPS: Final[Mapping[str, str]] = {  # id -> what names it; where two match, the one that stands first, then this order
    "provinces": r"(?:ubnd|[uủ][ỷy] ban nhân dân|chính quyền)\s+(?:các|cấp)\s+tỉnh",
    "districts": rf"(?:ubnd|[uủ][ỷy] ban nhân dân|chính quyền)\s+(?:các\s+|cấp\s+)?{UNITS}|cấp huyện|(?:mỗi|từng)\s+{UNITS}(?!\w)|các huyện,|ban chỉ huy quân sự (?:các |cấp )?(?:huyện|thành)|"
    rf"(?:phòng|trung tâm) văn hóa(?:,| và|\s*[-–])?\s*(?:và )?(?:thông tin|thể thao|truyền thông)[^;.]*?(?:{UNITS}|và truyền thông|thể thao)|phòng văn hóa|"
    rf"trung tâm (?:truyền thông[^;.]{{0,30}}|vh[^;:.]{{0,25}}?\s){UNITS}|mặt trận tổ quốc (?:các )?huyện",
    "communes": rf"(?:ubnd|[uủ][ỷy] ban nhân dân|chính quyền)\s+(?:các\s+|cấp\s+)?{LOW_UNITS}|cấp xã|các xã,|(?:mỗi|từng)\s+{LOW_UNITS}(?!\w)|trung tâm (?:cung ứng dịch vụ(?: sự nghiệp)? công|phục vụ hành chính công)[^;.,]{{0,20}}?\s(?:xã|phường|đặc khu)(?!\w)|trưởng (?:các )?(?:thôn|bản|ấp|buôn|khóm|khu phố|khu dân cư|tổ dân phố)|đài truyền thanh|trạm (?:y tế|thú y)|công chức (?:văn hóa|cấp xã|xã|phường)|phòng văn hóa\s*[-–]\s*xã hội",
    "party_committees": r"(?:ban tuyên giáo(?: và dân vận)?\s+)?(?:các\s+)?(?:(?:huyện|thành|thị|quận)(?:,\s*|\s+và\s+))+(?:huyện|thành|thị|quận)\s?[uủ][ỷy]|"
    r"(?:các |ban thường vụ |thường trực |ban tuyên giáo(?: và dân vận)? )*(?:huyện|thành|thị|quận)\s?[uủ][ỷy]|"
    r"đảng [uủ][ỷy]|cấp [uủ][ỷy]|ban tuyên giáo|ban xây dựng đảng|đảng đoàn|ban cán sự đảng|tổ chức đảng|chi, đảng bộ|các đảng bộ|(?<!sinh hoạt )các chi bộ|đảng bộ (?:trực thuộc|cơ sở|bộ phận)|báo cáo viên",
    "organisations": r"(?:các\s+)?(?:(?:huyện|thành|thị|quận)(?:,\s*|\s+và\s+))+(?:huyện|thành|thị|quận)\s?đoàn(?! kết)|ban tuyên giáo\s*[-–]\s*(?:nữ công|dân vận)|m?ặt trận tổ quốc|hiệp hội(?! doanh)|hội (?:chữ thập đỏ|người cao tuổi|khuyến học|luật gia)|\bmttq|[uủ][ỷy] ban mttq|các đoàn thể|tổ chức chính trị\s*-\s*xã hội|tổ chức chính trị|đoàn thể chính trị|hội liên hiệp|"
    r"đoàn tncs|(?<!\w)đoàn (?:xã|phường)(?!\w)|công đoàn|(?:tỉnh|huyện|thành|thị|quận|xã|phường)\s?đoàn(?! kết)|cơ sở đoàn|liên đoàn lao động|hội nông dân|hội (?:lhpn|nd|ccb|ctđ)(?!\w)|lđlđ|đoàn thanh niên|hội cựu chiến binh|hội nhà báo|hội văn học|liên hiệp các hội|hội phụ nữ",
    "press": rf"(?<!dự )(?<!cảnh )(?<!thông )(?<!quảng )(?<!khai )b[áa]o\s+(?:chí|điện tử|và|đài|(?-i:[{UPPER}]))|các báo, |báo, (?:đài|tạp chí)|đài phát thanh|đài pt|đài truyền hình|tạp chí|"
    r"cơ quan (?:thông tấn|báo chí|truyền thông)|phóng viên|truyền thông đại chúng|thông tấn xã|phát thanh(?: và|,| -|-) truyền hình|"
    r"cổng thông tin điện tử|trung tâm truyền thông|bản tin(?! (?:dự báo|cảnh báo|thời tiết|thiên tai))|văn phòng đại diện|trung tâm báo chí",
    "enterprises": r"doanh nghiệp|tổ chức tín dụng|ngân hàng thương mại|quỹ tín dụng|công ty|tập đoàn|viễn thông|vnpt|viettel|mobifone|bưu điện",
    "schools": r"trường học|các trường|cơ sở giáo dục|nhà trường|đại học",
    "departments": r"(?<!cán )(?<!nội )(?<!toàn )bộ\s+(?-i:[A-ZĐ])|ban\s+(?-i:Dân tộc|Kinh tế|Đoàn kết|Phong trào|Thanh thiếu nhi|Chính sách|Văn hóa|Tôn giáo|Thi đua|Quản lý|Công tác)|(?:tổng )?cục\s+(?-i:[A-ZĐ])|(?<!thường )(?<!nhiệm )(?<!dịch )vụ\s+(?-i:[A-ZĐ])|phòng\s+(?-i:[A-ZĐ])|các phòng|phòng chuyên môn|đơn vị trực thuộc|(?:các\s+)?sở,|các sở|sở\s+(?-i:[A-ZĐ])|ban,\s*ngành|các ngành|các ban|văn phòng(?: (?:hđnd và |đoàn đbqh và )?(?:hđnd|ubnd|[uủ][ỷy] ban nhân dân|tỉnh [uủ][ỷy])(?: (?:tỉnh|thành phố|thị xã|huyện|quận|xã|phường)(?! [uủ]))?)?|công an|(?:bộ|ban) chỉ huy|bộ đội biên phòng|chi cục|"
    r"cơ quan chuyên môn|các cơ quan(?! (?:thông tấn|báo chí|truyền thông))|cơ quan, đơn vị|các đơn vị|đơn vị sự nghiệp|ban quản lý|các bộ,|bộ, ngành|thủ trưởng|bảo hiểm xã hội|ngân hàng|"
    r"kiểm lâm|hạt kiểm lâm|ban tổ chức|ban chỉ đạo|ban atgt|ban an toàn giao thông|tòa án|viện kiểm sát|bệnh viện|hội đồng(?! nhân dân| (?:thi|khoa học|nghiệm thu))|các viện|(?:học )?viện\s+(?-i:[A-ZĐ])|trung tâm|các ban của|ban nội chính|đoàn nghệ thuật|nhà hát|bảo tàng|thư viện",
}
_GROUPS: Final = {
    name: re.compile(rf"(?<!\w)(?:{either_tone(pattern)})", re.IGNORECASE) for name, pattern in GROUPS.items()
}
_PLACED: Final = re.compile(  # "Đảng ủy các xã, phường": the units tell where, not who
    rf"[^\s,;.:]*(?:\s(?!và\s(?:các|cấp|(?-i:[{UPPER}]))|ở\s|tại\s)[^\s,;.:]+){{0,7}}\s(?P<unit>(?:các|cấp)\s(?:{UNITS}|{LOW_UNITS}))",
    re.IGNORECASE,
)
_OFFICE: Final = re.compile(r"(?:các\s+)?(?:ban|văn phòng|phòng)\b", re.IGNORECASE)
_OF: Final = re.compile(r"\s+(?:của\s+|[uủ][ỷy] ban\s+|bch\s+|ban chấp hành\s+)*", re.IGNORECASE)
_WITHIN: Final = re.compile(
    r"(?:đảng [uủ][ỷy]|đảng bộ|chi bộ|đảng đoàn|ban cán sự đảng)\s+(?:các\s+|[uủ][ỷy] ban\s+)*", re.IGNORECASE
)
_LISTED: Final = re.compile(r"(?:\s*[-–,]\s*[^\s,;]+\s[^\s,;]+)?(?:,|\s+và)\s+")
_NO_BODY: Final = re.compile(  # "Đối với Luật Bảo hiểm xã hội": what bears the name of a body is none
    r"(?<!\w)(?:luật|nghị định|nghị quyết|quỹ|chương trình|đề án|dự án|phong trào|chính sách|chế độ|ngày|tháng|năm|chủ đề)\s+$",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(
    r"(?:Báo(?! chí| cáo)|Đài|Tạp chí|Sở|Ban|Cổng|Trung tâm|Hội|Công an|Bộ|Văn phòng|Liên đoàn|Tỉnh đoàn|UBND|Công ty|Cục|Chi cục|Thông tấn xã|Phòng|Trường|Đoàn|Viện|Ủy ban|Thư viện|Bảo tàng|Bản tin)\b"
)
_CLASS: Final = re.compile(r"(?:Các|các|Những|Toàn thể|cơ quan|Cơ quan)\b|.*\bcác\b")
_SPEAKS: Final = re.compile(
    r"^(?:\s*(?:Đối với|Đề nghị|Yêu cầu|Giao|Trách nhiệm của|Nhiệm vụ của|Phân công|Kính đề nghị|Đồng thời|Riêng|Cùng|-|\+|Phụ trách|(?:Mỗi|Hằng|Hàng)\s+(?:ngày|tuần|tháng|quý)\s*,?|(?:Mỗi|Từng)(?=\s(?!ngày|tuần|tháng|quý|năm|số|kỳ|đợt|huyện|xã|phường|thị trấn)))\s*:?\s*)*"
    # what outlets are owed by their bodies: "Các trang thông tin điện tử, fanpage của Đoàn Thanh niên …"
    r"(?:(?:Các|Hệ thống)?\s*(?:trang|cổng|website|fan\s?page|kênh|tài khoản|truyền thanh|đài truyền thanh|màn hình|bảng)\s[^;:.]{0,90}?\scủa\s+(?=[^;:.]{3}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A group named in a text, and where its name begins."""

    group: str
    start: int


def groups_in(text: str) -> list[Named]:
    """Gives the groups whose bodies a text names, in the order in which they stand; none twice."""
    kept: list[tuple[str, int, int]] = []  # group, and where its name begins and ends
    end = -1
    for start, stop, name in _claims(text):
        placed = _PLACED.match(text, end) if kept else None
        if start < end:
            continue
        if kept and kept[-1][0] == "party_committees" and _WITHIN.fullmatch(text, kept[-1][1], start):
            continue  # "Đảng ủy Công an tỉnh": the Party's committee there
        if kept and name == "organisations" and _OF.fullmatch(text, end, start) and _OFFICE.match(text, kept[-1][1]):
            _give(kept, text, name)
        elif placed is None or placed.start("unit") != start:
            kept.append((name, start, stop))
        elif kept[-1][0] == "departments":
            kept[-1] = (name, kept[-1][1], stop)  # "Trung tâm Y tế các huyện": an office of the districts
        end = stop
    found: dict[str, int] = {}
    for name, start, _ in kept:
        found.setdefault(name, start)
    return [Named(name, start) for name, start in found.items()]


@lru_cache(maxsize=LATELY)
def _claims(text: str) -> tuple[tuple[int, int, str], ...]:
    """Gives where names of bodies begin and end, and their groups."""
    claims = [
        (found.start(), found.end(), name) for name, pattern in _GROUPS.items() for found in pattern.finditer(text)
    ]
    return tuple(sorted(claims, key=lambda claim: (claim[0], -claim[1])))


def _give(kept: list[tuple[str, int, int]], text: str, owner: str) -> None:
    """Gives offices to the body whose they are: "Ban Tuyên giáo, Văn phòng Ủy ban MTTQ tỉnh" are both of the front."""
    behind = None
    for at in range(len(kept) - 1, -1, -1):
        _, start, stop = kept[at]
        if not _OFFICE.match(text, start) or (behind is not None and not _LISTED.fullmatch(text, stop, behind)):
            return
        kept[at] = (owner, start, stop)
        behind = start


def group_of(text: str) -> str:
    """Gives the group that a name stands for: that of its first body; an id made of the name where none is known."""
    named = groups_in(text)
    return named[0].group if named else made_id(text)


def addressed_in(text: str) -> tuple[list[Named], int]:
    """Gives the groups that the beginning of a sentence speaks to, before its first verb, and where that part ends."""
    if _THROUGH.match(text):
        return [], 0
    opening = _SPEAKS.match(text)
    start = opening.end() if opening else 0
    names = _claims(text)  # a name may hold what is a verb elsewhere: "Ban xây dựng Đảng"
    verbs = (
        found.start()
        for found in _VERB.finditer(text, start)
        if not any(a <= found.start() and found.end() <= b for a, b, _ in names)
    )
    end = next(verbs, len(text))
    named = groups_in(text[start:end])
    if not named:
        return [], start
    head = text[start : start + named[0].start]
    if len(head.split()) > 3 or _NO_BODY.search(head):
        return [], start
    return [Named(each.group, each.start + start) for each in named], end


_THROUGH: Final = re.compile(  # begins means, or what is to be told of: "Mô hình trường học không ma túy"
    r"\W*(?:trên|qua|bằng|thông qua|trong|tại|tuyên truyền|mô hình|kết quả|hoạt động|công tác|vai trò|ý nghĩa|thành tựu|phong trào|gương|quy định|tình hình|truyền thống)\b",
    re.IGNORECASE,
)
_VERB: Final = re.compile(
    r"(?:(?<=\s)|(?<=^)):?(?:tăng (?:cường|thời lượng|tần suất|số lượng|lượng|tin)|biểu dương|tôn vinh|nêu (?:bật|gương|rõ)|thông báo|chú trọng|ưu tiên|đổi mới|tuyên truyền|xây dựng|chủ trì|phối hợp|chỉ đạo|tổ chức(?! chính trị| xã hội| đảng|, cá nhân| đoàn|,)|mở|đăng|phát sóng|thực hiện|triển khai|dành|bố trí|"
    r"tiếp tục|chủ động|tập trung|hướng dẫn|ban hành|báo cáo(?! viên)|thường xuyên|căn cứ|theo dõi|kịp thời|đẩy mạnh|có trách nhiệm|xây dựng|tham mưu|"
    r"ít nhất|tối thiểu|mỗi|đưa|phản ánh|thông tin(?=\s+(?:về|các|những|rộng rãi|kịp thời|đầy đủ|thường xuyên|đến|tới|cho|kết quả|tình hình|diễn biến|hoạt động)\s)|giới thiệu|sản xuất|cung cấp|định hướng|quan tâm|nêu cao|bám sát|duy trì|lồng ghép|treo|"
    r"phát huy|vận động|quán triệt|phổ biến|tham gia|cập nhật|tiếp sóng|nâng cao|bảo đảm|đảm bảo|khuyến khích|kiểm tra|đôn đốc|lựa chọn|lãnh đạo|gửi|nghiêm túc|khẩn trương|lập|nắm|biên tập|quản lý|huy động|đề xuất|công khai|niêm yết|tuyên dương|tích cực|phát(?! thanh| triển| hành| hiện)|phát thanh(?=\s+(?:trên|qua|ít nhất|tối thiểu|mỗi|hằng|hàng|nội dung|bằng|\d))|tiếp nhận|đồng hành|truyền hình trực tiếp|tường thuật|đưa tin|thông tin, tuyên truyền)\b|:",
    re.IGNORECASE,
)


def partners_in(text: str) -> tuple[list[Named], int]:
    """Gives the press, if a body is to work together with it, and where its names end: "… phối hợp với Báo Sơn Khê …"."""
    together = _TOGETHER.search(text)
    if together is None:
        return [], 0
    verb = _VERB.search(text, together.end())
    end = verb.start() if verb else len(text)
    named = [each for each in groups_in(text[together.end() : end]) if each.group == "press"]
    return [Named(each.group, each.start + together.end()) for each in named], end


_TOGETHER: Final = re.compile(r"(?<!\w)(?:phối hợp|kết hợp)(?:\s+chặt chẽ)?\s+(?:với|cùng|giữa)?\s*", re.IGNORECASE)


def names_all(text: str) -> bool:
    """Tells words that stand for everybody whom the letter is for: "Đề nghị các cơ quan, đơn vị, địa phương"."""
    return _ALL.fullmatch(text) is not None


def names_units(text: str) -> bool:
    """Tells words that name no body: "Các đơn vị"."""
    return _UNITS_ALONE.fullmatch(text) is not None


_UNITS_ALONE: Final = re.compile(r"\W*(?:các\s+)?(?:cơ quan\s*,\s*)?đơn vị\W*", re.IGNORECASE)
_BODY: Final = r"(?:cơ quan|đơn vị|địa phương|tổ chức|thôn|ban,? ngành|sở,? ngành|đoàn thể|sở,? ban,? ngành)"
_ALL: Final = re.compile(
    rf"\W*(?:(?:đề nghị|yêu cầu|kính đề nghị)\s+)?(?:(?:toàn thể|tất cả)\s+)?các\s+(?:{_BODY}\s*(?:,|và)\s*(?:các\s+)?)*(?:địa phương|thôn)(?:\s+(?:liên quan|có liên quan|nêu trên|trên|căn cứ|nhận được[^,;:.]*))*\W*",
    re.IGNORECASE,
)


def members_of(text: str) -> tuple[str, ...]:
    """Gives the bodies that a name lists one by one; none where it names a class of bodies."""
    text = re.sub(r"\([^)]*\)", "", text).strip(" ;.:")
    parts = [
        part.strip(" .;")
        for part in re.split(r";|,\s*(?=" + _NAMED.pattern + r")|\s+và\s+(?=" + _NAMED.pattern + ")", text)
    ]
    return tuple(part for part in parts if _NAMED.match(part) and not _CLASS.match(part))


def made_id(name: str) -> str:
    """Makes an id of a name: its first words without marks."""
    plain = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
    words = re.findall(r"[a-z0-9]+", "".join(char for char in plain if not unicodedata.combining(char)).lower())
    return "_".join(words[:4]) or "others"


def ids(named: Sequence[Named]) -> tuple[str, ...]:
    """Gives the ids alone."""
    return tuple(each.group for each in named)
