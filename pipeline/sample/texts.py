"""The texts of the sample province and their true topics. How an outlet shows them is the sites' business."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any, Final

OUTLETS: Final = ("baosonkhe", "ptth", "tapchi", "sonoivu", "sotttt", "thachbinh", "nampan", "congtinh")
"""All outlets, in the order of their ports."""

CREDIT: Final = "(Theo Báo Sơn Khê)"  # first line of every reprint, as honest portals write it


@dataclass(frozen=True, slots=True)
class SampleArticle:
    """One article of one outlet. `published` is aware, +07:00; paragraphs of `body` are parted by an empty line."""

    outlet: str
    slug: str
    published: datetime
    section: str
    title: str
    lead: str
    body: str
    topics: tuple[str, ...]
    video_seconds: int | None = None
    reprint_of: str | None = None  # "outlet/slug" of the original

    @property
    def key(self) -> tuple[str, str]:
        """Outlet and slug: what names the article in tests and facts."""
        return self.outlet, self.slug

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The body's paragraphs, in order."""
        return tuple(part.strip() for part in self.body.split("\n\n") if part.strip())


@cache
def load_articles() -> tuple[SampleArticle, ...]:
    """Gives every article of every outlet, by outlet and then by time; reprints carry the text of their originals."""
    rows = [(outlet, row) for outlet in OUTLETS for row in _rows(outlet)]
    own = {article.key: article for article in (_own(*pair) for pair in rows if "reprint_of" not in pair[1])}
    articles = [
        own[outlet, row["slug"]] if "reprint_of" not in row else _reprint(outlet, row, own) for outlet, row in rows
    ]
    return tuple(sorted(articles, key=lambda article: (OUTLETS.index(article.outlet), article.published, article.slug)))


def labels(articles: Sequence[SampleArticle] | None = None) -> dict[tuple[str, str], tuple[str, ...]]:
    """Gives the true topics of every article by (outlet, slug), in the order of the codebook of the sample campaign."""
    return {article.key: article.topics for article in (load_articles() if articles is None else articles)}


def _rows(outlet: str) -> list[dict[str, Any]]:
    file = resources.files("pipeline.sample").joinpath("articles", f"{outlet}.toml")
    rows: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["article"]
    return rows


def _own(outlet: str, row: dict[str, Any]) -> SampleArticle:
    return SampleArticle(
        outlet=outlet,
        slug=row["slug"],
        published=row["published"],
        section=row["section"],
        title=row["title"],
        lead=row["lead"].strip(),
        body=row["body"].strip(),
        topics=tuple(row["topics"]),
        video_seconds=row.get("video_seconds"),
    )


def _reprint(outlet: str, row: dict[str, Any], own: dict[tuple[str, str], SampleArticle]) -> SampleArticle:
    """Takes the original's text with a small honest change: the credit, and a new title where the entry gives one."""
    source, _, slug = row["reprint_of"].partition("/")
    original = own[source, slug]
    return replace(
        original,
        outlet=outlet,
        slug=row["slug"],
        published=row["published"],
        section=row["section"],
        title=row.get("title", original.title),
        body=f"{CREDIT}\n\n{original.body}",
        video_seconds=None,
        reprint_of=row["reprint_of"],
    )
