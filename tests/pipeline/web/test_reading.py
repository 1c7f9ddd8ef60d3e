"""The reading pages over HTTP, as they work where no script runs."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pipeline.readings import Draw, Queue, Serving, Suggestion
from pipeline.steps.review import served_item
from pipeline.store import Store, articles, queues, readings
from pipeline.web import security
from tests.pipeline.conftest import _article
from tests.pipeline.web.readers import FIELD, Desk, make_desk

STRANGE = "<script>alert(1)</script> & 'quote'"


@pytest.fixture
def desk(site, campaign):
    return make_desk(site, campaign)


def test_reading_goes_through_a_queue_to_its_end(desk):
    assert "Bài chờ đọc" in desk.get("/").text
    assert "Còn 3 bài cho tôi" in desk.get("/read").text
    assert desk.events() == []  # looking changes nothing
    first = desk.post("/read/q1")
    assert "=Đại hội đảng bộ huyện Thạch Bình" in first.text
    assert 'value="congress" checked' in first.text
    marked = re.search(
        r'<span class="sentence marked" data-n="(\d)"[^>]*>.*?</span>(.*?)<span class="codes">', first.text
    )
    assert marked.groups() == ("1", "Sáng nay, khai mạc đại hội đảng bộ huyện với 200 đại biểu.")
    second = desk.say(first, topic=["congress", "youth"], **{"evidence-congress": "1", "evidence-youth": "0"})
    assert 'href="/articles/' in first.text
    assert "không kèm gợi ý của máy" in second.text  # blind
    assert 'class="scores"' not in second.text
    assert 'href="/articles/' not in second.text  # whose page shows the machine's word and others'
    assert {(event.topic, event.value, event.evidence) for event in desk.events()} == {
        ("congress", True, "Sáng nay, khai mạc đại hội đảng bộ huyện với 200 đại biểu."),
        ("youth", True, "=Đại hội đảng bộ huyện Thạch Bình"),
    }
    third = desk.say(second, act="skip")
    end = desk.say(third)
    assert end.url.endswith("/read/q1")
    assert "đã đọc hoặc bỏ qua hết phần của mình" in end.text
    assert "Hôm nay tôi đã đọc: 2 bài" in end.text


def test_browser_with_our_script_is_given_the_next_article_at_once_under_its_own_address(desk):
    first = desk.post("/read/q1")
    desk.browser.headers["HX-Request"] = "true"
    second = desk.say(first, topic=["congress"])
    where = second.headers["hx-push-url"]
    assert (second.history, where == first.url.removeprefix(desk.site.url)) == ([], False)
    assert f'action="{where}"' in second.text
    assert re.search(r"Đã lưu gần nhất:</span> =Đại hội", second.text)
    again = desk.get(where)  # loaded anew, it is the same article with the same question
    assert FIELD.findall(again.text) == FIELD.findall(second.text)
    third = desk.say(again, act="skip")
    end = desk.say(third)
    assert (end.url.endswith("/read/q1"), "hx-push-url" in end.headers) == (True, False)
    assert [each.value for each in desk.events()] == [True, False, False, False]


def test_pages_of_reading_take_turns_a_few_at_a_time(desk, monkeypatch):
    where = desk.post("/read/q1").url.removeprefix(desk.site.url)
    running, seen, pause = [], [], threading.Event()

    def counted(*asked):
        running.append(1)
        seen.append(len(running))
        pause.wait(0.05)
        running.pop()
        return served_item(*asked)

    monkeypatch.setattr("pipeline.web.queue.served_item", counted)
    with ThreadPoolExecutor(6) as readers:
        assert {page.status_code for page in readers.map(desk.get, [where] * 6)} == {200}
    assert (len(seen), max(seen) <= security.BRIEF) == (6, True)


def test_undo_brings_the_article_back_before_the_one_on_the_desk(desk):
    first = desk.post("/read/q1")
    second = desk.say(first, topic=["youth"])
    form = dict(re.findall(r'<input type="hidden" name="(last|serving|queue)" value="([^"]*)">', second.text))
    back = desk.post("/undo", **form)
    assert "=Đại hội đảng bộ huyện Thạch Bình</" not in second.text.split('id="read-title"')[1][:400]
    assert "=Đại hội đảng bộ huyện Thạch Bình" in back.text.split('id="read-title"')[1][:400]
    assert desk.labels(0) == {}
    assert [event.origin for event in desk.events()] == ["review", "review", "undo", "undo"]
    assert desk.post("/undo", **form).status_code == 200  # pressed twice: nothing more is taken back
    assert len(desk.events()) == 4
    again = desk.say(back, topic=["congress"])
    assert desk.labels(0) == {"congress": True, "youth": False}
    assert again.text.count("Giá rau tăng sau mưa") > 0


def test_who_comes_second_sees_both_and_nothing_is_lost(desk):
    other, article = desk.another("Thảo"), desk.ids[0]
    mine, theirs = desk.post(f"/articles/{article}/read"), other.post(f"/articles/{article}/read")
    other.say(theirs, topic=["youth"])
    parted = desk.say(mine, topic=["congress"], **{"evidence-congress": "1"})
    assert parted.status_code == 409
    assert "Hai ý kiến khác nhau" in parted.text
    assert "Thảo, 25/11/2025" in parted.text
    assert desk.labels(0) == {"congress": False, "youth": True}  # theirs; nothing of mine is stored yet
    seen = {"topic": ["congress"], "parted": ["congress", "youth"], "evidence-congress": "1"}
    edit = desk.say(parted, act="edit", **seen)
    assert 'value="congress" checked' in edit.text
    assert 'value="youth" checked' not in edit.text
    assert desk.say(parted, act="mixed", **seen, **{"pick-congress": "mine", "pick-youth": "theirs"}).status_code == 200
    assert desk.labels(0) == {"congress": True, "youth": True}
    assert [event.evidence for event in desk.events() if event.reviewer == "Lan" and event.topic == "congress"] == [
        "Sáng nay, khai mạc đại hội đảng bộ huyện với 200 đại biểu."
    ]


@pytest.mark.parametrize(("act", "stands"), [("keep", {"congress"}), ("take", {"youth"})])
def test_one_key_keeps_mine_or_takes_theirs(desk, act, stands):
    other, article = desk.another("Thảo"), desk.ids[0]
    mine, theirs = desk.post(f"/articles/{article}/read"), other.post(f"/articles/{article}/read")
    other.say(theirs, topic=["youth"])
    parted = desk.say(mine, topic=["congress"])
    done = desk.say(parted, act=act, topic=["congress"], parted=["congress", "youth"])
    assert done.url.endswith("/read")
    assert {topic for topic, value in desk.labels(0).items() if value} == stands


def test_text_that_changed_meanwhile_is_read_again_before_anything_is_stored(desk):
    page = desk.post("/read/q1")
    newer = replace(_article(0, "bao", STRANGE, f"{STRANGE}. Câu hai.", 2), url="javascript:alert(2)")
    with desk.site.store.begin() as connection:
        articles.save(connection, newer, "bao")
    again = desk.say(page, topic=["youth"], **{"evidence-youth": "1"})
    assert again.status_code == 409
    assert "vừa được cập nhật" in again.text
    assert 'value="youth" checked' in again.text
    assert desk.events() == []
    assert "<script>alert(1)" not in again.text
    assert "javascript:" not in again.text
    wrong = desk.say(again, topic=["youth"], **{"evidence-youth": "99"})
    assert (wrong.status_code, "không có câu số 99" in wrong.text) == (400, True)
    assert desk.say(again, topic=["youth"], **{"evidence-youth": "0"}).status_code == 200
    assert {event.evidence for event in desk.events()} == {STRANGE, None}


def test_question_on_one_topic_shows_both_models_and_asks_for_that_topic(desk):
    article, at = desk.ids[0], desk.site.clock()
    said = Suggestion("youth", 0.64, 0.5, decided=True, evidence="=Đại hội đảng bộ huyện Thạch Bình", challenger=0.71)
    with desk.site.store.begin() as connection:
        queues.create(connection, Queue("q2", "strata", {}, "c", at))
        queues.add(connection, [Draw("q2", 0, article, "c", topic="youth")])
        more = {"suggestions": (said,), "suggestion_shown": True, "queue": "q2", "position": 1, "topic": "youth"}
        readings.put(connection, Serving("s1", article, "Lan", at, 0, desk.site.config.codebook.version, **more))
    page = desk.get("/read/desk/s1").text
    assert page.count("topic asked") == 1
    youth = page.split('value="youth"')[1]
    assert youth.startswith(" checked")
    assert ("<b>0,64</b>" in youth, "0,50" in youth, "0,71" in youth) == (True, True, True)
    assert 'data-topics="02"' in page  # the title is what speaks for it
    desk.say(desk.get("/read/desk/s1"))
    assert desk.labels(0) == {"youth": False}


def test_readers_and_strangers_read_no_queue(desk):
    page = desk.post("/read/q1")
    path = re.search(r'action="(/read/desk/[^"]+)"', page.text)[1]
    assert desk.another("Thảo").get(path).status_code == 400  # another's reading
    assert desk.another("reader").get("/read").status_code == 403
    assert desk.get("/read/none").status_code == 404
    assert Desk(desk.site, desk.site.visitor(), ()).get(path).url.startswith(f"{desk.site.url}/login")
    assert desk.events() == []


def test_closed_queue_says_so_and_keeps_what_was_read(desk):
    page = desk.post("/read/q1")
    with Store.open(desk.site.config.store_url) as store, store.begin() as connection:
        queues.close(connection, "q1", desk.site.clock())
    end = desk.say(page, topic=["congress"])
    assert "đã đóng" in end.text
    assert desk.labels(0) == {"congress": True, "youth": False}


def test_undo_in_a_queue_that_was_closed_is_stored_and_leads_to_the_queue(desk):
    second = desk.say(desk.post("/read/q1"), topic=["youth"])
    form = dict(re.findall(r'<input type="hidden" name="(last|serving|queue)" value="([^"]*)">', second.text))
    with desk.site.store.begin() as connection:
        queues.close(connection, "q1", desk.site.clock())
    end = desk.post("/undo", **form)
    assert (end.status_code, "đã đóng" in end.text) == (200, True)
    assert desk.labels(0) == {}


def test_an_article_whose_address_cannot_be_parsed_is_read_without_a_link(desk):
    with desk.site.store.begin() as connection:
        articles.save(connection, replace(_article(0, "bao", "Tin", "Một câu.", 2), url="http://[bao/"), "bao")
    page = desk.post("/read/q1")
    assert (page.status_code, "Một câu." in page.text, "http://[bao" in page.text) == (200, True, False)
