"""A reviewer reads what a queue serves; nobody's word is lost or overwritten in silence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.weak import WEAK_VERSION
from pipeline.errors import InputError
from pipeline.steps.adjudicate import adjudicate, disagreements
from pipeline.steps.review import Conflict, open_item, open_queues, served_item, skip, submit, undo
from pipeline.store import queues, readings
from tests.pipeline.steps.desks import AT


def test_reading_speaks_for_every_topic_and_remembers_how_it_was_drawn(desk):
    desk.draw((0, {"inclusion_probability": 0.5}))
    item = desk.next("an")
    assert item.chosen == {"congress"}  # as the cues suggest
    assert item.evidence == {"congress": "Sáng nay, khai mạc đại hội đảng bộ huyện với 200 đại biểu."}
    done = desk.say(item, "youth", evidence={"youth": "=Đại hội đảng bộ huyện Thạch Bình"})
    assert done.events == 2
    first, second = desk.events()
    assert (first.topic, first.value, second.topic, second.value) == ("congress", False, "youth", True)
    assert first.inclusion_probability == 0.5
    assert first.suggestion_seen
    assert (first.origin, first.serving, first.model) == ("review", item.serving.id, WEAK_VERSION)
    assert second.evidence == "=Đại hội đảng bộ huyện Thạch Bình"
    assert desk.next("an") is None


def test_same_words_again_add_nothing_and_others_correct_them(desk):
    item = desk.open(0, "an")
    assert desk.say(item, "congress").events == 2
    assert desk.say(item, "congress").events == 0
    assert desk.say(item).events == 1
    assert desk.labels(0) == {"congress": False, "youth": False}


def test_undo_is_a_new_word_and_the_article_waits_again(desk):
    desk.draw((0, {}), (1, {}))
    desk.say(desk.open(0, "an"), "youth")
    before = desk.labels(0)
    item = desk.next("an")
    desk.say(item, "congress")
    assert undo(desk.store, "an", desk.tick()).article == desk.ids[0]
    assert desk.labels(0) == before
    assert [event.origin for event in desk.events()] == ["review"] * 4 + ["undo"] * 2
    again = desk.next("an")
    assert (again.article.id, again.serving.id == item.serving.id) == (desk.ids[0], False)
    undo(desk.store, "an", desk.tick())  # the reading before, which was opened by hand
    assert desk.labels(0) == {}
    assert undo(desk.store, "an", desk.tick()) is None


def test_article_on_a_desk_is_not_given_to_another_until_its_time_is_over(desk):
    desk.draw((0, {}), (1, {}))
    item = desk.next("an")
    assert desk.next("an").serving == item.serving  # the same, not a second serving
    assert desk.next("minh").article.id == desk.ids[1]
    assert desk.next("lan") is None
    desk.at += timedelta(minutes=desk.config.review.lease_minutes)
    assert desk.next("lan").article.id == desk.ids[0]


def test_late_reading_of_an_article_that_another_took_over_is_kept(desk):
    desk.draw((0, {}))
    late = desk.next("an")
    desk.at += timedelta(minutes=desk.config.review.lease_minutes)
    desk.say(desk.next("lan"), "congress")
    assert isinstance(desk.say(late), Conflict)  # they part: nothing is stored before both were seen
    assert desk.say(late, "congress").events == 2


def test_later_writer_sees_both_and_decides(desk):
    mine, theirs = desk.open(0, "an"), desk.open(0, "minh")
    desk.say(theirs, "youth")
    parted = desk.say(mine, "congress")
    assert isinstance(parted, Conflict)
    assert {(word.topic, word.value, word.reviewer) for word in parted.theirs} == {
        ("congress", False, "minh"),
        ("youth", True, "minh"),
    }
    assert desk.labels(0) == {"congress": False, "youth": True}
    assert desk.say(mine, "congress", base=parted.base).events == 2
    assert desk.labels(0) == {"congress": True, "youth": False}
    assert [{word.reviewer for word in said} for said in disagreements(desk.store)] == [{"an", "minh"}] * 2


def test_two_readers_of_one_draw_do_not_see_each_other(desk):
    desk.draw((0, {"wanted": 2}))
    desk.say(desk.next("an"), "congress")
    assert desk.next("an") is None  # not twice by the same
    second = desk.next("minh")
    assert second.serving.second
    assert not second.serving.suggestion_shown
    assert second.chosen == frozenset()
    assert desk.say(second, "youth").events == 2  # no conflict is shown
    with desk.store.read() as connection:
        twice = readings.words(connection, independent=True)
    assert {(word.reviewer, word.topic): word.value for word in twice} == {
        ("an", "congress"): True,
        ("an", "youth"): False,
        ("minh", "congress"): False,
        ("minh", "youth"): True,
    }


def test_lead_decides_and_a_later_word_opens_the_matter_again(desk, monkeypatch):
    for reviewer, yes in (("an", {"congress"}), ("minh", set())):
        item = desk.open(0, reviewer)
        parted = desk.say(item, *yes)
        if isinstance(parted, Conflict):
            desk.say(item, *yes, base=parted.base)
    with monkeypatch.context() as patch:
        asked, ask = [], readings.disagreements
        patch.setattr(readings, "disagreements", lambda *which: asked.append(which[1:]) or ask(*which))
        [[first, second]] = disagreements(desk.store)
    assert asked == [(desk.ids[0],)]  # of the articles on which words differ, not of all
    assert (first.topic, first.value, second.value) == ("congress", True, False)
    adjudicate(
        desk.config, desk.store, "lead", desk.ids[0], {"congress": True}, desk.tick(), {"congress": "nêu rõ ở câu đầu"}
    )
    assert disagreements(desk.store) == []
    assert desk.labels(0)["congress"]
    undo(desk.store, "an", desk.tick())
    assert desk.labels(0)["congress"]  # the lead's word stands above all
    desk.say(desk.open(0, "lan"))
    assert [word.reviewer for [*said] in disagreements(desk.store) for word in said] == ["lan", "minh"]


def test_lead_who_looked_before_the_last_word_decides_nothing(desk):
    with desk.store.read() as connection:
        seen = readings.version(connection, desk.ids[0])
    desk.say(desk.open(0, "an"), "congress")
    decide = (desk.config, desk.store, "lead", desk.ids[0], {"congress": False})
    assert adjudicate(*decide, desk.tick(), seen=seen) is None
    assert desk.labels(0)["congress"]
    with desk.store.read() as connection:
        seen = readings.version(connection, desk.ids[0])
    assert adjudicate(*decide, desk.tick(), seen=seen) == 1
    assert adjudicate(*decide, desk.tick(), seen=seen) is None  # another lead has decided meanwhile
    assert not desk.labels(0)["congress"]


def test_skipped_article_is_left_to_others(desk):
    desk.draw((0, {}))
    item = desk.next("an")
    skip(desk.store, item.serving.id, "an", desk.tick())
    assert desk.next("an") is None
    assert desk.next("minh").article.id == desk.ids[0]
    with pytest.raises(InputError, match="skipped or taken back"):
        desk.say(item)


def test_blind_item_shows_no_suggestion_but_keeps_it(desk):
    desk.draw((0, {"blind": True}))
    item = desk.next("an")
    assert (item.chosen, item.evidence) == (frozenset(), {})
    assert [each.decided for each in item.serving.suggestions] == [True, False]
    desk.say(item, "congress")
    assert not any(event.suggestion_seen for event in desk.events())


def test_question_on_one_topic_speaks_for_that_topic(desk):
    desk.draw((0, {"topic": "youth"}), (1, {"topic": "youth"}), (1, {"topic": "youth"}))
    item = desk.next("an")
    assert item.asked == ("youth",)
    desk.say(item)
    assert desk.labels(0) == {"youth": False}


def test_state_of_queues_is_each_reviewers_own(desk):
    assert desk.draw((0, {}), (1, {"wanted": 2}), (2, {})) == 3
    assert desk.draw((0, {}), (2, {})) == 0
    desk.say(desk.next("an"))
    desk.say(desk.next("an"))
    [state] = open_queues(desk.store, "an")
    assert (state.draws, state.open, state.left, state.mine) == (3, 2, 1, 2)
    [state] = open_queues(desk.store, "minh")
    assert (state.left, state.mine) == (2, 0)
    with desk.store.begin() as connection:
        assert queues.close(connection, "q", AT)
    assert open_queues(desk.store, "an") == []
    with pytest.raises(InputError, match="queue q: there is none open"):
        desk.next("an")


def test_reading_under_an_older_codebook_is_served_anew(desk):
    desk.draw((0, {}))
    item = desk.next("an")
    desk.config = replace(desk.config, topics=desk.config.topics[:1])
    with pytest.raises(InputError, match="the codebook has changed since the article was served"):
        desk.say(item, "youth")
    again = desk.next("an")
    assert (again.asked, again.serving.id != item.serving.id) == (("congress",), True)
    assert desk.say(again).events == 1


def test_others_readings_unknown_topics_and_lost_sentences_are_refused(desk):
    item = desk.open(0, "an")
    with pytest.raises(InputError, match="not one of yours"):
        submit(desk.config, desk.store, item.serving.id, "minh", set(), AT)
    with pytest.raises(InputError, match="sport: not a topic of this campaign; known: congress, youth"):
        desk.say(item, "sport")
    with pytest.raises(InputError, match="congress: the article has no such sentence"):
        desk.say(item, "congress", evidence={"congress": "Câu lạ."})
    with pytest.raises(InputError, match="article ffff: the store has none"):
        open_item(desk.config, desk.store, "ffff", "an", AT, "x")
    assert desk.events() == []
    assert served_item(desk.config, desk.store, item.serving.id, "an").serving == item.serving
