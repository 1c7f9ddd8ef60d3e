import json

import numpy as np
import pytest

from models.assess import MISTAKES, against, assess, learning_curve, worsened
from models.codebook import UNLABELLED
from models.document import Document
from models.folds import Material, Shown, Spoken
from models.perturb import VARIANTS
from models.slices import SLICES

from .conftest import CODEBOOK, TOPICS

LABELS = np.array([[1, 0], [0, 1], [1, 1], [0, UNLABELLED]], dtype=np.int8)
SCORES = np.array([[0.9, 0.8], [0.2, 0.9], [0.3, 0.7], [0.6, 0.9]])
DOCUMENTS = [Document(f"Bài {n}", f"Câu một của bài {n}. Câu hai của bài {n}.") for n in range(5)]


def told(**changes):
    """What a model with cut-offs of one half said of rows 1 to 4 of five; row 0 is trained on only."""
    decided = SCORES >= 0.5
    parts = {
        "rows": np.arange(1, 5),
        "scores": SCORES[np.newaxis],
        "decided": decided[np.newaxis],
        "cutoffs": np.full((1, 4, 2), 0.5),
        "unsure": ((SCORES >= 0.25) & (SCORES < 0.75))[np.newaxis],
        "variants": {"lead_only": (SCORES, np.zeros_like(decided))},
        "lines": {(1, 1): 2, (3, 0): 1},
        "shown": [Shown(1, 0, marked=True), Shown(2, 1, marked=True), Shown(3, 1, marked=False)],
    }
    return Spoken(**(parts | changes))


@pytest.fixture
def material():
    labels = np.vstack([[[1, 1]], LABELS]).astype(np.int8)
    return Material(CODEBOOK, DOCUMENTS, [], labels, [])


@pytest.fixture
def found(material):
    return assess(
        material, told(), ids=["", "a", "b", "c", "d"], columns={"readers": ["1", "2", "2", "1", "2"]}, seed=1, folds=3
    )


def test_only_the_scored_articles_count(found):
    assert (found.articles, found.scores.articles, found.scores.folds) == (5, 4, 3)
    assert found.scores.topics[0].positives == 2
    assert found.calibration[0].cells == 7


def test_doubt_is_counted_over_all_and_by_topic(found):
    """In doubt are, of harvest, 0.3 (true) and 0.6 (false); of school 0.7 (true): 0.9 and 0.2 lie beside the bands."""
    assert [(each.topic, each.articles, each.unsure, each.true) for each in found.doubt] == [
        ("", 4, 2, 2 / 3),
        ("harvest", 4, 2, 1 / 2),
        ("school", 3, 1, 1.0),
    ]
    assert [(each.precision, each.recall) for each in found.doubt] == [(2 / 3, 1.0), (1.0, 1.0), (0.5, 1.0)]


def test_slices_are_the_named_ones_and_those_of_the_columns(found):
    assert [each.name for each in found.slices] == [*SLICES, "readers=1", "readers=2"]
    assert [each.articles for each in found.slices[-2:]] == [1, 3]


def test_variant_stands_beside_the_articles_as_they_were(found):
    (variant,) = found.variants
    assert (variant.name, variant.macro_before, variant.macro_f1) == ("lead_only", found.scores.macro_f1, 0)
    assert variant.difference == -found.scores.macro_f1
    assert variant.low <= variant.difference <= variant.high
    assert (variant.micro_before, variant.micro_f1) == (found.scores.micro_f1, 0)


def test_mistakes_name_article_score_and_what_misled(found):
    said = [(each.topic, each.kind, each.id, each.score, each.sentence) for each in found.mistakes]
    assert said == [
        ("harvest", "wrong", "d", 0.6, ""),
        ("harvest", "missed", "c", 0.3, "Câu một của bài 3."),
        ("school", "wrong", "a", 0.8, "Câu hai của bài 1."),
    ]


def test_surest_mistakes_come_first_and_are_few(material):
    many = Material(CODEBOOK, DOCUMENTS * 4, [], np.zeros((20, 2), dtype=np.int8), [])
    scores = np.tile(np.linspace(0.6, 0.9, 20)[:, np.newaxis], (1, 2))
    arrays = {name: np.stack([value]) for name, value in (("scores", scores), ("decided", scores > 0))}
    spoken = told(
        rows=np.arange(20),
        cutoffs=np.full((1, 20, 2), 0.5),
        unsure=np.zeros((1, 20, 2), bool),
        variants={},
        lines={},
        shown=[],
        **arrays,
    )
    found = assess(many, spoken, ids=[str(n) for n in range(20)], columns={}, seed=1)
    harvest = [each.id for each in found.mistakes if each.topic == "harvest"]
    assert harvest == ["19", "18", "17", "16", "15"][:MISTAKES]


def test_evidence_is_counted_over_all_and_by_topic(found):
    assert [(each.topic, each.shown, each.marked) for each in found.evidence] == [
        ("", 3, 2),
        ("harvest", 1, 1),
        ("school", 2, 1),
    ]
    assert found.evidence[0].low < 2 / 3 < found.evidence[0].high


def test_without_marked_sentences_there_is_no_evidence_score(material):
    assert assess(material, told(shown=[]), ids=[""] * 5, columns={}, seed=1).evidence == ()


def test_everything_goes_into_json_with_the_scores_on_top(material, found):
    other = against(material, told(), SCORES < 0.5, 1, model="abc", flattered=True)
    points = [(0, SCORES, SCORES >= 0.7)]
    curve = learning_curve(material, told(), points, (3, found.scores), 1)
    whole = json.loads(json.dumps({**found.as_json(), "against": other.model, "curve": [p.articles for p in curve]}))
    assert whole["macro_f1"] == round(found.scores.macro_f1, 4)
    assert (whole["rows"], whole["articles"], whole["curve"]) == (5, 4, [0, 3])
    assert {"topics", "calibration", "doubt", "slices", "variants", "evidence", "mistakes"} < set(whole)
    assert [each.topic for each in other.differences] == ["", *TOPICS]
    assert other.differences[0].own == pytest.approx(found.scores.macro_f1)


def test_articles_are_worsened_in_every_way(material):
    made = worsened(material, np.array([1, 2]), 1)
    assert list(made) == list(VARIANTS)
    assert all(len(words) == 2 for words in made.values())
    assert made["no_diacritics"][0][0].isascii()
