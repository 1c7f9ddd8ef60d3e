"""Reads the fields that an operator has pinned with CSS selectors in the configuration; they win over everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from bs4.element import Tag
from soupsieve import SelectorSyntaxError

from crawlers.article import DateEvidence
from crawlers.blocks import outline, plain
from crawlers.dates import date_text, parse_date
from crawlers.errors import ParseError
from crawlers.prose import is_signature
from crawlers.reason import because
from crawlers.tree import parse_tree


@dataclass(frozen=True, slots=True)
class Pinned:
    """What the pinned selectors found; fields that were not pinned or not found are None or empty."""

    title: str | None = None
    lead: str | None = None
    body: str | None = None
    dates: tuple[DateEvidence, ...] = field(default=())


def read_pinned(html: str, url: str, selectors: Mapping[str, str]) -> Pinned:
    """Returns the fields at `selectors` (keys: article, title, lead, body, date). Raises ParseError for a broken selector."""
    wanted = {
        name: selector for name, selector in selectors.items() if name in {"title", "lead", "body", "date"} and selector
    }
    if not wanted:
        return Pinned()
    soup = BeautifulSoup(html, "lxml")
    scope: Tag = _one(soup, url, "article", selectors.get("article", "")) or soup
    found = {name: _one(scope, url, name, selector) for name, selector in wanted.items()}
    return Pinned(
        title=_line(found.get("title")),
        lead=_line(found.get("lead")),
        body=_paragraphs(found.get("body")),
        dates=_dates(found.get("date")),
    )


def _one(scope: Tag, url: str, name: str, selector: str) -> Tag | None:
    if not selector:
        return None
    try:
        return scope.select_one(selector)
    except SelectorSyntaxError as error:
        raise ParseError(url, name, because("not_css", selector=selector)) from error


def _line(tag: Tag | None) -> str | None:
    return plain(tag.get_text()) or None if tag is not None else None


def _paragraphs(tag: Tag | None) -> str | None:
    root = parse_tree(str(tag)) if tag is not None else None
    if root is None:
        return None
    return "\n".join(block.text for block in outline(root).blocks if not is_signature(block)) or None


def _dates(tag: Tag | None) -> tuple[DateEvidence, ...]:
    if tag is None:
        return ()
    stamp = tag.get("datetime") or tag.get("content")
    text = plain(stamp if isinstance(stamp, str) else tag.get_text())
    parsed = parse_date(text)
    return (DateEvidence(parsed.value, "byline", parsed.precision, date_text(text)),) if parsed is not None else ()
