"""A night in which a source breaks ends with exit code 3 and names it, also where every day was seen."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.cli import main
from pipeline.console import EXIT_OK, EXIT_WITH_FAILURES
from tests.crawlers.conftest import Server
from tests.crawlers.portal import HOME_PAGE, PLACES, WORKS, article

CAMPAIGN = """
[directive]
number = "1-CV"
date = "2020-08-20"
issuer = "Sở"
subject = "Tuyên truyền"
[classify]
model = "weak"
[fetch]
retries = 0
[[topic]]
id = "work"
name = "Việc làng"
name_en = "Village work"
definition = "Việc làm của bà con."
cues = ["góp công"]
[[phase]]
id = "autumn"
name = "Mùa thu"
first_day = 2020-09-01
last_day = 2020-09-25
[[source]]
id = "bao"
name = "Báo"
home = "{home}"
"""
FIRST_NIGHT = date(2020, 9, 16)


def rows(numbers):
    """Gives a listing of articles, the newest first; number n was published on day n of September."""
    items = "".join(
        f"<li><a href='/tin/{n}'>Bà con {PLACES[n % 7]} làm xong {WORKS[n // 7 % 7]} đầu tiên của xã</a> "
        f"<span>{n:02}/09/2020</span></li>"
        for n in sorted(numbers, reverse=True)
    )
    return f"<html><head><title>Tin</title></head><body><h2>Tin</h2><ul>{items}</ul></body></html>".encode()


@pytest.fixture
def site():
    server = Server()
    server.routes["/"] = HOME_PAGE
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def night(site, tmp_path, monkeypatch, capsys):
    """Runs `rasoat nightly` as of a day; gives its exit code and what it said."""
    file = tmp_path / "config.toml"
    file.write_text(CAMPAIGN.format(home=site.home), encoding="utf-8")

    def run(day, *arguments):
        moment = datetime(day.year, day.month, day.day, 14, tzinfo=UTC)
        monkeypatch.setattr("pipeline.surface.now", lambda: moment)
        code = main(["--config", str(file), "nightly", *arguments])
        return code, capsys.readouterr()

    return run


def publish(site, days):
    for number in days:
        site.routes[f"/tin/{number}"] = article(
            number, number, f"Bà con {PLACES[number % 7]} làm xong việc số {number}"
        )


@pytest.mark.long
def test_changed_layout_ends_with_code_3_and_names_the_source(site, night):
    publish(site, range(1, 16))
    site.routes["/tin"] = rows(range(1, 16))
    code, said = night(FIRST_NIGHT)
    assert code == EXIT_OK, said
    for number in range(16, 25):  # the new layout answers each address of an article with the list of them all
        site.routes[f"/tin/{number}"] = rows(range(1, 25))
    site.routes["/tin"] = rows(range(1, 25))
    code, said = night(FIRST_NIGHT + timedelta(days=9), "--json")
    assert (code, json.loads(said.out)["crawl"]["broken"], json.loads(said.out)["changed"]) == (3, {}, ["bao"])
    code, said = night(FIRST_NIGHT + timedelta(days=9))
    assert code == EXIT_WITH_FAILURES
    assert "bao: 9 trang trong danh sách tin mới nhưng không trang nào đọc được thành bài" in " ".join(said.out.split())


@pytest.mark.long
def test_home_that_moved_ends_with_code_3_and_names_the_source(site, night):
    publish(site, range(1, 16))
    site.routes["/tin"] = rows(range(1, 16))
    night(FIRST_NIGHT)
    site.routes["/"] = (301, {"Location": "http://moi.invalid/"}, b"")
    code, said = night(FIRST_NIGHT + timedelta(days=1))
    assert code == EXIT_WITH_FAILURES
    assert "bao: có ngày chưa quan sát được: trang chuyển hướng sang trang web khác: http://moi.invalid/" in " ".join(
        said.out.split()
    )
