from datetime import UTC, datetime

import pytest

from pipeline.errors import StoreError
from pipeline.store import runs

AT = datetime(2020, 9, 21, 15, 0, tzinfo=UTC)
END = datetime(2020, 9, 21, 15, 7, tzinfo=UTC)


def test_run_is_told_from_start_to_end(store):
    with store.begin() as connection:
        number = runs.start(connection, "crawl", {"night": "2020-09-21"}, AT, {"config": "ab"})
    with store.read() as connection:
        begun = runs.last(connection, "crawl")
    assert (begun.outcome, begun.counts, begun.ended) == (None, None, None)
    with store.begin() as connection:
        runs.finish(connection, number, "done", {"articles": 12}, END)
    with store.read() as connection:
        ended = runs.last(connection, "crawl")
    assert (ended.id, ended.arguments, ended.hashes) == (number, {"night": "2020-09-21"}, {"config": "ab"})
    assert (ended.outcome, ended.counts, ended.started, ended.ended) == ("done", {"articles": 12}, AT, END)


def test_last_is_the_newest_of_its_step(store):
    with store.begin() as connection:
        runs.start(connection, "crawl", {"n": 1}, AT)
        runs.start(connection, "crawl", {"n": 2}, AT)
        runs.start(connection, "audit", {"n": 3}, AT)
        assert runs.last(connection, "crawl").arguments == {"n": 2}
        assert runs.last(connection, "classify") is None


def test_finishing_an_unknown_run_is_refused(store):
    with pytest.raises(StoreError, match="run 7: not in the store"), store.begin() as connection:
        runs.finish(connection, 7, "done", {}, END)
