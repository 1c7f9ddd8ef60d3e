import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codebook import UNLABELLED
from models.thresholds import LEAST, Cut, band, best_threshold, calibrate, sigmoid, threshold_for_recall


def test_cut_off_is_half_of_the_best_expected_f1():
    scores = np.array([0.9, 0.8, 0.1, 0.1])
    by_hand = max(2 * 0.9 / (1 + 1.9), 2 * 1.7 / (2 + 1.9), 2 * 1.8 / (3 + 1.9), 2 * 1.9 / (4 + 1.9)) / 2
    assert best_threshold(scores) == pytest.approx(by_hand)


def test_sure_scores_are_cut_in_the_middle():
    assert best_threshold(np.array([1.0, 1.0, 0.0, 0.0])) == 0.5


def test_rare_topic_is_not_decided_by_next_to_nothing():
    assert best_threshold(np.full(100, 1e-4)) == LEAST


@given(st.lists(st.floats(0, 1), max_size=60))
def test_cut_off_of_any_scores_lies_within_bounds(scores):
    assert LEAST <= best_threshold(np.array(scores)) <= 0.5


def test_cut_off_is_near_the_best_one_for_calibrated_scores():
    random = np.random.default_rng(4)
    scores = random.beta(0.3, 1.5, 20_000)
    truth = random.random(20_000) < scores

    def f1(cut):
        return 2 * (truth & (scores >= cut)).sum() / (truth.sum() + (scores >= cut).sum())

    assert f1(best_threshold(scores)) > max(f1(cut) for cut in np.linspace(0.05, 0.95, 91)) - 0.005


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


def test_cut_off_for_a_recall_finds_so_many():
    scores, truth = np.array([0.9, 0.8, 0.7, 0.3, 0.2, 0.6]), np.array([1, 1, 0, 1, 1, 0])
    assert [threshold_for_recall(scores, truth, recall) for recall in (0.5, 0.75, 0.76, 1.0)] == [0.8, 0.3, 0.2, 0.2]
    assert threshold_for_recall(scores, np.zeros(6), 0.9) == 0.5


@pytest.mark.parametrize(("recall", "count", "least"), [(0.55, 100, 55), (0.7, 10, 7), (0.29, 100, 29)])
def test_cut_off_for_a_recall_finds_no_article_more_for_a_rounded_product(recall, count, least):
    scores = np.arange(count) / count
    assert (scores >= threshold_for_recall(scores, np.ones(count), recall)).sum() == least


def test_band_of_doubt_holds_its_promises():
    random = np.random.default_rng(6)
    scores = random.beta(0.4, 1.2, 5_000)
    truth = (random.random(5_000) < scores).astype(int)
    low, high = band(scores, truth, 0.4)
    assert low < 0.4 < high
    assert truth[scores >= high].mean() == pytest.approx(0.9, abs=0.02)
    assert truth[scores >= low].sum() / truth.sum() == pytest.approx(0.95, abs=0.01)


def test_band_without_a_sure_score_is_open_above():
    _, high = band(np.array([0.9, 0.8, 0.7]), np.array([0, 1, 0]), 0.5)
    assert high > 1


def test_cut_of_unlabelled_cells_is_that_of_the_others():
    random = np.random.default_rng(7)
    margins = random.normal(size=(400, 2))
    labels = (margins + random.normal(size=(400, 2)) > 1).astype(np.int8)
    partial = np.where(np.arange(400)[:, None] < 100, UNLABELLED, labels)
    found, expected = Cut.of(margins, partial), Cut.of(margins[100:], labels[100:])
    assert found.thresholds.tolist() == expected.thresholds.tolist()
    assert found.unsure_to.tolist() == expected.unsure_to.tolist()
    scores = found.scores(margins)
    assert (found.unsure(scores) <= (scores >= found.unsure_from)).all()
    assert 0 < found.unsure(scores).mean() < 1


def test_cut_for_a_recall_decides_more():
    random = np.random.default_rng(8)
    margins = random.normal(size=(300, 1))
    labels = (margins + random.normal(size=(300, 1)) > 1).astype(np.int8)
    cut = Cut.of(margins, labels, recall=0.95)
    assert (cut.scores(margins) >= cut.thresholds)[labels == 1].mean() >= 0.95
    assert cut.thresholds < Cut.of(margins, labels).thresholds
