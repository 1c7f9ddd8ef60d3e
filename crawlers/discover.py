"""Feeds and sitemaps: where a site has them, and the addresses with dates that they claim. Pure functions."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import feedparser
from lxml import etree

from crawlers.article import DateKind, Media, Precision
from crawlers.dates import ParsedDate, parse_date
from crawlers.decode import clean_text, decode
from crawlers.errors import ParseError
from crawlers.reason import because
from crawlers.tree import parse_tree
from crawlers.urls import resolve, same_site

MAX_SITEMAP_BYTES: Final = 50_000_000  # unpacked, as the protocol allows
MAX_URLS: Final = 50_000  # in one sitemap, as the protocol allows
USUAL_FEEDS: Final = ("rss", "feed", "rss.xml", "feed.xml", "rss/home.rss", "rss/trang-chu.rss", "atom.xml")
USUAL_SITEMAPS: Final = ("sitemap.xml", "sitemap_index.xml", "sitemap-news.xml")

TAIL_BYTES: Final = 2_000  # of a sitemap in which its end stands; caches write comments behind it

_END: Final = re.compile(rb"</(?:\w+:)?(?:urlset|sitemapindex)|<(?:\w+:)?(?:urlset|sitemapindex)[^<>]*/>")
_FEED_TYPE: Final = re.compile(r"application/(?:rss|atom|rdf|feed)", re.IGNORECASE)
_FEED_LINK: Final = re.compile(r"(?:[/._-](?:rss|atom|feeds?)(?:[/._?=-]|$)|\.rss$)", re.IGNORECASE)
_NOT_OURS: Final = re.compile(r"comments?/feed|/feed/json|wp-json|oembed", re.IGNORECASE)
_FEED_START: Final = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_DECLARATION: Final = re.compile(  # at the head only, and without a second look: strangers write megabytes of it
    r"\A\s*+(?:<\?xml[^<>]*+>\s*+)?+(?:<!DOCTYPE[^<>\[]*+(?:\[[^\]]*+\]\s*+)?+>)?+", re.IGNORECASE
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BARE_AMPERSAND: Final = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|$)|&(?!#?\w+;)", re.DOTALL)  # "?id=1&copy=2" is no ©
_SURROGATE: Final = re.compile(r"&#(?:x0*d[89a-f][0-9a-f]{2}|0*5(?:529[6-9]|5[3-9]\d\d|[67]\d{3}));", re.IGNORECASE)
_ITEM: Final = re.compile(
    r"<!--[^-]*+(?:-[^-]++)*+-->|<!\[CDATA\[.*?(?:\]\]>|$)|<(?:\w+:)?(item|entry)[\s>]", re.DOTALL | re.IGNORECASE
)
_MONTH_FIRST: Final = re.compile(r"^\s*(\d{1,2})/(\d{1,2})/(\d{4})")
_DURATION: Final = re.compile(r"(?:(?:(\d+):)?(\d{1,3}):)?(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One page that a feed or sitemap names, and when it says that the page was published (or last changed)."""

    url: str
    title: str
    at: datetime | None  # UTC
    precision: Precision | None
    kind: DateKind
    media: tuple[Media, ...] = ()
    changed_only: bool = False  # the date is that of the last change, publication is the same day or earlier


