"""Frozen history: a migration that has been released is never edited."""
