import json

import numpy as np
import pytest

from pipeline.console import EXIT_BAD_INPUT, EXIT_OK
from pipeline.steps import simulate_audit

SUBJECTS = {"congress": "đại hội đảng bộ xã", "youth": "đoàn thanh niên tình nguyện", "": "giá rau ở chợ"}


def write(file, rows):
    random = np.random.default_rng(3)
    with file.open("w", encoding="utf-8") as out:
        for number in range(rows):
            topic = str(random.choice(list(SUBJECTS), p=(0.3, 0.3, 0.4)))
            text = SUBJECTS[topic] if random.random() < 0.8 else SUBJECTS[""]
            row = {"title": f"{text} {number}", "body": f"{text}.", "topics": [topic] if topic else []}
            out.write(f"{json.dumps(row)}\n")
    return file


@pytest.mark.long
def test_the_statistics_are_tried_without_and_with_the_scores_of_labelled_articles(campaign, capsys, monkeypatch):
    monkeypatch.setattr(simulate_audit, "FOLDS", 2)
    labels = write(campaign.folder / "labels.jsonl", 130)
    call = ("eval", "audit", "--repetitions", 10, "--articles", 1000)
    assert campaign.run(*call, lang="vi") == EXIT_OK
    said = capsys.readouterr().out
    assert "điểm của máy đúng xác suất" in said
    assert "(cam kết 1,25%)" in said  # a quarter of 5 %, not less than that
    assert max(map(len, said.splitlines())) <= 80
    assert campaign.run(*call, "--labels", labels, "--json") == EXIT_OK
    said = json.loads(capsys.readouterr().out)
    own = {each["topic"] for each in said["settings"] if each.get("scenario") == "own"}
    assert own == {"congress", "youth"}
    assert 0 <= said["false_gap_rate"] <= 0.05
    assert 0 < said["settled_share"] <= 1


def test_a_file_without_enough_articles_on_any_topic_is_refused(campaign, capsys):
    labels = write(campaign.folder / "labels.jsonl", 40)
    assert campaign.run("eval", "audit", "--repetitions", 10, "--labels", labels) == EXIT_BAD_INPUT
    assert "no topic has 30 articles" in capsys.readouterr().err
