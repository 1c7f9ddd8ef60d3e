"""Finds the text of an article on a page: the box that holds its paragraphs, without what the site put around and between."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crawlers.blocks import Block, Box, Outline
from crawlers.rows import LINK_TITLE, MIN_ROWS, is_link_title
from crawlers.site import SiteModel, letters

PROSE_CHARS: Final = 40  # characters of unlinked text from which a block counts as a paragraph
PROSE_WORDS: Final = 8  # words; labels of forms and tables have fewer
UNSPACED: Final = 25  # characters per word from which a script has no spaces; Vietnamese has 4, German 7
DOMINANT: Final = 0.72  # share of the prose that one child box must hold for the search to go into it
TEASER_BLOCKS: Final = 4  # label, title, excerpt, date
TEASER_CHARS: Final = 600
MAX_LATER: Final = 12  # paragraphs looked at
LEAD_REACH: Final = 12  # blocks between title and body: date, author, share buttons, lead
ENOUGH_PROSE: Final = 80  # characters that make a page more than its comments
FAR_CHARS: Final = 600  # characters; more below a list is an article under a table of contents
IMPRINT_CHARS: Final = 400  # characters of one line about the publisher
MINOR: Final = 0.5  # a box that its markup calls junk is believed when it holds less than this share of the prose

_JUNK: Final = re.compile(
    r"(?:^|[\s_-])(?:related?|relate\w*|lien-?quan|tin-?(?:khac|lienquan|lq|moi|cu|noibat)|tinkhac|other|others|xem-?them|readmore|read-more|"
    r"more-news|morenews|comments?\w*|binh-?luan|respond|disqus|shar(?:e|ing)\w*|social\w*|addthis\w*|sharedaddy|like-?box|breadcrumbs?|"
    r"footer|menu|nav|navbar|navigation|pagination|pager|sidebar|tags?|tag-?(?:list|box|cloud)|keywords?|hashtag|advert\w*|ads?|"
    r"adsbygoogle|banner|sponsor\w*|promo\w*|newsletter|subscri\w*|signup|popup|modal|cookie\w*|widget|rating|vote|toolbar|tools|print|"
    r"author-?(?:box|bio|info)|bio|recommend\w*|suggest\w*|trending|most-?read|popular|outbrain|taboola\w*|byline|meta|entry-meta|post-meta|"
    r"caption|figcaption|credit|copyright|disclaimer|login|search\w*|counter|luot-?xem|viewcount|feedback|contact-form|dateline|"
    r"contextmenu|audio-?player|player|jp-relatedposts|box-?tin\w*|boxtin\w*|tin-?lien-?quan\w*|relatedNews|VCSortableInPreviewMode.*relate)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_IMPRINT: Final = re.compile(
    r"^\W*(?:cơ quan (?:chủ quản|quản lý)|(?:người )?chịu trách nhiệm|giấy phép|gpxb|tổng biên tập|địa chỉ\s*:|trụ sở|toà? soạn|điện thoại|"
    r"hotline|e-?mail\s*:|bản quyền|©|copyright|thiết kế (?:bởi|và)|designed|powered by)|ghi rõ nguồn|all rights reserved|giữ bản quyền",
    re.IGNORECASE,
)
_COMMENTS: Final = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|disqus_thread|respond|binh-?luan|y-?kien-?ban-?doc)(?:$|[\s_-])"
)
_CAPTION: Final = re.compile(r"caption|chu-?thich|desc_image|photo-?cms|image-?note|credit", re.IGNORECASE)
_LEAD_LABEL: Final = re.compile(
    r"(?:^|[\s_-])(?:sapo\w*|lead\w*|chapeau|summary\w*|standfirst|tom-?tat|trich-?yeu|dek|excerpt|intro\w*|teaser|abstract|"
    r"(?:sub|short|article|post|detail|news|lv|entry)_?-?desc\w*|desc\w*|mo-?ta|quote-?sapo|sub-?head\w*|sub-?title|hometext|bodytext-?lead)(?:$|[\s_-])|"
    r"sapo|description",
    re.IGNORECASE,
)
_SOURCE_LINE: Final = re.compile(
    r"^\W*(?:theo|nguồn(?: tin)?|tác giả|tin(?:, | và )?ảnh|tin,|tin bài|bài|ảnh|biên tập|thực hiện|pv|xem chi tiết|chi tiết|tải về|"
    r"file đính kèm|tệp đính kèm|đính kèm|số lượt|lượt xem|lượt|từ khóa|tags?|chia sẻ|in bài|bản in|quay lại|về trang trước|gửi email|"
    r"bình luận|ý kiến|xem thêm|đọc thêm|var )\b",
    re.IGNORECASE,
)
_CHROME: Final = re.compile(
    r"^(?:share|tweet|print|email|e-mail|advertisement|quảng cáo|read more|related|comments?|tags?|follow us|subscribe|sign up|loading.*|"
    r"facebook|twitter|zalo|linkedin|pinterest|whatsapp|copy link|sao chép|chia sẻ|in bài viết|bình luận|lưu bài|theo dõi|"
    r"(?:số )?lượt (?:người )?xem.*|đã xem.*|trở lại|quay lại|về trang trước|gửi bài viết.*|bản in|xem theo ngày.*|\W*|"
    r"\d+|aa+|a[+-]|image (?:copyright|caption).*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs of an article in order, and its lead where the page sets one apart."""

    paragraphs: tuple[str, ...]
    lead: str
    lead_source: str
    box: int | None
    first: int  # number of the first block kept, -1 where none is
    last: int

    @property
    def text(self) -> str:
        """The paragraphs, one per line."""
        return "\n".join(self.paragraphs)


