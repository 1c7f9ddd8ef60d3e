"""The commands of the codebook: a preview first, then agreement; a diff and a history that a person can read."""

import json
from datetime import UTC, datetime

import pytest

from pipeline.console import EXIT_BAD_INPUT, EXIT_OK, EXIT_USAGE
from pipeline.records import LabelEvent
from pipeline.store import labels

AT = datetime(2020, 10, 1, 3, tzinfo=UTC)


@pytest.fixture
def read(campaign):
    event = LabelEvent(campaign.ids[0], "congress", True, "lan", AT, campaign.config.codebook.version)  # noqa: FBT003
    with campaign.open() as store, store.begin() as connection:
        labels.append(connection, [event])
    return campaign


def test_preview_says_what_follows_and_a_no_changes_nothing(read, monkeypatch, capsys):
    monkeypatch.setattr("click.prompt", lambda *_, **__: "k")
    before = read.file.read_bytes()
    assert read.run("codebook", "rename", "congress", "meeting", lang="vi") == EXIT_OK
    said = capsys.readouterr().out
    for line in (
        "Đổi mã: congress → meeting",
        "  congress · lan: 1 có, 0 không",
        "  Không có bài nào.",
        "  - before · congress · press: 1 bài",
        "  + before · meeting · press: 1 bài",
        "Chưa thay đổi gì.",
    ):
        assert f"{line}\n" in said
    assert max(map(len, said.splitlines())) <= 80
    assert read.file.read_bytes() == before


def test_operation_is_done_once_it_is_agreed_to_and_the_history_tells_it(read, monkeypatch, capsys):
    monkeypatch.setattr("click.prompt", lambda *_, **__: "c")
    old = read.config.codebook.version
    assert read.run("codebook", "split", "congress", "--into", "prep", "--into", "outcome") == EXIT_OK
    assert f"Queue to be read again: again-{read.config.codebook.version} (1 items)." in capsys.readouterr().out
    assert [topic.name for topic in read.config.topics] == ["Đại hội (prep)", "Đại hội (outcome)", "Thanh niên"]
    assert read.run("codebook", "history") == EXIT_OK
    newest, first = capsys.readouterr().out.splitlines()
    assert newest.startswith(f"* {read.config.codebook.version}  ")
    assert newest.endswith("Split: congress → prep, outcome")
    assert first.startswith(f"  {old}  ")
    assert read.run("codebook", "diff", old) == EXIT_OK
    assert "- congress (removed): Congress\n+ prep (added): Congress (prep)\n" in capsys.readouterr().out


def test_edited_words_are_shown_between_signs(read, capsys):
    old = read.config.codebook.version
    assert read.run("codebook", "retire", "youth", "--reason", "x", "--yes") == EXIT_OK
    text = read.file.read_text(encoding="utf-8")
    read.file.write_text(text.replace("Mọi việc của đại hội.", "Mọi việc của đại hội Đảng."), encoding="utf-8")
    capsys.readouterr()
    assert read.run("codebook", "diff", old[:6], lang="vi") == EXIT_OK
    assert "~ congress\n    định nghĩa: Mọi việc của đại[- hội.-]{+ hội Đảng.+}\n" in capsys.readouterr().out
    assert read.run("codebook", "history", lang="vi") == EXIT_OK
    assert f"* {read.config.codebook.version}  hiện nay trong config.toml" in capsys.readouterr().out


def test_json_does_nothing_without_yes(read, capsys):
    add = ("codebook", "add", "culture", "--name", "Văn hóa", "--definition", "Việc văn hóa.", "--json")
    assert read.run(*add) == EXIT_OK
    assert json.loads(capsys.readouterr().out)["done"] is False
    assert read.config.codebook.ids == ("congress", "youth")
    assert read.run(*add, "--yes") == EXIT_OK
    assert json.loads(capsys.readouterr().out)["preview"]["read"] == 1
    assert read.run("codebook", "show", "--json") == EXIT_OK
    shown = json.loads(capsys.readouterr().out)
    assert [topic["id"] for topic in shown["topics"]] == ["congress", "youth", "culture"]
    assert shown["version"] == read.config.codebook.version


def test_what_cannot_be_done_is_said_in_one_line(read, capsys):
    assert (
        read.run("codebook", "merge", "congress", "youth", "--into", "youth", "--name", "x", "--yes") == EXIT_BAD_INPUT
    )
    assert "rasoat: 'youth' is a topic already; choose another id" in capsys.readouterr().err
    assert read.run("codebook", "rename", "congress", "Đại hội", "--yes") == EXIT_BAD_INPUT
    assert "topic.0.id: expected lower-case letters" in capsys.readouterr().err
    split = ("codebook", "split", "congress", "--into", "a", "--into", "b", "--name", "Một")
    assert read.run(*split) == EXIT_USAGE
    assert "--name: give 2, one for each --into" in capsys.readouterr().err
