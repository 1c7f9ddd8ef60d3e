"""A candidate reigns only where the same readings show that it loses nowhere beyond the margin, and gains on the whole."""

import json

import numpy as np
import pytest

from pipeline.review.draw import permanent
from pipeline.review.gate import MIN_POSITIVES, Opinion, Ruling, judges, rule

TOPICS = ("congress", "youth", "rare", "rarer")


def judged(champion, candidate, labels, clusters=None, **given):
    """The ruling on decisions of both, with scores that say the same."""
    opinions = (Opinion(each.astype(float), each.astype(bool)) for each in (champion, candidate))
    names = clusters or [str(n) for n in range(len(labels))]
    settings = {"margin": 0.05, "level": 0.9, "seed": 17, "draws": 1_000} | given
    return rule(TOPICS, labels, names, *opinions, **settings)


@pytest.fixture
def labels():
    """400 articles: 100 of congress, 80 of youth, 12 and 10 of the rare topics."""
    found = np.zeros((400, 4), dtype=np.int8)
    for column, (first, last) in enumerate(((0, 100), (100, 180), (180, 192), (192, 202))):
        found[first:last, column] = 1
    return found


def missing(labels, column, number):
    """Decisions that are right but for the first `number` articles of a topic."""
    said = labels == 1
    said[np.flatnonzero(said[:, column])[:number], column] = False
    return said


def test_candidate_that_gains_and_loses_nowhere_is_promoted(labels):
    ruling = judged(missing(labels, 0, 30), missing(labels, 0, 5), labels)
    assert ruling.promotes
    assert [unit.topic for unit in ruling.units] == ["congress", "youth", ""]
    congress, youth, rest = ruling.units
    assert congress.champion == pytest.approx(2 * 70 / 170)
    assert congress.low > 0
    assert (youth.difference, youth.low) == (0, 0)
    assert (rest.topics, rest.positives, rest.judged) == (2, 22, True)
    assert ruling.gain == pytest.approx(congress.difference / 3)


def test_loss_in_one_topic_blocks_whatever_the_others_gain(labels):
    champion, candidate = missing(labels, 0, 60), missing(labels, 1, 20)
    ruling = judged(champion, candidate, labels)
    assert ruling.outcome == "worse"
    assert ruling.gain > 0
    assert [unit.topic for unit in ruling.units if unit.blocks] == ["youth"]
    assert judged(champion, candidate, labels, margin=0.5).promotes


def test_rare_topics_block_together(labels):
    ruling = judged(missing(labels, 0, 60), missing(labels, 2, 10), labels)
    assert [(unit.topic, unit.blocks) for unit in ruling.units] == [("congress", False), ("youth", False), ("", True)]


def test_same_model_gains_nothing(labels):
    ruling = judged(missing(labels, 0, 9), missing(labels, 0, 9), labels)
    assert (ruling.outcome, ruling.gain) == ("no_gain", 0)


@pytest.mark.parametrize("positives", [0, 1, MIN_POSITIVES - 1])
def test_too_few_positives_say_how_many_are_missing(labels, positives):
    few = np.zeros_like(labels)
    few[:positives, 0] = 1
    ruling = judged(labels * 0, few, few)
    assert (ruling.outcome, ruling.missing, ruling.gain) == ("few", MIN_POSITIVES - positives, None)


def test_no_reading_at_all_is_too_few(labels):
    none = labels[:0]
    ruling = judged(none, none, none)
    assert (ruling.outcome, ruling.missing, ruling.articles) == ("few", MIN_POSITIVES, 0)


def test_unlabelled_cells_count_for_nobody(labels):
    silent = labels.copy()
    silent[:, 1] = -1
    ruling = judged(missing(labels, 0, 30), missing(labels, 1, 80), silent)
    assert [unit.topic for unit in ruling.units] == ["congress", ""]
    assert ruling.promotes


def test_reprints_are_one_reading(labels):
    """Five losses are five texts, or one text printed five times: the latter says less, so its limit is wider."""
    champion, candidate = labels == 1, missing(labels, 0, 5)
    alone = judged(champion, candidate, labels).units[0].low
    names = ["reprint"] * 5 + [str(n) for n in range(5, 400)]
    together = judged(champion, candidate, labels, names)
    assert together.clusters == 396
    assert together.units[0].low < alone


def test_better_champion_and_no_calibration_are_told(labels):
    ruling = judged(missing(labels, 0, 50), missing(labels, 0, 0), labels)
    assert ruling.candidate.calibration_error == 0
    assert ruling.champion.calibration_error == pytest.approx(50 / labels.size)
    assert ruling.champion.recall == pytest.approx(152 / 202)
    assert 0.69 < ruling.champion.recall_low < 152 / 202 < ruling.candidate.recall_low < 1


def test_same_readings_and_seed_give_the_same_ruling_and_survive_json(labels):
    ruling = judged(missing(labels, 0, 30), missing(labels, 1, 4), labels)
    assert ruling == judged(missing(labels, 0, 30), missing(labels, 1, 4), labels)
    read = Ruling.from_json(json.loads(json.dumps(ruling.as_json())))
    assert read.as_json() == ruling.as_json()
    assert (read.outcome, read.missing, len(read.units)) == (ruling.outcome, 0, 3)


def test_judging_share_is_for_ever_and_independent_of_the_sample():
    ids = [f"{n:016x}" for n in range(4_000)]
    chosen = np.array([judges(17, each, 0.5) for each in ids])
    assert chosen.tolist() == [judges(17, each, 0.5) for each in ids]
    assert not any(judges(17, each, 0.0) for each in ids)
    assert all(judges(17, each, 1.0) for each in ids)
    drawn = permanent(17, ids) < 0.12
    assert 0.42 < chosen[drawn].mean() < 0.58
    assert all(judges(17, each, 0.6) for each in np.array(ids)[chosen])
