"""What is known of a site from comparing its own pages: a plain value, made by `crawlers.learn`, read by the extractors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin, urlsplit
from zlib import crc32

from crawlers.blocks import Block, Outline, text_key

SENTENCE: Final = 40  # characters; a longer block with a full stop was written by somebody, a counter was not
SENTENCE_ENDS: Final = (".", "!", "?", "…", ":", ";", ".”", '."')
LONG_BLOCK: Final = 150  # characters; longer blocks are paragraphs, which two or three pages may honestly share

SHORT: Final = 350  # characters; texts that are titles, links or labels: pages of a site show the same ones

_LETTERS: Final = re.compile(r"[^\W_]+")
SPEAKING_TAIL: Final = 12  # characters; shorter last parts of addresses ("tin-tuc") stand in many folders


@dataclass(frozen=True, slots=True)
class SiteModel:
    """What recurs on the pages of one site, and where its articles keep their title and date.

    Paths are the hashes of `crawlers.blocks.Block.path`; texts are compared by `text_key`.
    """

    pages: int = 0  # different pages compared
    common: frozenset[int] = frozenset()  # keys of a text at a path that recurs: menus, counters, related lists
    common_texts: frozenset[int] = frozenset()  # keys of a text that recurs anywhere
    titles: frozenset[str] = frozenset()  # page titles and headings shared by many pages, letters only
    affixes: frozenset[str] = frozenset()  # what many page titles begin or end with, letters only
    descriptions: frozenset[str] = frozenset()  # descriptions shared by several pages, letters only
    title_paths: Mapping[int, float] = field(
        default_factory=dict
    )  # path -> share of the pages whose title stands there
    date_paths: Mapping[int, float] = field(default_factory=dict)
    clock_paths: frozenset[int] = frozenset()  # places that show the visitor's day on pages of all kinds
    menu: frozenset[str] = frozenset()  # keys of addresses that (nearly) every page links to
    shared_links: frozenset[str] = frozenset()  # keys of addresses that several pages link to
    anchors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # key of address -> link texts, letters only
    linked: frozenset[str] = (
        frozenset()
    )  # long texts of links to single pages, letters only: titles of the site's articles


def mark_common(page: Outline, site: SiteModel) -> None:
    """Sets `common` on the blocks that recur on the site."""
    if not site.common and not site.common_texts:
        return
    for block in page.blocks:
        key = block_key(block)
        block.common = place_key(key, block.path) in site.common or key in site.common_texts


def tail_key(key: str) -> str:
    """Returns the identity of the last part of an address (`link_key`), "" where it does not speak.

    Archived copies and pages with a wrong base keep the last part where the rest of the address is lost.
    """
    tail = key.rsplit("/", 1)[-1]
    return f"*/{tail}" if len(tail) >= SPEAKING_TAIL and "-" in tail and "?" not in tail else ""


def block_key(block: Block) -> int:
    """Returns the identity of what a block says; a link is not the same as the words alone.

    Short blocks that differ only in numbers are one (counters, clocks); paragraphs and whole sentences are not (prices,
    bulletins).
    """
    exact = len(block.text) > LONG_BLOCK or (len(block.text) > SENTENCE and block.text.endswith(SENTENCE_ENDS))
    key = crc32(block.text.lower().encode()) if exact else text_key(block.text)
    return key ^ (block.link_ratio > 0.5)


def place_key(key: int, path: int) -> int:
    """Returns the identity of a text (`text_key`) at a place (`Block.path`)."""
    return crc32(key.to_bytes(4, "big"), path)


def letters(text: str) -> str:
    """Returns only the letters and digits of `text`, in lower case: how titles are compared."""
    return _short_letters(text) if len(text) <= SHORT else _all_letters(text)


def _all_letters(text: str) -> str:
    return "".join(_LETTERS.findall(text.casefold()))


_short_letters = lru_cache(maxsize=4096)(_all_letters)


def page_address(url: str) -> str:
    """Returns `url`, or "" where it is no address at all (brackets that close nowhere), so that nobody below need ask again."""
    try:
        return url if urlsplit(url).hostname else ""
    except ValueError:
        return ""


def link_key(base: str, href: str) -> str:
    """Returns the address that `href` on page `base` points to, without scheme, `www`, fragment and last slash; or ""."""
    try:
        parts = urlsplit(urljoin(base, href.strip()))
    except ValueError:  # brackets that are no address
        return ""
    if parts.scheme not in {"http", "https"}:
        return ""
    path = parts.path.removesuffix("index.html").rstrip("/")
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.lower().removeprefix('www.')}{path}{query}"
