"""Links of a page: what they say, which stand in a list of one shape, with which date, and where the list goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml.html import HtmlElement

from crawlers.blocks import parse_tree, plain
from crawlers.dates import ParsedDate, find_dates, parse_date
from crawlers.paging import is_step, next_of
from crawlers.urls import resolve, same_site, url_key

TITLE_CHARS: Final = 15  # a shorter link is a menu entry or a button, a longer one another page's title
TITLE_WORDS: Final = 4  # syllables; Vietnamese menu entries have two or three
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
_NAV: Final = re.compile(r"menu|nav|breadcrumb|footer|header|top-?bar", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d+")
_REFRESH: Final = re.compile(r"url\s*=\s*['\"]?([^'\">]+)", re.IGNORECASE)
_SCRIPTED: Final = re.compile(r"(?:location(?:\.href)?\s*=|window\.open\()\s*['\"]([^'\"]+)['\"]")
_MORE: Final = re.compile(
    r"^\W*(?:xem|tải|đọc)\s+(?:thêm|tiếp)|^\W*(?:load|show|see|view)\s+more|trang\s+(?:sau|tiếp)|^next\W*$",
    re.IGNORECASE,
)
_POSTBACK: Final = re.compile(r"__doPostBack\([^)]*(?:page|pager|next|lnk)", re.IGNORECASE)
_SILENT: Final = frozenset({"script", "style", "noscript", "template", "option", "select"})


@dataclass(frozen=True, slots=True)
class Link:
    """One link: absolute address, what it says, whether it stands in a menu."""

    url: str
    text: str
    nav: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One item of a list: a page and the date beside its link."""

    url: str
    title: str
    at: datetime | None  # UTC
    date: ParsedDate | None


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything a crawler wants to know of one page's links."""

    links: tuple[Link, ...]  # to the same site, in order of place, each address once
    rows: tuple[Row, ...]  # of the page's main list; empty where it has none
    block: str  # shape of that list: the same on all pages of one listing
    next_url: str | None  # where the list goes on
    stuck: bool  # the list goes on by script alone, which we cannot follow


def links_in(html: str, url: str) -> list[Link]:
    """Returns the links of a page to its own site, each address once with its longest text."""
    return list(survey(html, url).links)


def listing_rows(html: str, url: str) -> list[Row]:
    """Returns the items of the page's main list of links, in order of place; none where there is no such list."""
    return list(survey(html, url).rows)


def next_page(html: str, url: str) -> str | None:
    """Returns the address of the page on which the listing at `url` goes on, or None where it ends."""
    return survey(html, url).next_url


def survey(html: str, url: str, *, block: str = "", reference: datetime | None = None) -> Survey:
    """Returns the links, main list and next page of `html`.

    `block` is the shape of the list on an earlier page of the same listing: then that list is meant, however short.
    `reference` (aware) is when the page was fetched: "hôm qua" is read against it.
    """
    root = parse_tree(html)
    if root is None:
        return Survey((), (), "", None, stuck=False)
    base = next((resolve(url, each.get("href", "")) for each in root.iter("base") if each.get("href")), None) or url
    anchors = list(_anchors(root, base))
    rows, shape = _main_list(anchors, url, block, reference)
    pager = [(target, _says(element), element.get("rel", "")) for element, target in anchors if same_site(url, target)]
    pager += [(target, "", "next") for target in _rel_next(root, base)]
    following = next_of(url, pager)
    return Survey(
        links=_links(anchors, root, base, url),
        rows=rows,
        block=shape,
        next_url=following,
        stuck=following is None and _is_stuck(root, url, base),
    )


def _anchors(root: HtmlElement, base: str) -> Iterator[tuple[HtmlElement, str]]:
    for element in root.iter("a", "area"):
        target = resolve(base, element.get("href", ""))
        if target is not None:
            yield element, target


def _rel_next(root: HtmlElement, base: str) -> list[str]:
    found = (resolve(base, each.get("href", "")) for each in root.iter("link") if each.get("rel", "").lower() == "next")
    return [target for target in found if target]


def _links(anchors: list[tuple[HtmlElement, str]], root: HtmlElement, base: str, url: str) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for element, target in anchors:
        if same_site(url, target):
            _keep(found, Link(target, _says(element), _in_nav(element)))
    for target in _hidden_links(root, base):
        if same_site(url, target):
            _keep(found, Link(target, "", nav=True))
    return tuple(found.values())


def _keep(found: dict[str, Link], link: Link) -> None:
    key = url_key(link.url)
    old = found.get(key)
    if old is None:
        found[key] = link
    elif len(link.text) > len(old.text):
        found[key] = Link(old.url, link.text, old.nav)


def _hidden_links(root: HtmlElement, base: str) -> Iterator[str]:
    """Yields what frames, refreshing pages, choices and scripted buttons lead to."""
    hrefs = [each.get("src", "") for each in root.iter("iframe", "frame")]
    refreshing = (
        each.get("content", "") for each in root.iter("meta") if each.get("http-equiv", "").lower() == "refresh"
    )
    hrefs += [match[1] for content in refreshing if (match := _REFRESH.search(content))]
    hrefs += [each.get("value", "") for each in root.iter("option") if "/" in each.get("value", "")]
    hrefs += [match[1] for each in root.xpath("//*[@onclick]") if (match := _SCRIPTED.search(each.get("onclick", "")))]
    for href in hrefs:
        target = resolve(base, href)
        if target is not None:
            yield target


