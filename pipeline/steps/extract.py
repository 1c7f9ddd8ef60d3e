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
from crawlers.learn import LEARN_FROM
from crawlers.profiles import PROFILES
from crawlers.reason import Reason, because
from pipeline.console import Advance
from pipeline.errors import InputError
from pipeline.files import not_one, numbered_jsonl, text_field, write_jsonl
from pipeline.report.reasons import in_words
from pipeline.wording import Words

VI = Words("vi")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a manifest: a saved page, where it came from, and what its server said that it is."""

    file: str  # relative to the manifest, or absolute
    url: str
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """How many rows were written, which pages could not be read (file: why), and what is wrong with the manifest's rows."""

    pages: int
    failures: Mapping[str, Reason]
    faults: tuple[InputError, ...]


def extract_manifest(manifest: Path, out: Path | None, advance: Advance) -> Extracted:
    """Writes one row for each row of the manifest, in its order; a page that cannot be read becomes kind "other".

    A row of the manifest that is not JSON, or lacks its file or URL, is left out and told by its line.

    Raises:
        InputError: the manifest cannot be read to its end, or names no file that can be read; nothing is written then.
    """
    faults: list[InputError] = []
    rows = list(_manifest_rows(manifest, faults))
    if faults and not rows:
        raise not_one(manifest, faults)
    return _extracted(manifest, rows, manifest.parent, out, advance, tuple(faults))


def extract_files(files: Sequence[Path], url: str | None, out: Path | None, advance: Advance) -> Extracted:
    """Writes one row for each saved page, in their order; `url` is where they came from, where that is known.

    Raises:
        InputError: no file can be read; nothing is written then.
    """
    rows = [Row(str(file), url or file.absolute().as_uri()) for file in files]
    return _extracted(None, rows, Path(), out, advance, ())


def _extracted(
    manifest: Path | None,
    rows: Sequence[Row],
    folder: Path,
    out: Path | None,
    advance: Advance,
    faults: tuple[InputError, ...],
) -> Extracted:
    sites = _learn_hosts(folder, rows)
    failures: dict[str, Reason] = {}

    def results() -> Iterator[dict[str, Any]]:
        for number, row in enumerate(rows, start=1):
            html = _read_page(folder, row, failures)
            page = Page(row.url, "other")
            if html is not None:
                page = _extract(html, row, sites.get(_host(row.url)), failures)
            advance(number, len(rows), row.file)
            yield page_row(page)

    written = write_jsonl(out, _unless_all_fail(manifest, results(), failures, len({row.file for row in rows})))
    return Extracted(written, failures, faults)


def _manifest_rows(manifest: Path, faults: list[InputError]) -> Iterator[Row]:
    """Yields the rows that can be read; what is wrong with the others goes into `faults`."""
    for number, row in numbered_jsonl(manifest, required=("file", "url"), bad=faults.append):
        try:
            texts = {key: text_field(manifest, number, row, key) for key in ("file", "url", "content_type")}
        except InputError as error:
            faults.append(error)
        else:
            yield Row(texts["file"], texts["url"], texts["content_type"] or None)


def _extract(html: str, row: Row, site: SiteModel | None, failures: dict[str, Reason]) -> Page:
    try:
        return extract(html, row.url, site=site, profiles=PROFILES)
    except Exception as error:  # noqa: BLE001 - one hostile page may not end the work on the others
        failures[row.file] = because("unexpected", error=type(error).__name__, text=str(error))
        return Page(row.url, "other")


def _unless_all_fail(
    manifest: Path | None, results: Iterator[dict[str, Any]], failures: Mapping[str, Reason], files: int
) -> Iterator[dict[str, Any]]:
    """Passes the results on, and breaks off before the end where no file was readable, so that nothing is written."""
    yield from results
    if files and len(failures) == files:
        file, reason = next(iter(failures.items()))
        where = f"{manifest}: " if manifest else ""
        raise InputError(
            f"{where}not one page could be read; first: {file}: {reason}",
            f"{where}không đọc được trang nào; trang đầu: {file}: {in_words(reason, VI)}",
        )


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


def _learn_hosts(folder: Path, rows: Sequence[Row]) -> dict[str, SiteModel]:
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[_host(row.url)].append(row)
    return {host: learn(_pages(folder, group[:: len(group) // LEARN_FROM + 1])) for host, group in groups.items()}


def _pages(folder: Path, rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    for row in rows:
        html = _read_page(folder, row, {})
        if html is not None:
            yield row.url, html


def _read_page(folder: Path, row: Row, failures: dict[str, Reason]) -> str | None:
    """Gives a page's text, or None with the reason noted: absent, unreadable, or not text."""
    try:
        return decode((folder / row.file).read_bytes(), row.content_type, url=row.url)
    except OSError as error:
        failures[row.file] = because("file_unread", text=error.strerror or str(error))
    except ValueError as error:  # a name with a NUL byte is no name
        failures[row.file] = because("file_unread", text=str(error))
    except CrawlError as error:
        failures[row.file] = error.why
    return None


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:  # brackets that are no address
        return ""
