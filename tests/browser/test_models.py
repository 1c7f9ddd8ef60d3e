"""A lead has a model trained from the page, uses it by their own decision, and goes back; reading goes on meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.records import LabelEvent
from pipeline.store import articles, labels
from tests.browser.office import AT, draw, sample_articles
from tests.pipeline.web.live import NAMES, Clock, serve

TRAINING_MS = 420_000  # of forty articles it takes half a minute where nothing else computes


class Real(Clock):
    """The clock that the trainer, a process of its own, goes by too."""

    def __call__(self):
        return datetime.now(UTC)


@pytest.fixture
def site(office):
    """All articles of the sample with labels on each, and the registry says which model is used."""
    config = replace(office.config, classify=replace(office.config.classify, model="champion"))
    for running in serve(config, Real()):
        with running.store.begin() as connection:
            for article, topics in sample_articles(config):
                articles.save(connection, article, config.outlet_of[article.source_id])
                found = articles.article_id(article.source_id, article.channel, article.url_key)
                said = [(topic, topic in topics) for topic in config.codebook.ids]
                words = [LabelEvent(found, *each, NAMES["reviewer"], AT, config.codebook.version) for each in said]
                labels.append(connection, words)
        yield running


@pytest.mark.long
def test_lead_trains_promotes_and_rolls_back_by_keyboard(site, office, person):
    minh = person("lead")
    minh.log_in("/models")
    assert "đang dùng" in _row(minh, 0)
    minh.page.get_by_role("button", name="Huấn luyện mô hình mới").focus()
    minh.press("Enter")
    minh.page.wait_for_selector("#job progress")
    _reading_goes_on(site, office, person("reviewer"))
    minh.page.wait_for_selector("#job .notice", timeout=TRAINING_MS)
    told = minh.page.locator("#job").inner_text()
    assert "đã xong" in told, told
    minh.page.locator("#job .notice a").focus()
    minh.press("Enter")
    reason = minh.page.locator("input[name=reason]")
    reason.focus()
    minh.page.keyboard.type("đã xem phiếu mô tả, dùng thử một tuần")
    minh.press("Enter")
    minh.page.wait_for_url(f"{site.url}/models")
    assert "đang dùng" in _row(minh, 0)
    assert "đang dùng" not in _row(minh, 1)
    minh.page.locator("summary", has_text="Quay lại").focus()
    minh.press("Enter", "Tab")
    minh.page.keyboard.type("bỏ sót nhiều bài của chủ đề 04")
    minh.press("Enter")
    minh.page.wait_for_function("!document.querySelector('summary + form[action$=rollback]')")
    assert "đang dùng" not in _row(minh, 0)
    log = minh.page.locator("[aria-labelledby=log]").inner_text()
    assert "bỏ sót nhiều bài của chủ đề 04" in log
    assert "đã xem phiếu mô tả, dùng thử một tuần" in log


def _row(someone, number):
    return someone.page.locator("[aria-labelledby=list] tbody tr").nth(number).inner_text()


def _reading_goes_on(site, office, lan):
    draw(site, "ca-chieu", office.ids[:3])
    lan.log_in("/read/ca-chieu")
    lan.act("Enter")
    before = len(lan.events())
    lan.act("Enter")
    assert len(lan.events()) == before + len(site.config.topics)
