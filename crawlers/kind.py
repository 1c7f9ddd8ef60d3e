"""Says what a page is: an article, a listing of others, a document to download, a section of the site, or nothing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from crawlers.article import PageKind
from crawlers.blocks import Block, Outline
from crawlers.body import Body
from crawlers.dates import find_dates
from crawlers.imprint import is_imprint
from crawlers.prose import is_prose
from crawlers.rows import is_link_title
from crawlers.site import SiteModel, letters, link_key

ARTICLE_CHARS: Final = 80  # characters of lead and body; the shortest real notice read on portals has 95
TOLD_CHARS: Final = 300  # characters; an excerpt above a list is shorter
REGISTER_CHARS: Final = 600  # characters of a legal act's summary
HOME_PATHS: Final = frozenset({"", "index.html", "index.htm", "index.php", "default.aspx", "trang-chu", "home"})
SECTION_CHARS: Final = 300  # characters outside links on a page without paragraphs: tables of people and telephones
LONG_LIST: Final = 8  # linked items; a related list beside an undated article has up to 6
FIELDS: Final = 4  # different labels that make a sheet of fields
STAFF_HEADS: Final = 2  # heads of columns that a table of staff has
PHONES: Final = 4  # telephones and mail addresses, more than paragraphs; a notice names three people to ask
DATED_PHONES: Final = 8  # on a page with a date: a notice may list the stations of the county
ITEM_BLOCKS: Final = 6  # title, date, section, excerpt, link to more: the first item of a list
GONE_CHARS: Final = 400  # characters of a message that the page is gone
ROWS: Final = 3  # linked items that make a list
ROW_CHARS: Final = 20  # characters of a linked item; entries of menus ("Thủ tục hành chính") are shorter

_ATTACHMENT: Final = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|rar|zip|odt|ods|rtf|7z)(?:$|[?#&;])", re.IGNORECASE)
_VIEWER: Final = re.compile(r"docs\.google\.com/(?:viewer|gview)|view\.officeapps|viewerjs|pdfjs|\.pdf", re.IGNORECASE)
_MISSING: Final = re.compile(
    r"\b404\b|not found|không tìm thấy|khong tim thay|không tồn tại|trang (?:web )?(?:này )?không có|đã bị xóa|đang được cập nhật|"
    r"đang cập nhật|nội dung đang|page (?:you|cannot)|under construction|đang xây dựng|has not archived|access denied|forbidden|"
    r"default (?:category )?(?:layout|404|page)|lỗi hệ thống|error occurred|server error|bad gateway|service unavailable",
    re.IGNORECASE,
)
_GONE: Final = re.compile(  # of the text itself, whatever stands around it
    r"has not archived|page (?:is |was )?(?:not (?:found|available)|does not exist)|không tồn tại hoặc|đã bị (?:xóa|gỡ)|"
    r"không tìm thấy (?:trang|nội dung|bài)|(?:trang|nội dung|bài viết) .{0,40}không (?:tồn tại|tìm thấy)",
    re.IGNORECASE,
)
_TEST: Final = re.compile(r"^\W*te+st\b", re.IGNORECASE)
_LEGAL: Final = (
    r"(?:số(?:/| )?k[ýí] hiệu|số hiệu|số văn bản|tên văn bản|trích yếu(?: nội dung)?|ngày ban hành|cơ quan ban hành|loại văn bản|người ký|"
    r"ngày (?:có )?hiệu lực|lĩnh vực|hình thức văn bản|tệp (?:đính kèm|văn bản)|file đính kèm|nội dung văn bản)"
)
_LEGAL_ROW: Final = re.compile(rf"^{_LEGAL}\b", re.IGNORECASE)
_LEGAL_LABEL: Final = re.compile(rf"^{_LEGAL}\s*:?$", re.IGNORECASE)
_LEGAL_HEAD: Final = re.compile(rf"^{_LEGAL}$", re.IGNORECASE)  # forms end their labels with a colon, tables do not
_SECTION_PATH: Final = re.compile(
    r"(?:^|/)(?:(?:contact|about)(?:-us)?(?:/|$)|gioi-?thieu|lien-?he|so-do|co-cau-to-chuc|chuc-nang|sitemap|danh-ba|lich-(?:cong-tac|lam-viec|tiep)|login|"
    r"dang-nhap|search|tim-kiem|rss)(?:-[a-z0-9]+){0,3}(?:\.[a-z]{2,5})?(?:/|$)",  # longer names are titles of articles
    re.IGNORECASE,
)
_FIELD: Final = re.compile(
    r"\W*(?:(?P<procedure>mã (?:số )?thủ tục|trình tự thực hiện|cách thức thực hiện|thành phần(?:, số lượng)? hồ sơ|số lượng hồ sơ|"
    r"thời (?:hạn|gian) giải quyết|đối tượng thực hiện|cơ quan (?:trực tiếp )?thực hiện|cơ quan có thẩm quyền|kết quả thực hiện|"
    r"(?:phí, )?lệ phí|tên mẫu đơn|yêu cầu,? điều kiện|căn cứ pháp lý|cấp thực hiện|mức độ(?: dịch vụ công)?)|"
    r"(?P<person>họ (?:và )?tên|(?:ngày,? tháng,? năm|ngày|năm) sinh|quê quán|nơi sinh|dân tộc|tôn giáo|chức (?:vụ|danh)|học hàm|"
    r"trình độ(?: [\w ]{2,25})?|ngày vào đảng|nơi ở|quá trình công tác|nhiệm vụ(?: được)? phân công))\s*(?::|$)",
    re.IGNORECASE,
)
_STAFF_HEAD: Final = re.compile(
    r"họ (?:và )?tên|chức (?:vụ|danh)|sđt|số điện thoại|điện thoại|di động|e-?mail|thư điện tử", re.IGNORECASE
)
_BINARY: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_PHONE: Final = re.compile(r"\b0\d[\d .]{7,12}\b|@\w+\.")


@dataclass(frozen=True, slots=True)
class Signs:
    """What the judges of a page's kind need to know beside its outline."""

    url: str
    title: str
    title_block: int | None
    sure_title: bool  # links to the page, its address or its metadata agree on the title
    placed_title: bool  # nothing but its place says that it is one
    dated: bool
    marked_article: bool  # metadata calls the page an article
    stated: bool  # the body comes from elsewhere than the page's blocks: pinned, JSON-LD, a last resort
    media: int  # audio and video items
    body: Body | None


