import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.review.suspects import LEAST_POSITIVES, UNLABELLED, able, by_text, suspects


def judged(articles=2_000, share=0.2, seed=3):
    """Gives labels, calibrated out-of-fold scores of them, and the rows whose labels were turned round."""
    random = np.random.default_rng(seed)
    scores = np.where(random.random(articles) < share, random.beta(6, 1, articles), random.beta(1, 12, articles))
    labels = (random.random(articles) < scores).astype(np.int8)
    wrong = random.choice(articles, articles // 50, replace=False)
    labels[wrong] = 1 - labels[wrong]
    return labels.reshape(-1, 1), scores.reshape(-1, 1), set(wrong.tolist())


def test_suspects_are_far_oftener_wrong_than_the_rest():
    labels, scores, wrong = judged()
    found = {each.row for each in suspects(["a"], labels, scores)}
    assert len(found & wrong) > 0.7 * len(wrong)
    assert len(found & wrong) > 10 * len(wrong) / len(labels) * len(found)


def test_least_confident_label_comes_first_and_says_what_it_was():
    labels, scores, _ = judged()
    found = suspects(["a"], labels, scores)
    confidences = [each.confidence for each in found]
    assert confidences == sorted(confidences)
    for each in found[:20]:
        assert each.said == (labels[each.row, 0] == 1)
        assert each.confidence == (each.score if each.said else 1 - each.score)


def test_rare_topic_is_passed_over():
    labels = np.zeros((500, 2), dtype=np.int8)
    labels[: LEAST_POSITIVES - 1, 0] = 1
    labels[:LEAST_POSITIVES, 1] = 1
    scores = np.where(np.arange(500)[:, None] == 499, 0.99, labels * 0.9)
    assert able(["rare", "enough"], labels) == ("enough",)
    assert [(each.topic, each.row) for each in suspects(["rare", "enough"], labels, scores)] == [("enough", 499)]


def test_reprints_are_one_text_with_the_first_word_on_each_topic():
    labels = np.array([[1, UNLABELLED], [0, 0], [0, 1], [UNLABELLED, 0]], dtype=np.int8)
    first, text, merged = by_text(["a", "b", "a", "a"], labels)
    assert (first.tolist(), text.tolist()) == ([0, 1], [0, 1, 0, 0])
    assert merged.tolist() == [[1, 1], [0, 0]]
    assert labels[0].tolist() == [1, UNLABELLED]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1_999))
def test_cell_that_nobody_labelled_is_no_suspect_and_changes_no_other(row):
    labels, scores, _ = judged()
    before = {each.row for each in suspects(["a"], labels, scores)}
    hidden = labels.copy()
    hidden[row] = UNLABELLED
    after = {each.row for each in suspects(["a"], hidden, scores)}
    assert row not in after
    assert len(before ^ after) < 5  # what is usual moves by a two-thousandth
