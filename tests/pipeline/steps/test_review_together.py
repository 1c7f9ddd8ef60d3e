"""Reviewers and their other work at one time: two presses, two writers, a bulk between, a topic renamed between."""

import threading
from dataclasses import replace

from pipeline.config import load_config
from pipeline.operations import Named, Operation
from pipeline.records import LabelEvent
from pipeline.steps import bulk, codebook
from pipeline.steps.review import Conflict, Saved, submit, undo
from pipeline.store import labels, queues


def at_once(*acts):
    """Runs acts in threads that start together; gives what they return."""
    gate, done = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        gate.wait()
        done[number] = act()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def readings_of(desk, position):
    with desk.store.read() as connection:
        return queues.one(connection, "q", position).done


def say_in_bulk(desk, value):
    ids, words = [desk.ids[0]], {"youth": value}
    seen = bulk.preview(desk.config, desk.store, ids, words, "an")
    return bulk.say(desk.config, desk.store, ids, words, "an", desk.tick(), seen.version)


def test_reading_sent_four_times_at_once_is_one_reading(desk):
    desk.draw((0, {"wanted": 2}))
    item = desk.next("an")
    send = lambda: submit(desk.config, desk.store, item.serving.id, "an", {"youth"}, desk.at)  # noqa: E731
    assert sorted(done.events for done in at_once(send, send, send, send)) == [0, 0, 0, 2]
    assert readings_of(desk, 1) == 1


def test_of_two_who_part_at_once_the_later_sees_both(desk):
    mine, theirs = desk.open(0, "an"), desk.open(0, "minh")
    done = at_once(lambda: desk.say(mine, "youth"), lambda: desk.say(theirs, "congress"))
    assert {type(each) for each in done} == {Saved, Conflict}


def test_undo_pressed_twice_at_once_takes_back_one_reading(desk):
    desk.draw((0, {}), (1, {}))
    desk.say(desk.next("an"))
    last = desk.next("an")
    desk.say(last)
    press = lambda: undo(desk.store, "an", desk.at, expected=last.serving.id)  # noqa: E731
    assert [done is None for done in at_once(press, press)].count(True) == 1
    assert [readings_of(desk, position) for position in (1, 2)] == [1, 0]


def test_undo_leaves_what_was_said_since(desk):
    desk.say(desk.open(0, "an"))
    say_in_bulk(desk, value=True)
    undo(desk.store, "an", desk.tick())
    assert desk.labels(0) == {"youth": True}
    bulk.undo(desk.config, desk.store, "an", desk.tick())
    assert desk.labels(0) == {}  # not the word of the reading, which was taken back meanwhile


def test_reading_that_a_bulk_gave_way_to_can_still_be_taken_back(desk):
    desk.say(desk.open(0, "an"), "youth")
    say_in_bulk(desk, value=False)
    bulk.undo(desk.config, desk.store, "an", desk.tick())
    assert desk.labels(0) == {"congress": False, "youth": True}
    undo(desk.store, "an", desk.tick())
    assert desk.labels(0) == {}


def test_bulk_that_is_taken_back_gives_the_word_of_the_reading_again_with_all_that_was_kept_of_it(desk):
    desk.draw((0, {"inclusion_probability": 0.5}))
    sentence = "Sáng nay, khai mạc đại hội đảng bộ huyện với 200 đại biểu."
    item = desk.next("an")
    desk.say(item, "youth", evidence={"youth": sentence})
    said = next(event for event in desk.events() if event.topic == "youth")
    say_in_bulk(desk, value=False)
    bulk.undo(desk.config, desk.store, "an", desk.tick())
    back = desk.events()[-1]
    assert back == replace(said, at=back.at, origin="undo")
    assert (back.evidence, back.serving, back.inclusion_probability) == (sentence, item.serving.id, 0.5)
    undo(desk.store, "an", desk.tick())
    say_in_bulk(desk, value=True)
    bulk.undo(desk.config, desk.store, "an", desk.tick())
    assert desk.labels(0) == {}  # neither the reading nor the first bulk, both taken back


def test_bulk_that_a_reading_hid_for_a_while_is_taken_back_as_any_other(desk):
    say_in_bulk(desk, value=True)
    desk.say(desk.open(0, "an"))
    assert bulk.last_bulk(desk.store, "an") is None
    undo(desk.store, "an", desk.tick())
    assert desk.labels(0) == {"youth": True}
    bulk.undo(desk.config, desk.store, "an", desk.tick())
    assert desk.labels(0) == {}


def test_bulk_and_its_undo_are_told_apart_after_a_rename(desk):
    desk.say(desk.open(0, "an"), "youth")
    say_in_bulk(desk, value=False)
    bulk.undo(desk.config, desk.store, "an", desk.tick())
    rename(desk)
    assert bulk.last_bulk(desk.store, "an") is None
    undo(desk.store, "an", desk.tick())
    assert desk.labels(0) == {}


def rename(desk):
    codebook.apply(desk.config, desk.store, Operation("rename", ("youth",), (Named("young"),)), desk.tick())
    desk.config = load_config(desk.config.file)


def test_undo_after_a_rename_brings_back_the_word_before_under_both_names(desk):
    before = LabelEvent(desk.ids[0], "youth", value=True, reviewer="an", at=desk.tick(), codebook="c")
    with desk.store.begin() as connection:
        labels.append(connection, [before])
    desk.say(desk.open(0, "an"))
    rename(desk)
    undo(desk.store, "an", desk.tick())
    assert desk.labels(0) == {"youth": True, "young": True}


def test_question_on_a_topic_follows_it_to_its_new_name_and_ends_with_it(desk):
    desk.draw((0, {"topic": "youth"}))
    desk.say(desk.next("an"), "youth")
    rename(desk)
    undo(desk.store, "an", desk.tick())
    assert desk.next("an").asked == ("young",)
    desk.config = replace(desk.config, topics=desk.config.topics[:1])
    assert desk.next("an") is None
