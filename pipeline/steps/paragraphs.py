"""Paragraphs: an article's text as it is put before a reader, each paragraph cut into the sentences that can be marked."""

from __future__ import annotations

from models.text import sentences
from pipeline.records import StoredArticle


def paragraphs_of(article: StoredArticle) -> tuple[tuple[str, ...], ...]:
    """Gives the sentences of each paragraph, the lead's first; empty paragraphs are left out."""
    cut = (tuple(sentences(line)) for line in article.text.split("\n"))
    return tuple(paragraph for paragraph in cut if paragraph)
