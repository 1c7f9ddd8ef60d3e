"""Jobs are begun once, say how far they are, and end in one way."""

from datetime import UTC, datetime, timedelta

from pipeline.store import jobs

NOON = datetime(2020, 10, 1, 5, tzinfo=UTC)


def test_job_is_asked_for_begun_once_and_ended(store):
    with store.begin() as connection:
        number = jobs.ask(connection, "retrain", {"seed": 17}, "minh", NOON)
        jobs.ask(connection, "other", {}, "lan", NOON)
    with store.begin() as connection:
        assert jobs.begin(connection, number, NOON + timedelta(seconds=1))
        assert not jobs.begin(connection, number, NOON + timedelta(seconds=2))
        jobs.advance(connection, number, {"done": 1, "total": 4, "note": "train", "at": NOON.isoformat()})
    with store.read() as connection:
        [job] = jobs.unfinished(connection, "retrain")
        assert (job.id, job.asked_by, job.arguments) == (number, "minh", {"seed": 17})
        assert job.started == NOON + timedelta(seconds=1)
        assert job.progress["note"] == "train"
    with store.begin() as connection:
        jobs.end(connection, number, "done", {"version": "abc"}, NOON + timedelta(minutes=1))
    with store.read() as connection:
        assert jobs.unfinished(connection, "retrain") == []
        last = jobs.last(connection, "retrain")
        assert last == jobs.get(connection, number)
        assert (last.outcome, last.result, last.ended) == ("done", {"version": "abc"}, NOON + timedelta(minutes=1))
        assert jobs.last(connection, "none") is None
        assert jobs.get(connection, 99) is None


def test_ended_job_is_not_begun_again(store):
    with store.begin() as connection:
        number = jobs.ask(connection, "retrain", {}, "minh", NOON)
        jobs.end(connection, number, "failed", {"en": "gone"}, NOON)
        assert not jobs.begin(connection, number, NOON)
