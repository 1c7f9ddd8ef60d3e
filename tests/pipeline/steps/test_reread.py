"""The night's step `extract`: archived pages that nobody has read become articles, once, and again where parsers have changed."""

from datetime import UTC, date, datetime

import pytest

from crawlers.archive import Archive
from crawlers.article import Failure, Fetch
from crawlers.reason import because
from pipeline.steps import ingest
from pipeline.steps.ingest import reread
from pipeline.store import articles, fetches
from tests.crawlers.portal import article

NIGHT = date(2020, 9, 5)
AT = datetime(2020, 9, 5, 1, tzinfo=UTC)
KEY, URL = "127.0.0.1:9/tin/4", "http://127.0.0.1:9/tin/4"


@pytest.fixture
def left(filled):
    """A page that a crawl fetched and did not come to read."""
    config, store, _ = filled
    archive = Archive(config.data / "archive")
    page = article(4, 4, "Bà con Nậm Pàn góp công làm đường")
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    ref = archive.write(NIGHT, url=URL, status=200, headers=headers, body=page, fetched_at=AT)
    archive.close()
    with store.begin() as connection:
        fetches.save_fetch(connection, Fetch("bao", URL, KEY, "page", 200, AT, archive=ref), NIGHT)
    return config, store


def read_again(config, store):
    done = reread(config, store, lambda *_: None)
    with store.read() as connection:
        return sum(done.outcomes.values()), [each.url for each in articles.stream(connection)].count(URL)


def test_page_that_nobody_read_becomes_an_article_once(left):
    assert read_again(*left) == (1, 1)
    assert read_again(*left) == (0, 1)


def test_page_that_no_parser_could_read_waits_for_other_parsers(left, monkeypatch):
    config, store = left
    fault = Failure("bao", URL, KEY, "extract", "decode", because("unknown"), None)
    reread(config, store, lambda *_: None)
    with store.begin() as connection:
        fetches.save_failure(connection, fault, NIGHT)
    assert read_again(config, store)[0] == 0
    monkeypatch.setattr(ingest, "parsers", lambda: "mended")
    assert read_again(config, store) == (1, 1)
    assert read_again(config, store)[0] == 0


def test_page_that_could_not_be_fetched_is_not_read_from_what_was_fetched_before(left, monkeypatch):
    config, store = left
    reread(config, store, lambda *_: None)
    with store.begin() as connection:
        fault = Failure("bao", URL, KEY, "fetch", "timeout", because("unknown"), None)
        fetches.save_failure(connection, fault, NIGHT)
    monkeypatch.setattr(ingest, "parsers", lambda: "mended")
    assert read_again(config, store) == (0, 1)
