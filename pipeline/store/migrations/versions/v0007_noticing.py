"""Noticing: every change of an article or of what a model said of it is written down, whoever makes it.

Triggers do it, so that no code can forget to: what is kept beside the store is brought up to date by it.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

from pipeline.store.types import key, serial

revision = "0007"
down_revision = "0006"

LOOKED_AT: Final = {  # table -> the column that names the article, the columns that tell something of it
    "articles": (
        "id",
        ["content_hash", "outlet_id", "channel", "day", "date_state", "media_s", "untimed", "words", "front"],
    ),
    "predictions": ("article_id", ["topics", "scores", "packed"]),
}
NONCES: Final = 1 << 32
CALLED: Final = (
    "'listing', 'document', 'section', 'other', 'duplicate'"  # what a page was ever called that is no article
)


def upgrade() -> None:
    """Makes the log with one row, so that no two stores have the same; and indexes of the few pages that are asked for nightly."""
    op.create_table(
        "changes",
        sa.Column("seq", serial(), nullable=False),
        sa.Column("article_id", key(), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_changes"),
    )
    op.execute(sa.text(f"CREATE INDEX ix_outcomes_called ON outcomes (source_id, url_id) WHERE outcome IN ({CALLED})"))
    op.execute(sa.text("CREATE INDEX ix_urls_claimed ON urls (night, source_id) WHERE claimed_day IS NOT NULL"))
    if op.get_bind().dialect.name == "sqlite":
        _by_sqlite()
    else:
        _by_postgres()


def _by_sqlite() -> None:
    nonce = f"random() & {NONCES - 1}"
    op.execute(f"INSERT INTO changes (article_id, nonce) VALUES ('', {nonce})")  # noqa: S608 - names of ours
    for table, (name, columns) in LOOKED_AT.items():
        other = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
        for verb, row, when in (
            ("INSERT", "NEW", ""),
            (f"UPDATE OF {', '.join(columns)}", "NEW", f"WHEN {other}"),
            ("DELETE", "OLD", ""),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_{verb.split()[0].lower()} AFTER {verb} ON {table} {when} BEGIN "  # noqa: S608 - ours
                f"INSERT INTO changes (article_id, nonce) VALUES ({row}.{name}, {nonce}); END"
            )


def _by_postgres() -> None:
    nonce = f"(random() * {NONCES - 1})::bigint"
    op.execute(f"INSERT INTO changes (article_id, nonce) VALUES ('', {nonce})")  # noqa: S608 - names of ours
    for table, (name, columns) in LOOKED_AT.items():
        op.execute(
            f"CREATE OR REPLACE FUNCTION {table}_noticed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608 - ours
            f"IF TG_OP = 'DELETE' THEN INSERT INTO changes (article_id, nonce) VALUES (OLD.{name}, {nonce}); "
            f"ELSE INSERT INTO changes (article_id, nonce) VALUES (NEW.{name}, {nonce}); END IF; RETURN NULL; END $$"
        )
        other = " OR ".join(f"OLD.{column}::text IS DISTINCT FROM NEW.{column}::text" for column in columns)
        for verb, when in (
            ("INSERT", ""),
            (f"UPDATE OF {', '.join(columns)}", f"WHEN ({other})"),
            ("DELETE", ""),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_{verb.split()[0].lower()} AFTER {verb} ON {table} "
                f"FOR EACH ROW {when} EXECUTE FUNCTION {table}_noticed()"
            )
