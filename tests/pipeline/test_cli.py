"""What a user meets: help in two languages, one line a fault, exit codes, JSON that machines can read."""

import json
import sqlite3
import sys

import click
import pytest

from pipeline.cli import app, main
from pipeline.console import EXIT_BAD_INPUT, EXIT_OK, EXIT_USAGE, EXIT_WITH_FAILURES, language, side
from pipeline.store import Store, labels
from tests.pipeline.fingerprint import fingerprint


def paths(group=app, before=()):
    for name, command in group.commands.items():
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from paths(command, (*before, name))


COMMANDS = dict(paths())


@pytest.fixture(autouse=True)
def narrow_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("RASOAT_LANG", raising=False)


def one_line(capsys) -> str:
    """The fault that was printed, which must be one line on standard error and nothing else."""
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith("rasoat: ")
    return line


@pytest.mark.parametrize("path", [(), *COMMANDS], ids=" ".join)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_help_speaks_the_language_within_80_columns(path, lang, capsys):
    assert main(["--lang", lang, *path, "--help"]) == EXIT_OK
    out = capsys.readouterr().out
    command = COMMANDS.get(path, app)
    assert side(command.help, lang).split("\n")[0].split()[0] in out
    assert ("English: " in out) == (lang == "vi")
    assert ("Cách gọi: " in out, "Usage: " in out) == (lang == "vi", lang == "en")
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("path", [(), *COMMANDS], ids=" ".join)
def test_everything_has_both_languages(path):
    command = COMMANDS.get(path, app)
    texts = [command.help, *(each.help for each in command.params if isinstance(each, click.Option))]
    assert all(side(text, "vi") != side(text, "en") for text in texts)


@pytest.mark.parametrize("command", ["classify", "retrain", "crawl"])
def test_long_commands_step_back_where_the_process_is_theirs(command, tmp_path, monkeypatch, capsys):
    stepped = []
    monkeypatch.setattr("os.nice", stepped.append)
    arguments = ["--config", str(tmp_path / "none.toml"), command]
    assert main(arguments) == EXIT_BAD_INPUT
    assert stepped == []  # called by another program, whose priority is its own
    monkeypatch.setattr(sys, "argv", ["rasoat", *arguments])
    assert main() == EXIT_BAD_INPUT
    assert len(stepped) == (command != "crawl")
    assert "none.toml" in capsys.readouterr().err


def test_language_comes_from_the_option_then_the_environment():
    assert language([], {}) == "vi"
    assert language([], {"RASOAT_LANG": "en"}) == "en"
    assert language(["crawl", "--lang", "vi"], {"RASOAT_LANG": "en"}) == "vi"
    assert language(["--lang=en"], {}) == "en"


def test_call_without_command_shows_the_help(capsys):
    assert main([]) == EXIT_USAGE
    assert "Lệnh:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "vi", "en"),
    [
        (
            ["nightli"],
            "không có lệnh `nightli`; có phải `nightly`?",
            "no such command `nightli`; did you mean `nightly`?",
        ),
        (["x"], "không có lệnh `x`; đang có: init", "no such command `x`; there are: init"),
        (["labels", "imprt"], "có phải `import`?", "did you mean `import`?"),
        (["crawl", "--sinc", "x"], "không có tùy chọn --sinc; có phải --since", "No such option"),
        (
            ["crawl", "--since", "5/9"],
            "'--since': không đọc được ngày '5/9'; hãy ghi 25/09/2020 hoặc 2020-09-25",
            "'--since': expected a day",
        ),
        (["train"], "thiếu '--labels'", "Missing option '--labels'"),
        (["extract", "--manifest"], "tùy chọn --manifest cần một giá trị", "requires an argument"),
        (["export", "pages"], "cần một trong: articles, labels, predictions, audit", "is not one of"),
        (["tag", "--workers", "0", "a", "b"], "'--workers': cần số nguyên từ 1 đến 256", "not in the range"),
        (["init", "here"], "thừa tham số (here)", "unexpected extra argument"),
        (["--lang", "fr", "init"], "'--lang': cần một trong: vi, en", None),
    ],
)
def test_wrong_call_is_told_in_the_language_with_code_2(arguments, vi, en, capsys):
    assert main(arguments) == EXIT_USAGE
    assert vi in capsys.readouterr().err
    if en:
        assert main(["--lang", "en", *arguments]) == EXIT_USAGE
        assert en in capsys.readouterr().err


def test_missing_campaign_names_the_remedy(tmp_path, capsys):
    assert main(["--config", str(tmp_path / "none.toml"), "audit"]) == EXIT_BAD_INPUT
    assert "rasoat init" in one_line(capsys)
    assert list(tmp_path.iterdir()) == []


def test_config_with_five_faults_prints_five_lines(tmp_path, capsys):
    file = tmp_path / "config.toml"
    file.write_text(
        'color = 1\n[fetch]\ndelay_s = "soon"\nthreds = 4\n[[source]]\nid = "A b"\nname = "x"\nhome = "bao.vn"\n',
        encoding="utf-8",
    )
    assert main(["--config", str(file), "--lang", "en", "crawl"]) == EXIT_BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.split(": ")[2] for line in err.splitlines()] == [
        "color",
        "fetch.delay_s",
        "fetch.threds",
        "source.0.id",
        "source.0.home",
    ]


