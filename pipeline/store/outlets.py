"""Outlets and sources as the campaign names them, and what discovery learnt about each source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select, update

from crawlers.article import Learnt
from crawlers.source import Source
from pipeline.errors import StoreError
from pipeline.records import Outlet
from pipeline.store.schema import articles, outlets, sources
from pipeline.store.upsert import upsert


def sync(connection: Connection, wanted_outlets: Sequence[Outlet], wanted_sources: Sequence[Source]) -> None:
    """Makes the store's outlets and sources those of the campaign; others stay, but no longer count as active.

    Where a source has moved to another outlet, all its articles move too: else the new outlet would have proved days
    and nothing published on them.
    """
    before = {row.id: row.outlet_id for row in connection.execute(select(sources.c.id, sources.c.outlet_id))}
    connection.execute(update(outlets).values(active=False))
    connection.execute(update(sources).values(active=False))
    rows = [_source_row(source) for source in wanted_sources]
    upsert(connection, outlets, [_outlet_row(outlet) for outlet in wanted_outlets])
    upsert(connection, sources, rows)
    for row in rows:
        if before.get(row["id"], row["outlet_id"]) != row["outlet_id"]:
            moved = update(articles).where(articles.c.source_id == row["id"])
            connection.execute(moved.values(outlet_id=row["outlet_id"]))


def add_log(connection: Connection, source: Source) -> None:
    """Adds the source of a channel log. It is not active: nobody crawls it, and no day waits for its proof."""
    upsert(connection, sources, [{**_source_row(source), "active": False}])


def learnt(connection: Connection) -> dict[str, dict[str, object]]:
    """Gives what discovery learnt: source id -> routes; sources without are left out."""
    rows = connection.execute(select(sources.c.id, sources.c.learnt).where(sources.c.learnt.is_not(None)))
    return {row.id: row.learnt for row in rows}


def save_learnt(connection: Connection, found: Learnt) -> None:
    """Stores what discovery learnt about one source in place of what it had learnt before.

    Raises:
        StoreError: the store does not have the source.
    """
    change = update(sources).where(sources.c.id == found.source_id).values(learnt=dict(found.routes))
    if connection.execute(change).rowcount == 0:
        raise StoreError(
            f"source {found.source_id}: not in the store; synchronise the campaign's sources first",
            f"nguồn {found.source_id}: chưa có trong kho; hãy đồng bộ các nguồn của chiến dịch trước",
        )


def _outlet_row(outlet: Outlet) -> Mapping[str, object]:
    return {
        "id": outlet.id,
        "name": outlet.name,
        "kind": outlet.kind,
        "groups": list(outlet.groups),
        "valid_from": outlet.valid_from,
        "valid_to": outlet.valid_to,
        "active": True,
    }


def _source_row(source: Source) -> Mapping[str, Any]:
    return {
        "id": source.id,
        "outlet_id": source.outlet or source.id,
        "name": source.name,
        "home": source.home,
        "channel": source.channel,
        "declared": asdict(source),
        "active": True,
    }
