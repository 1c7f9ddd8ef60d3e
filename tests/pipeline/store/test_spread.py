"""Columns that several workers read are those that one reads, whatever is written meanwhile; on both engines of the store."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from functools import partial

import numpy as np
import pytest

from pipeline.engine import InlineEngine, ProcessEngine
from pipeline.review.draw import permanent
from pipeline.store import changes, dating, predictions
from pipeline.store.columns import Asked, Columns, read
from pipeline.store.spread import Spread

ASKED = Asked("m1", "c1", ["bao", "dai"], ("elections", "congress"), partial(permanent, 17))
AT = datetime(2020, 10, 2, 8, tzinfo=UTC)


@pytest.fixture
def ids(put, make_article, make_prediction, province):
    ids = [put(make_article(number), ("bao", "dai")[number % 2]) for number in range(25)]
    with province.begin() as connection:
        predictions.save(connection, [make_prediction(each, number / 30) for number, each in enumerate(ids[:20])])
    return ids


def assert_same(found, wanted):
    for each in fields(Columns):
        np.testing.assert_array_equal(getattr(found, each.name), getattr(wanted, each.name), each.name)


@pytest.mark.parametrize("size", [1, 7, 25, 1_000])
def test_any_ranges_give_what_one_reading_gives(province, ids, size):
    with province.read() as connection:
        assert_same(Spread(province, InlineEngine(), size)(connection, ASKED), read(connection, ASKED))


def test_other_processes_give_the_same(province, ids):
    with province.read() as connection:
        assert_same(Spread(province, ProcessEngine(2), 9)(connection, ASKED), read(connection, ASKED))


class Busy:
    """Runs shards here, and has something written after the first of them."""

    def __init__(self, write):
        self.write = write

    def map(self, function, shards):
        for number, shard in enumerate(shards):
            yield function(shard)
            if number == 0:
                self.write()


@pytest.mark.parametrize("what", ["dated", "new", "guessed", "trimmed"])
def test_what_is_written_meanwhile_is_not_seen(province, ids, put, make_article, make_prediction, what):
    def write():
        with province.begin() as connection:
            if what in ("dated", "trimmed"):
                for article in ids:
                    dating.say(connection, article, date(2020, 9, 3), "lan", AT, "theo bản in")
            if what == "guessed":
                predictions.save(connection, [replace(make_prediction(each, 0.99), topics=()) for each in ids])
        if what == "new":
            for number in range(30, 60):
                put(make_article(number))
        if what == "trimmed":
            with province.begin() as connection:
                assert changes.trim(connection, changes.now(connection))

    with province.read() as connection:
        wanted = read(connection, ASKED)
        found = Spread(province, Busy(write), 4)(connection, ASKED)
        assert_same(found, wanted)
    with province.read() as connection:
        assert len(read(connection, ASKED).ids) == (55 if what == "new" else 25)


def test_empty_store_has_no_columns(province):
    with province.read() as connection:
        assert len(Spread(province, InlineEngine())(connection, ASKED).ids) == 0
