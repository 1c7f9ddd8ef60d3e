"""Settle: what lies before a lead: the articles on which reviewers part, each with everybody's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.config import Config
from pipeline.records import Prediction, StoredArticle
from pipeline.steps.model import cutoffs_of, model_version
from pipeline.steps.paragraphs import paragraphs_of
from pipeline.steps.said import no_article
from pipeline.store import Store, articles, predictions, readings, shifts
from pipeline.store.readings import Adjudication, Word


@dataclass(frozen=True, slots=True)
class Open:
    """One article with topics to be settled."""

    article: str
    title: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """One article before a lead."""

    article: StoredArticle
    paragraphs: tuple[tuple[str, ...], ...]  # of sentences, the lead's first
    parted: Mapping[str, tuple[Word, ...]]  # topic -> everybody's word
    before: tuple[Adjudication, ...]  # what leads decided of this article so far
    seen: str  # changes with every new word on the article


def open_matters(store: Store) -> tuple[Open, ...]:
    """Gives the articles on which reviewers part, in the order of their ids."""
    with store.read() as connection:
        topics = {
            article: tuple(said[0].topic for said in readings.disagreements(connection, article))
            for article in shifts.disputed(connection)
        }
        titles = {each: articles.get(connection, each) for each, parted in topics.items() if parted}
    return tuple(Open(each, found.title, topics[each]) for each, found in titles.items() if found is not None)


def next_matter(store: Store, after: str = "") -> str | None:
    """Gives the next article on which reviewers part, by id, and begins again at the first; None where all is settled."""
    with store.read() as connection:
        waiting = shifts.disputed(connection)
        later = [each for each in waiting if each > after] + [each for each in waiting if each <= after]
        return next((each for each in later if readings.disagreements(connection, each)), None)


def matter_of(store: Store, article: str) -> Matter:
    """Gives one article with the words on which its reviewers part; none where all is settled.

    Raises:
        InputError: the store has no such article.
    """
    with store.read() as connection:
        found = articles.get(connection, article)
        if found is None:
            raise no_article(article)
        parted = {said[0].topic: said for said in readings.disagreements(connection, article)}
        before = tuple(readings.adjudicated(connection, article))
        seen = readings.version(connection, article)
    return Matter(found, paragraphs_of(found), parted, before, seen)


def machine_says(config: Config, store: Store, article: str) -> tuple[Prediction | None, Mapping[str, float]]:
    """Gives what the champion says of an article, None where it has not read it, and the thresholds by topic."""
    with store.read() as connection:
        said = predictions.of(connection, article, model_version(config), config.codebook.version)
    return said, cutoffs_of(config)
