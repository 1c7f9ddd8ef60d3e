"""A reviewer sees how far a queue is, what was read today, and what an undo would take back."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import InputError
from pipeline.readings import Draw, Queue
from pipeline.steps.classify import classify
from pipeline.steps.review import next_item, open_item, skip, submit, undo
from pipeline.steps.shift import put_back, shift_of
from pipeline.store import queues, shifts

EVENING = datetime(2020, 9, 7, 16, 30, tzinfo=UTC)  # 23:30 in Hà Nội
HOUR = timedelta(hours=1)


@pytest.fixture
def office(filled):
    config, store, ids = filled
    classify(config, store, lambda *_: None)
    with store.begin() as connection:
        queues.create(connection, Queue("q", "uniform", {}, "c", EVENING))
        queues.add(connection, [Draw("q", 0, each, "c", blind=n == 1) for n, each in enumerate(ids)])
    return config, store, ids


def test_day_of_a_reader_ends_at_midnight_in_vietnam(office):
    config, store, _ = office
    first = next_item(config, store, "q", "an", EVENING, "t1")
    submit(config, store, "t1", "an", set(), EVENING)
    next_item(config, store, "q", "an", EVENING + HOUR, "t2")
    submit(config, store, "t2", "an", set(), EVENING + HOUR)
    tonight, later = shift_of(store, "an", EVENING + HOUR, "q"), shift_of(store, "an", EVENING + 30 * HOUR)
    assert (tonight.drawn, tonight.open, tonight.today, later.today) == (3, 1, 1, 0)
    assert (tonight.last.serving, tonight.last.queue, later.queue) == ("t2", "q", None)
    undo(store, "an", EVENING + HOUR)
    back = shift_of(store, "an", EVENING + HOUR, "q")
    assert (back.today, back.open, back.last.title) == (0, 2, first.article.title)
    assert shift_of(store, "minh", EVENING).last is None


def test_article_put_back_is_served_to_another(office):
    config, store, ids = office
    next_item(config, store, "q", "an", EVENING, "t1")
    assert next_item(config, store, "q", "minh", EVENING, "t2").article.id == ids[1]
    put_back(store, "t1", "an")
    assert next_item(config, store, "q", "lan", EVENING, "t3").article.id == ids[0]
    with pytest.raises(InputError, match="reading t2: not one of yours"):
        put_back(store, "t2", "an")
    open_item(config, store, ids[2], "an", EVENING, "t4")
    put_back(store, "t4", "an")  # of no queue: nothing to give back
    assert shift_of(store, "an", EVENING, "q").open == 3


def test_what_ended_is_told_newest_first_and_what_machine_said_beside_it(office):
    config, store, ids = office
    for number, (token, yes) in enumerate((("t1", {"congress"}), ("t2", {"congress"}), ("t3", set()))):
        next_item(config, store, "q", "an", EVENING + number * HOUR, token)
        if token == "t3":
            skip(store, token, "an", EVENING + number * HOUR)
        else:
            submit(config, store, token, "an", yes, EVENING + number * HOUR)
    submit(config, store, "t2", "an", {"youth"}, EVENING + 3 * HOUR)  # corrected
    with store.read() as connection:
        ended = shifts.ended(connection, limit=2)
        assert [(each.serving, each.outcome, each.article) for each in ended] == [
            ("t3", "skipped", ids[2]),
            ("t2", "read", ids[1]),
        ]
        assert shifts.ended(connection, reviewer="minh") == []
        assert sorted(each[2] for each in shifts.ends(connection)) == ["read", "read", "skipped"]
        judged = list(shifts.judged(connection))
    assert [(each.shown, dict(each.machine), dict(each.reviewer)) for each in judged] == [
        (True, {"congress": True, "youth": False}, {"congress": True, "youth": False}),
        (False, {"congress": False, "youth": False}, {"congress": False, "youth": True}),
    ]
