"""Reads what a page tells machines about itself: JSON-LD, meta tags, `<title>`, canonical link and language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import html as lxml_html

from crawlers.article import DateEvidence, DateKind
from crawlers.blocks import plain
from crawlers.dates import date_text, parse_date
from crawlers.tree import parse_tree

MAX_JSON_LD_CHARS: Final = 1_000_000  # characters; a news article's is under 100,000
MAX_META_CHARS: Final = 5_000  # characters of one title or description; longer ones are stuffed or broken
MAX_JSON_DEPTH: Final = 12  # levels; schema.org graphs of news sites have 3 to 5

ARTICLE_TYPES: Final = frozenset(
    [
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "ReviewNewsArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "VideoObject",
        "AudioObject",
        "Report",
        "ScholarlyArticle",
        "TechArticle",
        "SocialMediaPosting",
        "AdvertiserContentArticle",
        "BackgroundNewsArticle",
        "Recipe",
        "Review",
    ]
)
PUBLISHED_NAMES: Final = frozenset(
    [
        "article:published_time",
        "og:published_time",
        "og:article:published_time",
        "article:published",
        "datepublished",
        "date_published",
        "pubdate",
        "publishdate",
        "publish-date",
        "publish_date",
        "publication_date",
        "published",
        "published_time",
        "published-date",
        "parsely-pub-date",
        "sailthru.date",
        "bt:pubdate",
        "dc.date.issued",
        "dcterms.issued",
        "dcterms.created",
        "dc.date.created",
        "dc.created",
        "citation_publication_date",
        "cxenseparse:recs:publishtime",
        "its_publication",
        "article.published",
        "dcsext.articlefirstpublished",
        "dc.date",
        "date",
        "creation_date",
        "created",
        "article_date_original",
        "rnews:datepublished",
    ]
)
DESCRIPTION_NAMES: Final = ("og:description", "description", "twitter:description", "dc.description")
TITLE_NAMES: Final = ("og:title", "twitter:title", "dc.title", "title", "headline")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the head of a page and its JSON-LD claim. Empty strings where they say nothing."""

    headline: str = ""  # of JSON-LD
    titles: tuple[str, ...] = ()  # of meta tags, the social ones first
    page_title: str = ""  # of <title>
    site_names: tuple[str, ...] = ()
    abstract: str = ""  # description in JSON-LD
    descriptions: tuple[str, ...] = ()
    dates: tuple[DateEvidence, ...] = ()
    body: str = ""  # articleBody of JSON-LD
    canonical: str | None = None
    lang: str | None = None
    types: frozenset[str] = frozenset()  # og:type and the @type of JSON-LD objects about this page
    objects: tuple[Mapping[str, object], ...] = field(default=(), compare=False)  # all JSON-LD objects


def read_metadata(root: lxml_html.HtmlElement, url: str) -> Metadata:
    """Returns what the page at `url` says in its head and in JSON-LD; faulty JSON-LD is passed over."""
    metas = _metas(root)
    objects = tuple(_json_ld(root))
    about = _about_this_page(objects, url, metas)
    title = root.find(".//title")
    return Metadata(
        headline=_text(about.get("headline")) or (_text(about.get("name")) if about else ""),
        titles=tuple(dict.fromkeys(metas[name][0] for name in TITLE_NAMES if name in metas)),
        page_title=plain(title.text_content()[:MAX_META_CHARS]) if title is not None else "",
        site_names=_site_names(metas, about, objects),
        abstract=_text(about.get("description")),
        descriptions=tuple(dict.fromkeys(metas[name][0] for name in DESCRIPTION_NAMES if name in metas)),
        dates=tuple(_dates(metas, about)),
        body=_text(about.get("articleBody"), keep_lines=True),
        canonical=_canonical(root, metas, url),
        lang=_lang(root, metas),
        types=frozenset(metas.get("og:type", ())) | _types(about),
        objects=objects,
    )


def json_types(thing: Mapping[str, object]) -> frozenset[str]:
    """Returns the `@type` names of one JSON-LD object."""
    return _types(thing)


def _metas(root: lxml_html.HtmlElement) -> dict[str, list[str]]:
    """Returns the meta tags by name; of microdata in the page's body only what all items of the page agree on."""
    metas: dict[str, list[str]] = {}
    items: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("http-equiv")
        item = element.get("itemprop")
        content = plain((element.get("content") or "")[:MAX_META_CHARS])
        if content and (name or item):
            found = metas if name else items
            found.setdefault((name or item or "").strip().lower(), []).append(content)
    for item, values in items.items():
        if item not in metas and len(set(values)) == 1:  # related articles have their own
            metas[item] = values[:1]
    return metas


def _json_ld(root: lxml_html.HtmlElement) -> Iterator[Mapping[str, object]]:
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            yield from _objects(_loads(script.text), 0)


