import gzip
import json
import re
import shutil
from dataclasses import replace

import pytest

from models.registry import SHIPPED
from pipeline.errors import InputError
from pipeline.steps import tag as step
from pipeline.steps.evaluate import evaluate_file
from pipeline.steps.tag import tag_file
from pipeline.steps.why import explain_file

CONGRESS = {"id": 7, "title": "Khai mạc đại hội đảng bộ", "body": "Sáng nay khai mạc đại hội đảng bộ xã."}
YOUTH = {"id": "b", "title": "Ra quân", "lead": "Đoàn thanh niên ra quân.", "body": "Đoàn thanh niên dọn đường."}


def silent(done, total=0, note=""):
    """Shows no progress."""


def write(file, *rows):
    text = "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    file.write_bytes(gzip.compress(text.encode()) if file.suffix == ".gz" else text.encode())
    return file


def read(file):
    raw = file.read_bytes()
    text = gzip.decompress(raw) if file.suffix == ".gz" else raw
    return [json.loads(row) for row in text.decode().splitlines()]


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz"])
def test_rows_come_out_in_order_with_scores_and_evidence(campaign, tmp_path, suffix):
    source = write(tmp_path / f"in.{suffix}", CONGRESS, YOUTH)
    assert tag_file(campaign.config, source, tmp_path / f"out.{suffix}", silent).rows == 2
    first, second = read(tmp_path / f"out.{suffix}")
    assert list(first) == ["id", "topics", "unsure", "scores", "evidence"]
    assert first["unsure"] == []
    assert (first["id"], first["topics"], set(first["scores"])) == (7, ["congress"], {"congress", "youth"})
    assert first["evidence"]["congress"] in (CONGRESS["title"], CONGRESS["body"])
    assert (second["id"], second["topics"]) == ("b", ["youth"])
    assert second["evidence"] == {"youth": YOUTH["lead"]}


def test_cut_offs_of_the_campaign_decide_wherever_a_model_is_asked(campaign, tmp_path):
    classify = replace(campaign.config.classify, thresholds={"congress": 1.0})
    config = replace(campaign.config, classify=classify)
    labelled = [CONGRESS | {"topics": ["congress"]}, YOUTH | {"topics": ["youth"]}]
    source = write(tmp_path / "in.jsonl", *labelled)
    tag_file(config, source, tmp_path / "out.jsonl", silent)
    assert [row["topics"] for row in read(tmp_path / "out.jsonl")] == [[], ["youth"]]
    told = list(explain_file(config, source, topic="congress", model=None))
    assert [(why.cutoff, why.decided) for each in told for why in each.topics] == [(1.0, False)] * 2
    found = {each.topic: each.recall for each in evaluate_file(config, source).scores.topics}
    assert found == {"congress": 0.0, "youth": 1.0}


@pytest.mark.long
def test_same_input_gives_the_same_bytes_and_faults(campaign, tmp_path, monkeypatch):
    source = write(tmp_path / "in.jsonl", *[CONGRESS | {"id": n} for n in range(30)], "{", YOUTH)
    one = tag_file(campaign.config, source, tmp_path / "one.jsonl.gz", silent)
    monkeypatch.setattr(step, "BATCH", 4)
    two = tag_file(campaign.config, source, tmp_path / "two.jsonl.gz", silent, workers=2)
    assert (tmp_path / "one.jsonl.gz").read_bytes() == (tmp_path / "two.jsonl.gz").read_bytes()
    assert (one.rows, [str(each) for each in one.faults]) == (31, [str(each) for each in two.faults])


