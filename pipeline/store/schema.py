"""The tables of the store. What changes here needs a migration; `tests/pipeline/store` compares the two.

Append-only: fetches, article_revisions, label_events, adjudications, date_events. Nothing cascades, least of all to label
events. Text that only hashes and ids go into is `key()`; text of strangers is `PlainText`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    false,
    text,
)

from pipeline.store.types import PlainText, ReasonDocument, UtcDateTime, binary, document, key, serial

metadata = MetaData(
    naming_convention={  # stable names, so that later migrations can find them on both engines
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    },
)


DATED = text("claimed_day IS NOT NULL")  # routes said of which day the page is
CALLED = text("outcome IN ('listing', 'document', 'section', 'other', 'duplicate')")  # a page that is no article


def _archive_columns() -> tuple[Column[object], ...]:
    """Where the bytes lie: WARC file, offset and length in bytes, SHA-256 of the payload."""
    return (
        Column("archive_file", PlainText),
        Column("archive_offset", serial()),
        Column("archive_length", serial()),
        Column("archive_sha256", key()),
    )


def _first_columns() -> tuple[Column[object], ...]:
    """What the first revision of an article was like: by it sources are judged every night, without reading texts."""
    return (
        Column("first_seen", UtcDateTime),
        Column("first_file", PlainText),  # of the archive: one a night
        Column("first_dated", Boolean),
        Column("first_led", Boolean),  # had a lead
    )


outlets = Table(
    "outlets",
    metadata,
    Column("id", key(), primary_key=True),
    Column("name", PlainText, nullable=False),
    Column("kind", key(), nullable=False),
    Column("groups", document(), nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("active", Boolean, nullable=False),  # named by the campaign as last synchronised
)

sources = Table(
    "sources",
    metadata,
    Column("id", key(), primary_key=True),
    Column("outlet_id", key(), ForeignKey("outlets.id"), nullable=False, index=True),
    Column("name", PlainText, nullable=False),
    Column("home", PlainText, nullable=False),
    Column("channel", key(), nullable=False),
    Column("declared", document(), nullable=False),  # the whole row of config.toml
    Column("active", Boolean, nullable=False),
    Column("learnt", document()),  # routes that discovery found
)

fetches = Table(  # the log: one row an exchange, never changed
    "fetches",
    metadata,
    Column("id", serial(), primary_key=True),
    Column("source_id", key(), ForeignKey("sources.id"), nullable=False),
    Column("url_id", key(), nullable=False),
    Column("night", Date, nullable=False),
    Column("url", PlainText, nullable=False),
    Column("role", key(), nullable=False),
    Column("status", Integer, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("etag", PlainText),
    Column("last_modified", PlainText),
    *_archive_columns(),
    Column("final_url", PlainText),
    Column("content_type", PlainText),
    Column("elapsed_s", Float, nullable=False),
    Column("reason", key()),
    Column("detail", ReasonDocument),
    Index(None, "source_id", "night"),
)

urls = Table(  # the state of every URL after its last night
    "urls",
    metadata,
    Column("source_id", key(), ForeignKey("sources.id"), primary_key=True),
    Column("url_id", key(), primary_key=True),  # hash of url_key: strangers' URLs outgrow an index entry
    Column("url_key", PlainText, nullable=False),
    Column("url", PlainText, nullable=False),
    Column("role", key(), nullable=False),
    Column("night", Date, nullable=False),
    Column("status", Integer, nullable=False),
    Column("outcome", key()),
    Column("etag", PlainText),
    Column("last_modified", PlainText),
    *_archive_columns(),
    Column("claimed_day", Date),  # of the surest claim
    Column("claims", document()),  # of feeds, sitemaps and listings about the page
    Column("enclosed", document()),  # audio and video that a feed or sitemap encloses
    Index("ix_urls_claimed", "night", "source_id", sqlite_where=DATED, postgresql_where=DATED),
)

outcomes = Table(  # every URL of a night ends under exactly one
    "outcomes",
    metadata,
    Column("source_id", key(), primary_key=True),
    Column("url_id", key(), primary_key=True),
    Column("night", Date, primary_key=True),
    Column("outcome", key(), nullable=False),
    ForeignKeyConstraint(["source_id", "url_id"], ["urls.source_id", "urls.url_id"]),
    Index(None, "night", "source_id"),
    Index("ix_outcomes_called", "source_id", "url_id", sqlite_where=CALLED, postgresql_where=CALLED),
)

failures = Table(
    "failures",
    metadata,
    Column("source_id", key(), primary_key=True),
    Column("url_id", key(), primary_key=True),
    Column("night", Date, primary_key=True),
    Column("url", PlainText, nullable=False),
    Column("url_key", PlainText, nullable=False),
    Column("stage", key(), nullable=False),
    Column("reason", key(), nullable=False),
    Column("detail", ReasonDocument, nullable=False),
    Column("claimed_day", Date),
    ForeignKeyConstraint(["source_id", "url_id"], ["urls.source_id", "urls.url_id"]),
    Index(None, "night", "source_id"),
)

observations = Table(
    "observations",
    metadata,
    Column("source_id", key(), ForeignKey("sources.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("night", Date, primary_key=True),
    Column("proved", Boolean, nullable=False),
    Column("route", key(), nullable=False),
    Column("evidence_url", PlainText, nullable=False),
    Column("reason", ReasonDocument),
    Index(None, "day"),
)

articles = Table(  # one row an article: its identity, and the light fields of its newest revision
    "articles",
    metadata,
    Column("id", key(), primary_key=True),
    Column("source_id", key(), ForeignKey("sources.id"), nullable=False),
    Column("outlet_id", key(), ForeignKey("outlets.id"), nullable=False),
    Column("channel", key(), nullable=False),
    Column("url_id", key(), nullable=False),
    Column("url_key", PlainText, nullable=False),
    Column("url", PlainText, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content_hash", key(), nullable=False),
    Column("title", PlainText, nullable=False),
    Column("published", UtcDateTime),
    Column("published_precision", key()),
    Column("day", Date),  # of `published`, in Asia/Ho_Chi_Minh
    Column("date_state", key(), nullable=False),
    Column("media_s", Float, nullable=False),
    Column("archive_file", PlainText),
    Column("archive_sha256", key()),
    Column("dated_by", PlainText),  # whose word the date is; None where it is what the page says
    Column("words", Integer, nullable=False, server_default="0"),  # of title, lead and body
    Column("untimed", Boolean, nullable=False, server_default=false()),  # has audio or video of unknown length
    Column("front", Boolean),  # stood on a first or home page; None where nobody saw
    *_first_columns(),
    Index(None, "day", "id"),
    Index(None, "date_state", "id"),
    Index(None, "outlet_id", "day"),
    Index(None, "source_id", "url_id"),
    Index("ix_articles_volume", "source_id", "day", "date_state"),
    Index("ix_articles_first", "source_id", "first_seen", "first_file", "first_dated", "first_led", "date_state"),
)

article_revisions = Table(  # light columns first: SQLite then need not read the text to pass over it
    "article_revisions",
    metadata,
    Column("article_id", key(), ForeignKey("articles.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("content_hash", key(), nullable=False),
    Column("url", PlainText, nullable=False),
    Column("canonical", PlainText),
    Column("published", UtcDateTime),
    Column("published_precision", key()),
    Column("date_state", key(), nullable=False),
    Column("lang", PlainText),
    Column("fetched_at", UtcDateTime, nullable=False),
    *_archive_columns(),
    Column("provenance", document(), nullable=False),
    Column("title", PlainText, nullable=False),
    Column("lead", PlainText, nullable=False),
    Column("body", PlainText, nullable=False),
)

article_dates = Table(
    "article_dates",
    metadata,
    Column("article_id", key(), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),  # 0 is the strongest
    Column("value", UtcDateTime, nullable=False),
    Column("kind", key(), nullable=False),
    Column("precision", key(), nullable=False),
    Column("text", PlainText, nullable=False),
    ForeignKeyConstraint(["article_id", "revision"], ["article_revisions.article_id", "article_revisions.revision"]),
)

article_media = Table(
    "article_media",
    metadata,
    Column("article_id", key(), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", key(), nullable=False),
    Column("url", PlainText, nullable=False),
    Column("duration_s", Float),
    ForeignKeyConstraint(["article_id", "revision"], ["article_revisions.article_id", "article_revisions.revision"]),
)

clusters = Table(  # reprints only: an article alone, and the origin itself, have no row
    "clusters",
    metadata,
    Column("article_id", key(), ForeignKey("articles.id"), primary_key=True),
    Column("cluster_id", key(), ForeignKey("articles.id"), nullable=False, index=True),
)

sketches = Table(  # what reprints are found by; see `pipeline.dedup`
    "sketches",
    metadata,
    Column("article_id", key(), ForeignKey("articles.id"), primary_key=True),
    Column("content_hash", key(), nullable=False),  # of the text that was sketched
    Column("linked", Boolean, nullable=False),  # the stored clusters take it into account
    Column("data", binary(), nullable=False),
    Column("passages", binary(), nullable=False),
)

changes = Table(  # of articles and predictions, written by triggers: by it what is kept beside the store is brought up to date
    "changes",
    metadata,
    Column("seq", serial(), primary_key=True),
    Column("article_id", key(), nullable=False),
    Column("nonce", BigInteger, nullable=False),  # by chance: tells two logs apart that are as long as each other
)

marks = Table(  # of what work was last done, so that it is not done again on the same
    "marks",
    metadata,
    Column("name", key(), primary_key=True),
    Column("value", PlainText, nullable=False),
)

words = Table(
    "words",
    metadata,
    Column("content_hash", key(), primary_key=True),
    Column("version", key(), primary_key=True),  # of the segmenter
    Column("data", binary(), nullable=False),  # zlib of the UTF-8 text
)

codebooks = Table(
    "codebooks",
    metadata,
    Column("version", key(), primary_key=True),
    Column("topics", document(), nullable=False),
    Column("created", UtcDateTime),  # None: before versions had a history
    Column("previous", key()),  # the version it was made from; None where it stands alone
    Column("operations", document()),  # what was renamed, merged, split, added, retired since `previous`
)

predictions = Table(
    "predictions",
    metadata,
    Column("model", key(), primary_key=True),
    Column("codebook", key(), primary_key=True),
    Column("article_id", key(), ForeignKey("articles.id"), primary_key=True),
    Column("content_hash", key(), primary_key=True),
    Column("topics", document(), nullable=False),
    Column("scores", document(), nullable=False),
    Column("evidence", document(), nullable=False),
    Column("packed", binary()),  # `topics` and `scores` again, in a form that a million articles are read in at once
)

label_events = Table(
    "label_events",
    metadata,
    Column("id", serial(), primary_key=True),
    Column("key", key(), nullable=False, unique=True),  # hash of what makes two events the same
    Column("article_id", key(), ForeignKey("articles.id"), nullable=False),
    Column("topic", key(), nullable=False),
    Column("value", Boolean),  # None: the reviewer takes the last word back
    Column("reviewer", PlainText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("codebook", key(), nullable=False),
    Column("model", key()),
    Column("inclusion_probability", Float),
    Column("suggestion_seen", Boolean, nullable=False),
    Column("origin", key(), nullable=False),  # how the word came: review, bulk, undo, import, codebook
    Column("serving_id", key(), ForeignKey("servings.id")),  # the reading it belongs to, where it was served
    Column("evidence", PlainText),  # the sentence that the reviewer marked for the topic
    Index(None, "article_id", "topic", "at"),
    Index(None, "serving_id"),
    Index(None, "reviewer", "id"),
    Index(None, "topic", "article_id"),
)

current_labels = Table(  # a view: a lead's word, else the newest word that no reviewer took back
    "current_labels",
    MetaData(),  # apart from the tables: migrations make it by hand
    Column("article_id", key()),
    Column("topic", key()),
    Column("value", Boolean),
    Column("reviewer", PlainText),  # or the lead
    Column("at", UtcDateTime),
    Column("codebook", key()),
    Column("settled", Boolean),  # by an adjudication
)

adjudications = Table(  # a lead's word where reviewers part; neither prediction nor label
    "adjudications",
    metadata,
    Column("id", serial(), primary_key=True),
    Column("article_id", key(), ForeignKey("articles.id"), nullable=False),
    Column("topic", key(), nullable=False),
    Column("value", Boolean, nullable=False),
    Column("lead", PlainText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("codebook", key(), nullable=False),
    Column("note", PlainText),
    Index(None, "article_id", "topic"),
)

date_events = Table(  # a reviewer's word on the day of an article; None takes the last word back
    "date_events",
    metadata,
    Column("id", serial(), primary_key=True),
    Column("article_id", key(), ForeignKey("articles.id"), nullable=False, index=True),
    Column("day", Date),  # in Asia/Ho_Chi_Minh
    Column("reviewer", PlainText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("note", PlainText, nullable=False),  # what the day rests on
)

review_queues = Table(
    "review_queues",
    metadata,
    Column("id", key(), primary_key=True),
    Column("purpose", key(), nullable=False),
    Column("design", document(), nullable=False),  # rate, seed, strata: what the inclusion probabilities follow from
    Column("codebook", key(), nullable=False),
    Column("model", key()),
    Column("created", UtcDateTime, nullable=False),
    Column("closed", UtcDateTime),
)

review_draws = Table(  # the items of a queue, in the order in which they are served
    "review_draws",
    metadata,
    Column("queue_id", key(), ForeignKey("review_queues.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("article_id", key(), ForeignKey("articles.id"), nullable=False, index=True),
    Column("topic", key()),  # None where the whole article is to be read
    Column("stratum", key()),
    Column("inclusion_probability", Float),  # None where no chance decided
    Column("score", Float),
    Column("threshold", Float),
    Column("model", key()),  # whose score it is
    Column("codebook", key(), nullable=False),
    Column("blind", Boolean, nullable=False),  # served without suggestion
    Column("wanted", Integer, nullable=False),  # readings by different reviewers: 2 for the share that is read twice
    Column("done", Integer, nullable=False),  # readings so far
    Column("open", Boolean, nullable=False),  # done < wanted
    Column("leased_to", PlainText),  # who has it on the desk now
    Column("leased_until", UtcDateTime),
    Index(None, "queue_id", "open", "position"),
)

servings = Table(  # who was shown what, when, with which suggestion, and what came of it
    "servings",
    metadata,
    Column("id", key(), primary_key=True),
    Column("queue_id", key()),  # None: opened by hand, from the page of the article
    Column("position", Integer),
    Column("article_id", key(), ForeignKey("articles.id"), nullable=False, index=True),
    Column("topic", key()),
    Column("reviewer", PlainText, nullable=False),
    Column("served", UtcDateTime, nullable=False),
    Column("base", serial(), nullable=False),  # the newest label event of the article that the reviewer could know of
    Column("second", Boolean, nullable=False),  # another has read it already, whose words were not shown
    Column("suggestion_shown", Boolean, nullable=False),
    Column(
        "suggestions", document(), nullable=False
    ),  # of every topic: score, threshold, decided, evidence; shown or not
    Column("codebook", key(), nullable=False),
    Column("model", key()),  # the champion then
    Column("done", UtcDateTime),
    Column("outcome", key()),  # read, skipped, undone; None while it is on the desk
    ForeignKeyConstraint(["queue_id", "position"], ["review_draws.queue_id", "review_draws.position"]),
    Index(None, "queue_id", "position"),
    Index(None, "reviewer", "done"),
)

users = Table(  # of the web page; labels name them by text, so that a user can go and the labels stay
    "users",
    metadata,
    Column("name", key(), primary_key=True),
    Column("role", key(), nullable=False),  # reader, reviewer, lead, admin
    Column("password", PlainText),  # argon2id hash; None: cannot log in
    Column("created", UtcDateTime, nullable=False),
    Column("removed", UtcDateTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", key(), primary_key=True),  # SHA-256 of the token in the cookie
    Column("user", key(), ForeignKey("users.name"), nullable=False, index=True),
    Column("csrf", key(), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("seen", UtcDateTime, nullable=False),
    Column("expires", UtcDateTime, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", key(), primary_key=True),  # SHA-256 of the token
    Column("user", key(), ForeignKey("users.name"), nullable=False, index=True),
    Column("label", PlainText, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("used", UtcDateTime),
    Column("revoked", UtcDateTime),
)

login_failures = Table(
    "login_failures",
    metadata,
    Column("id", serial(), primary_key=True),
    Column("subject", key(), nullable=False),  # hash of a user name or of an address
    Column("at", UtcDateTime, nullable=False),
    Index(None, "subject", "at"),
)

jobs = Table(  # long work that a page asked for, done by a process of its own
    "jobs",
    metadata,
    Column("id", serial(), primary_key=True),
    Column("kind", key(), nullable=False),  # retrain
    Column("arguments", document(), nullable=False),
    Column("asked_by", PlainText, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("started", UtcDateTime),
    Column("ended", UtcDateTime),
    Column("progress", document()),  # done, total, and what is being done
    Column("outcome", key()),  # done, failed; None while it waits or runs
    Column("result", document()),
)

audits = Table(
    "audits",
    metadata,
    Column("id", key(), primary_key=True),
    Column("seq", serial(), nullable=False, unique=True),  # the newest saved has the greatest
    Column("as_of", Date, nullable=False),
    Column("model", key(), nullable=False),
    Column("codebook", key(), nullable=False),
    Column("hashes", document(), nullable=False),
    Column("header", document(), nullable=False),  # directive, phases, outlets, topics, failures, undated
    Column("observed", binary(), nullable=False),  # outlet-phases: zlib of JSON
)

audit_cells = Table(
    "audit_cells",
    metadata,
    Column("audit_id", key(), ForeignKey("audits.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("phase", key(), nullable=False),
    Column("topic", key(), nullable=False),
    Column("outlet", key(), nullable=False),
    Column("verified", Integer, nullable=False),  # items
    Column("machine", Integer, nullable=False),
    Column("unread", Integer, nullable=False),
    Column("cell", document(), nullable=False),  # the ids behind the counts, and the rest
)

audit_verdicts = Table(
    "audit_verdicts",
    metadata,
    Column("audit_id", key(), ForeignKey("audits.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("phase", key(), nullable=False),
    Column("topic", key(), nullable=False),
    Column("outlet", key(), nullable=False),
    Column("verdict", key(), nullable=False),
    Column("detail", document(), nullable=False),
)

audit_items = Table(  # the articles as the auditor saw them, a thousand a row
    "audit_items",
    metadata,
    Column("audit_id", key(), ForeignKey("audits.id"), primary_key=True),
    Column("chunk", Integer, primary_key=True),
    Column("data", binary(), nullable=False),  # zlib of JSON
)

runs = Table(
    "runs",
    metadata,
    Column("id", serial(), primary_key=True),
    Column("step", key(), nullable=False),
    Column("arguments", document(), nullable=False),
    Column("hashes", document(), nullable=False),
    Column("counts", document()),
    Column("outcome", key()),  # None while it runs, or where it was killed
    Column("started", UtcDateTime, nullable=False),
    Column("ended", UtcDateTime),
    Index(None, "step", "id"),
)
