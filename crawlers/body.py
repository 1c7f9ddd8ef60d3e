"""Finds the text of an article on a page: the box that holds its paragraphs, without what the site put around and between."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crawlers.blocks import Block, Box, Outline
from crawlers.lead import Place, find_lead, is_caption
from crawlers.prose import (
    held_prose,
    is_comments,
    is_prose,
    is_signature,
    is_tool,
    main_box,
    prose_weight,
    prose_weights,
    running_sums,
)
from crawlers.rows import LINK_TITLE, MIN_ROWS, is_link_title
from crawlers.site import letters

TEASER_BLOCKS: Final = 4  # label, title, excerpt, date
TEASER_CHARS: Final = 600
FAR_CHARS: Final = 600  # characters; more below a list is an article under a table of contents
PHOTO_STORY: Final = 500  # characters beside the captions; a photo story has an introduction at most
SHORT_LINES: Final = 3  # short lines of one kind that make a text
MINOR: Final = 0.5  # a box that its markup calls junk is believed when it holds less than this share of the prose

_JUNK: Final = re.compile(
    r"(?:^|[\s_-])(?:related?|relate\w*|lien-?quan|tin-?(?:khac|lienquan|lq|moi|cu|noibat)|tinkhac|other|others|xem-?them|readmore|read-more|"
    r"more-news|morenews|comments?\w*|binh-?luan|respond|disqus|shar(?:e|ing)\w*|social\w*|addthis\w*|sharedaddy|like-?box|breadcrumbs?|"
    r"footer|menu|nav|navbar|navigation|pagination|pager|sidebar|tags?|tag-?(?:list|box|cloud)|keywords?|hashtag|advert\w*|ads?|"
    r"adsbygoogle|banner|sponsor\w*|promo\w*|newsletter|subscri\w*|signup|popup|modal|cookie\w*|widget|rating|vote|toolbar|tools|print|"
    r"author-?(?:box|bio|info)|bio|recommend\w*|suggest\w*|trending|most-?read|popular|outbrain|taboola\w*|byline|meta|entry-meta|post-meta|"
    r"caption|figcaption|credit|copyright|disclaimer|login|search\w*|counter|luot-?xem|viewcount|feedback|contact-form|dateline|"
    r"contextmenu|audio-?player|player|jp-relatedposts|box-?tin\w*|boxtin\w*|tin-?lien-?quan\w*|relatedNews|VCSortableInPreviewMode.*relate|tham-?do\w*|poll\w*|survey|binh-?chon|khao-?sat|thoi-?tiet|weather|ty-?gia|"
    r"quang-?cao|(?:tin|bai|news|post)[_-]?(?:khac|moi|cu|lien-?quan|other|related?|cung-?(?:chuyen-?)?muc)\w*)"
    r"(?:$|[\s_-])",
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


_NAMES_LIST: Final = re.compile(
    r"liên quan|cùng (?:chuyên )?mục|cùng chủ đề|(?:tin|bài)(?: viết| tức)? (?:khác|mới|cũ|đã đưa)|xem thêm|đọc thêm|đáng chú ý|"
    r"có thể bạn|\brelated|read more|more (?:on|from)|see also|also read",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs of an article in order, and its lead where the page sets one apart."""

    paragraphs: tuple[str, ...]
    lead: str
    lead_source: str
    first: int  # number of the first block kept, -1 where none is
    last: int

    @property
    def text(self) -> str:
        """The paragraphs, one per line."""
        return "\n".join(self.paragraphs)


def find_body(page: Outline, title: int | None, date: int | None, descriptions: Sequence[str] = ()) -> Body | None:
    """Returns the article text of the page, or None where no box holds any.

    `title` and `date` are the numbers of the blocks that show them, `descriptions` what metadata say of the page.
    """
    sums = running_sums(prose_weights(page, title))
    box = main_box(page, sums)
    if box is None:
        return None
    kept = _kept(page, box, sums, title, date)
    if _far_below(page, kept, title):
        return None
    lead = find_lead(Place(page, kept, title, date), descriptions)
    body = _trimmed(page, [index for index in kept if index not in lead.blocks])
    if body and lead.text and letters(page.blocks[body[0]].text) == letters(lead.text):
        body = body[1:]
    if not body and not lead.text:
        return None
    first, last = (body[0], body[-1]) if body else (-1, -1)
    return Body(tuple(_with_capitals([page.blocks[index].text for index in body])), lead.text, lead.source, first, last)


