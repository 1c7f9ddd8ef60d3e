"""Health: every source of the campaign judged as of a night, from what the store remembers."""

from __future__ import annotations

from datetime import date

from pipeline.audit.health import RECENT, WEEKS, examine_all
from pipeline.config import Config
from pipeline.records import Health
from pipeline.store import Store, health, outlets


def health_of_sources(config: Config, store: Store, night: date) -> tuple[Health, ...]:
    """Judges each source of the campaign; those that somebody must act on come first."""
    with store.begin() as connection:
        outlets.sync(connection, config.outlets, config.sources)
    with store.read() as connection:
        return examine_all(health.histories(connection, night, RECENT, WEEKS), night)
