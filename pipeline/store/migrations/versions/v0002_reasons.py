"""Reasons are a code and its values: sentences of older versions are kept as they were, under the code "said"."""

from __future__ import annotations

import json
import zlib
from typing import Any

import sqlalchemy as sa
from alembic import op

from pipeline.store.types import PlainText, binary, document, dump_json

revision = "0002"
down_revision = "0001"

REASONS = (("fetches", "detail", True), ("failures", "detail", False), ("observations", "reason", True))  # nullable
AWAY = "redirects to another site: "  # the one sentence that was read again: where a home page has moved to


def upgrade() -> None:
    """Turns the sentences of the ledger, and those inside saved audits, into documents."""
    for table, column, nullable in REASONS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"UPDATE {table} SET {column} = {_said(column, 'json_object')}")  # noqa: S608 - names of our own
        with op.batch_alter_table(table) as batch:
            batch.alter_column(
                column,
                existing_type=PlainText(),
                existing_nullable=nullable,
                type_=document(),
                postgresql_using=_said(column, "json_build_object"),
            )
    _audits()


def _said(column: str, make: str) -> str:
    """Gives the SQL of a sentence's document; `make` is the engine's function for an object of names and values."""
    away = f"{make}('code', 'redirect_away', 'args', {make}('target', substr({column}, {len(AWAY) + 1})))"
    said = f"{make}('code', 'said', 'args', {make}('said', {column}))"
    is_away = f"substr({column}, 1, {len(AWAY)}) = '{AWAY}'"
    return f"CASE WHEN {column} IS NULL THEN NULL WHEN {is_away} THEN {away} ELSE {said} END"


def _audits() -> None:
    audits = sa.table("audits", sa.column("id"), sa.column("header", document()), sa.column("observed", binary()))
    connection = op.get_bind()
    for identity in connection.scalars(sa.select(audits.c.id)).all():
        row = connection.execute(sa.select(audits).where(audits.c.id == identity)).one()
        header = dict(row.header)
        header.pop("failures", None)  # numbers by outlet, without the addresses that can now be opened
        observed: list[dict[str, Any]] = json.loads(zlib.decompress(row.observed))
        for each in observed:
            each["reasons"] = [{"code": "said", "args": {"said": reason}} for reason in each["reasons"]]
        packed = zlib.compress(dump_json(observed).encode())
        connection.execute(sa.update(audits).where(audits.c.id == identity).values(header=header, observed=packed))
