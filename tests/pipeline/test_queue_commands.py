"""Queues are drawn, listed, shown and closed from the command line; labels are exported and read back."""

import json

import pytest

from pipeline.console import EXIT_BAD_INPUT, EXIT_OK, EXIT_USAGE


def said(campaign, capsys, *arguments, lang="en"):
    capsys.readouterr()
    assert campaign.run(*arguments, lang=lang) == EXIT_OK
    return capsys.readouterr().out


@pytest.fixture
def every(campaign):
    """The campaign with a uniform sample of everything."""
    text = campaign.file.read_text(encoding="utf-8")
    campaign.file.write_text(f"{text}\n[review]\nuniform_rate = 1.0\n", encoding="utf-8")
    return campaign


def test_life_of_a_queue_is_told_in_both_languages(every, capsys):
    assert said(every, capsys, "queue", "draw", "uniform") == "Queue uniform-17-1: 3 articles more, 3 in all.\n"
    assert said(every, capsys, "queue", "draw", "uniform", lang="vi").startswith("Hàng đợi uniform-17-1: thêm 0 bài")
    listed = said(every, capsys, "queue", "list")
    assert listed.startswith("uniform-17-1\n  uniform sample, ")
    assert listed.endswith(": 0 of 3 read\n")
    shown = said(every, capsys, "queue", "show", "uniform-17-1", lang="vi")
    assert "3 bài, còn 3 bài phải đọc" in shown
    assert "all: 3 bài, xác suất được chọn 1,0000" in shown
    assert max(map(len, shown.splitlines() + listed.splitlines())) <= 80
    assert "is closed" in said(every, capsys, "queue", "close", "uniform-17-1")
    assert "was closed already" in said(every, capsys, "queue", "close", "uniform-17-1")
    assert said(every, capsys, "queue", "list").startswith("No queue yet")
    assert "đã đóng" in said(every, capsys, "queue", "list", "--all", lang="vi")


def test_strata_and_learning_draw_what_the_model_has_read(campaign, capsys):
    assert campaign.run("queue", "draw", "strata", "--topic", "congress", "--reads", 2) == EXIT_BAD_INPUT
    assert "run `rasoat classify` first" in capsys.readouterr().err
    assert campaign.run("classify") == EXIT_OK
    drawn = json.loads(said(campaign, capsys, "queue", "draw", "strata", "--topic", "congress", "--reads", 2, "--json"))
    shown = json.loads(said(campaign, capsys, "queue", "show", drawn["queue"], "--json"))
    assert len(shown["draws"]) == drawn["total"]
    assert all(0 < draw["inclusion_probability"] <= 1 for draw in shown["draws"])
    assert said(campaign, capsys, "queue", "draw", "active", "--reads", 2) == "There is nothing to draw.\n"  # all wait
    said(campaign, capsys, "queue", "close", drawn["queue"])
    learning = json.loads(said(campaign, capsys, "queue", "draw", "active", "--reads", 2, "--json"))
    assert learning["purpose"] == "active"
    assert said(campaign, capsys, "queue", "draw", "disagreement") == "There is nothing to draw.\n"
    assert campaign.run("queue", "draw", "strata", "--reads", 2) == EXIT_USAGE
    assert campaign.run("queue", "draw", "suspect", "--reads", 2) == EXIT_BAD_INPUT


def test_list_that_settles_a_verdict_is_drawn(campaign, capsys, tmp_path):
    file = tmp_path / "cell.jsonl"
    file.write_text(json.dumps({"article": campaign.ids[2], "topic": "youth"}), encoding="utf-8")
    assert "1 articles more, 1 in all" in said(campaign, capsys, "queue", "draw", "settle", file)
    assert "thêm 1 bài" in said(campaign, capsys, "queue", "draw", "again", file, lang="vi")


def test_labels_go_out_to_a_file_or_the_screen_and_come_back(campaign, capsys, tmp_path):
    source = tmp_path / "labels.jsonl"
    source.write_text(json.dumps({"id": campaign.ids[0], "topics": ["congress"]}), encoding="utf-8")
    said(campaign, capsys, "labels", "import", source, "--reviewer", "r1")
    rows = [json.loads(line) for line in said(campaign, capsys, "labels", "export").splitlines()]
    assert [(row["topic"], row["value"]) for row in rows] == [("congress", True), ("youth", False)]
    table = tmp_path / "labels.csv"
    assert campaign.run("labels", "export", "--format", "csv", "--out", table, lang="vi") == EXIT_OK
    assert f"Đã xuất 2 dòng → {table}" in capsys.readouterr().err
    assert "0 new events" in said(campaign, capsys, "labels", "import", table, "--reviewer", "r2")
    assert "topics,reviewed" in said(campaign, capsys, "labels", "export", "--current", "--format", "csv")


def test_eval_still_asks_for_labels_and_its_trial_for_enough_of_them(campaign, capsys, tmp_path):
    assert campaign.run("eval", "--folds", 3, lang="vi") == EXIT_USAGE
    assert "thiếu '--labels'" in capsys.readouterr().err
    few = tmp_path / "few.jsonl"
    few.write_text(json.dumps({"title": "Chợ phiên", "body": "Đông người.", "topics": []}), encoding="utf-8")
    assert campaign.run("eval", "active", "--labels", few, "--seeds", 1) == EXIT_BAD_INPUT
    assert "1 rows speak for every topic" in capsys.readouterr().err
