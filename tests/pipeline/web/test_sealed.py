"""Who has yet to read an article independently is told nowhere what was said of it."""

import pytest

from pipeline.readings import Draw, Queue
from pipeline.records import LabelEvent
from pipeline.steps.users import add_token
from pipeline.store import labels, queues, readings
from pipeline.store.readings import Adjudication
from tests.pipeline.web.live import login
from tests.pipeline.web.readers import make_desk

HIDDEN = "đọc độc lập"


@pytest.fixture
def desk(site, campaign):
    """Lan at a queue whose second article is blind; Thảo and a lead have spoken of the second and of the third."""
    desk, version = make_desk(site, campaign), campaign.config.codebook.version
    with site.store.begin() as connection:
        at = site.clock()
        said = [
            LabelEvent(each, "youth", value=True, reviewer="Thảo", at=at, codebook=version) for each in desk.ids[1:]
        ]
        labels.append(connection, said)
        readings.adjudicate(
            connection,
            [
                Adjudication(
                    desk.ids[1], "youth", value=True, lead="Minh", at=at, codebook=version, note="theo công văn"
                )
            ],
        )
    return desk


def told(browser, site, article):
    text = browser.get(f"{site.url}/articles/{article}").text
    return HIDDEN in text, "theo công văn" in text, '<td class="name">Thảo</td>' in text, "Mô hình weak" in text


def test_a_blind_article_tells_its_reviewer_nothing_until_it_is_read(desk):
    second = desk.say(desk.post("/read/q1"), topic=["youth"])
    assert told(desk.browser, desk.site, desk.ids[1]) == (True, False, False, False)
    assert f'action="/articles/{desk.ids[1]}/read"' not in desk.get(f"/articles/{desk.ids[1]}").text
    hits = desk.get("/articles?q=giá+rau&topic=youth").text
    assert "chờ tôi đọc" in hits
    assert "đã phân xử" not in hits
    assert told(login(desk.site, "lead"), desk.site, desk.ids[1]) == (False, True, True, True)
    assert told(desk.browser, desk.site, desk.ids[2])[::2] == (False, True)  # not blind: nothing is hidden
    desk.say(second)
    assert told(desk.browser, desk.site, desk.ids[1]) == (False, True, True, True)


def test_a_second_reader_learns_the_first_ones_words_from_no_page_and_no_program(desk):
    site, (_, _, article) = desk.site, desk.ids
    with site.store.begin() as connection:
        queues.create(connection, Queue("q2", "uniform", {}, "c", site.clock()))
        queues.add(connection, [Draw("q2", 0, article, "c", wanted=2)])
    add_token(site.store, "Lan", "thử", lambda: "token", site.clock())
    program = site.visitor()
    program.headers["Authorization"] = "Bearer token"
    found = program.get(f"{site.url}/api/v1/articles/{article}").json()
    assert (found["sealed"], found["labels"], found["suggestions"]) == (True, [], [])
    rows = program.get(f"{site.url}/api/v1/articles").json()["articles"]
    (row,) = [row for row in rows if row["id"] == article]
    assert (row["sealed"], row["labels"], row["machine"], row["scores"]) == (True, {}, [], {})
    with site.store.begin() as connection:
        queues.close(connection, "q2", site.clock())
    assert program.get(f"{site.url}/api/v1/articles/{article}").json()["labels"][0]["reviewer"] == "Thảo"


def test_an_article_opened_by_hand_shows_nothing_that_its_queue_would_hide(desk):
    page = desk.post(f"/articles/{desk.ids[1]}/read")
    assert (page.status_code, "Thảo" in page.text, 'value="congress" checked' in page.text) == (200, False, False)
    with desk.site.store.read() as connection:
        (served,) = [each for each in readings.stream(connection) if each.article == desk.ids[1]]
    assert (served.suggestion_shown, served.second, served.queue) == (False, True, None)
