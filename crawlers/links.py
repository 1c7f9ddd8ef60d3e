"""Links of a page to its own site: whereto, in which element, and what they say. Also those that no `<a>` shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawlers.blocks import plain
from crawlers.dates import ParsedDate
from crawlers.urls import resolve, same_site, url_key

TITLE_CHARS: Final = 15  # a shorter link is a menu entry or a button, a longer one another page's title
TITLE_WORDS: Final = 4  # syllables; Vietnamese menu entries have two or three
MAX_TITLE_CHARS: Final = 300  # a clickable box without a heading that says more is not named by its text
MAX_BOX_LINKS: Final = 4  # links in a clickable box: title, picture, section, author; a box with more is a list

MAX_NESTED: Final = 4  # boxes and links around something clickable; deeper nests are no pages for readers
MAX_BUTTON_ELEMENTS: Final = 20  # inside a button or a link of a pager: icons, spans
MAX_LABEL_CHARS: Final = 500  # of classes or an id; asked of every element around every link
ROW_DEPTH: Final = 5  # elements around a link in which its title may stand

_DETAILS: Final = re.compile(
    r"^\W*$|^\W*(?:(?:xem|đọc|đọc thêm|xem thêm)\s*)?(?:chi tiết|thêm|tiếp)\b|^\W*(?:read |view |see )?(?:more|details?)\b",
    re.IGNORECASE,
)  # what links say whose title is not linked
_NAV: Final = re.compile(r"menu|nav|breadcrumb|footer|header|top-?bar", re.IGNORECASE)
_REFRESH: Final = re.compile(r"url\s*=\s*['\"]?([^'\">]+)", re.IGNORECASE)
_SCRIPT: Final = re.compile(r"^\s*javascript:", re.IGNORECASE)
_GOES: Final = re.compile(r"(?:location(?:\.href)?\s*=|location\.(?:assign|replace)\(|window\.open\()\s*['\"]([^'\"]+)")
_QUOTED: Final = re.compile(r"""["']([^"'\s/?]*+[/?][^"'\s]*+)["']""")
_PATH: Final = re.compile(r"^(?:/|\.{1,2}/|\?|https?:)|\.(?:html?|aspx?|php|jsp)(?:\?|$)", re.IGNORECASE)
_TURNS: Final = re.compile(
    r"^\W*\d{1,4}\W*$|^\W*(?:trang\s+)?(?:sau|tiếp|kế|trước|đầu|cuối)|^\W*(?:next|older|newer|prev\w*|first|last)\b"
    r"|^\s*[<>«»‹›←→.…]+\s*$",
    re.IGNORECASE,
)  # what the links of pagers say
_BOX_ADDRESSES: Final = ("data-href", "data-link", "data-url")  # of boxes and rows that a script makes clickable
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
SILENT: Final = frozenset({"script", "style", "noscript", "template", "option", "select"})
_NO_BOXES: Final = frozenset({"button", "input", "form", "body", "html", "select", "img", "script"})
_TITLE_CLASS: Final = re.compile(r"title|tieu-?de|headline", re.IGNORECASE)


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


@dataclass(frozen=True, slots=True, eq=False)
class Anchor:
    """One link in its place: `element` is what says its text."""

    element: HtmlElement
    url: str
    text: str


def base_of(root: HtmlElement, url: str) -> str:
    """Returns the address against which a page's links are read.

    A `<base>` on another host only gives its path: sites behind a proxy and copies name the server that they came from.
    """
    named = next((resolve(url, each.get("href", "")) for each in root.iter("base") if each.get("href")), None)
    if named is None or same_site(url, named):
        return named or url
    here, there = urlsplit(url), urlsplit(named)
    return there._replace(scheme=here.scheme, netloc=here.netloc).geturl()


