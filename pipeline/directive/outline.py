"""The outline of a letter's body: each sentence under the headings and list elements that it belongs to, and their roles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from pipeline.directive.bodies import addressed_in, made_id
from pipeline.directive.duties import reports
from pipeline.directive.forms import is_capitals
from pipeline.directive.layout import Block
from pipeline.directive.letter import Part
from pipeline.directive.letters import UPPER
from pipeline.directive.parts import ANNEX
from pipeline.directive.phases import names_phase, names_side, opens_phase
from pipeline.directive.verbs import DOES, STARTS_TELL, TELL

Role = Literal["content", "form", "purpose", "slogans", "duties", "time", "means", "none"]

LEAD_WORDS: Final = 8  # of an opening that announces what follows it in the same sentence
HEADING_LENGTH: Final = 180  # characters; longer elements are sentences
ANNOUNCES: Final = re.compile(
    r"(?:tuyên truyền(?!.*(?:thực hiện|triển khai|phối hợp)(?: tốt)?(?: các| một số| những)? (?:nội dung|nhiệm vụ|công việc))|(?<!và )truyền thông|(?<!và )(?<!hóa, )(?<!hoá, )thông tin(?! và truyền thông)|phản ánh)(?:[^.;:]|\([^)]*\)){0,250}?(?:nội dung|như sau|sau đây|về|các vấn đề|chủ đề|chuyên đề|trọng tâm|đợt|giai đoạn)[^.;:]{0,40}:\s*$|nội dung (?:cần )?(?:tập trung )?tuyên truyền[^.;:]{0,40}:\s*$"
    r"|(?<!\w)(?:tin|bài|phóng sự|chuyên (?:trang|mục|đề))\s*,[^.;:]{0,160}?(?:tập trung|về|theo|với|phản ánh)[^.;:]{0,30}\s(?:nội dung|vấn đề|chủ đề|nhóm)[^.;:]{0,30}:\s*$",
    re.IGNORECASE,
)
_DIRECTS_TO: Final = re.compile(  # "Chỉ đạo Sở … định hướng hệ thống thông tin cơ sở tuyên truyền:"
    r"(?:chỉ đạo|định hướng|hướng dẫn|đề nghị|tập trung|tăng cường|đẩy mạnh)\s(?:[^.;:]{0,160}?\s)?(?:tuyên truyền|truyền thông|phổ biến|phản ánh)\s*:\s*$",
    re.IGNORECASE,
)
_TELLS_THROUGH: Final = re.compile(  # "Trước, trong và sau Tuần lễ, tuyên truyền trên trang thông tin điện tử:"
    rf"(?:^|,\s)\W*{TELL}\s+(?:trên|qua)\s[^.;:]{{3,120}}:\s*$", re.IGNORECASE
)
_ASKS: Final = re.compile(rf"\S+\s+\S+\s[^:]*?(?<!\w){TELL}(?!\w)(?P<how>[^.;:]{{0,90}}):\s*$", re.IGNORECASE)
_BY: Final = re.compile(
    r"(?<!\w)(?:hình thức|phương tiện|kênh|bằng|qua|trên|tại|giải pháp|biện pháp)(?!\w)", re.IGNORECASE
)
_TURNS_TO: Final = re.compile(  # "Trong quý II, tập trung vào:"
    r"(?:tập trung|chú trọng|ưu tiên|đi sâu|trọng tâm)(?:\s+(?:vào|là))?(?:\s+(?:các|những)\s+(?:nội dung|vấn đề))?(?:\s+sau)?\s*:\s*$",
    re.IGNORECASE,
)
_EACH_REPORTS: Final = re.compile(  # behind the duties of the last body: "Kết quả đề nghị các đơn vị gửi về Sở …"
    r"(?:kết quả|định kỳ|trước ngày|báo cáo|sau khi)?[^.;:]{0,80}?(?<!\w)các\s+(?:cơ quan|đơn vị|địa phương|sở|ngành)",
    re.IGNORECASE,
)
_CONTENTS: Final = re.compile(
    r"(?:[IVX]+\s*[-.–]\s*|\W*)(?:các |những |một số )?nội dung(?:\s+(?:đề nghị|cần|tập trung|chủ yếu|chính|trọng tâm))*\s+(?:thông tin|tuyên truyền|truyền thông)",
    re.IGNORECASE,
)
_DUTY_OF: Final = re.compile(r"\W*trách nhiệm của\s", re.IGNORECASE)  # "… gia đình, nhà trường trong …;": is told of
_SPEAKING: Final = re.compile(
    r"\s(?:đề nghị|yêu cầu|hướng dẫn|lưu ý)(?:\s+như sau)?\s*:\s*$", re.IGNORECASE
)  # of those who ask
_THING: Final = re.compile(  # what is told of, though it has a word of other sections in it
    r"(?!.*(?:tuyên truyền|truyền thông|thông tin))(?:(?:các|những)\s+biện pháp\s|\W*(?:\S+\s+){0,4}(?:quan điểm|mục tiêu)\s+(?:của|về|xây dựng|phát triển|chỉ đạo của)\s|\W*(?:phương thức|thủ đoạn|âm mưu))",
    re.IGNORECASE,
)
_MEANS: Final = re.compile(
    r"\W*(?:(?:và\W+)?(?:đối tượng|phạm vi|địa điểm|thành phần|kinh phí|nguồn lực|tuyên truyền|truyền thông|thực hiện|tổ chức|tham gia|tiến độ|lộ trình|triển khai|thời gian|hình thức)\W*)+",
    re.IGNORECASE,
)
_TASKS: Final = re.compile(r"^(?!.*(?:tổ chức thực hiện|phân công)).*(?:nhiệm vụ|giải pháp)", re.IGNORECASE)
_THEME: Final = re.compile(r"\W*(?:về )?(?:chủ đề|thông điệp|khẩu hiệu)(?!\w)", re.IGNORECASE)  # and its words, quoted
ABBREVIATIONS: Final = re.compile(
    rf"(?:\b(?:TP|TT|Tp|tp|PGS|GS|TS|ThS|Th\.S|BS|ĐC|Đ/c|đ/c|St|No|Q|P|tr|NXB|v\.v|KT|TM|TL|TUQ)|(?<![\w])[{UPPER}])\.$"
)
_END: Final = re.compile(rf"(?:\./\.|[.?!…]+[\"”’)]*)(?=\s+[\"“(]?(?:[{UPPER}\d]|[-+•]\s))")
_PATTERNS: Final[tuple[tuple[Role, str], ...]] = (
        ("content", r"^\W*(?:các |những |một số )?nội dung(?!.*(?:kinh phí|khẩu hiệu))(?: (?:trọng tâm|tuyên truyền|cụ thể|chính|riêng|chủ yếu)){0,2} (?:gắn với|cho|đối với|theo|dành cho)"),
        ("slogans", r"khẩu hiệu(?! hành động)|(?:nội dung|vấn đề|thông tin)\s(?:cần\s)?(?:lưu ý|hạn chế|không (?:đưa|đăng|tuyên truyền|thông tin))"),
        ("means", r"^\W*(?:tiến độ|lộ trình)|kinh phí|nguồn lực|kiểm tra, giám sát|khen thưởng|chế độ (?:thông tin|báo cáo)|địa điểm|đối tượng|phạm vi|thành phần|công tác chuẩn bị"),
        ("content", r"nội dung|(?:chủ đề|trọng tâm|đề tài|chủ điểm|nhiệm vụ) (?:tuyên truyền|thông tin|trọng tâm tuyên truyền)|^\W*(?:tập trung |tiếp tục |đẩy mạnh |tăng cường )*(?:tuyên truyền|thông tin|phản ánh)(?: về| các| trọng tâm| tập trung| những)*\s*:?$"),
        ("purpose", r"mục đích|mục tiêu|^\W*yêu cầu\W*$|quan điểm|phương châm chỉ đạo|mục đích.{0,4}yêu cầu|^\W*(?:bối cảnh|tình hình|đặc điểm)"),
        ("form", r"hình thức|phương thức|biện pháp|phương pháp|phương tiện|kênh tuyên truyền|loại hình"),
        ("duties", r"^\W*báo cáo\W*$|tổ chức thực hiện|phân công|trách nhiệm (?:của|thực hiện|thi hành)|phân công|nhiệm vụ(?! chính trị)|giải pháp|tiến hành"),
        ("time", r"thời gian|(?:các|theo) (?:đợt|giai đoạn)|thời điểm"),
)  # fmt: skip
_ROLES: Final = [(role, re.compile(pattern, re.IGNORECASE)) for role, pattern in _PATTERNS]


@dataclass(slots=True)
class Node:
    """A list element, a heading, or the body itself: what it says first, and what it hands down to what is under it."""

    kind: str
    sign: str
    parent: Node | None
    title: str = ""
    role: Role = "none"  # of its own; none: that of its parent
    phase: str | None = None
    groups: tuple[str, ...] = ()
    children: int = 0
    block: Block | None = None
    statements: int = 0

    def inherited_role(self) -> Role:
        """Gives the nearest role."""
        node: Node | None = self
        while node is not None:
            if node.role != "none":
                return node.role
            node = node.parent
        return "none"

    def inherited_phase(self) -> str | None:
        """Gives the nearest phase."""
        node: Node | None = self
        while node is not None:
            if node.phase is not None:
                return node.phase
            node = node.parent
        return None

    def inherited_groups(self) -> tuple[str, ...]:
        """Gives the nearest addressees."""
        node: Node | None = self
        while node is not None:
            if node.groups:
                return node.groups
            node = node.parent
        return ()

    def path(self) -> Iterator[Node]:
        """Yields the nodes from the outermost to this one, without the body itself."""
        nodes = []
        node: Node | None = self
        while node is not None and node.parent is not None:
            nodes.append(node)
            node = node.parent
        yield from reversed(nodes)


@dataclass(slots=True)
class Statement:
    """One sentence of the body, or a heading, with its place in the outline."""

    block: Block
    start: int  # in the block's text
    end: int
    node: Node
    part: Part
    heading: bool = False
    number: int = 0  # among the sentences of its node, from 1; 0 for a heading
    clause: str = ""
    before_table: bool = False

    @property
    def text(self) -> str:
        """The words without the marker."""
        return self.block.text[self.start : self.end].strip()


@dataclass(slots=True)
class Outline:
    """All sentences of the body in their order."""

    root: Node
    statements: list[Statement] = field(default_factory=list)


def outline_of(blocks: Sequence[Block], parts: Sequence[Part]) -> Outline:
    """Puts the blocks of the body under each other by their markers. Tables are not in it."""
    outline = Outline(Node("body", "", None))
    stack = [outline.root]
    announced: set[int] = set()  # identities of nodes under which contents follow
    given: list[Node] = []  # nodes that hold contents because such a sentence stands before them
    for block, part, following in zip(blocks, parts, _followers(blocks), strict=True):
        if part not in {"content", "heading", "preamble", "closing"} or block.cell is not None:
            continue
        node, fresh = _place(stack, block, part)
        heading = fresh and _is_heading(block, following)
        if not fresh and _titles_annex(node, block):
            node.role, heading = role_of(block.text), True
        announces = any(each.search(block.text) for each in (ANNOUNCES, _TELLS_THROUGH, _DIRECTS_TO))
        if not fresh:
            announced = {id(node)} if announces else set()
        elif announces and not heading:  # "2. … nghiêm Kết luận số 65-KL/TW. Tập trung tuyên truyền các nội dung:"
            announced.add(id(node))
        if fresh:
            node.block = block
            node.title = block.text[block.body :].strip()
            if not heading:
                node.role = lead_role(block, block.body)
            else:
                _learn_heading(node)
            plain = node.role == "none" or (node.role == "time" and names_phase(node.title))
            if id(node.parent) in announced and plain and not _asks_named(node.title):
                node.role = "content"
                given.append(node)
        _state(outline, node, block, part, heading=heading)
        outline.statements[-1].before_table = following is not None and following.cell is not None
    _take_back(given, outline)
    _number(outline)
    return outline


def _take_back(given: Sequence[Node], outline: Outline) -> None:
    """Takes the contents from sections beside one that is called so: the letter announced the whole, not each of them."""
    called = {id(each.node.parent) for each in outline.statements if each.heading and _CONTENTS.match(each.node.title)}
    for node in given:
        if id(node.parent) in called and not _CONTENTS.match(node.title):
            node.role = role_of(node.title)


def _titles_annex(node: Node, block: Block) -> bool:
    """Tells the line under "PHỤ LỤC" that says what the annex holds."""
    return (
        node.role == "none"
        and not node.children
        and ANNEX.match(node.title) is not None
        and len(block.text) <= HEADING_LENGTH
        and not block.text.endswith((".", ";", ":", ")"))
    )


def _followers(blocks: Sequence[Block]) -> list[Block | None]:
    """Gives the text behind each block."""
    made: list[Block | None] = []
    behind: Block | None = None
    for block in reversed(blocks):
        made.append(behind)
        behind = block if block.kind == "text" else behind
    return made[::-1]


def _learn_heading(node: Node) -> None:
    """Learns what a heading announces, and to whom it speaks."""
    node.role = role_of(node.title)
    named, end = ([], 0) if _SPEAKING.search(node.title) else addressed_in(node.title)
    does = any(each.match(node.title[end:]) for each in (STARTS_TELL, DOES))
    asked = does or node.role != "content"  # else it is about them
    speaks = tuple(each.group for each in named) if asked else ()
    asks = _ASKS.match(node.title)
    above = node.parent.inherited_role() if node.parent else "none"
    if above == "content" and node.role == "duties" and not speaks and _TASKS.search(node.title):
        node.role = "none"  # tasks are told of: "Nhiệm vụ, giải pháp 6 tháng cuối năm"
    told = _THING.match(node.title) or (node.role == "means" and not _MEANS.fullmatch(node.title))
    if above == "content" and node.role in {"purpose", "form", "means"} and told:
        node.role = "none"  # "Quan điểm của Đảng về …", "Các biện pháp sử dụng điện an toàn", "Phạm vi sửa đổi, gồm"
    if (asks and not _BY.search(asks["how"]) and node.role in {"none", "time", "duties"}) or (
        names_side(node.title) and node.role in {"none", "time"} and above in {"none", "time"}
    ):
        node.role = "content"
    if node.role in {"none", "time"} and above == "time" and opens_phase(node.title):
        node.role = "content"  # a section of waves, each with its contents under it
    if node.role == "none" and names_phase(node.title) and _TURNS_TO.search(node.title):
        node.role = "content"
    node.groups = speaks


def _place(stack: list[Node], block: Block, part: Part) -> tuple[Node, bool]:
    """Gives the node of a block, and whether the block opens it; shortens and lengthens the stack."""
    mark = block.mark
    if mark is None:
        return _place_unmarked(stack, block, part)
    like = [node.kind == mark.kind and (mark.kind != "bullet" or node.sign == mark.sign) for node in stack]
    if any(like):
        del stack[like.index(True) :]
    return _push(stack, mark.kind, mark.sign), True


def _place_unmarked(stack: list[Node], block: Block, part: Part) -> tuple[Node, bool]:
    """Gives the node of a block without a marker: a heading in capitals, a phase, or more of what stands above."""
    if part == "closing":
        del stack[1:]
        return stack[0], False
    capitals = is_capitals(block.text)
    if capitals or ANNEX.match(block.text):
        while len(stack) > 1 and (stack[-1].kind != "capitals" or ANNEX.match(block.text)):
            stack.pop()
        if len(stack) > 1:
            stack.pop()
        return _push(stack, "capitals", block.text[:40]), True
    if opens_phase(block.text):
        kinds = [node.kind for node in stack]
        del stack[kinds.index("phase") if "phase" in kinds else len(stack) :]  # its contents may be counted
        while stack[-1].kind in {"dash", "plus", "bullet", "hollow", "phase"}:
            stack.pop()
        return _push(stack, "phase", made_id(re.split(r"[:(,–]", block.text)[0])), True
    _leave_elements(stack, block.text)
    return stack[-1], False


def _leave_elements(stack: list[Node], text: str) -> None:
    """Shortens the stack by the elements that a paragraph without a marker does not go on with."""
    if _sentence_over(stack[-1]) and _asks_bodies(text):
        stack.pop()
    if not text[:1].islower():
        while stack[-1].kind in {"dash", "plus", "bullet", "hollow"} and not _open(stack[-1]):
            stack.pop()
        while _phase_over(stack[-1]) and not STARTS_TELL.match(text):
            stack.pop()
        each = stack[-1].groups and _EACH_REPORTS.match(text)
        if stack[-1].children and (each or stack[-1].role == "slogans") and reports(text):
            stack.pop()


def _sentence_over(node: Node) -> bool:
    """Tells a counted element that is a sentence and no heading: it ended with its own paragraph."""
    return node.block is not None and node.block.mark is not None and node.block.text.endswith((".", ";"))


def _asks_bodies(text: str) -> bool:
    """Tells a paragraph that says what certain bodies are to do."""
    named, end = addressed_in(text)
    return bool(named) and end < len(text)


def _asks_named(title: str) -> bool:
    """Tells a heading that names bodies, or a sentence that asks something of them; not one that is about them."""
    named, end = addressed_in(title)
    told_of = _DUTY_OF.match(title) and title.rstrip().endswith((".", ";")) and not title[end:].startswith(":")
    return bool(named) and not told_of


def _phase_over(node: Node) -> bool:
    """Tells a phase whose contents were listed: a plain paragraph behind the list is of the whole."""
    return node.children > 0 and node.block is not None and names_phase(node.title)


def _open(node: Node) -> bool:
    """Tells an element that ends with a colon and has nothing under it yet: what follows is its."""
    return node.block is not None and node.block.text.endswith(":") and not node.children


def _push(stack: list[Node], kind: str, sign: str) -> Node:
    parent = stack[-1]
    parent.children += 1
    node = Node(kind, sign, parent)
    stack.append(node)
    return node


def _is_heading(block: Block, following: Block | None) -> bool:
    """Tells headings and openings of lists from sentences."""
    words = block.text[block.body :].strip()
    if is_capitals(words):
        return True
    if words.endswith(":") and len(words) <= 2 * HEADING_LENGTH and not sentences_in(block)[1:]:
        return True
    if block.mark is None and following is not None and following.mark is not None and not words.endswith((".", ";")):
        return len(words) <= HEADING_LENGTH  # a phase without a marker, and its list
    counted = block.mark is not None and block.mark.counted
    if not counted or len(words) > HEADING_LENGTH or words.endswith((".", ";", ",", "…")) or following is None:
        return False
    deeper = following.mark is None or following.mark.kind != block.mark.kind if block.mark else False
    return deeper and (following.cell is not None or len(following.text) > 0)


def lead_role(block: Block, start: int) -> Role:
    """Gives what the words before the first colon announce: "Thời gian: từ ngày …"; none where they are many."""
    lead, colon, behind = block.text[start:].partition(":")
    role = role_of(lead) if colon and len(lead.split()) <= LEAD_WORDS else "none"
    if colon and _THEME.match(lead) and behind.lstrip().startswith(("“", '"', "«")):
        return "slogans"
    if role == "purpose" and addressed_in(behind.strip())[0]:
        return "none"  # "Yêu cầu: Báo Sơn Khê đăng …"
    return "none" if role == "time" and STARTS_TELL.match(behind) else role  # "Thời gian còn lại: tuyên truyền …"


def role_of(title: str) -> Role:
    """Gives what a heading announces."""
    return next((role for role, pattern in _ROLES if pattern.search(title)), "none")


def sentences_in(block: Block) -> list[tuple[int, int]]:
    """Cuts a block into sentences; the first begins behind the marker."""
    text, start = block.text, block.body
    cuts = []
    for found in _END.finditer(text, start):
        before = text[start : found.end()]
        if found[0].startswith(".") and found[0] != "./." and ABBREVIATIONS.search(before.split(" ")[-1]):
            continue
        if re.search(r"\b\d{1,2}\.$", before) and not re.match(rf"\s+[{UPPER}]", text[found.end() :]):
            continue
        if before.count("(") > before.count(")") or before.count("“") > before.count("”"):
            continue
        cuts.append((start, found.end()))
        start = found.end()
    if text[start:].strip():
        cuts.append((start, len(text)))
    return cuts or [(block.body, len(text))]


def _state(outline: Outline, node: Node, block: Block, part: Part, *, heading: bool) -> None:
    if heading:
        outline.statements.append(Statement(block, block.body, len(block.text), node, "heading", heading=True))
        return
    for start, end in sentences_in(block):
        node.statements += 1
        outline.statements.append(Statement(block, start, end, node, part, number=node.statements))


def signs(node: Node) -> tuple[str, ...]:
    """Gives the numbering of a node as people cite it: "1", "a", "-2"; dashes above letters and numbers are left out."""
    path = [each for each in node.path() if each.kind != "capitals" or each.parent is None]
    last = max(
        (number for number, each in enumerate(path) if each.kind not in {"dash", "plus", "bullet", "hollow"}), default=0
    )
    kept = [
        each
        for number, each in enumerate(path)
        if number >= last or each.kind not in {"dash", "plus", "bullet", "hollow"}
    ]
    written: list[str] = []
    for each in kept:
        if written and each.sign.startswith(f"{written[-1]}."):
            written.pop()  # "1.2" says "1" itself
        written.append(each.sign)
    return tuple(written)


def _number(outline: Outline) -> None:
    """Counts dashes, and gives every sentence its clause; no two nodes have the same."""
    counts: Counter[tuple[int, str]] = Counter()
    seen: set[int] = set()
    taken: dict[str, int] = {}
    for statement in outline.statements:
        for node in statement.node.path():
            if id(node) in seen:
                continue
            seen.add(id(node))
            if node.kind in {"dash", "plus", "bullet", "hollow"}:
                counts[id(node.parent), node.kind] += 1
                node.sign = f"{node.sign}{counts[id(node.parent), node.kind]}"
        clause = ".".join(signs(statement.node)) or "0"
        clause = clause if clause[0].isalnum() or clause[0] == "(" else f"0.{clause}"
        if taken.setdefault(clause, id(statement.node)) != id(statement.node):
            clause = ".".join(each.sign for each in statement.node.path())
            taken.setdefault(clause, id(statement.node))
        statement.clause = (
            f"{clause}.{statement.number}" if statement.node.statements > 1 and statement.number else clause
        )
