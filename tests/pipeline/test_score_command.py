import json

import pytest

from pipeline.console import EXIT_BAD_INPUT, EXIT_OK, EXIT_USAGE

TEXTS = (("Khai mạc đại hội đảng bộ xã", "congress"), ("Đoàn thanh niên xã ra quân", "youth"), ("Giá rau tăng", ""))


@pytest.fixture
def file(campaign):
    rows = [
        {
            "id": f"{n}{topic}",
            "title": f"{text} {n}",
            "body": f"{text}.",
            "topics": [topic] if topic else [],
            "readers": n % 2,
        }
        for n in range(12)
        for text, topic in TEXTS
    ]
    file = campaign.folder / "labels.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


@pytest.mark.long
def test_scores_are_printed_in_both_languages(campaign, file, capsys):
    assert campaign.run("eval", "--labels", file, lang="vi") == EXIT_OK
    out = capsys.readouterr().out
    assert "macro F1" in out
    assert "1,000" in out
    assert "Nhóm bài khó" in out
    assert campaign.run("eval", "--labels", file) == EXIT_OK
    assert "1.000" in capsys.readouterr().out


def test_everything_is_printed_as_json_and_written_as_a_page(campaign, file, capsys):
    page = campaign.folder / "scores.html"
    call = ["--labels", file, "--folds", 3, "--scored-on", "readers=1", "--curve", 1, "--html", page, "--json"]
    assert campaign.run("eval", *call, lang="vi") == EXIT_OK
    said = json.loads(capsys.readouterr().out)
    assert (said["folds"], said["articles"], said["rows"], said["scored_on"]) == (3, 18, 36, "readers=1")
    assert len(said["curve"]) == 6
    html = page.read_text(encoding="utf-8")
    assert '<html lang="vi">' in html
    assert "Đại hội" in html


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--repeats", "2"], "--repeats: needs --folds"),
        (["--curve", "2"], "--curve: needs --folds"),
        (["--scored-on", "readers"], "--scored-on: expected COLUMN=VALUE, got 'readers'"),
    ],
)
def test_options_that_would_be_passed_over_are_refused(campaign, file, capsys, options, told):
    assert campaign.run("eval", "--labels", file, *options) == EXIT_USAGE
    assert told in capsys.readouterr().err


def test_page_does_not_take_the_place_of_the_labels(campaign, file, capsys):
    before = file.read_bytes()
    assert campaign.run("eval", "--labels", file, "--html", file) == EXIT_BAD_INPUT
    assert "would take the place of its source" in capsys.readouterr().err
    assert file.read_bytes() == before
