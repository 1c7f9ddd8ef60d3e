"""Browse: pages of articles that answer a selection, one article with all that is known of it, and its archived copy."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from crawlers.archive import Archive, Record
from crawlers.errors import ArchiveError
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.readings import Suggestion, User
from pipeline.records import LabelEvent
from pipeline.steps.model import cutoffs_of, model_version
from pipeline.store import Connection, Store, articles, browse, clusters, dating, labels, readings
from pipeline.store.articles import Revision
from pipeline.store.browse import Found, Reader, Selection
from pipeline.store.dating import DateEvent
from pipeline.store.readings import Adjudication

REPRINTS = 50  # of one text, shown; one that all outlets carry has as many


@dataclass(frozen=True, slots=True)
class Looked:
    """One page of what was found."""

    rows: tuple[Found, ...]
    count: int
    more: bool  # than `count`
    after: str | None  # cursor of the next page
    ranked: bool


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """All that is known of one article; of a sealed one, what nobody else has said."""

    found: Found
    revisions: tuple[Revision, ...]  # the oldest first
    dates: tuple[DateEvent, ...]  # the oldest first
    reprints: tuple[Found, ...]  # without the article itself
    suggestions: tuple[Suggestion, ...]  # of the model that tags, in the codebook's order
    labels: tuple[LabelEvent, ...]  # the oldest first
    adjudications: tuple[Adjudication, ...]  # the oldest first
    model: str


def look(config: Config, store: Store, selection: Selection, user: User, after: str | None = None) -> Looked:
    """Gives one page of the articles that answer, as the user may see them."""
    reader = Reader(model_version(config), config.codebook.version)
    with store.read() as connection:
        page = browse.page(connection, selection, reader, after)
        rows = _found(connection, page.ids, reader, user)
        number = browse.count(connection, selection, reader)
    return Looked(tuple(rows), min(number, browse.COUNTED), number > browse.COUNTED, page.after, page.ranked)


def article_page(config: Config, store: Store, identity: str, user: User) -> ArticlePage:
    """Gives one article with its history.

    Of an article that a reviewer has yet to read blind, or as one of two readers, the machine's and others' words are left
    out: a reading that knew them would be worth nothing as a second opinion. Leads see everything.

    Raises:
        InputError: the store has no such article.
    """
    reader = Reader(model_version(config), config.codebook.version)
    with store.read() as connection:
        rows = _found(connection, [identity], reader, user)
        if not rows:
            raise _unknown(identity)
        [row] = rows
        twins = [each for each in clusters.members(connection, row.article.cluster, REPRINTS + 1) if each != identity]
        return ArticlePage(
            found=row,
            revisions=tuple(articles.revisions(connection, identity)),
            dates=tuple(dating.events(connection, identity)),
            reprints=tuple(_found(connection, twins[:REPRINTS], reader, user)),
            suggestions=_suggestions(config, row),
            labels=tuple(
                event
                for event in labels.events(connection, article=identity)
                if not row.sealed or event.reviewer == user.name
            ),
            adjudications=() if row.sealed else tuple(readings.adjudicated(connection, identity)),
            model=reader.model,
        )


def archived(config: Config, store: Store, identity: str, revision: int) -> Record:
    """Gives the page as it was fetched for a revision; where it lies is the store's word alone.

    Raises:
        InputError: no such article or revision, it has no archived page, or its bytes are not those once stored.
    """
    with store.read() as connection:
        found = next((each for each in articles.revisions(connection, identity) if each.revision == revision), None)
    folder = config.data / "archive"
    inside = found and found.archive and (folder / found.archive.file).resolve().is_relative_to(folder.resolve())
    if found is None or found.archive is None or not inside:
        raise InputError(
            f"article {identity}: revision {revision} has no archived page",
            f"bài {identity}: lần thu thập {revision} không có bản lưu trữ",
        )
    try:
        with closing(Archive(folder)) as archive:
            return archive.record(found.archive)
    except ArchiveError as error:
        raise InputError(
            f"article {identity}: the archived page cannot be read: {error}",
            f"bài {identity}: không đọc được bản lưu trữ: {error}",
        ) from error


def _found(connection: Connection, ids: Sequence[str], reader: Reader, user: User) -> list[Found]:
    """Gives what is shown of articles, sealed where a reviewer has yet to read them without knowing what was said."""
    unseen = browse.sealed(connection, ids, user.name) if user.role == "reviewer" else set()
    return [each.seal() if each.article.id in unseen else each for each in browse.found(connection, ids, reader)]


def _suggestions(config: Config, row: Found) -> tuple[Suggestion, ...]:
    cutoffs = cutoffs_of(config)
    return tuple(
        Suggestion(topic, row.scores[topic], cutoffs[topic], topic in row.machine, row.evidence.get(topic, ""))
        for topic in config.codebook.ids
        if topic in row.scores
    )


def _unknown(identity: str) -> InputError:
    return InputError(f"there is no article {identity}", f"không có bài {identity}")
