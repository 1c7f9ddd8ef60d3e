from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from pipeline.store import articles


def save(store, article, outlet="bao"):
    with store.begin() as connection:
        return articles.save(connection, article, outlet)


def listed(store, **asked):
    with store.read() as connection:
        return [article.id for article in articles.stream(connection, **asked)]


def test_article_id_depends_on_source_channel_and_page_only(make_article):
    ids = {
        articles.article_id(*parts)
        for parts in [("web", "website", "a"), ("phu", "website", "a"), ("web", "radio", "a"), ("web", "website", "b")]
    }
    assert len(ids) == 4
    assert all(len(identity) == 16 and int(identity, 16) >= 0 for identity in ids)
    assert articles.article_id("web", "website", "a") == "3e27f1ec8355d22d"  # stores made earlier rely on it


def test_stored_article_comes_back_as_it_was(province, put, make_article):
    article = make_article()
    identity = put(article)
    with province.read() as connection:
        stored = articles.get(connection, identity)
    assert (stored.url, stored.title, stored.lead, stored.body) == (
        article.url,
        article.title,
        article.lead,
        article.body,
    )
    assert (stored.published, stored.published.tzinfo, stored.date_state) == (article.published, UTC, "certain")
    assert (stored.outlet, stored.source, stored.channel, stored.media_s) == ("bao", "web", "website", 90.0)
    assert (stored.revision, stored.cluster, stored.archive_sha256) == (1, identity, "ab" * 32)
    assert stored.content_hash == articles.content_hash(article.title, article.lead, article.body)


def test_same_article_again_changes_nothing(province, put, make_article):
    identity = put(make_article())
    again = make_article(fetched_at=datetime(2020, 9, 25, tzinfo=UTC), archive=None)
    assert save(province, again) == "unchanged"
    with province.read() as connection:
        assert [each.archive for each in articles.revisions(connection, identity)] == [make_article().archive]


def test_same_instant_in_another_zone_is_the_same_date(province, put, make_article):
    put(make_article())
    local = make_article().published.astimezone(timezone(timedelta(hours=7)))
    assert save(province, make_article(published=local)) == "unchanged"


@pytest.mark.parametrize(
    "change",
    [
        {"body": "Văn kiện đã được sửa."},
        {"lead": ""},
        {"published": datetime(2020, 9, 22, tzinfo=UTC)},
        {"published": None, "published_precision": None, "date_state": "undated"},
        {"date_state": "doubtful"},
    ],
)
def test_edited_text_or_date_makes_a_revision_and_the_old_one_stays(province, put, make_article, change):
    first, second = make_article(), make_article(**change)
    identity = put(first)
    assert save(province, second) == "revised"
    with province.read() as connection:
        old, new = articles.revisions(connection, identity)
        current = articles.get(connection, identity)
    assert (old.revision, old.body, old.lead, old.published) == (1, first.body, first.lead, first.published)
    assert (new.revision, new.body, new.lead, new.published) == (2, second.body, second.lead, second.published)
    assert (current.revision, current.body, current.date_state) == (2, second.body, second.date_state)


def test_revision_keeps_all_evidence(province, put, make_article):
    article = make_article()
    identity = put(article)
    with province.read() as connection:
        (revision,) = articles.revisions(connection, identity)
    for name in ("url", "title", "date_evidence", "media", "provenance", "lang", "canonical", "fetched_at", "archive"):
        assert getattr(revision, name) == getattr(article, name), name


def test_text_that_no_database_holds_is_replaced_not_refused(province, put, make_article):
    identity = put(make_article(title="Đại\0 hội \ud800", provenance={"title": "\ud83d"}))
    with province.read() as connection:
        assert articles.get(connection, identity).title == "Đại\ufffd hội \ufffd"
    assert save(province, make_article(title="Đại\0 hội \ud800", provenance={})) == "unchanged"


def test_stream_is_ordered_by_local_day_then_id_with_undated_last(province, put, make_article):
    late = [put(make_article(number)) for number in range(1, 6)]
    early = put(make_article(6, published=datetime(2020, 9, 20, 16, 59, tzinfo=UTC)))  # 23:59 of the 20th in Hà Nội
    undated = put(make_article(7, published=None, date_state="undated"))
    expected = [early, *sorted(late), undated]
    assert listed(province) == expected
    assert listed(province, batch=2) == expected
    assert listed(province, ids=reversed(expected), batch=2) == expected


def test_stream_is_cut_by_local_days_and_outlet(province, put, make_article):
    early = put(make_article(1, published=datetime(2020, 9, 20, 16, 59, tzinfo=UTC)))
    late = put(make_article(2))
    other = put(make_article(3, source_id="dai"), "dai")
    put(make_article(4, published=None, date_state="undated"))
    assert listed(province, until=date(2020, 9, 20)) == [early]
    assert listed(province, since=date(2020, 9, 21)) == sorted([late, other])
    assert listed(province, since=date(2020, 9, 21), outlet="dai") == [other]
    assert listed(province, ids=[early, other, "0" * 16], outlet="bao") == [early]


def test_ranges_of_ids_hold_every_article_once(province, put, make_article):
    ids = sorted(put(make_article(number)) for number in range(7))
    with province.read() as connection:
        ranges = articles.id_ranges(connection, 3)
        assert articles.id_ranges(connection, 100) == [(identity, identity) for identity in ids]
    assert [sum(first <= identity <= last for identity in ids) for first, last in ranges] == [3, 2, 2]
    assert (ranges[0][0], ranges[-1][1]) == (ids[0], ids[-1])


def test_new_store_has_no_articles_and_no_ranges(store):
    with store.read() as connection:
        assert articles.count(connection) == 0
        assert articles.id_ranges(connection, 4) == []
        assert articles.get(connection, "0" * 16) is None
        assert articles.revisions(connection, "0" * 16) == []


def test_existing_picks_what_the_store_has(province, put, make_article):
    identity = put(make_article())
    with province.read() as connection:
        assert articles.existing(connection, [identity, "0" * 16]) == {identity}
        assert articles.count(connection) == 1


def test_one_page_on_two_channels_is_two_articles(province, put, make_article):
    website, television = put(make_article()), put(replace(make_article(), channel="television"))
    assert sorted(listed(province)) == sorted([website, television])
