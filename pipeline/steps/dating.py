"""Dating: people give a day to articles whose pages give none, or none that can be trusted."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from crawlers.dates import local_day
from pipeline.errors import InputError
from pipeline.records import StoredArticle
from pipeline.store import Store, articles, dating
from pipeline.store.articles import Revision
from pipeline.wording import Words

PAGE = 20  # articles on a page; each shows its evidence
EARLIEST = date(1945, 9, 2)  # that can be given; an older day is a slip of the keyboard
MAX_NOTE = 1_000  # characters
VI, EN = Words("vi"), Words("en")


@dataclass(frozen=True, slots=True)
class Undated:
    """One article whose day is not known, and what its newest revision says of it."""

    article: StoredArticle
    newest: Revision


@dataclass(frozen=True, slots=True)
class Waiting:
    """One page of articles to be dated."""

    rows: tuple[Undated, ...]
    count: int  # of all pages
    after: str | None  # id from after which the next page begins


@dataclass(frozen=True, slots=True)
class Dated:
    """A day that a person gave and that an undo would take back."""

    article: str
    title: str
    day: date


def waiting(store: Store, after: str = "") -> Waiting:
    """Gives one page of the articles that count in no phase, by id."""
    with store.read() as connection:
        ids = dating.waiting(connection, after, PAGE + 1)
        rows = [
            Undated(article, articles.revisions(connection, article.id)[-1])
            for article in articles.stream(connection, ids=ids[:PAGE])
        ]
        return Waiting(
            tuple(sorted(rows, key=lambda row: row.article.id)),
            dating.count_waiting(connection),
            ids[PAGE - 1] if len(ids) > PAGE else None,
        )


def count_waiting(store: Store) -> int:
    """Counts the articles that count in no phase."""
    with store.read() as connection:
        return dating.count_waiting(connection)


def last_dated(store: Store, reviewer: str) -> Dated | None:
    """Gives what an undo would take back."""
    with store.read() as connection:
        event = dating.last_of(connection, reviewer)
        article = articles.get(connection, event.article) if event else None
    return Dated(article.id, article.title, event.day) if event and event.day and article else None


def give_day(store: Store, article: str, day: date, reviewer: str, at: datetime, note: str) -> None:
    """Gives an article its day: from now on it counts in the phase of that day.

    Raises:
        InputError: no such article, a day to come or before 1945, or a note that is too long.
    """
    if not EARLIEST <= day <= local_day(at):
        raise InputError(
            f"day {EN.day(day)}: expected one from {EN.day(EARLIEST)} to today",
            f"ngày {VI.day(day)}: phải từ {VI.day(EARLIEST)} đến hôm nay",
        )
    if len(note) > MAX_NOTE:
        raise InputError(f"note: longer than {MAX_NOTE} characters", f"căn cứ: dài hơn {MAX_NOTE} ký tự")
    with store.begin() as connection:
        if not articles.existing(connection, [article]):
            raise InputError(f"there is no article {article}", f"không có bài {article}")
        dating.say(connection, article, day, reviewer, at, unicodedata.normalize("NFC", note))


def take_day_back(store: Store, article: str, reviewer: str, at: datetime) -> None:
    """Takes back the day that the reviewer gave an article: another's word, or what the page says, stands again.

    Raises:
        InputError: the reviewer gave it none, or has taken it back already.
    """
    with store.begin() as connection:
        mine = [event for event in dating.events(connection, article) if event.reviewer == reviewer]
        if not mine or mine[-1].day is None:
            raise InputError(
                f"article {article}: you gave it no day that still stands",
                f"bài {article}: anh/chị chưa xác định ngày cho bài này hoặc đã rút lại",
            )
        dating.say(connection, article, None, reviewer, at, "")