def _says(element: HtmlElement) -> str:
    text = plain("".join(_texts(element)))
    if text:
        return text
    image = next((each.get("alt", "") for each in element.iter("img")), "")
    return plain(element.get("title", "") or image)


def _texts(element: HtmlElement) -> Iterator[str]:
    """Yields the texts inside an element in order of place, without scripts."""
    if element.tag in _SILENT:
        return
    if element.text:
        yield element.text
    for child in element:
        yield from _texts(child)
        if child.tail:
            yield child.tail


def _in_nav(element: HtmlElement) -> bool:
    return any(each.tag in {"nav", "header", "footer"} or _NAV.search(_label(each)) for each in _above(element))


def _above(element: HtmlElement) -> Iterator[HtmlElement]:
    for each in element.iterancestors():
        if each.tag in {"body", "form"}:  # ASP.NET wraps the whole page in one form
            return
        yield each


def _label(element: HtmlElement) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"


# --- the main list ---------------------------------------------------------------------------------------------------


def _main_list(
    anchors: list[tuple[HtmlElement, str]], url: str, block: str, reference: datetime | None
) -> tuple[tuple[Row, ...], str]:
    families: dict[str, dict[str, tuple[HtmlElement, HtmlElement, str]]] = {}
    own = url_key(url)
    titled = [(element, target) for element, target in anchors if same_site(url, target) and _is_title(_says(element))]
    titled = [
        (element, target)
        for element, target in titled
        if url_key(target) != own and not is_step(url, target, titled=True)
    ]
    if block:
        chosen = block
        for element, target in titled:
            box = next((each for each in (element, *element.iterancestors()) if _shape(each) == block), None)
            if box is not None:
                families.setdefault(block, {}).setdefault(url_key(target), (box, element, target))
    else:
        single = _single_targets(titled)
        for element, target in titled:
            box = _row_box(element, target, single)
            families.setdefault(_shape(box), {}).setdefault(url_key(target), (box, element, target))
        weights = {
            shape: _weight([(box, element) for box, element, _ in family.values()])
            for shape, family in families.items()
            if len(family) >= MIN_ROWS
        }
        chosen = max(weights, key=lambda shape: (weights[shape], shape), default="")
    rows = []
    for box, element, target in families.get(chosen, {}).values():
        date = _row_date(box, element, reference)
        rows.append(Row(target, _says(element), date.value if date else None, date))
    return tuple(rows), chosen if rows or block else ""


def _is_title(text: str) -> bool:
    return len(text) >= TITLE_CHARS and len(text.split()) >= TITLE_WORDS


def _single_targets(titled: list[tuple[HtmlElement, str]]) -> dict[HtmlElement, str | None]:
    """Returns, for each element above a titled link, the one page that titled links in it lead to; None for several."""
    single: dict[HtmlElement, str | None] = {}
    for element, target in titled:
        for each in element.iterancestors():
            if each not in single:
                single[each] = target
            elif single[each] not in {target, None}:
                single[each] = None
    return single


def _row_box(element: HtmlElement, target: str, single: dict[HtmlElement, str | None]) -> HtmlElement:
    """Returns the largest element around a link that speaks of its page alone."""
    box = element
    for each in element.iterancestors():
        if each.tag in {"body", "html", "form"} or single.get(each) != target or _chars(each) > MAX_ROW_CHARS:
            break
        box = each
    return box


def _chars(element: HtmlElement) -> int:
    return sum(map(len, _texts(element)))


def _shape(box: HtmlElement) -> str:
    """Returns the path of tags and classes down to an element: what rows of one list have in common."""
    steps = []
    for each in [box, *box.iterancestors()][:PATH_DEPTH]:
        names = sorted(name for name in each.get("class", "").split() if not _DIGITS.search(name))
        steps.append(".".join([str(each.tag), *names[:2]]) if each is not box else str(each.tag))
    return "/".join(reversed(steps))


def _weight(rows: list[tuple[HtmlElement, HtmlElement]]) -> float:
    chars = sum(min(_chars(box), 400) for box, _ in rows)
    dated = sum(_row_date(box, element, None) is not None for box, element in rows)
    side = any(each.tag in {"aside", "nav", "footer"} or _SIDE.search(_label(each)) for each in _above(rows[0][0]))
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
    title = _says(element)
    texts: list[str] = []
    for each in box.iter():
        if not isinstance(each.tag, str) or each.tag in _SILENT:
            continue
        inside = each is element or element in each.iterancestors()
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
        behind += [*_texts(each), each.tail or ""]
    before: list[str] = []
    for each in element.itersiblings(preceding=True):
        before.append(each.tail or "")
        if each.tag == "a" or next(each.iter("a"), None) is not None:
            break
        before += list(_texts(each))
    return behind + ([] if any(map(str.strip, behind)) else before)


def _is_stuck(root: HtmlElement, url: str, base: str) -> bool:
    for each in root.iter("a", "button", "input"):
        href = each.get("href", "")
        if _POSTBACK.search(href) or _POSTBACK.search(each.get("onclick", "")):
            return True
        if (each.tag != "a" or resolve(base, href) in {None, url}) and _MORE.search(
            _says(each) or each.get("value", "")
        ):
            return True
    return False
