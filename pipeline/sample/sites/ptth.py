"""Đài Phát thanh và Truyền hình: video items beside text, a news sitemap, and a short Atom feed."""

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
    robots,
    search_page,
    still,
    tag_pages,
)
from pipeline.sample.texts import SampleArticle

SECTIONS: Final = {
    "thoi-su": "Thời sự",
    "chinh-tri": "Chính trị",
    "kinh-te": "Kinh tế",
    "van-hoa-xa-hoi": "Văn hóa - Xã hội",
    "chuyen-de": "Chuyên đề",
}
PAGE_ROWS: Final = 8
FEED_ITEMS: Final = 10
ROBOTS: Final = "User-agent: *\nDisallow: /search\n\nSitemap: {home}/sitemap-news.xml\n"


def href(article: SampleArticle, _number: int) -> str:
    """Gives `/news/<category>/<id>/<slug>`."""
    return f"/news/{article.section}/{article_minutes(article)}/{article.slug}"


def drafts(desk: Desk) -> dict[str, Draft]:
    """Gives every page of the station by address."""
    pages = article_pages(desk) | tag_pages(desk, lambda tag: f"/tags/{tag}")
    for section, name in SECTIONS.items():
        pages |= listings(name, desk.of_section(section), PAGE_ROWS, partial(_paged, f"/news/{section}"))
    films = tuple(row for row in desk.rows if row.article.video_seconds)
    pages |= listings("Truyền hình", films, PAGE_ROWS, partial(_paged, "/video"))
    pages["/"] = Draft("home", desk.modified)
    pages["/atom.xml"] = Draft(
        "atom", desk.modified, {"rows": desk.rows[:FEED_ITEMS]}, "atom.xml", "application/atom+xml"
    )
    pages["/sitemap-news.xml"] = Draft("news", desk.modified, {"rows": desk.rows, "name": "STV"}, "sitemap.xml", XML)
    pages["/about"] = still("about")
    pages["/contact"] = still("contact")
    pages["/news/thoi-su/0/lich-phat-song"] = still("lost")
    pages["/robots.txt"] = robots(ROBOTS.format(home=desk.home))
    for row in films:
        pages[f"/media/{row.minutes_id}.mp4"] = Draft(
            "raw", row.article.published, content_type="video/mp4", raw=b"\0" * 64
        )
    return pages


def _paged(address: str, page: int) -> str:
    return address if page == 1 else f"{address}?trang={page}"


SITE: Final = SampleSite("ptth", href, drafts, SECTIONS, "/search", search_page("/search", "keyword", "p"))
