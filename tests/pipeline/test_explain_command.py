import json

import pytest

from models.explain import CONSTANT
from models.explain import PARTS as ALL_PARTS
from models.registry import SHIPPED
from models.stack import VIEWS as ALL_VIEWS
from pipeline.cli import main
from pipeline.console import EXIT_BAD_INPUT, EXIT_OK
from pipeline.report.why import PARTS, VIEWS, WIDTH

CONGRESS = {"id": 7, "title": "Khai mạc đại hội đảng bộ", "body": "Sáng nay khai mạc đại hội đảng bộ xã.", "lead": None}
ELECTED = {
    "id": "b",
    "title": "Đại hội đại biểu Đảng bộ tỉnh Sơn Khê lần thứ XVII bế mạc",
    "body": "Đại hội đã bầu Ban Chấp hành khóa mới gồm 48 đồng chí. "
    + "Trời Sơn Khê hôm ấy nhiều mây và có mưa nhỏ. " * 30,
}


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "in.jsonl"
    file.write_text(
        "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in (CONGRESS, ELECTED)), encoding="utf-8"
    )
    return file


def test_article_of_the_store_is_named_by_id_or_by_url(campaign, capsys):
    said = []
    for named in (campaign.ids[0], "http://bao.example/bai-0.html"):
        assert campaign.run("explain", named, lang="vi") == EXIT_OK
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert said[0].startswith(f"{campaign.ids[0]}: =Đại hội đảng bộ huyện Thạch Bình\n")
    assert "congress: Đại hội" in said[0]
    assert "[tiêu đề] từ khóa: đại hội đảng bộ\n" in said[0]
    assert "youth: Thanh niên\n" in said[0]


def test_every_row_of_a_file_is_explained_without_a_campaign(tmp_path, file, capsys):
    for lang, verdict in (("vi", "đã gán"), ("en", "decided")):
        assert main(["--config", str(tmp_path / "none.toml"), "--lang", lang, "explain", str(file)]) == EXIT_OK
        out = capsys.readouterr().out
        assert out.count("\n7: ") + out.startswith("7: ") + out.count("\nb: ") == 2
        assert verdict in out
        assert [line for line in out.splitlines() if len(line) > WIDTH] == []


def test_numbers_add_up_in_json_too(campaign, file, capsys):
    assert campaign.run("explain", file, "--model", SHIPPED, "--topic", "congress", "--json") == EXIT_OK
    first, second = json.loads(capsys.readouterr().out)
    assert (first["id"], second["id"], second["title"]) == ("7", "b", ELECTED["title"])
    (why,) = first["topics"]
    assert (why["topic"], why["band"], why["decided"]) == ("congress", None, True)
    assert sum(line["margin"] for line in why["cues"]["lines"]) == pytest.approx(why["cues"]["strength"])


def test_text_file_has_its_title_in_the_first_line(campaign, tmp_path, capsys):
    text = tmp_path / "bai.txt"
    text.write_text("\ufeffKhai mạc đại hội\r\nSáng nay khai mạc đại hội đảng bộ xã.\r\n", encoding="utf-8")
    assert campaign.run("explain", text, "--json") == EXIT_OK
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["id"], told["title"].strip()) == ("bai.txt", "Khai mạc đại hội")
    assert [line["number"] for line in told["topics"][0]["lines"]] == [0, 1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere"], "nowhere: neither a file nor the id or URL of an article in the store"),
        (["FILE", "--topic", "rain"], "no such topic 'rain'; there are: congress, youth"),
        (["BAD"], 'bad.jsonl:1: "title": expected text, got 5'),
        (["LATIN"], "old.txt: not UTF-8; save it as UTF-8"),
    ],
)
def test_what_cannot_be_explained_is_told(campaign, tmp_path, file, capsys, arguments, told):
    (tmp_path / "bad.jsonl").write_text('{"title": 5}\n')
    (tmp_path / "old.txt").write_bytes(b"\xe0 la\n")
    places = {"FILE": file, "BAD": tmp_path / "bad.jsonl", "LATIN": tmp_path / "old.txt"}
    assert campaign.run("explain", *(places.get(each, each) for each in arguments)) == EXIT_BAD_INPUT
    assert told in capsys.readouterr().err


def test_mistyped_file_is_told_of_where_there_is_no_campaign(tmp_path, capsys):
    assert main(["--config", str(tmp_path / "none.toml"), "--lang", "en", "explain", "bia.txt"]) == EXIT_BAD_INPUT
    assert "bia.txt: no such file; to ask about an article of the store" in capsys.readouterr().err


def test_every_view_and_addend_has_a_name():
    assert set(VIEWS) == {*ALL_VIEWS, CONSTANT}
    assert set(PARTS) == set(ALL_PARTS)
