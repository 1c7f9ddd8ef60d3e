"""Báo Sơn Khê: a newspaper with RSS, a sitemap for every month, JSON-LD, and a header that prints the visitor's day."""

from __future__ import annotations

from functools import partial
from typing import Final

from pipeline.sample.site import (
    XML,
    Desk,
    Draft,
    SampleSite,
    article_minutes,
    article_pages,
    listings,
    newest_of,
    robots,
    search_page,
    still,
    tag_pages,
)
from pipeline.sample.texts import SampleArticle

SECTIONS: Final = {
    "chinh-tri": "Chính trị",
    "kinh-te": "Kinh tế",
    "xa-hoi": "Xã hội",
    "van-hoa": "Văn hóa",
    "quoc-phong-an-ninh": "Quốc phòng - An ninh",
}
PAGE_ROWS: Final = 10
FEED_ITEMS: Final = 20  # newest; what is older stands only in sitemaps and listings
ROBOTS: Final = "User-agent: *\nDisallow: /tim-kiem\nDisallow: /in/\nAllow: /\n\nSitemap: {home}/sitemap.xml\n"


def href(article: SampleArticle, _number: int) -> str:
    """Gives `/<slug>-<digits>.html`."""
    return f"/{article.slug}-{article_minutes(article)}.html"


def drafts(desk: Desk) -> dict[str, Draft]:
    """Gives every page of the newspaper by address."""
    pages = article_pages(desk) | tag_pages(desk, lambda tag: f"/tag/{tag}") | _feeds(desk) | _sitemaps(desk)
    for section, name in SECTIONS.items():
        pages |= listings(name, desk.of_section(section), PAGE_ROWS, partial(_paged, f"/{section}"))
    blocks = [(f"/{section}", name, desk.of_section(section)[:4]) for section, name in SECTIONS.items()]
    pages["/"] = Draft("home", desk.modified, {"blocks": blocks})
    pages["/gioi-thieu.html"] = still("about")
    pages["/lien-he.html"] = still("contact")
    pages["/bai-viet-da-go-1000001.html"] = still("lost")
    pages["/robots.txt"] = robots(ROBOTS.format(home=desk.home))
    return pages


def _paged(address: str, page: int) -> str:
    return address if page == 1 else f"{address}?page={page}"


def _feeds(desk: Desk) -> dict[str, Draft]:
    feeds = {"/rss/home.rss": ("Báo Sơn Khê", desk.rows[:FEED_ITEMS])}
    for section, name in SECTIONS.items():
        feeds[f"/rss/{section}.rss"] = (f"Báo Sơn Khê - {name}", desk.of_section(section)[:FEED_ITEMS])
    return {
        address: Draft(
            "rss", newest_of(rows), {"name": name, "rows": rows}, "rss.xml", "application/rss+xml; charset=utf-8"
        )
        for address, (name, rows) in feeds.items()
    }


def _sitemaps(desk: Desk) -> dict[str, Draft]:
    months = sorted({row.article.published.strftime("%Y-%m") for row in desk.rows}, reverse=True)
    pages = {}
    for month in months:
        rows = tuple(row for row in desk.rows if row.article.published.strftime("%Y-%m") == month)
        pages[f"/sitemaps/{month}.xml"] = Draft("urls", newest_of(rows), {"rows": rows}, "sitemap.xml", XML)
    maps = [(address, draft.modified) for address, draft in pages.items()]
    pages["/sitemap.xml"] = Draft("index", desk.modified, {"maps": maps}, "sitemap.xml", XML)
    return pages


SITE: Final = SampleSite(
    "baosonkhe", href, drafts, SECTIONS, "/tim-kiem", search_page("/tim-kiem", "q", "page"), gzips=True
)
