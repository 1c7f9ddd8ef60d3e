from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from crawlers.article import ArchiveRef, Claim, Failure, Media, Outcome
from crawlers.fetch import Asked
from crawlers.reason import because
from pipeline.errors import StoreError
from pipeline.store import fetches
from pipeline.store.schema import fetches as log

NIGHT, NEXT = date(2020, 9, 21), date(2020, 9, 22)
FETCHED = datetime(2020, 9, 21, 15, 0, tzinfo=UTC)
KEY = "bao.example/dai-hoi-1.html"


def outcome(word, key=KEY, source="web"):
    return Outcome(source, f"https://{key}", key, word)


def failure(key=KEY, reason="timeout", source="web"):
    return Failure(source, f"https://{key}", key, "fetch", reason, because("deadline", seconds=30), date(2020, 9, 20))


def state(store, key=KEY):
    with store.read() as connection:
        return fetches.known(connection, "web", before=NIGHT)[key]


def test_fetched_url_is_known_but_not_settled(province, make_fetch):
    fetch = make_fetch()
    with province.begin() as connection:
        fetches.save_fetch(connection, fetch, NIGHT)
    found = state(province)
    assert (found.url, found.night, found.status, found.outcome) == (fetch.url, NIGHT, 200, None)
    assert (found.etag, found.archive, found.role) == ('"1"', fetch.archive, "page")


def test_settled_url_has_the_outcome_of_its_night(province, make_fetch):
    with province.begin() as connection:
        fetches.save_fetch(connection, make_fetch(), NIGHT)
        fetches.save_outcome(connection, outcome("article"), NIGHT)
    assert state(province).outcome == "article"
    with province.read() as connection:
        assert fetches.settled(connection, "web", NIGHT) == {KEY: "article"}
        assert fetches.settled(connection, "web", NEXT) == {}


def test_new_night_opens_a_url_again(province, make_fetch):
    with province.begin() as connection:
        fetches.save_fetch(connection, make_fetch(), NIGHT)
        fetches.save_outcome(connection, outcome("article"), NIGHT)
        fetches.save_fetch(connection, make_fetch(), NEXT)
    assert (state(province).night, state(province).outcome) == (NEXT, None)
    with province.read() as connection:
        assert fetches.settled(connection, "web", NIGHT) == {KEY: "article"}


def test_not_modified_keeps_body_and_renews_validators(province, make_fetch):
    first = make_fetch(last_modified="Mon, 21 Sep 2020 08:00:00 GMT")
    with province.begin() as connection:
        fetches.save_fetch(connection, first, NIGHT)
        fetches.save_fetch(connection, replace(first, status=304, etag='"2"', last_modified=None, archive=None), NEXT)
    found = state(province)
    assert (found.status, found.etag, found.last_modified, found.archive) == (
        304,
        '"2"',
        first.last_modified,
        first.archive,
    )


def test_failed_exchange_keeps_body_and_validators(province, make_fetch):
    with province.begin() as connection:
        fetches.save_fetch(connection, make_fetch(), NIGHT)
        silent = make_fetch(status=0, etag=None, archive=None, reason="timeout")
        fetches.save_fetch(connection, silent, NEXT)
    found = state(province)
    assert (found.status, found.etag, found.archive) == (0, '"1"', make_fetch().archive)


def test_new_body_replaces_old_validators(province, make_fetch):
    body = ArchiveRef("rasoat-2020-09-22.warc.gz", 0, 10, "cd" * 32)
    with province.begin() as connection:
        fetches.save_fetch(connection, make_fetch(), NIGHT)
        fetches.save_fetch(connection, make_fetch(etag=None, archive=body), NEXT)
    assert (state(province).etag, state(province).archive) == (None, body)


def test_every_exchange_stays_in_the_log(province, make_fetch):
    with province.begin() as connection:
        for _ in range(3):
            fetches.save_fetch(connection, make_fetch(), NIGHT)
    with province.read() as connection:
        assert connection.scalar(select(func.count()).select_from(log)) == 3


def test_url_that_was_never_asked_can_be_settled(province):
    with province.begin() as connection:
        fetches.save_outcome(connection, outcome("duplicate"), NIGHT)
    assert (state(province).status, state(province).outcome, state(province).night) == (0, "duplicate", NIGHT)


def test_outcome_without_request_leaves_the_state_of_the_last_fetch(province, make_fetch):
    with province.begin() as connection:
        fetches.save_fetch(connection, make_fetch(), NIGHT)
        fetches.save_outcome(connection, outcome("article"), NIGHT)
        fetches.save_failure(connection, failure(reason="budget"), NEXT)
    assert (state(province).night, state(province).outcome) == (NIGHT, "article")
    with province.read() as connection:
        assert fetches.settled(connection, "web", NEXT) == {KEY: "failed"}


