import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.pipeline.smtpd import mail_server

ASKED = "--as-of"


@pytest.fixture(scope="module")
def two_days(new_campaign, tmp_path_factory):
    """A campaign audited on two days; on the second a reviewer has confirmed what was uncertain on the first."""
    campaign = new_campaign(tmp_path_factory.mktemp("audited"))
    assert campaign.run("classify") == 0
    assert campaign.run("audit", ASKED, "2020-09-06", "--out", campaign.folder / "r1") == 0
    labels = campaign.folder / "labels.jsonl"
    labels.write_text(json.dumps({"id": campaign.ids[0], "topics": ["congress"]}) + "\n", encoding="utf-8")
    assert campaign.run("labels", "import", labels, "--reviewer", "an") == 0
    assert campaign.run("audit", ASKED, "2020-09-07", "--out", campaign.folder / "r2") == 0
    return campaign


@pytest.fixture
def audited(two_days, tmp_path):
    """A copy of it."""
    return replace(two_days, folder=Path(shutil.copytree(two_days.folder, tmp_path / "copy")))


def add_digest(campaign, server, **more):
    lines = {"to": ["truc@so.example", "lanh-dao@so.example"], "sender": "r@so.example", "host": "127.0.0.1"}
    lines |= {"port": server.port, "security": server.kind} | more
    text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items())
    campaign.file.write_text(campaign.file.read_text(encoding="utf-8") + f"\n[digest]\n{text}", encoding="utf-8")


def test_digest_compares_with_the_audit_of_the_day_before(audited, capsys):
    capsys.readouterr()
    assert audited.run("digest", lang="vi") == 0
    out = capsys.readouterr().out
    assert out.startswith("[Rà soát] 07/09/2020: ")
    assert "So với ngày 06/09/2020" in out
    assert "NAY ĐÃ ĐẠT" in out
    assert max(map(len, out.splitlines())) <= 80


def test_digest_of_a_day_audited_twice_compares_with_an_earlier_day_not_with_itself(audited, capsys):
    assert audited.run("audit", ASKED, "2020-09-07", "--out", audited.folder / "r3") == 0
    capsys.readouterr()
    assert audited.run("digest", lang="vi") == 0
    assert "So với ngày 06/09/2020" in capsys.readouterr().out


def test_digest_is_written_as_text_or_as_a_page(audited, capsys):
    for name, start in (("ban-tin.txt", "Coverage up to 7 Sep 2020"), ("ban-tin.html", "<!doctype html>")):
        assert audited.run("digest", "--out", audited.folder / name) == 0
        assert (audited.folder / name).read_text(encoding="utf-8").startswith(start)
    assert capsys.readouterr().err.endswith(f"Digest written → {audited.folder / 'ban-tin.html'}\n")


def test_digest_is_sent_with_the_password_of_the_environment(audited, capsys, monkeypatch):
    monkeypatch.setenv("RASOAT_SMTP_PASSWORD", "mat khau")
    with mail_server("none", password="mat khau") as server:
        add_digest(audited, server, user="rasoat")
        assert audited.run("digest", "--send") == 0
    [mail] = server.messages
    assert mail["Subject"].startswith("[Rà soát] 7 Sep 2020: ")
    assert server.logins == [("rasoat", "mat khau", False)]  # in the clear to this machine alone
    out = capsys.readouterr()
    assert out.err.endswith("Digest sent to: truc@so.example, lanh-dao@so.example\n")
    assert "mat khau" not in out.out + out.err


def test_address_that_is_refused_is_named_and_the_exit_code_says_so(audited, capsys):
    with mail_server("none", refuses=("truc@",)) as server:
        add_digest(audited, server)
        assert audited.run("digest", "--send", lang="vi") == 3
    assert "máy chủ thư từ chối: truc@so.example" in capsys.readouterr().err


def test_digest_that_cannot_be_sent_is_one_clear_line(audited, capsys):
    capsys.readouterr()
    assert audited.run("digest", "--send") == 3
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("rasoat: the digest was not sent: config.toml: digest.to: is empty")


def test_json_carries_the_message(audited, capsys):
    capsys.readouterr()
    assert audited.run("digest", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"subject", "text", "html", "sent"}
    assert found["sent"] is False


def test_digest_without_an_audit_says_what_to_do(campaign, capsys):
    assert campaign.run("digest", lang="vi") == 1
    assert "chưa có lần đối chiếu nào" in capsys.readouterr().err


def test_night_writes_the_digest_and_sends_it(campaign, capsys):
    out = campaign.folder / "night"
    with mail_server() as server:
        add_digest(campaign, server)
        campaign.run("nightly", ASKED, "2020-09-06", "--out", out, lang="vi")
    [mail] = server.messages
    assert mail["To"] == "truc@so.example, lanh-dao@so.example"
    written = (out / "ban-tin.txt").read_text(encoding="utf-8")
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == written
    assert (out / "ban-tin.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "Đã gửi bản tin cho: truc@so.example" in capsys.readouterr().err


def test_night_whose_digest_cannot_be_sent_is_told_and_its_report_stands(campaign, capsys):
    out = campaign.folder / "night"
    with mail_server(refuses=("@",)) as server:
        add_digest(campaign, server)
        assert campaign.run("nightly", ASKED, "2020-09-06", "--out", out, lang="vi") == 3
    assert "chưa gửi được bản tin: 127.0.0.1:" in capsys.readouterr().err
    assert (out / "manifest.json").exists()
    assert (out / "ban-tin.txt").exists()
