import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.thresholds import best_threshold, calibrate, sigmoid


def test_cut_off_parts_what_can_be_parted():
    scores = np.array([0.1, 0.2, 0.3, 0.7, 0.8, 0.9])
    truth = np.array([0, 0, 0, 1, 1, 1])
    assert 0.3 < best_threshold(scores, truth) <= 0.7


def test_topic_without_a_positive_gets_one_half():
    assert best_threshold(np.array([0.9, 0.1]), np.array([0, 0])) == 0.5


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1)), min_size=1, max_size=60))
def test_cut_off_of_any_scores_lies_between_zero_and_one(rows):
    scores, truth = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    cut = best_threshold(scores, truth)
    assert 0.01 <= cut <= 0.99


def test_calibration_gives_probabilities_that_match_frequencies():
    random = np.random.default_rng(5)
    margins = random.normal(0, 2, 4_000)
    truth = (random.random(4_000) < sigmoid(0.5 * margins - 1)).astype(int)
    slope, offset = calibrate(margins, truth)
    assert slope == pytest.approx(0.5, abs=0.06)
    assert offset == pytest.approx(-1, abs=0.12)


def test_calibration_without_contrast_changes_nothing():
    assert calibrate(np.array([1.0, 2.0]), np.array([1, 1])) == (1.0, 0.0)


def test_calibration_never_turns_the_order_round():
    slope, _ = calibrate(np.array([3.0, 2.0, -2.0, -3.0]), np.array([0, 0, 1, 1]))
    assert slope > 0


def test_sigmoid_does_not_overflow():
    assert sigmoid(np.array([-1e9, 0.0, 1e9])).tolist() == [0.0, 0.5, 1.0]
