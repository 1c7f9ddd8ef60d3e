"""Turns one page into a `Page`: joins what metadata, the page's own structure, its site and its profile say of each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from crawlers.article import DateEvidence, Page
from crawlers.blocks import Outline, outline
from crawlers.body import Body, find_body
from crawlers.byline import far_opening, find_byline, find_dateline, is_own
from crawlers.decode import clean_text
from crawlers.errors import ParseError
from crawlers.fallback import generic_body, stated_body
from crawlers.headline import SURE, Headline, find_headline
from crawlers.imprint import mark_imprint
from crawlers.kind import Signs, page_kind
from crawlers.learn import learn
from crawlers.media import read_media
from crawlers.metadata import Metadata, read_metadata
from crawlers.pinned import Pinned, read_pinned
from crawlers.rows import mark_rows
from crawlers.site import SiteModel, letters, mark_common, page_address
from crawlers.source import Profile
from crawlers.tree import page_tree
from crawlers.weigh import weigh

__all__ = ["SiteModel", "extract", "learn"]

SHORT_BODY: Final = 80  # characters; a page that calls itself an article and shows less is asked again by other means
ARTICLE_MARKS: Final = frozenset(
    {
        "article",
        "NewsArticle",
        "ReportageNewsArticle",
        "Article",
        "BlogPosting",
        "LiveBlogPosting",
        "video.other",
        "VideoObject",
    }
)
_UNKNOWN: Final = SiteModel()
_NO_SELECTORS: Final[Mapping[str, str]] = MappingProxyType({})
_EMPTY: Final = Body((), "", "", -1, -1)


@dataclass(slots=True)
class _Draft:
    """The fields of a page while they are gathered, and where each came from."""

    title: str = ""
    title_block: int | None = None
    sure_title: bool = False
    lead: str = ""
    body: str = ""
    evidence: list[DateEvidence] = field(default_factory=list)
    provenance: dict[str, str] = field(default_factory=dict)

    def set(self, name: str, value: str, source: str) -> None:
        if value:
            setattr(self, name, value)
            self.provenance[name] = source


def extract(
    html: str,
    url: str,
    *,
    site: SiteModel | None = None,
    selectors: Mapping[str, str] = _NO_SELECTORS,
    profile: str = "",
    profiles: Sequence[Profile] = (),
) -> Page:
    """Returns what the page `html` at `url` says of itself; fields it does not show are None.

    `site` is what `learn` found out about the page's site, `selectors` the CSS that an operator pinned (they win),
    `profiles` the portal families to try (`crawlers.profiles.PROFILES`), `profile` the id of one to be used without
    asking whether it recognises the page. Raises ParseError for a pinned selector that is not CSS.
    """
    known = site or _UNKNOWN
    root = page_tree(html)
    if root is None:
        return Page(url=url, kind="empty")
    given, url = url, page_address(url)
    page = outline(root)
    mark_rows(page)
    mark_common(page, known)
    mark_imprint(page)
    meta = read_metadata(root, url)
    pinned = read_pinned(html, url, selectors) if selectors else Pinned()
    family = _family(html, url, profile, profiles)
    draft = _Draft()
    _title(draft, page, find_headline(page, meta, url, known), pinned, family)
    date_block = _dates(draft, page, known, meta, pinned, family)
    body = find_body(page, draft.title_block, date_block, _descriptions(meta, known))
    marked = bool(meta.types & ARTICLE_MARKS)
    _body(draft, body or _EMPTY, meta, pinned, family)
    if marked and meta.dates and len(draft.body) < SHORT_BODY:
        draft.set("body", generic_body(page, url, draft.title_block), "trafilatura")
    media = read_media(root, meta, url, f"{draft.lead}\n{draft.body}", known.shared_links)
    published, precision, _, ordered = weigh(draft.evidence)
    opening = far_opening(draft.lead, draft.body, published) if published is not None else None
    if opening is not None:
        published, precision, _, ordered = weigh([*draft.evidence, opening])
    if ordered:
        draft.provenance["published"] = next(
            (each.kind for each in ordered if each.value == published), ordered[0].kind
        )
    signs = Signs(
        url=url,
        title=draft.title,
        title_block=draft.title_block,
        sure_title=draft.sure_title,
        placed_title=draft.provenance.get("title") == "place",
        dated=published is not None,
        marked_article=marked,
        stated=draft.provenance.get("body") in {"pinned", "json_ld", "trafilatura"} and len(draft.body) >= SHORT_BODY,
        media=len(media),
        body=body,
    )
    return Page(
        url=given,
        kind=page_kind(page, signs, known),
        title=clean_text(draft.title) or None,
        lead=clean_text(draft.lead) or None,
        body=clean_text(draft.body) or None,
        published=published,
        published_precision=precision,
        date_evidence=ordered,
        canonical=meta.canonical,
        media=media,
        lang=meta.lang,
        provenance=draft.provenance,
    )


def _family(html: str, url: str, wanted: str, profiles: Sequence[Profile]) -> Page | None:
    """Returns what the page's portal family reads, None where no profile knows the page."""
    for profile in profiles:
        if profile.id == wanted or (not wanted and profile.recognises(html, url)):
            try:
                return profile.parse(html, url)
            except ParseError:  # the family is not as expected here: the other readers decide
                return None
    return None