@dataclass(frozen=True, slots=True)
class Feed:
    """What one feed holds; `whole` where every item that it begins could be read."""

    entries: tuple[Entry, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one sitemap holds: pages, or other sitemaps with the time of their last change (an index)."""

    entries: tuple[Entry, ...]
    children: tuple[tuple[str, datetime | None], ...]
    cut: bool = False  # it breaks off, or holds more than is read: it may name more pages than these


def usual_feed_paths(home: str) -> tuple[str, ...]:
    """Returns where feeds usually lie, for sites that do not say where."""
    return tuple(found for path in USUAL_FEEDS if (found := resolve(home, "/" + path)))


def usual_sitemap_paths(home: str) -> tuple[str, ...]:
    """Returns where sitemaps usually lie, for sites whose robots.txt does not say where."""
    return tuple(found for path in USUAL_SITEMAPS if (found := resolve(home, "/" + path)))


def feeds_in(html: str, url: str) -> tuple[str, ...]:
    """Returns the feeds that a page names, in `<link rel=alternate>` first, then in links of the same site."""
    root = parse_tree(html)
    if root is None:
        return ()
    named = [
        element.get("href", "")
        for element in root.iter("link")
        if "alternate" in element.get("rel", "").lower() and _FEED_TYPE.match(element.get("type", "").strip())
    ]
    linked = [element.get("href", "") for element in root.iter("a") if _FEED_LINK.search(element.get("href", ""))]
    found = [resolve(url, href) for href in named] + [
        target for href in linked if (target := resolve(url, href)) and same_site(url, target)
    ]
    return tuple(dict.fromkeys(feed for feed in found if feed and not _NOT_OURS.search(feed)))


def read_feed(body: bytes, url: str, content_type: str | None = None) -> Feed:
    """Returns what an RSS or Atom feed holds, however damaged. Raises ParseError where the bytes are no feed."""
    text = _DECLARATION.sub("", decode(body, content_type, url=url))
    start = _FEED_START.search(text)
    if start is None:
        raise ParseError(url, "feed", because("no_feed"))
    text = _SURROGATE.sub("", _CONTROL.sub("", text[start.start() :]))
    text = _BARE_AMPERSAND.sub(lambda match: "&amp;" if match[0] == "&" else match[0], text)
    begun = sum(match[1] is not None for match in _ITEM.finditer(text))
    feed = _parsed(text)
    if len(feed.entries) < begun:
        mended = _parsed(_mended(text))
        feed = mended if len(mended.entries) > len(feed.entries) else feed
    if not feed.version:
        raise ParseError(url, "feed", because("feed_version"))
    base = resolve(url, str(feed.feed.get("link") or "")) or url
    shown = [str(item.get("published") or item.get("created") or item.get("updated") or "") for item in feed.entries]
    month_first = _is_month_first(shown)
    entries = (
        _entry(item, url, base, date, month_first=month_first) for item, date in zip(feed.entries, shown, strict=True)
    )
    found = tuple(entry for entry in entries if entry)
    return Feed(found, len(found) >= begun)


def parse_sitemap(body: bytes, url: str) -> Sitemap:
    """Returns what a sitemap holds: XML, gzip or a plain list. Raises ParseError where the bytes are no sitemap."""
    body = _unpacked(body, url)
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _plain_list(body, url)
    entries: list[Entry] = []
    children: list[tuple[str, datetime | None]] = []
    for name, fields in _elements(body, url):
        target = resolve(url, fields.get("loc", ""))
        if target is None:
            continue
        if name == "sitemap":
            children.append((target, _moment(fields.get("lastmod", ""))))
        elif len(entries) < MAX_URLS:
            entries.append(_page(target, fields))
    cut = _END.search(body[-TAIL_BYTES:]) is None or len(entries) >= MAX_URLS
    return Sitemap(tuple(entries), tuple(children), cut)


def _parsed(text: str) -> Any:
    return feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),  # not bytes: feedparser would take short ones for a file name
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _mended(text: str) -> str:
    """Returns a feed whose tags do not fit each other as lxml closes them: a misspelt end tag costs no later item."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    return "" if root is None else etree.tostring(root, encoding="unicode")


def _entry(item: Any, url: str, base: str, shown: str, *, month_first: bool) -> Entry | None:
    href = str(item.get("link") or "").strip()
    if not href:
        href = next((str(link.get("href", "")) for link in item.get("links", ()) if link.get("rel") == "alternate"), "")
    if not href and str(item.get("id", "")).startswith(("http:", "https:")):
        href = str(item["id"])
    target = resolve(base if same_site(url, base) else url, href) if href else None
    if target is None:
        return None
    parsed = _date(shown, month_first=month_first)
    return Entry(
        url=target,
        title=clean_text(str(item.get("title", ""))),
        at=parsed.value if parsed else None,
        precision=parsed.precision if parsed else None,
        kind="feed",
        media=_media(item, url),
    )


def _date(shown: str, *, month_first: bool) -> ParsedDate | None:
    if month_first:
        shown = _MONTH_FIRST.sub(r"\2/\1/\3", shown)
    return parse_date(shown) if shown else None


def _is_month_first(shown: Iterable[str]) -> bool:
    """Tells whether a feed writes months before days, as some content systems do: one 9/13/2020 gives all away."""
    pairs = [(int(match[1]), int(match[2])) for text in shown if (match := _MONTH_FIRST.match(text))]
    return any(second > 12 for _, second in pairs) and all(first <= 12 for first, _ in pairs)


def _media(item: Any, url: str) -> tuple[Media, ...]:
    """Returns audio and video of a feed item, each with its duration where the feed tells it."""
    length = _seconds(str(item.get("itunes_duration") or ""))
    found: dict[str, Media] = {}
    for each in (*item.get("enclosures", ()), *item.get("media_content", ())):
        target = resolve(url, str(each.get("href") or each.get("url") or ""))
        kind = f"{each.get('type', '')} {each.get('medium', '')}".lower()
        if target and ("video" in kind or "audio" in kind):
            own = _seconds(str(each.get("duration") or ""))
            found.setdefault(target, Media("video" if "video" in kind else "audio", target, own or length))
    return tuple(found.values())


def _seconds(text: str) -> float | None:
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds = match.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds)