def is_prose(block: Block) -> bool:
    """Tells whether a block reads like a paragraph: words that are no links."""
    free = len(block.text) - block.linked
    words = block.text.count(" ") + 1
    wordy = words >= PROSE_WORDS or len(block.text) > UNSPACED * words  # Japanese and Chinese put no spaces
    return free >= PROSE_CHARS and block.link_ratio < 0.5 and wordy


def find_body(
    page: Outline, title: int | None, date: int | None, site: SiteModel, descriptions: Sequence[str] = ()
) -> Body | None:
    """Returns the article text of the page, or None where no box holds any."""
    sums = _sums(_weights(page, title, site))
    box = _main_box(page, sums)
    if box is None:
        return None
    kept = _kept(page, box, sums, site, title, date)
    if _far_below(page, kept, title):
        return None
    lead, lead_source, lead_blocks = _lead(page, kept, title, date, site, descriptions)
    body = _trimmed(page, [index for index in kept if index not in lead_blocks])
    texts = [page.blocks[index].text for index in body]
    if texts and lead and letters(texts[0]) == letters(lead):
        texts, body = texts[1:], body[1:]
    if not texts and not lead:
        return None
    first, last = (body[0], body[-1]) if body else (-1, -1)
    return Body(tuple(texts), lead, lead_source, box, first, last)


def _far_below(page: Outline, kept: list[int], title: int | None) -> bool:
    """Tells whether little text stands below lists that follow the title: a footer, no article."""
    if title is None or not kept or sum(len(page.blocks[index].text) for index in kept) > FAR_CHARS:
        return False
    between = range(title + 1, kept[0])
    return sum(1 for index in between if page.listed[index] or is_link_title(page.blocks[index])) >= MIN_ROWS


def _weights(page: Outline, title: int | None, site: SiteModel) -> list[float]:
    """Returns for each block how much it speaks for an article.

    What follows the title up to the next list counts double; readers' comments count only where nothing else does.
    """
    weights = [_weight(page, index, site) for index in range(len(page.blocks))]
    for index in _under_title(page, title):
        weights[index] *= 2
    spoken = list(weights)
    for box in page.boxes:
        if _COMMENTS.search(box.label):
            spoken[box.start : box.end] = [0.0] * (box.end - box.start)
    return spoken if sum(spoken) >= ENOUGH_PROSE else weights


def _under_title(page: Outline, title: int | None) -> range:
    """Returns the numbers of the blocks between the title and the first list of other items below it."""
    if title is None:
        return range(0)
    stop = title + 1
    while stop < len(page.blocks) and not all(page.listed[stop : stop + MIN_ROWS]):
        stop += 1
    return range(title + 1, stop)


