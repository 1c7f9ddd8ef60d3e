"""Sketching: what reprints are found by is kept for each article, so that a night looks at its own articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.store.types import key

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Makes the table empty: the next search of reprints reads every article once more."""
    op.create_table(
        "sketches",
        sa.Column("article_id", key(), nullable=False),
        sa.Column("content_hash", key(), nullable=False),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("passages", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_sketches"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_sketches_article_id"),
    )
