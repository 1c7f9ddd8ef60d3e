"""What pages ask of audits, on both engines, without reading one whole."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from pipeline.readings import Serving
from pipeline.store import audit_pages, audits, readings
from tests.pipeline.report.conftest import audit as made
from tests.pipeline.steps.desks import AT


def test_newest_audit_of_any_day_and_of_one_with_its_tally(store):
    first, second = made(), made(as_of=date(2020, 9, 15))
    with store.begin() as connection:
        assert audit_pages.newest(connection) is None
        ids = [audits.save(connection, each, each.model, each.inputs) for each in (first, second)]
        assert audit_pages.newest(connection) == ids[0]  # of the later day, whichever was saved last
        assert audit_pages.newest(connection, second.as_of) == ids[1]
        assert audit_pages.newest(connection, date(1999, 1, 1)) is None
        assert audit_pages.day_of(connection, ids[1]) == date(2020, 9, 15)
        assert audit_pages.day_of(connection, "nothing") is None
        assert audit_pages.tally(connection, ids[0]) == Counter(each.verdict for each in first.verdicts)
        again = audits.save(connection, replace(first, model="other"), "other", first.inputs)
        assert audit_pages.newest(connection) == again
        audits.save(connection, first, first.model, first.inputs)
        assert audit_pages.newest(connection) == ids[0]  # made again, it is the newest


def test_readings_are_counted_from_an_instant_on(filled):
    _, store, ids = filled
    with store.begin() as connection:
        for n, outcome in enumerate(("read", "read", "skipped")):
            serving = Serving(f"s{n}", ids[n], "Lan", AT, 0, "c")
            readings.put(connection, serving)
            readings.finish(connection, serving.id, outcome, AT + timedelta(minutes=n))
        assert audit_pages.read_since(connection, AT - timedelta(seconds=1)) == 2
        assert audit_pages.read_since(connection, AT) == 1
        assert audit_pages.read_since(connection, AT + timedelta(hours=1)) == 0