def _title(draft: _Draft, page: Outline, headline: Headline | None, pinned: Pinned, family: Page | None) -> None:
    if headline is not None:
        draft.set("title", headline.text, headline.source)
        draft.title_block, draft.sure_title = headline.block, headline.score >= SURE
    if family is not None and family.title and not draft.sure_title:
        draft.set("title", family.title, "profile")
    if pinned.title:
        draft.set("title", pinned.title, "pinned")
        draft.sure_title = True
    if draft.provenance.get("title") in {"profile", "pinned"}:
        wanted = letters(draft.title)
        same = (index for index, block in enumerate(page.blocks) if letters(block.text) == wanted)
        draft.title_block = next(same, draft.title_block)


def _dates(
    draft: _Draft, page: Outline, site: SiteModel, meta: Metadata, pinned: Pinned, family: Page | None
) -> int | None:
    """Gathers the claims about the date; returns the number of the block that shows one."""
    if pinned.dates:
        draft.evidence.extend(pinned.dates)
        return None
    draft.evidence.extend(meta.dates)
    byline = find_byline(page, draft.title_block, site)
    if byline is not None:
        draft.evidence.append(byline.evidence)
    elif family is not None:
        draft.evidence.extend(
            claim for claim in family.date_evidence if is_own(page, claim.text, draft.title_block, site)
        )
    dateline = find_dateline(page, draft.title_block)
    if dateline is not None:
        draft.evidence.append(dateline)
    return byline.block if byline is not None else None


def _body(draft: _Draft, body: Body, meta: Metadata, pinned: Pinned, family: Page | None) -> None:
    draft.set("lead", body.lead, body.lead_source)
    draft.set("body", body.text, "page")
    if family is not None and family.body and _misses(body, family.body):
        draft.set("body", family.body, "profile")
        draft.set("lead", family.lead or "", "profile")
    draft.set("body", stated_body(meta, f"{body.lead}{body.text}"), "json_ld")
    draft.set("lead", pinned.lead or "", "pinned")
    draft.set("body", pinned.body or "", "pinned")
    if draft.lead and letters(draft.body).startswith(letters(draft.lead)) and "\n" in draft.body:
        first, rest = draft.body.split("\n", 1)
        if letters(first) == letters(draft.lead):
            draft.body = rest


def _misses(body: Body, family: str) -> bool:
    """Tells whether the body found by structure has hardly anything of what the profile reads."""
    own = letters(f"{body.lead}{body.text}")
    lines = [letters(line) for line in family.split("\n") if len(line) >= SHORT_BODY]
    return bool(lines) and sum(line in own for line in lines) < 0.3 * len(lines)


def _descriptions(meta: Metadata, site: SiteModel) -> list[str]:
    texts = [meta.abstract, *meta.descriptions]
    return [text for text in dict.fromkeys(texts) if text and letters(text) not in site.descriptions]
