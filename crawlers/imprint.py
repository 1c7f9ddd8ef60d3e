"""Recognises the imprint of a site: who publishes it, by what licence, where it can be reached. Never part of an article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate, groupby
from typing import Final

from crawlers.blocks import Block, Outline

IMPRINT_CHARS: Final = 400  # characters of one line about the publisher
IMPRINT_BOX_CHARS: Final = 1_500  # characters; the longest imprint read on portals has 700
IMPRINT_SHARE: Final = 0.5  # of the characters of a box
TICKER_RUN: Final = 3  # times the same words stand one after another

_PUBLISHER: Final = re.compile(
    r"^\W*(?:cơ quan (?:chủ quản|quản lý)|đơn vị (?:chủ quản|quản lý)|(?:người )?chịu trách nhiệm|giấy phép (?:số|hoạt động|thiết lập|xuất bản)|"
    r"gpxb|tổng biên tập|trưởng ban biên tập|bản quyền|©|®|copyright|thiết kế (?:bởi|và)|designed|powered by)",
    re.IGNORECASE,
)
_RESERVED: Final = (
    "ghi rõ nguồn",
    "all rights reserved",
    "giữ bản quyền",
    "bản quyền thuộc",
)  # wherever a line says so
_ADDRESS: Final = re.compile(
    r"^\W*(?:địa chỉ\s*:|trụ sở|toà? soạn|điện thoại|đt\s*:|hotline|đường dây nóng|e-?mail\s*:|fax\s*:|(?:cổng|trang) thông tin điện tử)",
    re.IGNORECASE,
)


def is_imprint(text: str) -> bool:
    """Tells whether a line speaks of the publisher rather than of the news."""
    return len(text) < IMPRINT_CHARS and (_names_publisher(text) or _ADDRESS.match(text) is not None)


@lru_cache(maxsize=4096)  # lines; a page asks twice for each, and its site shows most of them on every page
def _names_publisher(text: str) -> bool:
    lower = text.lower()
    return _PUBLISHER.match(text) is not None or any(words in lower for words in _RESERVED)


def mark_imprint(page: Outline) -> None:
    """Sets `common` on the lines of the imprint, and on words that the page repeats one after another (a ticker).

    An imprint is a box that is mostly lines about publisher and address, the publisher's among them: addresses alone
    stand in honest notices.
    """
    for block in _tickers(page):
        block.common = True
    publisher = [len(block.text) < IMPRINT_CHARS and _names_publisher(block.text) for block in page.blocks]
    if not any(publisher):
        return
    lines = [known or is_imprint(block.text) for known, block in zip(publisher, page.blocks, strict=True)]
    sizes = [len(block.text) for block in page.blocks]
    publishers, count = _sums(publisher), _sums(lines)
    said, characters = _sums(size * line for size, line in zip(sizes, lines, strict=True)), _sums(sizes)
    for box in page.boxes:
        start, end = box.start, box.end
        size = characters[end] - characters[start]
        if size > IMPRINT_BOX_CHARS or count[end] - count[start] < 2 or publishers[end] == publishers[start]:
            continue
        if said[end] - said[start] >= IMPRINT_SHARE * size:
            for block in page.blocks[start:end]:
                block.common = True


def _sums(values: Iterable[int]) -> list[int]:
    return [0, *accumulate(values)]


def _tickers(page: Outline) -> Iterator[Block]:
    for _, run in groupby(page.blocks, key=lambda block: block.text):
        blocks = list(run)
        if len(blocks) >= TICKER_RUN:
            yield from blocks