@dataclass(frozen=True, slots=True)
class _View:
    """A page with what its judges count on it."""

    page: Outline
    signs: Signs
    site: SiteModel
    own: list[Block]  # neither navigation nor the site's
    text: int  # characters of lead and body
    rows: list[int]  # numbers of the blocks that are titles linked to other pages of the site
    attachments: int  # files that the page itself offers


def page_kind(page: Outline, signs: Signs, site: SiteModel) -> PageKind:
    """Returns the kind of the page: the first judge with an opinion decides."""
    view = _View(
        page=page,
        signs=signs,
        site=site,
        own=[block for block in page.blocks if not block.common and not block.quiet],
        text=_article_chars(signs),
        rows=_row_blocks(page, signs),
        attachments=_attachments(page, signs, site),
    )
    for judge in _JUDGES:
        kind = judge(view)
        if kind is not None:
            return kind
    if signs.title:
        return "article"
    if any(len(block.text) < GONE_CHARS and _GONE.search(block.text) for block in page.blocks):
        return "empty"
    return "listing" if len(view.rows) >= ROWS else "other"


def _stated(view: _View) -> PageKind | None:
    return "article" if view.signs.stated and view.signs.title else None


def _missing(view: _View) -> PageKind | None:
    return "empty" if _is_missing(view.page, view.signs, view.own, view.text) else None


def _home(view: _View) -> PageKind | None:
    parts = urlsplit(view.signs.url)
    at_home = parts.path.strip("/").lower() in HOME_PATHS and not parts.query  # "index.php?id=211" is a page of its own
    return "section" if at_home and not view.signs.dated else None


def _played(view: _View) -> PageKind | None:
    """Knows items of broadcasters: a title and something to play, hardly a word."""
    signs = view.signs
    told = signs.title and (signs.dated or signs.marked_article)
    return "article" if view.text < ARTICLE_CHARS and signs.media and told else None


