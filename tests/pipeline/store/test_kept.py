"""What is kept beside the store gives the frame that reading all anew gives, whatever changed, and on both engines."""

import random
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import numpy as np
import pytest
from sqlalchemy import delete, text

from crawlers.article import Outcome
from pipeline.frames import Frame
from pipeline.review.draw import permanent
from pipeline.store import articles, changes, clusters, dating, fetches, kept, labels, predictions
from pipeline.store.framing import Asked, framed
from pipeline.store.schema import predictions as predicted

ASKED = Asked("m1", "c1", ["bao", "dai"], ("elections", "congress"), partial(permanent, 17))
TO = date(2020, 9, 30)
AT = datetime(2020, 10, 2, 8, tzinfo=UTC)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "frame.npz"


@pytest.fixture
def three(put, make_article, make_prediction, province):
    ids = [put(make_article(number)) for number in range(3)]
    with province.begin() as connection:
        predictions.save(connection, [make_prediction(each) for each in ids])
    return ids


def read(store, file=None, asked=ASKED, to=TO):
    with store.read() as connection:
        return framed(connection, asked, to, file=file)


def assert_same(found, wanted):
    for each in fields(Frame):
        np.testing.assert_array_equal(getattr(found.frame, each.name), getattr(wanted.frame, each.name), each.name)
    assert replace(found, frame=wanted.frame) == wanted  # digests


def read_anew(monkeypatch):
    """Counts how often all articles are read."""
    times = []
    whole = kept.read

    def counted(connection, asked, only=None):
        times.append(only is None)
        return whole(connection, asked, only)

    monkeypatch.setattr(kept, "read", counted)
    return times


def test_kept_frame_is_the_frame_read_anew_after_any_changes(
    province, file, put, make_article, make_prediction, make_label
):
    chance = random.Random(17)
    ids = [put(make_article(number)) for number in range(20)]

    def day():
        return datetime(2020, 9, 1, tzinfo=UTC) + timedelta(days=chance.randrange(45))

    def article(number):
        return make_article(number, published=day(), date_state=chance.choice(("certain", "doubtful")))

    def added(_):
        ids.append(put(article(len(ids)), chance.choice(("bao", "dai"))))

    def revised(connection):
        number = chance.randrange(20)
        wording = {"body": f"Bản sửa {chance.random()}."}
        articles.save(connection, replace(article(number), **wording), "bao")

    def said(connection):
        labels.append(
            connection, [make_label(chance.choice(ids), value=chance.random() < 0.5, minute=chance.randrange(60))]
        )

    def guessed(connection):
        predictions.save(connection, [replace(make_prediction(chance.choice(ids), chance.random()), topics=())])

    def forgot(connection):
        connection.execute(delete(predicted).where(predicted.c.article_id == chance.choice(ids)))

    def joined(connection):
        one, other = chance.sample(ids, 2)
        clusters.replace(connection, {one: min(one, other), other: min(one, other)})

    def dated(connection):
        dating.say(connection, chance.choice(ids), day().date(), "lan", AT, "theo bản in")

    def lapsed(connection):
        gone = article(chance.randrange(20))
        seen = Outcome(gone.source_id, gone.url, gone.url_key, chance.choice(("listing", "article")))
        fetches.save_outcome(connection, seen, day().date())

    for _ in range(15):
        for change in chance.choices((revised, said, guessed, forgot, joined, dated, lapsed), k=chance.randrange(4)):
            with province.begin() as connection:
                change(connection)
        if chance.random() < 0.5:
            added(None)
        to = day().date()
        assert_same(read(province, file, to=to), read(province, to=to))


def test_only_what_changed_is_read_again(province, file, three, put, make_article, monkeypatch):
    more = [put(make_article(number)) for number in range(10, 40)]
    times = read_anew(monkeypatch)
    read(province, file)
    read(province, file)
    with province.begin() as connection:
        dating.say(connection, more[0], date(2020, 9, 2), "lan", AT, "theo bản in")
    read(province, file)
    assert times == [True, False]


@pytest.mark.parametrize("changed", [{"model": "m2"}, {"outlets": ["bao"]}, {"permanent": partial(permanent, 18)}])
def test_what_was_kept_of_something_else_is_not_used(province, file, three, changed):
    other = replace(ASKED, **changed)
    read(province, file)
    assert_same(read(province, file, other), read(province, asked=other))