def test_store_of_a_newer_schema_is_left_alone(campaign, capsys):
    file = campaign.folder / "var" / "rasoat.sqlite"
    with sqlite3.connect(file) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    before = file.read_bytes()
    for command in ("audit", "nightly", "init", "classify", "crawl"):
        assert campaign.run(command) == EXIT_BAD_INPUT
        assert "schema 9999 is newer than this program knows" in one_line(capsys)
    assert file.read_bytes() == before


def test_file_that_is_no_store_is_one_line(campaign, capsys):
    (campaign.folder / "var" / "rasoat.sqlite").write_text("không phải kho" * 99, encoding="utf-8")
    assert campaign.run("audit", lang="vi") == EXIT_BAD_INPUT
    assert "tệp bị hỏng hoặc không phải kho" in one_line(capsys)


def test_init_twice_loses_nothing(campaign, capsys):
    campaign.file.write_text(campaign.file.read_text(encoding="utf-8") + "\n# của tôi\n", encoding="utf-8")
    config = campaign.file.read_bytes()
    with campaign.open() as store, store.read() as connection:
        before = fingerprint(connection)
    assert [campaign.run("init"), campaign.run("init")] == [EXIT_OK, EXIT_OK]
    assert "already there" in capsys.readouterr().out
    assert campaign.file.read_bytes() == config
    with campaign.open() as store, store.read() as connection:
        assert fingerprint(connection) == before


def test_init_makes_a_campaign_that_the_other_commands_accept(tmp_path, capsys):
    file = tmp_path / "chiến dịch" / "config.toml"
    call = ["--config", str(file), "--lang", "en"]
    assert main([*call, "init"]) == EXIT_OK
    assert "written" in capsys.readouterr().out
    assert sorted(entry.name for entry in file.parent.joinpath("var").iterdir() if entry.is_dir()) == [
        "archive",
        "models",
        "report",
    ]
    assert main([*call, "export", "articles"]) == EXIT_OK
    assert capsys.readouterr().out == ""


def test_day_of_a_campaign_from_tagging_to_audit(campaign, capsys, tmp_path):
    assert campaign.run("classify", "--json") == EXIT_OK
    assert json.loads(capsys.readouterr().out)["articles"] == 3
    assert campaign.run("classify", "--json") == EXIT_OK
    assert json.loads(capsys.readouterr().out)["articles"] == 0
    report = tmp_path / "report"
    assert campaign.run("audit", "--as-of", "2020-09-06", "--out", report, "--json") == EXIT_OK
    said = json.loads(capsys.readouterr().out)
    assert [(row["outlet"], row["topic"], row["verdict"]) for row in said["verdicts"]] == [
        ("bao", "congress", "uncertain"),
        ("dai", "congress", "uncertain"),
        ("dai", "youth", "gap"),
    ]
    assert (report / "bao-cao.html").stat().st_size > 0
    assert campaign.run("audit", "--as-of", "2020-09-06", "--out", report, lang="vi") == EXIT_OK
    assert "trong 3 nhiệm vụ:\n  0 đạt · 1 thiếu · 2 chưa đủ căn cứ" in capsys.readouterr().out


def test_home_that_is_down_breaks_the_night(campaign, capsys):
    assert campaign.run("crawl", "--source", "bao", "--until", "2020-09-06", "--json") == EXIT_WITH_FAILURES
    broken = json.loads(capsys.readouterr().out)["broken"]
    assert list(broken) == ["bao"]
    assert (broken["bao"]["code"], broken["bao"]["args"]["url"]) == ("at", "http://127.0.0.1:9/")


def test_days_that_are_all_proved_ask_nothing_and_say_so(campaign, capsys):
    assert campaign.run("crawl", "--source", "bao", lang="vi") == EXIT_OK
    assert "Những ngày này đều đã quan sát đủ nên không cần truy cập mạng." in capsys.readouterr().err


def test_crawl_with_failures_ends_with_code_3(campaign, capsys):
    assert campaign.run("crawl", "--source", "bao", "--since", "2020-08-31", "--json") == EXIT_WITH_FAILURES
    said = json.loads(capsys.readouterr().out)
    assert (said["articles"], list(said["broken"])) == ({}, ["bao"])


def test_crawl_of_an_unknown_source_is_one_line(campaign, capsys):
    assert campaign.run("crawl", "--source", "tap-chi") == EXIT_BAD_INPUT
    assert "no such source; there are: bao, dai" in one_line(capsys)


def test_second_crawl_at_the_same_time_is_refused(campaign, capsys):
    with campaign.open() as store, store.alone():
        assert campaign.run("nightly") == EXIT_BAD_INPUT
    assert "another `rasoat nightly`" in one_line(capsys)


def test_plain_progress_and_remarks_keep_off_standard_output(campaign, capsys):
    assert main(["--config", str(campaign.file), "--quiet", "classify", "--json"]) == EXIT_OK
    out, err = capsys.readouterr()
    assert (json.loads(out)["articles"], err) == (3, "")


