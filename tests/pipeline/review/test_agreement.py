import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.review.agreement import LEAST_ARTICLES, agreement, alpha, counts, interval, shared

cells = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=30).map(
    lambda rows: np.array(rows, dtype=np.int64).reshape(len(rows), 2)
)

# The worked examples of Krippendorff, "Computing Krippendorff's alpha-reliability" (2011).
TWO_OBSERVERS = ("0100000000", "1110010100")
FOUR_OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def table(observers, values):
    return np.array([[unit.count(value) for value in values] for unit in zip(*observers, strict=True)])


def test_alpha_of_two_observers_is_that_of_the_literature():
    assert alpha(table(TWO_OBSERVERS, "01")) == pytest.approx(0.095, abs=5e-4)


def test_alpha_of_four_observers_with_missing_readings_is_that_of_the_literature():
    assert alpha(table(FOUR_OBSERVERS, "12345")) == pytest.approx(0.743, abs=5e-4)


@settings(max_examples=50, deadline=None)
@given(cells)
def test_alpha_is_at_most_one_and_one_only_for_readers_who_never_part(units):
    found = alpha(units)
    parted = ((units > 0).all(axis=1)).any()
    if found is not None:
        assert found <= 1
        assert (found == 1) == (not parted)


@settings(max_examples=50, deadline=None)
@given(cells, st.randoms(use_true_random=False))
def test_order_of_articles_the_names_of_values_and_single_readings_change_nothing(units, random):
    order = list(range(len(units)))
    random.shuffle(order)
    other = np.vstack([units[order][:, ::-1], [[1, 0], [0, 1]]])
    assert alpha(other) == pytest.approx(alpha(units)) if alpha(units) is not None else alpha(other) is None


def test_readers_who_toss_coins_have_an_alpha_of_nearly_zero():
    tossed = np.random.default_rng(5).integers(0, 2, (4_000, 2))
    assert abs(alpha(np.stack([2 - tossed.sum(axis=1), tossed.sum(axis=1)], axis=1))) < 0.05


def test_last_word_of_a_reviewer_counts():
    said = [("b", "lan", True), ("a", "lan", False), ("a", "minh", True), ("a", "lan", True)]
    assert counts(said).tolist() == [[0, 2], [0, 1]]


def test_interval_holds_alpha_and_is_the_same_for_the_same_seed():
    units = np.array([[2, 0]] * 30 + [[0, 2]] * 15 + [[1, 1]] * 5)
    low, high = interval(units, 17)
    assert low < alpha(units) < high <= 1
    assert interval(units, 17) == (low, high)


def test_few_articles_have_an_alpha_but_no_interval():
    units = np.array([[2, 0]] * (LEAST_ARTICLES - 3) + [[0, 2], [1, 1]])
    assert alpha(units) is not None
    assert interval(units, 17) is None


def test_topic_that_nobody_gave_has_no_alpha():
    said = [(str(article), who, False) for article in range(20) for who in ("lan", "minh")]
    (found,) = agreement({"congress": said}, 17)
    assert (found.articles, found.readings, found.parted, found.yes) == (20, 40, 0, 0)
    assert (found.alpha, found.low, found.high) == (None, None, None)


def test_shared_yes_is_the_share_of_either_readers_yes_that_the_other_gives_too():
    """Two readers, 10 articles: 3 both yes, 2 one yes, 5 both no: 2 * 3 / (2 * 3 + 2)."""
    units = np.array([[0, 2]] * 3 + [[1, 1]] * 2 + [[2, 0]] * 5 + [[0, 1]] * 4)
    assert shared(units) == pytest.approx(0.75)
    assert shared(np.array([[2, 0]])) == shared(np.zeros((0, 2), dtype=np.int64)) == 1.0
