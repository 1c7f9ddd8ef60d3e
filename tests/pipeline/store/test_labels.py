from dataclasses import replace

import pytest

from pipeline.errors import StoreError
from pipeline.store import labels


@pytest.fixture
def article(put, make_article):
    return put(make_article())


def append(store, *events):
    with store.begin() as connection:
        return labels.append(connection, events)


def current(store):
    with store.read() as connection:
        return labels.current(connection)


def test_event_comes_back_as_it_was(province, article, make_label):
    event = make_label(article, model="m1", inclusion_probability=0.05, suggestion_seen=True)
    append(province, event)
    with province.read() as connection:
        assert list(labels.events(connection)) == [event]


def test_newest_word_is_the_current_label(province, article, make_label):
    append(province, make_label(article, value=False, minute=5), make_label(article, value=True, minute=1))
    append(province, make_label(article, topic="elections", value=True))
    assert current(province) == {article: {"congress": False, "elections": True}}


def test_later_arrival_wins_between_words_of_one_instant(province, article, make_label):
    append(province, make_label(article, value=True))
    append(province, make_label(article, value=False, reviewer="minh"))
    assert current(province) == {article: {"congress": False}}


def test_word_that_was_taken_back_counts_no_more(province, article, make_label):
    append(province, make_label(article, value=False, reviewer="minh"), make_label(article, value=True, minute=1))
    append(province, make_label(article, value=None, minute=2))
    assert current(province) == {article: {"congress": False}}
    append(province, make_label(article, value=None, minute=3, reviewer="minh"))
    assert current(province) == {}


def test_importing_a_file_twice_adds_nothing(province, article, make_label):
    events = [make_label(article, minute=minute) for minute in range(3)]
    assert append(province, *events, events[0]) == 3
    assert append(province, *events, make_label(article, minute=9)) == 1
    with province.read() as connection:
        assert len(list(labels.events(connection))) == 4


def test_correction_is_appended_and_the_old_word_stays(province, article, make_label):
    old, new = make_label(article, value=True), make_label(article, value=False, minute=1)
    append(province, old)
    append(province, new)
    with province.read() as connection:
        assert list(labels.events(connection)) == [old, new]


def test_label_of_an_unknown_article_appends_nothing(province, article, make_label):
    with pytest.raises(StoreError, match=r"labels: 1 articles are not in the store \(0{16}\); crawl or import them"):
        append(province, make_label(article), make_label("0" * 16))
    assert current(province) == {}


def test_naive_time_is_refused(province, article, make_label):
    event = make_label(article)
    with pytest.raises(ValueError, match="without zone"):
        append(province, replace(event, at=event.at.replace(tzinfo=None)))