def _unpacked(body: bytes, url: str) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    member = zlib.decompressobj(31)
    try:
        unpacked = member.decompress(body, MAX_SITEMAP_BYTES)
    except zlib.error as error:
        raise ParseError(url, "sitemap", because("damaged", text=str(error))) from error
    if member.unconsumed_tail:
        raise ParseError(url, "sitemap", because("inflated", number=MAX_SITEMAP_BYTES))
    return unpacked


def _elements(body: bytes, url: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yields each `url` and `sitemap` element as the texts of its descendants; entities are never read."""
    stream = etree.iterparse(
        io.BytesIO(body.lstrip()),
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    root = ""
    try:
        for event, element in stream:
            name = _local(element.tag)
            root = root or name
            if root not in {"urlset", "sitemapindex"}:
                raise ParseError(url, "sitemap", because("sitemap_root", root=root))
            if event == "end" and name in {"url", "sitemap"}:
                texts = ((_local(each.tag), (each.text or "").strip()) for each in element.iterdescendants())
                yield name, {key: text for key, text in texts if text}
                element.clear()
    except etree.XMLSyntaxError as error:
        if not root:
            raise ParseError(url, "sitemap", because("no_xml", text=str(error))) from error
    if not root:
        raise ParseError(url, "sitemap", because("sitemap_empty"))


def _local(tag: object) -> str:
    return re.split(r"[}:]", tag)[-1].lower() if isinstance(tag, str) else ""


def _page(target: str, fields: dict[str, str]) -> Entry:
    published = parse_date(fields.get("publication_date", ""))
    parsed = published or parse_date(fields.get("lastmod", ""))
    length = _seconds(fields.get("duration", ""))
    video = resolve(target, fields.get("content_loc", "") or fields.get("player_loc", ""))
    return Entry(
        url=target,
        title=clean_text(fields.get("title", "")),
        at=parsed.value if parsed else None,
        precision=parsed.precision if parsed else None,
        kind="sitemap",
        media=(Media("video", video, length),) if video else (),
        changed_only=published is None,
    )


def _moment(text: str) -> datetime | None:
    parsed = parse_date(text)
    return parsed.value if parsed else None


def _plain_list(body: bytes, url: str) -> Sitemap:
    lines = decode(body, "text/plain; charset=utf-8", url=url).split()
    found = [target for line in lines[:MAX_URLS] if line.startswith("http") and (target := resolve(url, line))]
    if not found or len(found) < len(lines) / 2:
        raise ParseError(url, "sitemap", because("no_sitemap"))
    return Sitemap(tuple(Entry(each, "", None, None, "sitemap") for each in found), ())
