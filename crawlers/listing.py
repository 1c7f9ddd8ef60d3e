"""Links of a page: what they say, which stand in a list of one shape, with which date, and where the list goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lxml.html import HtmlElement

from crawlers.blocks import parse_tree, plain
from crawlers.dates import ParsedDate, find_dates, parse_date
from crawlers.paging import following, has_place, is_step, next_of, on_page
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
_POSTBACK: Final = re.compile(r"__doPostBack\([^)]{0,300}(?:page|pager|next|lnk)", re.IGNORECASE)
_SCRIPT: Final = re.compile(r"^\s*javascript:|__doPostBack", re.IGNORECASE)
_QUOTED: Final = re.compile(r"""["']([^"'\s/?]*+[/?][^"'\s]*+)["']""")
_TURNS: Final = re.compile(
    r"^\W*\d{1,4}\W*$|^\W*(?:trang\s+)?(?:sau|tiếp|kế)|^\W*(?:next|older)\b|^\s*[>›»→]+\s*$", re.IGNORECASE
)
_LOADS: Final = re.compile(r"load-?more|xem-?them|tai-?them|infinite|jscroll|show-?more|view-?more", re.IGNORECASE)
_ADDRESSES: Final = (
    *("data-next-url", "data-next-page-url", "data-next", "data-url", "data-href", "data-ajax-url", "data-ajax"),
    *("data-load-url", "data-api", "data-link", "data-src", "data-action", "formaction"),
)  # attributes in which buttons and lists keep where they go on
_NUMBERS: Final = ("data-next-page", "data-next", "data-page", "data-trang", "data-p")
_DOCUMENT: Final = re.compile(r"<(?:!doctype|html|body|head)\b", re.IGNORECASE)
_MORE_MEMBERS: Final = ("hasmore", "has_more", "hasnext", "has_next", "more")  # of JSON answers
_NEXT_MEMBERS: Final = ("next", "next_url", "nexturl", "next_page", "nextpage", "next_page_url", "nextpageurl")
_ITEM_URLS: Final = ("url", "link", "href", "permalink", "path", "detailurl", "newsurl", "shareurl")
_ITEM_TITLES: Final = ("title", "name", "headline", "tieude", "subject")
_ITEM_DATES: Final = (
    *("published", "publishedat", "publishdate", "publisheddate", "publishtime", "date", "pubdate", "ngaydang"),
    *("createdat", "createddate", "created", "time"),
)
MAX_PAGE: Final = 1_000  # a larger number on a button is an id
EPOCH_S: Final = 1_000_000_000  # seconds since 1970 in September 2001; smaller numbers are counters
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
    over: bool = False  # an answer to a script that says itself that nothing more follows


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
    if html.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}:
        return _survey_answer(html, url, block, reference)
    root = parse_tree(html)
    if root is None:
        return Survey((), (), "", None, stuck=False, over=not html.strip())
    base = next((resolve(url, each.get("href", "")) for each in root.iter("base") if each.get("href")), None) or url
    anchors = list(_anchors(root, base))
    rows, shape = _main_list(anchors, url, block, reference, piece=not _is_document(html))
    pager = [(target, _says(element), element.get("rel", "")) for element, target in anchors if same_site(url, target)]
    pager += [(target, "", "next") for target in _rel_next(root, base)]
    pager += _scripted_steps(root, base, url)
    onward = next_of(url, pager) or _more_of(root, base, url)
    if onward is None and rows and not _is_document(html):
        onward = following(url, len(rows))  # a piece of a page, as scripts ask for it: the next piece is counted
    return Survey(
        links=_links(anchors, root, base, url),
        rows=rows,
        block=shape,
        next_url=onward,
        stuck=onward is None and _is_stuck(root, url, base),
        over=not rows and not _is_document(html) and not plain(root.text_content()),
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
    hrefs += [value for each in root.iter("option") if "/" in (value := each.get("value", "")) or value[:1] == "?"]
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
    anchors: list[tuple[HtmlElement, str]], url: str, block: str, reference: datetime | None, *, piece: bool
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
            box = next((each for each in (element, *element.iterancestors()) if _fits(each, block, piece=piece)), None)
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


def _fits(box: HtmlElement, block: str, *, piece: bool) -> bool:
    """Tells whether an element has the shape of a list's rows; in a piece of a page what stood above it is missing."""
    shape = _shape(box)
    if not piece:
        return shape == block
    shape = shape.removeprefix("html/").removeprefix("body/")
    return block == shape or block.endswith(f"/{shape}")


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


# --- where a list goes on by script ------------------------------------------------------------------------------------


def _is_document(html: str) -> bool:
    return _DOCUMENT.search(html) is not None


def _scripted_steps(root: HtmlElement, base: str, url: str) -> list[tuple[str, str, str]]:
    """Returns the addresses that scripted pagers carry in quotes, with what their links say."""
    found = []
    for each in root.iter("a", "button"):
        script = each.get("href", "") if _SCRIPT.search(each.get("href", "")) else each.get("onclick", "")
        if script and _TURNS.search(_says(each)):
            quoted = (match[1].replace("\\u0026", "&") for match in _QUOTED.finditer(script))
            found += [(target, _says(each), "") for value in quoted if (target := resolve(base, value))]
    return [step for step in found if same_site(url, step[0])]


def _more_of(root: HtmlElement, base: str, url: str) -> str | None:
    """Returns where a "load more" button or an endless list says that it goes on."""
    for each in root.xpath("//*[@*[starts-with(name(), 'data-')] or @formaction]"):
        label = f"{_label(each)} {' '.join(name for name in each.attrib if 'next' in name)}"
        if not (_LOADS.search(label) or "next" in label or _MORE.search(_says(each) or each.get("value", ""))):
            continue
        values = (each.get(name, "").strip() for name in _ADDRESSES)
        target = next((found for value in values if re.search("[/?]", value) and (found := resolve(base, value))), None)
        number = _next_number(each)
        if target is None and number is not None and each.get("href", "#").startswith(("#", "javascript:")):
            target = url if number > 1 else None
        if target is None or not same_site(url, target):
            continue
        target = on_page(target, number) if number is not None else on_page(target, 2) if has_place(target) else target
        if url_key(target) != url_key(url):
            return target
    return None


def _next_number(element: HtmlElement) -> int | None:
    """Returns the number of the next page that a button carries; `data-page` may be the one that is shown."""
    for name in _NUMBERS:
        value = element.get(name, "").strip()
        if value.isdigit() and int(value) < MAX_PAGE:
            shown = name in {"data-page", "data-trang", "data-p"} and int(value) < 2
            return 2 if shown else int(value)
    return None


def _survey_answer(text: str, url: str, block: str, reference: datetime | None) -> Survey:
    """Reads what a script is answered with: JSON that holds HTML, or items with address, title and date."""
    nothing = Survey((), (), block, None, stuck=False)
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return nothing
    members = dict(_members(answer))
    pieces = [value for value in members.values() if isinstance(value, str) and "<a" in value and "href" in value]
    rows: tuple[Row, ...] = ()
    links: tuple[Link, ...] = ()
    if pieces:
        inner = survey(max(pieces, key=len), url, block=block, reference=reference)
        rows, links, block = inner.rows, inner.links, inner.block
    else:
        rows = tuple(_items(answer, url, reference))
        links = tuple(Link(row.url, row.title, nav=False) for row in rows)
    more = next((members[name] for name in _MORE_MEMBERS if name in members), None)
    onward = following(url, len(rows)) if rows else None
    for name in _NEXT_MEMBERS:
        value = members.get(name)
        if isinstance(value, str) and re.search("[/?]", value):
            onward = resolve(url, value)
        elif isinstance(value, int) and not isinstance(value, bool):
            onward = on_page(url, value)
        elif name in members and value in (None, "", False):
            more = False
    over = more is False or (not rows and _is_bare(answer))
    onward = onward if onward and same_site(url, onward) and not over else None
    return Survey(links, rows, block, onward, stuck=False, over=over)


def _members(answer: object, depth: int = 3) -> Iterator[tuple[str, object]]:
    """Yields the members of a JSON object and of the objects in it, outer ones last; those of lists are items."""
    if isinstance(answer, dict) and depth:
        for value in answer.values():
            yield from _members(value, depth - 1)
        for name, value in answer.items():
            yield str(name).lower().replace("-", "_"), value


def _is_bare(answer: object) -> bool:
    """Tells whether an answer has a list or a piece of HTML in it that is empty, and speaks of no error."""
    members = dict(_members(answer))
    if any(name in members and members[name] for name in ("error", "errors", "exception")):
        return False
    return answer == [] or any(value in ([], "") for name, value in members.items() if name not in _NEXT_MEMBERS)


def _items(answer: object, url: str, reference: datetime | None) -> Iterator[Row]:
    """Yields the items of the longest list of objects that have an address and a title."""
    lists = [value for value in (answer, *(value for _, value in _members(answer))) if isinstance(value, list)]
    found = [[row for each in items if (row := _item(each, url, reference))] for items in lists]
    yield from max(found, key=len, default=[])


def _item(item: object, url: str, reference: datetime | None) -> Row | None:
    if not isinstance(item, dict):
        return None
    members = {str(name).lower().replace("_", "").replace("-", ""): value for name, value in item.items()}
    href = next((value for name in _ITEM_URLS if isinstance(value := members.get(name), str) and value), "")
    title = next((value for name in _ITEM_TITLES if isinstance(value := members.get(name), str) and value), "")
    target = resolve(url, href) if href else None
    if target is None or not same_site(url, target):
        return None
    date = next((found for name in _ITEM_DATES if (found := _stamp(members.get(name), reference))), None)
    return Row(target, plain(title), date.value if date else None, date)


def _stamp(value: object, reference: datetime | None) -> ParsedDate | None:
    if isinstance(value, str):
        return parse_date(value, reference=reference)
    if isinstance(value, int) and not isinstance(value, bool) and value >= EPOCH_S:
        seconds = value / 1000 if value >= EPOCH_S * 1000 else value
        return parse_date(datetime.fromtimestamp(seconds, UTC).isoformat()) if seconds < EPOCH_S * 1000 else None
    return None


def _is_stuck(root: HtmlElement, url: str, base: str) -> bool:
    for each in root.iter("a", "button", "input"):
        href, script = each.get("href", ""), f"{each.get('href', '')} {each.get('onclick', '')}"
        if _POSTBACK.search(script):
            return True
        if _SCRIPT.search(href) and _TURNS.search(_says(each)) and not _in_nav(each):
            return True
        if (each.tag != "a" or resolve(base, href) in {None, url}) and _MORE.search(
            _says(each) or each.get("value", "")
        ):
            return True
    return bool(root.xpath("//*[contains(@class, 'infinite-scroll') or contains(@class, 'jscroll')]"))
