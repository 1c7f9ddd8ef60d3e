"""Reads feeds and sitemaps, whole or damaged: bytes in, the items they claim out. Nothing is fetched here."""

from __future__ import annotations

import gzip
import re
import warnings
import zlib
from calendar import timegm
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import feedparser
from lxml import etree, html

from crawlers.article import DateEvidence, Media
from crawlers.dates import parse_date
from crawlers.errors import ParseError
from crawlers.urls import resolve

MAX_ITEMS: Final = 50_000  # the sitemap protocol's limit for one file; no feed comes near
MAX_UNPACKED: Final = 60_000_000  # bytes of a gzipped sitemap; the protocol allows 50 MB


@dataclass(frozen=True, slots=True)
class Entry:
    """One item that a feed or sitemap claims: its address, its title and date where given, and its media."""

    url: str
    title: str = ""
    claim: DateEvidence | None = None
    changed: datetime | None = None  # UTC; last change: says that the item is not younger, never when it was published
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Sitemap:
    """One sitemap file: pages, or other sitemaps (an index), each with its last change where given."""

    entries: tuple[Entry, ...] = ()
    children: tuple[Entry, ...] = ()


def parse_feed(body: bytes, url: str) -> tuple[Entry, ...]:
    """Returns the items of an RSS or Atom feed, in its order; damage is survived where items can still be told apart.

    Raises ParseError for what is no feed at all: an HTML page, an empty answer.
    """
    found = _parsed(body)
    if not found.version:
        mended = _mended(body)
        found = _parsed(mended) if mended else found
    if not found.version:
        raise ParseError(url, "feed", "neither RSS nor Atom")
    entries = [entry for item in found.entries[:MAX_ITEMS] if (entry := _entry(item, url))]
    return tuple({entry.url: entry for entry in entries}.values())


def parse_sitemap(body: bytes, url: str) -> Sitemap:
    """Returns what a sitemap lists; gzip, namespaces of any kind and cut-off files are read, entities are not.

    Raises ParseError for what is no sitemap.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(_unpacked(body, url), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ParseError(url, "sitemap", str(error)) from error
    if root is None or _name(root) not in {"urlset", "sitemapindex"}:
        raise ParseError(url, "sitemap", "neither urlset nor sitemapindex")
    entries = tuple(entry for node in root.iterchildren() if (entry := _sitemap_entry(node, url)))[:MAX_ITEMS]
    return Sitemap(children=entries) if _name(root) == "sitemapindex" else Sitemap(entries=entries)


def _parsed(body: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # feedparser warns of its own deprecated mappings
        return feedparser.parse(body, resolve_relative_uris=False, sanitize_html=False)


def _mended(body: bytes) -> bytes | None:
    """Takes away what stands before the root element, where feedparser stumbles over it."""
    match = re.search(rb"<\?xml|<rss\b|<feed\b|<rdf:RDF\b", body, re.IGNORECASE)
    return body[match.start() :] if match and match.start() else None


def _entry(item: Any, feed_url: str) -> Entry | None:
    url = resolve(feed_url, _link(item))
    if url is None:
        return None
    return Entry(url, _plain(item.get("title", "")), _feed_claim(item), None, tuple(_enclosures(item, feed_url)))


def _link(item: Any) -> str:
    if link := item.get("link"):
        return str(link)
    for link in item.get("links", ()):
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return str(link["href"])
    guid = str(item.get("id", ""))
    return guid if guid.startswith(("http://", "https://")) else ""


def _feed_claim(item: Any) -> DateEvidence | None:
    for key in ("published", "created", "updated"):
        text = str(item.get(key) or "")
        if not text:
            continue
        if read := parse_date(text):
            return DateEvidence(read.value, "feed", read.precision, text)
        if stamp := item.get(f"{key}_parsed"):
            return DateEvidence(datetime.fromtimestamp(timegm(stamp), tz=UTC), "feed", "second", text)
    return None


def _enclosures(item: Any, feed_url: str) -> Iterator[Media]:
    for link in (*item.get("enclosures", ()), *item.get("media_content", ())):
        kind = str(link.get("type", "") or link.get("medium", "")).partition("/")[0]
        href = resolve(feed_url, str(link.get("href") or link.get("url") or ""))
        if href and kind in {"audio", "video"}:
            yield Media(
                "audio" if kind == "audio" else "video",
                href,
                _seconds(link.get("duration") or item.get("itunes_duration")),
            )


def _seconds(text: object) -> float | None:
    """Reads "754", "12:34" and "1:02:03"."""
    parts = str(text or "").split(":")
    if not all(part.strip().replace(".", "", 1).isdigit() for part in parts) or len(parts) > 3:
        return None
    total = 0.0
    for part in parts:
        total = total * 60 + float(part)
    return total


def _plain(markup: str) -> str:
    text = " ".join(map(str, html.fromstring(f"<p>{markup}</p>").itertext())) if "<" in markup or "&" in markup else markup
    return " ".join(str(text).split())


def _unpacked(body: bytes, url: str) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body.strip()
    try:
        unpacked = zlib.decompressobj(31).decompress(body, MAX_UNPACKED)
    except (zlib.error, gzip.BadGzipFile) as error:
        raise ParseError(url, "sitemap", f"damaged gzip: {error}") from error
    return unpacked.strip()


def _sitemap_entry(node: etree._Element, sitemap_url: str) -> Entry | None:
    texts: dict[str, str] = {}
    for child in node.iter():
        if isinstance(child.tag, str) and child.text and child.text.strip():
            texts.setdefault(_name(child), child.text.strip())
    url = resolve(sitemap_url, texts.get("loc", ""))
    if url is None:
        return None
    changed = parse_date(texts["lastmod"]) if "lastmod" in texts else None
    published = parse_date(texts["publication_date"]) if "publication_date" in texts else None
    claim = (
        DateEvidence(published.value, "sitemap", published.precision, texts["publication_date"]) if published else None
    )
    return Entry(url, texts.get("title", ""), claim, changed.value if changed else None)


def _name(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2].lower() if isinstance(node.tag, str) else ""
