"""Portals of the telecom companies and of DotNetNuke: the Vietnamese and English names that their news modules share."""

from __future__ import annotations

from typing import Final

from crawlers.article import Page
from crawlers.layout import Layout, read_layout
from crawlers.source import Profile

LAYOUT: Final = Layout(
    title=(".title-news-detail", ".title_detail", ".tieu-de-bai-viet", ".news_title", ".DetailTitle", ".titleTopicDetail", ".title-detail"),
    lead=(".tom-tat-tin", ".summary_detail", ".trich-yeu", ".news_headline", ".DetailSummary", ".hometext", ".summary-news"),
    body=(".noi-dung-tin", ".content_detail", ".noi-dung-bai-viet", ".news_content", ".DetailContent", ".content-news", ".news-detail-content"),
    date=(".ngay-dang", ".date_detail", ".news_date", ".DetailDate", ".time-news", ".date-post"),
)  # fmt: skip

_MARKS: Final = (
    "DotNetNuke",
    "DnnModule",
    'id="dnn_',
    "vnpt-portal",
    "vnptcms",
    "chi-tiet-tin",
    "tom-tat-tin",
    "noi-dung-tin",
)


def recognises(html: str, _url: str) -> bool:
    """Tells whether the page bears the names of these systems."""
    return any(mark in html for mark in _MARKS)


def parse(html: str, url: str) -> Page:
    """Returns the fields of a news page."""
    return read_layout(LAYOUT, html, url)


PROFILE: Final = Profile(id="portal", recognises=recognises, parse=parse)