def anchors_in(root: HtmlElement, base: str, url: str) -> list[Anchor]:
    """Returns what can be clicked on a page and leads to a page of its site, in order of place."""
    found = []
    clickable: dict[HtmlElement, str] = {}  # what was found so far -> where it leads
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in {"a", "area"}:
            target = resolve(base, element.get("href", ""))
            if target is None and not is_turn(says_briefly(element)):
                target = _scripted_target(element, base)
        else:
            target = _box_target(element, base)
        if target is not None and same_site(url, target) and not _is_nested(element, target, clickable):
            clickable[element] = target
            named = _heading(element)
            boxed = named is element and element.tag not in {"a", "area"}
            text = says(named)
            found.append(Anchor(named, target, "" if boxed and len(text) > MAX_TITLE_CHARS else text))
    titled = {each.url for each in found if is_title(each.text)}
    hrefs: dict[HtmlElement, list[str]] = {}
    return [each if each.url in titled else _titled_beside(each, hrefs) for each in found]


def links_of(anchors: list[Anchor], root: HtmlElement, base: str, url: str) -> tuple[Link, ...]:
    """Returns the links of a page, each address once with its longest text; hidden ones count as those of a menu."""
    found: dict[str, Link] = {}
    for anchor in anchors:
        _keep(found, Link(anchor.url, anchor.text, in_nav(anchor.element)))
    for target in _hidden_links(root, base):
        if same_site(url, target):
            _keep(found, Link(target, "", nav=True))
    return tuple(found.values())


def quoted_addresses(script: str) -> Iterator[str]:
    """Yields the texts in quotes of a script that may be addresses."""
    for match in _QUOTED.finditer(script):
        yield match[1].replace("\\u0026", "&").replace("\\u002f", "/").replace("\\/", "/")


def is_script(href: str) -> bool:
    """Tells whether a link's address is a script."""
    return _SCRIPT.search(href) is not None


def is_title(text: str) -> bool:
    """Tells whether a link reads like the title of a page rather than a menu entry or a button."""
    return len(text) >= TITLE_CHARS and len(text.split()) >= TITLE_WORDS


def is_turn(text: str) -> bool:
    """Tells whether a link says what those of pagers say: a number, "Trang sau", an arrow."""
    return _TURNS.search(text) is not None


def script_of(element: HtmlElement) -> str:
    """Returns what an element does when it is clicked; "" where it only follows its address."""
    href = element.get("href", "")
    return f"{href if is_script(href) else ''} {element.get('onclick', '')}".strip()


def says(element: HtmlElement) -> str:
    """Returns the text of a link, else what its tip or picture is called."""
    text = plain("".join(texts_in(element)))
    if text:
        return text
    image = next((alt for each in element.iter("img") if (alt := each.get("alt", "") or each.get("title", ""))), "")
    return plain(element.get("title", "") or element.get("aria-label", "") or element.get("alt", "") or image)


def says_briefly(element: HtmlElement) -> str:
    """Returns what a button or the link of a pager says; "" for what has too much in it to be one."""
    few = len(list(islice(element.iterdescendants(), MAX_BUTTON_ELEMENTS + 1))) <= MAX_BUTTON_ELEMENTS
    return says(element) if few else ""


def texts_in(element: HtmlElement) -> Iterator[str]:
    """Yields the texts inside an element in order of place, without scripts."""
    if element.tag in SILENT:
        return
    if element.text:
        yield element.text
    for child in element:
        yield from texts_in(child)
        if child.tail:
            yield child.tail


def in_nav(element: HtmlElement) -> bool:
    """Tells whether an element stands in a menu, a header or a footer."""
    return any(each.tag in {"nav", "header", "footer"} or _NAV.search(label(each)) for each in above(element))


def above(element: HtmlElement) -> Iterator[HtmlElement]:
    """Yields the elements around one, up to the body."""
    for each in element.iterancestors():
        if each.tag in {"body", "form"}:  # ASP.NET wraps the whole page in one form
            return
        yield each


def label(element: HtmlElement) -> str:
    """Returns what the markup calls an element: classes and id."""
    return f"{element.get('class', '')[:MAX_LABEL_CHARS]} {element.get('id', '')[:MAX_LABEL_CHARS]}"


