"""Browsing: the full-text index, and who gave an article its day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.store import search
from pipeline.store.types import PlainText

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Indexes the texts of a store that has some already; a hundred thousand take a few minutes."""
    op.add_column("articles", sa.Column("dated_by", PlainText(), nullable=True))
    op.create_index("ix_articles_date_state_id", "articles", ["date_state", "id"])
    op.create_index("ix_label_events_topic_article_id", "label_events", ["topic", "article_id"])
    connection = op.get_bind()
    for statement in search.SQLITE if connection.dialect.name == "sqlite" else search.POSTGRES:
        op.execute(statement)
    search.put_all(connection)  # as the program searches today: who changes the form of the index makes it anew
