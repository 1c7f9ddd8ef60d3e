"""Finds on a page where a site's articles are listed: feeds, rows with dates, the next page, links worth following."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from lxml import html as lxml_html

from crawlers.article import DateEvidence
from crawlers.dates import find_dates, local_day
from crawlers.urls import resolve, same_site, site_key, url_key

FEED_TYPES: Final = {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
USUAL_FEEDS: Final = (
    "/rss",
    "/feed",
    "/rss.xml",
    "/rss/home.rss",
    "/feed.xml",
    "/atom.xml",
)  # asked where a home names none
TITLE_CHARS: Final = 15  # characters; a shorter link is a menu entry or a button, as in crawlers.rows
MIN_ROWS: Final = 3  # links of one shape that make a list
MAX_ROW_CHARS: Final = 1_500  # characters of one row; longer ones are articles shown whole
SUMMARY_CHARS: Final = 300  # characters of a row that count when lists are compared
NEXT_WORDS: Final = frozenset(
    [
        "sau",
        "tiếp",
        "tiếp theo",
        "trang sau",
        "trang tiếp",
        "trang tiếp theo",
        "trang kế",
        "kế tiếp",
        "xem thêm",
        "xem tiếp",
        "next",
        "older",
        "older posts",
        "cũ hơn",
        "bài cũ hơn",
        "tin cũ hơn",
        "»",
        "›",
        ">",
        ">>",
        "→",
        "next »",
        "next ›",
        "trang sau »",
    ]
)
PAGER: Final = re.compile(
    r"(?P<head>[?&](?:page|p|trang|pageindex|pageno|pg|paged|start|cur|curpage|_page|currentpage)=|/(?:page|trang|p)[/-]?|[-_](?:trang|p|page)-?)"
    r"(?P<number>\d{1,5})(?=$|[/?&#.])",
    re.IGNORECASE,
)
FILES: Final = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|odt|rtf|zip|rar|7z|gz|jpe?g|png|gif|bmp|svg|webp|ico|css|js|mp[34]|wav|avi|flv|wmv|webm|m3u8|exe|apk|ics|txt|xml|rss|atom|json)$",
    re.IGNORECASE,
)
NO_PAGES: Final = re.compile(
    r"/(?:tim-kiem|tim|search|login|dang-nhap|logout|register|dang-ky|print|in-bai|wp-admin|wp-json|wp-login\.php|user|account|gio-hang|share)(?:[/.?]|$)"
    r"|[?&](?:q|s|query|search|keyword|keywords|tukhoa|replytocom|print|share|returnurl|redirect|isdlg|source)=",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One item of a listing: its address, the words of its link, and the date that stands beside it."""

    url: str
    text: str
    claim: DateEvidence | None = None

    @property
    def day(self) -> date | None:
        """Local day that the listing claims."""
        return local_day(self.claim.value) if self.claim else None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a page lists: the rows of its main list, all dated rows on it, its links, and its next page."""

    rows: tuple[Row, ...]
    claims: Mapping[str, DateEvidence]  # url_key -> the date beside it, anywhere on the page
    links: tuple[str, ...]  # same-site addresses worth following, in order, once each
    next_url: str | None
    feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Anchor:
    element: lxml_html.HtmlElement
    url: str
    key: str
    text: str


def read_listing(root: lxml_html.HtmlElement, url: str) -> Listing:
    """Reads everything that discovery needs from one parsed page."""
    anchors = list(_anchors(root, url))
    groups = [_rows(group) for group in _groups(anchors)]
    claims = {url_key(row.url): row.claim for group in groups for row, _ in group if row.claim}
    main = max(groups, key=_weight, default=[])
    links = dict.fromkeys(anchor.url for anchor in anchors if is_page(anchor.url))
    return Listing(
        rows=tuple(row for row, _ in main),
        claims=claims,
        links=tuple(links),
        next_url=next_page(root, url, anchors),
        feeds=feeds_in(root, url),
    )


def feeds_in(root: lxml_html.HtmlElement, url: str) -> tuple[str, ...]:
    """Returns the feeds that the page names in link tags or links to."""
    named = [node.get("href", "") for node in root.iter("link") if node.get("type", "").strip().lower() in FEED_TYPES]
    linked = [
        node.get("href", "")
        for node in root.iter("a")
        if re.search(r"\.rss$|/rss/|/feed/?$|\.rss\?", node.get("href", ""), re.IGNORECASE)
    ]
    found = (resolve(url, href) for href in (*named, *linked))
    return tuple(dict.fromkeys(feed for feed in found if feed and same_site(feed, url) and "comment" not in feed))


def is_page(url: str) -> bool:
    """Tells whether an address may be a page with text: no file, no search, no log-in, no print view."""
    parts = urlsplit(url)
    return not FILES.search(parts.path) and not NO_PAGES.search(f"{parts.path}?{parts.query}")


def pager_base(url: str) -> str:
    """Returns the identity of a listing whatever page of it `url` shows."""
    return url_key(PAGER.sub("", url).replace("?&", "?").rstrip("?&") or url)


def page_number(url: str) -> int | None:
    """Returns the number of the page that `url` shows, None where it names none."""
    match = PAGER.search(url)
    return int(match["number"]) if match else None


def next_page(root: lxml_html.HtmlElement, url: str, anchors: Sequence[_Anchor] | None = None) -> str | None:
    """Returns the address of the page after this one: rel=next, a link that says so, or the next number of a pager."""
    for node in root.iter("link", "a"):
        if "next" in (node.get("rel") or "").lower().split():
            found = resolve(url, node.get("href", ""))
            if found and same_site(found, url):
                return found
    own, base = page_number(url), pager_base(url)
    numbered: dict[int, str] = {}
    for anchor in anchors if anchors is not None else list(_anchors(root, url)):
        number = page_number(anchor.url)
        if number is None or anchor.key == url_key(url) or pager_base(anchor.url) != base:
            continue
        if anchor.text.casefold().strip(" .…") in NEXT_WORDS and (own is None or number > own):
            return anchor.url
        if anchor.text.strip("[]() ").isdigit():
            numbered[int(anchor.text.strip("[]() "))] = anchor.url
    current = _current_page(own, numbered)
    return numbered.get(current + 1)


def _current_page(own: int | None, numbered: Mapping[int, str]) -> int:
    """The label of this page: pagers count from 0, 1 or by offsets, so it is found among the labels that are no links."""
    if own is None:
        return 1
    for label, target in numbered.items():
        number = page_number(target)
        if number is not None and number != label:  # "2" leads to page=1: labels run ahead of numbers
            return own + (label - number) if abs(label - number) == 1 else label - 1
    return own


def _anchors(root: lxml_html.HtmlElement, url: str) -> Iterator[_Anchor]:
    own = url_key(url)
    for element in root.iter("a"):
        found = resolve(url, element.get("href") or "")
        if found is None or not same_site(found, url):
            continue
        key = url_key(found)
        if key != own:
            text = " ".join(element.text_content().split()) or (element.get("title") or "").strip()
            yield _Anchor(element, found, key, text)


def _groups(anchors: Iterable[_Anchor]) -> list[list[_Anchor]]:
    """Groups title links by the shape of the path above them; one link a page and group."""
    groups: defaultdict[str, dict[str, _Anchor]] = defaultdict(dict)
    for anchor in anchors:
        if len(anchor.text) >= TITLE_CHARS and is_page(anchor.url) and page_number(anchor.url) is None:
            groups[_shape(anchor.element)].setdefault(anchor.key, anchor)
    return [list(group.values()) for group in groups.values() if len(group) >= MIN_ROWS]


def _shape(element: lxml_html.HtmlElement) -> str:
    steps = []
    for node in (element, *element.iterancestors()):
        name = re.sub(r"\d+", "", (node.get("class") or "").split(" ")[0]) if node is not element else ""
        steps.append(f"{node.tag}.{name}")
        if len(steps) == 7:
            break
    return "/".join(steps)


def _rows(group: Sequence[_Anchor]) -> list[tuple[Row, int]]:
    """Finds for each link the box around it that holds no other link of the group, and the date in that box."""
    paths = [[anchor.element, *anchor.element.iterancestors()] for anchor in group]
    rows = []
    for number, anchor in enumerate(group):
        neighbours = [paths[other] for other in (number - 1, number + 1) if 0 <= other < len(paths)]
        box, following = _box(paths[number], neighbours)
        text = " ".join(_text(box, following).split())
        rows.append((Row(anchor.url, anchor.text, _claim(text, anchor.text)), min(len(text), SUMMARY_CHARS)))
    return rows


def _box(
    path: Sequence[lxml_html.HtmlElement], neighbours: Sequence[Sequence[lxml_html.HtmlElement]]
) -> tuple[lxml_html.HtmlElement, list[lxml_html.HtmlElement]]:
    """Returns the row's box and the siblings that follow it before the next row (a date in the next cell or <dd>)."""
    foreign = {node for other in neighbours for node in other}
    box = path[0]
    for node in path:
        if node in foreign:
            break
        box = node
    following = []
    for sibling in box.itersiblings():
        if sibling in foreign:
            break
        following.append(sibling)
    return box, following[:3]


