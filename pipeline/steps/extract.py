"""Extract: saved pages named in a manifest → what each page says of itself, learnt host by host as a crawl does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawlers.article import Page
from crawlers.dates import LOCAL_TZ
from crawlers.decode import decode
from crawlers.errors import CrawlError
from crawlers.extract import SiteModel, extract, learn
from crawlers.profiles import PROFILES
from pipeline.console import Advance
from pipeline.errors import InputError
from pipeline.files import read_jsonl, write_jsonl

LEARN_FROM = 200  # pages of one host that are compared with each other; more change nothing and cost time


@dataclass(frozen=True, slots=True)
class Extracted:
    """How many rows were written, and which pages could not be read (file: why)."""

    pages: int
    failures: Mapping[str, str]


def extract_manifest(manifest: Path, out: Path | None, advance: Advance) -> Extracted:
    """Writes one row for each row of the manifest, in its order; a page that cannot be read becomes kind "other".

    Raises:
        InputError: the manifest is damaged, or names no file at all.
    """
    rows = list(read_jsonl(manifest, required=("file", "url")))
    sites = _learn_hosts(manifest.parent, rows)
    failures: dict[str, str] = {}

    def results() -> Iterator[dict[str, Any]]:
        for number, row in enumerate(rows, start=1):
            html = _read_page(manifest.parent, row, failures)
            page = Page(row["url"], "other")
            if html is not None:
                try:
                    page = extract(html, row["url"], site=sites.get(_host(row["url"])), profiles=PROFILES)
                except CrawlError as error:
                    failures[row["file"]] = str(error)
            advance(number, len(rows), row["file"])
            yield page_row(page)

    written = write_jsonl(out, results())
    if rows and len(failures) == len(rows):
        first = next(iter(failures.items()))
        raise InputError(f"{manifest}: not one page could be read; first: {first[0]}: {first[1]}")
    return Extracted(written, failures)


def page_row(page: Page) -> dict[str, Any]:
    """Gives a page as the row that `rasoat extract` writes; null where unknown."""
    return {
        "url": page.url,
        "kind": page.kind if page.kind in {"article", "listing", "document"} else "other",
        "title": page.title,
        "lead": page.lead,
        "body": page.body,
        "published": _local(page.published, page.published_precision),
        "published_precision": page.published_precision,
        "date_evidence": [
            {
                "kind": claim.kind,
                "value": _local(claim.value, claim.precision),
                "precision": claim.precision,
                "text": claim.text,
            }
            for claim in page.date_evidence
        ],
        "canonical": page.canonical,
        "media": [{"kind": item.kind, "url": item.url, "duration_s": item.duration_s} for item in page.media],
        "lang": page.lang,
    }


def _local(value: datetime | None, precision: str | None) -> str | None:
    """Writes a time in Vietnam's zone, or only its day where no more is known."""
    if value is None:
        return None
    local = value.astimezone(LOCAL_TZ)
    return local.date().isoformat() if precision == "day" else local.isoformat(timespec="seconds")


def _learn_hosts(folder: Path, rows: Sequence[Mapping[str, Any]]) -> dict[str, SiteModel]:
    groups: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[_host(str(row["url"]))].append(row)
    return {host: learn(_pages(folder, group[:: len(group) // LEARN_FROM + 1])) for host, group in groups.items()}


def _pages(folder: Path, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for row in rows:
        html = _read_page(folder, row, {})
        if html is not None:
            yield row["url"], html


def _read_page(folder: Path, row: Mapping[str, Any], failures: dict[str, str]) -> str | None:
    """Gives a page's text, or None with the reason noted: absent, unreadable, or not text."""
    try:
        return decode((folder / str(row["file"])).read_bytes(), row.get("content_type"), url=row["url"])
    except OSError as error:
        failures[str(row["file"])] = error.strerror or str(error)
    except CrawlError as error:
        failures[str(row["file"])] = str(error)
    return None


def _host(url: str) -> str:
    return urlsplit(str(url)).netloc.lower()
