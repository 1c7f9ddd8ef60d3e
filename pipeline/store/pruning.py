"""What may go: archived records on which nothing rests, and audits that nobody keeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, and_, delete, except_, or_, select

from pipeline.store.schema import (
    article_revisions,
    audit_cells,
    audit_items,
    audit_verdicts,
    audits,
    fetches,
    observations,
    urls,
)

Place = tuple[int, int]  # offset and length of a record


def spare_records(connection: Connection, before: date) -> dict[str, tuple[Place, ...]]:
    """Gives the records fetched before a night on which nothing rests: archive file -> places, in order.

    Kept is what is the newest of an address, every state of every article (so the pages of all labels, verdicts and audits),
    and the pages that are named as proof of a day.
    """
    place = ("archive_file", "archive_offset", "archive_length")
    of_fetch, of_url, of_article = ([table.c[name] for name in place] for table in (fetches, urls, article_revisions))
    named = observations.c.source_id, observations.c.night, observations.c.evidence_url
    proofs = (  # first each once: many days are proved by one page, and of the whole table SQLite would try every pair
        select(*named).where(observations.c.proved, observations.c.night < before).distinct().subquery()
    )
    proof = and_(
        proofs.c.source_id == fetches.c.source_id,
        proofs.c.night == fetches.c.night,
        or_(proofs.c.evidence_url == fetches.c.url, proofs.c.evidence_url == fetches.c.final_url),
    )
    old = (fetches.c.archive_file.is_not(None), fetches.c.night < before)
    query = except_(
        select(*of_fetch).where(*old),
        select(*of_url).where(urls.c.archive_file.is_not(None)),
        select(*of_article).where(article_revisions.c.archive_file.is_not(None)),
        select(*of_fetch).join(proofs, proof).where(*old),
    )
    rows = sorted(tuple(row) for row in connection.execute(query))
    return {
        file: tuple((offset, length) for _, offset, length in group) for file, group in groupby(rows, key=itemgetter(0))
    }


def drop_audits(connection: Connection, ids: Sequence[str]) -> None:
    """Deletes audits with their cells, verdicts and items."""
    for table in (audit_items, audit_cells, audit_verdicts):
        connection.execute(delete(table).where(table.c.audit_id.in_(ids)))
    connection.execute(delete(audits).where(audits.c.id.in_(ids)))
