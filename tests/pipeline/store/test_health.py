"""A source's history is what its nights left in the store."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crawlers.article import Claim, Observation, Outcome
from crawlers.reason import because
from pipeline.records import Fill
from pipeline.store import fetches, health, observations

NIGHT = date(2020, 9, 22)
BEFORE = NIGHT - timedelta(days=1)
AWAY = because("redirect_away", target="https://moi.example/")
CLAIM = Claim(datetime(2020, 9, 20, 18, 30, tzinfo=UTC), date(2020, 9, 21), "minute", "feed")


@pytest.fixture
def history(province):
    """Gives the history of the source "web"."""

    def read():
        with province.read() as connection:
            return {each.source: each for each in health.histories(connection, NIGHT, recent=3, weeks=2)}["web"]

    return read


def test_source_that_was_never_crawled_has_no_night_and_no_proof(history):
    found = history()
    assert (found.outlet, found.last_night, found.volume) == ("bao", None, {})
    assert set(found.unproved.values()) == {observations.NOT_LOOKED}


def test_volume_counts_articles_by_day_and_knows_seen_days_without_any(history, province, put, make_article):
    put(make_article(1))
    put(make_article(2))
    with province.begin() as connection:
        for day, proved in ((20, True), (21, True), (19, False)):
            seen = Observation(
                "web", date(2020, 9, day), proved, "feed", "https://bao.example/rss", None if proved else AWAY
            )
            observations.save(connection, [seen], NIGHT)
    found = history()
    assert found.volume == {date(2020, 9, 21): 2, date(2020, 9, 20): 0}
    assert found.unproved == {date(2020, 9, 19): AWAY}


def test_claimed_pages_are_those_first_read_in_the_last_night(history, province, make_fetch):
    pages = {"a": "article", "b": "empty", "old": "article"}
    with province.begin() as connection:
        for night in (BEFORE, NIGHT):
            for key, outcome in pages.items():
                if night == NIGHT or key == "old":
                    url = f"https://bao.example/{key}"
                    fetches.save_fetch(connection, make_fetch(url=url, url_key=key), night)
                    fetches.save_outcome(connection, Outcome("web", url, key, outcome, (CLAIM,)), night)
    found = history()
    assert (found.last_night, found.claimed, found.claimed_articles) == (NIGHT, 2, 1)


def test_fill_rates_part_the_newest_night_from_those_before(history, put, make_article):
    later = replace(make_article().archive, file="rasoat-2020-09-22.warc.gz")
    put(make_article(1))
    put(make_article(2, lead=""))
    put(make_article(3, archive=later, published=None, published_precision=None, date_state="undated"))
    found = history()
    assert (found.old, found.new) == (Fill(2, 2, 1), Fill(1, 0, 1))


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ({"final_url": "https://www.bao.example/home"}, None),
        ({"final_url": "https://moi.example/"}, "moi.example"),
        (
            {"status": 301, "reason": "refused", "detail": AWAY},
            "moi.example",
        ),
        ({"status": 503, "reason": "http_5xx", "detail": because("answered", status=503)}, None),
    ],
)
def test_home_page_that_leads_elsewhere_names_the_host(history, province, make_fetch, change, moved):
    with province.begin() as connection:
        fetches.save_fetch(connection, make_fetch(url="https://bao.example/", url_key="bao.example/", **change), NIGHT)
    assert history().moved_to == moved


def test_what_later_nights_saw_is_not_told_of_a_past_night(history, province, put, make_fetch, make_article):
    put(make_article(1))
    with province.begin() as connection:
        fetches.save_outcome(connection, Outcome("web", "https://bao.example/1", "bao.example/1", "article"), NIGHT)
    before = history()
    later = NIGHT + timedelta(days=1)
    archive = replace(make_article().archive, file="rasoat-2020-09-23.warc.gz")
    put(make_article(2, archive=archive, fetched_at=datetime(2020, 9, 23, 15, tzinfo=UTC), published=None))
    home = {"url": "https://bao.example/", "url_key": "bao.example/", "final_url": "https://moi.example/"}
    with province.begin() as connection:
        fetches.save_fetch(connection, make_fetch(**home), later)
        fetches.save_outcome(connection, Outcome("web", home["url"], home["url_key"], "listing"), later)
        seen = Observation("web", BEFORE, proved=True, route="feed", evidence_url="https://bao.example/rss")
        observations.save(connection, [seen], later)
    assert history() == before


def test_campaign_crawled_only_after_its_end_is_told_by_the_later_nights(province, make_fetch, history):
    later = NIGHT + timedelta(days=400)
    with province.begin() as connection:
        fetches.save_fetch(connection, make_fetch(), later)
        fetches.save_outcome(connection, Outcome("web", make_fetch().url, make_fetch().url_key, "article"), later)
        seen = Observation("web", date(2020, 9, 21), proved=True, route="feed", evidence_url="https://bao.example/rss")
        observations.save(connection, [seen], later)
    found = history()
    assert found.last_night == later
    assert date(2020, 9, 21) not in found.unproved
