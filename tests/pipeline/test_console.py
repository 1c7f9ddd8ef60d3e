"""Wrong calls are told where they lie, in the user's language, and nothing given is passed over in silence."""

import errno
import io
import os
from datetime import date

import pytest

from pipeline.cli import main
from pipeline.console import EXIT_BAD_INPUT, EXIT_OK, EXIT_USAGE, Day, Speaker
from pipeline.errors import SYSTEM_VI, system_fault


@pytest.fixture(autouse=True)
def vietnamese(monkeypatch):
    monkeypatch.delenv("RASOAT_LANG", raising=False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--quiet"], "thiếu tên lệnh"),
        (["help"], "muốn xem trợ giúp, gõ --help"),
        (["labels", "help"], "muốn xem trợ giúp, gõ --help"),
        (["tag"], "thiếu 'TỆP_VÀO'"),
        (["train", "--labels", "x", "--seed", "bảy"], "'--seed': cần số nguyên"),
        (["train", "--labels", "x", "--recall", "0,9"], "'--recall': cần số lớn hơn 0, không quá 1"),
        (
            ["audit", "--as-of", "31/02/2020"],
            "không đọc được ngày '31/02/2020'; hãy ghi 25/09/2020 hoặc 2020-09-25",
        ),
        (["audit", "--as-of", "9999-12-31"], "'--as-of': 31/12/9999 chưa đến"),
        (["schedule", "--systemd", "--cron"], "cần --systemd hoặc --cron, chỉ một trong hai"),
        (["classify", "--since", "05/09/2020", "--until", "01/09/2020"], "đứng sau --until 2020-09-01; hãy đổi lại"),
        (["crawl", "--warc", "a.warc.gz", "--since", "01/09/2020"], "--since, --until, --again không dùng cùng --warc"),
        (["crawl", "--warc", "a.warc.gz", "--again"], "--since, --until, --again không dùng cùng --warc"),
        (["extract", "--replay", "--out", "x.jsonl"], "--out không dùng cùng --replay"),
        (["extract", "--manifest", "m.jsonl", "--night", "2020-09-01"], "--night chỉ dùng cùng --replay"),
        (["extract", "a.html", "b.html", "--url", "https://bao.example/1"], "--url chỉ dùng cùng một tệp"),
        (["labels", "import", "x.jsonl", "--reviewer", " "], "--reviewer: còn trống; hãy ghi mã của người rà soát"),
        (["models", "rolback"], "có phải `rollback`?"),
    ],
)
def test_wrong_call_is_told_with_code_2(arguments, said, capsys):
    assert main(arguments) == EXIT_USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err.splitlines()[0]


def test_fault_of_an_option_points_to_the_help_of_its_command(capsys):
    assert main(["crawl", "--since"]) == EXIT_USAGE
    assert capsys.readouterr().err.splitlines()[1] == "rasoat: xem: rasoat crawl --help"


@pytest.mark.parametrize("arguments", [["-h"], ["crawl", "-h"], ["log", "import", "-h"]])
def test_help_has_a_short_name(arguments, capsys):
    assert main(arguments) == EXIT_OK
    assert "Cách gọi: rasoat" in capsys.readouterr().out


@pytest.mark.parametrize("written", ["2020-09-06", "06/09/2020", "6-9-2020"])
def test_day_may_be_written_as_in_vietnam(written):
    assert Day().convert(written, None, None) == date(2020, 9, 6)


@pytest.mark.parametrize("command", [("tag",), ("extract", "--manifest")])
def test_result_never_takes_the_place_of_its_source(tmp_path, capsys, command):
    file = tmp_path / "in.jsonl"
    file.write_text('{"id": 1}\n', encoding="utf-8")
    link = tmp_path / "link.jsonl"
    link.symlink_to(file)
    out = ("--out", str(link)) if command[0] == "extract" else (str(link),)
    assert main([*command, str(file), *out]) == EXIT_BAD_INPUT
    assert "kết quả sẽ ghi đè tệp nguồn" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == '{"id": 1}\n'


