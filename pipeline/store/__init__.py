"""The only SQL: `Store` opens the database, the modules by subject hold the queries, each taking a `Connection` first."""

from __future__ import annotations

from sqlalchemy import Connection

from pipeline.store.store import Store

__all__ = ["Connection", "Store"]
