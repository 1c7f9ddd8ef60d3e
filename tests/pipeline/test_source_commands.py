"""The commands about sources: explained, judged, logged; in both languages, with the exit codes of all commands."""

import json
from datetime import date
from pathlib import Path

import pytest

from crawlers.reason import because
from pipeline.commands.collect import say_ingested
from pipeline.config import load_config
from pipeline.console import Speaker
from pipeline.logs.columns import COLUMNS
from pipeline.steps.explain import PINNABLE, Explained, Span, explain_source
from pipeline.steps.ingest import Ingested
from pipeline.surface import Surface

NO_ROUTES = dict.fromkeys(PINNABLE, ())
HEADING = ",".join(vi for vi, _ in COLUMNS.values())


def test_source_is_explained_with_its_days_as_spans(campaign, capsys):
    assert campaign.run("sources", "explain", "bao") == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "bao: http://127.0.0.1:9/"
    assert "    ✓ 1 Sep 2020 – 5 Sep 2020: http://127.0.0.1:9/" in out


def test_day_that_is_not_over_is_told_apart_from_days_without_a_look(campaign, sqlite_store):
    found = explain_source(load_config(campaign.folder / "config.toml"), sqlite_store, "bao", date(2020, 9, 3))
    assert [line for line in found.lines("vi") if line.startswith("    ✗")] == [
        "    ✗ 01/09/2020 – 02/09/2020: chưa được thu thập",
        "    ✗ 03/09/2020: ngày chưa kết thúc",
    ]


def test_crawl_counts_what_failed_once(capsys):
    surface = Surface(Path("config.toml"), "en", Speaker("en"))
    say_ingested(surface, Ingested({"new": 2}, {"article": 2, "section": 3, "failed": 4}, 4, 9, {}))
    assert capsys.readouterr().out == "Crawled: 2 new articles, 0 revised; 3 other pages; 4 failed URLs.\n"


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("vi", "  bao: có ngày chưa quan sát được: chứng thư số (TLS) của trang không hợp lệ (https://x.vn/); hãy khai ngoại lệ cho máy chủ này ở fetch.tls"),
        ("en", "  bao: days not observed: https://x.vn/: SSLError: self-signed; name an exception for this host under fetch.tls"),
    ],
)  # fmt: skip
def test_source_that_needs_an_exception_is_told_where_to_name_it(capsys, lang, told):
    why = because("at", url="https://x.vn/", why=because("bad_tls", error="SSLError", text="self-signed"))
    say_ingested(Surface(Path("config.toml"), lang, Speaker(lang)), Ingested({}, {}, 1, 1, {"bao": why}))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "".join(f" {line.strip()}" for line in lines[1:]) == f" {told.strip()}"


def test_explanation_is_valid_json(campaign, capsys):
    assert campaign.run("sources", "explain", "dai", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["source"], [span["proved"] for span in found["spans"]]) == ("dai", [True])


def test_source_that_is_not_there_is_named_with_those_that_are(campaign, capsys):
    assert campaign.run("sources", "explain", "xa", lang="vi") == 1
    assert capsys.readouterr().err == "rasoat: xa: không có nguồn này; đang có: bao, dai\n"


@pytest.mark.parametrize(("lang", "words"), [("vi", "chưa thu thập lần nào"), ("en", "never crawled")])
def test_sources_that_were_never_crawled_are_unwell(campaign, capsys, lang, words):
    assert campaign.run("health", "--as-of", "2020-09-06", lang=lang) == 3
    assert capsys.readouterr().out.splitlines() == [f"✗ bao: {words}", f"✗ dai: {words}"]


def test_health_is_valid_json(campaign, capsys):
    assert campaign.run("health", "--json") == 3
    assert {row["source"]: row["state"] for row in json.loads(capsys.readouterr().out)} == {
        "bao": "never",
        "dai": "never",
    }


