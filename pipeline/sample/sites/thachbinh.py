"""Huyện Thạch Bình: no feeds, tables for layout, text parted by line breaks, dates in brackets or without marks."""

from __future__ import annotations

from typing import Final

from pipeline.sample.site import (
    Desk,
    Draft,
    SampleSite,
    article_pages,
    listings,
    robots,
    search_page,
    still,
    tag_pages,
)
from pipeline.sample.texts import SampleArticle

PAGE_ROWS: Final = 8
ROBOTS: Final = "User-agent: *\nDisallow: /quan-tri/\n"  # its search is not forbidden, but it does not go on for ever


def href(article: SampleArticle, _number: int) -> str:
    """Gives `/bai-viet/<slug>`."""
    return f"/bai-viet/{article.slug}"


def drafts(desk: Desk) -> dict[str, Draft]:
    """Gives every page of the district by address."""
    pages = article_pages(desk) | tag_pages(desk, lambda tag: f"/chu-de/{tag}")
    pages |= listings("Tin tức - Sự kiện", desk.rows, PAGE_ROWS, _paged)
    pages["/"] = Draft("home", desk.modified)
    pages["/gioi-thieu-chung"] = still("about")
    pages["/lien-he"] = still("contact")
    pages["/bai-viet/thong-bao-tuyen-quan-cu"] = still("lost")
    pages["/robots.txt"] = robots(ROBOTS)
    return pages


def _paged(page: int) -> str:
    return "/tin-tuc-su-kien" if page == 1 else f"/tin-tuc-su-kien/trang-{page}"


SITE: Final = SampleSite("thachbinh", href, drafts, {}, "/tim-kiem", search_page("/tim-kiem", "tu"))
