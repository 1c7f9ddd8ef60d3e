import shutil
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from crawlers.article import ArchiveRef, Fetch
from pipeline.settings import ReviewSettings
from pipeline.steps.doctor import LEAST_FREE, OLD_BACKUP, examine
from pipeline.steps.draw import draw_uniform
from pipeline.store import fetches, runs

NOW = datetime(2020, 9, 20, tzinfo=UTC)


def faults(campaign, *, network=False):
    return {check.name: check for check in examine(campaign.file, network=network, now=NOW) if not check.ok}


def rewrite(campaign, old, new):
    text = campaign.file.read_text(encoding="utf-8")
    assert old in text
    campaign.file.write_text(text.replace(old, new), encoding="utf-8")


def test_sound_campaign_has_no_fault(campaign):
    assert faults(campaign) == {}
    assert campaign.run("doctor", "--offline") == 0


def test_faulty_campaign_is_told_line_by_line_with_code_1(campaign, capsys):
    rewrite(campaign, "min_items = 1", "min_items = 0")
    assert campaign.run("doctor", "--offline") == 1
    assert "duty.0.min_items: expected a number of at least 1" in capsys.readouterr().out


def test_outlet_without_a_source_is_named(campaign):
    rewrite(campaign, 'outlet = "dai"\nhome', 'outlet = "bao"\nhome')
    check = faults(campaign)["outlets"]
    assert check.en == "without a [[source]], so never observed: dai; add a source or take the outlet out"
    assert "hãy thêm nguồn" in check.vi


def test_real_sources_need_a_contact(campaign):
    rewrite(campaign, 'home = "http://127.0.0.1:9/dai/"\nloopback = true', 'home = "https://dai.example/"')
    assert "put an e-mail" in faults(campaign)["contact"].en
    rewrite(campaign, "[fetch]\n", '[fetch]\ncontact = "bbt@sonkhe.example"\n')
    assert "contact" not in faults(campaign)


def test_absent_store_and_damaged_store_say_what_to_do(campaign):
    file = campaign.folder / "var" / "rasoat.sqlite"
    file.write_bytes(b"not a store" * 500)
    assert "restore it from a backup" in faults(campaign)["store"].en
    shutil.rmtree(file.parent)
    assert "run `rasoat init`" in faults(campaign)["store"].en
    assert not file.exists()


def test_archived_pages_that_are_gone_or_cut_short_are_told(campaign):
    page = ArchiveRef("rasoat-2020-09-05.warc.gz", 100, 50, "ab" * 32)
    fetch = Fetch("bao", "http://127.0.0.1:9/1", "127.0.0.1:9/1", "page", 200, NOW, archive=page)
    with campaign.open() as store, store.begin() as connection:
        fetches.save_fetch(connection, fetch, NOW.date())
    file = campaign.config.data / "archive" / page.file
    assert "1 file is missing or cut short, such as rasoat-2020-09-05.warc.gz" in faults(campaign)["archive"].en
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"x" * 149)
    assert "`rasoat backup --pages`" in faults(campaign)["archive"].vi
    file.write_bytes(b"x" * 150)
    assert "archive" not in faults(campaign)


def test_unknown_model_is_named(campaign):
    rewrite(campaign, 'model = "weak"', 'model = "0123456789ab"')
    assert "0123456789ab: no such version" in faults(campaign)["model"].en
    assert campaign.run("doctor", "--offline") == 3


def test_full_disk_says_what_to_do(campaign, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=LEAST_FREE - 1))
    check = faults(campaign)["disk"]
    assert "free some or change paths.data" in check.en
    assert "dọn bớt hoặc đổi paths.data" in check.vi


def test_host_that_does_not_answer_is_told(campaign):
    found = faults(campaign, network=True)
    assert set(found) == {"source bao", "source dai"}
    assert "check home" in found["source bao"].en
    assert "/robots.txt); hãy kiểm tra địa chỉ home và mạng" in found["source bao"].vi


def test_hosts_are_asked_at_once(campaign):
    both = threading.Barrier(2, timeout=30)  # no answer before both were asked

    class Waits(BaseHTTPRequestHandler):
        def do_GET(self):
            both.wait()
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_):
            """Says nothing."""

    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Waits) for _ in "ab"]
    for server, place in zip(servers, ("/", "/dai/"), strict=True):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        rewrite(campaign, f'"http://127.0.0.1:9{place}"', f'"http://127.0.0.1:{server.server_port}{place}"')
    assert faults(campaign, network=True) == {}
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_check_speaks_both_languages(campaign, lang):
    rewrite(campaign, 'model = "weak"', 'model = "none"')
    for check in examine(campaign.file, network=False, now=NOW):
        assert getattr(check, lang)


