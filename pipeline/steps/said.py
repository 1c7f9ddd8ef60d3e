"""Said: what every step that keeps people's words asks first: topics of the campaign, a codebook that the store knows."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.store import Connection, Store, articles, codebooks


def require_topics(config: Config, topics: Collection[str]) -> None:
    """Passes topics of the campaign.

    Raises:
        InputError: names one that is none, and those that are.
    """
    known = config.codebook.ids
    for topic in sorted(set(topics).difference(known)):
        listed = ", ".join(known)
        raise InputError(
            f"{topic}: not a topic of this campaign; known: {listed}",
            f"{topic}: không phải chủ đề của chiến dịch; các chủ đề: {listed}",
        )


def register_codebook(config: Config, connection: Connection) -> None:
    """Keeps the campaign's codebook under its version, where the store has not got it yet."""
    version = config.codebook.version
    if version not in codebooks.versions(connection):
        codebooks.register(connection, version, config.codebook.as_json())


def has_article(store: Store, article: str) -> bool:
    """Tells whether the store has an article."""
    with store.read() as connection:
        return bool(articles.existing(connection, [article]))


def no_article(article: str) -> InputError:
    """Gives the error of an article that the store does not have."""
    return InputError(
        f"article {article}: the store has none of this id", f"bài {article}: kho không có bài mang mã này"
    )
