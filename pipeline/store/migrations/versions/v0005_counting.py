"""Counting: what an audit asks of every article stands beside its identity, and predictions in a form that is read at once."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from alembic import op

from pipeline.store.types import PlainText, UtcDateTime, key

revision = "0005"
down_revision = "0004"

BATCH = 2_000  # rows held in memory at a time

ARTICLES = sa.table("articles", sa.column("id", key()), sa.column("revision"), sa.column("words"), sa.column("untimed"))
REVISIONS = sa.table(
    "article_revisions",
    *(sa.column(name) for name in ("article_id", "revision", "title", "lead", "body")),
)
MEDIA = sa.table("article_media", *(sa.column(name) for name in ("article_id", "revision", "duration_s")))
FIRST = {  # column -> what the first revision says
    "first_seen": "fetched_at",
    "first_file": "archive_file",
    "first_dated": "published IS NOT NULL",
    "first_led": "lead <> ''",
}
KEYS = ("model", "codebook", "article_id", "content_hash")
PREDICTIONS = sa.table("predictions", *(sa.column(name) for name in (*KEYS, "topics", "scores", "packed")))


def upgrade() -> None:
    """Counts the words of a store that has articles already, and packs its predictions; a million take some minutes."""
    op.create_table(
        "marks",
        sa.Column("name", key(), nullable=False),
        sa.Column("value", PlainText(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_marks"),
    )
    op.add_column("articles", sa.Column("words", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("articles", sa.Column("untimed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("articles", sa.Column("front", sa.Boolean(), nullable=True))
    op.add_column("predictions", sa.Column("packed", sa.LargeBinary(), nullable=True))
    op.add_column("articles", sa.Column("first_seen", UtcDateTime(), nullable=True))
    op.add_column("articles", sa.Column("first_file", PlainText(), nullable=True))
    op.add_column("articles", sa.Column("first_dated", sa.Boolean(), nullable=True))
    op.add_column("articles", sa.Column("first_led", sa.Boolean(), nullable=True))
    for column, value in FIRST.items():
        first = f"SELECT {value} FROM article_revisions WHERE article_id = articles.id AND revision = 1"  # noqa: S608 - ours
        op.execute(f"UPDATE articles SET {column} = ({first})")  # noqa: S608 - names of ours
    op.create_index("ix_articles_volume", "articles", ["source_id", "day", "date_state"])
    op.create_index("ix_articles_first", "articles", ["source_id", *FIRST, "date_state"])
    connection = op.get_bind()
    _count_words(connection)
    newest = (MEDIA.c.article_id == ARTICLES.c.id, MEDIA.c.revision == ARTICLES.c.revision)
    unknown = sa.exists().where(*newest, MEDIA.c.duration_s.is_(None))
    connection.execute(sa.update(ARTICLES).where(unknown).values(untimed=True))
    _pack(connection)


def _count_words(connection: sa.Connection) -> None:
    newest = sa.and_(REVISIONS.c.article_id == ARTICLES.c.id, REVISIONS.c.revision == ARTICLES.c.revision)
    texts = sa.select(ARTICLES.c.id, REVISIONS.c.title, REVISIONS.c.lead, REVISIONS.c.body).join(REVISIONS, newest)
    change = sa.update(ARTICLES).where(ARTICLES.c.id == sa.bindparam("article")).values(words=sa.bindparam("number"))
    last = ""
    while rows := connection.execute(texts.where(ARTICLES.c.id > last).order_by(ARTICLES.c.id).limit(BATCH)).all():
        counted = [{"article": row.id, "number": len(f"{row.title} {row.lead} {row.body}".split())} for row in rows]
        connection.execute(change, counted)
        last = rows[-1].id


def _pack(connection: sa.Connection) -> None:
    columns = PREDICTIONS.c
    place = sa.tuple_(*(columns[name] for name in KEYS))
    read = sa.select(*(columns[name] for name in KEYS), columns.topics, columns.scores).order_by(
        *(columns[name] for name in KEYS)
    )
    change = sa.update(PREDICTIONS).where(*(columns[name] == sa.bindparam(f"b_{name}") for name in KEYS))
    last: tuple[str, ...] | None = None
    while rows := connection.execute(read.where(place > last).limit(BATCH) if last else read.limit(BATCH)).all():
        packed = [
            {f"b_{name}": getattr(row, name) for name in KEYS}
            | {"b_packed": _packed(_value(row.scores), _value(row.topics))}
            for row in rows
        ]
        connection.execute(change.values(packed=sa.bindparam("b_packed")), packed)
        last = tuple(getattr(rows[-1], name) for name in KEYS)


def _packed(scores: Mapping[str, float], decided: Sequence[str]) -> bytes | None:
    """Gives one prediction in the form that predictions have since: written here, as what the program does may change."""
    if any(topic not in scores for topic in decided):
        return None
    names = sorted(scores)
    marks = (topic in decided for topic in names)
    head = crc32("\x1f".join(names).encode())
    return struct.pack(f"<I{len(names)}f{len(names)}B", head, *(scores[topic] for topic in names), *marks)


def _value(stored: Any) -> Any:
    """Reads a JSON column, which one engine gives as text and the other as its value."""
    return json.loads(stored) if isinstance(stored, str) else stored
