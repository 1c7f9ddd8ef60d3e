"""Sở Nội vụ: every page is one big ASP.NET form, and the header prints the visitor's day and time."""

from __future__ import annotations

from functools import partial
from typing import Final

from pipeline.sample.site import (
    Desk,
    Draft,
    SampleSite,
    article_pages,
    listings,
    pdf,
    robots,
    search_page,
    still,
    tag_pages,
)
from pipeline.sample.texts import SampleArticle

SECTIONS: Final = {
    "tin-tuc-su-kien": "Tin tức - Sự kiện",
    "cai-cach-hanh-chinh": "Cải cách hành chính",
    "thi-dua-khen-thuong": "Thi đua - Khen thưởng",
    "xay-dung-chinh-quyen": "Xây dựng chính quyền",
}
PAGE_ROWS: Final = 5
ROBOTS: Final = "User-agent: *\nDisallow: /_layouts/\nDisallow: /Pages/timkiem.aspx\n"


def href(_article: SampleArticle, number: int) -> str:
    """Gives `/Pages/chitiet.aspx?nid=<number>`."""
    return f"/Pages/chitiet.aspx?nid={number + 100}"


def drafts(desk: Desk) -> dict[str, Draft]:
    """Gives every page of the department by address; the home address redirects to the front page."""
    pages = article_pages(desk) | tag_pages(desk, lambda tag: f"/Pages/tag.aspx?t={tag}")
    pages |= listings("Tin tức", desk.rows, PAGE_ROWS, partial(_paged, "/Pages/tintuc.aspx", "?"))
    for number, (section, name) in enumerate(SECTIONS.items(), start=1):
        at = f"/Pages/tintuc.aspx?cm={number}"
        pages |= listings(name, desk.of_section(section), PAGE_ROWS, partial(_paged, at, "&"))
    pages["/"] = Draft("moved", desk.modified, moved_to="/Pages/default.aspx")
    pages["/Pages/default.aspx"] = Draft("home", desk.modified)
    pages["/Pages/gioithieu.aspx"] = still("about")
    pages["/Pages/lienhe.aspx"] = still("contact")
    pages["/Pages/vanban.aspx?id=12"] = still("document")
    pages["/VanBan/ke-hoach-thi-tuyen-2020.pdf"] = pdf("Ke hoach")
    pages["/Pages/chitiet.aspx?nid=99"] = still("lost")
    pages["/robots.txt"] = robots(ROBOTS)
    return pages


def _paged(address: str, joint: str, page: int) -> str:
    return address if page == 1 else f"{address}{joint}page={page}"


SITE: Final = SampleSite(
    "sonoivu", href, drafts, SECTIONS, "/Pages/timkiem.aspx", search_page("/Pages/timkiem.aspx", "tukhoa", "page")
)