def _document(view: _View) -> PageKind | None:
    """Knows pages that offer a file under a title, or only the register entry of a legal act."""
    if view.text < ARTICLE_CHARS and 1 <= view.attachments < ROWS and view.signs.sure_title:
        return "document"
    if view.text >= REGISTER_CHARS:
        return None
    bare = [_LEGAL_LABEL.match(block.text) is not None for block in view.own]
    told = sum(
        _LEGAL_ROW.match(block.text) is not None and not (bare[number] and any(bare[number + 1 : number + 2]))
        for number, block in enumerate(view.own)
    )
    return "document" if told >= ROWS else None


def _register(view: _View) -> PageKind | None:
    """Knows registers of legal acts: the heads of their columns stand side by side, without a value between."""
    if view.signs.dated and view.signs.sure_title:
        return None
    for one, other in pairwise(view.page.blocks):
        heads = _LEGAL_HEAD.match(one.text) and _LEGAL_HEAD.match(other.text)
        if heads and _table_row(view.page, one) == _table_row(view.page, other) is not None:
            return "listing"
    return None


def _form(view: _View) -> PageKind | None:
    """Knows sheets of labelled fields: an administrative procedure, or the life of an official."""
    if view.signs.dated and view.signs.marked_article:
        return None
    labels = {
        (name, match[name].lower())
        for block in view.own
        if not block.listed and (match := _FIELD.match(block.text))
        for name in ("person", "procedure")
        if match[name]
    }
    found = Counter(name for name, _ in labels)
    if found["procedure"] >= FIELDS:
        return "document"
    return "section" if found["person"] >= FIELDS and not view.signs.dated else None


def _directory(view: _View) -> PageKind | None:
    """Knows lists of people with their telephones: the page presents the institution, whatever date it bears."""
    own = [block for block in view.own if not block.listed and not is_imprint(block.text)]
    people = len({found for block in own for found in _PHONE.findall(block.text)})
    prose = sum(1 for block in own if is_prose(block))
    heads = {match[0].lower() for block in own if (match := _STAFF_HEAD.fullmatch(block.text))}
    if len(heads) >= STAFF_HEADS and prose <= 1:
        return "section"
    if people < PHONES or people <= prose:
        return None
    return None if view.signs.dated and people < DATED_PHONES else "section"


def _table_row(page: Outline, block: Block) -> int | None:
    index = block.box
    while index >= 0 and page.boxes[index].tag != "tr":
        index = page.boxes[index].parent
    return index if index >= 0 else None


def _listing(view: _View) -> PageKind | None:
    return "listing" if _is_listing(view) else None


def _short(view: _View) -> PageKind | None:
    if view.text >= ARTICLE_CHARS:
        return None
    return "document" if view.attachments and view.signs.title else _wordless(view)


def _section(view: _View) -> PageKind | None:
    return "section" if _is_section(view.page, view.signs, view.site) else None


_JUDGES: Final = (
    _stated,
    _missing,
    _home,
    _played,
    _document,
    _register,
    _form,
    _directory,
    _listing,
    _short,
    _section,
)


def _article_chars(signs: Signs) -> int:
    """Returns the characters of lead and body that do not merely repeat the title."""
    if signs.body is None:
        return 0
    title = letters(signs.title)
    shown = "" if signs.body.lead_source == "meta" else signs.body.lead
    return sum(len(text) for text in (shown, *signs.body.paragraphs) if letters(text) not in title)


def _is_missing(page: Outline, signs: Signs, own: list[Block], text: int) -> bool:
    """Tells whether the page says that it is none, or is not text at all."""
    if not page.blocks:
        return True
    characters = sum(len(block.text) for block in own)
    if text < 400 and _MISSING.search(signs.title):
        return True
    if text < GONE_CHARS and not signs.dated and signs.body and any(map(_GONE.search, signs.body.paragraphs)):
        return True
    if _garbled(" ".join(block.text for block in page.blocks[:40])):
        return True
    said = own if any(len(block.text) >= 40 for block in own) else page.blocks
    return text < 250 and characters < 700 and any(_MISSING.search(block.text) for block in said)


def _garbled(text: str) -> bool:
    """Tells whether the text is binary data: replacement and control characters among it."""
    return len(_BINARY.findall(text)) > 0.05 * len(text)


