"""The province's own portal: one listing, six rows a page, and down part of the time until someone mends it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pipeline.sample.site import (
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
    "tin-tuc": "Tin tức",
    "chi-dao-dieu-hanh": "Chỉ đạo, điều hành",
    "kinh-te-xa-hoi": "Kinh tế - Xã hội",
}
PAGE_ROWS: Final = 6
BROKEN_PLACE: Final = 3  # which of the newest articles cannot be opened until the portal is mended, 0 for the newest
ROBOTS: Final = "User-agent: *\nDisallow: /tim-kiem\nDisallow: /dang-nhap\n"


def href(article: SampleArticle, _number: int) -> str:
    """Gives `/tin-tuc/chi-tiet/<id>/<slug>`."""
    return f"/tin-tuc/chi-tiet/{article_minutes(article)}/{article.slug}"


def drafts(desk: Desk) -> dict[str, Draft]:
    """Gives every page of the portal by address: the listing's deeper pages and one article are down at first."""
    pages = article_pages(desk) | tag_pages(desk, lambda tag: f"/nhan/{tag}", among=PAGE_ROWS)
    for number, (address, draft) in enumerate(listings("Tin tức", desk.rows, PAGE_ROWS, _paged).items(), start=1):
        pages[address] = replace(draft, down=number > 1)
    for row in desk.rows[BROKEN_PLACE : BROKEN_PLACE + 1]:
        pages[row.href] = replace(pages[row.href], down=True)
    pages["/"] = Draft("home", desk.modified)
    pages["/gioi-thieu"] = still("about")
    pages["/lien-he"] = still("contact")
    pages["/van-ban/chi-tiet/212"] = still("lost")
    pages["/robots.txt"] = robots(ROBOTS)
    return pages


def _paged(page: int) -> str:
    return "/tin-tuc" if page == 1 else f"/tin-tuc?p={page}"


SITE: Final = SampleSite(
    "congtinh", href, drafts, SECTIONS, "/tim-kiem", search_page("/tim-kiem", "q", "p"), gzips=True
)
