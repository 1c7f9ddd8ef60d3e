"""Audits as they were: saved whole and read back equal, under an id that is a function of their content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import Connection, Text, cast, func, insert, select, update

from pipeline.audits import AuditResult
from pipeline.errors import StoreError
from pipeline.store import audit_json
from pipeline.store.identity import ID_DIGITS
from pipeline.store.schema import audit_cells, audit_items, audit_verdicts, audits
from pipeline.store.types import dump_json

FORMAT: Final = "audit 4"  # goes into the id; raised when the same audit would be written differently

_LATEST: Final = (audits.c.as_of.desc(), audits.c.seq.desc())  # an audit of a past day, made again, is not the latest


@dataclass(frozen=True, slots=True)
class SavedAudit:
    """What the list of audits shows of one; `hashes` name its inputs."""

    id: str
    as_of: date
    model: str
    codebook: str
    hashes: Mapping[str, str]
    tally: Mapping[str, int]  # verdict -> requirements that have it


def save(connection: Connection, result: AuditResult, model: str, hashes: Mapping[str, str]) -> str:
    """Stores an audit as the newest and gives its id (16 hex digits); the same audit saved twice is one."""
    header = audit_json.header(result)
    cells = audit_json.cells(result)
    verdicts = audit_json.verdicts(result)
    observed = audit_json.observed(result)
    chunks = list(audit_json.item_chunks(result))
    told = (*(row["cell"] for row in cells), *(row["detail"] for row in verdicts))
    identity = _identity([FORMAT, model, dump_json(dict(hashes)), dump_json(header), *told], [observed, *chunks])
    seq = (connection.scalar(select(func.max(audits.c.seq))) or 0) + 1
    if connection.execute(update(audits).where(audits.c.id == identity).values(seq=seq)).rowcount:
        return identity
    head = {"id": identity, "seq": seq, "as_of": result.as_of, "model": model, "codebook": result.codebook}
    connection.execute(insert(audits).values(**head, hashes=dict(hashes), header=header, observed=observed))
    for table, rows in (
        (audit_cells, cells),
        (audit_verdicts, verdicts),
        (audit_items, [{"chunk": number, "data": data} for number, data in enumerate(chunks)]),
    ):
        if rows:
            connection.execute(insert(table), [{"audit_id": identity, **row} for row in rows])
    return identity


def load(connection: Connection, identity: str) -> AuditResult | None:
    """Gives a saved audit, equal to what was saved; None where the store does not have it.

    Raises:
        StoreError: another version of the program wrote it, in a form that this one cannot read.
    """
    head = connection.execute(select(audits).where(audits.c.id == identity)).one_or_none()
    if head is None:
        return None
    items = select(audit_items.c.data).where(audit_items.c.audit_id == identity).order_by(audit_items.c.chunk)
    try:
        return audit_json.result(
            header=head.header,
            observed=head.observed,
            cells=_documents(connection, audit_cells, "cell", identity),
            verdicts=_documents(connection, audit_verdicts, "detail", identity),
            chunks=connection.scalars(items).all(),
        )
    except ValidationError as error:
        raise StoreError(
            f"audit {identity}: another version of rasoat wrote it, and this one cannot read it; run `rasoat audit` anew",
            f"lần đối chiếu {identity}: do phiên bản khác của rasoat ghi, không đọc được; hãy chạy lại `rasoat audit`",
        ) from error


def load_latest(connection: Connection) -> AuditResult | None:
    """Gives the audit of the latest day, the one saved last where a day has several; None where there is none."""
    identity = connection.scalar(select(audits.c.id).order_by(*_LATEST).limit(1))
    return None if identity is None else load(connection, identity)


def saved(connection: Connection) -> list[SavedAudit]:
    """Lists the audits, those of the latest day first, of one day the one saved last."""
    tallies: dict[str, dict[str, int]] = {}
    verdict = (audit_verdicts.c.audit_id, audit_verdicts.c.verdict)
    for row in connection.execute(select(*verdict, func.count().label("n")).group_by(*verdict).order_by(*verdict)):
        tallies.setdefault(row.audit_id, {})[row.verdict] = row.n
    light = (audits.c.id, audits.c.as_of, audits.c.model, audits.c.codebook, audits.c.hashes)
    rows = connection.execute(select(*light).order_by(*_LATEST))
    return [SavedAudit(row.id, row.as_of, row.model, row.codebook, row.hashes, tallies.get(row.id, {})) for row in rows]


def _documents(connection: Connection, table: Any, column: str, identity: str) -> list[str]:
    """Gives JSON as text: it is read where it is checked."""
    query = select(cast(table.c[column], Text)).where(table.c.audit_id == identity).order_by(table.c.position)
    return list(connection.scalars(query))


def _identity(texts: Iterable[str], blobs: Sequence[bytes]) -> str:
    total = hashlib.sha256()
    for part in (*(text.encode() for text in texts), *blobs):
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()[:ID_DIGITS]
