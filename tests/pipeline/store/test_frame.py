"""What a draw chooses from, and labels that come with their servings from another store; on both engines."""

from dataclasses import replace
from datetime import UTC, datetime

from pipeline.readings import Draw, Queue, Serving, Suggestion
from pipeline.store import exchange, frame, labels, predictions, queues, readings
from pipeline.store.readings import Adjudication

AT = datetime(2020, 9, 7, 2, tzinfo=UTC)
NOWHERE = exchange.Places({}, frozenset())


def test_frame_holds_every_article_and_the_scores_of_one_model(province, put, make_article, make_prediction):
    ids = sorted(put(make_article(number)) for number in range(3))
    with province.begin() as connection:
        predictions.save(connection, [make_prediction(ids[0], 0.25), make_prediction(ids[1], 0.5, model="m2")])
    with province.read() as connection:
        assert frame.everyone(connection) == ids
        (row,) = frame.scored(connection, "m1", "c1")
        assert (row.article, row.cluster, row.scores["congress"]) == (ids[0], ids[0], 0.25)
        assert list(frame.scored(connection, "m1", "other")) == []


def test_what_is_drawn_and_what_waits_are_told_by_their_queues(province, put, make_article):
    ids = sorted(put(make_article(number)) for number in range(3))
    with province.begin() as connection:
        for name, purpose in (("u", "uniform"), ("s", "strata")):
            queues.create(connection, Queue(name, purpose, {}, "c1", AT))
        queues.add(connection, [Draw("u", 0, one, "c1") for one in ids[:2]])
        queues.add(connection, [Draw("s", 0, ids[2], "c1", topic="congress")])
        queues.count_reading(connection, "u", 1, 1)
        assert frame.drawn(connection, "uniform") == {(ids[0], None): "u", (ids[1], None): "u"}
        assert frame.drawn(connection, "strata", "youth") == {}
        assert frame.waiting(connection) == {(ids[1], None): "u", (ids[2], "congress"): "s"}
        queues.close(connection, "s", AT)
        assert frame.waiting(connection) == {(ids[1], None): "u"}


def test_state_of_words_moves_with_every_word(province, put, make_article, make_label):
    one = put(make_article())
    states = []
    with province.begin() as connection:
        states.append(frame.state_of_words(connection))
        labels.append(connection, [make_label(one)])
        states.append(frame.state_of_words(connection))
        readings.adjudicate(connection, [Adjudication(one, "congress", value=True, lead="an", at=AT, codebook="c1")])
        states.append(frame.state_of_words(connection))
    assert states[0] == (0, 0)
    assert len(set(states)) == 3


def test_servings_and_decisions_of_another_store_are_kept_once(province, put, make_article):
    one = put(make_article())
    said = Suggestion("congress", 0.5, 0.4, decided=True)
    serving = Serving("t", one, "lan", AT, 3, "c1", (said,), queue="gone", position=7, done=AT, outcome="read")
    decision = Adjudication(one, "congress", value=True, lead="an", at=AT, codebook="c1", note="xem lại")
    with province.begin() as connection:
        assert exchange.restore_servings(connection, [serving], NOWHERE) == 1
        assert exchange.restore_servings(connection, [replace(serving, reviewer="khác")], NOWHERE) == 0
        assert exchange.add_adjudications(connection, [decision, decision]) == 1
        assert exchange.add_adjudications(connection, [decision]) == 0
        assert readings.get(connection, "t") == replace(serving, queue=None, position=None)  # not drawn here
        assert readings.adjudicated(connection) == [decision]
        queues.create(connection, Queue("here", "uniform", {}, "c1", AT))
        queues.add(connection, [Draw("here", 0, one, "c1")])
        exchange.restore_servings(connection, [replace(serving, id="t2", queue="here", position=1)], NOWHERE)
        found = readings.get(connection, "t2")
        assert found is not None
        assert (found.queue, found.position) == ("here", 1)
