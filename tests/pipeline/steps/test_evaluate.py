import json
from dataclasses import replace

import pytest

from models.errors import ModelError
from pipeline.errors import InputError
from pipeline.steps.evaluate import evaluate_file

TEXTS = (("Khai mạc đại hội đảng bộ xã", "congress"), ("Đoàn thanh niên xã ra quân", "youth"), ("Giá rau tăng", ""))


@pytest.fixture
def labels(tmp_path):
    rows = [
        {"id": n, "title": f"{text} {n}", "body": f"{text}.", "topics": [topic] if topic else []}
        for n in range(12)
        for text, topic in TEXTS
    ]
    file = tmp_path / "labels.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


def test_model_of_the_campaign_is_scored(campaign, labels):
    scores = evaluate_file(campaign.config, labels)
    assert [score.topic for score in scores.topics] == ["congress", "youth"]
    assert (scores.articles, scores.folds) == (36, None)
    assert scores.macro_f1 == 1


def test_recipe_is_cross_validated(campaign, labels):
    scores = evaluate_file(campaign.config, labels, folds=3)
    assert scores.folds == 3
    assert scores.macro_f1 > 0.95
    assert evaluate_file(campaign.config, labels, folds=3) == scores


def test_without_a_campaign_the_topics_are_the_model_s(labels):
    with pytest.raises(InputError, match=r"labels.jsonl:1: no such topic 'congress'; there are: congress_preparation"):
        evaluate_file(None, labels)


def test_named_model_is_scored(campaign, labels, tmp_path):
    with pytest.raises(ModelError, match="not a model folder"):
        evaluate_file(campaign.config, labels, model=tmp_path)


def test_topics_without_enough_labels_cannot_be_cross_validated(campaign, labels):
    other = replace(campaign.config, topics=tuple(replace(t, id=f"{t.id}s") for t in campaign.config.topics))
    labels.write_text(labels.read_text(encoding="utf-8").replace('["congress"]', "[]").replace('["youth"]', "[]"))
    with pytest.raises(ModelError, match="no topic has 8 articles"):
        evaluate_file(other, labels, folds=3)
