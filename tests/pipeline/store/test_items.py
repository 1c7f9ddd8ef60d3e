from dataclasses import replace
from datetime import date

import pytest

from crawlers.article import Media, Outcome
from pipeline.store import articles, clusters, fetches, labels, predictions
from pipeline.store.items import audit_items


def seen(store, model="m1", codebook="c1"):
    with store.read() as connection:
        return {item.article: item for item in audit_items(connection, model, codebook)}


def test_auditor_sees_words_of_reviewers_and_machine_apart(province, put, make_article, make_prediction, make_label):
    article = put(make_article())
    with province.begin() as connection:
        predictions.save(connection, [make_prediction(article)])
        labels.append(connection, [make_label(article, value=False), make_label(article, topic="elections")])
    item = seen(province)[article]
    assert (item.verified, item.rejected, item.machine) == ({"elections"}, {"congress"}, {"congress"})
    assert (item.scores["congress"], item.evidence["congress"]) == (0.75, "Họp.")
    assert (item.day, item.minutes) == (date(2020, 9, 21), 1.5)


def test_predictions_of_another_model_or_an_older_text_do_not_count(province, put, make_article, make_prediction):
    article = put(make_article())
    with province.begin() as connection:
        predictions.save(connection, [make_prediction(article)])
    assert seen(province, model="m2")[article].machine == frozenset()
    assert seen(province, codebook="c2")[article].machine == frozenset()
    put(make_article(body="Bản sửa."))
    assert seen(province)[article].machine == frozenset()


@pytest.mark.parametrize("state", ["doubtful", "undated"])
def test_date_that_is_not_sure_is_no_day(province, put, make_article, state):
    article = put(make_article(date_state=state))
    assert seen(province)[article].day is None


def test_reprint_carries_the_cluster_of_its_origin(province, put, make_article):
    origin, copy = put(make_article(1)), put(make_article(2))
    with province.begin() as connection:
        clusters.replace(connection, {origin: origin, copy: origin})
    items = seen(province)
    assert (items[origin].cluster, items[copy].cluster) == (origin, origin)


def test_media_of_unknown_length_are_told_of_the_newest_revision_only(province, put, make_article):
    article = put(make_article())  # its audio has no length
    assert seen(province)[article].untimed
    timed = [replace(each, duration_s=60.0) for each in make_article().media]
    put(make_article(body="Bản sửa.", media=tuple(timed)))
    assert not seen(province)[article].untimed
    other = put(make_article(2, media=(Media("video", "https://bao.example/2.mp4", 0.5),)))
    assert not seen(province)[other].untimed


@pytest.mark.parametrize("outcome", ["listing", "document", "section", "other", "duplicate"])
def test_page_that_is_called_something_else_takes_its_article_back(province, put, make_article, outcome):
    page, other = make_article(1), make_article(2)
    taken, kept = put(page), put(other)
    settle(province, page, "article", 1)
    settle(province, other, "article", 1)
    settle(province, page, outcome, 2)
    settle(province, page, "not_modified", 3)
    settle(province, page, "failed", 4)
    with province.read() as connection:
        assert [article.id for article in articles.stream(connection)] == [kept]
        assert articles.count(connection) == 1
        assert [each.id for each in predictions.pending(connection, "m1", "c1", ("0", "g"))] == [kept]
    assert list(seen(province)) == [kept]
    settle(province, page, "article", 5)
    assert set(seen(province)) == {taken, kept}


def test_article_read_again_as_a_list_in_the_same_night_counts_no_more(province, put, make_article):
    page = make_article()
    put(page)
    settle(province, page, "article", 1)
    settle(province, page, "listing", 1)
    assert seen(province) == {}


@pytest.mark.parametrize("outcome", ["failed", "not_modified", None])
def test_article_whose_page_is_gone_or_never_was_stays(province, put, make_article, outcome):
    page = make_article()
    identity = put(page)
    if outcome:
        settle(province, page, "article", 1)
        settle(province, page, outcome, 2)
    assert list(seen(province)) == [identity]


def settle(store, page, outcome, night):
    with store.begin() as connection:
        said = Outcome(page.source_id, page.url, page.url_key, outcome)
        fetches.save_outcome(connection, said, date(2020, 10, night))


def test_article_whose_page_is_emptied_later_stays(province, put, make_article):
    page = make_article(1)
    kept = put(page)
    settle(province, page, "article", 1)
    settle(province, page, "empty", 2)
    assert list(seen(province)) == [kept]
