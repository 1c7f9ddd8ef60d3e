"""An audit can be made again from its manifest, byte by byte, on either engine; what differs is named, and who signed."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.console import EXIT_BAD_INPUT, EXIT_OK, EXIT_WITH_FAILURES
from pipeline.errors import InputError
from pipeline.records import LabelEvent
from pipeline.steps.audit import judge
from pipeline.steps.classify import classify
from pipeline.steps.manifest import kept, read, signing_key
from pipeline.steps.report import report
from pipeline.store import articles, codebooks, dating, labels, runs
from tests.pipeline.pages import article_at

DAY = date(2020, 9, 6)
AT = datetime(2020, 9, 7, tzinfo=UTC)
FAST = '\n[report]\nformats = ["html", "csv", "json", "sqlite"]\n'
SIGNING = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


def configure(campaign, text):
    campaign.file.write_text(campaign.file.read_text(encoding="utf-8") + text, encoding="utf-8")


def say(campaign, article, *, value, minute):
    with campaign.open() as store, store.begin() as connection:
        codebooks.register(connection, "c", campaign.config.codebook.as_json())
        event = LabelEvent(article, "congress", value=value, reviewer="r1", at=AT.replace(minute=minute), codebook="c")
        labels.append(connection, [event])


@pytest.fixture
def listed(campaign):
    """A campaign that is tagged and partly read, with the manifest of its audit."""
    configure(campaign, FAST)
    assert campaign.run("classify") == EXIT_OK
    say(campaign, campaign.ids[0], value=True, minute=1)
    file = campaign.folder / "m.json"
    assert campaign.run("audit", "--as-of", DAY, "--manifest", file) == EXIT_OK
    return campaign, file


def test_files_that_were_handed_out_are_held_to_the_manifest(listed, capsys):
    campaign, file = listed
    report = campaign.config.data / "report" / str(DAY)
    assert campaign.run("audit", "verify", file, "--files", report) == EXIT_OK
    (report / "audit.json").write_text("{}", encoding="utf-8")
    (report / "bao-cao.html").unlink()
    capsys.readouterr()
    assert campaign.run("audit", "verify", file, "--files", report, "--json") == EXIT_WITH_FAILURES
    told = json.loads(capsys.readouterr().out)
    assert (told["same"], told["altered"]) == (True, ["audit.json", "bao-cao.html"])


def test_audit_made_again_is_the_same_though_people_have_spoken_since(listed, capsys):
    campaign, file = listed
    say(campaign, campaign.ids[2], value=True, minute=2)
    say(campaign, campaign.ids[0], value=False, minute=3)
    capsys.readouterr()
    assert campaign.run("audit", "verify", file, "--json") == EXIT_OK
    assert json.loads(capsys.readouterr().out) == {
        "same": True,
        "signed_by": None,
        "inputs": [],
        "files": [],
        "altered": [],
    }
    later = campaign.folder / "later.json"
    assert campaign.run("audit", "--as-of", DAY, "--manifest", later) == EXIT_OK
    first, second = (json.loads(each.read_text(encoding="utf-8")) for each in (file, later))
    assert {name for name in first["inputs"] if first["inputs"][name] != second["inputs"][name]} == {"labels"}
    assert second["known"]["label_event"] > first["known"]["label_event"]


def test_what_differs_from_a_manifest_is_named(listed, capsys):
    campaign, file = listed
    with campaign.open() as store, store.begin() as connection:
        dating.say(connection, campaign.ids[1], date(2020, 9, 4), "r1", AT, "sổ")
    capsys.readouterr()
    assert campaign.run("audit", "verify", file) == EXIT_WITH_FAILURES
    told = capsys.readouterr().out
    assert "bao-cao.html" in told
    assert "The articles: " in told
    assert "reviewers" not in told


@pytest.mark.parametrize("text", ["[]", "{", '{"format": "rasoat manifest 1"}', '{"format": "other"}', "null"])
def test_file_that_is_no_manifest_is_refused_in_one_line(campaign, capsys, text):
    file = campaign.folder / "m.json"
    file.write_text(text, encoding="utf-8")
    assert campaign.run("audit", "verify", file) == EXIT_BAD_INPUT
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert str(file) in told[0]


def test_key_that_is_missing_is_told_in_one_line_before_the_audit_is_made(campaign, capsys):
    configure(campaign, FAST + 'signing_key = "khoa"\n')
    capsys.readouterr()
    assert campaign.run("audit", "--as-of", DAY, "--manifest", campaign.folder / "m.json") == EXIT_BAD_INPUT
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert "report.signing_key" in err
    assert not (campaign.folder / "m.json").exists()


@SIGNING
def test_key_that_cannot_sign_stops_a_night_before_it_crawls_and_doctor_tells_it(campaign, capsys):
    configure(campaign, FAST + 'signing_key = "khoa"\n')
    key = campaign.folder / "khoa"
    for make in (None, ["-N", "mat khau"]):  # no file; a key that asks for its passphrase
        if make:
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", *make, "-f", key], check=True)
        capsys.readouterr()
        assert campaign.run("nightly", "--as-of", DAY, "--log-json") == EXIT_BAD_INPUT
        lines = capsys.readouterr().err.splitlines()
        assert [json.loads(line)["event"] for line in lines[:-1]] == ["night_started", "night_failed"]
        assert str(key) in lines[-1]
        with campaign.open() as store, store.read() as connection:
            assert runs.last(connection, "nightly").counts == {}
        assert campaign.run("doctor", "--offline", lang="vi") == EXIT_WITH_FAILURES
        told = " ".join(capsys.readouterr().out.split())
        assert f"ký bản kê: {key}: khóa có đặt mật khẩu" in told if make else "ký bản kê" in told
    subprocess.run(["ssh-keygen", "-q", "-p", "-P", "mat khau", "-N", "", "-f", key], check=True)
    capsys.readouterr()
    campaign.run("doctor", "--offline", lang="vi")
    assert f"✓ ký bản kê: {key}" in " ".join(capsys.readouterr().out.split())


@SIGNING
@pytest.mark.parametrize(("kept", "told"), [(0o600, "không phải khóa riêng SSH"), (0o644, "chmod 600 ")])
def test_file_that_is_no_key_is_told_in_the_user_s_words(campaign, kept, told):
    configure(campaign, FAST + 'signing_key = "khoa"\n')
    (campaign.folder / "khoa").write_text("không phải khóa\n", encoding="utf-8")
    (campaign.folder / "khoa").chmod(kept)
    with pytest.raises(InputError, match="khoa: ") as caught:
        signing_key(campaign.config)
    assert told in caught.value.vi
    assert "ssh-keygen báo" not in caught.value.vi


@SIGNING
def test_signature_names_its_key_and_fails_once_a_letter_changes(campaign, capsys):
    key = campaign.folder / "khoa"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "so-tttt", "-f", key], check=True)
    configure(campaign, FAST + 'signing_key = "khoa"\n')
    file = campaign.folder / "m.json"
    for _ in range(2):  # the second takes the place of the first, signature and all
        assert campaign.run("audit", "--as-of", DAY, "--manifest", file) == EXIT_OK
    capsys.readouterr()
    assert campaign.run("audit", "verify", file) == EXIT_OK
    fingerprint = subprocess.run(
        ["ssh-keygen", "-l", "-f", key], check=True, capture_output=True, text=True
    ).stdout.split()[1]
    assert f"{fingerprint} so-tttt" in capsys.readouterr().out
    file.write_text(file.read_text(encoding="utf-8").replace("2020-09-06", "2020-09-05"), encoding="utf-8")
    assert campaign.run("audit", "verify", file) == EXIT_BAD_INPUT
    assert "ssh-keygen says" in capsys.readouterr().err


def judged(config, store, folder):
    """Audits and gives the inputs and the digests of all files."""
    classify(config, store, lambda *_: None)
    result = judge(config, store, DAY)
    return result.inputs, report(config, result, folder, "vi")


def test_both_engines_give_the_same_bytes(filled, new_campaign, tmp_path):
    config, store, _ = filled
    folder = tmp_path / "other"
    folder.mkdir()
    other = new_campaign(folder)
    with other.open() as beside:
        expected = judged(other.config, beside, tmp_path / "a")
    assert judged(replace(config, paths=other.config.paths), store, tmp_path / "b") == expected


@pytest.mark.long
def test_neither_hash_seed_nor_time_zone_nor_locale_changes_a_byte(campaign):
    assert campaign.run("classify") == EXIT_OK
    found = []
    for seed, zone, locale in (("0", "UTC", "C"), ("1", "Asia/Ho_Chi_Minh", "C.UTF-8"), ("2", "America/New_York", "C")):
        file = campaign.folder / f"{seed}.json"
        command = [sys.executable, "-m", "pipeline.cli", "--config", campaign.file, "--lang", "vi", "audit"]
        subprocess.run(
            [*command, "--as-of", str(DAY), "--manifest", file, "--out", campaign.folder / seed],
            check=True,
            cwd=Path(__file__).parents[3],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LANG": locale, "LC_ALL": locale},
        )
        found.append(file.read_bytes())
    assert found[0] == found[1] == found[2]
    assert len(json.loads(found[0])["files"]) > 5


def test_day_of_the_past_is_judged_as_it_was_when_nothing_of_it_has_changed(listed):
    """A later article of the same outlet does not change the audit of an earlier day."""
    campaign, file = listed
    before = json.loads(file.read_text(encoding="utf-8"))
    with campaign.open() as store:
        with store.read() as connection:
            old = articles.revisions(connection, campaign.ids[0])[0]
        with store.begin() as connection:
            articles.save(connection, _later(old), "bao")
    assert campaign.run("audit", "--as-of", DAY, "--manifest", file) == EXIT_OK
    after = json.loads(file.read_text(encoding="utf-8"))
    assert after == before


def _later(old):
    at = datetime(2020, 9, 20, 1, tzinfo=UTC)
    return article_at("bao.example/moi.html", "Tin mới", old.body, at=at, fetched_at=datetime(2020, 9, 21, tzinfo=UTC))


def test_kept_audit_gives_its_files_again_where_the_store_has_gone_on(listed, capsys):
    campaign, file = listed
    with campaign.open() as store, store.begin() as connection:
        dating.say(connection, campaign.ids[1], date(2020, 9, 4), "r1", AT, "sổ")
    capsys.readouterr()
    assert campaign.run("audit", "verify", file, lang="vi") == EXIT_WITH_FAILURES
    assert "Lần đối chiếu ấy như kho đã lưu cho ra đúng từng byte các tệp của bản kê." in capsys.readouterr().out
    with campaign.open() as store:
        assert report(campaign.config, kept(store, read(file)), campaign.folder / "again", "en") == read(file).files
    file.write_text(file.read_text(encoding="utf-8").replace('"config": "', '"config": "0'), encoding="utf-8")
    assert campaign.run("audit", "verify", file, "--json") == EXIT_WITH_FAILURES
    assert json.loads(capsys.readouterr().out)["rebuilt"] is None
