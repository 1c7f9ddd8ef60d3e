"""The log of a night: lines that an operator understands, or JSON; and an address that hears how nights end."""

import io
import json
import os
import signal
import threading
from datetime import UTC, datetime

import pytest

from crawlers.fetch import ping
from crawlers.source import FetchPolicy
from pipeline.config import load_config
from pipeline.console import EXIT_BAD_INPUT, EXIT_TERMINATED, Speaker
from pipeline.errors import ConfigError
from pipeline.journal import Journal
from pipeline.store import runs
from tests.crawlers.conftest import Server

AT = datetime(2020, 9, 5, 18, 59, 59, tzinfo=UTC)


def said(*, lang="vi", quiet=False, as_json=False):
    out = io.StringIO()
    journal = Journal(Speaker(lang, quiet=quiet), lambda: AT, as_json=as_json, out=out)
    journal.info("crawl_done", "Thu thập: 3 bài", "Crawled: 3 articles", new=3)
    journal.warn("source_broken", "bao: hỏng", "bao: broken", source="bao")
    journal.fail("night_failed", "Dừng", "Broke off")
    return out.getvalue().splitlines()


def test_lines_have_the_time_of_vietnam_and_a_sign_of_how_bad_it_is():
    assert said() == ["01:59:59 Thu thập: 3 bài", "01:59:59 ! bao: hỏng", "01:59:59 !! Dừng"]
    assert said(lang="en")[0] == "01:59:59 Crawled: 3 articles"
    assert said(quiet=True) == []


def test_json_has_the_figures_too_also_when_quiet():
    lines = [json.loads(line) for line in said(quiet=True, as_json=True)]
    assert lines[0] == {
        "at": "2020-09-05T18:59:59+00:00",
        "level": "info",
        "event": "crawl_done",
        "message": "Thu thập: 3 bài",
        "new": 3,
    }
    assert [line["level"] for line in lines] == ["info", "warning", "error"]


@pytest.fixture
def watcher():
    """An address that hears of nights; what it heard, in order."""
    server = Server()
    for path in ("/w", "/w/start", "/w/fail"):
        server.routes[path] = b"OK"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def heard(watcher):
    return [path for path in watcher.asked if path.startswith("/w")]


def watched(campaign, url):
    text = campaign.file.read_text(encoding="utf-8")
    campaign.file.write_text(f'{text}\n[nightly]\nping = "{url}"\n', encoding="utf-8")


def test_address_hears_that_a_night_starts_and_ends(campaign, watcher, capsys):
    watched(campaign, f"{watcher.home}w")
    assert campaign.run("nightly", "--as-of", "2020-09-06", "--log-json") != EXIT_BAD_INPUT
    assert heard(watcher) == ["/w/start", "/w"]
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    names = [event["event"] for event in events if not event["event"].startswith("source_")]
    parts = ["crawl", "extract", "reprints", "classify", "sample", "audit", "report"]
    assert names == ["night_started", *(f"{part}_done" for part in parts), "night_done"]
    assert all(event["seconds"] >= 0 for event in events if event["event"].endswith("_done") and "cpu_seconds" in event)


def test_search_for_reprints_over_many_articles_is_announced_once(campaign, capsys, monkeypatch):
    monkeypatch.setattr("pipeline.steps.nightly.MANY", 3)
    told = []
    for _ in range(2):
        assert campaign.run("nightly", "--as-of", "2020-09-06", "--log-json") != EXIT_BAD_INPUT
        told += [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(each["event"], each["articles"]) for each in told if "articles" in each] == [("reprints_many", 3)]


def test_address_hears_of_a_night_that_fails(campaign, watcher, capsys):
    watched(campaign, f"{watcher.home}w")
    text = campaign.file.read_text(encoding="utf-8")
    campaign.file.write_text(text.replace('model = "weak"', 'model = "0123456789ab"'), encoding="utf-8")
    assert campaign.run("nightly", lang="vi") == EXIT_BAD_INPUT
    assert heard(watcher) == ["/w/start", "/w/fail"]
    assert "!! Lượt đêm dừng giữa chừng; hãy chạy lại `rasoat nightly`" in capsys.readouterr().err


def test_address_that_does_not_answer_hinders_no_night(campaign, capsys):
    watched(campaign, "http://127.0.0.1:9/w")
    assert campaign.run("nightly", "--as-of", "2020-09-06", lang="vi") != EXIT_BAD_INPUT
    told = [line for line in capsys.readouterr().err.splitlines() if "nightly.ping" in line]
    assert len(told) == 2
    assert "! Không báo được cho địa chỉ theo dõi (nightly.ping): " in told[0]


def test_metrics_that_cannot_be_written_are_told_and_cost_a_night_nothing(campaign, watcher, capsys):
    codes = []
    for metrics in ("var/night.prom", "config.toml/night.prom"):
        campaign.file.write_text(
            campaign.file.read_text(encoding="utf-8").partition("\n[nightly]")[0], encoding="utf-8"
        )
        watched(campaign, f'{watcher.home}w"\nmetrics = "{metrics}')
        codes.append(campaign.run("nightly", "--as-of", "2020-09-06"))
    assert codes[0] == codes[1] != EXIT_BAD_INPUT
    assert heard(watcher) == ["/w/start", "/w"] * 2
    said = capsys.readouterr().err
    assert "! Metrics not written (nightly.metrics): " in said
    assert "rasoat: Metrics not written (nightly.metrics): " in said


@pytest.mark.parametrize("moment", ["/w/start", "/"])
def test_night_that_is_told_to_end_is_closed_as_broken_off(campaign, watcher, capsys, moment):
    def end(handler):
        os.kill(os.getpid(), signal.SIGTERM)
        handler.reply(200, {}, b"OK")

    watched(campaign, f"{watcher.home}w")
    text = campaign.file.read_text(encoding="utf-8").replace("2020-09-05", "2020-09-08")  # days that nobody has seen
    campaign.file.write_text(text.replace("http://127.0.0.1:9/", watcher.home), encoding="utf-8")
    watcher.routes[moment] = end
    before = signal.getsignal(signal.SIGTERM)
    assert campaign.run("nightly", "--as-of", "2020-09-09", "--log-json") == EXIT_TERMINATED == 143
    assert signal.getsignal(signal.SIGTERM) == before
    assert heard(watcher) == ["/w/start", "/w/fail"]
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert (events[-1]["event"], events[-1]["error"]) == ("night_failed", "SIGTERM")
    with campaign.open() as store, store.read() as connection:
        assert runs.last(connection, "nightly").outcome == "failed"


def test_ping_tells_why_it_was_not_heard(watcher):
    assert ping(f"{watcher.home}w", FetchPolicy()) is None
    assert ping(f"{watcher.home}nothing", FetchPolicy()).code == "gone"
    assert ping("http://127.0.0.1:9/", FetchPolicy(connect_timeout_s=1.0)) is not None


def test_address_must_be_one(campaign):
    watched(campaign, "hc-ping.com/1")
    with pytest.raises(ConfigError, match=r"nightly.ping: expected http\(s\)"):
        load_config(campaign.file)


def test_nights_count_what_the_next_classify_is_estimated_by(campaign):
    assert campaign.run("nightly", "--as-of", "2020-09-06") != EXIT_BAD_INPUT
    with campaign.open() as store, store.read() as connection:
        counts = runs.last(connection, "nightly").counts
    assert (counts["predicted"], counts["segmented"]) == (3, 3)
    assert counts["read_s"] > 0
