from dataclasses import replace

import numpy as np
import pytest

from models import artefact
from models.classifier import TopicClassifier
from models.codebook import UNLABELLED, Codebook
from models.linear import Marked

from .conftest import CODEBOOK, OTHER, SAID, SETTINGS, TOPICS, best_lines, make, scores_of


def f1(truth, decided):
    return 2 * (truth & decided).sum() / (truth.sum() + decided.sum())


def test_toy_problem_is_learnt(classifier, unseen):
    words, labels = unseen
    scores = scores_of(classifier, words)
    assert scores.shape == (60, 2)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert f1(labels == 1, scores >= classifier.thresholds_) > 0.97


def test_same_labels_and_seed_give_the_same_model(classifier, toy):
    again = TopicClassifier(CODEBOOK, SETTINGS).fit(*toy)
    assert artefact.version_of(again) == artefact.version_of(classifier)


def test_model_depends_on_its_codebook(classifier, toy):
    other = Codebook(tuple(replace(topic, cues=()) for topic in CODEBOOK.topics))
    assert artefact.version_of(TopicClassifier(other, SETTINGS).fit(*toy)) != artefact.version_of(classifier)


def test_restored_classifier_is_the_same(classifier, unseen):
    restored = TopicClassifier.restore(classifier.state())
    assert np.array_equal(scores_of(restored, unseen[0]), scores_of(classifier, unseen[0]))
    assert restored.topics == TOPICS


def test_scores_of_one_article_do_not_depend_on_the_others(classifier, unseen):
    words, _ = unseen
    together = scores_of(classifier, words[:5])
    alone = np.vstack([scores_of(classifier, [lines]) for lines in words[:5]])
    assert np.allclose(together, alone, atol=1e-6)


@pytest.mark.parametrize("topic", TOPICS)
def test_best_line_is_the_one_that_speaks_for_the_topic(classifier, topic):
    for said in SAID[topic]:
        lines = [OTHER[0], "", OTHER[1], said, OTHER[2]]
        assert best_lines(classifier, lines, [topic]) == {topic: 3}


def test_article_without_words_has_no_best_line(classifier):
    assert best_lines(classifier, [], TOPICS) == best_lines(classifier, [""], TOPICS) == {}
    assert scores_of(classifier, [[], [""]]).shape == (2, 2)


def test_no_article_gives_no_row(classifier):
    assert scores_of(classifier, []).shape == (0, 2)


def test_unlabelled_cells_teach_nothing():
    words, labels = make(120, seed=3)
    partial = labels.copy()
    partial[:60, 1] = UNLABELLED
    wrong = partial.copy()
    model = TopicClassifier(CODEBOOK, SETTINGS).fit(words, partial)
    assert f1(labels == 1, scores_of(model, words) >= model.thresholds_) > 0.97
    assert np.array_equal(partial, wrong)


def test_topic_with_one_kind_of_label_is_never_decided():
    words, labels = make(60)
    labels[:, 1] = 0
    model = TopicClassifier(CODEBOOK, SETTINGS).fit(words, labels)
    assert not (scores_of(model, words) >= model.thresholds_)[:, 1].any()


def test_marked_lines_teach_the_evidence():
    """Both lines always stand together: only the marks can tell which of them speaks for the topic."""
    words = [
        [OTHER[0], "xã có tin vui", "bà_con gặt lúa"] if n % 2 else [OTHER[0], OTHER[1], OTHER[2]] for n in range(80)
    ]
    labels = np.array([[n % 2, 0] for n in range(80)], dtype=np.int8)
    marks = [Marked(n, words[n], np.array([[0, 0], [1, 0], [0, 0]], dtype=np.int8)) for n in range(1, 40, 2)]
    plain = replace(CODEBOOK.topics[0], cues=())
    model = TopicClassifier(Codebook((plain, CODEBOOK.topics[1])), SETTINGS).fit(words, labels, marks)
    assert best_lines(model, words[1], ["harvest"]) == {"harvest": 1}
