"""The last resorts for a body that the page's own structure does not give: JSON-LD's articleBody, then trafilatura."""

from __future__ import annotations

from crawlers.blocks import Outline
from crawlers.metadata import Metadata
from crawlers.prose import without_comments

MIN_CHARS = 200  # characters; shorter finds of the last resorts were footers and cookie notices


def stated_body(meta: Metadata, found: str) -> str:
    """Returns JSON-LD's articleBody where it is far longer than the body `found` on the page, else ""."""
    return meta.body if len(meta.body) >= MIN_CHARS and len(found) < 0.5 * len(meta.body) else ""


def generic_body(page: Outline, url: str, title: int | None) -> str:
    """Returns what trafilatura takes for the article of the page at `url`, "" where it finds little but comments.

    `title` is the number of the block that shows the title.
    """
    from trafilatura import extract  # noqa: PLC0415  # half a second to import, rarely needed

    text = extract(page.root, url=url, fast=True, include_comments=False, favor_precision=True, deduplicate=False) or ""
    text = without_comments(text, page, title)
    return text if len(text) >= MIN_CHARS else ""