def _keep(found: dict[str, Link], link: Link) -> None:
    key = url_key(link.url)
    old = found.get(key)
    if old is None:
        found[key] = link
    elif len(link.text) > len(old.text):
        found[key] = Link(old.url, link.text, old.nav)


def _scripted_target(element: HtmlElement, base: str) -> str | None:
    """Returns the address that a link keeps in its script or beside it, where its `href` leads nowhere."""
    values = [*_script_addresses(script_of(element)), *(element.get(name, "") for name in _BOX_ADDRESSES)]
    return next((target for value in values if _PATH.search(value.strip()) and (target := resolve(base, value))), None)


def _script_addresses(script: str) -> Iterator[str]:
    if script:
        yield from _GOES.findall(script)
        yield from quoted_addresses(script)


def _is_nested(element: HtmlElement, target: str, clickable: dict[HtmlElement, str]) -> bool:
    """Tells whether something clickable adds nothing: a box in another one to the same page, or the inside of a deep nest."""
    around = [clickable[each] for each in element.iterancestors() if each in clickable]
    return len(around) >= MAX_NESTED or (element.tag not in {"a", "area"} and target in around)


def _box_target(element: HtmlElement, base: str) -> str | None:
    """Returns where a box leads that is no link but clickable: by its script, or by an address that it carries."""
    if element.tag in _NO_BOXES:
        return None
    values = [match[1] for match in _GOES.finditer(element.get("onclick", ""))]
    values += [value for name in _BOX_ADDRESSES if _PATH.search(value := element.get(name, "").strip())]
    target = next((target for value in values if (target := resolve(base, value))), None)
    return target if target and len(list(islice(element.iter("a"), MAX_BOX_LINKS + 1))) <= MAX_BOX_LINKS else None


def _heading(box: HtmlElement) -> HtmlElement:
    """Returns the element that names what can be clicked: a heading or line in it that is a title, else the whole."""
    inner = [each for each in box.iterdescendants() if isinstance(each.tag, str)]
    heads = [each for each in inner if each.tag in _HEADINGS] + [
        each for each in inner if _TITLE_CLASS.search(each.get("class", ""))
    ]
    if box.tag not in {"a", "area"}:
        heads += [each for each in inner if not len(each)]  # cells of a table, lines of a card
    return next((each for each in heads if is_title(says(each))), box)


def _titled_beside(anchor: Anchor, hrefs: dict[HtmlElement, list[str]]) -> Anchor:
    """Returns a picture or "Chi tiết" with the title that stands unlinked beside it, in a box that leads nowhere else.

    `hrefs` remembers the first links of each box: a box with more of them is a list.
    """
    if anchor.element.tag != "a" or not _DETAILS.search(anchor.text):
        return anchor
    href = anchor.element.get("href", "")
    for box in islice(anchor.element.iterancestors(), ROW_DEPTH):
        if box not in hrefs:
            hrefs[box] = [each.get("href", "") for each in islice(box.iter("a"), MAX_BOX_LINKS + 1)]
        leads = hrefs[box]
        if box.tag in {"body", "form", "html"} or len(leads) > MAX_BOX_LINKS or any(each != href for each in leads):
            break
        named = _heading(box)
        if named is not box:
            return Anchor(named, anchor.url, says(named))
    return anchor


def _hidden_links(root: HtmlElement, base: str) -> Iterator[str]:
    """Yields what frames, refreshing pages, choices and scripted buttons lead to."""
    hrefs = [each.get("src", "") for each in root.iter("iframe", "frame")]
    refreshing = (
        each.get("content", "") for each in root.iter("meta") if each.get("http-equiv", "").lower() == "refresh"
    )
    hrefs += [match[1] for content in refreshing if (match := _REFRESH.search(content))]
    chosen = (each.get("value", "").strip() for each in root.iter("option"))
    hrefs += [value for value in chosen if _PATH.search(value) or ("/" in value and not value[:1].isdigit())]
    hrefs += [match[1] for each in root.xpath("//*[@onclick]") if (match := _GOES.search(each.get("onclick", "")))]
    for href in hrefs:
        target = resolve(base, href)
        if target is not None:
            yield target
