"""Turns one page into a `Page`: joins what metadata, the page's own structure, its site and its profile say of each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from crawlers.article import DateEvidence, Page
from crawlers.blocks import outline, parse_tree
from crawlers.body import Body, find_body
from crawlers.byline import find_byline
from crawlers.dates import weigh
from crawlers.headline import SURE, find_headline
from crawlers.kind import Signs, page_kind
from crawlers.learn import learn
from crawlers.metadata import Metadata, read_metadata
from crawlers.rows import mark_rows
from crawlers.site import SiteModel, letters
from crawlers.source import Profile

__all__ = ["SiteModel", "extract", "learn"]

_NOTHING: Final = SiteModel()


def extract(
    html: str,
    url: str,
    *,
    site: SiteModel | None = None,
    selectors: Mapping[str, str] = {},
    profile: str = "",
    profiles: Sequence[Profile] = (),
) -> Page:
    """Returns what the page `html` at `url` says of itself; fields it does not show are None."""
    known = site or _NOTHING
    root = parse_tree(html)
    if root is None:
        return Page(url=url, kind="empty")
    page = outline(root)
    mark_rows(page)
    meta = read_metadata(root, url)
    provenance: dict[str, str] = {}
    headline = find_headline(page, meta, url, known)
    title_block = headline.block if headline else None
    byline = find_byline(page, title_block, known)
    evidence: list[DateEvidence] = list(meta.dates)
    if byline is not None:
        evidence.append(byline.evidence)
    published, precision, _, ordered = weigh(evidence)
    body = find_body(page, title_block, byline.block if byline else None, known, _descriptions(meta, known))
    title = headline.text if headline else ""
    marked = bool(
        meta.types & {"article", "NewsArticle", "Article", "BlogPosting", "video.other", "ReportageNewsArticle"}
    )
    sure = headline is not None and headline.score >= SURE
    signs = Signs(url, title, title_block, sure, published is not None, marked, body)
    kind = page_kind(page, signs, known)
    if headline:
        provenance["title"] = headline.source
    if ordered:
        provenance["published"] = ordered[0].kind
    return Page(
        url=url,
        kind=kind,
        title=title or None,
        lead=_lead(body, provenance) or None,
        body=(body.text if body else "") or None,
        published=published,
        published_precision=precision,
        date_evidence=ordered,
        canonical=meta.canonical,
        lang=meta.lang,
        provenance=provenance,
    )


def _lead(body: Body | None, provenance: dict[str, str]) -> str:
    if body is None or not body.lead:
        return ""
    provenance["lead"] = body.lead_source
    return body.lead


def _descriptions(meta: Metadata, site: SiteModel) -> list[str]:
    texts = [meta.abstract, *meta.descriptions]
    return [text for text in dict.fromkeys(texts) if text and letters(text) not in site.descriptions]
