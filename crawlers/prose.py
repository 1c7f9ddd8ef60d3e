"""Weighs which blocks of a page are the prose of an article, and finds the box that holds most of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from crawlers.blocks import Block, Box, Outline
from crawlers.imprint import is_imprint
from crawlers.rows import MIN_ROWS
from crawlers.site import letters

PROSE_CHARS: Final = 40  # characters of unlinked text from which a block counts as a paragraph
PROSE_WORDS: Final = 8  # words; labels of forms and tables have fewer
UNSPACED: Final = 25  # characters per word from which a script has no spaces; Vietnamese has 4, German 7
DOMINANT: Final = 0.72  # share of the prose that one child box must hold for the search to go into it
TOOL_CHARS: Final = 250  # characters of a line of controls; the longest asks for comments in full sentences
SIGNATURE_CHARS: Final = 100  # characters of a line that names who wrote or photographed; longer ones tell of people

_COMMENTS: Final = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|comment-?(?:box|item|area|wrapper)|(?:box|list|fb)-?comments?|cmt|disqus_thread|respond|"
    r"binh-?luan|y-?kien-?ban-?doc)(?:$|[\s_-])"
)
_SIGNATURE_LABEL: Final = re.compile(
    r"(?:^|[\s_-])(?:authors?|tac-?gia|nguon(?:-?tin)?|byline|but-?danh|nguoi-?viet|signature|writer)(?:$|[\s_-])"
)
_SIGNATURE: Final = re.compile(
    r"\W*(?:tác giả|người viết|phóng viên|biên tập(?: viên)?|thực hiện|(?:tin|bài|ảnh)(?:(?:,| và| -| &|/)? (?:tin|bài|ảnh))*)\s?:\s?\w",
    re.IGNORECASE,
)
_TOOLS: Final = re.compile(
    r"\W*(?:(?:nghe |bấm )?đọc (?:bài|tin)\b|giọng (?:nam|nữ)\b|nghe (?:bài|tin|nội dung|audio|podcast)\b|tốc độ đọc|(?:xem với )?cỡ chữ|"
    r"tổng số điểm|click để|nhấn để đánh giá|đánh giá(?: bài viết)?\s*:|chia sẻ(?: bài viết)?\s*:|bạn có hài lòng|ý kiến (?:bạn đọc|của bạn)|"
    r"xin (?:vui lòng )?gõ tiếng việt|vui lòng nhập|theo dõi .{2,40} trên\b|mời (?:quý )?(?:độc giả|bạn đọc)|bạn đã không sử dụng)",
    re.IGNORECASE,
)
_COUNTS_LESS: Final = re.compile(r"comment|binh-?luan|relat|lien-?quan")


def is_prose(block: Block) -> bool:
    """Tells whether a block reads like a paragraph: words that are no links."""
    free = len(block.text) - block.linked
    words = block.text.count(" ") + 1
    wordy = words >= PROSE_WORDS or len(block.text) > UNSPACED * words  # Japanese and Chinese put no spaces
    return free >= PROSE_CHARS and block.link_ratio < 0.5 and wordy


def prose_weights(page: Outline, title: int | None) -> list[float]:
    """Returns for each block how much it speaks for an article.

    What follows the title up to the next list counts double; readers' comments never count.
    """
    weights = [prose_weight(block) for block in page.blocks]
    for index in _under_title(page, title):
        weights[index] *= 2
    for box in page.boxes:
        if is_comments(box, title):
            weights[box.start : box.end] = [0.0] * (box.end - box.start)
    return weights


def is_comments(box: Box, title: int | None) -> bool:
    """Tells whether a box holds what readers say; one that holds the title too is the page, which allows comments."""
    holds_title = title is not None and box.start <= title < box.end
    return not holds_title and _is_comments_label(box.label)


@lru_cache(maxsize=4096)  # names of boxes; the pages of a site share them
def _is_comments_label(label: str) -> bool:
    return _COMMENTS.search(label) is not None


def without_comments(text: str, page: Outline, title: int | None) -> str:
    """Returns `text`, found by other means than the page's outline, without the lines that stand in boxes of comments."""
    boxes = [box for box in page.boxes if is_comments(box, title)]
    said = letters(" ".join(block.text for box in boxes for block in page.blocks[box.start : box.end]))
    return "\n".join(line for line in text.split("\n") if not said or letters(line) not in said)


def is_signature(block: Block) -> bool:
    """Tells whether a block only names who wrote, photographed or supplied the text: by its words, or by its markup."""
    if len(block.text) > SIGNATURE_CHARS or block.text.endswith((".", "!", "?", "…")):
        return False
    return bool(_SIGNATURE.match(block.text)) or bool(_SIGNATURE_LABEL.search(block.label))


def is_tool(block: Block) -> bool:
    """Tells whether a block is a control of the page: reading aloud, size of letters, rating, sharing, asking for comments."""
    return len(block.text) <= TOOL_CHARS and _TOOLS.match(block.text) is not None


def running_sums(weights: Sequence[float]) -> list[float]:
    """Returns the sums of the first n weights, n from 0 on: `sums[end] - sums[start]` is what a box holds."""
    sums = [0.0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    return sums


def main_box(page: Outline, sums: Sequence[float]) -> int | None:
    """Returns the smallest box that holds the dominant part of the prose, found by going down from the outermost."""
    if not page.boxes or sums[-1] <= 0:
        return None
    children: dict[int, list[int]] = {}
    for index, box in enumerate(page.boxes):
        children.setdefault(box.parent, []).append(index)
    current = 0
    while True:
        held = held_prose(page.boxes[current], sums)
        best = max(children.get(current, ()), key=lambda child: _value(page, child, sums), default=None)
        if best is None or held_prose(page.boxes[best], sums) < DOMINANT * held:
            return current
        if page.boxes[best].tag in {"p", "h1", "h2", "h3", "li", "blockquote"}:
            return current
        current = best


def held_prose(box: Box, sums: Sequence[float]) -> float:
    """Returns the weight of the prose inside `box`."""
    return sums[box.end] - sums[box.start]


def prose_weight(block: Block) -> float:
    """Returns how many characters of a block speak for an article: none for lists, chrome and imprint."""
    if block.listed or block.quiet or block.common or not is_prose(block):
        return 0.0
    if is_imprint(block.text) or is_tool(block):
        return 0.0
    return float(len(block.text) - block.linked)


def _under_title(page: Outline, title: int | None) -> range:
    """Returns the numbers of the blocks between the title and the first list of other items below it."""
    if title is None:
        return range(0)
    stop = title + 1
    while stop < len(page.blocks) and not all(block.listed for block in page.blocks[stop : stop + MIN_ROWS]):
        stop += 1
    return range(title + 1, stop)


def _value(page: Outline, index: int, sums: Sequence[float]) -> float:
    box = page.boxes[index]
    held = held_prose(box, sums)
    return held * 0.3 if _COUNTS_LESS.search(box.label) else held
