"""Which model is used can be seen and taken back, with a reason that stays."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from models.artefact import MANIFEST
from models.registry import SHIPPED
from pipeline.cli import main
from pipeline.errors import InputError
from pipeline.steps.model import registry_of

NOON = datetime(2020, 10, 1, 5, tzinfo=UTC)


@pytest.fixture
def campaign(campaign):
    name_model(campaign, "champion")
    return campaign


def name_model(campaign, name):
    text = campaign.file.read_text(encoding="utf-8")
    campaign.file.write_text(re.sub(r"model = .*", f'model = "{name}"', text), encoding="utf-8")


@pytest.fixture
def two(campaign):
    """Two models that the campaign promoted one after the other, of which only the manifests are here: their versions."""
    registry = registry_of(campaign.config)
    manifest = json.loads((SHIPPED / MANIFEST).read_text(encoding="utf-8"))
    made = ["b" * 12, "a" * 12]  # names say nothing of the order
    for number, version in enumerate(made, start=1):
        manifest["version"] = version
        manifest["card"] |= {
            "at": f"2020-10-0{number}",
            "articles": 1500 * number,
            "cross_validated": {"macro_f1": 0.6},
        }
        (registry.folder / version).mkdir(parents=True)
        (registry.folder / version / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        registry.promote(version, "thử", NOON + timedelta(days=number))
    return made


def listed(campaign, capsys):
    assert campaign.run("model", "list", "--json") == 0
    return {row["version"]: row for row in json.loads(capsys.readouterr().out)}


def test_models_are_listed_from_the_oldest_with_the_one_in_use(campaign, capsys, two):
    found = listed(campaign, capsys)
    assert list(found) == ["shipped", *two]
    assert [row["used"] for row in found.values()] == [False, False, True]
    assert campaign.run("model", "list", lang="vi") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("  kèm sẵn ")
    assert lines[2] == f"* {two[1]}  02/10/2020  học từ 3.000 bài, macro F1 0,600"


def test_rollback_uses_the_model_before_and_keeps_the_reason(campaign, capsys, two):
    assert campaign.run("model", "rollback", "--reason", "bắt nhầm tin thể thao", lang="vi") == 0
    assert f"Đã quay lại mô hình {two[0]}, ngừng dùng mô hình {two[1]}." in capsys.readouterr().out
    assert listed(campaign, capsys)[two[0]]["used"]
    assert registry_of(campaign.config).decisions()[-1].reason == "bắt nhầm tin thể thao"
    assert campaign.run("model", "rollback", "--reason", "vẫn nhầm") == 0
    capsys.readouterr()
    assert listed(campaign, capsys)["shipped"]["used"]


def test_rollback_beyond_the_shipped_model_is_one_line(campaign, capsys):
    assert campaign.run("model", "rollback", "--reason", "thử", lang="vi") == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "đang dùng mô hình kèm sẵn, không có gì để quay lại" in line


def test_rollback_without_a_reason_changes_nothing(campaign, capsys, two):
    assert campaign.run("model", "rollback", "--reason", " ") == 1
    assert "--reason: empty" in capsys.readouterr().err
    assert listed(campaign, capsys)[two[1]]["used"]


@pytest.mark.parametrize(("named", "shown"), [("weak", "* weak: the topics' cues alone"), (None, None)])
def test_model_that_the_campaign_names_is_the_one_in_use(campaign, capsys, two, named, shown):
    name_model(campaign, named or two[0])
    assert campaign.run("model", "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("*")] == [shown or lines[1]]
    assert campaign.run("model", "rollback", "--reason", "thử") == 0
    assert "so nothing changes yet" in capsys.readouterr().out


def test_manifest_without_its_card_is_one_line(campaign, capsys, two):
    file = registry_of(campaign.config).folder / two[0] / MANIFEST
    file.write_text(file.read_text(encoding="utf-8").replace('"articles"', '"rows"'), encoding="utf-8")
    assert campaign.run("model", "list", lang="vi") == 1
    [line] = capsys.readouterr().err.splitlines()
    assert f"{file}: bị hỏng" in line


def test_model_for_a_folder_learns_the_sample_s_topics_where_no_campaign_is(tmp_path, monkeypatch, capsys):
    asked = []

    def train(config, *_, **__):
        asked.append(config)
        raise InputError("enough")

    monkeypatch.setattr("pipeline.steps.train.train_file", train)
    call = ["--config", str(tmp_path / "none.toml"), "--lang", "en", "train", "--labels", "x.jsonl"]
    assert main(call) == 1
    assert asked == []
    assert main([*call, "--out", str(tmp_path / "model")]) == 1
    assert [len(config.topics) for config in asked] == [14]
    assert "the 14 topics of the sample campaign are learnt" in capsys.readouterr().err
