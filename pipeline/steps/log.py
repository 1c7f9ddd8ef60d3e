"""Log: a channel's log becomes articles of its outlet, each walking back to the file that it came from."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawlers.archive import Archive
from crawlers.article import ArchiveRef, Article, DateEvidence, Media, Precision
from crawlers.dates import LOCAL_TZ
from crawlers.source import Source
from pipeline.config import Config
from pipeline.logs import LogRow, read_log
from pipeline.report.words import CHANNELS
from pipeline.store import Store, articles, outlets

SECONDS = 60.0  # in a minute


@dataclass(frozen=True, slots=True)
class Logged:
    """How many rows a log had, and what became of them: "new", "revised", "unchanged"."""

    rows: int
    articles: Mapping[str, int]


def import_log(config: Config, store: Store, file: Path, at: datetime) -> Logged:
    """Stores the rows of a channel log, all or none; the same log twice changes nothing.

    A row is one item; its minutes are those of one airing times the airings. The file itself goes into the archive.

    Raises:
        InputError: the file's faults, one a line, with their rows.
    """
    rows, raw = read_log(file, [outlet.id for outlet in config.outlets])
    digest = hashlib.sha256(raw).hexdigest()
    with closing(Archive(config.data / "archive")) as archive:
        ref = archive.write(
            at.astimezone(LOCAL_TZ).date(),
            url=f"urn:rasoat:log:{digest}",
            status=200,
            headers=(("Content-Type", "application/octet-stream"), ("Content-Disposition", file.name)),
            body=raw,
            fetched_at=at,
        )
    counts: Counter[str] = Counter()
    with store.begin() as connection:
        for source in {_source(row).id: _source(row) for row in rows}.values():
            outlets.add_log(connection, source)
        for row, repeat in _numbered(rows):
            counts[articles.save(connection, _article(row, repeat, ref, at), row.outlet)] += 1
    return Logged(len(rows), dict(counts))


def _numbered(rows: list[LogRow]) -> list[tuple[LogRow, int]]:
    """Numbers rows that name one item at one time, in their order: they are airings written one by one."""
    seen: Counter[tuple[object, ...]] = Counter()
    numbered = []
    for row in rows:
        key = (row.outlet, row.channel, row.at, row.title)
        seen[key] += 1
        numbered.append((row, seen[key]))
    return numbered


def _source(row: LogRow) -> Source:
    name = CHANNELS[row.channel][0]
    return Source(
        id=f"log-{row.outlet}-{row.channel}",
        name=f"Nhật ký {name}",
        home=f"urn:rasoat:log:{row.outlet}:{row.channel}",
        outlet=row.outlet,
        channel=row.channel,
    )


def _article(row: LogRow, repeat: int, ref: ArchiveRef, at: datetime) -> Article:
    moment = row.at.astimezone(UTC)
    precision: Precision = "minute" if row.timed else "day"
    what = hashlib.sha256(row.title.encode()).hexdigest()[:16]
    key = f"log:{row.outlet}/{row.channel}/{row.at:%Y-%m-%dT%H:%M}/{what}" + (f"/{repeat}" if repeat > 1 else "")
    video = row.channel in {"television", "led_screen"}
    length = row.minutes * row.airings * SECONDS if row.minutes is not None else None
    media = (Media("video" if video else "audio", row.link or key, length),) if length is not None else ()
    return Article(
        source_id=_source(row).id,
        url=row.link or key,
        url_key=key,
        channel=row.channel,
        title=row.title,
        lead="",
        body=row.text,
        published=moment,
        published_precision=precision,
        date_state="certain",
        date_evidence=(DateEvidence(moment, "log", precision, f"{row.at:%d/%m/%Y}"),),
        canonical=None,
        media=media,
        lang="vi",
        provenance={"log": f"row {row.number}", "airings": str(row.airings)},
        fetched_at=at,
        archive=ref,
    )
