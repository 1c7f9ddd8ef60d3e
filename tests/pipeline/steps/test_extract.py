"""Saved pages of a manifest become rows, in order; what cannot be read is named and does not stop the rest."""

import json
import re

import pytest

from pipeline.cli import main
from pipeline.console import EXIT_BAD_INPUT, EXIT_OK, EXIT_WITH_FAILURES
from pipeline.errors import InputError
from pipeline.steps import extract as step
from pipeline.steps.extract import extract_manifest

KEYS = [
    "url",
    "kind",
    "title",
    "lead",
    "body",
    "published",
    "published_precision",
    "date_evidence",
    "canonical",
    "media",
    "lang",
]
ONE = "Hội Phụ nữ xã Tân Lập trao hai mươi con bò giống cho hội viên khó khăn, mỗi con trị giá mười lăm triệu đồng."
TWO = "Sau hai năm, hộ nhận bò chuyển lại một con bê cho hộ tiếp theo, đến nay đã có năm mươi hộ được hưởng lợi."
TITLE = "Trao bò giống cho hội viên khó khăn"
URL = "https://huyen.example.vn/trao-bo-giong-cho-hoi-vien-kho-khan"
ARTICLE = (
    f"<html lang=vi><h1>{TITLE}</h1><p>05/10/2020 08:30</p><p>{ONE}</p><p>{TWO}</p><video src=/a.mp4></video></html>"
)


def silent(done, total=0, note=""):
    """Shows no progress."""


def manifest(folder, pages, *extra):
    """Saves pages, name → (url, content), and writes their manifest."""
    rows = list(extra)
    for name, (url, content) in pages.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        rows.append({"file": name, "url": url})
    file = folder / "pages.jsonl"
    file.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return file


def read(file):
    return [json.loads(row) for row in file.read_text(encoding="utf-8").splitlines()]


def test_row_has_all_keys_and_null_where_unknown(tmp_path):
    source = manifest(tmp_path, {"a.html": (URL, ARTICLE), "b.html": ("https://khac.example.vn/x", "<p>Chào</p>")})
    assert extract_manifest(source, tmp_path / "out.jsonl", silent).pages == 2
    full, bare = read(tmp_path / "out.jsonl")
    assert list(full) == list(bare) == KEYS
    assert (full["kind"], full["title"], full["body"]) == ("article", TITLE, f"{ONE}\n{TWO}")
    assert (full["published"], full["published_precision"]) == ("2020-10-05T08:30:00+07:00", "minute")
    assert full["media"] == [{"kind": "video", "url": "https://huyen.example.vn/a.mp4", "duration_s": None}]
    assert full["date_evidence"][0]["kind"] == "byline"
    assert [bare[key] for key in KEYS[2:7]] == [None] * 5
    assert (bare["kind"], bare["date_evidence"], bare["media"], bare["canonical"]) == ("other", [], [], None)


def test_day_without_a_time_stays_a_day(tmp_path):
    source = manifest(tmp_path, {"a.html": (URL, ARTICLE.replace(" 08:30", ""))})
    extract_manifest(source, tmp_path / "out.jsonl", silent)
    assert read(tmp_path / "out.jsonl")[0]["published"] == "2020-10-05"


def test_unreadable_pages_are_named_and_the_rest_is_written_in_order(tmp_path, capsys):
    pages = {
        "a.html": (URL, ARTICLE),
        "anh.html": (URL + "-2", b"\x89PNG\r\n\x1a\n" + bytes(99)),
        "c.html": (URL + "-3", ARTICLE),
    }
    source = manifest(tmp_path, pages, {"file": "khong-co.html", "url": URL + "-0"})
    out = tmp_path / "out.jsonl"
    assert main(["--lang", "en", "extract", "--manifest", str(source), "--out", str(out)]) == EXIT_WITH_FAILURES
    assert [row["url"] for row in read(out)] == [URL + "-0", URL, URL + "-2", URL + "-3"]
    assert [row["kind"] for row in read(out)] == ["other", "article", "other", "article"]
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("rasoat:")]
    assert len(said) == 2
    assert said[0].startswith("rasoat: khong-co.html: No such file")
    assert f"rasoat: anh.html: {URL}-2: bytes begin with " in said[1]


def test_all_readable_ends_well_and_writes_to_standard_output(tmp_path, capsys):
    source = manifest(tmp_path, {"a.html": (URL, ARTICLE)})
    assert main(["extract", "--manifest", str(source)]) == EXIT_OK
    assert json.loads(capsys.readouterr().out)["title"] == TITLE


