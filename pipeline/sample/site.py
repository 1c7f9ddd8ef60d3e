"""What all sample sites share: an editor's desk with the outlet's articles, and drafts of the pages it shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Final
from urllib.parse import quote

from pipeline.sample.texts import SampleArticle

VIETNAM: Final = timezone(timedelta(hours=7), "+07")
OPENED: Final = datetime(2020, 8, 15, 8, 0, tzinfo=VIETNAM)  # when the pages that never change were last touched
HTML: Final = "text/html; charset=utf-8"
XML: Final = "application/xml; charset=utf-8"
TAGS: Final = {  # slug -> words in the title that put an article on the tag's page
    "dai-hoi": ("Đại hội",),
    "nong-thon-moi": ("nông thôn", "bản", "xã"),
    "giao-duc": ("trường", "học", "thầy", "cô"),
}
TAG_NAMES: Final = {"dai-hoi": "Đại hội", "nong-thon-moi": "Nông thôn mới", "giao-duc": "Giáo dục"}


@dataclass(frozen=True, slots=True)
class Draft:
    """One page before it is drawn: the `kind` that its site's template knows and what the template needs."""

    kind: str
    modified: datetime
    context: Mapping[str, object] = field(default_factory=dict)
    template: str = ""  # another template than the site's own, e.g. a feed's
    content_type: str = HTML
    down: bool = False  # answers 503 until the province is mended
    moved_to: str = ""  # redirect target; nothing is drawn
    raw: bytes | None = None  # bytes that no template draws


@dataclass(frozen=True, slots=True)
class Row:
    """An article as listings, sidebars, feeds and its own page show it."""

    article: SampleArticle
    href: str  # path from the site's root
    number: int  # 1 for the outlet's oldest article
    views: int

    @property
    def minutes_id(self) -> int:
        """Minutes since 2015: a number that grows with time, as ids of content systems do."""
        return article_minutes(self.article)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a listing; `pages` are (number, href) of all pages, `next` the following one or empty."""

    name: str
    rows: tuple[Row, ...]
    page: int
    pages: tuple[tuple[int, str], ...]
    next: str


@dataclass(frozen=True, slots=True)
class SampleSite:
    """The design of one outlet's site: where its articles stand, and every page it has, by address."""

    outlet: str
    href: Callable[[SampleArticle, int], str]  # (article, its number) -> path
    drafts: Callable[[Desk], dict[str, Draft]]
    sections: Mapping[str, str]  # as its menu names them
    search_path: str  # whatever begins with it is answered by `search`
    search: Callable[[Mapping[str, str]], Draft]
    gzips: bool = False


class Desk:
    """All that one site has to show: its home address and its articles, newest first."""

    def __init__(self, home: str, articles: Sequence[SampleArticle], href: Callable[[SampleArticle, int], str]) -> None:
        self.home = home
        oldest_first = sorted(articles, key=lambda article: (article.published, article.slug))
        rows = [Row(a, href(a, n), n, _views(a.slug)) for n, a in enumerate(oldest_first, start=1)]
        self.rows: tuple[Row, ...] = tuple(reversed(rows))

    def newest(self, count: int = 5) -> tuple[Row, ...]:
        """Gives the newest articles."""
        return self.rows[:count]

    def most_read(self, count: int = 5) -> tuple[Row, ...]:
        """Gives the articles with the most views, whatever their age."""
        return tuple(sorted(self.rows, key=lambda row: (-row.views, row.href))[:count])

    def related(self, row: Row, count: int = 4) -> tuple[Row, ...]:
        """Gives other articles of the same section, the next older ones first, then newer ones."""
        peers = [other for other in self.rows if other.article.section == row.article.section and other != row]
        peers.sort(key=lambda other: (other.number > row.number, abs(other.number - row.number)))
        return tuple(peers[:count])

    def of_section(self, section: str) -> tuple[Row, ...]:
        """Gives the section's articles, newest first."""
        return tuple(row for row in self.rows if row.article.section == section)

    def of_tag(self, tag: str, among: int | None = None) -> tuple[Row, ...]:
        """Gives up to ten articles whose titles carry the tag's words, from the `among` newest or from all."""
        return tuple(row for row in self.rows[:among] if any(word in row.article.title for word in TAGS[tag]))[:10]

    @property
    def months(self) -> dict[str, str]:
        """Gives the addresses and names of the months that have articles, newest month first."""
        months = sorted({row.article.published.strftime("%Y/%m") for row in self.rows}, reverse=True)
        return {f"/{month}/": f"Tháng {int(month[5:])} {month[:4]}" for month in months}

    @property
    def modified(self) -> datetime:
        """When the newest article came out."""
        return self.rows[0].article.published if self.rows else OPENED


