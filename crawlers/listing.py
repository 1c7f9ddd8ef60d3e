"""The main list of a page: which links stand in rows of one shape, with which date, and where the list goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from crawlers.answers import is_answer, read_answer
from crawlers.blocks import plain
from crawlers.dates import ParsedDate, find_dates, parse_date
from crawlers.links import (
    MAX_LABEL_CHARS,
    SILENT,
    TITLE_CHARS,
    Anchor,
    Link,
    Row,
    above,
    anchors_in,
    base_of,
    is_title,
    label,
    links_of,
    says,
    texts_in,
)
from crawlers.onward import is_stuck, more_of, scripted_next, scripted_steps
from crawlers.paging import following, is_step, next_of
from crawlers.tree import parse_tree
from crawlers.urls import resolve, same_site, url_key

MAX_ROW_CHARS: Final = 1_500  # of text in one row: title, date, a long excerpt; more is an article
MIN_ROWS: Final = 3  # of one shape that make a list
DATE_CHUNK: Final = 60  # characters of a text that holds a date and little else; an excerpt is longer
SIDE_WEIGHT: Final = 0.2  # of lists whose markup calls them sidebar, related, most read
DATED_BONUS: Final = 60  # characters that a date beside the link is worth when lists are compared
PATH_DEPTH: Final = 7  # elements in the path that names a list's shape

_SIDE: Final = re.compile(
    r"side|aside|relat|footer|menu|nav|lien-?quan|tin-?khac|nhieu|most|hot|popular|banner|widget|right|cot-?phai|ticker|breadcrumb",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"\d+")
_DOCUMENT: Final = re.compile(r"<(?:!doctype|html|body|head)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything a crawler wants to know of one page's links."""

    links: tuple[Link, ...]  # to the same site, in order of place, each address once
    rows: tuple[Row, ...]  # of the page's main list; empty where it has none
    block: str  # shape of that list: the same on all pages of one listing
    next_url: str | None  # where the list goes on
    stuck: bool  # the list goes on by script alone, which we cannot follow
    over: bool = False  # an answer to a script that says itself that nothing more follows


def survey(html: str, url: str, *, block: str = "", reference: datetime | None = None) -> Survey:
    """Returns the links, main list and next page of `html`.

    `block` is the shape of the list on an earlier page of the same listing: then that list is meant, however short.
    `reference` (aware) is when the page was fetched: "hôm qua" is read against it.
    """
    if is_answer(html):
        return _survey_answer(html, url, block, reference)
    root = parse_tree(html)
    if root is None:
        return Survey((), (), "", None, stuck=False, over=not html.strip())
    base = base_of(root, url)
    anchors = anchors_in(root, base, url)
    rows, shape = _main_list(anchors, url, block, reference, piece=not _is_document(html))
    pager = [(each.url, each.text, each.element.get("rel", "")) for each in anchors]
    pager += [(target, "", "next") for target in _rel_next(root, base)]
    pager += scripted_steps(root, base, url)
    onward = next_of(url, pager) or scripted_next(root, base, url) or more_of(root, base, url)
    if onward is None and rows and not _is_document(html):
        onward = following(url, len(rows))  # a piece of a page, as scripts ask for it: the next piece is counted
    return Survey(
        links=links_of(anchors, root, base, url),
        rows=rows,
        block=shape,
        next_url=onward,
        stuck=onward is None and is_stuck(root, url, base),
        over=not rows and not _is_document(html) and not plain(root.text_content()),
    )


def _survey_answer(text: str, url: str, block: str, reference: datetime | None) -> Survey:
    """Reads what a script is answered with."""
    answer = read_answer(text, url, reference)
    rows, links = answer.rows, tuple(Link(row.url, row.title, nav=False) for row in answer.rows)
    if answer.piece:
        inner = survey(answer.piece, url, block=block, reference=reference)
        rows, links, block = inner.rows, inner.links, inner.block
    over = answer.ended or (not rows and answer.bare)
    onward = answer.next_url or (following(url, len(rows)) if rows else None)
    onward = onward if onward and same_site(url, onward) and not over else None
    return Survey(links, rows, block, onward, stuck=False, over=over)


def _is_document(html: str) -> bool:
    return _DOCUMENT.search(html) is not None


def _rel_next(root: HtmlElement, base: str) -> list[str]:
    found = (resolve(base, each.get("href", "")) for each in root.iter("link") if each.get("rel", "").lower() == "next")
    return [target for target in found if target]


def _main_list(
    anchors: list[Anchor], url: str, block: str, reference: datetime | None, *, piece: bool
) -> tuple[tuple[Row, ...], str]:
    families: dict[str, dict[str, tuple[HtmlElement, Anchor]]] = {}
    own = url_key(url)
    titled = [
        each
        for each in anchors
        if is_title(each.text) and url_key(each.url) != own and not is_step(url, each.url, titled=True)
    ]
    if block:
        chosen = block
        for each in titled:
            above_it = (each.element, *each.element.iterancestors())
            box = next((one for one in above_it if _fits(one, block, piece=piece)), None)
            if box is not None:
                families.setdefault(block, {}).setdefault(url_key(each.url), (box, each))
    else:
        single = _single_targets(titled)
        counted: dict[HtmlElement, int] = {}
        for each in titled:
            box = _row_box(each, single, counted)
            families.setdefault(_shape(box), {}).setdefault(url_key(each.url), (box, each))
        weights = {
            shape: _weight([(box, each.element) for box, each in family.values()], counted)
            for shape, family in families.items()
            if len(family) >= MIN_ROWS
        }
        chosen = max(weights, key=lambda shape: (weights[shape], shape), default="")
    rows = []
    for box, each in families.get(chosen, {}).values():
        date = _row_date(box, each.element, reference)
        rows.append(Row(each.url, each.text, date.value if date else None, date))
    return tuple(rows), chosen if rows or block else ""


