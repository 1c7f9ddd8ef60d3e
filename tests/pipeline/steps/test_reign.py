"""Which model is used can be seen and taken back, with a reason that stays."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from models import artefact
from models.artefact import MANIFEST
from models.classifier import TopicClassifier
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
            "cross_validated": manifest["card"]["cross_validated"] | {"macro_f1": 0.6},
        }
        (registry.folder / version).mkdir(parents=True)
        (registry.folder / version / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        registry.promote(version, "thử", NOON + timedelta(days=number))
    return made


def listed(campaign, capsys):
    assert campaign.run("models", "list", "--json") == 0
    return {row["version"]: row for row in json.loads(capsys.readouterr().out)}


def test_models_are_listed_from_the_oldest_with_the_one_in_use(campaign, capsys, two):
    found = listed(campaign, capsys)
    assert list(found) == ["shipped", *two]
    assert [row["used"] for row in found.values()] == [False, False, True]
    assert campaign.run("models", "list", lang="vi") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("  kèm sẵn ")
    assert lines[2] == f"* {two[1]}  02/10/2020  học từ 3.000 bài, macro F1 0,600"


def test_rollback_uses_the_model_before_and_keeps_the_reason(campaign, capsys, two):
    assert campaign.run("models", "rollback", "--reason", "bắt nhầm tin thể thao", lang="vi") == 0
    assert f"Đã quay lại mô hình {two[0]}, ngừng dùng mô hình {two[1]}." in capsys.readouterr().out
    assert listed(campaign, capsys)[two[0]]["used"]
    assert registry_of(campaign.config).decisions()[-1].reason == "bắt nhầm tin thể thao"
    assert campaign.run("models", "rollback", "--reason", "vẫn nhầm") == 0
    capsys.readouterr()
    assert listed(campaign, capsys)["shipped"]["used"]


def test_rollback_beyond_the_shipped_model_is_one_line(campaign, capsys):
    assert campaign.run("models", "rollback", "--reason", "thử", lang="vi") == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "đang dùng mô hình kèm sẵn, không có gì để quay lại" in line


def test_rollback_without_a_reason_changes_nothing(campaign, capsys, two):
    assert campaign.run("models", "rollback", "--reason", " ") == 1
    assert "--reason: empty" in capsys.readouterr().err
    assert listed(campaign, capsys)[two[1]]["used"]


@pytest.mark.parametrize(("named", "shown"), [("weak", "* weak: the topics' cues alone"), (None, None)])
def test_model_that_the_campaign_names_is_the_one_in_use(campaign, capsys, two, named, shown):
    name_model(campaign, named or two[0])
    assert campaign.run("models", "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("*")] == [shown or lines[1]]
    assert campaign.run("models", "rollback", "--reason", "thử") == 0
    assert "so nothing changes yet" in capsys.readouterr().out


def test_manifest_without_its_card_is_one_line(campaign, capsys, two):
    file = registry_of(campaign.config).folder / two[0] / MANIFEST
    file.write_text(file.read_text(encoding="utf-8").replace('"articles"', '"rows"'), encoding="utf-8")
    assert campaign.run("models", "list", lang="vi") == 1
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


def test_model_is_promoted_by_hand_with_a_reason_only_where_its_files_are_its_own(campaign, capsys):
    registry = registry_of(campaign.config)
    classifier, manifest = artefact.load(SHIPPED)
    own = TopicClassifier.restore(classifier.state() | {"thresholds": classifier.thresholds_ * 0.5})
    version = registry.register(own, manifest.card, {}).version
    call = ("models", "promote", version[:6], "--by", "minh")
    assert campaign.run(*call, "--reason", " ") == 1
    assert campaign.run(*call, "--reason", "đã đọc thử 50 bài", lang="vi") == 0
    assert f"Từ nay dùng mô hình {version}, ngừng dùng mô hình kèm sẵn." in capsys.readouterr().out
    [decision] = registry.decisions()
    assert (decision.action, decision.by, decision.reason) == ("promote", "minh", "đã đọc thử 50 bài")
    assert campaign.run(*call, "--reason", "lần nữa") == 1
    assert f"{version}: in use already" in capsys.readouterr().err
    registry.rollback("thử", NOON)
    file = registry.place(version) / artefact.MODEL
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert campaign.run(*call, "--reason", "lần nữa") == 1
    assert f"{file}: its SHA-256 is not the manifest's" in capsys.readouterr().err
    assert registry.champion() is None


def test_card_is_shown_with_its_decisions(campaign, capsys, two):
    registry_of(campaign.config).keep(two[0], "kém hơn", NOON, by="lan")
    assert campaign.run("models", "show", two[0], lang="vi") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Mô hình {two[0]}"
    assert "  01/10/2020 chưa dùng (lan): kém hơn" in lines
    assert campaign.run("models", "show", "bbbb", "--json") == 0
    assert json.loads(capsys.readouterr().out)["version"]["action"] == "keep"
    assert campaign.run("models", "show", "cafe") == 1
    assert f"model 'cafe': no such version; there are: shipped, {two[1]}, {two[0]}" in capsys.readouterr().err


def test_two_models_are_compared(campaign, capsys):
    registry = registry_of(campaign.config)
    shipped = json.loads((SHIPPED / MANIFEST).read_text(encoding="utf-8"))
    card = shipped["card"] | {"at": "2020-10-02", "articles": 9, "labels_sha256": "ab"}
    card["settings"] = card["settings"] | {"c": 99.0}
    rows = card["cross_validated"]["topics"]
    card["cross_validated"] = card["cross_validated"] | {"topics": [rows[1] | {"f1": 0.111}, *rows[2:]]}
    (registry.folder / ("c" * 12)).mkdir(parents=True)
    file = registry.folder / ("c" * 12) / MANIFEST
    file.write_text(json.dumps(shipped | {"version": "c" * 12, "card": card}), encoding="utf-8")
    assert campaign.run("models", "diff", "shipped", "cccc", lang="vi") == 0
    said = capsys.readouterr().out
    assert "kèm sẵn → cccccccccccc" in said
    assert "  nhãn: khác nhau; mã nguồn: như nhau" in said
    assert "  c: 12.0 → 99.0" in said
    assert "→ 0,111" in said
    assert re.search(rf"^  {rows[0]['topic'][:20]}.* → –", said, re.MULTILINE)
    assert max(map(len, said.splitlines())) <= 80
