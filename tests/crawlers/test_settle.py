"""A night's pages wait for each other without filling the memory, and what they become is told one by one."""

from __future__ import annotations

import pytest

from crawlers import settle
from crawlers.archive import Archive
from crawlers.article import Article, Outcome
from crawlers.pages import Pages
from crawlers.replay import replay
from tests.crawlers.portal import NIGHT, run


@pytest.fixture
def night(portal, source, tmp_path):
    return run(source, tmp_path / "archive")


def read_again(source, night, folder):
    return list(replay(source, Archive(folder / "archive"), night.known, NIGHT, ()))


def test_pages_that_wait_on_disk_become_the_same(source, night, tmp_path, monkeypatch):
    in_memory = read_again(source, night, tmp_path)
    monkeypatch.setattr(settle, "IN_MEMORY", 1)
    files = sorted((tmp_path / "archive").iterdir())
    assert any(isinstance(event, Article) for event in in_memory)
    assert read_again(source, night, tmp_path) == in_memory
    assert sorted((tmp_path / "archive").iterdir()) == files


def test_no_second_page_is_told_before_the_first_was_handed_on(source, night, tmp_path):
    events = []
    pages = Pages(source, Archive(tmp_path / "archive"), night.known, NIGHT, events.append)
    for key, known in night.known.items():
        if known.role in {"page", "listing"} and known.archive is not None:
            pages.recall(key)
    told = []
    for _ in settle.settling(pages, (), lambda *_: None):
        told.append([type(event) for event in events])
        events.clear()
    assert max(map(len, told)) == 2
    assert told.count([Article, Outcome]) == len(night.articles)
