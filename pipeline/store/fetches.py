"""The ledger: every exchange in a log, every URL's present state, and its one outcome of each night."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, and_, delete, exists, false, func, insert, or_, select, update

from crawlers.article import ArchiveRef, Claim, Failure, Fetch, Known, Media, Outcome, UrlOutcome
from crawlers.fetch import Asked
from crawlers.urls import site_key
from pipeline.records import FailedUrl
from pipeline.store.identity import url_id
from pipeline.store.schema import articles, failures, fetches, outcomes, sources, urls
from pipeline.store.upsert import insert_missing, upsert

UNASKED: Final = frozenset({"robots", "budget"})  # reasons of failures for which no server was asked


def save_fetch(connection: Connection, fetch: Fetch, night: date) -> None:
    """Appends one exchange to the log and brings the URL's state up to date.

    Validators and archive place are of the last exchange that brought a body; a 304 or a failure leaves them.
    """
    identity = {"source_id": fetch.source_id, "url_id": url_id(fetch.url_key)}
    archive = _archive_columns(fetch.archive)
    exchange = {"role": fetch.role, "status": fetch.status, "url": fetch.url, "night": night}
    validators = {"etag": fetch.etag, "last_modified": fetch.last_modified}
    log = {
        "fetched_at": fetch.fetched_at,
        "final_url": fetch.final_url,
        "content_type": fetch.content_type,
        "elapsed_s": fetch.elapsed_s,
        "reason": fetch.reason,
        "detail": fetch.detail,
    }
    connection.execute(insert(fetches), [identity | archive | exchange | validators | log])
    brought = validators | archive
    if fetch.archive is None:
        brought = {name: value for name, value in validators.items() if value is not None and fetch.status == 304}
    state = identity | exchange | brought | {"url_key": fetch.url_key, "outcome": None}
    upsert(connection, urls, [state])


def save_outcome(connection: Connection, outcome: Outcome, night: date) -> None:
    """Stores what became of one URL this night, in place of what was said of it before in the same night.

    A URL that ends well has no failure left this night: an earlier, killed run of the night may have stored one.
    """
    key = _ensure_url(connection, outcome.source_id, outcome.url, outcome.url_key, night)
    _settle(connection, key, outcome.outcome, night)
    if outcome.claims or outcome.enclosed:
        matches = [urls.c[name] == value for name, value in key.items()]
        connection.execute(update(urls).where(*matches).values(**_claim_columns(outcome)))
    if outcome.outcome != "failed":
        of_night = [failures.c[name] == value for name, value in key.items()]
        connection.execute(delete(failures).where(*of_night, failures.c.night == night))


def save_failure(connection: Connection, failure: Failure, night: date) -> None:
    """Stores why one URL failed this night; its outcome is then "failed"."""
    key = _ensure_url(connection, failure.source_id, failure.url, failure.url_key, night)
    _settle(connection, key, "failed", night)
    row = key | {
        "night": night,
        "url": failure.url,
        "url_key": failure.url_key,
        "stage": failure.stage,
        "reason": failure.reason,
        "detail": failure.detail,
        "claimed_day": failure.claimed_day,
    }
    upsert(connection, failures, [row])


def known(connection: Connection, source_id: str, before: date) -> dict[str, Known]:
    """Gives what the store knows of every URL of a source when the night `before` begins: url_key -> state."""
    days = (  # an item may have been on several channels
        select(articles.c.url_id, func.max(articles.c.day).label("published_day"))
        .where(articles.c.source_id == source_id)
        .group_by(articles.c.url_id)
        .subquery()
    )
    nights = (
        select(outcomes.c.url_id, func.max(outcomes.c.night).label("settled"))
        .where(outcomes.c.source_id == source_id, outcomes.c.night < before, outcomes.c.outcome != "failed")
        .group_by(outcomes.c.url_id)
        .subquery()
    )
    query = (
        select(urls, days.c.published_day, nights.c.settled)
        .outerjoin(days, days.c.url_id == urls.c.url_id)
        .outerjoin(nights, nights.c.url_id == urls.c.url_id)
        .where(urls.c.source_id == source_id)
        .order_by(urls.c.url_id)
    )
    return {row.url_key: _known(row) for row in connection.execute(query)}


def unread(connection: Connection, source_id: str, *, failed: bool) -> set[str]:
    """Gives the keys of archived pages that nobody has read yet; with `failed` those too whose last reading failed."""
    table = urls.c
    by_a_parser = exists().where(_same_url(failures), failures.c.night == table.night, failures.c.stage != "fetch")
    broken = and_(table.outcome == "failed", by_a_parser) if failed else false()
    query = select(table.url_key).where(
        table.source_id == source_id, table.archive_file.is_not(None), table.role.in_(("page", "listing"))
    )
    return set(connection.scalars(query.where(or_(table.outcome.is_(None), broken))))


def settled(connection: Connection, source_id: str, night: date) -> dict[str, UrlOutcome]:
    """Gives the URLs of a source that already have their outcome of this night: url_key -> outcome."""
    query = (
        select(urls.c.url_key, outcomes.c.outcome)
        .join(outcomes, _same_url(outcomes))
        .where(outcomes.c.night == night, outcomes.c.source_id == source_id)
        .order_by(urls.c.url_id)
    )
    return {row.url_key: row.outcome for row in connection.execute(query)}


def asked(connection: Connection, night: date) -> list[Asked]:
    """Counts the exchanges of a night by host, and gives the times of those of this night and the one before.

    Robots files, retries and the hops of redirects are not in the log, so that there were somewhat more than these.
    """
    query = select(fetches.c.url, fetches.c.night, fetches.c.fetched_at, fetches.c.reason, fetches.c.detail).where(
        fetches.c.source_id.in_(select(sources.c.id)), fetches.c.night.in_([night - timedelta(days=1), night])
    )
    hosts: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        if row.reason not in UNASKED and (row.detail is None or row.detail.code != "from_warc"):
            hosts.setdefault(_host(row.url), []).append(row)
    return [
        Asked(host, sum(row.night == night for row in rows), tuple(sorted(row.fetched_at for row in rows)))
        for host, rows in sorted(hosts.items())
    ]


def archived(connection: Connection) -> dict[str, int]:
    """Gives the files of the archive in which pages lie, each with how many bytes it has at least."""
    end = func.max(fetches.c.archive_offset + fetches.c.archive_length).label("end")
    query = select(fetches.c.archive_file, end).where(fetches.c.archive_file.is_not(None))
    return {row.archive_file: row.end for row in connection.execute(query.group_by(fetches.c.archive_file))}


def last_night(connection: Connection, until: date = date.max) -> date | None:
    """Gives the newest night, none after `until`, in which anything was settled; None where there is none."""
    night: date | None = connection.scalar(select(func.max(outcomes.c.night)).where(outcomes.c.night <= until))
    return night


def horizon(connection: Connection, as_of: date) -> date:
    """Gives the last night that may speak in an audit as of a day: that day's, or the newest where all came later.

    Of a campaign that was crawled only after its end there is nothing else to tell.
    """
    return as_of if last_night(connection, as_of) else last_night(connection) or as_of


def failed(connection: Connection, night: date) -> Iterator[Failure]:
    """Yields the failures of a night, ordered by source and URL."""
    query = select(failures).where(failures.c.night == night).order_by(failures.c.source_id, failures.c.url_id)
    for row in connection.execute(query):
        yield Failure(row.source_id, row.url, row.url_key, row.stage, row.reason, row.detail, row.claimed_day)


def failed_urls(connection: Connection, until: date = date.max) -> tuple[FailedUrl, ...]:
    """Gives the addresses that failed in the newest night, none after `until`, ordered by outlet, source and address."""
    night = last_night(connection, until)
    query = (
        select(sources.c.outlet_id, failures.c.source_id, failures.c.url, failures.c.detail)
        .join(sources, sources.c.id == failures.c.source_id)
        .where(failures.c.night == night)
        .order_by(sources.c.outlet_id, failures.c.source_id, failures.c.url, failures.c.url_id)
    )
    return tuple(FailedUrl(*row) for row in connection.execute(query))


def _host(url: str) -> str:
    try:
        return site_key(url)
    except ValueError:  # a link to no address; nothing was asked
        return ""


def _same_url(table: Any) -> Any:
    return and_(table.c.source_id == urls.c.source_id, table.c.url_id == urls.c.url_id)


def _ensure_url(connection: Connection, source_id: str, url: str, url_key: str, night: date) -> dict[str, object]:
    """Makes the state of a URL that was settled without a request (forbidden by robots.txt, a twin of another)."""
    key: dict[str, object] = {"source_id": source_id, "url_id": url_id(url_key)}
    state = {"url": url, "url_key": url_key, "role": "page", "night": night, "status": 0}
    insert_missing(connection, urls, [key | state])
    return key


def _settle(connection: Connection, key: dict[str, object], outcome: UrlOutcome, night: date) -> None:
    upsert(connection, outcomes, [key | {"night": night, "outcome": outcome}])
    matches = [urls.c[name] == value for name, value in key.items()]
    of_this_fetch = or_(urls.c.night == night, urls.c.status == 0)  # else the state is of an earlier night's fetch
    connection.execute(update(urls).where(*matches, of_this_fetch).values(outcome=outcome, night=night))


def _archive_columns(archive: ArchiveRef | None) -> dict[str, object]:
    return {
        "archive_file": archive.file if archive else None,
        "archive_offset": archive.offset if archive else None,
        "archive_length": archive.length if archive else None,
        "archive_sha256": archive.sha256 if archive else None,
    }


def _known(row: Any) -> Known:
    archive = None
    if row.archive_file is not None:
        archive = ArchiveRef(row.archive_file, row.archive_offset, row.archive_length, row.archive_sha256)
    return Known(
        url_key=row.url_key,
        url=row.url,
        night=row.night,
        status=row.status,
        outcome=row.outcome,
        settled=row.settled,
        etag=row.etag,
        last_modified=row.last_modified,
        archive=archive,
        published_day=row.published_day,
        role=row.role,
        claims=tuple(_claim(document) for document in row.claims or ()),
        enclosed=tuple(Media(**document) for document in row.enclosed or ()),
    )


def _claim_columns(outcome: Outcome) -> dict[str, object]:
    return {
        "claimed_day": outcome.claimed_day,
        "claims": [_claim_document(claim) for claim in outcome.claims] or None,
        "enclosed": [asdict(media) for media in outcome.enclosed] or None,
    }


def _claim_document(claim: Claim) -> dict[str, object]:
    return asdict(claim) | {"at": claim.at.isoformat(), "day": claim.day.isoformat()}


def _claim(document: Mapping[str, Any]) -> Claim:
    at, day = datetime.fromisoformat(document["at"]), date.fromisoformat(document["day"])
    return Claim(at, day, document["precision"], document["kind"], document["exact"])