@pytest.mark.parametrize("name", ["log.csv", "log.xlsx"])
def test_template_is_read_back_by_the_import(campaign, capsys, name):
    file = campaign.folder / name
    assert campaign.run("log", "template", file) == 0
    assert campaign.run("log", "import", file) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Log: 0 rows; 0 new items, 0 revised, 0 known."


def test_log_is_imported_once(campaign, capsys):
    file = campaign.folder / "log.csv"
    file.write_text(f"{HEADING}\ndai,loa truyền thanh,03/09/2020,17:30,Bài phát,,5,2,", encoding="utf-8")
    assert campaign.run("log", "import", file) == 0
    assert campaign.run("log", "import", file) == 0
    out = capsys.readouterr().out.splitlines()
    assert out == [
        "Log: 1 rows; 1 new items, 0 revised, 0 known.",
        "Log: 1 rows; 0 new items, 0 revised, 1 known.",
    ]


def test_faulty_log_prints_a_line_for_each_fault(campaign, capsys):
    file = campaign.folder / "log.csv"
    file.write_text(f"{HEADING}\nxa,điện tín,hôm qua,,,,,,", encoding="utf-8")
    assert campaign.run("log", "import", file) == 1
    assert len(capsys.readouterr().err.splitlines()) == 4


def test_log_that_may_hold_a_slip_is_stored_and_told(campaign, capsys):
    file = campaign.folder / "log.csv"
    file.write_text(f"{HEADING},Ghi chú\ndai,loa,03/09/2099,17:30,Bài phát,,5,2,,x", encoding="utf-8")
    assert campaign.run("log", "import", file, lang="vi") == 0
    assert capsys.readouterr().err.splitlines() == [
        '  Cột không dùng đến: "Ghi chú"',
        "  1 dòng ghi ngày chưa đến; hãy xem lại ngày và tháng",
    ]


def test_log_that_is_not_known_as_a_correction_is_told_how_to_replace(campaign, capsys):
    file = campaign.folder / "log.csv"
    for title in ("Bài phat", "Bài phát"):
        file.write_text(f"{HEADING}\ndai,loa,03/09/2020,17:30,{title},,5,2,", encoding="utf-8")
        assert campaign.run("log", "import", file, lang="vi") == 0
    assert "1 mục mới trùng ngày giờ với mục đã nạp trước đây" in capsys.readouterr().err
    assert campaign.run("log", "import", file, "--replace", lang="vi") == 0
    assert "Bỏ 1 mục của lần nạp trước mà tệp này không còn." in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [("extract",), ("extract", "--manifest", "a.jsonl", "--replay"), ("extract", "a.html", "--replay")]
)
def test_extract_wants_saved_pages_or_the_archive(campaign, capsys, arguments):
    assert campaign.run(*arguments) == 2
    assert "give files, or --manifest, or --replay" in capsys.readouterr().err


def test_replay_of_an_empty_archive_does_nothing(campaign, capsys):
    assert campaign.run("extract", "--replay") == 0
    assert capsys.readouterr().out == "Replayed 0 pages: 0 revised, 0 new articles, 0 unreadable.\n"


def test_file_that_is_no_warc_is_one_line(campaign, capsys):
    file = campaign.folder / "x.warc.gz"
    file.write_bytes(b"not a warc")
    assert campaign.run("crawl", "--warc", file) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"rasoat: {file}: not a WARC file")


def test_source_is_explained_in_vietnamese_down_to_its_reasons():
    span = Span(
        date(2020, 9, 3),
        date(2020, 9, 4),
        proved=False,
        why=because("on_route", route="listing", url="http://x.vn/", why=because("answered", status=503)),
    )
    found = Explained("bao", "http://x.vn/", NO_ROUTES, NO_ROUTES, {"article": 1234, "failed": 1}, (span,))
    lines = list(found.lines("vi"))
    assert "  kênh RSS/Atom: 0" in lines
    assert "  các trang: bài 1.234, không đọc được 1" in lines
    assert "    ✗ 03/09/2020 – 04/09/2020: máy chủ báo lỗi 503 (trang chuyên mục http://x.vn/)" in lines