def _wordless(view: _View) -> PageKind:
    """Returns the kind of a page with a title at most: a list of few items, a media page, or nothing."""
    signs = view.signs
    if _TEST.match(signs.title):
        return "empty"
    if signs.title and signs.dated and signs.body is not None and signs.body.paragraphs and signs.marked_article:
        return "article"
    if signs.dated and signs.sure_title:
        return "empty"
    dated_rows = [index for index in view.rows if find_dates(view.page.blocks[index].text)]
    if len(view.rows) >= ROWS or dated_rows or (view.rows and not signs.title):
        return "listing"
    if not signs.dated and sum(len(block.text) - block.linked for block in view.own) > SECTION_CHARS:
        return "section"
    return "empty"


def _is_listing(view: _View) -> bool:
    """Tells whether most of the page's own text is a run of rows that each link to another item."""
    signs, body, rows = view.signs, view.signs.body, view.rows
    if len(rows) < ROWS or (signs.marked_article and signs.dated):
        return False
    if body is None or not body.paragraphs:
        return not (signs.dated and signs.sure_title)
    if not signs.dated and _is_excerpt(view, body):
        return True
    inside = sum(1 for index in rows if body.first <= index <= body.last)
    prose = sum(1 for index in range(body.first, body.last + 1) if is_prose(view.page.blocks[index]))
    if inside >= ROWS and inside >= 0.5 * prose:
        return True
    if signs.dated and (signs.sure_title or _tells_at_once(view, body)):
        return False
    above = sum(1 for index in rows if index < body.first)
    linked = sum(len(view.page.blocks[index].text) for index in rows)
    return linked > view.text and (len(rows) >= LONG_LIST or signs.title_block is None or above > 0.5 * len(rows))


def _is_excerpt(view: _View, body: Body) -> bool:
    """Tells whether the text belongs to a title above it that leads to another page: the first item of a list."""
    blocks, title = view.page.blocks, view.signs.title_block
    box = view.page.boxes[blocks[body.first].box]
    while (
        box.end - box.start <= ITEM_BLOCKS and box.parent >= 0 and (title is None or not box.start <= title < box.end)
    ):
        if any(index in view.rows for index in range(box.start, body.first)):
            return True
        box = view.page.boxes[box.parent]
    return False


def _tells_at_once(view: _View, body: Body) -> bool:
    """Tells whether a text of some length begins right under the title, no linked item between."""
    title = view.signs.title_block
    if title is None or view.text < TOLD_CHARS:
        return False
    return not any(title < index < body.first for index in view.rows)


def _row_blocks(page: Outline, signs: Signs) -> list[int]:
    """Returns the numbers of the blocks that are titles linked to other pages; menus stand above a sure title."""
    own = link_key(signs.url, signs.url)
    start = signs.title_block + 1 if signs.sure_title and signs.title_block is not None else 0
    found = []
    for index, block in enumerate(page.blocks[start:], start=start):
        if len(block.text) < ROW_CHARS or not is_link_title(block) or not block.hrefs or block.quiet or block.common:
            continue
        if link_key(signs.url, block.hrefs[0]) not in {own, ""}:
            found.append(index)
    return found


def _attachments(page: Outline, signs: Signs, site: SiteModel) -> int:
    """Returns how many files the page itself offers: links to them outside menus and lists, and embedded viewers."""
    shared = site.shared_links
    count = 0
    for block in page.blocks:
        if block.quiet:
            continue
        count += sum(1 for href in block.hrefs if _ATTACHMENT.search(href) and link_key(signs.url, href) not in shared)
    for tag in ("iframe", "embed", "object"):
        for element in page.root.iter(tag):
            count += bool(_VIEWER.search(element.get("src") or element.get("data") or ""))
    return count


def _is_section(page: Outline, signs: Signs, site: SiteModel) -> bool:
    """Tells whether the page presents the institution: undated, without a witness of its title, in the menu, or telephones."""
    if signs.dated or signs.marked_article:
        return False
    if signs.placed_title:
        return True
    if link_key(signs.url, signs.url) in site.menu or _SECTION_PATH.search(urlsplit(signs.url).path):
        return True
    body = signs.body
    if body is None:
        return False
    phones = sum(len(_PHONE.findall(text)) for text in body.paragraphs)
    prose = sum(1 for index in range(body.first, body.last + 1) if is_prose(page.blocks[index]))
    return phones >= PHONES and phones >= prose
