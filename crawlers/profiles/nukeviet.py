"""NukeViet portals: the `hometext` and `bodytext` of schools, communes and departments, named alike since the third version."""

from __future__ import annotations

import re
from typing import Final

from crawlers.article import Page
from crawlers.layout import Layout, read_layout
from crawlers.source import Profile

LAYOUT: Final = Layout(
    title=(".news_column h1", "#news_detail h1", "h1.title"),
    lead=(".news_column .hometext", "#hometext", ".hometext"),
    body=("#news-bodyhtml", ".bodytext"),
    date=(".news_column .h5", "#news_detail .time", ".news_column .time"),
)

_GENERATOR: Final = re.compile(r'name="generator"\s+content="NukeViet', re.IGNORECASE)


def recognises(html: str, _url: str) -> bool:
    """Tells whether NukeViet made the page."""
    return "ukeViet" in html and _GENERATOR.search(html) is not None  # the first word is cheap to look for


def parse(html: str, url: str) -> Page:
    """Returns the fields of a NukeViet news page."""
    return read_layout(LAYOUT, html, url)


PROFILE: Final = Profile(id="nukeviet", recognises=recognises, parse=parse)
