"""Log: a channel's log becomes articles of its outlet, each walking back to the file that it came from."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from crawlers.archive import Archive
from crawlers.article import ArchiveRef, Article, DateEvidence, Media, Outcome, Precision
from crawlers.dates import LOCAL_TZ, local_day
from crawlers.source import Source
from pipeline.config import Config
from pipeline.logs.read import read_log
from pipeline.logs.row import LogRow
from pipeline.records import StoredArticle
from pipeline.report.words import CHANNELS
from pipeline.store import Connection, Store, articles, fetches, outlets

SECONDS = 60.0  # in a minute
SAME_LOG = 0.5  # share of an older import's items that a file repeats where it is the same log, corrected


@dataclass(frozen=True, slots=True)
class Logged:
    """What became of a log: its rows, and what they did to the store."""

    rows: int
    articles: Mapping[str, int]  # "new", "revised", "unchanged"
    withdrawn: int  # items of older imports that the log, corrected, has no longer
    beside: int  # new items at the very minute of an older import's item that stays
    early: int  # rows of days that are still to come
    unused: tuple[str, ...]  # headings of columns that say nothing to us


def import_log(config: Config, store: Store, file: Path, at: datetime, *, replace: bool = False) -> Logged:
    """Stores the rows of a channel log, all or none; the same log twice changes nothing, a corrected one replaces itself.

    A row is one item; its minutes are those of one airing times the airings. The file itself goes into the archive. What a
    corrected log has no longer, between its first and its last day on a channel, is withdrawn: it stays stored and counts
    nowhere. With `replace`, so is all else that was imported for these channels and days.

    Raises:
        InputError: the file's faults, one a line, with their rows.
    """
    log = read_log(file, {outlet.id: outlet.name for outlet in config.outlets})
    digest = hashlib.sha256(log.raw).hexdigest()
    today = at.astimezone(LOCAL_TZ).date()
    with closing(Archive(config.data / "archive")) as archive:
        ref = archive.write(
            today,
            url=f"urn:rasoat:log:{digest}",
            status=200,
            headers=(("Content-Type", "application/octet-stream"), ("Content-Disposition", file.name)),
            body=log.raw,
            fetched_at=at,
        )
    made = {_identity(each): each for each in (_article(*one, ref, at, file.name) for one in _numbered(log.rows))}
    outlet_of = {source.id: source.outlet for source in map(_source, log.rows)}
    counts: Counter[str] = Counter()
    beside = 0
    with store.begin() as connection:
        outlets.sync(connection, config.outlets, config.sources)
        for source in {_source(row).id: _source(row) for row in log.rows}.values():
            outlets.add_log(connection, source)
        standing = _standing(connection, made.values(), outlet_of)
        old = _outdated(connection, standing, made, file.name, replace=replace)
        _withdraw(connection, old, today)
        kept = {
            (each.source, each.published) for each in standing.values() if each.id not in made and each.id not in old
        }
        for identity, article in made.items():
            saved = articles.save(connection, article, outlet_of[article.source_id])
            counts[saved] += 1
            if saved != "new" and identity not in standing:  # withdrawn by an older import, and here again
                fetches.save_outcome(connection, _outcome(article), today)
            if saved == "new" and article.published_precision == "minute":
                beside += (article.source_id, article.published) in kept
    early = sum(row.at.date() > today for row in log.rows)
    return Logged(len(log.rows), dict(counts), len(old), beside, early, log.unused)


def _numbered(rows: Sequence[LogRow]) -> Iterator[tuple[LogRow, int]]:
    """Numbers rows that name one item at one time, in their order: they are airings written one by one."""
    seen: Counter[tuple[object, ...]] = Counter()
    for row in rows:
        key = (row.outlet, row.channel, row.at, row.title)
        seen[key] += 1
        yield row, seen[key]


# --- what older imports brought


def _standing(
    connection: Connection, made: Iterable[Article], outlet_of: Mapping[str, str]
) -> dict[str, StoredArticle]:
    """Gives the items of older imports, on the channels of the new ones and from their first to their last day."""
    days: defaultdict[str, list[date]] = defaultdict(list)
    for article in made:
        if article.published is not None:
            days[article.source_id].append(local_day(article.published))
    found: dict[str, StoredArticle] = {}
    for source, own in days.items():
        items = articles.stream(connection, outlet=outlet_of[source], since=min(own), until=max(own))
        found |= {item.id: item for item in items if item.source == source}
    return found


def _outdated(
    connection: Connection,
    standing: Mapping[str, StoredArticle],
    made: Mapping[str, Article],
    name: str,
    *,
    replace: bool,
) -> set[str]:
    """Gives the items of older imports that a log has no longer.

    The log is an older import corrected where it repeats enough of its items: themselves, or their titles on the same day.
    Then what other imports of the same file name brought are steps between the two. In a file of another name the minute has
    to be the same too, where both tell it: loudspeakers of two communes air one bulletin at hours of their own.
    """
    lost = standing.keys() - made.keys()
    if replace or not lost:
        return set(lost)
    moments: defaultdict[tuple[str, date | None, str], set[datetime | None]] = defaultdict(set)
    for article in made.values():
        moments[_saying(article)].add(_moment(article))
    imports: defaultdict[tuple[str, str | None], list[StoredArticle]] = defaultdict(list)
    for item in standing.values():
        imports[item.source, item.archive_sha256].append(item)
    older = [
        part
        for part in imports.values()
        if _repeated(part, made, moments, same_file=_file_of(connection, part[0].id) == name) >= SAME_LOG * len(part)
    ]
    of_older = {item.id for part in older for item in part}
    sources = {part[0].source for part in older}
    return {
        identity
        for identity in lost
        if identity in of_older or (standing[identity].source in sources and _file_of(connection, identity) == name)
    }


def _repeated(
    part: Iterable[StoredArticle],
    made: Mapping[str, Article],
    moments: Mapping[tuple[str, date | None, str], set[datetime | None]],
    *,
    same_file: bool,
) -> int:
    """Counts the items of one import that a log repeats. `moments` are those of the log's items that say the same."""
    count = 0
    for item in part:
        said = moments.get(_saying(item), set())
        own = _moment(item)
        count += item.id in made or (bool(said) and (same_file or own is None or bool(said & {own, None})))
    return count


