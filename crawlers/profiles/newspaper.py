"""Newspaper systems of Vietnam: the names for title, sapo and content that the big publishers' systems share."""

from __future__ import annotations

from typing import Final

from crawlers.article import Page
from crawlers.layout import Layout, read_layout
from crawlers.source import Profile

LAYOUT: Final = Layout(
    title=("h1.title-detail", "h1.detail-title", "h1.article__title", "h1.title-page", "h1.article-title", "h1.the-article-title",
           "h1.cms-title", "h1.post-title", "h1.content-detail-title", "h1.main-title", "h1.news-title"),
    lead=(".detail-sapo", ".article__sapo", "p.description", ".singular-sapo", ".the-article-summary", ".cms-desc", ".sapo",
          ".content-detail-sapo", ".article-sapo", ".news-sapo", "h2.sapo"),
    body=(".detail-content", ".article__body", ".fck_detail", ".singular-content", ".the-article-body", ".cms-body", ".content-detail-body",
          ".article-body", ".news-content", "#content_detail", "#article-body", ".detail__content", ".entry-body"),
    date=(".detail-time", ".article__meta time", "span.date", "time.author-time", ".the-article-publish", ".cms-date", ".bread-crumb-detail__time",
          ".article-date", ".detail-date", ".publish-date", ".news-date"),
)  # fmt: skip

_SAPO: Final = ("-sapo", "__sapo", 'class="sapo')
_MARKS: Final = ("fck_detail", "cms-body", "the-article-body", "singular-content")


def recognises(html: str, _url: str) -> bool:
    """Tells whether the page uses the names of Vietnamese newspaper systems."""
    return ("sapo" in html and any(mark in html for mark in _SAPO)) or any(mark in html for mark in _MARKS)


def parse(html: str, url: str) -> Page:
    """Returns the fields of a newspaper article."""
    return read_layout(LAYOUT, html, url)


PROFILE: Final = Profile(id="newspaper", recognises=recognises, parse=parse)
