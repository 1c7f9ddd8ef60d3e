import numpy as np
import pytest

from models.calibration import calibration
from models.codebook import UNLABELLED

from .conftest import TOPICS

LABELS = np.array([[1, 0], [1, 0], [0, 0], [0, 1]])
SCORES = np.array([[0.9, 0.05], [0.7, 0.05], [0.1, 0.05], [0.1, 1.0]])


def test_brier_and_error_count_by_hand():
    both, harvest, school = calibration(TOPICS, LABELS, SCORES)
    assert harvest.brier == pytest.approx((0.01 + 0.09 + 0.01 + 0.01) / 4)
    assert harvest.error == pytest.approx((0.1 + 0.3 + 0.1 + 0.1) / 4)
    assert (both.topic, both.cells, school.topic) == ("", 8, "school")
    assert both.brier == pytest.approx((harvest.brier + school.brier) / 2)


def test_bins_hold_every_cell_once_and_certainty_has_a_bin():
    *_, school = calibration(TOPICS, LABELS, SCORES)
    assert [(each.low, each.high, each.cells) for each in school.bins] == [(0.0, 0.1, 3), (0.9, 1.0, 1)]
    assert [each.true for each in school.bins] == [0, 1]


def test_unlabelled_cells_count_neither_way():
    labels = LABELS.copy()
    labels[0, 0] = UNLABELLED
    assert [each.cells for each in calibration(TOPICS, labels, SCORES)] == [7, 3, 4]


def test_repeats_are_all_counted():
    both, *_ = calibration(TOPICS, LABELS, np.stack([SCORES, LABELS * 1.0]))
    assert both.cells == 16
    assert both.brier == pytest.approx(calibration(TOPICS, LABELS, SCORES)[0].brier / 2)


def test_probabilities_that_are_frequencies_have_no_error():
    drawn = np.random.default_rng(3)
    scores = drawn.random((20_000, 1))
    labels = (drawn.random((20_000, 1)) < scores).astype(int)
    _, topic = calibration(["a"], labels, scores)
    assert topic.error < 0.02
    assert calibration(["a"], labels, np.sqrt(scores))[1].error > 0.1
