"""One audit as JSON and back. A million unread ids per topic are not written out where they follow from the rest."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import TypeAdapter

from pipeline.records import AuditItem, AuditResult, Cell, OutletPhase, Verdict
from pipeline.store.types import dump_json
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
    published = {(each.outlet, each.phase): each.article_ids for each in result.observed}
    return [
        {
            "position": position,
            "phase": cell.phase,
            "topic": cell.topic,
            "outlet": cell.outlet,
            "verified": len(cell.verified_ids),
            "machine": len(cell.machine_ids),
            "unread": len(cell.unread_ids),
            "cell": CELL.dump_python(cell, mode="json", exclude={"unread_ids"})
            | _unread(cell, published.get((cell.outlet, cell.phase), ())),
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
            "detail": VERDICT.dump_python(verdict, mode="json"),
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
    header: Document, observed: bytes, cells: Sequence[Document], verdicts: Sequence[Document], chunks: Iterable[bytes]
) -> AuditResult:
    """Puts an audit together again."""
    phases = OBSERVED.validate_python(_unpack(observed))
    published = {(each.outlet, each.phase): each.article_ids for each in phases}
    return RESULT.validate_python(
        header
        | {
            "observed": phases,
            "cells": tuple(_cell(each, published) for each in cells),
            "verdicts": tuple(VERDICT.validate_python(each) for each in verdicts),
            "items": {item.article: item for chunk in chunks for item in ITEMS.validate_python(_unpack(chunk))},
        }
    )


def _unread(cell: Cell, published: Sequence[str]) -> Document:
    """Gives the unread ids as "all that the outlet published but these", or in full where that is not the same."""
    counted = {*cell.verified_ids, *cell.machine_ids}
    unread = set(cell.unread_ids)
    others = [identity for identity in published if identity not in counted and identity not in unread]
    if cell.unread_ids == _all_but(published, {*counted, *others}):
        return {"unread_all_but": others}
    return {"unread_ids": list(cell.unread_ids)}


def _cell(document: Document, published: Mapping[tuple[str, str], Sequence[str]]) -> Cell:
    document = dict(document)
    others = document.pop("unread_all_but", None)
    if others is not None:
        excluded = {*document["verified_ids"], *document["machine_ids"], *others}
        document["unread_ids"] = _all_but(published.get((document["outlet"], document["phase"]), ()), excluded)
    return CELL.validate_python(document)


def _all_but(published: Sequence[str], excluded: set[str]) -> tuple[str, ...]:
    return tuple(identity for identity in published if identity not in excluded)


def _item(item: AuditItem) -> Document:
    dumped: Document = ITEM.dump_python(item, mode="json")
    return dumped | {name: sorted(dumped[name]) for name in ("verified", "rejected", "machine")}


def _pack(document: object) -> bytes:
    return zlib.compress(dump_json(document).encode(), LEVEL)


def _unpack(data: bytes) -> Any:
    return json.loads(zlib.decompress(data))
