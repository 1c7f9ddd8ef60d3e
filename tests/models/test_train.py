import numpy as np
import pytest

from models.classifier import TopicClassifier
from models.codebook import UNLABELLED
from models.errors import ModelError
from models.evaluate import evaluate
from models.train import learnable, train

from .conftest import CODEBOOK, SETTINGS, TOPICS, make


def test_held_out_articles_of_the_toy_problem_are_known(toy, classifier):
    _, labels = toy
    scores, decided = classifier.held_out(labels)
    assert evaluate(TOPICS, labels, scores, decided).macro_f1 > 0.95


def test_held_out_articles_are_scored_by_models_that_have_not_seen_them():
    """Each article's label hangs on a word of its own: who has not seen it cannot know."""
    words = [[f"từ_{n}"] for n in range(60)]
    labels = np.array([[n % 2, 0] for n in range(60)], dtype=np.int8)
    _, decided = TopicClassifier(CODEBOOK, SETTINGS).fit(words, labels).held_out(labels)
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
