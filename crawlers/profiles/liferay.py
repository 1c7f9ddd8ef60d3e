"""Liferay portals: the asset publisher and the web-content display, whose portlet title is no article title."""

from __future__ import annotations

from typing import Final

from crawlers.article import Page
from crawlers.layout import Layout, read_layout
from crawlers.source import Profile

LAYOUT: Final = Layout(
    title=(
        ".asset-full-content .title",
        ".journal-content-article .title",
        ".header-title",
        ".asset-content h1",
        ".detail-title",
    ),
    lead=(
        ".journal-content-article .sapo",
        ".asset-content .lead",
        ".news-summary",
        ".journal-content-article .description",
    ),
    body=(".journal-content-article .content", ".journal-content-article", ".asset-content"),
    date=(".journal-content-article .date", ".metadata-publish-date", ".asset-full-content .date", ".time-post"),
)


def recognises(html: str, _url: str) -> bool:
    """Tells whether Liferay made the page."""
    return "Liferay.ThemeDisplay" in html or "Liferay.Portlet" in html or "portlet-asset-publisher" in html


def parse(html: str, url: str) -> Page:
    """Returns the fields of a Liferay article page."""
    return read_layout(LAYOUT, html, url)


PROFILE: Final = Profile(id="liferay", recognises=recognises, parse=parse)