def test_nothing_readable_is_bad_input_and_nothing_is_written(tmp_path, capsys):
    source = manifest(tmp_path, {}, {"file": "khong-co.html", "url": URL}, {"file": "\x00", "url": URL})
    assert (
        main(["--lang", "en", "extract", "--manifest", str(source), "--out", str(tmp_path / "out.jsonl")])
        == EXIT_BAD_INPUT
    )
    assert "not one page could be read; first: khong-co.html: No such file" in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("{", r"pages\.jsonl:1: not JSON"),
        ('{"file":"a.html"}', r'pages\.jsonl:1: missing "url"'),
        ('{"file":7,"url":"x"}', r'pages\.jsonl:1: "file": expected text, got 7'),
        ("[]", r"pages\.jsonl:1: expected an object"),
    ],
)
def test_damaged_row_is_named_by_its_line_and_the_others_are_read(tmp_path, row, fault):
    done = extract_manifest(manifest(tmp_path, {"a.html": (URL, ARTICLE)}, row), tmp_path / "out.jsonl", silent)
    assert re.search(fault, str(done.faults[0]))
    assert [each["title"] for each in read(tmp_path / "out.jsonl")] == [TITLE]
    with pytest.raises(InputError, match=fault):
        extract_manifest(manifest(tmp_path, {}, row), tmp_path / "none.jsonl", silent)
    assert not (tmp_path / "none.jsonl").exists()


def test_damaged_rows_end_with_code_3_and_keep_their_numbers(tmp_path, capsys):
    source = manifest(tmp_path, {"a.html": (URL, ARTICLE)}, "", "{", "", '{"url": "x"}')
    assert main(["extract", "--manifest", str(source), "--out", str(tmp_path / "out.jsonl")]) == EXIT_WITH_FAILURES
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("rasoat:")]
    assert said == [f"rasoat: {source}:2: không phải JSON: sai từ ký tự thứ 2", f'rasoat: {source}:4: thiếu "file"']


def test_page_that_upsets_the_parser_does_not_stop_the_rest(tmp_path, monkeypatch):
    honest = step.extract

    def upset(html, url, **more):
        if url.endswith("-2"):
            raise RecursionError("too deep")
        return honest(html, url, **more)

    monkeypatch.setattr(step, "extract", upset)
    source = manifest(tmp_path, {"a.html": (URL, ARTICLE), "b.html": (URL + "-2", ARTICLE)})
    done = extract_manifest(source, tmp_path / "out.jsonl", silent)
    assert [row["kind"] for row in read(tmp_path / "out.jsonl")] == ["article", "other"]
    assert str(done.failures["b.html"]) == "unexpected RecursionError: too deep"


def test_addresses_that_are_none_do_not_stop_the_work(tmp_path):
    source = manifest(
        tmp_path, {"a.html": ("http://[x", ARTICLE), "b.html": ("", ARTICLE), "c.html": ("khong phai", ARTICLE)}
    )
    assert extract_manifest(source, tmp_path / "out.jsonl", silent).failures == {}
    assert {row["body"] for row in read(tmp_path / "out.jsonl")} == {f"{ONE}\n{TWO}"}


def test_charset_that_the_server_told_is_heard(tmp_path):
    page = f"<h1>{TITLE}</h1><p>{ONE}</p><p>{TWO}</p>".encode("utf-16-le")
    (tmp_path / "a.html").write_bytes(page)
    row = {"file": "a.html", "url": URL, "content_type": "text/html; charset=utf-16"}
    extract_manifest(manifest(tmp_path, {}, row), tmp_path / "out.jsonl", silent)
    assert read(tmp_path / "out.jsonl")[0]["title"] == TITLE


def test_pages_of_one_host_teach_each_other_what_is_the_sites(tmp_path):
    slogan = "<p>Chung tay xây dựng nông thôn mới, đô thị văn minh trên địa bàn toàn huyện Lũng Phài thân yêu.</p>"
    pages = {
        f"{n}.html": (
            f"{URL}-{n}",
            f"<h1>{TITLE} đợt {n}</h1><div>{slogan}<p>{ONE[:-1]}, {name}.</p><p>Ở {name}, {TWO}</p></div>",
        )
        for n, name in enumerate(("Nà Pò", "Pác Cáp", "Khuổi Lầy", "Bản Chắt", "Tân Hòa", "Lũng Na"))
    }
    extract_manifest(manifest(tmp_path, pages), tmp_path / "out.jsonl", silent)
    assert all("Chung tay" not in row["body"] for row in read(tmp_path / "out.jsonl"))


def test_saved_pages_are_read_without_a_manifest(tmp_path, capsys):
    file = tmp_path / "trang.html"
    file.write_text(ARTICLE, encoding="utf-8")
    assert main(["extract", str(file), "--url", URL]) == EXIT_OK
    row = json.loads(capsys.readouterr().out)
    assert (row["url"], row["kind"], row["title"]) == (URL, "article", TITLE)
    assert main(["extract", str(file), str(tmp_path / "khong-co.html")]) == EXIT_WITH_FAILURES
    out, err = capsys.readouterr()
    assert [json.loads(line)["kind"] for line in out.splitlines()] == ["article", "other"]
    assert "khong-co.html: không đọc được tệp" in err
    assert main(["extract", str(tmp_path / "khong-co.html")]) == EXIT_BAD_INPUT


def test_page_without_an_address_says_where_it_lies(tmp_path, capsys):
    file = tmp_path / "trang.html"
    file.write_text(ARTICLE, encoding="utf-8")
    assert main(["extract", str(file)]) == EXIT_OK
    assert json.loads(capsys.readouterr().out)["url"] == file.as_uri()
