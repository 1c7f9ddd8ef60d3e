import numpy as np
import pytest

from models.document import Document
from models.evaluate import evaluate
from models.folds import SHARES, Material, Plan, ask, cross_validate, curve, learn, models_to_train
from models.linear import Marked
from models.tagger import Tagger

from .conftest import CODEBOOK, SAID, SETTINGS, TOPICS, make


def material(count=90, seed=1):
    """Articles of which the first 40 are marked: the lines that were drawn for a topic."""
    words, labels = make(count, seed)
    marks = [
        Marked(row, lines, np.array([[int(line in SAID[topic]) for topic in TOPICS] for line in lines]))
        for row, lines in enumerate(words[:40])
    ]
    documents = [Document(lines[0], "\n".join(lines[1:])) for lines in words]
    return Material(CODEBOOK, documents, words, labels, marks)


def silent():
    """Counts nothing."""


@pytest.fixture(scope="module")
def toy():
    return material()


@pytest.fixture(scope="module")
def spoken(toy):
    plan = Plan(3, 2, np.arange(len(toy.labels)))
    return cross_validate(toy, plan, SETTINGS, {"same": toy.words, "empty": [[""]] * len(toy.labels)}, silent)


def test_parts_score_every_row_once_a_repeat_and_never_train_on_it():
    plan = Plan(3, 2, np.array([1, 4, 5, 8, 9, 10, 11]))
    seen = {0: [], 1: []}
    for repeat, train, test in plan.parts(12, 17):
        rows = plan.scored[test]
        assert not set(rows) & set(train)
        assert {0, 2, 3, 6, 7} < set(train)
        assert len(train) + len(test) == 12
        seen[repeat] += rows.tolist()
    assert [sorted(rows) for rows in seen.values()] == [plan.scored.tolist()] * 2
    assert seen[0] != seen[1]


def test_every_row_is_scored_anew_in_each_repeat(toy, spoken):
    assert spoken.scores.shape == spoken.decided.shape == (2, *toy.labels.shape)
    assert ((toy.labels == 1) == spoken.decided[0]).mean() > 0.95
    assert not np.array_equal(spoken.scores[0], spoken.scores[1])


def test_cutoffs_are_those_that_decided(spoken):
    assert np.array_equal(spoken.scores >= spoken.cutoffs, spoken.decided)


def test_variants_are_asked_of_the_first_repeat_s_models(spoken):
    assert np.array_equal(spoken.variants["same"][1], spoken.decided[0])
    assert not spoken.variants["empty"][1].any()


def test_evidence_of_true_topics_is_looked_up_among_the_marked_lines(toy, spoken):
    right = sum((spoken.decided[repeat][:40] & (toy.labels[:40] == 1)).sum() for repeat in range(2))
    assert len(spoken.shown) == right > 40
    assert sum(each.marked for each in spoken.shown) > 0.95 * right


def test_every_wrong_topic_has_the_line_that_spoke_for_it():
    toy = material()
    labels = toy.labels.copy()
    labels[:10, 0] = 1 - labels[:10, 0]
    wronged = Material(CODEBOOK, toy.documents, toy.words, labels, [])
    spoken = cross_validate(wronged, Plan(3, 1, np.arange(90)), SETTINGS, {}, silent)
    wrong = {tuple(cell) for cell in np.argwhere(spoken.decided[0] != (labels == 1))}
    assert set(spoken.lines) == wrong
    assert len(wrong) >= 8


def test_one_model_is_asked_for_the_scored_rows_alone(toy):
    rows = np.array([3, 5, 50])
    spoken = ask(toy, Tagger(CODEBOOK, None), rows, {})
    assert spoken.scores.shape == (1, 3, 2)
    assert {each.article for each in spoken.shown} <= {3, 5}


def test_topic_with_too_few_articles_is_left_to_its_cues(toy):
    labels = toy.labels.copy()
    labels[6:, 1] = 0
    tagger = learn(Material(CODEBOOK, toy.documents, toy.words, labels, []), np.arange(90), SETTINGS)
    assert (tagger.topics, tagger.cued) == (("harvest",), ("school",))
    assert learn(toy, np.arange(3), SETTINGS).cued == TOPICS


def test_curve_begins_with_the_cues_and_grows_with_articles(toy):
    trained = []
    plan = Plan(3, 1, np.arange(90))
    points = list(curve(toy, plan, SETTINGS, 2, lambda: trained.append(1)))
    assert [size for size, *_ in points] == [0, *(round(share * 60) for share in SHARES)]
    assert len(trained) == models_to_train(plan, 2) - 3 == 2 * 3 * len(SHARES)
    none, *_, half = (evaluate(TOPICS, toy.labels, scores, decided) for _, scores, decided in points)
    assert (none.repeats, half.repeats) == (2, 2)
    cues = evaluate(TOPICS, toy.labels, *Tagger(CODEBOOK, None).predict(toy.words))
    assert none.macro_f1 == cues.macro_f1
    assert half.macro_f1 > 0.8