def _loads(text: str) -> object:
    text = _unwrapped(text[:MAX_JSON_LD_CHARS])
    for attempt in (text, re.sub(r",\s*+([}\]])", r"\1", text)):  # a comma too many is the usual fault
        try:
            loaded: object = json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
        return loaded
    return None


def _unwrapped(text: str) -> str:
    """Returns a script without the comment or CDATA marks that hide it from old browsers, themselves behind `//`."""
    text = text.strip().removeprefix("//").lstrip()
    text = text.removeprefix("<!--").removeprefix("<![CDATA[")
    text = text.rstrip().removesuffix(";").rstrip()
    return text.removesuffix("-->").removesuffix("]]>").rstrip().removesuffix("//")


def _objects(value: object, depth: int) -> Iterator[Mapping[str, object]]:
    if depth > MAX_JSON_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "video", "audio", "associatedMedia"):
            if name in value:
                yield from _objects(value[name], depth + 1)


def _types(thing: Mapping[str, object]) -> frozenset[str]:
    kind = thing.get("@type")
    names = kind if isinstance(kind, list) else [kind]
    return frozenset(name.rsplit("/", 1)[-1] for name in names if isinstance(name, str))


def _about_this_page(
    objects: tuple[Mapping[str, object], ...], url: str, metas: Mapping[str, list[str]]
) -> Mapping[str, object]:
    """Returns the one object that describes this page; lists of other articles describe none."""
    articles = [thing for thing in objects if _types(thing) & ARTICLE_TYPES]
    written = [thing for thing in articles if not _types(thing) & {"VideoObject", "AudioObject"}] or articles
    if len({_text(thing.get("headline") or thing.get("name")) for thing in written}) <= 1:
        return max(written, key=len, default={})
    titles = " ".join(metas.get("og:title", ()))
    for thing in written:
        headline = _text(thing.get("headline") or thing.get("name"))
        if _names_url(thing, url) or (headline and headline in titles):
            return thing
    return {}


def _names_url(thing: Mapping[str, object], url: str) -> bool:
    path = urlsplit(url).path.rstrip("/")
    for name in ("url", "@id", "mainEntityOfPage"):
        value = thing.get(name)
        if isinstance(value, dict):
            value = value.get("@id")
        if isinstance(value, str) and path and _path(value) == path:
            return True
    return False


def _path(url: str) -> str:
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:  # brackets that are no address
        return ""


def _dates(metas: Mapping[str, list[str]], about: Mapping[str, object]) -> Iterator[DateEvidence]:
    for name in ("datePublished", "uploadDate", "dateCreated"):
        value = about.get(name)
        if isinstance(value, str):
            yield from _evidence(value, "json_ld")
            break
    for name in PUBLISHED_NAMES & metas.keys():
        yield from _evidence(metas[name][0], "meta")


def _evidence(text: str, kind: DateKind) -> Iterable[DateEvidence]:
    parsed = parse_date(text)
    return () if parsed is None else (DateEvidence(parsed.value, kind, parsed.precision, date_text(text)),)


def _site_names(
    metas: Mapping[str, list[str]], about: Mapping[str, object], objects: Iterable[Mapping[str, object]]
) -> tuple[str, ...]:
    names = [*metas.get("og:site_name", ()), *metas.get("application-name", ())]
    sites = {"WebSite", "Organization", "NewsMediaOrganization"}
    things = [about.get("publisher"), *(thing for thing in objects if _types(thing) & sites)]
    names.extend(_text(thing.get("name")) for thing in things if isinstance(thing, dict))
    return tuple(dict.fromkeys(name for name in names if name))


def _canonical(root: lxml_html.HtmlElement, metas: Mapping[str, list[str]], url: str) -> str | None:
    for link in root.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            return _join(url, link.get("href"))
    found = metas.get("og:url")
    return _join(url, found[0]) if found else None


def _join(base: str, href: str | None) -> str | None:
    try:
        joined = urljoin(base, (href or "").strip())
        return joined if urlsplit(joined).scheme in {"http", "https"} and urlsplit(joined).hostname else None
    except ValueError:  # brackets that are no address
        return None


def _lang(root: lxml_html.HtmlElement, metas: Mapping[str, list[str]]) -> str | None:
    for value in (*metas.get("content-language", ()), *metas.get("og:locale", ()), root.get("lang") or ""):
        match = re.match(r"[A-Za-z]{2,3}", value)
        if match:
            return match.group().lower()
    return None


def _text(value: object, *, keep_lines: bool = False) -> str:
    if isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, str) or not value.strip():
        return ""
    value = unescape(value if keep_lines else value[:MAX_META_CHARS])
    if "<" in value:
        fragment = parse_tree(value)
        if fragment is None:
            return ""
        value = "\n".join(fragment.itertext()) if keep_lines else fragment.text_content()
    return "\n".join(filter(None, (plain(line) for line in value.splitlines()))) if keep_lines else plain(value)
