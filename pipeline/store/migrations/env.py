"""Run by alembic; the connection, with its transaction, comes from `pipeline.store.migrate`."""

from __future__ import annotations

from alembic import context

from pipeline.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite can roll DDL back too, and we open its transactions ourselves
)
context.run_migrations()
