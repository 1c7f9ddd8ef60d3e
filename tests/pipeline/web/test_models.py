"""A lead trains, compares, promotes and goes back on the page; what went wrong is told there, and others see nothing of it."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from models import artefact
from models.classifier import TopicClassifier
from models.registry import SHIPPED
from pipeline.steps.jobs import GRACE, PATIENCE, ask_retrain, at_work, newest_retrain
from pipeline.steps.model import registry_of
from pipeline.steps.retrain import retrain
from pipeline.store import jobs
from tests.pipeline.steps.taught import NOON, teach
from tests.pipeline.web.live import login


def page(site, browser, path="/models", **given):
    answer = browser.get(f"{site.url}{path}", **given)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "lxml")


def post(site, browser, path, **form):
    data = {"csrf": browser.headers["X-CSRF-Token"], **form}
    return browser.post(f"{site.url}{path}", data=data, allow_redirects=False)


def test_the_home_page_tells_a_lead_which_model_is_in_use_and_a_reviewer_nothing_of_it(site):
    shown = page(site, login(site, "lead"), "/").select_one("section:has(a[href='/models/shipped'])")
    assert "đang dùng · huấn luyện" in shown.get_text()
    assert not page(site, login(site, "reviewer"), "/").select("a[href^='/models']")


@pytest.fixture
def campaign(campaign):
    text = campaign.file.read_text(encoding="utf-8")
    campaign.file.write_text(text.replace('model = "weak"', 'model = "champion"'), encoding="utf-8")
    return campaign


@pytest.fixture
def another(campaign):
    """A registered model beside the shipped one."""
    classifier, manifest = artefact.load(SHIPPED)
    own = TopicClassifier.restore(classifier.state() | {"thresholds": classifier.thresholds_ * 0.5})
    card = {**manifest.card, "at": "2020-10-02"}
    return registry_of(campaign.config).register(own, card, {"MODEL_CARD.md": "# Card\n"}).version


def test_lead_promotes_with_a_reason_and_goes_back(site, campaign, another):
    browser = login(site, "lead")
    assert post(site, browser, f"/models/{another}/promote", reason=" ").status_code == 400
    assert post(site, browser, f"/models/{another}/promote", reason="<b>đã đọc thử</b>").status_code == 303
    shown = page(site, browser)
    assert "đã đọc thử" in shown.select_one("#log").find_parent("section").text
    assert shown.select_one("#log").find_parent("section").find("b") is None
    [used] = [row for row in shown.select("tbody tr") if row.select_one(".chip-good")]
    assert another in used.text
    assert post(site, browser, "/models/rollback", reason="thôi").status_code == 303
    assert registry_of(campaign.config).champion() is None
    assert [each.by for each in registry_of(campaign.config).decisions()] == ["Minh", "Minh"]


def test_card_and_comparison_are_shown_and_the_card_is_a_download(site, another):
    browser = login(site, "lead")
    shown = page(site, browser, f"/models/{another}?against=shipped")
    assert "Mô hình kèm sẵn" not in shown.title.text
    assert len(shown.select("#topics ~ .table-scroll tbody tr")) == 14
    assert "→" in shown.select_one("#change").find_parent("section").text
    got = browser.get(f"{site.url}/models/{another}/files/MODEL_CARD.md")
    assert got.headers["content-disposition"] == f'attachment; filename="{another}-MODEL_CARD.md"'
    for name in ("manifest.json", "..%2f..%2frasoat.sqlite", "report.html"):
        assert browser.get(f"{site.url}/models/{another}/files/{name}").status_code == 404
    assert browser.get(f"{site.url}/models/nothing").status_code == 400


def test_others_see_no_models(site):
    for role in ("reader", "reviewer"):
        browser = login(site, role)
        assert browser.get(f"{site.url}/models").status_code == 403
        assert post(site, browser, "/models/retrain").status_code == 403
        assert post(site, browser, "/models/rollback", reason="x").status_code == 403


def test_tampered_model_is_told_and_not_promoted(site, campaign, another):
    browser = login(site, "lead")
    file = registry_of(campaign.config).place(another) / artefact.MODEL
    file.write_bytes(file.read_bytes() + b"x")
    answer = post(site, browser, f"/models/{another}/promote", reason="thử")
    assert answer.status_code == 409
    assert f"models/{another}/model.skops: mã SHA-256 không khớp với bản kê" in answer.text
    assert str(campaign.folder) not in answer.text
    assert registry_of(campaign.config).champion() is None


def test_model_that_is_not_there_is_told_on_every_page_that_asks_it(site, campaign):
    text = campaign.file.read_text(encoding="utf-8")
    campaign.file.write_text(re.sub(r"(?m)^model = .*$", 'model = "0123456789ab"', text), encoding="utf-8")
    answer = login(site, "reader").get(f"{site.url}/articles")
    assert answer.status_code == 409
    assert "0123456789ab" in answer.text
    assert str(campaign.folder) not in answer.text


def test_nothing_to_learn_from_is_told_before_a_process_starts(site):
    answer = post(site, login(site, "lead"), "/models/retrain")
    assert answer.status_code == 400
    assert "chưa có bài nào được gán nhãn" in answer.text


@pytest.mark.long
def test_training_in_the_background_ends_with_a_model_and_tells_how_far_it_is(site, campaign):
    """The real process, started by the page; a second one is refused while it runs."""
    teach(campaign)
    browser = login(site, "lead")
    assert post(site, browser, "/models/retrain").status_code == 303
    assert "Minh yêu cầu lúc" in page(site, browser, "/models/job").text
    assert post(site, browser, "/models/retrain").status_code == 400
    while (job := newest_retrain(campaign.config, site.store, site.clock())).outcome is None:
        time.sleep(0.2)
    assert job.outcome == "done", job.result
    assert registry_of(campaign.config).champion() == job.result["version"]
    assert registry_of(campaign.config).decisions()[-1].by == "Minh"
    assert browser.get(f"{site.url}/models/job").headers["HX-Refresh"] == "true"
    shown = page(site, browser, f"/models/{job.result['version']}")
    assert "Tốt hơn: chênh lệch F1 trung bình +" in shown.select_one("#gate").find_parent("section").text


def test_job_whose_process_is_gone_has_failed_and_the_next_may_begin(campaign):
    teach(campaign, 3)
    with campaign.open() as store:
        first = ask_retrain(campaign.config, store, "minh", NOON)
        assert newest_retrain(campaign.config, store, NOON + PATIENCE).outcome is None
        with store.begin() as connection:
            assert jobs.begin(connection, first.id, NOON)
        with registry_of(campaign.config).training():  # it works, though it says nothing
            assert newest_retrain(campaign.config, store, NOON + timedelta(hours=1)).outcome is None
        later = NOON + GRACE + timedelta(seconds=1)
        dead = newest_retrain(campaign.config, store, later)
        assert (dead.outcome, dead.result["vi"][:10]) == ("failed", "tiến trình")
        assert ask_retrain(campaign.config, store, "minh", later).id == first.id + 1


def test_fault_of_a_job_is_told_in_both_languages(campaign):
    teach(campaign, 3)
    with campaign.open() as store:
        job = ask_retrain(campaign.config, store, "minh", NOON)
        with pytest.raises(Exception, match="no topic has 8 articles"), at_work(store, job.id, lambda: NOON) as work:
            retrain(campaign.config, store, NOON, advance=work.advance)
        ended = newest_retrain(campaign.config, store, NOON)
    assert ended.outcome == "failed"
    assert ended.progress["note"] == "train"
    assert ended.result["vi"].startswith("nhãn: không chủ đề nào có đủ 8 bài")
