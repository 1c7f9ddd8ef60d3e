import json

import numpy as np
import pytest

from models.classifier import UNLABELLED
from models.errors import ModelError
from models.evaluate import cross_validate, evaluate
from models.train import learnable, train

from .conftest import CODEBOOK, SETTINGS, TOPICS, make

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


def test_cross_validation_learns_the_toy_problem(toy):
    words, labels = toy
    scores, decided = cross_validate(CODEBOOK, words, labels, [], SETTINGS, 3)
    assert evaluate(TOPICS, labels, scores, decided).macro_f1 > 0.95


def test_cross_validation_does_not_see_what_it_scores():
    """Each article's label hangs on a word of its own: who has not seen it cannot know."""
    words = [[f"từ_{n}"] for n in range(60)]
    labels = np.array([[n % 2, 0] for n in range(60)], dtype=np.int8)
    _, decided = cross_validate(CODEBOOK, words, labels, [], SETTINGS, 5)
    agreed = (decided[:, 0] == (labels[:, 0] == 1)).mean()
    assert 0.2 < agreed < 0.8


def test_candidate_carries_its_card(toy):
    candidate = train(CODEBOOK, *toy, SETTINGS, sha256="ab", at="2020-10-01")
    assert candidate.classifier.topics == TOPICS
    assert candidate.card["cross_validated"] == candidate.scores.as_json()
    assert candidate.card["articles"] == 120
    assert (candidate.card["labels_sha256"], candidate.card["at"]) == ("ab", "2020-10-01")
    assert set(candidate.card["thresholds"]) == set(TOPICS)
    assert candidate.card["not_learnt"] == []


def test_topics_with_few_articles_are_left_to_their_cues():
    words, labels = make(120)
    labels[labels[:, 1] == 1, 1] = UNLABELLED
    candidate = train(CODEBOOK, words, labels, SETTINGS)
    assert candidate.classifier.topics == ("harvest",)
    assert candidate.card["not_learnt"] == ["school"]


def test_labels_that_teach_nothing_are_refused():
    with pytest.raises(ModelError, match="no topic has 8 articles for it"):
        learnable(CODEBOOK, np.zeros((30, 2)), [], SETTINGS)
