"""`rasoat train --encoder`, with a tiny encoder; what is told where it cannot work needs no extra."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from models import artefact
from models.encoder import NEEDED, EncoderClassifier
from pipeline.console import EXIT_BAD_INPUT, EXIT_OK
from tests.models.test_encoder import build
from tests.pipeline.steps.test_train import rows, write

WITH_EXTRA = pytest.mark.skipif(
    any(find_spec(name) is None for name in NEEDED), reason="`make test-encoder` has the extra rasoat[encoder]"
)
WITHOUT_EXTRA = pytest.mark.skipif(find_spec("torch") is not None, reason="the extra rasoat[encoder] is installed")


@pytest.fixture
def labels(tmp_path):
    return write(tmp_path / "labels.jsonl.gz", rows())


@WITHOUT_EXTRA
@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("vi", "máy này chưa cài; hãy chạy pip install 'rasoat[encoder]'"),
        ("en", "not installed here; run pip install 'rasoat[encoder]'"),
    ],
)
def test_without_the_extra_one_line_tells_the_remedy(campaign, labels, tmp_path, capsys, lang, said):
    ended = campaign.run("train", "--labels", labels, "--encoder", tmp_path, lang=lang)
    told = capsys.readouterr().err
    assert ended == EXIT_BAD_INPUT
    assert said in told
    assert told.count("\n") == 1


@WITH_EXTRA
def test_folder_without_an_encoder_is_told_in_vietnamese(campaign, labels, tmp_path, capsys):
    for folder, said in (
        (tmp_path / "trống", "không có thư mục này"),
        (tmp_path, "thiếu config.json, model.safetensors"),
    ):
        assert campaign.run("train", "--labels", labels, "--encoder", folder, lang="vi") == EXIT_BAD_INPUT
        assert f"rasoat: {folder}: {said}" in capsys.readouterr().err


@WITH_EXTRA
def test_tuned_encoder_is_judged_registered_and_tags(campaign, labels, tmp_path, capsys):
    words = [f"{row['title'].replace(' ', '_')} {row['title']} {row['body']}" for row in rows()]
    folder = build(tmp_path / "encoder", words, positions=64)
    assert campaign.run("train", "--labels", labels, "--encoder", folder, "--json", lang="vi") == EXIT_OK
    done = json.loads(capsys.readouterr().out)
    place = Path(done["folder"])
    classifier, manifest = artefact.load(place)
    assert isinstance(classifier, EncoderClassifier)
    assert place.name == manifest.version == done["version"]
    assert manifest.card["encoder"] == "encoder"
    assert "--encoder encoder" in (place / "MODEL_CARD.md").read_text(encoding="utf-8")
    write(tmp_path / "in.jsonl.gz", rows(3))
    out = tmp_path / "out.jsonl"
    assert campaign.run("tag", tmp_path / "in.jsonl.gz", out, "--model", place, lang="vi") == EXIT_OK
    tagged = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [set(row["scores"]) for row in tagged] == [{"congress", "youth"}] * 3
