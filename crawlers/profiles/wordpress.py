"""WordPress sites: the `entry-*` names that nearly all themes share."""

from __future__ import annotations

from typing import Final

from crawlers.article import Page
from crawlers.layout import Layout, read_layout
from crawlers.source import Profile

LAYOUT: Final = Layout(
    title=("h1.entry-title", "h1.post-title", "h1.single-title", "h1.td-post-title"),
    lead=(".entry-summary", ".post-sapo", ".td-post-sub-title"),
    body=(".entry-content", ".post-content", ".td-post-content", ".single-content"),
    date=("time.entry-date", "time.published", ".posted-on", ".post-date", ".entry-meta"),
)


def recognises(html: str, _url: str) -> bool:
    """Tells whether WordPress made the page."""
    return "/wp-content/" in html or "/wp-includes/" in html


def parse(html: str, url: str) -> Page:
    """Returns the fields of a WordPress post."""
    return read_layout(LAYOUT, html, url)


PROFILE: Final = Profile(id="wordpress", recognises=recognises, parse=parse)
