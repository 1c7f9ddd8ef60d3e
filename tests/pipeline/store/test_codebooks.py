import json
from datetime import UTC, datetime

import pytest

from models.codebook import Codebook, Topic
from pipeline.operations import Change
from pipeline.readings import Draw, Queue
from pipeline.store import codebooks, queues

AT = datetime(2020, 10, 1, 3, tzinfo=UTC)
TOPICS = json.dumps([{"id": "congress", "name": "Đại hội"}], ensure_ascii=False)
ONE = Codebook((Topic("congress", "Đại hội", "Congress", "Việc của đại hội."),))
TWO = Codebook((Topic("congress", "Đại hội", "Congress", "Mọi việc của đại hội."), Topic("youth", "Đoàn", "Youth", "")))


def adopt(store, *books):
    with store.begin() as connection:
        for book in books:
            codebooks.adopt(connection, book.version, book.as_json(), AT)


def history(store):
    with store.read() as connection:
        return codebooks.history(connection)


def test_codebook_stays_as_first_registered(store):
    with store.begin() as connection:
        codebooks.register(connection, "c1", TOPICS)
        codebooks.register(connection, "c1", "[]")
    with store.read() as connection:
        assert json.loads(codebooks.load(connection, "c1")) == json.loads(TOPICS)
        assert codebooks.load(connection, "c2") is None
        assert codebooks.versions(connection) == ["c1"]


def test_codebook_edited_by_hand_is_a_step_that_says_what_changed(store):
    adopt(store, ONE, TWO, TWO)
    first, second = history(store)
    assert first == Change(1, ONE.version, None, AT, "first", (), ("congress",))
    assert second == Change(2, TWO.version, ONE.version, AT, "edited", (), ("youth",), ("congress",))


def test_coming_back_to_a_version_is_a_step_too_but_not_for_who_read_the_file_long_ago(store):
    adopt(store, ONE, TWO)
    with store.begin() as connection:
        codebooks.register(connection, ONE.version, ONE.as_json())
        assert codebooks.latest(connection) == TWO.version
    adopt(store, ONE)
    assert [(step.version, step.old) for step in history(store)][2:] == [(ONE.version, ("youth",))]


def test_operation_is_written_once_however_often_it_is_completed(store):
    adopt(store, ONE)
    change = Change(0, TWO.version, ONE.version, AT, "add", (), ("youth",), (), "công văn mới")
    with store.begin() as connection:
        codebooks.record(connection, TWO.as_json(), change)
        codebooks.record(connection, TWO.as_json(), change)
    assert [(step.kind, step.reason) for step in history(store)] == [("first", ""), ("add", "công văn mới")]
    with store.read() as connection:
        assert codebooks.used_ids(connection) == {"congress", "youth"}
        assert Codebook.from_json(codebooks.load(connection, ONE.version)) == ONE


@pytest.mark.parametrize(("new", "left"), [("meeting", [("meeting", 0)]), (None, [])])
def test_draws_that_wait_for_a_topic_follow_it_or_are_served_no_more(province, put, make_article, new, left):
    article = put(make_article())
    with province.begin() as connection:
        queues.create(connection, Queue("q", "strata", {}, "c1", AT))
        queues.add(
            connection, [Draw("q", 1, article, "c1", topic="congress"), Draw("q", 2, article, "c1", topic="other")]
        )
        assert codebooks.waiting(connection, ["congress"]) == 1
        assert codebooks.redirect(connection, ["congress"], new) == 1
        assert codebooks.waiting(connection, ["congress"]) == 0
        assert codebooks.waiting(connection, ["meeting"]) == len(left)
        assert codebooks.waiting(connection, ["other"]) == 1