def _sums(weights: Sequence[float]) -> list[float]:
    sums = [0.0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    return sums


def _weight(page: Outline, index: int, site: SiteModel) -> float:
    block = page.blocks[index]
    if page.listed[index] or not is_prose(block) or page.boxes[block.box].quiet or site.is_common(block):
        return 0.0
    if _IMPRINT.search(block.text) and len(block.text) < IMPRINT_CHARS:
        return 0.0
    return float(len(block.text) - block.linked)


def _main_box(page: Outline, sums: Sequence[float]) -> int | None:
    """Returns the smallest box that holds the dominant part of the prose, found by going down from the outermost."""
    if not page.boxes or sums[-1] <= 0:
        return None
    children: dict[int, list[int]] = {}
    for index, box in enumerate(page.boxes):
        children.setdefault(box.parent, []).append(index)
    current = 0
    while True:
        held = _prose(page.boxes[current], sums)
        best = max(children.get(current, ()), key=lambda child: _value(page, child, sums), default=None)
        if best is None or _prose(page.boxes[best], sums) < DOMINANT * held:
            return current
        if page.boxes[best].tag in {"p", "h1", "h2", "h3", "li", "blockquote"}:
            return current
        current = best


def _value(page: Outline, index: int, sums: Sequence[float]) -> float:
    box = page.boxes[index]
    held = _prose(box, sums)
    return (
        held * 0.3 if _JUNK.search(box.label) and re.search(r"comment|binh-?luan|relat|lien-?quan", box.label) else held
    )


def _prose(box: Box, sums: Sequence[float]) -> float:
    return sums[box.end] - sums[box.start]


def _kept(
    page: Outline, main: int, sums: Sequence[float], site: SiteModel, title: int | None, date: int | None
) -> list[int]:
    """Returns the numbers of the blocks inside the main box that belong to the article."""
    box = page.boxes[main]
    total = max(_prose(box, sums), 1.0)
    dropped = [False] * (box.end - box.start)
    for index in range(main + 1, len(page.boxes)):
        inner = page.boxes[index]
        if inner.start >= box.end:
            break
        holds_title = title is not None and inner.start <= title < inner.end
        if inner.end > inner.start and not holds_title and _is_junk(page, inner, sums, total):
            dropped[inner.start - box.start : inner.end - box.start] = [True] * (inner.end - inner.start)
    kept = []
    after_title = title if title is not None and box.start <= title < box.end else box.start - 1
    for index in range(box.start, box.end):
        block = page.blocks[index]
        if dropped[index - box.start] or index == date or index <= after_title:
            continue
        if page.listed[index]:
            dropped[index - box.start] = True
            continue
        if site.is_common(block) or _CHROME.match(block.text) or _is_link_line(block):
            dropped[index - box.start] = True
            continue
        if len(block.text) < 150 and _CAPTION.search(block.label):
            continue
        kept.append(index)
    return _without_orphans(page, kept, dropped, box.start)


def _is_junk(page: Outline, box: Box, sums: Sequence[float], total: float) -> bool:
    if box.quiet:
        return True
    share = _prose(box, sums) / total
    if share < MINOR and (_JUNK.search(box.label) or box.tag in {"figcaption", "form"}):
        return True
    return share < MINOR and (_is_link_list(page, box) or _is_teaser(page, box))


def _is_teaser(page: Outline, box: Box) -> bool:
    """Tells whether a box inside the article shows one other item: a linked title and an excerpt."""
    if box.tag in {"p", "blockquote"} or not 1 < box.end - box.start <= TEASER_BLOCKS:
        return False
    blocks = page.blocks[box.start : box.end]
    return any(is_link_title(block) for block in blocks) and sum(len(block.text) for block in blocks) <= TEASER_CHARS


def _is_link_list(page: Outline, box: Box) -> bool:
    """Tells whether a box is a list of links to other items."""
    blocks = page.blocks[box.start : box.end]
    links = [block for block in blocks if block.link_ratio > 0.7 and len(block.text) >= LINK_TITLE]
    if len(links) < 2:
        return False
    characters = sum(len(block.text) for block in blocks)
    return sum(len(block.text) for block in links) > 0.5 * characters


def _is_link_line(block: Block) -> bool:
    return block.link_ratio > 0.8 and len(block.text) >= LINK_TITLE and not block.text.startswith("http")


def _without_orphans(page: Outline, kept: list[int], dropped: list[bool], start: int) -> list[int]:
    """Drops headings whose list was dropped ("Tin liên quan")."""
    result = []
    for index in kept:
        following = index + 1 - start
        block = page.blocks[index]
        label_like = len(block.text) < 60 and not re.search(r"[.!?…\"”]$", block.text)
        if label_like and following < len(dropped) and dropped[following] and not is_prose(block):
            gone = page.blocks[index + 1]
            if _is_link_line(gone) or page.heading(block):
                continue
        result.append(index)
    return result


def _lead(
    page: Outline, kept: list[int], title: int | None, date: int | None, site: SiteModel, descriptions: Sequence[str]
) -> tuple[str, str, set[int]]:
    """Returns the lead, where it was found, and the blocks it takes from the body."""
    labelled = _labelled_lead(page, kept, title, date, site) or _unlabelled_lead(page, kept, title, date, site)
    if labelled is not None:
        return labelled
    if kept:
        first = page.blocks[kept[0]]
        bold_lead = first.bold and is_prose(first) and len(first.text) >= 60
        if bold_lead and len(kept) > 1 and not page.blocks[kept[1]].bold:
            return first.text, "bold", {kept[0]}
    return _described_lead(page, kept, title, descriptions)


def _labelled_lead(
    page: Outline, kept: list[int], title: int | None, date: int | None, site: SiteModel
) -> tuple[str, str, set[int]] | None:
    start = title + 1 if title is not None else (kept[0] if kept else 0)
    stop = kept[min(2, len(kept) - 1)] + 1 if kept else start + 12
    found: list[int] = []
    for index in range(start, min(stop, start + 25, len(page.blocks))):
        block = page.blocks[index]
        if (
            len(block.text) < 20
            or block.link_ratio > 0.5
            or page.listed[index]
            or index == date
            or site.is_common(block)
        ):
            continue
        name = _lead_name(page, block, kept, site)
        if name and (not found or name == _lead_name(page, page.blocks[found[0]], kept, site)):
            found.append(index)
        elif found:
            break
    if not found or len(found) > 4 or _goes_on(page, found, kept, site):
        return None
    return " ".join(page.blocks[index].text for index in found), "label", set(found)


def _goes_on(page: Outline, found: list[int], kept: list[int], site: SiteModel) -> bool:
    """Tells whether the body goes on under the name of the lead: then it names paragraphs, not the lead."""
    own = _lead_name(page, page.blocks[found[0]], kept, site)
    later = [page.blocks[index] for index in kept if index > found[-1] and is_prose(page.blocks[index])]
    return any(_lead_name(page, block, kept, site) == own for block in later[:MAX_LATER])


def _unlabelled_lead(
    page: Outline, kept: list[int], title: int | None, date: int | None, site: SiteModel
) -> tuple[str, str, set[int]] | None:
    """Returns the paragraph that stands alone between the title and the box of the body."""
    if title is None or not kept or kept[0] - title > LEAD_REACH:
        return None
    found = [
        index
        for index in range(title + 1, kept[0])
        if index != date and _weight(page, index, site) > 0 and not _CAPTION.search(page.blocks[index].label)
    ]
    if len(found) != 1:
        return None
    return page.blocks[found[0]].text, "place", set(found)


def _lead_name(page: Outline, block: Block, kept: list[int], site: SiteModel) -> str:
    """Returns what the markup calls the lead, or "" for blocks that are none."""
    if site.lead_paths.get(block.path, 0.0) > 0.3:
        return "learnt"
    if _LEAD_LABEL.search(block.label):
        return block.label
    index = block.box
    for _ in range(3):
        box = page.boxes[index]
        inside = sum(1 for number in kept if box.start <= number < box.end)
        if inside > 4:
            return ""
        if _LEAD_LABEL.search(box.label):
            return box.label
        index = box.parent
        if index < 0:
            return ""
    return ""


def _described_lead(
    page: Outline, kept: list[int], title: int | None, descriptions: Sequence[str]
) -> tuple[str, str, set[int]]:
    """Looks for the page's description: shown apart above the body, or nowhere; a quoted first paragraph stays where it is."""
    whole = [description for description in descriptions if not re.search(r"(?:\.\.\.|…|\[…\])\s*$", description)]
    start = title + 1 if title is not None else max(0, (kept[0] if kept else 0) - 12)
    for description in descriptions:
        wanted = letters(re.sub(r"(?:\.\.\.|…)\s*$", "", description))
        if len(wanted) < 30:
            continue
        for index in range(start, kept[0] if kept else start):
            own = letters(page.blocks[index].text)
            if own and (own == wanted or (own.startswith(wanted[:60]) and len(own) < 2 * len(wanted) + 60)):
                return page.blocks[index].text, "description", set()
    body = letters(" ".join(page.blocks[index].text for index in kept))
    for description in whole:
        wanted = letters(description)
        if (
            len(wanted) >= 40
            and wanted[:50] not in body
            and (title is None or wanted != letters(page.blocks[title].text))
        ):
            return description, "meta", set()
    return "", "", set()


def _trimmed(page: Outline, kept: list[int]) -> list[int]:
    """Drops source lines, signatures and stray labels behind the last paragraph, and labels before the first."""
    last = len(kept)
    while last > 0:
        block = page.blocks[kept[last - 1]]
        source_line = _SOURCE_LINE.match(block.text) and len(block.text) < 100 and not block.text.endswith(".")
        if not source_line and (is_prose(block) or re.search(r"[.!?…”\"]$", block.text)):
            break
        if not (_SOURCE_LINE.match(block.text) or len(block.text) < 40 or block.link_ratio > 0.5):
            break
        last -= 1
    kept = kept[:last] or kept[:1]
    first = 0
    while first < len(kept) - 1:
        block = page.blocks[kept[first]]
        if is_prose(block) or page.heading(block) or len(block.text) > 60 or re.search(r"[.!?…:]$", block.text):
            break
        first += 1
    return kept[first:]
