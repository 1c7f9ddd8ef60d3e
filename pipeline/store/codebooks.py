"""Codebooks by version: old predictions and labels stay readable under the one they were made with."""

from __future__ import annotations

import json

from sqlalchemy import Connection, select

from pipeline.store.schema import codebooks
from pipeline.store.types import dump_json
from pipeline.store.upsert import insert_missing


def register(connection: Connection, version: str, topics_json: str) -> None:
    """Keeps a codebook's topics (a JSON array) under its version; a version that is there stays as it is."""
    insert_missing(connection, codebooks, [{"version": version, "topics": json.loads(topics_json)}])


def load(connection: Connection, version: str) -> str | None:
    """Gives the topics of a version as JSON text; None where the store does not have it."""
    topics = connection.scalar(select(codebooks.c.topics).where(codebooks.c.version == version))
    return None if topics is None else dump_json(topics)


def versions(connection: Connection) -> list[str]:
    """Gives all versions, ordered."""
    return list(connection.scalars(select(codebooks.c.version).order_by(codebooks.c.version)))
