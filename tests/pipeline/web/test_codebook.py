"""The codebook's pages: definitions, history, and two versions word by word, for everybody who may read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup

from pipeline.config import load_config
from pipeline.operations import Named, Operation
from pipeline.steps.codebook import apply
from tests.pipeline.web.live import Clock, Site, add_users, login, serve

SCRIPT = "<script>alert(1)</script> Mọi việc của đại hội Đảng."


@pytest.fixture
def changed(campaign: Any, clock: Clock) -> Iterator[Site]:
    """A server over a campaign whose definition was edited by hand before a topic was renamed."""
    with campaign.open() as store:
        add_users(store, clock())
        apply(campaign.config, store, Operation("retire", ("youth",), (), "hết yêu cầu"), clock())
        text = campaign.file.read_text(encoding="utf-8").replace("Mọi việc của đại hội.", SCRIPT)
        campaign.file.write_text(text, encoding="utf-8")
        apply(campaign.config, store, Operation("rename", ("congress",), (Named("meeting"),)), clock())
    yield from serve(campaign.config, clock)


def page(site: Site, path: str) -> BeautifulSoup:
    answer = login(site, "reader").get(f"{site.url}{path}")
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "lxml")


def test_page_shows_definitions_phrases_and_history(changed: Site) -> None:
    shown = page(changed, "/codebook")
    (topic,) = shown.select(".topics > li")
    assert topic["id"] == "meeting"
    assert topic.select_one(".lead").text == SCRIPT
    assert [chip.text for chip in topic.select(".chip")] == ["khai mạc đại hội", "đại hội đảng bộ"]
    said = [row.select_one("td:nth-of-type(2)").get_text(" ", strip=True) for row in shown.select("tbody tr")]
    assert said == [
        "Đổi mã: congress → meeting",
        "Sửa trực tiếp trong config.toml: sửa congress",
        "Ngừng dùng: youth Lý do: hết yêu cầu",
        "Bộ chủ đề đầu tiên: 2 chủ đề",
    ]
    assert not shown.select(".notice")


def test_two_versions_are_compared_word_by_word_across_a_rename(changed: Site) -> None:
    links = page(changed, "/codebook").select("tbody td.right a")
    oldest = links[-1]["href"].partition("old=")[2].partition("&")[0]
    shown = page(changed, f"/codebook/diff?old={oldest}")
    assert [each.text for each in shown.select("h3 del, h3 ins")] == ["congress", "meeting"]
    assert shown.select_one("dd ins").text.startswith("<script>alert(1)</script>")
    assert "Thanh niên" in shown.select_one("section li del").text
    old = page(changed, f"/codebook?version={oldest}")
    assert [topic["id"] for topic in old.select(".topics > li")] == ["congress", "youth"]
    assert old.select_one(".notice-info a")["href"] == "/codebook"


def test_server_goes_by_the_new_codebook_and_says_where_the_file_is_behind_the_store(site: Site) -> None:
    before = site.config.file.read_text(encoding="utf-8")
    operation = Operation("add", (), (Named("new", "Chủ đề mới", "", "Mới."),))
    apply(load_config(site.config.file), site.store, operation, site.clock())
    shown = page(site, "/codebook")
    assert "Chủ đề mới" in shown.text
    assert not shown.select(".notice")
    site.config.file.write_text(before, encoding="utf-8")
    assert "khác với phiên bản mới nhất trong kho" in page(site, "/codebook").select_one(".notice-warn").text


def test_version_that_is_not_there_is_a_page_that_says_so(site: Site) -> None:
    answer = login(site, "reader").get(f"{site.url}/codebook?version=<b>x")
    assert answer.status_code == 400
    assert "không có phiên bản này" in answer.text
    assert "<b>x" not in answer.text
