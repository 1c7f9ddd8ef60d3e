"""The magazine: a blog system's dated addresses, archives by month, a paged front page and a feed."""

from __future__ import annotations

from functools import partial
from typing import Final

from pipeline.sample.site import (
    Desk,
    Draft,
    SampleSite,
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
    "van-hoc": "Văn học",
    "nghien-cuu-trao-doi": "Nghiên cứu - Trao đổi",
    "lich-su-van-hoa": "Lịch sử - Văn hóa",
    "tin-van-nghe": "Tin văn nghệ",
}
PAGE_ROWS: Final = 6
FEED_ITEMS: Final = 10
ROBOTS: Final = "User-agent: *\nDisallow: /wp-admin/\nDisallow: /tim-kiem\nAllow: /wp-admin/admin-ajax.php\n"


def href(article: SampleArticle, _number: int) -> str:
    """Gives `/<year>/<month>/<slug>/`."""
    return f"/{article.published:%Y/%m}/{article.slug}/"


def drafts(desk: Desk) -> dict[str, Draft]:
    """Gives every page of the magazine by address; article addresses without the last slash redirect."""
    pages = article_pages(desk) | tag_pages(desk, lambda tag: f"/tag/{tag}/") | _months(desk)
    pages |= {row.href.rstrip("/"): Draft("moved", row.article.published, moved_to=row.href) for row in desk.rows}
    for section, name in SECTIONS.items():
        at = f"/category/{section}/"
        pages |= listings(name, desk.of_section(section), PAGE_ROWS, partial(_paged, at))
    pages |= listings("Bài mới", desk.rows, PAGE_ROWS, partial(_paged, "/"))
    feed = {"rows": desk.rows[:FEED_ITEMS], "name": "Văn nghệ Sơn Khê"}
    pages["/feed/"] = Draft("rss", desk.modified, feed, "rss.xml", "application/rss+xml; charset=UTF-8")
    pages["/gioi-thieu/"] = still("about")
    pages["/lien-he/"] = still("contact")
    pages["/2020/08/the-le-cuoc-thi-but-ky-cu/"] = still("lost")
    pages["/robots.txt"] = robots(ROBOTS)
    return pages


def _paged(address: str, page: int) -> str:
    return address if page == 1 else f"{address}page/{page}/"


def _months(desk: Desk) -> dict[str, Draft]:
    pages = {}
    for address, name in desk.months.items():
        rows = tuple(row for row in desk.rows if row.href.startswith(address))
        pages[address] = Draft("tag", newest_of(rows), {"name": name, "rows": rows})
    return pages


SITE: Final = SampleSite("tapchi", href, drafts, SECTIONS, "/tim-kiem", search_page("/tim-kiem", "s", "paged"))
