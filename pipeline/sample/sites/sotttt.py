"""Sở Thông tin và Truyền thông: numbered nodes, listings whose pages count from zero, no feed at all."""

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
    "tin-tuc": "Tin tức",
    "chuyen-doi-so": "Chuyển đổi số",
    "bao-chi": "Báo chí - Xuất bản",
    "thong-bao": "Thông báo",
}
PAGE_ROWS: Final = 5
ROBOTS: Final = "User-agent: *\nDisallow: /user/\nDisallow: /admin/\nDisallow: /search/\n"


def href(_article: SampleArticle, number: int) -> str:
    """Gives `/node/<number>`."""
    return f"/node/{number * 3 + 120}"


def drafts(desk: Desk) -> dict[str, Draft]:
    """Gives every page of the department by address; `/tin-tuc` lists all sections together."""
    pages = article_pages(desk) | tag_pages(desk, lambda tag: f"/tu-khoa/{tag}")
    pages |= listings("Tin tức", desk.rows, PAGE_ROWS, partial(_paged, "/tin-tuc"))
    for section, name in SECTIONS.items():
        if section != "tin-tuc":
            pages |= listings(name, desk.of_section(section), PAGE_ROWS, partial(_paged, f"/{section}"))
    pages["/"] = Draft("home", desk.modified)
    pages["/node/1"] = still("about")
    pages["/node/2"] = still("contact")
    pages["/node/90"] = still("document")
    pages["/sites/default/files/huong-dan-ky-so.pdf"] = pdf("Huong dan ky so")
    pages["/node/3"] = still("lost")
    pages["/robots.txt"] = robots(ROBOTS)
    return pages


def _paged(address: str, page: int) -> str:
    return address if page == 1 else f"{address}?page={page - 1}"


SITE: Final = SampleSite("sotttt", href, drafts, SECTIONS, "/search/", search_page("/search/node", "keys", "page"))
