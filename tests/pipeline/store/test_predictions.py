from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import select

from pipeline.store import predictions, schema
from pipeline.store.packed import pack_all, unpack
from pipeline.store.predictions import ReadBatch, Unread


@pytest.fixture
def two(put, make_article):
    return sorted(put(make_article(number)) for number in (1, 2))


def save(store, *made):
    with store.begin() as connection:
        predictions.save(connection, made)


def pending(store, model="m1", codebook="c1", first="0" * 16, last="f" * 16):
    with store.read() as connection:
        return [article.id for article in predictions.pending(connection, model, codebook, (first, last))]


def load(store, model="m1", codebook="c1"):
    with store.read() as connection:
        return predictions.load(connection, model, codebook)


def test_prediction_comes_back_as_it_was(province, two, make_prediction):
    made = make_prediction(two[0], score=0.1 + 0.2)
    save(province, made)
    assert load(province) == {two[0]: made}
    assert load(province, model="m2") == load(province, codebook="c2") == {}


def test_only_unread_articles_are_pending(province, two, make_prediction):
    assert pending(province) == two
    save(province, make_prediction(two[0]))
    assert pending(province) == [two[1]]
    assert pending(province, model="m2") == pending(province, codebook="c2") == two


def test_pending_keeps_to_its_range(province, two):
    assert pending(province, first=two[1]) == [two[1]]
    assert pending(province, last=two[0]) == [two[0]]


def test_saving_again_replaces(province, two, make_prediction):
    save(province, make_prediction(two[0], score=0.2), make_prediction(two[1]))
    save(province, make_prediction(two[0], score=0.9))
    assert load(province)[two[0]].scores["congress"] == 0.9
    assert len(load(province)) == 2


def test_prediction_for_an_older_text_is_stale(province, put, two, make_article, make_prediction):
    save(province, *map(make_prediction, two))
    edited = put(make_article(1, body="Bài đã được viết lại."))
    assert edited not in load(province)
    assert pending(province) == [edited]


def test_edited_date_keeps_the_prediction(province, put, two, make_article, make_prediction):
    save(province, *map(make_prediction, two))
    put(make_article(1, published=None, date_state="undated"))
    assert pending(province) == []


def test_saving_nothing_is_allowed(province):
    save(province)
    assert load(province) == {}


def test_text_that_was_pending_is_read_though_a_newer_one_has_come(province, put, two, make_article):
    with province.read() as connection:
        unread = predictions.pending(connection, "m1", "c1", ("0" * 16, "f" * 16))
        before = predictions.texts(connection, unread)
    put(make_article(1, title="Tin mới", body="Bài đã được viết lại."))
    with province.read() as connection:
        assert predictions.texts(connection, unread) == before
        again = predictions.texts(connection, predictions.pending(connection, "m1", "c1", ("0" * 16, "f" * 16)))
    assert before.keys() == again.keys() == set(two)
    assert sum(before[article] != again[article] for article in two) == 1


def test_predictions_of_different_topics_are_packed_each_as_alone():
    rows = [({"b": 0.5, "a": 0.25}, ("b",)), ({"a": 0.25}, ()), ({"a": 1.0}, ("b",)), ({"a": 0.75, "b": 0.0}, ("a",))]
    made = pack_all(rows)
    assert made == [pack_all([row])[0] for row in rows]
    assert made[2] is None  # decided without a score
    scores, decided = unpack([made[0], made[3]], 2)
    assert scores.tolist() == [[0.25, 0.5], [0.75, 0.0]]
    assert decided.tolist() == [[False, True], [True, False]]
    assert pack_all([]) == []


def test_batch_is_stored_as_its_predictions_are(province, two, make_prediction):
    topics = {"elections": 1e-06, "congress": 0.75, "100%": 0.3333}  # in the codebook's order, not in that of ids
    made = [replace(make_prediction(each), scores=topics, topics=(), evidence={}) for each in two]
    made[1] = replace(made[1], topics=("elections", "congress"), evidence={"elections": "Bầu.", "congress": "“Họp”."})
    save(province, *made)
    alone = rows(province)
    batch = ReadBatch(
        model="m1",
        codebook="c1",
        articles=[Unread(each.article, each.content_hash) for each in made],
        topics=tuple(topics),
        scores=np.array([list(topics.values())] * 2),
        decided=np.array([[False] * 3, [True, True, False]]),
        evidence={1: made[1].evidence},
    )
    with province.begin() as connection:
        predictions.save_rows(connection, predictions.batch_rows(batch))
    assert rows(province) == alone
    assert load(province)[two[1]] == made[1]


def rows(store):
    with store.read() as connection:
        return [tuple(row) for row in connection.execute(select(schema.predictions).order_by("article_id"))]
