import json

import numpy as np
import pytest

from models.codebook import UNLABELLED
from models.evaluate import evaluate

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


def test_scores_fit_a_terminal_and_a_file():
    result = evaluate(TOPICS, LABELS, SCORES, SCORES >= 0.5)
    assert max(map(len, result.table())) <= 80
    assert json.loads(json.dumps(result.as_json()))["macro_f1"] == 0.75
