"""Where a family of portals keeps its fields: a declaration, and the one reader that all profiles share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lxml import etree
from lxml import html as lxml_html

from crawlers.article import DateEvidence, Page
from crawlers.blocks import outline, parse_tree, plain
from crawlers.dates import parse_date
from crawlers.errors import ParseError

MAX_DATE_CHARS: Final = 200  # characters; a date line with section, source and counters

_STEP: Final = re.compile(r"(?P<tag>[a-z][\w-]*)?(?P<marks>(?:[.#][\w-]+)*)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Layout:
    """Selectors of one family, tried in order: `tag`, `.class`, `#id`, joined by spaces for "inside"; "" where unknown."""

    title: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    date: tuple[str, ...] = ()


def read_layout(layout: Layout, html: str, url: str) -> Page:
    """Returns the fields that `layout` finds on the page; the others are None. Raises ParseError for a page without a tree."""
    root = parse_tree(html)
    if root is None:
        raise ParseError(url, "page", "no HTML to parse")
    body = _first(root, layout.body)
    evidence = _date(root, layout.date)
    return Page(
        url=url,
        kind="article" if body is not None else "other",
        title=_line(_first(root, layout.title)),
        lead=_line(_first(root, layout.lead)),
        body="\n".join(block.text for block in outline(body).blocks) or None if body is not None else None,
        published=evidence.value if evidence else None,
        published_precision=evidence.precision if evidence else None,
        date_evidence=(evidence,) if evidence else (),
    )


@lru_cache(maxsize=512)
def to_xpath(selector: str) -> str:
    """Returns the XPath of a simple selector (`div.detail #content h1`). Raises ValueError for anything richer."""
    path = ""
    for step in selector.split():
        match = _STEP.match(step)
        if match is None:
            raise ValueError(f"{selector!r}: only tag, .class and #id, joined by spaces, are read here")
        conditions = ""
        for mark in re.findall(r"[.#][\w-]+", match["marks"]):
            if mark[0] == "#":
                conditions += f"[@id='{mark[1:]}']"
            else:
                conditions += f"[contains(concat(' ',normalize-space(@class),' '),' {mark[1:]} ')]"
        path += f"//{match['tag'] or '*'}{conditions}"
    return path


def _elements(root: lxml_html.HtmlElement, selectors: tuple[str, ...]) -> Iterator[lxml_html.HtmlElement]:
    for selector in selectors:
        found = root.xpath(to_xpath(selector))
        if isinstance(found, list):
            yield from (element for element in found if isinstance(element, etree._Element))  # noqa: SLF001


def _first(root: lxml_html.HtmlElement, selectors: tuple[str, ...]) -> lxml_html.HtmlElement | None:
    return next((element for element in _elements(root, selectors) if element.text_content().strip()), None)


def _line(element: lxml_html.HtmlElement | None) -> str | None:
    return plain(element.text_content()) or None if element is not None else None


def _date(root: lxml_html.HtmlElement, selectors: tuple[str, ...]) -> DateEvidence | None:
    for element in _elements(root, selectors):
        text = plain(element.get("datetime") or element.text_content())
        parsed = parse_date(text) if len(text) <= MAX_DATE_CHARS else None
        if parsed is not None:
            return DateEvidence(parsed.value, "byline", parsed.precision, text)
    return None
