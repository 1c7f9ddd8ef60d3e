"""SharePoint portals: publishing pages with `ms-rtestate` fields, and the news web parts built for Vietnamese districts."""

from __future__ import annotations

from typing import Final

from crawlers.article import Page
from crawlers.layout import Layout, read_layout
from crawlers.source import Profile

LAYOUT: Final = Layout(
    title=(".tieu-de-tin", ".news-detail-title", "p.Title", ".ArticleTitle", ".title-detail", "h1.ms-core-pageTitle"),
    lead=(".lv_description_mode1", ".ArticleSummary", ".news-detail-summary", ".trich-dan"),
    body=(".ArticleContent", ".news-detail-content", ".ms-rtestate-field"),
    date=("td.Time", ".ArticleDate", ".news-detail-date", ".ngay-dang"),
)


def recognises(html: str, _url: str) -> bool:
    """Tells whether SharePoint made the page."""
    return "_spPageContextInfo" in html or "MSOWebPartPage_" in html or "Microsoft SharePoint" in html


def parse(html: str, url: str) -> Page:
    """Returns the fields of a SharePoint news page."""
    return read_layout(LAYOUT, html, url)


PROFILE: Final = Profile(id="sharepoint", recognises=recognises, parse=parse)
