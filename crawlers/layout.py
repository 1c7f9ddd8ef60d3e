"""Where a family of portals keeps its fields: a declaration, and the one reader that all profiles share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lxml import etree
from lxml import html as lxml_html

from crawlers.article import DateEvidence, Page
from crawlers.blocks import outline, plain
from crawlers.dates import date_text, parse_date
from crawlers.errors import ParseError
from crawlers.prose import is_signature
from crawlers.reason import because
from crawlers.tree import page_tree

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
    root = page_tree(html)
    if root is None:
        raise ParseError(url, "page", because("no_html"))
    names = _Names(root, layout)
    body = _first(names, layout.body)
    evidence = _date(names, layout.date)
    return Page(
        url=url,
        kind="article" if body is not None else "other",
        title=_line(_first(names, layout.title)),
        lead=_line(_first(names, layout.lead)),
        body="\n".join(block.text for block in outline(body).blocks if not is_signature(block)) or None
        if body is not None
        else None,
        published=evidence.value if evidence else None,
        published_precision=evidence.precision if evidence else None,
        date_evidence=(evidence,) if evidence else (),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a selector; empty parts are not asked for."""

    tag: str
    id: str
    classes: frozenset[str]

    def matches(self, element: lxml_html.HtmlElement) -> bool:
        """Tells whether an element is what the step asks for."""
        return (
            (not self.tag or element.tag == self.tag)
            and (not self.id or element.get("id") == self.id)
            and self.classes <= set((element.get("class") or "").split())
        )


@lru_cache(maxsize=512)
def read_selector(selector: str) -> tuple[Step, ...]:
    """Returns the steps of a simple selector (`div.detail #content h1`). Raises ValueError for anything richer."""
    steps = []
    for part in selector.split():
        match = _STEP.match(part)
        if match is None:
            raise ValueError(f"{selector!r}: only tag, .class and #id, joined by spaces, are read here")
        marks = re.findall(r"[.#][\w-]+", match["marks"])
        named = [mark[1:] for mark in marks if mark[0] == "#"]
        steps.append(
            Step(match["tag"] or "", named[0] if named else "", frozenset(mark[1:] for mark in marks if mark[0] == "."))
        )
    return tuple(steps)


class _Names:
    """The elements that bear a class or id of a layout, gathered in one pass: it asks for some thirty names."""

    def __init__(self, root: lxml_html.HtmlElement, layout: Layout) -> None:
        self.root = root
        self.by_name: dict[str, list[lxml_html.HtmlElement]] = {}
        sought = _sought(layout)
        for element in root.iter(etree.Element):
            classes, own = element.get("class"), element.get("id")
            names = sought.intersection([f".{name}" for name in classes.split()]) if classes else ()
            for name in (*names, *([f"#{own}"] if own and f"#{own}" in sought else ())):
                if isinstance(element, lxml_html.HtmlElement):
                    self.by_name.setdefault(name, []).append(element)

    def find(self, selectors: tuple[str, ...]) -> Iterator[lxml_html.HtmlElement]:
        """Yields the elements that the selectors name, selector by selector, in document order."""
        for selector in selectors:
            *around, last = read_selector(selector)
            for element in self._candidates(last):
                if last.matches(element) and _stands_in(element, around):
                    yield element

    def _candidates(self, step: Step) -> Iterable[lxml_html.HtmlElement]:
        name = _name(step)
        return self.by_name.get(name, ()) if name else [*self.root.iter(step.tag)]


@lru_cache(maxsize=64)
def _sought(layout: Layout) -> frozenset[str]:
    """Returns the names by which a layout's elements are found."""
    selectors = (*layout.title, *layout.lead, *layout.body, *layout.date)
    return frozenset(_name(read_selector(each)[-1]) for each in selectors) - {""}


def _name(step: Step) -> str:
    return f"#{step.id}" if step.id else f".{min(step.classes)}" if step.classes else ""


def _stands_in(element: lxml_html.HtmlElement, around: Sequence[Step]) -> bool:
    wanted = list(around)
    for parent in element.iterancestors():
        if wanted and wanted[-1].matches(parent):
            wanted.pop()
    return not wanted


def _first(names: _Names, selectors: tuple[str, ...]) -> lxml_html.HtmlElement | None:
    return next((element for element in names.find(selectors) if element.text_content().strip()), None)


def _line(element: lxml_html.HtmlElement | None) -> str | None:
    return plain(element.text_content()) or None if element is not None else None


def _date(names: _Names, selectors: tuple[str, ...]) -> DateEvidence | None:
    for element in names.find(selectors):
        text = plain(element.get("datetime") or element.text_content())
        parsed = parse_date(text) if len(text) <= MAX_DATE_CHARS else None
        if parsed is not None:
            return DateEvidence(parsed.value, "byline", parsed.precision, date_text(text))
    return None
