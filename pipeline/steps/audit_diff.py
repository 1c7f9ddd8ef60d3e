"""Audits that were made: which there are, and what changed between two of them."""

from __future__ import annotations

from pipeline.store import Store, audits
from pipeline.store.audits import SavedAudit


def listed(store: Store) -> list[SavedAudit]:
    """Lists the audits of a store, the newest first."""
    with store.read() as connection:
        return audits.saved(connection)
