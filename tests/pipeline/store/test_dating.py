"""A person's day stands above what the page says until it is taken back; nothing that was said is lost."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline.store import articles, browse, dating, items
from pipeline.store.browse import Reader, Selection

AT = datetime(2020, 10, 1, 8, tzinfo=UTC)
DAY = date(2020, 9, 18)


@pytest.fixture
def undated(put, make_article):
    """Gives an article without a date, and its id."""
    article = make_article(1, published=None, published_precision=None, date_state="undated", date_evidence=())
    return article, put(article)


def say(store, identity, day, who="lan", note="theo bản in"):
    with store.begin() as connection:
        dating.say(connection, identity, day, who, AT, note)


def shown(store, identity):
    with store.read() as connection:
        article = articles.get(connection, identity)
        in_phase = browse.page(connection, Selection(since=DAY, until=DAY), Reader("m", "c")).ids
        [item] = items.audit_items(connection, "m", "c")
        return article.published, article.date_state, article.dated_by, bool(in_phase), (item.day, item.dated_by)


def test_day_counts_from_when_it_is_said_until_it_is_taken_back(province, undated):
    _, identity = undated
    before = shown(province, identity)
    assert before == (None, "undated", None, False, (None, None))
    say(province, identity, DAY)
    midnight = datetime(2020, 9, 17, 17, tzinfo=UTC)
    assert shown(province, identity) == (midnight, "certain", "lan", True, (DAY, "lan"))
    say(province, identity, None, note="")
    assert shown(province, identity) == before
    with province.read() as connection:
        assert [(event.day, event.reviewer, event.note) for event in dating.events(connection, identity)] == [
            (DAY, "lan", "theo bản in"),
            (None, "lan", ""),
        ]


def test_of_two_people_the_newest_word_that_stands_counts(province, undated):
    _, identity = undated
    say(province, identity, DAY, "lan")
    say(province, identity, date(2020, 9, 1), "minh")
    assert shown(province, identity)[4] == (date(2020, 9, 1), "minh")
    say(province, identity, None, "minh")
    assert shown(province, identity)[4] == (DAY, "lan")


def test_later_revision_keeps_the_day_and_its_own_date_waits_below(province, undated, make_article):
    article, identity = undated
    say(province, identity, DAY)
    with province.begin() as connection:
        assert articles.save(connection, article, "bao") == "unchanged"
        dated = make_article(1, title="Tít mới")
        assert articles.save(connection, dated, "bao") == "revised"
        assert articles.save(connection, dated, "bao") == "unchanged"
        assert articles.save(connection, replace(dated, date_state="doubtful"), "bao") == "revised"
    assert shown(province, identity)[1:] == ("certain", "lan", True, (DAY, "lan"))
    with province.read() as connection:
        assert [each.date_state for each in articles.revisions(connection, identity)] == [
            "undated",
            "certain",
            "doubtful",
        ]
        assert articles.get(connection, identity).title == "Tít mới"
    say(province, identity, None)
    assert shown(province, identity)[:3] == (dated.published, "doubtful", None)


def test_waiting_are_those_that_count_in_no_phase(province, put, make_article, undated):
    doubtful = put(make_article(2, date_state="doubtful"))
    put(make_article(3, date_state="probable"))
    with province.read() as connection:
        assert dating.waiting(connection) == sorted([undated[1], doubtful])
        assert dating.waiting(connection, limit=1) == [min(undated[1], doubtful)]
        assert dating.waiting(connection, after=min(undated[1], doubtful)) == [max(undated[1], doubtful)]
        assert dating.count_waiting(connection) == 2
    say(province, doubtful, DAY)
    with province.read() as connection:
        assert dating.waiting(connection) == [undated[1]]


def test_undo_finds_the_persons_newest_word_that_stands(province, put, make_article, undated):
    other = put(make_article(2, date_state="doubtful"))
    say(province, undated[1], DAY)
    say(province, other, DAY)
    say(province, other, date(2020, 9, 2), "minh")

    def last(who):
        with province.read() as connection:
            event = dating.last_of(connection, who)
        return event and event.article

    assert (last("lan"), last("minh"), last("hoa")) == (other, other, None)
    say(province, other, None)
    assert last("lan") == undated[1]
    say(province, undated[1], None)
    assert last("lan") is None