def ran(campaign, step, at, *, outcome="done"):
    with campaign.open() as store, store.begin() as connection:
        run = runs.start(connection, step, {}, at)
        if outcome:
            runs.finish(connection, run, outcome, {}, at)


@pytest.mark.parametrize(
    ("started", "outcome", "told"),
    [
        (-5, None, "that of 20 Sep 2020 02:00 was killed; run `rasoat nightly`, which goes on"),
        (-5, "failed", "that of 20 Sep 2020 02:00 failed; run `rasoat nightly`"),
        (-48, "done", "the last one was on 18 Sep 2020 07:00; does the machine run it every night?"),
        (30, "done", "later than it is; set the clock: `timedatectl set-ntp true`"),
        (-5, "done", None),
    ],
)
def test_what_became_of_the_last_night_is_told_with_what_mends_it(campaign, started, outcome, told):
    ran(campaign, "nightly", NOW + timedelta(hours=started), outcome=outcome)
    found = faults(campaign)
    assert ("nights" in found) == (told is not None)
    assert told is None or told in found["nights"].en


def test_night_at_work_is_no_fault_until_the_next_would_begin(campaign):
    ran(campaign, "nightly", NOW - timedelta(hours=5), outcome=None)
    with campaign.open() as store, store.alone():
        assert "nights" not in faults(campaign)
        ran(campaign, "nightly", NOW - timedelta(hours=25), outcome=None)
        assert "is at work for more than a day; see `ps -C rasoat`" in faults(campaign)["nights"].en
    assert "nights" in faults(campaign)


def test_old_backup_and_sources_that_nobody_sees_are_told_with_the_command(campaign):
    ran(campaign, "nightly", NOW - timedelta(hours=5))
    found = faults(campaign)
    assert found["backup"].en == "there is none; run `rasoat backup FOLDER`"
    assert found["health bao, dai"].vi == "chưa thu thập lần nào; xem `rasoat sources explain NGUỒN`"
    ran(campaign, "backup", NOW - OLD_BACKUP - timedelta(hours=1))
    found = faults(campaign)
    assert set(found) == {"backup", "health bao, dai"}
    assert found["backup"].vi == "bản gần nhất đã 8 ngày; hãy chạy `rasoat backup THƯ_MỤC`"


def test_long_lines_are_wrapped_for_a_terminal_and_commands_stay_whole(campaign, capsys):
    ran(campaign, "nightly", NOW - timedelta(hours=5))
    rewrite(campaign, 'outlet = "dai"\nhome', 'outlet = "bao"\nhome')
    assert campaign.run("doctor", "--offline", lang="vi") == 3
    out = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in out) <= 80
    assert [line for line in out if line.startswith("  ")]
    assert any("`rasoat sources explain NGUỒN`" in line for line in out)


def test_sample_that_nobody_reads_is_told(campaign):
    ran(campaign, "nightly", NOW - timedelta(hours=5))
    with campaign.open() as store:
        draw_uniform(replace(campaign.config, review=ReviewSettings(uniform_rate=1.0)), store, NOW)
    assert faults(campaign)["sample"].en == "3 of 3 articles unread; open `rasoat serve`, page Read"


def test_mail_that_cannot_be_sent_is_told_before_the_morning(campaign):
    text = campaign.file.read_text(encoding="utf-8")
    settings = '[digest]\nto = ["a@sonkhe.example"]\nsender = "b@sonkhe.example"\nhost = "mail"\nuser = "b"\n'
    campaign.file.write_text(f"{text}\n{settings}", encoding="utf-8")
    assert "RASOAT_SMTP_PASSWORD: not set" in faults(campaign)["mail"].en
    checks = examine(campaign.file, network=False, now=NOW, password="x")
    assert [check.ok for check in checks if check.name == "mail"] == [True]


def test_metrics_file_that_cannot_be_written_is_told_and_one_that_can_is_not_touched(campaign):
    text = campaign.file.read_text(encoding="utf-8")
    campaign.file.write_text(f'{text}\n[nightly]\nmetrics = "config.toml/night.prom"\n', encoding="utf-8")
    assert "cannot be written: Not a directory; change nightly.metrics" in faults(campaign)["metrics"].en
    assert "một phần của đường dẫn là tệp" in faults(campaign)["metrics"].vi
    rewrite(campaign, "config.toml/night.prom", "metrics/night.prom")
    assert "metrics" not in faults(campaign)
    assert not (campaign.folder / "metrics").exists()
