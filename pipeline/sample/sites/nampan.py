"""Huyện Nậm Pàn: a Java portal with long query strings, one "read on" link, a date glued to the count of views."""

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

PAGE_ROWS: Final = 7
ROBOTS: Final = "User-agent: *\nDisallow: /web/guest/tim-kiem\nDisallow: /c/\n"
LIST: Final = "/web/guest/tin-tuc"
PORTLET: Final = "101_INSTANCE_nPan20"


def href(article: SampleArticle, _number: int) -> str:
    """Gives `/web/guest/-/<slug>`."""
    return f"/web/guest/-/{article.slug}"


def drafts(desk: Desk) -> dict[str, Draft]:
    """Gives every page of the district by address; the home address redirects into the portal."""
    pages = article_pages(desk) | tag_pages(desk, lambda tag: f"/web/guest/chu-de?tag={tag}")
    pages |= listings("Tin tức", desk.rows, PAGE_ROWS, _paged)
    pages["/"] = Draft("moved", desk.modified, moved_to="/web/guest/home")
    pages["/web/guest/home"] = Draft("home", desk.modified)
    pages["/web/guest/gioi-thieu"] = still("about")
    pages["/web/guest/lien-he"] = still("contact")
    pages["/web/guest/-/lich-cong-tac-tuan"] = still("lost")
    pages["/robots.txt"] = robots(ROBOTS)
    return pages


def _paged(page: int) -> str:
    return (
        LIST
        if page == 1
        else f"{LIST}?p_p_id={PORTLET}&p_p_lifecycle=0&_{PORTLET}_delta={PAGE_ROWS}&_{PORTLET}_cur={page}"
    )


SITE: Final = SampleSite(
    "nampan", href, drafts, {}, "/web/guest/tim-kiem", search_page("/web/guest/tim-kiem", "keywords", "cur")
)
