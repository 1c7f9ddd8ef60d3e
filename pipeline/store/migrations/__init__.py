"""Alembic's folder: `env.py` and one file a schema version, `versions/v0001_….py` with revision "0001"."""
