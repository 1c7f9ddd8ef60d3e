"""Reviewing: draws and servings, words that can be taken back, users, and the history of codebooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.store.types import PlainText, UtcDateTime, document, key, serial

revision = "0003"
down_revision = "0002"

CURRENT_LABELS = """
CREATE VIEW current_labels AS
WITH spoken AS (
    SELECT id, article_id, topic, value, reviewer, at, codebook,
           ROW_NUMBER() OVER (PARTITION BY article_id, topic, reviewer ORDER BY at DESC, id DESC) AS age
    FROM label_events
), standing AS (
    SELECT article_id, topic, value, reviewer, at, codebook,
           ROW_NUMBER() OVER (PARTITION BY article_id, topic ORDER BY at DESC, id DESC) AS age
    FROM spoken WHERE age = 1 AND value IS NOT NULL
), settled AS (
    SELECT article_id, topic, value, lead, at, codebook,
           ROW_NUMBER() OVER (PARTITION BY article_id, topic ORDER BY at DESC, id DESC) AS age
    FROM adjudications
)
SELECT article_id, topic, value, lead AS reviewer, at, codebook, TRUE AS settled FROM settled WHERE age = 1
UNION ALL
SELECT article_id, topic, value, reviewer, at, codebook, FALSE AS settled FROM standing
WHERE age = 1 AND NOT EXISTS (
    SELECT 1 FROM adjudications AS word WHERE word.article_id = standing.article_id AND word.topic = standing.topic
)
"""


def upgrade() -> None:
    """Makes the tables of reviewing; label events keep every word that they hold."""
    op.execute("DROP VIEW current_labels")
    _codebooks()
    _queues()
    _labels()
    _users()
    op.drop_table("promotions")  # never written: the registry's log of decisions is the one record
    op.execute(CURRENT_LABELS)


def _codebooks() -> None:
    with op.batch_alter_table("codebooks") as batch:
        batch.add_column(sa.Column("created", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("previous", key(), nullable=True))
        batch.add_column(sa.Column("operations", document(), nullable=True))


def _queues() -> None:
    op.drop_table("review_draws")  # nothing was ever drawn by it
    op.create_table(
        "review_draws",
        sa.Column("queue_id", key(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article_id", key(), nullable=False),
        sa.Column("topic", key(), nullable=True),
        sa.Column("stratum", key(), nullable=True),
        sa.Column("inclusion_probability", sa.Float(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("threshold", sa.Float(), nullable=True),
        sa.Column("model", key(), nullable=True),
        sa.Column("codebook", key(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("leased_to", PlainText(), nullable=True),
        sa.Column("leased_until", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_review_draws_article_id"),
        sa.ForeignKeyConstraint(["queue_id"], ["review_queues.id"], name="fk_review_draws_queue_id"),
        sa.PrimaryKeyConstraint("queue_id", "position", name="pk_review_draws"),
    )
    op.create_index("ix_review_draws_article_id", "review_draws", ["article_id"])
    op.create_index("ix_review_draws_queue_id_open_position", "review_draws", ["queue_id", "open", "position"])
    op.create_table(
        "servings",
        sa.Column("id", key(), nullable=False),
        sa.Column("queue_id", key(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("article_id", key(), nullable=False),
        sa.Column("topic", key(), nullable=True),
        sa.Column("reviewer", PlainText(), nullable=False),
        sa.Column("served", UtcDateTime(), nullable=False),
        sa.Column("base", serial(), nullable=False),
        sa.Column("second", sa.Boolean(), nullable=False),
        sa.Column("suggestion_shown", sa.Boolean(), nullable=False),
        sa.Column("suggestions", document(), nullable=False),
        sa.Column("codebook", key(), nullable=False),
        sa.Column("model", key(), nullable=True),
        sa.Column("done", UtcDateTime(), nullable=True),
        sa.Column("outcome", key(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_servings_article_id"),
        sa.ForeignKeyConstraint(
            ["queue_id", "position"], ["review_draws.queue_id", "review_draws.position"], name="fk_servings_queue_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_servings"),
    )
    op.create_index("ix_servings_article_id", "servings", ["article_id"])
    op.create_index("ix_servings_queue_id_position", "servings", ["queue_id", "position"])
    op.create_index("ix_servings_reviewer_done", "servings", ["reviewer", "done"])


def _labels() -> None:
    with op.batch_alter_table("label_events") as batch:
        batch.add_column(sa.Column("origin", key(), nullable=False, server_default="import"))  # files were the only way
        batch.add_column(sa.Column("serving_id", key(), nullable=True))
        batch.add_column(sa.Column("evidence", PlainText(), nullable=True))
        batch.alter_column("value", existing_type=sa.Boolean(), nullable=True)
        batch.create_foreign_key("fk_label_events_serving_id", "servings", ["serving_id"], ["id"])
    with op.batch_alter_table("label_events") as batch:
        batch.alter_column("origin", existing_type=key(), existing_nullable=False, server_default=None)
    op.create_index("ix_label_events_reviewer_id", "label_events", ["reviewer", "id"])
    op.create_index("ix_label_events_serving_id", "label_events", ["serving_id"])
    op.create_table(
        "date_events",
        sa.Column("id", serial(), nullable=False),
        sa.Column("article_id", key(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("reviewer", PlainText(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("note", PlainText(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_date_events_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_date_events"),
    )
    op.create_index("ix_date_events_article_id", "date_events", ["article_id"])


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("name", key(), nullable=False),
        sa.Column("role", key(), nullable=False),
        sa.Column("password", PlainText(), nullable=True),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("removed", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_users"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", key(), nullable=False),
        sa.Column("user", key(), nullable=False),
        sa.Column("csrf", key(), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("seen", UtcDateTime(), nullable=False),
        sa.Column("expires", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.name"], name="fk_sessions_user"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_user", "sessions", ["user"])
    op.create_table(
        "api_tokens",
        sa.Column("id", key(), nullable=False),
        sa.Column("user", key(), nullable=False),
        sa.Column("label", PlainText(), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("used", UtcDateTime(), nullable=True),
        sa.Column("revoked", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user"], ["users.name"], name="fk_api_tokens_user"),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
    )
    op.create_index("ix_api_tokens_user", "api_tokens", ["user"])
    op.create_table(
        "login_failures",
        sa.Column("id", serial(), nullable=False),
        sa.Column("subject", key(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_login_failures"),
    )
    op.create_index("ix_login_failures_subject_at", "login_failures", ["subject", "at"])
    op.create_table(
        "jobs",
        sa.Column("id", serial(), nullable=False),
        sa.Column("kind", key(), nullable=False),
        sa.Column("arguments", document(), nullable=False),
        sa.Column("asked_by", PlainText(), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("started", UtcDateTime(), nullable=True),
        sa.Column("ended", UtcDateTime(), nullable=True),
        sa.Column("progress", document(), nullable=True),
        sa.Column("outcome", key(), nullable=True),
        sa.Column("result", document(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
