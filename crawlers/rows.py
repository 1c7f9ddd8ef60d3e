"""Recognises lists of other items on a page: boxes of one shape side by side, each with a link for a title."""

from __future__ import annotations

from typing import Final

from crawlers.blocks import Block, Box, Outline

LINK_TITLE: Final = 15  # characters; a longer link is another item's title, a shorter one a menu entry or a button
MIN_ROWS: Final = 3  # boxes side by side that make a list
MAX_ROW_BLOCKS: Final = 8  # blocks; title, date, section, excerpt and counters of one item
MAX_ROW_PROSE: Final = 700  # characters of unlinked text in one item: a long excerpt
TITLED_SHARE: Final = 0.7  # of the boxes side by side have a linked title


def mark_rows(page: Outline) -> None:
    """Sets `listed` on the blocks that stand in a list of other items."""
    for children in _families(page):
        titled = [box for box in children if _is_row(page, box)]
        if len(titled) < MIN_ROWS or len(titled) < TITLED_SHARE * len(children):
            continue
        for box in titled:
            for block in page.blocks[box.start : box.end]:
                block.listed = True


def is_link_title(block: Block) -> bool:
    """Tells whether the block is a link long enough to be another item's title."""
    return block.link_ratio > 0.7 and len(block.text) >= LINK_TITLE


def _families(page: Outline) -> list[list[Box]]:
    """Returns the groups of boxes that stand side by side and have the same tag, empty ones left out."""
    groups: dict[tuple[int, str], list[Box]] = {}
    for box in page.boxes:
        if box.end > box.start:
            groups.setdefault((box.parent, box.tag), []).append(box)
    return [group for group in groups.values() if len(group) >= MIN_ROWS]


def _is_row(page: Outline, box: Box) -> bool:
    if box.end - box.start > MAX_ROW_BLOCKS:
        return False
    blocks = page.blocks[box.start : box.end]
    if not any(is_link_title(block) for block in blocks):
        return False
    return sum(len(block.text) - block.linked for block in blocks) <= MAX_ROW_PROSE
