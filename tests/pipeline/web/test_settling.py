"""A lead settles what readers part on; everybody sees how far readers agree."""

import pytest

from pipeline.readings import Draw, Queue
from pipeline.steps.agree import agreed, days, share
from pipeline.store import queues, readings
from tests.pipeline.web.readers import FIELD, make_desk


@pytest.fixture
def desk(site, campaign):
    """Two readers who part on both topics of the first article; one of them has marked a sentence."""
    desk = make_desk(site, campaign)
    with site.store.begin() as connection:
        queues.create(connection, Queue("twice", "uniform", {}, "c", site.clock()))
        queues.add(connection, [Draw("twice", 0, campaign.ids[0], "c", wanted=2)])
    desk.say(desk.post("/read/twice"), topic=["congress"], **{"evidence-congress": "1"})
    other = desk.another("Thảo")
    second = other.post("/read/twice")
    assert "hai người đọc độc lập" in second.text
    assert "Lan" not in second.text
    other.say(second, topic=["youth"])
    return desk


def adjudications(desk):
    with desk.site.store.read() as connection:
        return readings.adjudicated(connection)


def test_lead_reads_all_words_and_decides_each_topic_with_its_reason(desk):
    lead, path = desk.another("lead"), f"/settle/{desk.ids[0]}"
    assert "Chờ phân xử" in lead.get("/").text
    assert lead.get("/settle").text.count(f'href="{path}"') == 3  # by each topic, and where to begin
    page = lead.get(path)
    assert "Lan · 01" in page.text  # beside the sentence that Lan marked
    assert page.text.count("<b>Thảo</b>") == 2
    assert "Xem gợi ý của máy" in page.text
    assert "0,50" not in page.text  # neither score nor threshold before the lead asks
    assert "0,50" in lead.get(f"{path}?machine=1").text
    seen = dict(FIELD.findall(page.text))
    empty = lead.post(path, **seen)
    assert (empty.status_code, "ít nhất một chủ đề" in empty.text) == (409, True)
    said = {"say-congress": "1", "note-congress": "nêu ở câu đầu", "say-youth": "0", "note-youth": ""}
    done = lead.post(path, **seen, **said)
    assert done.url.endswith("/settle")
    assert "Không còn bài nào" in done.text
    assert {(each.topic, each.value, each.lead, each.note) for each in adjudications(desk)} == {
        ("congress", True, "Minh", "nêu ở câu đầu"),
        ("youth", False, "Minh", None),
    }
    assert desk.labels(0) == {"congress": True, "youth": False}
    assert "nêu ở câu đầu" in lead.get(path).text


def test_decision_on_words_that_have_changed_is_not_stored(desk):
    lead, path = desk.another("lead"), f"/settle/{desk.ids[0]}"
    seen = dict(FIELD.findall(lead.get(path).text))
    third = desk.post(f"/articles/{desk.ids[0]}/read")
    desk.say(third, topic=["congress", "youth"])
    late = lead.post(path, **seen, **{"say-congress": "0", "note-congress": "vì thế"})
    assert late.status_code == 409
    assert "ý kiến hoặc quyết định mới" in late.text
    assert 'value="0" checked' in late.text  # the lead's choice is still there
    assert 'value="vì thế"' in late.text
    assert adjudications(desk) == []


def test_only_leads_settle_and_see_who_read_what(desk):
    assert desk.get("/settle").status_code == 403
    mine, lead = desk.get("/agreement").text, desk.another("lead").get("/agreement?reader=Lan").text
    assert "Giữa những người đọc, theo chủ đề" in mine
    assert "Thảo" not in mine
    assert "Ai đọc bài nào, khi nào" in lead
    assert lead.split('id="done"')[1].count("<tr><td") == 1  # Lan's alone
    assert desk.another("reader").get("/agreement").status_code == 403


def test_agreement_is_told_between_readers_and_with_the_machine(desk):
    for page in (desk.post("/read/q1"), desk.post("/read/q1")):  # the same article: it is still on the desk
        last = page
    desk.say(last, topic=["congress"])
    found = agreed(desk.site.config, desk.site.store)
    assert [(each.topic, each.articles, each.parted, each.low) for each in found.topics] == [
        ("congress", 1, 1, None),
        ("youth", 1, 1, None),
    ]
    assert (found.shown.readings, found.shown.kept.part, found.shown.kept.whole) == (1, 1, 1)
    assert (found.blind.readings, found.blind.kept.part, found.blind.kept.whole) == (2, 1, 2)
    assert found.blind.alike.part == 2  # of four cells
    assert [(each.reviewer, each.read) for each in days(desk.site.store)] == [("Lan", 2), ("Thảo", 1)]
    page = desk.get("/agreement").text
    assert "50% (1/2; 9,5–90,5%)" in page


def test_share_has_the_interval_of_wilson():
    known = share(8, 10)
    assert (round(known.low, 4), round(known.high, 4)) == (0.4902, 0.9433)
    assert (share(0, 0).low, share(0, 0).whole) == (None, 0)
