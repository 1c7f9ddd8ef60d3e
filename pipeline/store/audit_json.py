"""One audit as JSON and back."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic import TypeAdapter

from pipeline.audits import AuditItem, AuditResult, Cell, OutletPhase, Verdict
from pipeline.store.types import Dumped, dump_json
from pipeline.store.upsert import batches

RESULT: Final = TypeAdapter(AuditResult)
CELL: Final = TypeAdapter(Cell)
VERDICT: Final = TypeAdapter(Verdict)
OBSERVED: Final = TypeAdapter(tuple[OutletPhase, ...])
ITEM: Final = TypeAdapter(AuditItem)
ITEMS: Final = TypeAdapter(list[AuditItem])

APART = {"cells", "verdicts", "observed", "items"}  # stored in tables and blobs of their own
CHUNK_ITEMS = 1_000  # articles in one blob: about 600 kB of JSON, 100 kB compressed
LEVEL = 6  # of zlib; written once a night, kept for years

Document = dict[str, Any]


def header(result: AuditResult) -> Document:
    """Gives everything of an audit that is small."""
    dumped: Document = RESULT.dump_python(result, mode="json", exclude=APART)
    return dumped


def cells(result: AuditResult) -> list[Document]:
    """Gives one row of `audit_cells` for each cell."""
    return [
        {
            "position": position,
            "phase": cell.phase,
            "topic": cell.topic,
            "outlet": cell.outlet,
            "verified": len(cell.verified_ids),
            "machine": len(cell.machine_ids),
            "unread": cell.unread,
            "cell": Dumped(CELL.dump_json(cell).decode()),
        }
        for position, cell in enumerate(result.cells)
    ]


def verdicts(result: AuditResult) -> list[Document]:
    """Gives one row of `audit_verdicts` for each verdict."""
    return [
        {
            "position": position,
            "phase": verdict.phase,
            "topic": verdict.topic,
            "outlet": verdict.outlet,
            "verdict": verdict.verdict,
            "detail": Dumped(VERDICT.dump_json(verdict).decode()),
        }
        for position, verdict in enumerate(result.verdicts)
    ]


def observed(result: AuditResult) -> bytes:
    """Gives the outlet-phases, compressed."""
    return _pack(OBSERVED.dump_python(result.observed, mode="json"))


def item_chunks(result: AuditResult) -> Iterator[bytes]:
    """Yields the items in order of their ids, compressed a thousand at a time."""
    for part in batches(sorted(result.items), CHUNK_ITEMS):
        yield _pack([_item(result.items[identity]) for identity in part])


def result(
    header: Document, observed: bytes, cells: Iterable[str], verdicts: Iterable[str], chunks: Iterable[bytes]
) -> AuditResult:
    """Puts an audit together again."""
    return RESULT.validate_python(
        header
        | {
            "observed": OBSERVED.validate_json(zlib.decompress(observed)),
            "cells": tuple(CELL.validate_json(each) for each in cells),
            "verdicts": tuple(VERDICT.validate_json(each) for each in verdicts),
            "items": {item.article: item for chunk in chunks for item in ITEMS.validate_json(zlib.decompress(chunk))},
        }
    )


def _item(item: AuditItem) -> Document:
    dumped: Document = ITEM.dump_python(item, mode="json")
    return dumped | {name: sorted(dumped[name]) for name in ("verified", "rejected", "machine")}


def _pack(document: object) -> bytes:
    return zlib.compress(dump_json(document).encode(), LEVEL)