def _fits(box: HtmlElement, block: str, *, piece: bool) -> bool:
    """Tells whether an element has the shape of a list's rows; in a piece of a page what stood above it is missing."""
    shape = _shape(box)
    if not piece:
        return shape == block
    shape = shape.removeprefix("html/").removeprefix("body/")
    return block == shape or block.endswith(f"/{shape}")


def _single_targets(titled: list[Anchor]) -> dict[HtmlElement, str | None]:
    """Returns, for each element above a titled link, the one page that titled links in it lead to; None for several."""
    single: dict[HtmlElement, str | None] = {}
    for anchor in titled:
        for each in anchor.element.iterancestors():
            if each not in single:
                single[each] = anchor.url
            elif single[each] not in {anchor.url, None}:
                single[each] = None
    return single


def _row_box(anchor: Anchor, single: dict[HtmlElement, str | None], counted: dict[HtmlElement, int]) -> HtmlElement:
    """Returns the largest element around a link that speaks of its page alone."""
    box = anchor.element
    for each in box.iterancestors():
        if each.tag in {"body", "html", "form"} or single.get(each) != anchor.url:
            break
        if _chars(each, counted) > MAX_ROW_CHARS:
            break
        box = each
    return box


def _chars(element: HtmlElement, counted: dict[HtmlElement, int]) -> int:
    """Counts the characters that `texts_in` gives; `counted` remembers them, since boxes stand in one another."""
    if element not in counted:
        inner = (_chars(each, counted) + len(each.tail or "") for each in element)
        counted[element] = 0 if element.tag in SILENT else len(element.text or "") + sum(inner)
    return counted[element]


def _shape(box: HtmlElement) -> str:
    """Returns the path of tags and classes down to an element: what rows of one list have in common."""
    steps = []
    for each in (box, *islice(box.iterancestors(), PATH_DEPTH - 1)):
        names = sorted(name for name in each.get("class", "")[:MAX_LABEL_CHARS].split() if not _DIGITS.search(name))
        steps.append(".".join([str(each.tag), *names[:2]]) if each is not box else str(each.tag))
    return "/".join(reversed(steps))


def _weight(rows: list[tuple[HtmlElement, HtmlElement]], counted: dict[HtmlElement, int]) -> float:
    chars = sum(min(_chars(box, counted), 400) for box, _ in rows)
    dated = sum(_row_date(box, element, None) is not None for box, element in rows)
    side = any(each.tag in {"aside", "nav", "footer"} or _SIDE.search(label(each)) for each in above(rows[0][0]))
    return (chars + DATED_BONUS * dated) * (SIDE_WEIGHT if side else 1.0)


def _row_date(box: HtmlElement, element: HtmlElement, reference: datetime | None) -> ParsedDate | None:
    """Returns the date that a row shows beside its title, or None where it shows none or several days."""
    for each in box.iter("time"):
        date = parse_date(each.get("datetime") or plain(each.text_content()))
        if date is not None:
            return date
    chunks = _beside(box, element) if box is not element else _behind(element)
    for chunk in chunks:
        date = _chunk_date(plain(chunk), reference)
        if date is not None:
            return date
    return None


def _chunk_date(chunk: str, reference: datetime | None) -> ParsedDate | None:
    if len(chunk) <= DATE_CHUNK:
        return parse_date(chunk, reference=reference)
    found = find_dates(chunk[:DATE_CHUNK])
    return found[0].date if found and found[0].start <= 3 else None


def _beside(box: HtmlElement, element: HtmlElement) -> list[str]:
    """Returns the texts of a row without its title."""
    title = says(element)
    texts: list[str] = []
    within = set(element.iter())
    for each in box.iter():
        if not isinstance(each.tag, str) or each.tag in SILENT:
            continue
        inside = each in within
        if each.text and not (inside and plain(each.text) in title and len(plain(each.text)) >= TITLE_CHARS):
            texts.append(each.text)
        if each is not box and each.tail and not (inside and each is not element and plain(each.tail) in title):
            texts.append(each.tail)
    return texts


def _behind(element: HtmlElement) -> list[str]:
    """Returns the texts between a bare link and the next one, then those before it: lists without rows."""
    behind = [element.tail or ""]
    for each in element.itersiblings():
        if each.tag == "a" or next(each.iter("a"), None) is not None:
            break
        behind += [*texts_in(each), each.tail or ""]
    before: list[str] = []
    for each in element.itersiblings(preceding=True):
        before.append(each.tail or "")
        if each.tag == "a" or next(each.iter("a"), None) is not None:
            break
        before += list(texts_in(each))
    return behind + ([] if any(map(str.strip, behind)) else before)
