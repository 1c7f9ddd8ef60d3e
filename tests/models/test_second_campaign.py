"""A directive of another subject, with the same code: from its cues alone, then from 100 labelled articles.

The campaign and its 260 articles were written for this: the cues first, the articles after them.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.artefact import read_manifest
from models.evaluate import evaluate
from models.folds import Material, learn
from models.settings import TrainSettings
from models.tagger import Tagger
from pipeline.config import load_config
from pipeline.documents import read_labelled, segmented
from pipeline.steps.model import model_folder

PROJECT = Path(__file__).parents[2]
SECOND = PROJECT / "pipeline" / "sample" / "second"
LABELS = SECOND / "labels.jsonl"
SEED = 17

# What was measured, less a margin of some 0.04; over eight draws of 100 the second moves by 0.02.
FROM_CUES = 0.47  # macro F1 on all articles; measured 0.510
FROM_100 = 0.62  # macro F1 on the 160 articles that the 100 leave, where cues have 0.51; measured 0.666


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """The campaign in a folder of its own, as an office has it."""
    return load_config(Path(shutil.copy(SECOND / "config.toml", tmp_path_factory.mktemp("second"))))


@pytest.fixture(scope="module")
def labelled(config):
    return read_labelled(LABELS, config.codebook.ids)


@pytest.fixture(scope="module")
def material(config, labelled):
    words, marked = segmented(labelled)
    return Material(config.codebook, labelled.documents, words, labelled.labels, marked)


def test_it_is_another_directive_with_topics_of_its_own(config):
    first = load_config(PROJECT / "config.toml")
    assert len(config.topics) == 7
    assert not set(config.codebook.ids) & set(first.codebook.ids)
    assert all(topic.definition and topic.cues and topic.exclusions and topic.clauses for topic in config.topics)
    assert {duty.topic for duty in config.duties} == set(config.codebook.ids)


def test_its_articles_are_as_long_as_a_short_news_item(labelled):
    lengths = [len(f"{document.title} {document.body}".split()) for document in labelled.documents]
    assert len(lengths) == 260
    assert min(lengths) >= 80
    assert max(lengths) <= 220
    assert len({document.title for document in labelled.documents}) == len(lengths)


def test_many_articles_have_no_topic_and_many_have_several(labelled):
    topics_of = (labelled.labels == 1).sum(axis=1)
    assert 0.2 < (topics_of == 0).mean() < 0.3
    assert (topics_of > 1).mean() > 0.3
    assert (labelled.labels == 1).sum(axis=0).min() >= 30


def test_each_article_is_marked_sentence_by_sentence(labelled):
    """Topics are what the marks say, and sentences are counted as the program cuts them."""
    assert [mark.article for mark in labelled.marked] == list(range(len(labelled.documents)))
    for document, given, mark in zip(labelled.documents, labelled.labels, labelled.marked, strict=True):
        assert list(mark.sentences) == document.lines()
        assert mark.labels.max(axis=0).tolist() == given.tolist()


def test_articles_lie_in_the_phases(config):
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    days = [row["published"] for row in rows if "published" in row]
    assert len(days) == 260
    spans = [(phase.first_day.isoformat(), phase.last_day.isoformat()) for phase in config.phases]
    assert all(any(first <= day <= last for first, last in spans) for day in days)


def test_the_shipped_model_has_learnt_none_of_its_topics(config):
    assert not set(read_manifest(model_folder(config)).topics) & set(config.codebook.ids)


def test_no_label_is_needed_to_begin(material):
    scores = score(Tagger(material.codebook, None), material, np.arange(len(material.words)))
    assert scores.macro_f1 >= FROM_CUES
    assert min(topic.f1 for topic in scores.topics) > 0


def test_100_labels_do_better_than_cues(material):
    drawn = np.random.default_rng(SEED).permutation(len(material.words))
    hundred, others = np.sort(drawn[:100]), np.sort(drawn[100:])
    cues = score(Tagger(material.codebook, None), material, others)
    learnt = score(learn(material, hundred, TrainSettings()), material, others)
    assert learnt.articles == 160
    assert learnt.macro_f1 > cues.macro_f1
    assert learnt.macro_f1 >= FROM_100


def score(tagger, material, rows):
    found = tagger.predict([material.words[row] for row in rows])
    return evaluate(material.codebook.ids, material.labels[rows], *found, SEED)
