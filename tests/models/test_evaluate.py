import json

import numpy as np
import pytest

from models.codebook import UNLABELLED
from models.evaluate import compare, evaluate

from .conftest import TOPICS

LABELS = np.array([[1, 0], [1, 1], [0, 0], [0, 0]])
SCORES = np.array([[0.9, 0.1], [0.4, 0.8], [0.6, 0.2], [0.1, 0.3]])


def test_scores_count_by_hand():
    result = evaluate(TOPICS, LABELS, SCORES, SCORES >= 0.5)
    first, second = result.topics
    assert (first.positives, first.precision, first.recall, first.f1) == (2, 0.5, 0.5, 0.5)
    assert (second.precision, second.recall, second.f1) == (1, 1, 1)
    assert result.macro_f1 == 0.75
    assert result.micro_f1 == pytest.approx(2 * 2 / (3 + 3))


def test_unlabelled_cells_count_neither_way():
    labels = LABELS.copy()
    labels[2, 0] = UNLABELLED
    assert evaluate(TOPICS, labels, SCORES, SCORES >= 0.5).topics[0].precision == 1


def test_topic_without_a_positive_is_left_out_of_the_mean():
    labels = np.array([[1, 0], [0, 0]])
    result = evaluate(TOPICS, labels, labels * 1.0, labels == 1)
    assert result.macro_f1 == 1
    assert result.topics[1].average_precision is None


def test_intervals_hold_the_score_and_do_not_depend_on_chance():
    first, again = (evaluate(TOPICS, LABELS, SCORES, SCORES >= 0.5, seed=3) for _ in range(2))
    assert first == again
    assert all(topic.low <= topic.f1 <= topic.high for topic in first.topics)


def test_scores_fit_a_file():
    result = evaluate(TOPICS, LABELS, SCORES, SCORES >= 0.5)
    assert json.loads(json.dumps(result.as_json()))["macro_f1"] == 0.75


def test_repeats_are_averaged_and_widen_nothing_that_they_agree_on():
    once = evaluate(TOPICS, LABELS, SCORES, SCORES >= 0.5)
    twice = evaluate(TOPICS, LABELS, np.stack([SCORES, SCORES]), np.stack([SCORES >= 0.5, SCORES >= 0.5]))
    assert (twice.repeats, twice.macro_f1, twice.micro_f1) == (2, once.macro_f1, once.micro_f1)
    mixed = evaluate(TOPICS, LABELS, np.stack([SCORES, 1 - SCORES]), np.stack([SCORES >= 0.5, SCORES < 0.5]))
    assert mixed.topics[1].f1 == pytest.approx((once.topics[1].f1 + 0) / 2)
    assert mixed.topics[1].low == 0


def test_model_against_itself_differs_by_nothing():
    decided = SCORES >= 0.5
    assert all(
        (each.difference, each.low, each.high) == (0, 0, 0) for each in compare(TOPICS, LABELS, decided, decided)
    )


def test_difference_is_own_minus_other_topic_by_topic():
    macro, harvest, school = compare(TOPICS, LABELS, LABELS == 1, SCORES >= 0.5)
    assert (macro.topic, harvest.topic, school.topic) == ("", *TOPICS)
    assert (harvest.own, harvest.other, harvest.difference) == (1, 0.5, 0.5)
    assert macro.difference == pytest.approx((0.5 + 0) / 2)
    assert macro.low <= macro.difference <= macro.high


def test_topic_without_a_positive_stays_out_of_the_mean_difference():
    labels = np.array([[1, 0], [0, 0]])
    macro, *_ = compare(TOPICS, labels, labels == 1, np.zeros((2, 2), dtype=bool))
    assert macro.difference == 1
