import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import identity

from pipeline.review.active import SEEDED_UNTIL, hashed, select, value

MANY = np.array([50, 50])
matrices = st.integers(1, 30).flatmap(
    lambda size: st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=size, max_size=size)
)


def pick(scores, wanted, *, cutoffs=(0.5, 0.5), positives=MANY, titles=None, clusters=None, **more):
    scores = np.array(scores)
    features = identity(len(scores), format="csr") if titles is None else hashed(titles)
    names = [str(n) for n in range(len(scores))] if clusters is None else clusters
    return select(scores, np.array(cutoffs), np.array(positives), features, names, wanted, **more)


def rows(picked):
    return [each.row for each in picked]


def test_most_unsure_comes_first_by_the_cut_off_of_its_own_topic():
    found = pick([[0.5, 0.001], [0.9, 0.001], [0.001, 0.1]], 3, cutoffs=(0.5, 0.1))
    assert set(rows(found)[:2]) == {0, 2}
    assert {each.row: each.topic for each in found}[2] == 1


def test_article_that_serves_two_topics_comes_before_one_that_serves_one():
    assert rows(pick([[0.5, 0.01], [0.45, 0.45]], 1)) == [1]


def test_rare_topic_has_its_share():
    scores = [[0.5, 0.01]] * 20 + [[0.01, 0.5]] * 20
    found = pick(scores, 10, positives=(200, 12))
    assert sum(each.topic == 1 for each in found) == 10


def test_topic_without_labels_is_seeded_with_what_its_keywords_found():
    found = pick([[0.5, 0.0], [0.5, 0.95], [0.5, 0.5]], 1, positives=(50, 0))
    assert rows(found) == [1]
    assert found[0].seed
    assert not pick([[0.5, 0.0]], 1, positives=(SEEDED_UNTIL, 0))[0].topic


def test_one_of_a_cluster_is_picked_and_none_of_one_that_is_taken():
    scores = [[0.5, 0.5]] * 5
    assert len(pick(scores, 5, clusters=["a", "a", "b", "b", "c"])) == 3
    assert rows(pick(scores, 5, clusters=["a", "a", "b", "b", "c"], taken=["b", "x"])) == [0, 4]


def test_what_is_alike_waits():
    titles = ["Khai mạc đại hội đảng bộ xã", "Khai mạc đại hội Đảng bộ xã", "Giá rau tăng sau mưa"]
    assert rows(pick([[0.5, 0.5], [0.49, 0.49], [0.3, 0.3]], 3, titles=titles)) == [0, 2, 1]


def test_what_is_known_already_teaches_nothing():
    known = np.array([[True, True], [True, False]])
    assert [(each.row, each.topic) for each in pick([[0.5, 0.5], [0.5, 0.3]], 2, known=known)] == [(1, 1)]


@settings(max_examples=50, deadline=None)
@given(matrices, st.integers(0, 40), st.lists(st.integers(0, 60), min_size=2, max_size=2))
def test_picks_are_distinct_no_more_than_wanted_and_longer_queues_begin_alike(scores, wanted, positives):
    found = rows(pick(scores, wanted, positives=positives))
    assert len(set(found)) == len(found) <= wanted
    assert rows(pick(scores, wanted + 5, positives=positives))[: len(found)] == found


@settings(max_examples=50, deadline=None)
@given(matrices)
def test_worth_is_finite_and_greatest_at_the_cut_off(scores):
    worth = value(np.array(scores), np.array([0.5, 0.2]), MANY)
    assert np.isfinite(worth).all()
    assert (worth <= value(np.array([[0.5, 0.2]]), np.array([0.5, 0.2]), MANY) + 1e-12).all()
