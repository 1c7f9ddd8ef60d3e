"""An audit carries how the sources are, and is read back from the store as it was reported."""

import re
from datetime import UTC, date, datetime

from crawlers.article import Outcome
from pipeline.records import LabelEvent
from pipeline.steps.audit import audit
from pipeline.steps.health import health_of_sources
from pipeline.store import articles, codebooks, fetches, labels
from pipeline.store.audits import load_latest
from tests.pipeline.pages import article_at

DAY = date(2020, 9, 6)
SWAP = {"bao": "dai", "dai": "bao"}


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


def test_source_moved_to_another_outlet_keeps_its_verdicts(campaign):
    """Two outlets change places, each with its source: what one was judged is now said of the other."""

    def judged():
        with campaign.open() as store:
            found = audit(campaign.config, store, DAY).verdicts
        return sorted((each.outlet, each.topic, each.unit, each.verdict, each.machine) for each in found)

    assert campaign.run("classify") == 0
    before = judged()
    assert sum(machine for *_, machine in before) == 2.0
    campaign.file.write_text(_swapped(campaign.file.read_text(encoding="utf-8")), encoding="utf-8")
    assert judged() == sorted((SWAP[outlet], *rest) for outlet, *rest in before)


def test_reprints_that_no_night_has_joined_count_once(campaign):
    """A crawl, a WARC file or a log brings articles, and the audit is asked next: the twin page adds no item."""
    twin = _long_article("bai-9"), _long_article("bai-10")
    with campaign.open() as store:
        with store.begin() as connection:
            for article in twin:
                articles.save(connection, article, "bao")
        audit(campaign.config, store, DAY)
        with store.read() as connection:
            found = {article.id: article.cluster for article in articles.stream(connection)}
    assert len({found[articles.article_id("bao", "website", article.url_key)] for article in twin}) == 1


def test_confirmed_topic_that_the_machine_did_not_decide_shows_its_nearest_sentence(campaign):
    said = [(campaign.ids[0], "congress"), (campaign.ids[2], "congress"), (campaign.ids[2], "youth")]
    at = datetime(2020, 9, 6, tzinfo=UTC)
    with campaign.open() as store:
        with store.begin() as connection:
            codebooks.register(connection, "c", campaign.config.codebook.as_json())
            labels.append(
                connection,
                [LabelEvent(article, topic, value=True, reviewer="r1", at=at, codebook="c") for article, topic in said],
            )
        items = audit(campaign.config, store, DAY).items
    assert items[campaign.ids[0]].evidence == {"congress": "Sáng nay, khai mạc đại hội đảng bộ huyện với 200 đại biểu."}
    assert items[campaign.ids[1]].evidence == {}
    assert set(items[campaign.ids[2]].evidence) == {"youth"}  # nothing in the text speaks for a congress


def _long_article(name):
    body = " ".join(f"Đại biểu thứ {number} phát biểu về việc {number * 7}." for number in range(60))
    return article_at(f"bao.example/{name}", "Phát biểu", body, at=datetime(2020, 9, 2, 1, tzinfo=UTC))


def _swapped(text):
    """Gives each source the other's outlet, and the duty of the one outlet to the other."""
    return re.sub('(?m)^outlet = "(bao|dai)"', lambda found: f'outlet = "{SWAP[found[1]]}"', text)


def test_day_of_the_audit_counts_as_seen_only_when_a_later_night_has_looked_back(campaign):
    page = Outcome("bao", "http://127.0.0.1:9/", "127.0.0.1:9/", "listing")
    seen = []
    with campaign.open() as store:
        for night in (4, 5):
            with store.begin() as connection:
                fetches.save_outcome(connection, page, date(2020, 9, night))
            result = audit(campaign.config, store, date(2020, 9, 4))
            ahead = {day for row in result.observed for day in row.missing_days if day > result.seen_to}
            seen.append((result.seen_to.day, [day.day for day in sorted(ahead)]))
    assert seen == [(3, [4, 5]), (4, [5])]