def _moment(item: Article | StoredArticle) -> datetime | None:
    """Gives the minute of an item, None where its row tells only the day."""
    return item.published if item.published_precision == "minute" else None


def _saying(item: Article | StoredArticle) -> tuple[str, date | None, str]:
    source = item.source if isinstance(item, StoredArticle) else item.source_id
    return source, local_day(item.published) if item.published else None, item.title


def _file_of(connection: Connection, identity: str) -> str | None:
    """Gives the name of the file from which an item came last."""
    return articles.revisions(connection, identity)[-1].provenance.get("file")


def _withdraw(connection: Connection, identities: set[str], day: date) -> None:
    if not identities:
        return
    keys = {identity: key for key, identity in articles.ids_by_url_key(connection).items() if identity in identities}
    for item in articles.stream(connection, ids=identities):
        fetches.save_outcome(connection, Outcome(item.source, item.url, keys[item.id], "other"), day)


# --- what a row says


def _identity(article: Article) -> str:
    return articles.article_id(article.source_id, article.channel, article.url_key)


def _outcome(article: Article) -> Outcome:
    return Outcome(article.source_id, article.url, article.url_key, "article")


def _source(row: LogRow) -> Source:
    name = CHANNELS[row.channel][0]
    return Source(
        id=f"log-{row.outlet}-{row.channel}",
        name=f"Nhật ký {name}",
        home=f"urn:rasoat:log:{row.outlet}:{row.channel}",
        outlet=row.outlet,
        channel=row.channel,
    )


def _article(row: LogRow, repeat: int, ref: ArchiveRef, at: datetime, name: str) -> Article:
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
        provenance={"log": f"row {row.place}", "airings": str(row.airings), "file": name},
        fetched_at=at,
        archive=ref,
        front=None if row.page is None else row.page == 1,
    )