def _far_below(page: Outline, kept: list[int], title: int | None) -> bool:
    """Tells whether little text stands below lists that follow the title: a footer, no article."""
    if title is None or not kept or sum(len(page.blocks[index].text) for index in kept) > FAR_CHARS:
        return False
    between = page.blocks[title + 1 : kept[0]]
    if any(prose_weight(block) > 0 for block in between):  # a lead above links to read along with
        return False
    return sum(1 for block in between if block.listed or is_link_title(block)) >= MIN_ROWS


def _kept(page: Outline, main: int, sums: Sequence[float], title: int | None, date: int | None) -> list[int]:
    """Returns the numbers of the blocks inside the main box that belong to the article."""
    box = page.boxes[main]
    dropped = _junk_inside(page, main, sums, title)
    kept: list[int] = []
    captions: list[int] = []
    after_title = title if title is not None and box.start <= title < box.end else box.start - 1
    for index in range(box.start, box.end):
        block = page.blocks[index]
        if index == date or index <= after_title:
            continue
        if block.link_ratio < 0.5 and not block.listed and is_caption(page, block):
            captions.append(index)
            continue
        if dropped[index - box.start]:
            continue
        cell = page.boxes[block.box].tag in {"td", "th"} and block.text.isdigit()
        if (
            block.listed
            or block.common
            or (_CHROME.match(block.text) and not cell)
            or _is_link_line(block)
            or is_tool(block)
        ):
            dropped[index - box.start] = True
            continue
        if not is_signature(block):
            kept.append(index)
    if sum(len(page.blocks[index].text) for index in kept) < PHOTO_STORY and len(captions) >= MIN_ROWS:
        kept = sorted([*kept, *captions])  # a photo story is told by its captions
    return _without_orphans(page, kept, dropped, box.start)


def _junk_inside(page: Outline, main: int, sums: Sequence[float], title: int | None) -> list[bool]:
    """Tells for each block of the main box whether it stands in a box that is none of the article's."""
    box = page.boxes[main]
    total = max(held_prose(box, sums), 1.0)
    dropped = [False] * (box.end - box.start)
    for inner in page.boxes[main + 1 :]:
        if inner.start >= box.end:
            break
        if inner.end == inner.start or (title is not None and inner.start <= title < inner.end):
            continue
        if is_comments(inner, title) or _is_junk(page, inner, sums, total):
            dropped[inner.start - box.start : inner.end - box.start] = [True] * (inner.end - inner.start)
    return dropped


def _is_junk(page: Outline, box: Box, sums: Sequence[float], total: float) -> bool:
    if box.quiet:
        return True
    share = held_prose(box, sums) / total
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
    """Drops headings whose list was dropped ("Tin liên quan"); a subheading above a box of links in the text stays."""
    result = []
    last = next((index for index in reversed(kept) if is_prose(page.blocks[index])), -1)
    for index in kept:
        following = index + 1 - start
        block = page.blocks[index]
        label_like = len(block.text) < 60 and not re.search(r"[.!?…\"”]$", block.text)
        if label_like and following < len(dropped) and dropped[following] and not is_prose(block):
            gone = page.blocks[index + 1]
            names_list = index > last or _NAMES_LIST.search(block.text)
            if names_list and (_is_link_line(gone) or page.heading(block)):
                continue
        result.append(index)
    return result


def _with_capitals(texts: Sequence[str]) -> list[str]:
    """Joins a capital letter that stands in a box of its own, set large, to the text that it opens."""
    joined: list[str] = []
    for text in texts:
        if joined and len(joined[-1]) == 1 and joined[-1].isupper() and text[0].islower():
            joined[-1] += text
        else:
            joined.append(text)
    return joined


def _trimmed(page: Outline, kept: list[int]) -> list[int]:
    """Drops source lines, signatures and stray labels behind the last paragraph, and labels before the first.

    A text of short lines only (verses, an invitation) keeps those of its most frequent kind.
    """
    if kept and not any(is_prose(page.blocks[index]) for index in kept):
        path, count = Counter(page.blocks[index].path for index in kept).most_common(1)[0]
        if count >= SHORT_LINES:
            lines = [index for index in kept if page.blocks[index].path == path]
            return [index for index in lines if not _SOURCE_LINE.match(page.blocks[index].text)]
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
        if (
            is_prose(block)
            or page.heading(block)
            or len(block.text) == 1
            or len(block.text) > 60
            or re.search(r"[.!?…:]$", block.text)
        ):
            break
        first += 1
    return kept[first:]