@pytest.mark.parametrize("harm", ["torn", "bit", "empty", "packed", "deflated"])
def test_damaged_file_costs_time_and_no_more(province, file, three, harm, caplog):
    wanted = read(province, file)
    whole = file.read_bytes()
    place = whole.index(three[0].encode())
    bit = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    listed = whole.index(b"PK\x01\x02") + 10  # how the first member is packed, by the table at the end
    harmed = {
        "torn": whole[: len(whole) // 2],
        "bit": bit,
        "empty": b"",
        "packed": whole[:listed] + b"\x63" + whole[listed + 1 :],
        "deflated": whole[:listed] + b"\x08" + whole[listed + 1 :],
    }
    file.write_bytes(harmed[harm])
    assert_same(read(province, file), wanted)
    assert "read anew" in caplog.text
    caplog.clear()
    assert_same(read(province, file), wanted)
    assert not caplog.text


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_columns_that_all_say_to_be_shorter_are_not_believed(province, file, three):
    """Of a long array the end is never read then, nor its checksum looked at."""
    with province.read() as connection:
        few, state, about = kept.columns(connection, ASKED, None), changes.now(connection), kept._about(ASKED)
    many = kept.Columns(*(np.repeat(getattr(few, each.name), 9_000, axis=0) for each in fields(few)))
    kept._save(file, many, about, state)
    assert len(kept._load(file, about)[0].ids) == 27_000
    file.write_bytes(file.read_bytes().replace(b"(27000,", b"(17000,"))
    assert kept._load(file, about) is None


def test_store_that_was_put_back_is_read_anew(province, file, three, put, make_article, monkeypatch):
    """A backup's log is shorter, and grows by other numbers to the length that was known."""
    for number in range(10, 40):
        put(make_article(number))
    read(province, file)
    with province.begin() as connection:
        newest = changes.now(connection).seq
        connection.execute(text(f"UPDATE changes SET nonce = nonce + 1 WHERE seq = {newest}"))
    times = read_anew(monkeypatch)
    read(province, file)
    assert times == [True]


def test_row_that_came_late_is_not_passed_over(province, file, three, put, make_article, monkeypatch):
    """PostgreSQL numbers rows when they are written and shows them when their transaction ends, in any order."""
    for number in range(10, 40):
        put(make_article(number))
    read(province, file)
    with province.begin() as connection:
        connection.execute(text("INSERT INTO changes (seq, article_id, nonce) VALUES (-1, 'x', 7)"))
    times = read_anew(monkeypatch)
    read(province, file)
    assert times == [True]


def test_writing_what_is_there_already_is_no_change(province, three, make_prediction):
    with province.begin() as connection:
        before = changes.now(connection)
        predictions.save(connection, [make_prediction(each) for each in three])
        assert changes.since(connection, before, 9) == []
        predictions.save(connection, [make_prediction(three[1], 0.25)])
        assert changes.since(connection, before, 9) == [three[1]]
        assert changes.since(connection, before, 0) is None


def test_log_that_was_shortened_still_proves_what_was_kept_since(
    province, file, three, put, make_article, make_prediction, monkeypatch
):
    more = [put(make_article(number)) for number in range(10, 40)]
    read(province, file)
    before, times = file.read_bytes(), read_anew(monkeypatch)
    for known in (three[:1], more[:3]):
        with province.begin() as connection:
            state = changes.now(connection)
            assert kept.forget(connection, file, TO) > 0
            assert kept.forget(connection, file, TO) == 0
            assert changes.now(connection) == state
            predictions.save(connection, [make_prediction(each, 0.25) for each in known])
        read(province, file)
    assert times == [False, False]
    assert_same(read(province, file), read(province))
    file.write_bytes(before)
    assert_same(read(province, file), read(province))
    assert times == [False, False, True, True, True]  # without a file; of the old one, which nothing proves now


def test_campaigns_on_one_store_leave_each_other_what_their_columns_do_not_know_yet(province, three, make_prediction):
    with province.begin() as connection:
        one = changes.now(connection)
        changes.forget(connection, one, "a", TO)
        changes.forget(connection, one, "b", TO)
        predictions.save(connection, [make_prediction(each, 0.25) for each in three])
        two = changes.now(connection)
        assert changes.forget(connection, two, "a", TO) == 0
        assert changes.since(connection, one, 9) == sorted(three)  # the other goes on where it was
        assert changes.forget(connection, two, "b", TO) > 0
        assert changes.since(connection, one, 9) is None
        predictions.save(connection, [make_prediction(each, 0.5) for each in three])
        idle = TO + changes.IDLE + timedelta(days=1)
        assert changes.forget(connection, changes.now(connection), "a", idle) > 0  # who is gone is waited for no longer


def test_log_is_not_shortened_by_what_it_cannot_prove(province, file, three):
    read(province, file)
    with province.begin() as connection:
        connection.execute(text("UPDATE changes SET nonce = nonce + 1"))
        before = changes.now(connection)
        assert kept.forget(connection, file, TO) == 0
        assert kept.forget(connection, file.with_name("none"), TO) == 0
        assert changes.trim(connection, replace(before, seq=before.seq + 9)) == 0
        assert changes.now(connection) == before


@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_row_that_comes_while_the_log_is_shortened_leaves_it_as_it_was(province, three, monkeypatch):
    """It was numbered before the others and is seen by the deletion first."""

    def late(table):
        with province.begin() as other:
            other.execute(text("INSERT INTO changes (seq, article_id, nonce) VALUES (-1, 'x', 7)"))
        return delete(table)

    monkeypatch.setattr(changes, "delete", late)
    with province.begin() as connection:
        state = changes.now(connection)
        assert changes.trim(connection, state) == 0
        assert changes.now(connection).rows == state.rows + 1
