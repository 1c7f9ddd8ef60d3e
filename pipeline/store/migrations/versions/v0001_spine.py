"""The first schema: outlets, fetches, articles, words, codebooks, predictions, reviews, labels, audits and runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.store.types import PlainText, UtcDateTime, binary, document, key, serial

revision = "0001"
down_revision = None

CURRENT_LABELS = """
CREATE VIEW current_labels AS
SELECT article_id, topic, value, reviewer, at, codebook FROM (
    SELECT article_id, topic, value, reviewer, at, codebook,
           ROW_NUMBER() OVER (PARTITION BY article_id, topic ORDER BY at DESC, id DESC) AS age
    FROM label_events
) AS ranked WHERE age = 1
"""


def upgrade() -> None:
    """Makes all tables, and the view of current labels."""
    _outlets()
    _ledger()
    _articles()
    _labels()
    _audits()
    op.execute(CURRENT_LABELS)


def _outlets() -> None:
    op.create_table(
        "outlets",
        sa.Column("id", key(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("kind", key(), nullable=False),
        sa.Column("groups", document(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outlets"),
    )
    op.create_table(
        "sources",
        sa.Column("id", key(), nullable=False),
        sa.Column("outlet_id", key(), nullable=False),
        sa.Column("name", PlainText(), nullable=False),
        sa.Column("home", PlainText(), nullable=False),
        sa.Column("channel", key(), nullable=False),
        sa.Column("declared", document(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("learnt", document(), nullable=True),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name="fk_sources_outlet_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
    )
    op.create_index("ix_sources_outlet_id", "sources", ["outlet_id"], unique=False)


def _ledger() -> None:
    op.create_table(
        "fetches",
        sa.Column("id", serial(), nullable=False),
        sa.Column("source_id", key(), nullable=False),
        sa.Column("url_id", key(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("url", PlainText(), nullable=False),
        sa.Column("role", key(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("fetched_at", UtcDateTime(), nullable=False),
        sa.Column("etag", PlainText(), nullable=True),
        sa.Column("last_modified", PlainText(), nullable=True),
        sa.Column("archive_file", PlainText(), nullable=True),
        sa.Column("archive_offset", serial(), nullable=True),
        sa.Column("archive_length", serial(), nullable=True),
        sa.Column("archive_sha256", key(), nullable=True),
        sa.Column("final_url", PlainText(), nullable=True),
        sa.Column("content_type", PlainText(), nullable=True),
        sa.Column("elapsed_s", sa.Float(), nullable=False),
        sa.Column("reason", key(), nullable=True),
        sa.Column("detail", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_fetches_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fetches"),
    )
    op.create_index("ix_fetches_source_id_night", "fetches", ["source_id", "night"], unique=False)
    op.create_table(
        "urls",
        sa.Column("source_id", key(), nullable=False),
        sa.Column("url_id", key(), nullable=False),
        sa.Column("url_key", PlainText(), nullable=False),
        sa.Column("url", PlainText(), nullable=False),
        sa.Column("role", key(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("outcome", key(), nullable=True),
        sa.Column("etag", PlainText(), nullable=True),
        sa.Column("last_modified", PlainText(), nullable=True),
        sa.Column("archive_file", PlainText(), nullable=True),
        sa.Column("archive_offset", serial(), nullable=True),
        sa.Column("archive_length", serial(), nullable=True),
        sa.Column("archive_sha256", key(), nullable=True),
        sa.Column("claimed_day", sa.Date(), nullable=True),
        sa.Column("claims", document(), nullable=True),
        sa.Column("enclosed", document(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_urls_source_id"),
        sa.PrimaryKeyConstraint("source_id", "url_id", name="pk_urls"),
    )
    op.create_table(
        "outcomes",
        sa.Column("source_id", key(), nullable=False),
        sa.Column("url_id", key(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("outcome", key(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id", "url_id"], ["urls.source_id", "urls.url_id"], name="fk_outcomes_source_id"
        ),
        sa.PrimaryKeyConstraint("source_id", "url_id", "night", name="pk_outcomes"),
    )
    op.create_index("ix_outcomes_night_source_id", "outcomes", ["night", "source_id"], unique=False)
    op.create_table(
        "failures",
        sa.Column("source_id", key(), nullable=False),
        sa.Column("url_id", key(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("url", PlainText(), nullable=False),
        sa.Column("url_key", PlainText(), nullable=False),
        sa.Column("stage", key(), nullable=False),
        sa.Column("reason", key(), nullable=False),
        sa.Column("detail", PlainText(), nullable=False),
        sa.Column("claimed_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id", "url_id"], ["urls.source_id", "urls.url_id"], name="fk_failures_source_id"
        ),
        sa.PrimaryKeyConstraint("source_id", "url_id", "night", name="pk_failures"),
    )
    op.create_index("ix_failures_night_source_id", "failures", ["night", "source_id"], unique=False)
    op.create_table(
        "observations",
        sa.Column("source_id", key(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("proved", sa.Boolean(), nullable=False),
        sa.Column("route", key(), nullable=False),
        sa.Column("evidence_url", PlainText(), nullable=False),
        sa.Column("reason", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_observations_source_id"),
        sa.PrimaryKeyConstraint("source_id", "day", "night", name="pk_observations"),
    )
    op.create_index("ix_observations_day", "observations", ["day"], unique=False)


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", key(), nullable=False),
        sa.Column("source_id", key(), nullable=False),
        sa.Column("outlet_id", key(), nullable=False),
        sa.Column("channel", key(), nullable=False),
        sa.Column("url_id", key(), nullable=False),
        sa.Column("url_key", PlainText(), nullable=False),
        sa.Column("url", PlainText(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_hash", key(), nullable=False),
        sa.Column("title", PlainText(), nullable=False),
        sa.Column("published", UtcDateTime(), nullable=True),
        sa.Column("published_precision", key(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("date_state", key(), nullable=False),
        sa.Column("media_s", sa.Float(), nullable=False),
        sa.Column("archive_file", PlainText(), nullable=True),
        sa.Column("archive_sha256", key(), nullable=True),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name="fk_articles_outlet_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_articles_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
    )
    op.create_index("ix_articles_day_id", "articles", ["day", "id"], unique=False)
    op.create_index("ix_articles_outlet_id_day", "articles", ["outlet_id", "day"], unique=False)
    op.create_index("ix_articles_source_id_url_id", "articles", ["source_id", "url_id"], unique=False)
    op.create_table(
        "article_revisions",
        sa.Column("article_id", key(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_hash", key(), nullable=False),
        sa.Column("url", PlainText(), nullable=False),
        sa.Column("canonical", PlainText(), nullable=True),
        sa.Column("published", UtcDateTime(), nullable=True),
        sa.Column("published_precision", key(), nullable=True),
        sa.Column("date_state", key(), nullable=False),
        sa.Column("lang", PlainText(), nullable=True),
        sa.Column("fetched_at", UtcDateTime(), nullable=False),
        sa.Column("archive_file", PlainText(), nullable=True),
        sa.Column("archive_offset", serial(), nullable=True),
        sa.Column("archive_length", serial(), nullable=True),
        sa.Column("archive_sha256", key(), nullable=True),
        sa.Column("provenance", document(), nullable=False),
        sa.Column("title", PlainText(), nullable=False),
        sa.Column("lead", PlainText(), nullable=False),
        sa.Column("body", PlainText(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_article_revisions_article_id"),
        sa.PrimaryKeyConstraint("article_id", "revision", name="pk_article_revisions"),
    )
    op.create_table(
        "article_dates",
        sa.Column("article_id", key(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("value", UtcDateTime(), nullable=False),
        sa.Column("kind", key(), nullable=False),
        sa.Column("precision", key(), nullable=False),
        sa.Column("text", PlainText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "revision"],
            ["article_revisions.article_id", "article_revisions.revision"],
            name="fk_article_dates_article_id",
        ),
        sa.PrimaryKeyConstraint("article_id", "revision", "position", name="pk_article_dates"),
    )
    op.create_table(
        "article_media",
        sa.Column("article_id", key(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", key(), nullable=False),
        sa.Column("url", PlainText(), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id", "revision"],
            ["article_revisions.article_id", "article_revisions.revision"],
            name="fk_article_media_article_id",
        ),
        sa.PrimaryKeyConstraint("article_id", "revision", "position", name="pk_article_media"),
    )
    op.create_table(
        "clusters",
        sa.Column("article_id", key(), nullable=False),
        sa.Column("cluster_id", key(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_clusters_article_id"),
        sa.ForeignKeyConstraint(["cluster_id"], ["articles.id"], name="fk_clusters_cluster_id"),
        sa.PrimaryKeyConstraint("article_id", name="pk_clusters"),
    )
    op.create_index("ix_clusters_cluster_id", "clusters", ["cluster_id"], unique=False)
    op.create_table(
        "words",
        sa.Column("content_hash", key(), nullable=False),
        sa.Column("version", key(), nullable=False),
        sa.Column("data", binary(), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", "version", name="pk_words"),
    )


def _labels() -> None:
    op.create_table(
        "codebooks",
        sa.Column("version", key(), nullable=False),
        sa.Column("topics", document(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_codebooks"),
    )
    op.create_table(
        "predictions",
        sa.Column("model", key(), nullable=False),
        sa.Column("codebook", key(), nullable=False),
        sa.Column("article_id", key(), nullable=False),
        sa.Column("content_hash", key(), nullable=False),
        sa.Column("topics", document(), nullable=False),
        sa.Column("scores", document(), nullable=False),
        sa.Column("evidence", document(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_predictions_article_id"),
        sa.PrimaryKeyConstraint("model", "codebook", "article_id", "content_hash", name="pk_predictions"),
    )
    op.create_table(
        "label_events",
        sa.Column("id", serial(), nullable=False),
        sa.Column("key", key(), nullable=False),
        sa.Column("article_id", key(), nullable=False),
        sa.Column("topic", key(), nullable=False),
        sa.Column("value", sa.Boolean(), nullable=False),
        sa.Column("reviewer", PlainText(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("codebook", key(), nullable=False),
        sa.Column("model", key(), nullable=True),
        sa.Column("inclusion_probability", sa.Float(), nullable=True),
        sa.Column("suggestion_seen", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_label_events_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_label_events"),
        sa.UniqueConstraint("key", name="uq_label_events_key"),
    )
    op.create_index("ix_label_events_article_id_topic_at", "label_events", ["article_id", "topic", "at"], unique=False)
    op.create_table(
        "adjudications",
        sa.Column("id", serial(), nullable=False),
        sa.Column("article_id", key(), nullable=False),
        sa.Column("topic", key(), nullable=False),
        sa.Column("value", sa.Boolean(), nullable=False),
        sa.Column("lead", PlainText(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("codebook", key(), nullable=False),
        sa.Column("note", PlainText(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_adjudications_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_adjudications"),
    )
    op.create_index("ix_adjudications_article_id_topic", "adjudications", ["article_id", "topic"], unique=False)
    op.create_table(
        "review_queues",
        sa.Column("id", key(), nullable=False),
        sa.Column("purpose", key(), nullable=False),
        sa.Column("design", document(), nullable=False),
        sa.Column("codebook", key(), nullable=False),
        sa.Column("model", key(), nullable=True),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("closed", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_review_queues"),
    )
    op.create_table(
        "review_draws",
        sa.Column("queue_id", key(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article_id", key(), nullable=False),
        sa.Column("topic", key(), nullable=True),
        sa.Column("stratum", key(), nullable=True),
        sa.Column("inclusion_probability", sa.Float(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("threshold", sa.Float(), nullable=True),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("reviewer", PlainText(), nullable=True),
        sa.Column("served", UtcDateTime(), nullable=True),
        sa.Column("done", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_review_draws_article_id"),
        sa.ForeignKeyConstraint(["queue_id"], ["review_queues.id"], name="fk_review_draws_queue_id"),
        sa.PrimaryKeyConstraint("queue_id", "position", name="pk_review_draws"),
    )
    op.create_index("ix_review_draws_article_id", "review_draws", ["article_id"], unique=False)


def _audits() -> None:
    op.create_table(
        "audits",
        sa.Column("id", key(), nullable=False),
        sa.Column("seq", serial(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("model", key(), nullable=False),
        sa.Column("codebook", key(), nullable=False),
        sa.Column("hashes", document(), nullable=False),
        sa.Column("header", document(), nullable=False),
        sa.Column("observed", binary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audits"),
        sa.UniqueConstraint("seq", name="uq_audits_seq"),
    )
    op.create_table(
        "audit_cells",
        sa.Column("audit_id", key(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("phase", key(), nullable=False),
        sa.Column("topic", key(), nullable=False),
        sa.Column("outlet", key(), nullable=False),
        sa.Column("verified", sa.Integer(), nullable=False),
        sa.Column("machine", sa.Integer(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("cell", document(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name="fk_audit_cells_audit_id"),
        sa.PrimaryKeyConstraint("audit_id", "position", name="pk_audit_cells"),
    )
    op.create_table(
        "audit_verdicts",
        sa.Column("audit_id", key(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("phase", key(), nullable=False),
        sa.Column("topic", key(), nullable=False),
        sa.Column("outlet", key(), nullable=False),
        sa.Column("verdict", key(), nullable=False),
        sa.Column("detail", document(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name="fk_audit_verdicts_audit_id"),
        sa.PrimaryKeyConstraint("audit_id", "position", name="pk_audit_verdicts"),
    )
    op.create_table(
        "audit_items",
        sa.Column("audit_id", key(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("data", binary(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name="fk_audit_items_audit_id"),
        sa.PrimaryKeyConstraint("audit_id", "chunk", name="pk_audit_items"),
    )
    op.create_table(
        "runs",
        sa.Column("id", serial(), nullable=False),
        sa.Column("step", key(), nullable=False),
        sa.Column("arguments", document(), nullable=False),
        sa.Column("hashes", document(), nullable=False),
        sa.Column("counts", document(), nullable=True),
        sa.Column("outcome", key(), nullable=True),
        sa.Column("started", UtcDateTime(), nullable=False),
        sa.Column("ended", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_step_id", "runs", ["step", "id"], unique=False)
    op.create_table(
        "promotions",
        sa.Column("id", serial(), nullable=False),
        sa.Column("model", key(), nullable=False),
        sa.Column("previous", key(), nullable=True),
        sa.Column("decision", key(), nullable=False),
        sa.Column("reason", PlainText(), nullable=False),
        sa.Column("report", document(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_promotions"),
    )
