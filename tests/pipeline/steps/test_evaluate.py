import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from models.errors import ModelError
from models.weak import WEAK_VERSION
from pipeline.errors import InputError
from pipeline.steps.evaluate import evaluate_file
from pipeline.steps.train import train_file

TEXTS = (("Khai mạc đại hội đảng bộ xã", "congress"), ("Đoàn thanh niên xã ra quân", "youth"), ("Giá rau tăng", ""))


@pytest.fixture
def labels(tmp_path):
    rows = [
        {
            "id": 100 * place + n,
            "readers": 1 + (n >= 8),
            "title": f"{text} {n}",
            "body": f"{text}.",
            "topics": [topic] if topic else [],
        }
        for n in range(12)
        for place, (text, topic) in enumerate(TEXTS, start=1)
    ]
    file = tmp_path / "labels.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


def test_model_of_the_campaign_is_scored(campaign, labels):
    found = evaluate_file(campaign.config, labels)
    assert [score.topic for score in found.scores.topics] == ["congress", "youth"]
    assert (found.articles, found.scores.articles, found.scores.folds) == (36, 36, None)
    assert found.model == WEAK_VERSION
    assert found.scores.macro_f1 == 1
    assert found.mistakes == ()


@pytest.mark.long
def test_recipe_is_cross_validated(campaign, labels):
    steps = []
    found = evaluate_file(campaign.config, labels, folds=3, advance=lambda done, total: steps.append((done, total)))
    assert (found.scores.folds, found.model) == (3, "")
    assert found.scores.macro_f1 > 0.95
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert evaluate_file(campaign.config, labels, folds=3) == found


@pytest.mark.long
def test_rows_of_one_value_are_scored_and_the_others_trained_on(campaign, labels):
    found = evaluate_file(campaign.config, labels, folds=3, repeats=2, scored_on="readers=2")
    assert (found.articles, found.scores.articles, found.scores.repeats) == (36, 12, 2)
    assert found.scores.macro_f1 > 0.95
    assert {each.name: each.articles for each in found.slices if "=" in each.name} == {"readers=2": 12}


def test_value_that_too_few_rows_have_is_named(campaign, labels):
    with pytest.raises(
        InputError, match=r"labels.jsonl: 0 articles to score, at least 2 .* no row, or too few, has a=b"
    ):
        evaluate_file(campaign.config, labels, folds=3, scored_on="a=b")
    with pytest.raises(InputError, match="0 articles to score, at least 1 are needed"):
        evaluate_file(campaign.config, labels, scored_on="readers=3")


def test_learning_curve_ends_with_the_cross_validation_itself(campaign, labels):
    found = evaluate_file(campaign.config, labels, folds=3, curve_seeds=2)
    assert [point.articles for point in found.curve] == [0, 2, 3, 6, 12, 24]
    assert found.curve[-1].scores == found.scores
    assert found.curve[0].scores.macro_f1 == 1  # the cues alone know the toy's topics


@pytest.mark.long
def test_another_model_is_asked_for_the_same_articles(campaign, labels, tmp_path):
    train_file(campaign.config, labels, tmp_path / "other", 17, datetime(2020, 10, 1, tzinfo=UTC))
    found = evaluate_file(campaign.config, labels, other=tmp_path / "other")
    assert found.against is not None
    assert found.against.flattered
    assert not found.flattered
    assert evaluate_file(campaign.config, labels, model=tmp_path / "other").flattered
    assert [each.topic for each in found.against.differences] == ["", "congress", "youth"]
    assert found.against.differences[0].own == found.scores.macro_f1
    labels.write_text("".join(labels.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    assert not evaluate_file(campaign.config, labels, other=tmp_path / "other").against.flattered


def test_marked_sentences_are_compared_with_the_evidence_shown(campaign, labels):
    marks = [
        {"id": n, "sentences": [f"Khai mạc đại hội đảng bộ xã {n}", "Hết."], "evidence": {"congress": [0]}}
        for n in range(100, 112)
    ]
    with labels.open("a", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in marks)
    overall, congress = evaluate_file(campaign.config, labels, folds=3).evidence
    assert (congress.topic, congress.shown, congress.marked) == ("congress", 12, 12)
    assert overall.precision == 1


def test_mistakes_name_their_articles(campaign, labels):
    rows = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]
    rows[0]["topics"] = []
    labels.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    (mistake,) = evaluate_file(campaign.config, labels).mistakes
    assert (mistake.topic, mistake.kind, mistake.id) == ("congress", "wrong", str(rows[0]["id"]))
    assert mistake.sentence.startswith("Khai mạc đại hội đảng bộ xã")


def test_without_a_campaign_the_topics_are_the_model_s(labels):
    with pytest.raises(InputError, match=r"labels.jsonl:1: no such topic 'congress'; there are: congress_preparation"):
        evaluate_file(None, labels)


@pytest.mark.long
def test_without_a_campaign_slices_are_made_of_the_cues_that_the_model_knows(campaign, labels, tmp_path):
    train_file(campaign.config, labels, tmp_path / "other", 17, datetime(2020, 10, 1, tzinfo=UTC))
    row = {"title": "Tin", "body": "Băng ghi “Chào mừng đại hội đảng bộ huyện nhà”.", "topics": []}
    with labels.open("a", encoding="utf-8") as file:
        file.write(f"{json.dumps(row)}\n")
    found = {each.name: each for each in evaluate_file(None, labels, model=tmp_path / "other").slices}
    assert found["quoted_slogans"].articles == 1


def test_named_model_is_scored(campaign, labels, tmp_path):
    with pytest.raises(ModelError, match="not a model folder"):
        evaluate_file(campaign.config, labels, model=tmp_path)


@pytest.mark.long
def test_topic_with_too_few_articles_counts_as_its_cues_do(campaign, labels):
    rows = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]
    kept = [row for row in rows if row["topics"] != ["youth"] or row["id"] % 100 < 3]
    labels.write_text("".join(f"{json.dumps(row)}\n" for row in kept), encoding="utf-8")
    found = evaluate_file(campaign.config, labels, folds=3)
    assert [(score.topic, score.positives) for score in found.scores.topics] == [("congress", 12), ("youth", 3)]
    cues = evaluate_file(campaign.config, labels)
    assert found.scores.topics[1].f1 == cues.scores.topics[1].f1 == 1


def test_topics_without_enough_labels_cannot_be_cross_validated(campaign, labels):
    other = replace(campaign.config, topics=tuple(replace(t, id=f"{t.id}s") for t in campaign.config.topics))
    labels.write_text(labels.read_text(encoding="utf-8").replace('["congress"]', "[]").replace('["youth"]', "[]"))
    with pytest.raises(ModelError, match="no topic has 8 articles"):
        evaluate_file(other, labels, folds=3)