def listings(name: str, rows: Sequence[Row], size: int, href: Callable[[int], str]) -> dict[str, Draft]:
    """Gives the drafts of a listing's pages, `size` rows each, by address; page numbers start with 1."""
    chunks = [tuple(rows[start : start + size]) for start in range(0, len(rows), size)] or [()]
    pages = tuple((number, href(number)) for number in range(1, len(chunks) + 1))
    drafts = {}
    for number, chunk in enumerate(chunks, start=1):
        following = href(number + 1) if number < len(chunks) else ""
        listing = Listing(name, chunk, number, pages, following)
        drafts[href(number)] = Draft("listing", newest_of(chunk), {"listing": listing})
    return drafts


def article_pages(desk: Desk) -> dict[str, Draft]:
    """Gives the drafts of all article pages by address."""
    return {row.href: Draft("article", row.article.published, {"row": row}) for row in desk.rows}


def still(kind: str, **context: object) -> Draft:
    """Gives the draft of a page that does not change with the news."""
    return Draft(kind, OPENED, context)


def tag_pages(desk: Desk, href: Callable[[str], str], among: int | None = None) -> dict[str, Draft]:
    """Gives the drafts of the tags' pages by address, of the `among` newest articles or of all."""
    found = {tag: desk.of_tag(tag, among) for tag in TAGS}
    return {
        href(tag): Draft("tag", newest_of(rows), {"name": TAG_NAMES[tag], "rows": rows}) for tag, rows in found.items()
    }


def search_page(path: str, words_key: str, page_key: str = "") -> Callable[[Mapping[str, str]], Draft]:
    """Gives a search that finds nothing; with `page_key` it offers one more page for ever: a trap for crawlers."""

    def answer(query: Mapping[str, str]) -> Draft:
        words = query.get(words_key, "")
        page = int(query.get(page_key, "1")) if query.get(page_key, "1").isdecimal() else 1
        more = f"{path}?{words_key}={quote(words)}&{page_key}={page + 1}" if page_key else ""
        return still("search", words=words, page=page, more=more)

    return answer


def robots(text: str) -> Draft:
    """Gives the draft of a robots.txt."""
    return Draft("raw", OPENED, content_type="text/plain; charset=utf-8", raw=text.encode())


def pdf(title: str) -> Draft:
    """Gives a PDF document of one empty page: what document pages link to."""
    body = (
        f"%PDF-1.4\n% {title}\n"
        "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
        "trailer<</Root 1 0 R>>\n%%EOF\n"
    )
    return Draft("raw", OPENED, content_type="application/pdf", raw=body.encode())


def newest_of(rows: Sequence[Row]) -> datetime:
    """Gives the time of the newest of some articles."""
    return max((row.article.published for row in rows), default=OPENED)


def article_minutes(article: SampleArticle) -> int:
    """Gives the minutes from 1 January 2015 to the article's publication."""
    return int((article.published - datetime(2015, 1, 1, tzinfo=VIETNAM)).total_seconds() // 60)


def _views(slug: str) -> int:
    return 37 + int.from_bytes(hashlib.sha256(slug.encode()).digest()[:2], "big") % 2900