def test_stopped_run_says_how_to_go_on(campaign, capsys, monkeypatch):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.steps.classify.classify", stop)
    assert campaign.run("classify") == EXIT_WITH_FAILURES
    assert "run again to continue" in one_line(capsys)


def test_reader_that_has_seen_enough_is_no_fault(campaign, monkeypatch):
    class Closed:
        def write(self, _: bytes) -> int:
            raise BrokenPipeError

        def fileno(self) -> int:
            return 99

    monkeypatch.setattr("pipeline.cli.os.dup2", lambda *_: None)
    monkeypatch.setattr(sys, "stdout", type("Out", (), {"buffer": Closed(), "fileno": Closed.fileno})())
    assert campaign.run("export", "articles") == EXIT_OK


def write_labels(campaign, *lines):
    file = campaign.folder / "labels.jsonl"
    file.write_bytes(
        b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines) + b"\n"
    )
    return file


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([{"id": "x", "topics": []}, b"{"], "labels.jsonl:2: not JSON"),
        (
            [b"", b"", {"id": "x", "topics": ["sport"]}],
            "labels.jsonl:3: no such topic 'sport'; there are: congress, youth",
        ),
        ([{"id": "x", "topics": [], "reviewed": ["sport"]}], "labels.jsonl:1: no such topic 'sport'"),
        ([{"id": "x", "topics": "congress"}], 'labels.jsonl:1: "topics": expected a list of topic ids'),
        ([{"id": "x"}], 'labels.jsonl:1: missing "topics"'),
        ([{"topics": []}], 'labels.jsonl:1: missing "id" or "url"'),
        ([[1]], "labels.jsonl:1: expected an object"),
        (["Đạt".encode("utf-16")], "labels.jsonl:1: not UTF-8"),
    ],
)
def test_label_file_that_cannot_be_read_names_the_row_and_stores_nothing(campaign, capsys, lines, words):
    good = {"id": campaign.ids[0], "topics": ["congress"]}
    file = write_labels(campaign, *lines, good)
    assert campaign.run("labels", "import", file, "--reviewer", "r1") == EXIT_BAD_INPUT
    assert words in one_line(capsys)
    with campaign.open() as store, store.read() as connection:
        assert list(labels.events(connection)) == []


def test_every_bad_row_of_a_label_file_is_named_at_once(campaign, capsys):
    file = write_labels(
        campaign, b"{", {"id": campaign.ids[0], "topics": ["congress"]}, {"id": "x", "topics": ["sport"]}
    )
    assert campaign.run("labels", "import", file, "--reviewer", "r1", lang="vi") == EXIT_BAD_INPUT
    assert [line.split(":")[2] for line in capsys.readouterr().err.splitlines()] == ["1", "3"]


def test_labels_are_imported_once_and_change_by_the_last_word(campaign, capsys):
    def say(*topics):
        row = {"url": "https://www.bao.example/bai-0.html", "topics": topics}
        file = write_labels(campaign, row, {"url": "http://x.vn/", "topics": []})
        assert campaign.run("labels", "import", file, "--reviewer", "r1") == EXIT_WITH_FAILURES
        out, err = capsys.readouterr()
        assert f"{file}:2: http://x.vn/: no such article in the store" in err
        with campaign.open() as store, store.read() as connection:
            return int(out.split(", ")[1].split()[0]), labels.current(connection)[campaign.ids[0]]

    assert say("congress") == (2, {"congress": True, "youth": False})
    assert say("congress") == (0, {"congress": True, "youth": False})
    assert say("youth") == (2, {"congress": False, "youth": True})
    assert say("congress") == (2, {"congress": True, "youth": False})


def test_reviewed_topics_alone_are_labelled(campaign):
    file = write_labels(campaign, {"id": campaign.ids[2], "topics": ["youth"], "reviewed": ["youth"]})
    assert campaign.run("labels", "import", file, "--reviewer", "r1") == EXIT_OK
    with Store.open(campaign.config.store_url) as store, store.read() as connection:
        assert labels.current(connection) == {campaign.ids[2]: {"youth": True}}


def test_help_in_vietnamese_keeps_no_english_sign_of_click(capsys):
    assert main(["--lang", "vi", "labels", "import", "--help"]) == EXIT_OK
    out = capsys.readouterr().out
    assert "rasoat labels import [TÙY CHỌN] TỆP" in out
    assert "--reviewer CHỮ" in out
    assert main(["--lang", "vi", "models", "rollback", "--help"]) == EXIT_OK
    assert "[bắt buộc]" in capsys.readouterr().out
    assert main(["--lang", "vi", "eval", "--help"]) == EXIT_OK
    assert "[mặc định: 17]" in capsys.readouterr().out


def test_fault_of_a_model_is_told_in_vietnamese(campaign, capsys):
    file = write_labels(campaign, {"title": "a", "body": "b", "topics": []})
    assert campaign.run("eval", "--labels", file, "--model", campaign.folder, lang="vi") == EXIT_BAD_INPUT
    assert "không phải thư mục mô hình" in one_line(capsys)
