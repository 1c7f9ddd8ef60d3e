"""An audit carries how the sources are, and is read back from the store as it was reported."""

from datetime import date

from crawlers.article import Outcome
from pipeline.steps.audit import audit
from pipeline.steps.health import health_of_sources
from pipeline.store import fetches
from pipeline.store.audits import load_latest

DAY = date(2020, 9, 6)


def test_audit_tells_how_each_source_is_and_keeps_it(campaign):
    page = Outcome("bao", "http://127.0.0.1:9/", "127.0.0.1:9/", "listing")
    with campaign.open() as store:
        with store.begin() as connection:
            fetches.save_outcome(connection, page, DAY)
        result = audit(campaign.config, store, DAY)
        assert result.health == health_of_sources(campaign.config, store, DAY)
        assert [(each.source, each.state) for each in result.health] == [("bao", "unseen"), ("dai", "never")]
        with store.read() as connection:
            assert load_latest(connection) == result
