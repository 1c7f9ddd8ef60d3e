"""Ids and hashes that are functions of content, so that two stores of the same articles agree."""

from __future__ import annotations

import hashlib

from pipeline.store.types import storable

ID_DIGITS = 16  # hex; 64 bits: two of 10^8 articles collide with a chance of 0.03 %
SEPARATOR = "\x1f"  # unit separator; stands in no id, URL or cleaned text


def article_id(source_id: str, channel: str, url_key: str) -> str:
    """Gives the id of an article: 16 hex digits."""
    return digest(source_id, channel, url_key)[:ID_DIGITS]


def url_id(url_key: str) -> str:
    """Gives the id of a URL within its source: 32 hex digits."""
    return digest(url_key)[:32]


def content_hash(title: str, lead: str, body: str) -> str:
    """Gives the SHA-256 (hex) of what a reader reads."""
    return digest(title, lead, body)


def digest(*parts: str) -> str:
    """Gives the SHA-256 (hex) of texts in order."""
    return hashlib.sha256(storable(SEPARATOR.join(parts)).encode()).hexdigest()