@pytest.mark.parametrize(
    "arguments", [("tag", "{}", "out"), ("log", "import", "{}"), ("labels", "import", "{}", "--reviewer", "r")]
)
def test_folder_in_the_place_of_a_file_is_told_in_vietnamese(campaign, capsys, arguments):
    folder = campaign.folder / "thu-muc"
    folder.mkdir()
    assert campaign.run(*(each.format(folder) for each in arguments), lang="vi") == EXIT_BAD_INPUT
    assert capsys.readouterr().err == f"rasoat: {folder}: không đọc được: đây là thư mục, không phải tệp\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"abc d\n", "không phải TOML hợp lệ: sai ở dòng 1, cột 5"),
        (b"[a\n", "không phải TOML hợp lệ: sai ở dòng 1, cột 3"),
        ("a = 1\nngày = 1\n".encode(), "không phải TOML hợp lệ: sai ở dòng 2, cột 3"),
        (
            b"a = 1\nlast_day = 2026-06-31 # thu\n",
            (
                "không phải TOML hợp lệ: ngày không hợp lệ ở dòng 2: “last_day = 2026-06-31 # thu”; hãy ghi một ngày có thật,"
                " như 2020-09-25"
            ),
        ),
        (b"a = [", "không phải TOML hợp lệ: tệp kết thúc giữa chừng"),
        (
            b'[[topic]]\nid = "a"\ncues = [\n  "b",\n]\n\n# c\nid = "d"\n',
            "không phải TOML hợp lệ: “id” ghi hai lần, ở dòng 2 và dòng 8; hãy bỏ một",
        ),
        (
            b"[store]\n[paths]\n[store]\n",
            "không phải TOML hợp lệ: “[store]” ghi hai lần, ở dòng 1 và dòng 3; hãy bỏ một",
        ),
        (b"\xff\xfea\x00", "không theo bảng mã UTF-8; hãy lưu lại bằng UTF-8"),
    ],
)
def test_campaign_that_is_no_toml_is_told_in_vietnamese(tmp_path, capsys, text, said):
    file = tmp_path / "config.toml"
    file.write_bytes(text)
    assert main(["--config", str(file), "audit"]) == EXIT_BAD_INPUT
    assert capsys.readouterr().err == f"rasoat: {file}: {said}\n"


def test_what_the_system_refuses_is_told_in_both_languages():
    assert system_fault(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))) == ("No space left on device", "ổ đĩa đã đầy")
    assert system_fault(OSError("odd")) == ("odd", "odd")
    assert all(not text.isascii() for text in SYSTEM_VI.values())


def test_store_that_cannot_be_made_is_told_in_vietnamese(campaign, capsys):
    text = campaign.file.read_text(encoding="utf-8")
    file = campaign.folder / "khac.toml"
    file.write_text(f'{text}\n[store]\nurl = "sqlite:///config.toml/kho.sqlite"\n', encoding="utf-8")
    assert main(["--config", str(file), "init"]) == EXIT_BAD_INPUT
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith(f"{campaign.file}: không tạo được thư mục của kho: đã có tệp trùng tên")


def test_version_is_name_and_number(capsys):
    assert main(["--version"]) == EXIT_OK
    name, number = capsys.readouterr().out.split()
    assert (name, number.count(".")) == ("rasoat", 2)


def test_long_lines_are_folded_under_their_indent_and_hard_spaces_hold(capsys):
    Speaker("vi").fold(f"  {'nhiệm vụ ' * 8}đã có: 0/1\xa0bài", "")
    assert capsys.readouterr().out.splitlines() == [f"  {'nhiệm vụ ' * 8}đã có:", "    0/1 bài"]


@pytest.mark.parametrize(
    ("said", "agreed"), [("c\n", True), ("Có\n", True), ("y\n", True), ("\n", False), ("k\n", False)]
)
def test_a_question_is_agreed_to_by_a_clear_yes_in_either_language(said, agreed, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(said))
    assert Speaker("vi").agreed("Thực hiện?", "Proceed?") is agreed
    assert capsys.readouterr().err.startswith("Thực hiện? [c/K]: ")
