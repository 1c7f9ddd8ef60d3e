"""A digest of every subject that must come out equal when a killed run is run again.

Left out: run numbers, times of fetching, the fetch log, elapsed seconds, wording of network errors, validators, and where
in the archive the bytes lie (a killed run may have written them twice).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import Connection, Select, select

from pipeline.store import schema
from pipeline.store.schema import audit_cells, audit_verdicts, audits

BATCH = 1_000  # rows read at a time
PER_RUN = frozenset(  # columns that two runs over the same world may fill differently
    {
        "id",
        "key",
        "seq",
        "fetched_at",
        "first_file",
        "first_seen",
        "etag",
        "last_modified",
        "detail",
        "archive_file",
        "archive_offset",
        "archive_length",
        "archive_sha256",
    }
)
SUBJECTS = (
    schema.outcomes,
    schema.failures,
    schema.observations,
    schema.article_revisions,
    schema.article_dates,
    schema.article_media,
    schema.clusters,
    schema.sketches,
    schema.predictions,
    schema.urls,
)


def fingerprint(connection: Connection) -> dict[str, str]:
    """Gives subject -> SHA-256 (hex) of its rows; equal on both engines for equal content."""
    digests = {table.name: _digest(connection, _by_primary_key(table)) for table in SUBJECTS}
    digests["articles"] = _digest(connection, _articles())
    digests["label_events"] = _digest(connection, _labels())
    for table, column in ((audit_cells, audit_cells.c.cell), (audit_verdicts, audit_verdicts.c.detail)):
        digests[table.name] = _digest(connection, _of_audits(table, column))
    return dict(sorted(digests.items()))


def _by_primary_key(table: Any) -> Select[Any]:
    columns = [column for column in table.c if column.name not in PER_RUN]
    return select(*columns).order_by(*table.primary_key)


def _articles() -> Select[Any]:
    kept = [column for column in schema.articles.c if column.name not in PER_RUN]
    return select(schema.articles.c.id, *kept).order_by(schema.articles.c.id)


def _labels() -> Select[Any]:
    kept = [column for column in schema.label_events.c if column.name not in PER_RUN]
    return select(*kept).order_by(schema.label_events.c.key)


def _of_audits(table: Any, column: Any) -> Select[Any]:
    head = (audits.c.as_of, audits.c.model, audits.c.codebook)
    joined = select(*head, table.c.position, column).join(audits, audits.c.id == table.c.audit_id)
    return joined.order_by(audits.c.as_of, audits.c.seq, table.c.position)


def _digest(connection: Connection, query: Select[Any]) -> str:
    total = hashlib.sha256()
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        line = json.dumps(list(row), ensure_ascii=True, sort_keys=True, default=str)
        total.update(line.encode() + b"\n")
    return total.hexdigest()
