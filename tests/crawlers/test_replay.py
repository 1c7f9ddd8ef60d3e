"""Pages are read again from the archive, and from WARC files, without asking anybody."""

from __future__ import annotations

import gzip
from collections import Counter
from contextlib import closing
from datetime import date

import pytest

from crawlers.archive import Archive, read_warc
from crawlers.article import Article, Fetch, Outcome
from crawlers.errors import ArchiveError
from crawlers.replay import read_records, replay
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


def test_night_without_pages_replays_to_nothing(source, night, tmp_path):
    assert list(replay(source, Archive(tmp_path / "archive"), night.known, date(2020, 1, 1), ())) == []


def test_warc_file_gives_articles_and_copies_their_bytes(source, night, warc, tmp_path):
    with closing(Archive(tmp_path / "other")) as copy:
        events = list(read_records([source], copy, {}, date(2020, 10, 1), {}, read_warc(warc, MAX_BYTES)))
        articles = {event.url: event for event in events if isinstance(event, Article)}
        assert articles.keys() == night.articles.keys()
        assert all(copy.read(each.archive)[0] for each in articles.values())
    assert Counter(type(event) for event in events)[Fetch] == Counter(type(event) for event in events)[Outcome]


def test_pages_that_the_store_has_are_left_alone(source, night, warc, tmp_path):
    known = {source.id: night.known}
    events = list(
        read_records([source], Archive(tmp_path / "other"), known, date(2020, 10, 1), {}, read_warc(warc, MAX_BYTES))
    )
    assert [event for event in events if isinstance(event, Article)] == []


def test_pages_of_other_sites_and_too_long_ones_are_passed_over(source, warc, tmp_path):
    strange = type(source)(id="xa", name="Xa", home="https://xa.vn/")
    assert list(read_records([strange], Archive(tmp_path / "other"), {}, NIGHT, {}, read_warc(warc, MAX_BYTES))) == []
    assert list(read_warc(warc, 10)) == []


@pytest.mark.parametrize(
    "damage", [b"<html>not a warc", b"\x1f\x8b\x08\x00broken", gzip.compress(b"plain text\r\n\r\n")]
)
def test_file_that_is_no_warc_is_named(damage, tmp_path):
    file = tmp_path / "x.warc.gz"
    file.write_bytes(damage)
    with pytest.raises(ArchiveError, match=r"x\.warc\.gz: not a WARC file"):
        list(read_warc(file, MAX_BYTES))
