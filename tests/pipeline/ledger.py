"""What must hold of a night in the store, whatever the network did: the ledger's faults, as lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select

from pipeline.store import Store, observations
from pipeline.store.schema import article_revisions, articles, failures, fetches, outcomes, sources


def faults(store: Store, night: date, since: date, until: date) -> list[str]:
    """Gives everything by which a night's ledger is not whole: none is expected."""
    with store.read() as connection:
        ends = {
            (row.source_id, row.url_id): row.outcome
            for row in connection.execute(select(outcomes).where(outcomes.c.night == night))
        }
        asked = connection.execute(select(fetches).where(fetches.c.night == night)).all()
        failed = connection.execute(select(failures).where(failures.c.night == night)).all()
        stored = connection.execute(
            select(articles.c.source_id, articles.c.url_id, articles.c.url)
            .join(article_revisions, article_revisions.c.article_id == articles.c.id)
            .where(article_revisions.c.archive_file == f"rasoat-{night}.warc.gz")
        ).all()
        looked = observations.looks(connection, since, until, until=night)
        names = connection.scalars(select(sources.c.id).where(sources.c.active)).all()
    return [*_urls(ends, asked, failed, stored), *_days(looked, names, since, min(until, night - timedelta(days=1)))]


def _urls(ends, asked, failed, stored) -> Iterator[str]:
    """Every URL that was asked for has its one outcome; failures and articles are those that the outcomes name."""
    for row in asked:
        if (row.source_id, row.url_id) not in ends:
            yield f"{row.url}: asked for, and nobody says what became of it"
        if row.status == 0 and row.reason is None:
            yield f"{row.url}: no answer, and no reason"
    reasons = {(row.source_id, row.url_id): row.detail for row in failed}
    for key, outcome in ends.items():
        if (outcome == "failed") != (key in reasons):
            yield f"{key}: {outcome}, with the reason {reasons.get(key)}"
    for row in stored:
        if ends.get((row.source_id, row.url_id)) not in {"article", "duplicate"}:
            yield f"{row.url}: an article whose outcome is {ends.get((row.source_id, row.url_id))}"


def _days(looked, names, since: date, until: date) -> Iterator[str]:
    """Every day of every source is proved by an address, or has its reason."""
    for name in names:
        for number in range((until - since).days + 1):
            day = since + timedelta(days=number)
            look = looked.get((name, day))
            if look is None:
                yield f"{name}: {day}: nobody looked"
            elif look.proved and not look.evidence_url:
                yield f"{name}: {day}: proved by nothing"
            elif not look.proved and look.reason is None:
                yield f"{name}: {day}: not proved, and no reason"
