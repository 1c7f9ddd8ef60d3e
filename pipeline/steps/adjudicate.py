"""Adjudicate: where reviewers part a lead decides, and how far they agree is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pipeline.config import Config
from pipeline.steps.said import no_article, register_codebook, require_topics
from pipeline.store import Store, articles, labels, readings, shifts
from pipeline.store.readings import Adjudication, Word


def disagreements(store: Store, article: str | None = None) -> list[tuple[Word, ...]]:
    """Gives the words of every article and topic on which reviewers part and no lead has decided since."""
    with store.read() as connection:
        asked = shifts.disputed(connection) if article is None else [article]  # few of all articles, found in one query
        return [each for one in asked for each in readings.disagreements(connection, one)]


def adjudicate(
    config: Config,
    store: Store,
    lead: str,
    article: str,
    decisions: Mapping[str, bool],
    at: datetime,
    notes: Mapping[str, str] | None = None,
    *,
    seen: str | None = None,
) -> int | None:
    """Appends a lead's decision on topics of one article: from now on it is the label, whatever reviewers said.

    `notes` say why, by topic. Gives the number of decisions; None, with nothing stored, where `seen` is not the version of the
    article's words any more (`readings.version`): somebody has spoken or decided since the lead looked.

    Raises:
        InputError: an unknown topic, or the store has no such article.
    """
    require_topics(config, decisions)
    said = notes or {}
    with store.begin() as connection:
        labels.lock(connection, [article])
        if not articles.existing(connection, [article]):
            raise no_article(article)
        if seen not in (None, readings.version(connection, article)):
            return None
        version = config.codebook.version
        made = [
            Adjudication(article, topic, value, lead, at, version, said.get(topic, "").strip() or None)
            for topic, value in decisions.items()
        ]
        register_codebook(config, connection)
        readings.adjudicate(connection, made)
    return len(made)