def _text(box: lxml_html.HtmlElement, following: Iterable[lxml_html.HtmlElement]) -> str:
    parts = [" ".join(box.itertext()), box.tail or ""]
    for node in following:
        if isinstance(node.tag, str):
            parts += [" ".join(node.itertext()), node.tail or ""]
    return " ".join(parts)[:MAX_ROW_CHARS]


def _claim(text: str, title: str) -> DateEvidence | None:
    """The date beside the title, not one inside it; the last one, since dates of events stand in the words before."""
    beside = text.replace(title, " ", 1)
    found = find_dates(beside)
    if not found:
        return None
    days = {local_day(each.date.value) for each in found}
    best = (
        found[0]
        if len(days) == 1 or len(beside) < 60
        else max(found, key=lambda each: (each.date.precision != "day", -each.start))
    )
    return DateEvidence(best.date.value, "listing", best.date.precision, beside[best.start : best.end])


def _weight(rows: Sequence[tuple[Row, int]]) -> float:
    """Compares the lists of a page: the main one is long, has summaries, dates, and the newest item first."""
    days = [row.day for row, _ in rows if row.day]
    weight = float(sum(size for _, size in rows))
    if len(days) * 2 >= len(rows):
        weight *= 1.5
        if all(a >= b for a, b in pairwise(days)):
            weight *= 1.5
    return weight


def site_of(url: str) -> str:
    """Returns the key under which requests to one site are queued."""
    return site_key(url)
