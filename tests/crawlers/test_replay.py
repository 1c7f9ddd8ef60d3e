"""Pages are read again from the archive, and from WARC files, without asking anybody."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest

from crawlers.archive import Archive
from crawlers.article import Article, Fetch, Outcome
from crawlers.errors import ArchiveError
from crawlers.replay import read_file, replay
from crawlers.urls import url_key
from tests.crawlers.portal import NIGHT, run

MAX_BYTES = 1_000_000


@pytest.fixture
def night(portal, source, tmp_path):
    return run(source, tmp_path / "archive")


@pytest.fixture
def warc(tmp_path, night):
    return tmp_path / "archive" / f"rasoat-{NIGHT}.warc.gz"


def test_replayed_night_gives_the_same_articles_without_a_request(portal, source, night, tmp_path):
    portal.log.clear()
    events = list(replay(source, Archive(tmp_path / "archive"), night.known, NIGHT, ()))
    again = {event.url: event for event in events if isinstance(event, Article)}
    assert portal.log == []
    assert {url: (each.title, each.body, each.published, each.archive) for url, each in again.items()} == {
        url: (each.title, each.body, each.published, each.archive) for url, each in night.articles.items()
    }


def test_page_that_was_read_as_a_list_stays_one_whatever_it_looks_like(source, night, tmp_path):
    home = url_key(source.home)
    assert night.outcomes[home] != "listing"
    known = {**night.known, home: replace(night.known[home], outcome="listing")}
    events = replay(source, Archive(tmp_path / "archive"), known, NIGHT, ())
    assert {event.url_key: event.outcome for event in events if isinstance(event, Outcome)}[home] == "listing"


def test_night_without_pages_replays_to_nothing(source, night, tmp_path):
    assert list(replay(source, Archive(tmp_path / "archive"), night.known, date(2020, 1, 1), ())) == []


def take(source, archive, warc, known=None, night=date(2020, 10, 1)):
    """The events of a WARC file's pages, and the fate of its records."""
    tally = Counter()
    with closing(Archive(archive)) as copy:
        known = {source.id: known or {}}
        events = list(read_file([source], copy, known, night, {}, warc, max_bytes=MAX_BYTES, tally=tally))
    return events, tally


def test_warc_file_gives_articles_and_copies_their_bytes(source, night, warc, tmp_path):
    events, tally = take(source, tmp_path / "other", warc)
    articles = {event.url: event for event in events if isinstance(event, Article)}
    assert articles.keys() == night.articles.keys()
    copy = Archive(tmp_path / "other")
    assert all(copy.read(each.archive)[0] for each in articles.values())
    kinds = Counter(type(event) for event in events)
    assert kinds[Fetch] == kinds[Outcome] == tally["taken"]


def test_pages_that_the_store_has_are_left_alone(source, night, warc, tmp_path):
    events, tally = take(source, tmp_path / "other", warc, night.known)
    assert [event for event in events if isinstance(event, Article)] == []
    assert tally["known"] >= len(night.articles)
    assert not tally["taken"]


def test_pages_of_other_sites_are_passed_over(source, warc, tmp_path):
    strange = type(source)(id="xa", name="Xa", home="https://xa.vn/")
    events, tally = take(strange, tmp_path / "other", warc)
    assert events == []
    assert tally.keys() <= {"foreign", "no_page", "status", "no_html"}
    assert tally["foreign"]


def test_page_that_a_file_has_twice_is_taken_once(source, night, warc, tmp_path):
    twice = tmp_path / "twice.warc.gz"
    twice.write_bytes(warc.read_bytes() * 2)
    events, tally = take(source, tmp_path / "other", twice)
    assert len([event for event in events if isinstance(event, Article)]) == len(night.articles)
    assert tally["again"] == tally["taken"]


def test_what_stands_before_the_damage_of_a_file_is_settled(source, night, warc, tmp_path):
    half = tmp_path / "half.warc.gz"
    half.write_bytes(warc.read_bytes()[:-40])
    events, tally = [], Counter()
    copy = Archive(tmp_path / "other")
    with pytest.raises(ArchiveError, match="damaged or cut off"):
        events.extend(read_file([source], copy, {}, NIGHT, {}, half, max_bytes=MAX_BYTES, tally=tally))
    copy.close()
    kinds = Counter(type(event) for event in events)
    assert kinds[Outcome] == kinds[Fetch] == tally["taken"] > 0
    assert kinds[Article] >= len(night.articles) - 1
