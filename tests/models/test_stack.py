import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codebook import UNLABELLED, Codebook, Topic
from models.features import Features
from models.settings import TrainSettings
from models.stack import VIEWS, Stack, views_of

CODEBOOK = Codebook((Topic("a", "", "", "", cues=("lúa",)), Topic("b", "", "", ""), Topic("c", "", "", "")))
ARTICLES = [["tin", "lúa chín", "xe", "mây", "chợ", "lúa"], ["lúa"], []]


@pytest.fixture(scope="module")
def views():
    corpus = Features(CODEBOOK, TrainSettings(min_df=1, max_df=1.0)).fit(ARTICLES).corpus(ARTICLES)
    own = np.array([[2.0, -1.0, 1.0], [0.0, 3.0, -2.0], [-5.0, -6.0, -7.0]])
    lines = np.array([[-3, 0, 0], [4, 0, 0], [-1, 0, 0], [-2, 0, 0], [2, 0, 0], [3, 0, 0], [1, -1, 5]], dtype=float)
    return views_of(own, lines, corpus)


def view(views, name):
    return views[:, :, VIEWS.index(name)]


def test_views_of_an_article_and_its_lines(views):
    assert view(views, "article")[:, 0].tolist() == [2, 0, -5]
    assert view(views, "best_line")[:2, 0].tolist() == [4, 1]
    assert view(views, "best_2_lines")[:2, 0].tolist() == [3.5, 1]
    assert view(views, "best_4_lines")[:2, 0].tolist() == [2, 1]
    assert view(views, "title")[:2, 0].tolist() == [-3, 1]
    assert view(views, "lead")[:2, 0].tolist() == [4, 1]  # the title where there is no lead
    assert view(views, "mean_line")[0, 0] == pytest.approx(0.5)
    assert view(views, "lines_for")[0] == pytest.approx([np.log(4), 0, 0])
    assert view(views, "cue_lines")[0] == pytest.approx([np.log(3), 0, 0])
    assert view(views, "cues")[1] == pytest.approx([np.log(3), 0, 0])  # a title counts twice
    assert view(views, "title_cues")[:2, 0].tolist() == [0, 1]
    assert view(views, "length")[0] == pytest.approx([np.log(6)] * 3)


@given(st.lists(st.lists(st.sampled_from([-2.0, 0.0, 0.5, 3.0]), min_size=1, max_size=7), min_size=1, max_size=4))
def test_best_lines_are_counted_one_by_one_though_they_are_equal(articles):
    empty = Features(Codebook((Topic("a", "", "", ""),)), TrainSettings(min_df=1, max_df=1.0))
    words = [["x"] * len(lines) for lines in articles]
    lines = np.array([[margin] for each in articles for margin in each])
    before = lines.copy()
    views = views_of(np.zeros((len(articles), 1)), lines, empty.fit([["x"], ["y"]]).corpus(words))
    for number, each in enumerate(articles):
        for most, name in ((1, "best_line"), (2, "best_2_lines"), (4, "best_4_lines")):
            assert view(views, name)[number, 0] == np.mean(sorted(each)[-most:])
    assert (lines == before).all()


def test_other_topics_are_the_strongest_of_the_others(views):
    assert view(views, "other_article").tolist() == [[1, 2, 2], [3, 0, 3], [-6, -5, -5]]
    assert view(views, "other_lines")[1].tolist() == [5, 5, 1]


def test_article_without_a_line_has_its_own_margin_only(views):
    assert view(views, "best_line")[2].tolist() == view(views, "length")[2].tolist() == [0, 0, 0]


def test_weights_are_learnt_for_all_topics_together():
    random = np.random.default_rng(0)
    rows = random.normal(size=(200, 3, len(VIEWS)))
    truth = (rows[:, :, 1] > 0).astype(np.int8)
    partial = truth.copy()
    partial[:150, 2] = UNLABELLED
    partial[:, 0] = UNLABELLED
    margins = Stack.fit(rows, partial, 1).margins(rows)
    assert ((margins > 0) == (truth == 1)).mean() > 0.95


def test_one_kind_of_label_leaves_the_article_alone():
    rows = np.random.default_rng(0).normal(size=(20, 1, len(VIEWS)))
    margins = Stack.fit(rows, np.zeros((20, 1), dtype=np.int8), 1).margins(rows)
    assert np.corrcoef(margins[:, 0], rows[:, 0, 0])[0, 1] == pytest.approx(1)


def test_what_lies_beyond_the_articles_learnt_from_says_no_more_than_they_do():
    """Labels of nearly one length, in which the longer ones have the topic, and an article that is far shorter."""
    random = np.random.default_rng(0)
    rows = random.normal(size=(200, 1, len(VIEWS)))
    length = VIEWS.index("length")
    rows[:, 0, length] = 2 + 0.01 * random.normal(size=200)
    stack = Stack.fit(rows, (rows[:, :, length] > 2).astype(np.int8), 1)
    far, near = rows[:1].copy(), rows[:1].copy()
    far[0, 0, length], near[0, 0, length] = 0.5, rows[:, 0, length].min()
    assert stack.margins(far) == stack.margins(near)
    assert stack.addends(far).sum() + stack.intercept == pytest.approx(stack.margins(far)[0, 0])
