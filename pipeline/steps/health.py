"""Health: every source of the campaign judged as of a night, from what the store remembers."""

from __future__ import annotations

from datetime import date

from pipeline.audit.health import RECENT, WEEKS, Health, examine
from pipeline.config import Config
from pipeline.store import Store, health, outlets


def health_of_sources(config: Config, store: Store, night: date) -> tuple[Health, ...]:
    """Judges each source of the campaign; those that somebody must act on come first."""
    with store.begin() as connection:
        outlets.sync(connection, config.outlets, config.sources)
    with store.read() as connection:
        found = [examine(history, night) for history in health.histories(connection, night, RECENT, WEEKS)]
    return tuple(sorted(found, key=lambda each: (not each.broken, each.state == "well", each.source)))