def test_failure_comes_back_as_it_was(province):
    with province.begin() as connection:
        fetches.save_failure(connection, failure(), NIGHT)
        fetches.save_failure(connection, failure(), NIGHT)
    with province.read() as connection:
        assert list(fetches.failed(connection, NIGHT)) == [failure()]
        assert fetches.last_night(connection) == NIGHT


def test_failure_of_a_killed_run_goes_when_the_rerun_succeeds(province):
    with province.begin() as connection:
        fetches.save_failure(connection, failure(), NIGHT)
        fetches.save_failure(connection, failure(), NEXT)
        fetches.save_outcome(connection, outcome("article"), NEXT)
    with province.read() as connection:
        assert list(fetches.failed(connection, NEXT)) == []
        assert list(fetches.failed(connection, NIGHT)) == [failure()]


def test_failures_of_the_newest_night_are_given_with_their_reasons(province):
    def failed(connection, until=date.max):
        return [(each.outlet, each.source, each.url) for each in fetches.failed_urls(connection, until)]

    with province.begin() as connection:
        assert failed(connection) == []
        fetches.save_failure(connection, failure("x", source="dai"), NIGHT)
        for key, source in (("b", "web"), ("a", "web"), ("a", "phu")):
            fetches.save_failure(connection, failure(key, source=source), NEXT)
        fetches.save_outcome(connection, outcome("article", "x", "dai"), NEXT)
    with province.read() as connection:
        assert failed(connection) == [
            ("bao", "phu", "https://a"),
            ("bao", "web", "https://a"),
            ("bao", "web", "https://b"),
        ]
        assert fetches.failed_urls(connection)[0].why == because("deadline", seconds=30)
        assert failed(connection, NIGHT) == [("dai", "dai", "https://x")]
        assert failed(connection, NIGHT - timedelta(days=1)) == []


def test_published_day_of_a_stored_article_is_known(province, put, make_article, make_fetch):
    put(make_article())
    with province.begin() as connection:
        fetches.save_fetch(connection, make_fetch(), NIGHT)
    assert state(province).published_day == date(2020, 9, 21)


def test_url_longer_than_an_index_entry_is_stored(province, make_fetch):
    key = "bao.example/" + "".join(f"{number:x}" for number in range(3_000))
    with province.begin() as connection:
        fetches.save_fetch(connection, make_fetch(url=f"https://{key}", url_key=key), NIGHT)
    assert state(province, key).url == f"https://{key}"


def test_exchange_of_an_unknown_source_is_one_line(province, make_fetch):
    with pytest.raises(StoreError, match="a row names a source, outlet or article"), province.begin() as connection:
        fetches.save_fetch(connection, make_fetch(source_id="nowhere"), NIGHT)


def test_claims_about_a_page_stay_until_others_are_made(province, make_fetch):
    claim = Claim(datetime(2020, 9, 20, 18, 30, tzinfo=UTC), date(2020, 9, 21), "minute", "feed")
    media = Media("video", "https://bao.example/1.mp4", 90.0)
    page = (make_fetch().source_id, make_fetch().url, make_fetch().url_key)
    with province.begin() as connection:
        fetches.save_fetch(connection, make_fetch(), NIGHT)
        fetches.save_outcome(connection, Outcome(*page, "article", (claim,), (media,)), NIGHT)
        fetches.save_fetch(connection, make_fetch(), NEXT)
        fetches.save_outcome(connection, Outcome(*page, "not_modified"), NEXT)
    found = state(province)
    assert (found.claims, found.enclosed) == ((claim,), (media,))


def test_requests_of_the_night_are_counted_by_host_with_their_times(province, make_fetch):
    early, late = FETCHED - timedelta(days=1), FETCHED + timedelta(minutes=5)
    with province.begin() as connection:
        fetches.save_fetch(connection, make_fetch(fetched_at=early), NIGHT - timedelta(days=1))
        fetches.save_fetch(connection, make_fetch(), NIGHT)
        fetches.save_fetch(connection, make_fetch(url="https://www.bao.example/rss", fetched_at=late), NIGHT)
        fetches.save_fetch(connection, make_fetch(status=0, reason="robots", archive=None), NIGHT)
        fetches.save_fetch(connection, make_fetch(detail=because("from_warc")), NIGHT)
    with province.read() as connection:
        assert fetches.asked(connection, NIGHT) == [Asked("bao.example", 2, (early, FETCHED, late))]