@pytest.mark.parametrize(
    "row",
    [
        {"id": 1},
        {"id": None, "title": None, "body": None, "lead": None},
        {"id": 1, "title": "", "body": " \n\t "},
        {"id": "\ud800", "title": "Đại \udfff hội", "body": "\ud800\u0000"},
        {"id": [1, {"a": 2}], "title": "x", "body": "y"},
        {"id": 1, "title": "Đại hội", "body": "Khai mạc đại hội đảng bộ. " * 40_000},
        {"id": 1, "title": "a" * 100_000, "body": "a" * 1_000_000},
    ],
    ids=["bare", "nulls", "blank", "surrogates", "odd id", "huge", "one word"],
)
def test_odd_row_is_tagged_and_hinders_no_other(campaign, tmp_path, row):
    source = write(tmp_path / "in.jsonl", json.dumps(row), CONGRESS)
    assert tag_file(campaign.config, source, tmp_path / "out.jsonl", silent).rows == 2
    odd, sound = read(tmp_path / "out.jsonl")
    assert set(odd["scores"]) == {"congress", "youth"}
    assert sound["topics"] == ["congress"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('{"title": "x"}', r'in.jsonl:3: missing "id"'),
        ('{"id": 1, "body": 5}', r'in.jsonl:3: "body": expected text, got 5'),
        ('{"id": 1, "title": ["x"]}', r'in.jsonl:3: "title": expected text'),
        ("{", r"in.jsonl:3: not JSON"),
        ("[]", r"in.jsonl:3: expected an object"),
    ],
)
def test_bad_row_is_named_by_its_line_and_the_others_are_tagged(campaign, tmp_path, row, message):
    source = write(tmp_path / "in.jsonl", CONGRESS, "", row, YOUTH)
    done = tag_file(campaign.config, source, tmp_path / "out.jsonl", silent)
    (fault,) = done.faults
    assert re.search(message, str(fault))
    assert [each["id"] for each in read(tmp_path / "out.jsonl")] == [7, "b"]


def test_file_without_a_row_that_can_be_read_leaves_the_older_result(campaign, tmp_path):
    out = write(tmp_path / "out.jsonl", {"id": "kept"})
    with pytest.raises(InputError, match=r"in\.jsonl:1: not JSON: .*\n.*none of its 2 rows can be read"):
        tag_file(campaign.config, write(tmp_path / "in.jsonl", "id;title", "1;x"), out, silent)
    assert read(out) == [{"id": "kept"}]


def test_file_that_breaks_off_leaves_the_older_result(campaign, tmp_path):
    out, source = write(tmp_path / "out.jsonl", {"id": "kept"}), write(tmp_path / "in.jsonl.gz", CONGRESS, YOUTH)
    source.write_bytes(source.read_bytes()[:-12])
    with pytest.raises(InputError, match="damaged gzip"):
        tag_file(campaign.config, source, out, silent)
    assert read(out) == [{"id": "kept"}]
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith(".")) == []


def test_rows_that_cannot_be_read_are_told_and_end_with_code_3(campaign, tmp_path, capsys):
    source = write(tmp_path / "in.jsonl", CONGRESS, "{", {"title": "x"})
    assert campaign.run("tag", source, tmp_path / "out.jsonl", lang="vi") == 3
    assert capsys.readouterr().err.splitlines() == [
        f"rasoat: {source}:2: không phải JSON: sai từ ký tự thứ 2",
        f'rasoat: {source}:3: thiếu "id"',
        f"Đã gán chủ đề cho 1 bài, 2 dòng không đọc được → {tmp_path / 'out.jsonl'}",
    ]


def test_empty_file_gives_an_empty_file(campaign, tmp_path):
    assert tag_file(campaign.config, write(tmp_path / "in.jsonl"), tmp_path / "out.jsonl", silent).rows == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_without_a_campaign_the_shipped_model_tags(tmp_path):
    source = write(tmp_path / "in.jsonl", CONGRESS)
    tag_file(None, source, tmp_path / "out.jsonl", silent)
    (row,) = read(tmp_path / "out.jsonl")
    assert len(row["scores"]) == 14
    assert "congress_proceedings" in row["topics"]


def test_damaged_model_is_one_line_before_anything_is_read(tmp_path, capsys):
    from pipeline.cli import main

    model = shutil.copytree(SHIPPED, tmp_path / "model")
    (model / "model.skops").write_bytes(b"broken")
    call = ["--config", "none.toml", "--lang", "en", "tag", "absent.jsonl", str(tmp_path / "out.jsonl")]
    assert main([*call, "--model", str(model)]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "model.skops: its SHA-256 is not the manifest's; restore the folder" in err


def test_legacy_encoding_is_repaired(campaign, tmp_path):
    source = write(tmp_path / "in.jsonl", {"id": 1, "title": "Khai m¹c §¹i héi §¶ng bé x·", "body": ""})
    tag_file(campaign.config, source, tmp_path / "out.jsonl", silent)
    assert read(tmp_path / "out.jsonl")[0]["evidence"] == {"congress": "Khai mạc Đại hội Đảng bộ xã"}
