"""Drupal portals: fields of a node, named the same way since Drupal 7."""

from __future__ import annotations

import re
from typing import Final

from crawlers.article import Page
from crawlers.layout import Layout, read_layout
from crawlers.source import Profile

LAYOUT: Final = Layout(
    title=("h1.page-title", "h1.page-header", "h1#page-title", "h1.node-title", ".field--name-title"),
    lead=(".field-name-field-summary", ".field--name-field-summary", ".field--name-field-sapo", ".field-name-field-sapo", ".field--name-field-lead"),
    body=(".field--name-body", ".field-name-body", "article .node__content"),
    date=(".field--name-created", ".node__submitted", ".submitted", ".field--name-field-date", ".field-name-post-date", ".date-display-single"),
)  # fmt: skip

_GENERATOR: Final = re.compile(r'name="generator"\s+content="Drupal', re.IGNORECASE)


def recognises(html: str, _url: str) -> bool:
    """Tells whether Drupal made the page."""
    if "Drupal.settings" in html or "data-drupal-selector" in html:
        return True
    return "rupal" in html and _GENERATOR.search(html) is not None


def parse(html: str, url: str) -> Page:
    """Returns the fields of a Drupal node page."""
    return read_layout(LAYOUT, html, url)


PROFILE: Final = Profile(id="drupal", recognises=recognises, parse=parse)
